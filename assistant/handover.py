"""`danchung ingest` beside a running server: the work is handed to the server, which owns the library.

The server reads the paths it is told, so it must be told by someone who may read the library: the request carries a
token that stands in the data directory's owner.json, which only its owner can open.
"""

from __future__ import annotations

import hmac
import json
import threading
from collections.abc import Iterator
from dataclasses import asdict
from queue import Queue
from typing import Any

from fastapi import FastAPI, Header, HTTPException
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict

from assistant.assistant import Assistant
from ingest.errors import DanchungError

LINES = "application/x-ndjson"


class Paths(BaseModel):
    """What to read: absolute paths on the server's machine, or addresses."""

    model_config = ConfigDict(extra="forbid")

    paths: list[str]
    prune: bool = False


def add_handover(api: FastAPI, assistant: Assistant, token: str) -> None:
    """Serve `POST /v1/handover`: a line of JSON for each step of progress, the report last."""

    @api.post("/v1/handover", include_in_schema=False)
    def handover(body: Paths, authorization: str = Header("")) -> StreamingResponse:
        if not hmac.compare_digest(authorization.encode(), f"Bearer {token}".encode()):
            raise HTTPException(401, "the token of this library's owner.json is needed", {"WWW-Authenticate": "Bearer"})
        return StreamingResponse(_lines(assistant, body), media_type=LINES)


def _lines(assistant: Assistant, body: Paths) -> Iterator[str]:
    """The run's progress as it happens. When the other side goes away the run ends after what it is writing."""
    told: Queue[dict[str, Any] | None] = Queue()
    stop = threading.Event()

    def run() -> None:
        try:
            report = assistant.ingest(
                body.paths, lambda p: told.put({"progress": asdict(p)}), prune=body.prune, stop=stop
            )
            told.put({"report": report.as_dict()})
        except DanchungError as exc:
            told.put({"error": str(exc)})
        finally:
            told.put(None)

    threading.Thread(target=run, name="handover", daemon=True).start()
    try:
        while (line := told.get()) is not None:
            yield json.dumps(line, ensure_ascii=False) + "\n"
    finally:
        stop.set()
