"""What the tests of the library share: a fast engine, three small reports, and ways to look inside."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ingest.documents import FloatArray, Passage
from ingest.library import Library
from ingest.pipeline import IngestReport
from ingest.words import stems, words

CORPUS = Path(__file__).parent.parent / "corpus"
LETTERS = "Forty letters came in during 2023. The office of Nghe An answered every one of them within ten days."
BRIDGES = "The river crossing at Son La was inspected in 2024. Nine pillars stood crooked and were repaired in spring."
FORESTS = "Les gardes du district ont planté mille arbres en 2024. Aucun arbre n'a été perdu pendant la tempête."


class WordsEngine:
    """An engine for tests: each word a direction of its own, the same in every process. Counts what it is asked."""

    dimensions = 48

    def __init__(self, name: str = "words", seconds: float = 0.0) -> None:
        self.name = name
        self.seconds = seconds
        self.embedded = 0

    def embed_passages(self, texts: Sequence[str]) -> FloatArray:
        self.embedded += len(texts)
        time.sleep(self.seconds)
        return np.array([self._vector(text) for text in texts], np.float32).reshape(len(texts), self.dimensions)

    def embed_query(self, text: str) -> FloatArray:
        return self._vector(text)

    def _vector(self, text: str) -> FloatArray:
        total = np.full(self.dimensions, 1e-3)
        for word in words(text):
            total += np.random.default_rng(list(word.encode())).standard_normal(self.dimensions)
        return np.asarray(total / np.linalg.norm(total), np.float32)


def engine_of(library: Library) -> WordsEngine:
    assert isinstance(library.engine, WordsEngine)
    return library.engine


def found(library: Library, question: str, k: int = 10, documents: Sequence[str] | None = None) -> list[str]:
    """Texts of the passages that either index finds, as a reader would see them."""
    near = library.nearest(library.engine.embed_query(question), k, documents)
    matching = library.matching(dict.fromkeys(stems(question, "en") + stems(question, "fr"), 1.0), k, documents)
    ids = dict.fromkeys(scored.passage_id for scored in [*near, *matching])
    return [passage.text for passage, _ in library.passages(ids)]


def indexed(library: Library) -> tuple[set[str], set[str], set[str]]:
    """Passage ids in the catalog and in both indexes."""
    return set(library._catalog.passage_ids()), library._vectors.ids(), library._words.ids()


def everything(library: Library) -> list[Passage]:
    return [passage for document in library.documents() for passage in library.passages_of(document.id)]


def states(report: IngestReport) -> dict[str, str]:
    return {Path(outcome.path).name: outcome.state for outcome in report.files}
