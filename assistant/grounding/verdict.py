"""What a check comes to, and the kinds of reason against a statement."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

_LONGEST = 120
"""Code points of a reason."""


class Reason(StrEnum):
    """Why a statement is not supported; a verdict's reason begins with one of these."""

    NO_QUOTE = "cites no passage"
    CLIPPED = "what was cut off before the quote changes it"
    NUMBER = "number not in the quoted words"
    UNIT = "in another unit than quoted"
    COUNTED = "counts something else than quoted"
    HEDGE = "“nearly”, “more than” or the like is not kept"
    RANGE = "only one end of a quoted range"
    TOLD = "figure quoted of something else"
    PERIOD = "period not of the quoted words"
    PLACE = "place not of the quoted words"
    NAME = "name not in the cited passage"
    PERSON = "person not of the quoted words"
    ROLE = "role not in the cited passage"
    REVERSED = "the opposite of what is quoted"
    DENIED = "one denies what the other affirms"
    STRONGER = "claims more than is quoted"
    UNSURE = "done for not yet done, or not sure"
    ADDED = "says what no quote says"
    MEANING = "its meaning is not that of the quoted words"


@dataclass(frozen=True, slots=True)
class Objection:
    """A reason against a statement, and the words that decided."""

    reason: Reason
    words: str = ""

    def __str__(self) -> str:
        text = " ".join(f"{self.reason}: {self.words}".split()) if self.words else str(self.reason)
        return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a statement is supported, how well (0 to 1), and if not, the reason with the words that decided."""

    supported: bool
    support: float
    reason: str | None = None
