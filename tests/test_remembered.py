"""Extractive answers are kept until the library changes, and never mixed up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from libraries import BRIDGES, PARCELS, write

from assistant import Answer, Assistant
from assistant.answer import DoneEvent
from ingest.engine import Engine
from ingest.library import Library

QUESTION = "How many letters did the office of Hue receive in 2023?"
LETTERS = "# Letters of 2023\n\nIn 2023 the office of Hue received 40 letters. Ms Lan Pham answered them all."


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    write(tmp_path / "reports" / "letters.md", LETTERS)
    write(tmp_path / "reports" / "bridges.txt", BRIDGES)
    return tmp_path / "reports"


@pytest.fixture
def forgetful(reports: Path, tmp_path: Path, engine: Engine) -> Iterator[Assistant]:
    """Keeps two answers."""
    with Assistant(Library(tmp_path / "data", engine), remembered=2) as opened:
        opened.ingest(reports)
        yield opened


def remembered(answer: Answer) -> bool:
    return "remembered" in answer.timings_ms


def told(answer: Answer) -> dict[str, Any]:
    return answer.model_dump(exclude={"timings_ms"})


def test_what_is_asked_again_is_the_same_answer_and_not_found_again(forgetful: Assistant) -> None:
    first, second = forgetful.ask(QUESTION), forgetful.ask(QUESTION)

    assert (remembered(first), remembered(second)) == (False, True)
    assert told(first) == told(second)
    assert set(second.timings_ms) == {"remembered", "total"}
    events = list(forgetful.stream(QUESTION))
    assert isinstance(events[-1], DoneEvent)
    assert remembered(events[-1].answer)
    assert len(events) == 1 + len(second.statements) + len(second.citations)


def test_without_being_told_to_an_assistant_keeps_none(reports: Path, tmp_path: Path, engine: Engine) -> None:
    with Assistant(Library(tmp_path / "data", engine)) as opened:
        opened.ingest(reports)
        assert not any(remembered(opened.ask(QUESTION)) for _ in range(2))


@pytest.mark.parametrize(
    "other",
    [
        {"filters": {"source": "bridges"}}, {"explain": True}, {"history": [{"role": "user", "content": "Son La?"}]},
        {"question": QUESTION.replace("letters", "parcels")},
    ],
)  # fmt: skip
def test_what_is_asked_otherwise_is_another_question(forgetful: Assistant, other: dict[str, Any]) -> None:
    forgetful.ask(QUESTION)
    assert not remembered(forgetful.ask(**{"question": QUESTION, **other}))
    assert remembered(forgetful.ask(**{"question": QUESTION, **other}))


def test_a_change_of_the_library_ends_what_is_kept(forgetful: Assistant, reports: Path) -> None:
    asked = "How many parcels did the depot of Hue open in 2025?"
    assert forgetful.ask(asked).abstained
    write(reports / "parcels.txt", "In 2025 the depot of Hue opened 60 parcels. Each was opened by the clerk himself.")
    forgetful.ingest(reports)
    found = forgetful.ask(asked)
    assert not remembered(found)
    assert "60" in found.answer
    forgetful.remove(next(one.id for one in forgetful.documents() if one.source.endswith("parcels.txt")))

    assert not remembered(forgetful.ask(asked))
    assert told(forgetful.ask(asked)) != told(found)


def test_an_answer_found_while_the_library_changed_is_not_kept(forgetful: Assistant, reports: Path) -> None:
    events = forgetful.stream(QUESTION)
    next(events)
    write(reports / "parcels.txt", PARCELS)
    forgetful.ingest(reports)
    *_, last = events
    assert isinstance(last, DoneEvent)
    assert not remembered(forgetful.ask(QUESTION))


def test_what_a_caller_does_to_an_answer_stays_with_it(forgetful: Assistant) -> None:
    for _ in range(2):
        answer = forgetful.ask(QUESTION)
        answer.statements.clear()
        answer.usage["notice"] = "mine"
    assert forgetful.ask(QUESTION).statements
    assert "notice" not in forgetful.ask(QUESTION).usage


def test_the_one_asked_for_longest_ago_goes_first(forgetful: Assistant) -> None:
    other, third = "Which crossing was inspected?", "Who answered the letters?"
    forgetful.ask(QUESTION)
    forgetful.ask(other)
    assert remembered(forgetful.ask(QUESTION))
    forgetful.ask(third)
    assert remembered(forgetful.ask(QUESTION))
    assert not remembered(forgetful.ask(other))


def test_what_a_model_may_write_is_not_kept(forgetful: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    found = list(forgetful.stream(QUESTION))
    monkeypatch.setattr(forgetful, "model", cast(Any, object()))
    monkeypatch.setattr(forgetful, "_events", lambda *_: iter(found))
    assert [remembered(forgetful.ask(QUESTION)) for _ in range(2)] == [False, False]


def test_a_failure_is_not_kept(forgetful: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any) -> Any:
        raise RuntimeError
        yield

    with monkeypatch.context() as broken:
        broken.setattr(forgetful, "_events", fails)
        with pytest.raises(RuntimeError):
            forgetful.ask(QUESTION)
    assert not remembered(forgetful.ask(QUESTION))
