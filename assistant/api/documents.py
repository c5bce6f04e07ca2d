"""`/v1/documents`: list, upload, read, take out."""

from __future__ import annotations

import asyncio
import time
from typing import Annotated, Any

from fastapi import APIRouter, File, Path, Query, Request, UploadFile
from fastapi.responses import Response
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from assistant.answer import DocumentInfo
from assistant.api.parts import Parts, WithParts
from assistant.api.problems import described
from assistant.uploads import FileResult, Job
from ingest.errors import DanchungError, InputError

router = APIRouter(prefix="/v1", tags=["documents"])

Id = Annotated[str, Path(alias="document_id", description="A document's id.", examples=["d0f3a1"])]
Several = Annotated[list[str] | None, Query()]


class Documents(BaseModel):
    """A page of the list, by source."""

    documents: list[DocumentInfo]
    total: int = Field(description="Documents that pass the filters, on every page together.")
    next: int | None = Field(default=None, description="The `offset` of the next page; null on the last.")


@router.get("/documents", summary="List the documents", responses=described())
def documents(
    parts: WithParts,
    limit: Annotated[int, Query(ge=1, le=1000, description="How many on a page.")] = 100,
    offset: Annotated[int, Query(ge=0, le=10**9, description="How many to leave out.")] = 0,
    language: Several = None,
    period: Several = None,
    place: Several = None,
    source: Several = None,
    document: Several = None,
    since: Several = None,
    until: Several = None,
) -> Documents:
    """Every document that passes the filters, without its text, by source. Filters are those of `/v1/ask`, each as a
    parameter that may be given more than once."""
    filters = {
        "language": language, "period": period, "place": place, "source": source, "document": document,
        "since": since, "until": until,
    }  # fmt: skip
    found = parts.assistant.documents({name: values for name, values in filters.items() if values})
    page = [public(info) for info in found[offset : offset + limit]]
    more = offset + limit < len(found)
    return Documents(documents=page, total=len(found), next=offset + limit if more else None)


@router.get("/documents/{document_id}", summary="One document, with its text", responses=described(404))
def document(id_: Id, parts: WithParts) -> DocumentInfo:
    """What is known of it, each with how it is known, and its text, in which citations' offsets count."""
    return _found(parts, id_)


@router.delete(
    "/documents/{document_id}", status_code=204, summary="Take a document out", responses=described(404),
    response_class=Response,
)  # fmt: skip
def remove(id_: Id, parts: WithParts) -> Response:
    """Out of the library, and of the uploads where it came from there and nothing else did. A file that the server's
    owner had it read stays on the disk, and comes back when it is read again."""
    _found(parts, id_)
    parts.jobs.forget(id_)
    return Response(status_code=204)


_UPLOADED: dict[int | str, dict[str, Any]] = {
    200: {"model": Job, "description": "The files are read, as far as they can be; `files` says which."},
    202: {"model": Job, "description": "The files are being read; `Location` is where to look."},
    **described(400),
}


@router.post(
    "/documents", summary="Upload files, and have them read into the library", response_model=Job, responses=_UPLOADED
)
async def upload(
    request: Request,
    response: Response,
    parts: WithParts,
    files: Annotated[list[UploadFile], File(description="One or more files, each with a name and its ending.")],
    wait: Annotated[
        float, Query(ge=0, le=600, description="Seconds to wait for the job; it goes on when they are over.")
    ] = 30.0,
) -> Job:
    """Each file has a result of its own: a bad one is named, and the rest goes on. A file of a name that is there
    already takes its place. Reading is a job: when it takes longer than `wait`, it is followed at `/v1/jobs/{id}`."""
    names, refused, first = await run_in_threadpool(_keep, parts, files)
    if not names:
        raise HTTPException(first.status if first else 422, f"no file could be taken: {first}")
    job = parts.jobs.add(names, refused)
    response.headers["Location"] = f"/v1/jobs/{job.id}"
    deadline = time.monotonic() + min(wait, parts.settings.request_timeout)
    while not job.over and time.monotonic() < deadline and not await request.is_disconnected():
        await asyncio.sleep(0.05)
        job = parts.jobs.get(job.id) or job
    response.status_code = 200 if job.over else 202
    return job


def _keep(parts: Parts, files: list[UploadFile]) -> tuple[list[str], list[FileResult], DanchungError | None]:
    """Keep the files; the names of those that are kept, why the others are not, and the first of these errors. A disk
    that is full for one file may have room for the next."""
    names: list[str] = []
    refused: list[FileResult] = []
    first: DanchungError | None = None
    for file in files:
        given = file.filename or ""
        try:
            name = parts.jobs.keep(given, file.file, but_not=names)
        except DanchungError as exc:
            first = first or exc
            shown = given.encode("utf-8", "replace").decode()[:200]
            refused.append(FileResult(name=shown, state="refused", message=str(exc)))
        else:
            names.append(name)
    return names, refused, first


def public(info: DocumentInfo) -> DocumentInfo:
    """Without where the file lies on the server."""
    return info.model_copy(update={"path": None})


def _found(parts: Parts, id_: str) -> DocumentInfo:
    try:
        return public(parts.assistant.document(id_))
    except InputError as exc:
        raise HTTPException(404, str(exc)) from exc
