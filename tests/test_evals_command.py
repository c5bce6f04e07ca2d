"""`danchung eval`, as it is typed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from libraries import CORPUS
from model_script import KEY, Endpoint, says

from assistant import Assistant
from assistant.cli import main
from evals.cases import read_cases
from evals.drafting.figures import proposals

pytest_plugins = ["model_server"]

GOOD = {
    "id": "a",
    "question": "How many?",
    "answer": "It handled 1,240 ships [1].",
    "passages": ["It handled 1,240 ships."],
}
BAD = {**GOOD, "id": "b", "answer": "It handled 1,420 ships [1]."}


@pytest.fixture(autouse=True)
def _cache_of_ones_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The evaluation's cache; the engine's stays where it is built."""
    monkeypatch.setattr("evals.cache.cache_folder", lambda: tmp_path / "cache")


def answers(*rows: object) -> str:
    file = Path("answers.jsonl")
    file.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), encoding="utf-8")
    return str(file)


def test_answers_of_another_system_need_no_library(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["eval", "--data", answers(GOOD, BAD), "--json", "r.json", "--html", "r.html"])

    printed = capsys.readouterr().out
    assert code == 0
    assert "GROUNDING" in printed
    assert "failed b" in printed
    assert json.loads(Path("r.json").read_text())["suites"][0]["figures"]
    assert Path("r.html").read_text().startswith("<!doctype html>")
    assert not Path(".danchung").exists()

    assert main(["eval", "--data", answers(GOOD, BAD), "--against", "r.json"]) == 0
    again = capsys.readouterr().out
    assert "COMPARED with r.json" in again
    assert "2 of them known from before" in again


