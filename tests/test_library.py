"""The library: what was read in stays, whole and searchable, whatever is interrupted, changed or taken out."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ingest.catalog import Catalog, from_int8, to_int8
from ingest.documents import FloatArray, Passage
from ingest.engine import Engine
from ingest.errors import InputError, LibraryBusy, LibraryError
from ingest.library import Library
from ingest.pipeline import IngestReport, find_files, ingest
from ingest.vector_index import VectorIndex
from ingest.word_index import WordIndex
from ingest.words import stems, words

CORPUS = Path(__file__).parent.parent / "corpus"

LETTERS = "Forty letters came in during 2023. The office of Nghe An answered every one of them within ten days."
BRIDGES = "The river crossing at Son La was inspected in 2024. Nine pillars stood crooked and were repaired in spring."
FORESTS = "Les gardes du district ont planté mille arbres en 2024. Aucun arbre n'a été perdu pendant la tempête."


class WordsEngine:
    """An engine for tests: each word a direction of its own, the same in every process. Counts what it is asked."""

    dimensions = 48

    def __init__(self, name: str = "words", seconds: float = 0.0) -> None:
        self.name = name
        self.seconds = seconds
        self.embedded = 0

    def embed_passages(self, texts: Sequence[str]) -> FloatArray:
        self.embedded += len(texts)
        time.sleep(self.seconds)
        return np.array([self._vector(text) for text in texts], np.float32).reshape(len(texts), self.dimensions)

    def embed_query(self, text: str) -> FloatArray:
        return self._vector(text)

    def _vector(self, text: str) -> FloatArray:
        total = np.full(self.dimensions, 1e-3)
        for word in words(text):
            total += np.random.default_rng(list(word.encode())).standard_normal(self.dimensions)
        return np.asarray(total / np.linalg.norm(total), np.float32)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three small reports."""
    reports = tmp_path / "reports"
    reports.mkdir()
    for name, text in {"letters.txt": LETTERS, "bridges.txt": BRIDGES, "forests.txt": FORESTS}.items():
        (reports / name).write_text(text, encoding="utf-8")
    return reports


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    opened = Library(tmp_path / "data", WordsEngine())
    yield opened
    opened.close()


def engine_of(library: Library) -> WordsEngine:
    assert isinstance(library.engine, WordsEngine)
    return library.engine


def found(library: Library, question: str, k: int = 10, documents: Sequence[str] | None = None) -> list[str]:
    """Texts of the passages that either index finds, as a reader would see them."""
    near = library.nearest(library.engine.embed_query(question), k, documents)
    matching = library.matching(dict.fromkeys(stems(question, "en") + stems(question, "fr"), 1.0), k, documents)
    ids = dict.fromkeys(scored.passage_id for scored in [*near, *matching])
    return [passage.text for passage, _ in library.passages(ids)]


def indexed(library: Library) -> tuple[set[str], set[str], set[str]]:
    """Passage ids in the catalog and in both indexes."""
    return set(library._catalog.passage_ids()), library._vectors.ids(), library._words.ids()


def everything(library: Library) -> list[Passage]:
    return [passage for document in library.documents() for passage in library.passages_of(document.id)]


def states(report: IngestReport) -> dict[str, str]:
    return {Path(outcome.path).name: outcome.state for outcome in report.files}


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


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    opened = Library(tmp_path_factory.mktemp("corpus") / "data", WordsEngine())
    assert not ingest(opened, [CORPUS]).failed
    yield opened
    opened.close()


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


# -- owning ------------------------------------------------------------------------------------------------


def test_a_second_opening_in_the_same_process_is_told(library: Library) -> None:
    with pytest.raises(LibraryBusy, match=rf"in use by process {os.getpid()} \(danchung\); wait") as caught:
        Library(library.data_dir, WordsEngine())
    assert caught.value.url is None
    assert "\n" not in str(caught.value)
    library.announce("http://127.0.0.1:7860")
    with pytest.raises(LibraryBusy, match=r"ask it at http://127\.0\.0\.1:7860") as caught:
        Library(library.data_dir, WordsEngine())
    assert caught.value.url == "http://127.0.0.1:7860"


