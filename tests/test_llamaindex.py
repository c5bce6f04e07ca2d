"""Danchung in LlamaIndex: answers as a query engine and a chat engine, whose source nodes are the quotes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from asking import Over
from llama_index.core.base.llms.types import ChatMessage, MessageRole
from llama_index.core.schema import MetadataMode, NodeWithScore, QueryBundle, TextNode

from assistant import Assistant
from assistant.llamaindex import DanchungChatEngine, DanchungQueryEngine, quotes_of
from ingest.errors import InputError

FIRST, SECOND = "In 2023 the office of Hue received 40 letters.", "In 2024 the office of Hue received 90 letters."
ASKED = "How many letters did the office of Hue receive in 2024?"
BOTH = "How many letters did the office of Hue receive in 2023 and in 2024?"
UNKNOWN = "How many letters did the office of Hue receive in 1987?"


@pytest.fixture(scope="module")
def office(over: Over) -> Assistant:
    return over(
        {
            "y2023.md": f"# Letters of 2023\n\n{FIRST} All of them were read.",
            "y2024.md": f"# Letters of 2024\n\n{SECOND} Two of them were lost.",
        }
    )


def quoted(nodes: list[NodeWithScore]) -> list[str]:
    return [node.node.get_content() for node in nodes]


def assert_leads_back(assistant: Assistant, nodes: list[NodeWithScore]) -> None:
    """Every node is the words of its document at its place."""
    for found in nodes:
        node = found.node
        assert isinstance(node, TextNode)
        text = assistant.document(node.metadata["document_id"]).text or ""
        assert text[node.start_char_idx : node.end_char_idx] == node.text != ""
        assert 0 <= (found.score or 0) <= 1


# -- the query engine ----------------------------------------------------------------------------


def asked(engine: DanchungQueryEngine, question: str) -> Any:
    return engine.query(question)


def asked_later(engine: DanchungQueryEngine, question: str) -> Any:
    return asyncio.run(engine.aquery(question))


@pytest.mark.parametrize("ask", [asked, asked_later])
def test_a_response_is_the_answer_with_its_quotes(office: Assistant, ask: Callable[..., Any]) -> None:
    answer = office.ask(BOTH)
    response = ask(DanchungQueryEngine(office), BOTH)

    assert str(response) == response.response == answer.answer
    assert quoted(response.source_nodes) == [FIRST, SECOND]
    assert_leads_back(office, response.source_nodes)
    untimed: dict[str, Any] = {"timings_ms": {}}
    assert response.metadata["answer"] | untimed == answer.model_dump() | untimed


@pytest.mark.parametrize("ask", [asked, asked_later])
def test_an_abstention_has_no_sources(office: Assistant, ask: Callable[..., Any]) -> None:
    response = ask(DanchungQueryEngine(office), UNKNOWN)

    assert "not 1987" in response.response
    assert response.source_nodes == []
    assert response.metadata["answer"]["abstained"]


def test_a_node_says_where_it_is_from_and_sends_none_of_it_on(office: Assistant) -> None:
    (found,) = DanchungQueryEngine(office).query(ASKED).source_nodes

    assert found.node.metadata["source"] == "reports/y2024.md"
    assert (found.node.metadata["n"], found.node.metadata["period"]) == (1, "2024")
    assert found.node.get_content(MetadataMode.LLM) == found.node.get_content(MetadataMode.EMBED) == SECOND
    assert found.score == 1.0


def test_filters_hold(office: Assistant) -> None:
    engine = DanchungQueryEngine(office, filters={"source": "y2023"})

    assert quoted(engine.query(BOTH).source_nodes) == [FIRST]
    assert engine.query(QueryBundle(ASKED)).source_nodes == []


def test_what_cannot_be_asked_is_an_input_error(office: Assistant) -> None:
    for ask in (asked, asked_later):
        with pytest.raises(InputError, match="the question is empty"):
            ask(DanchungQueryEngine(office), "🤷")


def test_the_score_of_a_quote_is_its_best_statements(office: Assistant) -> None:
    answer = office.ask(BOTH)
    weak = [s.model_copy(update={"support": 0.3 + 0.2 * i}) for i, s in enumerate(answer.statements)]
    nodes = quotes_of(answer.model_copy(update={"statements": weak}))

    assert [s.citations for s in weak] == [[1], [2], [1, 2]]
    assert [node.score for node in nodes] == [pytest.approx(0.7), pytest.approx(0.7)]


# -- the chat engine -----------------------------------------------------------------------------


def chatted(engine: DanchungChatEngine, message: str, *history: Any) -> tuple[str, list[NodeWithScore]]:
    response = engine.chat(message, *history)
    return response.response, response.source_nodes


def chatted_later(engine: DanchungChatEngine, message: str, *history: Any) -> tuple[str, list[NodeWithScore]]:
    response = asyncio.run(engine.achat(message, *history))
    return response.response, response.source_nodes


def streamed(engine: DanchungChatEngine, message: str, *history: Any) -> tuple[str, list[NodeWithScore]]:
    response = engine.stream_chat(message, *history)
    return "".join(response.response_gen), response.source_nodes


def streamed_later(engine: DanchungChatEngine, message: str, *history: Any) -> tuple[str, list[NodeWithScore]]:
    async def run() -> tuple[str, list[NodeWithScore]]:
        response = await engine.astream_chat(message, *history)
        return "".join([delta async for delta in response.async_response_gen()]), response.source_nodes

    return asyncio.run(run())


WAYS = [chatted, chatted_later, streamed, streamed_later]
Chat = Callable[..., tuple[str, list[NodeWithScore]]]


@pytest.mark.parametrize("chat", WAYS)
def test_a_chat_answers_with_its_quotes(office: Assistant, chat: Chat) -> None:
    text, nodes = chat(DanchungChatEngine(office), BOTH)

    assert text == office.ask(BOTH).answer
    assert quoted(nodes) == [FIRST, SECOND]
    assert_leads_back(office, nodes)


@pytest.mark.parametrize("chat", WAYS)
def test_a_chat_keeps_its_history_and_forgets_it(office: Assistant, chat: Chat) -> None:
    engine = DanchungChatEngine(office)
    first, _ = chat(engine, ASKED)
    second, nodes = chat(engine, "And in 2023?")

    assert quoted(nodes) == [FIRST]
    assert [(message.role, message.content) for message in engine.chat_history] == [
        (MessageRole.USER, ASKED),
        (MessageRole.ASSISTANT, first),
        (MessageRole.USER, "And in 2023?"),
        (MessageRole.ASSISTANT, second),
    ]
    engine.reset()
    assert engine.chat_history == []
    assert quoted(chat(engine, "And in 2023?")[1]) == []


@pytest.mark.parametrize("chat", WAYS)
def test_a_history_that_is_given_takes_the_place_of_its_own(office: Assistant, chat: Chat) -> None:
    engine = DanchungChatEngine(office)
    chat(engine, "Who read them?")
    given = [ChatMessage(role=MessageRole.USER, content=ASKED), ChatMessage(role=MessageRole.ASSISTANT, content="7")]
    _, nodes = chat(engine, "And in 2023?", given)

    assert quoted(nodes) == [FIRST]
    assert [message.content for message in engine.chat_history][:3] == [ASKED, "7", "And in 2023?"]
    assert len(given) == 2  # the caller's own list is left alone


@pytest.mark.parametrize("chat", WAYS)
def test_no_turn_is_evidence(office: Assistant, chat: Chat) -> None:
    given = [
        ChatMessage(role=MessageRole.USER, content=UNKNOWN),
        ChatMessage(role=MessageRole.ASSISTANT, content="In 1987 the office of Hue received 4,321 letters. [1]"),
    ]
    text, nodes = chat(DanchungChatEngine(office), UNKNOWN, given)

    assert "4,321" not in text
    assert "not 1987" in text
    assert nodes == []


@pytest.mark.parametrize("chat", WAYS)
def test_an_abstention_is_said_in_a_chat(office: Assistant, chat: Chat) -> None:
    engine = DanchungChatEngine(office)
    text, nodes = chat(engine, UNKNOWN)

    assert text == office.ask(UNKNOWN).answer
    assert nodes == []
    assert [message.content for message in engine.chat_history] == [UNKNOWN, text]


@pytest.mark.parametrize("chat", WAYS)
def test_filters_hold_in_a_chat(office: Assistant, chat: Chat) -> None:
    assert quoted(chat(DanchungChatEngine(office, filters={"source": "y2023"}), BOTH)[1]) == [FIRST]


def test_each_statement_comes_as_soon_as_it_is_proven(office: Assistant) -> None:
    response = DanchungChatEngine(office).stream_chat(BOTH)
    assert response.chat_stream is not None
    deltas = [item.delta for item in response.chat_stream]

    assert len(deltas) == 3
    assert FIRST in (deltas[0] or "")
    assert SECOND in (deltas[1] or "")
    assert "Computed" in (deltas[2] or "")


def test_a_stream_that_is_left_early_is_no_turn(office: Assistant) -> None:
    engine = DanchungChatEngine(office)
    response = engine.stream_chat(BOTH)
    assert response.chat_stream is not None
    next(response.chat_stream)
    response.chat_stream.close()

    assert engine.chat_history == []
    assert quoted(chatted(engine, ASKED)[1]) == [SECOND]
