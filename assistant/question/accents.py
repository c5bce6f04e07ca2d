"""Vietnamese typed without accents, with those it most likely has: the engine and the cross-encoder have learned the
accented language, and read "bao nhieu vu an tham nhung" as little more than noise."""

from __future__ import annotations

import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import groupby, pairwise

from ingest.text.person_names import is_family_name, is_syllable
from ingest.text.words import fold

Ones = Mapping[str, int]
"""How often each syllable was seen."""
Twos = Mapping[str, Mapping[str, int]]
"""How often each was seen right after another; after "" at the beginning of a line."""

TRUST = 60.0
"""How often a syllable must have been seen for what followed it to weigh as much as how frequent each is by itself. Of
20 to 150 all do as well on held-out questions, 2 does worse."""
RARE = 0.3
"""What a syllable counts that was never seen as it is typed."""
FEWEST, ENOUGH = 3, 0.8
"""Words by which Vietnamese without accents is told, and the share of them that must be syllables of it."""
_SYLLABLE = re.compile(r"[^\W\d_]+")
_SYLLABLE_OR_STOP = re.compile(r"[^\W\d_]+|[.,;:!?()\"“”]")


def counted(texts: Iterable[str]) -> tuple[Counter[str], dict[str, Counter[str]]]:
    """How often each syllable stands in some texts, and each right after another."""
    ones, twos = Counter[str](), defaultdict[str, Counter[str]](Counter)
    for line in (line for text in texts for line in text.lower().split("\n")):
        row = _SYLLABLE_OR_STOP.findall(line)
        ones.update(word for word in row if word.isalpha())
        for before, after in pairwise(["", *row]):
            if after.isalpha() and (not before or before.isalpha()):
                twos[before][after] += 1
    return ones, dict(twos)


class Accents:
    """Puts accents on Vietnamese by how often syllables were seen, and two in a row."""

    def __init__(self, ones: Ones, twos: Twos) -> None:
        self._ones, self._twos = ones, twos
        self._total, self._afters = sum(ones.values()), dict[str, int]()
        self._forms: dict[str, list[str]] = {}
        for form in ones:
            self._forms.setdefault(fold(form), []).append(form)

    def and_of(self, texts: Iterable[str]) -> Accents:
        """These, and what is counted in some texts: reports have words of their own."""
        ones, twos = counted(texts)
        both = {word: Counter(self._twos.get(word, {})) + twos.get(word, Counter()) for word in {*self._twos, *twos}}
        return Accents(Counter(self._ones) + ones, both)

    def knows(self, syllable: str) -> bool:
        """Whether a syllable, without accents, was seen with any."""
        return syllable in self._forms

    def forms_of(self, syllable: str) -> list[tuple[str, int]]:
        """The forms of a syllable without accents, or a seen one with them; and how often each was seen."""
        forms = self._forms.get(syllable) or ([syllable] if syllable in self._ones else [])
        return [(form, self._ones[form]) for form in forms]

    def put(self, text: str) -> str:
        """A Vietnamese text in which no word has an accent with the most likely ones; any other as it is.

        Of all ways to accent it the one whose syllables best follow one another (Viterbi, as in any tagger by pairs).
        Words with a capital inside a sentence are names, and left alone but where they were seen together. Offsets
        hold.
        """
        if fold(text) != text.lower():
            return text
        spans = [match.span() for match in _SYLLABLE.finditer(text)]
        typed = [text[start:end].lower() for start, end in spans]
        found = self._likeliest(typed, self._alone(typed, [_is_name(text, *span) for span in spans]))
        for (start, end), word in reversed(list(zip(spans, found, strict=True))):
            text = text[:start] + _cased(text[start:end], word) + text[end:]
        return text

    def _alone(self, typed: Sequence[str], names: Sequence[bool]) -> set[int]:
        """Which syllables are left alone: those of a person's name, and of any other of which two in a row were never
        seen so; a capital by itself may begin a word of two syllables ("Kiem tra")."""
        alone = set[int]()
        for is_name, group in groupby(range(len(typed)), key=names.__getitem__):
            run = list(group)
            if len(run) == 1:
                known = any(self._seen(*pair) for pair in pairwise(typed[max(0, run[0] - 1) : run[0] + 2]))
            else:
                together = all(self._seen(typed[a], typed[b]) for a, b in pairwise(run))
                known = together and not is_family_name(typed[run[0]])
            if is_name and not known:
                alone.update(run)
        return alone

    def _seen(self, one: str, other: str) -> bool:
        """Whether two syllables, as they are typed, were seen in a row."""
        after = set(self._forms.get(other, ()))
        return any(not after.isdisjoint(self._twos.get(form, ())) for form in self._forms.get(one, ()))

    def _likeliest(self, typed: Sequence[str], alone: set[int]) -> list[str]:
        """For each syllable the form it has in the best row of all."""
        rows: list[dict[str, tuple[float, str]]] = [{"": (0.0, "")}]
        for at, syllable in enumerate(typed):
            forms = {syllable} if at in alone else {syllable, *self._forms.get(syllable, ())}
            before = rows[-1].items()
            rows.append({
                form: max((score + self._follows(last, form), last) for last, (score, _) in before)
                for form in sorted(forms)
            })  # fmt: skip
        found: list[str] = []
        last = max(rows[-1], key=lambda form: rows[-1][form][0])
        for row in reversed(rows[1:]):
            found.append(last)
            last = row[last][1]
        return found[::-1]

    def _follows(self, last: str, form: str) -> float:
        """The logarithm of how likely one follows another, by pairs and by itself."""
        by_itself = self._ones.get(form, RARE) / self._total
        return math.log((self._twos.get(last, {}).get(form, 0) + TRUST * by_itself) / (self._after(last) + TRUST))

    def _after(self, last: str) -> int:
        """How often any syllable was seen after one."""
        if last not in self._afters:
            self._afters[last] = sum(self._twos.get(last, {}).values())
        return self._afters[last]


@lru_cache(maxsize=1)
def shipped() -> Accents:
    """By what was counted in this project's own reports and questions (`benchmarks/fit_accents.py`)."""
    told = json.loads(files("assistant.question").joinpath("accents.json").read_text(encoding="utf-8"))
    return Accents(told["ones"], told["twos"])


def is_bare(text: str) -> bool:
    """Whether a question is Vietnamese without its accents: ENOUGH of its words are syllables that were seen. Of 4,388
    English and French questions none is, of 2,403 Vietnamese ones 94 in a hundred."""
    words = [fold(word) for word in _SYLLABLE.findall(text)]
    if len(words) < FEWEST or fold(text) != text.lower():
        return False
    return sum(shipped().knows(word) and is_syllable(word) for word in words) >= ENOUGH * len(words)


def _is_name(text: str, start: int, end: int) -> bool:
    return text[start].isupper() and start > 0 and not text[start:end].isupper()


def _cased(typed: str, word: str) -> str:
    return "".join(new.upper() if old.isupper() else new for old, new in zip(typed, word, strict=True))
