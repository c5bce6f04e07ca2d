"""The figure in a sentence that a question asks for, and whether two of them are of the same thing."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from assistant.compose.candidates import (
    AFTER,
    BEFORE,
    Candidate,
    named_concepts,
    numbers_of_what_is_asked,
    plain_numbers,
    what_follows,
)
from assistant.compose.clauses import clause_of
from assistant.question import Query
from ingest.text.numbers import Number
from ingest.text.periods import find_periods
from ingest.text.words import content_words, stem, stems, words

NEAR_ENOUGH = Decimal("0.05")
"""By which share a number that is hedged ("nearly 60,000") may be off the exact one and still be the same."""


@dataclass(frozen=True, slots=True)
class Count:
    """A figure with what it counts, as stems of the words beside it."""

    value: Decimal
    percent: bool
    hedged: bool
    counted: frozenset[str]
    language: str
    done: bool = False
    """Whether what the question says is done to it is in its clause: "planted" in "planted 300 trees"."""

    def same_as(self, other: Count) -> bool:
        """Whether both count the same thing, to which the same is done, as far as their words tell; across languages
        only their kind does."""
        if self.percent != other.percent:
            return False
        return self.language != other.language or (self.done == other.done and bool(self.counted & other.counted))


def asked_count(query: Query, candidate: Candidate) -> Count | None:
    """The figure of a sentence that the question asks for: its only one, or the one whose words are most of the
    question's; None where that is open. See `numbers_of_what_is_asked`."""
    text, language = candidate.sentence.text, candidate.evidence.passage.language
    numbers = numbers_of_what_is_asked(query, text, language) or list(plain_numbers(text))
    if len(numbers) > 1 and query.periods:
        numbers = [number for number in numbers if _is_of_the_period(query, text, number)] or numbers
    asked = {stem(word, query.language) for word in query.words}
    meant = named_concepts([stem(word, query.language) for word in query.words], query.language)
    scored = [(_overlap(text, number, language, asked, meant), -number.start, number) for number in numbers]
    scored.sort(key=lambda row: row[:2], reverse=True)
    if not scored or (len(scored) > 1 and scored[0][0] == scored[1][0]):
        return None
    number = scored[0][2]
    after = frozenset(_stems(what_follows(text[number.end :]), language)[:3])
    done = _is_done(query, clause_of(text, number), language)
    return Count(number.value, number.percent, number.sense is not None, after, language, done)


def _is_done(query: Query, clause: str, language: str) -> bool:
    """Whether a clause has what the question says beside what is counted, or the field's other word for it."""
    asked = [stem(word, query.language) for word in query.words if word not in query.counted]
    row = stems(clause, language)
    if language == query.language and not set(asked).isdisjoint(row):
        return True
    return not named_concepts(asked, query.language).isdisjoint(named_concepts(row, language))


def _is_of_the_period(query: Query, text: str, number: Number) -> bool:
    """Whether a number stands in a clause of the sentence that names a period asked for."""
    start = text.rfind(";", 0, number.start) + 1
    end = text.find(";", number.end)
    named = {mention.period for mention in find_periods(text[start : end if end > 0 else len(text)])}
    return not named.isdisjoint(query.periods)


def agree(one: Count, other: Count | None) -> bool:
    """Whether two figures are the same, one of them perhaps rounded."""
    if other is None or one.percent != other.percent:
        return False
    if one.value == other.value:
        return True
    off = abs(one.value - other.value)
    return (one.hedged or other.hedged) and off <= NEAR_ENOUGH * max(abs(one.value), abs(other.value))


def differ(one: Count, other: Count) -> bool:
    """Whether two figures of the same thing contradict each other. Only in one language: in two, that they are of the
    same is not known."""
    return one.language == other.language and one.same_as(other) and not agree(one, other)


def _overlap(text: str, number: Number, language: str, asked: set[str], meant: frozenset[int]) -> float:
    """How many of the asked words stand beside a number, or in another language how many of the concepts they name;
    those after it count twice, and the nearest most."""
    after = _stems(text[number.end :], language)[:AFTER]
    before = _stems(text[: number.start], language)[-BEFORE:]
    found = sum(2 / (1 + at / 4) for at, one in enumerate(after) if one in asked)
    found += sum(1 / (1 + at / 4) for at, one in enumerate(reversed(before)) if one in asked)
    return found + 2 * len(meant & named_concepts(after, language)) + len(meant & named_concepts(before, language))


def _stems(text: str, language: str) -> list[str]:
    """The stems of the content words, none of them of numbers, in order."""
    content = set(content_words(text, language))
    return [stem(word, language) for word in words(text) if word in content and not word[0].isdigit()]
