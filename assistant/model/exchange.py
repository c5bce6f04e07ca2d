"""The requests of one answer: asked again, or asked otherwise, as the endpoint's refusals require."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from assistant.model.failures import OPTIONS, Failed, HungUp, explain, late, library_errors, where
from assistant.model.line import Certificates, Line
from assistant.model.reply import Reply
from assistant.model.usage import Meter, prompt_tokens
from assistant.settings import ModelSettings

AGAIN = 2
"""How often a busy endpoint, or one that broke off, is asked again."""
PAUSE = 0.5
"""Seconds before it is asked again where it does not say how many; doubled each time."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is asked, and the JSON that is to answer: by a schema, or in words where the endpoint takes none."""

    system: str
    user: str
    schema: dict[str, Any] | None = None
    in_words: str = ""

    def messages(self, plainly: bool) -> list[dict[str, str]]:
        user = self.user + (self.in_words if plainly else "")
        system = [{"role": "system", "content": self.system}] if self.system else []
        return [*system, {"role": "user", "content": user}]

    @property
    def tokens(self) -> int:
        """At most, in tiktoken's count."""
        return prompt_tokens(self.messages(plainly=True))


@dataclass(slots=True)
class Learned:
    """What an endpoint was found to take; kept for the next question, which then meets no refusal."""

    options: frozenset[str] = field(default_factory=lambda: frozenset(OPTIONS))
    room: int | None = None
    """The longest prompt, in tiktoken's tokens, after a longer one was refused."""
    streams: bool | None = None


class Exchange:
    """One answer's dealings with an endpoint: one time limit, one count of tokens, one line to hang up."""

    def __init__(self, settings: ModelSettings, learned: Learned, certificates: Certificates, seconds: float) -> None:
        self.settings = settings
        self.learned = learned
        self.meter = Meter(settings)
        self.line = Line(settings, certificates, seconds)
        self.finish: str | None = None
        """Why the last reply ended, in the protocol's word."""
        self.declined = False
        self._options = learned.options
        self._failures = 0

    def ask(self, prompt: Prompt, plainly: bool = False) -> Generator[str, None, None]:
        """The text of one reply as it comes; `plainly`, with the form asked for in words. To be closed.

        Raises Failed, with what may be done about it, and HungUp.
        """
        errors = library_errors()  # imports the client, which is not the endpoint's time
        messages = prompt.messages(plainly or prompt.schema is None or "response_format" not in self._options)
        reply = Reply(self.settings, self.meter)
        self.meter.begin(messages)
        try:
            with (
                self.line.send(messages=messages, **self._body(prompt, plainly)) as chunks,
                closing(reply.read(chunks)) as texts,
            ):
                for text in texts:
                    self.learned.options, self.learned.streams = self._options, reply.streamed
                    yield text
        except HungUp:
            if self.line.late:
                raise late(self.settings) from None
            raise
        except errors as exc:
            raise explain(exc, self.settings) from exc
        finally:
            self.finish, self.declined = reply.finish, reply.declined
            self.meter.end(answered=reply.spoke)

    def _body(self, prompt: Prompt, plainly: bool) -> dict[str, Any]:
        """What is sent beside the messages. Reasoning models refuse a temperature, and the limit by its old name."""
        has = self._options.__contains__
        body: dict[str, Any] = {"model": self.settings.name}
        body["max_tokens" if has("max_tokens") else "max_completion_tokens"] = self.settings.max_output
        if has("temperature"):
            body["temperature"] = 0
        if has("stream"):
            body["stream"] = True
        if has("stream") and has("stream_options"):
            body["stream_options"] = {"include_usage": True}
        if has("response_format") and prompt.schema and not plainly:
            schema = {"name": "answer", "strict": True, "schema": prompt.schema}
            body["response_format"] = {"type": "json_schema", "json_schema": schema}
        return body

    def recover(self, failed: Failed) -> None:
        """Make ready to ask again: wait, or do without what was refused. Raises the failure where neither helps, or
        there is no time for it."""
        if failed.kind == "option" and self._options:
            named, fewest = failed.options & self._options, self._options & {"stream"}
            self._options = self._options - named if named else fewest if fewest != self._options else frozenset()
        elif failed.kind == "busy" and self._failures < AGAIN:
            pause = PAUSE * 2**self._failures if failed.wait is None else failed.wait
            self._failures += 1
            if pause >= self.line.left:
                raise failed
            self.line.wait(pause)
        else:
            raise failed

    def whole(self, prompt: Prompt, longest: int) -> str:
        """A reply of a few words at once, asked for as often as it takes; read no further than `longest` code points,
        and a piece. Raises Failed and HungUp."""
        while True:
            try:
                with closing(self.ask(prompt)) as texts:
                    return "".join(_few(texts, longest))
            except Failed as failed:
                self.recover(failed)

    def declines(self) -> Failed:
        return Failed("declined", place=where(self.settings))


def _few(texts: Iterator[str], longest: int) -> Iterator[str]:
    read = 0
    for text in texts:
        yield text
        read += len(text)
        if read > longest:
            return
