"""How much is worked on at once: so many answers in threads, so many more waiting, and the rest told to come back."""

from __future__ import annotations

import asyncio
import contextvars
import math
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

T = TypeVar("T")
Stop = threading.Event
"""Set once nobody wants the answer any more."""
PING = 10.0
"""Seconds of silence after which a stream gives a sign of life, so that no proxy takes it for dead."""


class Work:
    """Runs tasks in threads of its own. `seconds` is how long one may take, its wait included."""

    def __init__(self, at_once: int, waiting: int, seconds: float) -> None:
        self.seconds = seconds
        self.draining = False
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="answer")
        self._at_once, self._most = at_once, at_once + waiting
        self._lock = threading.Lock()
        self._inside, self._took = 0, 0.1

    @property
    def inside(self) -> int:
        """Tasks that are worked on or wait."""
        return self._inside

    async def run(self, request: Request | None, task: Callable[[Stop], T]) -> T:
        """What a task gives. It is told to stop when its client leaves or its time is up, and keeps its place until it
        has. Raises what it raises; 429 and 503 where there is no place, 504 when its time is up."""
        future, stop = self._submit(task)
        result = asyncio.wrap_future(future)
        left = asyncio.ensure_future(_left(request))
        either: set[asyncio.Future[Any]] = {result, left}
        try:
            await asyncio.wait(either, timeout=self.seconds, return_when=asyncio.FIRST_COMPLETED)
            if result.done():
                return result.result()
            if left.done():
                raise ClientDisconnect
            raise self._too_long()
        finally:
            stop.set()
            left.cancel()
            result.cancel()

    def stream(self, task: Callable[[Stop], Iterator[T]]) -> AsyncIterator[T | None]:
        """What a task yields, as it does; None after a silence. Where there is no place it raises at once, not at the
        first item. The task is told to stop when the iterator is closed."""
        loop, items = asyncio.get_running_loop(), asyncio.Queue[T | BaseException | None]()

        def put(item: T | BaseException | None) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(items.put_nowait, item)

        def produce(stop: Stop) -> None:
            try:
                for item in until(stop, task(stop)):
                    put(item)
                put(None)
            except BaseException as exc:  # noqa: BLE001  it is raised where the items are read
                put(exc)

        future, stop = self._submit(produce)
        return self._read(items, future, stop)

    async def _read(
        self, items: asyncio.Queue[T | BaseException | None], future: Future[None], stop: Stop
    ) -> AsyncIterator[T | None]:
        deadline = time.monotonic() + self.seconds
        try:
            while (left := deadline - time.monotonic()) > 0:
                try:
                    async with asyncio.timeout(min(PING, left)):
                        item = await items.get()
                except TimeoutError:
                    yield None
                    continue
                if item is None:
                    return
                if isinstance(item, BaseException):
                    raise item
                yield item
            raise self._too_long()
        finally:
            stop.set()
            future.cancel()

    def _submit(self, task: Callable[[Stop], T]) -> tuple[Future[T], Stop]:
        with self._lock:
            if self.draining:
                raise HTTPException(503, "the server is stopping; ask it again in a moment", {"Retry-After": "5"})
            if self._inside >= self._most:
                wait = max(1, math.ceil(self._took * self._inside / self._at_once))
                detail = f"{self._inside} questions are being worked on; come back in {wait} s"
                raise HTTPException(429, detail, {"Retry-After": str(wait)})
            self._inside += 1
        stop, context = threading.Event(), contextvars.copy_context()
        try:
            future = self._pool.submit(context.run, self._timed, task, stop)
        except BaseException:
            self._left()
            raise
        future.add_done_callback(lambda _: self._left())
        return future, stop

    def _timed(self, task: Callable[[Stop], T], stop: Stop) -> T:
        if stop.is_set():
            raise ClientDisconnect
        started = time.perf_counter()
        try:
            return task(stop)
        finally:
            self._took += 0.1 * (time.perf_counter() - started - self._took)

    def _left(self) -> None:
        with self._lock:
            self._inside -= 1

    def _too_long(self) -> HTTPException:
        detail = f"the answer took longer than {self.seconds:g} s; ask something shorter, or again later"
        return HTTPException(504, detail, {"Retry-After": "5"})

    async def drain(self, seconds: float) -> None:
        """Take no more, and wait for what is being worked on."""
        self.draining = True
        deadline = time.monotonic() + seconds
        while self._inside and time.monotonic() < deadline:
            await asyncio.sleep(0.05)

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


def until(stop: Stop, items: Iterator[T]) -> Iterator[T]:
    """The items, until nobody wants them. The iterator is then closed, which ends a model's work."""
    try:
        for item in items:
            if stop.is_set():
                raise ClientDisconnect
            yield item
    finally:
        if close := getattr(items, "close", None):
            close()


async def _left(request: Request | None) -> None:
    """Ends when the client goes away. The body of the request must have been read."""
    if request is None:
        await asyncio.Event().wait()
    else:
        while (await request.receive())["type"] != "http.disconnect":
            pass
