"""Drafts of a scripted model, for the tests of how they come."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from model_script import QUESTION, Endpoint, citing, said

from assistant import Assistant
from assistant.model import Drafting, Model
from assistant.question import Query, understand
from assistant.retrieve import Evidence, retrieve
from assistant.settings import ModelSettings
from ingest.split import count_tokens


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


@pytest.fixture
def no_thread_stays() -> Iterator[None]:
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


def tokens(request: dict[str, Any]) -> int:
    return sum(count_tokens(message["content"]) for message in request["messages"])
