"""A question, read; see `understand`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache, partial
from typing import Any

from assistant.context import commands
from assistant.question import follow_up
from assistant.question.accents import Accents, shipped
from assistant.question.counted import counted_of
from assistant.question.kinds import (
    Asked,
    Kind,
    asks_for_a_place_name,
    asks_how_much_changed,
    is_change,
    kind_of,
    kind_of_side,
)
from assistant.question.language import language_of
from assistant.question.named import (
    GENERIC,
    Named,
    find_bodies,
    find_names,
    find_people_named,
    find_places_named,
    words_before,
)
from assistant.question.relative import Reading, read_periods
from assistant.question.several import questions_in
from assistant.question.sides import MOST_SIDES, Side, compared_away, ends_of_ranges, find_sides, without_periods
from assistant.question.spelling import Respelt
from ingest.documents import Span
from ingest.errors import InputError
from ingest.text.periods import DayMention, Mention, Period, distinct, find_undated_days
from ingest.text.places import find_places
from ingest.text.words import content_words, fold, fold_aligned

MAX_QUESTION = 2000


@dataclass(frozen=True, slots=True)
class Query:
    """A question as understood. `words` are folded content words without those of the constraints: they say
    what is asked, the constraints about what."""

    text: str
    language: str
    kind: Kind
    words: tuple[str, ...]
    periods: tuple[Period, ...] = ()
    days: tuple[tuple[int, int], ...] = ()
    """Days named without a year, (month, day): "the conference of December 29"."""
    places: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    """Names of people, companies and the like, as written: an answer about one must be about that one."""
    people: tuple[str, ...] = ()
    """Those of `names` that are people's, by their form or a title beside them; after a title one word is enough."""
    bodies: tuple[str, ...] = ()
    """Committees, courts and the like, as written."""
    body_keys: tuple[str, ...] = ()
    """For each of `bodies` its key, one for all the names of a body; see `ingest.text.bodies.fold_body`."""
    readings: tuple[Reading, ...] = ()
    """The periods that the question names without their year, and what they were taken for."""
    counted: tuple[str, ...] = ()
    """Of a figure, the folded words of what is counted: "inspections", "vụ án"."""
    changed: bool = False
    """Whether it asks by how much something changed since another period that it names."""
    national: bool = False
    """Whether the whole country is asked about: a province's figure is no answer then."""
    side: str = ""
    """Of a part of a question: what sets it apart from the others, "2023" or "Nghe An"; "" of a whole question."""
    respelt: tuple[Respelt, ...] = ()
    """The words that were typed wrong, and what they were taken for; `text` has the latter."""
    newest: date | None = field(default=None, repr=False)
    """The day of the newest report, from which "last year" was counted."""

    def parts(self) -> list[Query]:
        """One question for each side of a comparison, two to four, for each needs evidence of its own; the question
        itself where it has one. `assistant.question.sides` says what sides are."""
        if self.side:
            return [self]
        named = _Named.of(self.text)
        mentions = _mentions(self.text, self.kind, self.newest)[0]
        found = find_sides(self.text, self.language, self.kind, mentions, named.places, [*named.names, *named.bodies])
        if found:
            return [self._part(side) for side in found]
        return [self._question(text) for text in questions_in(self.text, self.language)] or [self]

    def _part(self, side: Side) -> Query:
        """A side, understood as a question of its own. What it is of is taken over from the whole question: "the year
        before" has lost what it counts from."""
        asked = kind_of_side(side.text, self.language, self.kind)
        text = _CHANGED.sub(r"What was \g<what>", side.text) if self.kind == "comparison" else side.text
        part = _understood(text, self.language, asked, self.newest)
        if self.kind == "comparison":
            part = replace(part, words=part._without_change(part.kind))
        if side.period:
            kept = tuple(reading for reading in self.readings if reading.period == side.period)
            readings = part.readings if [r.period for r in part.readings] == [r.period for r in kept] else ()
            part = replace(part, periods=(side.period,), readings=readings)
        if side.place:
            part = replace(part, places=(side.place,))
        return replace(part, side=side.label)

    def _question(self, text: str) -> Query:
        """One of several questions in one, each of its own kind; the periods and places that only one of them names
        are meant of all: "How many cases were opened in 2024, and who chaired the conference?"."""
        part = _understood(text, self.language, kind_of(text, self.language), self.newest)
        periods = part.periods or (() if part.days else self.periods)
        readings, places = part.readings or self.readings, part.places or self.places
        national = part.national or (self.national and not places)
        return replace(part, side=text, periods=periods, readings=readings, places=places, national=national)

    def apart(self) -> list[Query]:
        """One question for each of the two or more periods, or places, that the question names together: "Did it go up
        from 2023 to 2024?", of which no report may say more than each year's figure. [] where it names no two."""
        mentions = ends_of_ranges(self.text, read_periods(self.text, self.newest)[0])
        periods = distinct(mentions)
        kind: Kind = "figure" if self.kind in ("comparison", "fact") else self.kind
        if 2 <= len(periods) <= MOST_SIDES and not self.side:
            words = self._without_change(kind)
            counted = counted_of(self.text, self.language) if kind == "figure" else ()
            whole = replace(self, words=words, counted=counted, kind=kind, readings=(), changed=False)
            return [replace(whole, periods=(one,), side=one.label) for one in periods]
        places = list(dict.fromkeys(place.name for place in find_places_named(self.text)))
        if 2 <= len(places) <= MOST_SIDES and not self.side:
            return [replace(self, places=(one,), side=one, kind=kind) for one in places]
        return []

    def _without_change(self, kind: Kind) -> tuple[str, ...]:
        """Its words without those for a change: "By how much did the number of letters rise?" is a matter of the
        letters of each year."""
        rest = tuple(word for word in self.words if not is_change(word)) if kind == "figure" else self.words
        return rest or self.words

    @property
    def timeless(self) -> str:
        """The question without its periods and days, and without "nationwide": whether a sentence is of the right one
        is checked apart, and a year in the question draws it to every sentence that names the year."""
        return _without_times(self.text, self.newest)

    @property
    def names_a_place(self) -> bool:
        """Whether the answer must be the name of a province or district."""
        return self.kind == "place" and asks_for_a_place_name(self.text)

    def explain(self) -> dict[str, Any]:
        """How the question was understood, in values JSON has; periods by their labels, days as "12-29"."""
        parts = self.parts()
        return {
            "text": self.text,
            "language": self.language,
            "kind": self.kind,
            "periods": [period.label for period in self.periods],
            "readings": [{"text": r.text, "period": r.period.label, "why": r.why} for r in self.readings],
            "respelt": [{"typed": one.typed, "meant": one.meant} for one in self.respelt],
            "days": [f"{month:02d}-{day:02d}" for month, day in self.days],
            "places": list(self.places),
            "people": list(self.people),
            "names": list(self.names),
            "national": self.national,
            "bodies": list(self.bodies),
            "words": list(self.words),
            "parts": [{"side": part.side, "text": part.text} for part in parts] if len(parts) > 1 else [],
        }


