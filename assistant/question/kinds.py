"""The kind of answer a question asks for, by the words it asks with.

Every question word is looked for in the question's language, and in the others where that finds none. Some decide
wherever they stand ("how many", "bao nhiêu"); of the others the earliest does: "what happened when …" asks for no
date, "the man who …" for no person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.question.kind_patterns import (
    AMBIGUOUS,
    ASKS_CHANGE,
    ASKS_PLACE_NAME,
    COMPARES,
    COUNTED,
    DECIDES,
    INVERTED,
    LEADS,
    OPENS,
    WEAK,
    WRITTEN,
    Kind,
)
from assistant.question.kind_words import CHANGE, COMPARING, SPENT
from ingest.text.words import fold_aligned

__all__ = [
    "Asked",
    "Kind",
    "asks_for_a_place_name",
    "asks_how_much_changed",
    "compares",
    "is_change",
    "kind_of",
    "kind_of_side",
]


@dataclass(frozen=True, slots=True)
class Asked:
    """The kind of answer, and the folded words that ask for it: they say nothing of what is asked about."""

    kind: Kind
    words: frozenset[str]


def kind_of(text: str, language: str) -> Asked:
    """The kind of answer a question asks for."""
    folded = fold_aligned(text)
    kind = _first_found(folded, text, language)
    return Asked(kind, frozenset(_spent(folded, kind)))


def kind_of_side(text: str, language: str, whole: Kind) -> Asked:
    """The kind one side of a question asks for: of a comparison what is compared, a figure or a fact."""
    asked = kind_of(text, language)
    if whole != "comparison":
        return asked
    folded = fold_aligned(text)
    kind: Kind = asked.kind
    if COUNTED.search(folded):
        kind = "figure"
    elif kind == "comparison":
        kind = "fact"
    return Asked(kind, asked.words | frozenset(_spent(folded, "comparison")))


def asks_for_a_place_name(text: str) -> bool:
    """Whether the answer must be the name of a province or district."""
    return bool(ASKS_PLACE_NAME.search(fold_aligned(text)))


def asks_how_much_changed(text: str) -> bool:
    """Whether a change itself is asked for, "by how much", and not what there was before and after it."""
    return bool(ASKS_CHANGE.search(fold_aligned(text)))


def is_change(word: str) -> bool:
    """Whether a folded word only says that something changed, or how: "rise", "augmenté", "tăng". A report gives the
    figure of each year, and seldom that word."""
    return bool(CHANGE.fullmatch(word))


def compares(text: str) -> bool:
    """Whether the text sets one thing against another, whatever kind of answer it asks for."""
    folded = fold_aligned(text)
    return any(pattern.search(folded) for patterns in COMPARES.values() for pattern in patterns)


def _languages(language: str) -> Iterator[str]:
    if language in OPENS:
        yield language
    yield from (code for code in OPENS if code != language)


def _first_found(folded: str, text: str, language: str) -> Kind:
    for code in _languages(language):
        if kind := _in_language(folded, text, code):
            return kind
    return "fact"


def _in_language(folded: str, text: str, code: str) -> Kind | None:
    opening = _opening(folded, text, code)
    for kind, pattern in DECIDES[code]:
        match = next((m for m in pattern.finditer(folded) if _is_written(m, text)), None)
        if match and not (opening and opening[1] == "explanation" and opening[0] == 0 and kind == "figure"):
            return kind
    asks, beside = COMPARES[code]
    if asks.search(folded):
        return "comparison"
    if beside.search(folded) and (opening is None or opening[1] in ("fact", "list", "comparison")):
        return "comparison"
    weak = WEAK[code].search(folded)
    if weak and (opening is None or opening[1] == "fact"):
        return "figure"
    return opening[1] if opening else None


def _opening(folded: str, text: str, code: str) -> tuple[int, Kind] | None:
    """The earliest question word that is no relative pronoun or conjunction, and the kind it asks for."""
    found = [
        (match.start(), place, kind, match)
        for place, (kind, pattern) in enumerate(OPENS[code])
        for match in pattern.finditer(folded)
        if _is_written(match, text)
    ]
    if not found:
        return None
    asking = [item for item in found if not _only_joins(item[3], folded, code)]
    at, _, kind, _ = min(asking or found, key=lambda item: item[:2])
    return at, kind


def _is_written(match: re.Match[str], text: str) -> bool:
    """Whether a syllable with a namesake is the one meant: "ai" (who) and "AI", "mấy" (how many) and "máy"."""
    written = text[match.start() : match.end()]
    forms = WRITTEN.get(match.group().split()[0])
    return forms is None or written.split()[0] in forms or (written.isascii() and written.islower() and text.isascii())


def _only_joins(match: re.Match[str], folded: str, code: str) -> bool:
    """Whether a word that may also join clauses does: "the man who", "when Lenin died, …", "la ville où"."""
    word = match.group().split()[0]
    if word not in AMBIGUOUS[code]:
        return False
    before = folded[: match.start()].rstrip()
    if before and before[-1] not in ",;:?!.—–-“\"'’(" and before.split()[-1] not in LEADS[code]:
        return True
    inverted = INVERTED[code]
    return word in inverted[0] and not inverted[1].match(folded, match.start() + len(word))


def _spent(folded: str, kind: Kind) -> Iterator[str]:
    patterns = [COMPARING, *(SPENT[one] for one in (kind, "figure" if kind == "comparison" else kind) if one in SPENT)]
    for pattern in patterns:
        for match in pattern.finditer(folded):
            yield from re.findall(r"\w+", match.group())
