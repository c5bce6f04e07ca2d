"""Periods: the one notion of "which stretch of time", for documents, passages and questions alike.

A period is a pair of days, both included. Text in English, French and Vietnamese is read for the ways
reports name one: years, halves, quarters, "first nine months", ranges, months, days.
"""

from __future__ import annotations

import calendar
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ingest.text.period_patterns import (
    AFTER,
    BEFORE,
    COUNTS,
    DAY_REACH,
    HINTS,
    MONTHS,
    ORDINALS,
    PATTERNS,
    UNDATED_DAYS,
    UNDATED_MONTHS,
    UNDATED_PARTS,
)
from ingest.text.words import fold_aligned

FIRST_YEAR, LAST_YEAR = 1945, 2060


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """From `start` to `end`, both days included."""

    start: date
    end: date

    @classmethod
    def year(cls, year: int) -> Period:
        return cls(date(year, 1, 1), date(year, 12, 31))

    @classmethod
    def years(cls, first: int, last: int) -> Period:
        return cls(date(first, 1, 1), date(last, 12, 31))

    @classmethod
    def months(cls, year: int, first: int, last: int) -> Period:
        """Months `first` to `last` of a year, 1 to 12."""
        return cls(date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1]))

    @classmethod
    def parse(cls, label: str) -> Period:
        """The period a `label` stands for. Raises ValueError for anything `label` does not produce."""
        if match := re.fullmatch(r"(\d{4})", label):
            return cls.year(int(match[1]))
        if match := re.fullmatch(r"(\d{4})-H([12])", label):
            return cls.months(int(match[1]), *((1, 6), (7, 12))[int(match[2]) - 1])
        if match := re.fullmatch(r"(\d{4})-Q([1-4])", label):
            return cls.months(int(match[1]), 3 * int(match[2]) - 2, 3 * int(match[2]))
        if match := re.fullmatch(r"(\d{4})-(\d{2})", label):
            return cls.months(int(match[1]), int(match[2]), int(match[2]))
        if match := re.fullmatch(r"(\d{4})/(\d{4})", label):
            return cls._ordered(date(int(match[1]), 1, 1), date(int(match[2]), 12, 31))
        start, _, end = label.partition("/")
        return cls._ordered(date.fromisoformat(start), date.fromisoformat(end or start))

    @classmethod
    def _ordered(cls, start: date, end: date) -> Period:
        if start > end:
            raise ValueError(f"{start} is after {end}")
        return cls(start, end)

    @property
    def label(self) -> str:
        """2024, 2024-H1, 2024-Q3, 2024-05, 2023/2024, 2024-01-10, or start/end as ISO dates."""
        first, last = self.start, self.end
        whole_months = first.day == 1 and last.day == calendar.monthrange(last.year, last.month)[1]
        if whole_months and first.year == last.year:
            months = (first.month, last.month)
            if months == (1, 12):
                return f"{first.year}"
            if months in ((1, 6), (7, 12)):
                return f"{first.year}-H{1 if first.month == 1 else 2}"
            if first.month % 3 == 1 and last.month == first.month + 2:
                return f"{first.year}-Q{last.month // 3}"
            if first.month == last.month:
                return f"{first.year}-{first.month:02d}"
        if whole_months and (first.month, last.month) == (1, 12):
            return f"{first.year}/{last.year}"
        return first.isoformat() if first == last else f"{first.isoformat()}/{last.isoformat()}"

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    def covers(self, other: Period) -> bool:
        """Whether every day of `other` is in this period."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Period) -> bool:
        """Whether the two share a day."""
        return self.start <= other.end and other.start <= self.end


@dataclass(frozen=True, slots=True)
class Mention:
    """A period named in a text, at `text[start:end]`."""

    start: int
    end: int
    period: Period


@dataclass(frozen=True, slots=True)
class DayMention:
    """A day named without its year ("July 8", "sáng 29/12"), at `text[start:end]`."""

    start: int
    end: int
    month: int
    day: int


@dataclass(frozen=True, slots=True)
class PartMention:
    """A part of a year named without it ("6 tháng đầu năm"), at `text[start:end]`: months `first` to `last`."""

    start: int
    end: int
    first: int
    last: int


_YEAR, _DAY_NUMBER = re.compile(r"(?:19|20)\d\d"), re.compile(r"(?<!\d)[0-3]?\d(?!\d)")


def find_periods(text: str) -> list[Mention]:
    """Every period the text names with its year, in order, never overlapping.

    "the first six months of 2024" is one half, not also the year. A number with a decimal point or
    inside a larger number is no year.
    """
    found: list[Mention] = []
    for start, end in _around(_YEAR, text, BEFORE, AFTER):
        found += _scan(fold_aligned(text[start:end]), start)
    return found


def _around(number: re.Pattern[str], text: str, before: int, after: int) -> Iterator[tuple[int, int]]:
    """The stretches in which a period can lie, apart and in order: every pattern holds such a number, and to fold and
    read only what is near one takes a tenth of the time."""
    start, end = 0, -1
    for match in number.finditer(text):
        if end >= 0 and match.start() - before > end:
            yield start, end
            start = match.start() - before
        elif end < 0:
            start = max(0, match.start() - before)
        end = match.start() + after
    if end >= 0:
        yield start, end


def _scan(folded: str, offset: int = 0) -> list[Mention]:
    """The periods a folded text names, in order, their places moved by `offset`."""
    taken: list[Mention] = []
    hinted = {hint for hint, pattern in HINTS.items() if pattern.search(folded)}
    for kind, hint, pattern in PATTERNS:
        if hint not in hinted:
            continue
        for match in pattern.finditer(folded):
            start, end = match.start() + offset, match.end() + offset
            place = bisect_right(taken, end - 1, key=_start_of)
            if place and taken[place - 1].end > start:  # mentions do not overlap, so that the last to begin decides
                continue
            period = _period(kind, match)
            if period is not None:
                taken.insert(place, Mention(start, end, period))
    return taken


def _start_of(mention: Mention) -> int:
    return mention.start


def find_undated_days(text: str, dated: Sequence[Mention] | None = None) -> list[DayMention]:
    """Days named without a year: "This morning, July 8", "Sáng 29/12". `dated` are the text's periods, where known."""
    found: list[DayMention] = []
    for start, end in _around(_DAY_NUMBER, text, DAY_REACH, DAY_REACH):
        folded = fold_aligned(text[start:end])
        for hint, pattern in UNDATED_DAYS:
            for match in pattern.finditer(folded) if hint.search(folded) else ():
                month, day = _month(match), int(match["day"])
                # 2024 is a leap year: 29 February may be meant.
                if _valid(2024, month, day) and not _is_other_word(text, start, match):
                    found.append(DayMention(start + match.start(), start + match.end(), month, day))
    if dated is None:
        dated = find_periods(text) if found else []
    apart = [day for day in found if not any(day.start < m.end and m.start < day.end for m in dated)]
    return sorted(apart, key=lambda mention: mention.start)


