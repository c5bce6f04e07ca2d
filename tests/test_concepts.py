"""Words of the field that say the same, in three languages."""

from __future__ import annotations

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.text import concepts
from ingest.text.concepts import concepts_of
from ingest.text.words import stem, stems, words

ROWS = [row.split(";") for row in concepts._TABLE.splitlines()]
SHARED = {"punish": {"disciplined", "punishment"}}
"""Stems of two concepts: the Party punishes officials, and a court's punishment is another thing."""


def concepts_in(text: str, language: str) -> set[int]:
    return {number for numbers in concepts_of(stems(text, language), language).values() for number in numbers}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0].split()[0])
def test_every_row_has_three_columns_and_none_is_empty(row: list[str]) -> None:
    assert len(row) == 3
    assert all(column.strip() for column in row)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0].split()[0])
def test_every_vietnamese_form_has_two_syllables(row: list[str]) -> None:
    assert {form.strip(): len(words(form)) for form in row[2].split("|")} == {
        form.strip(): 2 for form in row[2].split("|")
    }


def rows_of_each_stem(column: int, language: str) -> dict[str, set[str]]:
    """Stem → the first words of the rows that have it."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in ROWS:
        for word in words(row[column]):
            if len(word) > 3:
                found[stem(word, language)].add(row[0].split()[0])
    return found


def test_no_english_or_french_stem_is_in_two_rows_by_accident() -> None:
    for column, language in ((0, "en"), (1, "fr")):
        twice = {one: rows for one, rows in rows_of_each_stem(column, language).items() if len(rows) > 1}
        assert twice == (SHARED if language == "en" else {}), language


def test_no_vietnamese_form_is_in_two_rows() -> None:
    forms = [tuple(words(form)) for row in ROWS for form in row[2].split("|")]
    assert len(forms) == len(set(forms))


@pytest.mark.parametrize(
    ("english", "french", "vietnamese"),
    [
        ("how many cases were prosecuted", "combien d'affaires ont été ouvertes", "bao nhiêu vụ án được khởi tố"),
        ("the inspections", "les inspections", "cuộc thanh tra"),
        ("denunciations", "dénonciations", "đơn tố cáo"),
        ("who chaired the conference", "qui a présidé la conférence", "ai chủ trì hội nghị"),
        ("shortcomings", "lacunes", "những hạn chế"),
    ],
)
def test_words_that_say_the_same_meet_in_every_language(english: str, french: str, vietnamese: str) -> None:
    found = [concepts_in(english, "en"), concepts_in(french, "fr"), concepts_in(vietnamese, "vi")]

    assert found[0] & found[1] & found[2]


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("tried", "prosecuted", "en"),
        ("inspected", "investigated", "en"),
        ("complaints", "denunciations", "en"),
        ("cases", "defendants", "en"),
        ("thanh tra", "điều tra", "vi"),
        ("khiếu nại", "tố cáo", "vi"),
        ("plaintes", "dénonciations", "fr"),
    ],
)
def test_what_is_near_but_not_the_same_stands_apart(one: str, other: str, language: str) -> None:
    assert concepts_in(one, language)
    assert concepts_in(other, language)
    assert concepts_in(one, language).isdisjoint(concepts_in(other, language))


def test_a_vietnamese_form_is_both_its_syllables_side_by_side() -> None:
    assert concepts_in("khởi tố", "vi")
    assert not concepts_in("tố khởi", "vi")
    assert not concepts_in("khởi nghiệp và tố tụng", "vi")
    assert set(concepts_of(stems("đã khởi tố ông", "vi"), "vi")) == set(stems("khởi tố", "vi"))


def test_a_word_of_one_language_says_nothing_in_another() -> None:
    assert concepts_in("gaspillage", "fr")
    assert not concepts_in("gaspillage", "en")
    assert not concepts_in("waste", "de")


@given(st.lists(st.text(max_size=8) | st.sampled_from("khởi tố vụ án case inspect prosecut affair bị can".split())),
       st.sampled_from(["en", "fr", "vi", "de", ""]))  # fmt: skip
def test_any_row_of_words_has_concepts_or_none(row: list[str], language: str) -> None:
    found = concepts_of(row, language)

    assert found.keys() <= set(row)
    assert all(numbers and numbers <= set(range(len(ROWS))) for numbers in found.values())
