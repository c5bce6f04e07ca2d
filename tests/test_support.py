"""How likely evidence supports a claim: what is read and what is objected, weighed together; and what a judge reads."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from libraries import WordsEngine

from assistant.cross_encoder import Sentence
from assistant.grounding import Quote, Reason, check, weighed
from assistant.grounding.support import FAMILIES, exact_measures, read_measures, support, weights
from evals.judge import ExactJudge, Judge, ReadingJudge
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
    found = Source(LONG).strange("Tháng 3, Hội đồng Việt Nam đã đóng cửa 9 văn phòng, bà Ana Ruiz nói.")
    assert found == {"new_pairs": UNKNOWN, "new_numbers": 0.0, "new_names": 0.0}


def test_a_name_is_known_by_whole_words() -> None:
    assert Source("The plant planned a channel. " * 30).strange("It was said by Ann Han.")["new_names"] == 2


def test_one_long_sentence_is_quoted_and_not_searched() -> None:
    assert not Source("It closed nine offices, " + "and then it rained, " * 50 + "in March.").is_long
    assert Source(LONG).is_long


def test_lines_of_a_wrapped_text_are_no_sentences() -> None:
    wrapped = TEXT.replace("of its", "of\nits").replace("in March", "in\nMarch")
    assert Source(wrapped).sentences[0].startswith("The board closed nine of its fourteen offices in")
    assert Source("Offices\nClosed: nine\n- in March\n\nand in May").sentences == [
        "Offices", "Closed: nine", "- in March", "and in May"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("claim", "says"),
    [
        (TEXT, True),
        ("The board closed nine of its fourteen offices in March", True),
        ("The chair, Ana Ruiz, blamed the rent.", True),
        ("closed nine of its fourteen offices in March.", False),
        ("nine", False),
        (f"{TEXT} Nobody came.", False),
        ("", False),
        ("...", False),
    ],
)
def test_a_source_says_whole_sentences(claim: str, says: bool) -> None:
    assert Source(f"It rained. {TEXT} It snowed.").says(claim) is says


@pytest.mark.parametrize("judge", [ExactJudge(), ReadingJudge(lambda: Reads(0.02, 0.9))])
@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("84 defendants were tried.", "In 2024 the court sat. In all 1,884 defendants were tried."),
        ("The chair resigned.", "It is not true that the chair resigned."),
        ("5", "There were 15 cases."),
        ("...", TEXT),
        ("?!", TEXT),
    ],
)
def test_words_out_of_a_sentence_are_no_quote_of_it(judge: Judge, claim: str, text: str) -> None:
    assert not judge.judge(claim, [text]).supported


def test_vectors_are_of_the_engine_that_is_asked(engine: Engine) -> None:
    class Short(WordsEngine):
        name = "short"

    source = Source(LONG)
    claim = "Hội đồng đã đóng cửa chín văn phòng."
    read = [source.to_read(claim, lambda one=one: one) for one in (Short(), engine, Short())]
    assert all(read)


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


@pytest.mark.parametrize("text", [TEXT, LONG], ids=["short", "long"])
def test_an_answer_is_no_likelier_than_the_least_likely_of_its_claims(text: str) -> None:
    class Doubts(Reads):
        def support(self, claim: str, evidence: Sequence[str]) -> FloatArray:
            self.said = [0.3, 0.4, 0.3] if "weather" in claim else [0.98, 0.01, 0.01]
            return super().support(claim, evidence)

    judge = ReadingJudge(lambda: Doubts(0.5))
    claim = "Ana Ruiz blamed the weather."
    alone = judge.judge(claim, [text]).probability
    assert judge.judge(f"{claim} {claim}", [text]).probability == alone
    assert judge.judge(f"{claim} {REWORDED}", [text]).probability == min(
        alone, judge.judge(REWORDED, [text]).probability
    )


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
