"""How likely evidence supports a claim: what is read and what is objected, weighed together; and what a judge reads."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.cross_encoder import Sentence
from assistant.grounding import Quote, Reason, check, of_all, weighed
from assistant.grounding.support import FAMILIES, exact_measures, read_measures, support, weights
from evals.judge import ReadingJudge
from evals.judge.evidence import NEAR, RUN, UNKNOWN, WIDE, Source
from ingest.documents import Passage, Span
from ingest.engine import Engine
from ingest.onnx_graph import FloatArray

TEXT = "The board closed nine of its fourteen offices in March. The chair, Ana Ruiz, blamed the rent."


class Reads:
    """A reader that gives every pair the same three probabilities, and keeps what it was asked."""

    def __init__(self, supports: float, contradicts: float = 0.1) -> None:
        self.said = [supports, contradicts, 1 - supports - contradicts]
        self.asked: list[tuple[str, str]] = []

    def answers(self, question: str, sentences: Sequence[Sentence]) -> list[float]:
        raise AssertionError(f"nothing answers here: {question}, {sentences}")

    def support(self, claim: str, evidence: Sequence[str]) -> FloatArray:
        self.asked += [(claim, text) for text in evidence]
        return np.array([self.said] * len(evidence), np.float32)


def quote(text: str = TEXT, language: str = "en") -> Quote:
    span = Span(0, len(text))
    return Quote(Passage("p", "d", 0, 0, len(text), text, (span,), "", language), span)


def near(_one: str, _other: str) -> float:
    return 1.0


def far(_one: str, _other: str) -> float:
    return 0.1


# -- in verification -----------------------------------------------------------------------------------

REWORDED = "In March the board closed nine offices."


def test_words_that_agree_pass_unless_reading_speaks_against_them() -> None:
    assert check(REWORDED, [quote()], None, near, Reads(0.85)).supported
    verdict = check(REWORDED, [quote()], None, near, Reads(0.001, 0.9))
    assert not verdict.supported
    assert verdict.reason == Reason.MEANING


def test_words_that_do_not_agree_pass_only_where_reading_is_sure() -> None:
    assert not check(REWORDED, [quote()], None, far).supported
    assert check(REWORDED, [quote()], None, far, Reads(0.99, 0.005)).supported
    assert not check(REWORDED, [quote()], None, far, Reads(0.4, 0.3)).supported


def test_no_reading_saves_a_wrong_figure() -> None:
    reader = Reads(0.99, 0.005)
    verdict = check("In March the board closed eight offices.", [quote()], None, near, reader)
    assert not verdict.supported
    assert verdict.reason is not None
    assert verdict.reason.startswith(Reason.NUMBER)
    assert reader.asked == [], "it is not even read"


def test_a_quote_as_it_stands_is_not_read() -> None:
    reader = Reads(0.0, 0.9)
    assert check(TEXT, [quote()], None, far, reader).supported
    assert reader.asked == []


# -- weighing ------------------------------------------------------------------------------------------


def test_what_reading_finds_raises_the_probability() -> None:
    found = [weighed(REWORDED, [quote()], [TEXT], Reads(p, 0.05))[0].probability for p in (0.05, 0.3, 0.6, 0.9)]
    assert found == sorted(found)
    assert found[0] < 0.5 < found[-1]


def test_what_is_objected_lowers_the_probability() -> None:
    right, objections = weighed(REWORDED, [quote()], [TEXT], Reads(0.6))
    wrong, objected = weighed(REWORDED.replace("nine", "eight"), [quote()], [TEXT], Reads(0.6))
    assert not objections
    assert [one.reason for one in objected] == [Reason.NUMBER]
    assert right.probability > 0.5 > wrong.probability


def test_every_objection_is_of_one_family() -> None:
    families = [reason for family in FAMILIES.values() for reason in family]
    never_raised_by_the_checks = {Reason.NO_QUOTE, Reason.CLIPPED, Reason.MEANING}
    assert sorted(families) == sorted(set(Reason) - never_raised_by_the_checks)


def test_only_measures_weigh() -> None:
    exact = exact_measures([], 0.0, False, False)
    reading = read_measures("a", ["b"], Reads(0.5))
    strange = Source(LONG).strange("Ana Ruiz closed nine offices.")
    for evidence in ("quoted", "searched"):
        assert set(weights()[evidence]) <= {*exact, *reading, *strange, "intercept"}
    assert support(exact | reading).against == pytest.approx(reading["against"])


def test_of_several_places_the_one_that_supports_most_counts() -> None:
    class One(Reads):
        def support(self, claim: str, evidence: Sequence[str]) -> FloatArray:
            del claim
            return np.array([[0.9, 0.05, 0.05] if "nine" in text else [0.1, 0.1, 0.8] for text in evidence], np.float32)

    read = read_measures("a", ["of eight", "of nine", "of ten"], One(0.5))
    assert read["best"] > 0 > read["near"] == read["wide"]


def test_what_stands_nowhere_in_a_long_source_lowers_the_probability() -> None:
    source = Source(LONG)
    found = [
        weighed(claim, [quote(LONG)], source.to_read(claim), Reads(0.6), source.strange(claim))[0].probability
        for claim in (TEXT, "The board closed nine of its fourteen markets in March.", "Bo Lim closed 7,000 markets.")
    ]
    assert found == sorted(found, reverse=True)
    assert len(set(found)) == 3


PROBABILITIES = st.lists(st.floats(0, 1), min_size=2, max_size=12)


@given(PROBABILITIES, st.integers(0, 11), st.floats(0, 1))
def test_an_answer_is_no_likelier_for_a_claim_that_is_less_likely(each: list[float], at: int, other: float) -> None:
    lower = list(each)
    lower[at % len(each)] = min(other, each[at % len(each)])
    assert 0 <= of_all(lower) <= of_all(each) + 1e-9 <= 1 + 1e-9


def test_of_one_claim_there_is_nothing_to_weigh() -> None:
    assert of_all([0.37]) == 0.37


# -- what is read of a long passage --------------------------------------------------------------------

LONG = " ".join(f"Ward {n} counted {n} boats and {n + 3} nets in the spring." for n in range(60)) + " " + TEXT


def test_the_nearest_sentences_are_read_few_and_then_more_in_their_order() -> None:
    few, more = Source(LONG).nearest("Which offices did the board close, and what did Ana Ruiz blame?")
    assert TEXT in few
    assert len(few) <= NEAR < len(more) <= WIDE + 60
    assert LONG.index(more[:20]) < LONG.index(TEXT), "in the order of the passage"


def test_a_short_passage_is_read_whole() -> None:
    assert Source(TEXT).nearest("anything") == [TEXT]


def test_of_a_long_passage_the_nearest_sentence_is_read_and_those_about_it() -> None:
    one, run = Source(LONG).to_read("The board closed nine of its fourteen offices.")
    assert one == "The board closed nine of its fourteen offices in March."
    assert one in run
    assert run in LONG
    assert len(run) <= RUN + 60


def test_across_languages_what_is_nearest_in_meaning_is_read(engine: Engine) -> None:
    text = " ".join(f"Phường {n} có {n} con thuyền và {n + 3} tấm lưới." for n in range(40))
    text += " Hội đồng đã đóng cửa chín văn phòng vào tháng ba. Chủ tịch đổ lỗi cho tiền thuê nhà."
    one, run = Source(text).to_read("The board closed nine offices in March.", lambda: engine)
    assert "chín văn phòng" in one
    assert one in run


@pytest.mark.parametrize(
    ("claim", "pairs", "numbers", "names"),
    [
        ("Ward 7 counted 7 boats and ten nets.", 2 / 7, 0, 0),
        ("ward 7 counted 1,111 boats", 2 / 4, 1, 0),
        ("Jo Kwon counted boats", 3 / 3, 0, 2),
        ("Happily, Ana Ruiz blamed the rent.", 1 / 5, 0, 0),
        ("Ana Ruiz blamed the rent.", 0.0, 0, 0),
        ("RUIZ, Ana: the rents", 2 / 3, 0, 0),
        ("", 0.0, 0, 0),
    ],
)
def test_what_a_source_has_not(claim: str, pairs: float, numbers: int, names: int) -> None:
    found = Source(LONG).strange(claim)
    assert found["new_pairs"] == pytest.approx(pairs)
    assert (found["new_numbers"], found["new_names"]) == (numbers, names)


def test_a_translation_has_other_words_than_its_source() -> None:
    found = Source(LONG).strange("Hội đồng đã đóng cửa 9 văn phòng, bà Ana Ruiz nói.")
    assert found == {"new_pairs": UNKNOWN, "new_numbers": 0.0, "new_names": 0.0}


@settings(deadline=None)
@given(st.text(max_size=800), st.text(max_size=80))
def test_any_text_has_evidence_of_its_own_words(text: str, claim: str) -> None:
    source = Source(text)
    for evidence in [*source.nearest(claim), *source.to_read(claim)]:
        assert set("".join(evidence.split())) <= set(text)
    found = source.strange(claim)
    assert 0 <= found["new_pairs"] <= 1
    assert min(found.values()) >= 0


# -- as a judge ----------------------------------------------------------------------------------------


def test_all_sentences_of_a_claim_must_be_supported() -> None:
    class Doubts(Reads):
        def support(self, claim: str, evidence: Sequence[str]) -> FloatArray:
            self.said = [0.02, 0.9, 0.08] if "Peru" in claim else [0.98, 0.01, 0.01]
            return super().support(claim, evidence)

    judge = ReadingJudge(lambda: Doubts(0.5))
    judgement = judge.judge(f"{REWORDED} It was sold to Peru.", [TEXT])
    assert not judgement.supported
    assert judgement.label == "contradicted"
    assert judgement.probability < 0.5
    assert judge.judge(f"{REWORDED} The chair blamed the rent.", [TEXT]).supported


@pytest.mark.parametrize(
    ("claim", "label"),
    [
        (REWORDED, "supported"),
        ("In March the board closed eleven offices.", "contradicted"),
        ("The offices were closed because of a flood.", "not_found"),
    ],
)
def test_the_network_that_ships_judges(claim: str, label: str) -> None:
    from assistant.cross_encoder import open_cross_encoder

    judgement = ReadingJudge(open_cross_encoder).judge(claim, [TEXT])
    assert judgement.supported == (label == "supported"), judgement


def test_where_only_reading_decides_the_words_that_the_passage_has_not_are_named() -> None:
    claim = "The chair, Ana Ruiz, cursed the rent."
    judgement = ReadingJudge(lambda: Reads(0.01, 0.01)).judge(claim, [TEXT])
    assert (judgement.label, judgement.layer) == ("not_found", "cross-encoder")
    assert judgement.words == ("cursed",)
