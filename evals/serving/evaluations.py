"""`/v1/evaluations`: runs of the evaluation and their reports."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any, Literal

from fastapi import APIRouter, FastAPI, Path, Request, Response
from fastapi.responses import HTMLResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from assistant.api.events import Seen, followed
from assistant.api.parts import Parts, WithParts
from assistant.api.problems import described, events
from evals.report import as_html
from evals.serving.runs import Evaluation, Evaluations
from evals.values import Report

Suite = Literal["golden", "grounding", "retrieval", "abstention", "judge", "conversation", "robustness"]
Id = Annotated[str, Path(alias="evaluation_id", description="An evaluation's id.", examples=["20261122T101500Z"])]


@asynccontextmanager
async def _living(app: FastAPI) -> AsyncIterator[None]:
    evaluations = Evaluations.of(app.state.parts.assistant)
    await run_in_threadpool(evaluations.clear)
    yield
    await run_in_threadpool(evaluations.close)


router = APIRouter(prefix="/v1", tags=["evaluating"], lifespan=_living)


class EvaluationList(BaseModel):
    """Those that are remembered, the latest first, and the data there is of the library's own."""

    evaluations: list[Evaluation]
    data: list[str] = Field(description="Names under evaluations/data of the data directory.")


class Start(BaseModel):
    """What to run."""

    model_config = ConfigDict(extra="forbid")

    suite: Suite | None = Field(default=None, description="One suite; null for every one that there is data for.")
    data: str | None = Field(
        default=None, max_length=300,
        description="A file or folder under evaluations/data of the data directory; null for the bundled data.",
    )  # fmt: skip
    most: int | None = Field(default=None, ge=1, le=100_000, description="Cases of each set, evenly picked.")
    fresh: bool = Field(default=False, description="Take nothing from earlier runs.")


class Evaluated(Evaluation):
    """A run with its report."""

    report: Report | None = Field(default=None, description="Null where there is none (yet).")


@router.get("/evaluations", summary="List the evaluations", responses=described())
def evaluations(parts: WithParts) -> EvaluationList:
    """The run that is going on, and the last 20 reports, each suite with the figure that sums it up."""
    kept = Evaluations.of(parts.assistant)
    return EvaluationList(evaluations=kept.all(), data=kept.sets())


@router.post("/evaluations", summary="Run the evaluation", status_code=202, responses=described(409))
def start(body: Start, response: Response, parts: WithParts) -> Evaluation:
    """A job in a process of its own that gives way to answers; one at a time. It is followed at `Location`."""
    run = Evaluations.of(parts.assistant).start(body.suite, body.data, body.most, body.fresh)
    response.headers["Location"] = f"/v1/evaluations/{run.id}"
    return run


_SHOWN: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The run with its report; as a page where `text/html` is accepted.",
        "content": {"text/html": {"schema": {"type": "string"}}},
    },
    **described(404),
}


@router.get("/evaluations/{evaluation_id}", summary="One evaluation", response_model=Evaluated, responses=_SHOWN)
def evaluation(id_: Id, request: Request, parts: WithParts) -> Evaluated | Response:
    """With its report, if there is one. A browser gets the report as a page; 404 while there is none."""
    run = _found(parts, id_)
    report = Evaluations.of(parts.assistant).reports.read(id_) if run.status == "done" else None
    if "text/html" not in request.headers.get("accept", ""):
        return Evaluated(**run.model_dump(), report=report)
    if report is None:
        raise HTTPException(404, f"evaluation {id_} is {run.status} and has no report")
    return HTMLResponse(as_html(report), headers={"Content-Security-Policy": _POLICY})


_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""The page has no script and nothing from elsewhere; what it shows is other people's text."""


@router.delete("/evaluations/{evaluation_id}", summary="Cancel an evaluation", responses=described(404))
def cancel(id_: Id, parts: WithParts) -> Evaluation:
    """It ends at once; what it has found is known to the next run. A finished one stays as it is."""
    _found(parts, id_)
    return Evaluations.of(parts.assistant).cancel(id_) or _found(parts, id_)


_FOLLOWED = {
    200: {
        "description": "Events: `progress` (an EvaluationProgress) and `done` (the Evaluation), the last.",
        "content": events("progress", "done"),
    },
    **described(404),
}


@router.get(
    "/evaluations/{evaluation_id}/events", summary="Follow an evaluation", response_class=StreamingResponse,
    responses=_FOLLOWED,
)  # fmt: skip
async def follow(id_: Id, parts: WithParts) -> StreamingResponse:
    """How far it is, as server-sent events, until it is over."""
    await run_in_threadpool(_found, parts, id_)
    kept = Evaluations.of(parts.assistant)

    def look() -> Seen | None:
        run = kept.get(id_)
        return Seen(run, run.progress, run.over or parts.work.draining) if run else None

    return followed(look)


def _found(parts: Parts, id_: str) -> Evaluation:
    found = Evaluations.of(parts.assistant).get(id_)
    if found is None:
        raise HTTPException(404, f"no evaluation {id_}; `GET /v1/evaluations` lists them")
    return found
