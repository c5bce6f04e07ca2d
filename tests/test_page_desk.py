"""What the page does with conversations: kept where the API finds them, continued, cut, and judged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from page_parts import QUOTE, WORDS_EN, FakeAssistant

from assistant.answer import Answer, DocumentInfo
from assistant.kept import MOST_TURNS, Kept
from assistant.page.desk import Desk, render_conversations
from assistant.page.turns import Talk
from assistant.page.words import WORDS
from assistant.verdicts import Verdicts, read_verdicts
from evals.cases import read_cases
from evals.drafting.command import main as draft
from ingest.errors import InputError, LibraryError


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path / "conversations")


@pytest.fixture
def desk(tmp_path: Path, kept: Kept) -> Desk:
    return Desk(FakeAssistant(), kept, Verdicts(tmp_path / "verdicts.jsonl"))


def say(desk: Desk, talk: Talk, question: str, owner: str = "anyone") -> Talk:
    for _ in desk.answer(question, talk, None, owner, WORDS_EN):
        pass
    return talk


def questions(kept: Kept, talk: Talk, owner: str = "anyone") -> list[str]:
    assert talk.id
    conversation = kept.get(talk.id, owner)
    assert conversation
    return [answer.question for answer in conversation.answers]


def test_answers_are_kept_and_come_back_with_their_citations(desk: Desk, kept: Kept) -> None:
    talk = say(desk, say(desk, Talk(), "One?"), "And in 2021?")
    assert questions(kept, talk) == ["One?", "And in 2021?"]
    again = desk.reopen(talk.id or "", "anyone", WORDS_EN)
    assert again
    assert again == talk
    assert QUOTE in (again.turns[0].answer.answer if again.turns[0].answer else "")


def test_nobody_sees_anothers_conversation(desk: Desk, kept: Kept) -> None:
    talk = say(desk, Talk(), "One?", owner="lan")
    assert desk.reopen(talk.id or "", "minh", WORDS_EN) is None
    assert desk.reopen("../" + (talk.id or ""), "lan", WORDS_EN) is None
    assert [info.title for info in kept.of("lan")] == ["One?"]
    assert kept.of("minh") == []


def test_a_question_asked_otherwise_replaces_what_followed(desk: Desk, kept: Kept) -> None:
    talk = say(desk, say(desk, say(desk, Talk(), "One?"), "Two?"), "Three?")
    talk.turns = talk.turns[:1]
    assert questions(kept, say(desk, talk, "Two, said better?")) == ["One?", "Two, said better?"]


def test_what_is_stopped_or_fails_costs_no_kept_answer(desk: Desk, kept: Kept) -> None:
    talk = say(desk, say(desk, Talk(), "One?"), "Two?")
    talk.turns = talk.turns[:1]
    with pytest.raises(RuntimeError):
        say(desk, talk, "crash")
    assert questions(kept, talk) == ["One?", "Two?"]
    talk.turns[-1].note = "failed"
    assert questions(kept, say(desk, talk, "Three?")) == ["One?", "Three?"]


def test_a_conversation_deleted_elsewhere_goes_on_as_another(desk: Desk, kept: Kept) -> None:
    talk = say(desk, Talk(), "One?")
    kept.remove(talk.id or "", "anyone")
    assert questions(kept, say(desk, talk, "Two?")) == ["One?", "Two?"]


def test_a_full_conversation_says_so(desk: Desk) -> None:
    talk = say(desk, Talk(), "One?")
    answer = talk.turns[0].answer
    assert answer
    talk.turns = [*talk.turns * MOST_TURNS]
    say(desk, talk, "One more?")
    assert talk.turns[-1].note == WORDS_EN["conversation_full"].format(n=MOST_TURNS)
    assert talk.turns[-1].answer is None


def test_a_full_disk_costs_the_keeping_not_the_answer(desk: Desk, kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise LibraryError("the conversation cannot be kept; free space or check rights")

    monkeypatch.setattr(kept, "begin", full)
    (turn,) = say(desk, Talk(), "One?").turns
    assert turn.answer
    assert turn.answer.statements
    assert "free space" in turn.answer.usage["notice"]
    assert not turn.kept


def test_filters_reach_the_assistant(tmp_path: Path, kept: Kept) -> None:
    assistant = FakeAssistant()
    desk = Desk(assistant, kept, Verdicts(tmp_path / "verdicts.jsonl"))
    for _ in desk.answer("One?", Talk(), {"period": ["2024"]}, "anyone", WORDS_EN):
        pass
    assert assistant.filters == [{"period": ["2024"]}]


def test_a_conversation_of_the_api_is_one_of_the_page(desk: Desk, kept: Kept) -> None:
    begun = kept.begin("anyone")
    kept.add(
        begun.id, "anyone", Answer(question="By API?", answer="", abstained=True, language="en", mode="extractive")
    )
    listed = render_conversations(kept.of("anyone"), WORDS["fr"])
    assert "By API?" in listed
    assert "1 question" in listed
    talk = desk.reopen(begun.id, "anyone", WORDS_EN)
    assert talk
    assert questions(kept, say(desk, talk, "By page?")) == ["By API?", "By page?"]


def test_an_empty_conversation_is_not_listed(kept: Kept) -> None:
    kept.begin("anyone")
    assert WORDS_EN["earlier_none"] in render_conversations(kept.of("anyone"), WORDS_EN)


def test_a_report_that_is_gone_leaves_its_quote(desk: Desk, tmp_path: Path, kept: Kept) -> None:
    talk = say(desk, Talk(), "One?")

    class WithoutReports(FakeAssistant):
        def document(self, document_id: str) -> DocumentInfo:
            raise InputError(f"no document {document_id}")

    again = Desk(WithoutReports(), kept, Verdicts(tmp_path / "v.jsonl")).reopen(talk.id or "", "anyone", WORDS_EN)
    assert again
    assert WORDS_EN["evidence_gone"] in again.turns[0].passages[0]
    assert "<mark>" in again.turns[0].passages[0]


# Verdicts


def test_the_last_verdict_counts(tmp_path: Path) -> None:
    verdicts = Verdicts(tmp_path / "verdicts.jsonl")
    answer = Answer(question="One?", answer="Yes [1]", language="en", mode="model")
    other = Answer(question="Two?", answer="No [1]", language="en", mode="model")
    verdicts.give("up", answer, [], "c1", "lan")
    verdicts.give("up", other, ["One?"], "c1", "lan")
    verdicts.give("down", answer, [], "c1", "lan")
    verdicts.give(None, other, ["One?"], "c1", "lan")
    verdicts.give("up", answer, [], "c2", "minh")
    with verdicts.file.open("a", encoding="utf-8") as file:
        file.write("no JSON about c1\n")
    assert verdicts.given("c1") == {("One?", "Yes [1]"): "down"}
    assert Verdicts(tmp_path / "none.jsonl").given("c1") == {}
    with pytest.raises(InputError, match="line 6"):
        read_verdicts(verdicts.file)


def test_what_is_read_is_what_stands(tmp_path: Path) -> None:
    verdicts = Verdicts(tmp_path / "verdicts.jsonl")
    for verdict in ("up", "down"):
        answer = Answer(question="One?", answer="Yes", language="en", mode="model")
        verdicts.give(verdict, answer, ["Zero?"], "c1", "lan")  # type: ignore[arg-type]
    (one,) = read_verdicts(verdicts.file)
    assert (one.verdict, one.history, one.owner) == ("down", ["Zero?"], "lan")


def test_verdicts_become_cases_to_edit(tmp_path: Path, desk: Desk, kept: Kept) -> None:
    talk = say(desk, say(desk, say(desk, Talk(), "One?"), "In 2021?"), "Three?")
    conversation = kept.get(talk.id or "", "anyone")
    assert conversation
    verdicts = Verdicts(tmp_path / "verdicts.jsonl")
    for number, verdict in enumerate(("up", "up", "down")):
        before = [answer.question for answer in conversation.answers[:number]]
        verdicts.give(verdict, conversation.answers[number], before, conversation.id, "anyone")  # type: ignore[arg-type]
    drafted = tmp_path / "cases.jsonl"
    assert draft(["--verdicts", str(verdicts.file), "--out", str(drafted)]) == 0
    with pytest.raises(InputError, match="line 3: facts are missing"):
        read_cases(drafted)  # nobody has said what the right answer to the third is
    rows = [json.loads(line) for line in drafted.read_text(encoding="utf-8").splitlines()]
    drafted.write_text("".join(json.dumps(row) + "\n" for row in [*rows[:2], rows[2] | {"facts": [["7"]]}]))
    helpful, refused, edited = read_cases(drafted)
    assert (helpful.facts, helpful.sources) == (((QUOTE,),), ("hoa-binh.txt",))
    assert refused.refuse
    assert refused.history == ("One?",)
    assert edited.kind == "unhelpful"
