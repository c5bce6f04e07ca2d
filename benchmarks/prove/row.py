"""What one fault came to, and how much of each is tried."""

from __future__ import annotations

import time
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Row:
    """A fault: how often it was tried, how often the program went on as it should, and what was lost by it.

    `lost` counts documents, passages, citations and answers that are missing or wrong beside a library, or an
    assistant, that never met the fault. A row that could not be tried here is `skipped`, and its note says why.
    """

    name: str
    tried: int
    survived: int
    lost: int
    seconds: float
    note: str = ""
    skipped: bool = False

    @property
    def good(self) -> bool:
        """Whether nothing was lost and everything survived."""
        return self.skipped or (self.lost == 0 and self.survived == self.tried > 0)


@dataclass(frozen=True, slots=True)
class Scale:
    """How much of each fault is tried, and the seed of what is random."""

    points: int = 100
    """Kills, for each kind of store."""
    stops: int = 10
    """Of the Chroma server."""
    documents: int = 10_000
    questions: int = 10_000
    minutes: float = 2.0
    """Of mixed load."""
    seed: int = 1
    audit: bool = True


@dataclass(slots=True)
class Tally:
    """Counts a row together."""

    name: str
    tried: int = 0
    survived: int = 0
    lost: int = 0
    started: float = field(default_factory=time.perf_counter)
    wrong: list[str] = field(default_factory=list)

    def count(self, lost: int, problem: str = "") -> None:
        """One trial: what it lost, and in a few words how it failed otherwise."""
        self.tried += 1
        self.survived += not lost and not problem
        self.lost += lost
        if problem or lost:
            self.wrong.append(problem or f"lost {lost}")

    def row(self, note: str = "") -> Row:
        """The row; the first of what went wrong is told in its note."""
        told = "; ".join(filter(None, [note, *dict.fromkeys(self.wrong[:3])]))
        return Row(self.name, self.tried, self.survived, self.lost, round(time.perf_counter() - self.started, 1), told)


def skipped(name: str, why: str) -> Row:
    """A row for what cannot be tried here."""
    return Row(name, 0, 0, 0, 0.0, f"SKIPPED: {why}", skipped=True)
