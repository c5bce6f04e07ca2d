"""Question → evidence: passages found by meaning and by words, then looked at again sentence by sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from assistant.fit import Fit, fit
from assistant.question import Query
from ingest.documents import Document, FloatArray, Passage, Span
from ingest.library import Library
from ingest.text.words import fold, stem, words

CANDIDATES = 40
"""Passages taken from each list before the second look."""

LEXICAL_WEIGHT = 0.05
"""Weight of word coverage beside the cosines in a passage's score: of 0, .05, .1, .15, .25, .35 and .5 the best on
every development set of `benchmarks.retrieval`. Cosines of e5 differ by hundredths, so more drowns them."""

ENOUGH = 3
"""Documents in a language from which on its missing words say something."""

UNKNOWN_COVERAGE = 0.4
"""What a passage in another language than the question's is taken to cover of its words. Its own words
cannot match, so counting them would bury it under any passage in the question's language."""


@dataclass(frozen=True, slots=True)
class SentenceMatch:
    """One sentence of a passage against the question; cosine and coverage are 0 to 1.

    `coverage` is that of the sentence with the one before it: "They also …" says who only there.
    """

    span: Span
    text: str
    cosine: float
    coverage: float
    fit: Fit


@dataclass(frozen=True, slots=True)
class Evidence:
    """A passage found for a question. `score` orders evidence within one question."""

    passage: Passage
    document: Document
    score: float
    cosine: float
    coverage: float
    sentences: tuple[SentenceMatch, ...]
    gap: float | None = 0.0
    """How much nearer the question is to its own language than to the passage's; see `language_gaps`. None where
    the library holds nothing in the question's language."""


def retrieve(query: Query, library: Library, k: int = 10, filters: Mapping[str, Any] | None = None) -> list[Evidence]:
    """The k best passages for the question, best first; [] where the filters leave nothing.

    Passages come from two lists, nearest by vector and highest by BM25. Both are then scored alike:
    the mean of the passage's and its best sentence's cosine, plus word coverage; a passage of which no
    sentence meets the question's period, place and names goes behind all that have one.
    """
    scope = library.select(filters)
    vector = library.engine.embed_query(query.text)
    near = library.nearest(vector, CANDIDATES, scope)
    found = {scored.passage_id: scored.score for scored in near}
    lexical = library.matching(query_stems(query, library), CANDIDATES, scope)
    missing = [scored.passage_id for scored in lexical if scored.passage_id not in found]
    found |= library.cosines(vector, missing)
    weights = word_weights(query, library)
    if query.timeless != query.text:
        vector = library.engine.embed_query(query.timeless)
        found = library.cosines(vector, list(found))
    gaps = language_gaps(query, vector, library)
    evidence = [
        look_again(
            query,
            vector,
            weights,
            gaps.get(passage.language),
            found[passage.id],
            passage,
            sentence_vectors,
            document,
        )
        for passage, sentence_vectors in library.passages(found)
        if (document := library.document(passage.document_id)) is not None
    ]
    evidence.sort(key=lambda item: (-any(s.fit.all for s in item.sentences), -item.score, item.passage.id))
    return evidence[:k]


def query_stems(query: Query, library: Library) -> dict[str, float]:
    """The stems to look up, in every language the library holds: a name must be found however it is stemmed."""
    languages = {query.language, *library.languages()}
    asked = [*query.words, *(w for name in (*query.names, *query.places) for w in words(name))]
    return {stem(word, language): 1.0 for word in asked for language in languages}


def word_weights(query: Query, library: Library) -> dict[str, float]:
    """Each word of the question and its weight, higher the fewer passages hold it (idf, as BM25 has it).

    A word no passage of the question's language holds weighs most: nothing can be evidence for it.
    """
    total = library.passage_count()
    counts = library.document_frequencies([stem(word, query.language) for word in query.words])
    return {
        word: float(np.log(1 + (total - count + 0.5) / (count + 0.5)))
        for word, count in zip(query.words, counts, strict=True)
    }


def unheard(query: Query, library: Library) -> list[str]:
    """The question's words, as written, that no passage holds in any language's form. Only where words are told
    apart by spaces: a Vietnamese syllable is in many words."""
    languages = library.languages()
    few = len(query.words) <= 2  # a greeting, or noise: in no language to speak of
    if not few and (query.language == "vi" or languages.get(query.language, 0) < ENOUGH):
        return []
    missing = {
        word
        for word in query.words
        if not any(library.document_frequencies([word, *(stem(word, language) for language in languages)]))
    }
    return list(dict.fromkeys(word for word in re.findall(r"\w+", query.text) if fold(word) in missing))


def language_gaps(query: Query, vector: FloatArray, library: Library) -> dict[str, float]:
    """How much nearer the question is to its own language than to each other one, whatever is said in it.

    The cosine to the mean sentence of its language less that to the other's; it makes up for what a passage in
    another language loses only for that. {} where the library holds too little in the question's language.
    """
    background = library.background()
    if query.language not in background:
        return {}
    own = float(background[query.language] @ vector)
    return {language: max(0.0, own - float(mean @ vector)) for language, mean in background.items()}


def look_again(
    query: Query,
    vector: FloatArray,
    weights: Mapping[str, float],
    gap: float | None,
    cosine: float,
    passage: Passage,
    sentence_vectors: FloatArray,
    document: Document,
) -> Evidence:
    """Score one passage by its own vector, its best sentence's, and the words it shares with the question."""
    same_language = passage.language == query.language
    cosines = sentence_vectors @ vector
    matches: list[SentenceMatch] = []
    held_before, held_in_all = set[str](), held(weights, passage.heading, passage.language, query.language)
    for span, sentence_cosine in zip(passage.sentences, cosines, strict=True):
        text = passage.sentence_text(span)
        held_here = held(weights, text, passage.language, query.language)
        matches.append(
            SentenceMatch(
                span=span,
                text=text,
                cosine=float(sentence_cosine),
                coverage=coverage(weights, held_here | held_before, same_language),
                fit=fit(query, span, passage, document),
            )
        )
        held_before = held_here
        held_in_all |= held_here
    covered = coverage(weights, held_in_all, same_language)
    return Evidence(
        passage=passage,
        document=document,
        score=(cosine + float(cosines.max())) / 2 + (gap or 0.0) + LEXICAL_WEIGHT * covered,
        cosine=cosine,
        coverage=covered,
        sentences=tuple(matches),
        gap=0.0 if same_language else gap,
    )


def held(weights: Mapping[str, float], text: str, language: str, asked_in: str) -> set[str]:
    """Which of the question's words the text holds: the same stem, or one that differs only in its ending."""
    found = {stem(word, language) for word in words(text)}
    return {word for word in weights if _has(found, word, asked_in)}


def _has(found: set[str], word: str, language: str) -> bool:
    root = stem(word, language)
    if root in found or word in found:
        return True
    if len(root) < 5 or any(char.isdigit() for char in root):
        return False
    return any(len(other) >= 5 and (other.startswith(root) or root.startswith(other)) for other in found)


def coverage(weights: Mapping[str, float], held_words: set[str], same_language: bool) -> float:
    """The share of the question's words, by weight, that are held; 0 to 1.

    Across languages only what is written alike in both can be counted (numbers, names, cognates); it adds
    to UNKNOWN_COVERAGE.
    """
    total = sum(weights.values())
    if not total:
        return 0.0
    share = sum(weights[word] for word in held_words) / total
    return share if same_language else UNKNOWN_COVERAGE + (1 - UNKNOWN_COVERAGE) * share
