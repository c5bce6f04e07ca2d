"""Whether a sentence is of the period and place a question asks for."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.fit import LONG_CLAUSE, fits
from assistant.question import understand
from ingest.documents import Description, Document, Passage, Span
from ingest.meaning.scope import reported_periods
from ingest.text.periods import Period


def sentence_fit(
    question: str,
    sentence: str,
    period: str | None = "2023",
    before: str = "",
    title: str = "A report",
    event: date | None = None,
) -> bool:
    """Whether a sentence, after another, in a report on a period, is of the period and place a question asks for."""
    text = f"{before} {sentence}".strip()
    spans = tuple(Span(text.index(part), text.index(part) + len(part)) for part in (before, sentence) if part)
    about = Description(title, "en", period=Period.parse(period) if period else None, event_date=event)
    document = Document("d", "/r/a.txt", "r/a.txt", text, (), about)
    passage = Passage("p", "d", 0, 0, len(text), text, spans, "", "en")
    return fits(understand(question), passage, document)[-1].all


@pytest.mark.parametrize(
    ("question", "sentence", "fits"),
    [
        ("How many cases in 2023?", "Agencies opened 763 cases.", True),
        ("How many cases in 2024?", "Agencies opened 763 cases.", False),
        ("How many cases in 2022?", "Agencies opened 763 cases, nearly double that of 2022.", False),
        ("How many cases in 2023?", "Agencies opened 763 cases, nearly double that of 2022.", True),
        ("How many cases in 2023?", "In the first half of 2023, 400 cases were opened.", False),
        ("What was done in 2023?", "In the first half of 2023, the office moved.", True),
        ("How many tasks for 2024?", "For 2024 the sector has six tasks.", True),
        ("How many cases since 2020?", "Since 2020 the office has heard 50 cases.", False),
    ],
)
def test_a_sentence_is_of_the_period_it_names_else_of_its_reports(question: str, sentence: str, fits: bool) -> None:
    assert sentence_fit(question, sentence) is fits


@pytest.mark.parametrize(
    "sentence",
    [
        "Agencies opened 12 cases against 30 people in 2022.",
        "More than 12 cases in 2022 came to court.",
        "The court sat twice in 2022 and heard 12 cases.",
        "On sait que 12 affaires en 2022 ont été closes.",
        "Công an khởi tố hơn 12 vụ năm 2022.",
    ],
)
def test_a_figure_of_the_year_before_is_not_of_the_year_reviewed(sentence: str) -> None:
    assert [mention.period.label for mention in reported_periods(sentence)] == ["2022"]
    assert not sentence_fit("How many cases in 2023?", sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Ms Lan chaired the conference that reviewed 2023 and set the key tasks for 2024.",
        "Mme Lan a présidé la réunion de bilan de 2023 et fixé les tâches pour 2024.",
        "Bà Lan chủ trì hội nghị tổng kết năm 2023, triển khai nhiệm vụ năm 2024.",
    ],
)
def test_a_year_that_only_has_its_tasks_set_is_not_reported_on(sentence: str) -> None:
    assert not sentence_fit("Who chaired the conference on 2024?", sentence)
    assert sentence_fit("Who chaired the conference on 2023?", sentence)
    assert sentence_fit("Who chaired the conference on the tasks for 2024?", sentence)


def test_a_plan_before_a_sentence_does_not_date_it() -> None:
    plans = "The agenda held the tasks for 2024."
    assert not sentence_fit("How many cases in 2024?", "Agencies opened 763 cases.", before=plans)


def test_a_result_before_a_sentence_does() -> None:
    assert sentence_fit("How many cases in 2022?", "Of these 20 were closed.", before="In 2022 there were 50 cases.")


def test_a_comparison_reports_on_neither_year_but_its_own() -> None:
    assert [m.period.label for m in reported_periods("763 in 2023, nearly double that of 2022")] == ["2023"]
    assert [m.period.label for m in reported_periods("763 năm 2023, gấp đôi so với năm 2022")] == ["2023"]


def test_a_place_in_a_list_has_no_figure_of_its_own() -> None:
    listed = "Agencies opened 763 cases, among others in Hanoi, Nghe An, Thanh Hoa and Son La."
    assert not sentence_fit("How many cases in Nghe An in 2023?", listed)
    assert sentence_fit("How many cases in Nghe An in 2023?", "Agencies in Nghe An opened 12 cases.")


def test_a_year_that_had_not_begun_is_a_slip_where_it_is_told_as_past() -> None:
    asked, made = "What limitations did the office show in 2023?", date(2023, 12, 29)
    slip = "In 2024, says the report, the office still showed limitations."

    assert sentence_fit(asked, slip, event=made)
    assert not sentence_fit(asked, "In 2024 the office will show its limitations.", event=made)
    assert not sentence_fit(asked, slip, event=date(2024, 3, 1))
    assert not sentence_fit(asked, slip)
    assert sentence_fit(asked.replace("2023", "2024"), slip, event=made)  # it says so, after all


# -- a period after a semicolon ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "sentence", "fits"),
    [
        ("How many letters in 2023?", "The office received 1,790 letters; in 2022 it had been 2,015.", True),
        ("How many letters in 2022?", "The office received 1,790 letters; in 2022 it had been 2,015.", True),
        ("How many letters in 2021?", "The office received 1,790 letters; in 2022 it had been 2,015.", False),
        ("Combien de lettres en 2023 ?", "Le bureau a reçu 1 790 lettres ; en 2022, elles étaient 2 015.", True),
        (
            "Có bao nhiêu đơn thư năm 2023?",
            "Toàn tỉnh tiếp nhận 1.790 đơn, thư; năm 2022 con số này là 2.015 đơn.",
            True,
        ),
        # of the first half of the sentence the year is said: it goes on with another
        ("How many letters in 2023?", "In 2022 the office received 2,015 letters; in 2021 it had been 1,790.", False),
        # what stands before the semicolon says nothing of its own
        ("How many letters in 2023?", "Letters; in 2022 the office received 2,015 of them.", False),
        ("How many letters in 2023?", "Of letters, in 2022 the office received 2,015; many were lost.", False),
    ],
)
def test_what_stands_before_a_semicolon_is_of_the_reports_own_period(question: str, sentence: str, fits: bool) -> None:
    assert sentence_fit(question, sentence) is fits


def test_a_clause_is_long_enough_from_so_many_letters_on() -> None:
    for length, fits_ in ((LONG_CLAUSE, True), (LONG_CLAUSE - 1, False)):
        sentence = f"{'A' + 'h' * (length - 6)} came; in 2022 it had been 2,015."
        assert sentence.index(";") == length
        assert sentence_fit("How many letters in 2023?", sentence) is fits_


@settings(deadline=None)
@given(st.integers(2015, 2030), st.integers(2015, 2030), st.integers(2015, 2030), st.booleans())
def test_a_sentence_is_never_of_a_year_that_neither_it_nor_its_report_names(
    asked: int, own: int, other: int, semicolon: bool
) -> None:
    sentence = f"The office received 1,790 letters{';' if semicolon else ','} in {other} it had been 2,015."
    fits_ = sentence_fit(f"How many letters in {asked}?", sentence, period=str(own))

    assert not fits_ or asked in (own, other)
    assert fits_ or asked != other
    if semicolon:
        assert fits_ == (asked in (own, other))


# -- what is compared, parts of the year, days of the report itself -------------------------------------


@pytest.mark.parametrize(
    ("question", "sentence", "fits"),
    [
        ("How many calls in 2023?", "The line received 143 calls, against 96 in 2022.", True),
        ("How many calls in 2022?", "The line received 143 calls, against 96 in 2022.", True),
        ("How many calls in 2021?", "The line received 143 calls, against 96 in 2022.", False),
        ("Combien de touristes en 2023 ?", "Il y a eu 118 300 touristes, soit 6 % de moins qu'en 2022.", True),
        ("Combien de jours en 2023 ?", "Le délai est de 19 jours (12 en 2022).", True),
        ("How many men in 2023?", "The prison held 641 men, the most since it opened in 1968.", True),
        ("How many drivers in 2023?", "The school at Holbeck, opened in 2022, turned out 24 drivers.", True),
        ("What did the scanner of May 2023 cost?", "A scanner, installed in May, cost £126,000.", True),
        ("What did the scanner of June 2023 cost?", "A scanner, installed in May, cost £126,000.", False),
        ("Có bao nhiêu người quý III/2023?", "Riêng quý III có 76 người.", True),
        ("Why was there absence in 2019?", "Absence went from 8.2 % to 11.7 % between 2019 and 2022.", True),
    ],
)
def test_a_number_beside_is_of_its_own_year_and_the_sentence_of_its_report_s(
    question: str, sentence: str, fits: bool
) -> None:
    assert sentence_fit(question, sentence) is fits


def test_a_report_is_made_after_the_period_it_is_on() -> None:
    signed = "The review was signed by Mr Bell on 24 January 2024."
    assert sentence_fit("Who signed the review of 2023?", signed)
    assert not sentence_fit("Who signed the review of 2022?", signed)
    assert not sentence_fit("How many signed in 2023?", signed), "a figure of January 2024 is none of 2023"


def test_an_event_dates_a_report_that_reviews_nothing() -> None:
    held = date(2024, 5, 2)
    assert sentence_fit("How many voted in 2024?", "9,651 electors voted.", period=None, event=held)
    assert not sentence_fit("How many voted in 2023?", "9,651 electors voted.", period=None, event=held)


def test_a_budget_year_has_two_names() -> None:
    year = "2022-07-01/2023-06-30"
    assert sentence_fit("How many complaints in 2022-23?", "2,318 complaints were received.", period=year)
    assert not sentence_fit("How many complaints in 2023-24?", "2,318 complaints were received.", period=year)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Dân Ba Bể kêu ca điều gì?", "Huyện Ba Bể là nơi người dân phàn nàn nhiều nhất."),
        ("How many lorries cross Le Perthus?", "Some 10,400 lorries cross the col du Perthus."),
    ],
)
def test_a_name_is_its_own_words(question: str, sentence: str) -> None:
    assert sentence_fit(question, sentence)


def test_a_person_s_name_is_never_cut() -> None:
    assert not sentence_fit("Nguyễn Văn Nam làm gì?", "Ông Trần Văn Nam chủ trì hội nghị.")


def test_a_row_of_places_are_examples_of_a_national_figure() -> None:
    asked, title = "How many cases nationwide in 2023?", "National conference"
    listed = "Agencies opened 763 cases, typically Hanoi, Nghe An, Thanh Hoa and Son La."
    assert sentence_fit(asked, listed, title=title)
    assert not sentence_fit(asked, listed, title="The year in Nghe An")
    assert not sentence_fit(asked, "Agencies in Nghe An opened 12 cases.", title=title)
