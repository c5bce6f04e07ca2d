"""Which reports are the same text, and which tell of the same event.

Copies of one report (a press release in three papers, a file saved twice) are kept once for retrieval, with all
their sources. Reports of one event by different hands are two witnesses: they are linked, and remain two.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from ingest.documents import Description, Document, Passage
from ingest.text.numbers import find_numbers
from ingest.text.periods import Period, find_periods
from ingest.text.words import fold, words

SHINGLE = 3
"""Words that count as one: two reports of a field share most of their words, few runs of three."""
SAME = 0.8
"""Jaccard similarity of their shingles from which two texts are copies."""
BANDS, ROWS = 20, 5
"""A pair of similarity s is found with probability 1 - (1 - s^ROWS)^BANDS: .9996 at .8, .47 at .5."""

_MULTIPLIERS = np.random.default_rng(7).integers(1, 2**63, BANDS * ROWS, dtype=np.uint64) | np.uint64(1)
_MIX = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], np.uint64)

Shingles = npt.NDArray[np.uint64]


def shingles(text: str) -> Shingles:
    """The hashes of the text's runs of SHINGLE folded words, each once, in order of size."""
    hashes = np.array([zlib.crc32(word.encode()) for word in words(text)], np.uint64)
    if len(hashes) < SHINGLE:
        return np.unique(hashes)
    runs = len(hashes) - SHINGLE + 1
    return np.unique(sum(hashes[i : i + runs] * _MIX[i] for i in range(SHINGLE)))


def keys(of: Shingles) -> tuple[int, ...]:
    """BANDS keys; texts that share one may be alike (MinHash with banding, Broder 1997)."""
    if not len(of):
        return ()
    least = np.array([(of * multiplier).min() for multiplier in _MULTIPLIERS])  # one at a time: a book has a million
    return tuple(zlib.crc32(bytes([band]) + least[band * ROWS : (band + 1) * ROWS].tobytes()) for band in range(BANDS))


def jaccard(one: Shingles, other: Shingles) -> float:
    """Shared shingles ÷ all shingles, 0 to 1."""
    shared = len(np.intersect1d(one, other, assume_unique=True))
    return shared / max(1, len(one) + len(other) - shared)


def own_text(document: Document) -> str:
    """The document's words without what surrounds the report."""
    return "\n".join(document.text[b.start : b.end] for b in document.blocks if b.kind != "furniture")


def is_copy(one: Document, other: Document) -> bool:
    """Whether two documents are the same report. Reports made from one template for two years or two provinces
    share most of their words and are not."""
    a, b = one.description, other.description
    same = a.language == b.language and a.period == b.period and set(a.places) == set(b.places)
    same = same and (a.event_date == b.event_date or None in (a.event_date, b.event_date))
    return (
        same
        and _periods(one) == _periods(other)
        and jaccard(shingles(own_text(one)), shingles(own_text(other))) >= SAME
    )


def _periods(document: Document) -> set[Period]:
    """The months and longer periods a report names."""
    return {mention.period for mention in find_periods(own_text(document)) if mention.period.days >= 28}


def told_only_here(passages: Iterable[Passage], elsewhere: Iterable[Passage]) -> list[Passage]:
    """The passages with a sentence that the others do not have word for word."""
    known = {_words_of(text) for passage in elsewhere for text in _sentences(passage)}
    return [p for p in passages if any(_words_of(text) not in known for text in _sentences(p))]


def _sentences(passage: Passage) -> list[str]:
    return [passage.sentence_text(span) for span in passage.sentences]


def _words_of(text: str) -> str:
    """The sentence without what a copy may change: case, accents' encoding, spaces and marks."""
    return " ".join(words(text)) or fold(text)


def facts(document: Document) -> frozenset[str]:
    """What tells one event from others: the people a report names, by one form of the name, and its figures of three
    digits or more, as "#1884"."""
    people = {fold(person.name) for person in document.description.people}
    values = {number.value for number in find_numbers(own_text(document)) if number.value >= 100}
    return frozenset(people | {f"#{value.normalize():f}" for value in values if not 1900 <= value <= 2100})  # years


def same_event(one: Description, its: frozenset[str], other: Description, others: frozenset[str]) -> bool:
    """Whether two reports with these facts tell of one event: the same day, and at least two facts that both have, one
    of them a person.

    Where one of them states no day, the same period reviewed, and at least two people, who are half of those that
    one of the reports names.
    """
    shared = its & others
    people = sum(map(is_person, shared))
    if one.event_date and other.event_date:
        return one.event_date == other.event_date and people >= 1 and len(shared) >= 2
    fewest = min(sum(map(is_person, its)), sum(map(is_person, others)))
    return one.period is not None and one.period == other.period and people >= max(2, fewest / 2)


def is_person(fact: str) -> bool:
    return not fact.startswith("#")


def event_keys(about: Description) -> tuple[list[str], list[str]]:
    """Under which keys a report's facts are kept, and under which those are kept that may tell of the same event: of
    the same day, and where one states none, of the same period."""
    day = [about.event_date.isoformat()] if about.event_date else []
    if about.period is None:
        return day, day
    any_, undated = f"any {about.period.label}", f"undated {about.period.label}"
    return ([*day, any_], [*day, undated]) if day else ([undated, any_], [any_])
