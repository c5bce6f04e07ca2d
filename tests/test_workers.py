"""Files are read in processes of their own: one that hangs or dies costs its file and nothing else."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Queue
from typing import Any

import pytest
from libraries import BRIDGES, LETTERS, WordsEngine, run_python, states, write

from ingest import workers
from ingest.ahead import ahead
from ingest.documents import Stamp
from ingest.errors import DanchungError
from ingest.files import Source, find_files
from ingest.library import Library
from ingest.pipeline import ingest
from ingest.prepare import End, Part, Prepared, Unchanged, Unread
from ingest.workers import prepare_files

BAD_READER = '''
"""Python runs this at its start: in a worker, some files do what damaged files may do to a parser."""
import os, sys, time

if sys.argv[:1] == ["-m"]:
    from ingest import prepare

    load = prepare.load

    def bad(file):
        name = os.path.basename(file.name)
        if name.startswith("hangs"):
            time.sleep(600)
        if name.startswith("dies"):
            os._exit(1)
        if name.startswith("prints"):
            print("a library prints what it likes", flush=True)
            os.system("echo and so does a program it runs")
        if name.startswith("fills"):
            bytearray(1 << 40)
        if name.startswith("breaks"):
            raise LookupError("a bug in a reader")
        if name.startswith("slow"):
            time.sleep(0.4)
        return load(file)

    prepare.load = bad
'''


@pytest.fixture(scope="module", autouse=True)
def _bad_workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The workers of this module are not those of other tests: some file names are bad for them. One is enough."""
    site = write(tmp_path_factory.mktemp("site") / "sitecustomize.py", BAD_READER)
    with pytest.MonkeyPatch.context() as patched:
        patched.syspath_prepend(site.parent)
        patched.setattr(workers._Worker, "_idle", Queue())
        patched.setattr(workers, "MOST", 1)
        yield
        workers._end_all()


@pytest.fixture
def _no_workers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """None is there yet, and those that come end with the test."""
    monkeypatch.setattr(workers._Worker, "_idle", Queue())
    OTHERS.clear()
    OTHERS.update(children())
    yield
    workers._end_all()


@pytest.fixture
def files(tmp_path: Path) -> Path:
    return tmp_path / "files"


def sources(*paths: Path) -> list[tuple[Source, Stamp | None]]:
    return [(source, None) for source in find_files(paths) if isinstance(source, Source)]


def by_file(parts: Any) -> dict[str, list[Part]]:
    found: dict[str, list[Part]] = {}
    for source, part in parts:
        found.setdefault(Path(source.name).name, []).append(part)
    return found


OTHERS: set[int] = set()


def children() -> set[int]:
    """The workers that this test has running."""
    found = set[int]()
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            parent = next(line for line in status.read_text().splitlines() if line.startswith("PPid:")).split()[1]
            command = (status.parent / "cmdline").read_bytes()
        except OSError:
            continue
        if int(parent) == os.getpid() and b"ingest.worker" in command:
            found.add(int(status.parent.name))
    return found - OTHERS


def report(folder: Path, name: str) -> Path:
    return write(folder / name, f"{LETTERS} This is file {name}.")


# -- reading -----------------------------------------------------------------------------------------------


def test_files_are_handed_on_in_order_whoever_is_first(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "MOST", 2)
    names = ["slow-0.txt", *(f"report-{number:02}.txt" for number in range(40)), "slow-1.txt", "z.txt"]
    for name in names:
        report(files, name)
    order = [files / name for name in names]
    given = [(Source(str(path), str(path), path.stat().st_size), None) for path in order]
    parts = list(prepare_files(given, 200))
    assert [source for source, part in parts if isinstance(part, End)] == [source for source, _ in given]
    assert [source.name for source, part in parts if isinstance(part, Prepared)] == [str(path) for path in order]
    for source, part in parts:
        if isinstance(part, Prepared):
            assert part.document.path == source.name
            assert part.document.text.endswith(f"This is file {Path(source.name).name}.")


