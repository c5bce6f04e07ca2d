"""The catalog's rows: how a document, a passage and their vectors are written, and read again."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np

from ingest.documents import (
    Block,
    Description,
    Document,
    Entry,
    FloatArray,
    Int8Array,
    Organisation,
    Passage,
    Person,
    Span,
    Stamp,
    Summary,
)
from ingest.text.periods import Period
from ingest.text.words import fold

KEY, SCALE = np.dtype("<u8"), np.dtype("<f4")
_PACKED = b"x\x9c"
"""How texts of format 2 begin, and no UTF-8 does."""
TOGETHER = 64
"""Passages whose vectors share a row: most documents have fewer, and of a book's one is read with 63 more."""

DOCUMENT = "rowid, id, path, source, description, pages, blocks, text"
SUMMARY = "id, path, source, description, characters, copy_of"
PASSAGE = (
    'p.id, p.document, p.ordinal, p.start, p."end", p.heading, p.language, p.periods, p.places, p.sentences, '
    "p.sentence_vectors"
)
INSERT_DOCUMENT = (
    "INSERT INTO documents (id, path, source, folded_source, file, copy_of, day, period_start, period_end, "
    "characters, description, pages, blocks, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
INSERT_PASSAGE = "INSERT INTO passages VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
INSERT_VECTORS = "INSERT INTO vectors VALUES (NULL, ?, ?, ?, ?, ?, ?)"
INSERT_EVENT = "INSERT OR IGNORE INTO events SELECT ?, ? WHERE EXISTS (SELECT 1 FROM documents WHERE id = ?)"


def from_entry(entry: Entry) -> tuple[Any, ...]:
    document, about = entry.document, entry.document.description
    blocks = [[block.start, block.end, block.kind] for block in document.blocks]
    # Days are numbers, by which SQLite finds a range in an index.
    days = (about.day, about.period and about.period.start, about.period and about.period.end)
    return (
        document.id, document.path, document.source, fold(document.source), entry.file, entry.copy_of,
        *(day and day.toordinal() for day in days), len(document.text), _written(about), json.dumps(document.pages),
        json.dumps(blocks), document.text.encode("utf-8", "surrogatepass"),
    )  # fmt: skip


def to_document(row: Sequence[Any]) -> Document:
    _, id_, path, source, description, pages, blocks, text = row
    # As it is: forty documents of 10 KB took 4 ms to unpack, at each question, for a tenth less of disk.
    written = zlib.decompress(text) if text[:2] == _PACKED else text
    return Document(
        id_, path, source, written.decode("utf-8", "surrogatepass"),
        tuple(Block(*b) for b in json.loads(blocks)), _read(description), tuple(json.loads(pages)),
    )  # fmt: skip


def to_summary(row: Sequence[Any]) -> Summary:
    id_, path, source, description, characters, copy_of = row
    return Summary(id_, path, source, _read(description), characters, copy_of)


def from_stamp(stamp: Stamp) -> tuple[Any, ...]:
    return stamp.path, stamp.size, stamp.mtime_ns, stamp.digest, stamp.recipe


def from_passage(passage: Passage, number: int, block: int, sentences: Int8Array) -> tuple[Any, ...]:
    """The row of a passage of the document with a number, its vector in the row of vectors with another."""
    return (
        passage.id, number, block, passage.ordinal, passage.start, passage.end, passage.heading,
        passage.language, json.dumps([period.label for period in passage.periods]),
        json.dumps(passage.places, ensure_ascii=False),
        json.dumps([[span.start, span.end] for span in passage.sentences]), sentences.tobytes(),
    )  # fmt: skip


def to_passage(row: Sequence[Any], document: Document) -> Passage:
    id_, _, ordinal, start, end, heading, language, periods, places, sentences, _ = row
    return Passage(
        id=id_, document_id=document.id, ordinal=ordinal, start=start, end=end, text=document.text[start:end],
        sentences=tuple(Span(*span) for span in json.loads(sentences)), heading=heading, language=language,
        periods=tuple(map(_period, json.loads(periods))), places=tuple(json.loads(places)),
    )  # fmt: skip


def from_vectors(entry: Entry, number: int) -> Iterator[tuple[list[int], tuple[Any, ...]]]:
    """The rows of a document's passage vectors, each of at most TOGETHER passages in one language, and which passages
    of the entry's those are."""
    languages = np.array([passage.language for passage in entry.passages])
    for language in dict.fromkeys(languages.tolist()):
        of_it = np.flatnonzero(languages == language)
        for start in range(0, len(of_it), TOGETHER):
            some = of_it[start : start + TOGETHER].tolist()
            vectors = to_int8(entry.vectors[some])
            keys = np.array([key_of(entry.passages[i].id) for i in some], KEY)
            lengths = np.linalg.norm(vectors.astype(np.float32), axis=1)
            scales = (1 / np.maximum(lengths, 1e-12)).astype(SCALE)
            yield some, (number, language, len(some), keys.tobytes(), scales.tobytes(), vectors.tobytes())


def key_of(id_: str) -> int:
    """The number in the id of a document or a passage: 64 bits, that take half the room; see `content_id`."""
    return int(id_[1:], 16)


def passage_id(key: int) -> str:
    """The id of the passage with a key."""
    return f"p{key:016x}"


def _written(about: Description) -> str:
    plain = asdict(about) | {
        "published": about.published and about.published.isoformat(),
        "event_date": about.event_date and about.event_date.isoformat(),
        "period": about.period and about.period.label,
        "known": dict(about.known),
    }
    return json.dumps(plain, ensure_ascii=False)


def _read(written: str) -> Description:
    about = json.loads(written)
    about["published"] = about["published"] and date.fromisoformat(about["published"])
    about["event_date"] = about["event_date"] and date.fromisoformat(about["event_date"])
    about["period"] = about["period"] and _period(about["period"])
    about["places"] = tuple(about["places"])
    about["people"] = tuple(Person(**{**p, "roles": tuple(p["roles"])}) for p in about["people"])
    about["organisations"] = tuple(
        Organisation(**{**o, "aliases": tuple(o["aliases"])}) for o in about["organisations"]
    )
    return Description(**about)


def to_period(start: int, end: int) -> Period:
    """From the numbers of its first and last day."""
    return Period(date.fromordinal(start), date.fromordinal(end))


@lru_cache(maxsize=10_000)
def _period(label: str) -> Period:
    """Read once: of the passages that a question looks at most name the same few years."""
    return Period.parse(label)


def to_int8(vectors: FloatArray) -> Int8Array:
    """Unit vectors as int8, each scaled to use the whole range; 1/4 of the space, cosine off by < 0.001."""
    largest = np.abs(vectors).max(axis=1, keepdims=True)
    scaled: Int8Array = np.rint(vectors / np.maximum(largest, 1e-12) * 127).astype(np.int8)
    return scaled


def from_int8(stored: Int8Array) -> FloatArray:
    """The unit vectors `to_int8` was given; the scale is lost and not needed."""
    vectors = stored.astype(np.float32)
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, 1e-12), dtype=np.float32)
