"""The library: what was read in stays, whole and searchable, whatever is interrupted, changed or taken out."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from libraries import (
    BRIDGES,
    FORESTS,
    LETTERS,
    PARCELS,
    Store,
    assert_in_step,
    engine_of,
    everything,
    found,
    read_here,
    states,
)

from ingest.documents import Scope
from ingest.engine import Engine
from ingest.files import Source, find_files
from ingest.library import Library
from ingest.pipeline import ingest, remove
from ingest.report import Progress
from ingest.store.rows import from_int8, to_int8

# -- reading in --------------------------------------------------------------------------------------------


def test_a_folder_is_read_in(library: Library, folder: Path) -> None:
    report = ingest(library, [folder])
    assert states(report) == {"letters.txt": "added", "bridges.txt": "added", "forests.txt": "added"}
    assert [document.source for document in library.documents()] == [
        "reports/bridges.txt",
        "reports/forests.txt",
        "reports/letters.txt",
    ]
    for summary in library.documents():
        document, passages = library.document(summary.id), library.passages_of(summary.id)
        assert document is not None
        assert library.passage_counts()[summary.id] == len(passages) > 0
        assert (document.id, document.path, document.source) == (summary.id, summary.path, summary.source)
        assert (document.description, len(document.text)) == (summary.description, summary.characters)
        assert library.id_at(summary.path) == summary.id
        assert library.ids_in(summary.path) == [summary.id]
        assert library.file_of(summary.id) == summary.path
        for passage in passages:
            assert passage.text == document.text[passage.start : passage.end]
    assert_in_step(library)
    assert library.passage_count() == 3
    assert set(library.languages()) == {"en", "fr"}
    assert found(library, "crooked pillars", k=1) == [BRIDGES]


def test_progress_is_told_after_each_file(library: Library, folder: Path) -> None:
    told: list[Progress] = []
    ingest(library, [folder], told.append)
    files = [progress for progress in told if progress.outcome]
    assert [(p.outcome and p.outcome.state, p.files, p.files_total) for p in files] == [
        ("added", 1, 3), ("added", 2, 3), ("added", 3, 3),
    ]  # fmt: skip
    assert [p.bytes for p in told] == sorted(p.bytes for p in told)
    size = sum(path.stat().st_size for path in folder.iterdir())
    assert (told[-1].bytes, told[-1].bytes_total, told[-1].passages) == (size, size, 3)
    assert all(p.files <= p.files_total and p.bytes <= p.bytes_total for p in told)


def test_everything_is_there_after_closing_and_opening(store: Store, folder: Path, tmp_path: Path) -> None:
    with_library = store.open(tmp_path / "data")
    ingest(with_library, [folder])
    before, documents = everything(with_library), with_library.documents()
    texts = [with_library.document(document.id) for document in documents]
    with_library.close()
    again = store.open(tmp_path / "data")
    assert engine_of(again).embedded == 0
    assert everything(again) == before
    assert again.documents() == documents
    assert [again.document(document.id) for document in documents] == texts
    assert found(again, "crooked pillars", k=1) == [BRIDGES]
    again.close()


def test_reading_in_again_embeds_nothing(library: Library, folder: Path) -> None:
    ingest(library, [folder])
    embedded = engine_of(library).embedded
    report = ingest(library, [folder, folder / "letters.txt"])
    assert set(states(report).values()) == {"unchanged"}
    assert len(report.files) == 3
    assert engine_of(library).embedded == embedded


def test_a_changed_file_takes_the_place_of_the_old(library: Library, folder: Path) -> None:
    ingest(library, [folder])
    old = library.id_at(str(folder / "letters.txt"))
    assert old is not None
    (folder / "letters.txt").write_text(PARCELS)
    report = ingest(library, [folder])
    assert states(report) == {"letters.txt": "updated", "bridges.txt": "unchanged", "forests.txt": "unchanged"}
    assert library.document(old) is None
    assert library.passages_of(old) == []
    assert len(library.documents()) == 3
    texts = found(library, "forty letters sixty parcels", k=50)
    assert any("Sixty parcels" in text for text in texts)
    assert not any("Forty letters" in text for text in texts)
    assert_in_step(library)


def test_a_file_changed_back_is_what_it_was(library: Library, folder: Path) -> None:
    ingest(library, [folder])
    before = everything(library)
    for text in ("Another text stands here now, for a while.", LETTERS):
        (folder / "letters.txt").write_text(text)
        ingest(library, [folder])
    assert everything(library) == before


def test_a_changed_file_that_cannot_be_read_leaves_the_old(library: Library, folder: Path) -> None:
    ingest(library, [folder])
    (folder / "letters.txt").write_bytes(b"\x00\x01\x02")
    assert states(ingest(library, [folder]))["letters.txt"] == "failed"
    assert LETTERS in found(library, "forty letters")


def test_the_same_files_have_the_same_ids_in_every_library(store: Store, folder: Path, tmp_path: Path) -> None:
    made = []
    for name in ("one", "two"):
        opened = store.open(tmp_path / name)
        ingest(opened, [folder])
        made.append((opened.documents(), everything(opened)))
        opened.close()
    assert made[0] == made[1]


def test_copies_in_two_folders_are_two_documents_and_one_searched_text(
    library: Library, folder: Path, tmp_path: Path
) -> None:
    shutil.copytree(folder, tmp_path / "copy")
    report = ingest(library, [folder, tmp_path / "copy"])
    assert report.count("added") == 6
    documents = library.documents()
    assert len(documents) == 6
    assert {document.copy_of for document in documents if "copy/" in document.source} == {
        document.id for document in documents if "reports/" in document.source
    }
    assert library.passage_count() == report.passages == report.repeated == 3
    assert sorted(found(library, "letters pillars gardes", k=50)) == sorted([LETTERS, BRIDGES, FORESTS])


def test_bad_files_are_named_and_the_rest_goes_on(library: Library, folder: Path, tmp_path: Path) -> None:
    (folder / "a-empty.txt").write_bytes(b"")
    (folder / "b-binary.txt").write_bytes(b"\x89PNG\x00\x00")
    (folder / "c-furniture.txt").write_text("Source: https://example.org/a")
    (folder / "d-slides.pptx").write_bytes(b"PK")
    (folder / "e-gone.txt").symlink_to(tmp_path / "nowhere")
    (folder / ".hidden.txt").write_text(LETTERS)
    (folder / ".git").mkdir()
    (folder / ".git" / "x.txt").write_text(LETTERS)
    (tmp_path / "nothing").mkdir()
    report = ingest(library, [tmp_path / "missing", "x" * 5000, tmp_path / "nothing", folder])
    assert states(report) == {
        "missing": "failed", "x" * 5000: "failed", "nothing": "failed",
        "a-empty.txt": "failed", "b-binary.txt": "failed", "c-furniture.txt": "failed", "d-slides.pptx": "skipped",
        "e-gone.txt": "failed",
        "letters.txt": "added", "bridges.txt": "added", "forests.txt": "added",
    }  # fmt: skip
    for outcome in report.files:
        if outcome.state in ("failed", "skipped"):
            assert outcome.message is not None
            assert outcome.message.startswith(f"{outcome.path}: ")
            assert "\n" not in outcome.message
    assert report.count("failed") == len(report.failed) == 7


def test_a_file_without_rights_is_named_and_the_rest_goes_on(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_bytes = Path.read_bytes

    def refuse(self: Path) -> bytes:
        if self.name == "bridges.txt":
            raise PermissionError(13, "Permission denied", str(self))
        return read_bytes(self)

    monkeypatch.setattr("ingest.pipeline.prepare_files", read_here)
    monkeypatch.setattr(Path, "read_bytes", refuse)
    report = ingest(library, [folder])
    assert states(report) == {"letters.txt": "added", "bridges.txt": "failed", "forests.txt": "added"}
    assert report.failed[0].message == f"{folder / 'bridges.txt'}: cannot be read (Permission denied)"


def test_files_come_once_and_in_the_same_order(folder: Path) -> None:
    (folder / "deep").mkdir()
    (folder / "deep" / "more.md").write_text("# More\n")
    (folder / "also.txt").symlink_to(folder / "letters.txt")
    sources = list(find_files([folder / "letters.txt", folder, folder / "deep"]))
    assert all(isinstance(source, Source) and Path(source.name).is_file() for source in sources)
    names = [Path(source.name).name for source in sources if isinstance(source, Source)]
    assert names == ["letters.txt", "bridges.txt", "forests.txt", "more.md"]


# -- taking out --------------------------------------------------------------------------------------------


def test_a_document_taken_out_is_gone(library: Library, folder: Path) -> None:
    ingest(library, [folder])
    id_ = library.id_at(str(folder / "letters.txt"))
    assert id_ is not None
    assert remove(library, id_)
    assert library.document(id_) is None
    assert library.passages_of(id_) == []
    assert LETTERS not in found(library, "forty letters", k=50)
    assert len(library.documents()) == library.passage_count() == 2
    assert_in_step(library)
    assert states(ingest(library, [folder]))["letters.txt"] == "added"


def test_taking_out_what_is_not_there_is_told(library: Library, folder: Path) -> None:
    ingest(library, [folder])
    assert not remove(library, "d123")
    assert library.remove(["d123"]) == 0
    assert len(library.documents()) == library.passage_count() == 3


# -- searching ---------------------------------------------------------------------------------------------


def test_both_indexes_rank_and_count(corpus: Library) -> None:
    vector = corpus.engine.embed_query("monitoring of 155 cases")
    near = corpus.nearest(vector, 5)
    assert len(near) == 5
    assert [s.score for s in near] == sorted((s.score for s in near), reverse=True)
    cosines = corpus.cosines(vector, [s.passage_id for s in near] + ["p0"])
    assert {s.passage_id: pytest.approx(s.score, abs=3e-3) for s in near} == cosines
    assert len(corpus.nearest(vector, 10_000)) == corpus.passage_count()
    assert corpus.nearest(vector, 0) == corpus.matching({"155": 1.0}, 0) == corpus.matching({}, 5) == []
    holding = {passage.id for passage in everything(corpus) if re.search(r"\b1[.,\s]884\b", passage.text)}
    assert {"en", "fr", "vi"} == {passage.language for passage in everything(corpus) if passage.id in holding}
    assert corpus.document_frequencies(["1884", "nowhere-at-all"]) == [len(holding), 0]
    assert {scored.passage_id for scored in corpus.matching({"1884": 1.0}, 100)} == holding


def test_an_empty_library_finds_nothing(library: Library) -> None:
    assert found(library, "anything") == []
    assert library.documents() == []
    assert library.select({"source": "anything"}) == Scope(documents=frozenset())
    assert library.nearest(library.engine.embed_query("anything"), 10) == []
    assert library.background() == library.languages() == library.cosines(library.engine.embed_query("any"), []) == {}
    assert library.periods() == library.passages([]) == []
    assert found(library, "anything", scope=Scope(languages=("en",))) == []


def test_the_real_engine_finds_across_languages(store: Store, engine: Engine, folder: Path, tmp_path: Path) -> None:
    opened = Library(tmp_path / "real", engine, chroma_url=store.url)
    ingest(opened, [folder])
    (best,) = opened.nearest(engine.embed_query("How many trees were planted?"), 1)
    ((passage, _),) = opened.passages([best.passage_id])
    assert passage.text == FORESTS
    opened.close()


# -- sentence vectors --------------------------------------------------------------------------------------


def test_sentence_vectors_come_back_almost_as_they_were(engine: Engine, library: Library, folder: Path) -> None:
    rng = np.random.default_rng(1)
    for vectors in (
        rng.standard_normal((200, 384)).astype(np.float32),
        np.eye(4, dtype=np.float32),
        engine.embed_passages([LETTERS, BRIDGES, FORESTS, "x"]),
    ):
        unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        back = from_int8(to_int8(unit))
        assert (unit * back).sum(axis=1).min() >= 0.999
        assert np.allclose(np.linalg.norm(back, axis=1), 1, atol=1e-5)
    assert not from_int8(to_int8(np.zeros((1, 4), np.float32))).any()
    ingest(library, [folder])
    ((passage, stored), *_) = library.passages(library._catalog.passage_ids())
    fresh = library.engine.embed_passages([passage.sentence_text(span) for span in passage.sentences])
    assert stored.shape == fresh.shape
    assert (stored * fresh).sum(axis=1).min() >= 0.999


# -- what is written ---------------------------------------------------------------------------------------


def test_the_owner_record_names_process_and_address(library: Library) -> None:
    library.announce("http://127.0.0.1:7860")
    record = json.loads((library.data_dir / "owner.json").read_text())
    assert record == {"pid": os.getpid(), "command": "danchung serve", "url": "http://127.0.0.1:7860"}


def test_ids_are_short_and_plain(library: Library, folder: Path) -> None:
    ingest(library, [folder])
    for passage in everything(library):
        assert re.fullmatch(r"p[0-9a-f]{16}", passage.id)
        assert re.fullmatch(r"d[0-9a-f]{16}", passage.document_id)
