"""The tables of `contrasts` and `nouns` as one index: which of their forms stand in a row of words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ingest.meaning import contrasts, nouns

LANGUAGES = ("en", "fr", "vi")
_WORD = re.compile(
    r"[^\W_]+n't\b|\b(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quelqu)'|'ll\b|\b(?:us)?\$|[$€£₫&/]|[^\W_]+\*?", re.IGNORECASE
)
_TABLES = (
    ("opposite", contrasts.OPPOSITES),
    ("exclusive", contrasts.EXCLUSIVE),
    ("strength", contrasts.STRENGTHS),
    ("modal", contrasts.MODALS),
    ("denial", contrasts.DENIALS),
    ("noun", nouns.PEOPLE),
    ("noun", nouns.THINGS),
    ("measure", nouns.MEASURES),
)


@dataclass(frozen=True, slots=True)
class Mark:
    """A form of a table in a text, its words `first` to `last`, both included.

    `kind` is the table, `name` the entry; `sign` is -1 for the second of two opposites, and the number of the column
    of an exclusive word. `soft` forms excuse and never accuse.
    """

    kind: str
    name: str
    sign: int
    first: int
    last: int
    soft: bool = False


@dataclass(frozen=True, slots=True)
class _Entry:
    words: tuple[str, ...]
    kind: str
    name: str
    sign: int = 1
    soft: bool = False

    def matches(self, words: Sequence[str], at: int) -> bool:
        if at + len(self.words) > len(words):
            return False
        return all(
            words[at + n].startswith(form[:-1]) if form[-1] == "*" else words[at + n] == form
            for n, form in enumerate(self.words)
        )


def cut(text: str) -> Iterator[re.Match[str]]:
    """The words of a text or form, "l'" and "didn't" each as one; typographic apostrophes must be plain."""
    return _WORD.finditer(text)


def entries(table: str, language: str) -> Iterator[tuple[str, int, str]]:
    """The forms of a table in a language, each with the name of its entry and the number of its column."""
    for entry in re.split(r"\n(?=\S)", table.strip()):
        name, _, rest = " ".join(entry.split()).partition(":")
        for column, languages in enumerate(rest.split(" / ")):
            forms = languages.split(";")[LANGUAGES.index(language)].split(",")
            yield from ((name, column, form.strip()) for form in forms if form.strip())


THINGS = frozenset(("noun", "measure", "aside"))
"""What figures are read with; the other tables take twice as long to look through."""


def marks(words: Sequence[str], language: str, kinds: frozenset[str] | None = None) -> tuple[Mark, ...]:
    """Every form in the words, of each table the longest and none inside it; none inside one that is set aside. Of all
    tables, or of `kinds`, of which "aside" must be one for that."""
    if language not in LANGUAGES:
        return ()
    found, masked, within = list[Mark](), 0, dict[str, int]()
    for place in range(len(words)):
        longest: dict[str, list[_Entry]] = {}
        for entry in _at(words, place, language, kinds):
            rivals = longest.setdefault(entry.kind, [])
            if not rivals or len(entry.words) > len(rivals[0].words):
                longest[entry.kind] = [entry]
            elif len(entry.words) == len(rivals[0].words):
                rivals.append(entry)
        aside = len(longest.pop("aside")[0].words) if "aside" in longest else 0
        for entry in (entry for rivals in longest.values() for entry in rivals):
            last = place + len(entry.words) - 1
            if place >= masked and len(entry.words) >= aside and last > within.get(entry.kind, -1):
                found.append(Mark(entry.kind, entry.name, entry.sign, place, last, entry.soft))
        within |= {kind: max(within.get(kind, -1), place + len(r[0].words) - 1) for kind, r in longest.items()}
        masked = max(masked, place + aside, place + max((len(e.words) for e in longest.get("noun", ())), default=0))
    return (
        tuple(found)
        if language != "fr" or kinds
        else tuple(sorted([*found, *_french(words)], key=lambda mark: mark.first))
    )


def _french(words: Sequence[str]) -> Iterator[Mark]:
    """What French says by its verbs' endings and by "ne … que", only."""
    for place, word in enumerate(words):
        if word in ("ne", "n'") and only_by_ne(words, place):
            yield Mark("strength", "only", 1, place, place)
        elif _FUTURE.fullmatch(word):
            yield Mark("modal", "to come", 1, place, place)
        elif _CONDITIONAL.fullmatch(word):
            yield from (Mark("modal", name, 1, place, place, soft=True) for name in ("possible", "to come"))


