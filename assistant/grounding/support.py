"""How likely quotes support a statement: what the cross-encoder reads in them, weighed with what the exact checks say.

The weights are fitted by `python -m benchmarks.fit_support` on labelled claims that the cross-encoder has not seen;
both outcomes weigh alike, so that .5 divides them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from assistant.cross_encoder import Reader
from assistant.grounding.verdict import Reason

FAMILIES: dict[str, tuple[Reason, ...]] = {
    "number": (Reason.NUMBER,),
    "counted": (Reason.UNIT, Reason.COUNTED, Reason.HEDGE, Reason.RANGE),
    "told": (Reason.TOLD, Reason.PERIOD),
    "named": (Reason.PLACE, Reason.NAME, Reason.PERSON, Reason.ROLE),
    "reversed": (Reason.REVERSED, Reason.DENIED),
    "shaded": (Reason.STRONGER, Reason.UNSURE),
    "added": (Reason.ADDED,),
}
"""Objections of one sort, by the measure that says whether there is one."""
MOST = 8.0
"""The most that a logit weighs."""


@dataclass(frozen=True, slots=True)
class Support:
    """`probability` that evidence supports a claim, how much likelier it contradicts the claim than it is silent, as a
    logit, and the claim's `own` words, which no quote holds."""

    probability: float
    against: float
    own: tuple[str, ...] = ()


def exact_measures(reasons: Iterable[Reason], own: float, other_language: bool, verbatim: bool) -> dict[str, float]:
    """What the exact checks say of a claim: their objections, the share of words that no quote holds (which cannot be
    known across languages), and whether it is nothing but quoted."""
    found = set(reasons)
    return {
        "own": own,
        "other_language": float(other_language),
        "verbatim": float(verbatim),
        **{name: float(not found.isdisjoint(family)) for name, family in FAMILIES.items()},
    }


def read_measures(claim: str, evidence: Sequence[str], reader: Reader) -> dict[str, float]:
    """What the cross-encoder says: `near` of the first evidence, `wide` of the last, `best` of whatever supports it
    most, and of all together which of the two ways it would fail. Evidence is one text, or the nearest sentences and
    more of them, or several places of a longer text."""
    found = reader.support(claim, list(dict.fromkeys(evidence)))
    logits = [_logit(each[0]) for each in found]
    against = sum(_logit(each[1] / (each[1] + each[2] + 1e-9)) for each in found) / len(found)
    return {"near": logits[0], "wide": logits[-1], "best": max(logits), "against": against}


def support(measured: Mapping[str, float], searched: bool = False) -> Support:
    """The measures of reading and the exact ones, weighed. Where the evidence was `searched` for in a longer text
    others tell more: what of the claim stands nowhere in it, and whether any place of it supports the claim."""
    fitted: dict[str, float] = weights()["searched" if searched else "quoted"]
    total = fitted["intercept"] + sum(weight * measured[name] for name, weight in fitted.items() if name != "intercept")
    return Support(1 / (1 + math.exp(-total)), measured["against"])


def _logit(probability: float) -> float:
    inside = min(1 - 1e-9, max(1e-9, float(probability)))
    return max(-MOST, min(MOST, math.log(inside / (1 - inside))))


@lru_cache(maxsize=1)
def weights() -> dict[str, Any]:
    """The fitted weights, with the data and the command they come from."""
    return dict(json.loads(files("assistant.grounding").joinpath("support.json").read_text(encoding="utf-8")))
