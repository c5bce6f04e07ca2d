"""How a passage's measures become its score, and the score a relevance that means the same in any library.

All weights are fitted: `python -m benchmarks.fit_ranking --data DIR --write` writes `ranking.json`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np

from ingest.documents import FloatArray
from ingest.library import Library

OF_NO_REPORT = 30
"""Sentences of a library that weigh as much as what is known of sentences at large: the mean of two reports is what
they say, the mean of thousand sentences what their language adds."""


@dataclass(frozen=True, slots=True)
class Middle:
    """What vectors share whatever they say, which is most of it: e5's have cosines of .75 with anything.

    A text is moved by the mean of its language, a question by the mean of questions, so that texts in two languages
    meet (Libovický et al. 2020 on language-neutral vectors): recall@1 across English and Vietnamese .79 → .82, in a
    mixed library .58 → .81.
    """

    questions: FloatArray
    languages: Mapping[str, FloatArray]
    others: FloatArray

    @classmethod
    def of(cls, library: Library) -> Middle:
        """The means of a library's languages, each leaning on the mean of sentences at large by its size."""
        return library.kept("middle", lambda: cls._of(library))

    @classmethod
    def _of(cls, library: Library) -> Middle:
        known = weights()["means"]
        found = library.background()
        if known["engine"] == library.engine.name:
            others, questions = (np.array(known[name], np.float32) for name in ("sentences", "questions"))
        else:  # of another engine nothing is known but what the library holds
            others = questions = _mean(list(found.values()), library.engine.dimensions)
        languages = {
            language: _mean([(mean, count), (others, OF_NO_REPORT)], library.engine.dimensions)
            for language, (mean, count) in found.items()
        }
        return cls(questions, languages, others)

    def of_language(self, language: str) -> FloatArray:
        return self.languages.get(language, self.others)

    def question(self, vector: FloatArray) -> FloatArray:
        """A question's unit vector moved to the middle, of unit length."""
        return unit(vector - self.questions)

    def as_if_in(self, vector: FloatArray, own: str, language: str) -> FloatArray:
        """A question's unit vector as it might be, were it asked in another language."""
        return unit(vector - self.of_language(own) + self.of_language(language))


def unit(vectors: FloatArray) -> FloatArray:
    """Rows, or one vector, scaled to unit length."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: FloatArray = (vectors / np.maximum(lengths, 1e-6)).astype(np.float32)
    return scaled


def _mean(of: Sequence[tuple[FloatArray, int]], dimensions: int) -> FloatArray:
    """The mean of means, each by how many it is of; the origin of none."""
    if not of:
        return np.zeros(dimensions, np.float32)
    return np.average([mean for mean, _ in of], axis=0, weights=[count for _, count in of]).astype(np.float32)


MEASURES = (
    "passage",
    "sentence",
    "passage_moved",
    "sentence_moved",
    "words",
    "near",
    "pairs",
    "same_language",
)
"""Of a passage, for a question:

- `passage`, `sentence`: its cosine and its best sentence's, less that of their language's mean
- `passage_moved`, `sentence_moved`: the cosines of the same and the question moved to the middle, see `Middle`
- `words`: the share of the question's words it holds; `near`: the most that two sentences in a row hold; `pairs`: the
  share of its pairs of words; in another language than the question's, see `retrieve.Unknown`
- `same_language`: 1 or 0
"""


def score(measured: Mapping[str, float]) -> float:
    """How well a passage answers: higher is better, to compare passages for one question."""
    fitted: dict[str, float] = weights()["score"]
    return sum(weight * measured[name] for name, weight in fitted.items())


def relevance(scored: float, cosine: float) -> float:
    """The probability that a question's best passage answers it, from its score and its best sentence's cosine; 0 to 1
    (Platt 1999). The score tells the passages of one library apart: where all are about one thing, they are near its
    middle, and low. The cosine is the same wherever the passage is."""
    fitted = weights()["relevance"]
    return 1 / (1 + math.exp(-(fitted["score"] * scored + fitted["cosine"] * cosine + fitted["intercept"])))


@lru_cache(maxsize=1)
def weights() -> dict[str, Any]:
    """The fitted weights, with the data and the command they come from."""
    return dict(json.loads(files("assistant").joinpath("ranking.json").read_text(encoding="utf-8")))
