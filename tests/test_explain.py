"""The explanation: how a question was understood, which passages were found for it, and what speaks for each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from libraries import write

from assistant import Assistant
from assistant.explain import SHOWN, explained, written
from assistant.question import understand
from assistant.ranking import MEASURES, weights
from assistant.retrieve import Found, retrieve_parts
from ingest.engine import Engine

REPORTS = {
    "y2023.txt": "Year-end review of 2023\n\nIn 2023 the harbour office of Ca Mau registered 412 fishing boats.",
    "y2024.txt": "Year-end review of 2024\n\nIn 2024 the harbour office of Ca Mau registered 538 fishing boats.",
    "nets.txt": "Mending nets\n\nA net is mended with a needle of bamboo. "
    "Mr Tran Van Hai of the Provincial People's Committee showed it on December 29.",
    **{f"{n}.txt": f"Pier {n}\n\nFishing boats lie at pier {n} from noon until its lamp is lit." for n in range(5)},
}
YEARS = "How many fishing boats were registered in 2023 and 2024?"
LAST_YEAR = "How many fishing boats were registered last year?"


@pytest.fixture(scope="module")
def harbour(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("explain")
    for name, text in REPORTS.items():
        write(folder / "reports" / name, text)
    with Assistant.open(folder / "data", engine=engine) as opened:
        assert not opened.ingest(folder / "reports").failed
        yield opened


def explain(assistant: Assistant, question: str, **filters: Any) -> dict[str, Any]:
    usage = assistant.ask(question, filters=filters or None, explain=True).usage
    told: dict[str, Any] = usage["explained"]
    assert json.loads(json.dumps(told, allow_nan=False)) == told  # the same over HTTP as in Python
    return told


def found_for(assistant: Assistant, question: str) -> Found:
    return retrieve_parts(understand(question, newest=assistant.library.newest()), assistant.library)


# -- what is told --------------------------------------------------------------------------------


def test_nothing_is_added_unasked(harbour: Assistant) -> None:
    for question in (YEARS, LAST_YEAR, "Who painted the ceiling of the opera in 1875?"):
        plain, told = harbour.ask(question), harbour.ask(question, explain=True)
        assert "explained" not in plain.usage
        assert told.model_copy(update={"usage": plain.usage, "timings_ms": plain.timings_ms}) == plain
        assert {name: value for name, value in told.usage.items() if name != "explained"} == plain.usage


def test_a_question_is_told_as_it_was_understood(harbour: Assistant) -> None:
    question = "What did Mr Tran Van Hai of the Provincial People's Committee mend in Ca Mau on December 29?"
    told = explain(harbour, question)

    assert {name: told[name] for name in ("text", "language")} == {"text": question, "language": "en"}
    assert told["people"] == ["Tran Van Hai"]
    assert told["places"] == ["Ca Mau"]
    assert told["bodies"] == ["Provincial People's Committee"]
    assert told["days"] == ["12-29"]
    assert told["readings"] == told["parts"] == []
    assert "mend" in told["words"]


def test_last_year_is_told_with_the_year_it_was_read_as_and_why(harbour: Assistant) -> None:
    told = explain(harbour, LAST_YEAR)

    assert told["periods"] == ["2023"]
    (reading,) = told["readings"]
    assert (reading["text"], reading["period"]) == ("last year", "2023")
    assert "newest report" in reading["why"]
    assert f"  “last year” is 2023: {reading['why']}" in written(told).splitlines()


def test_each_side_of_a_comparison_has_its_passages(harbour: Assistant) -> None:
    told = explain(harbour, YEARS)

    assert [part["side"] for part in told["parts"]] == ["2023", "2024"]
    assert [part["side"] for part in told["found"]] == ["2023", "2024"]
    best = [part["passages"][0] for part in told["found"]]
    assert [item["source"] for item in best] == ["reports/y2023.txt", "reports/y2024.txt"]
    assert [item["period"] for item in best] == ["2023", "2024"]
    assert [item["fits"]["period"] for item in best] == ["yes", "yes"]


def test_the_passages_told_of_are_the_best_few_in_order(harbour: Assistant) -> None:
    told = explain(harbour, LAST_YEAR)["found"]
    ((_, evidence),) = found_for(harbour, LAST_YEAR)

    assert len(evidence) > SHOWN
    assert [item["passage_id"] for item in told[0]["passages"]] == [item.passage.id for item in evidence[:SHOWN]]


def test_what_each_measure_adds_makes_up_the_score(harbour: Assistant, reader: Assistant) -> None:
    for assistant, question in ((harbour, YEARS), (reader, "Combien de nouvelles affaires en 2024 ?")):
        passages = [item for part in explain(assistant, question)["found"] for item in part["passages"]]
        assert passages
        for item in passages:
            assert tuple(item["measures"]) == tuple(item["adds"]) == MEASURES
            assert sum(item["adds"].values()) == pytest.approx(item["score"], abs=0.06)
            assert 0 <= item["relevance"] <= 1
            for name, value in item["measures"].items():
                assert item["adds"][name] == pytest.approx(weights()["score"][name] * value, abs=0.03)


def test_what_a_passage_says_of_each_constraint_is_told(harbour: Assistant) -> None:
    question, sources = "How many fishing boats were registered in Ca Mau in 2023?", ["y2023", "y2024", "0.txt"]
    passages = explain(harbour, question, source=sources)["found"][0]["passages"]
    said = {item["source"].removeprefix("reports/"): item["fits"] for item in passages}

    assert said["y2023.txt"] == {"period": "yes", "place": "yes", "name": "yes"}
    assert said["y2024.txt"] == {"period": "no", "place": "yes", "name": "yes"}
    assert said["0.txt"] == {"period": "not said", "place": "not said", "name": "yes"}


def test_the_sentence_told_is_the_best_that_fits(reader: Assistant) -> None:
    question = "How many new corruption cases were opened nationwide in 2024, and against how many defendants?"
    best = explain(reader, question, source="2024-national-review")["found"][0]["passages"][0]

    assert "848" in best["sentence"]
    assert set(best["fits"].values()) == {"yes"}
    document = next(document for document in reader.documents() if document.source == best["source"])
    assert best["sentence"] in (reader.document(document.id).text or "")


def test_the_passage_before_is_named(engine: Engine, tmp_path: Any) -> None:
    text = "# Crates\n\n## Journey\n\nThe teachers sailed to buy ink.\n\n## Return\n\nThey came home with four crates."
    with Assistant.open(tmp_path / "data", engine=engine) as assistant:
        assistant.ingest(write(tmp_path / "crates.md", text))
        first, second = assistant.library.passages_of(assistant.documents()[0].id)
        told = {item["passage_id"]: item for item in explain(assistant, "Who has four crates?")["found"][0]["passages"]}
    assert told[second.id]["with_passage_before"] == first.id
    assert told[first.id]["with_passage_before"] is None


def test_where_nothing_is_found_the_question_is_told_all_the_same(harbour: Assistant) -> None:
    told = explain(harbour, YEARS, period="1999")

    assert told["periods"] == ["2023", "2024"]
    assert [part["passages"] for part in told["found"]] == [[], []]
    assert written(told).count("\n  nothing") == 2


@pytest.mark.parametrize("question", ["a", "²", "AND OR NOT ~ ^ * : ( [ {", "漢字", "boats\x1b[31m 🛶", "1," * 900])
def test_odd_questions_are_told_too(harbour: Assistant, question: str) -> None:
    lines = written(explain(harbour, question)).splitlines()
    assert lines[0].startswith("understood    ")
    assert "\x1b" not in lines[0]
    assert "found" in lines


# -- as it is printed ----------------------------------------------------------------------------


def test_the_explanation_is_printed_in_lines(harbour: Assistant) -> None:
    query = understand(LAST_YEAR, newest=harbour.library.newest())
    told = explained(query, found_for(harbour, LAST_YEAR))
    lines = written(told).splitlines()
    best, *_ = told["found"][0]["passages"]

    assert lines[0] == f"understood    figure in en: {LAST_YEAR}"
    assert "  periods     2023" in lines
    assert not any(line.startswith(("  days", "  people", "  names", "  bodies")) for line in lines)  # nothing of these
    at = lines.index("found")
    assert lines[at + 1] == f"  {best['relevance']:.2f}  reports/y2023.txt · en · 2023 · Ca Mau"
    assert lines[at + 2] == f"        {' '.join(best['sentence'].split())}"
    adds = [float(part.rsplit(" ", 1)[1]) for part in lines[at + 3].split(", ")]
    assert [abs(value) for value in adds] == sorted(map(abs, adds), reverse=True)
    assert not lines[at + 4].startswith("        ")  # all it asks for is met
    assert "        period: not said" in lines
    assert sum(line.startswith(("  0.", "  1.")) for line in lines) == SHOWN


def test_each_side_is_printed_under_its_name(harbour: Assistant) -> None:
    lines = written(explain(harbour, YEARS)).splitlines()
    assert [line for line in lines if line.startswith("for ")] == ["for 2023", "for 2024"]
    assert "found" not in lines


def test_a_long_sentence_is_cut_and_stays_on_its_line(engine: Engine, tmp_path: Any) -> None:
    long = (
        "The harbour office registers boats that are longer than four arms and carry more than nine baskets and are\n"
        "rowed by night by the sons of those who bought them from another village in exchange for rope and rice and "
        "lamps."
    )
    with Assistant.open(tmp_path / "data", engine=engine) as assistant:
        assistant.ingest(write(tmp_path / "long.md", f"# Boats\n\n{long}"))
        lines = written(explain(assistant, "Which boats does the harbour office register?")).splitlines()
    assert f"        {long.replace(chr(10), ' ')[:200]}" in lines
