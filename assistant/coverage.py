"""How much of a question's words a text holds: rare words weigh more, and names count under any of their forms.

Vietnamese writes its syllables apart, so that one word shares its syllables with many others; pairs of neighbouring
words tell them apart there, and set phrases from mere company in every language.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from assistant.question import Query
from assistant.question.accents import Accents
from assistant.question.spelling import Respelt, respelt, respelt_vietnamese, vocabulary
from ingest.documents import Document, Passage
from ingest.library import Library
from ingest.split import count_tokens
from ingest.text.bodies import fold_body
from ingest.text.concepts import concepts_of, stems_for
from ingest.text.places import fold_place
from ingest.text.words import content_words, fold, stem, stems, words

OPENING = 5
"""Letters that two forms of a word share at least: "prosecuted" and "prosecution"."""

ENDING = 2
"""Letters by which two stems of a word differ at most: "inspect" and "inspector", not "party" and "participate"."""

LARGE = 50_000
"""Characters of a text from which on it is not kept folded."""

ENOUGH = 3
"""Documents in a language from which on its missing words say something."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What of a question's words a text is searched for. All but the function words count, those of its names too: a
    passage that holds them is about them. Those of its periods do not: whether a text is of the right one is checked
    apart (`fit`), and few sentences name the year they tell of."""

    language: str
    weights: Mapping[str, float]
    """Folded word → its weight, higher the fewer passages hold it (idf, as BM25 has it). A word that no passage holds
    weighs most: nothing can be evidence for it."""
    pairs: Mapping[tuple[str, str], float]
    """Neighbouring stems, of which at least one is of a content word → the sum of their weights."""

    firsts: frozenset[str]
    """The first stems of the pairs."""
    asked: frozenset[str]
    """Those of the words that say what is asked; the others are of its names, places and periods."""
    places: Mapping[str, frozenset[str]]
    """Each place's key → the words it is written with."""
    forms: Mapping[str, tuple[tuple[str, str], ...]]
    """The first letters of a stem → the stems that open so, each with its word."""
    concepts: Mapping[int, frozenset[str]]
    """Each concept of the field the question names → the words it names it with."""
    total: float
    total_asked: float
    total_of_pairs: float
    """What the weights of all words add up to, of those asked, of all pairs."""

    @classmethod
    def of(cls, query: Query, weights: Mapping[str, float]) -> Terms:
        """The terms of a question whose content words have these weights."""
        row, language = words(query.timeless), query.language
        pairs = {
            (stem(one, language), stem(other, language)): weights.get(one, 0.0) + weights.get(other, 0.0)
            for one, other in pairwise(row)
            if one in weights or other in weights
        }
        forms: dict[str, tuple[tuple[str, str], ...]] = {}
        for word in weights:
            for form in {word, stem(word, language)}:
                forms[form[:OPENING]] = (*forms.get(form[:OPENING], ()), (form, word))
        meant = concepts_of([stem(word, language) for word in row], language)
        concepts: dict[int, frozenset[str]] = {}
        for word in weights:
            for number in meant.get(stem(word, language), ()):
                concepts[number] = concepts.get(number, frozenset()) | {word}
        asked = frozenset(weights).intersection(query.words)
        totals = math.fsum(weights.values()), math.fsum(weights[word] for word in asked), math.fsum(pairs.values())
        firsts = frozenset(one for one, _ in pairs)
        return cls(language, weights, pairs, firsts, asked, _places(query), forms, concepts, *totals)

    def held(self, found: Iterable[str]) -> set[str]:
        """Which words a text with these stems holds: the same stem, or one that differs only in its ending."""
        forms = self.forms
        return {
            word
            for one in found
            if one[:OPENING] in forms
            for form, word in forms[one[:OPENING]]
            if one == form or _differ_in_ending(one, form)
        }

    def meant(self, concepts: Iterable[int]) -> set[str]:
        """Which words say the same as a text with these concepts of the field, in whatever language."""
        return {word for number in concepts for word in self.concepts.get(number, ())}

    # Sets are gone through in another order in another process: fsum gives the same sum in any.

    def share(self, held: Iterable[str]) -> float:
        """The share of the words, by weight, that these are; 0 to 1."""
        return math.fsum(self.weights[word] for word in held) / self.total if self.total else 0.0

    def share_of_asked(self, held: set[str]) -> float:
        """The share that these are of the words that say what is asked, without its names, places and periods."""
        return (
            math.fsum(self.weights[word] for word in held & self.asked) / self.total_asked if self.total_asked else 0.0
        )

    def share_of_pairs(self, of: Sequence[str]) -> float:
        """The share of the pairs, by weight, that a text with these stems in a row holds; 0 to 1."""
        if not self.total_of_pairs or self.firsts.isdisjoint(of):  # most sentences hold none, which is soon seen
            return 0.0
        return math.fsum(self.pairs[pair] for pair in self.pairs.keys() & pairwise(of)) / self.total_of_pairs


