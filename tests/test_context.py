"""A passage that goes on comes with the one before it, and what begins does not."""

from __future__ import annotations

import pytest
from asking import Over

from assistant import Assistant
from assistant.context import leans_back, starts_mid_thought

CRATES = (
    "The teachers of the island school sailed to the mainland in March to buy paper and ink for their pupils.",
    "They came home after nine days with four crates, and the harbour master let them land without paying any fee.",
    "However, one of the crates had been soaked by a wave, so that its paper could only be used to light the stove.",
    "The parents dried what was left of it on the roof of the boat house, under nets, for the whole of a week.",
)
NETS = (
    "Hợp tác xã của làng chài mua lưới mới bằng tiền bán cá trong mùa hè và chia cho từng gia đình một tấm.",
    "Tuy nhiên, ba tấm lưới bị rách ngay trong đêm đầu tiên vì sóng lớn đánh chúng vào những cọc gỗ ngoài bến.",
)


@pytest.fixture(scope="module")
def island(over: Over) -> Assistant:
    """Reports in passages of one sentence each."""
    return over(
        {
            "crates.txt": "\n\n".join(CRATES),
            "nets.txt": "\n\n".join(NETS),
            "goats.txt": "They say that a goat climbed the lighthouse on the second night of the year and slept.",
        },
        passage_tokens=40,
    )


@pytest.mark.parametrize(
    ("question", "opening", "before"),
    [
        ("Who came home after nine days with four crates?", "They", CRATES[0]),
        ("Which crates had been soaked by a wave?", "However", CRATES[1]),
        ("Mấy tấm lưới bị rách vì sóng lớn?", "Tuy nhiên", NETS[0]),
        ("What did the parents dry on the roof of the boat house?", "The parents", None),
        ("Why did the teachers sail to the mainland?", "The teachers", None),
        ("What climbed the lighthouse?", "They say", None),
    ],
)
def test_a_passage_that_goes_on_comes_with_the_one_before_it(
    island: Assistant, question: str, opening: str, before: str | None
) -> None:
    hit = island.search(question)[0]
    assert hit.text.startswith(opening)
    assert hit.before == before


def test_the_passage_before_is_measured_for_the_question_as_any_other(island: Assistant) -> None:
    evidence = island.evidence("Who came home after nine days with four crates?")
    alone = {item.passage.id: item for item in evidence}
    found = evidence[0].before
    assert found
    assert found.before is None
    assert found.passage.ordinal == evidence[0].passage.ordinal - 1
    assert found.measures == pytest.approx(alone[found.passage.id].measures)


@pytest.mark.parametrize(
    "text", ["They left.", "However, he came.", "Tuy nhiên, họ đi.", "Cependant, il vint.", "and so"]
)
def test_what_goes_on_is_told_by_its_first_words(text: str) -> None:
    assert starts_mid_thought(text)


@pytest.mark.parametrize(
    "text", ["The boats left.", "Những con tàu", "Hội nghị", "Theory", "Italy won.", "", "2024", "“"]
)
def test_what_begins_is_not_told_to_go_on(text: str) -> None:
    assert not starts_mid_thought(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ho Chi Minh City opened 30 cases.",
        "Hồ sơ được lưu tại phường.",
        "Bà Rịa - Vũng Tàu có 20 vụ.",
        "Đỗ Văn Bình chủ trì hội nghị.",
        "Ba tháng đầu năm có 20 vụ.",
        "Độ tuổi trung bình là 40.",
        "Day two of the meeting was quiet.",
    ],
)
def test_a_name_or_a_noun_is_no_pronoun(text: str) -> None:
    assert not leans_back(text)