def understand(
    question: str,
    history: Sequence[Mapping[str, str]] = (),
    newest: date | None = None,
    accents: Callable[[], Accents] = shipped,
) -> Query:
    """Read a question. `history` is earlier turns, {"role", "content"}; it only completes a follow-up. `newest` is the
    day of the newest report: "last year" is counted from it, and left unread without it. `accents` are put on
    Vietnamese that was typed without. About half a millisecond.

    Raises InputError for an empty question or one over MAX_QUESTION code points.
    """
    as_written = partial(_as_written, accents=accents)
    text = follow_up.standalone(without_commands(as_written(question)), history, newest, as_written)
    language = language_of(text)
    return _understood(text, language, kind_of(text, language), newest)


standalone = partial(follow_up.standalone, clean=lambda text: clean_question(text))
"""A follow-up made whole; see `follow_up.standalone`."""


def _as_written(question: str, accents: Callable[[], Accents]) -> str:
    """The question, cleaned, and with its accents where it is Vietnamese and was typed without any."""
    text = clean_question(question)
    typed_without = fold(text) == text.lower() and language_of(text) == "vi"
    return accents().put(text) if typed_without else text


@dataclass(frozen=True, slots=True)
class _Named:
    places: list[Named]
    people: list[Named]
    names: list[Named]
    bodies: list[Named]

    @classmethod
    def of(cls, text: str) -> _Named:
        places = find_places_named(text)
        people = find_people_named(text, places)
        return cls(places, people, find_names(text, places, people), find_bodies(text, people))


