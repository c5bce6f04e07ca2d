"""Figures: a number with what it counts or measures, and the stretch of the sentence that is about it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from ingest.meaning.lexicon import Mark
from ingest.meaning.nouns import CURRENCIES
from ingest.meaning.reading import Reading, Word
from ingest.text.numbers import Number, find_hedge
from ingest.text.words import is_function_word

_WINDOW = 6
"""Words after a number among which is what it counts."""

_MULTIPLES = {
    **dict.fromkeys("twice double doubled doubling doubles doublee doubler".split(), 2), "gấp đôi": 2,
    **dict.fromkeys("thrice triple tripled tripling triples triplee tripler".split(), 3), "gấp ba": 3,
}  # fmt: skip
_ONE = {"en": ("one",), "fr": ("un", "une"), "vi": ("một",)}
_GAP_ENDS = re.compile(r"[.,;:!?()\[\]“”«»\"\n|]")
# What parts two numbers of a sentence, the plainest first.
_APART = (
    re.compile(r"[.!?;\n]\s"),
    re.compile(r"[,:/|(](?!\d)"),
    re.compile(
        r"\b(?:and|but|while|whereas|against|compared|versus|with|for|et|mais|contre|tandis|visant|pour|avec|sur|va|con"
        r"|(?<!tham )nhung|trong khi|(?<!co )so voi|voi|cho)\b"
    ),
)
_ANDS = frozenset("and et và & /".split())
_PARTITIVE = frozenset(
    "of the these those them all its their our my de du des d' les la le l' ces leurs trong số các".split()
)
# Function words that may stand in front of what is counted, and other words that end it.
COMMON = frozenset(
    """new additional other more further such same most nouveau nouvelle nouveaux nouvelles autre autres grand grande
    grands grandes vieux vieille vieilles petit petits petite petites mới khác lớn nhỏ""".split()
)
ENDING = frozenset(
    """against versus per among until out off went came took contre chez visant concernant portant impliquant involving
    concerning worth gồm so nhờ cùng""".split()
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of a text. `nouns` are the known names of what it counts, `measures` of what it is in; `window` the
    stems of the words that say it. `start` and `end` bound the stretch of text that is about it."""

    number: Number
    written: str
    nouns: frozenset[str]
    measures: frozenset[str]
    window: frozenset[str]
    start: int
    end: int
    head: str = ""
    """The stem of the noun among these words; "" where it can't be told."""
    edge: str = ""
    """ "low" or "high" for the ends of a range."""
    implied: bool = False
    """Whether it is no written number: "one", "twice"."""
    said: tuple[int, int] = (0, 0)
    """Where the words stand that say what it counts; empty where none follow it."""

    @property
    def value(self) -> Decimal:
        return self.number.value


@lru_cache(maxsize=512)
def figures_of(reading: Reading) -> tuple[Figure, ...]:
    """The figures of a text in order: its numbers that are no dates, and "twice", "double", "one"."""
    return _figures(reading, tuple(_implied(reading)))


@lru_cache(maxsize=64)
def written_figures(reading: Reading) -> tuple[Figure, ...]:
    """As `figures_of`, of the numbers alone that a text writes as such."""
    return _figures(reading, ())


def _figures(reading: Reading, implied: tuple[Number, ...]) -> tuple[Figure, ...]:
    numbers = sorted((*reading.numbers, *implied), key=lambda number: number.start)
    bounds = _bounds(reading, numbers)
    found = [_figure(reading, number, *bound, number in implied) for number, bound in zip(numbers, bounds, strict=True)]
    return tuple(_with_ranges(reading, found))


def _implied(reading: Reading) -> Iterator[Number]:
    """ "twice" and "double" as 2, "one" as 1."""
    taken = [(number.start, number.end) for number in reading.all_numbers]
    for place, word in enumerate(reading.words):
        pair = " ".join(one.form for one in reading.words[place : place + 2])
        value = _MULTIPLES.get(word.form) or _MULTIPLES.get(pair)
        if value is None and word.form in _ONE.get(reading.language, ()):
            value = 1
        if value is not None and not any(start <= word.start < end for start, end in taken):
            hedge = find_hedge(reading.folded, word.start, word.end)
            yield Number(word.start, word.end, Decimal(value), hedge=hedge, in_words=True)


