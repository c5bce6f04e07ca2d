"""The two fits that weights come from: which of several is best, and whether something is so."""

from __future__ import annotations

import tempfile
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Marks = NDArray[np.bool_]

WORK = Path(tempfile.gettempdir()) / "danchung-bench"
"""Where libraries are kept between runs."""

LEAST_OVERLAP = 0.2
"""The sets' questions were written with the passage in view and repeat its words more than a reader's do, so for a fit
each question's measures of words are scaled down by a random factor from this to 1, as if part of it were put in other
words."""


def is_measured(passage: str) -> bool:
    """Whether questions on a passage measure a fit rather than being fitted to: half of the passages, in every language
    the same ones."""
    return zlib.crc32(passage.encode()) % 2 == 1


def best_of(groups: Sequence[tuple[Array, Marks]]) -> Array:
    """Weights (measures,) with which those marked in each group get most of a softmax over it (ListNet's top-one
    probability, Cao et al. 2007); by gradient descent (Adam), over measures brought to one spread."""
    told = [(rows, marked) for rows, marked in groups if marked.any() and not marked.all()]
    sizes = [len(rows) for rows, _ in told]
    starts, of = np.cumsum([0, *sizes[:-1]]), np.repeat(np.arange(len(told)), sizes)
    x, marked = np.vstack([rows for rows, _ in told]), np.concatenate([marks for _, marks in told])
    spread = x.std(axis=0) + 1e-9
    x = x / spread
    w, mean, square = (np.zeros(len(spread)) for _ in range(3))
    for step in range(1, 401):
        z = x @ w
        p = np.exp(z - np.maximum.reduceat(z, starts)[of])
        wanted = p * marked
        p, wanted = (q / np.add.reduceat(q, starts)[of] for q in (p, wanted))
        gradient = 1e-3 * w + x.T @ (p - wanted) / len(told)
        mean, square = 0.9 * mean + 0.1 * gradient, 0.999 * square + 0.001 * gradient**2
        w -= 0.05 * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    return np.asarray(w / spread)


def probability(rows: Array, is_so: Array, cost_of_invention: float = 1.0) -> Array:
    """Weights (measures + 1,), the intercept last, of a logistic regression, by Newton's method. Both cases weigh
    alike, the false ones `cost_of_invention` times."""
    spread = np.append(rows.std(axis=0) + 1e-9, 1.0)
    x = np.hstack([rows, np.ones((len(rows), 1))]) / spread
    share = np.where(is_so == 1, 1 / is_so.mean(), cost_of_invention / (1 - is_so.mean()))
    w, ridge = np.zeros(x.shape[1]), 0.05 * np.eye(x.shape[1])
    ridge[-1, -1] = 0
    for _ in range(40):
        p = 1 / (1 + np.exp(-x @ w))
        hessian = (x * (share * p * (1 - p))[:, None]).T @ x + ridge
        w -= np.linalg.solve(hessian, x.T @ (share * (p - is_so)) + ridge @ w)
    return np.asarray(w / spread)


def named(names: Sequence[str], values: Sequence[float] | Array) -> dict[str, float]:
    return {name: round(float(value), 3) for name, value in zip(names, values, strict=True)}
