"""The chat page: questions and cited answers on the left, the passages behind them on the right.

`build_chat` lays the page out and `mount_chat` serves it. What is drawn comes from `chat_turns` and
`evidence_html`, the page's own words from `chat_text`.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from importlib.resources import files
from itertools import islice
from typing import Any, Protocol

# Gradio reads this when it is imported; without it, it calls home.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

import gradio as gr
from fastapi import FastAPI
from gradio.components.chatbot import ExampleMessage
from gradio.events import api

from assistant import evidence_html as html
from assistant.answer import Answer, DocumentInfo, Event
from assistant.chat_text import ENGLISH, Words, example_questions, words_for
from assistant.chat_turns import Turn, draw_messages, draw_panel, history_of, take
from ingest.errors import DanchungError

logger = logging.getLogger(__name__)

EXAMPLES = 4
QUESTIONS_AT_ONCE = 8  # Gradio's default is one at a time, for all readers together
SYSTEM_FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif")
MONO_FONTS = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")


Login = Callable[[str, str], bool]
"""Whether a name and a key open the page."""


class Answerer(Protocol):
    """What the page needs of an assistant."""

    def ask(self, question: str) -> Answer: ...
    def can_answer(self, question: str) -> bool: ...
    def stream(self, question: str, history: Sequence[dict[str, str]] = ...) -> Iterator[Event]: ...
    def documents(self) -> list[DocumentInfo]: ...
    def document(self, document_id: str) -> DocumentInfo: ...


class Chat:
    """What happens on the page. Gradio calls these; they return new values for the components."""

    def __init__(self, assistant: Answerer) -> None:
        self.assistant = assistant

    def respond(self, question: str, turns: list[Turn], request: gr.Request) -> Iterator[tuple[Any, ...]]:
        """Answer a question, sentence by sentence: (question box, turns, messages, panel, ask, stop)."""
        question = (question or "").strip()
        if not question:
            yield (gr.skip(),) * 6
            return
        words = _words(request)
        turn = Turn(question)
        earlier, turns = turns, [*turns, turn]
        yield "", *_drawn(turns, words)
        try:
            events = self.assistant.stream(question, history=history_of(earlier))
            for _ in take(turn, len(turns), events, self._find, words):
                yield gr.skip(), *_drawn(turns, words)
        except DanchungError as error:
            turn.note = str(error)
        except Exception:
            logger.exception("A question could not be answered")
            turn.note = words["failed"]
        yield gr.skip(), *_drawn(turns, words)

    def _find(self, document_id: str) -> DocumentInfo | None:
        try:
            return self.assistant.document(document_id)
        except DanchungError:
            return None

    def stop(self, turns: list[Turn], request: gr.Request) -> tuple[Any, ...]:
        """Keep what has been checked so far. Gradio cancels the running question, `take` sees the note."""
        words = _words(request)
        if turns and not turns[-1].finished:
            turns[-1].note = words["stopped"]
        return _drawn(turns, words)

    def restart(self, request: gr.Request) -> tuple[Any, ...]:
        return "", *_drawn([], _words(request))

    def _answers(self, question: str) -> bool:
        """Whether the library answers it: a page that suggests what it then refuses has lost its reader."""
        try:
            return self.assistant.can_answer(question)
        except DanchungError:
            return False

    def greet(self, request: gr.Request) -> tuple[Any, ...]:
        """The page in the reader's language, with questions that fit what is in the library."""
        words = _words(request)
        documents: list[DocumentInfo] = []
        try:
            documents = self.assistant.documents()
            welcome = html.render_welcome(words) if documents else html.render_empty(words)
        except DanchungError as error:
            welcome = html.render_note(str(error))
        fitting = (text for text in example_questions(documents, words) if self._answers(text))
        examples = [ExampleMessage(text=text) for text in islice(fitting, EXAMPLES)]
        return (
            html.render_heading(words),
            gr.Tab(label=words["chat"]),
            gr.Tab(label=words["library"]),
            gr.Chatbot(label=words["conversation"], placeholder=welcome, examples=examples),
            gr.Textbox(label=words["question"], placeholder=words["placeholder"]),
            gr.Button(words["restart"]),
            gr.Button(words["stop"]),
            gr.Button(words["ask"]),
            html.render_panel([], words),
            gr.Textbox(label=words["find"], placeholder=words["find"]),
        )

    def choose(self, chosen: gr.SelectData) -> str:
        """An example was chosen: its text goes into the question box."""
        return str(chosen.value["text"])

    def library(self, wanted: str, request: gr.Request) -> str:
        try:
            return html.render_library(self.assistant.documents(), _words(request), wanted or "")
        except DanchungError as error:
            return html.render_note(str(error))

    def open_document(self, wanted: dict[str, Any], words: Words) -> str:
        """The whole report behind an expander, asked for with the expander's data-* values."""
        try:
            document = self.assistant.document(str(wanted["id"]))
            return html.render_document(document, int(wanted["start"]), int(wanted["end"]))
        except (DanchungError, LookupError, TypeError, ValueError):
            return html.render_quiet(words["gone"])

    def ask(self, question: str) -> dict[str, Any]:
        """Answer one question: the statements, their citations, and why it abstained if it did."""
        try:
            return self.assistant.ask(question).model_dump(mode="json")
        except DanchungError as error:
            raise gr.Error(str(error), print_exception=False) from error


