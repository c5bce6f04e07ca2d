"""Searching where filters leave: which documents pass, by the catalog's indexes, and the vectors of just those.

Chroma's own filter on metadata looks at every passage: 100 ms at 100,000.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import numpy as np

from ingest.documents import FloatArray, Scope, Scored, Wanted
from ingest.store.rows import KEY, SCALE, key_of, passage_id
from ingest.text.periods import Period

ROWS_TOGETHER = 32
"""Rows of vectors compared in one go, some 450 passages: as floats they stay in a core's cache, and numpy starts no
threads for them. 10,000 passages took .9 ms so, 1.7 to 24 ms as 512 rows, by what else the machine did."""


def selecting(wanted: Wanted) -> tuple[str, str]:
    """The query, and its one value, for the numbers of the documents that pass and of those they are copies of."""
    values: dict[str, Any] = {}
    queries = []
    # A list goes in as JSON: there is no bound to its length, as there is to a query's variables.
    for name, query in _QUERIES.items():
        value = getattr(wanted, name)
        if value is not None:
            values[name] = [_plain(item) for item in value if _may_be_kept(item)]
            queries.append(query.format(value=f"json_extract(?1, '$.{name}')"))
    return (
        f"WITH passed AS MATERIALIZED ({' INTERSECT '.join(queries)}) SELECT number FROM passed UNION ALL "
        "SELECT o.number FROM documents c INDEXED BY documents_copy_of CROSS JOIN documents o ON o.id = c.copy_of "
        "WHERE c.copy_of IS NOT NULL AND c.number IN (SELECT number FROM passed)",
        json.dumps(values),
    )


# Each is answered by an index alone: a document's own row lies beside its text.
_QUERIES = {
    "documents": "SELECT number FROM documents WHERE id IN (SELECT value FROM json_each({value}))",
    "sources": "SELECT d.number FROM json_each({value}) s CROSS JOIN documents d WHERE instr(d.folded_source, s.value)",
    "places": "SELECT document AS number FROM places WHERE key IN (SELECT value FROM json_each({value}))",
    "periods": "SELECT d.number FROM json_each({value}) p CROSS JOIN documents d "
    "ON d.period_start BETWEEN json_extract(p.value, '$[0]') AND json_extract(p.value, '$[1]') "
    "AND d.period_end <= json_extract(p.value, '$[1]')",
    "days": "SELECT number FROM documents "
    "WHERE day BETWEEN json_extract({value}, '$[0]') AND json_extract({value}, '$[1]')",
}


def _plain(item: str | date | Period) -> Any:
    if isinstance(item, Period):
        return [item.start.toordinal(), item.end.toordinal()]
    return item.toordinal() if isinstance(item, date) else item


def _may_be_kept(item: str | date | Period) -> bool:
    """Whether a name can be in the catalog: none holds these, and SQLite reads JSON no further than to a NUL."""
    return not isinstance(item, str) or not any(char == "\0" or "\ud800" <= char <= "\udfff" for char in item)


def vectors_in(scope: Scope) -> tuple[str, tuple[str, ...]]:
    """The query, and its values, for the rows of vectors in a scope that is not everywhere."""
    conditions, values = [], []
    if scope.documents is not None:
        conditions.append("document IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(sorted(scope.documents)))
    if scope.languages is not None:
        conditions.append("language IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(scope.languages))
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"SELECT keys, scales, vectors FROM vectors {where}", tuple(values)


def nearest(found: sqlite3.Cursor, vector: FloatArray, k: int) -> list[Scored]:
    """The k passages of the rows with the highest cosine to a unit vector, highest first."""
    parts = [_cosines(some, vector) for some in iter(lambda: found.fetchmany(ROWS_TOGETHER), [])]
    keys = np.concatenate([keys for keys, _ in parts] or [np.empty(0, KEY)])
    scores = np.concatenate([scores for _, scores in parts] or [np.empty(0, np.float32)])
    if len(scores) > k:
        best = np.argpartition(-scores, k - 1)[:k]
        keys, scores = keys[best], scores[best]
    order = np.lexsort((keys, -scores))  # of equal ones always the same first
    pairs = zip(keys[order].tolist(), scores[order].tolist(), strict=True)
    return [Scored(passage_id(key), score) for key, score in pairs]


def cosines(found: Iterable[Sequence[bytes]], vector: FloatArray, ids: Sequence[str]) -> dict[str, float]:
    """The cosine of each passage's vector to a unit vector, of those that are in the rows."""
    keys, scores = _cosines(list(found), vector)
    wanted = _are(keys, ids)
    return dict(zip(map(passage_id, keys[wanted].tolist()), scores[wanted].tolist(), strict=True))


def vectors(found: Iterable[Sequence[bytes]], dimensions: int, ids: Sequence[str]) -> dict[str, FloatArray]:
    """The unit vector of each passage, (dimensions,), of those that are in the rows."""
    keys, scales, rows = _joined(list(found), dimensions)
    wanted = _are(keys, ids)
    unit = rows[wanted].astype(np.float32) * scales[wanted, None]
    return dict(zip(map(passage_id, keys[wanted].tolist()), unit, strict=True))


def _are(keys: Any, ids: Sequence[str]) -> Any:
    """Which of the keys are those of passages with one of the ids."""
    return np.isin(keys, np.array([key_of(id_) for id_ in ids], KEY))


def _cosines(some: Sequence[Sequence[bytes]], vector: FloatArray) -> tuple[Any, FloatArray]:
    """The keys of the passages in rows of vectors, and their cosines to a unit vector."""
    keys, scales, rows = _joined(some, len(vector))
    scores: FloatArray = (rows.astype(np.float32) @ vector) * scales
    return keys, scores


def _joined(some: Sequence[Sequence[bytes]], dimensions: int) -> tuple[Any, Any, Any]:
    """The keys of the passages in rows of vectors, their scales and their vectors of bytes, (passages, dimensions)."""
    keys, scales, vectors = (b"".join(column) for column in zip(*some, strict=True)) if some else (b"", b"", b"")
    rows = np.frombuffer(vectors, np.int8).reshape(-1, dimensions)
    return np.frombuffer(keys, KEY), np.frombuffer(scales, SCALE), rows
