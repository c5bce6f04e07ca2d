"""Too many at once, too slow, gone: each is answered as it should be, and the server goes on."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from serving import events_of, listening, whole_api
from starlette.exceptions import HTTPException

from assistant import Assistant
from assistant.answer import Answer, DoneEvent, Event, Statement, StatementEvent
from assistant.api.work import Work
from assistant.settings import ServerSettings

ANSWER = Answer(question="Who?", answer="Nobody.", abstained=True, reason="Nobody.", language="en", mode="extractive")


class Slow:
    """In the assistant's place: answers once it is let, or when `seconds` are over, and says what became of it."""

    def __init__(self, seconds: float = 30.0) -> None:
        self.seconds = seconds
        self.let, self.begun, self.closed = threading.Event(), threading.Event(), threading.Event()

    def stream(self, *_: Any, **__: Any) -> Iterator[Event]:
        self.begun.set()
        try:
            for _step in range(int(self.seconds / 0.02)):
                if self.let.wait(0.02):
                    break
                yield from ()
            yield DoneEvent(answer=ANSWER)
        finally:
            self.closed.set()


@pytest.fixture
def slow(reader: Assistant, monkeypatch: pytest.MonkeyPatch) -> Slow:
    made = Slow()
    monkeypatch.setattr(reader, "stream", made.stream)
    return made


def test_beyond_what_may_wait_a_question_is_told_to_come_back(reader: Assistant, slow: Slow) -> None:
    app = whole_api(reader, ServerSettings(at_once=1, waiting=2))
    with listening(app) as url, ThreadPoolExecutor(3) as pool, httpx.Client(base_url=url, trust_env=False) as http:

        def ask() -> httpx.Response:
            return httpx.post(f"{url}/v1/ask", json={"question": "Who?"}, timeout=30, trust_env=False)

        waiting = [pool.submit(ask) for _ in range(3)]
        until(lambda: app.state.parts.work.inside == 3)
        for body in ({"question": "Who?"}, {"question": "Who?", "stream": True}):
            refused = http.post("/v1/ask", json=body)
            assert refused.status_code == 429
            assert int(refused.headers["retry-after"]) >= 1
            assert refused.headers["content-type"] == "application/problem+json"
        assert http.get("/healthz").status_code == 200  # it can still be looked at
        slow.let.set()
        assert [each.result().status_code for each in waiting] == [200, 200, 200]
        until(lambda: app.state.parts.work.inside == 0)


def test_what_takes_too_long_is_given_up(reader: Assistant, slow: Slow) -> None:
    with TestClient(whole_api(reader, ServerSettings(request_timeout=0.3))) as client:
        reply = client.post("/v1/ask", json={"question": "Who?"})
        slow.let.set()

    assert reply.status_code == 504
    assert "longer than 0.3 s" in reply.json()["detail"]


def test_a_stream_that_takes_too_long_ends_with_an_error(reader: Assistant, slow: Slow) -> None:
    with TestClient(whole_api(reader, ServerSettings(request_timeout=3))) as client:
        reply = client.post("/v1/ask", json={"question": "Who?", "stream": True})
        slow.let.set()

    name, problem = events_of(reply.text)[-1]
    assert (name, problem["status"]) == ("error", 504)


@pytest.mark.parametrize("stream", [False, True])
def test_work_ends_when_the_client_leaves(reader: Assistant, monkeypatch: pytest.MonkeyPatch, stream: bool) -> None:
    closed = threading.Event()

    def endless(*_: Any, **__: Any) -> Iterator[Event]:
        try:
            while True:
                time.sleep(0.02)
                yield StatementEvent(statement=Statement(text="More.", citations=[], support=1.0))
        finally:
            closed.set()

    monkeypatch.setattr(reader, "stream", endless)
    app, body = whole_api(reader), {"question": "Who?", "stream": stream}
    with listening(app) as url:
        try:
            with httpx.stream("POST", f"{url}/v1/ask", json=body, timeout=1, trust_env=False) as reply:
                next(reply.iter_text())
        except httpx.ReadTimeout:
            assert not stream
        assert closed.wait(10)
        until(lambda: app.state.parts.work.inside == 0)


def test_a_server_that_drains_ends_what_it_began_and_takes_no_more(reader: Assistant, slow: Slow) -> None:
    app = whole_api(reader)
    with listening(app) as url, ThreadPoolExecutor(2) as pool:
        began = pool.submit(httpx.post, f"{url}/v1/ask", json={"question": "Who?"}, timeout=30, trust_env=False)
        assert slow.begun.wait(10)
        drained = pool.submit(asyncio.run, app.state.parts.work.drain(10))
        until(lambda: app.state.parts.work.draining)
        refused = httpx.post(f"{url}/v1/ask", json={"question": "Who?"}, trust_env=False)
        ready = httpx.get(f"{url}/readyz", trust_env=False)
        assert not drained.done()
        slow.let.set()

        assert (refused.status_code, ready.status_code) == (503, 503)
        assert "retry-after" in refused.headers
        assert began.result().status_code == 200
        drained.result(10)


def test_a_place_is_given_back_whatever_happens() -> None:
    def fails(_: threading.Event) -> None:
        raise RuntimeError("inside")

    async def use(work: Work) -> None:
        for _ in range(5):
            with pytest.raises(RuntimeError):
                await work.run(None, fails)
        with pytest.raises(HTTPException, match="504"):
            await work.run(None, lambda stop: stop.wait(5))
        tasks = [asyncio.ensure_future(work.run(None, lambda stop: stop.wait(5))) for _ in range(2)]
        await asyncio.sleep(0.05)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    work = Work(1, 1, 0.2)
    asyncio.run(use(work))
    until(lambda: work.inside == 0)


def until(true: Any) -> None:
    for _ in range(500):
        if true():
            return
        time.sleep(0.02)
    raise AssertionError("it never came to be")
