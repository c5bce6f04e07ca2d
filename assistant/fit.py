"""Whether a sentence meets a question's constraints: period, place, name.

A constraint is met by what the sentence itself says, else by the passage around it, else by what is known
of its document. A national figure is no province's figure, and a half-year's is not the year's.

What meets no constraint either goes against it (a report of another year) or says nothing of it (a text that names
no year at all). Neither may answer; passages of the first kind come last, of the second before them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.coverage import holds_name
from assistant.question import Query
from ingest.documents import Description, Document, Passage, Span
from ingest.meaning.scope import (
    is_beside,
    is_local,
    is_national,
    looks_forward,
    parts_of_its_year,
    periods_before,
    places_in,
    planned_periods,
    reported_periods,
    says_national,
)
from ingest.text.periods import Period, find_periods, find_undated_days
from ingest.text.person_names import is_family_name
from ingest.text.places import fold_place, is_known_place

MAKING = 183
"""Days after a period within which reports on it are made."""
OPENING = 900
"""Code points in which a report says which one it is."""
LONG_CLAUSE = 20
"""Code points before a semicolon that say something of their own."""


@dataclass(frozen=True, slots=True)
class Fit:
    """Which of the question's constraints a sentence meets: True, False where it goes against one, None where
    nothing is said of it."""

    period: bool | None
    place: bool | None
    name: bool | None

    @property
    def all(self) -> bool:
        """Whether every constraint is met."""
        return bool(self.period and self.place and self.name)

    @property
    def against(self) -> bool:
        """Whether it goes against one."""
        return False in (self.period, self.place, self.name)

    @property
    def distance(self) -> int:
        """How far it is from the period and place asked for: 0 of them, 1 of none that is said, 2 of others. A name
        that is not in the sentence is a matter of words."""
        return 2 if self.against else 1 if None in (self.period, self.place) else 0


def fits(query: Query, passage: Passage, document: Document) -> list[Fit]:
    """How each sentence of a passage stands to the question's constraints; a question without one is met."""
    if not (query.periods or query.days or query.places or query.names or query.national):
        return [Fit(True, True, True)] * len(passage.sentences)
    about = document.description
    named = not query.names or any(_name_fits(name, query, passage, document) for name in query.names)
    times = _times(_Same(passage, about)) if query.periods else []
    placed = bool(query.places) and (bool(about.places) or is_national(document))
    return [
        Fit(
            period=_both(
                _met([_period_fits(wanted, query, times[i], about) for wanted in query.periods], bool(about.period)),
                _met([_is_of_a_day(query, span, passage, document)] if query.days else [], bool(about.event_date)),
            ),
            place=_met([_place_fits(place, query, span, passage, document) for place in query.places], placed)
            and (not query.national or _is_of_the_nation(query, span, passage, document)),
            name=named or None,
        )
        for i, span in enumerate(passage.sentences)
    ]


def _met(each: Sequence[bool], known: bool) -> bool | None:
    """Whether one of some constraints is met, or there are none; if none is, whether anything is known of it."""
    return any(each) or not each or (False if known else None)


def _both(one: bool | None, other: bool | None) -> bool | None:
    return False if False in (one, other) else None if None in (one, other) else True


@dataclass(frozen=True, slots=True)
class _Times:
    """What a sentence says of time, whatever is asked: the periods it reports on, those it only names as what is
    planned for, those that it names without their year, and the one last reported on before it."""

    named: Sequence[Period]
    planned: Sequence[Period]
    parts: Sequence[Period]
    before: Sequence[Period]
    of_another: bool
    """Whether it is of no other periods than those it names."""


@dataclass(frozen=True, eq=False)
class _Same:
    """The same passage with the same description, not one that is equal: comparing them would take as long as reading.
    Of its document no more is held, which may be a book."""

    passage: Passage
    about: Description

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.passage is other.passage and self.about is other.about

    def __hash__(self) -> int:
        return hash(self.passage.id)


@lru_cache(maxsize=2_000)  # every question looks at the same passages again
def _times(of: _Same) -> list[_Times]:
    passage, about = of.passage, of.about
    before = periods_before(passage)
    found: list[_Times] = []
    for span in passage.sentences:
        text = passage.sentence_text(span)
        mentions = reported_periods(text)
        later = planned_periods(text)
        named = [mention.period for mention in mentions if mention.period not in later]
        # "It received 1,790 letters; in 2024 it had been 2,015" begins with what is of the report's own period.
        opening = text[: mentions[0].start].rfind(";") if mentions else -1
        of_another = bool(named) and opening < LONG_CLAUSE and not is_beside(text, mentions)
        of_another = of_another and not _is_slip(text, named, about)
        found.append(_Times(named, tuple(later), parts_of_its_year(text, about), before[span], of_another))
    return found


