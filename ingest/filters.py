"""Filters: which documents and passages a question is asked over."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from ingest.documents import Scope, Summary
from ingest.errors import InputError
from ingest.text.periods import Period
from ingest.text.places import fold_place
from ingest.text.words import fold

FILTERS = ("document", "language", "period", "place", "source", "since", "until")
_ALIASES = {"document_id": "document"}


def select(filters: Mapping[str, Any] | None, documents: Sequence[Summary]) -> Scope | None:
    """Where a search may look; None where there is no filter.

    - `document`: an id; `source`: part of the name
    - `language`: a code, of passages: a report in two languages passes with those in the one asked for
    - `period`: a label such as 2024-H1; the period the document covers lies in it
    - `place`: one the document is from or about, by any of its names
    - `since`, `until`: a day, or a period for its first or last day; a document's day is its event's, else its
      publication's, else the last of the period it covers

    A value may be a list of alternatives. A filter that nothing passes leaves nowhere to look. Raises InputError
    for an unknown filter, a value that is no text, an unreadable period or day.
    """
    given = {_ALIASES.get(name, name): value for name, value in (filters or {}).items() if value is not None}
    if unknown := sorted(set(given) - set(FILTERS)):
        raise InputError(f"unknown filter {unknown[0]!r}; use {', '.join(FILTERS)}")
    wanted = {name: _values(name, value) for name, value in given.items()}
    if not wanted:
        return None
    languages = tuple(wanted.pop("language")) if "language" in wanted else None
    if not wanted:
        return Scope(languages=languages)
    tests = [_TESTS[name](values) for name, values in wanted.items()]
    passed = [document for document in documents if all(test(document) for test in tests)]
    # A copy's words are found in the document it repeats.
    ids = dict.fromkeys(id_ for document in passed for id_ in (document.id, document.copy_of) if id_)
    return Scope(tuple(ids), languages)


def _values(name: str, value: Any) -> list[str]:
    values: list[Any] = [value] if isinstance(value, str | bytes) or not isinstance(value, Sequence) else list(value)
    values = [str(item) if type(item) is int else item for item in values]  # a year
    for item in values:
        if not isinstance(item, str) or (not item.strip() and name not in ("period", "since", "until")):
            raise InputError(f"filter {name!r} takes text, or a list of texts, not {item!r}")
    return values


Test = Callable[[Summary], bool]


def _document(values: Sequence[str]) -> Test:
    return lambda document: document.id in values


def _source(values: Sequence[str]) -> Test:
    folded = [fold(value) for value in values]
    return lambda document: any(value in fold(document.source) for value in folded)


def _place(values: Sequence[str]) -> Test:
    folded = {fold_place(value) for value in values}
    return lambda document: any(fold_place(place) in folded for place in document.description.places)


def _period(values: Sequence[str]) -> Test:
    periods = [parse_period("period", value) for value in values]
    return lambda document: any(
        period.covers(document.description.period) for period in periods if document.description.period
    )


def _since(values: Sequence[str]) -> Test:
    first = min((parse_period("since", value).start for value in values), default=date.max)
    return lambda document: (day := day_of(document)) is not None and day >= first


def _until(values: Sequence[str]) -> Test:
    last = max((parse_period("until", value).end for value in values), default=date.min)
    return lambda document: (day := day_of(document)) is not None and day <= last


_TESTS: dict[str, Callable[[Sequence[str]], Test]] = {
    "document": _document, "source": _source, "place": _place, "period": _period, "since": _since, "until": _until,
}  # fmt: skip


def parse_period(name: str, label: str) -> Period:
    """The period of a label. Raises InputError, naming the filter."""
    try:
        return Period.parse(label)
    except ValueError as exc:
        raise InputError(f"{name} {label!r} is none of 2024, 2024-H1, 2024-Q3, 2024-05, 2024-05-31, 2023/2024") from exc


def day_of(document: Summary) -> date | None:
    """The day a document tells of: its event's, else its publication's, else the last of the period it covers."""
    about = document.description
    return about.event_date or about.published or (about.period.end if about.period else None)
