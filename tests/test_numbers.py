"""Numbers by value: however the thousands are written, whatever words hedge them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.text.numbers import Number, find_numbers

SEPARATORS = [",", ".", " ", "\u00a0", "\u202f", "\u2009", "'", "’"]


def only(text: str) -> Number:
    (number,) = find_numbers(text)
    return number


@pytest.mark.parametrize("separator", SEPARATORS)
def test_thousands_are_one_value_in_every_country_s_writing(separator: str) -> None:
    number = only(f"against 1{separator}884 defendants")
    assert number.value == 1884
    assert (number.start, number.end) == (8, 13)


@given(st.integers(1000, 10**9), st.sampled_from(SEPARATORS))
@settings(deadline=None)
def test_an_integer_grouped_reads_as_itself(value: int, separator: str) -> None:
    assert only(f"có {value:,} đơn".replace(",", separator)).value == value
    assert only(f"{value}").value == value


@given(
    st.integers(1000, 10**9), st.integers(1, 99), st.sampled_from([(",", "."), (".", ","), (" ", ","), ("\u202f", ",")])
)
@settings(deadline=None)
def test_decimals_after_thousands(value: int, cents: int, marks: tuple[str, str]) -> None:
    written = f"{value:,}".replace(",", marks[0]) + f"{marks[1]}{cents:02d}"
    assert only(written).value == value + Decimal(cents) / 100


@pytest.mark.parametrize(
    ("text", "value"),
    [("3.75 hectares", "3.75"), ("3,5 hectares", "3.5"), ("0,884", "0.884"), ("0.884", "0.884"), ("12.5", "12.5"),
     ("3.2024", "3.2024"), ("848", "848"), ("007", "7")],
)  # fmt: skip
def test_decimals(text: str, value: str) -> None:
    assert only(text).value == Decimal(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [("45%", 45), ("45 %", 45), ("45 percent", 45), ("45 pour cent", 45), ("12,5 %", Decimal("12.5")),
     ("45\u00a0%", 45)],
)  # fmt: skip
def test_percent(text: str, value: Decimal) -> None:
    number = find_numbers(text)[0]
    assert (number.value, number.percent) == (value, True)


def test_what_is_no_percentage() -> None:
    assert not only("45 cases").percent


@pytest.mark.parametrize(
    ("text", "hedge"),
    [
        ("nearly 60,000 petitions", "nearly"),
        ("almost 60,000", "almost"),
        ("more than 200 petitions", "more than"),
        ("at least 10", "at least"),
        ("près de 60 000 requêtes", "pres de"),
        ("plus de 1 000 dialogues", "plus de"),
        ("environ 40", "environ"),
        ("au moins 12", "au moins"),
        ("jusqu'à 12", "jusqu'a"),
        ("gần 60.000 đơn", "gan"),
        ("hơn 3.200 cán bộ", "hon"),
        ("khoảng 27.500 đơn", "khoang"),
        ("ít nhất 12", "it nhat"),
        ("exactly 60,000", None),
        ("the 60,000", None),
        ("nearly all of the 60,000", None),
    ],
)
def test_the_hedge_before_a_number_stays_with_it(text: str, hedge: str | None) -> None:
    assert only(text).hedge == hedge


@pytest.mark.parametrize(
    ("text", "value"),
    [("seven projects", 7), ("sept projets", 7), ("bảy dự án", 7), ("Ten major projects", 10), ("dix événements", 10),
     ("mười dự án", 10), ("a hundred reports", 100), ("une centaine de rapports", 100), ("bốn phiên", 4)],
)  # fmt: skip
def test_a_number_word_has_the_value_of_its_figure(text: str, value: int) -> None:
    number = only(text)
    assert (number.value, number.in_words) == (value, True)


def test_about_a_hundred_is_hedged() -> None:
    assert only("une centaine de rapports").hedge == "une"


@pytest.mark.parametrize("text", ["năm nay", "one body", "un rapport", "September", "often", "weight", "trams"])
def test_words_that_only_resemble_numbers(text: str) -> None:
    assert find_numbers(text) == []


def test_figures_inside_names_are_not_numbers() -> None:
    assert find_numbers("file A38B") == []


def test_figures_in_a_row_stay_apart() -> None:
    values = [number.value for number in find_numbers("848 new cases, 1,884 defendants; 3 sessions, 2 meetings")]
    assert values == [848, 1884, 3, 2]
    assert [number.value for number in find_numbers("in 2024 848 cases")] == [2024, 848]


pieces = st.lists(
    st.sampled_from(
        ["1", "884", ",", ".", " ", "%", "\u202f", "nearly ", "sept", "bảy", "x", "٣", "²", "½", "0", "İ", "'"]
    ),
    max_size=20,
).map("".join)


@given(st.text(max_size=200) | pieces)
@settings(deadline=None)
def test_any_text_can_be_searched_and_numbers_lie_in_it_in_order(text: str) -> None:
    found = find_numbers(text)
    assert [number.start for number in found] == sorted(number.start for number in found)
    for number in found:
        assert 0 <= number.start < number.end <= len(text)
        assert number.value.is_finite()
        assert number.in_words or any(char.isdigit() or char.isnumeric() for char in text[number.start : number.end])
