"""A model that is busy, breaks off or cannot do as it is asked is asked again, in time and in another way."""

from __future__ import annotations

import email.utils
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from drafting import Drafted, begun, texts, tokens
from model_script import (
    DONE,
    DROP,
    GOOD,
    QUOTE,
    Endpoint,
    Reply,
    cites,
    events,
    refuses,
    said,
    says,
    states,
    streams,
    then,
)

from assistant.model import Model
from assistant.settings import ModelSettings
from ingest.errors import ModelError

pytest_plugins = ["model_server", "drafting"]
pytestmark = pytest.mark.usefixtures("no_thread_stays")


# -- asked again ---------------------------------------------------------------------------------


@pytest.fixture
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.model.exchange.PAUSE", 0.1)


BUSY: dict[str, Reply] = {
    "429": refuses(429),
    "500": refuses(500),
    "502 with a page": Reply(b"<html>", 502, "text/html"),
    "503": refuses(503),
    "529": refuses(529),
    "408": refuses(408),
    "a drop before anything": Reply(refuse=True),
    "a drop after the status": events(DROP),
    "a drop in the first statement": events(said('{"statements": [{"text": "In'), DROP),
    "an error in the first statement": events(said('{"statements": ['), b'data: {"error": {"code": 503}}\n\n'),
}


@pytest.mark.usefixtures("_hasty")
@pytest.mark.parametrize("reply", BUSY.values(), ids=BUSY.keys())
def test_a_busy_server_is_asked_again_after_a_pause(reply: Reply, endpoint: Endpoint, draft: Drafted) -> None:
    endpoint.replies = [reply, reply, then(cites(GOOD))]
    drafting = draft()

    assert texts(drafting) == [GOOD]
    assert drafting.usage["calls"] == 3
    assert drafting.notice is None
    first, second, third = endpoint.at
    assert second - first >= 0.1
    assert third - second >= 0.2


@pytest.mark.usefixtures("_hasty")
@pytest.mark.parametrize("reply", BUSY.values(), ids=BUSY.keys())
def test_a_server_that_stays_busy_is_given_up(reply: Reply, endpoint: Endpoint, draft: Drafted) -> None:
    endpoint.replies = [reply]

    with pytest.raises(ModelError, match="try again"):
        texts(draft())
    assert len(endpoint.requests) == 3


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 418])
def test_what_will_not_change_is_not_tried_again_and_again(status: int, endpoint: Endpoint, draft: Drafted) -> None:
    endpoint.replies = [refuses(status)]

    with pytest.raises(ModelError):
        texts(draft())
    assert len(endpoint.requests) == (3 if status == 400 else 1)


def in_a_second() -> str:
    return email.utils.format_datetime(datetime.now(UTC) + timedelta(seconds=1.9), usegmt=True)


