"""The catalog's figures: kept with their documents, found by what they count, their period and their place."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from ingest.documents import Document
from ingest.figures.conflicts import in_conflict
from ingest.figures.take import RECIPE
from ingest.figures.values import ReportedFigure
from ingest.store.database import Database
from ingest.store.rows import to_period
from ingest.text.periods import Period
from ingest.text.places import fold_place
from ingest.text.words import fold

TABLES = """
CREATE TABLE IF NOT EXISTS figures (
    number INTEGER PRIMARY KEY, document INTEGER NOT NULL REFERENCES documents(number) ON DELETE CASCADE,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, quote_start INTEGER NOT NULL, quote_end INTEGER NOT NULL,
    written TEXT NOT NULL, value TEXT NOT NULL, amount REAL NOT NULL, unit TEXT NOT NULL, counted TEXT NOT NULL,
    folded TEXT NOT NULL, measure TEXT NOT NULL, period_start INTEGER, period_end INTEGER, place TEXT, place_key TEXT,
    language TEXT NOT NULL, hedge TEXT NOT NULL, sense TEXT, edge TEXT NOT NULL, change INTEGER NOT NULL,
    cumulative INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS figures_document ON figures(document, start);
CREATE INDEX IF NOT EXISTS figures_measure ON figures(measure, unit, place_key, period_start, period_end);
CREATE INDEX IF NOT EXISTS figures_period ON figures(period_start, period_end);
CREATE INDEX IF NOT EXISTS figures_place ON figures(place_key);
CREATE TABLE IF NOT EXISTS figured (
    document INTEGER PRIMARY KEY REFERENCES documents(number) ON DELETE CASCADE, recipe TEXT NOT NULL
);
"""
_INSERT = f"INSERT INTO figures VALUES (NULL{', ?' * 22})"
_COLUMNS = (
    'f.number, f.document, f.start, f."end", f.quote_start, f.quote_end, f.written, f.value, f.unit, f.counted, '
    "f.measure, f.period_start, f.period_end, f.place, f.language, f.hedge, f.sense, f.edge, f.change, f.cumulative"
)
_NULLS_LAST = {"period": "f.period_start IS NULL, ", "place": "f.place_key IS NULL, "}
_ORDERS = {
    "source": "d.source {way}, d.id, f.start",
    "value": "f.amount {way}, d.source, f.start",
    "unit": "f.unit {way}, f.amount {way}, d.source, f.start",
    "counted": "f.folded {way}, f.period_start, d.source, f.start",
    "period": "f.period_start {way}, f.period_end {way}, d.source, f.start",
    "place": "f.place_key {way}, f.period_start, d.source, f.start",
}
ORDERS = tuple(_ORDERS)
"""By what figures can be put in order."""


@dataclass(frozen=True, slots=True)
class WantedFigures:
    """What is asked for of figures, checked and folded; None is any. A figure passes that meets each of them."""

    documents: tuple[str, ...] | None = None
    languages: tuple[str, ...] | None = None
    periods: tuple[Period, ...] | None = None
    """In one of which its period lies."""
    places: tuple[str, ...] | None = None
    sources: tuple[str, ...] | None = None
    """Folded parts of names."""
    units: tuple[str, ...] | None = None
    """"" is a count."""
    measures: tuple[frozenset[str], ...] | None = None
    """Folded words of which each begins one of what it counts, or of its key."""
    keys: tuple[str, ...] | None = None
    """Whole keys of measures."""
    words: tuple[str, ...] | None = None
    """Folded words of which each is in what it counts, its place, or its source."""
    levels: bool = False
    """Whether figures of change, and those that count from some day on, are left out."""
    numbers: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class HeldFigure:
    """A figure of the library, by its number there, and the number of its document."""

    number: int
    document: int
    figure: ReportedFigure


@dataclass(frozen=True, slots=True)
class Series:
    """A measure that figures give for several periods in one place."""

    measure: str
    unit: str
    place: str | None
    periods: int
    figures: int
    counted: str
    """Its name as one of its figures has it."""


def insert(db: sqlite3.Connection, document: int, figures: Iterable[ReportedFigure]) -> None:
    """Put the figures of a document in, by its number, in the place of those that are there."""
    db.execute("DELETE FROM figures WHERE document = ?", (document,))
    db.executemany(_INSERT, [_row(document, figure) for figure in figures])
    db.execute("INSERT OR REPLACE INTO figured VALUES (?, ?)", (document, RECIPE))


class Figures:
    """The figures in a catalog."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def missing(self) -> list[str]:
        """The documents whose figures were never taken, or by other rules."""
        query = (
            "SELECT d.id FROM documents d LEFT JOIN figured f ON f.document = d.number "
            "WHERE f.recipe IS NULL OR f.recipe <> ? ORDER BY d.number"
        )
        return list(self._db.kept("unfigured", lambda: self._db.first(query, RECIPE)))

    def put(self, taken: Sequence[tuple[str, Sequence[ReportedFigure]]]) -> None:
        """Put the figures of documents in, by their ids; of one that is gone by now, none."""
        with self._db.writing() as db:
            for id_, figures in taken:
                for (number,) in db.execute("SELECT number FROM documents WHERE id = ?", (id_,)).fetchall():
                    insert(db, number, figures)

    def find(self, wanted: WantedFigures, order: str, limit: int, offset: int) -> tuple[list[HeldFigure], int]:
        """The figures that pass, from the one at `offset` in an order ("-period" is backwards), and how many pass."""
        where, values = _conditions(wanted)
        name, way = order.removeprefix("-"), "DESC" if order.startswith("-") else "ASC"
        by = _NULLS_LAST.get(name, "") + _ORDERS[name].format(way=way)
        start = f"FROM figures f JOIN documents d ON d.number = f.document {where}"
        total = int(self._db.rows(f"SELECT COUNT(*) {start}", *values)[0][0])
        rows = self._db.rows(f"SELECT {_COLUMNS} {start} ORDER BY {by} LIMIT ? OFFSET ?", *values, limit, offset)
        return [_held(row) for row in rows], total

    def series(self, wanted: WantedFigures, most: int) -> list[Series]:
        """The measures that figures which pass give for two periods or more, those of most periods first."""
        where, values = _conditions(wanted)
        rows = self._db.rows(
            f"SELECT f.measure, f.unit, MAX(f.place), COUNT(DISTINCT f.period_start || '/' || f.period_end), COUNT(*), "
            f"MIN(f.counted) FROM figures f JOIN documents d ON d.number = f.document {where} "
            f"{'AND' if where else 'WHERE'} f.period_start IS NOT NULL AND f.change = 0 AND f.cumulative = 0 "
            "AND f.measure <> '' GROUP BY f.measure, f.unit, f.place_key "
            "HAVING COUNT(DISTINCT f.period_start || '/' || f.period_end) > 1 ORDER BY 4 DESC, 5 DESC, 1 LIMIT ?",
            *values, most,
        )  # fmt: skip
        return [Series(*row) for row in rows]

    def settings(self) -> tuple[list[str], list[str]]:
        """The labels of the periods of figures, latest first; and their places, those of most figures first."""
        return self._db.kept("figures' settings", self._every_setting)

    def _every_setting(self) -> tuple[list[str], list[str]]:
        periods = self._db.rows(
            "SELECT DISTINCT period_start, period_end FROM figures WHERE period_start IS NOT NULL "
            "ORDER BY period_end DESC, period_start"
        )
        query = "SELECT MIN(place) FROM figures WHERE place IS NOT NULL GROUP BY place_key ORDER BY COUNT(*) DESC, 1"
        return [to_period(*row).label for row in periods], self._db.first(query)

    def conflicts(self) -> dict[int, tuple[int, ...]]:
        """The number of each figure over which sources differ → the numbers of those it differs with."""
        return self._db.kept("figures in conflict", self._every_conflict)

    def _every_conflict(self) -> dict[int, tuple[int, ...]]:
        same = "measure, unit, period_start, period_end, coalesce(place_key, '')"
        of_one = ", ".join(f"f.{name}" for name in ("measure", "unit", "period_start", "period_end"))
        levels = "f.period_start IS NOT NULL AND f.change = 0 AND f.cumulative = 0 AND f.edge = ''"
        rows = self._db.rows(
            "SELECT f.number, f.value, f.sense, f.period_start, f.period_end, d.id, d.day, f.measure, f.unit, "
            f"f.place_key FROM figures f JOIN documents d ON d.number = f.document WHERE {levels} "
            f"AND ({of_one}, coalesce(f.place_key, '')) IN (SELECT {same} FROM figures f WHERE {levels} "
            f"AND f.measure <> '' GROUP BY {same} HAVING COUNT(DISTINCT document) > 1 AND COUNT(DISTINCT value) > 1) "
            f"ORDER BY {of_one}, f.place_key, d.source, f.start"
        )
        groups = groupby(rows, key=lambda row: (row[7], row[8], row[3], row[4], row[9]))
        found: dict[int, tuple[int, ...]] = {}
        for group in in_conflict([[_Compared(row) for row in rows] for _, rows in groups]):
            numbers: dict[Decimal, list[int]] = defaultdict(list)
            for one in group:
                numbers[one.value].append(one.number)  # type: ignore[attr-defined]
            for value, mine in numbers.items():
                others = tuple(number for other, theirs in numbers.items() if other != value for number in theirs)
                found |= dict.fromkeys(mine, others)
        return found

    def held(self, numbers: Iterable[int]) -> dict[int, HeldFigure]:
        """Number → figure, for those that are still there."""
        query = f"SELECT {_COLUMNS} FROM figures f WHERE f.number IN (SELECT value FROM json_each(?))"
        return {row[0]: _held(row) for row in self._db.rows(query, json.dumps(sorted(set(numbers))))}


class _Compared:
    """A row, as conflicts are looked for."""

    def __init__(self, row: Sequence[Any]) -> None:
        self.number, self.value, self.sense, self.source = int(row[0]), Decimal(row[1]), row[2], row[5]
        self.period: Period | None = to_period(row[3], row[4])
        self.made = date.fromordinal(row[6]) if row[6] else None


def quote_of(held: ReportedFigure, document: Document) -> str:
    """The words that give a figure, verbatim."""
    return document.text[held.quote_start : held.quote_end]


def _conditions(wanted: WantedFigures) -> tuple[str, list[Any]]:
    conditions: list[str] = []
    values: list[Any] = []

    def one_of(column: str, items: Iterable[Any] | None) -> None:
        if items is not None:
            conditions.append(f"{column} IN (SELECT value FROM json_each(?))")
            values.append(json.dumps([item for item in items if "\0" not in str(item)]))

    def each_in(column: str, items: Iterable[str]) -> str:
        items = sorted(items)
        values.extend(items)
        return " AND ".join(f"instr({column}, ?)" for _ in items) or "0"

    one_of("d.id", wanted.documents)
    one_of("f.language", wanted.languages)
    one_of("f.unit", wanted.units)
    one_of("f.place_key", wanted.places)
    one_of("f.measure", wanted.keys)
    one_of("f.number", wanted.numbers)
    if wanted.periods is not None:
        either = ["(f.period_start >= ? AND f.period_end <= ?)" for _ in wanted.periods]
        values += [day.toordinal() for period in wanted.periods for day in (period.start, period.end)]
        conditions.append(f"({' OR '.join(either) or '0'})")
    if wanted.sources is not None:
        parts = [each_in("d.folded_source", [source]) for source in wanted.sources]
        conditions.append(f"({' OR '.join(parts) or '0'})")
    if wanted.measures is not None:
        parts = [each_in("' ' || f.folded", [f" {word}" for word in words]) for words in wanted.measures]
        conditions.append(f"({' OR '.join(parts) or '0'})")
    if wanted.words is not None:
        where = "(f.folded || ' ' || coalesce(f.place_key, '') || ' ' || d.folded_source || ' ' || f.written)"
        conditions.append(f"({each_in(where, wanted.words)})")
    if wanted.levels:
        conditions.append("f.change = 0 AND f.cumulative = 0")
    return (f"WHERE {' AND '.join(conditions)}" if conditions else ""), values


def _row(document: int, figure: ReportedFigure) -> tuple[Any, ...]:
    period = figure.period
    return (
        document, figure.start, figure.end, figure.quote_start, figure.quote_end, figure.written,
        format(figure.value.normalize(), "f"), float(figure.value), figure.unit, figure.counted,
        fold(f"{figure.counted} {figure.measure}"), figure.measure, period and period.start.toordinal(),
        period and period.end.toordinal(), figure.place, figure.place and fold_place(figure.place), figure.language,
        figure.hedge, figure.sense, figure.edge, figure.change, figure.cumulative,
    )  # fmt: skip


def _held(row: Sequence[Any]) -> HeldFigure:
    number, document, start, end, quote_start, quote_end, written, value, unit, counted, measure, first, last, *rest = (
        row
    )
    place, language, hedge, sense, edge, change, cumulative = rest
    figure = ReportedFigure(
        start, end, quote_start, quote_end, written, Decimal(value), unit, counted, measure,
        to_period(first, last) if first else None, place, language, hedge, sense, edge, bool(change), bool(cumulative),
    )  # fmt: skip
    return HeldFigure(number, document, figure)
