"""`/healthz`, `/readyz`, `/metrics`: for those who watch over the server."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from assistant.api.parts import Parts, WithParts
from assistant.api.problems import described

router = APIRouter(tags=["watching"])


class Health(BaseModel):
    """That the server answers, and, to those who may ask it, what it holds."""

    status: str = Field(default="ok", examples=["ok"])
    documents: int | None = Field(default=None, description="Null for a stranger where keys are asked for.")
    passages: int | None = None
    model: str | None = Field(default=None, description="The language model that writes; null: answers are quotes.")


class Ready(BaseModel):
    """That questions are answered now."""

    status: str = Field(default="ready", examples=["ready"])


@router.get("/healthz", summary="Whether the server answers, and what it holds")
def healthz(request: Request, parts: WithParts) -> Health:
    if request.state.caller is None:
        return Health()
    counts = parts.assistant.library.passage_counts()
    model = parts.assistant.model.settings.name if parts.assistant.model else None
    return Health(documents=len(counts), passages=sum(counts.values()), model=model)


@router.get("/readyz", summary="Whether questions are answered now", responses=described(503))
def readyz(parts: WithParts) -> Ready:
    """503 while the server starts and once it has been told to stop."""
    if parts.work.draining:
        raise HTTPException(503, "the server is stopping", {"Retry-After": "5"})
    return Ready()


_TEXT: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "Prometheus' text format."}
}


@router.get("/metrics", summary="Figures for Prometheus", response_class=Response, responses=_TEXT | described())
def metrics(parts: WithParts) -> Response:
    """Requests and their seconds by route, answers by kind, what is being worked on, what the library holds, and the
    process."""
    return Response(generate_latest(parts.metrics.registry), media_type=CONTENT_TYPE_LATEST)


def gauges(parts: Parts) -> dict[str, tuple[str, float]]:
    """What is read at each look at the metrics."""
    counts = parts.assistant.library.passage_counts()
    return {
        "in_progress": ("Questions that are worked on or wait.", parts.work.inside),
        "jobs_unfinished": ("Jobs of ingestion to be done.", parts.jobs.unfinished()),
        "documents": ("Documents in the library.", len(counts)),
        "passages": ("Passages that are searched.", sum(counts.values())),
    }
