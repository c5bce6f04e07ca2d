"""The conversation on the chat page: turns, and the messages and evidence drawn from them.

The page is always drawn from the list of turns, so that an answer, its evidence and an interruption agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from assistant.answer import Answer, Citation, CitationEvent, DocumentInfo, DoneEvent, Event, Statement, StatementEvent
from assistant.page import drawing as html
from assistant.page.words import Words

FindDocument = Callable[[str], DocumentInfo | None]


@dataclass
class Turn:
    """A question and what has been answered so far. `passages` are the evidence cards, already drawn."""

    question: str
    statements: list[Statement] = field(default_factory=list)
    titles: dict[int, str] = field(default_factory=dict)
    passages: list[str] = field(default_factory=list)
    answer: Answer | None = None
    note: str | None = None

    @property
    def finished(self) -> bool:
        return self.answer is not None or self.note is not None


def take(turn: Turn, number: int, events: Iterable[Event], find: FindDocument, words: Words) -> Iterator[Turn]:
    """Take the assistant's events into the turn, pausing whenever there is a new sentence to show."""
    found: dict[str, DocumentInfo | None] = {}  # a report is read once, however often it is cited

    def add(citation: Citation) -> None:
        turn.titles[citation.n] = citation.title
        if citation.document_id not in found:
            found[citation.document_id] = find(citation.document_id)
        document = found[citation.document_id]
        turn.passages.append(html.render_passage(citation, document, number, words))

    for event in events:
        if turn.finished:  # stopped by the reader while this event was being made
            return
        match event:
            case CitationEvent(citation=citation):
                add(citation)
            case StatementEvent(statement=statement):
                turn.statements.append(statement)
                yield turn
            case DoneEvent(answer=answer):
                # The whole answer has the last word on what is said and cited.
                turn.answer, turn.statements = answer, answer.statements
                turn.titles, turn.passages = {}, []
                for citation in answer.citations:
                    add(citation)
                yield turn


def history_of(turns: Sequence[Turn]) -> list[dict[str, str]]:
    """The answered turns as a conversation; a turn that failed or was stopped said nothing."""
    return [
        message
        for turn in turns
        if turn.answer is not None
        for message in (
            {"role": "user", "content": turn.question},
            {"role": "assistant", "content": turn.answer.answer},
        )
    ]


def draw_messages(turns: Sequence[Turn], words: Words) -> list[dict[str, str]]:
    """The turns as chat messages. A message's number is its turn's, counted from 1."""
    messages = []
    for number, turn in enumerate(turns, start=1):
        messages.append({"role": "user", "content": html.render_question(turn.question)})
        messages.append({"role": "assistant", "content": _draw_answer(turn, number, words)})
    return messages


def draw_panel(turns: Sequence[Turn], words: Words) -> str:
    """The evidence of every turn, oldest first as in the conversation; the latest is open."""
    drawn = []
    for number, turn in enumerate(turns, start=1):
        passages = turn.passages
        if not passages:
            passages = [html.render_quiet(_why_no_passages(turn, words))]
        drawn.append(html.render_evidence(number, turn.question, passages, latest=number == len(turns)))
    return html.render_panel(drawn, words)


def _draw_answer(turn: Turn, number: int, words: Words) -> str:
    if turn.answer is not None and turn.answer.abstained:
        said = html.render_abstention(turn.answer, words)
    else:
        said = html.render_statements(turn.statements, number, turn.titles, words)
    if turn.note is not None:
        said += html.render_note(turn.note)
    if turn.answer is not None:
        said += html.render_about(turn.answer, words)
    if not turn.finished:
        said += html.render_waiting(words["reading"])
    return f'<div class="answer">{said}</div>'


def _why_no_passages(turn: Turn, words: Words) -> str:
    if not turn.finished:
        return words["reading"]
    abstained = turn.answer is not None and turn.answer.abstained
    return words["evidence_abstained" if abstained else "evidence_nothing"]
