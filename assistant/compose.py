"""Evidence → statements without a model: the one to three sentences that answer, verbatim.

Two small linear models decide, both fitted by `python -m benchmarks.fit_confidence` on public questions: `order`,
which sentence answers best, and `confidence`, whether the best one answers at all.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from typing import Any

from assistant.context import leans_back
from assistant.coverage import holds_name
from assistant.fit import covers_any
from assistant.phrases import listed, period_in_words, say
from assistant.question import Query
from assistant.retrieve import Evidence, SentenceMatch, sentences_of
from ingest.text.numbers import find_numbers
from ingest.text.periods import Period, find_periods, find_undated_days
from ingest.text.places import find_places
from ingest.text.words import capitalised_runs, fold, starts_sentence, words

MOST_STATEMENTS = 3
SURE, SURER = 0.75, 0.97
"""The confidence asked of an answer when the word for what is asked is in no report: in the question's language, in
another."""

NAMED = 0.75
"""The confidence that a sentence naming X answers "Who is X?"."""

OWN_LANGUAGE = 2.5
"""How far behind the best, in `order`, a sentence in the question's own language may be and still go first; about
0.02 of both cosines."""


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


def extract(
    query: Query, evidence: Sequence[Evidence], periods: Callable[[], Sequence[Period]], unheard: Sequence[str] = ()
) -> list[Candidate] | Refusal:
    """The fewest sentences that answer, best first; or why there are none.

    `periods` gives those that reports cover, `unheard` the words of the question no passage holds: a refusal says what
    is missing and what is covered.
    """
    candidates = sorted(
        (
            candidate(query, item, sentence)
            for item, sentence in sentences_of(evidence)
            if sentence.fit.all and may_answer(query, sentence.text)
        ),
        key=lambda candidate: (
            candidate.confidence == 0,
            -candidate.order,
            candidate.evidence.passage.id,
            candidate.sentence.span.start,
        ),
    )
    if asks_nothing(query, unheard):
        return Refusal(unsaid(query, unheard))
    if not candidates:
        return Refusal(unmet_constraint(query, evidence, periods(), unheard))
    if candidates[0].confidence < _needed(query, candidates[0], unheard):
        return Refusal(unsaid(query, unheard))
    return fewest(query, own_language_first(query, candidates))


def candidate(query: Query, evidence: Evidence, sentence: SentenceMatch) -> Candidate:
    """A sentence with how well and how surely it answers."""
    measured = measures(query, evidence, sentence)
    return Candidate(evidence, sentence, sure_of_name(query, sentence.text, confidence(measured)), order(measured))


def asks_nothing(query: Query, unheard: Sequence[str]) -> bool:
    """Whether there is nothing to look for: "2024", a greeting, a few words no report holds."""
    if query.names or query.places or query.kind != "fact":
        return False
    return len(query.words) <= 2 and {fold(word) for word in unheard} >= set(query.words)


def _needed(query: Query, best: Candidate, unheard: Sequence[str]) -> float:
    """The least confidence an answer needs: more where what is asked for (questions name it early: "how much money",
    "quel est le budget") is in no report, and most where a passage in another language is to answer. Then the
    cosine, which knows topics better than facts, is all there is."""
    if query.kind in ("person", "date", "place"):  # these begin with a verb, which has many others for it
        return float(weights()["threshold"])
    missing = {fold(word) for word in unheard}
    if best.evidence.passage.language != query.language:
        return SURER if missing & set(query.words[:2]) else float(weights()["threshold"])
    return SURE if missing & set(query.words[:1]) else float(weights()["threshold"])


def own_language_first(query: Query, candidates: list[Candidate]) -> list[Candidate]:
    """The candidates, with the best one in the question's language first where it answers nearly as well: a quote
    is proof only to who can read it."""
    for candidate in candidates:
        if candidate.order < candidates[0].order - OWN_LANGUAGE:
            break
        own = candidate.evidence.passage.language == query.language
        if own and candidate.confidence >= weights()["threshold"]:
            return [candidate, *(other for other in candidates if other is not candidate)]
    return candidates


def fewest(query: Query, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The best candidate, and what belongs with it; three at most.

    Beside a figure that is another report with the same figure; beside anything else, sentences of the same
    report that are nearly as good and say something new. A sentence that leans on the one before it ("They
    covered …") comes after that one.
    """
    best = candidates[0]
    chosen = [best]
    for candidate in candidates[1:]:
        if len(chosen) >= MOST_STATEMENTS or candidate.confidence < weights()["threshold"]:
            break
        if _belongs(query, best, candidate) and not any(_says_the_same(candidate, other) for other in chosen):
            chosen.append(candidate)
    for one in list(chosen):
        antecedent = _antecedent(query, one, candidates)
        if antecedent and len(chosen) < MOST_STATEMENTS and antecedent not in chosen:
            chosen.append(antecedent)
    return _in_reading_order(chosen)


