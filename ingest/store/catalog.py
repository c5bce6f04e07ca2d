"""The catalog: documents, passages and their sentence vectors, in SQLite. What it names is in the library."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ingest.documents import Document, Entry, Finished, FloatArray, Passage, Stamp, Summary
from ingest.errors import LibraryError
from ingest.likeness import event_keys
from ingest.store import rows

_TABLES = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS files (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, digest TEXT NOT NULL, recipe TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS documents (
    id TEXT PRIMARY KEY, path TEXT NOT NULL UNIQUE, source TEXT NOT NULL, text BLOB NOT NULL,
    blocks TEXT NOT NULL, pages TEXT NOT NULL, description TEXT NOT NULL, characters INTEGER NOT NULL,
    file TEXT NOT NULL, copy_of TEXT
);
CREATE INDEX IF NOT EXISTS documents_file ON documents(file);
CREATE INDEX IF NOT EXISTS documents_copy_of ON documents(copy_of) WHERE copy_of IS NOT NULL;
CREATE TABLE IF NOT EXISTS passages (
    id TEXT PRIMARY KEY, document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL, heading TEXT NOT NULL,
    language TEXT NOT NULL, periods TEXT NOT NULL, places TEXT NOT NULL, sentences TEXT NOT NULL,
    sentence_vectors BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS passages_document ON passages(document_id, ordinal);
CREATE INDEX IF NOT EXISTS passages_language ON passages(language, document_id);
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

PAGE_BYTES = 16384
"""A passage's row is some 2.5 KB, so that a page of the usual 4 KB would be half empty."""
KEPT_DOCUMENTS = 500
BATCH = 500
_DOCUMENT = "d.id, d.path, d.source, d.text, d.blocks, d.pages, d.description"
_SUMMARY = "id, path, source, description, characters, copy_of"
_PASSAGE = 'id, document_id, ordinal, start, "end", heading, language, periods, places, sentences, sentence_vectors'