def build_chat(assistant: Answerer) -> gr.Blocks:
    """The page, in English until the browser says which language it prefers."""
    chat = Chat(assistant)

    # A plain function, because Gradio marks what the browser may call with an attribute.
    def open_document(wanted: dict[str, Any], request: gr.Request) -> str:
        return chat.open_document(wanted, _words(request))

    page = gr.Blocks(title="Danchung", analytics_enabled=False, fill_width=True)
    with page:
        turns = gr.State([])
        heading = gr.HTML(html.render_heading(ENGLISH), elem_id="heading", apply_default_css=False)
        with gr.Tab(ENGLISH["chat"], id="chat") as chat_tab, gr.Row(elem_id="desk"):
            with gr.Column(scale=5, min_width=320, elem_id="talk"):
                messages = gr.Chatbot(
                    elem_id="messages",
                    show_label=False,
                    label=ENGLISH["conversation"],
                    height="100%",
                    layout="bubble",
                    container=False,
                    buttons=[],
                    feedback_options=None,
                    # Everything shown is escaped HTML: no Markdown, no formulas, nothing else to interpret.
                    render_markdown=False,
                    sanitize_html=True,
                    latex_delimiters=[],
                    allow_file_downloads=False,
                    group_consecutive_messages=False,
                )
                with gr.Column(elem_id="composer"):
                    question = gr.Textbox(
                        elem_id="question",
                        label=ENGLISH["question"],
                        show_label=False,
                        placeholder=ENGLISH["placeholder"],
                        container=False,
                        lines=1,
                        max_lines=6,
                        autofocus=True,
                    )
                    with gr.Row(elem_id="actions"):
                        restart = gr.Button(ENGLISH["restart"], elem_id="restart", size="sm")
                        stop = gr.Button(ENGLISH["stop"], elem_id="stop", size="sm", visible=False)
                        ask = gr.Button(ENGLISH["ask"], elem_id="ask", size="sm", variant="primary")
            with gr.Column(scale=4, min_width=320, elem_id="evidence"):
                panel = gr.HTML(
                    html.render_panel([], ENGLISH),
                    apply_default_css=False,
                    js_on_load=_resource("chat.js"),
                    server_functions=[open_document],
                )
        with gr.Tab(ENGLISH["library"], id="library") as library_tab:
            find = gr.Textbox(
                elem_id="find",
                show_label=False,
                label=ENGLISH["find"],
                placeholder=ENGLISH["find"],
                container=False,
            )
            table = gr.HTML(elem_id="reports", apply_default_css=False)

        drawn = [turns, messages, panel, ask, stop]
        hidden: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        answer: dict[str, Any] = {
            "fn": chat.respond,
            "inputs": [question, turns],
            "outputs": [question, *drawn],
            "concurrency_limit": QUESTIONS_AT_ONCE,
            "concurrency_id": "answer",
            **hidden,
        }
        asked = gr.on([question.submit, ask.click], trigger_mode="once", **answer)
        chosen = messages.example_select(chat.choose, None, question, **hidden).then(**answer)
        stop.click(chat.stop, turns, drawn, cancels=[asked, chosen], **hidden)
        restart.click(chat.restart, None, [question, *drawn], cancels=[asked, chosen], **hidden)
        find.change(chat.library, find, table, trigger_mode="always_last", **hidden)
        library_tab.select(chat.library, find, table, **hidden)
        labelled = [heading, chat_tab, library_tab, messages, question, restart, stop, ask, panel, find]
        page.load(chat.greet, None, labelled, **hidden)
        api(chat.ask, api_name="ask", concurrency_limit=QUESTIONS_AT_ONCE)
    return page


def mount_chat(app: FastAPI, assistant: Answerer, path: str = "/", login: Login | None = None) -> FastAPI:
    """Serve the page from `app`, to those whom `login` lets in. Mount it last when the path is "/": it answers whatever
    is left."""
    gr.mount_gradio_app(
        app,
        build_chat(assistant),
        path=path,
        auth=login,
        auth_message="The name of your key, and the key.",
        theme=_theme(),
        css=_resource("chat.css"),
        show_error=False,
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        enable_monitoring=False,
        max_file_size="1kb",  # nothing is uploaded here, but the address for it exists
    )
    return app


def _theme() -> gr.themes.Base:
    """Fonts the reader's system has, so that none is fetched; the paper of chat.css, so that none flashes."""
    return gr.themes.Base(
        primary_hue="teal",
        neutral_hue="stone",
        font=SYSTEM_FONTS,
        font_mono=MONO_FONTS,
    ).set(
        body_background_fill="#f7f5f0",
        body_background_fill_dark="#161715",
        body_text_color="#1f1e1b",
        body_text_color_dark="#edebe4",
        background_fill_primary="#f7f5f0",
        background_fill_primary_dark="#161715",
    )


def _drawn(turns: list[Turn], words: Words) -> tuple[Any, ...]:
    """(turns, messages, panel, ask, stop): while an answer is on its way, Stop takes the place of Ask."""
    busy = bool(turns) and not turns[-1].finished
    return (
        turns,
        draw_messages(turns, words),
        draw_panel(turns, words),
        gr.Button(visible=not busy),
        gr.Button(visible=busy),
    )


def _words(request: gr.Request) -> Words:
    return words_for(request.headers.get("accept-language"))


def _resource(name: str) -> str:
    return files("assistant").joinpath(name).read_text(encoding="utf-8")
