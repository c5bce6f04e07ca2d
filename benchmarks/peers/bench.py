"""The order of a run: rounds in which every peer has its turn, so that a machine that slows down slows down for all."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.peers.environments import Environment
from benchmarks.peers.machine import Others
from benchmarks.peers.talking import PeerFailed


@dataclass(slots=True)
class Turn:
    """One peer in one round, and what it was measured to do."""

    number: int
    peer: str
    environment: Environment
    log: Path
    found: dict[str, float] = field(default_factory=dict)
    failed: bool = False

    def note(self, **values: float) -> None:
        self.found |= values


@dataclass(slots=True)
class Bench:
    """The peers that can be run, where, and how often. `engine` is the one they embed with, as
    `adapters.engines.open_engine` takes it."""

    peers: Mapping[str, Environment]
    work: Path
    engine: Mapping[str, str]
    rounds: int
    others: list[dict[str, Any]] = field(default_factory=list)
    """The share of the processors' time that other processes took in each round."""

    @property
    def names(self) -> Sequence[str]:
        return list(self.peers)

    def turns(self, what: str) -> Iterator[Turn]:
        """Every peer once a round; each round begins with another of them. One that failed has no more turns."""
        out = set[str]()
        for number in range(self.rounds):
            others = Others()
            start = number % max(1, len(self.names))
            for peer in [*self.names[start:], *self.names[:start]]:
                if peer in out:
                    continue
                print(f"{what}, round {number + 1} of {self.rounds}: {peer}", file=sys.stderr, flush=True)
                turn = Turn(number, peer, self.peers[peer], self.log(peer))
                yield turn
                if turn.failed:
                    out.add(peer)
            self.others.append({"part": what, "round": number + 1, "share": others.share()})

    def log(self, peer: str) -> Path:
        return self.work / "logs" / f"{peer}.log"


class Rounds:
    """What each peer's turns found, a value a round, and the first error of a peer that failed."""

    def __init__(self) -> None:
        self._values: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
        self._errors: dict[str, str] = {}

    @contextmanager
    def turn(self, turn: Turn) -> Iterator[None]:
        try:
            yield
        except PeerFailed as exc:
            print(f"{turn.peer}: {exc}", file=sys.stderr, flush=True)
            self._errors[turn.peer], turn.failed = str(exc), True
            return
        for name, value in turn.found.items():
            self._values[turn.peer][name].append(round(value, 4))

    def as_json(self) -> dict[str, Any]:
        return {"peers": {peer: dict(values) for peer, values in self._values.items()}, "errors": self._errors}
