"""Danchung's parts as LlamaIndex types: the engine is a `BaseEmbedding`, a passage a `TextNode`.

Importing this module imports `llama_index.core` (2–3 seconds); nothing on the way from a question to
its answer needs it.
"""

from __future__ import annotations

import asyncio
from typing import Any

from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.embeddings import BaseEmbedding
from llama_index.core.schema import NodeRelationship, RelatedNodeInfo, TextNode

from ingest.documents import Document, Passage
from ingest.engine import Engine, open_engine


class DanchungEmbedding(BaseEmbedding):
    """Any of our engines wherever LlamaIndex takes an embedding model. Raises EngineError."""

    _engine: Engine = PrivateAttr()

    def __init__(self, engine: Engine | None = None, **kwargs: Any) -> None:
        engine = engine or open_engine()
        super().__init__(**{"model_name": engine.name, "embed_batch_size": 64, **kwargs})
        self._engine = engine

    @classmethod
    def class_name(cls) -> str:
        return "DanchungEmbedding"

    def _get_query_embedding(self, query: str) -> list[float]:
        return list(map(float, self._engine.embed_query(query)))

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return [list(map(float, vector)) for vector in self._engine.embed_passages(texts)]

    # Engines compute or wait on a socket: in a thread, so that the event loop goes on.
    async def _aget_query_embedding(self, query: str) -> list[float]:
        return await asyncio.to_thread(self._get_query_embedding, query)

    async def _aget_text_embedding(self, text: str) -> list[float]:
        return await asyncio.to_thread(self._get_text_embedding, text)

    async def _aget_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return await asyncio.to_thread(self._get_text_embeddings, texts)


def passage_to_node(passage: Passage, document: Document) -> TextNode:
    """The passage as a node: same id, verbatim text, and offsets into the document's text.

    What is embedded is the passage's heading and text, as in our own library; the rest of the metadata
    is for filters and citations only.
    """
    description = document.description
    heading = {"heading": passage.heading} if passage.heading else {}
    rest: dict[str, Any] = {
        "document_id": document.id,
        "title": description.title,
        "source": document.source,
        "url": description.url,
        "language": passage.language,
        "period": description.period.label if description.period else None,
        "start": passage.start,
        "end": passage.end,
    }
    return TextNode(
        id_=passage.id,
        text=passage.text,
        start_char_idx=passage.start,
        end_char_idx=passage.end,
        metadata=heading | rest,
        excluded_embed_metadata_keys=list(rest),
        metadata_template="{value}",
        text_template="{metadata_str}\n{content}",
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=document.id)},
    )
