"""A stream: citations before the statement that uses them, the whole answer last; and it may be left at any point."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from asking import Over, ask, assert_leads_back

from assistant import Answer, Assistant
from assistant.answer import CitationEvent, DoneEvent, Event, StatementEvent
from assistant.verify import as_written
from ingest.errors import InputError

BOTH = "How many letters did the office of Hue receive in 2023 and in 2024?"
ASKED = "How many letters did the office of Hue receive in 2024?"
HALF = "How many letters did the office of Hue receive in 1987 and in 2024?"
UNKNOWN = "How many letters did the office of Hue receive in 1987?"


@pytest.fixture(scope="module")
def office(over: Over) -> Assistant:
    return over(
        {
            f"y{year}.md": f"# Letters of {year}\n\nIn {year} the office of Hue received {n} letters."
            for year, n in ((2023, 40), (2024, 90))
        }
    )


def whole(answer: Answer) -> dict[str, Any]:
    return answer.model_dump(exclude={"timings_ms"})


@pytest.mark.parametrize("question", [BOTH, ASKED, HALF, UNKNOWN, "Who painted the ceiling of the opera?"])
def test_a_stream_ends_with_the_answer_that_is_given_at_once(office: Assistant, question: str) -> None:
    *events, last = office.stream(question)

    assert isinstance(last, DoneEvent)
    assert not any(isinstance(event, DoneEvent) for event in events)
    assert whole(last.answer) == whole(ask(office, question))
    assert_leads_back(office, last.answer)
    assert [event.citation for event in events if isinstance(event, CitationEvent)] == last.answer.citations
    assert [event.statement for event in events if isinstance(event, StatementEvent)] == last.answer.statements


def test_citations_come_before_the_statement_that_uses_them(office: Assistant) -> None:
    kinds = [event.event for event in office.stream(BOTH)]

    assert kinds == ["citation", "statement", "citation", "statement", "statement", "done"]


def test_the_statements_streamed_make_up_the_answer(office: Assistant) -> None:
    *events, last = office.stream(HALF)
    statements = [event.statement for event in events if isinstance(event, StatementEvent)]

    assert isinstance(last, DoneEvent)
    assert " ".join(map(as_written, statements)) == last.answer.answer
    assert "1987" in last.answer.usage["notice"]


def test_an_abstention_is_nothing_but_its_end(office: Assistant) -> None:
    (last,) = office.stream(UNKNOWN)

    assert isinstance(last, DoneEvent)
    assert last.answer.abstained


def test_events_are_json_by_their_names(office: Assistant) -> None:
    for event in office.stream(BOTH):
        again = type(event).model_validate_json(event.model_dump_json())
        assert again == event
        assert set(event.model_dump()) == {"event", {"done": "answer"}.get(event.event, event.event)}


def test_history_filters_and_explanation_are_of_a_stream_too(office: Assistant) -> None:
    history = [{"role": "user", "content": ASKED}, {"role": "assistant", "content": "90 [1]"}]
    *_, last = office.stream("And in 2023?", history, {"source": "y2023"}, explain=True)

    assert isinstance(last, DoneEvent)
    assert [citation.source for citation in last.answer.citations] == ["reports/y2023.md"]
    assert last.answer.usage["explained"]["periods"] == ["2023"]


@pytest.mark.parametrize("question", ["", "🤷", "a" * 3000])
def test_what_cannot_be_asked_is_told_where_the_stream_is_read(office: Assistant, question: str) -> None:
    with pytest.raises(InputError):
        list(office.stream(question))


@pytest.mark.parametrize("read", range(6))
def test_a_stream_may_be_left_at_any_point(office: Assistant, read: int) -> None:
    stream = office.stream(BOTH)
    taken = [next(stream) for _ in range(read)]
    assert_closes(stream)

    assert len(taken) == read
    assert next(stream, None) is None
    assert whole(ask(office, BOTH)) == whole(ask(office, BOTH))  # and the next question is answered as ever


def assert_closes(stream: Iterator[Event]) -> None:
    close = getattr(stream, "close", None)
    assert close is not None
    close()


def test_two_streams_at_once_do_not_mix(office: Assistant) -> None:
    one, other = office.stream(ASKED), office.stream(ASKED.replace("2024", "2023"))
    first, second = next(one), next(other)

    assert isinstance(first, CitationEvent)
    assert isinstance(second, CitationEvent)
    assert "90 letters" in first.citation.quote
    assert "40 letters" in second.citation.quote
    assert [event.event for event in one] == [event.event for event in other] == ["statement", "done"]


def test_threads_may_stream_from_one_assistant(office: Assistant) -> None:
    expected = {question: whole(ask(office, question)) for question in (BOTH, ASKED, HALF, UNKNOWN)}
    wrong: list[str] = []

    def run(question: str) -> None:
        for _ in range(3):
            *_, last = office.stream(question)
            if not isinstance(last, DoneEvent) or whole(last.answer) != expected[question]:
                wrong.append(question)

    threads = [threading.Thread(target=run, args=(question,)) for question in expected]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert wrong == []
    assert not any(thread.is_alive() for thread in threads)