def _belongs(query: Query, best: Candidate, other: Candidate) -> bool:
    if query.kind == "figure":
        return other.evidence.document.id != best.evidence.document.id and bool(
            figures(best.sentence.text) & figures(other.sentence.text)
        )
    near = best.order - other.order <= weights()["within"]
    several = query.kind in ("list", "explanation", "comparison", "fact")
    return several and near and other.evidence.document.id == best.evidence.document.id


def _antecedent(query: Query, leaning: Candidate, candidates: Sequence[Candidate]) -> Candidate | None:
    """The sentence before one that begins with a pronoun, be it the last of the passage before."""
    evidence = leaning.evidence
    at = evidence.passage.sentences.index(leaning.sentence.span)
    if not leans_back(leaning.sentence.text):
        return None
    if at == 0:
        before = evidence.before
        last = before.sentences[-1] if before else None
        return candidate(query, before, last) if before and last and last.fit.all else None
    span = evidence.passage.sentences[at - 1]
    return next(
        (c for c in candidates if c.evidence.passage.id == evidence.passage.id and c.sentence.span == span), None
    )


def _in_reading_order(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Best document first; within a document as the report has them."""
    documents = list(dict.fromkeys(candidate.evidence.document.id for candidate in candidates))
    return sorted(candidates, key=lambda c: (documents.index(c.evidence.document.id), c.sentence.span.start))


def measures(query: Query, evidence: Evidence, sentence: SentenceMatch) -> dict[str, float]:
    """What order and confidence are computed from. Order compares sentences of one library, by what tells them apart
    there: the passage's score, and what `SentenceMatch` says. Confidence must mean the same in any: the plain cosines,
    and the share of the words asked that the sentence holds, which cannot be known across languages."""
    same = evidence.measures["same_language"]
    return {
        "score": evidence.score,
        "sentence": sentence.cosine,
        "sentence_moved": sentence.moved,
        "words": sentence.words,
        "pairs": sentence.pairs,
        "passage_cosine": evidence.measures["passage"] + evidence.common,
        "sentence_cosine": sentence.cosine + evidence.common,
        "asked": same * sentence.asked,
        "other_language": 1.0 - same,
        "gap": evidence.gap or 0.0,
        "foreign": float(evidence.gap is None),
        "kind": kind_of_answer(query, sentence.text),
    }


def sure_of_name(query: Query, text: str, otherwise: float) -> float:
    """The confidence, raised for "Who is X?" where the sentence names X: nothing else is asked, in any language;
    and 0 for one that does not."""
    if query.kind != "person" or query.words or not query.names:
        return otherwise
    return max(otherwise, NAMED) if any(holds_name(name, text) for name in query.names) else 0.0


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
    return bool(figures(text))


@lru_cache(maxsize=20_000)
def figures(text: str) -> frozenset[Decimal]:
    """The values of the numbers in the text that are no part of a date or a year."""
    dates = [(m.start, m.end) for m in find_periods(text)] + [(m.start, m.end) for m in find_undated_days(text)]
    return frozenset(
        number.value
        for number in find_numbers(text)
        if not any(start <= number.start and number.end <= end for start, end in dates)
    )


def unsaid(query: Query, unheard: Sequence[str]) -> str:
    """That the reports do not say, with the words of the question they never use."""
    if not unheard:
        return say("unsaid", query.language)
    return say("words", query.language, missing=", ".join(f"“{word}”" for word in unheard[:3]))


def unmet_constraint(
    query: Query, evidence: Sequence[Evidence], known: Sequence[Period], unheard: Sequence[str]
) -> str:
    """Name the constraint nothing meets, and what the library does cover."""
    sentences = [sentence for _, sentence in sentences_of(evidence)]
    if query.periods and not any(sentence.fit.period for sentence in sentences):
        phrase = "period_figure" if covers_any(query.periods, known) or not known else "period"
        covered = [period_in_words(period, query.language) for period in known]
        missing = listed([period_in_words(period, query.language) for period in query.periods], query.language)
        return say(phrase, query.language, known=listed(covered, query.language) or "—", missing=missing)
    if query.names and not any(sentence.fit.name for sentence in sentences):
        return say("name", query.language, missing=listed(query.names, query.language))
    if query.places and not any(sentence.fit.place for sentence in sentences):
        return say("place", query.language, missing=listed(query.places, query.language))
    return unsaid(query, unheard)


def _says_the_same(one: Candidate, other: Candidate) -> bool:
    """Whether two sentences share most of their words (a report repeating itself, or two copies of it)."""
    a, b = set(words(one.sentence.text)), set(words(other.sentence.text))
    return len(a & b) >= 0.7 * min(len(a), len(b))
