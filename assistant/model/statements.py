"""A model's reply → the statements in it, each as soon as its object closes.

The reply is `{"statements": [{"text", "evidence": [{"id", "quote"}]}]}`, with anything around it. Only the brackets are
followed as it comes; each statement is then read by Python's own JSON, so that nothing half read gets through.
"""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass

MOST_STATEMENTS = 8
MOST_QUOTES = 8
LONGEST_STATEMENT = 1200
"""Code points of a statement's text."""
LONGEST_REPLY = 256 * 1024
"""Code points of a reply that are read."""


@dataclass(frozen=True, slots=True)
class Written:
    """A statement as the model wrote it: its text on one line, and (id, quote) pairs."""

    text: str
    cited: tuple[tuple[str, str], ...]


class StatementReader:
    """Reads a reply piece by piece; how it is cut into pieces makes no difference."""

    def __init__(self) -> None:
        self.found = False
        """Whether a list of statements has begun."""
        self.ended = False
        """Whether it has ended."""
        self.read = 0
        self.after = 0
        """Code points since the list ended."""
        self._objects = 0
        self._depth = 0
        self._in_list = False
        self._quoted = self._escaped = False
        self._expect = "key"
        self._key = ""
        self._kept: list[str] | None = None

    @property
    def counted(self) -> bool:
        """Whether there were as many statements as are ever read."""
        return self._objects >= MOST_STATEMENTS

    @property
    def full(self) -> bool:
        """Whether as much has been read as ever is."""
        return self.counted or self.read >= LONGEST_REPLY

    @property
    def complete(self) -> bool:
        """Whether the list has ended and had something in it. What follows an empty one may be the answer: a model
        that thinks aloud writes the form down first."""
        return self.ended and self._objects > 0

    def feed(self, text: str) -> list[Written]:
        """The statements that close in this piece of the reply."""
        closed = []
        for char in text[: LONGEST_REPLY - self.read]:
            if self.full:
                break
            self.read += 1
            self.after += self.ended
            item = self._take(char)
            if item is not None:
                self._objects += 1
                if written := read_statement(item):
                    closed.append(written)
        return closed

    def _take(self, char: str) -> str | None:
        """Follow one character; the text of the statement that it closes, if it closes one."""
        if self._kept is not None:
            self._kept.append(char)
        if self._quoted:
            self._take_quoted(char)
        elif self._depth == 0:
            if char == "{":
                self._depth, self._expect = 1, "key"
        elif self._depth == 1:
            self._take_member(char)
        else:
            return self._take_nested(char)
        return None

    def _take_quoted(self, char: str) -> None:
        if self._escaped:
            self._escaped = False
        elif char == "\\":
            self._escaped = True
        elif char == '"':
            self._quoted = False
            if self._expect == "key" and self._depth == 1:
                self._key, self._kept, self._expect = _unquoted(self._kept), None, "colon"

    def _take_member(self, char: str) -> None:
        """Inside the outermost object: keys and where their values begin. What is no JSON is text around it."""
        if char.isspace():
            return
        if self._expect == "key" and char == '"':
            self._quoted, self._kept = True, [char]
        elif self._expect == "key" and char != "}":
            self._depth = int(char == "{")
        elif self._expect == "colon":
            self._expect = "value"
            if char != ":":
                self._depth = int(char == "{")
                self._expect = "key"
        elif self._expect == "value" and self._key == "statements" and char == "[":
            self._depth, self._in_list, self.found, self.ended, self.after = 2, True, True, False, 0
            self._expect = "comma"
        else:
            self._skip(char)

    def _skip(self, char: str) -> None:
        """Over a value that is of no interest, to the comma or brace after it."""
        if char == "}":
            self._depth = 0
        elif char == "," and self._expect == "comma":
            self._expect = "key"
        else:
            self._expect = "comma"
            self._quoted = char == '"'
            self._depth += char in "[{"

    def _take_nested(self, char: str) -> str | None:
        """Inside a value, or the list of statements."""
        if char == '"':
            self._quoted = True
        elif char in "[{":
            if self._in_list and self._depth == 2 and char == "{":
                self._kept = [char]
            self._depth += 1
        elif char in "]}":
            self._depth -= 1
            if self._in_list and self._depth == 1:
                self._in_list, self.ended = False, True
            if self._depth == 2 and self._kept is not None:
                item, self._kept = "".join(self._kept), None
                return item
        return None


def read_statement(item: str) -> Written | None:
    """One statement's JSON; None where it is none, or of the wrong types, empty or too long."""
    try:
        parsed = json.loads(item, strict=False)
    except (ValueError, RecursionError):
        return None
    if not isinstance(parsed, dict) or not isinstance(parsed.get("text"), str):
        return None
    evidence = parsed.get("evidence")
    cited = tuple(
        (pair["id"].strip("[]<>()\"' "), _whole(pair["quote"]))
        for pair in (evidence[:MOST_QUOTES] if isinstance(evidence, list) else [])
        if isinstance(pair, dict) and isinstance(pair.get("id"), str) and isinstance(pair.get("quote"), str)
    )
    text = plain(parsed["text"])
    return Written(text, cited) if text and len(text) <= LONGEST_STATEMENT else None


def plain(text: str) -> str:
    """In NFC, on one line, without control characters and halves of characters, which no report holds."""
    kept = (" " if unicodedata.category(char) in ("Cc", "Cf", "Cs") else char for char in _whole(text))
    return " ".join(unicodedata.normalize("NFC", "".join(kept)).split())


def _whole(text: str) -> str:
    """With the halves of characters joined that a server working in UTF-16 cut apart between two events."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def _unquoted(kept: list[str] | None) -> str:
    """A key as JSON means it: "\\u0073tatements" is "statements"."""
    try:
        return str(json.loads("".join(kept or []), strict=False))
    except ValueError:
        return ""
