"""A model has its time and its room and no more; what it took is counted."""

from __future__ import annotations

import json
import time

import pytest
from drafting import Drafted, begun, texts, tokens
from model_script import (
    DONE,
    GOOD,
    HOLD,
    SAID,
    USED,
    Endpoint,
    Reply,
    chunk,
    cites,
    citing,
    events,
    raw_server,
    refuses,
    said,
    states,
    then,
)

from assistant.model import Model, passage_key
from assistant.question import Query
from assistant.retrieve import Evidence
from assistant.settings import ModelSettings
from ingest.errors import ModelError
from ingest.split import count_tokens

pytest_plugins = ["model_server", "drafting"]
pytestmark = pytest.mark.usefixtures("no_thread_stays")


# -- time and size -------------------------------------------------------------------------------

SLOW: dict[str, Reply] = {
    "nothing at all": Reply(stall=10),
    "a stall after the first event": events(chunk({"role": "assistant"}), HOLD),
    "a comment byte by byte": events(*[b":", 0.2] * 50),
    "an event byte by byte": events(*[piece for byte in said("hello" * 9) for piece in (bytes([byte]), 0.2)]),
    "one word a second": events(*[piece for _ in range(20) for piece in (said("word "), 0.5)]),
    "spaces in a list": events(said('{"statements": ['), *[said(" "), 0.2] * 50),
    "a refusal byte by byte": Reply(status=500, pieces=[b"x", 0.2] * 50),
}


@pytest.mark.parametrize("reply", SLOW.values(), ids=SLOW.keys())
def test_a_reply_has_its_time_and_no_more(reply: Reply, endpoint: Endpoint, draft: Drafted) -> None:
    endpoint.replies = [reply]
    started = time.monotonic()

    with pytest.raises(ModelError, match=r"took longer than 1 s; raise DANCHUNG_MODEL_TIMEOUT"):
        texts(draft(timeout=1.0))

    assert 0.9 < time.monotonic() - started < 4
    assert endpoint.left.wait(3)
    assert len(endpoint.requests) == 1


def test_headers_byte_by_byte_have_no_more_time(asked: tuple[Query, list[Evidence]]) -> None:
    with raw_server(
        *[piece for byte in b"HTTP/1.1 200 OK\r\nX-A: bcdefghijklmnop" for piece in (bytes([byte]), 0.2)]
    ) as url:
        started = time.monotonic()
        with pytest.raises(ModelError, match="took longer than 1 s"):
            texts(Model(ModelSettings("small", url, timeout=1)).draft(*asked))
    assert time.monotonic() - started < 4


def test_a_reply_that_ends_with_its_connection_is_not_taken_for_whole(asked: tuple[Query, list[Evidence]]) -> None:
    cited = {"text": "One short statement.", "evidence": [{"id": passage_key(asked[1][0]), "quote": "a"}]}
    sent = b"HTTP/1.0 200 OK\r\n\r\n" + said(states(cited).removesuffix("]}"))
    with raw_server(sent, 10.0) as url:
        drafting = Model(ModelSettings("small", url, timeout=1.5)).draft(*asked)
        assert texts(drafting) == ["One short statement."]

    assert "took longer than 1.5 s" in (drafting.notice or "")


RAW: dict[str, tuple[bytes, str]] = {
    "not HTTP": (b"220 mail.example ESMTP\r\n", "broke off"),
    "a broken chunk": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "broke off"),
    "less than it said": (b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{}", "broke off"),
    "headers without end": (b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 50_000, "broke off"),
}


