"""Fit how likely evidence supports a claim (`assistant/grounding/support.json`), from what the cross-encoder reads and
what the exact checks object.

    python -m benchmarks.fit_support --data DIR [--write]

On claims that the cross-encoder has not been trained on: ours over held-out reports (`benchmarks.claims`), whose
evidence is quoted, and once more as claims over the whole report; and those of WiCE and RAGTruth (each sentence, and
each whole answer) on sources that do not train. Of whole reports and public sources the evidence is searched for. Each
set, and in it each outcome, weighs alike. What is printed is cross-fitted: the weights come from one half of the
sources and tell of the other. QAGS fits nothing; it is judged with the weights of all the rest.
"""

from __future__ import annotations

import argparse
import json
import sys
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assistant.cross_encoder import Reader, open_cross_encoder
from assistant.grounding import Quote, support
from assistant.grounding.check import Claim as Read
from assistant.grounding.check import language_of, objections
from assistant.grounding.quotes import Proof, quoted_alone
from benchmarks.claims import readers_claims
from benchmarks.fitting import Array, Marks, probability
from benchmarks.train_cross_encoder.support import Pair, is_training, rows_of, sentences_of_an_answer, source_of_row
from evals.judge.evidence import source_of
from ingest.documents import Passage, Span
from ingest.engine import Engine, open_engine
from ingest.meaning.reading import read
from ingest.text.language import detect_language

EXACT = ("own", "other_language", "verbatim", *support.FAMILIES)
STRANGE = ("new_pairs", "new_numbers", "new_names")
MEASURES = {
    ("exact", "quoted"): EXACT, ("read", "quoted"): ("near", "wide", "against", *EXACT),
    ("exact", "searched"): (*EXACT, *STRANGE), ("read", "searched"): ("best", *STRANGE),
}  # fmt: skip
"""What weighs, of the exact checks alone and with reading, where evidence is quoted and where it was searched for."""
DIRECTION = {"near": 1, "wide": 1, "best": 1, "against": -1, "verbatim": 1, "own": -1} | dict.fromkeys(
    (*support.FAMILIES, *STRANGE), -1
)
"""Whether a measure may speak for a claim, or against it."""
UNQUOTED_NUMBER = -2.0
"""What a number that is not quoted weighs, by the rule of the house that a number is a claim. It is not fitted: many of
our claims that are supported reckon with figures, and those made to mislead take a figure that stands there."""
OURS, WHOLE = "ours, held out", "ours, whole reports"
PUBLIC = {
    "ragtruth_qa_dev": "RAGTruth QA",
    "ragtruth_summary_dev": "RAGTruth summaries",
    "wice": "WiCE",
    "qags": "QAGS",
}


@dataclass(slots=True)
class Judged:
    """A claim, or an answer of several: what is measured of each, and whether all is supported."""

    of: str
    """The set."""
    source: str
    parts: list[dict[str, float]]
    marks: list[bool]
    """Which parts are supported."""
    supported: bool

    @property
    def searched(self) -> bool:
        """Whether its evidence is searched for in a long text; that of ours is quoted."""
        return self.of != OURS


def measured(claim: str, text: str, reader: Reader, engine: Engine) -> dict[str, float]:
    source = source_of(text)
    quoted = source.nearest(claim, lambda: engine)
    evidence = source.to_read(claim, lambda: engine) if source.is_long else quoted
    whole, span = quoted[-1], Span(0, len(quoted[-1]))
    quote = Quote(Passage("", "", 0, 0, len(whole), whole, (span,), "", detect_language(whole)), span)
    proofs = [Proof(quote)]
    one = Read(read(claim, language_of(claim, proofs)), proofs, None)
    reasons = [objection.reason for objection in objections(one)]
    alone = bool(quoted_alone(claim, proofs))
    exact = support.exact_measures(reasons, one.coverage.share, not one.same_language, alone)
    return exact | support.read_measures(claim, evidence, reader) | source.strange(claim)


def ours(reader: Reader, engine: Engine) -> Iterator[Judged]:
    for claim in readers_claims():
        if claim.held_out:
            for name, text in ((OURS, claim.evidence), (WHOLE, claim.whole_report)):
                parts = [measured(claim.text, text, reader, engine)]
                yield Judged(name, claim.report, parts, [claim.supported], claim.supported)


def public(data: Path, reader: Reader, engine: Engine) -> Iterator[Judged]:
    for file, name in PUBLIC.items():
        for row in rows_of(data / "judge" / f"{file}.jsonl"):
            text, answer = source_of_row(row), file.startswith("ragtruth")
            source = row["id"].rsplit("-", 1)[0] if answer else text[:200]
            if file != "qags" and is_training(source):
                continue
            pairs = list(sentences_of_an_answer(row)) if answer else [Pair(row["claim"], "", row["label"] == 1, None)]
            if pairs:
                parts = [measured(pair.claim, text, reader, engine) for pair in pairs]
                yield Judged(name, source, parts, [pair.supported for pair in pairs], row["label"] == 1)


