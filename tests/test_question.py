"""A question as understood: language, kind, periods, places, names; and what cannot be asked."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from datetime import date

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


# -- people and bodies ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "people"),
    [
        ("What did Mr. Trac say?", ("Trac",)),
        ("Did Mr. Trac and Ms. Thuong both attend?", ("Trac", "Thuong")),
        ("ông Trạc nói gì?", ("Trạc",)),
        ("Ông Phan Đình Trạc phát biểu gì?", ("Phan Đình Trạc",)),
        ("Đồng chí Trạc phát biểu gì?", ("Trạc",)),
        ("Qu'a dit M. Dupont ?", ("Dupont",)),
        ("What did General Secretary To Lam say?", ("To Lam",)),
        ("Có bao nhiêu vụ ở Bà Rịa - Vũng Tàu?", ()),
        ("What did the World Health Organization say?", ()),
    ],
)
def test_people_are_known_by_their_form_or_a_title(question: str, people: tuple[str, ...]) -> None:
    query = understand(question)

    assert query.people == people
    assert set(people) <= set(query.names)
    assert not {"mr", "ms", "ong", "chi", "m"} & set(query.words)


@pytest.mark.parametrize(
    ("question", "bodies", "key"),
    [
        ("What did the central steering committee decide?", ("central steering committee",),
         "central steering committee for anti-corruption"),
        ("Que dit le Comité directeur central ?", ("Comité directeur central",),
         "central steering committee for anti-corruption"),
        ("What is the ban noi chinh trung uong?", ("ban noi chinh trung uong",), "central internal affairs commission"),
        ("Ban Nội chính Trung ương làm gì?", ("Ban Nội chính Trung ương",), "central internal affairs commission"),
        ("UBKTTW đã kiểm tra ai?", ("UBKTTW",), "central inspection committee"),
        ("What is PCTNLPTC?", ("PCTNLPTC",), "steering committee for anti-corruption"),
        ("What did the World Health Organization say?", ("World Health Organization",), "health organization world"),
    ],
)  # fmt: skip
def test_bodies_are_known_in_any_case_and_language(question: str, bodies: tuple[str, ...], key: str) -> None:
    query = understand(question)

    assert query.bodies == bodies
    assert query.body_keys == (key,)


@pytest.mark.parametrize("question", ["Which commission was it?", "Who chaired it?", "Is there a committee?"])
def test_a_word_for_bodies_alone_names_none(question: str) -> None:
    assert understand(question).bodies == ()


def test_the_generic_words_of_a_body_are_searched_for_only_where_nothing_else_is_asked() -> None:
    assert understand("What did the Central Inspection Commission decide?").words == ("inspection", "decide")
    assert understand("What is the Central Inspection Commission?").words == ("central", "inspection", "commission")


def test_a_syllable_of_a_place_is_searched_for_where_it_is_another_word() -> None:
    assert "tri" in understand("Ai chủ trì điểm cầu Quảng Trị?").words


def test_how_a_question_was_understood_can_be_shown_as_json() -> None:
    query = understand(
        "How many cases did Mr. Trac report in Nghe An last year and this year?", newest=date(2024, 7, 8)
    )

    shown = query.explain()

    assert json.loads(json.dumps(shown)) == shown
    assert shown["periods"] == ["2023", "2024"]
    assert [reading["text"] for reading in shown["readings"]] == ["last year", "this year"]
    assert shown["people"] == ["Trac"]
    assert [part["side"] for part in shown["parts"]] == ["2023", "2024"]
    assert understand("Who chaired it on December 29?").explain()["days"] == ["12-29"]


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


def test_a_soft_hyphen_or_joiner_does_not_cut_a_word() -> None:
    assert clean_question("anti\u00adcorruption and no\u200dwhere") == "anticorruption and nowhere"


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ('AND OR NOT ~ ^ * : \\ ( [ { "', ()),
        ("谁主持了会议?", ("谁主持了会议",)),
        ("من ترأس المؤتمر؟", ("من", "تراس", "الموتمر")),
        ("Кто вёл конференцию?", ("кто", "вел", "конференцию")),
        ("2024", ()),
        ("x", ("x",)),
    ],
)
def test_odd_questions_are_understood_with_their_words(question: str, words: tuple[str, ...]) -> None:
    assert understand(question).words == words


def test_a_question_in_thai_keeps_its_letters() -> None:
    assert understand("ใครเป็นประธานการประชุม").words


def test_contradicting_constraints_are_kept_side_by_side() -> None:
    assert [period.label for period in understand("How many cases in 2023 in 2024?").periods] == ["2023", "2024"]


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


@pytest.mark.parametrize(
    ("before", "follow_up", "whole"),
    [
        ("How many cases in 2024?", "In 2023?", "How many cases in 2023?"),
        ("How many cases in Nghe An?", "Dak Lak?", "How many cases in Dak Lak?"),
        ("How many cases in 2024?", "and the year before?", "How many cases in 2023?"),
        ("How many cases in 2024?", "And last year?", "How many cases in last year?"),
        ("Năm 2024 có bao nhiêu vụ án?", "Còn năm trước?", "Năm 2023 có bao nhiêu vụ án?"),
    ],
)
def test_a_bare_period_or_place_follows_up(before: str, follow_up: str, whole: str) -> None:
    query = understand(follow_up, asked(before), date(2024, 7, 8))

    assert query.text.replace("năm 2023", "2023") == whole
    assert query.kind == "figure"


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
        assert clean_question(query.text) == query.text
        json.dumps(query.explain())


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
        assert query.kind in {"figure", "person", "date", "place", "list", "explanation", "comparison", "fact"}
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
