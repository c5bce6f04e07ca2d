"""`/v1/jobs`: what is being read into the library, and how far it is."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from assistant.api.events import Seen, event, followed
from assistant.api.parts import Parts, WithParts
from assistant.api.problems import described, events
from assistant.uploads import Job

router = APIRouter(prefix="/v1", tags=["documents"])

Id = Annotated[str, Path(alias="job_id", description="A job's id.", examples=["0f3a" * 8])]


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
    told = 0

    def look() -> Seen | None:
        nonlocal told
        job = parts.jobs.get(id_)
        if job is None:
            return None
        news = [event("file", result) for result in job.files[told:]]
        told = len(job.files)
        return Seen(job, job.progress, job.over or parts.work.draining, news)

    return followed(look)


def _found(parts: Parts, id_: str) -> Job:
    found = parts.jobs.get(id_)
    if found is None:
        raise HTTPException(404, f"no job {id_}; `GET /v1/jobs` lists them")
    return found