@pytest.mark.parametrize(("sent", "told"), RAW.values(), ids=RAW.keys())
def test_what_is_no_http_is_said(
    sent: bytes, told: str, asked: tuple[Query, list[Evidence]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.model.exchange.PAUSE", 0.01)
    with raw_server(sent) as url, pytest.raises(ModelError, match=told):
        texts(Model(ModelSettings("small", url, timeout=5)).draft(*asked))


def test_the_time_is_that_of_the_whole_reply_and_what_came_is_kept(endpoint: Endpoint, draft: Drafted) -> None:
    endpoint.replies = [lambda prompt: events(begun(prompt, GOOD), HOLD)]
    drafting = draft(timeout=1.5)

    assert texts(drafting) == [GOOD]
    assert drafting.notice
    assert "cut short" in drafting.notice
    assert "took longer than 1.5 s" in drafting.notice


def test_the_time_holds_for_all_tries_together(endpoint: Endpoint, draft: Drafted) -> None:
    endpoint.replies = [Reply(refuse=True, stall=2)]
    started = time.monotonic()

    with pytest.raises(ModelError):
        texts(draft(timeout=3.0))

    assert time.monotonic() - started < 5


def test_a_reply_over_the_limit_is_cut_off_and_what_came_is_kept(endpoint: Endpoint, draft: Drafted) -> None:
    endpoint.replies = [lambda prompt: events(begun(prompt, GOOD), *[said(" " * 50_000)] * 100, HOLD)]
    drafting = draft()

    assert texts(drafting) == [GOOD]
    assert endpoint.left.wait(3)
    assert "longer than 256 KB" in (drafting.notice or "")


def test_bytes_that_are_no_text_of_the_answer_have_a_limit_too(
    endpoint: Endpoint, draft: Drafted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.model.line.MOST_BYTES", 100_000)
    endpoint.replies = [events(*[chunk({"reasoning_content": "hm " * 500})] * 500, HOLD)]

    with pytest.raises(ModelError, match="more than is ever read"):
        texts(draft())
    assert endpoint.left.wait(3)


def test_a_model_that_repeats_itself_is_stopped(endpoint: Endpoint, draft: Drafted) -> None:
    def reply(prompt: str) -> Reply:
        again = said(", " + json.dumps(citing(prompt, GOOD.upper())))
        return events(begun(prompt, SAID, GOOD), again, 0.05, again, 0.05, again, HOLD)

    endpoint.replies = [reply]
    drafting = draft()

    assert texts(drafting) == [SAID, GOOD]
    assert endpoint.left.wait(3)
    assert drafting.notice is None


def test_a_model_that_repeats_what_it_cannot_cite_is_stopped(endpoint: Endpoint, draft: Drafted) -> None:
    nonsense = json.dumps({"text": "A.", "evidence": [{"id": "P0000", "quote": "a"}]})
    endpoint.replies = [events(said('{"statements": [' + nonsense), *[said(", " + nonsense), 0.05] * 4, HOLD)]
    drafting = draft()

    assert texts(drafting) == []
    assert drafting.refused == 1
    assert endpoint.left.wait(3)


def test_no_more_statements_are_waited_for_than_are_read(endpoint: Endpoint, draft: Drafted) -> None:
    numbered = [f"Statement number {n}." for n in range(8)]
    endpoint.replies = [lambda prompt: events(begun(prompt, *numbered), HOLD)]
    drafting = draft()

    assert texts(drafting) == numbered
    assert endpoint.left.wait(3)
    assert drafting.notice is None


def test_talk_after_the_answer_is_not_waited_for(endpoint: Endpoint, draft: Drafted) -> None:
    endpoint.replies = [lambda prompt: events(begun(prompt, GOOD), said("]}"), said(" Moreover," * 30), HOLD)]
    drafting = draft()

    assert texts(drafting) == [GOOD]
    assert endpoint.left.wait(3)
    assert drafting.notice is None


def test_an_answer_cut_off_keeps_the_statements_that_closed(endpoint: Endpoint, draft: Drafted) -> None:
    endpoint.replies = [
        lambda prompt: events(begun(prompt, GOOD), said(', {"text": "And'), chunk(finish="length"), USED, DONE)
    ]
    drafting = draft(max_output=70)

    assert texts(drafting) == [GOOD]
    assert "cut off at 70 tokens; raise DANCHUNG_MODEL_OUTPUT" in (drafting.notice or "")


def test_a_list_that_closed_is_whole_whatever_the_reason_it_ended_for(endpoint: Endpoint, draft: Drafted) -> None:
    endpoint.replies = [then(cites(GOOD), finish="length")]
    drafting = draft()

    assert texts(drafting) == [GOOD]
    assert drafting.notice is None


# -- what it took --------------------------------------------------------------------------------


def test_usage_is_what_the_server_says(endpoint: Endpoint, draft: Drafted) -> None:
    endpoint.replies = [then(cites(GOOD))]
    drafting = draft()
    texts(drafting)

    seconds = drafting.usage.pop("seconds")
    assert 0 < seconds < 60
    assert {key: value for key, value in drafting.usage.items() if key != "seconds"} == {
        "prompt_tokens": 700, "completion_tokens": 60, "calls": 1, "model": "small",
    }  # fmt: skip


def test_usage_is_counted_where_the_server_says_nothing(endpoint: Endpoint, draft: Drafted) -> None:
    endpoint.replies = [lambda prompt: events(said(cites(GOOD)(prompt)), DONE)]
    drafting = draft()
    texts(drafting)

    assert drafting.usage["estimated"] is True
    assert drafting.usage["prompt_tokens"] == pytest.approx(tokens(endpoint.requests[0]), abs=20)
    assert drafting.usage["completion_tokens"] == count_tokens(cites(GOOD)(endpoint.prompt))


def test_usage_of_what_was_cancelled_is_counted(endpoint: Endpoint, draft: Drafted) -> None:
    endpoint.replies = [lambda prompt: events(begun(prompt, GOOD), HOLD)]
    drafting = draft()
    with drafting:
        next(iter(drafting))

    assert drafting.usage["estimated"] is True
    assert drafting.usage["completion_tokens"] > 20


def test_a_request_that_was_refused_took_nothing(endpoint: Endpoint, draft: Drafted) -> None:
    endpoint.replies = [refuses(400), then(cites(GOOD))]
    drafting = draft()
    texts(drafting)

    assert (drafting.usage["calls"], drafting.usage["prompt_tokens"]) == (2, 700)
    assert "estimated" not in drafting.usage


def test_the_cost_is_told_where_prices_are_set(endpoint: Endpoint, draft: Drafted) -> None:
    endpoint.replies = [then(cites(GOOD))]
    drafting = draft(price_in=2.5, price_out=10.0, currency="EUR")
    texts(drafting)

    assert drafting.usage["cost"] == pytest.approx((700 * 2.5 + 60 * 10) / 1_000_000)
    assert drafting.usage["currency"] == "EUR"


def test_a_free_model_costs_nothing(endpoint: Endpoint, draft: Drafted) -> None:
    endpoint.replies = [then(cites(GOOD))]
    drafting = draft(price_in=0.0, price_out=0.0)
    texts(drafting)

    assert drafting.usage["cost"] == 0