@pytest.mark.parametrize(
    ("gate", "code"),
    [
        ("groundedness=0.5", 0), ("groundedness=0.6", 1), ("grounding.citation_precision=1", 1), ("accuracy=0.1", 1),
    ],
)  # fmt: skip
def test_a_build_can_gate_on_a_figure(gate: str, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eval", "grounding", "--data", answers(GOOD, BAD), "--fail-under", gate]) == code
    assert bool(capsys.readouterr().err.count("danchung:")) == bool(code)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("--data none.jsonl", "there is no such file or folder"),
        ("--data answers.jsonl --judge other", "no judge 'other'"),
        ("--data answers.jsonl --judge model", "set DANCHUNG_MODEL"),
        ("judge --data answers.jsonl", "source must be a text"),
        ("--data answers.jsonl --html none/r.html", "there is no folder none"),
        ("--data answers.jsonl --against none.json", "none.json: cannot be read"),
        ("golden --data golden.jsonl", "the library is empty"),
        ("draft", "the library is empty"),
        ("draft --out answers.jsonl", "is there already"),
        ("check none.jsonl", "there is no such file"),
    ],
)
def test_a_mistake_is_one_line(typed: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    answers(GOOD)
    row = {"id": "a", "lang": "en", "kind": "k", "question": "Q?", "refuse": True}
    Path("golden.jsonl").write_text(json.dumps(row), encoding="utf-8")

    assert main(["eval", *typed.split()]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert len(told.strip().splitlines()) == 1


@pytest.mark.parametrize("typed", ["silver", "--fail-under x=1", "--fail-under accuracy", "--jobs 0", "--most x"])
def test_what_cannot_be_meant_is_refused_at_once(typed: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["eval", *typed.split()])

    assert left.value.code == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_malformed_lines_are_named_before_anything_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eval", "--data", answers(GOOD, "{", GOOD, {"id": "c"})]) == 2

    told = capsys.readouterr().err
    for fault in ("line 2: not JSON", "line 3: id 'a' is used twice", "line 4: answer must be str"):
        assert fault in told


def test_check_tells_all_faults(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eval", "check", answers(GOOD, "{")]) == 1
    assert "1 grounding cases, 1 faults" in capsys.readouterr().out
    assert main(["eval", "check", answers(GOOD)]) == 0


def test_a_model_judges_and_one_that_is_down_fails_the_run(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in {"DANCHUNG_MODEL": "small", "OPENAI_BASE_URL": endpoint.url, "OPENAI_API_KEY": KEY}.items():
        monkeypatch.setenv(name, value)
    endpoint.replies = [says(json.dumps({"label": "supported", "probability": 0.9, "words": [], "reason": ""}))]
    assert main(["eval", "--data", answers(BAD), "--judge", "model", "--fail-under", "groundedness=1"]) == 0
    assert "Judge: model small" in capsys.readouterr().out

    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    assert main(["eval", "--data", answers(GOOD, BAD), "--judge", "model"]) == 1
    told = capsys.readouterr()
    assert "1 of 2 cases are not scored" in told.out  # the other is known from before
    assert "run again to go on" in told.err


# -- drafting ------------------------------------------------------------------------------------


def test_questions_are_drafted_with_their_evidence_and_can_be_run(capsys: pytest.CaptureFixture[str]) -> None:
    Path("reports").mkdir()
    for name in ("2023-review-tuyen-quang.md", "tong-ket-2025-tuyen-quang.txt", "bilan-2025-quang-tri.md"):
        shutil.copy(CORPUS / name, "reports")

    assert main(["eval", "draft", "--documents", "reports", "--out", "draft.jsonl", "--most", "30"]) == 0
    assert "Edit them, then: danchung eval golden --data draft.jsonl" in capsys.readouterr().err
    cases = read_cases(Path("draft.jsonl"))
    assert len(cases) == 30
    assert {case.lang for case in cases} == {"en", "fr", "vi"}
    assert {"figure", "person", "date", "refusal"} <= {case.kind for case in cases}
    assert main(["eval", "golden", "--data", "draft.jsonl", "--documents", "reports"]) == 0
    assert "30 questions over reports/" in capsys.readouterr().out


def test_every_drafted_fact_is_in_its_evidence_and_that_in_its_report(reader: Assistant) -> None:
    drafted = 0
    for summary in reader.documents():
        info = reader.document(summary.id)
        for case in proposals(info, 2019):
            if case.refuse:
                assert case.missing == "2019"
                continue
            drafted += 1
            assert case.facts[0][0] in case.evidence[0]
            assert case.evidence[0] in (info.text or "")
            assert "  " not in case.question
    assert drafted > 60


def test_a_model_drafts_and_what_the_report_does_not_prove_is_dropped(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in {"DANCHUNG_MODEL": "small", "OPENAI_BASE_URL": endpoint.url, "OPENAI_API_KEY": KEY}.items():
        monkeypatch.setenv(name, value)
    Path("reports").mkdir()
    Path("reports/port.txt").write_text(
        "The port in 2022\n\nIn 2022 the port of Halden Bay handled 1,240 ships, which is 85 more than in 2021. The "
        "harbour master said that the new crane had not been used before October, for want of a trained driver.\n\n"
        "The works on the quay will go on in 2023, and the council has asked for a report on them every quarter.",
        encoding="utf-8",
    )
    quote = "the port of Halden Bay handled 1,240 ships"
    good = {"question": "How many ships in Halden Bay in 2022?", "answer": "1,240", "quote": quote}
    made_up = {**good, "quote": "the port handled 1,240 boats"}
    beside = {**good, "answer": "1,420"}
    endpoint.replies = [says(json.dumps({"questions": [good, made_up, beside, 5]}))]

    assert main(["eval", "draft", "--model", "--documents", "reports", "--out", "-"]) == 0
    told = capsys.readouterr()
    rows = [json.loads(line) for line in told.out.splitlines()]
    assert [row["facts"] for row in rows] == [[["1,240"]]]
    assert rows[0]["evidence"] == [quote]
    assert "2 of the model's" in told.err
