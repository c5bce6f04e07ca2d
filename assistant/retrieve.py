"""Question → evidence: passages found by meaning and by words, then looked at again sentence by sentence."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import pairwise, zip_longest
from typing import Any

import numpy as np

from assistant.context import starts_mid_thought
from assistant.coverage import Terms, concepts_in, named_otherwise, query_stems, stems_of, terms
from assistant.fit import Fit, fits
from assistant.question import Query
from assistant.ranking import Middle, relevance, score, unit
from ingest.documents import Document, FloatArray, Passage, Scope, Span
from ingest.library import Library
from ingest.likeness import SAME, jaccard, shingles
from ingest.text.words import content_words

NEAREST, MATCHING = 30, 20
"""Passages taken for the second look from those nearest by vector, and by words. Of 300 questions on each of six public
sets the answering passage was among 30 and 20 as often as among 40 and 40, but for one in 300."""

OF_ANOTHER_LANGUAGE = 20
"""Passages sought near the question as it might be in each other language of the library. The nearest of all are
mostly in the question's own: two texts in one language are nearer each other, whatever they say."""

TYPICAL = 8
"""Passages, or sentences, in the question's language whose share of its words one in another is taken to have. With the
best one's alone, recall@1 in a mixed library was .856 and not .871."""

UNKNOWN = 0.5
"""What passages are taken to hold of the question's words where none is in its language."""

OTHER_LANGUAGES = 3
"""Most other languages that are sought in, those with most reports first."""


@dataclass(frozen=True, slots=True)
class SentenceMatch:
    """One sentence of a passage against the question.

    `cosine` is less that of its language's mean, `moved` that of both moved to the middle (`ranking.Middle`).
    `words`, `asked` and `pairs` are shares of the question's, 0 to 1: of all its words, of those that say what is
    asked, and of its pairs; the words those of the sentence with the one before it: "They also …" says who only there.
    """

    span: Span
    text: str
    cosine: float
    moved: float
    words: float
    asked: float
    pairs: float
    fit: Fit


@dataclass(frozen=True, slots=True)
class Evidence:
    """A passage found for a question. `score` orders evidence within one question; `relevance`, 0 to 1, is how
    likely it answers, and means the same in any library. `measures` are what both are computed from."""

    passage: Passage
    document: Document
    score: float
    relevance: float
    measures: Mapping[str, float]
    sentences: tuple[SentenceMatch, ...]
    common: float
    """The question's cosine with anything in the passage's language: what `cosine` and `passage` are less by."""
    gap: float | None
    """How much nearer the question is to its own language than to the passage's; None where the library has nothing in
    the question's."""
    before: Evidence | None = None
    """The passage before it, where it starts in mid-thought, or with an item of a list."""
    after: Evidence | None = None
    """The passage after it, where it ends in a list, or with what announces one."""

    @property
    def distance(self) -> int:
        """How far its nearest sentence is from the period and place asked for; see `fit.Fit`."""
        return min(sentence.fit.distance for sentence in self.sentences)


Found = list[tuple[Query, list[Evidence]]]
"""Each part of a question with its evidence, best first."""


def search(query: Query, library: Library, k: int = 10, filters: Mapping[str, Any] | None = None) -> list[Evidence]:
    """The k best passages, best first; those of a comparison's sides in turns, so that each side has its own."""
    turns = zip_longest(*(evidence for _, evidence in retrieve_parts(query, library, k, filters)))
    found: dict[str, Evidence] = {}
    for item in (item for turn in turns for item in turn if item):
        found.setdefault(item.passage.id, item)
    return list(found.values())[:k]


def retrieve_parts(query: Query, library: Library, k: int = 10, filters: Mapping[str, Any] | None = None) -> Found:
    """The evidence for each side of a comparison, or for the whole question where it has none."""
    return [(part, retrieve(part, library, k, filters)) for part in query.parts()]