class Catalog:
    """One SQLite file; every change is one transaction, every call may come from any thread."""

    def __init__(self, file: Path) -> None:
        self._mutex = threading.RLock()
        self._documents: dict[str, Document] = {}  # read once: every answer looks at some ten of them
        self._summaries: dict[str, Summary] | None = None
        try:
            self._db = sqlite3.connect(file, check_same_thread=False)
            self._db.execute(f"PRAGMA page_size={PAGE_BYTES}")
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA foreign_keys=ON")
            self._db.executescript(_TABLES)
        except sqlite3.Error as exc:
            raise LibraryError(f"{file}: the catalog cannot be opened ({exc})") from exc

    # -- writing ---------------------------------------------------------------------------------

    def settle(self, **facts: str) -> dict[str, str]:
        """What the catalog was made with; the given facts where it is new."""
        with self._mutex, self._db:
            meta = dict(self._rows("SELECT key, value FROM meta"))
            if not meta:
                self._db.executemany("INSERT INTO meta VALUES (?, ?)", facts.items())
            return meta or facts

    def put(self, entries: Sequence[Entry], finished: Sequence[Finished] = ()) -> None:
        """Put documents in the place of what was there under their paths; of files read to their end, drop what
        was not seen in them again."""
        with self._mutex, self._db:
            for entry in entries:
                self._forget(self._ids("SELECT id FROM documents WHERE path = ?", entry.document.path))
                self._db.execute(rows.INSERT_DOCUMENT, rows.from_entry(entry))
                self._db.executemany(
                    rows.INSERT_PASSAGE,
                    [rows.from_passage(p, s) for p, s in zip(entry.passages, entry.sentences, strict=True)],
                )
                id_ = entry.document.id
                self._db.executemany("INSERT INTO likeness VALUES (?, ?)", [(key, id_) for key in entry.keys])
                kept, _ = event_keys(entry.document.description)
                kept_facts = [(key, fact, id_) for key in kept for fact in sorted(entry.facts)]
                self._db.executemany("INSERT INTO facts VALUES (?, ?, ?)", kept_facts)
                links = [pair for other in entry.same_event for pair in ((id_, other, other), (other, id_, other))]
                self._db.executemany(rows.INSERT_EVENT, links)
                if self._summaries is not None:
                    self._summaries[id_] = rows.summary(entry)
            for file in finished:
                self._forget(self._unseen(file))
                self._db.execute("DELETE FROM files WHERE path = ?", (file.file,))
                if file.stamp:
                    self._db.execute("INSERT INTO files VALUES (?, ?, ?, ?, ?)", rows.from_stamp(file.stamp))

    def remove(self, document_ids: Iterable[str]) -> int:
        """Take documents and their passages out; how many were there. Their files will be read again."""
        with self._mutex, self._db:
            removed = 0
            for id_ in document_ids:
                self._db.execute("DELETE FROM files WHERE path = (SELECT file FROM documents WHERE id = ?)", (id_,))
                removed += self._forget([id_])
            return removed

    def forget_file(self, path: str) -> None:
        """Drop what is known of a file that holds no document."""
        with self._mutex, self._db:
            self._db.execute("DELETE FROM files WHERE path = ?", (path,))

    def _forget(self, ids: Iterable[str]) -> int:
        count = 0
        for id_ in ids:
            self._documents.pop(id_, None)
            if self._summaries is not None:
                self._summaries.pop(id_, None)
            count += self._db.execute("DELETE FROM documents WHERE id = ?", (id_,)).rowcount
        return count

    def _unseen(self, file: Finished) -> list[str]:
        if file.stamp is None:  # what could not be read may still be there
            return []
        return [id_ for id_, path in self._rows("SELECT id, path FROM documents WHERE file = ?", file.file)
                if path not in file.seen]  # fmt: skip

    # -- documents -------------------------------------------------------------------------------

    def document(self, document_id: str) -> Document | None:
        with self._mutex:
            if document_id not in self._documents:
                found = self._rows(f"SELECT {_DOCUMENT} FROM documents d WHERE id = ?", document_id)
                if not found:
                    return None
                if len(self._documents) >= KEPT_DOCUMENTS:
                    self._documents.clear()
                self._documents[document_id] = rows.to_document(found[0])
            return self._documents[document_id]

    def summaries(self) -> list[Summary]:
        """Every document without its text, by source."""
        with self._mutex:
            if self._summaries is None:
                found = self._rows(f"SELECT {_SUMMARY} FROM documents")
                self._summaries = {row[0]: rows.to_summary(row) for row in found}
            return sorted(self._summaries.values(), key=lambda document: (document.source, document.id))

    def summary(self, document_id: str) -> Summary | None:
        """One document without its text."""
        found = self._rows(f"SELECT {_SUMMARY} FROM documents WHERE id = ?", document_id)
        return rows.to_summary(found[0]) if found else None

    def document_ids(self) -> list[str]:
        """Every document, in the order they were put in."""
        return self._ids("SELECT id FROM documents ORDER BY rowid")

    def id_at(self, path: str) -> str | None:
        """The id of the document read from a path."""
        return next(iter(self._ids("SELECT id FROM documents WHERE path = ?", path)), None)

    def ids_in(self, file: str) -> list[str]:
        """The documents that lie in a file."""
        return self._ids("SELECT id FROM documents WHERE file = ? ORDER BY rowid", file)

    def file_of(self, document_id: str) -> str | None:
        return next(iter(self._ids("SELECT file FROM documents WHERE id = ?", document_id)), None)

    def stamps(self) -> dict[str, Stamp]:
        """Path → what the file was like when it was read whole."""
        return {row[0]: Stamp(*row) for row in self._rows("SELECT * FROM files")}

    def files(self) -> list[str]:
        """Every file the library has something from."""
        return self._ids("SELECT path FROM files UNION SELECT file FROM documents")

    # -- likeness --------------------------------------------------------------------------------

    def alike(self, keys: Sequence[int]) -> list[str]:
        """Documents that share a likeness key and are no copies themselves, those that share most first."""
        marks = ",".join("?" * len(keys))
        return self._ids(
            f"SELECT l.document_id FROM likeness l JOIN documents d ON d.id = l.document_id WHERE key IN ({marks}) "
            "AND d.copy_of IS NULL GROUP BY l.document_id ORDER BY COUNT(*) DESC, MIN(d.rowid) LIMIT 20",
            *keys,
        )

    def copies_of(self, document_id: str) -> list[str]:
        return self._ids("SELECT id FROM documents WHERE copy_of = ? ORDER BY rowid", document_id)

    def orphans(self) -> list[str]:
        """Copies of a document that is no longer there."""
        return self._ids(
            "SELECT id FROM documents c WHERE copy_of IS NOT NULL "
            "AND NOT EXISTS (SELECT 1 FROM documents d WHERE d.id = c.copy_of) ORDER BY rowid"
        )

    def shared_facts(self, keys: Sequence[str], facts: Sequence[str]) -> dict[str, frozenset[str]]:
        """Documents with some of the facts kept under the keys (`likeness.event_keys`), and all their facts."""
        marks, fact_marks = ",".join("?" * len(keys)), ",".join("?" * len(facts))
        ids = self._ids(
            f"SELECT document_id FROM facts WHERE key IN ({marks}) AND fact IN ({fact_marks}) "
            "GROUP BY document_id HAVING COUNT(*) > 1 ORDER BY COUNT(*) DESC LIMIT 20",
            *keys, *facts,
        )  # fmt: skip
        marks = ",".join("?" * len(ids))
        found: dict[str, set[str]] = {id_: set() for id_ in ids}
        for id_, fact in self._rows(f"SELECT document_id, fact FROM facts WHERE document_id IN ({marks})", *ids):
            found[id_].add(fact)
        return {id_: frozenset(theirs) for id_, theirs in found.items()}

    def same_event(self, document_id: str) -> list[str]:
        """Other documents that report the same event."""
        return self._ids("SELECT other FROM events WHERE one = ? ORDER BY other", document_id)

    # -- passages --------------------------------------------------------------------------------

    def passage_ids(self, document_id: str | None = None) -> list[str]:
        """Ids of a document's passages, in order; of all passages where no document is named."""
        if document_id is None:
            return self._ids("SELECT id FROM passages")
        return self._ids("SELECT id FROM passages WHERE document_id = ? ORDER BY ordinal", document_id)

    def passage_count(self) -> int:
        return int(self._rows("SELECT COUNT(*) FROM passages")[0][0])

    def replaced_by(self, entries: Sequence[Entry], finished: Sequence[Finished]) -> list[str]:
        """The documents that `put` would take out."""
        paths = [(entry.document.path, entry.document.id) for entry in entries]
        old = [id_ for path, new in paths for id_ in [self.id_at(path)] if id_ and id_ != new]
        return old + [id_ for file in finished for id_ in self._unseen(file)]

    def passage_counts(self) -> dict[str, int]:
        """Document id → number of passages."""
        return dict(self._rows("SELECT document_id, COUNT(*) FROM passages GROUP BY document_id"))

    def languages(self) -> dict[str, int]:
        """Language → number of documents with a passage in it."""
        return dict(self._rows("SELECT language, COUNT(DISTINCT document_id) FROM passages GROUP BY language"))

    def documents_in(self, languages: Sequence[str]) -> set[str]:
        """Documents with a passage in one of the languages."""
        marks = ",".join("?" * len(languages))
        return set(self._ids(f"SELECT DISTINCT document_id FROM passages WHERE language IN ({marks})", *languages))

    def sample(self, language: str, most: int) -> list[str]:
        """Ids of at most `most` passages in a language; always the same ones, spread over the documents."""
        return self._ids("SELECT id FROM passages WHERE language = ? ORDER BY id LIMIT ?", language, most)

    def passages(self, ids: Sequence[str], dimensions: int) -> list[tuple[Passage, FloatArray]]:
        """Passages in the order asked for, each with its sentences' unit vectors, (sentences, dimensions).

        Ids the catalog does not name are left out.
        """
        found: dict[str, tuple[Passage, FloatArray]] = {}
        for start in range(0, len(ids), BATCH):
            batch = ids[start : start + BATCH]
            marks = ",".join("?" * len(batch))
            for row in self._rows(f"SELECT {_PASSAGE} FROM passages WHERE id IN ({marks})", *batch):
                if document := self.document(row[1]):
                    found[row[0]] = rows.to_passage(row, document), rows.from_int8(rows.vectors_of(row, dimensions))
        return [found[id_] for id_ in ids if id_ in found]

    def close(self) -> None:
        with self._mutex:
            self._db.close()

    # -- inside ----------------------------------------------------------------------------------

    def _ids(self, query: str, *values: Any) -> list[str]:
        return [row[0] for row in self._rows(query, *values)]

    def _rows(self, query: str, *values: Any) -> list[Any]:
        with self._mutex:
            try:
                return self._db.execute(query, values).fetchall()
            except sqlite3.Error as exc:
                raise LibraryError(f"the catalog cannot be read ({exc}); ingest into a new data directory") from exc
