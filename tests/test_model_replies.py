"""What a model's server sends back is odd and to be understood, or of no use; or nothing comes of asking it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import pytest
from model_script import (
    DONE,
    DROP,
    GOOD,
    HOLD,
    KEY,
    QUESTION,
    USED,
    Endpoint,
    Opened,
    Reply,
    assert_quotes_instead,
    assert_verbatim,
    chunk,
    cites,
    citing,
    events,
    refuses,
    said,
    says,
    states,
    streams,
    then,
)

from assistant.answer import DoneEvent
from assistant.model import Model
from assistant.settings import ModelSettings
from ingest.errors import ModelError

pytest_plugins = ["model_server"]


# -- what it answers cannot be used --------------------------------------------------------------


def body(content: str) -> Reply:
    return events(said(content), chunk(finish="stop"), DONE)


UNUSABLE: dict[str, tuple[Reply, str]] = {
    "prose": (streams("There were 848 cases [1]."), "not the JSON asked for"),
    "nothing": (streams(""), "not the JSON asked for"),
    "null content": (says(None), "not the JSON asked for"),
    "content that is a list": (says([{"type": "text", "text": "hello"}]), "not the JSON asked for"),
    "content that is a number": (says(5), "not the JSON asked for"),
    "JSON that ends early": (streams('{"statements": [{"text": "There were 848 ca'), "not the JSON asked for"),
    "JSON that ends after a brace": (streams('{"statements": [{"text": "a", "evidence": [{"id": "P1"}'), "not the"),
    "JSON cut off": (streams('{"statements": [{"text": "There were', finish="length"), "DANCHUNG_MODEL_OUTPUT"),
    "deeply nested": (body('{"statements": ' + "{" * 50_000), "not the JSON asked for"),
    "a list": (streams("[]"), "not the JSON asked for"),
    "other keys": (streams('{"answer": "848"}'), "not the JSON asked for"),
    "statements that are no list": (streams('{"statements": {"text": "848"}}'), "not the JSON asked for"),
    "a number of 10,000 digits": (body('{"statements": ' + "9" * 10_000 + "}"), "not the JSON asked for"),
    "10 MB of prose": (says("There were many cases. " * 450_000), "longer than 256 KB"),
    "10 MB streamed": (events(*[said("There were many. " * 4000)] * 150, DONE), "longer than 256 KB"),
    "a statement without an end": (events(said('{"statements": [{"text": "'), *[said("and " * 15000)] * 20), "256 KB"),
    "no end of spaces": (events(said('{"statements": ['), *[said(" " * 60_000)] * 20), "longer than 256 KB"),
    "no choices": (says("", choices=[]), "without a message"),
    "null choices": (says("", choices=None), "without a message"),
    "choices that are text": (says("", choices="none"), "without a message"),
    "null message": (says("", choices=[{"index": 0, "message": None}]), "without a message"),
    "events without choices": (events(USED, USED, DONE), "without a message"),
    "events that are no objects": (events(b"data: 5\n\n", b'data: "hi"\n\n', b"data: null\n\n"), "without a mess"),
    "nothing but the end": (events(DONE), "without a message"),
    "nothing but pings": (events(b": ping\n\n", b"event: ping\n\n", b"retry: 5\n\n"), "without a message"),
    "a body that is no JSON": (Reply(b"{oops"), "cannot be read"),
    "an empty body": (Reply(b""), "without a message"),
    "a body that is no text": (Reply(b"\xff\xfe\xfa"), "without a message"),
    "a body nested too deep": (Reply(b'{"choices":' + b"[" * 100_000), "cannot be read"),
    "a web page": (Reply(b"<html>Welcome</html>", type="text/html"), "without a message"),
    "another protocol": (Reply(b'{"message": {"content": "hi"}}\n{"done": true}'), "cannot be read"),
    "a tool call": (
        events(chunk({"tool_calls": [{"function": {"name": "a", "arguments": "{}"}}]}), chunk(finish="tool_calls")),
        "not the JSON",
    ),
    "a refusal": (events(chunk({"refusal": "I'm sorry, I can't."}), chunk(finish="stop"), DONE), "declined to answer"),
    "a filter": (events(chunk({"content": ""}), chunk(finish="content_filter"), DONE), "declined to answer"),
    "thoughts alone": (events(chunk({"reasoning_content": states()}), chunk(finish="stop"), DONE), "not the JSON"),
    "a user's turn": (events(chunk({"role": "user"}), said(states()), DONE), "not the JSON"),
    "another choice": (
        events(chunk(choices=[{"index": 1, "delta": {"content": states()}}]), chunk({}, "stop"), DONE), "not the JSON",
    ),
    "an error in the midst": (events(said("{"), b'data: {"error": {"message": "boom"}}\n\n'), "status 500"),
    "an error that is text": (events(b'data: {"error": "boom"}\n\n'), "status 500"),
    "an error in a body": (Reply(b'{"error": {"message": "no such model", "code": 404}}'), "has no model 'small'"),
    "a drop in the midst": (events(said('{"statements": [{"te'), DROP), "broke off"),
    "a drop before anything": (Reply(refuse=True), "broke off"),
    "a redirect to itself": (Reply(status=307, headers={"location": "/v1/chat/completions"}), "OPENAI_BASE_URL"),
    "no content": (Reply(status=204), "without a message"),
    "401": (refuses(401), "check OPENAI_API_KEY"),
    "402": (refuses(402), "no credit left"),
    "403": (refuses(403), "check OPENAI_API_KEY"),
    "404": (refuses(404), "has no model 'small'"),
    "418": (refuses(418), "status 418"),
    "429": (refuses(429), "over its limit"),
    "no credit": (refuses(429, code="insufficient_quota"), "no credit left"),
    "500": (refuses(500), "status 500"),
    "500 with a page": (Reply(b"<html>oops</html>", 500, "text/html"), "status 500"),
    "400 whatever is asked": (refuses(400, f"bad request, your key was {KEY}"), "status 400"),
    "400 with 1 MB": (refuses(400, "no! " * 250_000), "status 400"),
    "400 with a list": (Reply(b"[1, 2]", 400), "status 400"),
}  # fmt: skip


@pytest.fixture
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asks a busy server again without a pause."""
    monkeypatch.setattr("assistant.model.exchange.PAUSE", 0.01)


