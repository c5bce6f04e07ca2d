"""Claims with evidence that supports them, contradicts them or does not: this project's own (`benchmarks.claims`), and
those of public sets whose licences allow it.

The public ones are read from a data folder: `nli/` and the training half of `judge/`. XNLI, ANLI and SICK are
non-commercial and are not read, nor is QAGS; they are for testing. Two kinds are made here: a claim of which one number
was changed, and, of XQuAD's parallel passages, a sentence with its translation or with the translation of what stands
beside it.
"""

from __future__ import annotations

import json
import random
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.claims import readers_claims
from benchmarks.fitting import is_measured
from evals.judge import LABELS
from evals.judge.evidence import source_of

FIRST = {
    "fever_nli_en": 15_000, "mnli_binary_en": 19_645, "summedits_en": 4651, "rte_en": 1877, "factcg_cg2c_doc_en": 2052,
    "wice_train_en": 243, "daccord_fr_contradiction": 515, "fracas_fr": 309, "gqnli_fr": 300, "gqnli_en": 300,
}  # fmt: skip
AGAIN = {
    "fever_nli_en": 2000, "mnli_binary_en": 2000, "summedits_en": 1500, "rte_en": 500, "factcg_cg2c_doc_en": 1000,
    "wice_train_en": 243, "daccord_fr_contradiction": 150, "fracas_fr": 150, "gqnli_fr": 150, "gqnli_en": 150,
}  # fmt: skip
"""How many of each set are taken at most, in the first stage and in the second."""
CHANGED = 0.05
"""How many claims with a number changed there are for each other claim."""
OWN = 4
"""How often a claim of our own is shown in the second stage."""
CLASSES = {"entailment": 0, "supported": 0, "contradiction": 1, "neutral": 2}
_SENTENCE_END = re.compile(r'(?<=[.!?])\s+(?=[A-Z"“(\[0-9À-Ý])|\n+')
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Pair:
    claim: str
    evidence: str
    supported: bool
    kind: int | None
    """0 supported, 1 contradicted, 2 not found; None where only supported or not is known."""


def public_claims(data: Path, sets: Mapping[str, int]) -> list[Pair]:
    """Those of public sets; sets that are not there are left out."""
    found: list[Pair] = []
    for name, most in sets.items():
        rows = list(rows_of(data / "nli" / f"{name}.jsonl"))
        found += [_pair(row) for row in random.sample(rows, min(most, len(rows)))]
    found += [_pair(row) for row in rows_of(data / "judge" / "wice.jsonl") if is_training(row["source"][:200])]
    found += [*answers_of_models(data), *_translated(data / "xquad")]
    altered = [changed for pair in found if (changed := _with_a_number_changed(pair))]
    return found + random.sample(altered, min(int(CHANGED * len(found)), len(altered)))


def answers_of_models(data: Path) -> list[Pair]:
    """The sentences of RAGTruth's answers on the sources that train."""
    return [
        pair
        for name in ("ragtruth_qa_dev", "ragtruth_summary_dev")
        for row in rows_of(data / "judge" / f"{name}.jsonl")
        if is_training(row["id"].rsplit("-", 1)[0])
        for pair in sentences_of_an_answer(row)
    ]


def own_claims() -> list[Pair]:
    """This project's, but for those of reports that train nothing."""
    return [
        Pair(claim.text, claim.evidence, claim.supported, LABELS.index(claim.label))
        for claim in readers_claims()
        if not claim.held_out
    ]


def is_training(source: str) -> bool:
    """Whether a source of a judge set trains; the other half measures. All claims on a source are in one half."""
    return zlib.crc32(source.encode()) % 2 == 0


def rows_of(file: Path) -> Iterator[dict[str, Any]]:
    if file.is_file():
        with file.open(encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def _pair(row: dict[str, Any]) -> Pair:
    label = row.get("label3")
    kind = CLASSES.get(label) if label else None
    return Pair(row["claim"], nearest(row["claim"], row["source"]), row["label"] == 1, kind)


def source_of_row(row: dict[str, Any]) -> str:
    """The text a claim of a judge set is about."""
    source = row["source"] if isinstance(row["source"], str) else row["source"]["passages"]
    return re.sub(r"passage \d+:", "", source)


def sentences_of_an_answer(row: dict[str, Any]) -> Iterator[Pair]:
    """RAGTruth labels whole answers and marks what is made up in them: each sentence is a claim."""
    source = source_of_row(row)
    spans = json.loads(row["spans"]) if isinstance(row["spans"], str) else row["spans"]
    if row["label"] == 0 and not spans:
        return
    at = 0
    for sentence in sentences(row["claim"]):
        start = row["claim"].find(sentence, at)
        at = start + len(sentence)
        if len(sentence) >= 25:
            made_up = any(span["start"] < at and span["end"] > start for span in spans)
            yield Pair(sentence, nearest(sentence, source), not made_up, None)


def _translated(folder: Path) -> Iterator[Pair]:
    """Of passages with the same number of sentences in both languages."""
    texts = {
        lang: {str(row["passage_id"]): row["text"] for row in rows_of(folder / f"passages_{lang}.jsonl")}
        for lang in ("en", "vi")
    }
    for passage, text in texts["en"].items():
        english, vietnamese = sentences(text), sentences(texts["vi"].get(passage, ""))
        if is_measured(passage) or len(english) != len(vietnamese) or len(english) < 2:
            continue
        for at in range(len(english)):
            for claims, other in ((english, vietnamese), (vietnamese, english)):
                if random.random() < 0.5:
                    around = range(max(0, at - 1), at + 2) if random.random() < 0.6 else range(at, at + 1)
                    yield Pair(claims[at], " ".join(other[i] for i in around if i < len(other)), True, None)
                else:
                    beside = [other[i] for i in range(max(0, at - 2), min(len(other), at + 3)) if i != at]
                    yield Pair(claims[at], " ".join(beside), False, None)


def _with_a_number_changed(pair: Pair) -> Pair | None:
    numbers = list(_NUMBER.finditer(pair.claim))
    if not pair.supported or not numbers:
        return None
    number = random.choice(numbers)
    value = int(number[0])
    other = random.choice([value + 1, value + 2, max(0, value - 1), value * 10, value + random.randint(2, 30)])
    if other == value:
        return None
    claim = pair.claim[: number.start()] + str(other) + pair.claim[number.end() :]
    return replace(pair, claim=claim, supported=False, kind=None)


def sentences(text: str) -> list[str]:
    return [part.strip() for part in _SENTENCE_END.split(text) if part.strip()]


def nearest(claim: str, source: str) -> str:
    """What the judge reads of a long source: the sentences nearest the claim, few or more of them."""
    return random.choice(source_of(source).nearest(claim))