def retrieve(query: Query, library: Library, k: int = 10, filters: Mapping[str, Any] | None = None) -> list[Evidence]:
    """The k best passages for the question, best first; [] where the filters leave nothing.

    Passages are found by vector and by words, and all looked at again. Those of the period and place asked for come
    first, then those that say nothing of them, then those of others; of passages that tell the same, the best stays.
    """
    asked = Asked.of(query, library)
    found = candidates(asked, library, library.select(filters))
    looked_at = look_again(asked, library, found)
    looked_at.sort(key=lambda item: (item.distance, -item.score, item.passage.id))
    return with_what_came_before(asked, library, different(looked_at, k))


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with all it is compared by: unit vectors of the whole, and of the question without its periods, for a
    year draws it to every sentence that names the year; `moved` is the second moved to the middle."""

    query: Query
    whole: FloatArray
    vector: FloatArray
    moved: FloatArray
    middle: Middle
    terms: Terms

    @classmethod
    def of(cls, query: Query, library: Library) -> Asked:
        embed, middle = library.question_vector, Middle.of(library)
        with ThreadPoolExecutor(1) as beside:  # the one takes no longer than both, on two processors
            other = None if query.timeless == query.text else beside.submit(embed, query.timeless)
            whole = embed(query.text)
            vector = other.result() if other else whole
        return cls(query, whole, vector, middle.question(vector), middle, terms(query, library))


def candidates(asked: Asked, library: Library, scope: Scope | None) -> list[str]:
    """Ids of the passages worth a second look: the nearest by vector, those nearest were the question asked in
    another language of the library, and those with the highest BM25."""
    own, documents = asked.query.language, scope.documents if scope else None
    within = library.languages() if scope is None or scope.languages is None else scope.languages
    near = [library.nearest(asked.whole, NEAREST, scope)] if scope is None or own in within or not within else []
    for language in other_languages(
        own, {code: count for code, count in library.languages().items() if code in within}
    ):
        moved = asked.middle.as_if_in(asked.whole, own, language)
        near.append(library.nearest(moved, OF_ANOTHER_LANGUAGE, Scope(documents, (language,))))
    lexical = library.matching(query_stems(asked.query, library), MATCHING, scope)
    return list(dict.fromkeys(hit.passage_id for hits in (*near, lexical) for hit in hits))


def other_languages(own: str, languages: Mapping[str, int]) -> list[str]:
    """The languages of the library but the question's, those with most documents first."""
    others = sorted((language for language in languages if language != own), key=lambda code: (-languages[code], code))
    return others[:OTHER_LANGUAGES]


def look_again(asked: Asked, library: Library, ids: Sequence[str]) -> list[Evidence]:
    """Each passage, measured and scored."""
    read = library.passages(ids)
    vectors = library.vectors([passage.id for passage, _ in read])
    documents = library.documents_of(passage for passage, _ in read)
    # A run may have taken one out meanwhile.
    found = [(p, sentences) for p, sentences in read if p.id in vectors and p.document_id in documents]
    if not found:
        return []
    near = nearness(asked, [p for p, _ in found], [vectors[p.id] for p, _ in found], [of for _, of in found])
    rows = [(p, documents[p.document_id], one) for (p, _), one in zip(found, near, strict=True)]
    own = {row[0].id: _measured(asked, *row) for row in rows if row[0].language == asked.query.language}
    unknown = Unknown.of(own.values())
    return [own.get(row[0].id) or _measured(asked, *row, unknown) for row in rows]


