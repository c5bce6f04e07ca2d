"""The conversation on the chat page: turns, and the messages and evidence drawn from them.

The page is always drawn from the list of turns, so that an answer, its evidence and an interruption agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from assistant.answer import Answer, Citation, CitationEvent, DocumentInfo, DoneEvent, Event, Statement, StatementEvent
from assistant.kept import KeptConversation
from assistant.page import drawing as html
from assistant.page.evidence import render_evidence, render_panel, render_passage
from assistant.page.periods import shown_period
from assistant.page.why import render_why
from assistant.page.words import Words
from assistant.verdicts import Opinion

DRAWN_WHOLE = 12
"""The last turns, of which the evidence is in the panel from the start."""

FindDocument = Callable[[str], DocumentInfo | None]


@dataclass
class Turn:
    """A question and what has been answered so far. `passages` are the evidence cards, already drawn; `kept` says that
    the server's conversation has the answer."""

    question: str
    statements: list[Statement] = field(default_factory=list)
    titles: dict[int, str] = field(default_factory=dict)
    passages: list[str] = field(default_factory=list)
    answer: Answer | None = None
    note: str | None = None
    kept: bool = False
    opinion: Opinion | None = None

    @property
    def finished(self) -> bool:
        return self.answer is not None or self.note is not None


@dataclass
class Talk:
    """What a reader has before them: the turns, and the id of the kept conversation they are of, if any is yet."""

    turns: list[Turn] = field(default_factory=list)
    id: str | None = None


def take(turn: Turn, number: int, events: Iterable[Event], find: FindDocument, words: Words) -> Iterator[Turn]:
    """Take the assistant's events into the turn, pausing whenever there is a new sentence to show."""
    find = _once(find)

    def add(citation: Citation) -> None:
        turn.titles[citation.n] = citation.title
        turn.passages.append(render_passage(citation, find(citation.document_id), number, words))

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


def reopened(
    conversation: KeptConversation, opinions: Mapping[tuple[str, str], Opinion], find: FindDocument, words: Words
) -> Talk:
    """A kept conversation as it was, its citations checked against the reports as they are now."""
    find, talk = _once(find), Talk(id=conversation.id)
    for number, answer in enumerate(conversation.answers, start=1):
        turn = Turn(answer.question, kept=True, opinion=opinions.get((answer.question, answer.answer)))
        for _ in take(turn, number, [DoneEvent(answer=answer)], find, words):
            talk.turns.append(turn)
    return talk


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
        messages.append({"role": "user", "content": html.render_question(turn.question, number, words)})
        answer = _draw_answer(turn, number, words, latest=number == len(turns))
        messages.append({"role": "assistant", "content": answer})
    return messages


def draw_evidence(turn: Turn, words: Words) -> list[str]:
    """The passages behind an answer, or why there are none."""
    return turn.passages or [html.render_quiet(_why_no_passages(turn, words))]


def draw_panel(talk: Talk, words: Words, note: str | None = None) -> str:
    """The evidence of every turn, oldest first as in the conversation; the latest is open. That of turns long past is
    fetched by chat.js when it is asked for: a browser that draws it all anew with each sentence is slow."""
    drawn, kept = [], 0
    for number, turn in enumerate(talk.turns, start=1):
        if turn.kept and number <= len(talk.turns) - DRAWN_WHOLE:
            passages, data = [html.render_quiet(words["loading"])], " data-later"
        else:
            passages = draw_evidence(turn, words)
            data = f' data-copy="{escape(written(turn, words))}"' if turn.finished else ""
        if turn.kept:
            data += f' data-kept="{kept}" data-opinion="{turn.opinion or ""}"'
            kept += 1
        drawn.append(render_evidence(number, turn.question, passages, number == len(talk.turns), data))
    return render_panel(drawn, words, talk.id, note)


def written(turn: Turn, words: Words) -> str:
    """The answer as plain text to paste elsewhere: its statements with their numbers, then the numbered sources."""
    if turn.answer is None or turn.answer.abstained:
        said = [turn.answer.reason or turn.answer.answer] if turn.answer else []
        said = said or [statement.text for statement in turn.statements]
    else:
        said = [
            " ".join(filter(None, (s.lead_in, s.text))) + "".join(f" [{n}]" for n in s.citations)
            for s in turn.statements
        ]
    lines = [turn.question, "", *said]
    if turn.answer and turn.answer.citations:
        lines += ["", words["sources"]]
        lines += [_source(citation, words) for citation in turn.answer.citations]
    return "\n".join(lines)


def _source(citation: Citation, words: Words) -> str:
    page = words["page"].format(n=citation.page) if citation.page else None
    period = shown_period(citation.period, words) if citation.period else None
    about = (citation.title, period, citation.source, page, html.safe_url(citation.url))
    return f"[{citation.n}] {', '.join(filter(None, about))}: “{' '.join(citation.quote.split())}”"


def _draw_answer(turn: Turn, number: int, words: Words, latest: bool) -> str:
    if turn.answer is not None and turn.answer.abstained:
        said = html.render_abstention(turn.answer, words)
    else:
        said = html.render_statements(turn.statements, number, turn.titles, words)
    if turn.note is not None:
        said += html.render_note(turn.note)
    if turn.answer is not None:
        notice = turn.answer.usage.get("notice")
        said += (html.render_note(str(notice)) if notice else "") + render_why(turn.answer, words)
    if turn.finished:
        said += html.render_acts(words, kept=turn.kept, latest=latest)
    else:
        said += html.render_waiting(words["reading"])
    return f'<div class="answer" id="a-{number}">{said}</div>'


def _why_no_passages(turn: Turn, words: Words) -> str:
    if not turn.finished:
        return words["reading"]
    abstained = turn.answer is not None and turn.answer.abstained
    return words["evidence_abstained" if abstained else "evidence_nothing"]


def _once(find: FindDocument) -> FindDocument:
    """The same, reading a report once, however often it is cited."""
    found: dict[str, DocumentInfo | None] = {}

    def find_once(document_id: str) -> DocumentInfo | None:
        if document_id not in found:
            found[document_id] = find(document_id)
        return found[document_id]

    return find_once
