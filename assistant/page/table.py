"""The documents and uploads as rows: those asked for, sorted, a page at a time, so that the browser never holds all."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from assistant.answer import DocumentInfo
from assistant.uploads import Upload

State = Literal["read", "copy", "reading", "waiting", "failed"]
STATES: tuple[State, ...] = ("reading", "waiting", "failed", "read", "copy")
"""In the order they are sorted in: what asks for attention first."""
COLUMNS = ("title", "period", "places", "language", "source", "passages", "state")
ON_A_PAGE = 50
MOST_CHOSEN = 500
"""Documents the chat is asked over by name; more are asked over by period, place or language."""
OFFERED = 400
"""Places and periods offered in a list."""


@dataclass(frozen=True, slots=True)
class Row:
    """A document, or an upload of which there is none; `message` says why there is none, or what is repeated."""

    title: str
    source: str
    state: State
    document: DocumentInfo | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reader asks the table for."""

    find: str = ""
    language: str = ""
    period: str = ""
    place: str = ""
    state: str = ""
    sort: str = "title"
    down: bool = False
    page: int = 0

    @classmethod
    def of(cls, given: Any) -> Asked:
        """From what a browser sends, which may be anything."""
        given = given if isinstance(given, dict) else {}

        def text(name: str) -> str:
            value = given.get(name)
            return value.strip()[:200] if isinstance(value, str) else ""

        page = given.get("page")
        return cls(
            text("find"), text("language"), text("period"), text("place"),
            text("state") if text("state") in STATES else "",
            text("sort") if text("sort") in COLUMNS else "title",
            given.get("down") is True,
            page if type(page) is int and 0 <= page < 10**6 else 0,
        )  # fmt: skip

    @property
    def filters(self) -> dict[str, list[str]]:
        """The part of it that the chat can be asked with, as `Assistant.ask` takes it."""
        given = {"language": self.language, "period": self.period, "place": self.place}
        return {name: [value] for name, value in given.items() if value}


@dataclass(frozen=True, slots=True)
class Page:
    """The rows shown, and what is known of all that were asked for."""

    rows: Sequence[Row]
    total: int
    number: int
    """Of this page, from 0."""
    pages: int
    filters: dict[str, list[str]] | None
    """What has the chat answer from just these; None where they are all there is, nothing, or too many to name."""


def page_of(documents: Callable[[dict[str, list[str]]], Sequence[DocumentInfo]], uploads: Sequence[Upload],
            asked: Asked) -> Page:  # fmt: skip
    """The page asked for; the last one where there are fewer. `documents` gives those that pass filters. Raises what it
    raises."""
    passing = documents(asked.filters)
    titles = {document.id: document.title for document in passing}
    rows = [_row(document, titles) for document in passing]
    if not asked.filters:
        rows += [Row(upload.name, f"uploads/{upload.name}", upload.state, message=upload.message) for upload in uploads]
    needles = plain(asked.find).split()
    if needles:
        rows = [row for row in rows if all(needle in _searchable(row) for needle in needles)]
    if asked.state:
        rows = [row for row in rows if row.state == asked.state]
    rows = _sorted(rows, asked)
    pages = max(1, -(-len(rows) // ON_A_PAGE))
    number = min(asked.page, pages - 1)
    shown = rows[number * ON_A_PAGE : (number + 1) * ON_A_PAGE]
    return Page(shown, len(rows), number, pages, _filters(rows, asked))


def offered(documents: Iterable[DocumentInfo]) -> dict[str, list[str]]:
    """What there is to filter by: languages and places, those of most documents first; periods, the latest first."""
    documents = list(documents)
    languages = Counter(document.language for document in documents)
    places = Counter(place for document in documents for place in document.places)
    periods = {document.period for document in documents if document.period}
    years = {period[:4] for period in periods if period[:4].isdigit() and "/" not in period}
    return {
        "language": [language for language, _ in languages.most_common()],
        "period": sorted(periods | years, reverse=True)[:OFFERED],
        "place": [place for place, _ in places.most_common(OFFERED)],
    }


def plain(text: str) -> str:
    """Lower case without diacritics: readers type Dak Lak for Đắk Lắk."""
    text = text.casefold()
    if text.isascii():
        return text
    letters = unicodedata.normalize("NFD", text.replace("đ", "d"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _row(document: DocumentInfo, titles: Mapping[str, str]) -> Row:
    if document.copy_of is None:
        return Row(document.title, document.source, "read", document)
    return Row(document.title, document.source, "copy", document, titles.get(document.copy_of))


def _searchable(row: Row) -> str:
    about = (row.document.period or "", *row.document.places) if row.document else ()
    return plain(" ".join((row.title, row.source, *about)))


def _sorted(rows: list[Row], asked: Asked) -> list[Row]:
    """By the column, then by title; what has nothing in the column comes last either way. Uploads of which there is no
    document come first, for they are what is looked for after an upload."""

    def value(row: Row) -> Any:
        document = row.document
        match asked.sort:
            case "title":
                return plain(row.title)
            case "source":
                return plain(row.source)
            case "state":
                return STATES.index(row.state)
            case "passages":
                return document.passages if document else None
            case "places":
                return plain(document.places[0]) if document and document.places else None
            case column:
                return getattr(document, column) if document else None

    if asked.sort != "title":
        rows = sorted(rows, key=lambda row: plain(row.title))
    keyed = [(value(row), row) for row in rows]
    known = sorted((pair for pair in keyed if pair[0] is not None), key=lambda pair: pair[0], reverse=asked.down)
    every = [row for _, row in known] + [row for key, row in keyed if key is None]
    if asked.sort == "state":
        return every
    return [row for row in every if row.document is None] + [row for row in every if row.document]


def _filters(rows: Sequence[Row], asked: Asked) -> dict[str, list[str]] | None:
    if not asked.find and not asked.state:
        return asked.filters if asked.filters and rows else None
    ids = [row.document.id for row in rows if row.document]
    return {"document": ids} if 0 < len(ids) <= MOST_CHOSEN else None
