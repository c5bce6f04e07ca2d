"""Evidence → drafted statements with a language model: any OpenAI-compatible endpoint.

What comes back is a draft. Nothing of it is shown before `grounding.check` has passed it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from assistant import prompts
from assistant.question import Query
from assistant.retrieve import Evidence
from assistant.settings import ModelSettings
from ingest.errors import ModelError
from ingest.split import count_tokens

MOST_STATEMENTS = 8
MOST_QUOTES = 8
LONGEST_STATEMENT = 1200


@dataclass(frozen=True, slots=True)
class Draft:
    """A statement as the model wrote it, with the evidence it names: (evidence, quote as written)."""

    text: str
    evidence: tuple[tuple[Evidence, str], ...]


@dataclass(slots=True)
class Drafting:
    """What a model call gave: drafts, tokens used, and statements refused for citing ids it was not given."""

    drafts: list[Draft] = field(default_factory=list)
    usage: dict[str, Any] = field(default_factory=dict)
    refused: int = 0


class Model:
    """A chat model behind an OpenAI-compatible endpoint. Thread-safe; connects on first use."""

    def __init__(self, settings: ModelSettings) -> None:
        self.settings = settings
        self._client: Any = None

    def draft(self, query: Query, evidence: Sequence[Evidence]) -> Drafting:
        """Ask the model for statements over the evidence that fits its window.

        Raises ModelError, in one line, when it cannot be reached, refuses, or answers nothing usable.
        """
        given = {passage_key(item): item for item in self._that_fits(query, evidence)}
        passages = "\n\n".join(
            prompts.PASSAGE.format(id=key, heading=item.passage.heading, text=item.passage.text)
            for key, item in given.items()
        )
        language = prompts.LANGUAGES.get(query.language, "the language of the question")
        messages = [
            {"role": "system", "content": prompts.SYSTEM.format(language=language)},
            {"role": "user", "content": prompts.QUESTION.format(passages=passages, question=query.text)},
        ]
        content, usage = self._complete(messages)
        drafting = Drafting(usage=usage)
        for text, cited in parse_statements(content):
            found = tuple((given[key], quote) for key, quote in cited if key in given)
            if found:
                drafting.drafts.append(Draft(text, found))
            else:
                drafting.refused += 1
        return drafting

    def _that_fits(self, query: Query, evidence: Sequence[Evidence]) -> list[Evidence]:
        """The best evidence that fits beside the instructions and the answer in the model's window."""
        room = self.settings.context_window - self.settings.max_output - count_tokens(prompts.SYSTEM + query.text) - 100
        kept: list[Evidence] = []
        for item in evidence:
            room -= count_tokens(item.passage.text) + count_tokens(item.passage.heading) + 20
            if room < 0 and kept:
                break
            kept.append(item)
        return kept

    def ping(self) -> None:
        """Have the model say one word. Raises ModelError as `draft` does."""
        self._complete([{"role": "user", "content": 'Reply with the JSON {"statements": []}'}])

    def _complete(self, messages: list[dict[str, str]]) -> tuple[str, dict[str, Any]]:
        """The model's reply and the tokens it took, every failure as one ModelError."""
        import httpx
        import openai

        where = self.settings.base_url or "api.openai.com"
        try:
            reply = self._reply(messages)
        except openai.OpenAIError as exc:
            raise ModelError(f"{where} {_explain(exc, self.settings)}") from exc
        except UnicodeEncodeError as exc:
            raise ModelError("OPENAI_API_KEY or OPENAI_BASE_URL has characters that cannot be sent") from exc
        except httpx.InvalidURL as exc:
            raise ModelError("OPENAI_BASE_URL is no address; check OPENAI_BASE_URL") from exc
        except ValueError as exc:  # the client lets a body through that is not JSON
            raise ModelError(f"{where} answered what cannot be read; check OPENAI_BASE_URL") from exc
        try:  # the client does not check what a server sends against its own types
            content = reply.choices[0].message.content
            usage = reply.usage.model_dump(include={"prompt_tokens", "completion_tokens"}) if reply.usage else {}
        except (AttributeError, TypeError, LookupError) as exc:
            raise ModelError(f"{where} answered without a message") from exc
        return content if isinstance(content, str) else "", usage

    def _reply(self, messages: list[dict[str, str]]) -> Any:
        import openai

        if self._client is None:
            self._client = openai.OpenAI(
                api_key=self.settings.api_key or "none",  # local servers ask for none
                base_url=self.settings.base_url,
                timeout=self.settings.timeout,
                max_retries=1,
            )
        schema = {"name": "statements", "strict": True, "schema": prompts.SCHEMA}
        try:
            return self._create(messages, response_format={"type": "json_schema", "json_schema": schema})
        except (openai.BadRequestError, openai.UnprocessableEntityError):  # no schema output there: ask in words
            plain = {"role": "user", "content": messages[-1]["content"] + prompts.PLAIN_JSON}
            return self._create([*messages[:-1], plain], plainly=True)

    def _create(self, messages: list[dict[str, str]], plainly: bool = False, **options: Any) -> Any:
        """One request; `plainly`, without what reasoning models refuse: a temperature, the limit by its old name."""
        limit = self.settings.max_output
        options |= {"max_completion_tokens": limit} if plainly else {"max_tokens": limit, "temperature": 0}
        return self._client.chat.completions.create(
            model=self.settings.name,
            messages=messages,
            **options,
        )


