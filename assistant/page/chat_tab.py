"""The chat tab: questions and cited answers on the left, the passages behind them on the right."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import gradio as gr
from gradio.components.chatbot import ExampleMessage
from gradio.events import api

from assistant.answer import DocumentInfo
from assistant.page import drawing as html
from assistant.page.desk import Desk, owner_of
from assistant.page.evidence import render_panel
from assistant.page.tab import HIDDEN, Answerer, Shared, resource, titles_of, words_of
from assistant.page.turns import Talk, draw_messages, draw_panel
from assistant.page.words import ENGLISH, Words, example_questions
from ingest.errors import DanchungError

logger = logging.getLogger(__name__)

EXAMPLES = 4
QUESTIONS_AT_ONCE = 8  # Gradio's default is one at a time, for all readers together

# chat.js knows which earlier question is asked again or otherwise, and the address which conversation is open.
_SENDING = "(...given) => window.danchung ? window.danchung.sending(given) : given"
_LEAVING = "(...given) => { window.danchung?.leaving(); return given; }"


class ChatTab:
    """Gradio calls its methods; they return new values for the components."""

    name = "chat"

    def __init__(self, assistant: Answerer, desk: Desk) -> None:
        self._assistant = assistant
        self._desk = desk

    def build(self, tab: gr.Tab, shared: Shared) -> list[Any]:  # noqa: ARG002
        talk = gr.State(Talk())
        at = gr.Number(0, visible=False)  # the turn that a question takes the place of; 0: it comes after all
        with gr.Row(elem_id="desk"):
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
                with gr.Row(elem_id="only", visible=False) as only:
                    filters = gr.HTML(apply_default_css=False, elem_id="only-what")
                    unfilter = gr.Button(f"✕ {ENGLISH['only_clear']}", elem_id="unfilter", size="sm")
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
                        earlier = gr.Button(ENGLISH["earlier"], elem_id="earlier-open", size="sm")
                        stop = gr.Button(ENGLISH["stop"], elem_id="stop", size="sm", visible=False)
                        ask = gr.Button(ENGLISH["ask"], elem_id="ask", size="sm", variant="primary")
            with gr.Column(scale=4, min_width=320, elem_id="evidence"):
                panel = gr.HTML(
                    render_panel([], ENGLISH),
                    apply_default_css=False,
                    js_on_load=resource("chat.js"),
                    server_functions=self._desk.served(),
                )
        drawn = [talk, messages, panel, ask, stop]
        answer: dict[str, Any] = {
            "fn": self._respond,
            "inputs": [question, talk, shared.filters, at],
            "outputs": [question, *drawn],
            "js": _SENDING,
            "concurrency_limit": QUESTIONS_AT_ONCE,
            "concurrency_id": "answer",
            **HIDDEN,
        }
        asked = gr.on([question.submit, ask.click], trigger_mode="once", **answer)
        chosen = messages.example_select(_chosen, None, question, **HIDDEN).then(**answer)
        under_way = [asked, chosen]
        stop.click(self._stop, talk, drawn, cancels=under_way, **HIDDEN)
        restart.click(self._restart, None, [question, *drawn], js=_LEAVING, cancels=under_way, **HIDDEN)
        # chat.js asks for a conversation when the page is loaded, and when a reader picks one of the earlier ones.
        panel.select(self._open, None, drawn, queue=False, cancels=under_way, **HIDDEN)
        shared.filters.change(self._only, shared.filters, [only, filters], **HIDDEN)
        unfilter.click(lambda: None, None, shared.filters, **HIDDEN)
        api(self.ask, api_name="ask", concurrency_limit=QUESTIONS_AT_ONCE)
        return [messages, question, restart, earlier, stop, ask, unfilter]

    def greet(self, words: Words) -> list[Any]:
        """The tab in the reader's language, with questions that fit what is in the library."""
        documents: list[DocumentInfo] = []
        try:
            documents = self._assistant.documents()
            welcome = html.render_welcome(words) if documents else html.render_empty(words)
        except DanchungError as error:
            welcome = html.render_note(str(error))
        fitting = (text for text in example_questions(documents, words) if self._answers(text))
        examples = [ExampleMessage(text=text) for text in islice(fitting, EXAMPLES)]
        return [
            gr.Chatbot(label=words["conversation"], placeholder=welcome, examples=examples),
            gr.Textbox(label=words["question"], placeholder=words["placeholder"]),
            gr.Button(words["restart"]),
            gr.Button(words["earlier"]),
            gr.Button(words["stop"]),
            gr.Button(words["ask"]),
            gr.Button(f"✕ {words['only_clear']}"),
        ]

    def ask(self, question: str) -> dict[str, Any]:
        """Answer one question: the statements, their citations, and why it abstained if it did."""
        try:
            return self._assistant.ask(question).model_dump(mode="json")
        except DanchungError as error:
            raise gr.Error(str(error), print_exception=False) from error

    def _respond(
        self, question: str, talk: Talk, filters: Mapping[str, Any] | None, at: float | None, request: gr.Request
    ) -> Iterator[tuple[Any, ...]]:
        """Answer a question, sentence by sentence: (question box, talk, messages, panel, ask, stop)."""
        question = (question or "").strip()
        if not question:
            yield (gr.skip(),) * 6
            return
        words, owner = words_of(request), owner_of(request)
        talk = self._desk.resumed(talk, request, words)
        talk.turns = talk.turns[: int(at) - 1] if at and at >= 1 else talk.turns
        try:
            for _ in self._desk.answer(question, talk, filters, owner, words):
                yield "", *_drawn(talk, words)
            return
        except DanchungError as error:
            talk.turns[-1].note = str(error)
        except Exception:
            logger.exception("A question could not be answered")
            talk.turns[-1].note = words["failed"]
        yield gr.skip(), *_drawn(talk, words)

    def _stop(self, talk: Talk, request: gr.Request) -> tuple[Any, ...]:
        """Keep what has been checked so far. Gradio cancels the running question, `take` sees the note."""
        words = words_of(request)
        if talk.turns and not talk.turns[-1].finished:
            talk.turns[-1].note = words["stopped"]
        return _drawn(talk, words)

    def _restart(self, request: gr.Request) -> tuple[Any, ...]:
        return "", *_drawn(Talk(), words_of(request))

    def _open(self, wanted: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        """Show a kept conversation; none, where chat.js names none."""
        words = words_of(request)
        id_ = str((wanted._data or {}).get("open") or "")
        talk = self._desk.reopen(id_, owner_of(request), words) if id_ else Talk()
        return _drawn(talk or Talk(), words, None if talk else words["conversation_gone"])

    def _only(self, filters: Mapping[str, Any] | None, request: gr.Request) -> tuple[Any, ...]:
        """What the answers are limited to, over the question; nothing where they are not."""
        titles = titles_of(self._assistant, filters)
        return gr.Row(visible=bool(filters)), html.render_only(filters or {}, titles, words_of(request))

    def _answers(self, question: str) -> bool:
        """Whether the library answers it: a page that suggests what it then refuses has lost its reader."""
        try:
            return self._assistant.can_answer(question)
        except DanchungError:
            return False


def _chosen(chosen: gr.SelectData) -> str:
    """An example was chosen: its text goes into the question box."""
    return str(chosen.value["text"])


def _drawn(talk: Talk, words: Words, note: str | None = None) -> tuple[Any, ...]:
    """(talk, messages, panel, ask, stop): while an answer is on its way, Stop takes the place of Ask."""
    busy = bool(talk.turns) and not talk.turns[-1].finished
    return (
        talk,
        draw_messages(talk.turns, words),
        draw_panel(talk, words, note),
        gr.Button(visible=not busy),
        gr.Button(visible=busy),
    )
