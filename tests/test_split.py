"""Passages: whole sentences, verbatim, each once, within the budget, and never furniture."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.clean import mark_furniture
from ingest.documents import Block, Description, Document, Passage, Span
from ingest.readers import Reading
from ingest.readers.markdown import read_markdown
from ingest.readers.text import read_text
from ingest.split import HARD_SENTENCE, LONG_SENTENCE, PASSAGE_TOKENS, clauses, count_tokens, split, split_sentences


def document(reading: Reading | str, language: str = "en", title: str = "Letters") -> Document:
    if isinstance(reading, str):
        reading = read_text(reading)
    blocks = mark_furniture(reading.text, reading.blocks)
    return Document("d1", "/a.txt", "a.txt", reading.text, blocks, Description(title, language))


def sentences_of(passages: list[Passage]) -> list[str]:
    return [passage.sentence_text(span) for passage in passages for span in passage.sentences]


def check(doc: Document, budget: int) -> list[Passage]:
    """What holds of any document's passages."""
    passages = split(doc, budget)
    content = [b for b in doc.blocks if b.kind not in ("furniture", "heading")]
    last = 0
    for number, passage in enumerate(passages):
        assert passage.ordinal == number
        assert passage.document_id == doc.id
        assert passage.text == doc.text[passage.start : passage.end]
        assert (passage.start, passage.end) == (passage.sentences[0].start, passage.sentences[-1].end)
        for span in passage.sentences:
            assert last <= span.start < span.end
            words = doc.text[span.start : span.end]
            assert words == passage.sentence_text(span) == words.strip()
            assert any(b.start <= span.start and span.end <= b.end for b in content)
            assert len(span) <= HARD_SENTENCE
            last = span.end
        tokens = sum(count_tokens(passage.sentence_text(span)) for span in passage.sentences)
        assert tokens <= budget or len(passage.sentences) == 1
        assert not any(b.start < passage.end and passage.start < b.end for b in doc.blocks if b not in content)
    assert len({passage.id for passage in passages}) == len(passages)
    # Every letter of the report is in one sentence: they do not overlap, so counting will do.
    letters = sum(len("".join(doc.text[b.start : b.end].split())) for b in content)
    assert sum(len("".join(words.split())) for words in sentences_of(passages)) == letters
    return passages


PARAGRAPHS = [
    "Forty letters came in. All of them were read; two were passed on!\nWas any lost? None was.",
    "L'office a lu quarante lettres. Deux ont été transmises à l'inspection. Aucune n'a été perdue.",
    "Cơ quan đã đọc bốn mươi đơn. Hai đơn được chuyển đi. Không đơn nào bị mất.",
    "Mr. An met Dr. Binh of TP. Ho Chi Minh at 8.30 a.m. They spoke of 1.884 files, i.e. 3.5 % of all.",
    "Photo: N. Dao",
    "Source: https://example.org/a",
    "A heading over what follows",
    "- one item\n- another item. With two sentences.",
    "| Month | Letters |\n|---|---|\n| May | 12 |",
    "x" * 300,
    "No stop here " * 40,
    "😀 𝒳 “Quoted.” (Bracketed.) … ... ?!",
]
mixed = st.lists(st.sampled_from(PARAGRAPHS) | st.text(max_size=120), max_size=10).map("\n\n".join)


@given(
    mixed,
    st.sampled_from(["en", "fr", "vi", "xx"]),
    st.sampled_from([5, 40, 200]),
    st.sampled_from([read_text, read_markdown]),
)
@settings(deadline=None, max_examples=150)
def test_sentences_are_whole_verbatim_in_order_and_in_one_passage(text, language, budget, reader) -> None:  # type: ignore[no-untyped-def]
    check(document(reader(text), language), budget)


def test_the_sentences_of_a_paragraph() -> None:
    passages = check(document("Forty letters came in. All were read; two were passed on! Was any lost? None was."), 200)
    assert sentences_of(passages) == [
        "Forty letters came in.",
        "All were read; two were passed on!",
        "Was any lost?",
        "None was.",
    ]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hội nghị tại TP. Hồ Chí Minh đã đọc bốn mươi đơn.", "vi"),
        ("Người dân (TP. Hồ Chí Minh) gửi bốn mươi đơn.", "vi"),
        ("TS. Lê An và PGS. Trần Bình cùng đọc đơn.", "vi"),
        ("Dr. An and Mr. Binh read forty letters.", "en"),
        ("Mrs. Hanh of St. Mary wrote to Gen. Lam.", "en"),
        ("M. An et Mme. Hanh ont lu quarante lettres.", "fr"),
        ("It settled 1.884 files, 3.5 percent of all.", "en"),
    ],
)
def test_an_abbreviation_does_not_cut_a_sentence(text: str, language: str) -> None:
    assert [text[span.start : span.end] for span in split_sentences(text, language)] == [text]


def test_a_closing_quote_stays_with_its_sentence() -> None:
    text = "He said: “Read them all.” Then he left."
    assert "".join(text[s.start : s.end] for s in split_sentences(text, "en")[:1]).endswith("all.”")


