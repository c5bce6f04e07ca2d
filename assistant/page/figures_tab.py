"""The figures tab: every figure of the reports as a table, a measure over periods as a chart, and the quotes behind."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Protocol, runtime_checkable

import gradio as gr

from assistant.answer import DocumentInfo
from assistant.figures import MOST, FigureInfo, Figures, csv_lines
from assistant.page.drawing import render_note, render_quiet
from assistant.page.figures_chart import render_chart, render_choice
from assistant.page.figures_drawing import render_context, render_desk, render_table
from assistant.page.tab import Shared, resource, words_of
from assistant.page.words import ENGLISH, Words
from ingest.errors import DanchungError
from ingest.store.figures import Series

logger = logging.getLogger(__name__)

ON_A_PAGE = 50
MOST_DRAWN = 60
"""Measures offered to be drawn."""
LONGEST_FIND = 200


@runtime_checkable
class GivesFigures(Protocol):
    """What the tab needs of an assistant."""

    def figures(
        self, filters: Mapping[str, Any] | None = None, *, conflicts: bool = ..., sort: str = ..., limit: int = ...,
        offset: int = ...,
    ) -> Figures: ...  # fmt: skip
    def figure_series(self, filters: Mapping[str, Any] | None = None, most: int = ...) -> list[Series]: ...
    def figures_of(self, series: Series) -> list[FigureInfo]: ...
    def figure_settings(self) -> tuple[list[str], list[str]]: ...
    def document(self, document_id: str) -> DocumentInfo: ...


class FiguresTab:
    name = "figures"

    def __init__(self, assistant: GivesFigures) -> None:
        self._assistant = assistant

    def build(self, tab: gr.Tab, shared: Shared) -> list[Any]:  # noqa: ARG002
        desk = gr.HTML(
            render_desk(ENGLISH), elem_id="figures-tab", apply_default_css=False, js_on_load=resource("figures.js"),
            server_functions=[self._table_of(), self._chart_of(), self._context_of(), self._csv_of()],
        )  # fmt: skip
        return [desk]

    def greet(self, words: Words) -> list[Any]:
        periods: Sequence[str] = ()
        places: Sequence[str] = ()
        try:
            periods, places = self._assistant.figure_settings()
        except DanchungError as error:
            logger.warning("the figures cannot be read: %s", error)
        return [render_desk(words, periods, places)]

    def _figures(self, asked: dict[str, Any], differing: bool, sort: str, limit: int, offset: int) -> Figures:
        return self._assistant.figures(asked, conflicts=differing, sort=sort, limit=limit, offset=offset)

    # Plain functions, because Gradio marks what the browser may call with an attribute.

    def _table_of(self) -> Any:
        def figures_table(given: Any, request: gr.Request) -> str:
            """A page of the table."""
            words, asked = words_of(request), _asked(given)
            page = max(1, _whole(_of(given, "page"), 1))
            sort = str(_of(given, "sort") or "source")
            try:
                find = partial(self._figures, asked, bool(_of(given, "conflicts")), sort, ON_A_PAGE)
                found = find((page - 1) * ON_A_PAGE)
                pages = -(-found.total // ON_A_PAGE)
                if page > pages > 0:  # what was on it has gone meanwhile
                    page, found = 1, find(0)
                return render_table(found, page, pages, sort, bool(asked or _of(given, "conflicts")), words)
            except DanchungError as error:
                return render_note(str(error))

        return figures_table

    def _chart_of(self) -> Any:
        def figures_chart(given: Any, request: gr.Request) -> str:
            """The chart of one of the measures that pass the filters, and the choice of the others."""
            words, asked = words_of(request), _asked(given)
            asked.pop("period", None)  # one period is no course of things
            try:
                series = self._assistant.figure_series(asked, MOST_DRAWN)
                if not series:
                    return render_quiet(words["fig_no_chart"])
                chosen = _whole(_of(given, "series"), 0)
                chosen = chosen if 0 <= chosen < len(series) else 0
                figures = self._assistant.figures_of(series[chosen])
                return render_choice(series, chosen, words) + render_chart(series[chosen], figures, words)
            except DanchungError as error:
                return render_note(str(error))

        return figures_chart

    def _context_of(self) -> Any:
        def figure_context(given: Any, request: gr.Request) -> str:
            """A quote in its report."""
            words = words_of(request)
            try:
                document = self._assistant.document(str(_of(given, "id")))
                return render_context(document, _whole(_of(given, "start"), -1), _whole(_of(given, "end"), -1), words)
            except (DanchungError, LookupError):
                return render_quiet(words["gone"])

        return figure_context

    def _csv_of(self) -> Any:
        def figures_csv(given: Any) -> str:
            """Every figure that passes the filters, as CSV."""
            asked, lines = _asked(given), list[FigureInfo]()
            following: int | None = 0
            differing, sort = bool(_of(given, "conflicts")), str(_of(given, "sort") or "source")
            while following is not None:
                page = self._figures(asked, differing, sort, MOST, following)
                lines += page.figures
                following = page.next
            return "".join(csv_lines(lines))

        return figures_csv


def _of(given: Any, name: str) -> Any:
    """A value of what a browser sent, which may be anything."""
    return given.get(name) if isinstance(given, dict) else None


def _whole(given: Any, otherwise: int) -> int:
    try:
        return int(given)
    except (TypeError, ValueError, OverflowError):
        return otherwise


def _asked(given: Any) -> dict[str, Any]:
    """The filters of what a browser sent."""
    asked = {
        "text": str(_of(given, "find") or "")[:LONGEST_FIND].strip(),
        "period": str(_of(given, "period") or "")[:40],
        "place": str(_of(given, "place") or "")[:LONGEST_FIND],
    }
    return {name: value for name, value in asked.items() if value}
