"""What went wrong with a request, in one line that says what to do, and what may be tried instead."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any, Literal
from urllib.parse import urlsplit

from assistant.phrases import failure
from assistant.settings import ModelSettings
from ingest.errors import ModelError

Kind = Literal["option", "overflow", "busy", "final"]

OPTIONS = ("response_format", "stream_options", "stream", "temperature", "max_tokens")
"""What an endpoint may refuse to be asked."""


LONGEST_MESSAGE = 2000
"""Code points of an error's message that are looked at."""


class Failed(ModelError):
    """A request that failed, and what may be done: `option`, ask without one; `overflow`, give less; `busy`, ask
    again after `wait` seconds (None where the server does not say); `final`, nothing."""

    def __init__(
        self,
        phrase: str,
        kind: Kind = "final",
        *,
        wait: float | None = None,
        options: frozenset[str] = frozenset(),
        window: int | None = None,
        prompt: int | None = None,
        **values: object,
    ) -> None:
        super().__init__(failure(phrase, "en", **values))
        self.phrase = phrase
        self.values: dict[str, Any] = values
        """What was said, and what fills its blanks; see `assistant.phrases`."""
        self.kind = kind
        self.wait = wait
        self.options = options
        """Options the refusal names."""
        self.window = window
        self.prompt = prompt
        """Of an overflow, in the model's own tokens where the server says: its window, and what it was sent."""

    def told(self, language: str) -> str:
        return failure(self.phrase, language, **self.values)


class HungUp(Exception):
    """The request was cut off from this side: by whoever asked, or because its time was up."""


class TooMuch(Exception):
    """The reply is longer than anything that is read."""


def where(settings: ModelSettings) -> str:
    """The endpoint as a person knows it: host and port, without a password, on one line."""
    url = settings.base_url or "api.openai.com"
    try:
        host = urlsplit(url).netloc.rpartition("@")[2] or url
    except ValueError:
        host = url
    return "".join(char if char.isprintable() else "?" for char in host)[:100]


def late(settings: ModelSettings) -> Failed:
    return Failed("late", place=where(settings), seconds=f"{settings.timeout:g}")


def library_errors() -> tuple[type[Exception], ...]:
    """What the OpenAI client, and httpx beneath it, raise for a request that fails. Some of what a server may send
    they let through as errors of Python's own."""
    import httpx
    import openai

    return openai.OpenAIError, httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, ValueError, TooMuch


def explain(exc: Exception, settings: ModelSettings) -> Failed:
    """What an error of the OpenAI client, or of httpx beneath it, means."""
    import httpx
    import openai

    place = where(settings)
    causes = (exc, exc.__cause__, exc.__context__)

    def is_(*kinds: type[BaseException]) -> bool:
        return any(isinstance(cause, kinds) for cause in causes)

    if isinstance(exc, Failed):
        return exc
    if isinstance(exc, openai.APIStatusError):
        return of_status(exc.status_code, exc.body, exc.response.headers, settings)
    if is_(openai.APITimeoutError, httpx.TimeoutException):
        return late(settings)
    if is_(TooMuch):
        return Failed("too_much", place=place)
    if is_(httpx.LocalProtocolError):
        return Failed("bad_key", place=place)
    if is_(UnicodeEncodeError):
        return Failed("unsendable")
    if is_(httpx.InvalidURL):
        return Failed("no_address")
    if is_(httpx.ConnectError, httpx.UnsupportedProtocol, httpx.ProxyError, httpx.TooManyRedirects):
        return Failed("unreachable", place=place)
    if is_(httpx.TransportError):
        return Failed("broke_off", "busy", place=place)
    if isinstance(exc, openai.APIConnectionError):
        return Failed("unreachable", place=place)
    return Failed("unreadable", place=place)


def of_status(status: int, body: object, headers: Mapping[str, str], settings: ModelSettings) -> Failed:
    """What an error status means, or an `error` object inside a reply: its code is then taken for a status."""
    place = where(settings)
    error = _error(body)
    code = " ".join(str(error.get(name) or "") for name in ("code", "type")).lower()
    message = str(error.get("message") or "")[:LONGEST_MESSAGE]
    if status in (400, 413, 422, 500) and (overflow := _overflow(code, message, error, settings, status)):
        return overflow
    if status in (401, 403):
        return Failed("refused_key", place=place)
    if status == 404:
        return Failed("no_model", place=place, model=settings.name)
    if status == 402 or "insufficient_quota" in code:
        return Failed("no_credit", place=place)
    if status == 429:
        return Failed("over_limit", "busy", wait=_retry_after(headers), place=place)
    if status in (408, 409, 425) or status >= 500:
        return Failed("busy", "busy", wait=_retry_after(headers), place=place, status=status)
    if status in (400, 422):
        named = frozenset(
            name for name in OPTIONS if name == error.get("param") or re.search(rf"\b{name}\b", message)
        ) - ({"stream"} if "stream_options" in message else set())
        if "json_schema" in message:
            named |= {"response_format"}
        return Failed("option", "option", options=named, place=place, status=status)
    return Failed("status", place=place, status=status)


def of_error(error: object, settings: ModelSettings) -> Failed:
    """An `error` in the midst of a reply."""
    about = _error(error)
    status = next((about[name] for name in ("code", "status") if type(about.get(name)) is int), 500)
    return of_status(status if 400 <= status < 600 else 500, about, {}, settings)


def _error(body: object) -> dict[str, Any]:
    """The error object of a body, however it is wrapped."""
    if isinstance(body, str):
        try:
            body = json.loads(body)
        except (ValueError, RecursionError):
            return {"message": body}
    if isinstance(body, dict):
        inner = body.get("error")
        if isinstance(inner, dict):
            return inner
        return {"message": inner} if isinstance(inner, str) else body
    return {}


_OVERFLOWS = re.compile(
    r"context.?(?:length|size|window)|maximum context|prompt is too long|too many (?:input )?tokens|input is too long",
    re.IGNORECASE,
)
_WINDOW = re.compile(r"(?:context (?:length|size|window)|n_ctx)\D{0,30}?(\d{3,9})", re.IGNORECASE)


def _overflow(code: str, message: str, error: Mapping[str, Any], settings: ModelSettings, status: int) -> Failed | None:
    coded = "exceed_context_size" in code or "context_length_exceeded" in code
    if not coded and status != 413 and not _OVERFLOWS.search(message):
        return None
    stated = _WINDOW.search(message)
    window, prompt = (error.get(name) for name in ("n_ctx", "n_prompt_tokens"))
    return Failed(
        "small_window",
        "overflow",
        window=window if type(window) is int else int(stated[1]) if stated else None,
        prompt=prompt if type(prompt) is int else None,
        place=where(settings),
        context=settings.context_window,
    )


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds a server asks to wait, by `retry-after-ms` or `Retry-After` as seconds or a date (RFC 9110, 10.2.3)."""
    stated = headers.get("retry-after", "")
    try:
        if milliseconds := headers.get("retry-after-ms"):
            return max(0.0, float(milliseconds) / 1000)
        return max(0.0, float(stated))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(stated).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return None
