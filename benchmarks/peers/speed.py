"""How fast and how large: ingestion, memory, disk, cold start, and queries at each size, peers taking turns."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peers.bench import Bench, Rounds
from benchmarks.peers.sets import WARM, few_passages, made_up, write_passages
from benchmarks.peers.talking import session

K = 10
MADE_EACH_ROUND = 10_000
"""The largest size that is read anew in each round; larger ones are read once and asked in every round."""
COLD = 1_000
"""The size at which the cold start is taken."""


def embedded(bench: Bench, data: Path | None, passages: int) -> dict[str, Any]:
    """Ingestion with the engine: passages a second, and the share of the time that the engine took."""
    origin, texts = few_passages(data, passages)
    folder = write_passages(bench.work / "few", texts)
    rounds = Rounds()
    for turn in bench.turns("ingestion"):
        with rounds.turn(turn), fresh(bench.work / "stores" / turn.peer / "few") as store:
            with session(turn.environment, store, bench.engine, turn.log) as peer:
                read = peer.do("ingest", folder=folder)
            turn.note(
                passages_per_s=passages / read["seconds"],
                engine_share=read["engine_seconds"] / read["seconds"],
            )
    return {"passages": passages, "origin": origin, **rounds.as_json()}


def sized(bench: Bench, size: int) -> dict[str, Any]:
    """One size with vectors given: ingestion without embedding, disk, memory, query p50 and p95, and at COLD the time
    from nothing to the first answer."""
    texts, vectors = made_up(bench.work / "made-up" / str(size), size)
    engine = {**bench.engine, "given": str(vectors)}
    rounds, questions = Rounds(), _questions(vectors)
    for turn in bench.turns(f"{size:,} passages"):
        store = bench.work / "stores" / turn.peer / str(size)
        with rounds.turn(turn):
            if size <= MADE_EACH_ROUND or not (store.parent / f"{size}.whole").exists():
                shutil.rmtree(store, ignore_errors=True)
                with session(turn.environment, store, engine, turn.log) as peer:
                    read = peer.do("ingest", folder=texts)
                    turn.note(stored_per_s=size / read["seconds"], passages=read["passages"])
                (store.parent / f"{size}.whole").touch()
            turn.note(disk_mb=_size(store) / 1e6)
            started = time.perf_counter()
            with session(turn.environment, store, engine, turn.log) as peer:
                peer.do("search", questions=questions[:1], k=K)
                if size == COLD:
                    turn.note(cold_start_s=time.perf_counter() - started)
                peer.do("search", questions=questions[:WARM], k=K)
                found = peer.do("search", questions=questions[WARM:], k=K)["found"]
                turn.note(resident_mb=peer.megabytes(), **_query_times(found))
    for peer_name in bench.names:
        if size <= MADE_EACH_ROUND:
            shutil.rmtree(bench.work / "stores" / peer_name / str(size), ignore_errors=True)
    return {"passages": size, **rounds.as_json()}


def _query_times(found: Sequence[dict[str, Any]]) -> dict[str, float]:
    """Milliseconds of whole queries, and of what is not the engine's."""
    whole = [one["ms"] for one in found]
    beside = [one["ms"] - one["engine_ms"] for one in found]
    p50, p95 = np.percentile(whole, [50, 95])
    return {
        "query_p50_ms": float(p50), "query_p95_ms": float(p95), "search_p50_ms": float(np.median(beside)),
        "hits": float(np.mean([len(one["hits"]) for one in found])),
    }  # fmt: skip


@contextmanager
def fresh(folder: Path) -> Iterator[Path]:
    """A folder that was not there and will not be."""
    shutil.rmtree(folder, ignore_errors=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _questions(vectors: Path) -> list[str]:
    found: list[str] = json.loads((vectors / "questions.json").read_text(encoding="utf-8"))
    return found


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
