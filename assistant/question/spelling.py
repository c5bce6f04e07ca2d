"""Words typed wrong: of a question's words those that no report has and that are none, read as the nearest one that the
reports do have. The reader is told: a question read otherwise than it was typed must not pass unseen."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from assistant.question.accents import Accents
from ingest.text.person_names import is_syllable
from ingest.text.words import fold, is_function_word, starts_sentence

FEWEST, FEWEST_VI, MOST = 5, 4, 24
"""Letters of a word that is looked at; shorter ones are too near one another, and longer ones are none."""
_WORD = re.compile(r"[^\W\d_]+")
_LETTERS = {"en": "abcdefghijklmnopqrstuvwxyz", "fr": "abcdefghijklmnopqrstuvwxyzéèêàâçùûîïôë"}


@dataclass(frozen=True, slots=True)
class Respelt:
    """A word as it was typed, at `start`, and as it is read."""

    start: int
    typed: str
    meant: str


def vocabulary(texts: Iterable[str]) -> Counter[str]:
    """How often each word stands in some texts in small letters."""
    return Counter(word for text in texts for word in _WORD.findall(text) if word.islower())


def respelt(
    text: str,
    language: str,
    unheard: Callable[[str], bool],
    words: Callable[[], Mapping[str, int]],
    pieces: Callable[[str], int],
) -> list[Respelt]:
    """The words of an English or French text that are typed wrong by one letter, or by two in each other's place.

    `unheard` says whether no report has a word; `words` gives those of reports in that language, and is called where
    one is unheard. `pieces` is into how many a tokenizer cuts a word: one that is common is whole, one that is typed
    wrong comes apart ("conference" 1, "confreence" 3; "police" and "policy" 1 each, so neither is taken for the other).
    Names are left alone.
    """
    found = []
    for start, word in _looked_at(text, FEWEST) if language in _LETTERS else ():
        if is_function_word(fold(word), language) or not unheard(word):
            continue
        known = words()
        near = {other for other in _one_off(word, _LETTERS[language]) if other in known}
        whole = [
            other for other in near if pieces(other) < pieces(word) and not is_function_word(fold(other), language)
        ]
        if whole:
            meant = max(whole, key=lambda other: (-pieces(other), known[other], other))
            found.append(Respelt(start, text[start : start + len(word)], meant))
    return found


def respelt_vietnamese(text: str, accents: Accents) -> list[Respelt]:
    """Those of a Vietnamese text that can be no syllable, and are one with two letters in each other's place:
    "táhng"."""
    found = []
    for start, word in _looked_at(text, FEWEST_VI):
        if not is_syllable(word) and text[start].islower():
            seen = {form: count for other in _swapped(word) for form, count in accents.forms_of(other)}
            if seen:
                found.append(Respelt(start, text[start : start + len(word)], max(seen, key=lambda form: seen[form])))
    return found


def corrected(text: str, found: Iterable[Respelt]) -> str:
    """The text with the words as they are read."""
    for one in sorted(found, key=lambda one: -one.start):
        meant = one.meant.capitalize() if one.typed[0].isupper() else one.meant
        text = text[: one.start] + meant + text[one.start + len(one.typed) :]
    return text


def _looked_at(text: str, fewest: int) -> Iterator[tuple[int, str]]:
    """Words in small letters, but for one that opens a sentence; any other with a capital is a name."""
    for match in _WORD.finditer(text):
        word = match.group()
        small = word.islower() or (word[1:].islower() and starts_sentence(text, match.start()))
        if small and fewest <= len(word) <= MOST:
            yield match.start(), word.lower()


def _one_off(word: str, letters: str) -> Iterator[str]:
    """Words one slip away (Damerau's: a letter too many, too few, another, or two swapped) with the same first
    letter."""
    yield from _swapped(word)
    for at in range(1, len(word) + 1):
        yield word[:at] + word[at + 1 :]
        for letter in letters:
            yield word[:at] + letter + word[at + 1 :]
            yield word[:at] + letter + word[at:]


def _swapped(word: str) -> Iterator[str]:
    for at in range(1, len(word) - 1):
        if word[at] != word[at + 1]:
            yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]
