"""What one text says, read once: its words and clauses, what each denies, its figures, periods, places, people."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from operator import attrgetter
from typing import TypeVar

from ingest.meaning.lexicon import Mark, cut, marks, only_by_ne
from ingest.text.concepts import concepts_of
from ingest.text.numbers import Number, find_numbers, find_ordinals
from ingest.text.people import PersonMention, find_people
from ingest.text.period_patterns import MONTHS
from ingest.text.periods import DayMention, Mention, PartMention, find_periods, find_undated_days, find_undated_parts
from ingest.text.places import find_places, fold_place
from ingest.text.words import capitalised_runs, fold_aligned, is_function_word, starts_sentence, stem

_APOSTROPHES = str.maketrans("’‘ʼ", "'''")
_SENTENCE_END = re.compile(r"[.!?…]+[\"'”»)\]]*(?=\s+[^\sa-zà-ÿ])|\n+")
_ABBREVIATED = re.compile(r"\b(?:mr|mrs|ms|dr|no|st|m|mme|mlle|prof|art|tp|ths|pgs|gs|ts|[a-z])\.$")
_BREAK = re.compile(
    r"[.:](?!\d)|[!?…;\n()“”«»—|]|\s[–-]\s|,(?=\s)"
    r"|\b(?:but|while|whereas|although|though|however|because|which|who|whose|mais|tandis que|alors que|bien que|dont"
    r"|qui|nhưng|trong khi|mặc dù|tuy nhiên)\b",
    re.IGNORECASE,
)
_MONTH = re.compile(
    rf"\b(?:(?P<name>{'|'.join(name for name in MONTHS if len(name) > 4)}|may|june|july|mai|juin|aout)"
    r"|thang (?P<number>1[0-2]|[1-9]))\b(?!\d)"
)
_AND = frozenset(("and", "et", "và", "or", "ou", "hoặc"))
_TELLING = frozenset("report reports list show rapport rapports annee annees year years báo cáo cần con ngày".split())
"""Words that say nothing in a question, and something in a statement."""
_NEVER_NAMES = ("measure", "opposite", "modal", "strength")
"""Tables whose words are names where they have a capital inside a sentence."""
_HEDGE = 8
"""Code points between "more" and the number it hedges."""
_SCOPE = 4
"""Content words that a word of denial reaches."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word at `text[start:end]`. `form` is what the tables are asked for: folded, but with its accents in
    Vietnamese; `stem` is "" for a function word."""

    start: int
    end: int
    form: str
    stem: str


@dataclass(frozen=True, slots=True)
class Denial:
    """A word of denial: its place among the words, the stems after it that it may deny, and the very next of them."""

    at: int
    scope: frozenset[str]
    first: str


@dataclass(frozen=True)
class Clause:
    """Words `first` to `last` of a text, the last excluded, that say one thing."""

    first: int
    last: int
    stems: frozenset[str]
    """Of its content words, names apart."""
    marks: tuple[Mark, ...]
    denials: tuple[Denial, ...]
    anchors: frozenset[str]
    """What it shares with a clause of the same meaning in any language: numbers, known nouns and opposites."""
    names: frozenset[str]
    """Words with a capital, folded."""

    @property
    def denied(self) -> bool:
        return len(self.denials) % 2 == 1

    def of(self, kind: str) -> list[Mark]:
        return [mark for mark in self.marks if mark.kind == kind]


class Reading:
    """A text in a language, and what it says; each part is worked out when it is first asked for."""

    def __init__(self, text: str, language: str, kinds: frozenset[str] | None = None) -> None:
        """`kinds` are those of marks that are looked for; all where none are named."""
        self.text = text
        self.language = language
        self._kinds = kinds

    @cached_property
    def folded(self) -> str:
        return fold_aligned(self.text).translate(_APOSTROPHES)

    # -- words ---------------------------------------------------------------------------------------------

    @cached_property
    def words(self) -> tuple[Word, ...]:
        source = self.folded
        if self.language == "vi":
            lower = self.text.translate(_APOSTROPHES).lower()
            source = lower if len(lower) == len(self.text) else source
        return tuple(
            Word(match.start(), match.end(), match.group(), self._stem(match.group(), *match.span()))
            for match in cut(source)
        )

    def _stem(self, form: str, start: int, end: int) -> str:
        function = is_function_word(form, self.language) and form not in _TELLING
        if not form[-1].isalnum() or function or len(form) == 1 or form.endswith("n't"):
            return ""
        return stem(self.folded[start:end], self.language)

    def place_of(self, at: int) -> int:
        """Which word begins at a place of the text, or first after it."""
        return bisect_left(self.words, at, key=_start)

    def written(self, first: int, last: int) -> str:
        """Words `first` to `last`, both included, as the text has them."""
        return " ".join(self.text[self.words[first].start : self.words[last].end].split())

    @cached_property
    def marks(self) -> tuple[Mark, ...]:
        """The marks of all tables, without the "May" of a date and the "more" of "more than 200"."""
        found = marks([word.form for word in self.words], self.language, self._kinds)
        return tuple(mark for mark in found if not self._is_of_a_number_or_name(mark))

    def _is_of_a_number_or_name(self, mark: Mark) -> bool:
        start, end = self.words[mark.first].start, self.words[mark.last].end
        if mark.kind == "modal" and any(a <= start < b for a, b in self.times):
            return True
        if mark.kind in _NEVER_NAMES and any(a <= start < b for a, b in self.capitals):  # "Ha" is no hectare
            return not self.text[start:end].isupper() and not starts_sentence(self.text, start)
        return mark.name == "more" and any(0 < number.start - end <= _HEDGE for number in self.numbers)

    def marked(self, kind: str) -> list[Mark]:
        """The marks of one table."""
        return [mark for mark in self.marks if mark.kind == kind]

    def marks_between(self, first: int, last: int) -> tuple[Mark, ...]:
        """The marks that begin with one of these words, the last excluded."""
        return _between(self.marks, first, last, _first)

    @cached_property
    def stems(self) -> frozenset[str]:
        return frozenset(word.stem for word in self.words if word.stem)

    @cached_property
    def concepts(self) -> dict[str, frozenset[int]]:
        """The concepts of the field (`ingest.text.concepts`) that its stems stand for."""
        row = [self.folded[word.start : word.end] for word in self.words]
        return concepts_of(row if self.language == "vi" else [word.stem for word in self.words], self.language)

    # -- sentences and clauses -----------------------------------------------------------------------------

    @cached_property
    def sentences(self) -> tuple[tuple[int, int], ...]:
        ends = [
            match.end()
            for match in _SENTENCE_END.finditer(self.text)
            if not _ABBREVIATED.search(self.folded[max(0, match.end() - 8) : match.end()])
        ]
        starts = [0, *ends]
        return tuple((a, b) for a, b in zip(starts, [*ends, len(self.text)], strict=True) if self.text[a:b].strip())

    def sentence_at(self, place: int) -> tuple[int, int]:
        """Where the sentence lies that a place of the text is in."""
        return next(((a, b) for a, b in self.sentences if a <= place < b), (0, len(self.text)))

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        """Stretches between marks and joining words, each with two content words at least."""
        breaks = [match.start() for match in _BREAK.finditer(self.text)]
        bounds = [0]
        for place, (before, word) in enumerate(pairwise(self.words), start=1):
            at = bisect_left(breaks, before.end)
            broken = at < len(breaks) and breaks[at] <= word.start
            if broken or self._denied_after(place, bounds[-1]):
                bounds.append(place)
        bounds.append(len(self.words))
        return tuple(self.clause(first, last) for first, last in self._merged(bounds))

    def _denied_after(self, place: int, start: int) -> bool:
        """Whether an "and" here parts what is affirmed from what is denied after it: "X came and Y did not"."""
        if self.words[place].form not in _AND or _between(self.denials, start, place, _place):
            return False
        return bool(_between(self.denials, place + 1, place + 7, _place))

    def _merged(self, bounds: list[int]) -> list[tuple[int, int]]:
        """Stretches of one content word or none go with the one before, or after where there is none."""
        merged: list[tuple[int, int]] = []
        for first, last in pairwise(bounds):
            if merged and (self._is_small(first, last) or self._is_small(*merged[-1])):
                merged[-1] = (merged[-1][0], last)
            else:
                merged.append((first, last))
        return merged

    def _is_small(self, first: int, last: int) -> bool:
        content = sum(bool(word.stem) for word in self.words[first:last])
        return content < 1 if _between(self.denials, first, last, _place) else content < 2

    @cached_property
    def parts_between_ands(self) -> list[tuple[int, int]]:
        """Where its clauses lie among the words, cut at "and" too."""
        found: list[tuple[int, int]] = []
        for clause in self.clauses:
            ands = [at for at in range(clause.first + 1, clause.last) if self.words[at].form in _AND]
            found += pairwise([clause.first, *ands, clause.last])
        return found

    def clause(self, first: int, last: int) -> Clause:
        """Words `first` to `last`, the last excluded, as one clause."""
        inside = self.marks_between(first, last)
        start, end = (self.words[first].start, self.words[last - 1].end) if last > first else (0, 0)
        anchors = {f"#{number.value.normalize()}" for number in _between(self.numbers, start, end, _start)}
        anchors |= {f"{mark.kind} {mark.name}" for mark in inside if mark.kind in ("noun", "opposite", "measure")}
        capitals = _between(self.capitals, start, end, min)
        names = {word for a, b in capitals for word in self.folded[a:b].split()}
        plain = [word for word in self.words[first:last] if not any(a <= word.start < b for a, b in capitals)]
        stems = frozenset(word.stem for word in plain if word.stem)
        denials = _between(self.denials, first, last, _place)
        return Clause(first, last, stems, inside, denials, frozenset(anchors), frozenset(names))

    # -- denial --------------------------------------------------------------------------------------------

    @cached_property
    def denials(self) -> tuple[Denial, ...]:
        """Every denial, "ne … pas" as one, "did not fail to" as none."""
        hard = [mark.first for mark in self.marked("denial") if not self._answers(mark.first)]
        hard += [place for place, word in enumerate(self.words) if word.form.endswith("n't")]
        if self.language == "fr":
            hard = self._french(sorted(set(hard)))
        soft = [mark.first for mark in self.marked("soft denial")]
        opposites = [mark for mark in self.marked("opposite") if mark.last > mark.first]
        hard = [at for at in hard if not any(mark.first <= at <= mark.last for mark in opposites)]  # "không đầy đủ"
        found: list[Denial] = []
        for place in sorted({*hard, *soft}):
            undoes = (place in soft and place not in hard) or self.words[place].form in ("without", "sans")
            together = bool(found) and self._one_clause(found[-1].at, place)
            if together and undoes and place - found[-1].at <= 3:
                found.pop()  # two denials affirm
            elif not (together and self.words[place].form == "nor"):
                found.append(Denial(place, self.scope(place), min(self.scope(place, 1), default="")))
        return tuple(found)

    def _answers(self, place: int) -> bool:
        """Whether a word is the "No," that answers a question."""
        word = self.words[place]
        opens = any(not self.text[start : word.start].strip(' "“«') for start, _ in self.sentences)
        return opens and self.text[word.end : word.end + 1] in (",", ".", "!")

    def _french(self, places: list[int]) -> list[int]:
        """ "ne … pas", "aucun … ne" and "ni … ni … ne" as one each, at the first word; "ne … que", only, as none."""
        kept: list[int] = []
        for place in places:
            form = self.words[place].form
            if form in ("ne", "n'") and only_by_ne([word.form for word in self.words], place):
                continue
            near = kept and place - kept[-1] <= 9 and self._one_clause(kept[-1], place)
            if not near or form == "sans":
                kept.append(place)
        return kept

    def _one_clause(self, one: int, other: int) -> bool:
        return not _BREAK.search(self.text, self.words[one].end, self.words[other].start)

    def scope(self, place: int, reach: int = _SCOPE) -> frozenset[str]:
        """The stems of the next few content words."""
        stems: list[str] = []
        for word in self.words[place + 1 :]:
            if len(stems) == reach or (stems and _BREAK.search(self.text, self.words[place].end, word.start)):
                break
            if word.stem:
                stems.append(word.stem)
        return frozenset(stems)

    # -- figures, times, names -------------------------------------------------------------------------------

    @cached_property
    def all_numbers(self) -> tuple[Number, ...]:
        return tuple(find_numbers(self.text))

    @cached_property
    def numbers(self) -> tuple[Number, ...]:
        """The numbers that are no part of a date or period."""
        return tuple(n for n in self.all_numbers if not any(a <= n.start and n.end <= b for a, b in self.times))

    @cached_property
    def ordinals(self) -> tuple[Number, ...]:
        return tuple(n for n in find_ordinals(self.text) if not any(a <= n.start < b for a, b in self.times))

    @cached_property
    def times(self) -> tuple[tuple[int, int], ...]:
        """Where the text names a period, day or month."""
        return (*self._dates, *self.months)

    @cached_property
    def _dates(self) -> list[tuple[int, int]]:
        found = [(period.start, period.end) for period in self.periods]
        found += [(day.start, day.end) for day in self.days]
        return [*found, *((part.start, part.end) for part in self.parts)]

    @cached_property
    def months(self) -> dict[tuple[int, int], int]:
        """The months named without a year, by where: "before June", "trước tháng 6"."""
        return {
            match.span(): MONTHS.get(match["name"] or "") or int(match["number"])
            for match in _MONTH.finditer(self.folded)
            if self.text[match.start()].isupper() or not match["name"] or self.language == "fr"
            if not any(start <= match.start() < end for start, end in self._dates)
        }

    @cached_property
    def periods(self) -> tuple[Mention, ...]:
        return tuple(find_periods(self.text))

    @cached_property
    def days(self) -> tuple[DayMention, ...]:
        return tuple(find_undated_days(self.text, self.periods))

    @cached_property
    def parts(self) -> tuple[PartMention, ...]:
        return tuple(find_undated_parts(self.text))

    @cached_property
    def capitals(self) -> tuple[tuple[int, int], ...]:
        """Runs of capitalised words, without one that is so only because it opens a sentence."""
        runs = []
        for start, end in capitalised_runs(self.text):
            space = self.text.find(" ", start, end)
            if starts_sentence(self.text, start) and (
                space < 0 or is_function_word(self.folded[start:space], self.language)
            ):
                start = space + 1 if space >= 0 else end
            if start < end:
                runs.append((start, end))
        return tuple(runs)

    @cached_property
    def places(self) -> frozenset[str]:
        return places_in(self.text)

    @cached_property
    def people(self) -> tuple[PersonMention, ...]:
        return tuple(find_people(self.text))


_Item = TypeVar("_Item")
_start = attrgetter("start")
_first = attrgetter("first")
_place = attrgetter("at")


def _between(items: Sequence[_Item], low: int, high: int, key: Callable[[_Item], int]) -> tuple[_Item, ...]:
    """Those of some ordered items whose key is at least `low` and under `high`."""
    return tuple(items[bisect_left(items, low, key=key) : bisect_left(items, high, key=key)])


def places_in(text: str) -> frozenset[str]:
    """The keys of the places a text names."""
    return frozenset(fold_place(place) for place in find_places(text))


@lru_cache(maxsize=512)
def read(text: str, language: str) -> Reading:
    """The reading of a text; those of passages are asked for again and again."""
    return Reading(text, language)
