"""Fit which sentence answers best, and whether it answers at all: before it is read with the question, and after.

    python -m benchmarks.fit_confidence --data DIR [--write]

`order` is fitted so that, among the sentences retrieved for a question, those that hold the gold answer get the
most of a softmax. `confidence` is a logistic regression on the best sentence of each question: of a public one twice,
over the whole library and with the answering passage taken out, where nothing may be found; of a reader's own once, for
half of these have no answer. Run `fit_ranking` first, as the passage's score is one of the measures, and
`train_cross_encoder`, as what it says of the first sentences is the measure that weighs most.

Before reading, half of the public questions fit and all of the readers'. After it only what the cross-encoder was not
trained on tells what its scores are worth: the public halves that measure, and the readers' held-out reports. Of both,
one half fits and the other measures, and the other way about; what is written is fitted on both. (The readers' line
before reading is of questions that fitted it.) Public questions
repeat the words of the passage, so their measures of words are lessened by chance. SQuAD 2.0 fits nothing.
"""

from __future__ import annotations

import argparse
import json
import sys
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import assistant.compose.candidates as compose
from assistant.cross_encoder import Reader, open_cross_encoder
from benchmarks.datasets import question_sets, squad2
from benchmarks.fitting import LEAST_OVERLAP, WORK, Array, Marks, best_of, named, probability
from benchmarks.questions import Example, public_questions, readers_questions
from ingest.engine import open_engine

ORDER = ("score", "sentence", "sentence_moved", "words", "pairs", "other_language", "kind", "counted", "asked")
CONFIDENCE = ("sentence_cosine", "passage_cosine", "asked", "other_language", "gap", "foreign", "common", "pairs")
OF_WORDS = ("words", "asked", "pairs")
COST_OF_INVENTION = 0.67
"""An answer where there is none, beside a silence where there is one. Less than 1, for the fit knows nothing of what
else keeps silent: periods, places and names that do not fit, words of the question that no report holds."""
OF_PUBLIC = 4
"""After reading, one in so many of the public questions fits: real readers' questions are more like the readers'."""
LEAST = -99.0
"""A log-odds under all others."""
CHECK = "SQuAD 2.0"
WITHIN = 1.5
"""How far behind the best, in `order`, another sentence may be to be shown with it."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Sentences one of which is to be chosen, best first by the order before: what order and confidence weigh,
    (sentences, measures); which answer; which are of the gold passage."""

    order: Array
    confidence: Array
    answers: Marks
    gold: Marks
    example: Example


@dataclass(frozen=True, slots=True)
class Fitted:
    order: Array
    confidence: Array

    def best(self, seen: Seen, without_gold: bool = False) -> int | None:
        """The row of the best sentence; None where none may answer."""
        open_to = ~(seen.gold & without_gold)
        return int(np.where(open_to, seen.order @ self.order, -np.inf).argmax()) if open_to.any() else None

    def is_sure(self, seen: Seen, row: int | None) -> bool:
        return row is not None and float(seen.confidence[row] @ self.confidence[:-1] + self.confidence[-1]) >= 0


def before(example: Example, chance: np.random.Generator | None = None) -> Seen | None:
    """All sentences that may answer, not yet read; with `chance`, their measures of words lessened."""
    measures = example.measures.copy()
    if chance:
        measures[:, [example.names.index(name) for name in OF_WORDS]] *= chance.uniform(LEAST_OVERLAP, 1.0)
    rows = [int(row) for row in np.argsort(-example.order, kind="stable") if example.possible[row]]
    return _seen(example, measures, rows, ()) if rows else None


def after(example: Example, reader: Reader) -> Seen | None:
    """The first of them, read with the question."""
    rows = [int(row) for row in np.argsort(-example.order, kind="stable") if example.possible[row]]
    rows = rows[: compose.READ]
    if not rows:
        return None
    answers = compose.answers_of(example.query, [example.sentences[row] for row in rows], reader)
    return _seen(example, example.measures, rows, answers)


def _seen(example: Example, measures: Array, rows: Sequence[int], answers: Sequence[float]) -> Seen:
    read = np.array(answers).reshape(-1, 1) if len(answers) else np.empty((len(rows), 0))
    order, confidence = (
        np.hstack([measures[rows][:, [example.names.index(name) for name in names]], read])
        for names in (ORDER, CONFIDENCE)
    )
    return Seen(order, confidence, example.answers[rows], example.gold[rows], example)


def fit(examples: Sequence[Seen]) -> Fitted:
    """An answer where there is none weighs COST_OF_INVENTION times a silence where there is one."""
    order = best_of([(seen.order, seen.answers) for seen in examples if seen.answers.any()])
    fitted, rows, labels = Fitted(order, np.zeros(0)), [], []
    for seen in examples:
        found, other = fitted.best(seen), fitted.best(seen, without_gold=True)
        if found is not None and (seen.answers[found] or seen.example.of_a_reader):
            rows.append(seen.confidence[found])
            labels.append(float(seen.answers[found]))
        if other is not None and not seen.example.of_a_reader:
            rows.append(seen.confidence[other])
            labels.append(0.0)
    return Fitted(order, probability(np.array(rows), np.array(labels), COST_OF_INVENTION))


def half(example: Example) -> int:
    """The half of the held-out that an example is of: by its passage or report."""
    return zlib.crc32(example.group.encode()) // 2 % 2


