"""Files are read in processes of their own: a few at a time, each within bounds, and handed on in order."""

from __future__ import annotations

import atexit
import os
import pickle
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Full, Queue
from typing import Protocol

from ingest.documents import Stamp
from ingest.errors import DanchungError
from ingest.files import Source, printable
from ingest.prepare import End, Part, Unchanged, Unread

SECONDS, SECONDS_A_MB = 120.0, 20.0
"""How long reading one document may take, a file or one packed in it: a page of a PDF takes a tenth of a second."""
MOST = 8
AHEAD = 16
"""Files that may be read before their turn, a worker."""


class Reads(Protocol):
    """Whatever reads files as `prepare_files` does."""

    def __call__(
        self, files: Iterable[tuple[Source, Stamp | None]], passage_tokens: int
    ) -> Iterator[tuple[Source, Part]]: ...


@dataclass(slots=True)
class _Task:
    source: Source
    known: Stamp | None
    parts: Queue[Part | DanchungError] = field(default_factory=lambda: Queue(maxsize=8))


def prepare_files(
    files: Iterable[tuple[Source, Stamp | None]],
    passage_tokens: int,
    seconds: float = SECONDS,
    most: int | None = None,
) -> Iterator[tuple[Source, Part]]:
    """The parts of every file (`prepare.prepare`), file after file, in the order given; at most `most` files (MOST)
    at a time.

    A file whose worker takes longer than `seconds` over one part, or dies, ends with an Unread that says so.
    Raises DanchungError where no worker can be started.
    """
    pool = _Pool(passage_tokens, seconds, most or MOST)
    waiting: deque[_Task] = deque()
    coming = iter(files)
    try:
        while True:
            while len(waiting) < pool.workers * AHEAD and (file := next(coming, None)):
                waiting.append(pool.submit(_Task(*file)))
            if not waiting:
                return
            task = waiting.popleft()
            while True:
                part = task.parts.get()
                if isinstance(part, DanchungError):
                    raise part
                yield task.source, part
                if isinstance(part, End | Unchanged):
                    break
    finally:
        pool.close()


class _Pool:
    """Threads that each drive one worker; a worker is started when there is something for it to do."""

    def __init__(self, passage_tokens: int, seconds: float, most: int) -> None:
        self.workers = min(most, os.cpu_count() or 1)
        self._passage_tokens = passage_tokens
        self._seconds = seconds
        self._tasks: Queue[_Task | None] = Queue()
        self._closed = threading.Event()
        self._threads: list[threading.Thread] = []

    def submit(self, task: _Task) -> _Task:
        self._tasks.put(task)
        if len(self._threads) < self.workers:
            self._threads.append(threading.Thread(target=self._run, name="read", daemon=True))
            self._threads[-1].start()
        return task

    def close(self) -> None:
        """Stop; what is being read is thrown away."""
        self._closed.set()
        for _ in self._threads:
            self._tasks.put(None)
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        try:
            self._drive(_Worker.take())
        except DanchungError as exc:  # no worker can be started: told in place of the next file's parts
            while (task := self._tasks.get()) is not None and self._hand_on(task, exc):
                pass

    def _drive(self, worker: _Worker) -> None:
        while (task := self._tasks.get()) is not None and not self._closed.is_set():
            done = False
            try:
                for part in worker.read(task, self._passage_tokens, self._seconds):
                    if not self._hand_on(task, part):
                        break
                    done = isinstance(part, End | Unchanged)
            except _WorkerLost as lost:
                name = printable(task.source.name)
                self._hand_on(task, Unread(task.source.name, f"{name}: {lost}"))
                self._hand_on(task, End(None))
            if not done:
                worker.kill()
                if self._closed.is_set():
                    return
                worker = _Worker.take()
        worker.give_back()

    def _hand_on(self, task: _Task, part: Part | DanchungError) -> bool:
        """Whether anyone still wants it."""
        while not self._closed.is_set():
            try:
                task.parts.put(part, timeout=0.2)
            except Full:
                continue
            return True
        return False


class _WorkerLost(Exception):
    """The worker died or was ended; the message says why, to follow the file's name."""


class _Worker:
    """A process that reads. One that is done waits for the next run: starting one takes half a second."""

    _idle: Queue[_Worker] = Queue()

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "ingest.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": os.pathsep.join([str(Path(__file__).parent.parent), *sys.path])},
        )
        try:
            assert self._process.stdout is not None
            pickle.load(self._process.stdout)  # that it is ready
        except (EOFError, pickle.UnpicklingError) as exc:
            self.kill()
            raise DanchungError("no file can be read: `python -m ingest.worker` does not start") from exc

    @classmethod
    def take(cls) -> _Worker:
        while True:
            try:
                worker = cls._idle.get_nowait()
            except Empty:
                return cls()
            if worker._process.poll() is None:
                return worker

    def give_back(self) -> None:
        if self._process.poll() is None:
            self._idle.put(self)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()

    def _end_late(self, late: threading.Event) -> None:
        late.set()
        self._process.kill()

    def read(self, task: _Task, passage_tokens: int, seconds: float) -> Iterator[Part]:
        """The parts of a task's file. Raises _WorkerLost."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        part: Part | None = None
        late = threading.Event()
        allowed = seconds + SECONDS_A_MB * task.source.size / 1e6
        try:
            pickle.dump((task.source, task.known, passage_tokens), self._process.stdin)
            self._process.stdin.flush()
            while not isinstance(part, End | Unchanged):
                late.clear()
                watch = threading.Timer(allowed, self._end_late, (late,))
                watch.start()
                try:
                    part = pickle.load(self._process.stdout)
                finally:
                    watch.cancel()
                yield part
        except (EOFError, OSError, pickle.UnpicklingError) as exc:
            if late.is_set():
                raise _WorkerLost(f"took longer than {allowed:.0f} s to read; is it damaged?") from exc
            raise _WorkerLost("ended the process that read it; damaged, or too large for the memory") from exc


@atexit.register
def _end_all() -> None:
    while not _Worker._idle.empty():
        _Worker._idle.get_nowait().kill()
