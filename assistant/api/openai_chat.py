"""`POST /v1/chat/completions`: the answer as OpenAI's clients expect one, its citations kept.

The last message is the question and the turns before it are the history. Instructions to the "model" (system and
developer messages, temperature, tools) change nothing: what is said is what the reports prove.
"""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Sequence
from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from assistant.answer import Answer, DoneEvent, Event, StatementEvent
from assistant.api.asking import answered, noted, streamed
from assistant.api.events import error_of, respond_with
from assistant.api.openai_models import MODEL
from assistant.api.parts import WithParts
from assistant.api.problems import Refused, described, events
from assistant.api.values import QUESTION, Ask, Filters
from assistant.verify import as_written
from ingest.split import count_tokens

router = APIRouter(prefix="/v1", tags=["OpenAI-compatible"])

_MARKER = re.compile(r"\[(\d+)\]")


class Part(BaseModel):
    """A piece of a message; only text can be asked."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(examples=["text"])
    text: str | None = None


class Message(BaseModel):
    """A turn of the conversation. Only those of the user and the assistant count."""

    model_config = ConfigDict(extra="allow")

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None

    def words(self) -> str:
        if isinstance(self.content, list):
            return "\n".join(part.text or "" for part in self.content)
        return self.content or ""


class StreamOptions(BaseModel):
    model_config = ConfigDict(extra="allow")

    include_usage: bool = False


class ChatRequest(BaseModel):
    """A chat completion. What OpenAI's API knows beyond this is accepted and changes nothing."""

    model_config = ConfigDict(extra="allow")

    model: str = Field(description="`danchung`.", examples=[MODEL])
    messages: list[Message] = Field(min_length=1, examples=[[{"role": "user", "content": QUESTION}]])
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    n: int | None = Field(default=None, description="One answer is given; another number is refused.")
    filters: Filters = None


class UrlCitation(BaseModel):
    """Where a marker of the content leads. `start_index` and `end_index` are the marker's place in the content; the
    rest is what OpenAI's API does not have: the verbatim quote, and where it stands."""

    url: str = Field(description="Where the report was published, else its address on this server.")
    title: str
    start_index: int
    end_index: int
    n: int
    quote: str
    document_id: str
    page: int | None = None


class Annotation(BaseModel):
    type: Literal["url_citation"] = "url_citation"
    url_citation: UrlCitation


class ReplyMessage(BaseModel):
    role: Literal["assistant"] = "assistant"
    content: str = Field(description="The answer with its markers [1]; of an abstention, what is missing.")
    refusal: str | None = None
    annotations: list[Annotation] = []


class Choice(BaseModel):
    index: int = 0
    message: ReplyMessage
    finish_reason: Literal["stop"] = "stop"
    logprobs: None = None


class Usage(BaseModel):
    """Tokens: the language model's where one wrote, else those of the question's turns and the answer (o200k_base)."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class ChatCompletion(BaseModel):
    """OpenAI's chat completion; `danchung` is the whole Answer."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int = Field(description="Seconds since 1970.")
    model: str
    choices: list[Choice]
    usage: Usage
    danchung: Answer


_REPLIED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The completion; with `stream`, server-sent events of chunks and `[DONE]`, the last chunk with "
        "the annotations and the Answer.",
        "content": events(),
    },
    **described(400, 404, 504),
}


@router.post(
    "/chat/completions", summary="Answer the last message of a conversation", response_model=ChatCompletion,
    responses=_REPLIED,
)  # fmt: skip
async def complete(body: ChatRequest, request: Request, parts: WithParts) -> ChatCompletion | Response:
    """The same answer as `/v1/ask` gives. Markers `[n]` in the content are its citations, `annotations` lead from each
    marker to its report, and `danchung` has all of it."""
    question, history = _asked(body)
    noted(question)
    ask = Ask(question=question, filters=body.filters)
    id_, base = f"chatcmpl-{uuid.uuid4().hex}", str(request.base_url).rstrip("/")
    if body.stream:
        chunks = _Chunks(id_, body, base, request.url.path)
        told = parts.work.stream(lambda stop: streamed(parts, ask, history, stop))
        response: StreamingResponse = await respond_with(told, chunks.draw, chunks.fail)
        return response
    answer = await answered(request, parts, ask, history)
    message = ReplyMessage(content=answer.answer, annotations=annotated(answer, base))
    return ChatCompletion(
        id=id_, created=int(time.time()), model=MODEL, choices=[Choice(message=message)],
        usage=_usage(body.messages, answer), danchung=answer,
    )  # fmt: skip


