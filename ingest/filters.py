"""Filters: which documents and passages a question is asked over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from ingest.documents import Summary, Wanted
from ingest.errors import InputError
from ingest.figures.measures import parts_of
from ingest.meaning.lexicon import LANGUAGES
from ingest.store.figures import WantedFigures
from ingest.text.periods import Period
from ingest.text.places import fold_place
from ingest.text.words import fold

FILTERS = ("document", "language", "period", "place", "source", "since", "until")
_ALIASES = {"document_id": "document"}


def wanted(filters: Mapping[str, Any] | None) -> Wanted | None:
    """What filters ask for; None where there is no filter.

    - `document`: an id; `source`: part of the name
    - `language`: a code, of passages: a report in two languages passes with those in the one asked for
    - `period`: a label such as 2024-H1; the period the document covers lies in it
    - `place`: one the document is from or about, by any of its names
    - `since`, `until`: a day, or a period for its first or last day; see `Description.day`

    A value may be a list of alternatives. A filter that nothing passes leaves nowhere to look. Raises InputError
    for an unknown filter, a value that is no text, an unreadable period or day.
    """
    given = {_ALIASES.get(name, name): value for name, value in (filters or {}).items() if value is not None}
    if unknown := sorted(set(given) - set(FILTERS)):
        raise InputError(f"unknown filter {unknown[0]!r}; use {', '.join(FILTERS)}")
    values = {name: _values(name, value) for name, value in given.items()}
    if not values:
        return None
    periods = {
        name: tuple(parse_period(name, value) for value in values[name])
        for name in ("period", "since", "until")
        if name in values
    }
    return Wanted(
        documents=_each(values, "document", str),
        languages=_each(values, "language", str),
        periods=periods.get("period"),
        places=_each(values, "place", fold_place),
        sources=_each(values, "source", fold),
        days=_days(periods.get("since"), periods.get("until")),
    )


FIGURE_FILTERS = ("document", "language", "period", "place", "source", "measure", "unit", "text")


def wanted_figures(filters: Mapping[str, Any] | None, numbers: frozenset[int] | None = None) -> WantedFigures:
    """What filters ask for of figures; each may be a list of alternatives, but for `text`.

    - `document`, `source`: as in `wanted`; `language`: of the passage that gives it
    - `period`: the figure's own lies in it; `place`: the figure's own, or "nationwide"
    - `measure`: words of what is counted, in any of the languages where the words are known: "bị can", "defendants"
    - `unit`: "percent", "dong", "days" …; "count" for what is counted and has none
    - `text`: words that are each in what is counted, its place, its source or the number as it is written

    `numbers` leaves only figures of these. Raises InputError as `wanted` does.
    """
    given = {_ALIASES.get(name, name): value for name, value in (filters or {}).items() if value is not None}
    if unknown := sorted(set(given) - set(FIGURE_FILTERS)):
        raise InputError(f"unknown filter {unknown[0]!r}; use {', '.join(FIGURE_FILTERS)}")
    values = {name: _values(name, value) for name, value in given.items()}
    units = _each(values, "unit", lambda unit: "" if unit == "count" else unit.strip().lower())
    return WantedFigures(
        documents=_each(values, "document", str),
        languages=_each(values, "language", str),
        periods=tuple(parse_period("period", label) for label in values["period"]) if "period" in values else None,
        places=_each(values, "place", fold_place),
        sources=_each(values, "source", fold),
        units=units,
        measures=tuple(each for text in values["measure"] for each in _measure(text)) if "measure" in values else None,
        words=tuple(word for text in values["text"] for word in fold(text).split()) if "text" in values else None,
        numbers=numbers,
    )


def _measure(text: str) -> tuple[frozenset[str], ...]:
    """Each set is what a key, and the folded words of what is counted, may hold all of."""
    return frozenset(fold(text).split()), *sorted({parts_of(text, language) for language in LANGUAGES}, key=sorted)


def _days(since: Sequence[Period] | None, until: Sequence[Period] | None) -> tuple[date, date] | None:
    if since is None and until is None:
        return None
    first = date.min if since is None else min((period.start for period in since), default=date.max)
    last = date.max if until is None else max((period.end for period in until), default=date.min)
    return first, last


def _each(values: Mapping[str, Sequence[str]], name: str, fold: Any) -> tuple[str, ...] | None:
    return tuple(dict.fromkeys(map(fold, values[name]))) if name in values else None


def _values(name: str, value: Any) -> list[str]:
    values: list[Any] = [value] if isinstance(value, str | bytes) or not isinstance(value, Sequence) else list(value)
    values = [str(item) if type(item) is int else item for item in values]  # a year
    for item in values:
        if not isinstance(item, str) or (not item.strip() and name not in ("period", "since", "until")):
            raise InputError(f"filter {name!r} takes text, or a list of texts, not {item!r}")
    return values


def parse_period(name: str, label: str) -> Period:
    """The period of a label. Raises InputError, naming the filter."""
    try:
        return Period.parse(label)
    except ValueError as exc:
        raise InputError(f"{name} {label!r} is none of 2024, 2024-H1, 2024-Q3, 2024-05, 2024-05-31, 2023/2024") from exc


def passes(wanted: Wanted, document: Summary) -> bool:
    """Whether a document itself passes, whatever it is a copy of; its language is that of most of it."""
    about = document.description
    period, day = about.period, about.day
    return (
        (wanted.documents is None or document.id in wanted.documents)
        and (wanted.languages is None or about.language in wanted.languages)
        and (wanted.periods is None or any(period and _within(period, whole) for whole in wanted.periods))
        and (wanted.places is None or not {fold_place(place) for place in about.places}.isdisjoint(wanted.places))
        and (wanted.sources is None or any(part in fold(document.source) for part in wanted.sources))
        and (wanted.days is None or (day is not None and wanted.days[0] <= day <= wanted.days[1]))
    )


def _within(period: Period, whole: Period) -> bool:
    return whole.start <= period.start and period.end <= whole.end
