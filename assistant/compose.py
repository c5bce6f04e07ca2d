"""Evidence → statements without a model: the one to three sentences that answer, verbatim.

Two small linear models decide, both fitted by `python -m benchmarks.fit_confidence` on public questions: `order`,
which sentence answers best, and `confidence`, whether the best one answers at all.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from assistant.fit import covers_any
from assistant.phrases import listed, period_in_words, say
from assistant.question import Query
from assistant.retrieve import Evidence, SentenceMatch
from ingest.documents import Document
from ingest.numbers import find_numbers
from ingest.periods import find_periods, find_undated_days
from ingest.places import find_places
from ingest.words import capitalised_runs, fold, starts_sentence

MOST_STATEMENTS = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that meets the question's constraints; see `confidence` and `order`."""

    evidence: Evidence
    sentence: SentenceMatch
    confidence: float
    order: float


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing can be answered, in the question's language."""

    reason: str


def extract(query: Query, evidence: Sequence[Evidence], documents: Sequence[Document]) -> list[Candidate] | Refusal:
    """The fewest sentences that answer, best first; or why there are none.

    `documents` is all the library holds: a refusal says what it does cover.
    """
    candidates = sorted(
        (
            Candidate(item, sentence, confidence(measured), order(measured))
            for item in evidence
            for sentence in item.sentences
            if sentence.fit.all
            for measured in [measures(query, item, sentence)]
            if may_answer(query, sentence.text)
        ),
        key=lambda candidate: (-candidate.order, candidate.evidence.passage.id, candidate.sentence.span.start),
    )
    if not candidates:
        return Refusal(unmet_constraint(query, evidence, documents))
    if candidates[0].confidence < weights()["threshold"]:
        return Refusal(say("unsaid", query.language))
    return fewest(query, candidates)


