"""The catalog: documents, passages and their sentence vectors, in SQLite. What it names is in the library."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ingest.documents import Block, Description, Document, FloatArray, Passage, Span
from ingest.errors import LibraryError
from ingest.periods import Period

_TABLES = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS documents (
    id TEXT PRIMARY KEY, path TEXT NOT NULL UNIQUE, source TEXT NOT NULL, text TEXT NOT NULL,
    blocks TEXT NOT NULL, description TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS passages (
    id TEXT PRIMARY KEY, document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL, heading TEXT NOT NULL,
    language TEXT NOT NULL, periods TEXT NOT NULL, sentences TEXT NOT NULL, sentence_vectors BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS passages_document ON passages(document_id, ordinal);
"""


KEPT_DOCUMENTS = 500


class Catalog:
    """One SQLite file; every change is one transaction, every call may come from any thread."""

    def __init__(self, file: Path) -> None:
        self._mutex = threading.RLock()
        self._documents: dict[str, Document] = {}  # read once: every answer looks at some ten of them
        try:
            self._db = sqlite3.connect(file, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA foreign_keys=ON")
            self._db.executescript(_TABLES)
        except sqlite3.Error as exc:
            raise LibraryError(f"{file}: the catalog cannot be opened ({exc})") from exc

    def settle(self, **facts: str) -> dict[str, str]:
        """What the catalog was made with; the given facts where it is new."""
        with self._mutex, self._db:
            meta = dict(self._rows("SELECT key, value FROM meta"))
            if not meta:
                self._db.executemany("INSERT INTO meta VALUES (?, ?)", facts.items())
            return meta or facts

    def put(self, document: Document, passages: Sequence[Passage], sentences: Sequence[FloatArray]) -> None:
        """Put a document in the place of what was there under its path."""
        with self._mutex, self._db:
            self._documents.clear()
            self._db.execute("DELETE FROM documents WHERE path = ?", (document.path,))
            self._db.execute("INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?)", _document_row(document))
            self._db.executemany(
                "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [_passage_row(passage, vectors) for passage, vectors in zip(passages, sentences, strict=True)],
            )

    def remove(self, document_id: str) -> bool:
        """Take a document and its passages out; whether it was there."""
        with self._mutex, self._db:
            self._documents.pop(document_id, None)
            return self._db.execute("DELETE FROM documents WHERE id = ?", (document_id,)).rowcount > 0

    def document(self, document_id: str) -> Document | None:
        with self._mutex:
            if document_id not in self._documents:
                rows = self._rows(f"SELECT {_DOCUMENT} FROM documents d WHERE id = ?", document_id)
                if not rows:
                    return None
                if len(self._documents) >= KEPT_DOCUMENTS:
                    self._documents.clear()
                self._documents[document_id] = _document(rows[0])
            return self._documents[document_id]

    def documents(self) -> list[Document]:
        return [_document(row) for row in self._rows(f"SELECT {_DOCUMENT} FROM documents d ORDER BY source, id")]

    def id_at(self, path: str) -> str | None:
        """The id of the document read from a path."""
        rows = self._rows("SELECT id FROM documents WHERE path = ?", path)
        return str(rows[0][0]) if rows else None

    def passage_ids(self, document_id: str | None = None) -> list[str]:
        """Ids of a document's passages, in order; of all passages where no document is named."""
        if document_id is None:
            return [row[0] for row in self._rows("SELECT id FROM passages")]
        return [
            row[0] for row in self._rows("SELECT id FROM passages WHERE document_id = ? ORDER BY ordinal", document_id)
        ]

    def passage_documents(self) -> dict[str, str]:
        """Passage id → document id, of all passages."""
        return dict(self._rows("SELECT id, document_id FROM passages"))

    def passage_counts(self) -> dict[str, int]:
        """Document id → number of passages."""
        return dict(self._rows("SELECT document_id, COUNT(*) FROM passages GROUP BY document_id"))

    def languages(self) -> dict[str, int]:
        """Language → number of documents."""
        return dict(self._rows("SELECT language, COUNT(DISTINCT document_id) FROM passages GROUP BY language"))

    def sample(self, language: str, most: int) -> list[str]:
        """Ids of at most `most` passages in a language; always the same ones, spread over the documents."""
        rows = self._rows("SELECT id FROM passages WHERE language = ? ORDER BY id LIMIT ?", language, most)
        return [row[0] for row in rows]

    def passages(self, ids: Sequence[str], dimensions: int) -> list[tuple[Passage, FloatArray]]:
        """Passages in the order asked for, each with its sentences' unit vectors, (sentences, dimensions).

        Ids the catalog does not name are left out.
        """
        found: dict[str, tuple[Passage, FloatArray]] = {}
        for start in range(0, len(ids), 500):
            batch = ids[start : start + 500]
            marks = ",".join("?" * len(batch))
            query = (
                f"SELECT {_PASSAGE} FROM passages p JOIN documents d ON d.id = p.document_id WHERE p.id IN ({marks})"
            )
            for row in self._rows(query, *batch):
                found[row[0]] = _passage(row, dimensions)
        return [found[id_] for id_ in ids if id_ in found]

    def close(self) -> None:
        with self._mutex:
            self._db.close()

    def _rows(self, query: str, *values: Any) -> list[Any]:
        with self._mutex:
            try:
                return self._db.execute(query, values).fetchall()
            except sqlite3.Error as exc:
                raise LibraryError(f"the catalog cannot be read ({exc}); ingest into a new data directory") from exc


_DOCUMENT = "d.id, d.path, d.source, d.text, d.blocks, d.description"
_PASSAGE = (
    'p.id, p.document_id, p.ordinal, p.start, p."end", p.heading, p.language, p.periods, p.sentences, '
    'p.sentence_vectors, substr(d.text, p.start + 1, p."end" - p.start)'
)


def _document_row(document: Document) -> tuple[str, ...]:
    about = document.description
    description = asdict(about) | {
        "published": about.published and about.published.isoformat(),
        "event_date": about.event_date and about.event_date.isoformat(),
        "period": about.period and about.period.label,
        "known": dict(about.known),
    }
    blocks = [[block.start, block.end, block.kind] for block in document.blocks]
    return (
        document.id, document.path, document.source, document.text,
        json.dumps(blocks), json.dumps(description, ensure_ascii=False),
    )  # fmt: skip


def _document(row: Sequence[str]) -> Document:
    id_, path, source, text, blocks, description = row
    about = json.loads(description)
    about["published"] = about["published"] and date.fromisoformat(about["published"])
    about["event_date"] = about["event_date"] and date.fromisoformat(about["event_date"])
    about["period"] = about["period"] and Period.parse(about["period"])
    about["places"] = tuple(about["places"])
    return Document(id_, path, source, text, tuple(Block(*b) for b in json.loads(blocks)), Description(**about))


def _passage_row(passage: Passage, sentences: FloatArray) -> tuple[Any, ...]:
    return (
        passage.id, passage.document_id, passage.ordinal, passage.start, passage.end, passage.heading,
        passage.language, json.dumps([period.label for period in passage.periods]),
        json.dumps([[span.start, span.end] for span in passage.sentences]), to_int8(sentences).tobytes(),
    )  # fmt: skip


def _passage(row: Sequence[Any], dimensions: int) -> tuple[Passage, FloatArray]:
    id_, document_id, ordinal, start, end, heading, language, periods, sentences, vectors, text = row
    passage = Passage(
        id=id_, document_id=document_id, ordinal=ordinal, start=start, end=end, text=text,
        sentences=tuple(Span(*span) for span in json.loads(sentences)), heading=heading, language=language,
        periods=tuple(Period.parse(label) for label in json.loads(periods)),
    )  # fmt: skip
    return passage, from_int8(np.frombuffer(vectors, dtype=np.int8).reshape(-1, dimensions))


def to_int8(vectors: FloatArray) -> npt.NDArray[np.int8]:
    """Unit vectors as int8, each scaled to use the whole range; 1/4 of the space, cosine off by < 0.001."""
    largest = np.abs(vectors).max(axis=1, keepdims=True)
    scaled: npt.NDArray[np.int8] = np.rint(vectors / np.maximum(largest, 1e-12) * 127).astype(np.int8)
    return scaled


def from_int8(stored: npt.NDArray[np.int8]) -> FloatArray:
    """The unit vectors `to_int8` was given; the scale is lost and not needed."""
    vectors = stored.astype(np.float32)
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, 1e-12), dtype=np.float32)
