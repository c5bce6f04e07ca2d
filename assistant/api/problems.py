"""Errors: RFC 9457 problem JSON, one line that says what is wrong and what to do. No trace of the inside leaves."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from ingest.errors import DanchungError

PROBLEM = "application/problem+json"
STREAM = "text/event-stream"
OPENAI_PATHS = ("/v1/chat/", "/v1/models", "/v1/embeddings")
"""Where clients of OpenAI look for `error`."""


class OpenAIError(BaseModel):
    """The error as OpenAI's clients read it."""

    message: str
    type: str
    param: str | None = None
    code: str | None = None


class Problem(BaseModel):
    """RFC 9457. Under the OpenAI-compatible addresses it has an `error` too."""

    type: str = Field(default="about:blank", examples=["about:blank"])
    title: str = Field(examples=["Unprocessable Content"])
    status: int = Field(examples=[422])
    detail: str = Field(examples=["the question is empty; ask something"])
    error: OpenAIError | None = Field(default=None, description="For OpenAI's clients, under their addresses only.")


def described(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What an OpenAPI operation says of these statuses; and of those any operation may answer."""
    always = (400, 401, 403, 408, 413, 422, 429, 503)
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in sorted({*statuses, *always})
    }


def events(*names: str) -> dict[str, Any]:
    """What an OpenAPI operation says of a stream: one event, of these names, or of none."""
    properties: dict[str, Any] = {"data": {"type": "string", "description": "JSON on one line."}}
    if names:
        properties["event"] = {"type": "string", "enum": list(names)}
    return {STREAM: {"schema": {"type": "object", "properties": properties, "required": sorted(properties)}}}


def made(status: int, detail: str, path: str = "", *, code: str | None = None, param: str | None = None) -> Problem:
    """The problem of an error at a path."""
    printable = " ".join(detail.encode("utf-8", "replace").decode().split())  # it may repeat half a character asked
    error = None
    if path.startswith(OPENAI_PATHS):
        error = OpenAIError(message=printable, type=_openai_type(status), param=param, code=code)
    return Problem(title=HTTPStatus(status).phrase, status=status, detail=printable, error=error)


def problem(status: int, detail: str, path: str = "", headers: dict[str, str] | None = None) -> JSONResponse:
    """An error as a response."""
    return respond(made(status, detail, path), headers)


def respond(told: Problem, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse(told.model_dump(exclude_none=told.error is None), told.status, headers, PROBLEM)


def _openai_type(status: int) -> str:
    kinds = {401: "authentication_error", 403: "permission_error", 404: "not_found_error", 429: "rate_limit_error"}
    return kinds.get(status, "invalid_request_error" if status < 500 else "server_error")


class Refused(HTTPException):
    """An HTTP error that says which parameter is wrong, for OpenAI's clients."""

    def __init__(self, status: int, detail: str, *, param: str | None = None, code: str | None = None) -> None:
        super().__init__(status, detail)
        self.param, self.code = param, code


def as_problem(exc: DanchungError | HTTPException, path: str = "") -> Problem:
    """The problem an exception tells of."""
    if isinstance(exc, DanchungError):
        return made(exc.status, str(exc), path)
    param, code = (exc.param, exc.code) if isinstance(exc, Refused) else (None, None)
    return made(exc.status_code, str(exc.detail), path, param=param, code=code)


def translate_errors(api: FastAPI) -> None:
    """Have every exception answered as a problem."""

    @api.exception_handler(DanchungError)
    async def explained(request: Request, exc: DanchungError) -> Response:
        return respond(as_problem(exc, request.url.path))

    @api.exception_handler(HTTPException)
    async def refused(request: Request, exc: HTTPException) -> Response:
        return respond(as_problem(exc, request.url.path), dict(exc.headers or {}))

    @api.exception_handler(RequestValidationError)
    async def malformed(request: Request, exc: RequestValidationError) -> Response:
        first = exc.errors()[0]
        where = ".".join(str(part) for part in first["loc"] if part not in ("body", "query", "path"))
        openai = request.url.path.startswith(OPENAI_PATHS)  # OpenAI's own API answers 400
        detail = f"{where or 'the request'}: {first['msg']}"
        return respond(made(400 if openai else 422, detail, request.url.path, param=where or None))
