"""Clauses: the part of a sentence in which a number stands, and the parts of a long sentence."""

from __future__ import annotations

import re

from ingest.text.numbers import Number
from ingest.text.words import fold_aligned

_JOINT = re.compile(r"[;:]|,(?!\d)|(?<!\w)(?:and|but|while|of which|et|mais|dont|tandis que|và|nhưng|trong đó)(?!\w)")


LONG, SHORTEST = 140, 25
"""Code points from which on a sentence is read in parts as well, and of the least part."""
_PART = re.compile(r";\s+|(?<=\w),\s+(?=[^,;]*\d)")


def parts_of(text: str) -> list[str]:
    """The parts of a long sentence, at its semicolons and at the commas before figures; none of a short one, or of one
    in a single part. A report's list of results tells many things, and drowns each."""
    if len(text) < LONG:
        return []
    parts = [part for part in _PART.split(text) if len(part) >= SHORTEST]
    return parts if len(parts) > 1 else []


def clause_of(text: str, number: Number) -> str:
    """The clause a number stands in. One that begins with its number has the verb of the one before: "received 400
    letters and 12 parcels"."""
    joints = [0, *(match.end() for match in _JOINT.finditer(text)), len(text)]
    starts = [joint for joint in joints if joint <= number.start]
    ends = [match.start() for match in _JOINT.finditer(text) if match.start() >= number.end]
    end = ends[0] if ends else len(text)
    at = len(starts) - 1
    while at > 0 and _begins(text[starts[at] : number.start]):
        at -= 1
    return text[starts[at] : end]


def _begins(before: str) -> bool:
    """Whether nothing but hedges ("nearly", "plus de") stands before a number."""
    return bool(_NOTHING.fullmatch(fold_aligned(before)))


_NOTHING = re.compile(
    r"\W*(?:(?:nearly|about|around|almost|over|more|than|less|fewer|at|least|only|some|the|a|total|of|up|to|pres|plus|moins"
    r"|environ|quelque|au|d|de|un|une|les|gan|khoang|hon|tren|it|nhat)\W*)*"
)
