"""Numbers by value: however the thousands are written, whatever words hedge them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.text.numbers import Number, find_numbers, find_ordinals

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
    ("text", "hedge", "sense"),
    [
        ("close to 40", "close to", "under"),
        ("no fewer than 12", "no fewer than", "over"),
        ("as many as 12", "as many as", "under"),
        ("nearly a hundred", "nearly", "under"),
        ("about $3 million", "about", "about"),
        ("plus d'une centaine", "plus d'", "over"),
        ("près d’un million", "pres d'", "under"),
        ("pas moins de 12", "pas moins de", "over"),
        ("gần một trăm", "gan", "under"),
        ("không dưới 12", "khong duoi", "over"),
        ("60,000 or so", "or so", "about"),
        ("1,000+ letters", "+", "over"),
        ("5 ngày trở lên", "tro len", "over"),
        ("thousands of letters", None, "several"),
        ("des centaines de lettres", None, "several"),
        ("hàng nghìn lá đơn", None, "several"),
        ("in all 12", None, None),
        ("trong đó 12", None, None),
    ],
)
def test_what_a_hedge_says_of_the_number(text: str, hedge: str | None, sense: str | None) -> None:
    number = only(text)
    assert (number.hedge, number.sense) == (hedge, sense)


@pytest.mark.parametrize(
    ("text", "value"),
    [("seven projects", 7), ("sept projets", 7), ("bảy dự án", 7), ("Ten major projects", 10), ("dix événements", 10),
     ("mười dự án", 10), ("a hundred reports", 100), ("une centaine de rapports", 100), ("bốn phiên", 4)],
)  # fmt: skip
def test_a_number_word_has_the_value_of_its_figure(text: str, value: int) -> None:
    number = only(text)
    assert (number.value, number.in_words) == (value, True)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("twenty-one", 21),
        ("one thousand eight hundred and eighty-four", 1884),
        ("Eight hundred and forty-eight cases", 848),
        ("two hundred thousand", 200_000),
        ("fifteen hundred", 1500),
        ("two and a half million", 2_500_000),
        ("a dozen", 12),
        ("two dozen", 24),
        ("mille huit cent", 1800),
        ("vingt et un", 21),
        ("soixante et onze", 71),
        ("soixante-dix-sept", 77),
        ("quatre-vingts", 80),
        ("quatre-vingt-un", 81),
        ("quatre-vingt-dix-sept", 97),
        ("cent vingt-trois mille quatre cent cinq", 123_405),
        ("deux millions trois cent mille", 2_300_000),
        ("deux douzaines", 24),
        ("septante-deux", 72),
        ("hai mươi mốt", 21),
        ("hai mươi tư", 24),
        ("mười lăm", 15),
        ("năm mươi", 50),
        ("ba trăm năm mươi", 350),
        ("một trăm linh năm", 105),
        ("một nghìn không trăm linh năm", 1005),
        ("một nghìn tám trăm tám mươi tư", 1884),
        ("hai nghìn tỷ", 2 * 10**12),
    ],
)
def test_number_words_in_a_row_are_one_number(text: str, value: int) -> None:
    number = only(text)
    assert (number.value, number.in_words) == (value, True)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.2 million", 1_200_000),
        ("2.5 billion", 2_500_000_000),
        ("$2.5m", 2_500_000),
        ("2.5bn", 2_500_000_000),
        ("60k", 60_000),
        ("3,5 milliards", 3_500_000_000),
        ("12 mille", 12_000),
        ("60 nghìn", 60_000),
        ("3 vạn", 30_000),
        ("2,5 tỷ", 2_500_000_000),
        ("2 tỷ rưỡi", 2_500_000_000),
        ("2 tỷ 500 triệu", 2_500_000_000),
        ("2 nghìn tỷ", 2 * 10**12),
    ],
)
def test_a_figure_and_its_scale_are_one_number(text: str, value: int) -> None:
    number = only(f"có {text} đồng")
    assert (number.value, number.in_words) == (value, False)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("half of the letters", "50"),
        ("two thirds", "66.67"),
        ("one quarter of them", "25"),
        ("la moitié des lettres", "50"),
        ("un tiers des agents", "33.33"),
        ("trois quarts des agents", "75"),
        ("một nửa số đơn", "50"),
        ("hai phần ba số hộ", "66.67"),
        ("thirty-five percent", "35"),
        ("trente-cinq pour cent", "35"),
        ("35 phần trăm", "35"),
        ("35 per cent", "35"),
    ],
)
def test_shares_in_words_are_percentages(text: str, value: str) -> None:
    number = only(text)
    assert (number.value, number.percent) == (Decimal(value), True)


@pytest.mark.parametrize(
    "text",
    [
        "the first half of the year",
        "la première moitié de l'année",
        "nửa đầu năm",
        "the third conference",
        "the 14th Congress",
        "the twenty-first session",
        "la 3e conférence",
        "lần thứ 13",
        "thứ ba",
        "tháng hai",
        "XIII",
        "trong năm vụ này",
        "tên gọi",
        "một người",
        "tỷ lệ",
        "un bâtiment neuf.",
    ],
)
def test_ordinals_halves_of_a_year_and_other_words_are_no_counts(text: str) -> None:
    assert find_numbers(text) == []


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("mười năm", [10]),
        ("hàng trăm năm", [100]),
        ("hai mươi năm", [20]),
        ("hai ba người", [2, 3]),
        ("5–7 cases", [5, 7]),
        ("năm vụ án", [5]),
        ("12 tỷ đồng và 45 ha", [12 * 10**9, 45]),
        ("two hundred, three hundred", [200, 300]),
        ("five six", [5, 6]),
        ("5 cents", [5]),
    ],
)
def test_what_does_not_join_stays_apart(text: str, values: list[int]) -> None:
    assert [number.value for number in find_numbers(text)] == values


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("the 14th Congress", 14),
        ("the twenty-first session", 21),
        ("the third phase", 3),
        ("la 3e phase", 3),
        ("la deuxième phase", 2),
        ("le 1er étage", 1),
        ("lần thứ 13", 13),
        ("Lần thứ ba", 3),
    ],
)
def test_ordinals_by_value(text: str, value: int) -> None:
    (ordinal,) = find_ordinals(text)
    assert ordinal.value == value


@pytest.mark.parametrize("text", ["two thirds of them", "per second", "14 cases"])
def test_what_is_no_ordinal(text: str) -> None:
    assert find_ordinals(text) == []


_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_DIGITS = "không một hai ba bốn năm sáu bảy tám chín".split()


def in_english(value: int) -> str:
    """A number under a million in English words."""
    if value >= 1000:
        rest = value % 1000
        return f"{in_english(value // 1000)} thousand" + (f" {in_english(rest)}" if rest else "")
    if value >= 100:
        return f"{_SMALL[value // 100]} hundred" + (f" and {in_english(value % 100)}" if value % 100 else "")
    if value < 20:
        return _SMALL[value]
    return _TENS[value // 10 - 2] + (f"-{_SMALL[value % 10]}" if value % 10 else "")


def in_vietnamese(value: int) -> str:
    """A number from 100 to 999 in Vietnamese words."""
    hundreds, tens, units = value // 100, value // 10 % 10, value % 10
    last = {1: "mốt", 5: "lăm"}.get(units, _DIGITS[units]) if tens > 1 else "lăm" if units == 5 else _DIGITS[units]
    if not tens:
        return f"{_DIGITS[hundreds]} trăm" + (f" linh {_DIGITS[units]}" if units else "")
    middle = "mười" if tens == 1 else f"{_DIGITS[tens]} mươi"
    return f"{_DIGITS[hundreds]} trăm {middle}" + (f" {last}" if units else "")


@given(st.integers(2, 999_999))
@settings(deadline=None)
def test_any_number_in_english_words_is_read(value: int) -> None:
    assert only(f"with {in_english(value)} letters").value == value


@given(st.integers(100, 999))
@settings(deadline=None)
def test_any_number_in_vietnamese_words_is_read(value: int) -> None:
    assert only(f"có {in_vietnamese(value)} lá đơn").value == value


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
        [
            "1",
            "884",
            ",",
            ".",
            " ",
            "%",
            "\u202f",
            "nearly ",
            "sept",
            "bảy",
            "x",
            "٣",
            "²",
            "½",
            "0",
            "İ",
            "'",
            " tỷ",
            " hundred",
            " and ",
            "-",
            "quatre",
            "vingt",
            "dozens of ",
            "half of ",
            "thứ ",
            "năm",
            "mươi",
            "th",
            "$",
            "m",
        ]
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
