"""Bodies a report names, all aliases of one under one name: those of Viet Nam's Party and State by a list of names, any
other by the word that says what it is (Commission, ministère, Sở) and the capitals around it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.documents import Block, Organisation
from ingest.text.bodies import UNLEVELLED, fold_body, known_bodies
from ingest.text.body_patterns import FIRM_MARK, FRENCH, FRENCH_HEAD, FRENCH_SIGNS, HANGING_FR, HANGING_VI, VIETNAMESE
from ingest.text.name_words import BODIES_EN, BODY_MODIFIERS, LONE_BODIES, NO_BODY, ROLE_WORDS, TITLE_CASE
from ingest.text.names import UPPER, Names, names_in, names_of, own_names
from ingest.text.people import people_in
from ingest.text.person_names import is_syllable

__all__ = ["BodyMention", "find_organisations", "fold_body", "merged_bodies", "organisations_in", "organisations_of"]


@dataclass(frozen=True, slots=True)
class BodyMention:
    """A body named at `text[start:end]`. `name` is its usual name, or as written where it has none; `short` is the
    abbreviation the text gives for it there."""

    start: int
    end: int
    name: str
    alias: str
    short: str = ""


def find_organisations(text: str) -> list[BodyMention]:
    """Every mention of a body, in order."""
    names = names_in(text)
    return organisations_in(names, [(person.start, person.end) for person in people_in(names)])


def organisations_of(text: str, blocks: Sequence[Block]) -> tuple[Organisation, ...]:
    """The bodies a document's own text names, each once, in the order they are first named."""
    names = own_names(names_of(text, blocks), blocks)
    return merged_bodies(organisations_in(names, [(person.start, person.end) for person in people_in(names)]))


def organisations_in(names: Names, people: Sequence[tuple[int, int]]) -> list[BodyMention]:
    """As `find_organisations`, of a text whose capitalised words are known. In the spans of `people` no body lies."""
    text = names.text
    found = [
        BodyMention(start, end, name, " ".join(text[start:end].split()))
        for start, end, name in known_bodies(names.folded)
        if name not in LONE_BODIES or text[start].isupper()
    ]
    taken = _Taken([*((mention.start, mention.end) for mention in found), *people])
    for start, end in (*_english(names, taken), *_french(names, taken), *_vietnamese(text, taken)):
        if taken.free(start, end):
            taken.add(start, end)
            alias = " ".join(text[start:end].split())
            found.append(BodyMention(start, end, alias, alias))
    return sorted((_with_short(text, mention) for mention in found), key=lambda mention: mention.start)


def merged_bodies(mentions: Sequence[BodyMention]) -> tuple[Organisation, ...]:
    """Mentions of one body put together under its usual name, else under the longest written."""
    groups: dict[str, list[BodyMention]] = {}
    shorts = {mention.short: fold_body(mention.name) for mention in mentions if mention.short}
    for mention in mentions:
        groups.setdefault(shorts.get(mention.alias) or fold_body(mention.name), []).append(mention)
    ends = _ends(groups)
    for key in sorted(groups, key=len):  # the shortest first, so that what it goes into may go into a longer one
        if (longer := _longer(key, groups[key], ends)) in groups:
            groups[longer] += groups.pop(key)
    if any(key.endswith(f" {UNLEVELLED.lower()}") for key in groups):
        groups.pop(UNLEVELLED.lower(), None)  # "the Steering Committee" is one of these, and the text says not which
    bodies = []
    for group in groups.values():
        group.sort(key=lambda mention: mention.start)
        aliases = dict.fromkeys(alias for mention in group for alias in (mention.alias, mention.short) if alias)
        usual = next((mention.name for mention in group if mention.name != mention.alias), "")
        bodies.append(Organisation(usual or max(aliases, key=len), tuple(aliases), group[0].start))
    return tuple(sorted(bodies, key=lambda body: body.start))


def _ends(groups: dict[str, list[BodyMention]]) -> dict[str, set[str]]:
    """Every beginning and end of an alias, of two words or more, with the keys of the bodies it may be short for."""
    ends: dict[str, set[str]] = {}
    for key, mentions in groups.items():
        for alias in {mention.alias.lower() for mention in mentions}:
            words = alias.split()[:LONGEST]
            for count in range(2, len(words)):
                ends.setdefault(" ".join(words[:count]), set()).add(key)
                ends.setdefault(" ".join(words[-count:]), set()).add(key)
    return ends


LONGEST = 40
"""Words of a body's name that are looked at; no name has so many."""


def _longer(key: str, mentions: Sequence[BodyMention], ends: dict[str, set[str]]) -> str:
    """The one other body of whose name this one's is the beginning or the end, "" where none is: "the Anti-Corruption
    Commission" after "the Kenya Anti-Corruption Commission", "la Commission centrale" after "… des affaires
    intérieures"."""
    if any(mention.name != mention.alias for mention in mentions):
        return ""
    found = set.intersection(*(ends.get(alias, set()) for alias in {mention.alias.lower() for mention in mentions}))
    found.discard(key)
    return found.pop() if len(found) == 1 else ""


class _Taken:
    """Spans of the text that are someone's name already; none overlaps another."""

    def __init__(self, spans: Sequence[tuple[int, int]]) -> None:
        self._spans = sorted(spans)

    def free(self, start: int, end: int) -> bool:
        place = bisect_right(self._spans, (start, end))
        near = self._spans[max(0, place - 1) : place + 1]
        return all(b <= start or a >= end for a, b in near)

    def add(self, start: int, end: int) -> None:
        self._spans.insert(bisect_right(self._spans, (start, end)), (start, end))

    def before(self, start: int, end: int) -> int:
        """Where the first span after `start` begins, at most `end`."""
        place = bisect_right(self._spans, (start, start))
        return min(end, self._spans[place][0]) if place < len(self._spans) else end


