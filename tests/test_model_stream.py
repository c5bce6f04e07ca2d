"""Drafts come as they are written; the request ends when nobody waits for more, when its time is up, or at a limit."""

from __future__ import annotations

import email.utils
import gc
import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from model_script import (
    DONE,
    DROP,
    GOOD,
    HOLD,
    QUESTION,
    QUOTE,
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
    says,
    serving,
    states,
    streams,
    then,
)

from assistant import Assistant
from assistant.model import Draft, Drafting, Model, passage_key
from assistant.question import Query, understand
from assistant.retrieve import Evidence, retrieve
from assistant.settings import ModelSettings
from ingest.errors import ModelError
from ingest.split import count_tokens

pytest_plugins = ["model_server"]


@pytest.fixture(scope="module")
def asked(corpus_assistant: Assistant) -> tuple[Query, list[Evidence]]:
    query = understand(QUESTION)
    return query, retrieve(query, corpus_assistant.library)


Drafted = Callable[..., Drafting]


@pytest.fixture
def draft(endpoint: Endpoint, asked: tuple[Query, list[Evidence]]) -> Drafted:
    """Begins a draft of the question's answer, with settings changed as told, or by a model given."""

    def drafted(model: Model | None = None, **changes: Any) -> Drafting:
        known = {"name": "small", "base_url": endpoint.url, "timeout": 5.0}
        return (model or Model(ModelSettings(**{**known, **changes}))).draft(*asked)

    return drafted


@pytest.fixture(autouse=True)
def _no_thread_stays() -> Iterator[None]:
    """A timer that outlives its request would hang up on nobody, and keep the process from nothing; yet none does."""
    yield
    deadline = time.monotonic() + 2
    while any(isinstance(thread, threading.Timer) for thread in threading.enumerate()):
        assert time.monotonic() < deadline, "a timer still runs"
        time.sleep(0.02)


def begun(prompt: str, *texts: str) -> bytes:
    """The begin of a reply: these statements, and the list not yet closed."""
    return said('{"statements": [' + ", ".join(json.dumps(citing(prompt, text)) for text in texts))


def texts(drafting: Drafting) -> list[str]:
    return [one.text for one in drafting]


# -- as it comes ---------------------------------------------------------------------------------


def test_drafts_come_as_they_are_written(endpoint: Endpoint, draft: Drafted) -> None:
    more, end = threading.Event(), threading.Event()
    endpoint.replies = [
        lambda prompt: events(
            begun(prompt, GOOD), more, said(", " + json.dumps(citing(prompt, SAID))), end, said("]}"), USED, DONE
        )
    ]
    drafts = iter(draft())

    assert next(drafts).text == GOOD
    more.set()
    assert next(drafts).text == SAID
    end.set()
    assert list(drafts) == []


def test_a_draft_names_its_evidence_and_the_quote_as_written(
    endpoint: Endpoint, draft: Drafted, asked: tuple[Query, list[Evidence]]
) -> None:
    endpoint.replies = [then(cites(GOOD))]

    (one,) = draft()

    assert isinstance(one, Draft)
    ((evidence, quote),) = one.evidence
    assert evidence in asked[1]
    assert quote == QUOTE
    assert QUOTE in evidence.passage.text


def test_a_statement_of_two_sentences_is_two_drafts(endpoint: Endpoint, draft: Drafted) -> None:
    endpoint.replies = [then(cites(f"Yes. {GOOD} The minister resigned."))]

    assert texts(draft()) == [GOOD, "The minister resigned."]


def test_statements_that_cite_only_what_was_not_given_are_counted(endpoint: Endpoint, draft: Drafted) -> None:
    unknown = {"text": "A.", "evidence": [{"id": "P0000", "quote": QUOTE}]}
    endpoint.replies = [then(lambda prompt: states(unknown, citing(prompt, GOOD), {"text": "B.", "evidence": []}))]
    drafting = draft()

    assert texts(drafting) == [GOOD]
    assert drafting.refused == 2


def test_nothing_is_sent_before_the_first_step_and_nothing_twice(endpoint: Endpoint, draft: Drafted) -> None:
    endpoint.replies = [then(cites(GOOD))]

    drafting = draft()
    assert endpoint.requests == []
    assert drafting.usage == {}
    assert texts(drafting) == [GOOD]
    assert texts(drafting) == []
    assert len(endpoint.requests) == 1


def test_without_evidence_nothing_is_sent(endpoint: Endpoint, asked: tuple[Query, list[Evidence]]) -> None:
    endpoint.replies = [then(cites(GOOD))]

    assert list(Model(ModelSettings("small", endpoint.url)).draft(asked[0], [])) == []
    assert endpoint.requests == []


