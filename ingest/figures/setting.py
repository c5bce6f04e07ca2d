"""Of which period and place a figure is: its own words say so, else its sentence, what was told before it, its heading,
and last what is known of its document."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

from ingest.documents import Description, Document
from ingest.figures.values import NATIONWIDE
from ingest.meaning.figures import Figure
from ingest.meaning.reading import Reading
from ingest.meaning.scope import FORWARD, is_beside, is_local_text, reported_periods, says_national
from ingest.meaning.times import When, whens
from ingest.text.periods import Mention, Period
from ingest.text.places import find_places, fold_place
from ingest.text.words import fold

SHORT = 27
"""Days over which a period is one that what follows is also of; a day is only its sentence's."""
OPENING = 900
"""Code points in which a report says whether it is of the country."""
ROW = 3
"""Places that are a row of examples, of none of which a figure beside them is."""

_SINCE_UNDATED = re.compile(
    r"(?<!,)\s(?:since|depuis)\s(?:the|its?|they|we|our|their|la|le|l'|les|son|sa|qu)\b|\b(?:ke tu|tu) (?:khi|ngay)\b"
    r"|\b(?:luy ke|cumulative\w*|cumul\w*)\b"
)
_THAN = re.compile(r"\b(?:than|compared|so voi|par rapport|versus|over|que|qu'|on the|as many as|as much as)\b")
_BASIS = re.compile(
    r"\b(?:as (?:many|much) as|than|compared (?:to|with)|double|twice|so voi|que|par rapport a)\W+(?:\w+\W+){0,2}$"
)
_SAME_PERIOD = re.compile(
    r"\b(?:(?:the )?(?:same|corresponding) (?:period|months|quarter|half|time)(?: (?:of|in|last))?(?: the)?"
    r"|(?:la )?meme periode(?: de| en| l'an)?(?: l'annee)?|cung ky(?: nam)?)\s?$"
)
_AGAINST = re.compile(
    r"\b(?:against|compared (?:to|with)|versus|up from|down from|from|contre|so voi|au lieu de|instead of|it was"
    r"|had been|was|were|etait(?: de)?|etaient(?: de)?|la|con so|nam ngoai|last year)\s(?:\S+\s){0,3}$|\(\s?$"
)
_A_YEAR = re.compile(r"(?:19|20)\d\d")
_DATELINE = re.compile(r"^\s*\([^()]{3,60}\)\s*[-–—:]\s*")
"""Where and by whom a report was written, which is not what it tells of."""
_ANY = Period.year(2000)
_OPENS = re.compile(
    r"^\W*(?:(?:la|was|were|had been|etait|etaient|it was|they were|there were|on en comptait)\b|:)?\W?\s*"
    r"(?:[^\W\d]+\s){0,4}$"
)
_OWN_NATION = re.compile(
    r"\b(?:central|centrale?|trung uong|nation\w*|63|sixty-three|soixante-trois|toan quoc|ca nuoc)\b(?! (?:park|road))"
)
_PROGRAM = re.compile(r"\b(?:program|ensuite|a venir|goals|muc tieu)\b")
_SINCE_THEN = re.compile(r"\b(?:since(?: then)?|depuis(?: lors)?|tu do(?: den nay)?)\W*$")
_THE_OTHER = re.compile(r"^\s(?:in|during|au|dans|pour)\s(?:the\s|le\s|la\s)?(?:second|seconde|deuxieme)\b(?!\s\w)")
_HOME = re.compile(r"\b(?:our|this) (?:province|city|district|town|company|office|school|hospital)\b")


