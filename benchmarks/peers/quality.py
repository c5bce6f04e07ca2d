"""Retrieval quality on the public question sets, every peer over the same passages with the same vectors."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.datasets import Asked
from benchmarks.peers.bench import Bench
from benchmarks.peers.sets import public_sets, write_passages
from benchmarks.peers.speed import K, fresh
from benchmarks.peers.talking import PeerFailed, session
from evals.scorers import rank_scores

MEASURES = ("recall@1", "recall@10", "ndcg@10")


def measure(bench: Bench, data: Path, most: int) -> dict[str, Any]:
    """For each set its number of questions, and for each peer its measures; deterministic, so it is done once."""
    sets = list(public_sets(data, most))
    found: dict[str, Any] = {one.name: {"questions": len(one.questions), "peers": {}} for one, _ in sets}
    errors: dict[str, str] = {}
    engine = {**bench.engine, "kept": str(bench.work / "embedded.sqlite")}
    folders = {name: write_passages(bench.work / "sets" / name, one.passages) for one, name in sets}
    for peer, environment in bench.peers.items():
        print(f"quality: {peer}", file=sys.stderr, flush=True)
        try:
            for name, folder in folders.items():
                with (
                    fresh(bench.work / "stores" / peer / name) as store,
                    session(environment, store, engine, bench.log(peer)) as opened,
                ):
                    opened.do("ingest", folder=folder)
                    for one in [one for one, over in sets if over == name]:
                        asked = [question.question for question in one.questions]
                        hits = [reply["hits"] for reply in opened.do("search", questions=asked, k=K)["found"]]
                        found[one.name]["peers"][peer] = scores(one.questions, hits)
        except PeerFailed as exc:
            errors[peer] = str(exc)
    return {"k": K, "sets": found, "errors": errors}


def scores(asked: Sequence[Asked], hits: Sequence[Sequence[dict[str, str]]]) -> dict[str, float]:
    """The mean of each measure over the questions; `hits` are the passages found for each, best first."""
    totals = dict.fromkeys(MEASURES, 0.0)
    for question, found in zip(asked, hits, strict=True):
        sources = list(dict.fromkeys(hit["source"] for hit in found))
        rank = sources.index(question.passage) + 1 if question.passage in sources else None
        for score in rank_scores(rank):
            if score.name in totals:
                totals[score.name] += score.value or 0.0
    return {name: round(total / max(1, len(asked)), 4) for name, total in totals.items()}
