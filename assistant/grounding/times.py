"""Periods, days and places of a statement: each must be known of its quotes, and a figure's be its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from assistant.grounding.quotes import Proof
from ingest.meaning.figures import Figure
from ingest.meaning.reading import Reading, places_in
from ingest.meaning.times import of_figure, whens
from ingest.text.periods import Period, years_of
from ingest.text.places import find_places, fold_place

SHORT = 31
"""Days up to which a period is that of an event: what happened on a day of 2023 happened in 2023."""

_FORWARD = re.compile(
    r"\b(?:will|must|needs?|should|shall|tasks?|plans?|directions?|orientations?|priorit\w+|sera|seront|doi\w+"
    r"|faut|taches?|phai|nhiem vu|phuong huong|ke hoach|deploy\w*)\b"
)


def other_period(figure: Figure, statement: Reading, quoted: Figure, proof: Proof, period: Period | None) -> str | None:
    """What the statement says of a figure's period, where the quoted figure's is another; else None."""
    base = _base(proof, period)
    said = [(when, found) for when in of_figure(statement, figure) if (found := when.resolved(base))]
    if not said:
        return None
    known = [(when.resolved(base or said[0][1]), when.relation) for when in of_figure(proof.context, quoted)]
    known = known or [(found, "in") for found in _inherited(proof, period)]
    for when, found in said:
        fits = any(_agree(found, when.relation, one, relation) for one, relation in known)
        if known and not fits and not _is_event(found, proof):
            return f"“{figure.written}” is not of {found.label}"
    return None


def _agree(said: Period, relation: str, known: Period | None, its: str) -> bool:
    if known is None or said == known:
        return known is None or relation == its or "after" in (relation, its)
    return relation == its and known.days <= SHORT and said.covers(known)


def _inherited(proof: Proof, period: Period | None) -> list[Period]:
    """The period of a sentence that names none: the one last reported on before it, or the document's, or its
    heading's."""
    found = [period for period in (_base(proof, period),) if period]
    for start, end in reversed(proof.before.sentences):
        named = [w for w in whens(proof.before) if start <= w.start < end and w.relation == "in" and w.period]
        if named:
            if not _FORWARD.search(proof.before.folded[start:end]) and named[-1].period:
                found.insert(0, named[-1].period)
            break
    heading = [when.period for when in whens(proof.around) if when.start < len(proof.quote.passage.heading)]
    return found or [one for one in heading if one]


def _base(proof: Proof, period: Period | None) -> Period | None:
    about = proof.quote.about
    return (about.period if about else None) or period


def _days(proof: Proof) -> list[date]:
    about = proof.quote.about
    return [day for day in (about.event_date, about.published) if day] if about else []


def _is_event(found: Period | None, proof: Proof) -> bool:
    return found is not None and any(Period(day, day) == found for day in _days(proof))


# -- whether a period or day is known at all -------------------------------------------------------------------


def unbacked_times(statement: Reading, proofs: Sequence[Proof], period: Period | None) -> list[str]:
    """The periods and days of the statement, as written, that neither its quotes, their passages nor their documents
    name."""
    known = [one for proof in proofs for one in _known(proof, period)]
    missing = [
        (when.start, when.end)
        for when in whens(statement)
        if when.period and not any(one == when.period or when.period.covers(one) for one in known)
    ]
    days = {(day.month, day.day) for proof in proofs for day in proof.around.days}
    days |= {(one.start.month, one.start.day) for one in known if one.days == 1}
    missing += [(day.start, day.end) for day in statement.days if (day.month, day.day) not in days]
    parts = {(part.first, part.last) for proof in proofs for part in proof.around.parts}
    parts |= {(one.start.month, one.end.month) for one in known}
    missing += [(part.start, part.end) for part in statement.parts if (part.first, part.last) not in parts]
    months = {number for proof in proofs for number in proof.around.months.values()} | {month for month, _ in days}
    months |= {month for one in known for month in (one.start.month, one.end.month) if one.days <= SHORT}
    missing += [span for span, number in statement.months.items() if number not in months]
    return [statement.text[start:end] for start, end in missing]


