"""Of a long passage the sentences nearest a claim: what a judge reads."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable
from functools import lru_cache

import numpy as np

from ingest.documents import Passage, Span
from ingest.engine import Engine
from ingest.split import split_sentences
from ingest.text.language import detect_language

NEAR, WIDE = 280, 560
"""Code points of evidence that are read with a claim: some two sentences, and some four. Long answers sum up more than
two; a claim on one sentence is drowned by four."""
LONGEST = 40_000
"""Code points of a passage that are looked through."""
_WORD = re.compile(r"\w+")


class Source:
    """A passage by its sentences, and the words of each."""

    def __init__(self, text: str) -> None:
        passage = as_passage(text)
        self.language = passage.language
        self.sentences = [" ".join(passage.sentence_text(span).split()) for span in passage.sentences]
        self._held = [frozenset(_WORD.findall(sentence.lower())) for sentence in self.sentences]
        self._frequency = Counter(word for words in self._held for word in words)

    @property
    def is_long(self) -> bool:
        """Whether more stands in it than is read."""
        return sum(map(len, self.sentences)) > WIDE

    def nearest(self, claim: str, engine: Callable[[], Engine] | None = None) -> list[str]:
        """The sentences that share most with the claim, rare words weighing more, in their order: up to NEAR code
        points of them, and up to WIDE. Across languages words tell little: there, with an engine, those whose meaning
        is nearest."""
        if sum(map(len, self.sentences)) <= NEAR:
            return [" ".join(self.sentences)]
        if engine is not None and detect_language(claim, default=self.language) != self.language:
            vectors = engine().embed_passages([claim, *self.sentences])
            near = [float(value) for value in vectors[1:] @ vectors[0]]
        else:
            claimed = set(_WORD.findall(claim.lower()))
            near = [self._shared(claimed, at) for at in range(len(self.sentences))]
        ranked = [int(at) for at in np.argsort(-np.array(near), kind="stable")]
        return [" ".join(self.sentences[at] for at in self._fitting(ranked, room)) for room in (NEAR, WIDE)]

    def _shared(self, claimed: set[str], at: int) -> float:
        words = claimed & self._held[at]
        weight = sum(math.log(1 + len(self._held) / self._frequency[word]) for word in words)
        return weight / math.sqrt(3 + len(self._held[at]))

    def _fitting(self, ranked: list[int], room: int) -> list[int]:
        chosen: list[int] = []
        length = 0
        for at in ranked:
            if not chosen or length + len(self.sentences[at]) <= room:
                chosen.append(at)
                length += len(self.sentences[at])
        return sorted(chosen)


@lru_cache(maxsize=256)
def source_of(text: str) -> Source:
    """A passage, or several as one; of more than LONGEST code points the first."""
    return Source(text[:LONGEST])


@lru_cache(maxsize=256)
def as_passage(text: str) -> Passage:
    """A text as one passage, with its sentences paragraph by paragraph; one without a sentence is one."""
    language = detect_language(text)
    sentences = tuple(
        span
        for start, end in _paragraphs(text)
        for span in split_sentences(text, language, start, end)
    )  # fmt: skip
    return Passage("", "", 0, 0, len(text), text, sentences or (Span(0, len(text)),), "", language)


def _paragraphs(text: str) -> list[tuple[int, int]]:
    bounds, start = [], 0
    for line in text.split("\n"):
        if line.strip():
            bounds.append((start, start + len(line)))
        start += len(line) + 1
    return bounds
