"""`/v1/figures`: every figure the reports give, as JSON or as CSV."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response, StreamingResponse

from assistant.api.parts import Parts, WithParts
from assistant.api.problems import described
from assistant.figures import MOST, FigureInfo, Figures, csv_lines

router = APIRouter(prefix="/v1", tags=["figures"])

Several = Annotated[list[str] | None, Query()]
_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "model": Figures,
        "description": "A page; with `Accept: text/csv`, every figure that passes from `offset` on, whatever `limit`.",
        "content": {"text/csv": {"schema": {"type": "string"}}},
    },
    **described(),
}


@router.get("/figures", summary="List the figures", response_model=Figures, responses=_RESPONSES)
def figures(
    request: Request,
    parts: WithParts,
    limit: Annotated[int, Query(ge=1, le=MOST, description="How many on a page.")] = 100,
    offset: Annotated[int, Query(ge=0, le=10**9, description="How many to leave out.")] = 0,
    sort: Annotated[
        str, Query(description="source, value, unit, counted, period or place; with - before it, backwards.")
    ] = "source",
    conflicts: Annotated[bool, Query(description="Only figures over which sources differ.")] = False,
    measure: Annotated[
        list[str] | None, Query(description="Words of what is counted, in any language: `bị can`, `defendants`.")
    ] = None,
    unit: Annotated[list[str] | None, Query(description="percent, dong, days …; `count` for what has none.")] = None,
    text: Annotated[
        list[str] | None, Query(description="Words, each in what is counted, the place, the source or the number.")
    ] = None,
    language: Several = None,
    period: Several = None,
    place: Several = None,
    source: Several = None,
    document: Several = None,
) -> Figures | Response:
    """Every figure that passes the filters, with the words that give it. A filter may be given more than once; `period`
    and `place` are the figure's own. Where sources differ over a figure, `conflicts` has what the others say."""
    filters = {
        "measure": measure, "unit": unit, "text": text, "language": language, "period": period, "place": place,
        "source": source, "document": document,
    }  # fmt: skip
    given = {name: values for name, values in filters.items() if values}
    found = parts.assistant.figures(given, conflicts=conflicts, sort=sort, limit=limit, offset=offset)
    if not _prefers_csv(request):
        return found
    every = _every(parts, given, conflicts, sort, offset)
    headers = {"content-disposition": 'attachment; filename="figures.csv"', "vary": "accept"}
    return StreamingResponse(
        (line.encode("utf-8") for line in ("\ufeff", *csv_lines(every))), media_type="text/csv", headers=headers
    )


def _every(parts: Parts, filters: dict[str, Any], conflicts: bool, sort: str, offset: int) -> Iterator[FigureInfo]:
    following: int | None = offset
    while following is not None:
        page = parts.assistant.figures(filters, conflicts=conflicts, sort=sort, limit=MOST, offset=following)
        yield from page.figures
        following = page.next


def _prefers_csv(request: Request) -> bool:
    """Whether CSV stands before JSON among what the caller accepts."""
    accepted = [part.split(";")[0].strip() for part in request.headers.get("accept", "").lower().split(",")]
    return "text/csv" in accepted and "application/json" not in accepted[: accepted.index("text/csv")]
