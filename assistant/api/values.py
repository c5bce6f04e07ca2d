"""The values requests and responses share."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

QUESTION = "How many new corruption cases were opened in 2024, and against how many defendants?"


class Turn(BaseModel):
    """One earlier turn of the conversation."""

    role: Literal["user", "assistant"]
    content: str


Filters = Annotated[
    dict[str, Any] | None,
    Field(
        default=None,
        description="Only reports that pass: `document`, `language` (en, fr, vi), `period` (2024, 2024-H1, 2024-Q3), "
        "`place`, `source` (part of the file's name), `since`, `until` (a day, or a period); each a text or a list of "
        "alternatives.",
        examples=[{"language": "fr", "period": "2023"}],
    ),
]


class Ask(BaseModel):
    """A question, the turns before it, and filters on the documents it is asked over."""

    model_config = ConfigDict(extra="forbid")

    question: str = Field(
        description="In English, French or Vietnamese; at most 2,000 characters.", examples=[QUESTION]
    )
    history: list[Turn] = Field(
        default=[], description="Earlier turns, oldest first. They complete the question and are never evidence."
    )
    filters: Filters = None
    explain: bool = Field(default=False, description="Say in usage.explained why passages were chosen.")
    stream: bool = Field(
        default=False, description="Answer as server-sent events, as does `Accept: text/event-stream`."
    )
