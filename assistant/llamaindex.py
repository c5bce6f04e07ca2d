"""Danchung's retrieval as a LlamaIndex `BaseRetriever`.

Importing this module imports LlamaIndex (some seconds); nothing on the way to an answer does.
"""

from __future__ import annotations

from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle

from assistant.assistant import Assistant, Filters
from ingest.llamaindex import passage_to_node


class DanchungRetriever(BaseRetriever):
    """The `k` best passages for a query as nodes, best first, with the score `Assistant.search` gives them."""

    def __init__(self, assistant: Assistant, k: int = 10, filters: Filters | None = None) -> None:
        self._assistant = assistant
        self._k = k
        self._filters = filters
        super().__init__()

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        found = self._assistant.evidence(query_bundle.query_str, self._k, self._filters)
        return [
            NodeWithScore(node=passage_to_node(item.passage, item.document), score=item.relevance) for item in found
        ]