def _is_other_word(text: str, offset: int, match: re.Match[str]) -> bool:
    """Whether the month is one by its folded letters only: "5 máy", five machines, is not the fifth of May."""
    start, end = match.span("month") if match.groupdict().get("month") else (0, 0)
    return bool(re.search(r"[^\x00-\x7FéûÉÛ]", text[offset + start : offset + end]))


def find_undated_parts(text: str) -> list[PartMention]:
    """Halves, quarters and first months named without a year: "the first six months of the year", "6 tháng đầu năm"."""
    folded = fold_aligned(text)
    patterns = [(kind, pattern) for kind, hint, pattern in UNDATED_PARTS if hint.search(folded)]
    dated = find_periods(text) if patterns else []
    found: list[PartMention] = []
    for kind, pattern in patterns:
        for match in pattern.finditer(folded):
            months = _part(kind, match)
            if months and not any(match.start() < mention.end and mention.start < match.end() for mention in dated):
                found.append(PartMention(match.start(), match.end(), *months))
    return sorted(found, key=lambda mention: mention.start)


def undated_months(text: str) -> list[tuple[int, int]]:
    """Months and quarters named without a year, as their first and last month: "in May", "tháng 5", "quý III"."""
    folded = fold_aligned(text)
    matches = [match for pattern in UNDATED_MONTHS for match in pattern.finditer(folded)]
    dated = find_periods(text) if matches else []
    found: list[tuple[int, int]] = []
    for match in matches:
        if any(match.start() < mention.end and mention.start < match.end() for mention in dated):
            continue
        groups = match.groupdict()
        if quarter := groups.get("quarter") or groups.get("quarter2"):
            number = ORDINALS[quarter]
            found.append((3 * number - 2, 3 * number))
        else:
            month = MONTHS[groups["month"]] if groups.get("month") else int(groups["m"])
            found.append((month, month))
    return found


