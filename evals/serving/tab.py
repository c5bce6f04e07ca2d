"""The evaluation tab of the page: runs begun and followed through `/v1/evaluations`, and their reports."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from typing import Any, ClassVar

import gradio as gr

from assistant.assistant import Assistant
from assistant.page.session import may_write
from assistant.page.tab import Shared, words_of
from assistant.page.words import Words
from evals.report import as_html
from evals.serving.runs import Evaluations
from evals.serving.words import WORDS
from evals.suites import SUITES

HERE = Path(__file__).parent
SOME = (20, 100)
"""Cases of each set that a shorter run may take."""


class EvaluationTab:
    name = "evaluation"
    labels: ClassVar[dict[str, str]] = {"en": "Evaluation", "fr": "Évaluation", "vi": "Đánh giá"}

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    def build(self, tab: gr.Tab, shared: Shared) -> list[Any]:  # noqa: ARG002
        desk = gr.HTML(
            render(WORDS["en"]), apply_default_css=False, js_on_load=(HERE / "tab.js").read_text(encoding="utf-8"),
            server_functions=[self._reporter(), rights],
        )  # fmt: skip
        return [desk]

    def greet(self, words: Words) -> list[Any]:
        return [render(WORDS[words["code"]])]

    def _reporter(self) -> Any:
        # A plain function, because Gradio marks what the browser may call with an attribute.
        def report(id_: Any, request: gr.Request) -> str:
            """A kept report as part of a page; every text in it is escaped."""
            found = Evaluations.of(self._assistant).reports.read(id_) if isinstance(id_, str) else None
            if found is None:
                return f"<p>{escape(WORDS[words_of(request)['code']]['gone'])}</p>"
            return as_html(found, whole=False)

        return report


def rights(_: Any, request: gr.Request) -> bool:
    """Whether who looks may begin a run."""
    return may_write(request)


def render(words: Words) -> str:
    """The tab without its reports, which the browser asks for; its words travel with it."""
    suites = "".join(f'<option value="{name}">{escape(words[f"suite_{name}"])}</option>' for name in SUITES)
    some = "".join(f'<option value="{n}">{escape(words["some_cases"].format(n=n))}</option>' for n in SOME)
    style = (HERE / "tab.css").read_text(encoding="utf-8")
    return (
        f'<style>{style}</style><div id="evaluation" data-words="{escape(json.dumps(words, ensure_ascii=False))}">'
        f'<p class="intro">{escape(words["intro"])}</p>'
        '<div class="begin" hidden>'
        f'<label>{escape(words["suite"])}<select id="suite"><option value="">{escape(words["every_suite"])}</option>'
        f"{suites}</select></label>"
        f'<label class="own" hidden>{escape(words["data"])}<select id="data"></select></label>'
        f'<label>{escape(words["most"])}<select id="most"><option value="">{escape(words["all_cases"])}</option>{some}'
        f'</select></label><button type="button" id="run" class="lead">{escape(words["run"])}</button></div>'
        f'<p class="only" hidden>{escape(words["read_only"])}</p>'
        '<div class="going" hidden><span id="how-far" role="status"></span><progress max="1"></progress>'
        f'<button type="button" id="cancel">{escape(words["cancel"])}</button></div>'
        '<p id="went" role="status"></p>'
        f'<div class="kept" hidden><label>{escape(words["reports"])}<select id="which"></select></label>'
        f'<a id="as-page" target="_blank" rel="noopener">{escape(words["open_page"])} ↗</a>'
        f'<a id="as-json" download>{escape(words["as_json"])} ↓</a>'
        f"<small>{escape(words['in_english'])}</small></div>"
        f'<p class="none" hidden>{escape(words["none"])}</p><div class="report" lang="en"></div></div>'
    )
