"""Fit which sentence answers best, and whether it answers at all.

    python -m benchmarks.fit_confidence --data DIR [--write]

`order` is fitted so that, among the sentences retrieved for a question, those that hold the gold answer get the
most of a softmax. `confidence` is a logistic regression on the best sentence of each question, asked twice: over
the whole library, and with the answering passage taken out, where nothing may be found. Run `fit_ranking` first:
the passage's score is one of the measures.

Public questions repeat the words of the passage, so their measures of words are lessened by chance, and our own in
readers' words (`benchmarks/readers`), of which half have no answer, are fitted with them. Of the public ones half fit,
the other half measure; of our own all fit, so that their line says only how well they are fitted. SQuAD 2.0, of whose
questions a part have no answer, fits nothing and is a check.
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

import assistant.compose.candidates as compose
from assistant.question import understand
from assistant.retrieve import Evidence, retrieve
from benchmarks.datasets import Asked, QuestionSet, question_sets, squad2
from benchmarks.fitting import LEAST_OVERLAP, Array, best_of, named, probability
from evals.cases import read_cases
from evals.scorers import holds
from ingest.engine import open_engine
from ingest.library import Library
from ingest.pipeline import ingest
from ingest.text.words import fold

ORDER = ("score", "sentence", "sentence_moved", "words", "pairs", "other_language", "kind", "counted", "asked")
CONFIDENCE = ("sentence_cosine", "passage_cosine", "asked", "other_language", "gap", "foreign", "common", "pairs")
NAMES = tuple(dict.fromkeys((*ORDER, *CONFIDENCE)))
OF_WORDS = [NAMES.index(name) for name in ("words", "asked", "pairs")]
COST_OF_INVENTION = 0.67
"""An answer where there is none, beside a silence where there is one. Less than 1, for the fit knows nothing of what
else keeps silent: periods, places and names that do not fit, words of the question that no report holds."""
CHECK = "SQuAD 2.0"
READERS = Path(__file__).parent / "readers"
"""Our own reports of other fields, and questions in readers' words."""
WITHIN = 1.5
"""How far behind the best, in `order`, another sentence may be to be shown with it."""


@dataclass(slots=True)
class Example:
    """The sentences retrieved for one question: their measures, (sentences, measures); which hold the answer; which are
    of the gold passage; which may answer at all (a figure where one is asked)."""

    measures: Array
    answers: NDArray[np.bool_]
    gold: NDArray[np.bool_]
    possible: NDArray[np.bool_]
    refusable: bool = False
    """Whether it is a reader's question, of which some have no answer; others are asked again without their passage."""


def collect(found: QuestionSet, library: Library, most: int) -> list[Example]:
    """One example a question of the set, at most `most`, evenly picked."""
    examples = []
    for asked in found.some(most):
        query = understand(asked.question)
        rows, answers, gold, possible = [], [], [], []
        for item in retrieve(query, library, k=10):
            for sentence in item.sentences:
                measured = compose.measures(query, item, sentence)
                rows.append([measured[name] for name in NAMES])
                answers.append(_holds(asked, item, sentence.text))
                gold.append(item.document.source == asked.passage)
                possible.append(compose.may_answer(query, sentence.text))
        if rows:
            examples.append(
                Example(np.array(rows), np.array(answers, bool), np.array(gold, bool), np.array(possible, bool))
            )
    return examples


def readers_questions(library: Library) -> list[Example]:
    """One example a question of our own readers' set, or a part of one: half of them have no answer."""
    examples = []
    for case in read_cases(READERS / "questions.jsonl"):
        for query in understand(case.question, newest=library.newest()).parts():
            rows, answers, possible = [], [], []
            for item in retrieve(query, library, k=10):
                expected = any(item.document.source.endswith(source) for source in case.sources)
                for sentence in item.sentences:
                    measured = compose.measures(query, item, sentence)
                    rows.append([measured[name] for name in NAMES])
                    held = any(holds(form, sentence.text) for forms in case.facts for form in forms)
                    answers.append(expected and held)
                    possible.append(sentence.fit.all and compose.may_answer(query, sentence.text))
            if rows and any(possible):
                gold = np.array(answers, bool)
                examples.append(Example(np.array(rows), gold, gold, np.array(possible, bool), refusable=True))
    return examples


