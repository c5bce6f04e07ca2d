"""One step of a pipeline in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from queue import Empty, Full, Queue
from typing import TypeVar

T = TypeVar("T")
_DONE = object()


def ahead(items: Iterable[T], most: int = 2) -> Iterator[T]:
    """The same items, made in a thread of their own while the last ones are used; at most `most` wait."""
    queue: Queue[object] = Queue(maxsize=most)
    closed = threading.Event()
    problem: list[BaseException] = []

    def put(item: object) -> bool:
        while not closed.is_set():
            try:
                queue.put(item, timeout=0.2)
            except Full:
                continue
            return True
        return False

    def make() -> None:
        making = iter(items)
        try:
            for item in making:
                if not put(item):
                    break
        except BaseException as exc:  # noqa: BLE001 raised again where the items are used
            problem.append(exc)
        finally:
            if hasattr(making, "close"):
                making.close()
            put(_DONE)

    thread = threading.Thread(target=make, name="ahead", daemon=True)
    thread.start()
    try:
        while (item := queue.get()) is not _DONE:
            yield item  # type: ignore[misc]
        if problem:
            raise problem[0]
    finally:
        closed.set()
        while True:
            try:
                queue.get_nowait()
            except Empty:
                break
        thread.join()