def distinct(mentions: Iterable[Mention]) -> tuple[Period, ...]:
    """The periods mentioned, each once, in order."""
    return tuple(dict.fromkeys(mention.period for mention in mentions))


def years_of(periods: Iterable[Period]) -> Iterator[int]:
    """Every calendar year the periods touch."""
    for period in periods:
        yield from range(period.start.year, period.end.year + 1)


def _period(kind: str, match: re.Match[str]) -> Period | None:
    year = int(match["year"])
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    if kind == "year":
        return Period.year(year)
    if kind == "decade":
        return Period.years(year, year + 9) if year % 10 == 0 and year + 9 <= LAST_YEAR else None
    if kind == "years":
        return _years(year, match.groupdict())
    if kind == "month":
        month = _month(match)
        return Period.months(year, month, month)
    if kind == "range":
        return _range(match)
    if kind == "months":
        first, last = MONTHS.get(match["from"]) or int(match["from"]), _month(match)
        return Period.months(year, first, last) if first < last else None
    if kind == "span":
        return _span(match)
    if kind == "ended":
        return _ended(year, _month(match), _count(match["count"]) if match["count"] else 12)
    if kind != "date":
        part = _part(kind, match)
        return Period.months(year, *part) if part else None
    month, day = _month(match), int(match["day"])
    return Period(date(year, month, day), date(year, month, day)) if _valid(year, month, day) else None


def _range(match: re.Match[str]) -> Period | None:
    """From a day to a day, at most two years apart: "1 July 2022 to 30 June 2023"."""
    first = MONTHS[match["month1"]] if match["month1"] else int(match["m1"])
    last = _month(match)
    year, until = int(match["year"]), int(match["last"])
    if not (_valid(year, first, int(match["day1"])) and until <= LAST_YEAR and _valid(until, last, int(match["day"]))):
        return None
    start, end = date(year, first, int(match["day1"])), date(until, last, int(match["day"]))
    return Period(start, end) if start < end and (end - start).days < 732 else None


def _span(match: re.Match[str]) -> Period | None:
    """From a month to one of a later year, at most five years apart: "from March 2021 to February 2022"."""
    year, until = int(match["year"]), int(match["last"])
    first, last = MONTHS.get(match["from"]) or int(match["from"]), _month(match)
    if not year < until <= min(year + 5, LAST_YEAR):
        return None
    return Period(date(year, first, 1), Period.months(until, last, last).end)


def _ended(year: int, month: int, months: int) -> Period:
    """So many months that end with a month."""
    first = 12 * year + month - months  # months since year 0, counted from 0
    return Period(date(first // 12, first % 12 + 1, 1), Period.months(year, month, month).end)


def _years(year: int, groups: dict[str, str | None]) -> Period | None:
    if groups.get("last"):
        last = int(groups["last"] or 0)
        return Period.years(year, last) if year < last <= LAST_YEAR else None
    short = int(groups["short"] or 0)  # "2024-25", but "2024-05" is a month and "2024/15" a number
    last = year - year % 100 + short
    return Period.years(year, last) if last == year + 1 or (year < last <= year + 10 and short > 12) else None


def _part(kind: str, match: re.Match[str]) -> tuple[int, int] | None:
    """The first and last month of a part of a year."""
    groups = match.groupdict()
    if kind == "half-year":
        return 1, 6
    if kind == "first months":
        count = _count(match["count"])
        from_end = (groups.get("ord") or "").startswith(("last", "dernier", "cuoi"))
        return (13 - count, 12) if from_end else (1, count)
    number, length = ORDINALS[groups.get("ord") or groups["ord2"]], 6 if kind == "half" else 3
    return (length * (number - 1) + 1, length * number) if number * length <= 12 else None


def _count(word: str) -> int:
    return COUNTS.get(word) or int(word)


def _month(match: re.Match[str]) -> int:
    groups = match.groupdict()
    return MONTHS[groups["month"]] if groups.get("month") else int(groups["m"] or groups["m2"])


def _valid(year: int, month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]