def _holds(asked: Asked, item: Evidence, text: str) -> bool:
    return item.document.source == asked.passage and any(fold(a) in fold(text) for a in asked.answers if a)


def fit_order(examples: Sequence[Example]) -> Array:
    """Weights (len(ORDER),)."""
    columns = [NAMES.index(name) for name in ORDER]
    groups = [(e.measures[e.possible][:, columns], e.answers[e.possible]) for e in examples]
    return best_of([(rows, gold) for rows, gold in groups if gold.any()])


def best(example: Example, order: Array, without_gold: bool) -> int | None:
    """The row of the best sentence; None where none may answer."""
    columns = [NAMES.index(name) for name in ORDER]
    open_to = example.possible & ~(example.gold & without_gold)
    if not open_to.any():
        return None
    return int(np.argmax(np.where(open_to, example.measures[:, columns] @ order, -np.inf)))


def fit_confidence(examples: Sequence[Example], order: Array) -> Array:
    """Weights (len(CONFIDENCE) + 1,), the intercept last; an answer where there is none weighs
    COST_OF_INVENTION times a silence where there is one."""
    columns = [NAMES.index(name) for name in CONFIDENCE]
    rows, labels = [], []
    for example in examples:
        found, other = best(example, order, False), best(example, order, True)
        if example.refusable:  # what is best answers, or nothing does
            rows += [example.measures[found, columns]] if found is not None else []
            labels += [float(example.answers[found])] if found is not None else []
            continue
        if found is not None and example.answers[found]:
            rows.append(example.measures[found, columns])
            labels.append(1.0)
        if other is not None:
            rows.append(example.measures[other, columns])
            labels.append(0.0)
    return probability(np.array(rows), np.array(labels), COST_OF_INVENTION)


def report(name: str, examples: Sequence[Example], order: Array, w: Array) -> None:
    """One line: the best sentence answers; it answers and is shown; nothing is shown without the passage."""
    columns = [NAMES.index(name) for name in CONFIDENCE]

    def shown(example: Example, row: int | None) -> bool:
        return row is not None and float(example.measures[row, columns] @ w[:-1] + w[-1]) >= 0

    found = [best(example, order, False) for example in examples]
    right = [row is not None and bool(e.answers[row]) for e, row in zip(examples, found, strict=True)]
    kept = [shown(e, row) and ok for e, row, ok in zip(examples, found, right, strict=True)]
    silent = [not shown(example, best(example, order, True)) for example in examples]
    print(f"{name:<14}{len(examples):>6}{np.mean(right):>16.3f}{np.mean(kept):>16.3f}{np.mean(silent):>16.3f}")


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
        library = found.library(engine, args.work)
        sets[found.name] = collect(found, library, args.most)
        library.close()
        print(f"collected {found.name}", file=sys.stderr, flush=True)
    chance = np.random.default_rng(0)
    train = [example for name, examples in sets.items() if name != CHECK for example in examples[0::2]]
    for example in train:
        example.measures[:, OF_WORDS] *= chance.uniform(LEAST_OVERLAP, 1.0)
    library = Library(args.work / "readers", engine)
    ingest(library, [READERS / "reports"])
    asked = readers_questions(library)
    library.close()
    sets["readers"] = asked
    train += asked
    order = fit_order(train)
    w = fit_confidence(train, order)
    weights = {
        "order": named(ORDER, order),
        "confidence": named((*CONFIDENCE, "intercept"), w),
        "threshold": 0.5,
        "within": WITHIN,
    }
    print(json.dumps(weights))
    print(f"{'set':<14}{'n':>6}{'best answers':>16}{'and is shown':>16}{'silent without':>16}")
    for name, examples in sets.items():
        report(name, examples if name in (CHECK, "readers") else examples[1::2], order, w)
    if args.write:
        target = Path(compose.__file__).with_name("confidence.json")
        content = {
            "fitted_by": "python -m benchmarks.fit_confidence --data DIR --write",
            "fitted_on": sorted(set(sets) - {CHECK}),
        } | weights
        target.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        print(f"wrote {target}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
