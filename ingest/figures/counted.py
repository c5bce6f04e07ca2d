"""What a figure counts or measures, as the text has it: the words after it, else those that stand for them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from ingest.meaning.figures import COMMON, ENDING, Figure, is_plural
from ingest.meaning.reading import Reading
from ingest.text.words import is_function_word

LONGEST = 9
"""Words of a phrase."""

_LINKS = {"en": ("of", "for"), "fr": ("de", "d'", "du", "des", "en", "a", "aux"), "vi": ("của",)}
_ADVERBS = frozenset("seulement only alone encore already deja autres others thôi".split())
_AND = frozenset("and et và & or ou".split())
_STOPS = re.compile(r"[.,;:!?()\[\]“”«»\"\n|]")
_OF_THEM = re.compile(
    r"^\W*(?:of (?:them|these|those|which|whom|the (?=\d))|d'entre (?:eux|elles)|trong so (?:do|nay)"
    r"|were|was|have|had|has|are|ont|a ete|etaient|sont|avaient)\b"
)
_COPULA = re.compile(
    r"(?:\b(?:was|were|is|are|be|been|of|to|at|by|reached|totall?ed|numbered|amount(?:ed|s) to|stood|stands|est"
    r"|etait|sont|s'eleve|s'elevait|atteint|a|de|la|dat|con|bang|len|xuong|o muc|khoang|about|nearly|around|over|than"
    r"|more|environ|pres|plus|moins|only|seulement|soit|est descendu|descendu|fell|rose|desormais|ne|que|hon|gan)\b"
    r"|[:=(|])\W*$"
)
_GENERIC_CELL = re.compile(
    r"(?:figures?|numbers?|values?|totals?|amounts?|counts?|quantity|results?|nombres?|valeurs?|chiffres?|montants?|effectifs?"
    r"|so luong|so lieu|gia tri|tong(?: so)?|ket qua|so)(?:\W*(?:19|20)\d\d)?"
)


def phrase_after(reading: Reading, figure: Figure) -> tuple[int, int]:
    """Where the noun phrase stands that follows a number: its window, up to the noun itself in English, and what "of"
    and "de" add to it."""
    start, end = figure.said
    if end <= figure.number.end:
        return start, start
    words, language = reading.words, reading.language
    if language == "en" and figure.number.value != 1:
        end = _to_the_plural(reading, figure, start, end)
    place = reading.place_of(end)
    said = cut_words(reading, start, end)
    taken = len(said)
    if set(said) <= _ADVERBS:
        return start, start
    while place < len(words) and taken < LONGEST and language in _LINKS:
        word = words[place]
        if _STOPS.search(reading.text, end, word.start) or word.form not in _LINKS[language]:
            break
        more = place + 1
        while more < len(words) and more - place <= 4 and _continues(reading, words[more - 1].end, more):
            more += 1
        if more == place + 1:
            break
        end, taken, place = words[more - 1].end, taken + more - place, more
    return start, end


def _to_the_plural(reading: Reading, figure: Figure, start: int, end: int) -> int:
    """The end of the first plural, "new corruption cases opened", and of those joined to it; of a phrase without one
    and without a known noun nothing is left: "all five write of …"."""
    inside = [word for word in reading.words if start <= word.start < end]
    heads = [place for place, word in enumerate(inside) if is_plural(word.form)]
    if not heads:
        return end if figure.nouns or figure.measures else start
    last = heads[0]
    for place in heads[1:]:
        if not _AND.isdisjoint(cut_words(reading, inside[last].end, inside[place].start)) and place - last < 4:
            last = place
    return inside[last].end


def cut_words(reading: Reading, start: int, end: int) -> list[str]:
    """The words between two places of the text."""
    return [word.form for word in reading.words if start <= word.start < end]


def _continues(reading: Reading, before: int, place: int) -> bool:
    word = reading.words[place]
    if _STOPS.search(reading.text, before, word.start) or any(
        n.start <= word.start < n.end for n in reading.all_numbers
    ):
        return False
    return word.form not in ENDING and not is_function_word(word.form, reading.language) and word.form[0].isalpha()


def phrase_before(reading: Reading, figure: Figure, limit: int) -> tuple[int, int]:
    """Where the words stand that lead to a number nothing follows: "the number of defendants was 1,884". Not before
    `limit`."""
    end = figure.number.start
    while match := _COPULA.search(reading.folded, max(limit, end - 24), end):
        end = match.start()
    cut = max((m.end() for m in _STOPS.finditer(reading.text, limit, end)), default=limit)
    if not reading.text[cut:end].strip():
        return end, end
    words = [word for word in reading.words if cut <= word.start and word.end <= end][-LONGEST:]
    while words and (not words[0].stem or not words[0].stem[0].isalpha() or words[0].form in COMMON):
        words = words[1:]
    while words and not words[-1].stem:
        words = words[:-1]
    return (words[0].start, words[-1].end) if words else (end, end)


def clause_before(reading: Reading, start: int, limit: int) -> tuple[int, int]:
    """Where the words stand of the clause before one of a word or two: "the cable to the island, long …"."""
    end = start
    while end > limit and not reading.text[end - 1].isalnum():
        end -= 1
    cut = max((m.end() for m in _STOPS.finditer(reading.text, limit, end)), default=limit)
    words = [word for word in reading.words if cut <= word.start and word.end <= end][-LONGEST:]
    return (words[0].start, end) if words else (end, end)


def stands_for_another(reading: Reading, figure: Figure) -> bool:
    """Whether what a number counts was said before: "1,131 of them were settled", "against 96 in 2022"."""
    return bool(_OF_THEM.match(reading.folded[figure.number.end : figure.number.end + 24]))


def in_row(row: str, start: int) -> str:
    """What the cell at `start` of a row counts: "Reception, 2023: Letters received |
    Number: 1,264" counts "Letters received"."""
    cells = _cells(row)
    own = next((cell for cell in cells if cell[0] <= start < cell[1]), cells[-1])
    column, _ = _parted(row[own[0] : own[1]])
    texts = [
        value for a, b in cells if (a, b) != own for _, value in [_parted(row[a:b])] if re.search(r"[^\W\d]{2}", value)
    ]
    label = texts[0] if texts else ""
    named = column if column and not _is_generic(column) else ""
    return ", ".join(part for part in (named, label) if part) or column


def _is_generic(column: str) -> bool:
    from ingest.text.words import fold

    folded = fold(column).strip()
    return bool(
        _GENERIC_CELL.fullmatch(folded)
        or re.fullmatch(r"[\W\d]*(?:nam|annee|year|fy|q[1-4]|h[12]|quy [iv1-4]+)?[\W\d]*", folded)
    )


def _cells(row: str) -> Sequence[tuple[int, int]]:
    bounds = [0, *(m.end() for m in re.finditer(r"\s\|\s", row)), len(row) + 3]
    return [(a, b - 3) for a, b in pairwise(bounds)]


def _parted(cell: str) -> tuple[str, str]:
    column, colon, value = cell.partition(": ")
    return (column.strip(), value.strip()) if colon else ("", cell.strip())
