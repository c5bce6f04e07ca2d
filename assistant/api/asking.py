"""`POST /v1/ask`: a question, and its answer as JSON or as events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from fastapi import APIRouter, Request
from fastapi.responses import Response

from assistant.answer import Answer, CitationEvent, DoneEvent, Event, StatementEvent
from assistant.api.events import error_of, event, respond_with
from assistant.api.observe import content
from assistant.api.parts import Parts, WithParts
from assistant.api.problems import STREAM, described, events
from assistant.api.values import Ask
from assistant.api.work import Stop, until
from ingest.errors import DanchungError

router = APIRouter(prefix="/v1", tags=["asking"])

ANSWERED = {
    200: {
        "description": "The answer; as events where they are asked for: `citation` (a Citation) and `statement` "
        "(a Statement), each once it has passed its check, then `done` (the Answer) or `error` (a Problem).",
        "content": events("citation", "statement", "done", "error"),
    },
    **described(504),
}


@router.post(
    "/ask", summary="Answer a question with checked citations, or abstain and say what is missing",
    response_model=Answer, responses=ANSWERED,
)  # fmt: skip
async def ask(body: Ask, request: Request, parts: WithParts) -> Answer | Response:
    """Every statement of the answer cites words of a report, which have been checked. Where the reports do not say,
    `abstained` is true and `reason` says what is missing. `usage.notice` tells when a language model failed and the
    answer is therefore quotes."""
    noted(body.question)
    history = [turn.model_dump() for turn in body.history]
    if body.stream or STREAM in request.headers.get("accept", ""):
        told = parts.work.stream(lambda stop: streamed(parts, body, history, stop))
        return await respond_with(told, draw, lambda exc: event("error", error_of(exc)))
    return await answered(request, parts, body, history)


async def answered(request: Request, parts: Parts, body: Ask, history: Sequence[Mapping[str, str]]) -> Answer:
    """The whole answer to what is asked. Raises what `Assistant.ask` and `Work.run` raise."""

    def task(stop: Stop) -> Answer:
        for each in until(stop, streamed(parts, body, history, stop)):
            if isinstance(each, DoneEvent):
                return each.answer
        raise DanchungError("the answer has no end")

    return await parts.work.run(request, task)


def streamed(parts: Parts, body: Ask, history: Sequence[Mapping[str, str]], stop: Stop) -> Iterator[Event]:
    """The events of an answer, which is counted."""
    del stop  # `until`, around this, looks at it between events
    for each in parts.assistant.stream(body.question, history, body.filters, explain=body.explain):
        if isinstance(each, DoneEvent):
            parts.metrics.answered(each.answer)
        yield each


def noted(question: str) -> None:
    """Have the question in the log, where that is asked for."""
    if (asked := content.get()) is not None:
        asked["question"] = question


def draw(each: Event) -> str:
    """An event as it is sent."""
    match each:
        case CitationEvent(citation=citation):
            return event("citation", citation)
        case StatementEvent(statement=statement):
            return event("statement", statement)
        case DoneEvent(answer=answer):
            return event("done", answer)
