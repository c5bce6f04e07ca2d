"""Evidence → statements without a model: the one to three sentences that answer, verbatim.

How sure a sentence answers the question is a logistic regression over a handful of measures, fitted by
`python -m benchmarks.fit_confidence` on public questions whose answer is in the library, and the same
questions with the answering report taken out.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from assistant.fit import covers_any
from assistant.phrases import listed, say
from assistant.question import Query
from assistant.retrieve import Evidence, SentenceMatch
from ingest.documents import Document
from ingest.numbers import find_numbers
from ingest.periods import find_periods, find_undated_days
from ingest.places import find_places
from ingest.words import capitalised_runs, starts_sentence

MOST_STATEMENTS = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that meets the question's constraints, and how sure it is to answer, 0 to 1."""

    evidence: Evidence
    sentence: SentenceMatch
    confidence: float


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing can be answered, in the question's language."""

    reason: str


def extract(query: Query, evidence: Sequence[Evidence], documents: Sequence[Document]) -> list[Candidate] | Refusal:
    """The fewest sentences that answer, best first; or why there are none.

    `documents` is all the library holds: a refusal says what it does cover.
    """
    fitting = [(item, sentence) for item in evidence for sentence in item.sentences if sentence.fit.all]
    if not fitting:
        return Refusal(unmet_constraint(query, evidence, documents))
    candidates = sorted(
        (Candidate(item, sentence, confidence(query, item, sentence)) for item, sentence in fitting),
        key=lambda candidate: (-candidate.confidence, candidate.evidence.passage.id, candidate.sentence.span.start),
    )
    best = candidates[0]
    if best.confidence < weights()["threshold"]:
        return Refusal(say("unsaid", query.language))
    return fewest(query, candidates)


def fewest(query: Query, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The best candidate, and up to two more that are nearly as sure and each say something new."""
    chosen = [candidates[0]]
    least = max(weights()["threshold"], weights()["keep"] * candidates[0].confidence)
    wanted = MOST_STATEMENTS if query.kind in ("list", "explanation", "fact") else 2
    for candidate in candidates[1:]:
        if len(chosen) == wanted or candidate.confidence < least:
            break
        if not any(_says_the_same(candidate.sentence.text, other.sentence.text) for other in chosen):
            chosen.append(candidate)
    return chosen


def confidence(query: Query, evidence: Evidence, sentence: SentenceMatch) -> float:
    """The probability that the sentence answers the question, 0 to 1; 0 where a figure or the
    name of a place is asked and none is there."""
    if query.kind == "figure" and not has_figure(sentence.text):
        return 0.0
    if query.names_a_place and not find_places(sentence.text):
        return 0.0
    return logistic(measures(query, evidence, sentence))


def measures(query: Query, evidence: Evidence, sentence: SentenceMatch) -> dict[str, float]:
    """What the confidence is computed from, each about 0 to 1."""
    same = evidence.passage.language == query.language
    return {
        "sentence_cosine": sentence.cosine,
        "passage_cosine": evidence.cosine,
        "sentence_coverage": sentence.coverage if same else 0.0,
        "passage_coverage": evidence.coverage if same else 0.0,
        "other_language": 0.0 if same else 1.0,
        "kind": kind_of_answer(query, sentence.text),
    }


def logistic(values: dict[str, float]) -> float:
    fitted = weights()["weights"]
    total = weights()["intercept"] + sum(fitted[name] * value for name, value in values.items())
    return 1 / (1 + math.exp(-total))


@lru_cache(maxsize=1)
def weights() -> dict[str, Any]:
    """The fitted weights, with the data and the command they come from."""
    return dict(json.loads(files("assistant").joinpath("confidence.json").read_text(encoding="utf-8")))


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
    return 0.5


def has_figure(text: str) -> bool:
    """Whether the text holds a number that is not part of a date or a year."""
    dates = [(m.start, m.end) for m in find_periods(text)] + [(m.start, m.end) for m in find_undated_days(text)]
    return any(not any(a <= number.start and number.end <= b for a, b in dates) for number in find_numbers(text))


def unmet_constraint(query: Query, evidence: Sequence[Evidence], documents: Sequence[Document]) -> str:
    """Name the constraint nothing meets, and what the library does cover."""
    sentences = [sentence for item in evidence for sentence in item.sentences]
    if query.periods and not any(sentence.fit.period for sentence in sentences):
        known = sorted({d.description.period.label for d in documents if d.description.period})
        phrase = "period_figure" if covers_any(query.periods, documents) or not known else "period"
        missing = listed([period.label for period in query.periods], query.language)
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
