"""The library tab: the reports as a table that can be searched."""

from __future__ import annotations

from typing import Any

import gradio as gr

from assistant.page import drawing as html
from assistant.page.tab import HIDDEN, Answerer, Shared, words_of
from assistant.page.words import ENGLISH, Words
from ingest.errors import DanchungError


class LibraryTab:
    name = "library"

    def __init__(self, assistant: Answerer) -> None:
        self._assistant = assistant

    def build(self, tab: gr.Tab, shared: Shared) -> list[Any]:  # noqa: ARG002
        find = gr.Textbox(
            elem_id="find",
            show_label=False,
            label=ENGLISH["find"],
            placeholder=ENGLISH["find"],
            container=False,
        )
        table = gr.HTML(elem_id="reports", apply_default_css=False)
        find.change(self._table, find, table, trigger_mode="always_last", **HIDDEN)
        tab.select(self._table, find, table, **HIDDEN)
        return [find]

    def greet(self, words: Words) -> list[Any]:
        return [gr.Textbox(label=words["find"], placeholder=words["find"])]

    def _table(self, wanted: str, request: gr.Request) -> str:
        try:
            return html.render_library(self._assistant.documents(), words_of(request), wanted or "")
        except DanchungError as error:
            return html.render_note(str(error))
