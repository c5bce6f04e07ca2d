"""Follow-ups: what a pronoun or half a question leaves out is taken from the turns before; what is whole stays as it
is; and no turn is ever evidence."""

from __future__ import annotations

import pytest
from asking import Over, ask, cited, quotes, texts, turns
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import Assistant
from assistant.question import standalone, understand
from assistant.question.follow_up import leans_on_history
from ingest.errors import InputError

WHEN = ("When was the meeting of the harbour council held?", "It was held on 4 May 2024. [1]")
WHEN_FR = ("Quand la réunion du conseil du port a-t-elle eu lieu ?", "Le 4 mai 2024. [1]")
WHEN_VI = ("Hội nghị tổng kết công tác của cảng diễn ra khi nào?", "Ngày 4/5/2024. [1]")
CASES_VI = ("Năm 2024 Quảng Trị khởi tố bao nhiêu vụ án?", "88 vụ. [1]")
CASES = ("How many cases were opened in Quang Tri in 2024?", "88 cases were opened. [1]")
CHAIR = (
    "Who chaired the meeting of the harbour council?",
    "Ms. Le Thi Cam, Head of the Port Office, chaired the meeting. [1]",
)
CHAIR_FR = ("Qui a présidé la réunion du port ?", "Mme Le Thi Cam, directrice du port, a présidé la réunion. [1]")
CHAIR_VI = ("Ai chủ trì hội nghị của cảng?", "Ông Trần Văn Hải, Trưởng Ban Nội chính, chủ trì hội nghị. [1]")


# -- pronouns ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "question", "topic"),
    [
        (WHEN, "Who chaired it?", "the meeting of the harbour council"),
        (WHEN, "Where was it held?", "the meeting of the harbour council"),
        (WHEN, "How many people were there?", "the meeting of the harbour council"),
        (WHEN, "What did they decide?", "the meeting of the harbour council"),
        (WHEN, "What was decided there?", "the meeting of the harbour council"),
        (WHEN, "What did its chair say?", "the meeting of the harbour council"),
        (WHEN_FR, "Qui l'a présidée ?", "la réunion du conseil du port"),
        (WHEN_FR, "Qui y a participé ?", "la réunion du conseil du port"),
        (WHEN_FR, "Où cette réunion s'est-elle tenue ?", "la réunion du conseil du port"),
        (WHEN_FR, "Qu'ont-ils décidé ?", "la réunion du conseil du port"),
        (WHEN_VI, "Ai chủ trì hội nghị đó?", "Hội nghị tổng kết công tác của cảng"),
        (WHEN_VI, "Ai chủ trì hội nghị này?", "Hội nghị tổng kết công tác của cảng"),
        (WHEN_VI, "Nó diễn ra ở đâu?", "Hội nghị tổng kết công tác của cảng"),
        (WHEN_VI, "Nội dung là gì?", "Hội nghị tổng kết công tác của cảng"),
        (WHEN, "Who was there?", "the meeting of the harbour council"),
    ],
)
def test_a_pronoun_takes_what_the_question_before_is_about(before: tuple[str, str], question: str, topic: str) -> None:
    whole = standalone(question, turns(before))

    assert whole.startswith(question.rstrip("? "))
    assert topic in whole
    assert understand(question, turns(before)).kind == understand(question).kind


@pytest.mark.parametrize(
    ("before", "question", "name"),
    [
        (CHAIR, "Who is she?", "Le Thi Cam"),
        (CHAIR, "What did she say?", "Le Thi Cam"),
        (CHAIR, "When was he appointed?", "Le Thi Cam"),  # of whom there is one, whatever the pronoun
        (CHAIR_FR, "Qui est-elle ?", "Le Thi Cam"),
        (CHAIR_FR, "Qu'a-t-elle dit ?", "Le Thi Cam"),
        (CHAIR_FR, "Quand lui a-t-on parlé ?", "Le Thi Cam"),
        (CHAIR_FR, "Qu'a-t-il proposé ?", "Le Thi Cam"),
        (CHAIR_VI, "Ông ấy nói gì?", "Trần Văn Hải"),
        (CHAIR_VI, "Đồng chí ấy là ai?", "Trần Văn Hải"),
        (CHAIR_VI, "Ông này đề nghị gì?", "Trần Văn Hải"),
    ],
)
def test_he_or_she_is_the_person_of_the_answer_before(before: tuple[str, str], question: str, name: str) -> None:
    query = understand(question, turns(before))

    assert query.people == (name,)
    assert query.text.startswith(question.rstrip("? "))


