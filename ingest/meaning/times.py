"""The periods a text names, how it names them ("in", "since", "compared with"), and which hold for a figure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from ingest.meaning.figures import Figure
from ingest.meaning.reading import Reading
from ingest.text.periods import Period

_RELATIONS = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        (
            "compared",
            r"(?:\b(?:that of|those of|than|compared (?:to|with)|versus|vs\.?|over the same period|par rapport a|que"
            r"|celui de|celle de|ceux de|celles de|so voi|hon|cung ky)\W+"
            r"(?:(?:of|de|in|en|the|la|le|l'|nam|annee|cung|ky)\W+){0,3}"
            r"|\b(?:double|twice|gap doi|as (?:many|much|high|large|low) as|qu'en|que pour)\W+"
            r"(?:(?:of|in|that|nam|so|voi)\W+){0,3}"
            r"|(?:%|percent|pour cent|increase|decrease|rise|drop|fall|gain|decline|up|down|hausse|baisse)[^.;,]{0,24}"
            r"\b(?:over|from|on|against)\s+(?:the\s+)?)$",
        ),
        ("since", r"\b(?:since|depuis|ke tu|tu|from)\s+(?:(?:the|le|la|l'|nam|thang|ngay|late|early|mid)\s*)*$"),
        (
            "until",
            r"\b(?:until|till|up to|by|before|jusqu'en|jusqu'a|jusqu'au|avant|d'ici|den|truoc)\s+"
            r"(?:(?:the|end|of|le|la|fin|de|het|cuoi|nam|thang|ngay)\s+)*$",
        ),
        ("after", r"\b(?:after|apres|sau)\s+(?:(?:the|le|la|nam|thang|ngay)\s+)*$"),
    )
)
_RELATIVE = tuple(
    (offset, re.compile(pattern))
    for offset, pattern in (
        (
            -1,
            r"\b(?:last year|previous year|preceding year|prior year|year before|year earlier|l'annee precedente"
            r"|annee derniere|l'an dernier|un an plus tot|nam truoc|nam ngoai|cung ky nam)\b",
        ),
        (
            1,
            r"\b(?:next year|coming year|following year|l'annee prochaine|l'an prochain|annee suivante|nam toi"
            r"|nam sau)\b",
        ),
        (0, r"\b(?:this year|cette annee|nam nay)\b"),
    )
)


@dataclass(frozen=True, slots=True)
class When:
    """A period a text names at `start`, and how: "in" it, "since", "until", "after" it, or only "compared" with it.
    `offset` is that of a year named by its distance, "last year"; such a one has no period until it is resolved."""

    start: int
    end: int
    period: Period | None
    relation: str = "in"
    offset: int | None = None
    part: tuple[int, int] | None = None
    """First and last month of a part of a year named without it, "the first six months of the year"."""

    def resolved(self, base: Period | None) -> Period | None:
        """The period; a year named by its distance or not at all is counted from the document's."""
        if self.period or base is None:
            return self.period
        if self.part:
            return Period.months(base.end.year, *self.part)
        return Period.year(base.end.year + (self.offset or 0))


@lru_cache(maxsize=512)
def whens(reading: Reading) -> tuple[When, ...]:
    """The periods a text names with their year, and the years it names by distance, in order."""
    found = []
    for mention in reading.periods:
        before = reading.folded[max(0, mention.start - 60) : mention.start]
        relation = next((name for name, pattern in _RELATIONS if pattern.search(before)), "in")
        found.append(When(mention.start, mention.end, mention.period, relation))
    for offset, pattern in _RELATIVE:
        for match in pattern.finditer(reading.folded):
            if not any(when.start < match.end() and match.start() < when.end for when in found):
                found.append(When(match.start(), match.end(), None, "in", offset))
    found += [When(part.start, part.end, None, part=(part.first, part.last)) for part in reading.parts]
    return tuple(sorted(found, key=lambda when: when.start))


def of_figure(reading: Reading, figure: Figure) -> list[When]:
    """The periods that hold for a figure: those of its stretch, else the one last named before it in its sentence,
    else the sentence's only one."""
    own = [w for w in whens(reading) if figure.start <= w.start < figure.end and w.relation != "compared"]
    if own:
        return own
    start, end = reading.sentence_at(figure.number.start)
    inside = [w for w in whens(reading) if start <= w.start < end and w.relation != "compared" and w.offset is None]
    before = [when for when in inside if when.start < figure.start]
    return before[-1:] or (inside if len({(when.period, when.part) for when in inside}) == 1 else [])
