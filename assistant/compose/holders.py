"""Who held an office at another date: reports of two dates may each be right."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from assistant.compose.candidates import Candidate, weights
from assistant.compose.offices import asks_for_an_office, holders
from assistant.question import Query

A_YEAR = 366


def day_of(candidate: Candidate) -> date | None:
    """The day a report tells of, or was published."""
    about = candidate.evidence.document.description
    return about.event_date or about.published or (about.period.end if about.period else None)


def holder_first(query: Query, candidates: list[Candidate]) -> list[Candidate]:
    """The candidates for who holds an office, one that says so first: of the newest report, or, where the question
    names a date, the best one."""
    holding = [one for one in candidates if _holds(query, one)]
    if not holding:
        return candidates
    dated = bool(query.periods or query.days)
    first = max(holding, key=lambda one: (date.min if dated else day_of(one) or date.min, one.order))
    return [first, *(other for other in candidates if other is not first)]


def other_holders(query: Query, best: Candidate, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Sentences of reports of other dates that name somebody else in the office, newest first; none where the question
    is of one year or day, or the best sentence gives no holder."""
    named = holders(query, best.sentence.text)
    of_one_date = query.days or any(period.days <= A_YEAR for period in query.periods)
    if not asks_for_an_office(query) or of_one_date or not named:
        return []
    found: list[Candidate] = []
    for other in sorted(filter(day_of, candidates), key=lambda one: (day_of(one), one.order), reverse=True):
        theirs = holders(query, other.sentence.text)
        if _holds(query, other) and not theirs & named:
            found.append(other)
            named |= theirs
    return found[:2]


def _holds(query: Query, one: Candidate) -> bool:
    sure = one.confidence >= weights()["threshold"]
    return sure and asks_for_an_office(query) and bool(holders(query, one.sentence.text))
