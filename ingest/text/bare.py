"""A text without the periods and places it names: what it asks or says, once it is known of when and where.

Whether a sentence is of a period and place is looked at for itself, with what its report says of it. The cross-encoder
reads the sentence alone, and misses them there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ingest.text.periods import find_periods, find_undated_days
from ingest.text.places import find_places
from ingest.text.words import fold, fold_aligned

SHORTEST = 12
"""Code points that must be left."""
_LEADS = r"(?:in|of|at|on|for|during|by|between|and|from|to|the year|en|à|de|du|dans|pour|năm|tại|ở|trong)"
_DANGLING = re.compile(rf"(?<!\w)(?:{_LEADS}\s+)*{_LEADS}\s*(?=[\s,?.]*(?:[?.]|$|,))", re.IGNORECASE)
_LEADING = re.compile(rf"^\W*{_LEADS}(?:\s*,|\s{{2,}})\s*", re.IGNORECASE)


def bare(text: str, places: Iterable[str] = ()) -> str:
    """The text without its periods, days and places, and without the words that led to them: "How many were fined in
    Hanoi in 2024?" → "How many were fined?". `places` are further ones that it names, in whatever spelling. The text
    itself where little else is left."""
    spans = [(one.start, one.end) for one in find_periods(text)]
    spans += [(one.start, one.end) for one in find_undated_days(text)]
    folded = fold_aligned(text)
    for place in {*map(fold, find_places(text)), *map(fold, places)}:
        spans += [match.span() for match in re.finditer(rf"(?<!\w){re.escape(place)}(?!\w)", folded)]
    left = text
    for start, end in sorted(spans, reverse=True):
        left = f"{left[:start]}  {left[end:]}"
    left = _LEADING.sub("", _DANGLING.sub(" ", left))
    left = re.sub(r"\s+(?=[?.,])", "", re.sub(r"\s+", " ", left).strip(" ,"))
    return left[0].upper() + left[1:] if len(left) > SHORTEST else text