def fewest(query: Query, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The best candidate, and up to two more that are nearly as good and each say something new.

    A sentence that leans on the one before it ("They covered …") comes with that one, and after it.
    """
    chosen = [candidates[0]]
    wanted = MOST_STATEMENTS if query.kind in ("list", "explanation", "fact") else 2
    for candidate in candidates[1:]:
        behind = candidates[0].order - candidate.order
        if len(chosen) >= wanted or behind > weights()["within"] or candidate.confidence < weights()["threshold"]:
            break
        if not any(_says_the_same(candidate.sentence.text, other.sentence.text) for other in chosen):
            chosen.append(candidate)
    leaning = [lean for lean in (_leaning(one, query, candidates) for one in chosen) if lean]
    whole = [*chosen, *(lean for lean in leaning if not any(lean.sentence.span == c.sentence.span for c in chosen))]
    return _in_reading_order(whole[:MOST_STATEMENTS])


_LEANS = re.compile(
    r"^(?:they|it|he|she|these|those|this|such|both|among them|ils?|elles?|cela|ces|celles?-ci|ceux-ci|ho|ong|ba"
    r"|day|do)\b"
)


def _leaning(candidate: Candidate, query: Query, candidates: Sequence[Candidate]) -> Candidate | None:
    """The neighbour a sentence cannot be read without: the one it leans on; or, where several things are asked
    for, the one after it that goes on ("They covered …")."""
    passage = candidate.evidence.passage
    at = passage.sentences.index(candidate.sentence.span)
    neighbour = None
    if _LEANS.match(fold(candidate.sentence.text)) and at > 0:
        neighbour = passage.sentences[at - 1]
    elif query.kind in ("list", "fact", "explanation") and at + 1 < len(passage.sentences):
        after = passage.sentences[at + 1]
        neighbour = after if _LEANS.match(fold(passage.sentence_text(after))) else None
    return next((c for c in candidates if c.evidence.passage.id == passage.id and c.sentence.span == neighbour), None)


def _in_reading_order(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Best document first; within a document as the report has them."""
    documents = list(dict.fromkeys(candidate.evidence.document.id for candidate in candidates))
    return sorted(candidates, key=lambda c: (documents.index(c.evidence.document.id), c.sentence.span.start))


def measures(query: Query, evidence: Evidence, sentence: SentenceMatch) -> dict[str, float]:
    """What order and confidence are computed from, each 0 to 1."""
    same = float(evidence.passage.language == query.language)  # words are not comparable across languages
    return {
        "sentence_cosine": sentence.cosine,
        "passage_cosine": evidence.cosine,
        "coverage": same * sentence.coverage,
        "other_language": 1.0 - same,
        "foreign": float(evidence.foreign),
        "kind": kind_of_answer(query, sentence.text),
    }


def order(measured: Mapping[str, float]) -> float:
    """Which of a question's sentences answers best: higher is better, comparable within one question only."""
    fitted: dict[str, float] = weights()["order"]
    return sum(weight * measured[name] for name, weight in fitted.items())


def confidence(measured: Mapping[str, float]) -> float:
    """The probability that the best sentence answers at all, 0 to 1."""
    fitted = weights()["confidence"]
    total = fitted["intercept"] + sum(w * measured[name] for name, w in fitted.items() if name != "intercept")
    return 1 / (1 + math.exp(-total))


@lru_cache(maxsize=1)
def weights() -> dict[str, Any]:
    """The fitted weights, with the data and the command they come from."""
    return dict(json.loads(files("assistant").joinpath("confidence.json").read_text(encoding="utf-8")))


def may_answer(query: Query, text: str) -> bool:
    """Whether the text holds what the question cannot be answered without: a figure, or the name of a place."""
    if query.kind == "figure":
        return has_figure(text)
    return not query.names_a_place or bool(find_places(text))


def kind_of_answer(query: Query, text: str) -> float:
    """1 where the sentence holds the kind of thing asked for, 0 where not, 0.5 where no kind is asked."""
    if query.kind == "figure":
        return float(has_figure(text))
    if query.kind == "date":
        return float(bool(find_periods(text) or find_undated_days(text)))
    if query.kind == "person":
        return float(any(" " in text[a:b] or not starts_sentence(text, a) for a, b in capitalised_runs(text)))
    if query.kind == "place":
        return float(bool(find_places(text)))
    if query.kind == "list":
        return float(len(re.findall(r"[,;:]\s", text)) >= 2)
    return 0.5


def has_figure(text: str) -> bool:
    """Whether the text holds a number that is not part of a date or a year."""
    dates = [(m.start, m.end) for m in find_periods(text)] + [(m.start, m.end) for m in find_undated_days(text)]
    return any(not any(a <= number.start and number.end <= b for a, b in dates) for number in find_numbers(text))


def unmet_constraint(query: Query, evidence: Sequence[Evidence], documents: Sequence[Document]) -> str:
    """Name the constraint nothing meets, and what the library does cover."""
    sentences = [sentence for item in evidence for sentence in item.sentences]
    if query.periods and not any(sentence.fit.period for sentence in sentences):
        periods = sorted({d.description.period for d in documents if d.description.period})
        known = [period_in_words(period, query.language) for period in periods]
        phrase = "period_figure" if covers_any(query.periods, documents) or not known else "period"
        missing = listed([period_in_words(period, query.language) for period in query.periods], query.language)
        return say(phrase, query.language, known=listed(known, query.language) or "—", missing=missing)
    if query.names and not any(sentence.fit.name for sentence in sentences):
        return say("name", query.language, missing=listed(query.names, query.language))
    if query.places and not any(sentence.fit.place for sentence in sentences):
        return say("place", query.language, missing=listed(query.places, query.language))
    return say("unsaid", query.language)


def _says_the_same(text: str, other: str) -> bool:
    """Whether two sentences share most of their words (a report repeating itself, or two copies of it)."""
    a, b = set(re.findall(r"\w+", text.lower())), set(re.findall(r"\w+", other.lower()))
    return len(a & b) >= 0.7 * min(len(a), len(b))
