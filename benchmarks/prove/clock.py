"""A wall clock that jumps, back and forth, by seconds and by decades, between and within runs."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, Self
from unittest.mock import patch

from assistant import Assistant
from benchmarks.prove.holdings import astray, cited, differing, half, holdings
from benchmarks.prove.made_up import question, report, write
from benchmarks.prove.row import Row, Scale, Tally
from benchmarks.prove.stores import opened
from ingest.documents import Stamp
from ingest.files import Source
from ingest.pipeline import ingest
from ingest.prepare import Part, prepare

JUMPS = (-40 * 365 * 86_400.0, -86_400.0, -3_600.0, -2.0, 2.0, 3_600.0, 86_400.0, 40 * 365 * 86_400.0)
"""Seconds. Where a run is to begin, and by how much the clock jumps while it goes on."""
TRIALS = 40


def prove(scale: Scale) -> Iterator[Row]:
    """A row for ingestion and answers, and one for what the server keeps: jobs and conversations."""
    rng = random.Random(scale.seed)
    with tempfile.TemporaryDirectory(prefix="prove-clock-") as folder, _read_here():
        yield _ingestion(Path(folder) / "one", rng)
        yield _kept(Path(folder) / "two", rng)


def _ingestion(folder: Path, rng: random.Random) -> Row:
    tally = Tally("clock jumps: ingestion and answers")
    reports, versions = folder / "reports", dict.fromkeys(range(8), 1)
    one, twin = opened(folder / "data", None), opened(folder / "twin", None)
    for number in versions:
        write(reports / f"{number}.txt", report(number))
    for turn in range(TRIALS):
        with _clock(rng):
            changed = rng.randrange(8)
            versions[changed] += 1
            write(reports / f"{changed}.txt", report(changed, versions[changed]), age=0)
            write(reports / f"new-{turn}.txt", report(100 + turn), age=0)
            (reports / f"new-{turn - 3}.txt").unlink(missing_ok=True)
            ingest(one, [reports], prune=True)
            answer = Assistant(one).ask(question(changed, versions[changed]))
        ingest(twin, [reports], prune=True)
        expected = Assistant(twin).ask(question(changed, versions[changed]))
        lost = differing(holdings(one), holdings(twin)) + half(one)
        tally.count(lost + astray(answer, Assistant(one)) + (cited(answer) != cited(expected)))
    one.close()
    twin.close()
    return tally.row("from 1986 to 2066")


def _kept(folder: Path, rng: random.Random) -> Row:
    from fastapi.testclient import TestClient

    from assistant.api import build_api

    tally = Tally("clock jumps: jobs and conversations")
    assistant = Assistant(opened(folder / "data", None))
    begun: dict[str, int] = {}
    with TestClient(build_api(assistant), raise_server_exceptions=False) as client:
        for turn in range(TRIALS):
            with _clock(rng):
                files = [("files", (f"{turn}.txt", report(turn).encode()))]
                job = client.post("/v1/documents?wait=60", files=files).json()
                id_ = client.post("/v1/conversations").json()["id"]
                begun[id_] = 0
                for asked in rng.sample(sorted(begun), min(2, len(begun))):
                    reply = client.post(f"/v1/conversations/{asked}/ask", json={"question": question(turn)})
                    begun[asked] += reply.status_code == 200
            held = {d["source"] for d in client.get("/v1/documents?limit=500").json()["documents"]}
            lost = len({f"uploads/{n}.txt" for n in range(turn + 1)} - held)
            for kept, turns in begun.items():
                conversation = client.get(f"/v1/conversations/{kept}").json()
                lost += len(conversation.get("answers", ())) != turns
            tally.count(lost, "" if job.get("status") == "done" else f"job: {str(job)[:100]}")
    assistant.close()
    return tally.row(f"{len(begun)} conversations kept")


# -- the clock ---------------------------------------------------------------------------------------


class _Time:
    """The wall clock, off by some seconds that change now and then as it is read."""

    def __init__(self, rng: random.Random) -> None:
        self._rng, self._off = rng, rng.choice(JUMPS)
        self._real, self._real_ns = time.time, time.time_ns

    def _jump(self) -> float:
        if self._rng.random() < 0.1:
            self._off = self._rng.choice(JUMPS)
        return self._off

    def time(self) -> float:
        return self._real() + self._jump()

    def time_ns(self) -> int:
        return self._real_ns() + int(self._jump() * 1e9)


@contextmanager
def _clock(rng: random.Random) -> Iterator[None]:
    """Meanwhile the wall clock jumps, wherever this process asks for it."""
    clock = _Time(rng)

    class Jumping(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            real = super().now(tz)
            return real + timedelta(seconds=clock._jump())

    with (
        patch("time.time", clock.time),
        patch("time.time_ns", clock.time_ns),
        patch("assistant.kept.datetime", Jumping),
        patch("assistant.uploads.datetime", Jumping),
    ):
        yield


@contextmanager
def _read_here() -> Iterator[None]:
    """Files are read in this process: the workers have clocks of their own."""

    def reading(
        files: Iterable[tuple[Source, Stamp | None]], passage_tokens: int, seconds: float = 0.0
    ) -> Iterator[tuple[Source, Part]]:
        del seconds
        for source, known in files:
            for part in prepare(source, known, passage_tokens):
                yield source, part

    replaced: Any = reading
    with patch("ingest.pipeline.prepare_files", replaced):
        yield