def test_threads_may_share_a_model(endpoint: Endpoint, asked: tuple[Query, list[Evidence]]) -> None:
    endpoint.replies = [lambda prompt: events(0.1, *(streams(cites(GOOD)(prompt)).pieces or ()))]
    model = Model(ModelSettings("small", endpoint.url))

    with ThreadPoolExecutor(8) as pool:
        drafted = list(pool.map(lambda _: texts(model.draft(*asked)), range(16)))

    assert drafted == [[GOOD]] * 16


# -- cancelled -----------------------------------------------------------------------------------


def test_closing_ends_the_request_at_once(endpoint: Endpoint, draft: Drafted) -> None:
    endpoint.replies = [lambda prompt: events(begun(prompt, GOOD), HOLD)]
    drafting = draft()
    drafts = iter(drafting)
    assert next(drafts).text == GOOD
    assert not endpoint.left.is_set()

    drafting.close()

    assert endpoint.left.wait(3)
    assert list(drafts) == []
    drafting.close()


def by_leaving_the_with(drafting: Drafting) -> None:
    with drafting:
        next(iter(drafting))


def by_an_exception(drafting: Drafting) -> None:
    with suppress(KeyError), drafting:
        for _ in drafting:
            raise KeyError


def by_a_break(drafting: Drafting) -> None:
    for _ in drafting:
        break


def by_closing_the_consumer(drafting: Drafting) -> None:
    def consumer() -> Iterator[str]:
        for one in drafting:
            yield one.text

    running = consumer()
    next(running)
    running.close()  # type: ignore[attr-defined]


def by_forgetting_the_iterator(drafting: Drafting) -> None:
    drafts = iter(drafting)
    next(drafts)
    del drafts


def by_forgetting_in_a_cycle(drafting: Drafting) -> None:
    drafts = iter(drafting)
    next(drafts)
    cycle: list[Any] = [drafts]
    cycle.append(cycle)
    del drafts, cycle
    gc.collect()


@pytest.mark.parametrize(
    "leave",
    [
        by_leaving_the_with,
        by_an_exception,
        by_a_break,
        by_closing_the_consumer,
        by_forgetting_the_iterator,
        by_forgetting_in_a_cycle,
    ],
)
def test_whoever_leaves_ends_the_request(leave: Callable[[Drafting], None], endpoint: Endpoint, draft: Drafted) -> None:
    endpoint.replies = [lambda prompt: events(begun(prompt, GOOD), HOLD)]

    leave(draft())

    assert endpoint.left.wait(3)


WAITING: dict[str, Reply] = {
    "for the status": Reply(stall=10),
    "for the first event": events(HOLD),
    "in the midst of a line": events(b'data: {"choices', HOLD),
    "to ask again": refuses(429, headers={"retry-after": "4"}),
}


@pytest.mark.parametrize("reply", WAITING.values(), ids=WAITING.keys())
def test_another_thread_may_close_while_it_waits(reply: Reply, endpoint: Endpoint, draft: Drafted) -> None:
    endpoint.replies = [reply]
    drafting = draft()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(texts, drafting)
        while not endpoint.requests:
            time.sleep(0.01)
        time.sleep(0.1)
        closed = time.monotonic()
        drafting.close()
        assert waiting.result(timeout=3) == []
    assert time.monotonic() - closed < 3
    if reply.status == 200:
        assert endpoint.left.wait(3)


def test_what_is_closed_before_it_began_sends_nothing(endpoint: Endpoint, draft: Drafted) -> None:
    endpoint.replies = [then(cites(GOOD))]
    drafting = draft()
    drafting.close()

    assert texts(drafting) == []
    assert endpoint.requests == []


def test_closing_ends_a_request_under_tls_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: tuple[Query, list[Evidence]]
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(tmp_path))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    with serving(context) as endpoint:
        endpoint.replies = [events(HOLD)]
        drafting = Model(ModelSettings("small", endpoint.url, timeout=5)).draft(*asked)
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(texts, drafting)
            while not endpoint.requests:
                time.sleep(0.01)
            time.sleep(0.1)
            drafting.close()
            assert waiting.result(timeout=3) == []
        assert endpoint.left.wait(3)


def certificate(folder: Path) -> Path:
    """A key and a certificate for 127.0.0.1, in one file."""
    import ipaddress

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return file


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


def tokens(request: dict[str, Any]) -> int:
    return sum(count_tokens(message["content"]) for message in request["messages"])


def test_a_window_too_small_for_anything_is_said(endpoint: Endpoint, draft: Drafted) -> None:
    endpoint.replies = [OVERFLOWS["by its name alone"]]

    with pytest.raises(ModelError, match=r"smaller context window than DANCHUNG_MODEL_CONTEXT=8192; set it"):
        texts(draft())
    assert 2 <= len(endpoint.requests) <= 5


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
