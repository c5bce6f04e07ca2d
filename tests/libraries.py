"""What the tests of the library share: a fast engine, three small reports, two stores, and ways to look inside."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ingest.documents import FloatArray, Passage, Scope, Stamp
from ingest.files import Source
from ingest.library import Library
from ingest.prepare import Part, prepare
from ingest.report import IngestReport
from ingest.store.rows import KEY, SCALE, passage_id
from ingest.text.words import stems, words

HERE = Path(__file__).parent
CORPUS = HERE.parent / "corpus"
LETTERS = "Forty letters came in during 2023. The office of Nghe An answered every one of them within ten days."
BRIDGES = "The river crossing at Son La was inspected in 2024. Nine pillars stood crooked and were repaired in spring."
FORESTS = "Les gardes du district ont planté mille arbres en 2024. Aucun arbre n'a été perdu pendant la tempête."
PARCELS = "Sixty parcels arrived in 2025. Each was opened by the clerk himself."


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
        for word in [self.name, *words(text)]:
            total += _direction(word, self.dimensions)
        return np.asarray(total / np.linalg.norm(total), np.float32)


@cache
def _direction(word: str, dimensions: int) -> npt.NDArray[np.float64]:
    return np.random.default_rng(list(word.encode())).standard_normal(dimensions)


@dataclass(frozen=True)
class Store:
    """Where vectors are kept: in the data directory, or on a Chroma server."""

    url: str | None

    def open(self, data_dir: Path, engine: WordsEngine | None = None, **options: Any) -> Library:
        return Library(data_dir, engine or WordsEngine(), chroma_url=self.url, **options)


def engine_of(library: Library) -> WordsEngine:
    assert isinstance(library.engine, WordsEngine)
    return library.engine


def found(library: Library, question: str, k: int = 10, scope: Scope | None = None) -> list[str]:
    """Texts of the passages that either index finds, as a reader would see them."""
    near = library.nearest(library.engine.embed_query(question), k, scope)
    matching = library.matching(dict.fromkeys(stems(question, "en") + stems(question, "fr"), 1.0), k, scope)
    ids = dict.fromkeys(scored.passage_id for scored in [*near, *matching])
    return [passage.text for passage, _ in library.passages(ids)]


def indexed(library: Library) -> tuple[set[str], set[str], set[str]]:
    """Passage ids in the catalog and in both indexes."""
    return set(library._catalog.passage_ids()), library._vectors.ids(), library._words.ids()


def assert_in_step(library: Library) -> None:
    """The catalog and both indexes hold the same passages, each once; what a copy repeats is no copy itself."""
    catalog, vectors, lexical = indexed(library)
    assert catalog == vectors == lexical == kept_vectors(library).keys()
    assert library._catalog.passage_count() == library._vectors.count() == library._words.count()
    repeated = {summary.copy_of for summary in library.documents()} - {None}
    assert not repeated & {summary.id for summary in library.documents() if summary.copy_of}


def everything(library: Library) -> list[Passage]:
    return [passage for document in library.documents() for passage in library.passages_of(document.id)]


def passage_vectors(library: Library) -> dict[str, bytes]:
    """Passage id → its vector as Chroma has it."""
    got = library._vectors._collection.get(include=["embeddings"], limit=100_000)
    return {id_: np.asarray(row, np.float32).tobytes() for id_, row in zip(got["ids"], got["embeddings"], strict=True)}


def kept_vectors(library: Library) -> dict[str, tuple[bytes, bytes]]:
    """Passage id → its vector as the catalog has it, of bytes and the scale that makes them one of length 1."""
    found: dict[str, tuple[bytes, bytes]] = {}
    for keys, scales, vectors in library._catalog._db.rows("SELECT keys, scales, vectors FROM vectors"):
        ids = [passage_id(key) for key in np.frombuffer(keys, KEY).tolist()]
        rows = np.frombuffer(vectors, np.int8).reshape(len(ids), -1)
        found |= {
            i: (r.tobytes(), s.tobytes()) for i, r, s in zip(ids, rows, np.frombuffer(scales, SCALE), strict=True)
        }
    return found


def contents(library: Library) -> dict[str, Any]:
    """All that a library holds, to compare with another's: times of files and the order of documents left out."""
    held = {summary.id: summary for summary in library.documents()}
    passages = library.passages(library._catalog.passage_ids())
    return {
        "documents": {id_: library.document(id_) for id_ in held},
        "summaries": held,
        "files": {id_: library.file_of(id_) for id_ in held},
        "copies": {id_: summary.copy_of for id_, summary in held.items()},
        "events": {id_: library.same_event(id_) for id_ in held},
        "passages": {passage.id: passage for passage, _ in passages},
        "sentences": {passage.id: vectors.tobytes() for passage, vectors in passages},
        "vectors": passage_vectors(library),
        "kept vectors": kept_vectors(library),
        "words": library._words.ids(),
        "digests": {path: stamp.digest for path, stamp in library.stamps().items()},
    }


def states(report: IngestReport) -> dict[str, str]:
    return {Path(outcome.path).name: outcome.state for outcome in report.files}


def age(*paths: Path, seconds: float = 3600) -> None:
    """Give files a time in the past: what was changed only just is read again, for it may change once more."""
    for path in paths:
        status = path.stat()
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns - int(seconds * 1e9)))


def write(path: Path, text: str) -> Path:
    """A file last changed an hour ago."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    age(path)
    return path


def read_here(
    files: Iterable[tuple[Source, Stamp | None]], passage_tokens: int, seconds: float = 0.0
) -> Iterator[tuple[Source, Part]]:
    """`workers.prepare_files` without the workers, for a test that breaks reading or must start at once."""
    del seconds
    for source, known in files:
        for part in prepare(source, known, passage_tokens):
            yield source, part


def run_python(script: str, *arguments: str, **options: Any) -> subprocess.Popen[str]:
    """A process of its own, with the project and these tests importable."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(HERE.parent), str(HERE)])}
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments], env=environment, stdout=subprocess.PIPE, text=True, **options
    )
