"""A question without its period and place, and what led to them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.text.bare import SHORTEST, bare


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("How many were fined in Hanoi in 2024?", "How many were fined?"),
        ("How did the number of defendants change from 2023 to 2024?", "How did the number of defendants change?"),
        ("Who chaired the conference of December 31?", "Who chaired the conference?"),
        ("In 2024, 848 new cases were opened.", "848 new cases were opened."),
        ("Combien de dialogues ont été menés à Quang Tri en 2025 ?", "Combien de dialogues ont été menés?"),
        ("Why was the bridge closed?", "Why was the bridge closed?"),
        ("Hanoi in 2024?", "Hanoi in 2024?"),
    ],
)
def test_period_and_place_go_with_the_words_that_led_to_them(text: str, left: str) -> None:
    assert bare(text) == left


def test_a_place_in_another_spelling_goes_too() -> None:
    asked = "Năm 2025 Tuyên Quang tiến hành bao nhiêu cuộc thanh tra?"
    assert bare(asked, ["Tuyen Quang"]) == "Tiến hành bao nhiêu cuộc thanh tra?"


@given(st.text(max_size=200))
def test_something_is_always_left(text: str) -> None:
    left = bare(text)
    assert left == text or len(left) > SHORTEST
    assert set("".join(left.split()).casefold()) <= set(text.casefold())
