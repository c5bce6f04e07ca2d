"""Periods a question names without their year: "last year", "le mois dernier", "6 tháng cuối năm nay".

They are counted from the newest report in the library, never from today: who asks a folder of reports of 2024 what
happened "last year" means the year before those reports. Without a newest report they stay unread: a guessed year
gives another year's figure.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from assistant.question.relative_patterns import (
    BARE_PARTS,
    OF_REPORTS,
    ORDER,
    OTHER_YEARS,
    SAME_PERIOD,
    SINCE,
    UNTIL_NOW,
    WINDOWS,
    well_marked,
)
from assistant.question.relative_years import Year, find_years, number_in
from ingest.text.period_patterns import MONTHS
from ingest.text.periods import FIRST_YEAR, Mention, Period, find_periods, find_undated_parts
from ingest.text.words import fold_aligned


@dataclass(frozen=True, slots=True)
class Reading:
    """What words that name no year of their own were taken for: `text` as written, at `[start:end]` of the question,
    the period, and in one sentence why."""

    text: str
    start: int
    end: int
    period: Period
    why: str


def read_periods(text: str, newest: date | None = None) -> tuple[list[Mention], tuple[Reading, ...]]:
    """Every period the text names, in order and never overlapping, and those of them that had to be read.

    `newest` is the day of the newest report. What is counted from a year the question names itself ("the year
    before", "the same period of the previous year") is read without it.
    """
    folded = fold_aligned(text)
    dated = find_periods(text)
    if newest is None and not dated:
        return [], ()
    mentions, readings = _with_years(text, list(find_years(text, folded, dated, newest)))
    if newest is not None:
        for found in (_windows(text, folded, newest), _parts(text, folded, newest)):
            readings += _free([*mentions, *_as_mentions(readings)], found)
    readings, mentions = _same_periods(text, folded, readings, mentions)
    if newest is not None:
        readings, mentions = _since(text, folded, readings, mentions, newest)
    readings.sort(key=lambda reading: reading.start)
    return sorted([*mentions, *_as_mentions(readings)], key=lambda m: m.start), tuple(readings)


def anchored(text: str, anchor: Period) -> str:
    """The text with "the year before" and the like as a year, where what it counts from was said earlier."""
    if find_periods(text):
        return text
    folded = fold_aligned(text)
    for year in reversed(list(find_years(text, folded, [Mention(0, 0, anchor)], None))):
        text = text[: year.start] + ("năm " if year.leads else "") + str(year.year) + text[year.end :]
    return text


def _as_mentions(readings: Sequence[Reading]) -> list[Mention]:
    return [Mention(reading.start, reading.end, reading.period) for reading in readings]


def _with_years(text: str, years: Sequence[Year]) -> tuple[list[Mention], list[Reading]]:
    """The periods of the text with figures for its years in other words, so that "in March last year" and "the second
    half of this year" are read as any date is; their places are those in the text as written."""
    pieces: list[str] = []
    new_starts, old_starts = [0], [0]  # where each stretch copied as it stands begins, in the new text and the old
    at, length = 0, 0
    spans: list[tuple[int, int, Year]] = []
    for year in years:
        digits = ("năm " if year.leads else "") + str(year.year)
        pieces += text[at : year.start], digits
        length += year.start - at
        spans.append((length, length + len(digits), year))
        length += len(digits)
        at = year.end
        new_starts.append(length)
        old_starts.append(at)
    pieces.append(text[at:])

    def back(place: int, ends: bool) -> int:
        for start, end, year in spans:
            if start <= place <= end and (place > start if ends else place < end):
                return year.end if ends else year.start
        stretch = bisect_right(new_starts, place) - 1
        return old_starts[stretch] + place - new_starts[stretch]

    mentions: list[Mention] = []
    readings: list[Reading] = []
    for mention in find_periods("".join(pieces)):
        start, end = back(mention.start, False), back(mention.end, True)
        inside = [year for a, b, year in spans if a < mention.end and mention.start < b]
        if inside:
            why = _sentence(mention.period, inside[0].why)
            readings.append(Reading(text[start:end], start, end, mention.period, why))
        else:
            mentions.append(Mention(start, end, mention.period))
    return mentions, readings


def _sentence(period: Period, why: str) -> str:
    return f"Read as {period.label}: {why}."


def _windows(text: str, folded: str, newest: date) -> Iterator[Reading]:
    """ "the last six months", "ces deux dernières années", "tháng trước": counted back from the newest report."""
    why = f"counted back from the newest report, {newest.isoformat()}"
    for match in WINDOWS.finditer(folded):
        start, end = match.span()
        if not well_marked(text[start:end]):
            continue
        kind = (match.lastgroup or "").removeprefix("vi_").rstrip("_")
        period = _window(kind, number_in(match), match.groupdict(), newest)
        if period:
            yield Reading(text[start:end], start, end, period, _sentence(period, why))


def _window(kind: str, number: int, groups: dict[str, str | None], newest: date) -> Period | None:
    this_month = 12 * newest.year + newest.month - 1
    if kind == "years":
        first = newest.year - number + 1
        return Period.years(first, newest.year) if first >= FIRST_YEAR and number > 1 else None
    if kind == "decade":
        return Period.years(newest.year - 9, newest.year)
    if kind == "named":
        month = MONTHS[groups.get("month") or groups.get("mois") or ""]
        year = newest.year if month < newest.month else newest.year - 1
        return Period.months(year, month, month)
    if kind in ("lastquarter", "thisquarter", "lasthalf"):
        length = 6 if kind == "lasthalf" else 3
        first = this_month - this_month % length - (0 if kind == "thisquarter" else length)
        return _run(first, length)
    if kind == "thismonth":
        return _run(this_month, 1)
    if kind == "lastmonth":
        return _run(this_month - 1, 1)
    # Whole months: one counts from its last days on, when its figures are reported.
    last = this_month if newest.day >= 28 else this_month - 1
    return _run(last - number + 1, number)


def _run(first: int, length: int) -> Period | None:
    """So many months from one on, counted from year 0."""
    last = first + length - 1
    if first < 12 * FIRST_YEAR:
        return None
    return Period(date(first // 12, first % 12 + 1, 1), Period.months(last // 12, last % 12 + 1, last % 12 + 1).end)


def _parts(text: str, folded: str, newest: date) -> Iterator[Reading]:
    """ "the first half of the year", "au premier semestre", "6 tháng đầu năm", of the year of the newest report."""
    why = f"of the year of the newest report, {newest.isoformat()}"
    for part in find_undated_parts(text):
        year = OTHER_YEARS.match(folded, part.end)  # "of the year", "năm" belongs to it
        end = year.end() if year else part.end
        if (year or not _is_of_another(folded, end)) and well_marked(text[part.start : end]):
            period = Period.months(newest.year, part.first, part.last)
            yield Reading(text[part.start : end], part.start, end, period, _sentence(period, why))
    for pattern in BARE_PARTS:
        for match in pattern.finditer(folded):
            start, end = match.span("part")
            english = folded.startswith("the ", start)
            if well_marked(text[start:end]) and (not english or OF_REPORTS.search(folded)):  # a match has halves too
                number, length = ORDER[match["ord"]], 3 if re.search(r"quarter|trimestre|quy", match["part"]) else 6
                period = Period.months(newest.year, length * (number - 1) + 1, length * number)
                yield Reading(text[start:end], start, end, period, _sentence(period, why))


def _is_of_another(folded: str, end: int) -> bool:
    """Whether what the part is of follows, and is no year: "6 tháng đầu thai kỳ", "six premiers mois du mandat"."""
    return bool(re.match(r"\s+(?:de l|de la|du|des|d|of|cua|thai|nhiem|mang)\b", folded[end:]))


def _free(taken: Sequence[Mention], found: Iterator[Reading]) -> list[Reading]:
    """The readings that overlap neither a period read before nor each other."""
    kept: list[Reading] = []
    for reading in found:
        spans = [*((m.start, m.end) for m in taken), *((r.start, r.end) for r in kept)]
        if not any(start < reading.end and reading.start < end for start, end in spans):
            kept.append(reading)
    return kept


def _same_periods(
    text: str, folded: str, readings: list[Reading], mentions: list[Mention]
) -> tuple[list[Reading], list[Mention]]:
    """ "the same period of the previous year": the months of the period it stands beside, in that year."""
    everything = sorted([*mentions, *_as_mentions(readings)], key=lambda m: m.start)
    parts = [m.period for m in everything if m.period.start.year == m.period.end.year and m.period.days < 365]
    if not parts:
        return readings, mentions
    months = parts[0]
    for mention in everything:
        lead = SAME_PERIOD.search(folded[: mention.start])
        if mention.period != Period.year(mention.period.start.year) or not lead:
            continue
        year = mention.period.start.year
        period = Period.months(year, months.start.month, months.end.month)
        why = _sentence(period, f"the same months as {months.label}")
        start, end = lead.start(), mention.end
        readings = [r for r in readings if r.start != mention.start]
        readings.append(Reading(text[start:end], start, end, period, why))
        mentions = [m for m in mentions if m.start != mention.start]
    return readings, mentions


def _since(
    text: str, folded: str, readings: list[Reading], mentions: list[Mention], newest: date
) -> tuple[list[Reading], list[Mention]]:
    """ "since 2022", "kể từ năm ngoái": from then to the end of the year of the newest report, for the review of that
    year is written before it is over."""
    until = date(newest.year, 12, 31)
    kept: list[Mention] = []
    for mention in [*mentions, *_as_mentions(readings)]:
        lead = SINCE.search(folded[: mention.start])
        tail = UNTIL_NOW.match(folded, mention.end)
        if not lead or (lead.group("only") is None and not tail) or mention.period.end >= until:
            if not any(r.start == mention.start for r in readings):
                kept.append(mention)
            continue
        period = replace(mention.period, end=until)
        start, end = lead.start(), tail.end() if tail else mention.end
        why = _sentence(period, f"to the end of the year of the newest report, {newest.isoformat()}")
        readings = [r for r in readings if r.start != mention.start]
        readings.append(Reading(text[start:end], start, end, period, why))
    return readings, kept
