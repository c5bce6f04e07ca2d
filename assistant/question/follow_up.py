"""A follow-up ("and in 2024?") made a whole question with the turns before it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date

from assistant.question.counted import counted_of
from assistant.question.kinds import kind_of
from assistant.question.language import language_of
from assistant.question.pronouns import capitalised_inside, stands_for_a_person, stands_for_a_thing
from assistant.question.relative import anchored, read_periods
from ingest.errors import InputError
from ingest.text.people import find_people
from ingest.text.periods import Mention
from ingest.text.places import find_places, fold_place
from ingest.text.words import content_words, fold, fold_aligned

MOST_TURNS = 8
"""Earlier questions that a follow-up is completed from."""

_FOLLOW_UP = re.compile(
    r"^(?:and|but|what about|how about|et|mais|qu'en est-il(?: de(?: l['’]| la\b)?| du| des| d['’])?"
    r"|(?:the |vay )?con(?! (?:so|nguoi|duong|dau|tau|cai)\b)|roi)\b[\s,]*"
)

_POINTING = re.compile(
    r"\b(?:celles?|celui|ceux|the ones?|that|those|this|the (?:same|following|next|previous)|at the end|the end|year"
    r"|beginning|fin|debut|mi|cuoi|dau|giua|nam|annee|thi sao|the nao)\b"
)
"""What a follow-up says beside its period or place to point at the question before: "et celle de juillet ?"."""

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
        before, answer = (_whole(turn, before, answer, newest) if before else turn), its_answer
    return before


def _whole(turn: str, before: str, answer: str, newest: date | None) -> str:
    """A turn made whole with the question before it and what that was answered; a whole one as it is."""
    own = _own_question(turn, before, newest)
    if own is None and _is_follow_up(turn, before, newest):
        return _joined(before, turn, newest)
    asked = own or turn
    if person := _is_of_the_person(asked, answer):
        return f"{asked.rstrip('?. ')} — {person}?"
    if _leans_on_the_last(asked, newest) or (own and _says_nothing(own)):
        return f"{asked.rstrip('?. ')} — {_left_of(_topic(before), asked, newest)}?"
    if own and (around := _around(own, before, newest)):
        return f"{own.rstrip('?. ')} — {around}?"
    return asked


def leans_on_history(question: str, newest: date | None = None) -> bool:
    """Whether a question says by a pronoun, or not at all, what it is about: to be made whole with a turn before."""
    return bool(_opener(question) or stands_for_a_person(question)) or _leans_on_the_last(question, newest)


def _opener(turn: str) -> re.Match[str] | None:
    """The "and", "et" or "còn" that a turn begins with. Accents tell "còn" from "con", a child."""
    match = _FOLLOW_UP.match(fold_aligned(turn))
    written = turn[: match.end()].lower().split() if match else []
    return None if "con" in written and not turn.isascii() else match


def _own_question(turn: str, before: str, newest: date | None) -> str | None:
    """What a turn asks by question words of its own, without its opening: "And who attended?" asks for people, whatever
    was asked before it. None of one that asks the same of another year or place: "And how many in 2023?"."""
    opener = _opener(turn)
    rest = turn[opener.end() :].strip() if opener else ""
    language = language_of(turn)
    asked = kind_of(rest, language)
    if not rest or not (asked.kind != "fact" or _ASKING.match(fold(rest))) or _DETERMINER.match(fold(rest).split()[0]):
        return None
    same = asked.kind == kind_of(before, language_of(before)).kind
    return None if same and not _asks(turn, before, newest) else rest[0].upper() + rest[1:]


_ASKING = re.compile(
    r"(?:what|which|did|do|does|is|are|was|were|has|have|will|can|que|quoi|quel\w*|est-ce|y a-t-il|a-t-|ont-|co phai)\b"
    r"|qu['’]"
)


def _around(turn: str, before: str, newest: date | None) -> str:
    """The places and periods of the question before that a turn names none of."""
    places = [] if find_places(turn) else find_places(before)
    mentions = [] if read_periods(turn, newest)[0] else read_periods(before, newest)[0]
    return ", ".join(dict.fromkeys([*places, *(before[m.start : m.end].strip() for m in mentions)]))


def _left_of(topic: str, turn: str, newest: date | None) -> str:
    """A topic without its periods, or places, where the turn names others."""
    if read_periods(turn, newest)[0]:
        topic = _without(topic, read_periods(topic, newest)[0])
    if find_places(turn):
        for place in dict.fromkeys(find_places(topic)):
            topic = _without_place(topic, place)
    return re.sub(r"(?:\s(?:in|en|of|de|for|pour|at|à|vào|ở|năm))+$", "", " ".join(topic.split()))


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
    if len(turn.split()) > SHORT or not stands_for_a_person(turn):
        return None
    named = list(dict.fromkeys(person.name for person in find_people(answer)))
    return named[0] if len(named) == 1 else None


def _leans_on_the_last(turn: str, newest: date | None) -> bool:
    """Whether a turn says by a pronoun what it is about ("Who chaired it?"), or nothing at all ("Why?")."""
    if len(turn.split()) > SHORT:
        return False
    if stands_for_a_thing(turn) or stands_for_a_person(turn):
        return True
    names = find_places(turn) or read_periods(turn, newest)[0] or capitalised_inside(turn)
    return _says_nothing(turn) and not names


def _says_nothing(turn: str) -> bool:
    """Whether a turn says at most one word beside what it asks with ("Who attended?"), and does not ask what that word
    means ("What is corruption?"). A Vietnamese word may have two syllables."""
    language = language_of(turn)
    said = set(content_words(turn, language)) - kind_of(turn, language).words
    return len(said) <= (2 if language == "vi" else 1) and not (said and _MEANS.search(fold(turn)))


_MEANS = re.compile(
    r"^(?:what (?:is|are) (?!the\b)|what's (?!the\b)|what does|define|qu'est-ce que?|que (?:signifie|veut dire)"
    r"|c'est quoi|definis\w*)|(?<!noi dung )(?<!muc dich )(?<!muc tieu )(?<!ket qua )(?<!ly do )(?<!nguyen nhan )"
    r"(?<!chu de )\bla gi\b|\bnghia la\b"
)


def _topic(question: str) -> str:
    """What a question is about, without what it asks with and the verb of that: "When was the meeting of the council
    held?" and "Who chaired the meeting of the council?" are about the meeting of the council."""
    asked = kind_of(question, language_of(question)).words | _AUXILIARIES
    question = _INVERTED.sub("", question.rstrip("?.!… "))
    question = _ASKED_INSIDE.sub(" ", question)
    parts = question.split()
    bare = [fold(part.strip('.,;:?!()"“”')) for part in parts]
    # "On which day did" asks with its third word.
    start, end = (
        max((at + 1 for at, word in enumerate(bare[:4]) if word in asked - _AUXILIARIES), default=0),
        len(parts),
    )
    inverted = False
    while start < end and (bare[start] in asked or set(re.findall(r"\w+", bare[start])) <= asked):
        inverted = bare[start] in _AUXILIARIES
        start += 1
    while start < end and bare[end - 1] in asked:
        end -= 1
    if start + 1 < end and _DETERMINER.match(bare[start + 1]) and not _DETERMINER.match(bare[start]):
        start += 1  # "chaired the meeting"
    if inverted and end - start > 2 and _PARTICIPLE.fullmatch(bare[end - 1]):
        end -= 1  # "was the meeting held"
    return " ".join(parts[start:end]) or question


