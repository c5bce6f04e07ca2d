"""The library tab: the reports as a table, what the chat answers from, uploads and removals.

The table is drawn here, a page at a time. Files go from the browser to the API's own addresses, and removals too: one
wall decides who may, how large, and what is told of each file, whoever asks.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import gradio as gr

from assistant.page.drawing import render_empty, render_note, render_quiet
from assistant.page.library_drawing import render_desk, render_options, render_scope, render_table
from assistant.page.reasons import reason
from assistant.page.session import may_write
from assistant.page.tab import HIDDEN, Answerer, Shared, resource, titles_of, words_of
from assistant.page.table import MOST_CHOSEN, Asked, offered, page_of
from assistant.page.words import ENGLISH, Words
from assistant.uploads import Jobs
from ingest.errors import DanchungError, InputError
from ingest.filters import wanted

logger = logging.getLogger(__name__)

Filters = dict[str, Any]


class LibraryTab:
    name = "library"

    def __init__(self, assistant: Answerer, uploads: Jobs | None = None, upload_mb: int = 100) -> None:
        self._assistant, self._uploads, self._upload_mb = assistant, uploads, upload_mb

    def build(self, tab: gr.Tab, shared: Shared) -> list[Any]:
        scope = gr.HTML(
            render_scope(None, {}, ENGLISH), elem_id="scope", apply_default_css=False,
            js_on_load="element.onclick = (event) => { if (event.target.closest('button')) trigger('clear'); };",
        )  # fmt: skip
        desk = gr.HTML(
            render_desk(ENGLISH, self._upload_mb), elem_id="library-tab", apply_default_css=False,
            js_on_load=resource("library.js"), server_functions=[self._table_of(), self._explainer()],
        )  # fmt: skip
        desk.select(self._choose, None, shared.filters, **HIDDEN)
        scope.clear(lambda: None, None, shared.filters, **HIDDEN)
        shared.filters.change(self._scope, shared.filters, scope, **HIDDEN)
        tab.select(self._scope, shared.filters, scope, **HIDDEN)
        return [desk]

    def greet(self, words: Words) -> list[Any]:
        return [render_desk(words, self._upload_mb)]

    def _choose(self, event: gr.EventData) -> Filters | None:
        """What the chat is to answer from. A browser may send anything: what is no filter is none."""
        given = event._data.get("filters") if isinstance(event._data, dict) else None
        try:
            if isinstance(given, dict) and all(len(values) <= MOST_CHOSEN for values in given.values()):
                wanted(given)
                return given or None
        except (InputError, TypeError):
            logger.warning("the page asked for filters that are none")
        return None

    def _scope(self, filters: Mapping[str, Any] | None, request: gr.Request) -> str:
        return render_scope(filters, titles_of(self._assistant, filters), words_of(request))

    def _table_of(self) -> Any:
        # A plain function, because Gradio marks what the browser may call with an attribute.
        def table(given: Any, request: gr.Request) -> dict[str, Any]:
            """A page of the table, with the options of its filters and what may be done with it."""
            words, write = words_of(request), may_write(request)
            asked = Asked.of(given)
            uploads = self._uploads.uploads() if self._uploads else []
            try:
                every = self._assistant.documents()
                if not every and not uploads:
                    empty = render_quiet(words["empty_upload"]) if write else render_empty(words)
                    return {"html": empty, "options": {}, "total": 0, "write": write}
                page = page_of(lambda filters: self._assistant.documents(filters) if filters else every, uploads, asked)
                return {
                    "html": render_table(page, asked, words, write), "options": render_options(offered(every), words),
                    "total": page.total, "page": page.number, "filters": page.filters, "write": write,
                    "narrowed": bool(asked.find or asked.state or asked.filters),
                    "busy": any(upload.state != "failed" for upload in uploads),
                }  # fmt: skip
            except DanchungError as error:
                return {"html": render_note(str(error)), "options": {}, "total": 0, "write": write}

        return table

    def _explainer(self) -> Any:
        def explain(messages: Any, request: gr.Request) -> list[str]:
            """Why files were not taken, as text in the reader's language."""
            words = words_of(request)
            given = messages if isinstance(messages, list) else []
            return [reason(message if isinstance(message, str) else None, words) for message in given[:1000]]

        return explain