@pytest.mark.usefixtures("_hasty")
@pytest.mark.parametrize(("reply", "told"), UNUSABLE.values(), ids=UNUSABLE.keys())
def test_what_cannot_be_used_is_replaced_by_quotes_and_said(
    reply: Reply, told: str, endpoint: Endpoint, with_model: Opened
) -> None:
    endpoint.replies = [reply]
    assistant = with_model()

    answer = assistant.ask(QUESTION)

    assert_quotes_instead(answer, assistant, told)


# -- odd, and to be understood -------------------------------------------------------------------


def used(prompt: object, completion: object) -> bytes:
    return chunk(choices=[], usage={"prompt_tokens": prompt, "completion_tokens": completion})


def crlf(reply: Reply) -> Reply:
    assert reply.pieces
    lines = [piece.replace(b"\n", b"\r\n") for piece in reply.pieces if isinstance(piece, bytes)]
    return events(*lines)


def bytewise(reply: Reply, changed: Callable[[bytes], bytes] = lambda sent: sent) -> Reply:
    sent = changed(b"".join(piece for piece in reply.pieces or () if isinstance(piece, bytes)))
    return events(*[sent[at : at + 1] for at in range(len(sent))])


ODD: dict[str, Callable[[str], Reply]] = {
    "events with CRLF": lambda text: crlf(streams(text)),
    "events with CR": lambda text: bytewise(streams(text), lambda sent: sent.replace(b"\n", b"\r")),
    "events byte by byte, with CRLF": lambda text: bytewise(streams(text), lambda sent: sent.replace(b"\n", b"\r\n")),
    "events without spaces": lambda text: bytewise(streams(text), lambda sent: sent.replace(b"data: ", b"data:")),
    "events without blank lines": lambda text: bytewise(streams(text), lambda sent: sent.replace(b"\n\n", b"\n")),
    "events after a byte order mark": lambda text: bytewise(events(said(text)), lambda sent: b"\xef\xbb\xbf" + sent),
    "events over several lines, byte by byte, with CRLF": lambda text: bytewise(
        events(b"data: {\ndata:" + said(text).removeprefix(b"data: {")), lambda sent: sent.replace(b"\n", b"\r\n")
    ),
    "a connection kept open after the end": lambda text: events(said(text), chunk(finish="stop"), DONE, HOLD),
    "a drop after the end of the answer": lambda text: events(said(text), DROP),
    "events over several lines": lambda text: events(
        *[b"data: " + json.dumps(json.loads(p[6:]), indent=1).encode().replace(b"\n", b"\ndata: ") + b"\n\n"
          for p in streams(text).pieces or () if isinstance(p, bytes) and p != DONE]
    ),
    "comments and names between": lambda text: events(
        b": hello\n\n", b"event: message\nid: 7\n", said(text[:40]), b":\n", said(text[40:]), b"\n\n\n", DONE
    ),
    "no end": lambda text: events(said(text)),
    "no end, and no last line": lambda text: events(said(text).rstrip()),
    "the wrong type": lambda text: Reply(said(text) + DONE),
    "the wrong type for a body": lambda text: Reply(says(text).body, type="text/event-stream"),
    "a body after blank lines": lambda text: Reply(b"\n \n" + says(text).body),
    "a body after spaces": lambda text: Reply(b"   " + says(text).body),
    "a body after a byte order mark": lambda text: Reply(b"\xef\xbb\xbf" + says(text).body),
    "broken events between": lambda text: events(b"data: {oops\n\n", said(text), b"data: \xff\xfe\n\n", DONE),
    "what is no text between": lambda text: events(b"data: \xc3\x28\n\n", said(text), DONE),
    "empty choices first": lambda text: events(chunk(choices=[]), said(text), chunk(choices=[], usage=None), DONE),
    "other choices beside": lambda text: events(
        chunk(choices=[{"index": 1, "delta": {"content": "no"}}, {"index": 0, "delta": {"content": text}}]), DONE
    ),
    "content in parts": lambda text: events(
        chunk({"content": [{"type": "text", "text": text[:30]}, {"type": "image"}, None]}),
        chunk({"content": [{"type": "text", "text": text[30:]}]}), DONE,
    ),
    "thoughts beside": lambda text: events(
        chunk({"reasoning_content": '{"statements": [', "reasoning": "hm", "content": None}), said(text), DONE
    ),
    "a tool call beside": lambda text: events(chunk({"tool_calls": [None], "content": text}), DONE),
    "a user's turn after": lambda text: events(
        chunk({"role": "assistant", "content": text}), chunk({"role": "user", "content": ', {"text": '}), DONE
    ),
    "usage that is negative": lambda text: events(said(text), used(-1, 2)),
    "usage that is text": lambda text: events(said(text), chunk(usage="some"), DONE),
    "usage of truths": lambda text: events(said(text), used(True, 1)),
    "usage that is no number": lambda text: events(said(text), used(float("nan"), 1e400)),
    "usage before the end": lambda text: events(chunk({"role": "assistant"}, usage=None), said(text), USED, DONE),
    "a finish that is a number": lambda text: events(chunk({"content": text}, finish=0), DONE),
    "keys nobody knows": lambda text: events(
        said('{"v": {"statements": 1, "a": [1, "]"]}, "statements": [{"score": 1e999, "x": {"y": []},'),
        said(text.removeprefix('{"statements": [{')), DONE,
    ),
    "escaped keys": lambda text: events(said(text.replace('"statements"', '"\\u0073tatements"'))),
    "raw line breaks in strings": lambda text: events(said(text.replace(" new ", "\\nnew\n"))),
    "characters cut in two": lambda text: bytewise(
        events(said(text)), lambda sent: sent.replace(b"{\\\"text", "{\\\"ký\\\": \\\"tự 字\\\", \\\"text".encode())
    ),
    "trailing talk": lambda text: events(said(text), *[said(" and so on")] * 100, HOLD),
    "the list twice": lambda text: events(said(text + text), DONE),
    "an error after all": lambda text: events(said(text), b'data: {"error": {"message": "late"}}\n\n'),
}  # fmt: skip


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD.keys())
def test_odd_replies_are_understood(odd: Callable[[str], Reply], endpoint: Endpoint, with_model: Opened) -> None:
    endpoint.replies = [lambda prompt: odd(cites(GOOD)(prompt))]
    assistant = with_model()

    answer = assistant.ask(QUESTION)

    assert (answer.mode, answer.answer) == ("model", f"{GOOD} [1]")
    assert_verbatim(answer, assistant)
    assert "notice" not in answer.usage
    assert answer.usage["prompt_tokens"] > 0
    assert answer.usage["completion_tokens"] > 0