def test_a_file_is_read_as_it_was_before_or_not_at_all(tmp_path: Path) -> None:
    path = report(tmp_path, "a.txt")
    ((source, prepared), (_, end)) = prepare_files(sources(path), 200)
    assert isinstance(prepared, Prepared)
    assert isinstance(end, End)
    assert end.stamp is not None
    assert (end.stamp.path, end.stamp.size) == (str(path), path.stat().st_size)
    ((_, part),) = prepare_files([(source, end.stamp)], 200)
    assert part == Unchanged(end.stamp)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("hangs.txt", "took longer than 2 s to read; is it damaged?"),
        ("dies.txt", "ended the process that read it; damaged, or too large for the memory"),
        ("fills.txt", "cannot be read (MemoryError)"),
        ("breaks.txt", "cannot be read (a bug in a reader)"),
    ],
)
def test_a_file_that_a_reader_fails_on_is_named_and_the_rest_is_read(name: str, says: str, files: Path) -> None:
    for other in ("a.txt", "b.txt", name, "x.txt", "y.txt", "z.txt"):
        report(files, other)
    started = time.monotonic()
    found = by_file(prepare_files(sources(files), 200, seconds=2))
    assert time.monotonic() - started < 20
    assert found.pop(name) == [
        Unread(str(files / name), f"{files / name}: {says}"),
        End(None),
    ]
    assert sorted(found) == ["a.txt", "b.txt", "x.txt", "y.txt", "z.txt"]
    assert all(isinstance(parts[0], Prepared) and isinstance(parts[1], End) for parts in found.values())


def test_many_files_that_end_their_worker_end_no_run(files: Path) -> None:
    for number in range(3):
        report(files, f"dies-{number}.txt")
    report(files, "good.txt")
    found = by_file(prepare_files(sources(files), 200))
    assert len(found) == 4
    assert sum(isinstance(parts[0], Unread) for parts in found.values()) == 3
    assert isinstance(found["good.txt"][0], Prepared)


def test_what_a_reader_prints_gets_not_between_the_parts(files: Path) -> None:
    report(files, "prints.txt")
    report(files, "z.txt")
    found = by_file(prepare_files(sources(files), 200))
    assert all(isinstance(parts[0], Prepared) for parts in found.values())


def test_a_run_tells_of_the_file_that_ended_its_worker(files: Path, tmp_path: Path) -> None:
    for name in ("a.txt", "dies.txt", "z.txt"):
        report(files, name)
    library = Library(tmp_path / "data", WordsEngine())
    done = ingest(library, [files])
    assert states(done) == {"a.txt": "added", "dies.txt": "failed", "z.txt": "added"}
    (files / "dies.txt").rename(files / "lives.txt")
    assert states(ingest(library, [files])) == {
        "a.txt": "unchanged",
        "lives.txt": "added",
        "z.txt": "unchanged",
    }
    library.close()


def test_a_named_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    started = time.monotonic()
    ((_, unread), (_, end)) = prepare_files(sources(tmp_path / "pipe.txt"), 200, seconds=30)
    assert isinstance(unread, Unread)
    assert "not a file that can be read to its end" in unread.message
    assert end == End(None)
    assert time.monotonic() - started < 20


# -- starting and ending -----------------------------------------------------------------------------------


@pytest.mark.usefixtures("_no_workers")
def test_workers_wait_for_the_next_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "MOST", 2)
    for number in range(4):
        report(tmp_path, f"{number}.txt")
    list(prepare_files(sources(tmp_path), 200))
    first = children()
    assert 1 <= len(first) <= workers.MOST
    list(prepare_files(sources(tmp_path), 200))
    assert children() == first


@pytest.mark.usefixtures("_no_workers")
def test_a_worker_that_ended_while_it_waited_is_replaced(tmp_path: Path) -> None:
    report(tmp_path, "a.txt")
    list(prepare_files(sources(tmp_path), 200))
    for process in children():
        os.kill(process, signal.SIGKILL)
        os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT)
    (prepared, _) = [part for _, part in prepare_files(sources(tmp_path), 200)]
    assert isinstance(prepared, Prepared)


@pytest.mark.usefixtures("_no_workers")
def test_no_files_start_no_worker() -> None:
    assert list(prepare_files([], 200)) == []
    assert children() == set()


@pytest.mark.usefixtures("_no_workers")
def test_few_files_start_few_workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "MOST", 8)
    report(tmp_path, "a.txt")
    list(prepare_files(sources(tmp_path), 200))
    assert len(children()) == 1


