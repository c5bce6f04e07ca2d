"""Periods as a reader says them: the first half of 2024, not 2024-H1."""

from __future__ import annotations

from assistant.page.words import Words
from ingest.text.periods import Period


def shown_period(label: str | None, words: Words) -> str:
    """A period's label in the page's words; a dash for none, and as it is what is no label of a period."""
    if not label:
        return "—"
    try:
        period = Period.parse(label)
    except ValueError:
        return label
    year, first, last = period.start.year, period.start.month, period.end.month
    if "-H" in label:
        return words[f"period_h{label[-1]}"].format(year=year)
    if "-Q" in label:
        return words["period_quarter"].format(n=label[-1], year=year)
    whole = Period.months(year, first, max(first, last)) == period
    if not whole or (first, last) == (1, 12):
        return label.replace("/", " – ")
    months = words["period_months"].split()
    if first == last:
        return words["period_month"].format(month=months[first - 1], year=year)
    return words["period_span"].format(first=months[first - 1], last=months[last - 1], year=year)
