"""The library: what was read in stays, whole and searchable, whatever is interrupted, changed or taken out."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from libraries import BRIDGES, FORESTS, LETTERS, WordsEngine, engine_of, everything, found, indexed, states

from ingest.catalog import from_int8, to_int8
from ingest.engine import Engine
from ingest.errors import InputError
from ingest.library import Library
from ingest.pipeline import find_files, ingest

# -- reading in --------------------------------------------------------------------------------------------


def test_a_folder_is_read_in(library: Library, folder: Path) -> None:
    report = ingest(library, [folder])
    assert states(report) == {"letters.txt": "added", "bridges.txt": "added", "forests.txt": "added"}
    assert [document.source for document in library.documents()] == [
        "reports/bridges.txt",
        "reports/forests.txt",
        "reports/letters.txt",
    ]
    for document in library.documents():
        passages = library.passages_of(document.id)
        assert library.passage_counts()[document.id] == len(passages) > 0
        assert library.document(document.id) == document
        assert library.id_at(document.path) == document.id
        for passage in passages:
            assert passage.text == document.text[passage.start : passage.end]
    catalog, vectors, lexical = indexed(library)
    assert catalog == vectors == lexical
    assert library.passage_count() == 3
    assert set(library.languages()) == {"en", "fr"}
    assert found(library, "crooked pillars", k=1) == [BRIDGES]


def test_progress_is_told_after_each_file(library: Library, folder: Path) -> None:
    told: list[tuple[str, int, int]] = []
    ingest(library, [folder], lambda outcome, number, count: told.append((outcome.state, number, count)))
    assert told == [("added", 1, 3), ("added", 2, 3), ("added", 3, 3)]


def test_everything_is_there_after_closing_and_opening(folder: Path, tmp_path: Path) -> None:
    with_library = Library(tmp_path / "data", WordsEngine())
    ingest(with_library, [folder])
    before, documents = everything(with_library), with_library.documents()
    with_library.close()
    again = Library(tmp_path / "data", WordsEngine())
    assert everything(again) == before
    assert again.documents() == documents
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
    (folder / "letters.txt").write_text("Sixty parcels arrived in 2025. Each was opened by the clerk himself.")
    report = ingest(library, [folder])
    assert states(report) == {"letters.txt": "updated", "bridges.txt": "unchanged", "forests.txt": "unchanged"}
    assert library.document(old) is None
    assert library.passages_of(old) == []
    assert len(library.documents()) == 3
    texts = found(library, "forty letters sixty parcels", k=50)
    assert any("Sixty parcels" in text for text in texts)
    assert not any("Forty letters" in text for text in texts)
    catalog, vectors, lexical = indexed(library)
    assert catalog == vectors == lexical


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


def test_the_same_files_have_the_same_ids_in_every_library(folder: Path, tmp_path: Path) -> None:
    made = []
    for name in ("one", "two"):
        opened = Library(tmp_path / name, WordsEngine())
        ingest(opened, [folder])
        made.append((opened.documents(), everything(opened)))
        opened.close()
    assert made[0] == made[1]


def test_copies_in_two_folders_are_two_documents(library: Library, folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "copy")
    ingest(library, [folder, tmp_path / "copy"])
    assert len(library.documents()) == 6
    assert library.passage_count() == 6


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

    monkeypatch.setattr(Path, "read_bytes", refuse)
    report = ingest(library, [folder])
    assert states(report) == {"letters.txt": "added", "bridges.txt": "failed", "forests.txt": "added"}


def test_files_come_once_and_in_the_same_order(folder: Path) -> None:
    (folder / "deep").mkdir()
    (folder / "deep" / "more.md").write_text("# More\n")
    (folder / "also.txt").symlink_to(folder / "letters.txt")
    names = [Path(str(path)).name for path in find_files([folder / "letters.txt", folder, folder / "deep"])]
    assert names == ["letters.txt", "bridges.txt", "forests.txt", "more.md"]


# -- taking out --------------------------------------------------------------------------------------------


def test_a_document_taken_out_is_gone(library: Library, folder: Path) -> None:
    ingest(library, [folder])
    id_ = library.id_at(str(folder / "letters.txt"))
    assert id_ is not None
    library.remove(id_)
    assert library.document(id_) is None
    assert LETTERS not in found(library, "forty letters", k=50)
    assert len(library.documents()) == library.passage_count() == 2
    catalog, vectors, lexical = indexed(library)
    assert catalog == vectors == lexical
    assert states(ingest(library, [folder]))["letters.txt"] == "added"


def test_taking_out_what_is_not_there_is_an_input_error(library: Library) -> None:
    with pytest.raises(InputError, match="no document d123"):
        library.remove("d123")


# -- searching and filters ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({"language": "fr"}, ["2023-conference-nationale", "2024-declarations", "bilan-2024"]),
        ({"language": ["fr", "vi"]}, ["2023-conf", "2024-declarations", "bilan-2024", "so-ket", "tong-ket"]),
        ({"period": "2024-H1"}, ["2024-half-year", "so-ket"]),
        ({"period": ["2024-H1", "2023"]}, ["2023-conf", "2023-nat", "2023-prov", "2024-half-year", "so-ket"]),
        ({"place": "Dak Lak"}, ["2024-national-review", "tong-ket"]),
        ({"place": "Đắk Lắk"}, ["2024-national-review", "tong-ket"]),
        ({"place": ["Điện Biên", "nghe an"]}, ["2023-conf", "2023-nat"]),
        ({"source": "NATIONAL"}, ["2023-conference-nationale", "2023-national", "2024-national"]),
        ({"language": "fr", "period": "2024"}, ["2024-declarations", "bilan-2024"]),
        ({"language": "en", "place": "Quang Tri", "period": "2024"}, ["2024-half-year"]),
        ({"language": "fr", "place": "Quang Tri"}, []),
        ({"language": "de"}, []),
        ({"period": "1999"}, []),
        ({"language": []}, []),
        ({"language": None, "place": "Nghe An"}, ["2023-national"]),
    ],
)  # fmt: skip
def test_filters_select_documents(corpus: Library, filters: dict[str, Any], names: list[str]) -> None:
    selected = corpus.select(filters)
    assert selected is not None
    sources = sorted(document.source for document in corpus.documents() if document.id in selected)
    assert len(sources) == len(names)
    assert all(source.startswith(f"corpus/{name}") for source, name in zip(sources, names, strict=True))
    for text in found(corpus, "cases of corruption in the province", 50, selected):
        assert any(text in document.text for document in corpus.documents() if document.id in selected)
    assert bool(found(corpus, "cases of corruption affaires", 50, selected)) == bool(selected)


def test_a_document_filter(corpus: Library) -> None:
    id_ = corpus.documents()[0].id
    assert corpus.select({"document_id": id_}) == [id_]
    assert corpus.select({"document_id": "d0"}) == []


@pytest.mark.parametrize("nothing", [None, {}, {"language": None}])
def test_no_filter_selects_no_documents_but_searches_all(corpus: Library, nothing: Any) -> None:
    assert corpus.select(nothing) is None


@pytest.mark.parametrize(
    ("filters", "says"),
    [({"author": "x"}, "unknown filter 'author'"), ({"period": "2024-H9"}, "period '2024-H9'"),
     ({"period": ["2024", ""]}, "period ''")],
)  # fmt: skip
def test_a_wrong_filter_is_an_input_error(corpus: Library, filters: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError, match=says) as caught:
        corpus.select(filters)
    assert "\n" not in str(caught.value)


def test_both_indexes_rank_and_count(corpus: Library) -> None:
    vector = corpus.engine.embed_query("monitoring of 155 cases")
    near = corpus.nearest(vector, 5)
    assert len(near) == 5
    assert [s.score for s in near] == sorted((s.score for s in near), reverse=True)
    cosines = corpus.cosines(vector, [s.passage_id for s in near] + ["p0"])
    assert {s.passage_id: pytest.approx(s.score, abs=1e-4) for s in near} == cosines
    assert len(corpus.nearest(vector, 10_000)) == corpus.passage_count()
    assert corpus.nearest(vector, 0) == corpus.matching({"155": 1.0}, 0) == corpus.matching({}, 5) == []
    assert corpus.document_frequencies(["1884", "nowhere-at-all"]) == [3, 0]
    hits = corpus.matching({"1884": 1.0}, 10)
    assert [
        ("1" in passage.text and "884" in passage.text) for passage, _ in corpus.passages(s.passage_id for s in hits)
    ] == [True] * 3


def test_an_empty_library_finds_nothing(library: Library) -> None:
    assert found(library, "anything") == []
    assert library.documents() == []
    assert library.select({"language": "en"}) == []


def test_the_real_engine_finds_across_languages(engine: Engine, folder: Path, tmp_path: Path) -> None:
    opened = Library(tmp_path / "real", engine)
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
