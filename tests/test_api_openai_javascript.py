"""One conversation, held by OpenAI's Python client and by its JavaScript client: what comes of it is the same."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import openai
import pytest
from serving import JAVASCRIPT, QUESTION, listening, node_with_openai, whole_api

from assistant import Assistant
from assistant.api.guard import Access
from assistant.keys import Keys, new_key

KEY, ENTRY = new_key("ana", "read")
SCRIPT = JAVASCRIPT / "conversation.mjs"
TURNS = [QUESTION, "And in 2023?", "Combien de nouvelles affaires de corruption en 2024 ?", "And in 1907?"]


@pytest.fixture(scope="module")
def url(reader: Assistant) -> Iterator[str]:
    with listening(whole_api(reader, access=Access(Keys(str(ENTRY))))) as address:
        yield address


@pytest.fixture(scope="module")
def in_python(url: str) -> Any:
    with openai.OpenAI(base_url=f"{url}/v1", api_key=KEY, max_retries=0) as client:
        messages: list[Any] = []
        answers = []
        for turn in TURNS:
            messages.append({"role": "user", "content": turn})
            answer = _whole(client, messages)
            answers.append({**answer, "streamed": _streamed(client, messages)})
            messages.append({"role": "assistant", "content": answer["content"]})
        models = [model.id for model in client.models.list()]
        embedded = client.embeddings.create(model=models[1], input=TURNS)
        stranger = openai.OpenAI(base_url=f"{url}/v1", api_key="wrong", max_retries=0)
        refused = [
            _refusal(openai.NotFoundError, lambda: client.chat.completions.create(model="gpt-4o", messages=messages)),
            _refusal(openai.AuthenticationError, stranger.models.list),
        ]
    vectors = [one.embedding for one in embedded.data]
    return {"answers": answers, "models": models, "vectors": vectors, "refused": refused}


def _whole(client: openai.OpenAI, messages: Sequence[Any]) -> dict[str, Any]:
    reply = client.chat.completions.create(model="danchung", messages=messages)
    message = reply.choices[0].message
    cited: list[Any] = [annotation.url_citation for annotation in message.annotations or ()]
    assert reply.model_extra
    assert reply.usage
    return {
        "content": message.content,
        "reason": reply.choices[0].finish_reason,
        "marks": [[one.start_index, one.end_index, one.quote] for one in cited],
        "abstained": reply.model_extra["danchung"]["abstained"],
        "tokens": reply.usage.total_tokens,
    }


def _streamed(client: openai.OpenAI, messages: Sequence[Any]) -> dict[str, Any]:
    said: dict[str, Any] = {"content": "", "reason": None, "tokens": 0}
    options: Any = {"include_usage": True}
    for chunk in client.chat.completions.create(
        model="danchung", messages=messages, stream=True, stream_options=options
    ):
        for choice in chunk.choices:
            said["content"] += choice.delta.content or ""
            said["reason"] = choice.finish_reason or said["reason"]
        said["tokens"] = chunk.usage.total_tokens if chunk.usage else said["tokens"]
    return said


def _refusal(kind: type[openai.APIStatusError], call: Callable[[], Any]) -> Any:
    with pytest.raises(kind) as told:
        call()
    return [told.value.status_code, told.value.code]


def test_the_conversation_goes_as_it_should(in_python: Any) -> None:
    first, second, french, never = in_python["answers"]

    assert "848" in first["content"]
    assert "763" in second["content"]  # the follow-up is completed from the turn before
    assert "848" in french["content"]
    assert [answer["abstained"] for answer in in_python["answers"]] == [False, False, False, True]
    assert not never["marks"]
    for answer in in_python["answers"]:
        assert answer["streamed"] == {name: answer[name] for name in ("content", "reason", "tokens")}
        assert all(answer["content"][start:end].startswith("[") for start, end, _ in answer["marks"])
    assert in_python["refused"] == [[404, "model_not_found"], [401, None]]


def test_the_javascript_client_has_the_same_conversation(url: str, in_python: Any) -> None:
    node = node_with_openai()
    ran = subprocess.run(
        [node, str(SCRIPT), url, KEY, json.dumps(TURNS)], capture_output=True, text=True, timeout=300, check=False
    )
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)

    assert np.allclose(told.pop("vectors"), in_python["vectors"], atol=1e-6)
    assert told == {name: value for name, value in in_python.items() if name != "vectors"}
