"""Periods: every way reports name a stretch of time, and the numbers that only look like one."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.text import periods as periods_module
from ingest.text.period_patterns import AFTER, BEFORE, DAY_REACH, PATTERNS, UNDATED_DAYS
from ingest.text.periods import (
    FIRST_YEAR,
    LAST_YEAR,
    Period,
    distinct,
    find_periods,
    find_undated_days,
    find_undated_parts,
    years_of,
)
from ingest.text.words import fold_aligned

PHRASES = [
    # English
    ("in 2024", "2024"),
    ("(2024)", "2024"),
    ("the first half of 2024", "2024-H1"),
    ("the second half of the year 2023", "2023-H2"),
    ("the first six months of 2024", "2024-H1"),
    ("the last six months of 2024", "2024-H2"),
    ("the first 9 months of 2024", "2024-01-01/2024-09-30"),
    ("the first three months of 2024", "2024-Q1"),
    ("the third quarter of 2024", "2024-Q3"),
    ("Q3 2024", "2024-Q3"),
    ("H1/2024", "2024-H1"),
    ("2024 H2", "2024-H2"),
    ("in May 2024", "2024-05"),
    ("January 10, 2024", "2024-01-10"),
    ("10 January 2024", "2024-01-10"),
    ("the 31st of December 2024", "2024-12-31"),
    ("2024-01-10", "2024-01-10"),
    ("10/01/2024", "2024-01-10"),
    ("from 2021 to 2024", "2021/2024"),
    ("half-year 2024", "2024-H1"),
    ("the half-yearly report for 2024", "2024-H1"),
    ("the 2024 half-year", "2024-H1"),
    ("mid-year 2024", "2024-H1"),
    ("the second half-year 2024", "2024-H2"),
    ("FY2024", "2024"),
    ("FY 2023-24", "2023/2024"),
    ("2024-25", "2024/2025"),
    ("2023/24", "2023/2024"),
    ("the 2020–25 plan", "2020/2025"),
    ("Q3 FY2024", "2024-Q3"),
    ("from January to September 2024", "2024-01-01/2024-09-30"),
    ("the six months to 30 June 2024", "2024-H1"),
    ("the year ended March 31, 2024", "2023-04-01/2024-03-31"),
    ("the term 2021-2026", "2021/2026"),
    # French
    ("en 2024", "2024"),
    ("l'année 2023", "2023"),
    ("le premier semestre 2024", "2024-H1"),
    ("le second semestre de 2024", "2024-H2"),
    ("au premier semestre de l'année 2024", "2024-H1"),
    ("les six premiers mois de 2024", "2024-H1"),
    ("les neuf premiers mois de l'année 2024", "2024-01-01/2024-09-30"),
    ("les six derniers mois de 2024", "2024-H2"),
    ("T3 2024", "2024-Q3"),
    ("2024-T3", "2024-Q3"),
    ("le rapport semestriel 2024", "2024-H1"),
    ("l'exercice clos le 31 décembre 2024", "2024"),
    ("de janvier à mars 2024", "2024-Q1"),
    ("le troisième trimestre 2024", "2024-Q3"),
    ("en février 2024", "2024-02"),
    ("en août 2024", "2024-08"),
    ("le 12 novembre 2024", "2024-11-12"),
    ("le 1er décembre 2023", "2023-12-01"),
    ("entre 2021 et 2024", "2021/2024"),
    # Vietnamese, with and without its marks
    ("năm 2024", "2024"),
    ("nam 2024", "2024"),
    ("6 tháng đầu năm 2024", "2024-H1"),
    ("sáu tháng đầu năm 2024", "2024-H1"),
    ("6 thang cuoi nam 2024", "2024-H2"),
    ("6 tháng năm 2024", "2024-H1"),
    ("T3/2024", "2024-03"),
    ("T12/2024", "2024-12"),
    ("T12-2024", "2024-12"),
    ("từ tháng 1 đến tháng 9 năm 2024", "2024-01-01/2024-09-30"),
    ("mùng 6 tháng 5 năm 2024", "2024-05-06"),
    ("9 tháng đầu năm 2024", "2024-01-01/2024-09-30"),
    ("nửa đầu năm 2024", "2024-H1"),
    ("quý III năm 2024", "2024-Q3"),
    ("quý 3/2024", "2024-Q3"),
    ("tháng 5/2024", "2024-05"),
    ("tháng 12 năm 2024", "2024-12"),
    ("ngày 8 tháng 7 năm 2024", "2024-07-08"),
    ("sáng 29/12/2023", "2023-12-29"),
    ("từ năm 2021 đến năm 2024", "2021/2024"),
]

days = st.dates(date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31))
periods = st.builds(lambda a, b: Period(min(a, b), max(a, b)), days, days)
month_runs = st.builds(
    lambda year, a, b: Period.months(year, min(a, b), max(a, b)),
    st.integers(FIRST_YEAR, LAST_YEAR),
    st.integers(1, 12),
    st.integers(1, 12),
)
year_runs = st.builds(
    lambda a, b: Period.years(min(a, b), max(a, b)),
    st.integers(FIRST_YEAR, LAST_YEAR),
    st.integers(FIRST_YEAR, LAST_YEAR),
)
# Text made of the pieces periods are made of finds more than text of any letters.
pieces = st.lists(
    st.sampled_from(
        "2024 2023 2,079 31 29/12 - / . , – first six months of năm tháng đầu quý ngày 12 2 6 mars May janvier le "
        "premier semestre trimestre half quarter Q3 H1 sáng từ đến from to 1er 31st \n 20245 3.2024 ٢٠٢٤ İ ²".split(" ")
    ),
    max_size=25,
).map(" ".join)
texts = st.text(max_size=200) | pieces | pieces.map(lambda text: text.replace(" ", ""))


@pytest.mark.parametrize(("phrase", "label"), PHRASES)
def test_a_phrase_names_one_period(phrase: str, label: str) -> None:
    text = f"Báo cáo, {phrase}, rapport."
    found = find_periods(text)
    assert [mention.period.label for mention in found] == [label]
    assert text[found[0].start : found[0].end] in phrase


@pytest.mark.parametrize(
    "text",
    [
        "2,079 defendants",
        "1,884 defendants",
        "1.884 bị can",
        "2 079 personnes",
        "2\u00a0079 personnes",
        "version 3.2024",
        "2024.5 hectares",
        "dossier 120245",
        "Directive 15/2024",
        "2024,500 dong",
        "the year 1884",
        "in 2061",
        "the first half",
        "July 8",
    ],
)
def test_a_number_that_is_no_year_names_no_period(text: str) -> None:
    assert find_periods(text) == []


def test_a_day_that_does_not_exist_is_not_one() -> None:
    assert [mention.period.label for mention in find_periods("on 31 February 2023")] == ["2023-02"]
    assert [mention.period.label for mention in find_periods("30/02/2024")] == []
    assert [mention.period.label for mention in find_periods("29/02/2024")] == ["2024-02-29"]


def test_a_month_with_its_number_is_no_span_of_years() -> None:
    assert [mention.period.label for mention in find_periods("2024-05")] == ["2024"]
    assert [mention.period.label for mention in find_periods("2024-25%")] == ["2024"]


def test_several_periods_keep_their_order() -> None:
    text = "It reviewed the first half of 2024, compared it with 2023 and set tasks for 2025; in 2023 too."
    assert [period.label for period in distinct(find_periods(text))] == ["2024-H1", "2023", "2025"]


def test_a_range_backwards_is_two_years() -> None:
    assert [mention.period.label for mention in find_periods("from 2024 to 2021")] == ["2024", "2021"]


@given(texts)
@settings(deadline=None)
def test_mentions_lie_in_the_text_in_order_and_never_overlap(text: str) -> None:
    last = 0
    for mention in find_periods(text):
        assert last <= mention.start < mention.end <= len(text)
        assert mention.period.start <= mention.period.end
        last = mention.end


# What stretches a pattern: many words between a period and its year, several years close by, numbers that are none.
mixtures = st.lists(
    st.sampled_from(
        [phrase for phrase, _ in PHRASES]
        + "2024 2023, 1999 – - / of the year de l'année năm tháng the 12 31 January tháng 3/ 2,079 20245 3.2024".split()
        + [
            "in the province the council looked at the plan for the new bridge over the river and the road " * 2,
            "\n",
            " ",
        ]
    ),
    max_size=16,
)


@given(mixtures.map(" ".join) | mixtures.map("".join))
@settings(deadline=None, max_examples=400)
def test_reading_around_years_finds_what_reading_all_finds(text: str) -> None:
    assert find_periods(text) == periods_module._scan(fold_aligned(text))


@given(mixtures.map(" ".join))
@settings(deadline=None)
def test_known_periods_are_not_looked_for_again(text: str) -> None:
    assert find_undated_days(text, find_periods(text)) == find_undated_days(text)


def test_months_with_a_joining_word_and_over_two_years_are_one_period() -> None:
    def labels(text: str) -> list[str]:
        return [mention.period.label for mention in find_periods(text)]

    assert labels("between January and June 2024") == ["2024-H1"]
    assert labels("de mars 2021 à février 2022") == ["2021-03-01/2022-02-28"]
    assert labels("từ tháng 7/2022 đến tháng 6/2023") == ["2022-07-01/2023-06-30"]


def test_no_pattern_reaches_further_than_it_is_looked_for() -> None:
    for _, _, pattern in PATTERNS:
        before, after = pattern.pattern.split("(?P<year>", 1)
        assert _width(before) <= BEFORE - 2
        assert _width("(?P<year>" + after) <= AFTER - 4
    assert all(_width(pattern.pattern) <= DAY_REACH for _, pattern in UNDATED_DAYS)


def _width(pattern: str) -> int:
    """The most code points a pattern matches."""
    return int(re._parser.parse(pattern).getwidth()[1])  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("in the first six months of the year", [(1, 6)]),
        ("the first half of this year", [(1, 6)]),
        ("the year's work", []),
        ("the last six months of the year", [(7, 12)]),
        ("6 tháng đầu năm", [(1, 6)]),
        ("Sơ kết 6 tháng đầu năm 2024", []),
        ("les six premiers mois", [(1, 6)]),
        ("au premier semestre de l'année", [(1, 6)]),
        ("the first half of the match", []),
        ("the third quarter of the pupils", []),
        ("quý III năm nay", [(7, 9)]),
    ],
)
def test_a_part_of_a_year_without_its_year(text: str, months: list[tuple[int, int]]) -> None:
    assert [(part.first, part.last) for part in find_undated_parts(text)] == months


@given(texts)
@settings(deadline=None)
def test_undated_days_lie_in_the_text_outside_every_dated_period(text: str) -> None:
    dated = find_periods(text)
    for day in find_undated_days(text):
        assert 0 <= day.start < day.end <= len(text)
        date(2024, day.month, day.day)
        assert not any(day.start < mention.end and mention.start < day.end for mention in dated)


@given(periods | month_runs | year_runs)
@settings(deadline=None, max_examples=300)
def test_a_label_stands_for_its_period(period: Period) -> None:
    assert Period.parse(period.label) == period


@given(days)
@settings(deadline=None)
def test_a_day_written_out_is_found_again(day: date) -> None:
    for written in (
        day.isoformat(),
        f"{day:%d/%m/%Y}",
        f"{day.day} {day:%B} {day.year}",
        f"{day:%B} {day.day}, {day.year}",
    ):
        assert [mention.period for mention in find_periods(written)] == [Period(day, day)], written


@pytest.mark.parametrize(
    "label",
    ["", "x", "24", "2024-13", "2024-H3", "2024-Q5", "2024-02-30", "2024/2023", "2024-05-10/2024-01-01", "0000", "/"],
)
def test_what_is_no_label_is_refused(label: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 the callers translate it
        Period.parse(label)


@pytest.mark.parametrize(
    ("text", "month", "day"),
    [
        ("This morning, July 8, the Commission met.", 7, 8),
        ("On the morning of December 29", 12, 29),
        ("the 31st of December", 12, 31),
        ("Le matin du 10 janvier, la Commission", 1, 10),
        ("le 1er mars", 3, 1),
        ("Sáng 29/12, tỉnh", 12, 29),
        ("Sáng nay 8/7", 7, 8),
        ("chiều ngày 31/12", 12, 31),
        ("ngày 8 tháng 7", 7, 8),
        ("29 February", 2, 29),
    ],
)
def test_a_day_without_a_year_is_found_as_such(text: str, month: int, day: int) -> None:
    assert [(found.month, found.day) for found in find_undated_days(text)] == [(month, day)]
    assert find_periods(text) == []


@pytest.mark.parametrize(
    "text",
    ["July 8, 2024", "8 July 2024", "8 Sept. 2024", "8 janv. 2024", "29/12/2023", "ngày 8 tháng 7 năm 2024", "31 April",
     "in July 2024", "more than 200 petitions", "8/7 of them"],
)  # fmt: skip
def test_a_day_with_a_year_or_no_day_at_all_is_not_undated(text: str) -> None:
    assert find_undated_days(text) == []


def test_covers_and_overlaps() -> None:
    year, half, other = Period.year(2024), Period.parse("2024-H1"), Period.parse("2024-H2")
    assert year.covers(half)
    assert not half.covers(year)
    assert year.covers(year)
    assert half.overlaps(year)
    assert not half.overlaps(other)
    assert Period(half.end, half.end).overlaps(half)
    assert half.days == 182


@given(periods, periods)
@settings(deadline=None)
def test_a_period_covers_what_has_all_its_days_inside(one: Period, two: Period) -> None:
    if one.covers(two):
        assert one.overlaps(two)
        assert one.days >= two.days
    assert one.overlaps(two) == two.overlaps(one)
    assert one.overlaps(two) == (max(one.start, two.start) <= min(one.end, two.end))
    assert not one.overlaps(Period(one.end + timedelta(1), one.end + timedelta(9)))


def test_years_of_a_period() -> None:
    assert list(years_of([Period.parse("2023-07-01/2024-06-30"), Period.year(2021)])) == [2023, 2024, 2021]