@dataclass(frozen=True, slots=True)
class Unknown:
    """What a passage in another language than the question's is taken to hold of its words: as much as the best few in
    its own do. `words` is of a passage, `near` of its best sentence; `of_sentence` are a sentence's words, those asked.

    What its words would be in the question's language is not known. Were they counted as missing, any passage in the
    question's language would bury it; were they taken for some fixed share, it would bury those where a question is
    put in words of its own. What both languages write alike (names, numbers, cognates) may show that it holds more.
    """

    words: float
    near: float
    pairs: float
    of_sentence: tuple[float, float, float]
    """Of its words, of those asked, of its pairs."""

    @classmethod
    def of(cls, own: Iterable[Evidence]) -> Unknown:
        """From what was found in the question's own language."""
        own = list(own)
        sentences = [sentence for item in own for sentence in item.sentences]
        words, near, pairs = (_typical([item.measures[name] for item in own]) for name in ("words", "near", "pairs"))
        return cls(words, near, pairs, (
            _typical([s.words for s in sentences]), _typical([s.asked for s in sentences]),
            _typical([s.pairs for s in sentences]),
        ))  # fmt: skip


KNOWN = Unknown(0.0, 0.0, 0.0, (0.0, 0.0, 0.0))
"""Of a passage in the question's language nothing is."""


def _typical(shares: Sequence[float]) -> float:
    """The mean of the highest TYPICAL; UNKNOWN of none."""
    some = sorted(shares)[-TYPICAL:]
    return sum(some) / len(some) if some else UNKNOWN


@dataclass(frozen=True, slots=True)
class Nearness:
    """A passage's cosines to the question, and its sentences'; see `ranking.MEASURES` and `Evidence.common`."""

    passage: float
    passage_moved: float
    sentences: Sequence[float]
    sentences_moved: Sequence[float]
    common: float


def nearness(
    asked: Asked, passages: Sequence[Passage], vectors: Sequence[FloatArray], sentences: Sequence[FloatArray]
) -> list[Nearness]:
    """Of each passage, from its unit vector and its sentences'; of all at once, for that takes a tenth of the time."""
    means = np.array([asked.middle.of_language(passage.language) for passage in passages])
    counts = [len(of) for of in sentences]
    rows = np.concatenate([np.array(vectors), *sentences]) - np.concatenate([means, np.repeat(means, counts, axis=0)])
    plain, moved = (rows @ asked.vector).tolist(), (unit(rows) @ asked.moved).tolist()
    common = (means @ asked.vector).tolist()
    ends = np.cumsum([len(passages), *counts]).tolist()
    return [
        Nearness(plain[i], moved[i], plain[start:end], moved[start:end], common[i])
        for i, (start, end) in enumerate(pairwise(ends))
    ]


def _measured(asked: Asked, passage: Passage, document: Document, near: Nearness, least: Unknown = KNOWN) -> Evidence:
    """A passage with its measures and what they come to; of the question's words it holds at `least` so much."""
    terms = asked.terms
    known = named_otherwise(terms, asked.query, passage, document)
    row = list(stems_of(passage.heading, passage.language))
    in_all, before, best = terms.held(row) | known, set[str](), 0.0
    words, asked_words, pairs = least.of_sentence
    matches: list[SentenceMatch] = []
    fit = fits(asked.query, passage, document)
    for i, span in enumerate(passage.sentences):
        text = passage.sentence_text(span)
        here = stems_of(text, passage.language)
        held = terms.held(here) | terms.meant(concepts_in(text, passage.language))
        share = terms.share(held | before)
        matches.append(
            SentenceMatch(
                span=span,
                text=text,
                cosine=near.sentences[i],
                moved=near.sentences_moved[i],
                words=max(share, words),
                asked=max(terms.share_of_asked(held | before), asked_words),
                pairs=max(terms.share_of_pairs(here), pairs),
                fit=fit[i],
            )
        )
        row += here
        before, in_all, best = held, in_all | held, max(best, share)
    measures = {
        "passage": near.passage,
        "sentence": max(near.sentences),
        "passage_moved": near.passage_moved,
        "sentence_moved": max(near.sentences_moved),
        "words": max(terms.share(in_all), least.words),
        "near": max(best, least.near),
        "pairs": max(terms.share_of_pairs(row), least.pairs),
        "same_language": float(passage.language == asked.query.language),
    }
    own = asked.query.language
    gap = float(asked.middle.languages[own] @ asked.vector) - near.common if own in asked.middle.languages else None
    value = score(measures)
    sure = relevance(value, measures["sentence"] + near.common)
    return Evidence(passage, document, value, sure, measures, tuple(matches), near.common, gap)


