"""The API put together: the resources, and around them, from the outside in, what observes, lets in and limits."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import entry_points
from typing import Any

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import Receive, Scope, Send

from assistant.api import asking, conversations, documents, figures, health, jobs, openai_chat, openai_models, search
from assistant.api.guard import Access, Guard
from assistant.api.limits import LimitBody
from assistant.api.observe import Metrics, Observed
from assistant.api.parts import Parts
from assistant.api.problems import Problem, problem, translate_errors
from assistant.api.work import Work
from assistant.assistant import Assistant
from assistant.kept import Kept
from assistant.settings import ServerSettings
from assistant.uploads import Jobs

VERSION = "1.0"
"""Of the API. What is under /v1 keeps its meaning; what is new is added."""
_ABOUT = """Answers from a folder of reports; every sentence carries a citation that has been checked against the
passage it cites. Every error is RFC 9457 problem JSON. Where the server asks for keys, send
`Authorization: Bearer KEY`. Under `/v1/chat/completions`, `/v1/models` and `/v1/embeddings` it speaks OpenAI's
protocol, under `/mcp` the Model Context Protocol."""
_RESOURCES = (asking, search, documents, figures, jobs, conversations, openai_chat, openai_models, health)


def build_api(assistant: Assistant, settings: ServerSettings | None = None, access: Access | None = None) -> FastAPI:
    """The API over an open assistant; without `access`, open to anyone who can reach it. What is uploaded is read once
    the app is started."""
    settings = settings or ServerSettings()
    access = access or Access()
    parts = Parts(
        assistant, settings, access,
        Work(settings.at_once, settings.waiting, settings.request_timeout),
        Jobs(assistant), Kept(assistant.library.data_dir / "conversations"), Metrics(),
    )  # fmt: skip
    parts.metrics.gauges(lambda: health.gauges(parts))

    @asynccontextmanager
    async def living(_: FastAPI) -> AsyncIterator[None]:
        parts.jobs.start()
        try:
            yield
        finally:
            parts.jobs.close()
            parts.work.close()

    api = FastAPI(
        title="Danchung",
        version=VERSION,
        docs_url=None,  # FastAPI's pages load their scripts from the network; /openapi.json describes all
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: f"{route.endpoint.__module__.rpartition('.')[2]}-{route.name}",
        description=_ABOUT,
        lifespan=living,
        middleware=_layers(parts),
    )
    api.state.parts = parts
    translate_errors(api)
    for resource in _RESOURCES:
        api.include_router(resource.router)
    for point in sorted(entry_points(group="danchung.resources"), key=lambda point: point.name):
        api.include_router(point.load())  # a router of another package
    _describe(api)
    return api


def _layers(parts: Parts) -> list[Middleware]:
    """From the outside in."""
    layers = [Middleware(Observed, metrics=parts.metrics, log_content=parts.settings.log_content)]
    if origins := parts.access.origins:
        layers.append(
            Middleware(
                CORSMiddleware, allow_origins=sorted(origins), allow_methods=["GET", "POST", "DELETE"],
                allow_headers=["authorization", "content-type", "x-api-key", "x-request-id"],
                expose_headers=["x-request-id", "retry-after", "location"],
            )
        )  # fmt: skip
    return [
        *layers,
        Middleware(Guard, access=parts.access),
        Middleware(LimitBody, upload=parts.settings.upload_mb << 20),
    ]


def _describe(api: FastAPI) -> None:
    """Complete the description: keys, and the one form of every error."""
    generated = api.openapi

    def described() -> dict[str, Any]:
        if api.openapi_schema is None:
            told = generated()
            components = told.setdefault("components", {})
            schemas = components.setdefault("schemas", {})
            problem_schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas |= problem_schema.pop("$defs", {}) | {"Problem": problem_schema}
            for unused in ("HTTPValidationError", "ValidationError"):
                schemas.pop(unused, None)
            components["schemas"] = dict(sorted(schemas.items()))
            components["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
            told["security"] = [{}, {"key": []}]
        return api.openapi_schema or told

    api.openapi = described  # type: ignore[method-assign]


def refuse_the_rest(api: FastAPI) -> None:
    """Answer wrong methods, and unknown addresses under /v1, as problem JSON, in place of what is mounted after."""
    described: dict[str, dict[str, Any]] = api.openapi()["paths"] | {"/openapi.json": {"get": {}}}
    rest: list[BaseRoute] = [
        Route(path, NotSo(*(method.upper() for method in operations))) for path, operations in described.items()
    ]
    api.router.routes.extend([*rest, Mount("/v1", _nothing)])


class NotSo:
    """Any method that an address does not know."""

    def __init__(self, *allowed: str) -> None:
        self._methods, self._allowed = allowed, ", ".join(sorted(allowed))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] in self._methods:  # an id with a line break in it, which is no id
            await _nothing(scope, receive, send)
            return
        if scope["method"] == "OPTIONS":
            detail = "pages of other origins may not call; DANCHUNG_CORS_ORIGINS names those that may"
        else:
            detail = f"{scope['method'][:20]} is none of {self._allowed}"
        path = scope["path"]
        await problem(405, detail, path, {"Allow": self._allowed})(scope, receive, send)


async def _nothing(scope: Scope, receive: Receive, send: Send) -> None:
    path = scope["path"]
    await problem(404, f"there is no {path}; /openapi.json lists what there is", path)(scope, receive, send)
