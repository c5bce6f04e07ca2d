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
from datetime import date
from functools import lru_cache

from assistant.coverage import holds_name
from assistant.question import Query
from ingest.documents import Description, Document, Passage, Span
from ingest.text.periods import Mention, Period, find_periods, find_undated_days, undated_months
from ingest.text.person_names import is_family_name
from ingest.text.places import find_places, fold_place, is_known_place
from ingest.text.words import fold, fold_aligned

# "nearly double that of 2022", "so với năm 2022": a year another is compared with is not what is reported.
_COMPARED = re.compile(
    r"(?:\b(?:that of|those of|those in|than|compared (?:to|with)|versus|vs\.?|over the same period|against"
    r"|par rapport a|que|celui de|celle de|ceux de|double de|so voi|hon|cung ky)\W+(?:[^\W\d]+\W+){0,3}"
    r"|\bqu'(?:en|au)\W+(?:[^\W\d]+\W+){0,3}"
    r"|\b(?:double|twice|gap doi)\W+)$"  # no number between: "against 30 defendants in 2023" compares nothing
)
# "unchanged since 2014", "the most since it opened in 1968", "the school, opened in 2022, …": when something else was.
_SINCE = re.compile(
    r"\b(?:until|up to|before|after|by|avant|apres|jusqu'en|tu|den|truoc|sau)\W+(?:\w+\W+){0,1}$"
    r"|\b(?:since|depuis)\W+(?:\w+\W+){0,4}$|,\s+(?:[a-z]+\s+){1,2}(?:in|en)\s+$"
)
# "143 calls, against 96 in 2022", "19 jours (12 en 2021)": the number beside is of that year, the sentence is not.
_BESIDE = re.compile(
    r"\d[^.;]*,\s+(?:as )?(?:against|compared (?:to|with)|versus|up from|down from|contre|so voi)\b[^.;]{0,60}$"
    r"|\d[^.;]*\([^().;]{0,30}$"
)
_FORWARD = re.compile(
    r"\b(?:will|must|needs?|should|shall|tasks?|plans?|directions?|towards?|orientations?|priorit\w+|sera|seront|doi\w+"
    r"|faut|taches?|programme|agenda|ordre du jour|se|phai|can|nhiem vu|phuong huong|ke hoach|deploy\w*|next|coming)\b"
)
_NATIONAL = re.compile(
    r"\b(?:central|national|nationwide|63|sixty-three|centrale?|nationale?|soixante-trois|trung uong|toan quoc"
    r"|ca nuoc|(?:in|across|throughout) the (?:whole )?country|dans (?:tout )?le pays|in viet ?nam|au viet ?nam)\b"
)


_COUNTRY = re.compile(
    r"\b(?:nationwide|countrywide|(?:in|across|throughout) the (?:whole )?country|in viet ?nam|(?:the|all) 63"
    r"|sixty-three|dans (?:tout )?le pays|au viet ?nam|a l'echelle nationale|soixante-trois|toan quoc|ca nuoc)\b"
)

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
    before = _periods_before(passage) if query.periods else {}
    placed = bool(query.places) and (bool(about.places) or is_national(document))
    return [
        Fit(
            period=_both(
                _met(
                    [_period_fits(p, query, span, passage, document, before[span]) for p in query.periods],
                    bool(about.period),
                ),
                _met([_is_of_a_day(query, span, passage, document)] if query.days else [], bool(about.event_date)),
            ),
            place=_met([_place_fits(place, query, span, passage, document) for place in query.places], placed)
            and (not query.national or _is_of_the_nation(query, span, passage, document)),
            name=named or None,
        )
        for span in passage.sentences
    ]


def _met(each: Sequence[bool], known: bool) -> bool | None:
    """Whether one of some constraints is met, or there are none; if none is, whether anything is known of it."""
    return any(each) or not each or (False if known else None)


def _both(one: bool | None, other: bool | None) -> bool | None:
    return False if False in (one, other) else None if None in (one, other) else True


@lru_cache(maxsize=20_000)  # every question looks at the same sentences again
def reported_periods(text: str) -> tuple[Mention, ...]:
    """The periods a text reports on: those it names, without those it only compares with."""
    folded = fold_aligned(text)
    return tuple(
        mention
        for mention in find_periods(text)
        if not _COMPARED.search(folded[max(0, mention.start - 60) : mention.start])
        and not _SINCE.search(folded[max(0, mention.start - 30) : mention.start])
    )


@lru_cache(maxsize=20_000)
def places_in(text: str) -> frozenset[str]:
    """The keys of the places a text names."""
    return frozenset(fold_place(place) for place in find_places(text))


