"""What a statement says that no quote says: each of its content words must be held by a quote, or stand for one.

In one language a word is held by its stem, by another word of the same concept (`ingest.text.concepts`), or by one of
the same entry in the tables of `lexicon`. A faithful paraphrase puts a word of its own here and there *in the place of*
a quoted one; what is added stands beside the quoted words, or goes on for several words. Names, numbers and periods
have checks of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, pairwise

from assistant.grounding.quotes import Proof
from assistant.grounding.reading import Reading, Word
from ingest.text.words import fold, stem

_LONGEST, _LONGEST_VI = 3, 5
"""Words in a row that no quote holds, from which on they are an addition. Vietnamese writes syllables."""
_MOST = 0.5
"""The most of its content words that a statement may have of its own."""
_COMMON_START = 5
"""Letters by which two words are of one family: "valuation", "valued"."""

# Said of any source and any figure, these add nothing: "according to the report", "a total of".
_LIGHT = {
    "en": """report document passage article text accord say said state tell note add mention describe indicate show
        total number overall also there amount sum come go take make get give put carry use involve include concern
        relate regard respect term part course well still yet since case""",
    "fr": """rapport document passage article texte selon dire indiquer preciser noter total nombre somme egalement
        faire mettre prendre donner aller concerner lors cours""",
    "vi": """báo cáo theo văn bản bài viết cho biết nêu nói tổng số lượng cộng việc sự thì mình""",
}


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a statement has of its own, and what of its quotes' words it leaves unused."""

    own: tuple[str, ...] = ()
    """The words of the statement that no quote holds, as written, those in a row together."""
    added: str | None = None
    """Those of them that stand for no quoted words, but beside them."""
    spare: tuple[str, ...] = ()
    """Quoted words that hold none of the statement, as written: an own word may stand for one."""


@dataclass(frozen=True, slots=True)
class _Token:
    """A content word by its stem, or one of a name or number as it is written; the places of both in the text."""

    key: str
    start: int
    end: int
    exact: bool = False


def coverage(statement: Reading, proofs: Sequence[Proof]) -> Coverage:
    """How the quotes in the statement's language hold its words; nothing where there is no such quote."""
    contexts = [proof.context for proof in proofs if proof.context.language == statement.language]
    if not contexts:
        return Coverage()
    tokens = _tokens(statement)
    held = [_Held(context) for context in contexts]
    keys = [next((key for one in held if (key := one.key_of(token, statement)) is not None), None) for token in tokens]
    runs = [
        [place for place, _ in group]
        for own, group in groupby(enumerate(keys), key=lambda one: one[1] is None)
        if own
    ]
    written = tuple(" ".join(statement.text[tokens[r[0]].start : tokens[r[-1]].end].split()) for r in runs)
    added = next((words for run, words in zip(runs, written, strict=True) if _is_added(run, tokens, keys, held, statement)), None)
    longest = _LONGEST_VI if statement.language == "vi" else _LONGEST
    own = sum(map(len, runs))
    if added is None and own > _MOST * len(tokens) and own >= longest - 1:
        added = max(written, key=len)
    used = {key for key in keys if key}
    return Coverage(written, added, tuple(words for one in held for words in one.spare(used)))


def _is_added(run, tokens, keys, held, statement) -> bool:
    """Whether words stand beside the quoted ones: too many in a row, or between two that a quote has together."""
    longest = _LONGEST_VI if statement.language == "vi" else _LONGEST
    if len(run) >= longest:
        return True
    before = keys[run[0] - 1] if run[0] else ""
    after = keys[run[-1] + 1] if run[-1] + 1 < len(keys) else ""
    if not before and not statement.text[tokens[run[-1]].end :].lstrip().startswith(","):
        return False  # "The sector received …" over "It received …"
    return any((before, after) in one.neighbours for one in held)


class _Held:
    """By what the words of a quoted text hold those of a statement: the quoted word that each goes with."""

    def __init__(self, context: Reading) -> None:
        self.context = context
        self._tokens = _tokens(context)
        keys = [token.key for token in self._tokens]
        self.neighbours = set(pairwise(["", *keys, ""]))
        self._keys = set(keys) | {word.stem for word in context.words if word.stem}
        self._concepts = {n: key for key, numbers in context.concepts.items() for n in numbers}
        self._marks = {(m.kind, m.name): context.words[m.first].stem for m in context.marks if m.kind in _TELLING}
        self._families = {key[:_COMMON_START]: key for key in keys if len(key) > _COMMON_START}

    def key_of(self, token: _Token, statement: Reading) -> str | None:
        """The quoted word that holds a word; the word itself where others see to it; None where there is none."""
        if token.exact or token.key in self._keys:
            return token.key
        for number in statement.concepts.get(token.key, ()):
            if number in self._concepts:
                return self._concepts[number]
        place = statement.place_of(token.start)
        for mark in statement.marks:
            if mark.first <= place <= mark.last and (mark.kind, mark.name) in self._marks:
                return self._marks[mark.kind, mark.name]
        return self._families.get(token.key[:_COMMON_START]) if self.context.language != "vi" else None

    def spare(self, used: set[str]) -> Iterator[str]:
        """The words that were not used: each, and those in a row together; in Vietnamese each two."""
        plain = [token for token in self._tokens if not token.exact and token.key not in used]
        text = self.context.text
        if self.context.language == "vi":
            yield from (text[one.start : other.end] for one, other in pairwise(plain) if other.start - one.end < 2)
        else:
            yield from (text[token.start : token.end] for token in plain)


_TELLING = ("noun", "measure", "opposite", "exclusive", "modal", "strength")


@lru_cache(maxsize=4096)
def _tokens(reading: Reading) -> tuple[_Token, ...]:
    """The words that say something, in order; those of periods are left out, which stand anywhere in a sentence."""
    exact = [*reading.capitals, *((number.start, number.end) for number in reading.numbers)]
    found = []
    for word in reading.words:
        if any(a <= word.start < b for a, b in reading.times):
            continue
        if any(a <= word.start < b for a, b in exact):
            found.append(_Token(reading.folded[word.start : word.end], word.start, word.end, True))
        elif word.stem and word.stem not in _light(reading.language):
            found.append(_Token(word.stem, word.start, word.end))
    return tuple(found)


@lru_cache(maxsize=8)
def _light(language: str) -> frozenset[str]:
    return frozenset(stem(fold(word), language) for word in _LIGHT.get(language, "").split())
