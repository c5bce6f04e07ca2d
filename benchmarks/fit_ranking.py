"""Fit which passage answers a question, and how likely the best one does.

    python -m benchmarks.fit_ranking --data DIR [--write]

`score` is fitted so that, of the passages found for a question, the one that answers gets the most of a softmax.
`relevance` is a logistic regression on the score of each question's best passage, asked twice: over the whole
library, and with the answering passage taken out. `means` are those of the sets' questions and sentences, each
language weighing alike. Questions on half of the passages fit, those on the other half measure; SQuAD 2.0 fits
nothing and is a check.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assistant import ranking
from assistant.question import understand
from assistant.ranking import MEASURES
from assistant.retrieve import Asked, candidates, look_again
from benchmarks.datasets import QuestionSet, answerable, question_sets, squad2
from benchmarks.fitting import LEAST_OVERLAP, WORK, Array, Marks, best_of, is_measured, named, probability
from ingest.engine import Engine, open_engine
from ingest.library import Library

CHECK = "SQuAD 2.0"
OF_WORDS = [MEASURES.index(name) for name in ("words", "near", "pairs")]


@dataclass(slots=True)
class Example:
    """The passages found for one question: their measures, (passages, MEASURES), and which answer."""

    passage: str
    measures: Array
    cosines: Array
    """Of each passage's best sentence."""
    gold: Marks


def collect(found: QuestionSet, library: Library, most: int) -> list[Example]:
    """One example for each question that has an answer, at most `most`."""
    examples = []
    for question in found.some(most):
        asked = Asked.of(understand(question.question), library)
        items = look_again(asked, library, candidates(asked, library, None))
        rows = np.array([[item.measures[name] for name in MEASURES] for item in items])
        gold = np.array([item.document.source == question.passage for item in items])
        cosines = np.array([item.measures["sentence"] + item.common for item in items])
        examples.append(Example(question.passage, rows, cosines, gold))
    return examples


def means(asked: Sequence[QuestionSet], engine: Engine, work: Path) -> dict[str, Any]:
    """The mean question's and the mean sentence's vector."""
    questions: dict[str, Any] = {}
    sentences: dict[str, Any] = {}
    for found in asked:
        language = understand(found.questions[0].question).language
        vectors = [engine.embed_query(question.question) for question in found.questions[::4]]
        questions[language] = np.mean(vectors, axis=0)
        with closing(found.library(engine, work)) as library:
            for code, (mean, _) in library.background().items():
                sentences.setdefault(code, mean)
    return {
        "engine": engine.name,
        "questions": np.mean(list(questions.values()), axis=0).round(5).tolist(),
        "sentences": np.mean([sentences[code] for code in questions], axis=0).round(5).tolist(),
    }


def fit_relevance(examples: Sequence[Example], w: Array) -> Array:
    """Weights of the score and the cosine, and the intercept."""
    rows = np.array([row for example in examples for row in asked_twice(example, w)])
    return probability(rows[:, :2], rows[:, 2])


def asked_twice(example: Example, w: Array) -> list[tuple[float, float, float]]:
    """The best passage's score and cosine, and 1 where it answers; and the best's without those that do, and 0."""
    scores = example.measures @ w
    best = int(np.argmax(scores))
    found = [(float(scores[best]), float(example.cosines[best]), 1.0)] if example.gold[best] else []
    if example.gold.all():
        return found
    other = int(np.argmax(np.where(example.gold, -np.inf, scores)))
    return [*found, (float(scores[other]), float(example.cosines[other]), 0.0)]


def report(name: str, examples: Sequence[Example], w: Array, relevance: Array) -> None:
    """One line: the best passage answers; it is told from the best of a library without the answer, by the area
    under the ROC curve; how far the relevance told is from the share that answers, in tenths (ECE, Guo et al. 2017)."""
    rows = np.array([row for example in examples for row in asked_twice(example, w)])
    right = rows[:, 2]
    first = np.mean([example.gold[np.argmax(example.measures @ w)] for example in examples])
    told = 1 / (1 + np.exp(-(rows[:, :2] @ relevance[:2] + relevance[2])))
    area = np.mean([(a > b) + 0.5 * (a == b) for a in told[right == 1] for b in told[right == 0]])
    tenths = [(told >= low) & (told < low + 0.1 + 1e-9) for low in np.arange(0, 1, 0.1)]
    error = sum(abs(told[some].mean() - right[some].mean()) * some.mean() for some in tenths if some.any())
    print(f"{name:<14}{len(examples):>6}{first:>16.3f}{area:>16.3f}{error:>16.3f}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=WORK, help="where libraries are kept")
    parser.add_argument("--most", type=int, default=600, help="questions of each set")
    parser.add_argument("--write", action="store_true", help="write assistant/ranking.json")
    args = parser.parse_args()
    engine = open_engine()
    asked = [*question_sets(args.data), answerable(squad2(args.data))]
    own = [found for found in asked if found.name.split(" ")[-1] in ("en→en", "vi→vi", "fr→fr")]
    middle = means(own, engine, args.work)
    ranking.weights()["means"] = middle  # what is measured next is measured with them
    sets: dict[str, list[Example]] = {}
    for found in asked:
        with closing(found.library(engine, args.work)) as library:
            sets[found.name] = collect(found, library, args.most)
        print(f"collected {found.name}", file=sys.stderr, flush=True)
    train = {
        name: [example for example in examples if not is_measured(example.passage)]
        for name, examples in sets.items()
        if name != CHECK
    }
    every = [example for examples in train.values() for example in examples]
    w = fit_score(every)
    relevance = fit_relevance(every, w)
    weights = {
        "score": named(MEASURES, w),
        "relevance": named(("score", "cosine", "intercept"), relevance),
    }
    print(json.dumps(weights))
    print(f"{'set':<14}{'n':>6}{'best answers':>16}{'told from none':>16}{'ECE':>16}")
    for name, examples in sets.items():
        report(name, examples if name == CHECK else [e for e in examples if is_measured(e.passage)], w, relevance)
    print("fitted without the set:")
    for left in train:
        some = [example for name, examples in train.items() if name != left for example in examples]
        other = fit_score(some)
        report(left, [e for e in sets[left] if is_measured(e.passage)], other, fit_relevance(some, other))
    if args.write:
        target = Path(ranking.__file__).with_name("ranking.json")
        content = {
            "fitted_by": "python -m benchmarks.fit_ranking --data DIR --write",
            "fitted_on": sorted(train),
        } | weights | {"means": middle}  # fmt: skip
        target.write_text(json.dumps(content, ensure_ascii=False) + "\n", encoding="utf-8")
        print(f"wrote {target}")
    return 0


def fit_score(examples: Sequence[Example]) -> Array:
    """The weights of MEASURES."""
    chance = np.random.default_rng(0)
    groups = []
    for example in examples:
        rows = example.measures.copy()
        rows[:, OF_WORDS] *= chance.uniform(LEAST_OVERLAP, 1.0)
        groups.append((rows, example.gold))
    return best_of(groups)


if __name__ == "__main__":
    sys.exit(main())
