"""A follow-up ("and in 2024?") made a whole question with the turns before it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date

from assistant.question.kinds import kind_of
from assistant.question.relative import anchored, read_periods
from ingest.errors import InputError
from ingest.text.language import detect_language
from ingest.text.people import find_people
from ingest.text.periods import Mention
from ingest.text.places import find_places, fold_place
from ingest.text.words import capitalised_runs, content_words, fold, starts_sentence

MOST_TURNS = 8
"""Earlier questions that a follow-up is completed from."""

_FOLLOW_UP = re.compile(r"^(?:and|what about|how about|et|qu'en est-il|con|the con|vay con|roi)\b")

_POINTING = re.compile(
    r"\b(?:celles?|celui|ceux|the ones?|that|those|this|the (?:same|following|next|previous)|at the end|the end|year"
    r"|beginning|fin|debut|mi|cuoi|dau|giua|nam|annee)\b"
)
"""What a follow-up says beside its period or place to point at the question before: "et celle de juillet ?"."""

_THING = re.compile(
    r"\b(?:it|its|they|them|their|there|those|these|(?:that|this)(?! (?:were|was|is|are|have|has))|cela|ca"
    r"|elles?|ils|leur|(?:cet|cette|ces) \w+|y(?! a\b))\b|\bl'(?:a|ont|avait)\b"
)
_PERSON = re.compile(r"\b(?:he|him|his|she|her|(?<!-t-)(?<!-)il(?! y | s'| faut| est )|elle|lui)\b")
_THING_VI = re.compile(r"\b(?:đó|này|ấy|nó|họ|vậy)\b")
_PERSON_VI = re.compile(r"\b(?:ông|bà|anh|chị|người|đồng chí) (?:ấy|này|đó)\b")
"""What stands for something said before. Vietnamese by its accents, without which these are other words."""

SHORT = 12
"""Words of a question in which a pronoun is taken to stand for something in the turn before."""

_AUXILIARIES = frozenset(
    "was were is are did do does has have had been will would a ont ete est sont s'est se etait etaient".split()
)


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
    before = answer = ""
    for turn, its_answer in [*_askable(history, clean)[-MOST_TURNS:], (question, "")]:
        if before and _is_follow_up(turn, before, newest):
            before = _joined(before, turn, newest)
        elif before and (person := _is_of_the_person(turn, answer)):
            before = f"{turn.rstrip('?. ')} — {person}?"
        elif before and _leans_on_the_last(turn, newest):
            before = f"{turn.rstrip('?. ')} — {_topic(before)}?"
        else:
            before = turn
        answer = its_answer
    return before


def leans_on_history(question: str, newest: date | None = None) -> bool:
    """Whether a question says by a pronoun, or not at all, what it is about: to be made whole with a turn before."""
    person = _PERSON.search(fold(question)) or _PERSON_VI.search(question.lower())
    return bool(_FOLLOW_UP.match(fold(question)) or person) or _leans_on_the_last(question, newest)


def _askable(history: Sequence[Mapping[str, str]], clean: Callable[[str], str]) -> list[tuple[str, str]]:
    """The user's earlier turns, cleaned, without those that cannot be asked; each with what was answered."""
    turns: list[tuple[str, str]] = []
    for turn in history:
        if turn.get("role") == "user" and turn.get("content"):
            with suppress(InputError):
                turns.append((clean(turn["content"]), ""))
        elif turn.get("role") == "assistant" and turn.get("content") and turns:
            turns[-1] = turns[-1][0], turn["content"]
    return turns


def _is_of_the_person(turn: str, answer: str) -> str | None:
    """The person that "he" or "ông ấy" in a turn stands for: the only one the answer before names. It is looked for in
    the reports like any name; that an answer named it proves nothing."""
    if len(turn.split()) > SHORT or not (_PERSON.search(fold(turn)) or _PERSON_VI.search(turn.lower())):
        return None
    named = list(dict.fromkeys(person.name for person in find_people(answer)))
    return named[0] if len(named) == 1 else None


def _leans_on_the_last(turn: str, newest: date | None) -> bool:
    """Whether a turn says by a pronoun what it is about ("Who chaired it?"), or nothing at all ("Why?")."""
    folded = fold(turn)
    if len(turn.split()) > SHORT:
        return False
    pronoun = _THING.search(folded) or _THING_VI.search(turn.lower()) or _PERSON.search(folded)
    if pronoun or _PERSON_VI.search(turn.lower()):
        return True
    language = detect_language(turn)
    said = set(content_words(turn, language)) - kind_of(turn, language).words
    return len(said) <= 1 and not (find_places(turn) or read_periods(turn, newest)[0] or capitalised_inside(turn))


def capitalised_inside(text: str) -> bool:
    """Whether a name stands in the text, not only its first word."""
    return any(not starts_sentence(text, start) or " " in text[start:end] for start, end in capitalised_runs(text))


def _topic(question: str) -> str:
    """What a question is about, without what it asks with: "When was the meeting held?" is about the meeting held."""
    asked = kind_of(question, detect_language(question)).words | _AUXILIARIES
    parts = question.rstrip("?.!… ").split()
    bare = [fold(part.strip('.,;:?!()"“”')) for part in parts]
    # "On which day did" asks with its third word.
    start, end = (
        max((at + 1 for at, word in enumerate(bare[:4]) if word in asked - _AUXILIARIES), default=0),
        len(parts),
    )
    while start < end and (bare[start] in asked or set(re.findall(r"\w+", bare[start])) <= asked):
        start += 1
    while start < end and bare[end - 1] in asked:
        end -= 1
    return " ".join(parts[start:end]) or question.rstrip("? ")


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
    rest = _POINTING.sub(" ", _FOLLOW_UP.sub("", fold(rest)))
    return bool(content_words(rest, detect_language(before)))


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
