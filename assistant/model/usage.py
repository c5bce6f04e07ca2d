"""What the requests of one answer took: tokens, seconds, and money where prices are set."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from assistant.settings import ModelSettings
from ingest.split import count_tokens

Messages = Sequence[dict[str, str]]

PER_MESSAGE = 4
"""Tokens that a chat template puts around a message; OpenAI's count, and near that of most."""


class Meter:
    """Counts the requests of one answer. What a server says it took goes before what is counted here."""

    def __init__(self, settings: ModelSettings) -> None:
        self._settings = settings
        self._started: float | None = None
        self._seconds = 0.0
        self._calls = 0
        self._tokens = [0, 0]
        self._estimated = False
        self._messages: Messages = ()
        self._parts: list[str] = []
        self._told: tuple[int, int] | None = None

    def begin(self, messages: Messages) -> None:
        """A request goes out."""
        self._started = self._started or time.monotonic()
        self._calls += 1
        self._messages, self._parts, self._told = messages, [], None

    def hear(self, text: str) -> None:
        self._parts.append(text)

    def told(self, usage: object) -> None:
        """The `usage` of a reply, where it is one."""
        if isinstance(usage, dict):
            prompt, completion = usage.get("prompt_tokens"), usage.get("completion_tokens")
            if type(prompt) is int and type(completion) is int and min(prompt, completion) >= 0:
                self._told = (prompt, completion)

    def end(self, answered: bool) -> None:
        """The request is over. One that was refused took nothing; one that was cut off is counted here."""
        if self._started is not None:
            self._seconds = time.monotonic() - self._started
        if answered or self._parts:
            self._estimated |= self._told is None
            taken = self._told or (prompt_tokens(self._messages), count_tokens("".join(self._parts)))
            self._tokens = [a + b for a, b in zip(self._tokens, taken, strict=True)]
        self._messages, self._parts, self._told = (), [], None

    def as_dict(self) -> dict[str, Any]:
        """{prompt_tokens, completion_tokens, calls, model, seconds}; `estimated` where not all was told by the server,
        `cost` and `currency` where prices are set. {} before the first request."""
        if not self._calls:
            return {}
        prompt, completion = self._tokens
        usage: dict[str, Any] = {
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "calls": self._calls,
            "model": self._settings.name,
            "seconds": round(self._seconds, 3),
        }
        if self._estimated:
            usage["estimated"] = True
        prices = self._settings.price_in, self._settings.price_out
        if prices[0] is not None and prices[1] is not None:
            usage["cost"] = round((prompt * prices[0] + completion * prices[1]) / 1_000_000, 6)
            usage["currency"] = self._settings.currency
        return usage


def prompt_tokens(messages: Messages) -> int:
    """Tokens of the messages and of what a chat template puts around them."""
    return sum(count_tokens(message["content"]) + PER_MESSAGE for message in messages)
