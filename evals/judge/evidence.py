"""Of a long passage what is nearest a claim, for a judge to quote and to read; and what of the claim it has not."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import pairwise

import numpy as np

from ingest.documents import FloatArray, Passage, Span
from ingest.engine import Engine
from ingest.split import split_sentences
from ingest.text.language import detect_language
from ingest.text.numbers import find_numbers
from ingest.text.words import capitalised_runs, fold, starts_sentence, stem, stems, words

NEAR, WIDE = 280, 560
"""Code points of evidence that are quoted for a claim: some two sentences, and some four. Long answers sum up more than
two; a claim on one sentence is drowned by four."""
RUN = 500
"""Code points of sentences in a row that are read as one."""
UNKNOWN = 0.5
"""The share of neighbouring words that are taken to stand nowhere where that cannot be known."""
MOST_NUMBERS, MOST_NAMES = 2, 3
"""So many that stand nowhere in a source say all that more would."""
LONGEST = 40_000
"""Code points of a passage that are looked through."""
_WORD = re.compile(r"\w+")


class Source:
    """A passage by its sentences, and the words of each."""

    def __init__(self, text: str) -> None:
        passage = as_passage(text)
        self.language = passage.language
        self.sentences = [" ".join(passage.sentence_text(span).split()) for span in passage.sentences]
        self._text = text
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
        if engine is not None and not self._is_in_its_language(claim):
            near = self._cosines(claim, engine)
        else:
            claimed = set(_WORD.findall(claim.lower()))
            near = [self._shared(claimed & held) / math.sqrt(3 + len(held)) for held in self._held]
        ranked = [int(at) for at in np.argsort(-np.array(near), kind="stable")]
        return [" ".join(self.sentences[at] for at in self._fitting(ranked, room)) for room in (NEAR, WIDE)]

    def to_read(self, claim: str, engine: Callable[[], Engine] | None = None) -> list[str]:
        """What of a long source is read with a claim: the sentence nearest it, and the sentences in a row that are.
        What is put together from all over a source reads as if it belonged together; a run does. A second run gains
        next to nothing."""
        runs = [*(range(at, at + 1) for at in range(len(self.sentences))), *self._runs]
        if engine is not None and not self._is_in_its_language(claim):
            cosines = self._cosines(claim, engine)
            near = [max(cosines[at] for at in run) for run in runs]
        else:
            claimed = set(_WORD.findall(claim.lower()))
            near = [self._shared(claimed & frozenset().union(*(self._held[at] for at in run))) for run in runs]
        one, many = near[: len(self.sentences)], near[len(self.sentences) :]
        chosen = [runs[int(np.argmax(one))], self._runs[int(np.argmax(many))]]
        return [" ".join(self.sentences[run.start : run.stop]) for run in dict.fromkeys(chosen)]

    def strange(self, claim: str) -> dict[str, float]:
        """What a claim has that stands nowhere in the source: the share of its neighbouring words, which across
        languages cannot be known, and how many of its numbers, by value, and of its names' words."""
        pairs = list(pairwise(stems(claim, self.language)))
        new = sum(pair not in self._pairs for pair in pairs) / max(1, len(pairs))
        named = [(start, words(claim[start:end])) for start, end in capitalised_runs(claim)]
        names = [word for start, name in named if len(name) > 1 or not starts_sentence(claim, start) for word in name]
        return {
            "new_pairs": new if self._is_in_its_language(claim) else UNKNOWN,
            "new_numbers": float(min(MOST_NUMBERS, sum(n.value not in self._numbers for n in find_numbers(claim)))),
            "new_names": float(min(MOST_NAMES, sum(not self._has_name(word) for word in names))),
        }

    def _is_in_its_language(self, claim: str) -> bool:
        return detect_language(claim, default=self.language) == self.language

    def _cosines(self, claim: str, engine: Callable[[], Engine]) -> list[float]:
        if self._vectors is None:
            self._vectors = engine().embed_passages(self.sentences)
        return [float(value) for value in self._vectors @ engine().embed_passages([claim])[0]]

    _vectors: FloatArray | None = None

    @cached_property
    def _runs(self) -> list[range]:
        """Sentences in a row, up to RUN code points of them; each begins in the middle of the one before."""
        runs, start = [], 0
        while True:
            end, length = start, 0
            while end < len(self.sentences) and (end == start or length + len(self.sentences[end]) <= RUN):
                length += len(self.sentences[end])
                end += 1
            runs.append(range(start, end))
            if end >= len(self.sentences):
                return runs
            start = max(start + 1, (start + end) // 2)

    @cached_property
    def _stems(self) -> list[str]:
        return stems(self._text, self.language)

    @cached_property
    def _pairs(self) -> frozenset[tuple[str, str]]:
        return frozenset(pairwise(self._stems))

    @cached_property
    def _numbers(self) -> frozenset[Decimal]:
        return frozenset(number.value for number in find_numbers(self._text))

    @cached_property
    def _known(self) -> tuple[frozenset[str], str]:
        """Its stems, and its text folded."""
        return frozenset(self._stems), fold(self._text)

    def _has_name(self, word: str) -> bool:
        known, folded = self._known
        return stem(word, self.language) in known or word in folded

    def _shared(self, held: Iterable[str]) -> float:
        return sum(math.log(1 + len(self._held) / self._frequency[word]) for word in held)

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
