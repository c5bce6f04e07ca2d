"""A chat model behind an OpenAI-compatible endpoint, and what it is asked to do."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from assistant import prompts
from assistant.model.drafting import Drafting
from assistant.model.exchange import Exchange, Learned, Prompt
from assistant.model.failures import Failed, HungUp
from assistant.model.rewriting import accepted, earlier_questions, read_question, rewriting_prompt
from assistant.question import Query
from assistant.retrieve import Evidence
from assistant.settings import ModelSettings
from ingest.errors import ModelError

if TYPE_CHECKING:
    import ssl

log = logging.getLogger("danchung")

OF_THE_TIME = 1 / 3
"""Share of the time limit that a follow-up may take to be rewritten: the answer comes after it."""

SLACK = 300
"""Code points by which a question may be longer than all it is made of, with the JSON around it."""


class Model:
    """Drafts answers and completes follow-ups. Thread-safe; connects when it is first asked."""

    def __init__(self, settings: ModelSettings) -> None:
        self.settings = settings
        self._learned = Learned()
        self._context: ssl.SSLContext | None = None
        self._lock = threading.Lock()

    def draft(self, query: Query, evidence: Sequence[Evidence]) -> Drafting:
        """Statements over the evidence that fits the model's window, to be iterated as they are written; see
        `Drafting` for how it is cancelled and how it fails. Nothing is sent before the first step."""
        return Drafting(self._exchange(), query, evidence)

    def standalone(self, question: str, history: Sequence[Mapping[str, str]]) -> str | None:
        """A follow-up as a question that can be understood without the turns before it ({"role", "content"}, oldest
        first); None where there are none, the model fails, or it adds a number, name or place that neither the question
        nor the user's turns have, or changes the language. Never raises."""
        earlier = earlier_questions(history)
        if not earlier:
            return None
        try:
            longest = len(question) + sum(map(len, earlier)) + SLACK
            rewritten = read_question(self.reply(rewriting_prompt(question, earlier), longest, OF_THE_TIME))
        except (ModelError, HungUp) as exc:
            log.warning("model: %s", exc)
            return None
        return accepted(rewritten, question, earlier) if rewritten else None

    def ping(self) -> list[str]:
        """Have the model say one word; what the endpoint does otherwise than most. Raises ModelError in one line."""
        self.reply(Prompt("", prompts.PING, prompts.PING_SCHEMA), 200)
        remarks = [] if "response_format" in self._learned.options else ["takes no JSON schema"]
        return [*remarks, "does not stream"] if self._learned.streams is False else remarks

    def reply(self, prompt: Prompt, longest: int, share: float = 1.0) -> str:
        """A short reply at once, of `longest` code points or little more. Raises ModelError."""
        exchange = self._exchange(share)
        try:
            reply = exchange.whole(prompt, longest)
            if exchange.declined:
                raise exchange.declines()
            return reply
        except Failed as failed:
            raise ModelError(str(failed)) from failed
        finally:
            exchange.line.hang_up()

    def _exchange(self, share: float = 1.0) -> Exchange:
        return Exchange(self.settings, self._learned, self._certificates, share * self.settings.timeout)

    def _certificates(self) -> ssl.SSLContext:
        """Read once: it takes 50 ms."""
        import httpx

        with self._lock:
            try:
                self._context = self._context or httpx.create_ssl_context()
            except OSError as exc:
                raise Failed("no_certificates") from exc
            return self._context
