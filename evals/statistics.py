"""What the figures can bear: intervals for one run, and a test for the difference of two.

Both resample whole cases, so that what hangs together (the sentences of one answer) stays together. The generator is
seeded: the same outcomes give the same figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

RESAMPLES = 2000
SEED = 7
_CELLS = 4_000_000
"""Numbers drawn at once: 32 MB, whatever the number of cases."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval; all None where nothing was scored."""

    value: float | None
    low: float | None
    high: float | None
    scored: int


@dataclass(frozen=True, slots=True)
class Paired:
    """Two runs over the same cases: both figures, the 95 % interval of the difference, and the p of the test."""

    before: float
    after: float
    low: float
    high: float
    p: float
    cases: int


def estimate(
    values: Sequence[float],
    weights: Sequence[float] | None = None,
    summary: Literal["mean", "median"] = "mean",
    resamples: int | None = None,
) -> Estimate:
    """The weighted mean, Σwv ÷ Σw, or the median, of (cases,) values, with a percentile bootstrap interval
    (Efron & Tibshirani 1993, ch. 13).

    A weighted mean is also a ratio such as F1: see `scorers.refusals`. With one case, or no
    `resamples`, there is no interval.
    """
    v = np.asarray(values, dtype=float)
    w = np.ones_like(v) if weights is None else np.asarray(weights, dtype=float)
    if not len(v) or not w.sum():
        return Estimate(None, None, None, 0)
    value = float(np.median(v)) if summary == "median" else float(w @ v / w.sum())
    draw = RESAMPLES if resamples is None else resamples
    if len(v) == 1 or not draw:
        return Estimate(value, None, None, len(v))
    draws = np.concatenate([_summaries(v, w, index, summary) for index in _resampled(len(v), draw)])
    draws = draws[~np.isnan(draws)]
    low, high = np.percentile(draws, [2.5, 97.5])
    return Estimate(value, float(low), float(high), len(v))


def _resampled(cases: int, draw: int = RESAMPLES) -> Iterator[npt.NDArray[np.intp]]:
    """(rows, cases) of indices drawn with replacement, in pieces that fit in memory; `draw` rows in all."""
    chance = np.random.default_rng(SEED)
    rows = max(1, min(draw, _CELLS // cases))
    sizes = [rows] * (draw // rows) + ([draw % rows] if draw % rows else [])
    return (chance.integers(cases, size=(size, cases)) for size in sizes)


def _summaries(v: Floats, w: Floats, index: npt.NDArray[np.intp], summary: str) -> Floats:
    if summary == "median":
        medians: Floats = np.median(v[index], axis=1)
        return medians
    total = w[index].sum(axis=1)
    with np.errstate(invalid="ignore"):
        ratios: Floats = (w * v)[index].sum(axis=1) / total
    return ratios


def compare(before: tuple[Sequence[float], Sequence[float]], after: tuple[Sequence[float], Sequence[float]]) -> Paired:
    """Two runs of the same cases, each (values, weights), both (cases,) in the same order.

    The p is that of a two-sided approximate randomisation test: under the null hypothesis each case's two outcomes
    could be exchanged (Noreen 1989; for ratios such as F1, Yeh 2000, arXiv:cs/0008005). For right or wrong it is
    McNemar's exact test but for the sampling. Raises ValueError for no cases or unequal numbers of them.
    """
    (v0, w0), (v1, w1) = ((np.asarray(v, dtype=float), np.asarray(w, dtype=float)) for v, w in (before, after))
    if not len(v0) or not len(v0) == len(v1) == len(w0) == len(w1):
        raise ValueError("two runs are compared over the same cases")
    first, second = float(w0 @ v0 / w0.sum()), float(w1 @ v1 / w1.sum())
    draws = np.concatenate(
        [_summaries(v1, w1, index, "mean") - _summaries(v0, w0, index, "mean") for index in _resampled(len(v0))]
    )
    low, high = np.percentile(draws[~np.isnan(draws)], [2.5, 97.5])
    p = _randomised(np.stack([w0 * v0, w0]), np.stack([w1 * v1, w1]), abs(second - first))
    return Paired(first, second, float(low), float(high), p, len(v0))


def _randomised(one: Floats, other: Floats, seen: float) -> float:
    """The share of exchanges that give a difference as large as the one seen; (2, cases) sums of each run."""
    differ = np.any(one != other, axis=0)
    if not differ.any():
        return 1.0
    fixed, gap = one[:, ~differ].sum(axis=1), other[:, differ] - one[:, differ]
    base, top = one[:, differ].sum(axis=1) + fixed, other[:, differ].sum(axis=1) + fixed
    chance = np.random.default_rng(SEED)
    exchanges, extreme = 10_000, 0
    rows = max(1, _CELLS // gap.shape[1])
    for start in range(0, exchanges, rows):
        swapped = chance.integers(2, size=(min(rows, exchanges - start), gap.shape[1])) @ gap.T
        with np.errstate(invalid="ignore", divide="ignore"):
            a, b = (base + swapped), (top - swapped)
            difference = np.abs(b[:, 0] / b[:, 1] - a[:, 0] / a[:, 1])
        extreme += int((difference >= seen - 1e-12).sum())
    return (extreme + 1) / (exchanges + 1)


def holm(ps: Sequence[float]) -> list[float]:
    """Each p, given that as many were looked at as there are (Holm 1979): the smallest times their number, the next
    times one less, never under the one before, 1 at most."""
    adjusted = [0.0] * len(ps)
    highest = 0.0
    for rank, index in enumerate(sorted(range(len(ps)), key=ps.__getitem__)):
        highest = max(highest, min(1.0, (len(ps) - rank) * ps[index]))
        adjusted[index] = highest
    return adjusted