@dataclass(slots=True)
class Told:
    """What holds as a document is read on: what its heading, the lead of a list and the sentences before say."""

    about: Description
    national: bool
    """Whether it is of the country; of a report whose title names a place and no more, it is not."""
    section: Period | None = None
    section_places: tuple[str, ...] = ()
    before: Period | None = None
    places: tuple[str, ...] = ()
    forward: bool = False
    """Whether the heading is of plans: its period is then only that of items and of what is to be done."""
    item: bool = False
    lead: tuple[Period | None, tuple[str, ...]] = (None, ())
    """Period and places of what leads into a list: they hold for each of its items, and none for the next."""
    listed: bool = False
    """Whether what was told before leads into the items of a list."""
    _made: frozenset[date] = field(default=frozenset())

    def __post_init__(self) -> None:
        self._made = frozenset(day for day in (self.about.event_date, self.about.published) if day)

    @property
    def base(self) -> Period | None:
        """The period from which "last year" and "in May" are counted."""
        if self.about.period or not self.about.day:
            return self.about.period
        return Period.year(self.about.day.year)

    @classmethod
    def of(cls, document: Document) -> Told:
        """At the beginning of a document."""
        about = document.description
        title = fold(about.title)
        said = bool(_OWN_NATION.search(f"{title} {fold(document.text[:OPENING])}"))
        own = bool(find_places(about.title)) and not _OWN_NATION.search(title) and not about.title.endswith("…")
        return cls(about, said and not own)

    def heading(self, text: str, language: str) -> None:
        """Go on under a heading."""
        if text.strip() == self.about.title:
            return
        self.forward = bool(FORWARD.search(fold(text)) or _PROGRAM.search(fold(text)))
        named = [p for p in self._resolved(Reading(text, language)) if p.days > SHORT]
        self.section = named[-1] if len(set(named)) == 1 else None
        self.section_places = _few(text)
        self.paragraph()

    def paragraph(self, item: bool = False) -> None:
        """Go on with another paragraph: what the last one told of holds only for the items of a list it leads into."""
        self.item = item
        if not (item and self.listed):
            self.lead, self.listed = (None, ()), False
        self.before, self.places = self.lead

    def take(self, reading: Reading) -> None:
        """What a sentence says holds for the next ones."""
        if _A_YEAR.search(reading.text) or reading.text.rstrip().endswith(":"):
            mentions = [m for m in reported_periods(reading.text) if m.period.days > SHORT]
            told = [m.period for m in mentions if not is_beside(reading.text, [m])]
            forward = bool(FORWARD.search(reading.folded))
            leads = reading.text.rstrip().endswith(":")
            if told:
                self.before = told[-1] if leads or not forward else None
            elif leads and (parts := [p for p in self._resolved(reading) if p.days > SHORT]):
                self.before = parts[-1]
        if places := _few(_DATELINE.sub("", reading.text)):
            self.places = places
        elif says_national(reading.text):
            self.places = (NATIONWIDE,)
        if reading.text.rstrip().endswith(":"):
            self.listed, self.lead = True, (self.before, self.places)

    def _resolved(self, reading: Reading) -> list[Period]:
        return [found for when in whens(reading) if (found := when.resolved(self.base))]

    # -- period ------------------------------------------------------------------------------------------------

    def period(self, reading: Reading, figure: Figure) -> tuple[Period | None, bool]:
        """A figure's period, and whether it counts from some day on up to its end."""
        stretch = reading.folded[figure.start : figure.end]
        when = self._own(reading, figure)
        if _THE_OTHER.match(reading.folded[figure.number.end : figure.end]) and (base := self.base):
            return Period.months(base.end.year, 7, 12), False
        if when is None and _SINCE_UNDATED.search(stretch):
            return None, True
        if when is None:
            return self._around(reading, figure), False
        if when.period and when.end <= figure.number.start and _SINCE_THEN.search(stretch):
            when = replace(when, relation="since")
        found = self._same_period(reading, when) or self._at(when, reading)
        if when.relation == "since" and found:
            end = self.base.end if self.base and self.base.end >= found.start else found.end
            return Period(found.start, end), True
        return found or self._inherited(reading), False

    def _own(self, reading: Reading, figure: Figure) -> When | None:
        """The period that a figure's own words or its sentence give it."""
        near = [when for when in whens(reading) if figure.start <= when.start < figure.end]
        own = [
            when
            for when in near
            if when.relation != "compared" and self._counts(when) and self._is_own(reading, figure, when)
        ]
        if not own:
            own = [when for when in near if when.relation == "compared" and self._is_beside(reading, figure, when)]
        if not own and _SINCE_UNDATED.search(reading.folded, figure.start, figure.end):
            return None
        own = own or self._far(reading, figure, near)
        at = figure.number.start
        return min(own, key=lambda when: (when.relation not in ("in", "since"), abs(when.start - at)), default=None)

    def _far(self, reading: Reading, figure: Figure, near: Sequence[When]) -> list[When]:
        """The period last named before a figure in its sentence; else the only one after it, in its clause."""
        start, end = reading.sentence_at(figure.number.start)
        told = {mention.start for mention in reported_periods(reading.text)}
        inside = [w for w in whens(reading) if start <= w.start < end and w.offset is None and w not in near]
        before = [
            when
            for when in inside
            if when.end <= figure.start
            and self._counts(when)
            and (self._leads(reading, when) if when.relation == "compared" else self._told(when, told))
            and (when.relation == "compared" or not is_beside(reading.text, [Mention(when.start, when.end, _ANY)]))
        ]
        if before:
            return before[-1:]
        after = [
            when
            for when in inside
            if when.start >= figure.end
            and when.relation != "compared"
            and self._counts(when)
            and self._told(when, told)
            and ";" not in reading.text[figure.end : when.start]
            and not is_beside(reading.text, [Mention(when.start, when.end, _ANY)])
        ]
        return after if len({(when.period, when.part) for when in after}) == 1 else []

    def _told(self, when: When, told: set[int]) -> bool:
        """Whether a period is reported on, or counted from."""
        return when.period is None or when.start in told or when.relation == "since"

    def _leads(self, reading: Reading, when: When) -> bool:
        """Whether a period that is compared with leads to a number of its own: "cùng kỳ năm 2022 là 96 vụ"."""
        following = next((n.start for n in reading.numbers if n.start >= when.end), len(reading.text))
        return bool(_OPENS.match(reading.folded[when.end : following]))

    def _is_own(self, reading: Reading, figure: Figure, when: When) -> bool:
        """Whether a period in a figure's stretch is no basis of comparison and not that of an inserted phrase."""
        if when.start > figure.number.end and _THAN.search(reading.folded, figure.number.end, when.start):
            return False
        before = reading.folded[max(0, when.start - 40) : when.start]
        if when.offset is not None and _BASIS.search(before):
            return False
        return not (when.period and re.search(r",\s+(?:[a-z]+\s+){1,2}(?:in|en)\s+$", before))

    def _counts(self, when: When) -> bool:
        """Whether a period may be a figure's: the day of the conference, a deadline and what came after are not."""
        if when.relation in ("until", "after"):
            return False
        return not (when.period and when.period.days == 1 and when.period.start in self._made)

    def _is_beside(self, reading: Reading, figure: Figure, when: When) -> bool:
        """Whether a period that is compared with is that of this figure, "412 in the same period of 2024", and not of
        what it is compared with: "five more than in 2023"."""
        number = figure.number
        if when.end <= number.start:
            return bool(_OPENS.match(reading.folded[when.end : number.start]))
        before = reading.folded[max(0, number.start - 60) : number.start]
        between = reading.folded[number.end : when.start]
        return bool(_AGAINST.search(before)) and not re.search(
            r"\b(?:more|less|fewer|than|plus que|moins que|hon)\b", between
        )

    def _same_period(self, reading: Reading, when: When) -> Period | None:
        """ "The same period of 2023": the months reported on, in that year."""
        base = self.before or self.base
        if not when.period or not base or when.period.days < 365:
            return None
        if not _SAME_PERIOD.search(reading.folded[max(0, when.start - 48) : when.start]):
            return None
        own = [w.period for w in whens(reading) if w.end <= when.start and w.relation != "compared"]
        base = next((period for period in reversed(own) if period), base)
        if base.start.year != base.end.year:
            return None
        return Period.months(when.period.end.year, base.start.month, base.end.month)

    def _at(self, when: When, reading: Reading) -> Period | None:
        """The period; "a year earlier" is counted from what the sentence named before it."""
        if when.offset:
            named = [w.period for w in whens(reading) if w.period and w.end <= when.start]
            base = named[-1] if named else self.before or self.base
            if base and re.search(
                r"cung ky|same period|meme periode", reading.folded[max(0, when.start - 20) : when.end]
            ):
                return Period.months(base.end.year + when.offset, base.start.month, base.end.month)
            return when.resolved(base)
        return when.resolved(self.before if when.part and self.before else self.base)

    def _around(self, reading: Reading, figure: Figure) -> Period | None:
        """The month a figure's stretch names without its year, else what was told before."""
        if (base := self.base) and base.start.year == base.end.year:
            months = {
                number
                for (start, _), number in reading.months.items()
                if figure.start <= start < figure.end and _in_a_month(reading.folded, start)
            }
            if len(months) == 1 and base.days > 31:
                month = months.pop()
                return Period.months(base.start.year, month, month)
        return self._inherited(reading)

    def _inherited(self, reading: Reading) -> Period | None:
        section = self.section if not self.forward or self.item or FORWARD.search(reading.folded) else None
        return self.before or section or self.base

    # -- place -------------------------------------------------------------------------------------------------

    def place(self, reading: Reading, figure: Figure) -> str | None:
        """A figure's place."""
        start, end = reading.sentence_at(figure.number.start)
        sentence = reading.text[start:end]
        sentence = _DATELINE.sub("", sentence)
        named = _places(sentence)
        if 0 < len(named) < ROW:
            return (_places(reading.text[figure.start : figure.end]) or named)[0]
        if says_national(sentence):
            return NATIONWIDE
        if self.places:
            return self.places[0]
        if self.section_places:
            return self.section_places[0]
        if self.national and not (is_local_text(sentence) or _HOME.search(reading.folded)):
            return NATIONWIDE
        return self.about.places[0] if self.about.places else None


def _in_a_month(folded: str, start: int) -> bool:
    return bool(re.search(r"\b(?:in|en|au mois de|trong)\s$", folded[max(0, start - 14) : start])) or folded.startswith(
        "thang", start
    )


@lru_cache(maxsize=256)
def _places(text: str) -> tuple[str, ...]:
    """The places a text names, in order, each once."""
    found: dict[str, str] = {}
    for name in find_places(text):
        found.setdefault(fold_place(name), name)
    return tuple(found.values())


def _few(text: str) -> tuple[str, ...]:
    """The places a text names where it is of one or two."""
    found = _places(text)
    return found if len(found) < ROW else ()
