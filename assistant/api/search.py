"""`POST /v1/search`: passages, best first."""

from __future__ import annotations

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from assistant.answer import SearchHit
from assistant.api.asking import noted
from assistant.api.parts import WithParts
from assistant.api.problems import described
from assistant.api.values import Filters

router = APIRouter(prefix="/v1", tags=["asking"])


class Search(BaseModel):
    """A query for passages."""

    model_config = ConfigDict(extra="forbid")

    query: str = Field(examples=["petitions signed by groups of people in 2024"])
    k: int = Field(default=10, description="How many, 1 to 100.", examples=[5])
    filters: Filters = None


class Hits(BaseModel):
    """Passages, best first."""

    hits: list[SearchHit]


@router.post("/search", summary="Find passages, best first", responses=described(504))
async def search(body: Search, request: Request, parts: WithParts) -> Hits:
    """Passages by what they mean and by their words. `score` is how likely a passage answers, and means the same in any
    library; `text` is verbatim, `document.text[start:end]`."""
    noted(body.query)
    found = await parts.work.run(request, lambda _: parts.assistant.search(body.query, body.k, body.filters))
    return Hits(hits=found)
