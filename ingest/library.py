"""The library: a data directory that holds documents, passages and their vectors.

    catalog.sqlite3   documents, passages, sentence vectors: the truth, one transaction a document
    chroma/           passage vectors
    words/            passage words
    lock, owner.json  one process owns the directory; owner.json says which, and where it serves

The two indexes serve the catalog. A passage is put into both before the catalog names it and taken out of
both after the catalog has dropped it, so a run that is killed at any point leaves at worst passages that no
search returns; the next run removes them.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from ingest.catalog import Catalog
from ingest.documents import Document, FloatArray, Passage, Scored
from ingest.engine import Engine
from ingest.errors import InputError, LibraryError
from ingest.owner import own, write_owner
from ingest.periods import Period
from ingest.places import fold_place
from ingest.vector_index import VectorIndex
from ingest.word_index import WordIndex
from ingest.words import fold

FORMAT = "1"
ENOUGH_SENTENCES = 20
FILTERS = ("document_id", "language", "period", "place", "source")


class Library:
    """An open data directory. Threads may share it; a second process may not.

    Raises LibraryBusy when another process owns it, LibraryError when it cannot be opened or was made with
    another embedding engine.
    """

    def __init__(self, data_dir: Path, engine: Engine, wait: float = 0.0, owner: str = "danchung") -> None:
        self.data_dir = data_dir
        self.engine = engine
        self._writing = threading.RLock()
        self._background: dict[str, FloatArray] | None = None
        self._lock = own(data_dir, wait, owner)
        try:
            self._catalog = Catalog(data_dir / "catalog.sqlite3")
            self._check_made_with(engine)
            self._vectors = VectorIndex(data_dir / "chroma")
            self._words = WordIndex(data_dir / "words")
        except BaseException:
            self._lock.release()
            raise

    # -- writing ---------------------------------------------------------------------------------

    def replace(
        self,
        document: Document,
        passages: Sequence[Passage],
        vectors: FloatArray,
        sentences: Sequence[FloatArray],
    ) -> None:
        """Put a document in; then take out what was there under its path.

        `vectors` is (passages, dimensions); `sentences` holds one (sentences, dimensions) array a passage.
        Raises LibraryError when the disk refuses; what was there before then stays.
        """
        with self._writing, self._translated():
            old_id = self._catalog.id_at(document.path)
            old = self._catalog.passage_ids(old_id) if old_id else []
            self._vectors.add(document, passages, vectors)
            self._words.add(passages)
            self._catalog.put(document, passages, sentences)
            self._background = None
            self._drop(set(old) - {passage.id for passage in passages})

    def remove(self, document_id: str) -> None:
        """Take a document out. Raises InputError when the library does not hold it."""
        with self._writing, self._translated():
            old = self._catalog.passage_ids(document_id)
            if not self._catalog.remove(document_id):
                raise InputError(f"no document {document_id}; `danchung documents` lists them")
            self._background = None
            self._drop(set(old))

    def mend(self) -> set[str]:
        """Undo what a killed run left: passages in an index that the catalog does not name are removed.

        Returns the documents that miss a passage in an index; they must be read again.
        """
        with self._writing, self._translated():
            named = self._catalog.passage_documents()
            in_vectors, in_words = self._vectors.ids(), self._words.ids()
            self._drop((in_vectors | in_words) - set(named))
            return {named[id_] for id_ in set(named) - (in_vectors & in_words)}

    # -- reading ---------------------------------------------------------------------------------

    def id_at(self, path: str) -> str | None:
        """The id of the document that was read from a path."""
        return self._catalog.id_at(path)

    def document(self, document_id: str) -> Document | None:
        return self._catalog.document(document_id)

    def documents(self) -> list[Document]:
        """Every document, by source."""
        return self._catalog.documents()

    def passage_counts(self) -> dict[str, int]:
        """Document id → number of passages."""
        return self._catalog.passage_counts()

    def passages(self, ids: Iterable[str]) -> list[tuple[Passage, FloatArray]]:
        """The passages with these ids, each with its sentences' unit vectors, (sentences, dimensions)."""
        return self._catalog.passages(list(ids), self.engine.dimensions)

    def passages_of(self, document_id: str) -> list[Passage]:
        """A document's passages, in order."""
        return [passage for passage, _ in self.passages(self._catalog.passage_ids(document_id))]

    def passage_count(self) -> int:
        return self._words.count()

    def languages(self) -> dict[str, int]:
        """Language → number of documents."""
        return self._catalog.languages()

    def background(self) -> dict[str, FloatArray]:
        """For each language, the mean of its sentences' vectors, (dimensions,): what a question is near to
        merely for being in, or near to, that language. Over at most 300 passages; kept until the next change.

        Languages with fewer than ENOUGH_SENTENCES are left out: their mean would be what one report says."""
        with self._writing:
            if self._background is None:
                self._background = {}
                for language in self.languages():
                    sample = self.passages(self._catalog.sample(language, 300))
                    vectors = np.concatenate([sentences for _, sentences in sample])
                    if len(vectors) >= ENOUGH_SENTENCES:
                        self._background[language] = vectors.mean(axis=0)
            return self._background

    def document_frequencies(self, stems: Sequence[str]) -> list[int]:
        """For each stem, how many passages hold it."""
        return self._words.frequencies(stems)

    def cosines(self, vector: FloatArray, ids: Sequence[str]) -> dict[str, float]:
        """The cosine of each passage's vector to a unit vector."""
        return self._vectors.cosines(vector, ids)

    def nearest(self, vector: FloatArray, k: int, documents: Sequence[str] | None = None) -> list[Scored]:
        """The k passages with the highest cosine to a unit vector, within the given documents."""
        return [] if documents is not None and not documents else self._vectors.search(vector, k, documents)

    def matching(self, words: Mapping[str, float], k: int, documents: Sequence[str] | None = None) -> list[Scored]:
        """The k passages with the highest BM25 for the weighted stems, within the given documents."""
        return [] if documents is not None and not documents else self._words.search(words, k, documents)

    def select(self, filters: Mapping[str, Any] | None) -> list[str] | None:
        """Ids of the documents that pass every filter; None where there is no filter.

        Filters are `document_id`, `language`, `period` (a label such as 2024-H1: the document's period lies
        in it), `place` and `source` (part of the name); a value may be a list of alternatives. A filter that
        nothing passes gives []. Raises InputError for an unknown filter or an unreadable period.
        """
        wanted = {name: _values(value) for name, value in (filters or {}).items() if value is not None}
        if unknown := sorted(set(wanted) - set(FILTERS)):
            raise InputError(f"unknown filter {unknown[0]!r}; use {', '.join(FILTERS)}")
        if not wanted:
            return None
        periods = [_period(label) for label in wanted.get("period", ())]
        return [document.id for document in self.documents() if _passes(document, wanted, periods)]

    # -- owning ----------------------------------------------------------------------------------

    def announce(self, url: str) -> None:
        """Say where this process serves, for the next process that finds the directory owned."""
        write_owner(self.data_dir, "danchung serve", url)

    def close(self) -> None:
        """Close the files and give the directory up. Safe to call twice."""
        with self._writing:
            if self._lock.is_locked:
                self._catalog.close()
                self._vectors.close()
                (self.data_dir / "owner.json").unlink(missing_ok=True)
                self._lock.release()

    # -- inside ----------------------------------------------------------------------------------

    def _check_made_with(self, engine: Engine) -> None:
        made = self._catalog.settle(format=FORMAT, engine=engine.name, dimensions=str(engine.dimensions))
        if made["format"] != FORMAT:
            raise LibraryError(
                f"{self.data_dir}: made by another release (format {made['format']}); ingest into a new one"
            )
        if made["engine"] != engine.name:
            raise LibraryError(
                f"{self.data_dir}: its vectors were made with {made['engine']}, not {engine.name}; "
                "set DANCHUNG_EMBEDDING back, or ingest into a new data directory"
            )

    def _drop(self, ids: set[str]) -> None:
        if ids:
            self._vectors.remove(ids)
            self._words.remove(sorted(ids))

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Errors of the disk and the stores as one LibraryError."""
        try:
            yield
        except (InputError, LibraryError):
            raise
        except Exception as exc:  # Chroma and tantivy raise their own and built-in types alike
            raise LibraryError(
                f"{self.data_dir}: could not be written ({' '.join(str(exc).split())}); free space or check rights"
            ) from exc


def _values(value: Any) -> list[str]:
    return [str(value)] if isinstance(value, str) or not isinstance(value, Sequence) else [str(item) for item in value]


def _period(label: str) -> Period:
    try:
        return Period.parse(label)
    except ValueError as exc:
        raise InputError(f"period {label!r} is none of 2024, 2024-H1, 2024-Q3, 2024-05, 2023/2024, ISO dates") from exc


def _passes(document: Document, wanted: Mapping[str, Sequence[str]], periods: Sequence[Period]) -> bool:
    about = document.description
    if "document_id" in wanted and document.id not in wanted["document_id"]:
        return False
    if "language" in wanted and about.language not in wanted["language"]:
        return False
    if "source" in wanted and not any(fold(value) in fold(document.source) for value in wanted["source"]):
        return False
    if "place" in wanted and not {fold_place(v) for v in wanted["place"]} & {fold_place(p) for p in about.places}:
        return False
    return "period" not in wanted or bool(about.period and any(period.covers(about.period) for period in periods))
