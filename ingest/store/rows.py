"""The catalog's rows: how a document, a passage and their vectors are written, and read again."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
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

INSERT_DOCUMENT = "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
INSERT_PASSAGE = "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"

INSERT_EVENT = "INSERT OR IGNORE INTO events SELECT ?, ? WHERE EXISTS (SELECT 1 FROM documents WHERE id = ?)"


def from_entry(entry: Entry) -> tuple[Any, ...]:
    document = entry.document
    blocks = [[block.start, block.end, block.kind] for block in document.blocks]
    return (
        document.id, document.path, document.source, zlib.compress(document.text.encode("utf-8", "surrogatepass")),
        json.dumps(blocks), json.dumps(document.pages),
        _written(document.description), len(document.text), entry.file, entry.copy_of,
    )  # fmt: skip


def to_document(row: Sequence[Any]) -> Document:
    id_, path, source, text, blocks, pages, description = row
    return Document(
        id_, path, source, zlib.decompress(text).decode("utf-8", "surrogatepass"),
        tuple(Block(*b) for b in json.loads(blocks)), _read(description), tuple(json.loads(pages)),
    )  # fmt: skip


def summary(entry: Entry) -> Summary:
    document = entry.document
    return Summary(document.id, document.path, document.source, document.description, len(document.text), entry.copy_of)


def to_summary(row: Sequence[Any]) -> Summary:
    id_, path, source, description, characters, copy_of = row
    return Summary(id_, path, source, _read(description), characters, copy_of)


def from_stamp(stamp: Stamp) -> tuple[Any, ...]:
    return stamp.path, stamp.size, stamp.mtime_ns, stamp.digest, stamp.recipe


def from_passage(passage: Passage, sentences: Int8Array) -> tuple[Any, ...]:
    return (
        passage.id, passage.document_id, passage.ordinal, passage.start, passage.end, passage.heading,
        passage.language, json.dumps([period.label for period in passage.periods]),
        json.dumps(passage.places, ensure_ascii=False),
        json.dumps([[span.start, span.end] for span in passage.sentences]), sentences.tobytes(),
    )  # fmt: skip


def to_passage(row: Sequence[Any], document: Document) -> Passage:
    id_, _, ordinal, start, end, heading, language, periods, places, sentences, _ = row
    return Passage(
        id=id_, document_id=document.id, ordinal=ordinal, start=start, end=end, text=document.text[start:end],
        sentences=tuple(Span(*span) for span in json.loads(sentences)), heading=heading, language=language,
        periods=tuple(Period.parse(label) for label in json.loads(periods)), places=tuple(json.loads(places)),
    )  # fmt: skip


def vectors_of(row: Sequence[Any], dimensions: int) -> Int8Array:
    """The sentence vectors of a passage's row, (sentences, dimensions)."""
    return np.frombuffer(row[-1], dtype=np.int8).reshape(-1, dimensions)


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
    about["period"] = about["period"] and Period.parse(about["period"])
    about["places"] = tuple(about["places"])
    about["people"] = tuple(Person(**{**p, "roles": tuple(p["roles"])}) for p in about["people"])
    about["organisations"] = tuple(
        Organisation(**{**o, "aliases": tuple(o["aliases"])}) for o in about["organisations"]
    )
    return Description(**about)


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
