"""Words as every comparison sees them, and which language they are in."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.text.language import detect_language
from ingest.text.words import content_words, fold, fold_aligned, is_function_word, stem, stems, words


@pytest.mark.parametrize(
    ("written", "folded"),
    [("Đắk Lắk", "dak lak"), ("Lý Kiều Vân", "ly kieu van"), ("procès", "proces"), ("ÉTAT", "etat"),
     ("Hà Nội", "ha noi"), ("TP.HCM", "tp.hcm"), ("Straße", "strasse")],
)  # fmt: skip
def test_folding_drops_case_and_marks(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize("written", ["Đắk Lắk", "Lý Kiều Vân", "Ngô Đông Hải", "près de mille", "Phương hướng"])
def test_folding_in_place_agrees_with_folding_on_our_languages(written: str) -> None:
    assert fold_aligned(written) == fold(written)


@given(st.text(max_size=300))
@settings(deadline=None)
def test_folding_in_place_keeps_every_offset(text: str) -> None:
    assert len(fold_aligned(text)) == len(text)


@given(st.text(max_size=300))
@settings(deadline=None)
def test_folding_can_be_repeated(text: str) -> None:
    assert words(fold(text)) == words(fold(fold(text)))
    fold_aligned(text)


@pytest.mark.parametrize(
    "figure", ["1,884", "1 884", "1.884", "1\u00a0884", "1\u202f884", "1\u2009884", "1'884", "1884"]
)
def test_digit_groups_are_one_word(figure: str) -> None:
    assert words(f"against {figure} defendants") == ["against", "1884", "defendants"]


def test_figures_that_are_no_group_stay_apart() -> None:
    assert words("in 2024 848 cases on 31 12") == ["in", "2024", "848", "cases", "on", "31", "12"]
    assert words("12,5 and 3.75 and 3.2024") == ["12", "5", "and", "3", "75", "and", "3", "2024"]
    assert words("1,884.50") == ["1884", "50"]


@given(st.integers(1000, 10**9), st.sampled_from(",. \u00a0\u202f\u2009'’"))
@settings(deadline=None)
def test_a_grouped_integer_is_the_word_of_its_digits(value: int, separator: str) -> None:
    assert words(f"có {value:,} đơn".replace(",", separator)) == ["co", str(value), "don"]


def test_content_words_leave_out_what_questions_are_made_of() -> None:
    assert content_words("How many new cases were prosecuted in 2024?", "en") == ["cases", "prosecuted", "2024"]
    assert content_words("Combien d'affaires en 2024 ?", "fr") == ["affaires", "2024"]
    assert content_words("Bao nhiêu vụ án được khởi tố?", "vi") == ["vu", "an", "khoi", "to"]


def test_each_content_word_once() -> None:
    assert content_words("cases, Cases and CASES", "en") == ["cases"]


def test_function_words_of_an_unknown_language_are_english() -> None:
    assert is_function_word("the", "xx")
    assert not is_function_word("petition", "xx")


def test_stems_meet() -> None:
    assert stem("prosecuted", "en") == stem("prosecute", "en")
    assert stem("affaires", "fr") == stem("affaire", "fr")
    assert stem("can", "vi") == "can"
    assert stem("1884", "en") == "1884"
    assert stems("Petitions, 1,884", "en") == [stem("petitions", "en"), "1884"]


@given(st.text(max_size=200), st.sampled_from(["en", "fr", "vi", "de", "xx"]))
@settings(deadline=None)
def test_any_text_has_stems_without_spaces(text: str, language: str) -> None:
    for found in stems(text, language):
        assert found
        assert not any(char.isspace() for char in found)


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("How many cases?", "en"),
        ("What happened in 2024?", "en"),
        ("Who is To Lam?", "en"),
        ("Who chaired?", "en"),
        ("List the tasks", "en"),
        ("Where was it held?", "en"),
        ("Combien d'affaires ?", "fr"),
        ("Qui est To Lam ?", "fr"),
        ("Qui a présidé la conférence ?", "fr"),
        ("Quels projets majeurs ?", "fr"),
        ("combien de proces en 2023", "fr"),
        ("Où s'est tenue la conférence ?", "fr"),
        ("Pourquoi ?", "fr"),
        ("Bao nhiêu vụ án?", "vi"),
        ("bao nhieu vu an", "vi"),
        ("Ai chủ trì hội nghị?", "vi"),
        ("Ai chu tri hoi nghi?", "vi"),
        ("Lý Kiều Vân là ai?", "vi"),
        ("Ly Kieu Van la ai?", "vi"),
        ("Hạn chế là gì?", "vi"),
        ("Han che la gi?", "vi"),
        ("nam 2024 co bao nhieu vu an moi", "vi"),
    ],
)
def test_the_language_of_a_short_question(question: str, language: str) -> None:
    assert detect_language(question) == language


@pytest.mark.parametrize("text", ["", "?", "2024", "12 %", "ok"])
def test_text_without_words_takes_the_default(text: str) -> None:
    assert detect_language(text, "fr") == "fr"


@given(st.text(max_size=300))
@settings(deadline=None)
def test_any_text_has_some_language(text: str) -> None:
    assert len(detect_language(text)) in (2, 3)


def test_threads_get_the_same_stems_as_one_alone() -> None:
    """A Snowball stemmer holds the word it works on: threads that share one mix their words up."""
    asked = [
        f"{root}{end}" for root in ("investigat", "prosecut", "negativ", "integr") for end in ("ion", "ing", "ities")
    ]
    alone = [stem.__wrapped__(word, "en") for word in asked]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            together = list(pool.map(lambda _: [stem.__wrapped__(word, "en") for word in asked], range(200)))
    finally:
        sys.setswitchinterval(interval)
    assert all(found == alone for found in together)