def _explain(exc: Exception, settings: ModelSettings) -> str:
    """What an error of the OpenAI client means, and what to do."""
    import httpx
    import openai

    if isinstance(exc, openai.AuthenticationError | openai.PermissionDeniedError):
        return "refuses the key; check OPENAI_API_KEY"
    if isinstance(exc, openai.NotFoundError):
        return f"has no model {settings.name!r}; check DANCHUNG_MODEL and OPENAI_BASE_URL"
    if isinstance(exc, openai.RateLimitError):
        return "is over its limit; try again later"
    if isinstance(exc, openai.APITimeoutError):
        return f"took longer than {settings.timeout:g} s; raise DANCHUNG_MODEL_TIMEOUT or use a faster model"
    if isinstance(exc.__cause__, httpx.LocalProtocolError):
        return "cannot be asked with this key; check OPENAI_API_KEY for stray characters"
    if isinstance(exc, openai.APIConnectionError):
        return "cannot be reached; check OPENAI_BASE_URL"
    if isinstance(exc, openai.APIStatusError):
        return f"answered with status {exc.status_code}"
    return "answered what cannot be read"


def passage_key(evidence: Evidence) -> str:
    """A short id unlike any number or word in a report: weak models mistake [1], [2] for an order."""
    digest = hashlib.sha256(evidence.passage.id.encode()).digest()
    return "P" + base64.b32encode(digest)[:5].decode()


def parse_statements(content: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """The statements in a model's reply: (text, [(id, quote)…]). Text around the JSON is passed over.

    Raises ModelError when there is no such JSON in it.
    """
    start, end = content.find("{"), content.rfind("}")
    try:
        parsed = json.loads(content[start : end + 1]) if 0 <= start < end else None
        statements = parsed["statements"] if isinstance(parsed, dict) else None
    except (ValueError, KeyError, RecursionError) as exc:
        raise ModelError("the model's answer is not the JSON asked for") from exc
    if not isinstance(statements, list):
        raise ModelError("the model's answer is not the JSON asked for")
    found = []
    for statement in statements[:MOST_STATEMENTS]:
        if not isinstance(statement, dict) or not isinstance(statement.get("text"), str):
            continue
        evidence = statement.get("evidence")
        cited = [
            (item["id"].strip("[] "), item["quote"])
            for item in (evidence[:MOST_QUOTES] if isinstance(evidence, list) else [])
            if isinstance(item, dict) and isinstance(item.get("id"), str) and isinstance(item.get("quote"), str)
        ]
        text = _plain(statement["text"])
        if text and len(text) <= LONGEST_STATEMENT:
            found.append((text, cited))
    return found


def _plain(text: str) -> str:
    """In NFC, on one line, without control characters and halves of characters, which no report holds."""
    kept = (" " if unicodedata.category(char) in ("Cc", "Cf", "Cs") else char for char in text)
    return " ".join(unicodedata.normalize("NFC", "".join(kept)).split())