def _period_fits(
    wanted: Period, query: Query, sentence: Span, passage: Passage, document: Document, before: Sequence[Period]
) -> bool:
    about = document.description
    event = about.event_date
    if (
        event
        and wanted.covers(Period(event, event))
        and (about.period is None or (query.kind != "figure" and wanted.days <= 31))
    ):
        return True
    text = passage.sentence_text(sentence)
    mentions = reported_periods(text)
    named = [mention.period for mention in mentions]
    if any(_same(wanted, period, query) for period in [*named, *_parts_of_its_year(text, about)]):
        return True
    if any(period.days > 366 and wanted.days >= 365 and _ends(period, wanted) for period in named):
        return True
    # "It received 1,790 letters; in 2024 it had been 2,015" begins with what is of the report's own period.
    opening = text[: mentions[0].start].rfind(";") if mentions else -1
    of_another = named and opening < LONG_CLAUSE and not _is_beside(text, mentions)
    if of_another and not _is_slip(text, named, document) and not _tells_of_the_report(query, named, about):
        return False
    known = [about.period] if about.period else []
    return any(_same(wanted, period, query) for period in [*known, *before])


def _ends(span: Period, wanted: Period) -> bool:
    """Whether several years begin or end with the one wanted: "from 8.2 % to 11.7 % between 2019 and 2022"."""
    return wanted.start == span.start or wanted.end == span.end


@lru_cache(maxsize=20_000)
def _is_beside(text: str, mentions: tuple[Mention, ...]) -> bool:
    """Whether every period named is only that of a number beside the reported one."""
    folded = fold_aligned(text)
    return all(_BESIDE.search(folded[: mention.start]) for mention in mentions)


def _parts_of_its_year(text: str, about: Description) -> list[Period]:
    """Days, months and quarters that the text names without a year, in that of its report: "in May", "quý III"."""
    period = about.period
    year = period.start.year if period and period.start.year == period.end.year else None
    if year is None and period is None and about.event_date:
        year = about.event_date.year
    if year is None:
        return []
    return _undated_in(text, year)


@lru_cache(maxsize=20_000)
def _undated_in(text: str, year: int) -> list[Period]:
    days = [Period(day, day) for found in find_undated_days(text) if (day := _day(year, found.month, found.day))]
    return [*days, *(Period.months(year, first, last) for first, last in undated_months(text))]


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _tells_of_the_report(query: Query, named: Sequence[Period], about: Description) -> bool:
    """Whether the days a sentence names are when the report itself was made, signed or discussed: who signed the review
    of 2023 stands beside a day of 2024."""
    if query.kind == "figure" or not about.period:
        return False
    return all(period.days == 1 and 0 < (period.start - about.period.end).days <= MAKING for period in named)


def _periods_before(passage: Passage) -> dict[Span, list[Period]]:
    """For each sentence the period last reported on before it; none where that was one of plans, not of what
    happened."""
    before: dict[Span, list[Period]] = {}
    last: list[Period] = []
    for sentence in passage.sentences:
        before.setdefault(sentence, last)
        text = passage.sentence_text(sentence)
        if mentions := reported_periods(text):
            last = [] if _looks_forward(text) else [mentions[-1].period]
    return before


@lru_cache(maxsize=20_000)
def _looks_forward(text: str) -> bool:
    """Whether a text tells of plans."""
    return bool(_FORWARD.search(fold(text)))


def _is_slip(text: str, named: Sequence[Period], document: Document) -> bool:
    """Whether a sentence tells as past what had not begun when its report was made: "in 2025 there were still
    limitations", in a review of 2024. The slip is quoted as it stands, and belongs to the period reviewed."""
    about = document.description
    made = about.event_date or about.published
    return bool(made) and all(made and period.start > made for period in named) and not _looks_forward(text)


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
        alone = not is_national(document) or (len(about.places) == 1 and _is_local(passage, sentence))
        others = {place for place in named - {key} if is_known_place(place) or not is_known_place(key)}
        return of_document and alone and not others  # a district that is named is one of the province's
    return of_document or key in places_in(passage.text)


_LOCAL = re.compile(
    r"\b(?:the|our|whole|entire|this) (?:province|city|district)\b|\b(?:province|city|district)[- ]wide\b"
    r"|\bla (?:province|ville)\b|\ble district\b"
    r"|\b(?:tinh|thanh pho|huyen)(?= (?:da|co|se|mo|tiep|nhan|xu|tien|to)\b)"
    r"|\b(?:toan|trong|cua) (?:tinh|thanh pho|huyen)\b"
)


def _is_local(passage: Passage, sentence: Span) -> bool:
    """Whether a sentence speaks of the province, city or district its report is of."""
    return bool(_LOCAL.search(fold(passage.sentence_text(sentence))))


def _is_of_the_nation(query: Query, sentence: Span, passage: Passage, document: Document) -> bool:
    """Whether a figure may be the whole country's: it says so, or a national report gives it for no place. A row of
    places are those where it is highest: "763 new cases, typically Hanoi, Nghe An, Son La"."""
    if query.kind != "figure":
        return True
    text = passage.sentence_text(sentence)
    return says_national(text) or (is_national(document) and len(places_in(text)) not in (1, 2))


def says_national(text: str) -> bool:
    """Whether a sentence speaks of the whole country, and not only of a body of it."""
    return bool(_COUNTRY.search(fold(text)))


def is_national(document: Document) -> bool:
    """Whether the report is of a national event, whatever place it is seen from."""
    return _says_national(document.description.title, document.text[:900])


@lru_cache(maxsize=2_000)
def _says_national(title: str, opening: str) -> bool:
    return bool(_NATIONAL.search(fold(f"{title} {opening}")))


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
