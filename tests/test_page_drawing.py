"""What the page draws: escaped, in the reader's language, and leading to the quoted words."""

from __future__ import annotations

import pytest
from page_parts import HOSTILE, QUOTE, TEXT, WORDS_EN, FakeAssistant, Seen, answered, citation, document

from assistant.answer import Answer, Statement
from assistant.grounding.verdict import Reason
from assistant.page import drawing as html
from assistant.page import evidence
from assistant.page.periods import shown_period
from assistant.page.turns import Talk, Turn, draw_messages, draw_panel, history_of, take, written
from assistant.page.why import render_why
from assistant.page.words import WORDS, example_questions, words_for

# What is drawn


def hostile_account() -> Answer:
    said = dict.fromkeys(("text", "language", "kind"), HOSTILE)
    lists = {name: [HOSTILE] for name in ("periods", "days", "places", "people", "names", "bodies", "words")}
    found = {"sentence": HOSTILE, "source": HOSTILE, "language": HOSTILE, "relevance": 0.5, "fits": {}}
    explained = {
        **said, **lists, "national": False, "readings": [{"text": HOSTILE, "period": HOSTILE, "why": HOSTILE}],
        "found": [{"side": HOSTILE, "passages": [found]}],
    }  # fmt: skip
    usage = {"explained": explained, "dropped": 1, "dropped_because": [f"number not in the quoted words: {HOSTILE}"]}
    return Answer(question="", answer="", abstained=True, reason=HOSTILE, language="en", mode="model", usage=usage)


@pytest.mark.parametrize(
    "markup",
    [
        html.render_question(HOSTILE, 1, WORDS_EN),
        html.render_statement(Statement(text=HOSTILE, citations=[1], support=1), 1, {1: HOSTILE}, WORDS_EN),
        evidence.render_passage(
            citation(title=HOSTILE, source=HOSTILE, quote=HOSTILE, language=HOSTILE, period=HOSTILE),
            document(places=[HOSTILE], published=HOSTILE),
            1,
            WORDS_EN,
        ),
        html.render_document(document(text=HOSTILE, language=HOSTILE), 2, 9),
        evidence.render_evidence(1, HOSTILE, [], latest=True),
        html.render_abstention(
            Answer(question="", answer=HOSTILE, reason=HOSTILE, language="en", mode="model"), WORDS_EN
        ),
        render_why(hostile_account(), WORDS_EN),
        html.render_only({"place": [HOSTILE], "language": HOSTILE, "document": ["d"]}, {"d": HOSTILE}, WORDS_EN),
        draw_panel(Talk([Turn(HOSTILE, note=HOSTILE)], HOSTILE), WORDS_EN, HOSTILE),
        html.render_note(HOSTILE),
    ],
)
def test_other_peoples_text_never_becomes_markup(markup: str) -> None:
    seen = Seen(markup)
    assert not seen.all("script")
    assert not seen.all("img")
    assert not [name for _, attributes in seen.tags for name in attributes if name.startswith("on")]


def test_markdown_and_html_are_shown_as_they_were_written() -> None:
    statement = Statement(text=QUOTE, citations=[], support=1)
    assert QUOTE in Seen(html.render_statement(statement, 1, {}, WORDS_EN)).text


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "JAVASCRIPT:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)",
     "data:text/html,x", "file:///etc/passwd", "//example.org", "http://", "http://[x", "", None],
)  # fmt: skip
def test_only_web_addresses_become_links(url: str | None) -> None:
    assert html.safe_url(url) is None
    links = Seen(evidence.render_passage(citation(url=url), document(), 1, WORDS_EN)).all("a")
    assert [link["href"] for link in links] == ["#a-1"]


def test_a_source_link_keeps_the_reader_and_the_address() -> None:
    link, back = Seen(evidence.render_passage(citation(), document(), 1, WORDS_EN)).all("a")
    assert back["href"] == "#a-1"
    assert link["href"] == "https://example.org/hoa-binh?a=1&b=2"
    assert "noopener" in (link["rel"] or "")