_INVERTED = re.compile(r"\s(?:\S+['’])?\S+-(?:t-)?(?:ils?|elles?|on)\b.*$")
"""The verb after a French subject: "la réunion du conseil a-t-elle eu lieu"."""
_ASKED_INSIDE = re.compile(
    r"\s(?:bao nhiêu|bao lâu|bao giờ|mấy|khi nào|ở đâu|là ai|là gì|như thế nào|ra sao)(?=\s|$)", re.I
)
"""What Vietnamese asks with within a sentence."""
_DETERMINER = re.compile(r"(?:the|an?|le|la|les|une?|du|des)$|[ld]['’]\w|the$")
_PARTICIPLE = re.compile(
    r"\w{2,}ed|held|built|made|taken|given|chosen|found|sent|set|read|told|written|said|met|put|cut|paid|seen|shown"
    r"|drawn|begun|sold|bought|brought|kept|left|lost|won|done|place"
)


def _is_follow_up(turn: str, before: str, newest: date | None) -> bool:
    """Whether a turn begins as one, or is nothing but a period or a place ("In 2023?", "Nghệ An?")."""
    if _opener(turn):
        return True
    if len(turn.split()) > 8 or not (find_places(turn) or read_periods(turn, newest)[0]):
        return False
    return not _asks(turn, before, newest)


def _asks(turn: str, before: str, newest: date | None) -> bool:
    """Whether a turn asks anything beside its periods and places."""
    rest = _without(turn, read_periods(turn, newest)[0])
    for place in dict.fromkeys(find_places(turn)):
        rest = _without_place(rest, place)
    rest = _bare(rest)
    return bool(content_words(rest, language_of(before)) or _DOES.search(fold(rest)))


def _bare(turn: str) -> str:
    """A turn without its opening and what only points at the question before, as it is written: in Vietnamese accents
    tell "bị can", a defendant, from two words that count for nothing."""
    opener = _opener(turn)
    rest = turn[opener.end() :] if opener else turn
    for match in reversed(list(_POINTING.finditer(fold_aligned(rest)))):
        rest = rest[: match.start()] + " " + rest[match.end() :]
    return rest


_DOES = re.compile(r"\b(?:do|done|say|said|give|given|make|made|faut|faire|fait|dire|dit|lam gi|phai lam)\b")
"""Verbs so common that they count for nothing elsewhere. A question with one of them asks: "Que faut-il faire ?"."""


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
    if counting := _counting(before, question, newest):
        return counting
    if periods:
        before = _without(before, earlier)
    if find_places(question):
        for place in dict.fromkeys(find_places(before)):
            before = _without_place(before, place)
    return f"{' '.join(before.rstrip('?').split())} — {question}"


def _counting(before: str, turn: str, newest: date | None) -> str | None:
    """The question before with something else to be counted: "What about the defendants?" after "How many cases …?"."""
    counted = counted_of(before, language_of(before))
    noun = re.sub(r"(?i)^(?:the|of|les?|la|des?|du|các|những|l['’]|d['’])\s*", "", _bare(turn).strip(" ?.!,"))
    at = [match.span() for match in re.finditer(r"\w+", fold_aligned(before))]
    row = [fold(before[start:end]) for start, end in at]
    places = [place for place in range(len(row)) if tuple(row[place : place + len(counted)]) == counted]
    names = find_places(turn) or read_periods(turn, newest)[0] or capitalised_inside(turn)
    if not (counted and noun and places) or names or len(noun.split()) > 3:
        return None
    return before[: at[places[0]][0]] + noun + before[at[places[0] + len(counted) - 1][1] :]


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
