"""LangChain over Chroma."""

from __future__ import annotations

from pathlib import Path

from langchain_chroma import Chroma
from langchain_core.embeddings import Embeddings

from benchmarks.peers.adapters.engines import Timed
from benchmarks.peers.adapters.speaking import Answered, Hit, batches, passages_of, serve


class Embedding(Embeddings):
    """The engine as LangChain wants it."""

    def __init__(self, engine: Timed) -> None:
        self._engine = engine

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        rows: list[list[float]] = self._engine.embed_passages(texts).tolist()
        return rows

    def embed_query(self, text: str) -> list[float]:
        row: list[float] = self._engine.embed_query(text).tolist()
        return row


class LangChain:
    """The vector store as its guide to Chroma makes it."""

    packages = ("langchain-core", "langchain-chroma", "chromadb", "onnxruntime")

    def open(self, folder: Path, engine: Timed) -> None:
        self._store = Chroma("passages", Embedding(engine), persist_directory=str(folder))

    def ingest(self, folder: Path) -> int:
        count = 0
        for some in batches(passages_of(folder)):
            self._store.add_texts([hit["text"] for hit in some], [{"source": hit["source"]} for hit in some])
            count += len(some)
        return count

    def search(self, question: str, k: int) -> list[Hit]:
        found = self._store.similarity_search(question, k=k)
        return [Hit(source=document.metadata["source"], text=document.page_content) for document in found]

    def answer(self, question: str, model: str | None) -> Answered:
        raise NotImplementedError("has no engine of its own for cited answers")

    def close(self) -> None:
        """Chroma has written what was added."""


if __name__ == "__main__":
    serve(LangChain())
