"""Questions that a model writes, kept only where the report proves their answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from assistant.answer import DocumentInfo
from assistant.model import Model
from assistant.model.exchange import Prompt
from assistant.model.markup import neutral
from evals import prompts
from evals.cases import Case
from evals.scorers import holds

STRETCH = 1500
"""Code points of a report that a model is shown at a time."""
EACH = 3
"""Questions asked of it for each."""
LONGEST_REPLY = 6000
LANGUAGES = {"en": "English", "fr": "French", "vi": "Vietnamese"}


@dataclass(slots=True)
class Refused:
    """How many of a model's questions were dropped, as its words do not hold."""

    count: int = 0


def written(info: DocumentInfo, model: Model, refused: Refused) -> Iterator[Case]:
    """A model's questions about one document: each with a quote that is in it word for word and holds the answer.
    Raises ModelError where the model cannot be asked."""
    text, source = info.text or "", info.source.rsplit("/", 1)[-1]
    number = 0
    for stretch in _stretches(text):
        for question, answer, quote in _asked(stretch, info, model):
            if not _proven(answer, quote, text):
                refused.count += 1
                continue
            number += 1
            name = f"{source.rsplit('.', 1)[0]}-m{number:02}"
            yield Case(name, info.language, "written", question, ((answer,),), (source,), evidence=(quote,))


def _proven(answer: str, quote: str, text: str) -> bool:
    """Whether the quote is in the text, spaces aside, and holds the answer."""
    return " ".join(quote.split()) in " ".join(text.split()) and holds(answer, quote)


def _asked(stretch: str, info: DocumentInfo, model: Model) -> Iterator[tuple[str, str, str]]:
    language = LANGUAGES.get(info.language, "the language of the passage")
    prompt = Prompt(
        prompts.DRAFT.format(most=EACH, language=language),
        prompts.DRAFTED.format(title=neutral(info.title), period=info.period or "not told", text=neutral(stretch)),
        prompts.DRAFT_SCHEMA,
        prompts.PLAIN_DRAFT,
    )
    reply = model.reply(prompt, LONGEST_REPLY)
    for one in _questions(reply)[:EACH]:
        told = [one.get(name) for name in ("question", "answer", "quote")]
        if all(isinstance(text, str) and text.strip() for text in told):
            question, answer, quote = (str(text).strip() for text in told)
            yield question, answer, quote


def _questions(reply: str) -> list[dict[str, Any]]:
    start, end = reply.find("{"), reply.rfind("}")
    with suppress(ValueError, RecursionError):
        found = json.loads(reply[start : end + 1], strict=False)
        if isinstance(found, dict) and isinstance(found.get("questions"), list):
            return [one for one in found["questions"] if isinstance(one, dict)]
    return []


def _stretches(text: str) -> Iterator[str]:
    """The text in pieces of whole lines, of STRETCH code points or little more."""
    piece = ""
    for line in text.split("\n"):
        piece = f"{piece}\n{line}" if piece else line
        if len(piece) >= STRETCH:
            yield piece[: 2 * STRETCH]
            piece = ""
    if len(piece.strip()) > 200:
        yield piece
