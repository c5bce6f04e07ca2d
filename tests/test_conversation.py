"""What a reader takes away of a conversation: Markdown in which reports stay text, JSON that can be read again, and
`danchung chat --save`."""

from __future__ import annotations

import io
import json
import re
import shutil
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from asking import Over
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from assistant import Answer, Assistant
from assistant.answer import Citation, Statement
from assistant.cli import main
from assistant.conversation import Conversation, check_name
from ingest.engine import Engine
from ingest.errors import InputError

HOSTILE = "**bold** _it_ `code` [x](javascript:alert(1)) ![i](x) <script>alert(1)</script> # h | t ~~s~~ \\ $m$ [^1]"


def citation(n: int, quote: str = "Forty letters came in.", **changes: Any) -> Citation:
    known: dict[str, Any] = {
        "n": n, "document_id": "d1", "title": "Letters of 2024", "source": "r/letters.txt", "language": "en",
        "period": "2024", "quote": quote, "start": 0, "end": len(quote),
    }  # fmt: skip
    return Citation(**{**known, **changes})


def answered(*texts: str, question: str = "How many?", lead_in: str | None = None, **changes: Any) -> Answer:
    """An answer in which each statement cites a quote of its own, with the same words."""
    statements = [
        Statement(text=text, citations=[n], support=1.0, lead_in=lead_in) for n, text in enumerate(texts, start=1)
    ]
    known: dict[str, Any] = {
        "question": question, "answer": " ".join(f"{text} [{n}]" for n, text in enumerate(texts, start=1)),
        "language": "en", "mode": "extractive", "statements": statements,
        "citations": [citation(n, text) for n, text in enumerate(texts, start=1)],
    }  # fmt: skip
    return Answer(**{**known, **changes})


REFUSED = Answer(
    question="How many in 2021?", answer="Only 2024 is covered.", abstained=True, reason="Only 2024 is covered.",
    language="en", mode="extractive",
)  # fmt: skip


def as_page(conversation: Conversation) -> str:
    """The Markdown as a page with HTML let through, as most programs show it."""
    page: str = (
        MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(conversation.to_markdown())
    )
    return page


# -- Markdown ------------------------------------------------------------------------------------


def test_questions_are_headings_and_each_quote_a_footnote() -> None:
    conversation = Conversation(answers=[answered("Forty letters came in.", lead_in="According to “Letters”:")])

    assert conversation.to_markdown() == (
        "## How many?\n\n"
        "According to “Letters”: Forty letters came in.[^1]\n\n"
        "[^1]: “Forty letters came in.” — Letters of 2024, 2024, r/letters.txt\n"
    )


def test_footnotes_are_numbered_through_the_conversation() -> None:
    conversation = Conversation(answers=[answered("One.", "Two."), REFUSED, answered("Three."), answered("Four.")])
    markdown = conversation.to_markdown()

    assert re.findall(r"^(\w+)\.\[\^(\d)\]$", markdown, re.MULTILINE) == [
        ("One", "1"), ("Two", "2"), ("Three", "3"), ("Four", "4"),
    ]  # fmt: skip
    assert re.findall(r"^\[\^(\d)\]: “(\w+)\.”", markdown, re.MULTILINE) == [
        ("1", "One"), ("2", "Two"), ("3", "Three"), ("4", "Four"),
    ]  # fmt: skip
    assert re.findall("^## .*", markdown, re.MULTILINE) == [
        "## How many?", "## How many in 2021?", "## How many?", "## How many?",
    ]  # fmt: skip


def test_a_statement_of_two_quotes_has_both_marks() -> None:
    answer = answered("One.", "Two.")
    both = answer.model_copy(update={"statements": [Statement(text="Both.", citations=[1, 2], support=1.0)]})

    assert "Both.[^3][^4]" in Conversation(answers=[answer, both]).to_markdown()


def test_an_abstention_is_its_reason_without_footnotes() -> None:
    assert Conversation(answers=[REFUSED]).to_markdown() == "## How many in 2021?\n\nOnly 2024 is covered.\n"


def test_a_notice_stands_apart() -> None:
    answer = answered("Forty.", usage={"notice": "2021: the reports do not *say*."})

    assert "\n\n*2021: the reports do not \\*say\\*.*\n\nForty.[^1]" in Conversation(answers=[answer]).to_markdown()


def test_a_source_has_its_page_and_address() -> None:
    paged = citation(1, page=7, url="https://example.org/a?b=1")
    markdown = Conversation(answers=[answered("Forty.", citations=[paged])]).to_markdown()

    assert markdown.endswith("r/letters.txt, p. 7 <https://example.org/a?b=1>\n")


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://a.b/ c", "https://a.b/<script>", "file:///etc", ""])
def test_only_a_web_address_becomes_a_link(url: str) -> None:
    page = as_page(Conversation(answers=[answered("Forty.", citations=[citation(1, url=url)])]))

    assert "<a" not in page
    assert "<script" not in page


