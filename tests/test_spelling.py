"""Words typed wrong are read as the reports write them, and the reader is told; names and words that are some stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Assistant
from assistant.question.accents import shipped
from assistant.question.spelling import Respelt, corrected, respelt, respelt_vietnamese, vocabulary
from ingest.split import count_tokens
from ingest.text.words import fold

REPORTS = "The conference met twice. Inspectors opened inspections of the policy, and requests were settled in council."
FRENCH = "Les requêtes et les plaintes ont été reçues par la commission."


def read_in(text: str, language: str = "en", reports: str = REPORTS) -> dict[str, str]:
    known = vocabulary([reports])
    heard = {fold(word) for word in known}
    found = respelt(
        text, language, lambda word: fold(word) not in heard, lambda: known, lambda word: count_tokens(f" {word}")
    )
    return {one.typed: one.meant for one in found}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("confreence", "conference"), ("inspecton", "inspection"), ("inspectionns", "inspections"),
        ("inspektions", "inspections"), ("Confreence", "conference"),
    ],
)  # fmt: skip
def test_one_slip_is_read_as_the_word_of_the_reports(typed: str, meant: str) -> None:
    reports = f"{REPORTS} An inspection was made."
    assert read_in(f"{typed} in 2024?", reports=reports) == {typed: meant}


@pytest.mark.parametrize(
    "question",
    [
        "Did the police come?", "Who is the counsel?", "Who met at the Confreence?", "What of Wisbech and Provence?",
        "The council met?", "How many in 2024?", "", "Did a cnofreence meet?",
        "x" * 2000,
    ],
)  # fmt: skip
def test_words_that_are_some_and_names_stay(question: str) -> None:
    """One may be no word of the reports and yet a word: "police" is none for "policy". Two slips are too many."""
    assert read_in(question) == {}


def test_french_is_read_with_its_accents() -> None:
    assert read_in("Combien de reqêutes ?", "fr", FRENCH) == {"reqêutes": "requêtes"}


def test_vietnamese_that_can_be_no_syllable_is() -> None:
    (found,) = respelt_vietnamese("Sáu táhng đầu năm", shipped())
    assert (found.typed, found.meant, found.start) == ("táhng", "tháng", 4)
    assert [one.meant for one in respelt_vietnamese("sau tahng", shipped())] == ["tháng"]
    assert respelt_vietnamese("Lady Gaga hát ở Wisbech, podor", shipped()) == []


def test_other_languages_are_left_alone() -> None:
    assert read_in("confreence", "de") == {}


@given(st.text(max_size=60), st.sampled_from(["en", "fr"]))
def test_any_text_can_be_looked_at(text: str, language: str) -> None:
    found = respelt(text, language, lambda _: True, lambda: vocabulary([REPORTS]), len)
    assert all(text[one.start : one.start + len(one.typed)] == one.typed for one in found)
    assert corrected(text, ()) == text
    respelt_vietnamese(text, shipped())


def test_several_words_are_put_right_where_they_stand() -> None:
    found = [Respelt(4, "inspecton", "inspection"), Respelt(19, "confreence", "conference"), Respelt(0, "Teh", "the")]
    assert corrected("Teh inspecton of a confreence?", found) == "The inspection of a conference?"


def test_the_reader_is_told(reader: Assistant) -> None:
    question = "Who chaired the national {} of December 31, 2024?"
    right, slip = (reader.ask(question.format(word)) for word in ("conference", "confreence"))

    assert slip.usage["notice"] == "Read “confreence” as “conference”."
    assert slip.answer == right.answer
    assert slip.question == question.format("confreence")
    assert "notice" not in right.usage