def terms(query: Query, library: Library) -> Terms:
    """The question's words and what they weigh in this library."""
    language = query.language
    content = content_words(query.timeless, language)
    total = library.passage_count()
    counts = library.document_frequencies([stem(word, language) for word in content])
    weights = {word: _weight(total, count) for word, count in zip(content, counts, strict=True)}
    return Terms.of(query, weights)


def _weight(total: int, count: int) -> float:
    return math.log(1 + (total - count + 0.5) / (count + 0.5))


def _places(query: Query) -> dict[str, frozenset[str]]:
    keys = {fold_place(place) for place in query.places}
    written = query.text.split()
    found: dict[str, frozenset[str]] = {}
    for size in range(1, 5) if keys else ():
        for start in range(len(written) - size + 1):
            name = " ".join(written[start : start + size]).strip(".,;:?!()\"“”«»'’")
            if (key := fold_place(name)) in keys:
                found[key] = found.get(key, frozenset()) | frozenset(words(name))
    return found


def named_otherwise(asked: Terms, query: Query, passage: Passage, document: Document) -> set[str]:
    """Words of the question's places and bodies that the passage names by another of their names: "Hà Nội" for Hanoi,
    "Central Steering Committee" for BCĐTW; in whatever language."""
    found: set[str] = set()
    for place in passage.places if asked.places else ():
        found |= asked.places.get(fold_place(place), frozenset())
    if query.bodies:
        aliases = {fold_body(body.name): (body.name, *body.aliases) for body in document.description.organisations}
        for name, key in zip(query.bodies, query.body_keys, strict=True):
            if any(holds_name(alias, passage.text) for alias in aliases.get(key, ())):
                found |= set(words(name))
    return found & set(asked.weights)


def holds_name(name: str, text: str) -> bool:
    """Whether the text names it, accents and case aside."""
    first, pattern = _pattern(name)
    where = folded(text) if len(text) < LARGE else fold(text)
    at = where.find(first)  # most texts do not hold its first word, which is sooner seen than by a pattern
    while at >= 0 and not pattern.match(where, at):
        at = where.find(first, at + 1)
    return at >= 0


@lru_cache(maxsize=1000)
def _pattern(name: str) -> tuple[str, re.Pattern[str]]:
    parts = re.findall(r"\w+", fold(name))
    return "".join(parts[:1]), re.compile(r"\b" + r"\W+".join(map(re.escape, parts)) + r"\b")


folded = lru_cache(maxsize=10_000)(fold)
"""Folded texts, kept: a question looks for its names in the same reports again and again."""


@lru_cache(maxsize=20_000)  # every question looks at many of the same sentences again
def stems_of(text: str, language: str) -> tuple[str, ...]:
    """The stems of a sentence, in a row."""
    return tuple(stems(text, language))


@lru_cache(maxsize=20_000)
def concepts_in(text: str, language: str) -> frozenset[int]:
    """The concepts of the field that a sentence names."""
    return frozenset().union(*concepts_of(stems_of(text, language), language).values())


def query_stems(query: Query, library: Library) -> dict[str, float]:
    """The stems to look up, in every language the library holds: a name must be found however it is stemmed."""
    languages = {query.language, *library.languages()}
    asked = [*query.words, *(w for name in (*query.names, *query.places, *query.bodies) for w in words(name))]
    return {stem(word, language): 1.0 for word in asked for language in languages}


def unheard(query: Query, library: Library) -> list[str]:
    """The question's words, as written, that no passage holds in any language's form, nor another word of the field
    that says the same. Only where words are told apart by spaces: a Vietnamese syllable is in many words."""
    languages = library.languages()
    few = len(query.words) <= 2  # a greeting, or noise: in no language to speak of
    if not few and (query.language == "vi" or languages.get(query.language, 0) < ENOUGH):
        return []
    missing = {
        word
        for word in query.words
        if _is_unheard(word, library)
        and not any(library.document_frequencies(sorted(stems_for(stem(word, query.language), query.language))))
    }
    return list(dict.fromkeys(word for word in re.findall(r"\w+", query.text) if fold(word) in missing))


def respelt_in(query: Query, library: Library, accents: Callable[[], Accents]) -> list[Respelt]:
    """The question's words that are typed wrong, by what the library holds; none where it holds too little in the
    question's language for that to tell."""
    if query.language == "vi":
        return respelt_vietnamese(query.text, accents())
    languages = library.languages()
    if languages.get(query.language, 0) < ENOUGH:
        return []

    def known() -> Counter[str]:
        return vocabulary(library.sample_of(query.language))

    return respelt(
        query.text, query.language, lambda word: _is_unheard(fold(word), library),
        lambda: library.kept(("vocabulary", query.language), known), lambda word: count_tokens(f" {word}"),
    )  # fmt: skip


def _is_unheard(word: str, library: Library) -> bool:
    """Whether no passage holds a folded word in any language's form."""
    return not any(library.document_frequencies([word, *(stem(word, language) for language in library.languages())]))


def _differ_in_ending(one: str, other: str) -> bool:
    """Whether one of two stems goes on where the other ends; not of short ones, nor of numbers."""
    if min(len(one), len(other)) < OPENING or abs(len(one) - len(other)) > ENDING or not other.isalpha():
        return False
    return one.startswith(other) or other.startswith(one)
