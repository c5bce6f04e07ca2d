"""Runs of capitals that may name someone: a Vietnamese name by its family name, any other by what stands before it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.text.name_words import (
    BODIES_VI,
    FAMILY,
    FIRM_NEAR,
    NAMED_AFTER,
    NO_NAME,
    NO_PERSON,
    ONLY_MARKED,
    PLACE_AFTER,
    ROLE_WORDS,
    TITLES,
)
from ingest.text.names import Names
from ingest.text.places import fold_place, is_known_place, may_start_place
from ingest.text.words import fold


@dataclass(frozen=True, slots=True)
class Candidate:
    """What may be a name at `text[start:end]`: `titled` where a title stands before it, `vietnamese` by its form.

    One that is `joined` follows another syllable in its run, as in "Bộ Công Thương Nguyễn …": only a role before both
    makes it someone.
    """

    start: int
    end: int
    name: str
    titled: bool = False
    vietnamese: bool = False
    joined: bool = False


_SYLLABLE = re.compile(
    r"(?:ngh?|nh|ph|th|tr|ch|gh|gi|kh|qu|[bcdghklmnprstvxy])?(?:[aeiouy]{1,3})(?:ng|nh|ch|[cmnpt])?", re.ASCII
)


def is_syllable(word: str) -> bool:
    """Whether a word can be one syllable of Vietnamese."""
    return bool(_SYLLABLE.fullmatch(fold(word)))


_PART = re.compile(r"(?:[A-Z]\.|(?:Mc|Mac|O['’]|D['’])?[^\W\d_][^\W\d_'’]*(?:[-'’][^\W\d_]+)*)")
_PARTICLE = re.compile(r" (?:van|von|da|de|di|del|dos|den|bin|bint|ben|el|al)(?: (?:der|den|la|las|los))? ")
_BEFORE_ONE = frozenset(map(fold, TITLES))


def candidates(names: Names) -> Iterator[Candidate]:
    """The runs that may name someone, in order."""
    text, runs = names.text, names.runs
    starts = [*(start for start, _ in runs[1:]), len(text)]
    for number, (start, end) in enumerate(runs):
        particle = 3 < starts[number] - end < 12 and _PARTICLE.fullmatch(text, end, starts[number])
        if (
            not particle
            and " " not in text[start:end]
            and "\u00a0" not in text[start:end]
            and not _is_titled(names, start)
        ):
            continue
        folded = names.folded[start:end].split()
        if not particle and _is_no_name(folded[-1]) and _FAMILY_PLAIN.isdisjoint(folded):
            continue  # "Central Internal Affairs Commission": most runs are no one's name
        words = _split(text, start, end)
        if particle and number + 1 < len(runs):
            words += _split(text, *runs[number + 1])  # "Tom van der Berg"
        at = _family_name(names, words)
        found = _western(names, words) if at is None else _vietnamese(names, words, *at)
        if found:
            yield found


def _split(text: str, start: int, end: int) -> list[tuple[int, int, str]]:
    """The words of a run, (start, end, word); a possessive "'s" is no part of one."""
    words = []
    for word in text[start:end].replace("\u00a0", " ").split(" "):
        plain = word[:-2] if word.endswith(("'s", "’s")) else word
        words.append((start, start + len(plain), plain))
        start += len(word) + 1
    return words


def _is_titled(names: Names, start: int) -> bool:
    words = names.folded[max(0, start - 14) : start].split()
    if not words or not names.text[start - 1].isspace() or words[-1].strip('(“".:') not in _BEFORE_ONE:
        return False
    last = names.text[max(0, start - 14) : start].lower().split()[-1].strip('(“":')
    if last in ("chí", "chi"):
        return words[-2:-1] == ["dong"]
    return last.rstrip(".") in TITLES and (last[-1] != "." or last.isascii())  # "ông." ends a sentence


def _family_name(names: Names, words: list[tuple[int, int, str]]) -> tuple[int, int] | None:
    """Where in a run a family name and one to four more syllables stand, each with its capital, and how many."""
    folded = [names.folded[start:end] for start, end, _ in words]
    index = 0
    while index < len(words) - 1:
        place = may_start_place(folded[index]) and next(
            (n for n in (4, 3, 2) if is_known_place(" ".join(folded[index : index + n]))), 0
        )
        if not place and folded[index] in _FAMILY_PLAIN and (length := _syllables(words, folded, index)) > 1:
            return index, length
        index += place or 1
    return None


def _vietnamese(names: Names, words: list[tuple[int, int, str]], index: int, length: int) -> Candidate | None:
    start, end = words[index][0], words[index + length - 1][1]
    before = words[index - 1][2] if index else ""
    text = names.text
    joined = bool(before) and not _may_precede(before)
    if (
        (before.isupper() and len(before.strip(".")) > 1)  # "M." is a title
        or (joined and (length < 3 or before.isascii()))
        or PLACE_AFTER.match(text, end, end + 24)
        or NO_NAME.match(names.folded, start, end)
        or NAMED_AFTER.search(text[max(0, start - 24) : start].rstrip())
        or (length == 2 and FIRM_NEAR.search(text[max(0, start - 48) : start]))
    ):
        return None
    name = " ".join(word for _, _, word in words[index : index + length])
    titled = before.lower().strip(".") in TITLES if before else _is_titled(names, start)
    return Candidate(start, end, name, titled, not joined, joined)


def _syllables(words: list[tuple[int, int, str]], folded: list[str], index: int) -> int:
    """How many words from `index` on may be one Vietnamese name; 0 where the first is no family name."""
    first = words[index][2].lower()
    marked = first != folded[index]  # written "Đảng", a word is no Đặng
    if (marked and first not in FAMILY) or (not marked and first in ONLY_MARKED):
        return 0
    length = 1
    while length <= 5 and index + length < len(words) and _SYLLABLE.fullmatch(folded[index + length]):
        length += 1
    return length if length <= 5 else 0


def _may_precede(word: str) -> bool:
    """What stands before a name in one run is a role, a title or a body: "Secretary Le Quang Tung"; another Vietnamese
    syllable makes it a part of something else ("Tan Hoang Minh")."""
    folded = fold(word)
    return word.lower().strip(".") in TITLES or folded in NO_PERSON or not is_syllable(word)


_FAMILY_PLAIN = frozenset(map(fold, FAMILY))


def is_family_name(word: str) -> bool:
    """Whether a word may be a Vietnamese family name; "Dân", with its mark, is no Đan."""
    return word.lower() in FAMILY or (word.isascii() and word.lower() in _FAMILY_PLAIN)


def _western(names: Names, words: list[tuple[int, int, str]]) -> Candidate | None:
    """Two to four names, or one after a title; the words of a role or title before them are no part of them."""
    plain = [names.folded[start:end].strip(".") for start, end, _ in words]
    first, titled = 0, False
    for place, (_, _, written) in enumerate(words[:-1]):
        title = written.lower().strip(".") in TITLES and first == place
        if title or _is_role(plain[place]):
            first, titled = place + 1, title
    chinese = all(map(_SYLLABLE.fullmatch, plain[first:])) and plain[first] not in BODIES_VI  # "Chủ tịch Tập Cận Bình"
    while first < len(words) - 1 and not chinese and (_is_no_name(plain[first]) or _is_foreign(words[first][2])):
        first += 1
    if first and plain[first - 1] in _HALVES:
        return None
    chosen = words[first:]
    titled = titled or (first == 0 and _is_titled(names, chosen[0][0]))
    if not (1 if titled else 2) <= len(chosen) <= 4 or any(map(_is_no_name, _without_particles(plain[first:]))):
        return None
    if not all(_PART.fullmatch(word) for _, _, word in chosen) or len(chosen[-1][2]) < 2:
        return None
    name = " ".join(names.text[chosen[0][0] : chosen[-1][1]].split())
    if is_known_place(fold_place(name)) or NO_NAME.match(fold(name)) or (name.isupper() and len(chosen) == 1):
        return None
    return Candidate(chosen[0][0], chosen[-1][1], name, titled)


_HALVES = frozenset("new south north east west san saint santa los las el great".split())  # "New Jersey" is one name
_MARKED = re.compile(r"[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)


def _without_particles(words: list[str]) -> list[str]:
    return [word for place, word in enumerate(words) if not 0 < place < len(words) - 1 or word not in _PARTICLES]


_PARTICLES = frozenset("le la de du des van von der den di da al el".split())  # "Yann Le Bihan"


def _is_foreign(word: str) -> bool:
    """Whether a word is no part of a Western name: of Vietnamese letters ("Thủ tướng Đức Carl …"), or all capitals."""
    return bool(_MARKED.search(word)) or (word.isalpha() and len(word) > 1 and word.isupper())


def _is_role(word: str) -> bool:
    return word in ROLE_WORDS or word.removesuffix("s") in ROLE_WORDS


def is_led(names: Names, candidate: Candidate) -> bool:
    """Whether a role stands right before a name: "Auditor General X"."""
    before = names.text[max(0, candidate.start - 20) : candidate.start]
    return before[-1:] == " " and before.rstrip()[-1:].isalpha() and _is_role(fold(before.split()[-1]))


def _is_no_name(word: str) -> bool:
    return word in NO_PERSON or word.removesuffix("s") in NO_PERSON
