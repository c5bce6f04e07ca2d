"""An assistant is shared by threads, and a process may open several: nothing of one gets into another."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from libraries import PARCELS, write

from assistant import Assistant
from ingest.engine import Engine

THREADS = 16
ASKED = (
    "How many letters did the office of Hue receive in 2024?", "How many letters did it receive in 2023?",
    "Who heads the office of Hue?", "Combien de lettres le bureau de Hue a-t-il reçues en 2024 ?",
    "How many bridges fell in 1987?",
)  # fmt: skip


def report(letters: int, head: str) -> str:
    return (
        f"# Letters of 2024\n\nIn 2024 the office of Hue received {letters} letters. In 2023 it had received "
        f"{letters + 7}. Ms {head} heads the office of Hue."
    )


@pytest.fixture(scope="module")
def two(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Assistant, Assistant]]:
    """Two libraries that tell the same in other figures, over one engine; the second remembers its answers."""
    folder = tmp_path_factory.mktemp("two")
    with (
        Assistant.open(folder / "one", engine=engine) as one,
        Assistant.open(folder / "other", engine=engine, remembered=3) as other,
    ):
        for assistant, name, text in ((one, "a", report(90, "Lan Pham")), (other, "b", report(70, "Mai Tran"))):
            write(folder / name / "letters.md", text)
            assert not assistant.ingest(folder / name).failed
        yield one, other


def told(assistant: Assistant, question: str) -> dict[str, Any]:
    return assistant.ask(question).model_dump(exclude={"timings_ms"})


def at_once(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """What the calls give, all begun at one moment."""
    barrier = threading.Barrier(len(calls))

    def begin(call: Callable[[], Any]) -> Any:
        barrier.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(begin, calls))


def test_each_of_two_libraries_tells_its_own(two: tuple[Assistant, Assistant]) -> None:
    one, other = two
    assert "90" in one.ask(ASKED[0]).answer
    assert "70" in other.ask(ASKED[0]).answer
    assert {hit.document_id for hit in one.search("letters")}.isdisjoint(
        hit.document_id for hit in other.search("letters")
    )


def test_sixteen_threads_are_told_what_one_is(two: tuple[Assistant, Assistant]) -> None:
    alone = [[told(assistant, question) for question in ASKED] for assistant in two]
    assert alone[0] != alone[1]

    def all_of(number: int) -> Callable[[], list[Any]]:
        assistant = two[number % 2]
        turned = [(number + i) % len(ASKED) for i in range(len(ASKED))]  # each begins with another question
        return lambda: [found for _, found in sorted({i: told(assistant, ASKED[i]) for i in turned}.items())]

    for number, found in enumerate(at_once([all_of(number) for number in range(THREADS)])):
        assert found == alone[number % 2], number


def test_threads_share_one_assistant_while_it_reads(engine: Engine, tmp_path: Path) -> None:
    with Assistant.open(tmp_path / "data", engine=engine, remembered=8) as assistant:
        write(tmp_path / "reports" / "letters.md", report(90, "Lan Pham"))
        assistant.ingest(tmp_path / "reports")
        alone = assistant.ask(ASKED[0]).answer
        for n in range(6):
            write(tmp_path / "reports" / f"parcels{n}.txt", f"{PARCELS} Depot {n} holds {n + 11} of them.")

        def read() -> list[str]:
            return [] if assistant.ingest(tmp_path / "reports").failed else [alone]

        found = at_once([read, *[lambda: [assistant.ask(ASKED[0]).answer for _ in range(4)]] * (THREADS - 1)])
        assert {answer for answers in found for answer in answers} == {alone}
        assert len(found[0]) == 1
        assert len(assistant.documents()) == 7


def test_one_that_is_closed_leaves_the_other_open(engine: Engine, tmp_path: Path) -> None:
    one, other = (Assistant.open(tmp_path / name, engine=engine) for name in ("one", "other"))
    write(tmp_path / "letters.md", report(90, "Lan Pham"))
    for assistant in (one, other):
        assistant.ingest(tmp_path / "letters.md")
    one.close()
    assert "90" in other.ask(ASKED[0]).answer
    other.close()