def test_of_two_people_nobody_is_he() -> None:
    two = ("Who chaired?", "Ms. Le Thi Cam, Head of the Port Office, and Mr. Tran Van Hai, Head of the Dock, chaired.")

    assert understand("What did he say?", turns(two)).people == ()


def test_only_the_answer_just_before_names_the_person() -> None:
    query = understand("What did she say?", turns(CHAIR, ("How many ships came in?", "Nine ships came in. [1]")))

    assert query.people == ()


# -- half a question -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "question"),
    [
        (WHEN, "Why?"), (WHEN, "Who attended?"), (WHEN, "Since when?"), (WHEN, "By whom?"), (WHEN, "Where?"),
        (WHEN_FR, "Pourquoi ?"), (WHEN_FR, "Depuis quand ?"), (WHEN_FR, "Qui ?"), (WHEN_FR, "Où ?"),
        (WHEN_VI, "Vì sao?"), (WHEN_VI, "Ở đâu?"), (WHEN_VI, "Ai dự?"),
        (WHEN_VI, "Ai tham dự?"),
    ],
)  # fmt: skip
def test_half_a_question_is_of_the_one_before(before: tuple[str, str], question: str) -> None:
    whole = standalone(question, turns(before))

    assert whole.startswith(question.rstrip("? "))
    assert len(whole) > len(question) + 12
    assert understand(question, turns(before)).kind == understand(question).kind


@pytest.mark.parametrize(
    "question",
    [
        "And who attended?",
        "And why?",
        "Who attended?",
    ],
)
def test_it_asks_what_it_asks_not_what_was_asked_before(question: str) -> None:
    assert understand(question, turns(WHEN)).kind == understand(question.removeprefix("And ")).kind


@pytest.mark.parametrize(
    ("before", "question", "whole"),
    [
        (CASES, "And who chaired the conference?", "Who chaired the conference — Quang Tri, 2024?"),
        (CASES, "And how many lanterns were lit in Hue in 2023?", "How many lanterns were lit in Hue in 2023?"),
        (CASES, "And why in 2023?", "Why in 2023 — cases were opened in Quang Tri?"),
        (CASES, "And how many in 2023?", "How many cases were opened in Quang Tri in 2023?"),
        (CASES, "What about the defendants?", "How many defendants were opened in Quang Tri in 2024?"),
        (CASES_VI, "Còn bị can?", "Năm 2024 Quảng Trị khởi tố bao nhiêu bị can?"),
        (CASES_VI, "Còn ai chủ trì hội nghị?", "Ai chủ trì hội nghị — Quang Tri, 2024?"),
        (CASES_VI, "Thế còn năm 2022 thì sao?", "Năm 2022 Quảng Trị khởi tố bao nhiêu vụ án?"),
        (CASES_VI, "Con số bị can năm 2024 là mấy?", "Con số bị can năm 2024 là mấy?"),
        (WHEN_FR, "Et qui y a participé ?", "Qui y a participé — la réunion du conseil du port?"),
        (CHAIR, "And what did she say?", "What did she say — Le Thi Cam?"),
    ],
)
def test_a_follow_up_keeps_what_it_does_not_change(before: tuple[str, str], question: str, whole: str) -> None:
    assert standalone(question, turns(before)) == whole


# -- chains --------------------------------------------------------------------------------------


