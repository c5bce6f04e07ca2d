"""Grounding: the one notion of "supported" in the house.

A statement is supported when its quotes are words of the passages it cites; every number in it is in the quotes, with
its unit, what it counts, its hedge, period and place; every date, name and role in the passages; when it denies,
reverses, strengthens and takes for done nothing that the quotes do not, and says nothing that no quote says; and when
its meaning is near theirs.
"""

from __future__ import annotations

from assistant.grounding.check import NEAR, Similarity, check, score
from assistant.grounding.names import unbacked_names, unbacked_places
from assistant.grounding.quotes import Quote, locate
from assistant.grounding.verdict import Reason, Verdict

__all__ = [
    "NEAR",
    "Quote",
    "Reason",
    "Similarity",
    "Verdict",
    "check",
    "locate",
    "score",
    "unbacked_names",
    "unbacked_places",
]