def report(name: str, results: Sequence[tuple[Seen | None, Fitted, bool]]) -> None:
    """One line. Each result is what was seen for a question, by what it is judged, and whether it has an answer."""
    right, kept, silent = [], [], []
    for seen, fitted, has_answer in results:
        found = fitted.best(seen) if seen else None
        sure = seen is not None and fitted.is_sure(seen, found)
        if has_answer:
            ok = seen is not None and found is not None and bool(seen.answers[found])
            right.append(ok)
            kept.append(ok and sure)
        if seen is None or not seen.example.of_a_reader:
            silent.append(not (seen and fitted.is_sure(seen, fitted.best(seen, without_gold=True))))
        elif not has_answer:
            silent.append(not sure)
    print(f"{name:<22}{len(results):>6}{np.mean(right):>16.3f}{np.mean(kept):>16.3f}{np.mean(silent):>16.3f}")


def report_readers(name: str, results: Sequence[tuple[Seen | None, Fitted, bool]]) -> None:
    """How well confidence tells right answers from all else (AUROC), and the share of answers shown rightly at the
    thresholds that refuse 80 and 90 % of the questions without one."""
    surest, right, has = [], [], []
    for seen, fitted, has_answer in results:
        found = fitted.best(seen) if seen else None
        has.append(has_answer)
        if seen is None or found is None:
            surest.append(LEAST)  # nothing may answer: always refused
            right.append(False)
            continue
        surest.append(float(seen.confidence[found] @ fitted.confidence[:-1] + fitted.confidence[-1]))
        right.append(has_answer and bool(seen.answers[found]))
    sure, ok, answerable = np.array(surest), np.array(right), np.array(has)
    read = sure > LEAST
    above = sure[ok & read][:, None] - sure[~ok & read][None]
    auroc = np.mean((above > 0) + 0.5 * (above == 0))
    shown = [
        f"{(sure[ok] > np.quantile(sure[~answerable], share)).sum() / answerable.sum():.3f} at {share:.0%}"
        for share in (0.8, 0.9)
    ]
    print(f"{name}: AUROC {auroc:.3f}; shown rightly, of the others refused: {', '.join(shown)}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=WORK, help="where libraries are kept")
    parser.add_argument("--most", type=int, default=400, help="questions of each set")
    parser.add_argument("--write", action="store_true", help="write assistant/compose/confidence.json")
    args = parser.parse_args()
    sets = dict(collect(args.data, args.work, args.most))
    weights, crossed = fit_all(sets, open_cross_encoder())
    print(json.dumps(weights))
    print(f"{'set':<22}{'n':>6}{'best answers':>16}{'and is shown':>16}{'silent without':>16}")
    for name, results in crossed:
        report(name, results)
    for name, results in crossed:
        if name.startswith("readers"):
            report_readers(name, results)
    if args.write:
        target = Path(compose.__file__).with_name("confidence.json")
        content = {
            "fitted_by": "python -m benchmarks.fit_confidence --data DIR --write",
            "fitted_on": sorted(set(sets) - {CHECK}),
        } | weights
        target.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        print(f"wrote {target}")
    return 0


def collect(data: Path, work: Path, most: int) -> Iterator[tuple[str, list[Example]]]:
    """Each set's examples."""
    engine = open_engine()
    for found in [*question_sets(data), squad2(data)]:
        with closing(found.library(engine, work)) as library:
            yield found.name, list(public_questions(found, library, most))
        print(f"collected {found.name}", file=sys.stderr, flush=True)
    yield "readers", list(readers_questions(engine, work))


Results = list[tuple[str, list[tuple[Seen | None, Fitted, bool]]]]


def fit_all(sets: dict[str, list[Example]], reader: Reader) -> tuple[dict[str, object], Results]:
    """The weights, and how well they do on what they were not fitted on."""
    chance = np.random.default_rng(0)
    training = [example for name, some in sets.items() if name != CHECK for example in _fitting(some)]
    first = fit([seen for one in training if (seen := before(one, None if one.of_a_reader else chance))])
    held = {name: [one for one in some if one.held_out] or list(some) for name, some in sets.items()}
    read = {name: [(one, after(one, reader)) for one in some] for name, some in held.items()}
    told = [
        (one, seen)
        for name, some in read.items()
        for one, seen in some[:: 1 if name == "readers" else OF_PUBLIC]
        if seen and name != CHECK
    ]
    by_half = {side: fit([seen for one, seen in told if half(one) != side]) for side in (0, 1)}
    second = fit([seen for _, seen in told])
    results: Results = []
    for name, pairs in read.items():
        results.append((f"{name}, before", [(before(one), first, bool(one.accepted)) for one, _ in pairs]))
        results.append((f"{name}, after", [(seen, by_half[half(one)], bool(one.accepted)) for one, seen in pairs]))
    weights = {
        "order": named(ORDER, first.order),
        "confidence": named((*CONFIDENCE, "intercept"), first.confidence),
        "read": {
            "order": named((*ORDER, compose.READING), second.order),
            "confidence": named((*CONFIDENCE, compose.READING, "intercept"), second.confidence),
        },
        "threshold": 0.5,
        "within": WITHIN,
    }
    return weights, results


def _fitting(examples: Sequence[Example]) -> list[Example]:
    """Of a public set the half that does not measure; of the readers' own all."""
    return [one for one in examples if one.of_a_reader or not one.held_out]


if __name__ == "__main__":
    sys.exit(main())
