"""The vector index: one vector a passage, in Chroma, by cosine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ingest.documents import FloatArray, Passage, Scored
from ingest.errors import LibraryError

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

PAGE = 20_000  # more than some 32,000 ids in one call fail

BATCH = 2000  # Chroma refuses more than 5,461 a call
# Measured on 20,000 vectors as near each other as texts of one field: recall@30 .996, against .988 for 200 and 200,
# with a fifth less work to build.
CONFIGURATION: Any = {"hnsw": {"space": "cosine", "ef_search": 300, "ef_construction": 100, "sync_threshold": 5000}}


class VectorIndex:
    """A Chroma directory, or a collection on a Chroma server.

    Written through Chroma's own client: LlamaIndex's wrapper stores each node twice over and silently ignores an
    id it has seen before. No metadata: what a filter asks for the catalog knows, and finds faster.
    """

    def __init__(self, folder: Path, url: str | None = None, collection: str = "passages") -> None:
        """Raises LibraryError where the directory is damaged or the server does not answer; so does every method."""
        self._url = url
        try:
            self._client = _server(url) if url else _embedded(folder)
            self._collection = self._client.get_or_create_collection(
                collection,
                embedding_function=None,  # vectors are always given: Chroma's default would download a model
                configuration=CONFIGURATION,
            )
        except Exception as exc:
            if url:
                raise LibraryError(_silent(url, exc)) from exc
            raise LibraryError(
                f"{folder}: the vector index cannot be opened ({_one_line(exc)}); `danchung ingest --rebuild` makes "
                "it anew from the texts the library holds"
            ) from exc

    def add(self, passages: Sequence[Passage], vectors: FloatArray) -> None:
        """Put the passages in, `vectors` being (passages, dimensions); on disk when this returns."""
        for start in range(0, len(passages), BATCH):
            batch = passages[start : start + BATCH]
            with self._answering():
                self._collection.upsert(
                    ids=[passage.id for passage in batch], embeddings=vectors[start : start + BATCH]
                )

    def remove(self, ids: Iterable[str]) -> None:
        ordered = sorted(ids)
        for start in range(0, len(ordered), BATCH):
            with self._answering():
                self._collection.delete(ids=ordered[start : start + BATCH])

    def ids(self) -> set[str]:
        """Every passage id in the index."""
        found: set[str] = set()
        with self._answering():
            while page := self._collection.get(limit=PAGE, offset=len(found), include=[])["ids"]:
                found.update(page)
        return found

    def count(self) -> int:
        with self._answering():
            return int(self._collection.count())

    def search(self, vector: FloatArray, k: int) -> list[Scored]:
        """The k passages nearest to a unit vector, by cosine; fewer where there are no more. The index is approximate:
        it may miss one, the likelier the more it holds."""
        if k <= 0:
            return []
        with self._answering():
            found = self._collection.query(query_embeddings=[vector.tolist()], n_results=k, include=["distances"])
        distances = (found["distances"] or [[]])[0]
        return [Scored(id_, 1.0 - float(distance)) for id_, distance in zip(found["ids"][0], distances, strict=True)]

    def drop(self) -> None:
        """Delete the whole collection."""
        self._client.delete_collection(self._collection.name)

    def close(self) -> None:
        self._client.close()  # type: ignore[attr-defined]  # Client has it, its declared type does not

    @contextmanager
    def _answering(self) -> Iterator[None]:
        """A server may be stopped at any time, and Chroma's client then raises what its HTTP library does."""
        try:
            yield
        except Exception as exc:
            if self._url is None:
                raise
            raise LibraryError(_silent(self._url, exc)) from exc


def _silent(url: str, error: Exception) -> str:
    return f"the Chroma server at {url} does not answer ({_one_line(error)}); start it: chroma run --path DIR"


def _embedded(folder: Path) -> ClientAPI:
    import chromadb
    from chromadb.config import Settings

    try:
        return chromadb.PersistentClient(path=str(folder), settings=Settings(anonymized_telemetry=False))
    except BaseException:
        # Chroma keeps what it opened under the path, what failed to open too.
        from chromadb.api.shared_system_client import SharedSystemClient

        SharedSystemClient._identifier_to_system.pop(str(folder), None)
        raise


def _server(url: str) -> ClientAPI:
    import chromadb
    from chromadb.config import Settings

    parts = urlsplit(url if "//" in url else f"http://{url}")
    port = parts.port or (443 if parts.scheme == "https" else 8000)
    return chromadb.HttpClient(
        host=parts.hostname or "", port=port, ssl=parts.scheme == "https",
        settings=Settings(anonymized_telemetry=False),
    )  # fmt: skip


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__
