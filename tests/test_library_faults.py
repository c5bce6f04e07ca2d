"""What a library survives: a second owner, another engine, a failing disk, a killed run, threads."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
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
    write,
)

from ingest.errors import LibraryBusy, LibraryError
from ingest.library import Library
from ingest.pipeline import ingest
from ingest.split import split
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


# -- killed runs -------------------------------------------------------------------------------------------

NURSERY = """if True:
    import json, os, pydoc, resource, signal, sys, time, traceback
    from pathlib import Path
    import chromadb.api.fastapi, chromadb.api.rust, chromadb.telemetry.product.posthog, filelock, httpcore, tantivy
    from ingest import pipeline
    from ingest.errors import LibraryError
    from ingest.files import find_files
    from ingest.library import Library
    from libraries import WordsEngine, read_here

    read, engine = {}, WordsEngine()

    def read_ahead(paths):  # once, for all the runs to come
        for source in find_files(paths):
            if source not in read:
                read[source] = list(read_here([(source, None)], 200))
                engine.embed_passages([p.text for _, part in read[source] for p in getattr(part, "passages", ())])

    def read_at_once(files, passage_tokens):
        for source, _ in files:
            yield from read[source]

    class ToldLibrary(Library):
        def put(self, *entries):
            super().put(*entries)
            os.write(told, b".")

    def dies_at(where, name, when):  # the call number `when` of a function is not made
        part, calls = pydoc.locate(where), [0]
        original = getattr(part, name)
        def step(*given):
            calls[0] += 1
            if calls[0] == when:
                os.kill(os.getpid(), signal.SIGKILL)
            return original(*given)
        setattr(part, name, step)

    def run(task):
        if task["dies_at"]:
            dies_at(*task["dies_at"])
        if not task["workers"]:
            pipeline.prepare_files = read_at_once
        if task["largest"]:
            resource.setrlimit(resource.RLIMIT_FSIZE, (task["largest"], task["largest"]))
        library = None
        try:
            library = ToldLibrary(Path(task["data"]), engine, chroma_url=task["url"])
            pipeline.ingest(library, task["paths"], prune=True)
        except LibraryError as exc:
            return 3
        finally:
            if library:
                library.close()
        return 0

    pipeline.STORED_TOGETHER, pipeline.SLICE = 8, 2  # sixty small files in many steps
    for line in sys.stdin:
        task = json.loads(line)
        read_ahead(task["paths"])
        heard, told = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(heard)
            try:
                os._exit(run(task))
            except BaseException:
                traceback.print_exc()
                os._exit(99)
        os.close(told)
        if task["kill_after"]:
            steps, seconds = task["kill_after"]
            while steps and os.read(heard, 1):
                steps -= 1
            time.sleep(seconds)
            os.kill(child, signal.SIGKILL)
        else:
            while os.read(heard, 1):
                pass
        status = os.waitpid(child, 0)[1]
        os.close(heard)
        print(os.waitstatus_to_exitcode(status), flush=True)
