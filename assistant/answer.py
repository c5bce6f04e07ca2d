"""What the assistant gives back. One model, the same JSON from Python, the CLI and HTTP."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Mode = Literal["extractive", "model"]


class Citation(BaseModel):
    """A passage's words behind a statement. `document.text[start:end] == quote`, in code points."""

    model_config = ConfigDict(frozen=True)

    n: int = Field(description="The number shown in the answer's markers, [n]; counted from 1.")
    document_id: str
    title: str
    source: str = Field(description="Folder and file the quote was read from.")
    url: str | None = Field(default=None, description="Where the report was published, if it says.")
    language: str
    period: str | None = Field(default=None, description="Period the report covers: 2024, 2024-H1, 2023/2024.")
    page: int | None = Field(default=None, description="Page the quote begins on, from 1; null for what has no pages.")
    quote: str = Field(description="Verbatim words of the document.")
    start: int
    end: int


class Statement(BaseModel):
    """One sentence of the answer. Its citations have been checked against the passages they cite."""

    model_config = ConfigDict(frozen=True)

    text: str
    citations: list[int]
    support: Annotated[float, Field(ge=0, le=1)]
    lead_in: str | None = Field(
        default=None, description="Which report it is from, in the question's language; stands before the text."
    )
    computed: bool = Field(
        default=False, description="Whether it is computed from the figures it cites, and not said by a report."
    )


class Answer(BaseModel):
    """An answer whose every statement is cited, or an abstention that says what is missing."""

    question: str
    answer: str = Field(description="The statements joined, each with its lead-in and markers [1][2].")
    abstained: bool = False
    reason: str | None = Field(default=None, description="Why it abstained, or null.")
    language: str
    mode: Mode
    statements: list[Statement] = []
    citations: list[Citation] = []
    timings_ms: dict[str, float] = {}
    usage: dict[str, Any] = Field(
        default={},
        description="Tokens used, how many statements were checked and dropped, a notice where the model failed or a "
        "word was read as another, and under `also`, for the number of a citation, the other sources that have its "
        "quote word for word.",
    )


class SearchHit(BaseModel):
    """A passage found for a query. `score`, 0 to 1, is how likely it answers, and means the same in any library."""

    passage_id: str
    document_id: str
    title: str
    source: str
    url: str | None = None
    language: str
    period: str | None = None
    page: int | None = None
    text: str
    before: str | None = Field(default=None, description="The passage before it, where it starts in mid-thought.")
    start: int
    end: int
    score: float


class PersonInfo(BaseModel):
    """Someone a report names, with the roles it gives, as written."""

    name: str
    roles: list[str] = []


class OrganisationInfo(BaseModel):
    """A body a report names, under one name and as it is written."""

    name: str
    aliases: list[str] = []


class DocumentInfo(BaseModel):
    """What the library knows of one document; `text` only when asked for a single one."""

    id: str
    title: str
    source: str
    path: str | None = Field(default=None, description="Where it was read from; not told over HTTP.")
    url: str | None = None
    language: str
    published: str | None = None
    event_date: str | None = None
    period: str | None = None
    places: list[str] = []
    organisations: list[OrganisationInfo] = []
    people: list[PersonInfo] = []
    known: dict[str, str] = Field(default={}, description="How each is known: “stated: …” or “inferred: …”.")
    passages: int = Field(description="Passages that are searched; of a copy, those that differ from its original.")
    characters: int
    copy_of: str | None = Field(default=None, description="The document this one repeats.")
    copies: list[str] = Field(default=[], description="Sources that repeat this one; for a single document.")
    same_event: list[str] = Field(
        default=[], description="Other documents that report the same event; for a single document."
    )
    text: str | None = None


class CitationEvent(BaseModel):
    """Streaming: a citation that the next statement uses."""

    event: Literal["citation"] = "citation"
    citation: Citation


class StatementEvent(BaseModel):
    """Streaming: a statement that has passed its check."""

    event: Literal["statement"] = "statement"
    statement: Statement


class DoneEvent(BaseModel):
    """Streaming: the whole answer, last."""

    event: Literal["done"] = "done"
    answer: Answer


Event = CitationEvent | StatementEvent | DoneEvent
