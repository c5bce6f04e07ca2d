"""A server over real sockets in a thread of the tests, and what a client of it needs."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from assistant import Assistant
from assistant.api import build_api, refuse_the_rest
from assistant.api.guard import Access
from assistant.listening import Gateway, Listener
from assistant.mcp_server import mount_mcp
from assistant.settings import ServerSettings

QUESTION = "How many new corruption cases were opened nationwide in 2024, and against how many defendants?"

JAVASCRIPT = Path(__file__).parent / "javascript"


def node_with_openai() -> str:
    """Where node is; where it or OpenAI's client for it is not, the test is skipped, but fails in CI, which must have
    them."""
    node = shutil.which("node")
    if node and (JAVASCRIPT / "node_modules" / "openai").is_dir():
        return node
    reason = "node is needed, and OpenAI's client for it: npm ci --prefix tests/javascript (Debian: nodejs, npm)"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def whole_api(assistant: Assistant, settings: ServerSettings | None = None, access: Access | None = None) -> FastAPI:
    """The API as it is served, but for the chat."""
    api = build_api(assistant, settings, access)
    mount_mcp(api, assistant)
    refuse_the_rest(api)
    return api


@contextmanager
def listening(app: FastAPI) -> Iterator[str]:
    """The address at which the app is served meanwhile."""
    listener = socket.create_server(("127.0.0.1", 0))
    gateway, started = Gateway(), threading.Event()
    loops: list[Any] = []

    async def run() -> None:
        server = Listener(gateway)
        loops.extend([asyncio.get_running_loop(), server])
        async with app.router.lifespan_context(app):
            gateway.app = app
            started.set()
            await server.serve(sockets=[listener])

    thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
    thread.start()
    assert started.wait(60)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        loops[0].call_soon_threadsafe(loops[1].leave)
        thread.join(30)
        assert not thread.is_alive()


def events_of(text: str) -> list[tuple[str, Any]]:
    """(name, data) of server-sent events; signs of life left out."""
    found = []
    for block in text.strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n") if not line.startswith(":"))
        if fields:
            found.append((fields["event"], json.loads(fields["data"])))
    return found
