"""Plain LlamaIndex: `VectorStoreIndex` over Chroma, and its `CitationQueryEngine`."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.peers.adapters.engines import Timed
from benchmarks.peers.adapters.speaking import Answered, Hit, batches, passages_of, serve

if core := find_spec("llama_index.core"):  # its tokenizer's table ships with it and would be looked for on the network
    os.environ.setdefault("TIKTOKEN_CACHE_DIR", f"{Path(str(core.origin)).parent}/_static/tiktoken_cache")

import chromadb
from chromadb.config import Settings
from llama_index.core import Document, StorageContext, VectorStoreIndex
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.query_engine import CitationQueryEngine
from llama_index.core.schema import TextNode
from llama_index.vector_stores.chroma import ChromaVectorStore
from pydantic import PrivateAttr

CONTEXT, OUTPUT, SOURCES = 4096, 200, 3
UNREAD = ["source"]
"""Of a passage's metadata, what is not embedded: the name of a file says nothing of what is asked."""


class Embedding(BaseEmbedding):
    """The engine as LlamaIndex wants it."""

    _engine: Timed = PrivateAttr()

    def __init__(self, engine: Timed) -> None:
        super().__init__(embed_batch_size=32)
        self._engine = engine

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        rows: list[list[float]] = self._engine.embed_passages(texts).tolist()
        return rows

    def _get_query_embedding(self, query: str) -> list[float]:
        row: list[float] = self._engine.embed_query(query).tolist()
        return row

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


class LlamaIndex:
    """The index as its guide to Chroma makes it."""

    packages = ("llama-index-core", "llama-index-vector-stores-chroma", "chromadb", "onnxruntime")

    def open(self, folder: Path, engine: Timed) -> None:
        client = chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
        store = ChromaVectorStore(chroma_collection=client.get_or_create_collection("passages"))
        storage = StorageContext.from_defaults(vector_store=store)
        self._index: Any = VectorStoreIndex([], storage_context=storage, embed_model=Embedding(engine))
        self._retrievers: dict[int, Any] = {}
        self._answers: Any = None

    def ingest(self, folder: Path) -> int:
        if (folder / "whole").exists():
            return self._ingest_reports(folder)
        count = 0
        for some in batches(passages_of(folder)):
            self._index.insert_nodes([
                TextNode(text=hit["text"], metadata={"source": hit["source"]}, excluded_embed_metadata_keys=UNREAD)
                for hit in some
            ])  # fmt: skip
            count += len(some)
        return count

    def _ingest_reports(self, folder: Path) -> int:
        """Whole reports, split as LlamaIndex does by default."""
        reports = [
            Document(text=file.read_text("utf-8"), metadata={"source": file.stem}, excluded_embed_metadata_keys=UNREAD)
            for file in sorted(folder.glob("*.txt"))
        ]
        nodes = SentenceSplitter().get_nodes_from_documents(reports)
        self._index.insert_nodes(nodes)
        return len(nodes)

    def search(self, question: str, k: int) -> list[Hit]:
        if k not in self._retrievers:
            self._retrievers[k] = self._index.as_retriever(similarity_top_k=k)
        return [_hit(found) for found in self._retrievers[k].retrieve(question)]

    def answer(self, question: str, model: str | None) -> Answered:
        if model is None:
            raise NotImplementedError("answers need a model")
        if self._answers is None:
            from llama_index.llms.openai_like import OpenAILike

            llm = OpenAILike(
                model="smollm2", api_base=model, api_key="none", is_chat_model=True, temperature=0.0, timeout=600,
                context_window=CONTEXT, max_tokens=OUTPUT, max_retries=0,
            )  # fmt: skip
            self._answers = CitationQueryEngine.from_args(self._index, llm=llm, similarity_top_k=SOURCES)
        found = self._answers.query(question)
        return Answered(answer=str(found), passages=[_hit(node) for node in found.source_nodes])

    def close(self) -> None:
        """Chroma has written what was added."""


def _hit(found: Any) -> Hit:
    return Hit(source=found.node.metadata["source"], text=found.node.get_content())


if __name__ == "__main__":
    serve(LlamaIndex())
