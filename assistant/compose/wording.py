"""The few words the assistant puts around quotes: which report they are from, and what two figures come to."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from assistant.compose.offices import asks_for_an_office
from assistant.phrases import listed, period_in_words, say
from assistant.question import Query
from ingest.documents import Document
from ingest.meaning.scope import is_national

LONGEST_TITLE = 110
MOST_PLACES = 2


def lead_in(document: Document, query: Query) -> str:
    """Which report a sentence is from, with its place and period, or its day; for the holder of an office, as of when.

    A title is a document's own words: what looks like a citation's number in it is none.
    """
    about = document.description
    title = without_markers(shortened(about.title))
    day = about.event_date or about.published
    if asks_for_an_office(query) and day:
        return say("as_of", query.language, date=day_in_words(day, query.language), title=title)
    when = period_in_words(about.period, query.language) if about.period else day and day_in_words(day, query.language)
    places = () if is_national(document) else about.places[:MOST_PLACES]
    known = [part for part in (listed(places, query.language), when) if part]
    if not known:
        return say("according_bare", query.language, title=title)
    return say("according", query.language, title=title, about=", ".join(known))


_MARKER = re.compile(r"\[(\d{1,3})\]")


def without_markers(text: str) -> str:
    """The text with what looks like a citation's number, [3], in round brackets: only our own are citations."""
    return _MARKER.sub(r"(\1)", text)


def shortened(title: str) -> str:
    """A title on one line, cut after a word where it is long."""
    line = " ".join(title.split())
    return line if len(line) <= LONGEST_TITLE else line[:LONGEST_TITLE].rsplit(" ", 1)[0] + "…"


_MONTHS = {
    "en": "January February March April May June July August September October November December".split(),
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(),
}


def day_in_words(day: date, language: str) -> str:
    """29 December 2023, 29 décembre 2023 and 1er mars 2025, 29/12/2023."""
    if language == "vi":
        return f"{day.day}/{day.month}/{day.year}"
    number = "1er" if language == "fr" and day.day == 1 else str(day.day)
    return f"{number} {_MONTHS.get(language, _MONTHS['en'])[day.month - 1]} {day.year}"


def computed(
    language: str, sides: tuple[str, str], values: tuple[Decimal, Decimal], percent: bool, in_time: bool
) -> str:
    """What the second of two figures is more than the first, and over time by how much in percent."""
    first, second = values
    difference = second - first
    if percent:
        result = say("points", language, n=number_in_words(difference, language))
    else:
        result = number_in_words(difference, language)
    share = ""
    if in_time and first and not percent:
        change = number_in_words(round(100 * difference / first, 1), language, sign=True)
        share = f" ({change}{' ' if language == 'fr' else ''}%)"
    mark = "%" if percent else ""
    return say(
        "change", language, late=number_in_words(second, language) + mark, late_side=sides[1],
        early=number_in_words(first, language) + mark, early_side=sides[0], difference=result, percent=share,
    )  # fmt: skip


def number_in_words(value: Decimal, language: str, sign: bool = False) -> str:
    """1,884.5 in English, 1 884,5 in French, 1.884,5 in Vietnamese."""
    plain = f"{value.normalize():{'+' if sign else ''},f}".replace("-", "−")
    if language == "fr":
        return plain.translate(str.maketrans(",.", "\u202f,"))
    return plain.translate(str.maketrans(",.", ".,")) if language == "vi" else plain
