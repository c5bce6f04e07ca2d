"""Quotes: words of a passage, found in it, and the sentence they stand in."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from ingest.documents import Description, Passage, Span
from ingest.meaning.contrasts import FIRM
from ingest.meaning.reading import Clause, Reading, read
from ingest.text.numbers import find_numbers
from ingest.text.words import fold_aligned


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a passage, found in it: `passage.text` holds them at `span` (offsets in the document). `about` is what
    is known of the document: its period, days and places may back a statement too."""

    passage: Passage
    span: Span
    about: Description | None = None

    @property
    def text(self) -> str:
        return self.passage.sentence_text(self.span)


class Proof:
    """A quote as it is read: in its sentence, so that what was cut off on either side still counts."""

    def __init__(self, quote: Quote) -> None:
        passage, span = quote.passage, quote.span
        inside = [s for s in passage.sentences if s.start < span.end and span.start < s.end]
        start = min((s.start for s in inside), default=span.start)
        end = max((s.end for s in inside), default=span.end)
        self.quote = quote
        self.start = span.start - min(start, span.start)
        self.end = self.start + len(span)
        self.context = read(passage.sentence_text(Span(min(start, span.start), max(end, span.end))), passage.language)
        """The sentences it is of; the quote is `context.text[start:end]`."""
        self._before = Span(passage.start, min(start, span.start))

    @cached_property
    def around(self) -> Reading:
        """The passage with its heading."""
        passage = self.quote.passage
        return read(f"{passage.heading}\n{passage.text}", passage.language)

    @cached_property
    def before(self) -> Reading:
        """What the passage says before these sentences."""
        return read(self.quote.passage.sentence_text(self._before), self.quote.passage.language)

    @cached_property
    def clauses(self) -> list[Clause]:
        """The clauses the quote takes words from."""
        words = self.context.words
        return [
            clause
            for clause in self.context.clauses
            if clause.last > clause.first
            and words[clause.first].start < self.end
            and self.start < words[clause.last - 1].end
        ]

    @cached_property
    def cut_off(self) -> str | None:
        """What was cut off right before the quote and changes what is left: "did not", "nearly", "will", "Deputy";
        else None."""
        words = self.context.words
        at = bisect_left(words, self.start, key=lambda word: word.start)
        clause = next((c for c in self.context.clauses if c.first <= at < c.last), None)
        if clause is None or at == clause.first:
            return None
        near = range(max(clause.first, at - _NEAR), at)
        for denial in clause.denials:
            if denial.at in near:
                return words[denial.at].form
        for mark in clause.marks:
            if mark.kind == "modal" and mark.name in FIRM and not mark.soft and mark.first in near:
                return self.context.written(mark.first, mark.last)
        hedged = next((n.hedge for n in self.context.numbers if n.start == self.start), None)
        return hedged or (words[at - 1].form if words[at - 1].form in _LESSER else None)


_NEAR = 4
"""Words before a quote in which what was cut off changes it."""

_LESSER = frozenset("deputy vice former acting assistant adjoint ancien ancienne phó nguyên quyền cựu non".split())


def quoted_alone(statement: str, proofs: Sequence[Proof]) -> list[Proof]:
    """The quotes of which a statement is nothing but the words, one after the other; none where it says more."""
    left, used = _squeeze(statement), list[Proof]()
    for proof in sorted(proofs, key=lambda proof: -len(proof.quote.text)):
        words = _squeeze(proof.quote.text)
        for written in (words, words.rstrip(".;,: ")):
            at = _as_words(written, left) if written else -1
            if at >= 0:
                left = f"{left[:at]} {left[at + len(written) :]}"
                used.append(proof)
                break
    return used if re.fullmatch(r"[\W_]*(?:(?:and|et|và)[\W_]+)*", left) else []


def _as_words(written: str, text: str) -> int:
    """Where a text first has what is written with no letter or digit right beside it; -1 where it has not."""
    at = text.find(written)
    while at >= 0 and (_IN_WORD.match(text[at - 1 : at]) or _IN_WORD.match(text, at + len(written))):
        at = text.find(written, at + 1)
    return at


_IN_WORD = re.compile(r"\w")
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
    """Whether a place in the text is between words, and not inside a number ("1 884", "35 %", "2.5 billion")."""
    numbers = find_numbers(text)

    def whole(at: int) -> bool:
        in_word = 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()
        return not in_word and not any(number.start < at < number.end for number in numbers)

    return whole


def _squeeze(text: str) -> str:
    return " ".join(text.translate(_QUOTE_MARKS).split())
