"""Whether two figures say the same: value, unit, and what they count."""

from __future__ import annotations

from decimal import Decimal

from ingest.meaning.figures import ENDING, Figure, figures_of
from ingest.meaning.lexicon import entries
from ingest.meaning.nouns import PEOPLE, PERSON
from ingest.meaning.reading import Reading

_PEOPLE = frozenset(name for name, _, _ in entries(PEOPLE, "en"))


def equal(one: Figure, other: Figure) -> bool:
    """Whether two figures have the same value; a share in words may be rounded ("a third", "33 %")."""
    if one.number.percent and other.number.percent and one.number.in_words != other.number.in_words:
        return abs(one.value - other.value) < Decimal("0.5")
    return one.value == other.value


def same_unit(one: Figure, other: Figure, same_language: bool) -> bool:
    """Whether two figures are in the same unit, as far as both say: 35 % is no 35 cases, 35 hectares no 35 fields."""
    if one.number.percent != other.number.percent:
        return False
    if one.number.percent or not (one.measures or other.measures):
        return True
    if one.measures and other.measures:
        return bool(one.measures & other.measures)
    measured, counted = (one, other) if one.measures else (other, one)
    if counted.nouns:
        return False
    return not same_language or not counted.window or bool(measured.window & counted.window)


def same_noun(one: Figure, other: Figure, context: Reading, same_language: bool) -> bool:
    """Whether two figures count the same, as far as both say: by known names in any language, else by their words, of
    which the second's text may have the first's in another place, though not beside another figure."""
    if one.measures & other.measures and not one.number.percent:
        return True
    if one.nouns and other.nouns:
        people = one.nouns | other.nouns <= _PEOPLE
        return bool(one.nouns & other.nouns) or (people and PERSON in one.nouns | other.nouns)
    if not same_language or not one.window or not other.window or PERSON in one.nouns | other.nouns:
        return True
    if {one.head, other.head}.isdisjoint(one.window & other.window) and _is_other(one, context):
        return False
    if one.window & other.window:
        return True
    taken = frozenset[str]().union(*(figure.window for figure in figures_of(context) if figure is not other))
    return bool(one.window & context.stems) and not one.window & taken


def _is_other(figure: Figure, context: Reading) -> bool:
    """Whether a figure counts what another text has no word for."""
    return bool(figure.head) and figure.head not in context.stems and figure.head not in context.concepts


def told_of_another(one: Figure, reading: Reading, other: Figure, context: Reading) -> str | None:
    """A word beside the first figure that the second's sentence has only beside other figures: "settled" of 1,872
    letters that were received. None where the two stretches share a word that is theirs alone."""
    start, end = context.sentence_at(other.number.start)
    rest = [f for f in figures_of(context) if f is not other and not f.implied and start <= f.number.start < end]
    if not rest:
        return None
    known = reading.language == context.language
    own = _says(context, other, known)
    if not own - other.window:
        return None  # "12 billion and 45 hectares": what is said of one is said of both
    others = frozenset[str]().union(*(_says(context, figure, known) for figure in rest))
    said = _says(reading, one, known) - other.window
    before = [word.stem for word in reading.words if word.end <= one.number.start and word.stem in said][-1:]
    if others - own >= set(before) > set():
        return before[0]  # "settled 1,872 letters": the nearest word tells
    if said & (own - others - other.window):
        return None
    return min(said & (others - own), default=None)


def _says(reading: Reading, figure: Figure, stems: bool) -> frozenset[str]:
    """What the stretch of a figure says: its stems, or what other languages say too, without what is counted."""
    if stems:
        return frozenset(
            word.stem
            for word in reading.words
            if figure.start <= word.start < figure.end
            and word.stem.isalpha()
            and word.form not in ENDING
            and {word.form, word.stem}.isdisjoint((figure.number.hedge or "").split())
            and not figure.number.start <= word.start < figure.number.end
            and not any(start <= word.start < end for start, end in reading.times)
        )
    return frozenset(
        mark.name
        for mark in reading.marks
        if mark.kind == "opposite" and figure.start <= reading.words[mark.first].start < figure.end
    )