def fitted(judged: Sequence[Judged]) -> dict[str, Any]:
    """The weights of each of MEASURES."""
    judged = [one for one in judged if one.of != PUBLIC["qags"]]
    weights: dict[str, Any] = {kind: {} for kind in ("exact", "read")}
    for kind in ("exact", "read"):
        for searched in (False, True):
            names = MEASURES[kind, "searched" if searched else "quoted"]
            rows = [
                ([part[name] for name in names], mark, one.of)
                for one in judged
                if one.searched == searched
                for part, mark in zip(one.parts, one.marks, strict=True)
                if searched or not part["number"]
            ]
            weights[kind]["searched" if searched else "quoted"] = _named(names, rows)
        weights[kind]["quoted"]["number"] = UNQUOTED_NUMBER
    return weights


def _named(names: Sequence[str], rows: Sequence[tuple[Sequence[float], bool, str]]) -> dict[str, float]:
    """Each set gets as many rows as the largest has, by repeating, and each outcome of it half of them.

    A measure may only weigh in its own direction: that claims made to mislead keep close to the words they distort, and
    that readers reckon with figures, makes no objection speak for a claim. One that would is left out.
    """
    groups: dict[tuple[str, bool], list[Sequence[float]]] = defaultdict(list)
    for measures, mark, of in rows:
        groups[of, mark].append(measures)
    most = max(map(len, groups.values()))
    x = np.vstack([np.resize(np.array(own), (most, len(names))) for own in groups.values()])
    y = np.concatenate([np.full(most, float(mark)) for _, mark in groups])
    kept = list(range(len(names)))
    while True:
        weights = probability(x[:, kept], y)
        wrong = [at for at, weight in zip(kept, weights, strict=False) if weight * DIRECTION.get(names[at], 0) < 0]
        if not wrong:
            break
        kept = [at for at in kept if at not in wrong]
    found = {names[at]: round(float(weight), 4) for at, weight in zip(kept, weights, strict=False)}
    return {**{name: found.get(name, 0.0) for name in names}, "intercept": round(float(weights[-1]), 4)}


def _weigh(measures: Mapping[str, float], weights: Mapping[str, float]) -> float:
    return weights["intercept"] + sum(
        weight * measures[name] for name, weight in weights.items() if name != "intercept"
    )


def said(one: Judged, weights: Mapping[str, Any]) -> float:
    """A logit that all of it is supported: no claim of an answer is less likely than all of them."""
    of_its_kind = weights["searched" if one.searched else "quoted"]
    return min(_weigh(part, of_its_kind) for part in one.parts)


def report(judged: Sequence[Judged]) -> list[str]:
    """A line a set: balanced accuracy at .5, and AUROC, of the exact checks alone and with reading."""
    halves = [[one for one in judged if zlib.crc32(one.source.encode()) // 7 % 2 == which] for which in (0, 1)]
    crossed = [(one, fit) for at in (0, 1) for fit in [fitted(halves[1 - at])] for one in halves[at]]
    whole, kinds = fitted(judged), ("exact", "read")
    lines = [f"{'':30}  balanced accuracy               AUROC", f"{'':22}{'n':>8}" + "     exact      read" * 2]
    for name in (OURS, WHOLE, *PUBLIC.values()):
        rows = [(one, whole if name == PUBLIC["qags"] else fit) for one, fit in crossed if one.of == name]
        so = np.array([one.supported for one, _ in rows])
        logits = [np.array([said(one, fit[kind]) for one, fit in rows]) for kind in kinds]
        told = [f"{measure(of, so):10.3f}" for measure in (_balanced, _auroc) for of in logits]
        lines.append(f"{name:22}{len(rows):8}{''.join(told)}")
    return lines


def _balanced(logits: Array, so: Marks) -> float:
    return float(((logits[so] >= 0).mean() + (logits[~so] < 0).mean()) / 2)


def _auroc(logits: Array, so: Marks) -> float:
    return float((logits[so][:, None] > logits[~so][None]).mean())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--write", action="store_true", help="write assistant/grounding/support.json")
    args = parser.parse_args()
    reader = open_cross_encoder()
    engine = open_engine()
    judged = [*ours(reader, engine), *public(args.data, reader, engine)]
    print("\n".join(report(judged)))
    if args.write:
        target = Path(support.__file__).with_name("support.json")
        found = fitted(judged)
        told = {"fitted_by": "python -m benchmarks.fit_support --data DIR --write", **found["read"]}
        target.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
        print(f"wrote {target}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
