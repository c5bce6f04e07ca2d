"""The server's ear: HTTP over sockets, patient with nobody who dawdles, and an answer before anything is loaded."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from fastapi.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from assistant.api.problems import problem

HEADER_SECONDS = 10.0
"""A request's headers must have come within these."""
MOST_CONNECTIONS = 1000
MOST_HEADERS = 64 * 1024
"""Bytes of a request's headers, its address included."""


class Gateway:
    """Stands in for the app until it is there."""

    def __init__(self) -> None:
        self.app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.app is not None:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1013})
        elif scope["path"] == "/healthz":
            await JSONResponse({"status": "starting"})(scope, receive, send)
        else:
            headers = {"Retry-After": "2", "Refresh": "2"}  # a browser looks again by itself
            detail = "the server is starting; ask again in a moment"
            await problem(503, detail, scope["path"], headers)(scope, receive, send)


class Impatient(H11Protocol):
    """uvicorn waits for headers without end; here a connection that dawdles is closed."""

    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._expect()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:  # headers are in; the body has its own limit
            self._relax()
        elif self._timer is None and not self.transport.is_closing():
            self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        self._relax()
        super().connection_lost(exc)

    def _expect(self) -> None:
        self._timer = self.loop.call_later(HEADER_SECONDS, self.transport.close)

    def _relax(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None


class Listener(uvicorn.Server):
    """uvicorn, that leaves signals to `serve`."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(
            uvicorn.Config(
                app, log_level="warning", access_log=False, lifespan="off", http=Impatient, ws="none",
                server_header=False, limit_concurrency=MOST_CONNECTIONS, timeout_graceful_shutdown=2,
                h11_max_incomplete_event_size=MOST_HEADERS, log_config=None,
            )
        )  # fmt: skip

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    def leave(self) -> None:
        self.should_exit = True
