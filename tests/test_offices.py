"""Who holds an office: at two dates, newest first; a deputy is not the head, and one body's head is not another's."""

from __future__ import annotations

import pytest
from asking import Over, ask, cited, texts

from assistant import Assistant
from assistant.compose.offices import asks_for_an_office, holders, of_the_rank
from assistant.question import understand

OLD = "Mr. Tran Van Hai, Head of the Central Inspection Committee, cut the ribbon."
NEW = "Ms. Le Thi Cam, Head of the Central Inspection Committee, watched the dredger from the pier."
DEPUTY = "Ms. Bui Thi Sen, Deputy Head of the Central Inspection Committee, held the scissors."
OTHER = "On May 1, 2025 Mr. Ngo Van Bac, Head of the Central Internal Affairs Commission, dined with the crew."
HEAD = "Who heads the Central Inspection Committee?"


@pytest.fixture(scope="module")
def port(over: Over) -> Assistant:
    """Two heads of one committee, three years apart; its deputy; the head of another body."""
    return over(
        {
            "a-2022.md": f"---\ndate: 2022-06-03\n---\n\n# The harbour opens\n\nOn June 3, 2022 the harbour opened. "
            f"{OLD} {DEPUTY}",
            "b-2025.md": f"---\ndate: 2025-03-02\n---\n\n# The harbour three years on\n\nOn March 2, 2025 the harbour "
            f"was dredged. {NEW}",
            "c-dinner.md": f"---\ndate: 2025-05-01\n---\n\n# A dinner\n\n{OTHER}",
        }
    )


@pytest.mark.parametrize(
    "question",
    [
        HEAD,
        "Who is the head of the Central Inspection Committee?",
        "Who leads the Central Inspection Committee?",
        "Qui dirige la Commission centrale d'inspection ?",
        "Ai là Chủ nhiệm Ủy ban Kiểm tra Trung ương?",
    ],
)
def test_holders_at_two_dates_stand_side_by_side_newest_first(port: Assistant, question: str) -> None:
    answer = ask(port, question)

    assert texts(answer) == [NEW, OLD]
    assert cited(answer) == [["b-2025"], ["a-2022"]]
    assert "2025" in (answer.statements[0].lead_in or "")
    assert "2022" in (answer.statements[1].lead_in or "")


def test_each_is_told_with_the_day_from_which_it_is_known(port: Assistant) -> None:
    assert [statement.lead_in for statement in ask(port, HEAD).statements] == [
        "As of 2 March 2025, according to “The harbour three years on”:",
        "As of 3 June 2022, according to “The harbour opens”:",
    ]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Who headed the Central Inspection Committee in 2022?", OLD),
        ("Who headed the Central Inspection Committee in March 2025?", NEW),
    ],
)
def test_of_one_date_there_is_one_holder(port: Assistant, question: str, said: str) -> None:
    assert texts(ask(port, question)) == [said]


def test_the_same_person_at_two_dates_is_one_holder(over: Over) -> None:
    said = "Ms. Le Thi Cam, Head of the Central Inspection Committee, {}."
    assistant = over(
        {
            "y2023.md": f"---\ndate: 2023-02-03\n---\n\n# A walk\n\nOn February 3, 2023 {said.format('took a walk')}",
            "y2024.md": f"---\ndate: 2024-02-03\n---\n\n# A swim\n\nOn February 3, 2024 {said.format('had a swim')}",
        }
    )
    answer = ask(assistant, HEAD)

    assert cited(answer) == [["y2024"]]


def test_a_deputy_is_not_the_head_and_the_head_no_deputy(port: Assistant) -> None:
    assert texts(ask(port, "Who is the deputy head of the Central Inspection Committee?")) == [DEPUTY]
    assert DEPUTY not in texts(ask(port, HEAD))


def test_a_body_has_its_own_head(port: Assistant) -> None:
    assert texts(ask(port, "Who heads the Central Internal Affairs Commission?")) == [OTHER]
    assert ask(port, "Who heads the Supreme People's Court?").abstained


def test_where_only_a_deputy_is_known_nobody_is_the_head(over: Over) -> None:
    assistant = over({"deputy.md": f"---\ndate: 2022-06-03\n---\n\n# The harbour opens\n\n{DEPUTY} The sea was calm."})

    assert DEPUTY not in texts(ask(assistant, HEAD))


# -- one sentence --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        (HEAD, True),
        ("Who is in charge of the harbour?", True),
        ("Qui est à la tête du port ?", True),
        ("Ai là Trưởng Ban Nội chính Trung ương?", True),
        ("Ai là Bí thư Tỉnh ủy Quảng Trị?", True),
        ("Who cut the ribbon?", False),
        ("What does the Head of the Central Inspection Committee say?", False),
        ("How many heads of committees attended?", False),
        ("Who is Le Thi Cam, Head of the Central Inspection Committee?", False),
    ],
)
def test_what_asks_for_an_office(question: str, asks: bool) -> None:
    assert asks_for_an_office(understand(question)) is asks


@pytest.mark.parametrize(
    ("question", "sentence", "people"),
    [
        (HEAD, NEW, {"le thi cam"}),
        (HEAD, DEPUTY, set()),
        (HEAD, OTHER, set()),
        (HEAD, f"{NEW} {OLD}", {"le thi cam", "tran van hai"}),
        ("Who is the deputy head of the Central Inspection Committee?", DEPUTY, {"bui thi sen"}),
        ("Who is the deputy head of the Central Inspection Committee?", NEW, set()),
        ("Who heads the Central Internal Affairs Commission?", OTHER, {"ngo van bac"}),
        ("Ai là Trưởng Ban Nội chính Trung ương?", "Ông Ngô Văn Bắc, Trưởng Ban Nội chính Trung ương, đã đến dự.",
         {"ngo van bac"}),
        ("Ai là Phó Trưởng Ban Nội chính Trung ương?", "Ông Ngô Văn Bắc, Trưởng Ban Nội chính Trung ương, đã đến dự.",
         set()),
        ("Qui dirige la Commission centrale d'inspection ?",
         "Mme Le Thi Cam, directrice de la Commission centrale d'inspection, a ouvert la séance.", {"le thi cam"}),
        ("Qui dirige la Commission centrale d'inspection ?",
         "Mme Le Thi Cam, cheffe de la Commission centrale d'inspection, a ouvert la séance.", {"le thi cam"}),
    ],
)  # fmt: skip
def test_whom_a_sentence_gives_an_office(question: str, sentence: str, people: set[str]) -> None:
    assert holders(understand(question), sentence) == people


def test_a_sentence_without_roles_may_be_of_any_rank() -> None:
    assert of_the_rank(understand(HEAD), "The harbour was dredged.")
    assert of_the_rank(understand(HEAD), NEW)
    assert not of_the_rank(understand(HEAD), DEPUTY)