def test_what_reports_say_is_no_markup() -> None:
    hostile = citation(1, HOSTILE, title=HOSTILE, source=HOSTILE)
    answer = answered(HOSTILE, question=HOSTILE, lead_in=HOSTILE, citations=[hostile], usage={"notice": HOSTILE})
    refused = REFUSED.model_copy(update={"reason": HOSTILE})
    page = as_page(Conversation(answers=[answer, refused]))

    assert {*re.findall(r"<(\w+)", page)} == {"h2", "p", "em"}
    assert unescape(re.sub("<[^>]+>", "", page)).count(HOSTILE) == 8  # every word of it, nothing more


def test_line_breaks_in_a_report_end_no_paragraph() -> None:
    page = as_page(Conversation(answers=[answered("Forty\n\n## letters\r\n\n> came\tin.")]))

    assert "<p>Forty ## letters &gt; came in.[^1]</p>" in page
    assert page.count("<h2>") == 1


@pytest.mark.parametrize("text", ["- Sweep the floor.", "+ Sweep the floor.", "1. Sweep.", "2) Sweep."])
def test_a_statement_that_begins_as_a_list_is_shown_as_it_stands(text: str) -> None:
    assert f"<p>{text}[^1]</p>" in as_page(Conversation(answers=[answered(text)]))


def test_what_looks_like_an_entity_is_shown_as_it_stands() -> None:
    page = as_page(Conversation(answers=[answered("Wind &amp; rain &copy; 2024.")]))

    assert unescape(re.sub("<[^>]+>", "", page)).count("Wind &amp; rain &copy; 2024.") == 2


TEXTS = st.text(
    st.characters(categories=["L", "N", "P", "S", "Z"]) | st.sampled_from("*_[]<>#|~!`\\^$\n\t"), max_size=40
)


@settings(deadline=None)
@given(TEXTS.filter(lambda text: text.split() and "&" not in text))
@example("[^1]: x")
@example("<https://example.org>")
@example("a | b\n--|--\n1 | 2")
def test_any_text_stays_text(text: str) -> None:
    words = " ".join(text.split())
    quoted = citation(1, text, title=f"x {text}", source=f"x {text}")
    page = as_page(Conversation(answers=[answered(f"x {text}", question=f"x {text}", citations=[quoted])]))

    assert {*re.findall(r"<(\w+)", page)} == {"h2", "p"}
    told = re.sub("<[^>]+>", "", page)
    assert " ".join(unescape(told).split()).count(words) >= 4


# -- JSON ----------------------------------------------------------------------------------------


def test_json_is_read_again_as_it_was(reader: Assistant) -> None:
    conversation = Conversation()
    for question in ("How many new corruption cases were opened in 2024?", "And in 2023?", "And in 2021?"):
        conversation.answers.append(reader.ask(question, conversation.history))

    again = Conversation.from_json(conversation.to_json())

    assert again == conversation
    assert again.to_markdown() == conversation.to_markdown()
    assert json.loads(conversation.to_json())["answers"][0] == json.loads(conversation.answers[0].model_dump_json())


@settings(deadline=None)
@given(st.lists(st.builds(answered, TEXTS, question=TEXTS, lead_in=st.none() | TEXTS) | st.just(REFUSED), max_size=4))
def test_any_conversation_is_read_again(answers: list[Answer]) -> None:
    conversation = Conversation(answers=answers)

    assert Conversation.from_json(conversation.to_json()) == conversation


@pytest.mark.parametrize("text", ["", "{", "[]", '{"answers": 1}', '{"answers": [{"question": "x"}]}', "null", "\x00"])
def test_what_is_no_conversation_is_told_in_one_line(text: str) -> None:
    with pytest.raises(InputError, match=r"this is no saved conversation \(\d+ errors? in it\)") as caught:
        Conversation.from_json(text)
    assert "\n" not in str(caught.value)


def test_the_history_is_what_was_asked_and_answered() -> None:
    conversation = Conversation(answers=[answered("Forty."), REFUSED])

    assert conversation.history == [
        {"role": "user", "content": "How many?"},
        {"role": "assistant", "content": "Forty. [1]"},
        {"role": "user", "content": "How many in 2021?"},
        {"role": "assistant", "content": "Only 2024 is covered."},
    ]
    assert Conversation().history == []


# -- saving --------------------------------------------------------------------------------------


