"""A follow-up → a whole question, in a model's words. Used only where it adds nothing that nobody asked about."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress

from assistant import prompts
from assistant.grounding import unbacked_places
from assistant.model.exchange import Prompt
from assistant.model.markup import neutral
from assistant.question import clean_question, understand
from assistant.question.follow_up import MOST_TURNS
from ingest.errors import InputError
from ingest.text.language import detect_language
from ingest.text.numbers import find_numbers
from ingest.text.places import find_places
from ingest.text.words import capitalised_runs, content_words, fold, starts_sentence

PROMPT_TURNS = 4
"""Earlier questions that a model is shown, the last ones; those before are of other things."""


def earlier_questions(history: Sequence[Mapping[str, str]]) -> list[str]:
    """The user's turns, oldest first, without those that are no question. Answers are left out: what they name is
    the reports', not the user's."""
    turns = []
    for turn in history:
        if turn.get("role") == "user" and isinstance(turn.get("content"), str):
            with suppress(InputError):
                turns.append(clean_question(turn["content"]))
    return turns[-MOST_TURNS:]


def rewriting_prompt(question: str, earlier: Sequence[str]) -> Prompt:
    turns = "\n".join(f"- {neutral(turn)}" for turn in earlier[-PROMPT_TURNS:])
    return Prompt(
        prompts.WHOLE_QUESTION,
        prompts.TURNS.format(earlier=turns, question=neutral(question)),
        prompts.WHOLE_QUESTION_SCHEMA,
        prompts.PLAIN_QUESTION,
    )


def read_question(reply: str) -> str | None:
    """The question in a reply: the last JSON object's that has one, or the only line of one without JSON."""
    for found in reversed(list(re.finditer(r"\{[^{}]*\}", reply))):
        with suppress(ValueError, RecursionError):
            parsed = json.loads(found.group(), strict=False)
            if isinstance(parsed, dict) and isinstance(parsed.get("question"), str):
                return str(parsed["question"])
    lines = [line.strip() for line in reply.splitlines() if line.strip()]
    return lines[0].strip("\"'“”«» ") if len(lines) == 1 and not re.search(r"[{}\[\]]", reply) else None


def accepted(rewritten: str, question: str, earlier: Sequence[str]) -> str | None:
    """The rewriting, cleaned, where it is in the question's language and every number, name and place in it is in the
    question or an earlier one; else None."""
    try:
        text = clean_question(rewritten)
    except InputError:
        return None
    said = "\n".join([*earlier, question])
    allowed = _language(question, earlier)
    numbers = {(number.value, number.percent) for number in find_numbers(said)}
    new_number = any((number.value, number.percent) not in numbers for number in find_numbers(text))
    if new_number or unbacked_places(text, said) or _new_names(text, said, allowed):
        return None
    return text if understand(text).language == allowed else None


def _language(question: str, earlier: Sequence[str]) -> str:
    """The question's language; the one before's where it has too few words to tell ("Nghe An?", "Et en 2024 ?")."""
    rest = question
    for start, end in reversed(capitalised_runs(question)):
        rest = rest[:start] + rest[end:]
    for place in find_places(rest):
        rest = rest.replace(place, "")
    return understand(question if detect_language(rest, default="") else earlier[-1]).language


def _new_names(text: str, said: str, language: str) -> list[str]:
    """Words with a capital that nobody has said. One that opens a sentence has it anyway, and is a name only where it
    is no function word: "Quel", not "Jean"."""
    held = set(re.findall(r"\w+", fold(said)))
    new = []
    for start, end in capitalised_runs(text):
        first = starts_sentence(text, start)
        for position, word in enumerate(re.findall(r"\w+", text[start:end])):
            opens = first and position == 0
            if fold(word) not in held and not (opens and not content_words(word, language)):
                new.append(word)
    return new