def _understood(text: str, language: str, asked: Asked, newest: date | None) -> Query:
    mentions, readings = _mentions(text, asked.kind, newest)
    undated = find_undated_days(text)
    named = _Named.of(text)
    places = tuple(dict.fromkeys(find_places(text)))
    away = compared_away(text, mentions) if asks_how_much_changed(text) else []
    times = [(m.start, m.end) for m in mentions] + [(day.start, day.end) for day in undated]
    times += [(reading.start, reading.end) for reading in readings]
    bodies = {body.key: body.name for body in reversed(named.bodies)}
    national = _national(text)
    times += [(span.start, span.end) for span in (*national, *_manners(text))]
    return Query(
        text=text,
        language=language,
        kind=asked.kind,
        words=_words(text, language, asked, named, times),
        periods=distinct(mention for mention in mentions if mention not in away),
        days=tuple((mention.month, mention.day) for mention in undated),
        places=places,
        names=tuple(dict.fromkeys(name.name for name in named.names)),
        people=tuple(dict.fromkeys(person.name for person in named.people)),
        bodies=tuple(bodies.values())[::-1],
        body_keys=tuple(bodies)[::-1],
        readings=readings,
        changed=bool(away),
        national=bool(national) and not places,
        counted=counted_of(text, language) if asked.kind == "figure" else (),
        newest=newest,
    )


@lru_cache(maxsize=500)  # a question is looked at without its times in several places
def _without_times(text: str, newest: date | None) -> str:
    times: list[Mention | DayMention | Span] = [
        *read_periods(text, newest)[0], *find_undated_days(text), *_national(text), *_manners(text),
    ]  # fmt: skip
    return without_periods(text, sorted(times, key=lambda mention: mention.start))


def _national(text: str) -> list[Span]:
    """Where the text says that it asks about the whole country."""
    return [Span(*match.span()) for match in _NATIONAL.finditer(fold_aligned(text))]


def _manners(text: str) -> list[Span]:
    """What of the text only asks, politely or of the reports as such: "please tell me", "do the reports agree on"."""
    return [Span(*match.span()) for match in _MANNERS.finditer(fold_aligned(text))]


def _mentions(text: str, kind: Kind, newest: date | None) -> tuple[list[Mention], tuple[Reading, ...]]:
    """The periods the question asks about. What changed "from 2022 to 2023" is a matter of the two years; any other
    range is one period."""
    mentions, readings = read_periods(text, newest)
    return (ends_of_ranges(text, mentions) if kind == "comparison" else mentions), readings


def _words(text: str, language: str, asked: Asked, named: _Named, times: Sequence[tuple[int, int]]) -> tuple[str, ...]:
    """The content words that no constraint and no question word accounts for.

    Until now a body's words all counted, "central" and "committee" as much as what was asked about it. Every report
    has those on every page: a question of four words is half covered by any passage that holds them. So these generic
    ones go where anything else is asked; what tells the body apart ("inspection", "nội chính") stays, for passages
    name bodies in full.
    """
    places = [(place.start, place.end) for place in named.places]
    rest = text
    for start, end in (*times, *places, *((name.start, name.end) for name in named.names)):
        rest = rest[:start] + " " * (end - start) + rest[end:]
    spent = asked.words | words_before(text, named.people)
    rest = re.sub(r"['’]s\b", " ", rest)
    rest = _PART_OF_A_YEAR.sub(" ", rest) if times else rest
    words = tuple(word for word in content_words(rest, language) if word not in spent)
    of_bodies = {word for body in named.bodies for word in re.findall(r"\w+", fold(body.name))}
    if any(word not in of_bodies for word in words):
        return tuple(word for word in words if word not in of_bodies & GENERIC)
    return words


