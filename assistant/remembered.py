"""Extractive answers that were given before, kept until the library changes.

The same question on the same library gives the same extractive answer, so it need not be found twice. What a model
writes is never kept: it may write otherwise the next time.
"""

from __future__ import annotations

import json
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assistant.answer import DoneEvent, Event
from ingest.library import Library


class Remembered:
    """The answers given to a library as it is now. Threads may share it."""

    def __init__(self, library: Library, most: int) -> None:
        """`most` is how many answers are kept, some 5 KB each; the one asked for longest ago goes first."""
        self._library, self._most = library, most
        self._lock = threading.Lock()
        self._version: int | None = None
        self._kept: OrderedDict[str, list[Event]] = OrderedDict()

    def events(self, key: str, otherwise: Iterator[Event]) -> Iterator[Event]:
        """The events of the answer to what was asked, the reader's own to change: those that are kept; otherwise as
        they come, and they are then kept, if at the last one the library is as it was before the first."""
        started = time.perf_counter()
        kept = self._get(key)
        if kept is None:
            yield from self._keeping(key, otherwise)
            return
        for event in kept:
            if isinstance(event, DoneEvent):
                took = round(1000 * (time.perf_counter() - started), 1)
                event.answer.timings_ms = {"remembered": took, "total": took}
            yield event

    def _get(self, key: str) -> list[Event] | None:
        version = self._library.version
        with self._lock:
            if version is None or version != self._version or key not in self._kept:
                return None
            self._kept.move_to_end(key)
            kept = self._kept[key]
        return [event.model_copy(deep=True) for event in kept]

    def _keeping(self, key: str, events: Iterator[Event]) -> Iterator[Event]:
        version, seen = self._library.version, list[Event]()
        for event in events:
            seen.append(event.model_copy(deep=True))
            if isinstance(event, DoneEvent) and version is not None and version == self._library.version:
                self._keep(key, version, seen)  # before it is given: who has the answer asks for nothing more
            yield event

    def _keep(self, key: str, version: int, events: list[Event]) -> None:
        with self._lock:
            if version != self._version:
                self._version = version
                self._kept.clear()
            self._kept[key] = events
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)


def key_of(
    question: str, history: Sequence[Mapping[str, str]], filters: Mapping[str, Any] | None, explain: bool
) -> str | None:
    """What is asked, as one string that nothing else asked has; None where it cannot be told."""
    try:
        return json.dumps([question, [dict(turn) for turn in history], filters and dict(filters), explain])
    except (TypeError, ValueError):
        return None
