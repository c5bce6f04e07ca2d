"""Server-sent events: named, each with one line of JSON."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from assistant.api.problems import Problem, as_problem, made
from ingest.errors import DanchungError

log = logging.getLogger("danchung")
HEADERS = {"X-Accel-Buffering": "no"}  # nginx otherwise keeps events back until there are many
FIRST = 2.0
"""Seconds an error has to show itself in the status, before a stream begins without knowing."""
LOOK = 0.2
"""Seconds between two looks at work that is followed."""
PINGS = 50
"""Looks without news after which a sign of life is sent."""
ALIVE = ": still there\n\n"


@dataclass(frozen=True, slots=True)
class Seen:
    """One look at work that goes on: the `whole` of it, how far it is, and what is told of it besides."""

    whole: BaseModel
    progress: BaseModel
    over: bool
    news: Sequence[str] = ()


def event(name: str, data: BaseModel) -> str:
    return f"event: {name}\ndata: {data.model_dump_json(exclude_none=isinstance(data, Problem))}\n\n"


def error_of(exc: Exception, path: str = "") -> Problem:
    """The problem to tell of in a stream that has begun."""
    if isinstance(exc, DanchungError | HTTPException):
        return as_problem(exc, path)
    log.error("a stream failed", exc_info=exc)
    return made(500, "something went wrong; the server's log has the details", path)


async def respond_with(
    items: AsyncIterator[Any], draw: Callable[[Any], str], fail: Callable[[Exception], str]
) -> StreamingResponse:
    """A stream of what is drawn of the items. What goes wrong in the first FIRST seconds is raised, so that it has its
    status; after that it is an event, the last."""
    first = asyncio.ensure_future(_next(items))
    await asyncio.wait({first}, timeout=FIRST)
    if first.done():
        first.result()

    async def drawn() -> AsyncIterator[str]:
        try:
            item, more = await first
            while more:
                yield ALIVE if item is None else draw(item)
                item, more = await _next(items)
        except Exception as exc:  # noqa: BLE001  it is told in the stream, and logged there
            yield fail(exc)
        finally:
            first.cancel()
            if close := getattr(items, "aclose", None):
                await close()

    return StreamingResponse(drawn(), media_type="text/event-stream", headers=HEADERS)


def followed(look: Callable[[], Seen | None]) -> StreamingResponse:
    """A stream of work's news, of its progress where it has changed, and at last of `done`, the whole of it. It ends
    without where nothing is known of the work any more."""

    async def drawn() -> AsyncIterator[str]:
        last, quiet = "", 0
        while seen := await run_in_threadpool(look):
            for told in seen.news:
                yield told
            now = event("progress", seen.progress)
            if now != last:
                yield now
            elif (quiet := quiet + 1) % PINGS == 0:
                yield ALIVE
            last = now
            if seen.over:
                yield event("done", seen.whole)
                return
            await asyncio.sleep(LOOK)

    return StreamingResponse(drawn(), media_type="text/event-stream", headers=HEADERS)


async def _next(items: AsyncIterator[Any]) -> tuple[Any, bool]:
    """The next item, and whether there is one."""
    try:
        return await anext(items), True
    except StopAsyncIteration:
        return None, False
