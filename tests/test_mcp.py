"""The library as tools over the Model Context Protocol, used with the protocol's own client."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from libraries import HERE
from mcp import Client, StdioServerParameters
from samples import SAMPLES
from serving import QUESTION, listening, whole_api

from assistant import Answer, Assistant
from assistant.mcp_server import build_mcp

Use = Callable[[Client], Awaitable[Any]]


@pytest.fixture(scope="module")
def url(reader: Assistant) -> Iterator[str]:
    with listening(whole_api(reader)) as address:
        yield f"{address}/mcp"


def use(server: Any, using: Use) -> Any:
    """What comes of using a server."""

    async def connected() -> Any:
        async with Client(server) as client:
            return await using(client)

    return asyncio.run(asyncio.wait_for(connected(), 120))


def call(server: Any, tool: str, **arguments: Any) -> Any:
    return use(server, lambda client: client.call_tool(tool, arguments))


def test_the_tools_are_described(url: str) -> None:
    tools = {tool.name: tool for tool in use(url, lambda client: client.list_tools()).tools}

    assert set(tools) == {"ask", "search", "list_documents", "get_document"}
    for tool in tools.values():
        assert tool.description
        assert tool.annotations.read_only_hint
        assert tool.output_schema


def test_an_answer_is_the_answer(url: str, reader: Assistant) -> None:
    for server in (url, build_mcp(reader)):
        told = call(server, "ask", question=QUESTION)
        answer = Answer.model_validate(told.structured_content)
        assert not told.is_error
        assert answer.statements == reader.ask(QUESTION).statements
        assert "848" in told.content[0].text


def test_documents_are_listed_read_in_pieces_and_searched(url: str, reader: Assistant) -> None:
    listed = call(url, "list_documents", limit=3, offset=1).structured_content
    assert (len(listed["documents"]), listed["total"]) == (3, len(SAMPLES))
    id_ = listed["documents"][0]["id"]

    text, start = "", 0
    while start is not None:
        piece = call(url, "get_document", document_id=id_, start=start, length=700).structured_content
        text, start = text + piece["text"], piece["next"]
    assert text == reader.document(id_).text
    assert piece["document"]["path"] is None
    hits = call(url, "search", query="petitions", k=2, filters={"language": "en"}).structured_content["hits"]
    assert [hit["language"] for hit in hits] == ["en", "en"]


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("ask", {"question": " "}, "question is empty"),
        ("ask", {"question": "Who?", "filters": {"author": "x"}}, "unknown filter"),
        ("get_document", {"document_id": "d0"}, "no document d0"),
        ("search", {"query": "x", "k": 0}, "k"),
        ("list_documents", {"limit": 1000}, "limit"),
    ],
)
def test_an_error_is_told_in_one_line(url: str, tool: str, arguments: dict[str, Any], said: str) -> None:
    told = call(url, tool, **arguments)
    assert told.is_error
    assert said in told.content[0].text


def test_an_error_inside_gives_nothing_away(url: str, reader: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(reader, "ask", broken)
    told = call(url, "ask", question=QUESTION)
    assert told.is_error
    assert "secret" not in told.content[0].text


def test_the_command_serves_on_standard_input_and_output(corpus_library: Path, tmp_path: Path) -> None:
    shutil.copytree(corpus_library, tmp_path / "data")
    server = StdioServerParameters(
        command=sys.executable, args=["-m", "assistant.cli", "mcp", "--data-dir", str(tmp_path / "data")],
        env={**os.environ, "PYTHONPATH": str(HERE.parent)},
    )  # fmt: skip
    answer = call(server, "ask", question=QUESTION).structured_content
    assert "848" in answer["answer"]
