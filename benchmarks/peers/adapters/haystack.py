"""Haystack: an indexing pipeline and a query pipeline over its Chroma store."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from haystack import Document, Pipeline, component
from haystack.components.writers import DocumentWriter
from haystack_integrations.components.retrievers.chroma import ChromaEmbeddingRetriever
from haystack_integrations.document_stores.chroma import ChromaDocumentStore

from benchmarks.peers.adapters.engines import Timed
from benchmarks.peers.adapters.speaking import Answered, Hit, batches, passages_of, serve


@component
class PassageEmbedder:
    """The engine over documents, as a component."""

    def __init__(self, engine: Timed) -> None:
        self._engine = engine

    @component.output_types(documents=list[Document])
    def run(self, documents: list[Document]) -> dict[str, Any]:
        rows = self._engine.embed_passages([document.content or "" for document in documents]).tolist()
        embedded = [
            Document(id=document.id, content=document.content, meta=document.meta, embedding=row)
            for document, row in zip(documents, rows, strict=True)
        ]
        return {"documents": embedded}


@component
class QuestionEmbedder:
    """The engine over a question, as a component."""

    def __init__(self, engine: Timed) -> None:
        self._engine = engine

    @component.output_types(embedding=list[float])
    def run(self, text: str) -> dict[str, Any]:
        return {"embedding": self._engine.embed_query(text).tolist()}


class Haystack:
    """The two pipelines as its guides connect them."""

    packages = ("haystack-ai", "chroma-haystack", "chromadb", "onnxruntime")

    def open(self, folder: Path, engine: Timed) -> None:
        store = ChromaDocumentStore("passages", persist_path=str(folder))
        self._indexing = Pipeline()
        self._indexing.add_component("embedder", PassageEmbedder(engine))
        self._indexing.add_component("writer", DocumentWriter(store))
        self._indexing.connect("embedder", "writer")
        self._querying = Pipeline()
        self._querying.add_component("embedder", QuestionEmbedder(engine))
        self._querying.add_component("retriever", ChromaEmbeddingRetriever(store))
        self._querying.connect("embedder.embedding", "retriever.query_embedding")

    def ingest(self, folder: Path) -> int:
        count = 0
        for some in batches(passages_of(folder)):
            documents = [Document(content=hit["text"], meta={"source": hit["source"]}) for hit in some]
            self._indexing.run({"embedder": {"documents": documents}})
            count += len(some)
        return count

    def search(self, question: str, k: int) -> list[Hit]:
        given = {"embedder": {"text": question}, "retriever": {"top_k": k}}
        found = self._querying.run(given)["retriever"]["documents"]
        return [Hit(source=document.meta["source"], text=document.content) for document in found]

    def answer(self, question: str, model: str | None) -> Answered:
        raise NotImplementedError("has no engine of its own for cited answers")

    def close(self) -> None:
        """Chroma has written what was added."""


if __name__ == "__main__":
    serve(Haystack())
