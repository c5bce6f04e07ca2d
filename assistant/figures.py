"""Figures as they are given back: one model, the same JSON from Python, the CLI and HTTP; and as a table of cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from ingest.documents import Document
from ingest.errors import InputError
from ingest.figures.values import ReportedFigure
from ingest.filters import wanted_figures
from ingest.library import Library
from ingest.store.figures import ORDERS, HeldFigure, Series, WantedFigures, quote_of

MOST = 1000
"""Figures on a page."""


class OtherFigure(BaseModel):
    """What another source says where one figure is."""

    model_config = ConfigDict(frozen=True)

    value: int | float
    written: str
    document_id: str
    source: str
    quote: str
    start: int
    end: int


class FigureInfo(BaseModel):
    """A figure that a report gives. `document.text[start:end] == quote`, in code points."""

    model_config = ConfigDict(frozen=True)

    value: int | float
    unit: str = Field(description="percent, dong, days …; empty for a count.")
    written: str = Field(description="As the report writes it: “3.2 million”.")
    counted: str = Field(description="What is counted or measured, as the report has it.")
    measure: str = Field(description="The same for the same measure over periods, reports and languages.")
    period: str | None = Field(default=None, description="2024, 2024-H1, 2023/2024 …; null where none is known.")
    place: str | None = Field(default=None, description="A place, “nationwide”, or null where none is known.")
    language: str
    hedge: str | None = Field(default=None, description="What the report says of it, folded: “nearly”, “more than”.")
    sense: str | None = Field(default=None, description="Whether the true figure is “about”, “under” or “over” it.")
    edge: str | None = Field(default=None, description="“low” or “high” for the ends of a range.")
    change: bool = Field(default=False, description="Whether it is by how much something rose or fell, and no level.")
    cumulative: bool = Field(default=False, description="Whether it counts from some day on, over several periods.")
    quote: str = Field(description="The sentence, or row of a table, verbatim.")
    start: int
    end: int
    figure_start: int = Field(description="Where the number itself stands in the document.")
    figure_end: int
    document_id: str
    title: str
    source: str
    url: str | None = None
    page: int | None = None
    conflicts: list[OtherFigure] = Field(
        default=[],
        description="What other sources say of the same measure, period, place and unit, where that is no rounded or "
        "hedged form of this, nor of a part of the period.",
    )


class Figures(BaseModel):
    """A page of figures."""

    figures: list[FigureInfo]
    total: int = Field(description="Figures that pass the filters, on every page together.")
    next: int | None = Field(default=None, description="The `offset` of the next page; null on the last.")


def find_figures(
    library: Library,
    filters: Mapping[str, Any] | None = None,
    conflicts: bool = False,
    sort: str = "source",
    limit: int = 100,
    offset: int = 0,
) -> Figures:
    """A page of the figures that pass; see `Assistant.figures`. Raises InputError."""
    if sort.removeprefix("-") not in ORDERS:
        raise InputError(f"sort {sort!r} is none of {', '.join(ORDERS)}, each with - before it for backwards")
    if not (1 <= limit <= MOST and 0 <= offset <= 10**9):
        raise InputError(f"limit must be 1 to {MOST}, and offset 0 or more")
    differing = library.differing_figures()
    wanted = wanted_figures(filters, frozenset(differing) if conflicts else None)
    found, total = library.find_figures(wanted, sort, limit, offset)
    return Figures(
        figures=_infos(library, found, differing),
        total=total,
        next=offset + limit if offset + limit < total else None,
    )


def figures_of_series(library: Library, series: Series) -> list[FigureInfo]:
    """The levels that reports give of one measure in one place, by period; of equal ones the first."""
    places = ("",) if series.place is None else (series.place,)
    asked = wanted_figures({"place": places[0]} if places[0] else None)
    wanted = WantedFigures(keys=(series.measure,), units=(series.unit,), places=asked.places, levels=True)
    found, _ = library.find_figures(wanted, "period", MOST, 0)
    kept: dict[tuple[Any, ...], HeldFigure] = {}
    for held in found:
        if held.figure.period and (series.place is not None or held.figure.place is None):
            kept.setdefault((held.figure.period, held.figure.value), held)
    return _infos(library, list(kept.values()), library.differing_figures())


def all_series(library: Library, filters: Mapping[str, Any] | None = None, most: int = 100) -> list[Series]:
    """The measures that can be drawn over periods. Raises InputError."""
    return library.series(wanted_figures(filters), most)


def _infos(library: Library, found: Sequence[HeldFigure], differing: Mapping[int, tuple[int, ...]]) -> list[FigureInfo]:
    others = library.figures_held(number for held in found for number in differing.get(held.number, ()))
    documents = library.documents_numbered(held.document for held in (*found, *others.values()))
    return [
        _info(held.figure, documents[held.document], _others(held, differing, others, documents))
        for held in found
        if held.document in documents  # one that has been taken out meanwhile
    ]


def _others(
    held: HeldFigure,
    differing: Mapping[int, tuple[int, ...]],
    others: Mapping[int, HeldFigure],
    documents: Mapping[int, Document],
) -> list[OtherFigure]:
    theirs = [others[number] for number in differing.get(held.number, ()) if number in others]
    return [
        OtherFigure(
            value=_number(other.figure), written=other.figure.written, document_id=document.id,
            source=document.source, quote=quote_of(other.figure, document), start=other.figure.quote_start,
            end=other.figure.quote_end,
        )
        for other in theirs
        if (document := documents.get(other.document))
    ]  # fmt: skip


def _info(figure: ReportedFigure, document: Document, conflicts: list[OtherFigure]) -> FigureInfo:
    about = document.description
    return FigureInfo(
        value=_number(figure), unit=figure.unit, written=figure.written, counted=figure.counted,
        measure=figure.measure, period=figure.period.label if figure.period else None, place=figure.place,
        language=figure.language, hedge=figure.hedge or None, sense=figure.sense, edge=figure.edge or None,
        change=figure.change, cumulative=figure.cumulative, quote=quote_of(figure, document),
        start=figure.quote_start, end=figure.quote_end, figure_start=figure.start, figure_end=figure.end,
        document_id=document.id, title=about.title, source=document.source, url=about.url,
        page=document.page_at(figure.quote_start), conflicts=conflicts,
    )  # fmt: skip


def _number(figure: ReportedFigure) -> int | float:
    return int(figure.value) if figure.value == figure.value.to_integral_value() else float(figure.value)


# -- as a table --------------------------------------------------------------------------------------------

COLUMNS = (
    "value", "unit", "written", "hedge", "counted", "measure", "period", "place", "change", "cumulative", "edge",
    "quote", "source", "title", "url", "page", "language", "document_id", "start", "end", "conflicts",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_lines(figures: Iterable[FigureInfo]) -> Iterator[str]:
    """The figures as lines of CSV (RFC 4180), with a line of names first. No cell becomes a formula in a spreadsheet:
    an apostrophe stands before text that would."""
    yield _line(COLUMNS)
    for figure in figures:
        told = figure.model_dump()
        told["conflicts"] = "; ".join(f"{other.written} ({other.source})" for other in figure.conflicts)
        yield _line([_cell(told[name]) for name in COLUMNS])


def _cell(value: Any) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return "yes"
    if isinstance(value, int | float):
        return repr(value)
    text = " ".join(str(value).split()) if "\n" in str(value) or "\r" in str(value) else str(value)
    return f"'{text}" if text.lstrip().startswith(_FORMULA) else text


def _line(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()
