"""Fit how sure a sentence is to answer: `python -m benchmarks.fit_confidence --data DIR [--write]`.

Every question is asked twice: over the whole library, where the sentence to find is the one that holds the
gold answer, and with the answering passage taken out, where nothing may be found. A logistic regression
learns to tell such sentences from the others retrieved; the threshold balances the two settings. Half of the
questions fit, the other half measure. SQuAD 2.0's questions, which nothing here is fitted to, are a check.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import assistant.compose as compose
from assistant.question import understand
from assistant.retrieve import Evidence, retrieve
from benchmarks.datasets import Asked, QuestionSet, build_library, question_sets, squad2
from ingest.engine import open_engine
from ingest.library import Library
from ingest.words import fold

Array = NDArray[np.float64]
NAMES = ("sentence_cosine", "passage_cosine", "sentence_coverage", "passage_coverage", "other_language", "kind")
KEEP = 0.75


@dataclass(slots=True)
class Example:
    """The sentences retrieved for one question: their measures, (sentences, 6); which hold the answer; which are
    of the gold passage; which may answer at all (a figure where one is asked)."""

    measures: Array
    answers: NDArray[np.bool_]
    gold: NDArray[np.bool_]
    possible: NDArray[np.bool_]


def collect(found: QuestionSet, library: Library, most: int) -> list[Example]:
    """One example a question of the set, at most `most`, evenly picked."""
    step = max(1, len(found.questions) // most)
    examples = []
    for asked in found.questions[::step]:
        query = understand(asked.question)
        rows, answers, gold, possible = [], [], [], []
        for item in retrieve(query, library, k=10):
            for sentence in item.sentences:
                measured = compose.measures(query, item, sentence)
                rows.append([measured[name] for name in NAMES])
                answers.append(_holds(asked, item, sentence.text))
                gold.append(item.document.source == asked.passage)
                possible.append(compose.confidence(query, item, sentence) > 0)
        examples.append(
            Example(np.array(rows), np.array(answers, bool), np.array(gold, bool), np.array(possible, bool))
        )
    return examples


def _holds(asked: Asked, item: Evidence, text: str) -> bool:
    return item.document.source == asked.passage and any(fold(a) in fold(text) for a in asked.answers if a)


def fit(examples: Sequence[Example]) -> tuple[Array, float]:
    """Logistic regression by Newton's method with a light ridge; a question's sentences weigh one together."""
    x = np.vstack([example.measures for example in examples])
    y = np.concatenate([example.answers for example in examples]).astype(float)
    share = np.concatenate([np.full(len(e.answers), 1 / len(e.answers)) for e in examples])
    share[y == 1] = 1.0  # the one that answers weighs as much as all that do not
    x = np.hstack([x, np.ones((len(x), 1))])
    w = np.zeros(x.shape[1])
    ridge = 0.1 * np.eye(x.shape[1])
    ridge[-1, -1] = 0
    for _ in range(30):
        p = 1 / (1 + np.exp(-x @ w))
        gradient = x.T @ (share * (p - y)) + ridge @ w
        hessian = (x * (share * p * (1 - p))[:, None]).T @ x + ridge
        w -= np.linalg.solve(hessian, gradient)
    return w[:-1], float(w[-1])


def tops(examples: Sequence[Example], w: Array, intercept: float, without_gold: bool) -> list[tuple[float, bool]]:
    """For each question the surest sentence's confidence, and whether it answers."""
    result = []
    for example in examples:
        p = 1 / (1 + np.exp(-(example.measures @ w + intercept)))
        p = np.where(example.possible & ~(example.gold & without_gold), p, 0.0)
        best = int(np.argmax(p))
        result.append((float(p[best]), bool(example.answers[best])))
    return result


def report(name: str, examples: Sequence[Example], w: Array, intercept: float, threshold: float) -> float:
    """Print one line; returns the balanced rate of right answers and right silences."""
    found, missing = tops(examples, w, intercept, False), tops(examples, w, intercept, True)
    first = np.mean([right for _, right in found])
    answered = np.mean([confidence >= threshold and right for confidence, right in found])
    silent = np.mean([confidence < threshold for confidence, _ in missing])
    print(f"{name:<18} {len(examples):>5} {first:>12.3f} {answered:>14.3f} {silent:>14.3f}")
    return float(answered + silent) / 2


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=Path("/tmp/danchung-bench"), help="where libraries are kept")
    parser.add_argument("--most", type=int, default=400, help="questions of each set")
    parser.add_argument("--write", action="store_true", help="write assistant/confidence.json")
    args = parser.parse_args()
    engine = open_engine()
    sets: dict[str, list[Example]] = {}
    for found in [*question_sets(args.data), squad2(args.data)]:
        folder = args.work / found.name.split("→")[-1].replace(" ", "_")
        library = build_library(found.passages, engine, folder)
        sets[found.name] = collect(found, library, args.most)
        library.close()
        print(f"collected {found.name}", file=sys.stderr, flush=True)
    check = sets.pop("SQuAD 2.0")
    train = [example for examples in sets.values() for example in examples[0::2]]
    w, intercept = fit(train)
    print("weights", dict(zip(NAMES, w.round(2).tolist(), strict=True)), "intercept", round(intercept, 2))
    grid = np.linspace(0.02, 0.98, 97)
    with_gold, without = tops(train, w, intercept, False), tops(train, w, intercept, True)
    rates = [np.mean([c >= t and right for c, right in with_gold]) + np.mean([c < t for c, _ in without]) for t in grid]
    threshold = round(float(grid[int(np.argmax(rates))]), 2)
    print(f"threshold {threshold}")
    print(f"{'set':<18} {'n':>5} {'1st answers':>12} {'answered right':>14} {'silent w/o it':>14}")
    for name, examples in sets.items():
        report(name, examples[1::2], w, intercept, threshold)
    answerable = [example for example in check if example.answers.any() or example.gold.any()]
    top = tops(answerable, w, intercept, False)
    print(f"SQuAD 2.0: {np.mean([c >= threshold and r for c, r in top]):.3f} of all questions answered right")
    if args.write:
        target = Path(compose.__file__).with_name("confidence.json")
        content = {
            "fitted_by": "python -m benchmarks.fit_confidence --data DIR --write",
            "fitted_on": sorted(sets),
            "weights": {name: round(float(value), 4) for name, value in zip(NAMES, w, strict=True)},
            "intercept": round(intercept, 4),
            "threshold": threshold,
            "keep": KEEP,
        }
        target.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        print(f"wrote {target}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
