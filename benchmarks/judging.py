"""How good the judges are at their own thresholds, and how fast: over our claims on held-out reports, by language, and
the public sets, on the sources that do not train.

The weights that put reading and exact checks together are fitted on these claims, but for QAGS; `fit_support` prints
what they are worth cross-fitted.
"""

from __future__ import annotations

import json
import time
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.cross_encoder import open_cross_encoder
from benchmarks.claims import readers_claims
from benchmarks.fitting import Array, Marks
from benchmarks.train_cross_encoder.support import is_training, source_of_row
from evals.claims import claims_of
from evals.judge import ExactJudge, Judge, ReadingJudge
from evals.judge.evidence import as_passage, source_of
from ingest.engine import open_engine

PUBLIC = ("ragtruth_qa_dev", "ragtruth_summary_dev", "wice", "qags")
FEW = 25
"""Claims or answers of each set that are timed."""
WARM = 10
"""One claim in so many is judged before, and not timed."""

Labelled = tuple[str, str, str, bool]
"""The set, the claim, its source, and whether it is supported."""


def report(data: Path | None, most: int) -> list[str]:
    """A line a set: balanced accuracy of the exact checks with the cosine and of both layers, as they judge and, for
    public sets, at a threshold that the other half of the set's sources gives; then claims a second."""
    rows = [*ours(), *(public(data) if data else [])]
    by_set: dict[str, list[Labelled]] = defaultdict(list)
    for row in rows:
        by_set[row[0]].append(row)
    some = {name: own[:: max(1, len(own) // max(1, most))] for name, own in by_set.items()}
    engine = open_engine()
    judges: list[Judge] = [ExactJudge(lambda: engine), ReadingJudge(open_cross_encoder, lambda: engine)]
    lines = [
        f"{'':28}{'':8}{'as they judge':>20}{'own threshold':>20}",
        f"{'':28}{'claims':>8}" + f"{'cosine':>10}{'both':>10}" * 2,
    ]
    speeds = rates(some, [ExactJudge(), *judges])  # before all is known of every source
    for name, own in some.items():
        judged = [[judge.judge(claim, [source]) for _, claim, source, _ in own] for judge in judges]
        right = np.array([supported for *_, supported in own])
        halves = np.array([zlib.crc32(source[:200].encode()) // 31 % 2 for _, _, source, _ in own])
        told = [balanced(np.array([one.supported for one in found]), right) for found in judged]
        if not name.startswith("ours"):
            told += [crossed(np.array([one.probability for one in found]), right, halves) for found in judged]
        lines.append(f"{name:28}{len(own):8}" + "".join(f"{one:10.3f}" for one in told))
    return [*lines, "", *speeds]


def rates(some: Mapping[str, Sequence[Labelled]], judges: Sequence[Judge]) -> list[str]:
    """Claims a second, one after the other, where each sentence of an answer is a claim: of short evidence, as ours is,
    and of long sources, FEW of each set."""
    lines = [f"{'claims a second':28}{'claims':>8}{'exact':>10}{'cosine':>10}{'both':>10}"]
    for name, is_ours in (("ours, short evidence", True), ("public, long sources", False)):
        pairs = [
            (claim.text, source)
            for of, own in some.items() if of.startswith("ours") == is_ours
            for _, text, source, _ in own[:: max(1, len(own) // FEW)] for claim in claims_of(text)
        ]  # fmt: skip
        if pairs:
            lines.append(f"{name:28}{len(pairs):8}" + "".join(f"{_rate(pairs, judge):10.0f}" for judge in judges))
    return lines


def _rate(pairs: Sequence[tuple[str, str]], judge: Judge) -> float:
    for kept in (as_passage, source_of):
        kept.cache_clear()
    for claim, source in pairs[::WARM]:  # opens what it needs
        judge.judge(claim, [source])
    timed = [pair for at, pair in enumerate(pairs) if at % WARM]
    started = time.perf_counter()
    for claim, source in timed:
        judge.judge(claim, [source])
    return len(timed) / (time.perf_counter() - started)


def balanced(told: Marks, right: Marks) -> float:
    """The mean of the shares of the supported that are told so, and of the others that are not."""
    return float((told[right].mean() + (~told[~right]).mean()) / 2)


def crossed(probabilities: Array, right: Marks, halves: NDArray[np.int64]) -> float:
    """`balanced` of each half at the threshold that is best on the other; their mean, nan where a half has but one
    outcome."""
    if any(len(set(right[halves == half])) < 2 for half in (0, 1)):
        return float("nan")
    found = []
    for half in (0, 1):
        here = halves == half
        thresholds = sorted(set(probabilities[~here]))
        best = max(thresholds, key=lambda least: balanced(probabilities[~here] >= least, right[~here]))
        found.append(balanced(probabilities[here] >= best, right[here]))
    return float(np.mean(found))


def ours() -> Iterator[Labelled]:
    for claim in readers_claims():
        if claim.held_out:
            where = "other language" if claim.across else claim.language
            yield f"ours, {where}", claim.text, claim.evidence, claim.supported


def public(data: Path) -> Iterator[Labelled]:
    for name in PUBLIC:
        file = data / "judge" / f"{name}.jsonl"
        for row in map(json.loads, file.read_text(encoding="utf-8").splitlines()) if file.is_file() else ():
            text = source_of_row(row)
            source = row["id"].rsplit("-", 1)[0] if name.startswith("ragtruth") else text[:200]
            if name == "qags" or not is_training(source):
                yield name, row["claim"], text, row["label"] == 1