def _known(proof: Proof, period: Period | None) -> Iterator[Period]:
    """Every period that is said or known: those of the passage and heading, of the document, of its days; days and
    parts of a year without their year in any year that is known."""
    base = _base(proof, period)
    named = [found for when in whens(proof.around) if (found := when.resolved(base))]
    yield from named
    if base:
        yield base
    yield from (Period(day, day) for day in _days(proof))
    years = set(years_of([*named, *([base] if base else ())])) | {day.year for day in _days(proof)}
    for year in years | ({base.end.year + 1} if base else set()):
        for day in proof.around.days:
            if (day.month, day.day) != (2, 29) or year % 4 == 0:
                one = date(year, day.month, day.day)
                yield Period(one, one)
        for part in proof.around.parts:
            yield Period.months(year, part.first, part.last)


# -- the place of a figure -------------------------------------------------------------------------------------

# Said of a figure, these make it the country's.
_WHOLE_COUNTRY = re.compile(
    r"\b(?:nationwide|countrywide|nationally|across the country|whole country|throughout the country|in the country"
    r"|national(?:e|aux)? (?:total|figure|level|scale)|dans tout le pays|l'ensemble du pays|a l'echelle nationale"
    r"|au niveau national|a l'echelle du pays|ca nuoc|toan quoc|tren pham vi toan quoc)\b"
)
# In a passage they make it likely: a national conference is followed from the "bridge" of each province.
_NATIONAL = re.compile(
    r"\bnational(?:e|aux)?\b(?! (?:assembly|people))(?<!assemblee nationale)|\b(?:nationwide|countrywide|63 "
    r"|sixty-three|soixante-trois|central (?:internal|steering)|commission centrale|comite directeur central|bridge"
    r"|pont de|noi chinh trung uong|chi dao trung uong|toan quoc|ca nuoc|diem cau)"
)


def other_place(figure: Figure, statement: Reading, quoted: Figure, proof: Proof) -> str | None:
    """What the statement says of a figure's place, where the quoted figure's is another; else None. A national figure
    is no province's."""
    said = _places_of(statement, figure)
    if not said:
        national = _WHOLE_COUNTRY.search(_sentence(statement, figure))
        if not national or _WHOLE_COUNTRY.search(_sentence(proof.context, quoted)):
            return None
        if _places_of(proof.context, quoted) or not _NATIONAL.search(proof.around.folded):
            return f"“{figure.written}” is not said to be national"
        return None
    own = _places_of(proof.context, quoted)
    if said & (own or _places_before(proof)):
        return None
    named = next((place for place in find_places(statement.text) if fold_place(place) in said), "that place")
    return f"“{figure.written}” is not said of {named}"


def _sentence(reading: Reading, figure: Figure) -> str:
    return reading.folded[slice(*reading.sentence_at(figure.number.start))]


def _places_of(reading: Reading, figure: Figure) -> frozenset[str]:
    """The places of a figure's stretch, else of its sentence."""
    if not reading.places:
        return frozenset()
    start, end = reading.sentence_at(figure.number.start)
    return places_in(reading.text[figure.start : figure.end]) or places_in(reading.text[start:end])


def _places_before(proof: Proof) -> frozenset[str]:
    """The places a sentence that names none may be of: those last named before it in the passage; else, of a report
    that is of one place and not of the country, that one."""
    if _WHOLE_COUNTRY.search(proof.context.folded):
        return frozenset()
    for start, end in reversed(proof.before.sentences):
        text = proof.before.folded[start:end]
        if _WHOLE_COUNTRY.search(text):
            return frozenset()
        if found := places_in(proof.before.text[start:end]):
            return found if not _NATIONAL.search(text) else frozenset()
    about = proof.quote.about
    heading = places_in(proof.quote.passage.heading) | frozenset(map(fold_place, about.places if about else ()))
    return heading if len(heading) == 1 and not _NATIONAL.search(proof.around.folded) else frozenset()
