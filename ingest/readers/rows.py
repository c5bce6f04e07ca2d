"""Rows of cells → blocks. A row is a fact of its own only with the names of its columns, so each repeats them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ingest.readers.reading import TextBuilder
from ingest.readers.text import normalise

Row = Sequence[str]

LOOKED_AT = 200
"""Rows that decide whether the first is a header."""

_NUMBER = re.compile(r"[-+(]?\s?[€$£¥₫]?\s?\d[\d\s.,'’]*\s?(?:%|‰|[€$£¥₫đ]|[A-Z]{3})?\)?")
_PERIOD = re.compile(r"(?:19|20)\d\d(?:[-/–](?:19|20)?\d\d){0,2}|\d{1,2}[-/.](?:\d{1,2}[-/.])?(?:19|20)\d\d")
_SENTENCE_END = re.compile(r"[.!?;…]['\"”’»)]*$")


LAYOUT_CELL = 600
"""Characters a cell has on average in a table that only lays out text."""


def cell_text(text: str) -> str:
    """A cell's words on one line."""
    return " ".join(normalise(text).split())


def add_table(builder: TextBuilder, rows: Iterable[Row], header: bool | None = None) -> None:
    """Append a table, a block for each row: "Month: May | Letters: 12", or "May | 12" where there is no header. The
    header itself is furniture, as its words are in every row. One column is no table but paragraphs.

    `header` says whether the first row is one; None leaves it to the cells, which must make it plain where there
    are only two columns: "Chair | N. Dao" over "Secretary | T. Ly" is none."""
    filled = [row for row in rows if any(row)]
    columns = _used_columns(filled)
    table = [[row[column] if column < len(row) else "" for column in columns] for row in filled]
    if len(columns) <= 1:
        for row in table:
            builder.add(row[0], "paragraph")
        return
    labels, height = _labels(table, header)
    for row in table[:height]:
        builder.add(" | ".join(cell for cell in row if cell), "furniture")
    for row in table[height:]:
        builder.add(" | ".join(_labelled(row, labels)), "table")


def is_layout(rows: Sequence[Row]) -> bool:
    """Whether a table of a document only lays out text: a frame around it, or columns of prose."""
    cells = [cell for row in rows for cell in row]
    return max(map(len, rows), default=0) <= 1 or sum(map(len, cells)) > LAYOUT_CELL * len(cells)


def looks_like_heading(line: str) -> bool:
    """Whether a line that is set in bold is a heading, by its length and its end."""
    return len(line) <= 160 and not re.search(r"[.:;,!?…]$", line)


def add_sheet(builder: TextBuilder, rows: Iterable[Row], header: bool | None = None) -> None:
    """Append the tables of a sheet, which empty rows part, with the titles over them and the notes under them.
    `header` as for `add_table`."""
    regions = list(_regions(rows))
    for number, region in enumerate(regions):
        counts = [sum(map(bool, row)) for row in region]
        if max(counts) == 1:
            short = len(region) <= 3 and number + 1 < len(regions)
            for row in region:
                _add_line(builder, row, title=short)
            continue
        start, end = 0, len(region)
        while counts[start] == 1:
            _add_line(builder, region[start], title=True)
            start += 1
        left = min(_first(row) for row in region[start:])
        while end - start > 2 and counts[end - 1] == 1 and _first(region[end - 1]) == left:
            end -= 1
        add_table(builder, region[start:end], header)
        for row in region[end:]:
            _add_line(builder, row, title=False)


def _regions(rows: Iterable[Row]) -> Iterator[list[Row]]:
    region: list[Row] = []
    for row in rows:
        if any(row):
            region.append(row)
        elif region:
            yield region
            region = []
    if region:
        yield region


def _first(row: Row) -> int:
    """The column of the first cell that is not empty."""
    return next(column for column, cell in enumerate(row) if cell)


def _add_line(builder: TextBuilder, row: Row, title: bool) -> None:
    line = row[_first(row)]
    is_title = title and len(line) <= 160 and not _SENTENCE_END.search(line) and any(map(str.isalpha, line))
    builder.add(line, "heading" if is_title else "paragraph")


def _used_columns(rows: Sequence[Row]) -> list[int]:
    return sorted({column for row in rows for column, cell in enumerate(row) if cell})


def _labelled(row: Row, labels: Row) -> Iterator[str]:
    for cell, label in zip(row, labels or [""] * len(row), strict=True):
        if cell:
            yield f"{label}: {cell}" if label else cell


# -- headers -------------------------------------------------------------------------------------------------


def _labels(rows: Sequence[Row], header: bool | None) -> tuple[Row, int]:
    """A name for each column, and how many rows the header has; ([], 0) where there is none."""
    if header is False or len(rows) < 2:
        return [], 0
    if len(rows) >= 3 and (header or _names(rows, 0)) and (two := _two_rows(rows)):
        return two, 2
    full = sum(map(bool, rows[0])) >= max(2, len(rows[0]) / 2)
    if header or (full and _names(rows, 0) and (len(rows[0]) > 2 or _contrasts(rows))):
        return [cell.rstrip(" :") for cell in rows[0]], 1
    return [], 0


def _names(rows: Sequence[Row], at: int) -> bool:
    """Whether a row's cells could be the names of columns: short words, none of them found again below."""
    names = [cell for cell in rows[at] if cell]
    if len({name.casefold() for name in names}) < len(names) or all(name.endswith(":") for name in names[:1]):
        return False
    below = rows[at + 1 : LOOKED_AT]
    for column, name in enumerate(rows[at]):
        values = [row[column] for row in below if row[column]]
        if len(name) > 80 or _SENTENCE_END.search(name) or name in values:
            return False
        period = _PERIOD.fullmatch(name) and not any(_PERIOD.fullmatch(value) for value in values)
        if _NUMBER.fullmatch(name) and not period:
            return False
    return True


def _contrasts(rows: Sequence[Row]) -> bool:
    """Whether a column holds numbers under a name that is none."""
    for column, name in enumerate(rows[0]):
        values = [row[column] for row in rows[1:LOOKED_AT] if row[column]]
        numbers = sum(bool(_NUMBER.fullmatch(value) or _PERIOD.fullmatch(value)) for value in values)
        if name and numbers > 0.6 * len(values):
            return True
    return False


def _two_rows(rows: Sequence[Row]) -> Row | None:
    """Names from two rows, the upper over several of the lower: "2024" over "Letters" and "Replies"."""
    upper, lower = rows[0], [cell if cell != above else "" for above, cell in zip(*rows[:2], strict=True)]
    names_alone = any(above and not cell for above, cell in zip(upper, lower, strict=True))
    under_another = any(cell and not above for above, cell in zip(upper, lower, strict=True))
    once = [cell if lower.index(cell) == column else "" for column, cell in enumerate(lower)]
    if not names_alone or not under_another or not _names([once, *rows[2:]], 0):
        return None
    names, over = [], ""
    for above, cell in zip(upper, lower, strict=True):
        over = above or (over if cell else "")
        if cell and not over:
            return None
        names.append(" ".join(part.rstrip(" :") for part in (over, cell) if part))
    return names