def _asked(body: ChatRequest) -> tuple[str, list[dict[str, str]]]:
    """The question and the turns before it. Raises Refused."""
    if body.model != MODEL:
        detail = f"there is no model {body.model[:60]!r}; use {MODEL!r}"
        raise Refused(404, detail, param="model", code="model_not_found")
    if body.n not in (None, 1):
        raise Refused(400, "one answer is given: there is one truth to quote; leave n out", param="n")
    turns = [message for message in body.messages if message.role in ("user", "assistant")]
    if not turns or turns[-1].role != "user":
        raise Refused(400, "the last message must be the user's: it is the question", param="messages")
    if isinstance(turns[-1].content, list) and any(part.type != "text" for part in turns[-1].content):
        raise Refused(400, "only text can be asked", param="messages")
    history = [{"role": turn.role, "content": turn.words()} for turn in turns[:-1]]
    return turns[-1].words(), history


def annotated(answer: Answer, base: str) -> list[Annotation]:
    """One for each marker of the answer, in their order."""
    cited = {citation.n: citation for citation in answer.citations}
    found = []
    for marker in _MARKER.finditer(answer.answer):
        if citation := cited.get(int(marker[1])):
            url = citation.url or f"{base}/v1/documents/{citation.document_id}"
            found.append(
                Annotation(
                    url_citation=UrlCitation(
                        url=url, title=citation.title, start_index=marker.start(), end_index=marker.end(),
                        n=citation.n, quote=citation.quote, document_id=citation.document_id, page=citation.page,
                    )
                )
            )  # fmt: skip
    return found


def _usage(messages: Sequence[Message], answer: Answer) -> Usage:
    told = answer.usage.get("prompt_tokens"), answer.usage.get("completion_tokens")
    prompt = told[0] if isinstance(told[0], int) else sum(count_tokens(message.words()) for message in messages)
    completion = told[1] if isinstance(told[1], int) else count_tokens(answer.answer)
    return Usage(prompt_tokens=prompt, completion_tokens=completion, total_tokens=prompt + completion)


class Delta(BaseModel):
    role: Literal["assistant"] | None = None
    content: str | None = None
    annotations: list[Annotation] | None = None


class ChunkChoice(BaseModel):
    index: int = 0
    delta: Delta
    finish_reason: Literal["stop"] | None = None


class Chunk(BaseModel):
    """A piece of a streamed completion."""

    id: str
    object: Literal["chat.completion.chunk"] = "chat.completion.chunk"
    created: int
    model: str
    choices: list[ChunkChoice]
    usage: Usage | None = None
    danchung: Answer | None = None


class _Chunks:
    """Draws the events of one answer as chunks."""

    def __init__(self, id_: str, body: ChatRequest, base: str, path: str) -> None:
        self._id, self._body, self._base, self._path = id_, body, base, path
        self._created, self._said = int(time.time()), ""

    def draw(self, each: Event) -> str:
        """A statement is content; the end brings what is missing of it, the annotations and the Answer."""
        if isinstance(each, StatementEvent):
            return self._content((" " if self._said else "") + as_written(each.statement))
        if isinstance(each, DoneEvent):
            return self._end(each.answer)
        return ""

    def fail(self, exc: Exception) -> str:
        return f"data: {error_of(exc, self._path).model_dump_json()}\n\n"

    def _content(self, text: str) -> str:
        role: Literal["assistant"] | None = None if self._said else "assistant"
        self._said += text
        return self._chunk([ChunkChoice(delta=Delta(role=role, content=text))])

    def _end(self, answer: Answer) -> str:
        rest = answer.answer.removeprefix(self._said)  # all of it, where it abstained
        drawn = self._content(rest) if rest else ""
        last = ChunkChoice(delta=Delta(annotations=annotated(answer, self._base)), finish_reason="stop")
        drawn += self._chunk([last], danchung=answer)
        if self._body.stream_options and self._body.stream_options.include_usage:
            drawn += self._chunk([], usage=_usage(self._body.messages, answer))
        return f"{drawn}data: [DONE]\n\n"

    def _chunk(self, choices: list[ChunkChoice], **more: Any) -> str:
        chunk = Chunk(id=self._id, created=self._created, model=MODEL, choices=choices, **more)
        return f"data: {chunk.model_dump_json(exclude_none=True)}\n\n"