def test_a_consumer_that_stops_early_leaves_nothing_running(files: Path) -> None:
    for number in range(60):
        report(files, f"slow-{number:02}.txt")
    before = threading.active_count()
    started = time.monotonic()
    coming = prepare_files(sources(files), 200)
    next(coming)
    assert isinstance(coming, Iterator)
    coming.close()  # type: ignore[attr-defined]
    assert time.monotonic() - started < 15  # not the 24 s that reading all of them takes
    assert threading.active_count() == before
    write(files / "late.txt", BRIDGES)
    (prepared, _) = [part for _, part in prepare_files(sources(files / "late.txt"), 200)]
    assert isinstance(prepared, Prepared)  # nothing of what was thrown away
    assert prepared.document.text == BRIDGES


def test_files_are_asked_for_only_as_they_are_needed(tmp_path: Path) -> None:
    path = report(tmp_path, "a.txt")
    asked = [0]

    def endless() -> Iterator[tuple[Source, None]]:
        while True:
            asked[0] += 1
            yield Source(str(path), str(path)), None

    coming = prepare_files(endless(), 200)
    for _ in range(10):
        next(coming)
    assert asked[0] <= 10 + workers.AHEAD * workers.MOST
    coming.close()  # type: ignore[attr-defined]


@pytest.mark.usefixtures("_no_workers")
def test_where_no_worker_starts_one_line_says_so(files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "site" / "sitecustomize.py", "import os\nos._exit(3)\n")
    monkeypatch.syspath_prepend(tmp_path / "site")
    for number in range(3):
        report(files, f"{number}.txt")
    with pytest.raises(
        DanchungError, match=r"no file can be read: `python -m ingest\.worker` does not start"
    ) as caught:
        list(prepare_files(sources(files), 200))
    assert "\n" not in str(caught.value)


KILLED = """if True:
    import os, sys, threading
    from ingest.files import Source
    from ingest.workers import prepare_files
    parts = prepare_files(((Source(sys.argv[1], sys.argv[1]), None) for _ in range(10_000)), 200)
    if sys.argv[2] == "starting":
        threading.Timer(0.1, print, ["starting"], {"flush": True}).start()
    next(parts)
    print("reading", flush=True)
    for _ in parts:
        pass
"""


@pytest.mark.parametrize("when", ["starting", "reading"])
def test_workers_end_with_the_process_that_started_them(when: str, tmp_path: Path) -> None:
    process = run_python(KILLED, str(report(tmp_path, "a.txt")), when, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline() == f"{when}\n"
    process.kill()
    process.wait(timeout=10)
    process.stdout.close()
    # Only when the last worker has ended is the other end of its standard error closed.
    told = process.stderr.read()
    process.stderr.close()
    assert told == ""  # and it says nothing into the terminal of someone who went on


# -- ahead -------------------------------------------------------------------------------------------------


def test_items_are_made_ahead_and_come_in_order() -> None:
    assert list(ahead(range(100))) == list(range(100))
    made: list[int] = []

    def making() -> Iterator[int]:
        for number in range(100):
            made.append(number)
            yield number

    coming = ahead(making(), most=2)
    assert next(coming) == 0
    for _ in range(100):
        if len(made) >= 3:
            break
        time.sleep(0.01)
    time.sleep(0.05)
    assert 3 <= len(made) <= 4  # the one in use, two that wait, and one in the making
    coming.close()  # type: ignore[attr-defined]
    assert len(made) <= 5


def test_what_fails_in_the_thread_is_raised_where_the_items_are_used() -> None:
    def failing() -> Iterator[int]:
        yield 1
        raise ValueError("no more")

    coming = ahead(failing())
    assert next(coming) == 1
    with pytest.raises(ValueError, match="no more"):
        next(coming)


def test_leaving_early_ends_the_thread_and_closes_what_it_reads() -> None:
    closed = threading.Event()

    def making() -> Iterator[int]:
        try:
            yield from range(1000)
        finally:
            closed.set()

    before = threading.active_count()
    for number in ahead(making()):
        if number == 3:
            break
    assert closed.wait(5)
    assert threading.active_count() == before
