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
from assistant.page.tab import HIDDEN, Answerer, Shared, resource, words_of
from assistant.page.turns import Turn, draw_messages, draw_panel, history_of, take
from assistant.page.words import ENGLISH, Words, example_questions
from ingest.errors import DanchungError

logger = logging.getLogger(__name__)

EXAMPLES = 4
QUESTIONS_AT_ONCE = 8  # Gradio's default is one at a time, for all readers together


class ChatTab:
    """Gradio calls its methods; they return new values for the components."""

    name = "chat"

    def __init__(self, assistant: Answerer) -> None:
        self._assistant = assistant

    def build(self, tab: gr.Tab, shared: Shared) -> list[Any]:  # noqa: ARG002
        turns = gr.State([])
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
                    js_on_load=resource("chat.js"),
                    server_functions=[self._opener()],
                )
        drawn = [turns, messages, panel, ask, stop]
        answer: dict[str, Any] = {
            "fn": self._respond,
            "inputs": [question, turns, shared.filters],
            "outputs": [question, *drawn],
            "concurrency_limit": QUESTIONS_AT_ONCE,
            "concurrency_id": "answer",
            **HIDDEN,
        }
        asked = gr.on([question.submit, ask.click], trigger_mode="once", **answer)
        chosen = messages.example_select(_chosen, None, question, **HIDDEN).then(**answer)
        stop.click(self._stop, turns, drawn, cancels=[asked, chosen], **HIDDEN)
        restart.click(self._restart, None, [question, *drawn], cancels=[asked, chosen], **HIDDEN)
        api(self.ask, api_name="ask", concurrency_limit=QUESTIONS_AT_ONCE)
        return [messages, question, restart, stop, ask, panel]

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
            gr.Button(words["stop"]),
            gr.Button(words["ask"]),
            html.render_panel([], words),
        ]

    def ask(self, question: str) -> dict[str, Any]:
        """Answer one question: the statements, their citations, and why it abstained if it did."""
        try:
            return self._assistant.ask(question).model_dump(mode="json")
        except DanchungError as error:
            raise gr.Error(str(error), print_exception=False) from error

    def _respond(
        self, question: str, turns: list[Turn], filters: Mapping[str, Any] | None, request: gr.Request
    ) -> Iterator[tuple[Any, ...]]:
        """Answer a question, sentence by sentence: (question box, turns, messages, panel, ask, stop)."""
        question = (question or "").strip()
        if not question:
            yield (gr.skip(),) * 6
            return
        words = words_of(request)
        turn = Turn(question)
        earlier, turns = turns, [*turns, turn]
        yield "", *_drawn(turns, words)
        try:
            events = self._assistant.stream(question, history=history_of(earlier), filters=filters or None)
            for _ in take(turn, len(turns), events, self._find, words):
                yield gr.skip(), *_drawn(turns, words)
        except DanchungError as error:
            turn.note = str(error)
        except Exception:
            logger.exception("A question could not be answered")
            turn.note = words["failed"]
        yield gr.skip(), *_drawn(turns, words)

    def _stop(self, turns: list[Turn], request: gr.Request) -> tuple[Any, ...]:
        """Keep what has been checked so far. Gradio cancels the running question, `take` sees the note."""
        words = words_of(request)
        if turns and not turns[-1].finished:
            turns[-1].note = words["stopped"]
        return _drawn(turns, words)

    def _restart(self, request: gr.Request) -> tuple[Any, ...]:
        return "", *_drawn([], words_of(request))

    def _find(self, document_id: str) -> DocumentInfo | None:
        try:
            return self._assistant.document(document_id)
        except DanchungError:
            return None

    def _answers(self, question: str) -> bool:
        """Whether the library answers it: a page that suggests what it then refuses has lost its reader."""
        try:
            return self._assistant.can_answer(question)
        except DanchungError:
            return False

    def _opener(self) -> Any:
        # A plain function, because Gradio marks what the browser may call with an attribute.
        def open_document(wanted: dict[str, Any], request: gr.Request) -> str:
            """The whole report behind an expander, asked for with the expander's data-* values."""
            try:
                document = self._assistant.document(str(wanted["id"]))
                return html.render_document(document, int(wanted["start"]), int(wanted["end"]))
            except (DanchungError, LookupError, TypeError, ValueError):
                return html.render_quiet(words_of(request)["gone"])

        return open_document


def _chosen(chosen: gr.SelectData) -> str:
    """An example was chosen: its text goes into the question box."""
    return str(chosen.value["text"])


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