def _bounds(reading: Reading, numbers: list[Number]) -> Iterator[tuple[int, int]]:
    """The stretch of each number: the sentence, parted between two numbers where a mark or joining word parts them."""
    cuts = []
    for one, other in pairwise(numbers):
        gap = reading.folded[one.end : other.start]
        found = next((match for pattern in _APART if (match := pattern.search(gap))), None)
        cuts.append(one.end + found.start() if found else other.start)
    for place, number in enumerate(numbers):
        start, end = reading.sentence_at(number.start)
        yield max([start, *cuts[max(0, place - 1) : place]]), min([end, *cuts[place : place + 1]])


def _figure(reading: Reading, number: Number, start: int, end: int, implied: bool) -> Figure:
    places = [place for place in _window(reading, number) if reading.words[place].start < end]
    marks = _marks(reading, places)
    nouns, measures = _named(marks, "noun"), _named(marks, "measure")
    if marks and marks[0].kind == "measure" and marks[0].first == places[0]:
        nouns = frozenset()  # "35 hectares of schools"
    elif nouns:
        measures = frozenset()
    before = reading.folded[max(0, number.start - 5) : number.start].split()
    if before and before[-1] in CURRENCIES:
        nouns, measures = frozenset(), frozenset((CURRENCIES[before[-1]],))
    if number.percent:
        measures = frozenset(("percent",))
    if not places and not measures:
        nouns = _counted_before(reading, number, start)
    window = frozenset(w.stem for n in places if (w := reading.words[n]).stem and w.form not in COMMON)
    written = " ".join(reading.text[number.start : number.end].split())
    said = (reading.words[places[0]].start, reading.words[places[-1]].end) if places else (number.end, number.end)
    return Figure(number, written, nouns, measures, window, start, end, _head(reading, places), "", implied, said)


def _head(reading: Reading, places: list[int]) -> str:
    """The first plural in English, "new corruption cases"; elsewhere the first noun, "affaires nouvelles"."""
    words = [reading.words[place] for place in places if reading.words[place].form not in COMMON]
    heads = [word for word in words if reading.language != "en" or is_plural(word.form)]
    return heads[0].stem if heads else ""


def _window(reading: Reading, number: Number) -> Iterator[int]:
    """The places of the words right after a number that say what it counts; "of the" after it is passed over."""
    words, numbers = reading.words, {number.start for number in reading.numbers}
    first = reading.place_of(number.end)
    known = {m.first for m in reading.marks_between(first, first + _WINDOW + 3) if m.kind in ("noun", "measure")}
    end, skipping, taken = number.end, True, 0
    for place in range(first, min(first + _WINDOW + 3, len(words))):
        word = words[place]
        if _GAP_ENDS.search(reading.text, end, word.start) or word.start in numbers:
            return
        end = word.end
        if skipping and word.form in _PARTITIVE and place not in known:
            continue
        if skipping and place > first and reading.text[word.start].isupper():
            return  # "3 million of Germany's"
        skipping = False
        if place == first and word.form in _COUNTED_VI and reading.language == "vi":
            known.add(place)
        joined = reading.text[word.start - 1 : word.start] == "-"  # "face-to-face"
        if (_ends(word, reading) and place not in known and not joined) or taken == _WINDOW:
            return
        if word.form not in _ANDS:
            taken += 1
            yield place


def _ends(word: Word, reading: Reading) -> bool:
    if word.form in _ANDS or word.form in COMMON:
        return False
    return word.form in ENDING or is_function_word(word.form, reading.language)


def _marks(reading: Reading, places: list[int]) -> list[Mark]:
    """The known nouns and measures of a window. In English the head comes last, "case files", but ends at a plural,
    "agencies report"; elsewhere it comes first. After "and" there is another."""
    between = reading.marks_between(places[0], places[-1] + 1) if places else ()
    inside = [m for m in between if m.kind in ("noun", "measure") and m.first in places]
    if reading.language != "en":
        head = next((place for place in places if reading.words[place].form not in COMMON), -1)
        heads = [mark for mark in inside if mark.first == head]
        end = max((mark.last for mark in heads), default=-1)
        vietnamese = reading.language == "vi"  # "vụ vi phạm": a classifier, and what it classifies
        return heads + [mark for mark in inside if vietnamese and mark.first == end + 1]
    kept: list[Mark] = []
    last = -2
    for mark in inside:
        follows = mark.first == last + 1
        if follows and kept and not is_plural(reading.words[kept[-1].last].form):
            kept.pop()
        elif follows:
            continue
        kept.append(mark)
        last = mark.last
    return kept