@pytest.mark.parametrize(
    ("header", "value", "least"),
    [
        ("retry-after", lambda: "0.3", 0.3),
        ("retry-after-ms", lambda: "300", 0.3),
        ("retry-after", lambda: "0", 0.0),
        ("retry-after", lambda: "-5", 0.0),
        ("retry-after", in_a_second, 0.5),
        ("retry-after", lambda: "nan", 0.0),
    ],
)
def test_a_server_that_says_when_is_asked_then(
    header: str,
    value: Callable[[], str],
    least: float,
    endpoint: Endpoint,
    draft: Drafted,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("assistant.model.exchange.PAUSE", 4.0)
    endpoint.replies = [refuses(429, headers={header: value()}), then(cites(GOOD))]

    assert texts(draft()) == [GOOD]
    first, second = endpoint.at
    assert least <= second - first < 3


@pytest.mark.parametrize("stated", ["60", "inf", "Fri, 31 Dec 2060 23:59:59 GMT"])
def test_there_is_no_waiting_beyond_the_time_limit(stated: str, endpoint: Endpoint, draft: Drafted) -> None:
    endpoint.replies = [refuses(429, headers={"retry-after": stated})]
    started = time.monotonic()

    with pytest.raises(ModelError, match="over its limit"):
        texts(draft(timeout=5.0))
    assert time.monotonic() - started < 3
    assert len(endpoint.requests) == 1


def test_a_server_that_is_not_there_is_not_waited_for(draft: Drafted) -> None:
    started = time.monotonic()

    with pytest.raises(ModelError, match="cannot be reached; check OPENAI_BASE_URL"):
        texts(draft(base_url="http://127.0.0.1:9/v1"))
    assert time.monotonic() - started < 1.4


def test_what_was_said_before_a_drop_is_kept(endpoint: Endpoint, draft: Drafted) -> None:
    endpoint.replies = [lambda prompt: events(begun(prompt, GOOD), DROP)]
    drafting = draft()

    assert texts(drafting) == [GOOD]
    assert "broke off" in (drafting.notice or "")
    assert len(endpoint.requests) == 1


def test_an_end_without_the_end_of_the_answer_is_said(endpoint: Endpoint, draft: Drafted) -> None:
    endpoint.replies = [lambda prompt: events(begun(prompt, GOOD), DONE)]
    drafting = draft()

    assert texts(drafting) == [GOOD]
    assert "ended before it was whole" in (drafting.notice or "")


@pytest.mark.parametrize("malformed", ["There were 848 cases.", '{"answer": 848}', '{"statements": [{"text": "a'])
def test_what_is_not_the_form_is_asked_for_once_more_in_words(
    malformed: str, endpoint: Endpoint, draft: Drafted
) -> None:
    endpoint.replies = [streams(malformed), then(cites(GOOD))]
    drafting = draft()

    assert texts(drafting) == [GOOD]
    first, second = endpoint.requests
    assert "response_format" in first
    assert "response_format" not in second
    assert "nothing but JSON" not in first["messages"][-1]["content"]
    assert "nothing but JSON" in second["messages"][-1]["content"]
    assert drafting.usage["calls"] == 2
    assert drafting.usage["prompt_tokens"] == 1400


def test_what_came_of_the_first_try_is_forgotten_by_the_second(endpoint: Endpoint, draft: Drafted) -> None:
    unknown = {"evidence": [{"id": "P0000", "quote": "a"}]}
    endpoint.replies = [
        streams(states({"text": "A."} | unknown, {"text": "B."} | unknown).removesuffix("]}")),
        streams(states({"text": "C."} | unknown)),
    ]
    drafting = draft()

    assert texts(drafting) == []
    assert len(endpoint.requests) == 2
    assert drafting.refused == 1


def test_what_is_not_the_form_twice_is_an_error(endpoint: Endpoint, draft: Drafted) -> None:
    endpoint.replies = [streams("There were 848 cases.")]

    with pytest.raises(ModelError, match="not the JSON asked for"):
        texts(draft())
    assert len(endpoint.requests) == 2


def test_an_empty_list_is_an_answer(endpoint: Endpoint, draft: Drafted) -> None:
    endpoint.replies = [streams(states())]
    drafting = draft()

    assert texts(drafting) == []
    assert len(endpoint.requests) == 1
    assert (drafting.refused, drafting.notice) == (0, None)


# -- asked otherwise -----------------------------------------------------------------------------


def test_a_server_without_schemas_is_asked_in_words_from_then_on(endpoint: Endpoint, draft: Drafted) -> None:
    model = Model(ModelSettings("small", endpoint.url))
    endpoint.replies = [refuses(400, "response_format is not supported"), then(cites(GOOD))]

    assert texts(draft(model)) == texts(draft(model)) == [GOOD]

    assert ["response_format" in request for request in endpoint.requests] == [True, False, False]
    assert all(request["stream"] for request in endpoint.requests)
    assert all("nothing but JSON" in request["messages"][-1]["content"] for request in endpoint.requests[1:])


def test_only_what_is_refused_is_left_out(endpoint: Endpoint, draft: Drafted) -> None:
    endpoint.replies = [
        refuses(400, "Unsupported parameter: use 'max_completion_tokens' instead.", param="max_tokens"),
        refuses(400, "Unsupported value: 'temperature' does not support 0 with this model."),
        then(cites(GOOD)),
    ]

    assert texts(draft()) == [GOOD]

    last = endpoint.requests[-1]
    assert "max_tokens" not in last
    assert last["max_completion_tokens"] == 900
    assert "temperature" not in last
    assert "response_format" in last
    assert "stream_options" in last


@pytest.mark.parametrize("status", [400, 422])
def test_a_server_that_says_not_what_it_refuses_is_asked_plainly(
    status: int, endpoint: Endpoint, draft: Drafted
) -> None:
    endpoint.replies = [refuses(status), then(cites(GOOD))]

    assert texts(draft()) == [GOOD]
    assert set(endpoint.requests[-1]) == {"model", "messages", "max_completion_tokens", "stream"}


def test_a_server_that_does_not_stream_is_asked_for_one_body(endpoint: Endpoint, draft: Drafted) -> None:
    endpoint.replies = [refuses(400, "'stream' must be false"), lambda prompt: says(cites(GOOD)(prompt))]

    assert texts(draft()) == [GOOD]
    assert "stream" not in endpoint.requests[-1]
    assert "response_format" in endpoint.requests[-1]


def test_a_local_server_is_told_the_ids_and_openai_is_not(endpoint: Endpoint, draft: Drafted) -> None:
    endpoint.replies = [then(cites(GOOD))]
    texts(draft())

    schema = endpoint.requests[0]["response_format"]["json_schema"]
    statements = schema["schema"]["properties"]["statements"]
    assert schema["strict"] is True
    assert statements["maxItems"] == 8
    known = statements["items"]["properties"]["evidence"]["items"]["properties"]["id"]["enum"]
    assert known == endpoint.keys

    from assistant.prompts import schema as plain_schema

    assert "enum" not in json.dumps(plain_schema())


OVERFLOWS: dict[str, Reply] = {
    "llama.cpp": refuses(
        400, "request (2018 tokens) exceeds the available context size (1024 tokens), try increasing it",
        type="exceed_context_size_error", n_prompt_tokens=2018, n_ctx=1500,
    ),
    "OpenAI": refuses(
        400, "This model's maximum context length is 1500 tokens. However, your messages resulted in 2500 tokens.",
        code="context_length_exceeded",
    ),
    "vLLM": refuses(400, "This model's maximum context length is 1500 tokens, you requested 2500", code=400),
    "one that counts otherwise": refuses(400, "This model's maximum context length is 99999 tokens, sorry"),
    "by its name alone": refuses(400, "no", type="exceed_context_size_error"),
    "by its status alone": refuses(413, "no"),
    "in the reply": events(b'data: {"error": {"code": 400, "type": "exceed_context_size_error"}}\n\n'),
    "as a server error": refuses(500, "the prompt is longer than the context window"),
}  # fmt: skip


@pytest.mark.parametrize("refused", OVERFLOWS.values(), ids=OVERFLOWS.keys())
def test_a_window_that_turns_out_smaller_is_given_fewer_passages(
    refused: Reply, endpoint: Endpoint, draft: Drafted
) -> None:
    model = Model(ModelSettings("small", endpoint.url))
    endpoint.replies = [refused, then(cites(GOOD))]

    assert texts(draft(model)) == [GOOD]
    first, second = (tokens(request) for request in endpoint.requests)
    assert second < 0.75 * first
    assert QUOTE in endpoint.prompt

    assert texts(draft(model)) == [GOOD]  # and the next question does not run into it again
    assert len(endpoint.requests) == 3
    assert tokens(endpoint.requests[2]) <= second


def test_a_window_too_small_for_anything_is_said(endpoint: Endpoint, draft: Drafted) -> None:
    endpoint.replies = [OVERFLOWS["by its name alone"]]

    with pytest.raises(ModelError, match=r"smaller context window than DANCHUNG_MODEL_CONTEXT=8192; set it"):
        texts(draft())
    assert 2 <= len(endpoint.requests) <= 5
