"""What the harness and a peer say to each other: one JSON object a line on stdin, one on stdout for each.

    {"do": "open", "folder": …, "engine": {…}}           → {"passages": n, "versions": {…}}
    {"do": "ingest", "folder": …}                        → {"passages": n, "seconds": s, "engine_seconds": s}
    {"do": "search", "questions": […], "k": n}           → {"found": [{"ms", "engine_ms", "hits": [{source, text}]}]}
    {"do": "answer", "question": …, "model": URL}        → {"answer", "passages": [{source, text}], "ms", …}
    {"do": "close"}                                      → {}

What fails is answered with {"error": one line}. Whatever a library prints goes to stderr.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Protocol, TypedDict

from benchmarks.peers.adapters.engines import Timed, open_engine

BATCH = 1000
"""Passages given to a store at a time."""


class Hit(TypedDict):
    """A passage found, with the file it is from."""

    source: str
    text: str


class Answered(TypedDict, total=False):
    """An answer with [n] markers and the passages they number; `statements`, `citations` and `abstained` where the peer
    itself tells them."""

    answer: str
    passages: list[Hit]
    abstained: bool
    whole: dict[str, Any]


class Peer(Protocol):
    """A search engine over passages."""

    @property
    def packages(self) -> Sequence[str]:
        """Whose versions are told."""

    def open(self, folder: Path, engine: Timed) -> None:
        """Open what is stored in a folder, or an empty one."""

    def ingest(self, folder: Path) -> int:
        """Read every text file of a folder; the number of passages."""

    def search(self, question: str, k: int) -> list[Hit]:
        """The k best passages, best first."""

    def answer(self, question: str, model: str | None) -> Answered:
        """An answer, by the model behind an OpenAI-compatible address, or without one. Raises NotImplementedError."""

    def close(self) -> None:
        """Leave everything on disk."""


def passages_of(folder: Path) -> Iterator[Hit]:
    """Every passage of a folder's text files: what stands between blank lines."""
    for file in sorted(folder.rglob("*.txt")):
        for part in re.split(r"\n\s*\n", file.read_text(encoding="utf-8")):
            if part.strip():
                yield Hit(source=file.stem, text=part.strip())


def batches(hits: Iterator[Hit]) -> Iterator[list[Hit]]:
    """The passages, BATCH at a time."""
    some: list[Hit] = []
    for hit in hits:
        some.append(hit)
        if len(some) == BATCH:
            yield some
            some = []
    if some:
        yield some


def serve(peer: Peer) -> None:
    """Answer the harness until it closes."""
    said = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    engine: Timed | None = None
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            if asked["do"] == "open":
                engine = Timed(open_engine(asked["engine"]))
                peer.open(Path(asked["folder"]), engine)
                reply: dict[str, Any] = {"versions": _versions(peer.packages)}
            else:
                assert engine is not None, "nothing is open"
                reply = _done(peer, engine, asked)
        except Exception as exc:  # noqa: BLE001  whatever a peer raises is a result
            print(f"{type(exc).__name__}: {exc}", file=sys.stderr, flush=True)
            reply = {"error": " ".join(f"{type(exc).__name__}: {exc}".split())[:400]}
        said.write(json.dumps(reply) + "\n")
        said.flush()
        if asked["do"] == "close":
            return


def _done(peer: Peer, engine: Timed, asked: dict[str, Any]) -> dict[str, Any]:
    started, engine.seconds = time.perf_counter(), 0.0
    if asked["do"] == "ingest":
        passages = peer.ingest(Path(asked["folder"]))
        return {"passages": passages, "seconds": time.perf_counter() - started, "engine_seconds": engine.seconds}
    if asked["do"] == "search":
        return {"found": [_searched(peer, engine, question, asked["k"]) for question in asked["questions"]]}
    if asked["do"] == "answer":
        found = peer.answer(asked["question"], asked["model"])
        return {**found, "ms": 1000 * (time.perf_counter() - started)}
    if asked["do"] == "close":
        peer.close()
        return {}
    raise ValueError(f"cannot {asked['do']}")


def _searched(peer: Peer, engine: Timed, question: str, k: int) -> dict[str, Any]:
    started, engine.seconds = time.perf_counter(), 0.0
    hits = peer.search(question, k)
    return {"ms": 1000 * (time.perf_counter() - started), "engine_ms": 1000 * engine.seconds, "hits": hits}


def _versions(packages: Sequence[str]) -> dict[str, str]:
    found = {}
    for name in packages:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found
