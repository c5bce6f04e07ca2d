"""Tables in files of their own: CSV and Excel. Numbers read as the sheet shows them, without digit grouping."""

from __future__ import annotations

import csv
import io
import math
import re
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from itertools import islice
from typing import Any

from ingest.errors import InputError
from ingest.readers.reading import Reading, TextBuilder, plausible_title
from ingest.readers.rows import add_sheet, cell_text
from ingest.readers.text import decode
from ingest.readers.zipped import check_office

MAX_CELLS = 200_000
"""Cells with something in them that a file may have: some 8,000 passages."""

MAX_SCANNED = 20_000_000
"""Cells looked at, empty ones too: a sheet of a few bytes may claim to be a million rows high."""

_TOO_LARGE = f"has more than {MAX_CELLS:,} filled cells; keep the rows that matter, or split it"

# -- CSV -----------------------------------------------------------------------------------------------------

_DELIMITERS = ",|;\t"
"""The later, the surer: commas are in sentences and in decimals too."""


def read_csv(data: bytes) -> Reading:
    """Rows of text with commas, semicolons, tabs or bars between the cells. Raises InputError for what is no text,
    or has more than MAX_CELLS."""
    text = decode(data)
    if hint := re.match(r"sep=([,;|\t:^~])\n", text):  # Excel's own
        text, delimiter = text[hint.end() :], hint[1]
    else:
        delimiter = _delimiter(text)
    builder = TextBuilder()
    add_sheet(builder, _limited(_parsed(text, delimiter)))
    return builder.reading({})


def _delimiter(text: str) -> str:
    """The delimiter that gives the most rows the same number of cells, more than one; a comma where none does."""
    sample = text[:50_000]
    whole = sample[: sample.rfind("\n") + 1] or sample

    def agreement(delimiter: str) -> tuple[float, int]:
        widths = [len(row) for row in islice(_parsed(whole, delimiter), 200) if any(row)]
        width, count = Counter(widths).most_common(1)[0] if widths else (0, 0)
        return (round(count / len(widths), 1), _DELIMITERS.index(delimiter)) if width > 1 else (0.0, 0)

    return max(_DELIMITERS, key=agreement)


def _parsed(text: str, delimiter: str) -> Iterator[list[str]]:
    """The rows; quotes are letters where they do not pair, since one left open would swallow the file."""
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        paired = all(cell.count("\n") <= 100 for row in rows for cell in row)
    except csv.Error:  # a cell longer than 128 KB
        paired = False
    lines = io.StringIO(text, newline="")
    if paired:
        rows = csv.reader(lines, delimiter=delimiter)
    else:
        rows = csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE)
    try:
        for row in rows:
            yield [cell_text(cell) for cell in row]
    except csv.Error as exc:
        raise InputError(f"cannot be read as a table ({exc}); save it as CSV once more") from exc


def _limited(rows: Iterator[Sequence[str]]) -> Iterator[Sequence[str]]:
    filled = scanned = 0
    for row in rows:
        filled += sum(map(bool, row))
        scanned += len(row) + 1
        if filled > MAX_CELLS or scanned > MAX_SCANNED:
            raise InputError(_TOO_LARGE)
        yield row


# -- Excel ---------------------------------------------------------------------------------------------------

_SHEET_N = re.compile(r"(?:sheet|feuille?|tabelle|hoja|trang tính|trang_tính|table)[ _]?\d*", re.IGNORECASE)


def read_xlsx(data: bytes) -> Reading:
    """The visible sheets of a workbook. Raises InputError for what is encrypted, damaged or too large."""
    check_office(data, "an old Excel file; save it as .xlsx")
    import openpyxl  # type: ignore[import-untyped]

    warnings.filterwarnings("ignore", module="openpyxl")  # of features it does not keep
    builder, stated = TextBuilder(), dict[str, str]()
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        named = len(sheets) > 1 or any(not _SHEET_N.fullmatch(sheet.title) for sheet in sheets)
        rows = [(sheet.title, list(each)) for sheet, each in zip(sheets, _sheets(sheets), strict=True)]
        if title := plausible_title(cell_text(str(book.properties.title or ""))):
            stated["title"] = title
    except InputError:
        raise
    except Exception as exc:  # openpyxl meets damage with whatever error it runs into
        raise InputError("damaged, or no Excel file; open it in its program and save it anew") from exc
    for title, cells in rows:
        if named and any(map(any, cells)):
            builder.add(cell_text(title), "heading")
        add_sheet(builder, cells)
    return builder.reading(stated)


