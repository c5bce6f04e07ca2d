"""Claims with evidence that supports them, contradicts them or does not, from public sets whose licences allow it.

Read from a data folder: `nli/` and the training half of `judge/`. XNLI, ANLI and SICK are non-commercial and are not
read, nor is QAGS; they are for testing. Two kinds are made here: a claim of which one number was changed, and, of
XQuAD's parallel passages, a sentence with its translation or with the translation of what stands beside it.
"""

from __future__ import annotations

import json
import math
import random
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.fitting import is_measured

SETS = {
    "fever_nli_en": 4500, "mnli_binary_en": 4000, "summedits_en": 1500, "rte_en": 1200, "factcg_cg2c_doc_en": 2052,
    "wice_train_en": 243, "daccord_fr_contradiction": 515, "fracas_fr": 309, "gqnli_fr": 300, "gqnli_en": 300,
}  # fmt: skip
"""How many of each are taken at most."""
CHANGED_NUMBERS = 800
CLASSES = {"entailment": 0, "supported": 0, "contradiction": 1, "neutral": 2}
ROOM = 400
"""Characters of evidence: of a long source the sentences nearest the claim, in their order."""

_SENTENCE_END = re.compile(r'(?<=[.!?])\s+(?=[A-Z"“(\[0-9À-Ý])|\n+')
_WORD, _NUMBER = re.compile(r"\w+"), re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Pair:
    claim: str
    evidence: str
    supported: bool
    kind: int | None
    """0 supported, 1 contradicted, 2 not found; None where only supported or not is known."""


def pairs(data: Path) -> list[Pair]:
    """All pairs for training; sets that are not there are left out."""
    found: list[Pair] = []
    for name, most in SETS.items():
        rows = list(_rows(data / "nli" / f"{name}.jsonl"))
        found += [_pair(row) for row in random.sample(rows, min(most, len(rows)))]
    found += [_pair(row) for row in _rows(data / "judge" / "wice.jsonl") if is_training(row["source"][:200])]
    for name in ("ragtruth_qa_dev", "ragtruth_summary_dev"):
        for row in _rows(data / "judge" / f"{name}.jsonl"):
            if is_training(row["id"].rsplit("-", 1)[0]):
                found += _sentences_of_an_answer(row)
    found += _translated(data / "xquad")
    altered = [changed for pair in found if (changed := _with_a_number_changed(pair))]
    return found + random.sample(altered, min(CHANGED_NUMBERS, len(altered)))


def is_training(source: str) -> bool:
    """Whether a source of a judge set trains; the other half measures. All claims on a source are in one half."""
    return zlib.crc32(source.encode()) % 2 == 0


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    if file.is_file():
        with file.open(encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def _pair(row: dict[str, Any]) -> Pair:
    label = row.get("label3")
    kind = CLASSES.get(label) if label else None
    return Pair(row["claim"], nearest(row["claim"], row["source"]), row["label"] == 1, kind)


def _sentences_of_an_answer(row: dict[str, Any]) -> Iterator[Pair]:
    """RAGTruth labels whole answers and marks what is made up in them: each sentence is a claim."""
    source = row["source"] if isinstance(row["source"], str) else row["source"]["passages"]
    source = re.sub(r"passage \d+:", "", source)
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
        lang: {str(row["passage_id"]): row["text"] for row in _rows(folder / f"passages_{lang}.jsonl")}
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
    """The sentences of a source that share most with the claim, rare words weighing more, up to ROOM characters."""
    parts = sentences(source)
    if sum(map(len, parts)) <= ROOM:
        return " ".join(parts)
    held = [set(_WORD.findall(part.lower())) for part in parts]
    frequency = Counter(word for words in held for word in words)
    return " ".join(parts[at] for at in _best(set(_WORD.findall(claim.lower())), held, frequency, parts))


def _best(claimed: set[str], held: Sequence[set[str]], frequency: Counter[str], parts: Sequence[str]) -> list[int]:
    def shared(at: int) -> float:
        words = claimed & held[at]
        return sum(math.log(1 + len(held) / frequency[word]) for word in words) / math.sqrt(3 + len(held[at]))

    chosen: list[int] = []
    length = 0
    for at in sorted(range(len(parts)), key=lambda at: -shared(at)):
        if not chosen or length + len(parts[at]) <= ROOM:
            chosen.append(at)
            length += len(parts[at])
    return sorted(chosen)
