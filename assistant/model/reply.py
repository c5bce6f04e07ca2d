"""The bytes of a chat completion → its text, piece by piece, whatever form a server gives it.

Servers send events, or one JSON body although asked for events; content as text or as a list of parts; comments,
pings, thoughts, tool calls and other choices beside it. Only the assistant's text of the first choice counts.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Iterable, Iterator
from typing import Any

from assistant.model.failures import Failed, of_error, where
from assistant.model.usage import Meter
from assistant.settings import ModelSettings

OTHER_ROLES = frozenset({"user", "system", "developer", "tool", "function"})
TEXT_PARTS = frozenset({"text", "output_text", None})


class Reply:
    """One completion: what was told about it beside its text."""

    def __init__(self, settings: ModelSettings, meter: Meter) -> None:
        self._settings = settings
        self._meter = meter
        self._role = "assistant"
        self.streamed = False
        self.spoke = False
        """Whether there was a message at all, be it an empty one."""
        self.declined = False
        """Whether the model, or a filter before it, refused to answer."""
        self.finish: str | None = None

    def read(self, chunks: Iterable[bytes]) -> Generator[str, None, None]:
        """The text as it comes. Raises Failed for an error inside the reply, or one that holds no message."""
        for value in self._values(chunks):
            if text := self._take(value):
                self._meter.hear(text)
                yield text
        if not self.spoke:
            raise Failed("no_message", place=where(self._settings))

    def _values(self, chunks: Iterable[bytes]) -> Iterator[Any]:
        """The JSON of each event, or of the whole body."""
        lines = _lines(chunks)
        first = next((line for line in lines if line.strip()), b"")
        if first.lstrip()[:1] in (b"{", b"["):
            try:
                yield json.loads(b"\n".join([first, *lines]).decode("utf-8", "replace"), strict=False)
            except (ValueError, RecursionError) as exc:
                raise Failed("unreadable", place=where(self._settings)) from exc
            return
        self.streamed = True
        yield from _events(first, lines)

    def _take(self, value: Any) -> str:
        """One event's text; what it says beside is kept."""
        if not isinstance(value, dict):
            return ""
        if value.get("error"):
            raise of_error(value["error"], self._settings)
        self._meter.told(value.get("usage"))
        choices = value.get("choices")
        for choice in choices if isinstance(choices, list) else []:
            if isinstance(choice, dict) and choice.get("index") in (0, None):
                return self._take_choice(choice)
        return ""

    def _take_choice(self, choice: dict[str, Any]) -> str:
        finish = choice.get("finish_reason")
        if isinstance(finish, str) and finish:
            self.finish = finish
            self.declined |= finish == "content_filter"
        message = next((m for m in (choice.get("delta"), choice.get("message")) if isinstance(m, dict)), None)
        if message is None:
            return ""
        self.spoke = True
        self.declined |= isinstance(message.get("refusal"), str) and bool(message["refusal"])
        if isinstance(message.get("role"), str) and message["role"]:
            self._role = message["role"]
        return "" if self._role in OTHER_ROLES else _text(message.get("content"))


def _text(content: Any) -> str:
    """Content as text, or as a list of parts of which some are text."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    texts = (part.get("text") for part in parts if isinstance(part, dict) and part.get("type") in TEXT_PARTS)
    return "".join(text for text in texts if isinstance(text, str))


def _events(first: bytes, lines: Iterator[bytes]) -> Iterator[Any]:
    """The JSON of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html), each as soon as
    its line is there: some servers leave the blank line out. What is no JSON is passed over."""
    data: list[bytes] = []
    for line in (line for part in ((first,), lines) for line in part):
        name, _, value = line.partition(b":")
        if name == b"data":
            data.append(value.removeprefix(b" "))
            if value.strip() == b"[DONE]":
                return
            if len(data) > 1:
                continue
        elif line or not data:
            continue
        try:
            yield json.loads(b"\n".join(data).decode("utf-8", "replace"), strict=False)
            data = []
        except (ValueError, RecursionError):
            if not line:
                data = []


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Lines without their ends, which may be CR, LF or both; a byte order mark before the first is left out."""
    parts: list[bytes] = []
    first, after_cr = True, False
    for chunk in chunks:
        if after_cr and chunk:
            chunk, after_cr = chunk.removeprefix(b"\n"), False
        if not chunk:
            continue
        after_cr = chunk.endswith(b"\r")
        head, *rest = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        parts.append(head)
        for piece in rest:
            line = b"".join(parts)
            yield line.removeprefix(b"\xef\xbb\xbf") if first else line
            parts, first = [piece], False
    line = b"".join(parts)
    yield line.removeprefix(b"\xef\xbb\xbf") if first else line
