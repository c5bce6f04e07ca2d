"""Why nothing can be answered, in words that name what is missing and what the reports do cover."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.fit import covers_any
from assistant.phrases import listed, period_in_words, say
from assistant.question import Query
from assistant.retrieve import Evidence, sentences_of
from ingest.text.periods import Period
from ingest.text.words import fold


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing can be answered, in the question's language."""

    reason: str


@dataclass(frozen=True, slots=True)
class Covered:
    """What the reports cover: their periods in order, and the places most of them are of first."""

    periods: Sequence[Period] = ()
    places: Sequence[str] = ()


def asks_nothing(query: Query, unheard: Sequence[str]) -> bool:
    """Whether there is nothing to look for: "2024", a greeting, a few words no report holds."""
    if query.names or query.places or query.kind != "fact":
        return False
    return len(query.words) <= 2 and {fold(word) for word in unheard} >= set(query.words)


def unsaid(query: Query, unheard: Sequence[str]) -> str:
    """That the reports do not say, with the words of the question they never use."""
    if not unheard:
        return say("unsaid", query.language)
    return say("words", query.language, missing=", ".join(f"“{word}”" for word in unheard[:3]))


def unmet_constraint(query: Query, evidence: Sequence[Evidence], covered: Covered, unheard: Sequence[str]) -> str:
    """Name the constraint nothing meets, and what the library does cover."""
    language = query.language
    sentences = [sentence for _, sentence in sentences_of(evidence)]
    if query.periods and not any(sentence.fit.period for sentence in sentences):
        known = list(covered.periods)
        phrase = "period_figure" if covers_any(query.periods, known) or not known else "period"
        words = listed([period_in_words(period, language) for period in known], language)
        missing = listed([period_in_words(period, language) for period in query.periods], language)
        return say(phrase, language, known=words or "—", missing=missing)
    if query.names and not any(sentence.fit.name for sentence in sentences):
        return say("name", language, missing=listed(query.names, language))
    if query.places and not any(sentence.fit.place for sentence in sentences):
        phrase = "place_known" if covered.places else "place"
        return say(phrase, language, missing=listed(query.places, language), known=listed(covered.places, language))
    return unsaid(query, unheard)
