"""How large a body may be, how slowly it may come, and how often a caller may call."""

from __future__ import annotations

import asyncio
import math
import time
from collections import OrderedDict

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.api.problems import problem

MAX_BODY = 1024 * 1024
"""Bytes a request may carry: a question and its history, not a document."""
MAX_EVENT = 8 * 1024 * 1024
"""Bytes of any other request: the page sends what is drawn of a long conversation along."""
BODY_SECONDS = 30.0
"""A body must have come whole within these; an upload within as many for each of its megabytes allowed, at most 600."""
REMEMBERED = 10_000
"""Callers whose calls are counted; the one that called longest ago is forgotten first."""


class LimitBody:
    """Counts a body as it comes, so that one sent in chunks, without its length, is refused too."""

    def __init__(self, app: ASGIApp, upload: int) -> None:
        """`upload` is how many bytes an upload of documents may carry."""
        self.app = app
        self._upload = upload

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        path = scope["path"]
        own = path.startswith(("/v1/", "/mcp"))
        if not own and scope["method"] in ("GET", "HEAD"):  # nobody there reads a body of these
            return await self.app(scope, receive, send)
        uploads = path == "/v1/documents"
        most = self._upload if uploads else MAX_BODY if own else MAX_EVENT
        advice = "send fewer files at a time" if uploads else "ask in fewer words"
        too_large = f"the request is larger than {most >> 20} MB; {advice}"
        length = Headers(scope=scope).get("content-length", "")
        if length.isdigit() and int(length) > most:
            return await problem(413, too_large, path)(scope, receive, send)
        read, whole = 0, False
        deadline = time.monotonic() + (min(600.0, BODY_SECONDS * (most >> 20)) if uploads else BODY_SECONDS)

        async def counted() -> Message:
            nonlocal read, whole
            if whole:
                return await receive()
            try:
                async with asyncio.timeout(max(0.0, deadline - time.monotonic())):
                    message = await receive()
            except TimeoutError as exc:
                raise HTTPException(408, "the body of the request did not come in time", _CLOSE) from exc
            read += len(message.get("body", b""))
            whole = not message.get("more_body", False)
            if read > most:
                raise HTTPException(413, too_large)  # FastAPI lets it through to the handler of errors
            return message

        return await self.app(scope, counted, send)


_CLOSE = {"Connection": "close"}


class Rate:
    """So many calls a minute for each caller, of which a sixth may come at once."""

    def __init__(self, a_minute: int) -> None:
        self._each, self._most = 60 / a_minute if a_minute else 0.0, max(1.0, a_minute / 6)
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, caller: str) -> int:
        """Whole seconds until the caller may call; 0 is now, and the call is counted."""
        if not self._each:
            return 0
        now = time.monotonic()
        left, last = self._left.pop(caller, (self._most, now))
        left = min(self._most, left + (now - last) / self._each)
        allowed = left >= 1
        self._left[caller] = (left - 1 if allowed else left, now)
        if len(self._left) > REMEMBERED:
            self._left.popitem(last=False)
        return 0 if allowed else max(1, math.ceil((1 - left) * self._each))