def test_wrapped_lines_do_not_cut_a_sentence() -> None:
    text = (
        "The committee of the province read forty letters in its\nspring session and answered each of them "
        "within the ten\ndays that its own rules allow. Two were passed on."
    )
    assert sentences_of(check(document(text), 200)) == [text[:-20], "Two were passed on."]


def test_furniture_and_headings_are_in_no_passage_and_part_passages() -> None:
    long = (
        "The office of the province read forty letters during its spring session. It answered each of them within ten "
        "days, as its own rules have long asked."
    )
    text = f"Letters\n\n{long}\n\nResidents wait in the hall. Photo: N. Dao\n\n{long}\n\nReplies\n\n{long}\n\nSource: https://example.org/a"
    passages = check(document(text, title="Letters"), 200)
    assert [passage.text for passage in passages] == [long] * 3
    assert [passage.heading for passage in passages] == ["Letters", "Letters", "Letters · Replies"]


def test_a_table_row_is_one_sentence() -> None:
    reading = read_markdown("| Month | Letters. All. |\n|---|---|\n| May | 12. Twelve. |")
    assert sentences_of(check(document(reading), 200)) == ["Month: May | Letters. All.: 12. Twelve."]


def test_tokens_are_shared_out_and_the_last_passage_is_no_crumb() -> None:
    text = " ".join(
        f"The office answered letter number {n} within the ten days that its rules allow." for n in range(30)
    )
    passages = check(document(text), PASSAGE_TOKENS)
    sizes = [count_tokens(passage.text) for passage in passages]
    assert len(sizes) == -(-count_tokens(text) // PASSAGE_TOKENS)
    assert min(sizes) > 0.7 * max(sizes)


def test_a_sentence_over_the_budget_is_a_passage_of_its_own() -> None:
    long = "The office answered " + "and answered " * 60 + "every letter."
    passages = check(document(f"Forty came in. {long} Two were passed on."), 50)
    assert [passage.text for passage in passages] == ["Forty came in.", long, "Two were passed on."]


@pytest.mark.parametrize("unit", ["word ", "x", "- ", ".", "! ", "TP. ", "Mr. ", "đơn, ", "😀"])
def test_a_line_of_100_kb_without_an_end_is_bounded_and_fast(unit: str) -> None:
    text = "Start " + unit * (100_000 // len(unit))
    started = time.process_time()
    check(document(Reading(text, (Block(0, len(text.rstrip())),))), 200)
    assert time.process_time() - started < 5


def test_a_table_row_of_100_kb_is_bounded() -> None:
    text = "cell | " * 15_000 + "end"
    check(document(Reading(text, (Block(0, len(text), "table"),))), 200)


def test_a_document_without_sentences_has_no_passage() -> None:
    assert split(document("Source: https://example.org/a")) == []
    assert split(document("")) == []


def test_periods_are_those_the_passage_names() -> None:
    (passage,) = split(document("In the first half of 2024 forty letters came in, ten more than in 2023."))
    assert [period.label for period in passage.periods] == ["2024-H1", "2023"]


def test_the_heading_leaves_out_a_title_that_is_only_the_opening_words() -> None:
    (passage,) = split(document("Forty letters came in.", title="Forty letters…"))
    assert passage.heading == ""


def test_the_same_document_gives_the_same_ids() -> None:
    one, two = (split(document("\n\n".join(PARAGRAPHS)), 40) for _ in range(2))
    assert one == two
    assert all(passage.id.startswith("p") and len(passage.id) == 17 for passage in one)


def test_tokens_of_words_that_look_like_a_model_s_marks_are_counted() -> None:
    assert count_tokens("<|endoftext|>") > 1


def test_a_very_long_sentence_is_read_clause_by_clause() -> None:
    parts = [
        f"the committee of district {n} heard its citizens and settled what they had asked of it;" for n in range(9)
    ]
    text = " ".join(parts)
    found = [text[span.start : span.end] for span in clauses(text, Span(0, len(text)))]
    assert len(text) > LONG_SENTENCE
    assert found == parts


def test_clauses_of_a_passage_stay_together_and_cover_the_sentence() -> None:
    sentence = "In 2024 the office " + "; ".join(
        f"finished project number {n} of the ten it had begun" for n in range(12)
    )
    (passage,) = split(document(f"{sentence}."))
    assert len(passage.sentences) > 3
    assert passage.text == f"{sentence}."
    assert passage.sentences[0].start == passage.start
    assert passage.sentences[-1].end == passage.end


@given(st.text(alphabet="ab; .", max_size=1500))
def test_clauses_are_in_order_and_leave_out_nothing_but_spaces(text: str) -> None:
    spans = clauses(text, Span(0, len(text)))
    assert "".join(text[span.start : span.end] for span in spans).replace(" ", "") == text.replace(" ", "")
    assert all(one.end <= other.start for one, other in pairwise(spans))
