"""Grounding: the one notion of "supported" in the house.

A statement is supported when its quotes are words of the passages it cites, every number in it is in the quotes
and hedged as there, every name and place in the passages, it denies nothing the quotes affirm, and its meaning is
near theirs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ingest.documents import Passage, Span
from ingest.text.language import detect_language
from ingest.text.numbers import find_numbers
from ingest.text.periods import Period, find_periods, years_of
from ingest.text.places import find_places, fold_place
from ingest.text.words import capitalised_runs, denies, fold, fold_aligned, starts_sentence

NEAR = 0.80
"""Least cosine between a statement and its quotes (multilingual-e5-small, where unrelated text is at 0.70–0.78
and a paraphrase or translation at 0.85 and above)."""


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a passage, found in it: `passage.text` holds them at `span` (offsets in the document)."""

    passage: Passage
    span: Span

    @property
    def text(self) -> str:
        return self.passage.sentence_text(self.span)

    @property
    def lead_in(self) -> str:
        """The last words before the quote in its sentence: a "did not" left out of a quote still counts."""
        starts = [s.start for s in self.passage.sentences if s.start <= self.span.start < s.end]
        before = self.passage.sentence_text(Span(max(starts, default=self.span.start), self.span.start))
        return " ".join(before.split()[-4:])


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
    if any(_squeeze(statement) == _squeeze(quote.text) and not denies(quote.lead_in) for quote in quotes):
        return Verdict(True, 1.0)
    quoted = "\n".join(quote.text for quote in quotes)
    around = "\n".join(f"{quote.passage.heading}\n{quote.passage.text}" for quote in quotes)
    if missing := unbacked_numbers(statement, quoted, period):
        return Verdict(False, 0.0, f"number not in the quoted words: {missing[0]}")
    if missing := unkept_hedges(statement, quotes):
        return Verdict(False, 0.0, f"“nearly”, “more than” or the like is not kept: {missing[0]}")
    same_language = detect_language(statement) in {quote.passage.language for quote in quotes}
    if missing := unbacked_names(statement, around, same_language):
        return Verdict(False, 0.0, f"name not in the cited passage: {missing[0]}")
    if missing := unbacked_places(statement, around):
        return Verdict(False, 0.0, f"place not in the cited passage: {missing[0]}")
    if denies(statement) != any(denies(f"{quote.lead_in} {quote.text}") for quote in quotes):
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


def unkept_hedges(statement: str, quotes: Sequence[Quote]) -> list[str]:
    """The statement's numbers, as written, that the quotes hedge otherwise: "60,000" over "nearly 60,000"."""
    quoted = [number for quote in quotes for number in find_numbers(f"{quote.lead_in} {quote.text}")]
    missing = []
    for number in find_numbers(statement):
        senses = {other.sense for other in quoted if other.value == number.value}
        if senses and number.sense not in senses:
            missing.append(statement[number.start : number.end].strip())
    return missing


def unbacked_places(statement: str, text: str) -> list[str]:
    """The places the statement names that the text does not, whatever each calls them."""
    held = {fold_place(place) for place in find_places(text)}
    return [place for place in find_places(statement) if fold_place(place) not in held]


def unbacked_names(statement: str, text: str, same_language: bool = True) -> list[str]:
    """Capitalised runs of which a word is nowhere in the text, accents aside.

    A single word is looked for only where both are in one language: Hanoi is Hà Nội, but the Party is le Parti.
    """
    held = set(re.findall(r"\w+", fold(text)))
    missing = []
    for start, end in capitalised_runs(statement):
        parts = re.findall(r"\w+", fold(statement[start:end]))
        checked = parts[1:] if starts_sentence(statement, start) else parts
        if (len(parts) >= 2 or same_language) and any(part not in held for part in checked):
            missing.append(statement[start:end])
    return missing


_QUOTE_MARKS = str.maketrans({"“": '"', "”": '"', "«": '"', "»": '"', "’": "'", "‘": "'", "–": "-", "—": "-"})


def locate(quote: str, passage: Passage) -> Span | None:
    """Where the passage holds the quoted words: exactly, else with case, accents, spaces and quote marks aside.

    The span is in the document, and covers the passage's own words, which are what is shown. None when the
    words are not there, are too few to prove anything (under three words and no number), or begin or end
    inside a word or number ("884 defendants" is no quote of "1,884 defendants").
    """
    wanted = unicodedata.normalize("NFC", quote).strip().strip('"“”«»').strip()
    if len(wanted) > 2 * len(passage.text):
        return None
    if len(re.findall(r"\w+", wanted)) < 3 and not any(char.isdigit() for char in wanted):
        return None
    whole = _whole_words(passage.text)
    exact = re.finditer(re.escape(wanted), passage.text)
    folded = fold_aligned(passage.text.translate(_QUOTE_MARKS))
    pieces = re.findall(r"\S+", fold_aligned(wanted.translate(_QUOTE_MARKS)))
    loose = re.finditer(r"\s+".join(map(re.escape, pieces)), folded)
    found = (match.span() for matches in (exact, loose) for match in matches)
    return next((Span(passage.start + a, passage.start + b) for a, b in found if whole(a) and whole(b)), None)


def _whole_words(text: str) -> Callable[[int], bool]:
    """Whether a place in the text is between words, and not inside a number ("1 884", "35 %")."""
    numbers = find_numbers(text)

    def whole(at: int) -> bool:
        in_word = 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()
        return not in_word and not any(number.start < at < number.end for number in numbers)

    return whole


def _squeeze(text: str) -> str:
    return " ".join(text.split())