_NATIONAL = re.compile(
    r"\b(?:nationwide|national(?:ly)? (?:total|figures?|level|scale)|in the (?:whole )?country|countrywide"
    r"|across viet ?nam|in viet ?nam|dans tout le pays|dans le pays|au niveau national|a l'echelle nationale|au viet"
    r" ?nam|toan quoc|ca nuoc|o viet nam)\b"
)


_JOINING = frozenset("\u00ad\u200c\u200d\u2060\ufeff")
"""Soft hyphens and the like stand inside words; a space in their place would cut the word in two."""


def clean_question(question: str) -> str:
    """The question in NFC, control characters as spaces. Raises InputError when nothing can be asked of it."""
    if any(unicodedata.category(char) == "Cs" for char in question):  # half a character: it could not be printed
        raise InputError("the question is not valid UTF-8 text; check its encoding")
    plain = (
        "" if char in _JOINING else " " if unicodedata.category(char) in ("Cc", "Cf", "Co") else char
        for char in question
    )
    text = " ".join(unicodedata.normalize("NFC", "".join(plain)).split())
    if not any(char.isalnum() for char in text):
        raise InputError("the question is empty; ask in words, such as “Who chaired the conference?”")
    if len(text) > MAX_QUESTION:
        raise InputError(f"the question has {len(text):,} characters; ask in at most {MAX_QUESTION:,}")
    return text


def without_commands(text: str) -> str:
    """The question without sentences that command whoever reads it; the whole of one that does nothing else."""
    parts = re.split(r"(?<=[.!?:;])\s+", text)
    kept = [part for part in parts if not commands(part)]
    return " ".join(kept) if kept and any(part.endswith("?") for part in kept) else text


_MANNERS = re.compile(
    r"\b(?:please|could you|can you|would you|tell me|i (?:need|want)(?: to know)?|for my (?:article|report|story|note)"
    r"|(?:do|are|does) (?:the |all |both )?(?:reports?|sources?) (?:agree|consistent|say)(?: (?:on|about))?"
    r"|(?:what do|according to) the reports?(?: say)?|les (?:rapports|sources) s'accordent-ils sur"
    r"|(?:pouvez|peux|pourriez)-(?:vous|tu)(?: me)?(?: dire)?|dites?[- ]moi|s'il vous plait|selon les rapports"
    r"|(?:cac )?bao cao co (?:thong nhat|khop nhau)(?: khong)?(?: ve)?|(?:xin |hay )?cho (?:toi |minh )?(?:biet|hoi)"
    r"|theo (?:cac )?bao cao)\b"
)

_CHANGED = re.compile(
    r"^(?:did|has|have|had|is|was|were)\s+(?P<what>.+?)\s+(?:been )?(?:go(?:ne|ing)? (?:up|down)|ris(?:e|en|ing)"
    r"|(?:in|de)creas(?:ed?|ing)|grow(?:n|ing)?|fall(?:en|ing)?|drop(?:ped|ping)?|declin(?:ed?|ing)|chang(?:ed?|ing))"
    r"(?=\W|$)",
    re.IGNORECASE,
)
"""What asks whether something changed: each of its sides asks how much there was."""

_PART_OF_A_YEAR = re.compile(
    r"\b(?:the |at |by |la )*(?:end|beginning|start|middle|mid|close|fin|début|debut|milieu|mi|cuối|đầu|giữa|cuoi|giua)"
    r"(?: of)?[- ]*(?=\s{2,}|\s*$)",
    re.IGNORECASE,
)
"""What is left of "at the end of 2024" without the year."""
