"""Of a long passage what is nearest a claim, for a judge to quote and to read; and what of the claim it has not."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import pairwise

import numpy as np

from ingest.documents import FloatArray, Passage, Span
from ingest.engine import Engine
from ingest.split import split_sentences
from ingest.text.language import detect_language
from ingest.text.numbers import find_numbers
from ingest.text.words import capitalised_runs, starts_sentence, stem, stems, words

NEAR, WIDE = 280, 560
"""Code points of evidence that are quoted for a claim: some two sentences, and some four. Long answers sum up more than
two; a claim on one sentence is drowned by four."""
RUN = 500
"""Code points of sentences in a row that are read as one."""
UNKNOWN = 0.5
"""The share of neighbouring words that are taken to stand nowhere where that cannot be known."""
MOST_NUMBERS, MOST_NAMES = 2, 3
"""So many that stand nowhere in a source say all that more would."""
LONGEST = 120_000
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
        """Whether more stands in it than can be quoted at once."""
        return len(self.sentences) > 1 and sum(map(len, self.sentences)) > WIDE

    def says(self, claim: str) -> bool:
        """Whether the claim is nothing but one of its sentences, or several in a row, word for word."""
        said = " ".join(claim.split()).rstrip(" .")
        starts = [at for at, sentence in enumerate(self.sentences) if said and said.startswith(sentence.rstrip(" ."))]
        return any(_begins_with(self.sentences[at:], said) for at in starts)

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
        """What a claim has that stands nowhere in the source: how many of its numbers, by value, the share of its
        neighbouring words, and how many of its names' words; the last two cannot be known across languages."""
        numbers = sum(number.value not in self._numbers for number in find_numbers(claim))
        found = {"new_pairs": UNKNOWN, "new_numbers": float(min(MOST_NUMBERS, numbers)), "new_names": 0.0}
        if not self._is_in_its_language(claim):
            return found
        pairs = list(pairwise(stems(claim, self.language)))
        named = [(start, words(claim[start:end])) for start, end in capitalised_runs(claim)]
        names = [word for start, name in named if len(name) > 1 or not starts_sentence(claim, start) for word in name]
        return {
            **found,
            "new_pairs": sum(pair not in self._pairs for pair in pairs) / max(1, len(pairs)),
            "new_names": float(min(MOST_NAMES, sum(not self._has_name(word) for word in names))),
        }

    def _is_in_its_language(self, claim: str) -> bool:
        return detect_language(claim, default=self.language) == self.language

    def _cosines(self, claim: str, engine: Callable[[], Engine]) -> list[float]:
        opened, embedded = engine(), self._embedded
        if embedded is None or embedded[0] != opened.name:
            self._embedded = embedded = opened.name, opened.embed_passages(self.sentences)
        return [float(value) for value in embedded[1] @ opened.embed_passages([claim])[0]]

    _embedded: tuple[str, FloatArray] | None = None
    """Its sentences' vectors, and the name of the engine that made them."""

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
    def _known(self) -> frozenset[str]:
        return frozenset([*self._stems, *words(self._text)])

    def _has_name(self, word: str) -> bool:
        return word in self._known or stem(word, self.language) in self._known

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


def _begins_with(sentences: Sequence[str], said: str) -> bool:
    """Whether what is said is the first of the sentences, or the first and those after it up to the end of one."""
    left = said
    for sentence in sentences:
        if left == sentence.rstrip(" ."):
            return True
        if not left.startswith(sentence):
            return False
        left = left[len(sentence) :].strip()
    return False


@lru_cache(maxsize=64)
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
    """Lines, but for those that go on in the next, as of a text that was wrapped: one ends within a sentence, and the
    next begins with a small letter."""
    bounds: list[tuple[int, int]] = []
    start = 0
    for line in text.split("\n"):
        end, shown = start + len(line), line.strip()
        if shown and bounds and shown[0].islower() and text[bounds[-1][1] : start].count("\n") == 1:
            bounds[-1] = bounds[-1][0], end
        elif shown:
            bounds.append((start, end))
        start = end + 1
    return bounds
