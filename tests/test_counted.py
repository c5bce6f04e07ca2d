"""What a question wants counted, and the several questions that one may hold."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.question import understand
from assistant.question.counted import counted_of
from assistant.question.several import MOST, questions_in
from ingest.errors import InputError
from ingest.text.words import fold

# -- what is counted -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "language", "counted"),
    [
        ("How many inspections did the province carry out?", "en", "inspections"),
        ("How many new corruption cases were opened?", "en", "cases"),
        ("How many of the letters were answered?", "en", "letters"),
        ("How many cases and defendants were there?", "en", "cases"),
        ("How many letters, complaints and petitions came in?", "en", "letters"),
        ("How much money was recovered?", "en", "money"),
        ("What is the total number of dialogues?", "en", "dialogues"),
        ("What share of the letters was answered?", "en", "letters"),
        ("Combien d'inspections la province a-t-elle menées ?", "fr", "inspections"),
        ("Combien de personnes mises en cause ?", "fr", "personnes"),
        ("Quel est le nombre de lettres reçues ?", "fr", "lettres"),
        ("Có bao nhiêu vụ án được khởi tố?", "vi", "vu an"),
        ("Có bao nhiêu bị can?", "vi", "bi can"),
        ("Có bao nhiêu đơn thư của người dân?", "vi", "don thu"),
        ("Số lượng đơn thư là bao nhiêu?", "vi", "don thu"),
        ("Có mấy phiên họp?", "vi", "phien hop"),
        ("Có bn vụ án?", "vi", "vu an"),
        ("So với năm 2023 có bao nhiêu cán bộ?", "vi", "can bo"),
        ("What number of letters came in?", "en", "letters"),
        ("How many people attended?", "en", "people"),
        ("How many more inspections took place?", "en", "inspections"),
        ("How many face-to-face dialogues were held?", "en", "dialogues"),
        ("Combien de nouvelles affaires ont été ouvertes ?", "fr", "affaires"),
        ("Combien a-t-on reçu de lettres ?", "fr", "lettres"),
        ("Tiến hành bao nhiêu cuộc thanh tra?", "vi", "thanh tra"),
        ("Tổ chức bao nhiêu cuộc đối thoại?", "vi", "doi thoai"),
        ("Số vụ án năm 2024 là bao nhiêu?", "vi", "vu an"),
        ("How many criminal cases remain open?", "en", "cases"),
        ("How many citizens took part?", "en", "citizens"),
        ("How many State vehicles were sold?", "en", "vehicles"),
        ("How many children's books came in?", "en", "books"),
        ("How much public money came in?", "en", "money"),
        ("Combien la province a-t-elle mené d'inspections ?", "fr", "inspections"),
        ("Combien y a-t-il de phares à Hue ?", "fr", "phares"),
        ("Combien de grandes villes ont répondu ?", "fr", "villes"),
        ("Combien d'anciens élèves sont venus ?", "fr", "eleves"),
        ("Con số bị can năm 2024 là mấy?", "vi", "bi can"),
        ("so vu an nam 2024 la bao nhieu", "vi", "vu an"),
        ("Có bao nhiêu buổi tiếp dân?", "vi", "tiep dan"),
        ("Có bao nhiêu tàu đến cảng?", "vi", "tau"),
        ("Có bao nhiêu cuộc họp?", "vi", "cuoc hop"),
    ],
)  # fmt: skip
def test_what_is_counted(question: str, language: str, counted: str) -> None:
    assert " ".join(counted_of(question, language)) == counted


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("How many?", "en"), ("How much did it cost?", "en"), ("Who chaired the conference?", "en"), ("", "en"),
        ("Combien ?", "fr"), ("Combien cela a-t-il coûté ?", "fr"), ("Bao nhiêu?", "vi"), ("Ai chủ trì?", "vi"),
        ("Bao nhiêu ở trong đó?", "vi"),
    ],
)  # fmt: skip
def test_nothing_that_is_named_is_counted(question: str, language: str) -> None:
    assert counted_of(question, language) == ()


def test_only_a_figure_counts_anything() -> None:
    assert understand("How many inspections were there in 2024?").counted == ("inspections",)
    assert understand("Who chaired the inspections?").counted == ()


@settings(deadline=None)
@given(st.text(max_size=80) | st.lists(st.sampled_from(
    ["how many", "combien de", "bao nhiêu", "số", "cases", "vụ", "án", "lettres", "new", "?", "were", "of the", "cuộc"]
), max_size=8).map(" ".join), st.sampled_from(["en", "fr", "vi", "de"]))  # fmt: skip
def test_what_is_counted_is_a_word_or_two_of_the_question(question: str, language: str) -> None:
    counted = counted_of(question, language)

    assert len(counted) <= (2 if language == "vi" else 1)
    assert all(word in fold(question) for word in counted)


# -- several questions ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "language", "questions"),
    [
        ("How many cases were opened in 2024, and who chaired the conference?", "en",
         ["How many cases were opened in 2024?", "Who chaired the conference?"]),
        ("How many cases were opened? Who chaired the conference?", "en",
         ["How many cases were opened?", "Who chaired the conference?"]),
        ("how many cases were opened in 2024? who chaired the conference", "en",
         ["How many cases were opened in 2024?", "Who chaired the conference?"]),
        ("Which areas were inspected, how many cases were found; and who led the inspection?", "en",
         ["Which areas were inspected, how many cases were found?", "Who led the inspection?"]),
        ("Which areas were inspected and how many cases were found; and who led the inspection?", "en",
         ["Which areas were inspected?", "How many cases were found?", "Who led the inspection?"]),
        ("Combien d'affaires ont été ouvertes et qui a présidé la conférence ?", "fr",
         ["Combien d'affaires ont été ouvertes?", "Qui a présidé la conférence?"]),
        ("Quand la conférence a-t-elle eu lieu ainsi que combien de délégués y assistaient ?", "fr",
         ["Quand la conférence a-t-elle eu lieu?", "Combien de délégués y assistaient?"]),
        ("Năm 2024 khởi tố bao nhiêu vụ án, và ai chủ trì hội nghị tổng kết?", "vi",
         ["Năm 2024 khởi tố bao nhiêu vụ án?", "Ai chủ trì hội nghị tổng kết?"]),
    ],
)  # fmt: skip
def test_questions_side_by_side(text: str, language: str, questions: list[str]) -> None:
    assert questions_in(text, language) == questions


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Who chaired the conference?", "en"),
        ("Who chaired the conference and when?", "en"),
        ("Who and when?", "en"),
        ("How many cases and defendants were there in 2024?", "en"),
        ("How many cases were opened and how?", "en"),
        ("What did the inspectors find and repair?", "en"),
        ("Which officials and what companies were named?", "fr"),
        (
            "How many cases were opened? How many letters came? Who chaired the conference? Where did it end late?",
            "en",
        ),
        ("Qui a présidé et quand ?", "fr"),
        ("", "en"),
        ("and who chaired the conference", "en"),
    ],
)
def test_one_question_is_one(text: str, language: str) -> None:
    assert questions_in(text, language) == []


def test_each_has_its_own_kind_and_the_year_and_place_that_one_names() -> None:
    figure, person = understand("How many cases were opened in Hue in 2024, and who chaired the conference?").parts()

    assert (figure.kind, person.kind) == ("figure", "person")
    assert [period.label for period in person.periods] == ["2024"]
    assert figure.places == person.places == ("Thua Thien Hue",)
    assert (figure.side, person.side) == (figure.text, person.text)
    assert figure.counted == ("cases",)
    assert person.counted == ()


def test_a_year_of_its_own_is_kept() -> None:
    one, other = understand("How many cases were opened in 2023? Who chaired the conference of 2024?").parts()

    assert [[period.label for period in part.periods] for part in (one, other)] == [["2023"], ["2024"]]


_PIECES = st.lists(
    st.sampled_from(
        ["How many", "cases", "who", "chaired", "the conference", "and", ",", "?", ";", "et", "qui", "và", "ai",
         "chủ trì", "hội nghị", "combien", "affaires", "as well as", "what", "was decided", "2024", "in Hue"]
    ), max_size=14,
).map(" ".join)  # fmt: skip


@settings(deadline=None)
@given(_PIECES | st.text(max_size=120), st.sampled_from(["en", "fr", "vi"]))
def test_the_questions_in_any_text_are_few_and_of_its_words(text: str, language: str) -> None:
    found = questions_in(text, language)

    assert len(found) in (0, *range(2, MOST + 1))
    assert all(question.endswith("?") and question[:-1].lower() in text.lower() for question in found)
    assert questions_in(text, language) == found


@settings(deadline=None)
@given(_PIECES)
def test_the_parts_of_any_question_are_final(text: str) -> None:
    try:
        parts = understand(text).parts()
    except InputError:
        return
    assert 1 <= len(parts) <= 4
    assert all(part.parts() == [part] for part in parts) or len(parts) == 1