"""


class Nursery:
    """A process that has loaded everything and starts runs of ingestion at once, which it may kill."""

    def __init__(self) -> None:
        self._process = run_python(NURSERY, stdin=subprocess.PIPE)

    def run(self, store: Store, data: Path, reports: Path, **how: Any) -> str:
        """How the run ended: "done", "killed", or "refused" with a LibraryError.

        `kill_after`: so many changes of the library, and seconds after the last. `dies_at`: a module or class, a
        function of it, and the number of the call it dies at. `workers`: it reads with workers. `largest`: the bytes a
        file of its may have.
        """
        task = {"data": str(data), "url": store.url, "paths": [str(reports)]}
        how = {"kill_after": None, "dies_at": None, "workers": False, "largest": None} | how
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(task | how), file=self._process.stdin, flush=True)
        return {0: "done", 3: "refused", -signal.SIGKILL: "killed"}[int(self._process.stdout.readline())]

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)
        self._process.stdout.close()


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    opened = Nursery()
    yield opened
    opened.close()


WORDS = (
    "river bridge letter office garden window market winter summer harvest village teacher doctor road stone".split()
)


def made_up(number: int, version: int = 1) -> str:
    """A report of one to some four passages that is like no other."""
    rng = random.Random(f"{number}/{version}")
    return "\n\n".join(
        " ".join(
            f"The {rng.choice(WORDS)} {rng.randrange(10**6)} of {rng.choice(WORDS)} {rng.randrange(10**6)} was seen by "
            f"the {rng.choice(WORDS)} {rng.randrange(10**6)} in version {version}."
            for _ in range(4)
        )
        for _ in range(1 + number % 5)
    )


def sixty_reports(folder: Path) -> None:
    """Among them a copy, a near copy, and two reports of one event."""
    for number in range(55):
        write(folder / f"report-{number:02}.txt", made_up(number))
    repeated = " ".join(
        f"The {word} committee of the town read its {number + 2} files and closed {number + 1} of them."
        for number, word in enumerate(WORDS)
    )
    write(folder / "report-05-original.txt", repeated)
    write(folder / "report-15-copy.txt", repeated)
    write(folder / "report-25-near.txt", f"{repeated} Only here stands that the lamp was green.")
    mr_trac = "Phan Dinh Trac, Head of the Central Internal Affairs Commission, opened the meeting of May 12, 2024."
    write(folder / "report-35-event.txt", f"{mr_trac} He named 848 cases against 1,884 people. All of them were heard.")
    write(folder / "report-45-event.txt", f"In the hall there were few seats. {mr_trac} Of 1,884 people he spoke long.")


def change_some(folder: Path) -> None:
    """Twenty reports are written anew, the original of the copies too, and four are taken away."""
    for number in range(0, 55, 3):
        write(folder / f"report-{number:02}.txt", made_up(number, version=2))
    write(folder / "report-05-original.txt", made_up(100))
    for name in ("report-01.txt", "report-22.txt", "report-43.txt", "report-45-event.txt"):
        (folder / name).unlink()


def assert_nothing_is_half(data: Path, store: Store, known: dict[str, list[str]]) -> int:
    """What a killed run left, some documents: each whole, and each of its passages in both indexes. `known` keeps the
    passages that a document has."""
    if not (data / "catalog.sqlite3").exists():
        return 0
    catalog = Catalog(data / "catalog.sqlite3")
    try:
        ids = catalog.document_ids()
        copies = {summary.id for summary in catalog.summaries() if summary.copy_of}
        for id_ in ids:
            document = catalog.document(id_)
            assert document is not None
            if id_ not in known:
                known[id_] = [passage.id for passage in split(document)]
            kept = catalog.passage_ids(id_)
            assert (set(kept) < set(known[id_])) if id_ in copies else (kept == known[id_])
        if ids:
            url, made = store.url, catalog.settle()
            vectors = VectorIndex(data / "chroma", url, f"danchung-{made['id']}" if url else "passages")
            named = set(catalog.passage_ids())
            assert named <= vectors.ids()
            assert named <= WordIndex(data / "words").ids()
            vectors.close()
        return len(ids)
    finally:
        catalog.close()


def test_a_run_killed_thirty_times_ends_as_one_that_never_was(nursery: Nursery, store: Store, tmp_path: Path) -> None:
    reports, data, whole = tmp_path / "reports", tmp_path / "data", tmp_path / "whole"
    sixty_reports(reports)
    assert len(list(reports.iterdir())) == 60
    rng, killed, done, sizes = random.Random(5), 0, 0, list[int]()
    known: dict[str, list[str]] = {}
    while killed < 30:
        steps = rng.randrange(0, 3)
        seconds = rng.uniform(0, 0.06 if steps else 0.15)
        how = nursery.run(store, data, reports, kill_after=(steps, seconds), workers=killed % 15 == 14)
        sizes.append(assert_nothing_is_half(data, store, known))
        killed += how == "killed"
        done += how == "done"
        if killed == 15 and how == "killed":
            change_some(reports)
        elif how == "done":  # before it was killed: give the next one something to do
            for number in range(2, 55, 3):
                write(reports / f"report-{number:02}.txt", made_up(number, version=2 + done))
    assert len(set(sizes)) > 4  # they were killed here and there
    assert nursery.run(store, data, reports) == nursery.run(store, whole, reports) == "done"
    picked_up, uninterrupted = store.open(data), store.open(whole)
    assert_in_step(picked_up)
    assert len(picked_up.documents()) == 56
    assert [document.source for document in picked_up.documents() if document.copy_of] == ["reports/report-25-near.txt"]
    for what, expected in contents(uninterrupted).items():
        assert contents(picked_up)[what] == expected, what
    picked_up.close()
    uninterrupted.close()


CALLS = [
    ("ingest.store.vector_index.VectorIndex", "add", 2),
    ("ingest.store.word_index.WordIndex", "add", 2),
    ("ingest.store.catalog.Catalog", "put", 2),
    ("ingest.store.rows", "from_entry", 3),
    ("ingest.store.rows", "from_passage", 2),
    ("ingest.store.rows", "from_stamp", 1),
    ("ingest.store.rows", "from_stamp", 2),
    ("ingest.store.vector_index.VectorIndex", "remove", 1),
    ("ingest.store.word_index.WordIndex", "remove", 1),
    ("ingest.store.catalog.Catalog", "remove", 1),
    ("ingest.store.catalog.Catalog", "forget_file", 1),
]


def test_a_run_killed_at_any_step_is_picked_up(nursery: Nursery, store: Store, tmp_path: Path) -> None:
    reports = tmp_path / "reports"

    def before() -> None:
        for number in (4, 9, 14):
            write(reports / f"{number}.txt", made_up(number))
        write(reports / "copy.txt", made_up(4))

    def after() -> None:
        write(reports / "4.txt", made_up(4, version=2))
        write(reports / "14.txt", made_up(14, version=2))
        (reports / "9.txt").unlink()

    before()
    after()
    assert nursery.run(store, tmp_path / "whole", reports) == "done"
    whole = store.open(tmp_path / "whole")
    expected = contents(whole)
    whole.close()
    for number, step in enumerate(CALLS):
        data = tmp_path / f"data-{number}"
        before()
        assert nursery.run(store, data, reports) == "done"
        after()
        assert nursery.run(store, data, reports, dies_at=step) == "killed", step
        assert assert_nothing_is_half(data, store, {}) >= 3
        assert nursery.run(store, data, reports) == "done"
        picked_up = store.open(data)
        assert_in_step(picked_up)
        assert contents(picked_up) == expected, step
        picked_up.close()


SLOW_INGEST = """if True:
    import sys
    from pathlib import Path
    from ingest import pipeline
    from ingest.library import Library
    from libraries import WordsEngine
    pipeline.STORED_TOGETHER = 1  # five small reports in five steps
    library = Library(Path(sys.argv[1]), WordsEngine(seconds=0.05), chroma_url=sys.argv[2] or None)
    def tell(progress):
        if progress.outcome:
            print(progress.outcome.state, progress.files, flush=True)
    pipeline.SLICE = 1
    pipeline.ingest(library, sys.argv[3:], tell)
