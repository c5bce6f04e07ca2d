"""Cases → outcomes: in parallel, with progress, from the cache where nothing has changed."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TextIO

from evals.cache import Cache
from evals.values import Outcome
from ingest.errors import ModelError

GIVE_UP = 5
"""Cases in a row that fail for want of a model, after which the rest of the suite is left for another run."""


@dataclass(frozen=True, slots=True)
class Job:
    """One case, ready to run: `blank` is its outcome but for what is not known before, `key` all it depends on."""

    key: str
    blank: Outcome
    run: Callable[[Outcome], Outcome]
    """Fills the outcome in. Raises ModelError where a model cannot be asked."""


@dataclass(slots=True)
class Ran:
    """The outcomes of a suite, in the order of its jobs, and where they came from."""

    outcomes: list[Outcome]
    cached: int = 0
    seconds: float = 0.0


Tell = Callable[[int, int], None]
"""Is told of the cases done, and of how many."""


class Progress:
    """Cases done, their rate and the time left, on one line of a terminal, or on a line every ten seconds."""

    def __init__(self, name: str, total: int, stream: TextIO | None = None, tell: Tell | None = None) -> None:
        self._name, self._total, self._tell = name, total, tell
        self._stream = stream or sys.stderr
        self._started = self._shown = time.monotonic()
        self._done = 0
        self._lock = threading.Lock()
        self._terminal = self._stream.isatty()

    def step(self) -> None:
        with self._lock:
            self._done += 1
            if self._tell:
                self._tell(self._done, self._total)
            now = time.monotonic()
            if self._done < self._total and now - self._shown < (0.1 if self._terminal else 10):
                return
            self._shown = now
            rate = self._done / max(now - self._started, 1e-6)
            left = (self._total - self._done) / rate
            line = f"{self._name}: {self._done} of {self._total} · {rate:.1f} a second · {left:.0f} s left"
            if self._terminal:
                self._stream.write(f"\r\x1b[2K{line}")
            elif self._done < self._total:
                self._stream.write(f"{line}\n")
            self._stream.flush()

    def close(self) -> None:
        if self._terminal:
            self._stream.write("\r\x1b[2K")
            self._stream.flush()


@dataclass(slots=True)
class _Down:
    """How many cases in a row have failed for want of a model."""

    row: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, failed: bool) -> None:
        with self.lock:
            self.row = self.row + 1 if failed else 0


def run_jobs(
    name: str, jobs: Sequence[Job], cache: Cache | None = None, workers: int = 1, tell: Tell | None = None
) -> Ran:
    """Every job's outcome, in order. One whose model cannot be asked has `error`, and is tried again by the next run;
    after GIVE_UP of them in a row the others are not tried. An interrupt ends the run; what is done is in the cache."""
    started = time.monotonic()
    progress, down, ran = Progress(name, len(jobs), tell=tell), _Down(), Ran([])

    def outcome(job: Job) -> tuple[Outcome, bool]:
        try:
            return _outcome(job, cache, down)
        finally:
            progress.step()

    try:
        if workers == 1:
            found = [outcome(job) for job in jobs]
        else:
            with ThreadPoolExecutor(workers, thread_name_prefix="eval") as pool:
                try:
                    found = list(pool.map(outcome, jobs))
                except BaseException:
                    pool.shutdown(wait=False, cancel_futures=True)
                    raise
    finally:
        progress.close()
    ran.outcomes = [one for one, _ in found]
    ran.cached = sum(known for _, known in found)
    ran.seconds = time.monotonic() - started
    return ran


def _outcome(job: Job, cache: Cache | None, down: _Down) -> tuple[Outcome, bool]:
    if cache and (known := cache.get(job.key)):
        return Outcome.model_validate_json(known), True
    if down.row >= GIVE_UP:
        return _unscored(job, "not tried: the model did not answer for the cases before"), False
    try:
        found = job.run(job.blank)
    except ModelError as exc:
        down.count(failed=True)
        return _unscored(job, str(exc)), False
    down.count(failed=False)
    if cache and not found.error and not found.provisional:
        cache.put(job.key, found.model_dump_json())
    return found, False


def _unscored(job: Job, why: str) -> Outcome:
    return job.blank.model_copy(update={"error": why, "why": why})
