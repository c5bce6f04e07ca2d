"""What a library survives: a second owner, another engine, a failure half way, threads."""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from libraries import (
    BRIDGES,
    CORPUS,
    LETTERS,
    PARCELS,
    Store,
    WordsEngine,
    assert_in_step,
    contents,
    engine_of,
    everything,
    found,
    run_python,
    states,
)

from ingest.errors import LibraryBusy, LibraryError
from ingest.library import Library
from ingest.pipeline import ingest
from ingest.store.catalog import Catalog
from ingest.store.vector_index import VectorIndex
from ingest.store.word_index import WordIndex

# -- owning ------------------------------------------------------------------------------------------------


def test_a_second_opening_in_the_same_process_is_told(store: Store, library: Library) -> None:
    with pytest.raises(LibraryBusy, match=rf"in use by process {os.getpid()} \(danchung\); wait") as caught:
        store.open(library.data_dir)
    assert caught.value.url is None
    assert "\n" not in str(caught.value)
    library.announce("http://127.0.0.1:7860")
    with pytest.raises(LibraryBusy, match=r"ask it at http://127\.0\.0\.1:7860") as caught:
        store.open(library.data_dir)
    assert caught.value.url == "http://127.0.0.1:7860"


def test_a_second_process_is_told(library: Library) -> None:
    library.announce("http://127.0.0.1:7861")
    script = """if True:
        import sys
        from pathlib import Path
        from ingest.errors import LibraryBusy
        from ingest.store.owner import own
        try:
            own(Path(sys.argv[1]), 0, "test")
        except LibraryBusy as exc:
            print(exc.url, exc, sep="\\n")
    """
    told = run_python(script, str(library.data_dir)).communicate(timeout=60)[0].splitlines()
    assert told[0] == "http://127.0.0.1:7861"
    assert len(told) == 2
    assert str(os.getpid()) in told[1]


def test_closing_gives_the_directory_up_from_any_thread_and_twice(store: Store, tmp_path: Path) -> None:
    first = store.open(tmp_path / "data")
    thread = threading.Thread(target=first.close)
    thread.start()
    thread.join()
    first.close()
    assert not (tmp_path / "data" / "owner.json").exists()
    store.open(tmp_path / "data").close()


def test_waiting_for_the_owner_to_finish(store: Store, tmp_path: Path) -> None:
    first = store.open(tmp_path / "data")
    threading.Timer(0.2, first.close).start()
    store.open(tmp_path / "data", wait=20).close()


def test_vectors_of_another_engine_are_refused(store: Store, folder: Path, tmp_path: Path) -> None:
    first = store.open(tmp_path / "data")
    ingest(first, [folder])
    first.close()
    with pytest.raises(LibraryError, match=r"made with words, not other; .* danchung ingest --rebuild") as caught:
        store.open(tmp_path / "data", WordsEngine(name="other"))
    assert "\n" not in str(caught.value)
    again = store.open(tmp_path / "data")
    assert again.passage_count() == 3
    again.close()


@pytest.mark.parametrize(
    ("format_", "says"),
    [
        ("2", r"earlier release \(format 2\); make it anew from its texts: danchung ingest --rebuild"),
        ("99", r"another release \(format 99\); ingest into a new data directory"),
    ],
)
def test_a_library_of_another_release_is_refused(format_: str, says: str, store: Store, tmp_path: Path) -> None:
    store.open(tmp_path / "data").close()
    with sqlite3.connect(tmp_path / "data" / "catalog.sqlite3") as catalog:
        catalog.execute("UPDATE meta SET value = ? WHERE key = 'format'", (format_,))
    catalog.close()
    with pytest.raises(LibraryError, match=says) as caught:
        store.open(tmp_path / "data")
    assert str(caught.value).startswith(str(tmp_path / "data"))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["catalog.sqlite3", "words/meta.json", "chroma/chroma.sqlite3"])
def test_a_damaged_store_is_named_in_one_line(name: str, store: Store, folder: Path, tmp_path: Path) -> None:
    if store.url and name.startswith("chroma"):
        pytest.skip("the server's own files are not ours")
    first = store.open(tmp_path / "data")
    ingest(first, [folder])
    first.close()
    for journal in (tmp_path / "data").glob("catalog.sqlite3-*"):
        journal.unlink()
    (tmp_path / "data" / name).write_bytes(b"no such thing " * 1000)
    with pytest.raises(LibraryError, match=str(tmp_path)) as caught:
        store.open(tmp_path / "data")
    assert "\n" not in str(caught.value)


def test_a_chroma_server_that_does_not_answer_is_named_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match=r"Chroma server at http://127\.0\.0\.1:9 does not answer") as caught:
        Library(tmp_path / "data", WordsEngine(), chroma_url="http://127.0.0.1:9")
    assert "\n" not in str(caught.value)
    Library(tmp_path / "data", WordsEngine()).close()  # and the directory is given up


