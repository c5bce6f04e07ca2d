"""Against llama.cpp and a real, very small model, over a real socket: what it writes is mostly nonsense, and none of it
is shown; what the protocol promises holds."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING

import httpx
import pytest
from model_script import QUESTION, assert_quotes_instead, assert_verbatim

from assistant import Answer, Assistant
from assistant.model import Model
from assistant.model.exchange import Exchange, Learned, Prompt
from assistant.prompts import schema
from assistant.question import understand
from assistant.retrieve import retrieve
from assistant.settings import ModelSettings
from ingest.engine import Engine

if TYPE_CHECKING:
    from model_server import LlamaServer

pytest_plugins = ["model_server"]

REPORT = """Report of the committee of Nghe An for 2024

In 2024 the province opened 31 new corruption cases against 60 defendants. The committee received 412 petitions.
"""
ASKED = "How many new corruption cases did Nghe An open in 2024?"


def settings(server: LlamaServer, **changes: float) -> ModelSettings:
    return ModelSettings("smollm2", server.url, **{"timeout": 120, "max_output": 150, **changes})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def small(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """A library of one short report: a prompt takes as long as it has words."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "report.txt").write_text(REPORT, encoding="utf-8")
    with Assistant.open(folder / "data", engine=engine) as opened:
        opened.ingest(folder / "report.txt")
        yield opened


def assert_only_proven(answer: Answer, assistant: Assistant) -> None:
    """What is shown of a model's nonsense is either the report's own sentence or has its figures."""
    assert_verbatim(answer, assistant)
    for statement in answer.statements:
        quotes = " ".join(answer.citations[n - 1].quote for n in statement.citations)
        figures = {word.strip(".,") for word in statement.text.split() if any(char.isdigit() for char in word)}
        assert figures <= {word.strip(".,") for word in f"{quotes} 2024".split()}


def until_idle(server: LlamaServer) -> float:
    """Seconds until nothing is processed."""
    started = time.monotonic()
    while server.busy:
        assert time.monotonic() - started < 20, "the slot is not free"
        time.sleep(0.05)
    return time.monotonic() - started


def test_nothing_unproven_gets_through(llama: LlamaServer, small: Assistant) -> None:
    small.model = Model(settings(llama))

    answer = small.ask(ASKED)

    assert_only_proven(answer, small)
    assert answer.usage["calls"] >= 1
    assert answer.usage["prompt_tokens"] > 300
    assert 0 < answer.usage["completion_tokens"] <= 2 * 150
    assert answer.mode == "model" or "quotes from the reports" in answer.usage["notice"]


def test_it_streams_what_the_schema_asks_for_and_closing_frees_the_slot(llama: LlamaServer) -> None:
    prompt = Prompt("You copy.", "The id is PABCDE, the passage: 31 cases.", schema(["PABCDE"], 2, 1))
    exchange = Exchange(settings(llama, max_output=3000), Learned(), httpx.create_ssl_context, 120)
    pieces: list[str] = []
    with closing(exchange.ask(prompt)) as texts:
        for text in texts:
            pieces.append(text)
            if len(pieces) == 1:
                assert llama.busy  # it is still writing
            if '"text"' in "".join(pieces):
                break
    exchange.line.hang_up()

    assert len(pieces) > 5
    assert "".join("".join(pieces).split()).startswith('{"statements":[{"text"')
    assert until_idle(llama) < 10
    assert exchange.meter.as_dict()["estimated"] is True


def test_closing_while_the_prompt_is_read_frees_the_slot(llama: LlamaServer, small: Assistant) -> None:
    query = understand(f"Tell me: {ASKED}")
    drafting = Model(settings(llama, max_output=3000)).draft(query, retrieve(query, small.library))
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(list, drafting)
        while not llama.busy:
            assert not waiting.done()
            time.sleep(0.02)
        drafting.close()
        assert waiting.result(timeout=5) == []

    assert until_idle(llama) < 20


def test_a_prompt_too_long_for_its_window_is_made_shorter(llama: LlamaServer, corpus_assistant: Assistant) -> None:
    assistant = Assistant(corpus_assistant.library, Model(settings(llama, context_window=8192, max_output=40)))

    answer = assistant.ask(QUESTION)

    assert_only_proven(answer, assistant)
    assert answer.usage["calls"] >= 2  # the first was refused
    assert 0 < answer.usage["prompt_tokens"] < 2 * llama.context
    assert "context window" not in answer.usage.get("notice", "")


def test_it_answers_a_ping_with_a_schema_and_a_stream(llama: LlamaServer) -> None:
    assert Model(settings(llama)).ping() == []


def test_a_follow_up_is_made_whole_or_left(llama: LlamaServer) -> None:
    history = [{"role": "user", "content": "How many cases did Nghe An open in 2023?"}]

    whole = Model(settings(llama, timeout=60)).standalone("and in 2024?", history)

    assert whole is None or set("".join(whole.split())) & set("2024")


def test_a_server_that_stops_leaves_the_extractive_answer(small: Assistant, mortal_llama: LlamaServer) -> None:
    small.model = Model(settings(mortal_llama, max_output=600))
    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(small.ask, ASKED)
        while not mortal_llama.busy:
            assert not asking.done()
            time.sleep(0.02)
        mortal_llama.stop()
        answer = asking.result(timeout=30)

    assert_quotes_instead(answer, small, "check OPENAI_BASE_URL")