def _period_fits(wanted: Period, query: Query, times: _Times, about: Description) -> bool:
    event, named = about.event_date, times.named
    if (
        event
        and wanted.covers(Period(event, event))
        and (about.period is None or (query.kind != "figure" and wanted.days <= 31))
    ):
        return True
    if any(_same(wanted, period, query) for period in [*named, *times.parts]):
        return True
    if looks_forward(query.text) and any(_same(wanted, period, query) for period in times.planned):
        return True
    if any(period.days > 366 and wanted.days >= 365 and _ends(period, wanted) for period in named):
        return True
    if times.of_another and not _tells_of_the_report(query, named, about):
        return False
    known = [about.period] if about.period else []
    return any(_same(wanted, period, query) for period in [*known, *times.before])


def _ends(span: Period, wanted: Period) -> bool:
    """Whether several years begin or end with the one wanted: "from 8.2 % to 11.7 % between 2019 and 2022"."""
    return wanted.start == span.start or wanted.end == span.end


def _tells_of_the_report(query: Query, named: Sequence[Period], about: Description) -> bool:
    """Whether the days a sentence names are when the report itself was made, signed or discussed: who signed the review
    of 2023 stands beside a day of 2024."""
    if query.kind == "figure" or not about.period:
        return False
    return all(period.days == 1 and 0 < (period.start - about.period.end).days <= MAKING for period in named)


def _is_slip(text: str, named: Sequence[Period], about: Description) -> bool:
    """Whether a sentence tells as past what had not begun when its report was made: "in 2025 there were still
    limitations", in a review of 2024. The slip is quoted as it stands, and belongs to the period reviewed."""
    made = about.event_date or about.published
    return bool(made) and all(made and period.start > made for period in named) and not looks_forward(text)


def _is_of_a_day(query: Query, sentence: Span, passage: Passage, document: Document) -> bool:
    """Whether the reported event was on one of the days asked for, or the sentence names it."""
    event = document.description.event_date
    if event and (event.month, event.day) in query.days:
        return True
    text = passage.sentence_text(sentence)
    named = {(day.month, day.day) for day in find_undated_days(text)}
    named |= {(m.period.start.month, m.period.start.day) for m in find_periods(text) if m.period.days == 1}
    return bool(named & set(query.days))


def _same(wanted: Period, period: Period, query: Query) -> bool:
    """For a figure the period must be the same; other facts of a part of the period hold for it too."""
    if wanted == period:
        return True
    if period.days <= 31 and wanted.covers(period):
        return True
    if wanted.days > 366 and period.days <= 366 and period.start.year < period.end.year and wanted.covers(period):
        return True  # "2023-24" is the year from one into the other
    return query.kind != "figure" and wanted.covers(period)


def _place_fits(wanted: str, query: Query, sentence: Span, passage: Passage, document: Document) -> bool:
    key = fold_place(wanted)
    text = passage.sentence_text(sentence)
    named = places_in(text)
    if (key in named or holds_name(wanted, text)) and (len(named) < 3 or query.kind != "figure"):
        return True
    about = document.description
    of_document = key in {fold_place(place) for place in about.places} or holds_name(wanted, about.title)
    if query.kind == "figure":  # only a report about the place alone speaks for it, or a sentence on "the province"
        alone = not is_national(document) or (len(about.places) == 1 and is_local(passage, sentence))
        others = {place for place in named - {key} if is_known_place(place) or not is_known_place(key)}
        return of_document and alone and not others  # a district that is named is one of the province's
    return of_document or key in places_in(passage.text)


def _is_of_the_nation(query: Query, sentence: Span, passage: Passage, document: Document) -> bool:
    """Whether a figure may be the whole country's: it says so, or a national report gives it for no place. A row of
    places are those where it is highest: "763 new cases, typically Hanoi, Nghe An, Son La"."""
    if query.kind != "figure":
        return True
    text = passage.sentence_text(sentence)
    return says_national(text) or (is_national(document) and len(places_in(text)) not in (1, 2))


def _name_fits(name: str, query: Query, passage: Passage, document: Document) -> bool:
    """The passage names it; for a figure or a date, and for what is no person's name, it is enough that the document
    does (its opening, for the latter), for it may only say which report is meant."""
    forms = list(_forms(name, query))
    if any(holds_name(form, passage.text) or holds_name(form, passage.heading) for form in forms):
        return True
    if query.kind in ("figure", "date"):
        return any(holds_name(form, document.text) for form in forms)
    return name not in query.people and any(holds_name(form, document.text[:OPENING]) for form in forms)


_ARTICLE = re.compile(r"(?:the|les?|la|l['’])\W+", re.IGNORECASE)


def _forms(name: str, query: Query) -> Iterator[str]:
    """A name as it may stand in a report: without its article, and, at the beginning of a question, without the word
    before it, which has its capital from there ("Dân Ba Bể kêu ca điều gì?")."""
    yield name
    if match := _ARTICLE.match(name):
        yield name[match.end() :]
    first, _, rest = name.partition(" ")
    if rest and query.text.startswith(name) and not is_family_name(first):
        yield rest


def covers_any(periods: Sequence[Period], known: Sequence[Period]) -> bool:
    """Whether one of the known periods is of one of those asked for at all."""
    return any(period.overlaps(one) for one in known for period in periods)