def test_the_mark_is_exactly_the_quote() -> None:
    passage = Seen(evidence.render_passage(citation(), document(), 1, WORDS_EN))
    whole = Seen(html.render_document(document(), citation().start, citation().end))
    assert passage.marked == [QUOTE]
    assert whole.marked == [QUOTE]
    assert whole.text == TEXT
    assert "Câu mở đầu" in passage.text
    assert "Câu sau đó." in passage.text


def test_a_quote_from_a_report_that_has_changed_is_shown_alone() -> None:
    changed = document(text=f"New first line. {TEXT}")
    assert evidence.render_excerpt(citation(), changed) == evidence.render_excerpt(citation(), None)
    assert Seen(evidence.render_excerpt(citation(), changed)).text == QUOTE


def test_every_marker_leads_to_a_passage_of_its_own_answer() -> None:
    turns = [answered(), answered("Và nữa?")]
    turns[1] = Turn("Và nữa?")
    assistant = FakeAssistant()
    list(take(turns[1], 2, assistant.stream("Và nữa?"), assistant.document, WORDS_EN))
    messages = draw_messages(turns, WORDS_EN)
    links = [a["href"] for m in messages for a in Seen(m["content"]).all("a")]
    passages = [p["id"] for p in Seen(draw_panel(Talk(turns), WORDS_EN)).all("article")]
    assert links == ["#p-1-1", "#p-2-1"]
    assert passages == ["p-1-1", "p-2-1"]


def test_an_abstention_shows_its_reason_and_no_evidence() -> None:
    turn = answered("What happened in 2021?")
    said = Seen(draw_messages([turn], WORDS_EN)[1]["content"]).text
    panel = Seen(draw_panel(Talk([turn]), WORDS_EN))
    assert "Only 2024 is covered." in said
    assert not panel.all("article")
    assert WORDS_EN["evidence_abstained"] in panel.text


def test_a_stopped_turn_takes_nothing_more() -> None:
    turn = Turn("Bao nhiêu?")
    assistant = FakeAssistant()
    events = take(turn, 1, assistant.stream(turn.question), assistant.document, WORDS_EN)
    next(events)
    turn.note = WORDS_EN["stopped"]
    assert list(events) == []
    assert turn.answer is None
    assert history_of([turn]) == []


def test_history_is_the_answered_turns() -> None:
    failed = Turn("crash", note="failed")
    assert history_of([answered(), failed]) == [
        {"role": "user", "content": "Bao nhiêu?"},
        {"role": "assistant", "content": f"{QUOTE} [1]"},
    ]


def test_the_account_under_an_answer_says_what_a_reader_asks() -> None:
    turn = answered()
    assert turn.answer
    told = Seen(render_why(turn.answer, WORDS_EN)).text
    for said in ("Quoted from the reports", "1 statement checked", "12 ms", "a figure", "Hòa Bình", "91 % likely",
                 "does not name the place", "“năm ngoái” was taken for 2024"):  # fmt: skip
        assert said in told
    refused = answered("What happened in 2021?").answer
    assert refused
    assert "Only 2024 is covered." in Seen(render_why(refused, WORDS_EN)).text


@pytest.mark.parametrize("language", WORDS)
def test_every_reason_to_drop_a_statement_has_words(language: str) -> None:
    known = [
        *Reason,
        "its quote is not in the passage",
        "its quote is of another period, place or person than asked",
        "cites a passage it was not given",
        "computed from a figure that is not in its sentence",
    ]
    usage = {"dropped_because": [f"{reason}: “7”" for reason in known], "dropped": len(known)}
    answer = Answer(question="", answer="", language="en", mode="model", usage=usage)
    told = Seen(render_why(answer, WORDS[language])).text
    assert told.count("(“7”)") == len(known)
    assert WORDS[language]["not_supported"] not in told


def test_a_copied_answer_has_its_numbered_sources() -> None:
    assert written(answered(), WORDS_EN) == (
        f"Bao nhiêu?\n\n{QUOTE} [1]\n\nSources\n[1] Năm 2024 tại Hòa Bình, 2024, reports/hoa-binh.txt, page 7, "
        f"https://example.org/hoa-binh?a=1&b=2: “{QUOTE}”"
    )
    assert written(answered("And in 2021?"), WORDS_EN) == "And in 2021?\n\nOnly 2024 is covered."


