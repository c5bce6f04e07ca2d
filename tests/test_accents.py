"""Vietnamese typed without accents gets them back, and nothing else is touched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.question import understand
from assistant.question.accents import is_bare, shipped
from assistant.question.language import language_of
from ingest.text.words import fold

accented = shipped().put


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("bao nhieu vu an tham nhung?", "bao nhiêu vụ án tham nhũng?"),
        ("Trong nam 2025 khoi to bao nhieu vu?", "Trong năm 2025 khởi tố bao nhiêu vụ?"),
        ("Tong Bi thu va Uy ban Kiem tra Trung uong", "Tổng Bí thư và Ủy ban Kiểm tra Trung ương"),
        ("ong Phan Dinh Trac o Dak Lak", "ông Phan Dinh Trac ở Đắk Lắk"),
        ("AI CHU TRI HOI NGHI?", "AI CHỦ TRÌ HỘI NGHỊ?"),
    ],
)
def test_accents_are_put_back(typed: str, meant: str) -> None:
    assert accented(typed) == meant


@pytest.mark.parametrize(
    "text",
    ["Bao nhiêu vu an?", "Năm nay", "", "?", "2024", "zzz qqq", "Wisbech"],
)
def test_what_has_accents_or_no_known_syllable_stays(text: str) -> None:
    assert accented(text) == text


def test_a_name_is_left_as_it_is_typed() -> None:
    assert "Le Thi Hanh" in accented("ba Le Thi Hanh noi gi?")


@pytest.mark.parametrize(
    "question", ["tuyen quang hop tong ket ngay nao?", "ai chu tri hoi nghi", "co bao nhieu vu an moi"]
)
def test_a_question_without_accents_is_vietnamese(question: str) -> None:
    assert is_bare(question)
    assert language_of(question) == "vi"


@pytest.mark.parametrize(
    "question",
    ["Who chaired the conference in Hanoi?", "Qui a chairé la réunion ?", "et a Tuyen Quang ?", "In 2024?", "an"],
)
def test_other_questions_are_not(question: str) -> None:
    assert not is_bare(question)


def test_a_question_is_understood_as_if_it_had_them() -> None:
    typed, meant = (understand(text) for text in ("Nam 2024 co bao nhieu vu an?", "Năm 2024 có bao nhiêu vụ án?"))
    assert (typed.language, typed.periods, typed.kind) == (meant.language, meant.periods, meant.kind)
    assert typed.text == meant.text


def test_a_follow_up_without_them_is_one_too() -> None:
    history = [{"role": "user", "content": "Nam 2024 co bao nhieu vu an?"}, {"role": "assistant", "content": "9."}]
    assert understand("con nam 2023 thi sao?", history).text == "Năm 2023 có bao nhiêu vụ án?"


@given(st.text(alphabet="abcdeghiklmnopqrstuvxy ABDHNT.,?'0123", max_size=80))
def test_only_accents_change(text: str) -> None:
    found = accented(text)
    assert len(found) == len(text)
    assert fold(found) == fold(text)
    assert [char.isupper() for char in found] == [char.isupper() for char in text]


@given(st.text(max_size=60))
def test_any_text_can_be_given(text: str) -> None:
    assert fold(accented(text)) == fold(text)
    assert isinstance(is_bare(text), bool)
