"""What the chat does with conversations: asks, keeps, opens again, lists, deletes, and notes what readers thought.

The conversations are those of `/v1/conversations`: what a key began there is found here, and the other way round.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from html import escape
from typing import Any

import gradio as gr
from starlette.requests import Request

from assistant.answer import DocumentInfo, DoneEvent
from assistant.kept import MOST_TURNS, ConversationInfo, Kept
from assistant.keys import ANYONE
from assistant.page import drawing as html
from assistant.page.tab import Answerer, words_of
from assistant.page.turns import Talk, Turn, draw_evidence, history_of, reopened, take, written
from assistant.page.words import Words
from assistant.verdicts import Verdicts
from ingest.errors import DanchungError, InputError

MOST_LISTED = 300


def owner_of(request: gr.Request | Request) -> str:
    """Whose conversations a reader's are: those of the key they are logged in with, else those of anyone, as the API
    has it. Raises InputError where a login is asked for and there is none."""
    if isinstance(request, gr.Request):
        return request.username or ANYONE.name
    # What chat.js calls is given the bare request, and who is logged in has to be found as Gradio finds it.
    page = request.app
    if page.auth is None:
        return ANYONE.name
    names = (f"access-token-{page.cookie_id}", f"access-token-unsecure-{page.cookie_id}")
    user = next((page.tokens[token] for name in names if (token := request.cookies.get(name)) in page.tokens), None)
    if not user:
        raise InputError("the login has ended; load the page again")
    return str(user)


class Desk:
    """One for all readers; what is theirs comes with each call."""

    def __init__(self, assistant: Answerer, kept: Kept, verdicts: Verdicts) -> None:
        self._assistant = assistant
        self._kept = kept
        self._verdicts = verdicts

    def answer(
        self, question: str, talk: Talk, filters: Mapping[str, Any] | None, owner: str, words: Words
    ) -> Iterator[Turn]:
        """Put a question to the end of a talk and answer it there, pausing whenever there is something new to show.
        The answer is kept once it is whole. Raises what `Assistant.stream` raises, with the turn in place."""
        turn, earlier = Turn(question), talk.turns
        talk.turns = [*earlier, turn]
        kept = sum(each.kept for each in earlier)
        if kept >= MOST_TURNS:
            turn.note = words["conversation_full"].format(n=MOST_TURNS)
        yield turn
        if turn.finished:
            return
        events = self._assistant.stream(question, history=history_of(earlier), filters=filters or None, explain=True)
        for _ in take(turn, len(talk.turns), events, self._find, words):
            if turn.answer:
                self._keep(turn, talk, owner, kept, words)
            yield turn

    def resumed(self, talk: Talk, request: gr.Request, words: Words) -> Talk:
        """The talk; where the server has lost it, for it forgets a page it has not heard of for an hour, the
        conversation in the page's address."""
        opened = str(request.query_params.get("c") or "")
        if talk.turns or not opened:
            return talk
        return self.reopen(opened, owner_of(request), words) or talk

    def reopen(self, id_: str, owner: str, words: Words) -> Talk | None:
        """A kept conversation to go on with; None where there is none of this owner's."""
        conversation = self._kept.get(id_, owner)
        return reopened(conversation, self._verdicts.given(id_), self._find, words) if conversation else None

    def served(self) -> list[Callable[..., Any]]:
        """What chat.js may call: plain functions, for Gradio marks what a browser may call with an attribute."""

        # The annotation is how Gradio knows to give the request; it is a bare one, see `owner_of`.
        def open_document(wanted: dict[str, Any], request: gr.Request) -> str:
            """The whole report behind an expander, asked for with the expander's data-* values."""
            try:
                document = self._assistant.document(str(wanted["id"]))
                return html.render_document(document, int(wanted["start"]), int(wanted["end"]))
            except (DanchungError, LookupError, TypeError, ValueError):
                return html.render_quiet(words_of(request)["gone"])

        def conversations(wanted: dict[str, Any], request: gr.Request) -> str:
            """The reader's conversations as a list, without the one that is `forget`, which is deleted first."""
            owner = owner_of(request)
            if forget := wanted.get("forget"):
                self._kept.remove(str(forget), owner)
            return render_conversations(self._kept.of(owner), words_of(request))

        def evidence(wanted: dict[str, Any], request: gr.Request) -> dict[str, str]:
            """The evidence of an answer of a conversation, as draw_panel would draw it; nothing where it is gone."""
            try:
                words, number = words_of(request), int(wanted["answer"])
                conversation = self._kept.get(str(wanted["conversation"]), owner_of(request))
                if conversation is None or not 0 <= number < len(conversation.answers):
                    return {}
                answer, at = conversation.answers[number], int(wanted["turn"])
                turn = Turn(answer.question, kept=True)
                for _ in take(turn, at, [DoneEvent(answer=answer)], self._find, words):
                    pass
                return {"html": "".join(draw_evidence(turn, words)), "copy": written(turn, words)}
            except (DanchungError, LookupError, TypeError, ValueError):
                return {}

        def judge(wanted: dict[str, Any], request: gr.Request) -> str:
            """Note a verdict on an answer of a conversation; what went wrong, else nothing."""
            try:
                owner, number = owner_of(request), int(wanted["answer"])
                conversation = self._kept.get(str(wanted["conversation"]), owner)
                if conversation is None or not 0 <= number < len(conversation.answers):
                    return words_of(request)["conversation_gone"]
                verdict = wanted["verdict"] if wanted["verdict"] in ("up", "down") else None
                before = [answer.question for answer in conversation.answers[:number]]
                self._verdicts.give(verdict, conversation.answers[number], before, conversation.id, owner)
            except (DanchungError, LookupError, TypeError, ValueError) as error:
                return str(error)
            return ""

        return [open_document, conversations, evidence, judge]

    def _keep(self, turn: Turn, talk: Talk, owner: str, kept: int, words: Words) -> None:
        """Write the answer into the server's conversation, in place of those the reader asked again. A full disk costs
        the keeping, not the answer."""
        assert turn.answer
        try:
            if talk.id is None or self._kept.get(talk.id, owner) is None:
                talk.id = self._kept.begin(owner).id
                for each in talk.turns[:-1]:
                    each.kept = bool(each.answer and self._kept.add(talk.id, owner, each.answer))
                kept = sum(each.kept for each in talk.turns)
            turn.kept = self._kept.add(talk.id, owner, turn.answer, after=kept) is not None
        except DanchungError as error:
            notice = words["unkept"].format(error=error)
            usage = {**turn.answer.usage, "notice": " ".join(filter(None, (turn.answer.usage.get("notice"), notice)))}
            turn.answer = turn.answer.model_copy(update={"usage": usage})

    def _find(self, document_id: str) -> DocumentInfo | None:
        try:
            return self._assistant.document(document_id)
        except DanchungError:
            return None


def render_conversations(infos: list[ConversationInfo], words: Words) -> str:
    """A list to pick from. The times are written by chat.js, in the reader's time zone."""
    shown = [info for info in infos if info.turns][:MOST_LISTED]
    if not shown:
        return html.render_quiet(words["earlier_none"])
    find = (
        f'<input type="search" placeholder="{escape(words["earlier_find"])}" '
        f'aria-label="{escape(words["earlier_find"])}">'
    )
    return f"{find}<ul>{''.join(_conversation(info, words) for info in shown)}</ul>"


def _conversation(info: ConversationInfo, words: Words) -> str:
    count = words["questions_one"] if info.turns == 1 else words["questions"].format(n=info.turns)
    title = escape(info.title or "")
    return (
        f'<li data-id="{info.id}"><button type="button" class="reopen"><span class="title">{title}</span>'
        f'<span class="told"><time datetime="{info.updated.isoformat()}"></time> · {escape(count)}</span></button>'
        f'<button type="button" class="forget" aria-label="{escape(words["delete"])}: {title}">'
        f"{escape(words['delete'])}</button></li>"
    )