def test_a_second_process_is_told(library: Library) -> None:
    library.announce("http://127.0.0.1:7861")
    script = """if True:
        import sys
        from pathlib import Path
        from ingest.errors import LibraryBusy
        from ingest.owner import own
        try:
            own(Path(sys.argv[1]), 0, "test")
        except LibraryBusy as exc:
            print(exc.url, exc, sep="\\n")
    """
    told = run_python(script, str(library.data_dir)).communicate(timeout=60)[0].splitlines()
    assert told[0] == "http://127.0.0.1:7861"
    assert len(told) == 2
    assert str(os.getpid()) in told[1]


def test_closing_gives_the_directory_up_from_any_thread_and_twice(tmp_path: Path) -> None:
    first = Library(tmp_path / "data", WordsEngine())
    thread = threading.Thread(target=first.close)
    thread.start()
    thread.join()
    first.close()
    assert not (tmp_path / "data" / "owner.json").exists()
    Library(tmp_path / "data", WordsEngine()).close()


def test_waiting_for_the_owner_to_finish(tmp_path: Path) -> None:
    first = Library(tmp_path / "data", WordsEngine())
    threading.Timer(0.2, first.close).start()
    Library(tmp_path / "data", WordsEngine(), wait=20).close()


def test_vectors_of_another_engine_are_refused(folder: Path, tmp_path: Path) -> None:
    first = Library(tmp_path / "data", WordsEngine())
    ingest(first, [folder])
    first.close()
    with pytest.raises(LibraryError, match="made with words, not other") as caught:
        Library(tmp_path / "data", WordsEngine(name="other"))
    assert "\n" not in str(caught.value)
    again = Library(tmp_path / "data", WordsEngine())
    assert again.passage_count() == 3
    again.close()


def test_a_library_of_another_release_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Library(tmp_path / "data", WordsEngine()).close()
    monkeypatch.setattr("ingest.library.FORMAT", "2")
    with pytest.raises(LibraryError, match="made by another release"):
        Library(tmp_path / "data", WordsEngine())


@pytest.mark.parametrize("name", ["catalog.sqlite3", "words/meta.json", "chroma/chroma.sqlite3"])
def test_a_damaged_store_is_named_in_one_line(name: str, folder: Path, tmp_path: Path) -> None:
    first = Library(tmp_path / "data", WordsEngine())
    ingest(first, [folder])
    first.close()
    for journal in (tmp_path / "data").glob("catalog.sqlite3-*"):
        journal.unlink()
    (tmp_path / "data" / name).write_bytes(b"no such thing " * 1000)
    with pytest.raises(LibraryError, match=str(tmp_path)) as caught:
        Library(tmp_path / "data", WordsEngine())
    assert "\n" not in str(caught.value)


def test_a_data_directory_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(LibraryError, match="cannot be made a data directory"):
        Library(tmp_path / "data", WordsEngine())


# -- interruptions -----------------------------------------------------------------------------------------

STEPS = [(VectorIndex, "add"), (WordIndex, "add"), (Catalog, "put")]