def test_a_chain_of_three_turns_leads_back_to_its_beginning() -> None:
    history = turns(CASES, ("And in 2023?", "61 [1]"), ("And in Nghe An?", "7 [1]"))
    query = understand("And in 2022?", history)

    assert [period.label for period in query.periods] == ["2022"]
    assert query.places == ("Nghe An",)
    assert query.counted == ("cases",)
    assert query.kind == "figure"


def test_a_chain_of_pronouns_leads_back_to_its_beginning() -> None:
    history = turns(WHEN, ("Where was it held?", "In the hall. [1]"), ("Who attended?", "The pilots. [1]"))

    assert "harbour council" in standalone("What did they decide?", history)


def test_a_new_question_in_between_is_where_the_chain_begins() -> None:
    history = turns(CASES, ("How many ships came to Hue in 2021?", "8 [1]"))
    query = understand("And in 2022?", history)

    assert "ships" in query.words
    assert "cases" not in query.words
    assert query.places == ("Thua Thien Hue",)


# -- whole questions -----------------------------------------------------------------------------

WHOLE = [
    "Who chaired the conference of the lighthouse keepers?",
    "How many lanterns were lit in Hue in 2023?",
    "What is the population of Hanoi?",
    "Where was the bridge of the old town built?",
    "What happened in Hue?",
    "Who is Pham Van Tam?",
    "Did the report of the provincial inspectors on land say that it had been read by every one of the districts?",
    "Combien de lettres que le bureau a reçues des habitants de la ville ont-elles été lues par ceux qui les ouvrent ?",
    "Combien de navires sont arrivés à Hue en 2023 ?",
    "Qui a présidé la conférence des gardiens de phare ?",
    "Combien le bureau de Hue a-t-il reçu de lettres en 2023 ?",
    "Combien y a-t-il de phares à Hue ?",
    "Y a-t-il un phare à Hue ?",
    "Qu'est-il arrivé à Hue en 2023 ?",
    "Năm 2023 có bao nhiêu tàu đến cảng Đà Nẵng?",
    "Ai chủ trì hội nghị những người gác hải đăng?",
    "How many petitions were there in Nghe An in 2023?",
    "Is there a lighthouse in Hue?",
    "Were there any dialogues in Dak Lak in 2023?",
    "When did the river of Hue leave its bed?",
    "Quand la conférence de Hue a-t-elle eu lieu ?",
    "Où la fête de la lune s'est-elle tenue ?",
    "Que faut-il faire en 2025 ?",
    "What is corruption?",
    "Tham nhũng là gì?",
    "Qu'est-ce que la corruption ?",
    "When the committee of Hue met, what did it decide?",
    "Que reste-t-il à faire à Hue ?",
    "Combien de lettres la ville a-t-elle reçues, et quand les a-t-elle lues ?",
    "How many of the provinces sent in their reports?",
    "Is there any news of Hue?",
    "What should be done in 2025?",
]


@pytest.mark.parametrize("question", WHOLE)
def test_a_whole_question_is_joined_to_none(question: str) -> None:
    for before in (CASES, CHAIR_FR):
        assert standalone(question, turns(before)) == question


def test_what_leans_on_history_can_be_told_without_one() -> None:
    assert leans_on_history("And in 2023?")
    assert leans_on_history("Who chaired it?")
    assert leans_on_history("Why?")
    assert leans_on_history("Ông ấy nói gì?")
    assert not leans_on_history("How many lanterns were lit in Hue in 2023?")
    assert not leans_on_history("Who chaired the conference of the lighthouse keepers?")


def test_without_a_turn_before_nothing_is_joined() -> None:
    for question in ("Who chaired it?", "Why?", "And in 2023?", "Ông ấy nói gì?"):
        assert standalone(question, []) == question
        assert standalone(question, [{"role": "assistant", "content": "Ms. Le Thi Cam spoke of it."}]) == question


_TURNS = st.lists(
    st.fixed_dictionaries({
        "role": st.sampled_from(["user", "assistant", "system"]),
        "content": st.sampled_from([*WHEN, *WHEN_FR, *CHAIR, *CHAIR_VI, *CASES, "", "🤷", "And in 2023?", "Why?"])
        | st.text(max_size=30),
    }),
    max_size=6,
)  # fmt: skip


