"""What a sentence of a report reports on: which period, and whether the country or the place its report is of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from itertools import pairwise

from ingest.documents import Description, Document, Passage, Span
from ingest.text.periods import Mention, Period, find_periods, find_undated_days, undated_months
from ingest.text.places import find_places, fold_place
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
    r"(?<!\d)\d(?:[^.;]|\.(?=\d))*,\s+(?:as )?(?:against|compared (?:to|with)|versus|up from|down from|contre|so voi)\b"
    r"(?:[^.;]|\.(?=\d)){0,60}$"
    r"|(?<!\d)\d(?:[^.;]|\.(?=\d))*\((?:[^().;]|\.(?=\d)){0,30}$"
)
_CLAUSE = 400
"""Characters before a period in which the number beside it stands. From every digit of more, the search would go on to
the period: a row of 3,000 years took hours."""
# "It reviewed 2023 and set the tasks for 2024": of the second it tells only that there are tasks.
_PLANNED = re.compile(
    r"\b(?:tasks?|directions?|plans?|orientations?|missions?|taches?|programmes?|priorit\w+|objectifs?|goals?"
    r"|nhiem vu|phuong huong|ke hoach|chuong trinh|muc tieu)\b[^.;:]{0,40}$"
)
FORWARD = re.compile(
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


@lru_cache(maxsize=20_000)  # every question looks at the same sentences again
def reported_periods(text: str) -> tuple[Mention, ...]:
    """The periods a text reports on: those it names, without those it only compares with."""
    mentions = find_periods(text)
    folded = fold_aligned(text) if mentions else ""
    return tuple(
        mention
        for mention in mentions
        if not _COMPARED.search(folded[max(0, mention.start - 60) : mention.start])
        and not _SINCE.search(folded[max(0, mention.start - 30) : mention.start])
    )


@lru_cache(maxsize=20_000)
def planned_periods(text: str) -> frozenset[Period]:
    """Those of the periods that a text names for which it only says, after an earlier one that it reports on, that
    something is planned."""
    mentions = reported_periods(text)
    folded = fold_aligned(text) if len(mentions) > 1 else ""
    return frozenset(
        later.period
        for earlier, later in pairwise(mentions)
        if later.period.start > earlier.period.end and _PLANNED.search(folded[earlier.end : later.start])
    )


@lru_cache(maxsize=20_000)
def places_in(text: str) -> frozenset[str]:
    """The keys of the places a text names."""
    return frozenset(fold_place(place) for place in find_places(text))


def is_beside(text: str, mentions: Sequence[Mention]) -> bool:
    """Whether every period named is only that of a number beside the reported one."""
    return _are_beside(text, tuple(mentions))


@lru_cache(maxsize=20_000)
def _are_beside(text: str, mentions: tuple[Mention, ...]) -> bool:
    folded = fold_aligned(text)
    return all(_BESIDE.search(folded[max(0, mention.start - _CLAUSE) : mention.start]) for mention in mentions)


def parts_of_its_year(text: str, about: Description) -> list[Period]:
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


def periods_before(passage: Passage) -> dict[Span, list[Period]]:
    """For each sentence the period last reported on before it; none where that was one of plans, not of what
    happened."""
    before: dict[Span, list[Period]] = {}
    last: list[Period] = []
    for sentence in passage.sentences:
        before.setdefault(sentence, last)
        text = passage.sentence_text(sentence)
        if mentions := reported_periods(text):
            last = [] if looks_forward(text) else [mentions[-1].period]
    return before


@lru_cache(maxsize=20_000)
def looks_forward(text: str) -> bool:
    """Whether a text tells of plans."""
    return bool(FORWARD.search(fold(text)))


_LOCAL = re.compile(
    r"\b(?:the|our|whole|entire|this) (?:province|city|district)\b|\b(?:province|city|district)[- ]wide\b"
    r"|\bla (?:province|ville)\b|\ble district\b"
    r"|\b(?:tinh|thanh pho|huyen)(?= (?:da|co|se|mo|tiep|nhan|xu|tien|to)\b)"
    r"|\b(?:toan|trong|cua) (?:tinh|thanh pho|huyen)\b"
)


def is_local(passage: Passage, sentence: Span) -> bool:
    """Whether a sentence speaks of the province, city or district its report is of."""
    return is_local_text(passage.sentence_text(sentence))


def is_local_text(text: str) -> bool:
    """The same of a sentence by itself."""
    return bool(_LOCAL.search(fold(text)))


def says_national(text: str) -> bool:
    """Whether a sentence speaks of the whole country, and not only of a body of it."""
    return bool(_COUNTRY.search(fold(text)))


def is_national(document: Document) -> bool:
    """Whether the report is of a national event, whatever place it is seen from."""
    return _says_national(document.description.title, document.text[:900])


@lru_cache(maxsize=2_000)
def _says_national(title: str, opening: str) -> bool:
    return bool(_NATIONAL.search(fold(f"{title} {opening}")))