@pytest.mark.parametrize(("store", "step"), STEPS)
def test_a_change_that_fails_half_way_shows_the_old_state_and_the_next_run_repairs(
    store: type, step: str, library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest(library, [folder])
    before = everything(library)
    (folder / "letters.txt").write_text("Sixty parcels arrived in 2025. Each was opened by the clerk himself.")

    def fail(*_: Any) -> None:
        raise OSError(28, "No space left\non device")

    with monkeypatch.context() as broken:
        broken.setattr(store, step, fail)
        with pytest.raises(LibraryError, match="could not be written") as caught:
            ingest(library, [folder])
    assert "\n" not in str(caught.value)
    assert everything(library) == before
    texts = found(library, "forty letters sixty parcels", k=50)
    assert LETTERS in texts
    assert not any("parcels" in text for text in texts)

    assert states(ingest(library, [folder]))["letters.txt"] == "updated"
    texts = found(library, "forty letters sixty parcels", k=50)
    assert LETTERS not in texts
    assert any("parcels" in text for text in texts)
    catalog, vectors, lexical = indexed(library)
    assert catalog == vectors == lexical


@pytest.mark.parametrize(("store", "step"), [(VectorIndex, "remove"), (WordIndex, "remove")])
def test_old_passages_that_could_not_be_dropped_are_not_found_and_go_with_the_next_run(
    store: type, step: str, library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest(library, [folder])
    (folder / "letters.txt").write_text("Sixty parcels arrived in 2025. Each was opened by the clerk himself.")

    def fail(*_: Any) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as broken:
        broken.setattr(store, step, fail)
        with pytest.raises(LibraryError):
            ingest(library, [folder])
    assert LETTERS not in found(library, "forty letters", k=50)
    ingest(library, [folder])
    catalog, vectors, lexical = indexed(library)
    assert catalog == vectors == lexical
    assert len(catalog) == 3


def test_a_failure_between_two_words_does_not_keep_the_next_writer_out(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("ingest.word_index.stems", lambda *_: 1 / 0)
        with pytest.raises(LibraryError) as caught:
            ingest(library, [folder])
    assert states(ingest(library, [folder]))["letters.txt"] == "added"
    assert isinstance(caught.value.__cause__, ZeroDivisionError)  # still held, with all its frames


@pytest.mark.parametrize("lost", ["vectors", "words"])
def test_passages_lost_from_an_index_are_read_in_again(lost: str, library: Library, folder: Path) -> None:
    ingest(library, [folder])
    before = everything(library)
    id_ = library.id_at(str(folder / "letters.txt"))
    passages = [passage.id for passage in before if passage.document_id == id_]
    {"vectors": library._vectors, "words": library._words}[lost].remove(passages)
    assert library.mend() == {id_}
    assert states(ingest(library, [folder])) == {
        "letters.txt": "updated", "bridges.txt": "unchanged", "forests.txt": "unchanged",
    }  # fmt: skip
    assert library.mend() == set()
    assert everything(library) == before


def run_python(script: str, *arguments: str) -> subprocess.Popen[str]:
    """A process of its own, with the project and these tests importable."""
    here = Path(__file__).parent
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(here.parent), str(here)])}
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments], env=environment, stdout=subprocess.PIPE, text=True
    )


SLOW_INGEST = """if True:
    import sys
    from pathlib import Path
    from ingest.library import Library
    from ingest.pipeline import ingest
    from test_library import WordsEngine
    library = Library(Path(sys.argv[1]), WordsEngine(seconds=0.02))
    ingest(library, sys.argv[2:], lambda outcome, number, count: print(outcome.state, number, flush=True))
"""


def test_a_killed_run_is_picked_up(corpus: Library, tmp_path: Path) -> None:
    reports = sorted(CORPUS.iterdir())[:5]
    process = run_python(SLOW_INGEST, str(tmp_path / "data"), *map(str, reports))
    assert process.stdout is not None
    for _ in range(2):
        assert process.stdout.readline().startswith("added")
    time.sleep(0.03)  # somewhere inside the next file
    process.send_signal(signal.SIGKILL)
    assert process.wait(timeout=30) == -signal.SIGKILL
    process.stdout.close()

    picked_up = Library(tmp_path / "data", WordsEngine())
    kept = len(picked_up.documents())
    assert 2 <= kept < len(reports)
    report = ingest(picked_up, reports)
    assert not report.failed
    assert report.count("unchanged") == kept
    clean = {corpus.id_at(str(path)) for path in reports}
    assert picked_up.documents() == [document for document in corpus.documents() if document.id in clean]
    assert everything(picked_up) == [passage for passage in everything(corpus) if passage.document_id in clean]
    catalog, vectors, lexical = indexed(picked_up)
    assert catalog == vectors == lexical
    picked_up.close()


# -- threads -----------------------------------------------------------------------------------------------


def test_two_threads_search_while_one_reads_in(library: Library, folder: Path) -> None:
    ingest(library, [folder])
    done, problems, rounds = threading.Event(), list[BaseException](), [0, 0]

    def search(number: int) -> None:
        try:
            while not done.is_set() or rounds[number] < 3:
                texts = found(library, "nine crooked pillars", k=5)
                assert BRIDGES in texts
                assert library.select({"language": "fr"})
                rounds[number] += 1
        except BaseException as exc:  # noqa: BLE001 handed to the test's own thread
            problems.append(exc)

    threads = [threading.Thread(target=search, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    try:
        for version in range(6):
            (folder / "letters.txt").write_text(f"Version {version} of the letters arrived. It was filed by the clerk.")
            report = ingest(library, [folder, CORPUS / "2024-national-review.txt"])
            assert not report.failed
    finally:
        done.set()
        for thread in threads:
            thread.join(timeout=30)
    assert problems == []
    assert min(rounds) >= 3
    catalog, vectors, lexical = indexed(library)
    assert catalog == vectors == lexical


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
