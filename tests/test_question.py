"""A question as understood: language, kind, periods, places, names; and what cannot be asked."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.question import MAX_QUESTION, Query, clean_question, standalone, understand
from ingest.errors import InputError


def asked(*questions: str) -> list[dict[str, str]]:
    """A conversation in which these questions have been asked and answered."""
    reply = {"role": "assistant", "content": "848 cases [1]"}
    return [turn for text in questions for turn in ({"role": "user", "content": text}, reply)]


def periods_of(question: str) -> list[str]:
    return [period.label for period in understand(question).periods]


@pytest.mark.parametrize(
    ("question", "language", "kind"),
    [
        ("How many new cases were opened in 2024?", "en", "figure"),
        ("Combien d'affaires ont été ouvertes en 2024 ?", "fr", "figure"),
        ("Năm 2024 có bao nhiêu vụ án được khởi tố?", "vi", "figure"),
        ("Nam 2024 Dak Lak to chuc bao nhieu cuoc doi thoai?", "vi", "figure"),
        ("Who chaired the conference?", "en", "person"),
        ("Qui a présidé la conférence ?", "fr", "person"),
        ("Ai chủ trì hội nghị?", "vi", "person"),
        ("When did the conference take place?", "en", "date"),
        ("Quand la conférence a-t-elle eu lieu ?", "fr", "date"),
        ("Hội nghị diễn ra khi nào?", "vi", "date"),
        ("Where was the conference held?", "en", "place"),
        ("Où s'est tenue la conférence ?", "fr", "place"),
        ("Hội nghị diễn ra ở đâu?", "vi", "place"),
        ("Why did the advice come late?", "en", "explanation"),
        ("Pourquoi les avis sont-ils venus tard ?", "fr", "explanation"),
        ("Vì sao kết luận giám định bị chậm?", "vi", "explanation"),
        ("List the inspected areas.", "en", "list"),
        ("Quelles sont les tâches pour 2024 ?", "fr", "list"),
        ("Liệt kê các nhiệm vụ của năm 2024.", "vi", "list"),
        ("Tell me about the six key tasks.", "en", "fact"),
    ],
)
def test_language_and_kind(question: str, language: str, kind: str) -> None:
    query = understand(question)

    assert (query.language, query.kind) == (language, kind)


@pytest.mark.parametrize(
    ("question", "labels"),
    [
        ("How many cases in 2024?", ["2024"]),
        ("How many cases in the first half of 2024?", ["2024-H1"]),
        ("How many cases in the first six months of 2024?", ["2024-H1"]),
        ("Combien d'affaires au premier semestre 2024 ?", ["2024-H1"]),
        ("6 tháng đầu năm 2024 có bao nhiêu vụ án?", ["2024-H1"]),
        ("Which areas in the first nine months of 2024?", ["2024-01-01/2024-09-30"]),
        ("Were there more cases in 2024 than in 2023?", ["2024", "2023"]),
        ("What happened on July 8, 2024?", ["2024-07-08"]),
        ("How many cases are there?", []),
        ("How many of the 2,024 petitions were settled?", []),
    ],
)
def test_periods(question: str, labels: list[str]) -> None:
    assert periods_of(question) == labels


@pytest.mark.parametrize(
    ("question", "places"),
    [
        ("How many dialogues were held in Dak Lak?", ("Dak Lak",)),
        ("How many dialogues were held in Đắk Lắk?", ("Dak Lak",)),
        ("Qui était au pont de Dien Bien ?", ("Dien Bien",)),
        ("Ai chủ trì điểm cầu Nghệ An và Quảng Trị?", ("Nghe An", "Quang Tri")),
        ("Who chaired the conference in Hà Nội?", ("Hanoi",)),
        ("Who chaired the conference?", ()),
    ],
)
def test_places_with_accents_or_without(question: str, places: tuple[str, ...]) -> None:
    assert understand(question).places == places


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("What did Lý Kiều Vân propose?", ("Lý Kiều Vân",)),
        ("What did Ly Kieu Van propose?", ("Ly Kieu Van",)),
        ("Qu'a déclaré Phan Dinh Trac ?", ("Phan Dinh Trac",)),
        ("What did the Central Steering Committee decide?", ()),
        ("Who chaired the conference in Nghe An?", ()),
    ],
)
def test_names_are_those_of_people_not_of_bodies_or_places(question: str, names: tuple[str, ...]) -> None:
    assert understand(question).names == names


def test_an_accented_name_does_not_make_a_question_vietnamese() -> None:
    assert understand("How many dialogues were held in Đắk Lắk in 2024?").language == "en"
    assert understand("What did Lý Kiều Vân propose?").language == "en"


def test_the_words_of_constraints_are_not_searched_for() -> None:
    assert set(understand("How many dialogues were held in Đắk Lắk in 2024?").words) >= {"dialogues"}
    assert not {"dak", "lak", "2024", "how", "many"} & set(understand("How many dialogues in Đắk Lắk in 2024?").words)


# -- what cannot be asked ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "question",
    ["", "   \n\t", "\x00\x07\x1b", "🤷🎉", "?!…", "\ud800", "\u202e\u200b", "a" * 100_000, "why " * 25_000],
    ids=["nothing", "spaces", "control", "emoji", "marks", "surrogate", "invisible", "100 KB", "100 KB of words"],
)
def test_what_cannot_be_asked_is_said_in_one_line(question: str) -> None:
    with pytest.raises(InputError) as caught:
        understand(question)

    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 120
    assert "question" in str(caught.value)


def test_a_question_may_be_as_long_as_said_and_no_longer() -> None:
    assert len(clean_question("a" * MAX_QUESTION)) == MAX_QUESTION
    with pytest.raises(InputError, match="2,001"):
        clean_question("a" * (MAX_QUESTION + 1))


def test_control_characters_and_line_breaks_become_spaces() -> None:
    assert clean_question("How\x00many\r\ncases\u202e?") == "How many cases ?"


# -- follow-ups ----------------------------------------------------------------------------------


def test_a_follow_up_takes_the_earlier_question_and_its_own_period() -> None:
    query = understand("And in 2024?", asked("How many new cases were opened in 2023?"))

    assert [period.label for period in query.periods] == ["2024"]
    assert query.kind == "figure"
    assert "cases" in query.words


@pytest.mark.parametrize(
    ("earlier", "follow_up", "labels"),
    [
        ("Combien d'affaires ont été ouvertes en 2023 ?", "Et au premier semestre 2024 ?", ["2024-H1"]),
        ("Năm 2023 có bao nhiêu vụ án được khởi tố?", "Còn năm 2024?", ["2024"]),
        ("How many new cases were opened in 2023?", "What about Nghe An?", ["2023"]),
    ],
)
def test_follow_ups_in_three_languages(earlier: str, follow_up: str, labels: list[str]) -> None:
    query = understand(follow_up, asked(earlier))

    assert [period.label for period in query.periods] == labels
    assert query.kind == "figure"


@pytest.mark.parametrize("written", ["Dak Lak", "Đắk Lắk", "Đắk Lắk,", "Hà Nội", "Hanoi"])
def test_the_place_of_a_follow_up_replaces_the_earlier_one_however_it_is_written(written: str) -> None:
    query = understand("And in Nghe An?", asked(f"How many dialogues were held in {written} in 2024?"))

    assert query.places == ("Nghe An",)
    assert [period.label for period in query.periods] == ["2024"]


def test_a_follow_up_of_a_follow_up_leads_back_to_the_question() -> None:
    history = asked("How many new cases were opened in 2023?", "And in 2024?")

    query = understand("And in Nghe An?", history)

    assert "cases" in query.words
    assert [period.label for period in query.periods] == ["2024"]
    assert query.places == ("Nghe An",)


def test_a_whole_question_is_not_changed_by_what_went_before() -> None:
    question = "Who chaired the conference in Nghe An?"

    assert standalone(question, asked("How many cases were opened in 2023?")) == question


@pytest.mark.parametrize("earlier", ["🤷", "", "a" * 100_000])
def test_an_earlier_turn_that_is_no_question_is_passed_over(earlier: str) -> None:
    history = asked("How many new cases were opened in 2023?", earlier)

    assert "cases" in understand("And in 2024?", history).words


def test_only_what_the_user_asked_completes_a_follow_up() -> None:
    history = [{"role": "assistant", "content": "How many elephants were counted in 2023?"}]

    assert standalone("And in 2024?", history) == "And in 2024?"


def test_a_long_conversation_stays_short() -> None:
    history = asked(*["And how was it in 2023 in the other provinces?"] * 500)

    assert len(standalone("And in 2024?", history)) < 1000


# -- any text ------------------------------------------------------------------------------------


def understood(question: str, earlier: Sequence[str]) -> tuple[Query | None, str]:
    """The query, or why there is none. Any error but InputError goes through."""
    try:
        return understand(question, asked(*earlier)), ""
    except InputError as exc:
        return None, str(exc)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=400), st.lists(st.text(max_size=80), max_size=3))
def test_any_text_is_understood_or_refused_in_one_line(question: str, earlier: list[str]) -> None:
    query, said = understood(question, earlier)

    assert "\n" not in said
    if query:
        assert not {unicodedata.category(char) for char in query.text} & {"Cc", "Cf", "Cs"}
        assert understood(question, earlier) == (query, "")


_PIECES = st.sampled_from(
    ["how many", "in", "2024", "2023-13-45", "31/02/2024", "Đắk Lắk", "Ha Noi", "Lý Kiều Vân", "—", "?", "và", "quý 5",
     "first", "99", "half of", "district", "của", "İstanbul", "ﬁn", "²", "1.884.", "and", "còn"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(_PIECES, min_size=1, max_size=12).map(" ".join), st.lists(_PIECES, max_size=8).map(" ".join))
def test_any_mix_of_what_questions_are_made_of_is_understood(question: str, earlier: str) -> None:
    query, said = understood(question, [earlier])

    assert query or "empty" in said
    if query:
        assert query.kind in {"figure", "person", "date", "place", "list", "explanation", "fact"}
        assert all(period.start <= period.end for period in query.periods)


def test_two_periods_are_two_questions() -> None:
    parts = understand("How many cases were opened in 2023 and in 2024?").parts()
    assert [[period.label for period in part.periods] for part in parts] == [["2023"], ["2024"]]
    assert "2024" not in parts[0].text
    assert "2023" not in parts[1].text


@pytest.mark.parametrize(
    ("question", "timeless"),
    [
        ("How many cases were opened in 2024?", "How many cases were opened?"),
        ("Combien d'affaires ont été ouvertes en 2024 ?", "Combien d'affaires ont été ouvertes?"),
        ("6 tháng đầu năm 2024 khởi tố bao nhiêu vụ án?", "khởi tố bao nhiêu vụ án?"),
        ("Who chaired the meeting?", "Who chaired the meeting?"),
        ("And 2024?", "And 2024?"),
    ],
)
def test_a_question_without_its_period_keeps_its_sense(question: str, timeless: str) -> None:
    assert understand(question).timeless == timeless


@pytest.mark.parametrize(
    ("before", "follow_up", "whole"),
    [
        ("Who chaired in Dak Lak?", "and in Nghe An?", "Who chaired in Nghe An?"),
        ("How many cases in 2024?", "and in 2023?", "How many cases in 2023?"),
        ("Combien d'affaires en 2024 ?", "et en 2023 ?", "Combien d'affaires en 2023 ?"),
    ],
)
def test_a_follow_up_puts_its_place_or_period_in_the_question_before(before: str, follow_up: str, whole: str) -> None:
    assert standalone(follow_up, [{"role": "user", "content": before}]) == whole
