"""Sources that differ over one figure: the same measure, period, place and unit, and values that are no rounded or
hedged forms of one another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol

from ingest.text.periods import Period

PRELIMINARY = 31
"""Days before the end of a period; a report made earlier gives what was counted so far."""
_NEAR = Decimal("0.1")
"""How far a hedged figure may be from the true one, as a share of it."""


class Comparable(Protocol):
    """What is looked at of a figure. `source` names its document."""

    @property
    def source(self) -> str: ...
    @property
    def value(self) -> Decimal: ...
    @property
    def sense(self) -> str | None: ...
    @property
    def period(self) -> Period | None: ...
    @property
    def made(self) -> date | None: ...


def in_conflict(same: Iterable[Sequence[Comparable]]) -> list[list[Comparable]]:
    """Of groups of figures of one measure, period, place and unit, those whose sources differ; in each, a figure of
    each source. A source that gives several values counts several things by one name, and speaks in no group."""
    found = []
    for group in same:
        by_source: dict[str, list[Comparable]] = defaultdict(list)
        for figure in group:
            if not _is_preliminary(figure):
                by_source[figure.source].append(figure)
        firm = [figures[0] for figures in by_source.values() if _agree_among(figures)]
        differing = [one for one in firm if any(not agree(one, other) for other in firm)]
        if differing:
            found.append(differing)
    return found


def agree(one: Comparable, other: Comparable) -> bool:
    """Whether two figures may be of one true value."""
    if one.value == other.value:
        return True
    return (
        _may_be(one, other)
        or _may_be(other, one)
        or _is_rounded(one.value, other.value)
        or _is_rounded(other.value, one.value)
    )


def _may_be(hedged: Comparable, true: Comparable) -> bool:
    """Whether the hedge of the first leaves room for the second."""
    reach = abs(hedged.value) * _NEAR
    away = true.value - hedged.value
    if hedged.sense == "over":
        return 0 <= away <= max(reach, Decimal(1))
    if hedged.sense == "under":
        return 0 <= -away <= max(reach, Decimal(1))
    return hedged.sense == "about" and abs(away) <= reach


def _is_rounded(short: Decimal, full: Decimal) -> bool:
    """Whether the first is the second with fewer digits: 1.2 million for 1,203,456; 88 for 87.98."""
    digits = short.normalize().as_tuple()
    exponent = int(digits.exponent)
    exact = int(full.normalize().as_tuple().exponent)
    if len(digits.digits) < 2 or exponent <= exact:
        return False
    return full.quantize(Decimal(1).scaleb(exponent)) == short


def _is_preliminary(figure: Comparable) -> bool:
    return bool(figure.made and figure.period and (figure.period.end - figure.made).days > PRELIMINARY)


def _agree_among(figures: Sequence[Comparable]) -> bool:
    return all(agree(figures[0], other) for other in figures[1:])
