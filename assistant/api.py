"""The HTTP API. Errors are RFC 9457 problem JSON, and one line says what is wrong and what to do."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.answer import Answer, DocumentInfo, SearchHit
from assistant.assistant import Assistant
from ingest.errors import DanchungError, InputError

log = logging.getLogger("danchung")

MAX_BODY = 1024 * 1024
"""Bytes a request may carry: a question and its history, not a document."""


class Turn(BaseModel):
    """One earlier turn of the conversation."""

    role: str = Field(pattern="^(user|assistant)$")
    content: str


class Ask(BaseModel):
    """A question, the turns before it, and filters on the documents it is asked over."""

    model_config = ConfigDict(extra="forbid")

    question: str = Field(examples=["How many new corruption cases were prosecuted in 2024?"])
    history: list[Turn] = []
    filters: dict[str, Any] | None = Field(default=None, examples=[{"language": "fr", "period": "2023"}])
    explain: bool = Field(default=False, description="Say in usage.explained why passages were chosen.")


class Search(BaseModel):
    """A query for passages; `k` is how many."""

    model_config = ConfigDict(extra="forbid")

    query: str
    k: int = 10
    filters: dict[str, Any] | None = None


class Hits(BaseModel):
    hits: list[SearchHit]


class Documents(BaseModel):
    documents: list[DocumentInfo]


class Health(BaseModel):
    status: str = "ok"
    documents: int
    passages: int
    model: str | None = None


class Problem(BaseModel):
    """RFC 9457."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str


def build_api(assistant: Assistant) -> FastAPI:
    """The API over an open assistant. Endpoints are plain functions: FastAPI runs each in a thread."""
    api = FastAPI(
        title="Danchung",
        docs_url=None,  # FastAPI's pages load their scripts from the network; /openapi.json describes all
        redoc_url=None,
        description="Answers from a folder of reports; every sentence carries a citation that has been checked.",
        responses={status: {"model": Problem, "content": {PROBLEM: {}}} for status in (413, 422, 503)},
    )
    _translate_errors(api)

    @api.post("/v1/ask", summary="Answer a question with checked citations, or abstain and say what is missing")
    def ask(body: Ask) -> Answer:
        history = [turn.model_dump() for turn in body.history]
        return assistant.ask(body.question, history, body.filters, explain=body.explain)

    @api.post("/v1/search", summary="Find passages, best first")
    def search(body: Search) -> Hits:
        return Hits(hits=assistant.search(body.query, body.k, body.filters))

    @api.get("/v1/documents", summary="List the documents")
    def documents() -> Documents:
        return Documents(documents=[_public(info) for info in assistant.documents()])

    @api.get("/v1/documents/{document_id}", summary="One document, with its text")
    def document(document_id: str) -> DocumentInfo:
        return _found(assistant, document_id)

    @api.get("/healthz", summary="Whether the server answers, and what it holds")
    def healthz() -> Health:
        counts = assistant.library.passage_counts()
        model = assistant.model.settings.name if assistant.model else None
        return Health(documents=len(counts), passages=sum(counts.values()), model=model)

    return api


def _public(info: DocumentInfo) -> DocumentInfo:
    """Without where the file lies on the server."""
    return info.model_copy(update={"path": None})


def _found(assistant: Assistant, document_id: str) -> DocumentInfo:
    try:
        return _public(assistant.document(document_id))
    except InputError as exc:
        raise HTTPException(404, str(exc)) from exc


def refuse_the_rest(api: FastAPI) -> None:
    """Answer unknown paths and methods under /v1 as problem JSON, in place of what is mounted after."""
    routes = [route for route in api.routes if isinstance(route, APIRoute)]

    @api.api_route("/v1/{rest:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"], include_in_schema=False)
    def unknown(request: Request) -> None:
        allowed = {m for route in routes if route.path_regex.match(request.url.path) for m in route.methods or ()}
        if allowed:
            raise HTTPException(405, "Method Not Allowed", headers={"Allow": ", ".join(sorted(allowed))})
        raise HTTPException(404, f"there is no {request.url.path}; /openapi.json lists what there is")


PROBLEM = "application/problem+json"


def problem(status: int, detail: str) -> JSONResponse:
    """An error as problem JSON."""
    title = HTTPStatus(status).phrase
    printable = detail.encode("utf-8", "replace").decode()  # it may repeat half a character of the request
    content = Problem(title=title, status=status, detail=printable).model_dump()
    return JSONResponse(content, status, media_type=PROBLEM)


def _translate_errors(api: FastAPI) -> None:
    @api.exception_handler(DanchungError)
    def explained(_: Request, exc: DanchungError) -> Response:
        return problem(exc.status, str(exc))

    @api.exception_handler(HTTPException)
    def refused(_: Request, exc: HTTPException) -> Response:
        response = problem(exc.status_code, str(exc.detail))
        response.headers.update(exc.headers or {})  # 405 says in Allow what is
        return response

    @api.exception_handler(RequestValidationError)
    def malformed(_: Request, exc: RequestValidationError) -> Response:
        first = exc.errors()[0]
        where = ".".join(str(part) for part in first["loc"] if part != "body") or "the request"
        return problem(422, f"{where}: {first['msg']}")

    @api.exception_handler(Exception)
    def unexpected(request: Request, exc: Exception) -> Response:
        log.error("%s %s failed", request.method, request.url.path, exc_info=exc)
        return problem(500, "something went wrong; the server's log has the details")

    api.add_middleware(_LimitBody)


class _LimitBody:
    """Counts a body as it comes, so that one sent in chunks, without its length, is refused too."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/v1/"):
            return await self.app(scope, receive, send)
        too_large = f"the request is larger than {MAX_BODY >> 20} MB; ask in fewer words"
        length = Headers(scope=scope).get("content-length", "")
        if length.isdigit() and int(length) > MAX_BODY:
            return await problem(413, too_large)(scope, receive, send)
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > MAX_BODY:
                raise HTTPException(413, too_large)  # FastAPI lets it through to the handler above
            return message

        return await self.app(scope, counted, send)
