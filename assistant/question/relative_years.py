"""Years in other words: "last year", "two years ago", "l'année précédente", "năm ngoái"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.question.relative_patterns import NUMBERS, SAME_PERIOD, YEARS, well_marked
from ingest.text.periods import FIRST_YEAR, LAST_YEAR, Mention, Period

_COMPARED_WITH = re.compile(
    r"\b(?:than|on|over|against|compared (?:to|with)|versus|vs\.?|so voi|hon|par rapport a|qu['’]|que|sur)"
    r"(?: (?:the|in|an?))?\s*$"
)


@dataclass(frozen=True, slots=True)
class Year:
    """A year in other words, at `[start:end]`: it is read as if its figures stood there."""

    start: int
    end: int
    year: int
    why: str
    leads: bool
    """Whether "năm" stands for it too, which dates in Vietnamese need."""


def find_years(text: str, folded: str, dated: Sequence[Mention], newest: date | None) -> Iterator[Year]:
    """The years in other words, in order, apart from what is `dated` already; see `relative.read_periods`."""
    end = 0
    for match in YEARS.finditer(folded):
        form = match.lastgroup or ""
        if match.start() < end or not well_marked(text[match.start() : match.end()]):
            continue
        if any(m.start < match.end() and match.start() < m.end for m in dated):
            continue
        found = _year(form, match, folded, _anchor(match.start(), dated), newest)
        if found and FIRST_YEAR <= found[0] <= LAST_YEAR:
            end = match.end()
            yield Year(match.start(), end, *found, leads=form.startswith("vi_"))


def _anchor(start: int, dated: Sequence[Mention]) -> Period | None:
    """What "the year before" counts from: the period named last before it, else the first after it."""
    before = [mention.period for mention in dated if mention.start < start or mention.end == 0]
    return before[-1] if before else (dated[0].period if dated else None)


def _year(
    form: str, match: re.Match[str], folded: str, anchor: Period | None, newest: date | None
) -> tuple[int, str] | None:
    kind = form.removeprefix("vi_").rstrip("_")
    same = bool(SAME_PERIOD.search(folded[max(0, match.start() - 40) : match.start()]))
    if anchor and (kind in ("before", "after") or (kind == "last" and same)):
        year = anchor.start.year + (1 if kind == "after" else -1)
        return year, f"the year {'after' if kind == 'after' else 'before'} {anchor.label}, which the question names"
    if newest is None or kind == "after":
        return None
    if kind in ("before", "ago") and _COMPARED_WITH.search(folded[max(0, match.start() - 40) : match.start()]):
        return None  # "better than a year ago": what it is compared with is in the report's own sentence
    report = f"the newest report, {newest.isoformat()}"
    if kind == "this":
        return newest.year, f"the year of {report}"
    if kind == "past":  # in December the year is reviewed as the one that is past
        return newest.year - (newest.month < 12), f"the last year over, or nearly so, at the time of {report}"
    if kind == "ago":
        number = number_in(match)
        return newest.year - number, f"{number} years before that of {report}"
    steps = {"last": -1, "before": -1, "next": 1, "beforelast": -2}
    words = {-1: "the year before", 1: "the year after", -2: "two years before"}
    return newest.year + steps[kind], f"{words[steps[kind]]} that of {report}"


def number_in(match: re.Match[str]) -> int:
    """How many years or months a form counts; 1 where it names no number."""
    word = next((group for name, group in match.groupdict().items() if name.startswith("n_") and group), "one")
    return NUMBERS.get(word) or int(word)
