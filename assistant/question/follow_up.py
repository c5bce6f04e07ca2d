"""A follow-up ("and in 2024?") made a whole question with the turns before it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date

from assistant.question.relative import anchored, read_periods
from ingest.errors import InputError
from ingest.text.language import detect_language
from ingest.text.periods import Mention
from ingest.text.places import find_places, fold_place
from ingest.text.words import content_words, fold

MOST_TURNS = 8
"""Earlier questions that a follow-up is completed from."""

_FOLLOW_UP = re.compile(r"^(?:and|what about|how about|et|qu'en est-il|con|the con|vay con|roi)\b")


def standalone(
    question: str,
    history: Sequence[Mapping[str, str]],
    newest: date | None = None,
    clean: Callable[[str], str] = str.strip,
) -> str:
    """A follow-up made whole with the question before it; any other question as it is.

    The period or place it names takes the place of the earlier one. An earlier turn may be a follow-up too; one that
    `clean` raises InputError for (a lone emoji) is passed over.
    """
    before = ""
    for turn in [*_askable(history, clean)[-MOST_TURNS:], question]:
        before = _joined(before, turn, newest) if before and _is_follow_up(turn, before, newest) else turn
    return before


def _askable(history: Sequence[Mapping[str, str]], clean: Callable[[str], str]) -> list[str]:
    """The user's earlier turns, cleaned, without those that cannot be asked."""
    turns = []
    for turn in history:
        if turn.get("role") == "user" and turn.get("content"):
            with suppress(InputError):
                turns.append(clean(turn["content"]))
    return turns


def _is_follow_up(turn: str, before: str, newest: date | None) -> bool:
    """Whether a turn begins as one, or is nothing but a period or a place ("In 2023?", "Nghệ An?")."""
    if _FOLLOW_UP.match(fold(turn)):
        return True
    if len(turn.split()) > 8 or not (find_places(turn) or read_periods(turn, newest)[0]):
        return False
    return not _asks(turn, before, newest)


def _asks(turn: str, before: str, newest: date | None) -> bool:
    """Whether a turn asks anything beside its periods and places."""
    rest = _without(turn, read_periods(turn, newest)[0])
    for place in dict.fromkeys(find_places(turn)):
        rest = _without_place(rest, place)
    return bool(content_words(_FOLLOW_UP.sub("", fold(rest)), detect_language(before)))


def _without(text: str, mentions: Sequence[Mention]) -> str:
    for mention in reversed(mentions):
        text = text[: mention.start] + text[mention.end :]
    return text


def _joined(before: str, question: str, newest: date | None) -> str:
    """The question before with what the follow-up names in its stead; with the follow-up after it where that asks
    anything of its own."""
    earlier = read_periods(before, newest)[0]
    if earlier:
        question = anchored(question, earlier[-1].period)  # "and the year before?"
    periods = read_periods(question, newest)[0]
    if not _asks(question, before, newest):
        return _substituted(before, question, earlier, periods)
    if periods:
        before = _without(before, earlier)
    if find_places(question):
        for place in dict.fromkeys(find_places(before)):
            before = _without_place(before, place)
    return f"{' '.join(before.rstrip('?').split())} — {question}"


def _substituted(before: str, question: str, earlier: Sequence[Mention], periods: Sequence[Mention]) -> str:
    places = find_places(question)
    words = question[periods[0].start : periods[-1].end] if periods else ""
    if periods and earlier:
        before = _without(before[: earlier[-1].end], earlier[1:]) + before[earlier[-1].end :]
        before = before[: earlier[0].start] + words + before[earlier[0].end :]
    elif periods:
        before = f"{before.rstrip('?. ')} {words}?"
    if places and find_places(before):
        for place in dict.fromkeys(find_places(before)):
            before = _without_place(before, place, places[0])
    elif places:
        before = f"{before.rstrip('?. ')} {places[0]}?"
    return " ".join(before.split())


def _without_place(text: str, place: str, other: str = "") -> str:
    """The text without a place, or with another in its stead, however it is written there ("Đắk Lắk")."""
    parts, key = text.split(), fold_place(place)
    for size in range(4, 0, -1):
        for at in range(len(parts) - size, -1, -1):
            here = " ".join(parts[at : at + size])
            if fold_place(here.strip('.,;:?!()"“”')) == key:
                parts[at : at + size] = [other + here[len(here.rstrip(".,;:?!")) :]] if other else []
    return " ".join(parts)
