"""The library as tools for an assistant, over the Model Context Protocol: `danchung mcp`, or `/mcp` of a server."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated, Any, Protocol, TypeVar

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp_types import ToolAnnotations
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from assistant.answer import Answer, DocumentInfo, SearchHit
from ingest.errors import DanchungError, InputError

if TYPE_CHECKING:
    from fastapi import FastAPI

    from assistant.assistant import Assistant

log = logging.getLogger("danchung")
T = TypeVar("T")
Do = Callable[[Callable[[], Any]], Awaitable[Any]]
"""Has a task done elsewhere than in the event loop."""
LONGEST = 20_000
"""Characters of a document in one reply: an assistant's window is not endless."""
_INSTRUCTIONS = """Answers from a folder of reports. `ask` gives statements whose citations have been checked: quote
them with their markers [n] and add nothing of your own. Where `abstained` is true the reports do not say: tell
`reason`."""
_READS = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)


class Asked(Protocol):
    """What the tools need: the library, or a server that owns it."""

    def ask(self, question: str, history: Any = (), filters: Any = None, *, explain: bool = False) -> Answer: ...
    def search(self, query: str, k: int = 10, filters: Any = None) -> list[SearchHit]: ...
    def documents(self) -> list[DocumentInfo]: ...
    def document(self, document_id: str) -> DocumentInfo: ...


class Found(BaseModel):
    """Passages, best first."""

    hits: list[SearchHit]


class Listed(BaseModel):
    """A page of the documents, by source."""

    documents: list[DocumentInfo]
    total: int


class Read(BaseModel):
    """A document, and a piece of its text."""

    document: DocumentInfo
    text: str
    start: int = Field(description="Where the piece starts, in code points of the document's text.")
    next: int | None = Field(description="The start of the next piece; null where it ends.")


Filters = Annotated[
    dict[str, Any] | None,
    Field(
        description="Only reports that pass: language, period (2024, 2024-H1), place, source, document, since, until."
    ),
]


def build_mcp(asked: Asked, do: Do = asyncio.to_thread) -> MCPServer:
    """The tools over a library. `do` has what takes long done; what it raises is told to the caller in one line."""
    server = MCPServer("danchung", title="Danchung", instructions=_INSTRUCTIONS, log_level="WARNING")

    async def done(task: Callable[[], T]) -> T:
        try:
            result: T = await do(task)
        except (DanchungError, HTTPException) as exc:
            raise ToolError(str(exc.detail if isinstance(exc, HTTPException) else exc)) from exc
        except Exception as exc:
            log.exception("a tool failed")
            raise ToolError("something went wrong; the server's log has the details") from exc
        return result

    @server.tool(title="Ask the reports", annotations=_READS)
    async def ask(
        question: Annotated[str, Field(description="In English, French or Vietnamese.")], filters: Filters = None
    ) -> Answer:
        """Answer a question from the reports. Every statement cites words of a report, which have been checked; when
        the reports do not say, `abstained` is true and `reason` says what is missing."""
        return await done(lambda: asked.ask(question, (), filters))

    @server.tool(title="Search the reports", annotations=_READS)
    async def search(
        query: str, k: Annotated[int, Field(ge=1, le=100, description="How many.")] = 10, filters: Filters = None
    ) -> Found:
        """Find passages of the reports, best first, word for word."""
        return await done(lambda: Found(hits=asked.search(query, k, filters)))

    @server.tool(title="List the reports", annotations=_READS)
    async def list_documents(
        limit: Annotated[int, Field(ge=1, le=200)] = 50, offset: Annotated[int, Field(ge=0)] = 0
    ) -> Listed:
        """The reports, by source, with their language, period, places and people."""

        def listed() -> Listed:
            found = asked.documents()
            return Listed(documents=[_public(info) for info in found[offset : offset + limit]], total=len(found))

        return await done(listed)

    @server.tool(title="Read a report", annotations=_READS)
    async def get_document(
        document_id: str,
        start: Annotated[int, Field(ge=0, description="Where to begin, in characters.")] = 0,
        length: Annotated[int, Field(ge=1, le=LONGEST)] = LONGEST,
    ) -> Read:
        """What is known of a report, and its text; a long one in pieces. Citations' offsets count in this text."""

        def read() -> Read:
            info = _public(asked.document(document_id))
            text = info.text or ""
            if start > len(text):
                raise InputError(f"start is {start}, and the text has {len(text)} characters")
            end = start + length
            piece = text[start:end]
            return Read(
                document=info.model_copy(update={"text": None}), text=piece, start=start,
                next=end if end < len(text) else None,
            )  # fmt: skip

        return await done(read)

    return server


def run_on_stdio(asked: Asked) -> None:
    """Serve on standard input and output until they are closed."""
    build_mcp(asked).run("stdio")


def mount_mcp(api: FastAPI, assistant: Assistant) -> None:
    """Serve the tools at `/mcp`, to whom the API's guard lets in, and as many at once as the API answers."""
    from starlette.routing import Route

    from assistant.api.app import NotSo
    from assistant.api.parts import Parts

    parts: Parts = api.state.parts
    server = build_mcp(assistant, lambda task: parts.work.run(None, lambda _: task()))
    app = server.streamable_http_app(
        stateless_http=True,  # a reply needs nothing of the call before it
        json_response=True,
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),  # the guard has looked
    )
    (route,) = (route for route in app.routes if isinstance(route, Route))
    # Only POST: a stream that a GET opens would never have anything to tell.
    api.router.routes.extend([Route("/mcp", route.endpoint, methods=["POST"]), Route("/mcp", NotSo("POST"))])
    living = api.router.lifespan_context

    @asynccontextmanager
    async def with_sessions(app: FastAPI) -> AsyncIterator[Any]:
        async with living(app) as state, server.session_manager.run():
            yield state

    api.router.lifespan_context = with_sessions


def _public(info: DocumentInfo) -> DocumentInfo:
    """Without where the file lies."""
    return info.model_copy(update={"path": None})