"""


def test_a_killed_run_is_picked_up(store: Store, corpus: Library, tmp_path: Path) -> None:
    reports = sorted(CORPUS.iterdir())[:5]
    process = run_python(SLOW_INGEST, str(tmp_path / "data"), store.url or "", *map(str, reports))
    assert process.stdout is not None
    for _ in range(2):
        assert process.stdout.readline().startswith("added")
    time.sleep(0.03)  # somewhere inside the next file
    process.send_signal(signal.SIGKILL)
    assert process.wait(timeout=30) == -signal.SIGKILL
    process.stdout.close()

    picked_up = store.open(tmp_path / "data")
    kept = len(picked_up.documents())
    assert 2 <= kept < len(reports)
    report = ingest(picked_up, reports)
    assert not report.failed
    assert report.count("unchanged") == kept
    clean = {corpus.id_at(str(path)) for path in reports}
    assert picked_up.documents() == [document for document in corpus.documents() if document.id in clean]
    assert everything(picked_up) == [passage for passage in everything(corpus) if passage.document_id in clean]
    assert_in_step(picked_up)
    picked_up.close()


def test_a_word_index_killed_between_two_of_its_files_is_written_again(
    store: Store, library: Library, folder: Path
) -> None:
    """tantivy writes what is deleted into a file of its own, and only then says so in meta.json."""
    write(folder / "long.txt", made_up(4))
    ingest(library, [folder])
    (first, *_) = everything(library)
    meta = (library.data_dir / "words" / "meta.json").read_bytes()
    library._words.remove([first.id])
    (library.data_dir / "words" / "meta.json").write_bytes(meta)
    library._catalog.remove([first.document_id])
    library.close()
    again = store.open(library.data_dir)
    assert_in_step(again)
    assert set(states(ingest(again, [folder])).values()) == {"added", "unchanged"}
    assert_in_step(again)
    again.close()


# -- full and read-only disks ------------------------------------------------------------------------------


def test_files_that_may_not_grow_leave_a_library_that_the_next_run_finishes(
    nursery: Nursery, store: Store, tmp_path: Path
) -> None:
    reports, data, whole = tmp_path / "reports", tmp_path / "data", tmp_path / "whole"
    for number in range(25):
        write(reports / f"report-{number:02}.txt", made_up(number))
    kept, known = list[int](), dict[str, list[str]]()
    for largest in (20_000, 200_000, 250_000, 300_000, 350_000):
        assert nursery.run(store, data, reports, largest=largest) == "refused"
        kept.append(assert_nothing_is_half(data, store, known))
    assert kept == sorted(kept)
    assert 0 < kept[-1] < 25
    assert nursery.run(store, data, reports) == nursery.run(store, whole, reports) == "done"
    finished, uninterrupted = store.open(data), store.open(whole)
    for what, expected in contents(uninterrupted).items():
        assert contents(finished)[what] == expected, what
    finished.close()
    uninterrupted.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 24 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "none", str(disk)], capture_output=True).returncode:
        pytest.skip("no file system may be mounted here")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_a_full_disk_leaves_a_library_that_the_next_run_finishes(
    store: Store, small_disk: Path, tmp_path: Path
) -> None:
    reports, data = tmp_path / "reports", small_disk / "data"
    for number in range(8):
        write(reports / f"report-{number}.txt", made_up(number))
    first = store.open(data)
    ingest(first, [reports])
    first.close()
    refused = list[str]()
    for number, left in enumerate((0, 30_000, 100_000, 300_000, 1_000_000)):
        write(reports / f"report-{number}.txt", made_up(number, version=2))
        write(reports / f"more-{number}.txt", made_up(number + 100))
        fill(small_disk, left)
        try:
            opened = store.open(data)
            try:
                ingest(opened, [reports])
            finally:
                opened.close()
        except LibraryError as exc:
            refused.append(str(exc))
        (small_disk / "ballast").unlink()
        assert_nothing_is_half(data, store, {})
    assert len(refused) >= 2
    assert all(message.startswith(str(data)) and "\n" not in message for message in refused)

    again, whole = store.open(data), store.open(tmp_path / "whole")
    assert_in_step(again)
    assert not ingest(again, [reports]).failed
    ingest(whole, [reports])
    for what, expected in contents(whole).items():
        assert contents(again)[what] == expected, what
    again.close()
    whole.close()


def fill(disk: Path, left: int) -> None:
    """Leave only so many bytes free."""
    with (disk / "ballast").open("wb") as ballast:
        free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
        os.posix_fallocate(ballast.fileno(), 0, free - left)


def test_a_read_only_disk_is_told_in_one_line(store: Store, small_disk: Path, folder: Path) -> None:
    first = store.open(small_disk / "data")
    ingest(first, [folder])
    before = contents(first)
    first.close()
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(LibraryError, match=f"{small_disk / 'data'}: is not writable") as caught:
        store.open(small_disk / "data")
    assert "\n" not in str(caught.value)
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    again = store.open(small_disk / "data")
    assert contents(again) == before
    again.close()


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser has every right")
def test_a_directory_without_rights_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o500)
    with pytest.raises(LibraryError, match="is not writable") as caught:
        Library(tmp_path / "data", WordsEngine())
    assert "\n" not in str(caught.value)


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
