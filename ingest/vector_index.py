"""The vector index: one vector a passage, in Chroma, by cosine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ingest.documents import Document, FloatArray, Passage, Scored
from ingest.errors import LibraryError

BATCH = 2000  # Chroma refuses more than 5,461 a call


class VectorIndex:
    """A Chroma directory. Written through Chroma's own client: LlamaIndex's wrapper stores each node twice
    over and silently ignores an id it has seen before."""

    def __init__(self, folder: Path) -> None:
        import chromadb
        from chromadb.config import Settings

        try:
            self._client = chromadb.PersistentClient(path=str(folder), settings=Settings(anonymized_telemetry=False))
            self._collection = self._client.get_or_create_collection(
                "passages",
                embedding_function=None,  # vectors are always given: Chroma's default would download a model
                configuration={"hnsw": {"space": "cosine", "ef_search": 200, "ef_construction": 200}},
            )
        except Exception as exc:
            raise LibraryError(f"{folder}: the vector index cannot be opened ({exc})") from exc

    def add(self, document: Document, passages: Sequence[Passage], vectors: FloatArray) -> None:
        """Put the passages in, `vectors` being (passages, dimensions); on disk when this returns."""
        for start in range(0, len(passages), BATCH):
            batch = passages[start : start + BATCH]
            self._collection.upsert(
                ids=[passage.id for passage in batch],
                embeddings=vectors[start : start + BATCH],
                metadatas=[{"document_id": document.id, "language": passage.language} for passage in batch],
            )

    def remove(self, ids: Iterable[str]) -> None:
        ordered = sorted(ids)
        for start in range(0, len(ordered), BATCH):
            self._collection.delete(ids=ordered[start : start + BATCH])

    def ids(self) -> set[str]:
        """Every passage id in the index."""
        return set(self._collection.get(include=[])["ids"])

    def search(self, vector: FloatArray, k: int, documents: Sequence[str] | None) -> list[Scored]:
        """The k passages nearest to a unit vector, by cosine, within the given documents."""
        k = min(k, self._collection.count())
        if k <= 0:
            return []
        where: Any = {"document_id": {"$in": list(documents)}} if documents is not None else None
        found = self._collection.query(
            query_embeddings=[vector.tolist()], n_results=k, where=where, include=["distances"]
        )
        distances = (found["distances"] or [[]])[0]
        return [Scored(id_, 1.0 - float(distance)) for id_, distance in zip(found["ids"][0], distances, strict=True)]

    def cosines(self, vector: FloatArray, ids: Sequence[str]) -> dict[str, float]:
        """The cosine of each passage's vector to a unit vector; ids that are not in the index are left out."""
        if not ids:
            return {}
        found = self._collection.get(ids=list(ids), include=["embeddings"])
        vectors = np.asarray(found["embeddings"], dtype=np.float32)
        return dict(zip(found["ids"], (vectors @ vector).tolist(), strict=True)) if len(found["ids"]) else {}

    def close(self) -> None:
        self._client.close()  # type: ignore[attr-defined]  # Client has it, its declared type does not
