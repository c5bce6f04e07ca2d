"""Periods in a question: without their year, counted from the newest report; ranges, decades, short forms."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.question import understand
from assistant.question.relative import anchored, read_periods
from ingest.text.periods import Period

JULY, JANUARY, DECEMBER = date(2024, 7, 8), date(2024, 1, 10), date(2024, 12, 31)


def labels(text: str, newest: date | None = JULY) -> list[str]:
    return [mention.period.label for mention in read_periods(text, newest)[0]]


READ = """
    How many cases last year? | 2023 | last year
    last year's figures | 2023 | last year
    How many cases this year? | 2024 | this year
    in the current year | 2024 | the current year
    the tasks for next year | 2025 | next year
    the year before last | 2022 | the year before last
    two years ago | 2022 | two years ago
    in March last year | 2023-03 | March last year
    on 31 December last year | 2023-12-31 | 31 December last year
    Q3 last year | 2023-Q3 | Q3 last year
    last December | 2023-12 | last December
    last month | 2024-06 | last month
    last quarter | 2024-Q2 | last quarter
    the first half of this year | 2024-H1 | first half of this year
    the second half of last year | 2023-H2 | second half of last year
    the first half of the year | 2024-H1 | first half of the year
    How many cases in the first half? | 2024-H1 | the first half
    over the past two years | 2023/2024 | the past two years
    the last six months | 2024-H1 | the last six months
    the last six months of last year | 2023-H2 | last six months of last year
    since last year | 2023/2024 | since last year
    since 2022 | 2022/2024 | since 2022
    from 2022 until now | 2022/2024 | from 2022 until now
    from 2022 to last year | 2022/2023 | from 2022 to last year
    l'an dernier | 2023 | l'an dernier
    l’année dernière | 2023 | l’année dernière
    l'annee passee | 2023 | l'annee passee
    cette année | 2024 | cette année
    il y a deux ans | 2022 | il y a deux ans
    au premier semestre | 2024-H1 | premier semestre
    au second semestre de l'an dernier | 2023-H2 | second semestre de l'an dernier
    le mois dernier | 2024-06 | le mois dernier
    décembre dernier | 2023-12 | décembre dernier
    ces deux dernières années | 2023/2024 | ces deux dernières années
    les six derniers mois | 2024-H1 | les six derniers mois
    les six derniers mois de l'année | 2024-H2 | six derniers mois de l'année
    depuis l'an dernier | 2023/2024 | depuis l'an dernier
    năm ngoái có bao nhiêu vụ? | 2023 | năm ngoái
    nam ngoai co bao nhieu vu? | 2023 | nam ngoai
    năm trước | 2023 | năm trước
    năm nay | 2024 | năm nay
    trong năm qua | 2023 | năm qua
    tháng 2 năm ngoái | 2023-02 | tháng 2 năm ngoái
    sáu tháng đầu năm | 2024-H1 | sáu tháng đầu năm
    6 tháng cuối năm nay | 2024-H2 | 6 tháng cuối năm nay
    6 thang cuoi nam nay | 2024-H2 | 6 thang cuoi nam nay
    quý III có bao nhiêu vụ? | 2024-Q3 | quý III
    tháng trước | 2024-06 | tháng trước
    quý trước | 2024-Q2 | quý trước
    hai năm qua | 2023/2024 | hai năm qua
    năm năm qua | 2020/2024 | năm năm qua
    hai năm trước | 2022 | hai năm trước
    kể từ năm 2022 đến nay | 2022/2024 | kể từ năm 2022 đến nay