# -- addresses, keys, time -----------------------------------------------------------------------


def test_nobody_there_is_said(with_model: Opened, endpoint: Endpoint) -> None:
    assistant = with_model(base_url="http://127.0.0.1:9/v1")

    assert_quotes_instead(assistant.ask(QUESTION), assistant, "127.0.0.1:9", "cannot be reached")
    assert not endpoint.requests


@pytest.mark.parametrize(
    "url",
    [
        "not an address",
        "http://[",
        "ftp://127.0.0.1/v1",
        "http://127.0.0.1:99999999/v1",
        "http://a\x00b/",
        "http://\ud800",
    ],
)
def test_an_address_that_is_none_is_said(url: str, with_model: Opened) -> None:
    assistant = with_model(base_url=url)

    answer = assistant.ask(QUESTION)

    assert_quotes_instead(answer, assistant, "check OPENAI_BASE_URL")
    assert answer.usage["notice"].isprintable()


def test_a_password_in_the_address_is_not_told(with_model: Opened) -> None:
    assistant = with_model(base_url="http://user:geheim@127.0.0.1:9/v1")

    answer = assistant.ask(QUESTION)

    assert_quotes_instead(answer, assistant, "127.0.0.1:9")
    assert "geheim" not in answer.usage["notice"]


@pytest.mark.parametrize("key", ["clé", "two\nlines", "sk \x00"])
def test_a_key_that_cannot_be_sent_is_said(key: str, endpoint: Endpoint, with_model: Opened) -> None:
    endpoint.replies = [streams(states())]
    assistant = with_model(api_key=key)

    answer = assistant.ask(QUESTION)

    assert_quotes_instead(answer, assistant, "OPENAI_API_KEY")
    assert key not in answer.usage["notice"]