# "(ACC)" after a body's name; at least two capitals, so that "(Photo)" is none.
_SHORT = re.compile(rf"\s?\((?:the |ci-après |gọi tắt là )?[“\"'«]?\s?([{UPPER}][\w&.-]{{1,14}})\s?[”\"'»]?\)")


def _with_short(text: str, mention: BodyMention) -> BodyMention:
    match = _SHORT.match(text, mention.end)
    if not match or sum(map(str.isupper, match[1])) < 2:
        return mention
    return BodyMention(mention.start, mention.end, mention.name, mention.alias, match[1])


# -- English -----------------------------------------------------------------------------------------------

_OF = re.compile(r" (?:of|for|on|against)(?: the)? (?=\w)")
_MORE = re.compile(r"(?: and |, )(?=\w)")
_KIND = re.compile(r" (?:district|province|city|county|region|state|commune)\b")


def _english(names: Names, taken: _Taken) -> Iterator[tuple[int, int]]:
    """Runs that hold a body's word, with what "of …" adds: "the Department of Education and Training"."""
    following = dict(names.runs)
    for start, end in names.runs:
        if _BODIES.isdisjoint(names.folded[start:end].split()) or not taken.free(start, start + 1):
            continue
        end = taken.before(start, end)
        words = [(match.start(), match.end()) for match in _WORD.finditer(names.text, start, end)]
        plain = [names.folded[a:b].removesuffix("'s").removesuffix("’s") for a, b in words]
        last = next((n for n in range(len(words) - 1, -1, -1) if _is_body(plain[n])), None)
        if last is None:
            continue
        first = 0
        while first < last and _is_lead(plain[first]):
            first += 1
        for place in range(first, last):  # "the Province's Health Department" is one body of another
            if names.text[words[place][1] - 2 : words[place][1]] in ("'s", "’s") and _is_body(plain[place]):
                first = place + 1
        stop = words[last][1]
        if mark := FIRM_MARK.match(names.text, stop):  # "Meridian Bank plc"
            stop = mark.end()
        elif last == len(words) - 1:
            stop = _extended(names, stop, following, taken)
        elif first == last and plain[last] in ("bank", "university"):
            stop = end  # "Bank Negara Malaysia"
        if (first < last or stop > words[last][1]) and not names.text[words[first][0] : stop].isupper():
            yield words[first][0], stop


_WORD = re.compile(r"[^ \u00a0]+")


_BODIES = BODIES_EN | {word + mark for word in BODIES_EN for mark in ("'s", "’s")}
_is_body = BODIES_EN.__contains__


def _is_lead(word: str) -> bool:
    return word in NO_BODY or (word in ROLE_WORDS and word not in TITLE_CASE and word not in BODY_MODIFIERS)


def _extended(names: Names, end: int, following: dict[int, int], taken: _Taken) -> int:
    """The end of the name with what "of", "for" or "on" adds to it."""
    of = _OF.match(names.text, end)
    if not of or of.end() not in following or not taken.free(of.end(), of.end() + 1):
        return end
    if names.folded[of.end() : following[of.end()]].split()[0] in NO_BODY:  # "on Monday"
        return end
    end = following[of.end()]
    again = _OF.match(names.text, end)  # "the Court of Audit of Norland"
    if again and again.end() in following and taken.free(again.end(), again.end() + 1):
        end = following[again.end()]
    while (more := _MORE.match(names.text, end)) and more.end() in following:
        stop = following[more.end()]
        words = names.folded[more.end() : stop].split()
        if len(words) > 2 or any(_is_body(word) or word in NO_BODY or word in ROLE_WORDS for word in words):
            break
        if more.group() == ", " and not names.text.startswith((" and ", ", "), stop):
            break
        end = stop
    kind = _KIND.match(names.text, end)
    return kind.end() if kind else end


# -- French and Vietnamese: a body's word comes first --------------------------------------------------------


def _french(names: Names, taken: _Taken) -> Iterator[tuple[int, int]]:
    """A body's word first, its adjectives and what "de" adds: "la Cour des comptes", "le ministère de la Santé"."""
    if sum(map(names.folded[:3000].count, FRENCH_SIGNS)) < 3:
        return
    end = 0
    for head in FRENCH_HEAD.finditer(names.text):
        start = head.start()
        if start < end or names.text[start - 1 : start].isalnum() or not taken.free(start, start + 1):
            continue
        if match := FRENCH.match(names.text, start):
            end = taken.before(start, match.end())
            if " " in names.text[start:end].strip():
                yield start, start + len(HANGING_FR.sub("", names.text[start:end]))


def _vietnamese(text: str, taken: _Taken) -> Iterator[tuple[int, int]]:
    """A body's word first, then words each with its capital: "Bộ Tài nguyên và Môi trường", "Bệnh viện Bạch Mai"."""
    if "ộ" not in text and "ở" not in text and "ệ" not in text:
        return
    for match in VIETNAMESE.finditer(text):
        if match.start() and (text[match.start() - 1].isalnum() or text.endswith("Tây ", 0, match.start())):
            continue  # "Tây Ban Nha" is Spain
        start, end = match.start(), taken.before(match.start(), match.end())
        if taken.free(start, start + 1) and " " in text[start:end].strip():
            yield start, start + len(HANGING_VI.sub("", _without_verb(text[start:end])))


def _without_verb(name: str) -> str:
    """Without the small word that follows a foreign name: "Đại học Harvard nằm" has no second syllable."""
    words = name.split(" ")
    for place, word in enumerate(words[1:], start=1):
        if word[:1].islower() and words[place - 1][:1].isupper() and not is_syllable(words[place - 1]):
            return " ".join(words[:place])
    return name
