"""The sides of a question: one question each for what it sets apart, and one question where it does not."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.question import Query, understand
from assistant.question.sides import MOST_SIDES
from ingest.errors import InputError

NEWEST = date(2024, 7, 8)


def sides_of(question: str) -> dict[str, str]:
    return {part.side: part.text for part in understand(question, newest=NEWEST).parts()}


SPLIT = [
    # by period
    ("How many cases in 2023 versus 2024?", {"2023": "How many cases in 2023?", "2024": "How many cases in 2024?"}),
    ("Were there more cases in 2024 than in 2023?",
     {"2024": "Were there more cases in 2024?", "2023": "Were there more cases in 2023?"}),
    ("Compared with 2023, how many cases in 2024?",
     {"2023": "In 2023, how many cases?", "2024": "How many cases in 2024?"}),
    ("How many cases last year and this year?",
     {"2023": "How many cases in 2023?", "2024": "How many cases in 2024?"}),
    ("How many cases in 2022 and the year before?",
     {"2022": "How many cases in 2022?", "2021": "How many cases in 2021?"}),
    ("In 2023, how many cases were opened; and in 2024?",
     {"2023": "In 2023, how many cases were opened?", "2024": "How many cases were opened in 2024?"}),
    ("How did the number of cases change from 2022 to 2023?",
     {"2022": "How did the number of cases change in 2022?", "2023": "How did the number of cases change in 2023?"}),
    ("How many cases in the first half of 2024 compared with the same period last year?",
     {"2024-H1": "How many cases in the first half of 2024?", "2023-H1": "How many cases in the first half of 2023?"}),
    ("Combien d'affaires en 2023 par rapport à 2024 ?",
     {"2023": "Combien d'affaires en 2023?", "2024": "Combien d'affaires en 2024?"}),
    ("Comparez les résultats de 2023 et de 2024.",
     {"2023": "Les résultats de 2023.", "2024": "Les résultats de 2024."}),
    ("Năm 2023 so với năm 2024 có bao nhiêu vụ án?",
     {"2023": "Năm 2023 có bao nhiêu vụ án?", "2024": "Năm 2024 có bao nhiêu vụ án?"}),
    ("So sánh kết quả năm 2023 và năm 2024.", {"2023": "Kết quả năm 2023.", "2024": "Kết quả năm 2024."}),
    ("Năm ngoái và năm nay có bao nhiêu vụ?",
     {"2023": "Năm 2023 có bao nhiêu vụ?", "2024": "Năm 2024 có bao nhiêu vụ?"}),
    # by place
    ("How many dialogues were held in Nghe An and Dien Bien?",
     {"Nghe An": "How many dialogues were held in Nghe An?",
      "Dien Bien": "How many dialogues were held in Dien Bien?"}),
    ("How many petitions in Quang Tri versus Dak Lak?",
     {"Quang Tri": "How many petitions in Quang Tri?", "Dak Lak": "How many petitions in Dak Lak?"}),
    ("Hà Nội so với Đà Nẵng có bao nhiêu vụ án?",
     {"Hanoi": "Hà Nội có bao nhiêu vụ án?", "Da Nang": "Đà Nẵng có bao nhiêu vụ án?"}),
    ("Ai chủ trì điểm cầu Nghệ An và Quảng Trị?",
     {"Nghe An": "Ai chủ trì điểm cầu Nghệ An?", "Quang Tri": "Ai chủ trì điểm cầu Quảng Trị?"}),
    ("How many cases in Nghe An in 2023 versus Dien Bien in 2024?",
     {"2023, Nghe An": "How many cases in Nghe An in 2023?",
      "2024, Dien Bien": "How many cases in Dien Bien in 2024?"}),
    # by anything else
    ("What is the difference between the Inspection Commission and the Internal Affairs Commission?",
     {"Inspection Commission": "What is the Inspection Commission?",
      "Internal Affairs Commission": "What is the Internal Affairs Commission?"}),
    ("Compare the tasks of the Central Steering Committee and the provincial steering committees.",
     {"Central Steering Committee": "The tasks of the Central Steering Committee.",
      "provincial steering committees": "The tasks of the provincial steering committees."}),
    ("How many prosecuted versus convicted defendants were there in 2024?",
     {"prosecuted defendants": "How many prosecuted defendants were there in 2024?",
      "convicted defendants": "How many convicted defendants were there in 2024?"}),
    ("Quelle est la différence entre la mitose et la méiose ?",
     {"mitose": "Quelle est la mitose?", "méiose": "Quelle est la méiose?"}),
    ("How did Nghe An compare with Dien Bien in 2024?",
     {"Nghe An": "Nghe An in 2024?", "Dien Bien": "Dien Bien in 2024?"}),
    ("Quelles différences entre Nghe An et Dien Bien ?",
     {"Nghe An": "Nghe An?", "Dien Bien": "Dien Bien?"}),
    ("Luật mới khác gì luật cũ?", {"Luật mới": "Luật mới?", "luật cũ": "Luật cũ?"}),
]  # fmt: skip


@pytest.mark.parametrize(("question", "sides"), SPLIT)
def test_each_side_is_a_question_of_its_own(question: str, sides: dict[str, str]) -> None:
    assert sides_of(question) == sides


@pytest.mark.parametrize(
    "question",
    [
        "How many cases between 2021 and 2023?",
        "What was done in the 2023–2024 period?",
        "What tasks for 2025 were set at the conference of December 31, 2024?",
        "By how much did the number of cases rise in 2024 compared with 2023?",
        "Số vụ án năm 2024 tăng bao nhiêu so với năm 2023?",
        "Who chaired the conference connecting Hanoi and 63 provinces?",
        "How many delegates attended the conference connecting Hanoi and Hue?",
        "What is the distance between Hanoi and Hue?",
        "What did delegates from Nghe An and Dien Bien discuss?",
        "Did Mr. Trac and Ms. Thuong both attend the conference?",
        "Who did Phan Dinh Trac and To Lam meet?",
        "What did the Inspection Commission and the Internal Affairs Commission sign?",
        "How many cases in each of Nghe An, Dien Bien, Hanoi, Hue and Dak Lak?",  # more than can be answered apart
        "How many cases were opened in 2024?",
    ],
)
def test_what_is_one_question_stays_one(question: str) -> None:
    query = understand(question, newest=NEWEST)

    assert query.parts() == [query]
    assert query.side == ""


def test_two_periods_in_two_places_are_four_questions() -> None:
    parts = understand("How many cases in Nghe An and Dien Bien in 2023 and 2024?").parts()

    assert [(part.periods[0].label, part.places) for part in parts] == [
        ("2023", ("Nghe An",)), ("2023", ("Dien Bien",)), ("2024", ("Nghe An",)), ("2024", ("Dien Bien",)),
    ]  # fmt: skip
    assert parts[1].text == "How many cases in Dien Bien in 2023?"
    assert parts[1].side == "2023, Dien Bien"


def test_a_side_has_its_own_constraints_and_the_kind_of_what_is_compared() -> None:
    query = understand("How did the number of cases in Nghe An change from last year to this year?", newest=NEWEST)
    before, after = query.parts()

    assert query.kind == "comparison"
    assert (before.kind, after.kind) == ("figure", "figure")
    assert ([p.label for p in before.periods], [p.label for p in after.periods]) == (["2023"], ["2024"])
    assert before.places == after.places == ("Nghe An",)
    assert before.words == after.words == ("cases",)
    assert before.language == query.language


def test_bodies_are_parted_with_their_keys() -> None:
    one, other = understand(
        "What is the difference between the Central Inspection Commission and the Ban Nội chính Trung ương?"
    ).parts()

    assert one.body_keys == ("central inspection committee",)
    assert other.body_keys == ("central internal affairs commission",)


_PIECES = st.lists(
    st.sampled_from(
        ["How many", "cases", "in", "2023", "2024", "versus", "and", "last year", "Nghe An", "Hà Nội", "so với", "than",
         "the difference between", "compare", "Central Steering Committee", "from", "to", "?", ",", "each", "Mr. Trac",
         "first half of", "par rapport à", "khác gì", "và", "the year before", ";", "nhau", "change", "vs", "2022-2023"]
    ),
    min_size=1,
    max_size=14,
).map(" ".join)  # fmt: skip


@settings(max_examples=250, deadline=None)
@given(_PIECES | st.text(max_size=200), st.none() | st.just(NEWEST))
def test_the_sides_of_any_text_are_few_whole_and_final(question: str, newest: date | None) -> None:
    try:
        query = understand(question, newest=newest)
    except InputError:
        return
    parts = query.parts()

    assert 1 <= len(parts) <= MOST_SIDES
    assert parts == query.parts()
    assert parts == [query] or all(isinstance(part, Query) and part.side and part.text for part in parts)
    assert all(part.parts() == [part] for part in parts)
    assert len({part.side for part in parts}) == len(parts)