def test_evidence_that_is_gone_or_changed_says_so() -> None:
    assert WORDS_EN["evidence_gone"] in evidence.render_passage(citation(), None, 1, WORDS_EN)
    changed = evidence.render_passage(citation(), document(text="Another text."), 1, WORDS_EN)
    assert WORDS_EN["evidence_changed"] in changed
    assert WORDS_EN["evidence_changed"] not in evidence.render_passage(citation(), document(), 1, WORDS_EN)


# The words of the page


def test_every_language_has_every_word_and_its_blanks() -> None:
    def blanks(text: str) -> set[str]:
        return {part.split("}")[0] for part in text.split("{")[1:]}

    for words in WORDS.values():
        assert words.keys() == WORDS_EN.keys()
        assert {k: blanks(v) for k, v in words.items()} == {k: blanks(v) for k, v in WORDS_EN.items()}


@pytest.mark.parametrize(
    ("header", "language"),
    [(None, "en"), ("", "en"), ("fr-CA,fr;q=0.9,en;q=0.8", "fr"), ("de,vi;q=0.5,en;q=0.4", "vi"),
     ("en;q=0.1,vi", "vi"), ("de", "en"), ("fr;q=oops", "en")],
)  # fmt: skip
def test_the_page_speaks_the_browsers_language(header: str | None, language: str) -> None:
    assert words_for(header) is WORDS[language]


def test_examples_fit_the_library() -> None:
    documents = [
        document(places=["Hanoi", "Hòa Bình"]),
        document(id="d2", period="2023", places=["Hanoi"], language="fr", title="Bilan"),
        document(id="d3", period="2023-H1", places=["Hanoi"], language="en", title="x" * 200),
    ]
    assert example_questions(documents, WORDS["vi"]) == [
        "“Năm 2024 tại Hòa Bình” nêu những gì?",
        "Năm 2024, Hòa Bình đã làm gì?",
        "2024 khác 2023 như thế nào?",
        "“Bilan” nêu những gì?",
    ]
    assert example_questions(documents, WORDS_EN)[1] == "What was done in Hòa Bình in 2024?"
    assert example_questions([], WORDS_EN) == []


@pytest.mark.parametrize(
    ("label", "said"),
    [
        (None, ("—", "—", "—")),
        ("2024", ("2024", "2024", "2024")),
        ("2024-H1", ("H1 2024", "1er sem. 2024", "6 tháng đầu năm 2024")),
        ("2024-Q3", ("Q3 2024", "T3 2024", "quý 3/2024")),
        ("2024-05", ("May 2024", "mai 2024", "tháng 5/2024")),
        ("2024-01-01/2024-09-30", ("Jan–Sep 2024", "janv.–sept. 2024", "tháng 1–9/2024")),
        ("2023/2024", ("2023 – 2024",) * 3),
        ("2024-05-03/2024-06-30", ("2024-05-03 – 2024-06-30",) * 3),
        ("the flood", ("the flood",) * 3),
    ],
)
def test_periods_are_said_as_readers_say_them(label: str | None, said: tuple[str, ...]) -> None:
    assert tuple(shown_period(label, WORDS[code]) for code in ("en", "fr", "vi")) == said


def test_what_answers_are_limited_to_is_said_in_words() -> None:
    titles = {"d1": "A review", "d2": "Another"}
    assert html.shown_filters({"language": ["vi"], "period": "2024-H1", "place": ["Hanoi"]}, {}, WORDS["fr"]) == [
        "vietnamien", "1er sem. 2024", "Hanoi"
    ]  # fmt: skip
    assert html.shown_filters({"document": ["d1", "d2"]}, titles, WORDS_EN) == ["A review", "Another"]
    assert html.shown_filters({"document": ["d1", "gone"]}, titles, WORDS_EN) == ["2 reports"]
    assert html.shown_filters({"document": list("abcd")}, dict.fromkeys("abcd", "A"), WORDS_EN) == ["4 reports"]