def test_certificates_that_cannot_be_read_are_said(with_model: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/at-all.pem")
    assistant = with_model()

    assert_quotes_instead(assistant.ask(QUESTION), assistant, "check them")


def test_a_stalled_model_is_not_waited_for(endpoint: Endpoint, with_model: Opened) -> None:
    endpoint.replies = [Reply(b"", stall=5)]
    assistant = with_model(timeout=0.3)
    started = time.monotonic()

    answer = assistant.ask(QUESTION)

    assert time.monotonic() - started < 4
    assert_quotes_instead(answer, assistant, "took longer than 0.3 s")


def test_a_notice_is_in_the_language_of_the_question(endpoint: Endpoint, with_model: Opened) -> None:
    endpoint.replies = [refuses(401)]

    answer = with_model().ask("Combien de nouvelles affaires en 2024 ?")

    assert answer.usage["notice"].startswith("Le modèle de langue n'a pas répondu")


def test_what_came_before_a_drop_is_shown_and_said_to_be_cut_short(endpoint: Endpoint, with_model: Opened) -> None:
    endpoint.replies = [
        lambda prompt: events(said('{"statements": [' + json.dumps(citing(prompt, GOOD)) + ', {"text": "An'), DROP)
    ]
    assistant = with_model()

    answer = assistant.ask(QUESTION)

    assert answer.answer == f"{GOOD} [1]"
    assert "cut short" in answer.usage["notice"]
    assert "broke off" in answer.usage["notice"]
    assert len(endpoint.requests) == 1  # what is shown is not asked for again


@pytest.mark.parametrize(
    "question",
    [
        "How many corruption cases were prosecuted nationwide in 2021?",
        "What did Dang Vu Hoai Lam say at the 2024 national conference?",
        "How many dialogues with citizens were held in Da Nang in 2024?",
    ],
)
def test_a_question_that_nothing_can_answer_is_not_sent(question: str, endpoint: Endpoint, with_model: Opened) -> None:
    endpoint.replies = [streams(states())]

    answer = with_model().ask(question)

    assert answer.abstained
    assert answer.citations == []
    assert endpoint.requests == []


def test_filters_that_leave_nothing_send_nothing(endpoint: Endpoint, with_model: Opened) -> None:
    endpoint.replies = [streams(states())]

    assert with_model().ask(QUESTION, filters={"period": "1999"}).abstained
    assert endpoint.requests == []


def test_a_ping_tells_a_working_model_from_a_broken_one(endpoint: Endpoint) -> None:
    model = Model(ModelSettings("small", endpoint.url, KEY))
    endpoint.replies = [streams('{"ready": true}'), refuses(401)]

    assert model.ping() == []
    with pytest.raises(ModelError, match="check OPENAI_API_KEY"):
        model.ping()


def test_a_ping_says_what_an_endpoint_does_not_do(endpoint: Endpoint) -> None:
    endpoint.replies = [refuses(400, "response_format is not supported"), says("yes")]

    assert Model(ModelSettings("small", endpoint.url)).ping() == ["takes no JSON schema", "does not stream"]


def test_the_last_event_holds_the_answer(endpoint: Endpoint, with_model: Opened) -> None:
    endpoint.replies = [then(cites(GOOD))]

    *_, last = with_model().stream(QUESTION)

    assert isinstance(last, DoneEvent)
    assert last.answer.answer == f"{GOOD} [1]"
