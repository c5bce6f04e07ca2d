"""A conversation: what was asked and answered, the history of the next question, and what a reader takes away."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ValidationError

from assistant.answer import Answer, Citation
from ingest.errors import InputError


class Conversation(BaseModel):
    """Answers, in the order they were given. Every one carries its citations; none is evidence for the next."""

    answers: list[Answer] = []

    @property
    def history(self) -> list[dict[str, str]]:
        """The turns so far, as `Assistant.ask` takes them."""
        return [
            turn
            for answer in self.answers
            for turn in (
                {"role": "user", "content": answer.question},
                {"role": "assistant", "content": answer.answer},
            )
        ]

    def to_markdown(self) -> str:
        """Questions as headings, statements with a footnote a quote, numbered through the conversation. What reports
        say is escaped: it is text, and no Markdown or HTML."""
        parts: list[str] = []
        notes: list[str] = []
        for answer in self.answers:
            first = len(notes)
            parts.append(f"## {_escaped(answer.question)}")
            if notice := answer.usage.get("notice"):
                parts.append(f"*{_escaped(str(notice))}*")
            if answer.abstained:
                parts.append(_escaped(answer.reason or answer.answer))
            for statement in answer.statements:
                marks = "".join(f"[^{first + n}]" for n in statement.citations)
                lead = f"{_escaped(statement.lead_in)} " if statement.lead_in else ""
                parts.append(f"{lead}{_escaped(statement.text)}{marks}")
            notes += [_footnote(first + citation.n, citation) for citation in answer.citations]
        return "\n\n".join([*parts, *notes]) + "\n"

    def to_json(self) -> str:
        return self.model_dump_json(indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Raises InputError for what is no conversation."""
        try:
            return cls.model_validate_json(text)
        except ValidationError as exc:
            raise InputError(f"this is no saved conversation ({exc.error_count()} errors in it)") from exc

    def save(self, file: Path) -> None:
        """Write it, as Markdown for .md and as JSON for .json, whole or not at all. Raises InputError for another name
        or a place that cannot be written."""
        check_name(file)
        written = self.to_json() if file.suffix == ".json" else self.to_markdown()
        part = file.with_name(f"{file.name}.part")
        try:
            part.write_text(written, encoding="utf-8")
            part.replace(file)
        except OSError as exc:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise InputError(f"{file}: cannot be written ({exc.strerror}); choose another place") from exc


def check_name(file: Path) -> None:
    """Raises InputError where a conversation cannot be saved under this name."""
    if file.suffix not in (".md", ".json"):
        raise InputError(f"{file}: a conversation is saved as .md or .json; choose a name that ends so")
    if not file.absolute().parent.is_dir():
        raise InputError(f"{file}: there is no folder {file.absolute().parent}")


_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!$^&])")
_LIST_MARK = re.compile(r"^(?:(\d{1,9})([.)])|([-+]))(?=\s|$)")
"""What at the start of a line would begin a list: the bullet, or the point after a number, is escaped."""


def _escaped(text: str) -> str:
    """The text on one line, with what Markdown and HTML would read as theirs escaped."""
    return _LIST_MARK.sub(r"\1\\\2\3", _SPECIAL.sub(r"\\\1", " ".join(text.split())))


def _footnote(number: int, citation: Citation) -> str:
    page = f"p. {citation.page}" if citation.page else None
    about = ", ".join(_escaped(part) for part in (citation.title, citation.period, citation.source, page) if part)
    url = f" <{citation.url}>" if citation.url and re.fullmatch(r"https?://[^\s<>]+", citation.url) else ""
    return f"[^{number}]: “{_escaped(citation.quote)}” — {about}{url}"
