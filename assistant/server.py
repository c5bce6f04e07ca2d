"""`danchung serve`: the API and the chat in one process, which owns the library."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import secrets
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from assistant.keys import Keys
from assistant.sessions import Sessions
from assistant.settings import ServerSettings, Settings
from ingest.errors import InputError

if TYPE_CHECKING:
    from fastapi import FastAPI

    from assistant.api.guard import Access
    from assistant.assistant import Assistant

DRAIN = 30.0
"""Seconds that what is being answered has to end in, once the server is told to stop."""
BACKLOG = 1024


def build_app(assistant: Assistant, settings: ServerSettings | None = None, access: Access | None = None) -> FastAPI:
    """The API with MCP under `/mcp` and the chat mounted at `/`; whoever has the `token` of the access may have it read
    files."""
    from starlette.routing import Mount

    from assistant.api import build_api, refuse_the_rest
    from assistant.handover import add_handover
    from assistant.mcp_server import mount_mcp
    from assistant.page import mount_page, reader_of
    from assistant.verdicts import Verdicts

    api = build_api(assistant, settings, access)
    if access and access.token:
        add_handover(api, assistant, access.token)
    mount_mcp(api, assistant)
    refuse_the_rest(api)  # before the chat, which answers every path that is left
    parts, sessions = api.state.parts, Sessions(access.keys) if access and access.keys else None
    verdicts = Verdicts(assistant.library.data_dir / "verdicts.jsonl")
    mount_page(
        api, assistant, parts.kept, verdicts, login=None if sessions is None else sessions.login,
        uploads=parts.jobs, upload_mb=parts.settings.upload_mb,
    )  # fmt: skip
    if sessions is not None:
        page: Any = next(route.app for route in reversed(api.router.routes) if isinstance(route, Mount))
        page.tokens = sessions
    if access:
        access.reader = reader_of(api)
    return api


def serve(settings: Settings, host: str, port: int, no_auth: bool = False) -> int:
    """Serve until stopped; returns the exit code. Raises InputError when the port is taken, or when others could reach
    the server and nothing is said of who may."""
    from uvicorn.loops.auto import auto_loop_factory  # uvloop, where there is one

    keys = Keys(settings.server.api_keys)
    listener = _listen(host, port)  # before the slow imports: a taken port is said at once
    try:
        _check_openness(listener, keys, no_auth)
        with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
            return runner.run(_serve(settings, listener, keys, host, no_auth))
    finally:
        listener.close()


def _check_openness(listener: socket.socket, keys: Keys, no_auth: bool) -> None:
    if keys and no_auth:
        raise InputError("keys are set, and --no-auth says that none is needed; unset DANCHUNG_API_KEYS, or leave it")
    if not keys and not no_auth and not _on_loopback(listener):
        raise InputError(
            "others could reach this server and read the library; set DANCHUNG_API_KEYS (danchung keys new NAME), "
            "listen on 127.0.0.1, or say --no-auth"
        )


async def _serve(settings: Settings, listener: socket.socket, keys: Keys, host: str, no_auth: bool) -> int:
    """Listen at once, load, serve, drain. What comes before all is loaded is told to come back."""
    from assistant.listening import Gateway, Listener

    stopping = asyncio.Event()
    gateway = Gateway()
    server = Listener(gateway)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        async with _loaded(settings, listener, keys, host, no_auth) as app:
            gateway.app = app
            # Not before: until it is ready there is nothing to end well, and a signal ends the process at once.
            _on_signals(lambda: server.leave() if stopping.is_set() else stopping.set())
            told = asyncio.ensure_future(stopping.wait())
            await asyncio.wait({serving, told}, return_when=asyncio.FIRST_COMPLETED)
            told.cancel()
            await app.state.parts.work.drain(DRAIN)
            server.leave()
            await serving
    finally:
        server.leave()
        await serving
    return 0


@asynccontextmanager
async def _loaded(
    settings: Settings, listener: socket.socket, keys: Keys, host: str, no_auth: bool
) -> AsyncIterator[FastAPI]:
    """The app, started, over the opened library; what it loaded is printed."""
    from assistant.api.guard import LOOPBACK, Access
    from assistant.api.limits import Rate
    from assistant.api.observe import log_as_json
    from assistant.assistant import Assistant

    assistant = await asyncio.to_thread(
        Assistant.open, settings=settings, owner="danchung serve", remembered=settings.server.remembered
    )
    try:
        log_as_json()
        # What is spooled while it is uploaded lies in the data directory too.
        spool = settings.data_dir / "uploads"
        spool.mkdir(exist_ok=True)
        tempfile.tempdir = str(spool.resolve())
        token = secrets.token_urlsafe(24)
        trusted = _on_loopback(listener) and not keys
        access = Access(
            keys, token, LOOPBACK if trusted and not no_auth else None, frozenset(settings.server.cors_origins),
            Rate(0 if trusted else settings.server.rate),
        )  # fmt: skip
        app = await asyncio.to_thread(build_app, assistant, settings.server, access)
        async with app.router.lifespan_context(app):
            # The first call is slow: make it now.
            await asyncio.to_thread(assistant.library.engine.embed_query, "ready")
            url = f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"
            assistant.library.announce(url, token)
            _say(url, assistant, "keys" if keys else "loopback only" if trusted else "no keys: anyone may call")
            yield app
    finally:
        assistant.close()


def _say(url: str, assistant: Assistant, access: str) -> None:
    counts = assistant.library.passage_counts()
    model = assistant.model.settings.name if assistant.model else "none: answers are quotes"
    print(f"Danchung listens on {url}", flush=True)
    print(f"{len(counts)} documents, {sum(counts.values())} passages; model: {model}", flush=True)
    print(f"chat: {url}/   API: {url}/openapi.json   MCP: {url}/mcp   access: {access}", flush=True)
    if not counts:
        print("The library is empty: danchung ingest FOLDER", file=sys.stderr)


def _on_loopback(listener: socket.socket) -> bool:
    return ipaddress.ip_address(listener.getsockname()[0].partition("%")[0]).is_loopback


def _on_signals(stop: Callable[[], object]) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(number, stop)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop))


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as exc:
        raise InputError(f"cannot listen on {host}:{port} ({exc.strerror or exc}); try another --port") from exc
    logging.getLogger("uvicorn.access").setLevel(logging.WARNING)
    return listener
