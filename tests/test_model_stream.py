"""Drafts come as they are written, and the request ends when nobody waits for more."""

from __future__ import annotations

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
from drafting import Drafted, begun, texts
from model_script import (
    DONE,
    GOOD,
    HOLD,
    QUOTE,
    SAID,
    USED,
    Endpoint,
    Reply,
    cites,
    citing,
    events,
    refuses,
    said,
    serving,
    states,
    streams,
    then,
)

from assistant.model import Draft, Drafting, Model
from assistant.question import Query
from assistant.retrieve import Evidence
from assistant.settings import ModelSettings

pytest_plugins = ["model_server", "drafting"]
pytestmark = pytest.mark.usefixtures("no_thread_stays")


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