"""


@pytest.mark.parametrize("line", READ.strip().splitlines())
def test_what_names_no_year_is_counted_from_the_newest_report(line: str) -> None:
    text, label, written = (part.strip() for part in line.split("|"))
    mentions, readings = read_periods(text, JULY)

    assert [mention.period.label for mention in mentions] == [label]
    assert [reading.text for reading in readings] == [written]
    assert text[readings[0].start : readings[0].end] == written
    assert readings[0].why.startswith(f"Read as {label}: ")
    assert readings[0].why.endswith(".")


@pytest.mark.parametrize(
    "text",
    ["at last, this time", "the last year of the war", "in her last year at school", "cette année-là", "the last time",
     "the first half of the match", "Who scored in the first half?", "five cases: năm vụ án", "những năm trước",
     "ở Việt Nam nay", "o Viet Nam nay", "đội bóng thắng trước", "the last few years", "les dernières années",
     "au premier trimestre de grossesse", "báo cáo năm vụ"],
)  # fmt: skip
def test_what_only_looks_like_a_period_is_left_alone(text: str) -> None:
    assert labels(text) == []


@pytest.mark.parametrize(
    "text", ["last year", "năm ngoái", "l'an dernier", "the last six months", "au premier semestre"]
)
def test_without_a_newest_report_nothing_is_guessed(text: str) -> None:
    assert labels(text, None) == []
    assert understand(f"How many cases {text}?").periods == ()


@pytest.mark.parametrize(
    ("text", "newest", "label"),
    [
        ("last year", JANUARY, "2023"),
        ("last month", JANUARY, "2023-12"),
        ("last quarter", JANUARY, "2023-Q4"),
        ("the last six months", DECEMBER, "2024-H2"),
        ("trong năm qua", DECEMBER, "2024"),  # a year is reviewed in its December
        ("last December", DECEMBER, "2023-12"),
        ("two years ago", date(1946, 1, 1), ""),  # before any year that is read
    ],
)
def test_the_day_of_the_newest_report_decides(text: str, newest: date, label: str) -> None:
    assert "".join(labels(text, newest)) == label


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("in 2022 and the year before", ["2022", "2021"]),
        ("So với năm trước, năm 2022 thế nào?", ["2021", "2022"]),
        ("the first six months of 2022, and the same period of the previous year", ["2022-H1", "2021-H1"]),
        ("6 tháng đầu năm 2022 so với cùng kỳ năm 2021", ["2022-H1", "2021-H1"]),
        ("au premier semestre 2022 et à la même période de l'année précédente", ["2022-H1", "2021-H1"]),
    ],
)
def test_another_period_of_the_question_completes_it(text: str, expected: list[str]) -> None:
    assert labels(text) == expected


def test_what_was_said_earlier_is_counted_from() -> None:
    assert anchored("and the year before?", Period.year(2019)) == "and 2018?"
    assert anchored("and in 2020?", Period.year(2019)) == "and in 2020?"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How many cases between 2021 and 2023?", ["2021/2023"]),
        ("How many cases from 2022 to 2024?", ["2022/2024"]),
        ("What was done in the 2023–2024 period?", ["2023/2024"]),
        ("nhiệm kỳ 2020-2025 có bao nhiêu vụ?", ["2020/2025"]),
        ("How many cases in H1 2024?", ["2024-H1"]),
        ("How many cases in Q3/2024?", ["2024-Q3"]),
        ("6T2024 có bao nhiêu vụ?", ["2024-H1"]),
        ("9T/2024 có bao nhiêu vụ?", ["2024-01-01/2024-09-30"]),
        ("6T cuối năm 2024 có bao nhiêu vụ?", ["2024-H2"]),
        ("Who led the country in the 1990s?", ["1990/1999"]),
        ("Qui dirigeait le pays dans les années 1980 ?", ["1980/1989"]),
        ("How many cases in the first five months of 2024?", ["2024-01-01/2024-05-31"]),
        ("hai tháng đầu năm 2024 có bao nhiêu vụ?", ["2024-01-01/2024-02-29"]),
        ("How many cases in 2023 and 2024?", ["2023", "2024"]),
        ("Combien d'affaires en 2023 et 2024 ?", ["2023", "2024"]),
        ("năm 2023 so với năm 2024", ["2023", "2024"]),
        ("How did the number of cases change from 2022 to 2023?", ["2022", "2023"]),
        ("By how much did cases rise in 2024 compared with 2023?", ["2024"]),
    ],
)
def test_a_range_is_one_period_and_two_years_are_two(question: str, expected: list[str]) -> None:
    assert [period.label for period in understand(question).periods] == expected


def test_the_words_of_a_period_are_not_searched_for() -> None:
    assert understand("6 tháng cuối năm ngoái có bao nhiêu vụ án?", newest=JULY).words == ("vu", "an")
    assert understand("How many cases last December?", newest=JULY).words == ("cases",)
    assert understand("How many cases last year?", newest=JULY).timeless == "How many cases?"


_PHRASES = st.lists(
    st.sampled_from(
        ["last year", "the year before", "2023", "in", "the first half", "of this year", "năm ngoái", "tháng 2",
         "since", "2 năm trước", "the same period", "l'an dernier", "au premier semestre", "quý", "nam", "cùng kỳ",
         "ago", ",", "the last six months", "và", "to date", "hai năm qua", "cases", "Nam", "12 thang qua", "31/12"]
    ),
    max_size=10,
).map(" ".join)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(_PHRASES | st.text(max_size=120), st.none() | st.dates())
def test_any_text_is_read_and_readings_stand_where_they_say(text: str, newest: date | None) -> None:
    mentions, readings = read_periods(text, newest)

    assert all(text[r.start : r.end] == r.text and r.text for r in readings)
    assert all(a.end <= b.start for a, b in pairwise(mentions))
    assert {r.period for r in readings} <= {m.period for m in mentions}
    assert all(m.period.start <= m.period.end for m in mentions)
