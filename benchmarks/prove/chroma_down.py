"""A Chroma server that is stopped and started again while questions are asked and reports read in."""

from __future__ import annotations

import random
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from assistant import Assistant
from benchmarks.prove.holdings import astray, differing, half, holdings
from benchmarks.prove.made_up import question, report, write
from benchmarks.prove.row import Row, Scale, Tally
from benchmarks.prove.stores import ChromaServer, opened
from ingest.errors import LibraryError
from ingest.pipeline import ingest

REPORTS = 16


def prove(scale: Scale) -> Iterator[Row]:
    """One row: a trial is a stop, and every call meanwhile must be right or say in words that the server is gone."""
    tally = Tally("Chroma server stopped and started again under load")
    rng = random.Random(scale.seed)
    with tempfile.TemporaryDirectory(prefix="prove-down-") as name, ChromaServer(Path(name) / "server") as server:
        folder = Path(name)
        for number in range(REPORTS):
            write(folder / "reports" / f"{number}.txt", report(number))
        library = opened(folder / "data", server.url)
        ingest(library, [folder / "reports"])
        load = _Load(library_of=Assistant(library), reports=folder / "reports")
        with load:
            for _ in range(scale.stops):
                time.sleep(rng.uniform(0.3, 1.5))
                server.stop(rng.choice((signal.SIGKILL, signal.SIGTERM)))
                time.sleep(rng.uniform(0.1, 1.0))
                server.start()
                before = load.right
                deadline = time.monotonic() + 60
                while load.right < before + 2 and time.monotonic() < deadline:
                    time.sleep(0.05)
                tally.count(0, "" if load.right >= before + 2 else "no answer within a minute of its start")
        ingest(library, [folder / "reports"])
        whole = opened(folder / "whole", server.url)
        ingest(whole, [folder / "reports"])
        parts = {
            "parts that differ from a whole library's": differing(holdings(library), holdings(whole)),
            "half there": half(library),
            "answers with other words than they cite": load.wrong,
        }
        library.close()
        whole.close()
    tally.lost = sum(parts.values())
    tally.wrong += [f"{count} {what}" for what, count in parts.items() if count]
    tally.wrong += load.unforeseen[:2]
    tally.survived -= min(tally.survived, len(load.unforeseen))
    yield tally.row(f"{load.right} calls right, {load.refused} refused in words")


class _Load:
    """Two threads that ask and one that reads reports in, until it is left."""

    def __init__(self, library_of: Assistant, reports: Path) -> None:
        self._assistant, self._reports = library_of, reports
        self._done = threading.Event()
        self.right, self.refused, self.wrong = 0, 0, 0
        self.unforeseen: list[str] = []
        self._threads = [threading.Thread(target=self._go, args=(call,)) for call in (self._ask, self._ask, self._read)]

    def _go(self, call: Callable[[int], None]) -> None:
        turn = 0
        while not self._done.is_set():
            turn += 1
            try:
                call(turn)
                self.right += 1
            except LibraryError:
                self.refused += 1
                time.sleep(0.05)
            except Exception as exc:  # noqa: BLE001 that is what is looked for
                self.unforeseen.append(f"{type(exc).__module__}.{type(exc).__name__}: {str(exc)[:100]}")
                time.sleep(0.05)

    def _ask(self, turn: int) -> None:
        library = self._assistant.library
        before = library.version
        wrong = astray(self._assistant.ask(question(turn % REPORTS)), self._assistant)
        if before is not None and library.version == before:  # a report rewritten since has no longer the old words
            self.wrong += wrong

    def _read(self, turn: int) -> None:
        write(self._reports / f"{turn % 4}.txt", report(turn % 4, version=1 + turn))
        with suppress(FileNotFoundError):
            ingest(self._assistant.library, [self._reports])
        time.sleep(0.2)

    def __enter__(self) -> None:
        for thread in self._threads:
            thread.start()

    def __exit__(self, *_: object) -> None:
        self._done.set()
        for thread in self._threads:
            thread.join()