def test_a_data_directory_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(LibraryError, match="cannot be made a data directory"):
        Library(tmp_path / "data", WordsEngine())


# -- interruptions -----------------------------------------------------------------------------------------

STEPS = [(VectorIndex, "add"), (WordIndex, "add"), (Catalog, "put")]


@pytest.mark.parametrize(("part", "step"), STEPS)
def test_a_change_that_fails_half_way_shows_the_old_state_and_the_next_run_repairs(
    part: type, step: str, library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest(library, [folder])
    before = everything(library)
    (folder / "letters.txt").write_text(PARCELS)

    def fail(*_: Any) -> None:
        raise OSError(28, "No space left\non device")

    with monkeypatch.context() as broken:
        broken.setattr(part, step, fail)
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
    assert_in_step(library)


@pytest.mark.parametrize(("part", "step"), [(VectorIndex, "remove"), (WordIndex, "remove")])
def test_old_passages_that_could_not_be_dropped_are_not_found_and_go_with_the_next_run(
    part: type, step: str, library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest(library, [folder])
    (folder / "letters.txt").write_text(PARCELS)

    def fail(*_: Any) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as broken:
        broken.setattr(part, step, fail)
        with pytest.raises(LibraryError):
            ingest(library, [folder])
    assert LETTERS not in found(library, "forty letters", k=50)
    ingest(library, [folder])
    assert_in_step(library)
    assert library.passage_count() == 3


def test_a_failure_between_two_words_does_not_keep_the_next_writer_out(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("ingest.store.word_index.stems", lambda *_: 1 / 0)
        with pytest.raises(LibraryError) as caught:
            ingest(library, [folder])
    assert states(ingest(library, [folder]))["letters.txt"] == "added"
    assert isinstance(caught.value.__cause__, ZeroDivisionError)  # still held, with all its frames


@pytest.mark.parametrize("lost", ["vectors", "words"])
def test_passages_lost_from_an_index_are_there_again_when_the_library_is_opened(
    lost: str, store: Store, library: Library, folder: Path
) -> None:
    ingest(library, [folder])
    before = contents(library)
    id_ = library.id_at(str(folder / "letters.txt"))
    assert id_ is not None
    passages = [passage.id for passage in library.passages_of(id_)]
    {"vectors": library._vectors, "words": library._words}[lost].remove(passages)
    library.close()

    again = store.open(library.data_dir)
    assert contents(again) == before
    assert LETTERS in found(again, "forty letters")
    embedded = engine_of(again).embedded
    assert embedded == {"vectors": 3, "words": 0}[lost]  # the passage and its two sentences, and no other's
    assert set(states(ingest(again, [folder])).values()) == {"unchanged"}
    again.mend()
    assert engine_of(again).embedded == embedded
    assert contents(again) == before
    again.close()


@pytest.mark.parametrize("lost", ["vectors", "words", "both"])
def test_an_index_that_is_gone_is_made_again_from_the_catalog(
    lost: str, store: Store, library: Library, folder: Path
) -> None:
    ingest(library, [folder])
    before = contents(library)
    if lost != "words":
        library._vectors.drop()
    library.close()
    if lost != "words":
        shutil.rmtree(library.data_dir / "chroma", ignore_errors=True)
    if lost != "vectors":
        shutil.rmtree(library.data_dir / "words")
    for path in folder.iterdir():
        path.unlink()  # the texts are the library's own

    again = store.open(library.data_dir)
    assert contents(again) == before
    again.close()


def test_what_no_document_has_is_taken_out_of_the_indexes(store: Store, library: Library, folder: Path) -> None:
    ingest(library, [folder])
    before = contents(library)
    (stray, *_) = everything(library)
    stray = replace(stray, id="p0123456789abcdef")
    library._vectors.add([stray], library.engine.embed_passages([stray.text]))
    library._words.add([stray])
    library.close()
    again = store.open(library.data_dir)
    assert contents(again) == before
    again.close()


# -- threads -----------------------------------------------------------------------------------------------


def test_two_threads_search_while_one_reads_in(library: Library, folder: Path) -> None:
    ingest(library, [folder])
    forests = library.id_at(str(folder / "forests.txt"))
    done, problems, rounds = threading.Event(), list[BaseException](), [0, 0]

    def search(number: int) -> None:
        try:
            while not done.is_set() or rounds[number] < 3:
                texts = found(library, "nine crooked pillars", k=5)
                assert BRIDGES in texts
                scope = library.select({"source": "forests"})
                assert scope
                hits = library.nearest(library.engine.embed_query("nine crooked pillars"), 5, scope)
                assert {passage.document_id for passage, _ in library.passages(hit.passage_id for hit in hits)} == {
                    forests
                }
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
    assert_in_step(library)