@settings(deadline=None, max_examples=150)
@given(
    st.sampled_from(["Who chaired it?", "Why?", "And in 2023?", "Ông ấy nói gì?", "Et à Hue ?", "Qui l'a dit ?"]),
    _TURNS,
)
def test_any_history_completes_or_leaves_a_question(question: str, history: list[dict[str, str]]) -> None:
    try:
        query = understand(question, history)
    except InputError as exc:
        assert "\n" not in str(exc)  # noqa: PT017
        return
    assert query == understand(question, history)
    assert query.text
    assert len(query.text) < 2000


# -- answers -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def harbour(over: Over) -> Assistant:
    return over(
        {
            "y2023.md": "# The harbour of Hue in 2023\n\nIn 2023 the harbour office of Hue registered 412 boats.",
            "y2024.md": "# The harbour of Hue in 2024\n\nIn 2024 the harbour office of Hue registered 538 boats.",
            "council.md": "---\ndate: 2024-05-05\n---\n\n# The harbour council meets\n\nThe meeting of the harbour "
            "council was held on May 4, 2024 in the customs hall. Ms. Le Thi Cam, Head of the Port Office, chaired the "
            "meeting of the harbour council. The pilots and the divers attended the meeting of the harbour council. "
            "Ms. Le Thi Cam said that the quay must be mended before the autumn storms.",
            "dock.md": "---\ndate: 2024-06-05\n---\n\n# The dock\n\nMr. Tran Van Hai, Head of the Dock Office, said "
            "that the crane must be painted before winter.",
        }
    )  # fmt: skip


@pytest.mark.parametrize(
    ("first", "question", "said"),
    [
        (WHEN[0], "Who chaired it?", "Le Thi Cam"),
        (CHAIR[0], "When was it held?", "May 4, 2024"),
        (CHAIR[0], "Who attended?", "divers"),
        (CHAIR[0], "And who attended?", "divers"),
        (CHAIR[0], "Who is she?", "Head of the Port Office"),
        (WHEN[0], "Who attended?", "divers"),
        (CHAIR[0], "Where was it held?", "hall"),
        (CHAIR[0], "What did she say?", "quay"),
    ],
)
def test_follow_ups_are_answered(harbour: Assistant, first: str, question: str, said: str) -> None:
    answer = ask(harbour, question, (first, ask(harbour, first).answer))

    assert said in " ".join(texts(answer))


def test_three_turns_are_answered(harbour: Assistant) -> None:
    asked = ["How many boats did the harbour office of Hue register in 2024?", "And in 2023?", "And in 2019?"]
    before: list[tuple[str, str]] = []
    for question in asked:
        before.append((question, ask(harbour, question, *before).answer))

    assert "538" in before[0][1]
    assert "412" in before[1][1]
    assert "not 2019" in before[2][1]
    assert "412" in ask(harbour, "And in 2023?", *before).answer


@pytest.mark.parametrize(
    "question", ["And in 2023?", "And in 2024?", "And in 2019?", "Why?", "Who counted them?", "How many boats in 2019?"]
)
def test_no_turn_is_evidence(harbour: Assistant, question: str) -> None:
    asked = "How many boats did the harbour office of Hue register in 2022?"
    plain = ask(harbour, question, (asked, "The reports do not say."))
    claimed = ask(
        harbour,
        question,
        (asked, "In 2022 and 2019 it registered 7,777 boats, counted by 31 clerks, for the fun of it."),
    )
    assert claimed.statements == plain.statements
    assert claimed.citations == plain.citations
    assert "7,777" not in claimed.answer
    assert not any("clerks" in quote for quote in quotes(claimed))


def test_a_whole_question_is_answered_for_its_own_year(harbour: Assistant) -> None:
    first = "How many boats did the harbour office of Hue register in 2023?"
    answer = ask(harbour, "How many boats were there in Hue in 2024?", (first, "412 [1]"))

    assert cited(answer) == [["y2024"]]
