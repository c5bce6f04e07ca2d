"""Periods: the one notion of "which stretch of time", for documents, passages and questions alike.

A period is a pair of days, both included. Text in English, French and Vietnamese is read for the ways
reports name one: years, halves, quarters, "first nine months", ranges, months, days.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from ingest.words import fold_aligned

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


_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan janvier janv", "february feb fevrier fevr", "march mar mars", "april apr avril avr",
            "may mai", "june jun juin", "july jul juillet juil", "august aug aout", "september sep sept septembre",
            "october oct octobre", "november nov novembre", "december dec decembre",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_ORDINAL = {
    "first": 1, "1st": 1, "i": 1, "1": 1, "premier": 1, "1er": 1, "premiere": 1, "dau": 1, "nhat": 1,
    "second": 2, "2nd": 2, "ii": 2, "2": 2, "deuxieme": 2, "2e": 2, "seconde": 2, "last": 2, "cuoi": 2,
    "dernier": 2, "hai": 2, "third": 3, "3rd": 3, "iii": 3, "3": 3, "troisieme": 3, "3e": 3, "ba": 3,
    "fourth": 4, "4th": 4, "iv": 4, "4": 4, "quatrieme": 4, "4e": 4, "tu": 4, "bon": 4,
}  # fmt: skip
_COUNT = {
    "three": 3, "trois": 3, "ba": 3, "six": 6, "sau": 6, "nine": 9, "neuf": 9, "chin": 9,
}  # fmt: skip

_Y = r"(?P<year>(?:19|20)\d\d)(?!\d|[.,]\d)"
_LAST = r"(?P<last>(?:19|20)\d\d)(?!\d)"
_NAME = r"(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_D = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th|er)?"
_N = r"(?P<count>three|trois|ba|six|sau|nine|neuf|chin|[3-9]|1[01])"
_ORD = r"(?P<ord>" + "|".join(sorted(_ORDINAL, key=len, reverse=True)) + r")"
_NAM = r"(?:\s+nam)?"
_OF = r"(?:[\s,]+(?:of|de|du|des|en|la|l['’]|the|annee|year|nam|trong|in|pour|for)\b|\s*l['’]annee)*[\s,]*"

# Longest reading first; a later pattern never reads inside an earlier one's words.
_PATTERNS: tuple[tuple[str, str], ...] = (
    ("date", rf"\b{_NAME}\s+{_D},?\s+(?:of\s+)?{_Y}"),
    ("date", rf"\b{_D}\s+(?:of\s+)?{_NAME},?\s+{_Y}"),
    ("date", rf"\bngay\s+{_D}\s+thang\s+(?P<m>\d\d?)\s*,?\s+nam\s+{_Y}"),
    ("date", rf"(?<![\d/]){_D}\s?[/.-]\s?(?P<m>[01]?\d)\s?[/.-]\s?{_Y}"),
    ("date", rf"(?<!\d){_Y}-(?P<m>[01]\d)-(?P<day>[0-3]\d)(?!\d)"),
    ("first months", rf"\b(?P<ord>first|last)\s+{_N}\s+months{_OF}{_Y}"),
    ("first months", rf"\b{_N}\s+(?P<ord>premiers?|derniers?)\s+mois{_OF}{_Y}"),
    ("first months", rf"\b(?P<ord>premiers?|derniers?)\s+{_N}\s+mois{_OF}{_Y}"),
    ("first months", rf"\b{_N}\s+thang\s+(?P<ord>dau|cuoi){_OF}{_Y}"),
    ("half", rf"\b{_ORD}\s+(?:half|semestre|moitie)(?:[\s-]+year)?{_OF}{_Y}"),
    ("half", rf"\bnua\s+(?P<ord>dau|cuoi){_OF}{_Y}"),
    ("half", rf"\b(?:h|s)(?P<ord>[12])[\s/-]*{_Y}"),
    ("half", rf"(?<!\d){_Y}[\s/-]*(?:h|s)(?P<ord>[12])\b"),
    ("quarter", rf"\b{_ORD}\s+(?:quarter|trimestre){_OF}{_Y}"),
    ("quarter", rf"\bquy\s+{_ORD}\s*[/,-]?{_OF}{_Y}"),
    ("quarter", rf"\b(?:q|t)(?P<ord>[1-4])[\s/-]*{_Y}"),
    ("quarter", rf"(?<!\d){_Y}[\s/-]*(?:q|t)(?P<ord>[1-4])\b"),
    ("month", rf"\b{_NAME}{_OF}{_Y}"),
    ("month", rf"\bthang\s+(?P<m>1[0-2]|0?[1-9])\s*[/,-]?{_OF}{_Y}"),
    ("years", rf"(?<!\d){_Y}\s?[-–—/]\s?{_LAST}"),
    ("years", rf"\b(?:from|between|de|entre|tu){_NAM}\s+{_Y}\s+(?:to|and|until|a|et|den){_NAM}\s+{_LAST}"),
    ("year", rf"(?<![\d/.,-]){_Y}"),
)  # fmt: skip
_COMPILED = tuple((kind, re.compile(pattern)) for kind, pattern in _PATTERNS)

_YEAR_LIKE = re.compile(r"(?:19|20)\d\d")

_UNDATED = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b{_NAME}\s+{_D}\b(?!,?\s*(?:19|20)\d\d)",
        rf"\b{_D}\s+(?:of\s+)?{_NAME}(?!,?\s*(?:19|20)\d\d)",
        r"\bngay\s+(?P<day>[0-3]?\d)\s+thang\s+(?P<m>\d\d?)\b(?!\s*,?\s*nam\b)",
        r"\b(?:ngay|sang|chieu|toi)(?:\s+(?:nay|qua|ngay))?\s+(?P<day>[0-3]?\d)\s?[/-]\s?(?P<m>[01]?\d)\b(?!\s?[/-])",
    )
)


def find_periods(text: str) -> list[Mention]:
    """Every period the text names with its year, in order, never overlapping.

    "the first six months of 2024" is one half, not also the year. A number with a decimal point or
    inside a larger number is no year.
    """
    if not _YEAR_LIKE.search(text):  # most sentences: 20 µs instead of 400
        return []
    folded = fold_aligned(text)
    taken: list[Mention] = []
    for kind, pattern in _COMPILED:
        for match in pattern.finditer(folded):
            if any(match.start() < mention.end and mention.start < match.end() for mention in taken):
                continue
            period = _period(kind, match)
            if period is not None:
                taken.append(Mention(match.start(), match.end(), period))
    return sorted(taken, key=lambda mention: mention.start)


def find_undated_days(text: str) -> list[DayMention]:
    """Days named without a year: "This morning, July 8", "Sáng 29/12"."""
    folded = fold_aligned(text)
    found: list[DayMention] = []
    dated = find_periods(text)
    for pattern in _UNDATED:
        for match in pattern.finditer(folded):
            if any(match.start() < mention.end and mention.start < match.end() for mention in dated):
                continue
            month, day = _month(match), int(match["day"])
            if _valid(2024, month, day):  # a leap year: 29 February may be meant
                found.append(DayMention(match.start(), match.end(), month, day))
    return sorted(found, key=lambda mention: mention.start)


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
    if kind == "years":
        last = int(match["last"])
        return Period.years(year, last) if year < last <= LAST_YEAR else None
    if kind == "month":
        month = _month(match)
        return Period.months(year, month, month)
    if kind == "quarter":
        quarter = _ORDINAL[match["ord"]]
        return Period.months(year, 3 * quarter - 2, 3 * quarter)
    if kind == "half":
        half = _ORDINAL[match["ord"]]
        return Period.months(year, 6 * half - 5, 6 * half) if half <= 2 else None
    if kind == "first months":
        count = _COUNT.get(match["count"]) or int(match["count"])
        from_start = match["ord"].startswith(("first", "premier", "dau"))
        return Period.months(year, 1, count) if from_start else Period.months(year, 13 - count, 12)
    month, day = _month(match), int(match["day"])
    return Period(date(year, month, day), date(year, month, day)) if _valid(year, month, day) else None


def _month(match: re.Match[str]) -> int:
    groups = match.groupdict()
    return _MONTHS[groups["month"]] if groups.get("month") else int(groups["m"])


def _valid(year: int, month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]
