"""`danchung serve`: the API and the chat in one process, which owns the library."""

from __future__ import annotations

import logging
import secrets
import signal
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import InputError

if TYPE_CHECKING:
    from fastapi import FastAPI

    from assistant.assistant import Assistant


def build_app(assistant: Assistant, token: str | None = None) -> FastAPI:
    """The API with the chat mounted at `/`; whoever has the `token` may have it read files."""
    from assistant.api import build_api, refuse_the_rest
    from assistant.chat import mount_chat
    from assistant.handover import add_handover

    api = build_api(assistant)
    if token:
        add_handover(api, assistant, token)
    refuse_the_rest(api)  # before the chat, which answers every path that is left
    return mount_chat(api, assistant)


def serve(data_dir: str | Path | None, host: str, port: int) -> int:
    """Serve until stopped; returns the exit code. Raises InputError when the port is taken."""
    listener = _listen(host, port)  # before the slow imports: a taken port is said at once
    from assistant.assistant import Assistant

    with Assistant.open(data_dir, owner="danchung serve") as assistant:
        url = f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"
        token = secrets.token_urlsafe(24)
        app = build_app(assistant, token)
        assistant.library.announce(url, token)
        assistant.library.engine.embed_query("ready")  # the first call is slow: make it now
        counts = assistant.library.passage_counts()
        model = assistant.model.settings.name if assistant.model else "none: answers are quotes"
        print(f"Danchung listens on {url}", flush=True)
        print(f"{len(counts)} documents, {sum(counts.values())} passages; model: {model}", flush=True)
        if not counts:
            print("The library is empty: danchung ingest FOLDER", file=sys.stderr)
        _run(app, listener)
    return 0


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(128)
    except OSError as exc:
        raise InputError(f"cannot listen on {host}:{port} ({exc.strerror or exc}); try another --port") from exc
    return listener


def _run(app: FastAPI, listener: socket.socket) -> None:
    import uvicorn

    logging.getLogger("uvicorn.access").setLevel(logging.WARNING)
    config = uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=5)
    # uvicorn raises the signal that stopped it once more when it is done; SIGTERM would then kill the process
    # before the library is closed.
    signal.signal(signal.SIGTERM, lambda *_: None)
    uvicorn.Server(config).run(sockets=[listener])