def is_plural(form: str) -> bool:
    """Whether an English word may be a plural."""
    return form.endswith("s") or form in _PLURALS


def _named(marks: list[Mark], kind: str) -> frozenset[str]:
    return frozenset(mark.name for mark in marks if mark.kind == kind)


_COUNTED_VI = frozenset("nơi điều con cái".split())
"""Function words that are nouns right after a number: "hai nơi", two places."""
_TOTAL = re.compile(r"\b(?:number|total|count|sum|figure|nombre|total|tong so|so luong|so)\b")
_PLURALS = frozenset(
    "people men women children personnel staff police cattle sheep fish aircraft criteria media data feet teeth".split()
)
_IS = re.compile(
    r"\s*(?:[:|=–-]|(?:was|were|is|are|reached|totalled|numbered|est de|etait de|etaient|s'eleve a|la|dat)\b)\s*"
)


def _counted_before(reading: Reading, number: Number, start: int) -> frozenset[str]:
    """What a number counts that nothing follows: "the number of defendants was 1,884", "Defendants: 1,884"."""
    between = reading.marks_between(reading.place_of(start), reading.place_of(number.start))
    marks = [mark for mark in between if mark.kind == "noun"]
    if total := _TOTAL.search(reading.folded, start, number.start):
        after = [mark for mark in marks if reading.words[mark.first].start >= total.end()]
        marks = [mark for mark in after if mark.first == after[0].first]
    else:
        marks = [m for m in marks if _IS.fullmatch(reading.folded, reading.words[m.last].end, number.start)]
    return _named(marks, "noun")


# -- ranges ----------------------------------------------------------------------------------------------------

_SHARES = re.compile(r"\s(?:or|and|ou|et|hoac|va)\s|\s?[-–—/]\s?|\s(?:to|a|den)\s|,\s")
_BETWEEN = re.compile(r"\b(?:between|entre|giua)\s(?:\S{1,4}\s)?$")
_DIGITS = re.compile(r"\d[\d.,]*$")


def _with_ranges(reading: Reading, figures: list[Figure]) -> list[Figure]:
    """The figures, the two ends of "5–7 cases" marked as such; what is said after the second of two, its scale too,
    holds for the first: "763 or 848 cases", "between 3.2 and 3.8 million"."""
    found = list(figures)
    for place, other in enumerate(figures[1:]):
        one = found[place]
        gap = reading.folded[one.number.end : other.number.start]
        is_range = not (one.implied or other.implied) and _is_range(reading, one, gap)
        if is_range or _SHARES.fullmatch(gap):
            one = found[place] = _as_the_next(one, other)
        if is_range and one.value < other.value:
            found[place] = replace(one, edge="low")
            found[place + 1] = replace(found[place + 1], edge="high")
    return found


def _is_range(reading: Reading, one: Figure, gap: str) -> bool:
    """Whether two figures bound a stretch: "5–7", "between 5 and 7", and "from 5 to 7" unless something rose so."""
    joint = gap.strip()
    if joint in ("and", "et", "va"):
        return bool(_BETWEEN.search(reading.folded, 0, one.number.start))
    start, end = reading.sentence_at(one.number.start)
    inside = reading.marks_between(reading.place_of(start), reading.place_of(end))
    changes = any(mark.kind == "opposite" and mark.name == "rise" for mark in inside)
    return joint in ("-", "–", "—") or (joint in ("to", "a", "den") and not changes)


def _as_the_next(one: Figure, other: Figure) -> Figure:
    """A figure with what the next says for both."""
    if not (one.window or one.nouns or one.measures):
        one = replace(one, nouns=other.nouns, measures=other.measures, window=other.window, said=other.said)
    if other.number.scale and not one.number.scale and _DIGITS.fullmatch(one.written):
        one = replace(one, number=replace(one.number, value=one.value * other.number.scale))
    if other.number.percent and not one.measures - other.measures:
        one = replace(one, number=replace(one.number, percent=True), measures=other.measures)
    return one
