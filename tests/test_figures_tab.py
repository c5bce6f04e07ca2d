"""The figures tab as it is drawn: escaped, in three languages, with a chart that says in words what it shows."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.figures import FigureInfo, Figures, OtherFigure
from assistant.page.figures_chart import render_chart
from assistant.page.figures_drawing import render_desk, render_table
from assistant.page.numbers import shown_number
from assistant.page.words import WORDS
from ingest.store.figures import Series

HOSTILE = '<script>alert("x")</script>'


def figure(**changes: Any) -> FigureInfo:
    told = {
        "value": 848, "unit": "", "written": "848", "counted": "cases", "measure": "case", "period": "2024",
        "place": "nationwide", "language": "en", "quote": "848 cases", "start": 3, "end": 12, "figure_start": 3,
        "figure_end": 6, "document_id": "d1", "title": "A review", "source": "a/b.md",
    }  # fmt: skip
    return FigureInfo(**{**told, **changes})


@pytest.mark.parametrize("code", ["en", "fr", "vi"])
def test_other_peoples_text_never_becomes_markup(code: str) -> None:
    words = WORDS[code]
    other = OtherFigure(value=1, written=HOSTILE, document_id=HOSTILE, source=HOSTILE, quote=HOSTILE, start=0, end=1)
    one = figure(
        counted=HOSTILE, quote=HOSTILE, source=HOSTILE, place=HOSTILE, unit=HOSTILE, document_id=HOSTILE,
        conflicts=[other], language=HOSTILE, url=f"javascript:{HOSTILE}",
    )  # fmt: skip
    series = Series("case", HOSTILE, HOSTILE, 2, 2, HOSTILE)
    drawn = render_table(Figures(figures=[one], total=1), 1, 1, "source", False, words)
    drawn += render_chart(series, [one, one.model_copy(update={"period": "2023"})], words)
    drawn += render_desk(words, [HOSTILE], [HOSTILE])
    assert "<script" not in drawn
    assert "javascript:" not in drawn
    assert words["fig_differs"] in drawn


def test_numbers_are_written_as_the_page_speaks() -> None:
    assert [shown_number(60000, WORDS[code]) for code in ("en", "fr", "vi")] == ["60,000", "60\u202f000", "60.000"]
    assert [shown_number(17.5, WORDS[code]) for code in ("en", "fr", "vi")] == ["17.5", "17,5", "17,5"]


def test_a_chart_has_a_point_for_each_figure_and_the_same_as_a_table() -> None:
    figures = [figure(period="2023", value=763), figure(), figure(value=842), figure(period="2024-H1", value=412)]
    drawn = render_chart(Series("case", "", "nationwide", 3, 4, "cases"), figures, WORDS["en"])
    assert drawn.count('class="point') == 4
    assert drawn.count('class="trend"') == 1  # a half-year is not on the line of the years
    assert "<title" in drawn
    assert "<desc" in drawn
    assert drawn.count("<tr>") == 5
    assert "cases, nationwide: 4 figures from 2023 to 2024" in drawn


def test_pages_lead_to_one_another() -> None:
    drawn = render_table(Figures(figures=[figure()], total=120, next=50), 1, 3, "-value", True, WORDS["en"])
    assert "Page 1 of 3" in drawn
    assert 'data-page="2"' in drawn
    assert 'data-page="0" disabled' in drawn
    assert 'aria-sort="descending"' in drawn
    assert WORDS["en"]["fig_none"] in render_table(Figures(figures=[], total=0), 1, 0, "source", True, WORDS["en"])