def test_it_is_saved_as_its_name_says(tmp_path: Path) -> None:
    conversation = Conversation(answers=[answered("Bốn mươi lá thư — “đã đọc”.")])
    for name, written in (("c.md", conversation.to_markdown()), ("c.json", conversation.to_json())):
        (tmp_path / name).write_text("what was there before", encoding="utf-8")
        conversation.save(tmp_path / name)
        assert (tmp_path / name).read_text(encoding="utf-8") == written
    assert {path.name for path in tmp_path.iterdir()} == {"c.md", "c.json"}


@pytest.mark.parametrize("name", ["talk", "talk.txt", "talk.MD", ".json", "nowhere/talk.md"])
def test_a_name_that_cannot_be_is_told_in_one_line(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match=r"a conversation is saved as|there is no folder") as caught:
        check_name(tmp_path / name)
    assert "\n" not in str(caught.value)
    assert str(tmp_path / name) in str(caught.value)


def test_a_place_that_cannot_be_written_is_told_and_left_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "talk.md").mkdir()
    with pytest.raises(InputError, match=r"talk\.md: cannot be written \(.*\); choose another place") as caught:
        Conversation(answers=[REFUSED]).save(tmp_path / "talk.md")
    assert "\n" not in str(caught.value)
    assert list((tmp_path / "talk.md").iterdir()) == []


def test_a_place_that_cannot_be_written_has_nothing_left_beside_it(tmp_path: Path) -> None:
    (tmp_path / "talk.md").mkdir()
    with pytest.raises(InputError):
        Conversation(answers=[REFUSED]).save(tmp_path / "talk.md")
    assert [path.name for path in tmp_path.iterdir()] == ["talk.md"]


# -- danchung chat -------------------------------------------------------------------------------

Chat = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def library(over: Over) -> Path:
    """The data directory of a library that nobody has open."""
    assistant = over(
        {
            f"y{year}.md": f"# Letters of {year}\n\nIn {year} the office of Hue received {n} letters."
            for year, n in ((2023, 40), (2024, 90))
        }
    )
    assistant.close()
    return assistant.library.data_dir


@pytest.fixture
def chat(
    library: Path, engine: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Chat:
    """Runs `danchung chat` with these lines typed: its exit code, what it printed, and what it said of errors."""
    shutil.copytree(library, tmp_path / "data")
    monkeypatch.setattr("assistant.assistant.open_engine", lambda _name: engine)

    def run(*lines: str, arguments: tuple[str | Path, ...] = ()) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        capsys.readouterr()
        code = main(["chat", "--data-dir", str(tmp_path / "data"), *map(str, arguments)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def test_a_chat_answers_each_line_and_completes_follow_ups(chat: Chat) -> None:
    code, out, err = chat("How many letters did the office of Hue receive in 2024?", "And in 2023?", "", "not read")

    assert (code, err) == (0, "")
    assert out.index("received 90 letters. [1]") < out.index("received 40 letters. [1]")
    assert out.count("> ") == 3


def test_a_chat_goes_on_after_what_cannot_be_asked(chat: Chat) -> None:
    code, out, _ = chat("🤷", "How many letters did the office of Hue receive in 2024?")

    assert code == 0
    assert "the question is empty" in out
    assert "90 letters" in out


def test_a_chat_is_saved_after_every_answer(chat: Chat, tmp_path: Path) -> None:
    questions = ("How many letters did the office of Hue receive in 2024?", "🤷", "And in 2023?", "And in 2021?")

    assert chat(*questions, arguments=("--save", tmp_path / "talk.md"))[0] == 0
    assert chat(*questions, arguments=("--save", tmp_path / "talk.json"))[0] == 0

    markdown = (tmp_path / "talk.md").read_text(encoding="utf-8")
    assert re.findall("^## .*", markdown, re.MULTILINE) == [f"## {q}" for q in questions if q != "🤷"]
    assert re.findall(r"^\[\^(\d)\]: “(.*)” ", markdown, re.MULTILINE) == [
        ("1", "In 2024 the office of Hue received 90 letters."),
        ("2", "In 2023 the office of Hue received 40 letters."),
    ]
    saved = Conversation.from_json((tmp_path / "talk.json").read_text(encoding="utf-8"))
    assert [answer.abstained for answer in saved.answers] == [False, False, True]
    assert "not 2021" in markdown


def test_a_chat_in_which_nothing_was_answered_saves_nothing(chat: Chat, tmp_path: Path) -> None:
    assert chat("🤷", arguments=("--save", tmp_path / "talk.md"))[0] == 0
    assert not (tmp_path / "talk.md").exists()


@pytest.mark.parametrize("name", ["talk.txt", "nowhere/talk.md"])
def test_a_chat_that_cannot_be_saved_says_so_before_it_begins(chat: Chat, tmp_path: Path, name: str) -> None:
    code, out, err = chat("How many letters?", arguments=("--save", tmp_path / name))

    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert str(tmp_path / name) in err