_FUTURE = re.compile(
    r"(?!opera|camera|extra|ultra)[a-z]{2,}(?:[eit]ra|[eit]ront|dra|dront|ura|uront|rra|rront)"
    r"|[fs]era|[fs]eront|aura|auront|ira|iront"
)
_CONDITIONAL = re.compile(r"[a-z]{3,}r(?:ait|aient)")
_DENYING = frozenset("pas jamais aucun aucune rien plus ni guere personne".split())


def only_by_ne(words: Sequence[str], place: int) -> bool:
    """Whether a French "ne" goes with "que", and is "only"."""
    rest = words[place + 1 : place + 8]
    return not {"que", "qu'"}.isdisjoint(rest) and _DENYING.isdisjoint(rest)


def _at(words: Sequence[str], place: int, language: str, kinds: frozenset[str] | None) -> Iterator[_Entry]:
    """The forms that stand in the words from a place on."""
    whole, begun, lengths = _index(language, kinds)
    word = words[place]
    for entry in whole.get(word, ()):
        if entry.matches(words, place):
            yield entry
    for length in lengths:
        for entry in begun.get(word[:length], ()) if length <= len(word) else ():
            if entry.matches(words, place):
                yield entry


@lru_cache(maxsize=2 * len(LANGUAGES))
def _index(
    language: str, kinds: frozenset[str] | None
) -> tuple[dict[str, list[_Entry]], dict[str, list[_Entry]], list[int]]:
    """The forms of a language by their first word; those of any ending by what it begins with, and its lengths."""
    whole: dict[str, list[_Entry]] = {}
    begun: dict[str, list[_Entry]] = {}
    for entry in _entries(language):
        if kinds and entry.kind not in kinds:
            continue
        first = entry.words[0]
        if first.endswith("*"):
            begun.setdefault(first[:-1], []).append(entry)
        else:
            whole.setdefault(first, []).append(entry)
    return whole, begun, sorted(set(map(len, begun)))


def _entries(language: str) -> Iterator[_Entry]:
    for kind, table in _TABLES:
        for name, column, form in entries(table, language):
            sign = column if kind == "exclusive" else 1 - 2 * column
            own = name if kind == "denial" and name != "denial" else kind  # "soft denial", "aside"
            soft = form.startswith("~")
            for each in _plurals(form, language) if kind in ("noun", "measure") else (form.removeprefix("~"),):
                yield _Entry(tuple(match.group() for match in cut(each)), own, name, sign, soft)


_NO_PLURAL = frozenset("people men women dead killed staff personnel".split())
_FIXED = frozenset("du de en d'offres cause examen parti".split())


def _plurals(form: str, language: str) -> set[str]:
    """A noun in the singular and the plural; of several words the last in English, all or the first in French."""
    if language == "vi" or not form[-1].isalpha() or form in _NO_PLURAL:
        return {form}
    words = form.split()
    if language == "en":
        return {form, " ".join([*words[:-1], _plural(words[-1], english=True)])}
    many = [word if word in _FIXED else _plural(word) for word in words]
    feminine = {f"{form}e", f"{form}es"} if len(words) == 1 else set[str]()
    return {form, " ".join(many), " ".join([many[0], *words[1:]]), *feminine}


def _plural(word: str, english: bool = False) -> str:
    if english and word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies"
    if english and word.endswith(("s", "x", "ch", "sh")):
        return f"{word}es"
    return word if word.endswith(("s", "x")) else f"{word}s"
