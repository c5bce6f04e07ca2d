"""Grounding: the one notion of "supported" in the house.

A statement is supported when its quotes are words of the passages it cites; every number in it is in the quotes, with
its unit, what it counts, its hedge, period and place; every date, name and role in the passages; when it denies,
reverses, strengthens and takes for done nothing that the quotes do not, and says nothing that no quote says; and when
its meaning is near theirs.
"""

from __future__ import annotations

from assistant.grounding.check import DOUBT, NEAR, SURE, Similarity, check, score, weighed
from assistant.grounding.names import unbacked_names, unbacked_places
from assistant.grounding.quotes import Quote, locate
from assistant.grounding.support import Support
from assistant.grounding.verdict import Objection, Reason, Verdict

__all__ = [
    "DOUBT",
    "NEAR",
    "SURE",
    "Objection",
    "Quote",
    "Reason",
    "Similarity",
    "Support",
    "Verdict",
    "check",
    "locate",
    "score",
    "unbacked_names",
    "unbacked_places",
    "weighed",
]
