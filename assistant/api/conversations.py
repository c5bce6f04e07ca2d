"""`/v1/conversations`: questions one after the other, kept by the server for who began them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import PlainTextResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from assistant.answer import Answer
from assistant.api.asking import answered, noted
from assistant.api.parts import Parts, WithCaller, WithParts
from assistant.api.problems import described
from assistant.api.values import QUESTION, Ask, Filters
from assistant.kept import MOST_TURNS, ConversationInfo, KeptConversation
from assistant.keys import Caller

router = APIRouter(prefix="/v1", tags=["conversations"])

Id = Annotated[str, Path(alias="conversation_id", description="A conversation's id.", examples=["0f3a" * 8])]


class Asked(BaseModel):
    """The next question of a conversation."""

    model_config = ConfigDict(extra="forbid")

    question: str = Field(examples=[QUESTION, "And in 2023?"])
    filters: Filters = None
    explain: bool = False


class Conversations(BaseModel):
    """A page of a caller's conversations, the last used first."""

    conversations: list[ConversationInfo]
    total: int
    next: int | None = Field(default=None, description="The `offset` of the next page; null on the last.")


@router.post("/conversations", status_code=201, summary="Begin a conversation", responses=described())
def begin(response: Response, parts: WithParts, caller: WithCaller) -> KeptConversation:
    """An empty one, which only the key that began it can see."""
    conversation = parts.kept.begin(caller.name)
    response.headers["Location"] = f"/v1/conversations/{conversation.id}"
    return conversation


@router.get("/conversations", summary="List your conversations", responses=described())
def conversations(
    parts: WithParts,
    caller: WithCaller,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    offset: Annotated[int, Query(ge=0, le=10**9)] = 0,
) -> Conversations:
    """Those begun with your key, the last used first."""
    mine = parts.kept.of(caller.name)
    page, more = mine[offset : offset + limit], offset + limit < len(mine)
    return Conversations(conversations=page, total=len(mine), next=offset + limit if more else None)


_AS_MARKDOWN: dict[int | str, dict[str, Any]] = {
    200: {
        "model": KeptConversation,
        "description": "With `Accept: text/markdown`, questions as headings and citations as footnotes.",
        "content": {"text/markdown": {"schema": {"type": "string"}}},
    },
    **described(404),
}


@router.get("/conversations/{conversation_id}", summary="One conversation", response_model=KeptConversation,
            responses=_AS_MARKDOWN)  # fmt: skip
def conversation(id_: Id, request: Request, parts: WithParts, caller: WithCaller) -> KeptConversation | Response:
    """Its answers, in the order they were given, each with its citations."""
    found = _found(parts, id_, caller)
    if "text/markdown" in request.headers.get("accept", ""):
        return PlainTextResponse(found.to_markdown(), media_type="text/markdown")
    return found


@router.post(
    "/conversations/{conversation_id}/ask", summary="Ask the next question", responses=described(404, 409, 504)
)
async def ask(id_: Id, body: Asked, request: Request, parts: WithParts, caller: WithCaller) -> Answer:
    """Answered as by `/v1/ask`, with the turns so far as history, and kept."""
    noted(body.question)
    found = await run_in_threadpool(_found, parts, id_, caller)
    if len(found.answers) >= MOST_TURNS:
        raise HTTPException(409, f"the conversation has its {MOST_TURNS} turns; begin another")
    asked = Ask(question=body.question, filters=body.filters, explain=body.explain)
    answer = await answered(request, parts, asked, found.history)
    if await run_in_threadpool(parts.kept.add, id_, caller.name, answer) is None:
        raise HTTPException(404, f"no conversation {id_}; it was removed while its question was answered")
    return answer


@router.delete(
    "/conversations/{conversation_id}", status_code=204, summary="Remove a conversation", responses=described(404),
    response_class=Response,
)  # fmt: skip
def remove(id_: Id, parts: WithParts, caller: WithCaller) -> Response:
    _found(parts, id_, caller)
    parts.kept.remove(id_, caller.name)
    return Response(status_code=204)


def _found(parts: Parts, id_: str, caller: Caller) -> KeptConversation:
    found = parts.kept.get(id_, caller.name)
    if found is None:
        raise HTTPException(404, f"no conversation {id_}; `GET /v1/conversations` lists yours")
    return found
