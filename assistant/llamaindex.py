"""Danchung in LlamaIndex: retrieval as a `BaseRetriever`, answers as a query engine and as a chat engine.

Every sentence of a response has been checked; its source nodes are the quotes that prove it, and its metadata the
whole `Answer`. Importing this module imports LlamaIndex (some seconds); nothing on the way to an answer does.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Generator, Iterator, Sequence
from typing import Any

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.llms.types import ChatMessage, ChatResponse, MessageRole
from llama_index.core.base.response.schema import Response
from llama_index.core.chat_engine.types import AgentChatResponse, BaseChatEngine, StreamingAgentChatResponse
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from assistant.answer import Answer, Citation, DoneEvent, StatementEvent
from assistant.assistant import Assistant, Filters
from assistant.verify import as_written
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


class DanchungQueryEngine(BaseQueryEngine):
    """`Assistant.ask` wherever LlamaIndex takes a query engine. Raises InputError as that does."""

    def __init__(self, assistant: Assistant, filters: Filters | None = None) -> None:
        self._assistant = assistant
        self._filters = filters
        super().__init__(callback_manager=None)

    def _get_prompt_modules(self) -> dict[str, Any]:
        return {}

    def _query(self, query_bundle: QueryBundle) -> Response:
        answer = self._assistant.ask(query_bundle.query_str, filters=self._filters)
        return Response(answer.answer, source_nodes=quotes_of(answer), metadata={"answer": answer.model_dump()})

    async def _aquery(self, query_bundle: QueryBundle) -> Response:
        return await asyncio.to_thread(self._query, query_bundle)


class DanchungChatEngine(BaseChatEngine):
    """A conversation with `Assistant`. It keeps its own history, unless one is given; no turn of it is evidence."""

    def __init__(self, assistant: Assistant, filters: Filters | None = None) -> None:
        self._assistant = assistant
        self._filters = filters
        self._history: list[ChatMessage] = []

    @property
    def chat_history(self) -> list[ChatMessage]:
        return self._history

    def reset(self) -> None:
        self._history = []

    def chat(self, message: str, chat_history: list[ChatMessage] | None = None) -> AgentChatResponse:
        answer = self._assistant.ask(message, _turns(self._taken(chat_history)), self._filters)
        self._remember(message, answer.answer)
        return AgentChatResponse(
            answer.answer, source_nodes=quotes_of(answer), metadata={"answer": answer.model_dump()}
        )

    def stream_chat(self, message: str, chat_history: list[ChatMessage] | None = None) -> StreamingAgentChatResponse:
        """Each statement as soon as it has passed its check. The source nodes are there once all have been read."""
        nodes: list[NodeWithScore] = []
        stream = self._stream(message, _turns(self._taken(chat_history)), nodes)
        return StreamingAgentChatResponse(chat_stream=stream, source_nodes=nodes, is_writing_to_memory=False)

    async def achat(self, message: str, chat_history: list[ChatMessage] | None = None) -> AgentChatResponse:
        return await asyncio.to_thread(self.chat, message, chat_history)

    async def astream_chat(
        self, message: str, chat_history: list[ChatMessage] | None = None
    ) -> StreamingAgentChatResponse:
        nodes: list[NodeWithScore] = []
        stream = _in_a_thread(self._stream(message, _turns(self._taken(chat_history)), nodes))
        return StreamingAgentChatResponse(achat_stream=stream, source_nodes=nodes, is_writing_to_memory=False)

    def _taken(self, given: list[ChatMessage] | None) -> list[ChatMessage]:
        if given is not None:
            self._history = list(given)
        return self._history

    def _remember(self, message: str, answer: str) -> None:
        self._history.append(ChatMessage(role=MessageRole.USER, content=message))
        self._history.append(ChatMessage(role=MessageRole.ASSISTANT, content=answer))

    def _stream(
        self, message: str, history: Sequence[dict[str, str]], nodes: list[NodeWithScore]
    ) -> Generator[ChatResponse, None, None]:
        said = ""
        for event in self._assistant.stream(message, history, self._filters):
            if isinstance(event, StatementEvent):
                delta = as_written(event.statement)
            elif isinstance(event, DoneEvent):
                nodes += quotes_of(event.answer)
                delta = "" if said else event.answer.answer  # an abstention has no statement
            else:
                continue
            delta = f" {delta}" if said and delta else delta
            said += delta
            if delta:
                yield ChatResponse(message=ChatMessage(role=MessageRole.ASSISTANT, content=said), delta=delta)
        self._remember(message, said)


def quotes_of(answer: Answer) -> list[NodeWithScore]:
    """The answer's citations as nodes; the score of each is the best support of a statement that cites it."""
    support = {n: max(s.support for s in answer.statements if n in s.citations) for n in _cited(answer)}
    return [NodeWithScore(node=_node(citation), score=support.get(citation.n)) for citation in answer.citations]


def _cited(answer: Answer) -> set[int]:
    return {n for statement in answer.statements for n in statement.citations}


def _node(citation: Citation) -> TextNode:
    about = citation.model_dump(exclude={"quote", "start", "end"})
    node = TextNode(text=citation.quote, metadata=about, start_char_idx=citation.start, end_char_idx=citation.end)
    node.excluded_embed_metadata_keys = node.excluded_llm_metadata_keys = list(about)
    return node


def _turns(history: Sequence[ChatMessage]) -> list[dict[str, str]]:
    return [{"role": message.role.value, "content": message.content or ""} for message in history]


async def _in_a_thread(items: Iterator[ChatResponse]) -> AsyncGenerator[ChatResponse, None]:
    """The items, each made in a thread, so that the event loop goes on."""
    end = object()
    while (item := await asyncio.to_thread(next, items, end)) is not end:
        assert isinstance(item, ChatResponse)
        yield item
