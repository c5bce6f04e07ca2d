"""The library: a data directory that holds documents, passages and their vectors.

    catalog.sqlite3   documents, passages, vectors to a byte a number: the truth, one transaction a change
    chroma/           passage vectors (or a collection on a Chroma server), to find the nearest of all
    words/            passage words
    lock, owner.json  one process owns the directory; owner.json says which, and where it serves

The two indexes serve the catalog. A passage is put into both before the catalog names it and taken out of
both after the catalog has dropped it, so a run that is killed at any point leaves at worst passages that no
search returns. What the catalog names and an index lost is made again from the catalog, which keeps every text.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from ingest.documents import (
    Description,
    Document,
    Entry,
    Finished,
    FloatArray,
    Passage,
    Scope,
    Scored,
    Stamp,
    Summary,
)
from ingest.embedding import embed
from ingest.engine import Engine
from ingest.errors import InputError, LibraryError
from ingest.figures.take import figures_of_document
from ingest.figures.values import ReportedFigure
from ingest.filters import wanted
from ingest.likeness import event_keys
from ingest.split import PASSAGE_TOKENS
from ingest.store.catalog import FORMAT, READABLE, Catalog
from ingest.store.database import Made
from ingest.store.figures import HeldFigure, Series, WantedFigures
from ingest.store.owner import own, write_owner
from ingest.store.swap import finish_rebuild
from ingest.store.vector_index import VectorIndex
from ingest.store.word_index import WordIndex
from ingest.text.periods import Period

log = logging.getLogger("danchung")

SAMPLE = 300
COMPARED_FOR_ONE_FETCHED = 25
"""Passages that the catalog compares with a question in the time it takes to have one more from Chroma and to look
whether it passes: half a microsecond each, against twelve."""
NAMED_FOR_ONE_FETCHED = 3
"""Documents that the word index is told, in the time it takes to have one more passage from it and to look whether that
passes: five microseconds each, against thirteen."""
MENDED_TOGETHER = 500
QUESTIONS_KEPT = 1_000
"""Vectors of questions that are kept: 1.5 KB each."""
FIGURED_TOGETHER = 50


class Library:
    """An open data directory. Threads may share it; a second process may not.

    `chroma_url` names a Chroma server for the vectors; without it they are kept in the directory.
    `passage_tokens` is the size of passages in a new library; an old one keeps its own. Raises LibraryBusy when
    another process owns the directory, LibraryError when it cannot be opened or was made with another engine.
    """

    def __init__(
        self,
        data_dir: Path,
        engine: Engine,
        wait: float = 0.0,
        owner: str = "danchung",
        chroma_url: str | None = None,
        passage_tokens: int | None = None,
    ) -> None:
        self.data_dir = data_dir
        self.engine = engine
        self._writing, self._running = threading.RLock(), threading.Lock()
        self._wanted_tokens = passage_tokens
        self._changes, self._changing = 0, 0
        self.question_vector = lru_cache(maxsize=QUESTIONS_KEPT)(self._question_vector)
        """The unit vector of a question; see `Engine.embed_query`. What is asked again is not embedded again."""
        self._means: dict[str, tuple[list[int], tuple[FloatArray, int]]] = {}
        self._lock, interrupted = own(data_dir, wait, owner)
        opened: list[Catalog | VectorIndex] = []
        try:
            finish_rebuild(data_dir)
            self._catalog = Catalog(data_dir / "catalog.sqlite3")
            opened.append(self._catalog)
            made = self._check_made_with(engine, passage_tokens or PASSAGE_TOKENS)
            self.passage_tokens = int(made["passage_tokens"])
            collection = f"danchung-{made['id']}" if chroma_url else "passages"
            self._vectors = VectorIndex(data_dir / "chroma", chroma_url, collection)
            opened.append(self._vectors)
            self._words = WordIndex(data_dir / "words")
            if interrupted or not self._in_step():
                self.mend()
        except BaseException:
            for part in opened:
                part.close()
            self._lock.release()
            raise

    # -- writing ---------------------------------------------------------------------------------

    @contextmanager
    def one_run(self) -> Iterator[None]:
        """Held by a run of ingestion; a second one waits. Raises LibraryError where passages are wanted of another
        size than the library's."""
        wanted = self._wanted_tokens
        if wanted and wanted != self.passage_tokens:
            raise LibraryError(
                f"{self.data_dir}: its passages are of {self.passage_tokens} tokens, not {wanted}; set "
                "DANCHUNG_PASSAGE_TOKENS back, or make them anew: danchung ingest --rebuild"
            )
        with self._running:
            if not self._in_step():  # a disk refused what a run before wanted to take out
                self.mend()
            yield

    def put(self, entries: Sequence[Entry], finished: Sequence[Finished] = ()) -> None:
        """Put documents in; then take out what was there under their paths, and what is no longer in the finished
        files. Raises LibraryError when the disk refuses; what was there before then stays."""
        with self._writing, self._change():
            passages = [passage for entry in entries for passage in entry.passages]
            replaced = [*self._catalog.replaced_by(entries, finished), *(entry.document.id for entry in entries)]
            stale = {id_ for document in replaced for id_ in self._catalog.passage_ids(document)}
            if passages:
                self._vectors.add(passages, np.concatenate([e.vectors for e in entries if len(e.passages)]))
                self._words.add(passages)
            self._catalog.put(entries, finished)
            self._drop(stale - {passage.id for passage in passages})

    def heirs(self, entries: Sequence[Entry], finished: Sequence[Finished]) -> tuple[list[str], frozenset[str]]:
        """Copies of the documents that putting these would take out, and those documents."""
        going = frozenset(self._catalog.replaced_by(entries, finished))
        return [copy for id_ in sorted(going) for copy in self._catalog.copies_of(id_) if copy not in going], going

    def remove(self, document_ids: Iterable[str]) -> int:
        """Take documents out; how many there were."""
        with self._writing, self._change():
            ids = list(document_ids)
            old = {passage for id_ in ids for passage in self._catalog.passage_ids(id_)}
            removed = self._catalog.remove(ids)
            self._drop(old)
            return removed

    def forget_file(self, path: str) -> None:
        """Drop what is known of a file that no document comes from."""
        with self._writing, self._change():
            self._catalog.forget_file(path)

    def mend(self) -> None:
        """Make both indexes hold the catalog's passages and no others, whatever a killed run or a lost disk left."""
        with self._writing, self._change():
            named = set(self._catalog.passage_ids())
            self._mend(self._vectors, named, lambda lost: self._vectors.add(lost, embed(self.engine, lost)[0]))
            try:
                self._words.tidy()
                self._mend(self._words, named, self._words.add)
            except ValueError as exc:  # what a killed tantivy left keeps it from writing; it is made of the catalog
                log.warning("%s: the word index is written anew (%s)", self.data_dir, exc)
                self._words = WordIndex.anew(self.data_dir / "words")
                self._mend(self._words, named, self._words.add)

    def _mend(self, index: VectorIndex | WordIndex, named: set[str], add: Callable[[list[Passage]], None]) -> None:
        held = index.ids()
        if strays := held - named:
            index.remove(sorted(strays))
        missing = sorted(named - held)
        if missing:
            log.warning("%s: %d passages are indexed again", self.data_dir, len(missing))
        for start in range(0, len(missing), MENDED_TOGETHER):
            add([passage for passage, _ in self.passages(missing[start : start + MENDED_TOGETHER])])

    def _in_step(self) -> bool:
        return self._catalog.passage_count() == self._vectors.count() == self._words.count()

    # -- reading ---------------------------------------------------------------------------------

    @property
    def version(self) -> int | None:
        """A number that each change makes another, as long as the library is open; None while one is being made. What
        was read between two equal numbers is of one library."""
        changes = self._changes
        return None if self._changing else changes

    def _question_vector(self, text: str) -> FloatArray:
        vector = self.engine.embed_query(text)
        vector.setflags(write=False)  # many share it
        return vector

    def id_at(self, path: str) -> str | None:
        """The id of the document that was read from a path."""
        return self._catalog.id_at(path)

    def document(self, document_id: str) -> Document | None:
        return self._catalog.document(document_id)

    def documents_of(self, passages: Iterable[Passage]) -> dict[str, Document]:
        """The documents of passages by id, read together; one that has been taken out meanwhile is not among them."""
        return self._catalog.documents(list(dict.fromkeys(passage.document_id for passage in passages)))

    def documents(self) -> list[Summary]:
        """Every document without its text, by source."""
        return self._catalog.summaries()

    def document_ids(self) -> list[str]:
        """Every document, in the order they were put in."""
        return self._catalog.document_ids()

    def files(self) -> list[str]:
        """Every file the library holds something from."""
        return self._catalog.files()

    def stamps(self) -> dict[str, Stamp]:
        """Path → what the file was like when it was last read whole."""
        return self._catalog.stamps()

    def ids_in(self, file: str) -> list[str]:
        """The documents that lie in a file."""
        return self._catalog.ids_in(file)

    def file_of(self, document_id: str) -> str | None:
        """The file a document lies in."""
        return self._catalog.file_of(document_id)

    def alike(self, keys: Sequence[int]) -> list[str]:
        """Documents that may have nearly the same words, likeliest first; see `likeness.keys`."""
        return self._catalog.alike(keys)

    def copies_of(self, document_id: str) -> list[str]:
        """The documents that repeat this one."""
        return self._catalog.copies_of(document_id)

    def orphans(self) -> list[str]:
        """Copies whose original is gone: they must be put in anew, with passages of their own."""
        return self._catalog.orphans()

    def may_report_with(self, about: Description, facts: frozenset[str]) -> dict[str, frozenset[str]]:
        """Documents that may tell of the event another one tells of, with their facts; see `likeness.same_event`."""
        _, keys = event_keys(about)
        return self._catalog.shared_facts(keys, sorted(facts)) if keys and facts else {}

    def summary(self, document_id: str) -> Summary | None:
        """One document without its text."""
        return self._catalog.summary(document_id)

    def same_event(self, document_id: str) -> list[str]:
        """Other documents that report the same event."""
        return self._catalog.same_event(document_id)

    def find_figures(
        self, wanted: WantedFigures, order: str = "source", limit: int = 100, offset: int = 0
    ) -> tuple[list[HeldFigure], int]:
        """The figures that pass, some from `offset` on in an order of `store.figures.ORDERS`, and how many pass."""
        self.take_figures()
        return self._catalog.figures.find(wanted, order, limit, offset)

    def series(self, wanted: WantedFigures, most: int = 100) -> list[Series]:
        """The measures that figures which pass give for several periods in one place, those of most periods first."""
        self.take_figures()
        return self._catalog.figures.series(wanted, most)

    def differing_figures(self) -> dict[int, tuple[int, ...]]:
        """The number of each figure over which sources differ → those it differs with; see `figures.conflicts`."""
        self.take_figures()
        return self._catalog.figures.conflicts()

    def figure_settings(self) -> tuple[list[str], list[str]]:
        """The labels of the periods of figures, latest first; and their places, those of most figures first."""
        self.take_figures()
        return self._catalog.figures.settings()

    def figures_held(self, numbers: Iterable[int]) -> dict[int, HeldFigure]:
        """Number → figure."""
        return self._catalog.figures.held(numbers)

    def documents_numbered(self, numbers: Iterable[int]) -> dict[int, Document]:
        """The number a figure gives of its document → the document."""
        return self._catalog.numbered(numbers)

    def take_figures(self) -> None:
        """Take the figures of documents that an earlier release put in, from the text that is kept of them; some
        documents at a time, so that a run that is killed is gone on with."""
        while missing := self._catalog.figures.missing()[:FIGURED_TOGETHER]:
            with self._writing, self._change():
                self._catalog.figures.put([(id_, self._figures_of(id_)) for id_ in missing])

    def _figures_of(self, document_id: str) -> Sequence[ReportedFigure]:
        document = self._catalog.document(document_id)
        return figures_of_document(document, self.passages_of(document_id)) if document else ()

    def passage_counts(self) -> dict[str, int]:
        """Document id → number of passages."""
        return self._catalog.passage_counts()

    def passages(self, ids: Iterable[str]) -> list[tuple[Passage, FloatArray]]:
        """The passages with these ids, each with its sentences' unit vectors, (sentences, dimensions)."""
        return self._catalog.passages(list(ids), self.engine.dimensions)

    def passages_of(self, document_id: str) -> list[Passage]:
        """A document's passages, in order."""
        return [passage for passage, _ in self.passages(self._catalog.passage_ids(document_id))]

    def passage_before(self, passage: Passage) -> str | None:
        """The id of the passage that stands before another in its document; None where there is none, or where it only
        repeats another document's."""
        return self._catalog.passage_beside(passage, -1)

    def passage_after(self, passage: Passage) -> str | None:
        """The same of the passage that stands after it."""
        return self._catalog.passage_beside(passage, 1)

    def passage_count(self) -> int:
        return self._words.count()

    def languages(self) -> dict[str, int]:
        """Language → number of documents."""
        return self._catalog.languages()

    def newest(self) -> date | None:
        """The last day that a document tells of: from it "last year" is counted."""
        return self._catalog.newest()

    def periods(self) -> list[Period]:
        """The periods that documents cover, each once, in order."""
        return self._catalog.periods()

    def places(self) -> list[str]:
        """The places that documents are of, those of most documents first."""
        return self._catalog.places()

    def background(self) -> dict[str, tuple[FloatArray, int]]:
        """For each language, the mean of its sentences' vectors, (dimensions,), and of how many: what a question is
        near to merely for being in, or near to, that language. Over at most SAMPLE passages, which few changes change.
        """
        means = {language: self._mean(language) for language in self.languages()}
        return {language: mean for language, mean in means.items() if mean[1]}

    def _mean(self, language: str) -> tuple[FloatArray, int]:
        sample = self._catalog.sample(language, SAMPLE)
        of, mean = self._means.get(language, ([], (np.zeros(self.engine.dimensions, np.float32), 0)))
        if of != sample:
            vectors = self._catalog.sentence_vectors(sample, self.engine.dimensions)
            mean = vectors.sum(axis=0) / max(1, len(vectors)), len(vectors)
            self._means[language] = sample, mean
        return mean

    def sample_of(self, language: str) -> list[str]:
        """The texts of at most SAMPLE passages in a language, always the same ones."""
        return [passage.text for passage, _ in self.passages(self._catalog.sample_ids(language, SAMPLE))]

    def kept(self, name: Hashable, make: Callable[[], Made]) -> Made:
        """What `make` finds in the library, found once and kept until the next change."""
        return self._catalog.kept(name, make)

    def document_frequencies(self, stems: Sequence[str]) -> list[int]:
        """For each stem, how many passages hold it."""
        return self._words.frequencies(stems)

    def cosines(self, vector: FloatArray, ids: Sequence[str]) -> dict[str, float]:
        """The cosine of each passage's vector to a unit vector, from vectors of a byte a number: off by less
        than .003 in 384 dimensions."""
        return self._catalog.cosines(vector, ids)

    def vectors(self, ids: Sequence[str]) -> dict[str, FloatArray]:
        """Each passage's unit vector, (dimensions,), as near the one it was given as `cosines` are."""
        return self._catalog.vectors(ids, self.engine.dimensions)

    def best_sentences(self, vector: FloatArray, ids: Sequence[str]) -> dict[str, float]:
        """The cosine of each passage's nearest sentence to a unit vector. By it passages can be ordered before they are
        read with their documents, which takes four times as long."""
        return self._catalog.best_sentences(vector, ids)

    def nearest(self, vector: FloatArray, k: int, scope: Scope | None = None) -> list[Scored]:
        """The k passages with the highest cosine to a unit vector, within the scope: in a narrow one each passage is
        compared; of a wide one, the nearest of all that lie in it."""
        if scope is None or k <= 0:
            return self._vectors.search(vector, k)
        if scope.empty:
            return []
        share = self._catalog.share(scope)
        affordable = int(share * self.passage_count() / COMPARED_FOR_ONE_FETCHED)
        found, _ = self._widening(scope, share, k, affordable, lambda most: self._vectors.search(vector, most))
        return found if len(found) == k else self._catalog.nearest(vector, k, scope)

    def matching(self, words: Mapping[str, float], k: int, scope: Scope | None = None) -> list[Scored]:
        """The k passages with the highest BM25 for the weighted stems, within the scope."""
        if scope is None or k <= 0:
            return self._words.search(words, k)
        if scope.empty:
            return []
        if scope.documents is None:
            return self._words.search(words, k, None, scope.languages)
        affordable = int(len(scope.documents) / NAMED_FOR_ONE_FETCHED)
        share = self._catalog.share(scope)
        found, every = self._widening(scope, share, k, affordable, lambda most: self._words.search(words, most))
        if len(found) == k or every:
            return found
        return self._words.search(words, k, self._catalog.ids_of(scope.documents), scope.languages)

    def _widening(
        self, scope: Scope, share: float, k: int, affordable: int, search: Callable[[int], list[Scored]]
    ) -> tuple[list[Scored], bool]:
        """The k best of a scope by fetching the best of all, first as many as should hold k of a share, then as many as
        what was found tells, as long as that is affordable: k, or fewer; and whether there are no more."""
        most, found, passing = k + int(1.5 * k / max(share, 1e-9)), list[Scored](), list[Scored]()
        while most <= affordable:
            found = search(most)
            passing = self._catalog.within(found, scope)
            if len(passing) >= k or len(found) < most:
                return passing[:k], len(found) < most
            most = max(2 * most, int(1.5 * k * len(found) / max(1, len(passing))))
        return passing, False

    def select(self, filters: Mapping[str, Any] | None) -> Scope | None:
        """Where a search with these filters may look; None where there is no filter. See `filters.wanted`."""
        asked = wanted(filters)
        return self._catalog.select(asked) if asked else None

    # -- owning ----------------------------------------------------------------------------------

    def announce(self, url: str, token: str | None = None) -> None:
        """Say where this process serves, for the next process that finds the directory owned; with the token, that
        process may hand it files to read."""
        write_owner(self.data_dir, "danchung serve", url, token)

    def close(self) -> None:
        """Close the files and give the directory up. Safe to call twice."""
        with self._writing:
            if self._lock.is_locked:
                self._catalog.close()
                self._vectors.close()
                (self.data_dir / "owner.json").unlink(missing_ok=True)
                self._lock.release()

    # -- inside ----------------------------------------------------------------------------------

    def _check_made_with(self, engine: Engine, passage_tokens: int) -> dict[str, str]:
        made = self._catalog.settle(
            format=FORMAT, id=uuid.uuid4().hex[:16], engine=engine.name, dimensions=str(engine.dimensions),
            passage_tokens=str(passage_tokens),
        )  # fmt: skip
        if made["format"] != FORMAT:
            raise LibraryError(f"{self.data_dir}: {made_otherwise(made['format'])}")
        if made["engine"] != engine.name:
            raise LibraryError(
                f"{self.data_dir}: its vectors were made with {made['engine']}, not {engine.name}; set "
                "DANCHUNG_EMBEDDING back, or make them anew: danchung ingest --rebuild"
            )
        return made

    def _drop(self, ids: set[str]) -> None:
        if ids:
            self._vectors.remove(ids)
            self._words.remove(sorted(ids))

    @contextmanager
    def _change(self) -> Iterator[None]:
        """A change of the library, for `version`; errors of the disk and the stores as one LibraryError."""
        self._changing += 1
        try:
            yield
        except (InputError, LibraryError):
            raise
        except Exception as exc:  # Chroma and tantivy raise their own and built-in types alike
            raise LibraryError(
                f"{self.data_dir}: could not be written ({' '.join(str(exc).split())}); free space or check rights"
            ) from exc
        finally:
            self._changes += 1
            self._changing -= 1


def made_otherwise(format_: str) -> str:
    """What to say of a library in another format, and what to do."""
    if format_ in READABLE:
        return f"made by an earlier release (format {format_}); make it anew from its texts: danchung ingest --rebuild"
    return f"made by another release (format {format_}); ingest into a new data directory"
