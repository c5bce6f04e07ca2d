"""What a library survives: a second owner, another engine, a failing disk, a killed run, threads."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from libraries import BRIDGES, CORPUS, LETTERS, WordsEngine, everything, found, indexed, states

from ingest.catalog import Catalog
from ingest.errors import LibraryBusy, LibraryError
from ingest.library import Library
from ingest.pipeline import ingest
from ingest.vector_index import VectorIndex
from ingest.word_index import WordIndex

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
    from libraries import WordsEngine
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
