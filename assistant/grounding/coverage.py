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
from ingest.meaning.reading import Reading
from ingest.text.name_words import TITLES
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
        total number overall also only there amount sum come go take make get give put carry use involve include concern
        relate regard respect term part course well still yet since case""",
    "fr": """rapport document passage article texte selon dire indiquer preciser noter total nombre somme egalement
        faire mettre prendre donner aller concerner lors cours""",
    "vi": """báo cáo theo văn bản bài viết cho biết nêu nói tổng số lượng cộng việc sự thì mình còn chỉ nay kể vẫn
        do""",
}


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a statement has of its own, and what of its quotes' words it leaves unused."""

    own: tuple[str, ...] = ()
    """The words of the statement that no quote holds, as written, those in a row together."""
    share: float = 0.0
    """How many of its content words are its own."""
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
    held = [_Held(proof) for proof in proofs if proof.context.language == statement.language]
    if not held:
        return Coverage()
    tokens = _tokens(statement)
    keys = [next((key for one in held if (key := one.key_of(token, statement))), None) for token in tokens]
    runs = list(_runs(keys, 2 if statement.language == "vi" else 1))
    written = [" ".join(statement.text[tokens[first].start : tokens[last].end].split()) for first, last in runs]
    longest = _LONGEST_VI if statement.language == "vi" else _LONGEST
    added = [
        words
        for words, (first, last) in zip(written, runs, strict=True)
        if last - first + 1 >= longest or _is_beside(first, last, tokens, keys, held, statement)
    ]
    own = sum(last - first + 1 for first, last in runs)
    if own > _MOST * len(tokens) and own >= longest - 1:
        added.append(max(written, key=len))
    used = {key for key in keys if key}
    spare = tuple(words for one in held for words in one.spare(used))
    return Coverage(tuple(written), own / max(1, len(tokens)), added[0] if added else None, spare)


def _runs(keys: Sequence[str | None], least: int) -> Iterator[tuple[int, int]]:
    """The first and last of each row of words that nothing holds; a lone syllable of Vietnamese tells nothing."""
    for own, group in groupby(range(len(keys)), key=lambda place: keys[place] is None):
        places = list(group)
        if own and len(places) >= least:
            yield places[0], places[-1]


def _is_beside(
    first: int, last: int, tokens: Sequence[_Token], keys: Sequence[str | None], held: Sequence[_Held], said: Reading
) -> bool:
    """Whether words stand between two that a quote has with nothing between them; or between one and its end."""
    before = keys[first - 1] if first else ""
    after = keys[last + 1] if last + 1 < len(keys) else ""
    opens = not before and not said.text[tokens[last].end :].lstrip().startswith(",")
    return not opens and any((before, after) in one.neighbours for one in held)  # "The sector got …" over "It got …"


class _Held:
    """By what the words of a quoted text hold those of a statement: the quoted word that each goes with."""

    def __init__(self, proof: Proof) -> None:
        self.context = context = proof.context
        self._tokens = _tokens(context)
        keys = [token.key for token in self._tokens]
        inside = [token.key for token in self._tokens if proof.start <= token.start < proof.end]
        self.neighbours = {*pairwise(["", *keys, ""]), *pairwise(["", *inside, ""])}
        self._keys = set(keys) | {word.stem for word in context.words if word.stem}
        self._concepts = {n: key for key, numbers in context.concepts.items() for n in numbers}
        first = {mark: context.words[mark.first] for mark in context.marks if mark.kind in _TELLING}
        self._marks = {(mark.kind, mark.name): word.stem or word.form for mark, word in first.items()}
        if any(word.form in _PRONOUNS for word in context.words):
            start, end = proof.before.sentences[-1] if proof.before.sentences else (0, 0)
            self._keys |= {word.stem for word in proof.before.words if start <= word.start < end and word.stem}
        self._families = {key[:_COMMON_START]: key for key in keys if len(key) > _COMMON_START}

    def key_of(self, token: _Token, statement: Reading) -> str | None:
        """The quoted word that holds a word; the word itself where others see to it; None where there is none."""
        if token.exact or token.key in self._keys:
            return token.key
        for number in statement.concepts.get(token.key, ()):
            if number in self._concepts:
                return self._concepts[number]
        place = statement.place_of(token.start)
        for mark in (mark for mark in statement.marks if mark.first <= place <= mark.last):
            if (mark.kind, mark.name) in self._marks:
                return self._marks[mark.kind, mark.name]
            if mark.kind in _SEEN_TO:
                return token.key
        return self._families.get(token.key[:_COMMON_START]) if self.context.language != "vi" else None

    def spare(self, used: set[str]) -> Iterator[str]:
        """The words that were not used: each, and those in a row together; in Vietnamese each two."""
        plain = [token for token in self._tokens if not token.exact and token.key not in used]
        text = self.context.text
        if self.context.language == "vi":
            yield from (text[one.start : other.end] for one, other in pairwise(plain) if other.start - one.end < 2)
        else:
            yield from (text[token.start : token.end] for token in plain)


# What these stand for is in the sentence before.
_PRONOUNS = frozenset("it they he she him them his her their its il elle ils elles leur họ ông bà nó".split())
_SEEN_TO = ("strength", "denial", "soft denial")
"""Tables whose words have checks of their own."""
_TELLING = ("noun", "measure", "opposite", "exclusive", "modal", "strength")


@lru_cache(maxsize=512)
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
    return frozenset(stem(fold(word), language) for word in (*_LIGHT.get(language, "").split(), *TITLES))
