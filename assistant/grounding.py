"""Grounding: the one notion of "supported" in the house.

A statement is supported by passages when its quotes are their words, every number and name in it is theirs,
it denies nothing they affirm, and its meaning is near theirs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ingest.documents import Passage, Span
from ingest.numbers import find_numbers
from ingest.periods import Period, find_periods, years_of
from ingest.words import capitalised_runs, fold, fold_aligned, starts_sentence

NEAR = 0.80
"""Least cosine between a statement and its quotes (multilingual-e5-small, where unrelated text is at 0.70–0.78
and a paraphrase or translation at 0.85 and above)."""

_NEGATION = re.compile(
    r"\b(?:no|not|never|none|neither|nor|without|cannot|\w+n't|ne|n'\w*|pas|jamais|aucune?|sans|ni"
    r"|khong|chua|chang|khong co)\b"
)


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a passage, found in it: `passage.text` holds them at `span` (offsets in the document)."""

    passage: Passage
    span: Span

    @property
    def text(self) -> str:
        return self.passage.sentence_text(self.span)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a statement is supported, how well (0 to 1), and if not, the words that decided."""

    supported: bool
    support: float
    reason: str | None = None


Similarity = Callable[[str, str], float]
"""The cosine of two texts' vectors, across languages."""


def check(statement: str, quotes: Sequence[Quote], period: Period | None, similarity: Similarity) -> Verdict:
    """Whether the quotes support the statement. `period` is their document's, which a year may come from.

    A statement that is a quote's own words needs no further check.
    """
    if not quotes:
        return Verdict(False, 0.0, "cites no passage")
    if any(_squeeze(statement) == _squeeze(quote.text) for quote in quotes):
        return Verdict(True, 1.0)
    quoted = "\n".join(quote.text for quote in quotes)
    around = "\n".join(f"{quote.passage.heading}\n{quote.passage.text}" for quote in quotes)
    if missing := unbacked_numbers(statement, quoted, period):
        return Verdict(False, 0.0, f"number not in the quoted words: {missing[0]}")
    if missing := unbacked_names(statement, around):
        return Verdict(False, 0.0, f"name not in the cited passage: {missing[0]}")
    if bool(_NEGATION.search(fold(statement))) != bool(_NEGATION.search(fold(quoted))):
        return Verdict(False, 0.0, "one denies what the other affirms")
    nearness = max(similarity(statement, quote.text) for quote in quotes)
    if nearness < NEAR:
        return Verdict(False, max(0.0, nearness), "its meaning is not that of the quoted words")
    return Verdict(True, min(1.0, nearness))


def unbacked_numbers(statement: str, quoted: str, period: Period | None) -> list[str]:
    """The statement's numbers, as written, that the quoted words do not hold by value.

    A figure must be in the quoted words themselves, where its unit and object are; a year may also be one
    of the document's period.
    """
    backed: set[tuple[Decimal, bool]] = {(number.value, number.percent) for number in find_numbers(quoted)}
    years = {Decimal(year) for year in years_of(mention.period for mention in find_periods(quoted))}
    if period:
        years |= {Decimal(year) for year in years_of([period])}
    year_spans = [(mention.start, mention.end) for mention in find_periods(statement)]
    missing = []
    for number in find_numbers(statement):
        in_period = any(start <= number.start and number.end <= end for start, end in year_spans)
        if (number.value, number.percent) in backed or (in_period and number.value in years):
            continue
        missing.append(statement[number.start : number.end].strip())
    return missing


def unbacked_names(statement: str, text: str) -> list[str]:
    """Capitalised runs of two or more words of which a word is nowhere in the text, accents aside."""
    held = set(re.findall(r"\w+", fold(text)))
    missing = []
    for start, end in capitalised_runs(statement):
        parts = re.findall(r"\w+", fold(statement[start:end]))
        checked = parts[1:] if starts_sentence(statement, start) else parts
        if len(parts) >= 2 and any(part not in held for part in checked):
            missing.append(statement[start:end])
    return missing


_QUOTE_MARKS = str.maketrans({"“": '"', "”": '"', "«": '"', "»": '"', "’": "'", "‘": "'", "–": "-", "—": "-"})


def locate(quote: str, passage: Passage) -> Span | None:
    """Where the passage holds the quoted words: exactly, else with case, accents, spaces and quote marks aside.

    The span is in the document, and covers the passage's own words, which are what is shown. None when the
    words are not there or are too few to prove anything (under three words and no number).
    """
    wanted = quote.strip().strip('"“”«»').strip()
    if len(re.findall(r"\w+", wanted)) < 3 and not any(char.isdigit() for char in wanted):
        return None
    at = passage.text.find(wanted)
    if at >= 0:
        return Span(passage.start + at, passage.start + at + len(wanted))
    folded = fold_aligned(passage.text.translate(_QUOTE_MARKS))
    pieces = re.findall(r"\S+", fold_aligned(wanted.translate(_QUOTE_MARKS)))
    match = re.search(r"\s+".join(map(re.escape, pieces)), folded)
    return Span(passage.start + match.start(), passage.start + match.end()) if match else None


def _squeeze(text: str) -> str:
    return " ".join(text.split())
