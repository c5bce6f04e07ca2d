"""What readers thought of answers: verdicts.jsonl in the data directory, a line a verdict, to be read and evaluated.

Nothing of it leaves the machine. A reader may change their mind: of two lines about the same answer of a conversation
the later one counts, and one without a verdict takes it back. `danchung eval draft --verdicts FILE` makes questions for
an evaluation of it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field, ValidationError

from assistant.answer import Answer
from ingest.errors import InputError, LibraryError

Opinion = Literal["up", "down"]


class Cited(BaseModel):
    """A quote that the answer showed."""

    source: str
    quote: str


class Verdict(BaseModel):
    """One line of the file: an answer, and what a reader thought of it."""

    time: datetime
    verdict: Opinion | None = Field(description="Null: taken back.")
    conversation: str = Field(description="The conversation's id.")
    owner: str
    history: list[str] = Field(default=[], description="The questions before it in the conversation, oldest first.")
    question: str
    answer: str
    abstained: bool = False
    language: str
    mode: str
    citations: list[Cited] = []


class Verdicts:
    """The verdicts in a file. Threads may share it."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._lock = threading.Lock()

    def give(
        self, verdict: Opinion | None, answer: Answer, history: Iterable[str], conversation: str, owner: str
    ) -> None:
        """Add a line. Raises LibraryError where it cannot be written."""
        line = Verdict(
            time=datetime.now(UTC), verdict=verdict, conversation=conversation, owner=owner, history=list(history),
            question=answer.question, answer=answer.answer, abstained=answer.abstained, language=answer.language,
            mode=answer.mode, citations=[Cited(source=c.source, quote=c.quote) for c in answer.citations],
        ).model_dump_json()  # fmt: skip
        try:
            with self._lock, self.file.open("a", encoding="utf-8") as file:
                file.write(f"{line}\n")
        except OSError as exc:
            raise LibraryError("the verdict cannot be kept; free space or check rights") from exc

    def given(self, conversation: str) -> dict[tuple[str, str], Opinion]:
        """What stands of a conversation's verdicts, by question and answer. A damaged line is passed over: what a
        reader thought is no reason not to show a conversation."""
        try:
            # A file of many thousand lines is only parsed where it speaks of the conversation.
            lines = [line for line in self.file.read_text(encoding="utf-8").splitlines() if conversation in line]
        except (OSError, UnicodeDecodeError):
            return {}
        standing: dict[tuple[str, str], Opinion] = {}
        for line in lines:
            try:
                one = Verdict.model_validate_json(line)
            except ValidationError:
                continue
            if one.conversation != conversation:
                continue
            standing.pop((one.question, one.answer), None)
            if one.verdict:
                standing[one.question, one.answer] = one.verdict
        return standing


def read_verdicts(file: Path) -> Iterator[Verdict]:
    """The verdicts of a file that stand, in the order they were given. Raises InputError for a file that cannot be
    read, and for a line that is no verdict, naming it."""
    standing: dict[tuple[str, str, str], Verdict] = {}
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as exc:
        raise InputError(f"{file}: cannot be read; name a verdicts.jsonl of a data directory") from exc
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            one = Verdict.model_validate_json(line)
        except ValidationError as exc:
            raise InputError(f"{file}, line {number}: this is no verdict; mend or delete the line") from exc
        key = one.conversation, one.question, one.answer
        standing.pop(key, None)
        if one.verdict:
            standing[key] = one
    return iter(standing.values())
