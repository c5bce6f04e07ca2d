"""The report: in a terminal, as JSON, as a page, against another run, and as a gate."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from evals.command import floors_missed, gates_missed, unscored
from evals.comparison import compared, load_report
from evals.report import as_html, as_text
from evals.report.case import highlighted
from evals.suites.plan import breakdown, figures_of
from evals.values import Outcome, Report, Score, Shown, SuiteReport
from ingest.errors import InputError

SCRIPT = '<script>alert("x")</script>'


def outcome(number: int, right: bool, **more: object) -> Outcome:
    told: dict[str, object] = {
        "id": f"c{number}", "lang": "en" if number % 2 else "vi", "kind": "figure", "documents": ["r.txt"],
        "question": f"How many in {number}?", "expected": "848", "answer": "848 cases [1]", "failed": not right,
        "why": "" if right else "not in a quote: ['848']",
        "passages": [Shown(n=1, text="They opened 848 cases.", source="r.txt", title="Review", marked=[(12, 21)])],
        "scores": [Score("accuracy", float(right)), Score("latency_ms", 20.0 * number), Score("cost", None)],
    }  # fmt: skip
    return Outcome.model_validate({**told, **more})


def report(*rights: bool, **more: object) -> Report:
    outcomes = [outcome(number, right, **more) for number, right in enumerate(rights, start=1)]
    suite = SuiteReport(
        name="golden", about="Is it right?", data="questions", figures=figures_of(outcomes),
        breakdown=breakdown(outcomes), outcomes=outcomes, floors={"accuracy": 0.9},
    )  # fmt: skip
    return Report(created="2026-01-01T00:00:00", version="0", judge="exact", seconds=1.0, suites=[suite])


def test_the_terminal_tells_figures_groups_and_failures() -> None:
    text = as_text(report(True, True, False))

    assert re.search(r"right +0\.667 █+░+ \[0\.\d{3}, 1\.000\] +of 3 +UNDER ITS FLOOR", text)
    assert re.search(r"cost +–", text)  # unscored is no zero
    assert re.search(r"vi +1\.00 of 1", text)
    assert "failed c3: How many in 3?" in text
    assert "not in a quote" in text
    assert "3 cases in 1.0 s; 1 failed" in text


def test_a_report_is_the_same_when_saved_and_read(tmp_path: Path) -> None:
    whole = report(True, False)
    file = tmp_path / "r.json"
    file.write_text(json.dumps(whole.as_dict(), ensure_ascii=False), encoding="utf-8")

    assert load_report(str(file)) == whole


@pytest.mark.parametrize("text", ["", "{}", "[1]", "no JSON", '{"format": 1}'])
def test_what_is_no_report_is_named(text: str, tmp_path: Path) -> None:
    file = tmp_path / "r.json"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(InputError, match=r"r\.json: not a report"):
        load_report(str(file))
    with pytest.raises(InputError, match="cannot be read"):
        load_report(str(tmp_path / "none.json"))


def test_a_report_of_another_format_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "r.json"
    file.write_text(json.dumps({**report(True).as_dict(), "format": 2}), encoding="utf-8")

    with pytest.raises(InputError, match="format 2"):
        load_report(str(file))


# -- the page ------------------------------------------------------------------------------------


def test_the_page_stands_alone_and_shows_each_failing_case() -> None:
    page = as_html(report(True, False, True))

    assert not re.search(r"<script|<link|<img|@import|url\(|https?://(?!www\.w3\.org)", page)
    assert "prefers-color-scheme:dark" in page
    assert page.count("<svg") >= 2
    failing = page[page.index('<details class="case">') :]
    for told in ("How many in 2?", "848", "848 cases [1]", "not in a quote", "They opened <mark>848 cases</mark>."):
        assert told in failing


def test_the_page_escapes_what_comes_from_outside() -> None:
    passage = Shown(n=1, text=f"{SCRIPT} 848", source=SCRIPT, title=SCRIPT, marked=[(3, 9)])
    page = as_html(
        report(False, question=SCRIPT, expected=SCRIPT, answer=SCRIPT, why=SCRIPT, kind=SCRIPT, id=SCRIPT,
               documents=[SCRIPT], passages=[passage], before=[SCRIPT])
    )  # fmt: skip

    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 8


def test_a_part_of_a_page_brings_its_style_and_no_page() -> None:
    part = as_html(report(True), whole=False)

    assert part.startswith("<style>")
    assert "<html" not in part
    assert "<body" not in part


def test_marks_that_overlap_or_are_beyond_the_text_do_no_harm() -> None:
    passage = Shown(n=1, text="a <b> c", marked=[(2, 5), (3, 6), (90, 99)])

    assert highlighted(passage) == "a <mark>&lt;b&gt;</mark><mark> </mark>c"
    assert highlighted(Shown(n=1, text="x" * 9000 + "here", marked=[(9000, 9004)])).endswith("<mark>here</mark>")


def test_a_run_of_nothing_scored_has_a_page_too() -> None:
    page = as_html(report(True, scores=[], error="the judge is down"))

    assert "the judge is down" in page


# -- against another run -------------------------------------------------------------------------


def test_a_worse_run_is_told_from_chance() -> None:
    good, bad = report(*[True] * 30), report(*[True] * 15, *[False] * 15)
    close = report(*[True] * 29, False)

    worse = compared(good, bad, "old.json")
    difference = next(d for d in worse.differences if d.name == "accuracy")
    assert (difference.before, difference.after, difference.cases) == (1.0, 0.5, 30)
    assert difference.significant
    assert worse.broken[0] == "golden: c16"
    assert len(worse.broken) == 15
    assert not compared(good, close, "old.json").differences[0].significant
    assert compared(bad, good, "old.json").mended[-1] == "golden: c30"
    assert "worse" in as_text(bad.model_copy(update={"comparison": worse}))
    assert "Against old.json" in as_html(bad.model_copy(update={"comparison": worse}))


def test_cases_that_changed_are_not_compared() -> None:
    before, after = report(True, True, True), report(True, True, True)
    after.suites[0].outcomes[0] = outcome(1, True, question="Another question?")

    found = compared(before, after, "old.json")
    assert found.unmatched == 2
    assert found.differences[0].cases == 2
    with pytest.raises(InputError, match="no case in common"):
        compared(report(True, True, question="x"), report(True, True, question="y"), "old.json")


# -- gates ---------------------------------------------------------------------------------------


def test_a_figure_under_its_floor_or_gate_is_named() -> None:
    whole = report(True, False)

    assert floors_missed(whole) == ["golden: accuracy 0.500 is under its floor, 0.9"]
    assert gates_missed(whole, [(None, "accuracy", 0.5), ("golden", "accuracy", 0.5)]) == []
    assert gates_missed(whole, [("golden", "accuracy", 0.6)]) == ["golden: accuracy 0.500 is under 0.6"]
    assert gates_missed(whole, [], [(None, "latency_ms", 10)]) == ["golden: latency_ms 30 ms is over 10"]
    assert gates_missed(whole, [("judge", "accuracy", 0.1)]) == [
        "accuracy was scored on nothing, and 0.1 was asked for"
    ]
    assert gates_missed(whole, [(None, "cost", 0.1)]) == ["cost was scored on nothing, and 0.1 was asked for"]


def test_cases_that_could_not_be_scored_are_a_fault() -> None:
    assert unscored(report(True)) == []
    assert "1 of 1 cases are not scored (down)" in unscored(report(True, error="down"))[0]