def different(ranked: Sequence[Evidence], k: int) -> list[Evidence]:
    """The first k that each tell something the ones before do not: reports quote one another and themselves."""
    kept: list[tuple[Any, Passage]] = []
    found: list[Evidence] = []
    for item in ranked:
        if len(found) >= k:
            break
        about = _about(item.passage)
        if not any(about == its and _is_said_by(item.passage, other) for its, other in kept):
            kept.append((about, item.passage))
            found.append(item)
    return found


def _about(passage: Passage) -> Any:
    """What passages that tell the same have in common: forms filled in for two years share most of their words."""
    return passage.language, passage.periods, set(passage.places), re.findall(r"\d+", passage.text)


def _is_said_by(one: Passage, other: Passage) -> bool:
    """Whether the other has all of its words, in nearly the same order."""
    of_one, of_other = (set(content_words(passage.text, passage.language)) for passage in (one, other))
    return of_one <= of_other and jaccard(shingles(one.text), shingles(other.text)) >= SAME


def with_what_came_before(asked: Asked, library: Library, ranked: Sequence[Evidence]) -> list[Evidence]:
    """The evidence, each passage that starts in mid-thought with the one before it in its report, and each that ends in
    a list with the one after it."""
    before = {item.passage.id: library.passage_before(item.passage) for item in ranked if _is_cut_off(item)}
    found = {item.passage.id: item for item in look_again(asked, library, [id_ for id_ in before.values() if id_])}
    led = [replace(item, before=found.get(before.get(item.passage.id) or "")) for item in ranked]
    return _with_what_comes_after(asked, library, led, LONGEST_LIST)


LONGEST_LIST = 3
"""Passages after the one in which a list begins over which it may go on."""


def _with_what_comes_after(asked: Asked, library: Library, items: Sequence[Evidence], most: int) -> list[Evidence]:
    after = {item.passage.id: library.passage_after(item.passage) for item in items if _goes_on(item)}
    ids = list(dict.fromkeys(id_ for id_ in after.values() if id_))
    if not ids or not most:
        return list(items)
    found = _with_what_comes_after(asked, library, look_again(asked, library, ids), most - 1)
    by_id = {item.passage.id: item for item in found}
    return [replace(item, after=by_id.get(after.get(item.passage.id) or "")) for item in items]


def _is_cut_off(item: Evidence) -> bool:
    passage = item.passage
    return passage.ordinal > 0 and (starts_mid_thought(passage.text) or in_a_list(item.document, passage.start))


def _goes_on(item: Evidence) -> bool:
    last = item.passage.sentences[-1].start
    return item.passage.text.endswith((":", ";")) or in_a_list(item.document, last)


def in_a_list(document: Document, at: int) -> bool:
    """Whether what stands at a place in a document is an item of a list, by its format or by a mark before it."""
    block = document.blocks[bisect_right(document.blocks, at, key=lambda block: block.start) - 1 :][:1]
    return (
        bool(block)
        and block[0].start <= at < block[0].end
        and (block[0].kind == "item" or bool(BULLET.match(document.text, block[0].start, block[0].end)))
    )


BULLET = re.compile(r"\s*(?:[-–—•*+▪◦·]|\(?\d{1,2}[.)]|\(?[a-hđ][.)])\s")


def sentences_of(evidence: Sequence[Evidence]) -> Iterator[tuple[Evidence, SentenceMatch]]:
    """Every sentence with the passage it is of."""
    return ((item, sentence) for item in evidence for sentence in item.sentences)
