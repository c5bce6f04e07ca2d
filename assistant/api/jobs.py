"""`/v1/jobs`: what is being read into the library, and how far it is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from assistant.api.events import HEADERS, event
from assistant.api.parts import Parts, WithParts
from assistant.api.problems import described, events
from assistant.uploads import Job

router = APIRouter(prefix="/v1", tags=["documents"])

Id = Annotated[str, Path(alias="job_id", description="A job's id.", examples=["0f3a" * 8])]
LOOK = 0.2
"""Seconds between two looks at a job, for those who follow it."""
PINGS = 50
"""Looks without news after which a sign of life is sent."""


class JobList(BaseModel):
    """The jobs that are remembered, the latest first, without their files."""

    jobs: list[Job]


@router.get("/jobs", summary="List the jobs", responses=described())
def jobs(parts: WithParts) -> JobList:
    """Those to be done, and the last 200 that are over."""
    return JobList(jobs=parts.jobs.all())


@router.get("/jobs/{job_id}", summary="One job", responses=described(404))
def job(id_: Id, parts: WithParts) -> Job:
    """How far it is, and what became of each file so far."""
    return _found(parts, id_)


@router.delete("/jobs/{job_id}", summary="Cancel a job", responses=described(404))
def cancel(id_: Id, parts: WithParts) -> Job:
    """It ends after what it is writing. What it has read stays in the library."""
    _found(parts, id_)
    return parts.jobs.cancel(id_) or _found(parts, id_)


_FOLLOWED = {
    200: {
        "description": "Events: `file` (a FileResult) for each file that is done with, `progress` (a JobProgress), and "
        "`done` (the Job), the last.",
        "content": events("file", "progress", "done"),
    },
    **described(404),
}


@router.get(
    "/jobs/{job_id}/events", summary="Follow a job", response_class=StreamingResponse, responses=_FOLLOWED
)  # fmt: skip
async def follow(id_: Id, parts: WithParts) -> StreamingResponse:
    """The job from its beginning, and then as it goes on, as server-sent events."""
    _found(parts, id_)
    return StreamingResponse(_events(parts, id_), media_type="text/event-stream", headers=HEADERS)


async def _events(parts: Parts, id_: str) -> AsyncIterator[str]:
    told, last, quiet = 0, "", 0
    while job := parts.jobs.get(id_):
        for result in job.files[told:]:
            yield event("file", result)
        told = len(job.files)
        now = event("progress", job.progress)
        if now != last:
            yield now
        elif (quiet := quiet + 1) % PINGS == 0:
            yield ": still there\n\n"
        last = now
        if job.over or parts.work.draining:
            yield event("done", job)
            return
        await asyncio.sleep(LOOK)


def _found(parts: Parts, id_: str) -> Job:
    found = parts.jobs.get(id_)
    if found is None:
        raise HTTPException(404, f"no job {id_}; `GET /v1/jobs` lists them")
    return found