def _sheets(sheets: Sequence[Any]) -> Iterator[list[Sequence[str]]]:
    """The rows of each sheet, limited for all of them together."""
    filled = scanned = 0
    for sheet in sheets:
        sheet.reset_dimensions()  # they are often stated wrongly
        rows: list[Sequence[str]] = []
        for row in sheet.iter_rows():
            cells = [_shown(cell) if cell.value is not None else "" for cell in row]
            filled += sum(map(bool, cells))
            scanned += len(cells) + 1
            if filled > MAX_CELLS or scanned > MAX_SCANNED:
                raise InputError(_TOO_LARGE)
            if any(cells) or (rows and rows[-1]):
                rows.append(cells if any(cells) else [])
        yield rows


def _shown(cell: Any) -> str:
    value = cell.value
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, (int, float)):
        return _number(value, str(cell.number_format))
    if isinstance(value, (datetime, date, time, timedelta)):
        return _moment(value)
    return "" if cell.data_type == "e" else cell_text(str(value))


def _moment(value: datetime | date | time | timedelta) -> str:
    """ISO: a day, a time to the second, or both; seconds and midnight only where they say something."""
    if isinstance(value, timedelta):
        seconds = round(value.total_seconds())
        sign, seconds = "-" * (seconds < 0), abs(seconds)
        return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}".removesuffix(":00")
    stated = value.replace(microsecond=0).isoformat() if isinstance(value, (datetime, time)) else value.isoformat()
    return stated.removesuffix("T00:00:00").removesuffix(":00").replace("T", " ")


def _number(value: float, number_format: str) -> str:
    if isinstance(value, float) and not (math.isfinite(value) and 1e-9 < abs(value) < 1e15):
        return str(int(value)) if math.isfinite(value) and value.is_integer() else str(value)
    before, decimals, percent, after = _format(number_format[:255])
    exact = Decimal(value) if isinstance(value, int) else Decimal(f"{value:.15g}")
    if percent:
        exact *= 100
    if decimals is None:
        decimals = max(0, 11 - max(0, exact.adjusted()))  # as many digits as a cell shows
    if -int(exact.as_tuple().exponent) > decimals:
        exact = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    digits = f"{exact:f}"
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    return cell_text(f"{before}{digits}{'%' * percent}{after}")


@lru_cache(maxsize=256)
def _format(number_format: str) -> tuple[str, int | None, bool, str]:
    """What a number format puts before the digits (a currency), how many decimals it shows (None: as many as there
    are), whether it shows a percentage, and what it puts behind."""
    plain = number_format.split(";")[0]
    plain = re.sub(r"\[\$([^\]-]*)[^\]]*\]", r'"\1"', plain)  # [$€-40C]
    plain = re.sub(r"\[[^\]]*\]|[_*].|[\ue000-\U0010ffff]", "", plain)  # colours, conditions, paddings
    texts: list[str] = []

    def keep(match: re.Match[str]) -> str:  # a letter of its own for each text, so that no digit in it counts
        texts.append(match[1] or match[2] or match[0])
        return chr(0xE000 + len(texts) - 1)

    plain = re.sub(r'"([^"]*)"|\\(.)|[€$£¥₫]', keep, plain)
    digits = re.search(r"[0#?](?:[0#?,. ]*[0#?])?", plain)
    if not digits or re.search(r"[/@E]|General", plain):
        return "", None, "%" in plain, ""
    around = [plain[: digits.start()], plain[digits.end() :]]
    before, after = (
        "".join(" " if char == " " else texts[ord(char) - 0xE000] for char in part if char == " " or char >= "\ue000")
        for part in around
    )
    decimals = digits.group().partition(".")[2]
    return before, len(decimals), "%" in plain, after
