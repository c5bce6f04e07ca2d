"""The catalog: documents, passages and their vectors, in SQLite. What it names is in the library."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from ingest.documents import Document, Entry, Finished, FloatArray, Passage, Scope, Scored, Stamp, Summary, Wanted
from ingest.errors import LibraryError
from ingest.likeness import event_keys
from ingest.store import figures, rows, scoped
from ingest.store.database import Database, Made
from ingest.text.periods import Period
from ingest.text.places import fold_place

FORMAT = "3"
READABLE = ("2", FORMAT)
"""Formats of which the documents can be read, to make a library anew."""

# What is large stands last in a row: SQLite reads a row from its start, up to the last column that is asked for.
_TABLES = """
CREATE TABLE IF NOT EXISTS files (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, digest TEXT NOT NULL, recipe TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS documents (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, path TEXT NOT NULL UNIQUE, source TEXT NOT NULL,
    folded_source TEXT NOT NULL, file TEXT NOT NULL, copy_of TEXT, day INTEGER, period_start INTEGER,
    period_end INTEGER, characters INTEGER NOT NULL, description TEXT NOT NULL, pages TEXT NOT NULL,
    blocks TEXT NOT NULL, text BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS documents_file ON documents(file);
CREATE INDEX IF NOT EXISTS documents_copy_of ON documents(copy_of) WHERE copy_of IS NOT NULL;
CREATE INDEX IF NOT EXISTS documents_source ON documents(source, id);
CREATE INDEX IF NOT EXISTS documents_folded_source ON documents(folded_source);
CREATE INDEX IF NOT EXISTS documents_day ON documents(day);
CREATE INDEX IF NOT EXISTS documents_period ON documents(period_start, period_end);
CREATE TABLE IF NOT EXISTS places (
    key TEXT NOT NULL, document INTEGER NOT NULL REFERENCES documents(number) ON DELETE CASCADE,
    PRIMARY KEY (key, document)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS places_document ON places(document);
CREATE TABLE IF NOT EXISTS passages (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL,
    document INTEGER NOT NULL REFERENCES documents(number) ON DELETE CASCADE, block INTEGER NOT NULL,
    ordinal INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL, heading TEXT NOT NULL,
    language TEXT NOT NULL, periods TEXT NOT NULL, places TEXT NOT NULL, sentences TEXT NOT NULL,
    sentence_vectors BLOB NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS passages_id ON passages(id, document, language, block);
CREATE INDEX IF NOT EXISTS passages_document ON passages(document, ordinal);
CREATE INDEX IF NOT EXISTS passages_language ON passages(language, id);
CREATE TABLE IF NOT EXISTS vectors (
    block INTEGER PRIMARY KEY, document INTEGER NOT NULL REFERENCES documents(number) ON DELETE CASCADE,
    language TEXT NOT NULL, passages INTEGER NOT NULL, keys BLOB NOT NULL, scales BLOB NOT NULL, vectors BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS vectors_document ON vectors(document, language, passages);
CREATE INDEX IF NOT EXISTS vectors_language ON vectors(language, document, passages);
CREATE TABLE IF NOT EXISTS likeness (
    key INTEGER NOT NULL, document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS likeness_key ON likeness(key);
CREATE INDEX IF NOT EXISTS likeness_document ON likeness(document_id);
CREATE TABLE IF NOT EXISTS facts (
    key TEXT NOT NULL, fact TEXT NOT NULL, document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    PRIMARY KEY (key, fact, document_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS facts_document ON facts(document_id);
CREATE TABLE IF NOT EXISTS events (
    one TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    other TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE, PRIMARY KEY (one, other)
);
CREATE INDEX IF NOT EXISTS events_other ON events(other);
"""

KEPT_CHARACTERS = 20_000_000
"""Of documents that are kept read: every answer looks at some forty, of which ten are often the last one's."""
KEPT_SCOPES = 16
KEPT_PASSAGES = 2_000
"""Passages that are kept read until the next change, with their sentences' vectors: some 10 kB each."""
BATCH = 500


class Catalog:
    """One SQLite file; every change is one transaction, every call may come from any thread."""

    def __init__(self, file: Path) -> None:
        self._documents = _Documents()
        self._summaries: dict[int, Summary] = {}
        try:
            self._db = Database(file)
            self.figures = figures.Figures(self._db)
            with self._db.writing() as db:
                db.execute("CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)")
                meta = dict(db.execute("SELECT key, value FROM meta"))
            if meta.get("format", FORMAT) == FORMAT:  # another release's is left as it is
                with self._db.writing() as db:
                    db.executescript(_TABLES + figures.TABLES)
        except sqlite3.Error as exc:
            raise LibraryError(f"{file}: the catalog cannot be opened ({exc})") from exc

    # -- writing ---------------------------------------------------------------------------------

    def settle(self, **facts: str) -> dict[str, str]:
        """What the catalog was made with; the given facts where it is new."""
        with self._db.writing() as db:
            meta = dict(db.execute("SELECT key, value FROM meta"))
            if not meta:
                db.executemany("INSERT INTO meta VALUES (?, ?)", facts.items())
            return meta or facts

    def put(self, entries: Sequence[Entry], finished: Sequence[Finished] = ()) -> None:
        """Put documents in the place of what was there under their paths; of files read to their end, drop what
        was not seen in them again."""
        with self._db.writing() as db:
            for entry in entries:
                db.execute("DELETE FROM documents WHERE path = ?", (entry.document.path,))
                _insert(db, entry)
            for file in finished:
                _forget(db, _unseen(db.execute(_LIES_IN, (file.file,)), file))
                db.execute("DELETE FROM files WHERE path = ?", (file.file,))
                if file.stamp:
                    db.execute("INSERT INTO files VALUES (?, ?, ?, ?, ?)", rows.from_stamp(file.stamp))

    def remove(self, document_ids: Iterable[str]) -> int:
        """Take documents and their passages out; how many there were. Their files will be read again."""
        with self._db.writing() as db:
            removed = 0
            for id_ in document_ids:
                db.execute("DELETE FROM files WHERE path = (SELECT file FROM documents WHERE id = ?)", (id_,))
                removed += _forget(db, [id_])
            return removed

    def forget_file(self, path: str) -> None:
        """Drop what is known of a file that holds no document."""
        with self._db.writing() as db:
            db.execute("DELETE FROM files WHERE path = ?", (path,))

    # -- documents -------------------------------------------------------------------------------
    # A row's number is its `rowid` in format 2 as well, of which the documents are read to make a library anew.

    def document(self, document_id: str) -> Document | None:
        return self.documents([document_id]).get(document_id)

    def documents(self, document_ids: Sequence[str]) -> dict[str, Document]:
        """Id → document, for those of these ids that are there."""
        numbers = self._numbers()
        for some in _in_batches([id_ for id_ in document_ids if id_ not in numbers]):
            numbers |= self._db.rows(f"SELECT id, rowid FROM documents WHERE id IN ({_marks(some)})", *some)
        read = self._read([numbers[id_] for id_ in document_ids if id_ in numbers])
        return {id_: read[numbers[id_]] for id_ in document_ids if id_ in numbers and numbers[id_] in read}

    def numbered(self, numbers: Iterable[int]) -> dict[int, Document]:
        """Number → document, for those of these that are there."""
        return self._read(list(dict.fromkeys(numbers)))

    def _numbers(self) -> dict[str, int]:
        """Id → number, of documents that were asked for since the last change."""
        return self._db.kept("numbers", dict)

    def _read(self, numbers: Iterable[int]) -> dict[int, Document]:
        """Number → document, for those of these that are still there."""
        found, missing = self._documents.get(numbers)
        for some in _in_batches(missing):
            for row in self._db.rows(f"SELECT {rows.DOCUMENT} FROM documents WHERE rowid IN ({_marks(some)})", *some):
                found[row[0]] = rows.to_document(row)
                self._documents.keep(row[0], found[row[0]])
        return found

    def summaries(self) -> list[Summary]:
        """Every document without its text, by source."""
        return list(self._db.kept("summaries", self._every_summary))

    def _every_summary(self) -> list[Summary]:
        order = self._db.first("SELECT number FROM documents ORDER BY source, id")
        known = self._summaries  # what has a number stays as it is
        missing = [number for number in order if number not in known]
        read: dict[int, Summary] = {}
        for some in _in_batches(missing):
            query = f"SELECT number, {rows.SUMMARY} FROM documents WHERE number IN ({_marks(some)})"
            read |= {number: rows.to_summary(row) for number, *row in self._db.rows(query, *some)}
        self._summaries = {n: summary for n in order if (summary := known.get(n) or read.get(n))}
        return list(self._summaries.values())

    def summary(self, document_id: str) -> Summary | None:
        """One document without its text."""
        found = self._db.rows(f"SELECT {rows.SUMMARY} FROM documents WHERE id = ?", document_id)
        return rows.to_summary(found[0]) if found else None

    def document_ids(self) -> list[str]:
        """Every document, in the order they were put in."""
        return self._db.first("SELECT id FROM documents ORDER BY rowid")

    def document_count(self) -> int:
        return int(self._db.kept("documents", lambda: self._db.first("SELECT COUNT(*) FROM documents")[0]))

    def id_at(self, path: str) -> str | None:
        """The id of the document read from a path."""
        return next(iter(self._db.first("SELECT id FROM documents WHERE path = ?", path)), None)

    def ids_in(self, file: str) -> list[str]:
        """The documents that lie in a file."""
        return self._db.first("SELECT id FROM documents WHERE file = ? ORDER BY rowid", file)

    def file_of(self, document_id: str) -> str | None:
        return next(iter(self._db.first("SELECT file FROM documents WHERE id = ?", document_id)), None)

    def stamps(self) -> dict[str, Stamp]:
        """Path → what the file was like when it was read whole."""
        return {row[0]: Stamp(*row) for row in self._db.rows("SELECT * FROM files")}

    def files(self) -> list[str]:
        """Every file the library has something from."""
        return self._db.first("SELECT path FROM files UNION SELECT file FROM documents")

    def newest(self) -> date | None:
        """The last day that a document tells of."""
        day = self._db.first("SELECT MAX(day) FROM documents")[0]
        return date.fromordinal(day) if day else None

    def periods(self) -> list[Period]:
        """The periods that documents cover, each once, in order."""
        query = "SELECT DISTINCT period_start, period_end FROM documents WHERE period_start IS NOT NULL"
        return self._db.kept("periods", lambda: sorted(rows.to_period(*row) for row in self._db.rows(query)))

    def places(self) -> list[str]:
        """The places that documents are of, those of most documents first."""
        return list(self._db.kept("covered places", self._every_place))

    def _every_place(self) -> list[str]:
        counts = Counter(place for summary in self.summaries() for place in summary.description.places)
        return [place for place, _ in counts.most_common()]

    # -- likeness --------------------------------------------------------------------------------

    def alike(self, keys: Sequence[int]) -> list[str]:
        """Documents that share a likeness key and are no copies themselves, those that share most first."""
        return self._db.first(
            f"SELECT l.document_id FROM likeness l JOIN documents d ON d.id = l.document_id "
            f"WHERE key IN ({_marks(keys)}) AND d.copy_of IS NULL "
            "GROUP BY l.document_id ORDER BY COUNT(*) DESC, MIN(d.number) LIMIT 20",
            *keys,
        )

    def copies_of(self, document_id: str) -> list[str]:
        return self._db.first("SELECT id FROM documents WHERE copy_of = ? ORDER BY number", document_id)

    def orphans(self) -> list[str]:
        """Copies of a document that is no longer there."""
        return self._db.first(
            "SELECT id FROM documents c WHERE copy_of IS NOT NULL "
            "AND NOT EXISTS (SELECT 1 FROM documents d WHERE d.id = c.copy_of) ORDER BY number"
        )

    def shared_facts(self, keys: Sequence[str], facts: Sequence[str]) -> dict[str, frozenset[str]]:
        """Documents with some of the facts kept under the keys (`likeness.event_keys`), and all their facts."""
        ids = self._db.first(
            f"SELECT document_id FROM facts WHERE key IN ({_marks(keys)}) AND fact IN ({_marks(facts)}) "
            "GROUP BY document_id HAVING COUNT(*) > 1 ORDER BY COUNT(*) DESC LIMIT 20",
            *keys, *facts,
        )  # fmt: skip
        found: dict[str, set[str]] = {id_: set() for id_ in ids}
        query = f"SELECT document_id, fact FROM facts WHERE document_id IN ({_marks(ids)})"
        for id_, fact in self._db.rows(query, *ids):
            found[id_].add(fact)
        return {id_: frozenset(theirs) for id_, theirs in found.items()}

    def same_event(self, document_id: str) -> list[str]:
        """Other documents that report the same event."""
        return self._db.first("SELECT other FROM events WHERE one = ? ORDER BY other", document_id)

    # -- passages --------------------------------------------------------------------------------

    def passage_ids(self, document_id: str | None = None) -> list[str]:
        """Ids of a document's passages, in order; of all passages where no document is named."""
        if document_id is None:
            return self._db.first("SELECT id FROM passages")
        within = "(SELECT number FROM documents WHERE id = ?)"
        return self._db.first(f"SELECT id FROM passages WHERE document = {within} ORDER BY ordinal", document_id)

    def passage_beside(self, passage: Passage, places: int) -> str | None:
        """The id of the passage that stands so many places after another in its document (before it, under 0), where
        that one has vectors of its own."""
        within = "(SELECT document FROM passages WHERE id = ?)"
        query = f"SELECT id FROM passages WHERE document = {within} AND ordinal = ?"
        return next(iter(self._db.first(query, passage.id, passage.ordinal + places)), None)

    def passage_count(self) -> int:
        return int(self._db.first("SELECT COUNT(*) FROM passages")[0])

    def replaced_by(self, entries: Sequence[Entry], finished: Sequence[Finished]) -> list[str]:
        """The documents that `put` would take out."""
        paths = [(entry.document.path, entry.document.id) for entry in entries]
        old = [id_ for path, new in paths for id_ in [self.id_at(path)] if id_ and id_ != new]
        return old + [id_ for file in finished for id_ in _unseen(self._db.rows(_LIES_IN, file.file), file)]

    def passage_counts(self) -> dict[str, int]:
        """Document id → number of passages."""
        of_each = "SELECT document, SUM(passages) AS passages FROM vectors GROUP BY document"
        return dict(
            self._db.rows(f"SELECT d.id, v.passages FROM ({of_each}) v JOIN documents d ON d.number = v.document")
        )

    def languages(self) -> dict[str, int]:
        """Language → number of documents with a passage in it."""
        query = "SELECT language, COUNT(DISTINCT document) FROM vectors GROUP BY language"
        return dict(self._db.kept("languages", lambda: dict(self._db.rows(query))))

    def kept(self, name: Hashable, make: Callable[[], Made]) -> Made:
        """What `make` gives, made once and kept until the next change."""
        return self._db.kept(("for others", name), make)

    def passages_in(self) -> dict[str, int]:
        """Language → number of passages in it."""
        query = "SELECT language, SUM(passages) FROM vectors GROUP BY language"
        return self._db.kept("passages in", lambda: dict(self._db.rows(query)))

    def sample(self, language: str, most: int) -> list[int]:
        """Numbers of at most `most` passages in a language; always the same ones, spread over the documents."""
        query = "SELECT number FROM passages WHERE language = ? ORDER BY id LIMIT ?"
        return self._db.kept(("sample", language, most), lambda: self._db.first(query, language, most))

    def sample_ids(self, language: str, most: int) -> list[str]:
        """The ids of the same passages."""
        numbers = self.sample(language, most)
        return self._db.first(f"SELECT id FROM passages WHERE number IN ({_marks(numbers)}) ORDER BY id", *numbers)

    def sentence_vectors(self, numbers: Sequence[int], dimensions: int) -> FloatArray:
        """The unit vectors of all the sentences of passages, (sentences, dimensions)."""
        query = f"SELECT sentence_vectors FROM passages WHERE number IN ({_marks(numbers)}) ORDER BY id"
        return _unit(self._db.first(query, *numbers), dimensions)

    def passages(self, ids: Sequence[str], dimensions: int) -> list[tuple[Passage, FloatArray]]:
        """Passages in the order asked for, each with its sentences' unit vectors, (sentences, dimensions).

        Ids the catalog does not name are left out.
        """
        kept: dict[str, tuple[Passage, FloatArray]] = self._db.kept("passages", dict)
        found = {id_: kept[id_] for id_ in ids if id_ in kept}
        read = self._read_passages([id_ for id_ in ids if id_ not in found], dimensions)
        if len(read) <= BATCH:  # more are a whole document's, read once
            if len(kept) + len(read) > KEPT_PASSAGES:
                kept.clear()
            kept |= read
        found |= read
        return [found[id_] for id_ in ids if id_ in found]

    def _read_passages(self, ids: Sequence[str], dimensions: int) -> dict[str, tuple[Passage, FloatArray]]:
        found: dict[str, tuple[Passage, FloatArray]] = {}
        numbers = self._numbers()
        for some in _in_batches(ids):
            read = self._db.rows(f"SELECT {rows.PASSAGE} FROM passages p WHERE p.id IN ({_marks(some)})", *some)
            documents = self._read({row[1] for row in read})
            numbers |= {document.id: number for number, document in documents.items()}
            ends = np.cumsum([len(row[-1]) // dimensions for row in read])
            vectors = np.split(_unit([row[-1] for row in read], dimensions), ends[:-1])
            for row, theirs in zip(read, vectors, strict=False):  # none read: one empty array
                if document := documents.get(row[1]):
                    found[row[0]] = rows.to_passage(row, document), theirs
        return found

    # -- searching -------------------------------------------------------------------------------

    def select(self, wanted: Wanted) -> Scope:
        """Where what is wanted lies; where a copy passes, its words are in the document it repeats."""
        kept: dict[Wanted, Scope] = self._db.kept("scopes", dict)
        scope = kept.get(wanted)
        if scope is None:
            found = frozenset(self._db.first(*scoped.selecting(wanted))) if wanted.of_documents else None
            scope = Scope(found, wanted.languages and tuple(filter(self.languages().__contains__, wanted.languages)))
            if len(kept) >= KEPT_SCOPES:
                kept.clear()
            kept[wanted] = scope
        return scope

    def share(self, scope: Scope) -> float:
        """About which share of all passages lies in a scope, 0 to 1."""
        languages, documents = self.passages_in(), self.document_count()
        passages = sum(languages.values())
        share = 1.0 if scope.documents is None else len(scope.documents) / max(1, documents)
        if scope.languages is not None:
            share *= sum(languages.get(language, 0) for language in set(scope.languages)) / max(1, passages)
        return share

    def within(self, found: Sequence[Scored], scope: Scope) -> list[Scored]:
        """Those of the passages found that lie in a scope, in their order."""
        passing: set[str] = set()
        for some in _in_batches([scored.passage_id for scored in found]):
            query = f"SELECT id, document, language FROM passages WHERE id IN ({_marks(some)})"
            passing |= {
                id_ for id_, document, language in self._db.rows(query, *some) if scope.holds(document, language)
            }
        return [scored for scored in found if scored.passage_id in passing]

    def nearest(self, vector: FloatArray, k: int, scope: Scope) -> list[Scored]:
        """The k passages with the highest cosine to a unit vector, of all in a scope: each is compared."""
        with self._db.reading() as db:
            return scoped.nearest(db.execute(*scoped.vectors_in(scope)), vector, k)

    def cosines(self, vector: FloatArray, ids: Sequence[str]) -> dict[str, float]:
        """The cosine of each passage's vector to a unit vector; ids the catalog does not name are left out."""
        found: dict[str, float] = {}
        for some in _in_batches(ids):
            found |= scoped.cosines(self._blocks_of(some), vector, some)
        return found

    def vectors(self, ids: Sequence[str], dimensions: int) -> dict[str, FloatArray]:
        """Each passage's unit vector, (dimensions,); ids the catalog does not name are left out."""
        found: dict[str, FloatArray] = {}
        for some in _in_batches(ids):
            found |= scoped.vectors(self._blocks_of(some), dimensions, some)
        return found

    def _blocks_of(self, ids: Sequence[str]) -> list[Any]:
        """The rows of vectors that these passages' are in."""
        blocks = f"SELECT DISTINCT block FROM passages WHERE id IN ({_marks(ids)})"
        return self._db.rows(f"SELECT keys, scales, vectors FROM vectors WHERE block IN ({blocks})", *ids)

    def best_sentences(self, vector: FloatArray, ids: Sequence[str]) -> dict[str, float]:
        """The highest cosine of a sentence of each passage to a unit vector; ids the catalog does not name are left
        out."""
        found: dict[str, float] = {}
        for some in _in_batches(ids):
            query = (
                f"SELECT id, sentence_vectors FROM passages WHERE id IN ({_marks(some)}) AND sentence_vectors <> x''"
            )
            if read := self._db.rows(query, *some):
                cosines = _unit([row[1] for row in read], len(vector)) @ vector
                starts = np.cumsum([0] + [len(row[1]) // len(vector) for row in read[:-1]])
                best = np.maximum.reduceat(cosines, starts).tolist()
                found |= dict(zip([row[0] for row in read], best, strict=True))
        return found

    def ids_of(self, documents: Iterable[int]) -> list[str]:
        """The ids of the documents with these numbers."""
        return self._db.first(
            "SELECT id FROM documents WHERE number IN (SELECT value FROM json_each(?))", json.dumps(sorted(documents))
        )

    def close(self) -> None:
        self._db.close()


class _Documents:
    """Documents by number, those used last. A number stands for one document for ever, so that none goes stale."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: OrderedDict[int, Document] = OrderedDict()
        self._characters = 0

    def get(self, numbers: Iterable[int]) -> tuple[dict[int, Document], list[int]]:
        """Those that are held, and the numbers of those that are not."""
        found, missing = dict[int, Document](), list[int]()
        with self._lock:
            for number in numbers:
                if number in self._held:
                    self._held.move_to_end(number)
                    found[number] = self._held[number]
                else:
                    missing.append(number)
        return found, missing

    def keep(self, number: int, document: Document) -> None:
        with self._lock:
            if number not in self._held:
                self._held[number] = document
                self._characters += len(document.text)
            while self._characters > KEPT_CHARACTERS and len(self._held) > 1:
                self._characters -= len(self._held.popitem(last=False)[1].text)


# -- inside --------------------------------------------------------------------------------------

_LIES_IN = "SELECT id, path FROM documents WHERE file = ?"


def _insert(db: sqlite3.Connection, entry: Entry) -> None:
    id_, about = entry.document.id, entry.document.description
    number = _inserted(db, rows.INSERT_DOCUMENT, rows.from_entry(entry))
    places = {fold_place(place) for place in about.places}
    db.executemany("INSERT INTO places VALUES (?, ?)", [(key, number) for key in sorted(places)])
    block_of: dict[int, int] = {}
    for which, row in rows.from_vectors(entry, number):
        block_of |= dict.fromkeys(which, _inserted(db, rows.INSERT_VECTORS, row))
    db.executemany(
        rows.INSERT_PASSAGE,
        [
            rows.from_passage(passage, number, block_of[place], sentences)
            for place, (passage, sentences) in enumerate(zip(entry.passages, entry.sentences, strict=True))
        ],
    )
    db.executemany("INSERT INTO likeness VALUES (?, ?)", [(key, id_) for key in entry.keys])
    kept, _ = event_keys(about)
    kept_facts = [(key, fact, id_) for key in kept for fact in sorted(entry.facts)]
    db.executemany("INSERT INTO facts VALUES (?, ?, ?)", kept_facts)
    figures.insert(db, number, entry.figures)
    links = [pair for other in entry.same_event for pair in ((id_, other, other), (other, id_, other))]
    db.executemany(rows.INSERT_EVENT, links)


def _inserted(db: sqlite3.Connection, statement: str, row: Sequence[Any]) -> int:
    """Insert a row; its number."""
    number = db.execute(statement, row).lastrowid
    assert number is not None
    return number


def _forget(db: sqlite3.Connection, ids: Iterable[str]) -> int:
    return sum(db.execute("DELETE FROM documents WHERE id = ?", (id_,)).rowcount for id_ in ids)


def _unseen(held: Iterable[tuple[str, str]], file: Finished) -> list[str]:
    if file.stamp is None:  # what could not be read may still be there
        return []
    return [id_ for id_, path in held if path not in file.seen]


def _unit(vectors: Sequence[bytes], dimensions: int) -> FloatArray:
    return rows.from_int8(np.frombuffer(b"".join(vectors), np.int8).reshape(-1, dimensions))


def _marks(values: Iterable[Any]) -> str:
    return ",".join("?" for _ in values)


def _in_batches(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (values[start : start + BATCH] for start in range(0, len(values), BATCH))
