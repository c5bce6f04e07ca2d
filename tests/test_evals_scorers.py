"""The scorers tell a right answer from a wrong one."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from evaluating import BOTH, CASE, PARTIAL, REFUSAL, answered, refused, saying

from assistant import Assistant, Citation, Statement
from evals.scorers import (
    abstention,
    citation_precision,
    citation_recall,
    citation_relevance,
    context_precision,
    context_recall,
    correctness,
    holds,
    language_match,
    names_what_is_missing,
    names_what_is_unsaid,
    number_fidelity,
    rank_scores,
)

pytest_plugins = ["evaluating"]


def test_a_right_answer_has_full_marks(reader: Assistant, national: Callable[..., Citation]) -> None:
    answer = answered(national(BOTH))

    assert correctness(CASE, answer).value == citation_precision(CASE, answer, reader).value == 1
    assert citation_relevance(CASE, answer, reader).value == citation_recall(answer, reader).value == 1
    assert number_fidelity(answer).value == 1
    assert names_what_is_missing(CASE, answer).value is names_what_is_unsaid(CASE, answer).value is None


def test_a_fact_that_is_missing_is_named(national: Callable[..., Citation]) -> None:
    scored = correctness(CASE, answered(national("opened 848 new corruption cases")))

    assert scored.value == 0
    assert "1,884" in scored.why


def test_the_right_words_from_a_wrong_source_are_wrong(reader: Assistant, national: Callable[..., Citation]) -> None:
    answer = answered(national(BOTH, source="corpus/2023-national-conference-nghe-an.md"))

    assert correctness(CASE, answer).value == 0
    assert citation_precision(CASE, answer, reader).value == 0


@pytest.mark.parametrize("changes", [{"start": 5}, {"quote": "opened 849 new corruption cases"}, {"end": 10**9}])
def test_a_quote_that_is_not_verbatim_at_its_offsets_is_imprecise(
    changes: dict[str, Any], reader: Assistant, national: Callable[..., Citation]
) -> None:
    answer = answered(national(BOTH), national("nearly 60,000 petitions", n=2, **changes))

    assert citation_precision(CASE, answer, reader).value == 0.5


def test_a_refusal_where_there_is_an_answer_is_wrong() -> None:
    answer = refused("The reports do not say.")

    assert correctness(CASE, answer).value == 0
    assert [score.value for score in abstention(False, True)] == [0, None, 0]


def test_an_answer_where_there_is_none_is_wrong(reader: Assistant, national: Callable[..., Citation]) -> None:
    answer = answered(national(BOTH))

    assert correctness(REFUSAL, answer).value == 0
    assert [score.value for score in abstention(True, False)] == [None, 0, 0]
    assert citation_precision(REFUSAL, answer, reader).value == 0


def test_a_rightful_refusal_is_right_and_better_when_it_names_what_is_missing(reader: Assistant) -> None:
    named, bare = refused("The reports cover 2023 and 2024, not 2021."), refused("The reports do not say.")

    assert correctness(REFUSAL, bare).value == 1
    assert names_what_is_missing(REFUSAL, named).value == 1
    assert names_what_is_missing(REFUSAL, bare).value == 0
    assert citation_precision(REFUSAL, bare, reader).value is None
    assert names_what_is_missing(CASE, bare).value is None


def test_a_figure_that_is_quoted_but_not_said_is_wrong(national: Callable[..., Citation]) -> None:
    answer = saying("Over a thousand cases were opened.", national(BOTH))

    assert correctness(CASE, answer).value == 0


def test_what_an_answer_must_never_say_makes_it_wrong(national: Callable[..., Citation]) -> None:
    case = dataclasses.replace(CASE, never=("Approved",))
    right = answered(national(BOTH))

    assert correctness(case, right).value == 1
    scored = correctness(case, right.model_copy(update={"answer": f"{right.answer} APPROVED"}))
    assert scored.value == 0
    assert "Approved" in scored.why
    assert correctness(dataclasses.replace(REFUSAL, never=("9,999",)), refused("9,999 is not said.")).value == 0


def test_two_reports_are_compared_only_when_both_are_cited(national: Callable[..., Citation]) -> None:
    other = "tong-ket-2024-dak-lak.html"
    case = dataclasses.replace(CASE, sources=(*CASE.sources, other), sources_needed=2)
    first, again = national(BOTH), national(BOTH, n=2)

    assert correctness(case, answered(first, again)).value == 0
    assert correctness(case, answered(first, national(BOTH, n=2, source=f"corpus/{other}"))).value == 1


def test_a_citation_that_is_beside_the_question_is_precise_and_not_relevant(
    reader: Assistant, national: Callable[..., Citation]
) -> None:
    answer = answered(national(BOTH), national("nearly 60,000 petitions", n=2))

    assert citation_precision(CASE, answer, reader).value == 1
    assert citation_relevance(CASE, answer, reader).value == 0.5
    assert citation_relevance(REFUSAL, answer, reader).value is None
    assert citation_relevance(CASE, refused("no"), reader).value is None


@pytest.mark.parametrize(
    ("said", "recall"),
    [
        (BOTH, 1),
        ("opened 848 new corruption cases", 1),
        (f"– {BOTH.upper()}!", 1),
        ("848 new cases of corruption were opened, with 1,884 defendants", 1),
        ("opened 849 new corruption cases against 1,884 defendants", 0),
        ("The volleyball team opened 848 new halls in the mountains", 0),
        ("848", 1),
        ("884 defendants", 0),
        ("Corruption has ended in every province of the country", 0),
    ],
)
def test_a_statement_is_supported_by_the_words_it_cites(
    said: str, recall: float, reader: Assistant, national: Callable[..., Citation]
) -> None:
    assert citation_recall(saying(said, national(BOTH)), reader).value == recall


def test_a_statement_without_a_true_citation_is_not_supported(
    reader: Assistant, national: Callable[..., Citation]
) -> None:
    answer = answered(national(BOTH))
    bare = Statement(text=BOTH, citations=[], support=1.0)

    half = answer.model_copy(update={"statements": [*answer.statements, bare]})
    assert citation_recall(half, reader).value == 0.5
    assert citation_recall(answered(national(BOTH, end=10**9)), reader).value == 0
    assert citation_recall(refused("no"), reader).value is None


def test_one_citation_that_supports_is_enough(reader: Assistant, national: Callable[..., Citation]) -> None:
    beside, supports = national("nearly 60,000 petitions"), national(BOTH, n=2)

    assert citation_recall(saying(BOTH, beside, supports), reader).value == 1


def test_words_do_not_judge_another_language_but_numbers_do(
    reader: Assistant, national: Callable[..., Citation]
) -> None:
    def said(text: str) -> float | None:
        answer = saying(text, national(BOTH)).model_copy(update={"language": "fr"})
        return citation_recall(answer, reader).value

    assert said("848 nouvelles affaires ont été ouvertes contre 1 884 personnes") is None
    assert said("849 nouvelles affaires ont été ouvertes contre 1 884 personnes") == 0


@pytest.mark.parametrize(
    ("said", "fidelity"),
    [
        (BOTH, 1),
        ("1 884 defendants", 1),
        ("849 cases, 1,884 defendants", 0.5),
        ("1,885 defendants", 0),
        ("In 2024, 848 cases", 1),  # the year is the period of the report
        ("In 2023, 848 cases", 0.5),
        ("Many cases", None),
    ],
)
def test_the_numbers_said_are_those_of_the_quotes(
    said: str, fidelity: float | None, national: Callable[..., Citation]
) -> None:
    assert number_fidelity(saying(said, national(BOTH, period="2024"))).value == fidelity


def test_a_number_is_looked_for_in_the_quotes_of_its_own_statement(national: Callable[..., Citation]) -> None:
    cited = national(BOTH), national("nearly 60,000 petitions", n=2)
    swapped = [Statement(text="60,000 petitions", citations=[1], support=1.0)]

    assert number_fidelity(answered(*cited).model_copy(update={"statements": swapped})).value == 0


def test_what_is_computed_is_left_out(reader: Assistant, national: Callable[..., Citation]) -> None:
    quoted = answered(national(BOTH))
    result = Statement(text="That is 2.2 defendants a case.", citations=[1], support=1.0, computed=True)

    both = quoted.model_copy(update={"statements": [*quoted.statements, result]})
    alone = quoted.model_copy(update={"statements": [result]})
    assert number_fidelity(both).value == citation_recall(both, reader).value == 1
    assert number_fidelity(alone).value is citation_recall(alone, reader).value is None


@pytest.mark.parametrize(("reckoned", "right"), [("1,884 − 848 = 1,036", 1), ("1,884 − 849 = 1,035", 0), (None, 1)])
def test_who_reckons_must_come_to_the_result(
    reckoned: str | None, right: float, national: Callable[..., Citation]
) -> None:
    answer = answered(national(BOTH))
    if reckoned:
        result = Statement(text=reckoned, citations=[1], support=1.0, computed=True)
        answer = answer.model_copy(update={"statements": [*answer.statements, result]})

    assert correctness(dataclasses.replace(CASE, computed=("1,036",)), answer).value == right


def test_half_an_answer_must_say_what_is_missing(national: Callable[..., Citation]) -> None:
    bare = answered(national(BOTH))
    notice = "The reports say nothing of 2021."
    told = bare.model_copy(update={"answer": f"{bare.answer} {notice}"})
    noticed = bare.model_copy(update={"usage": {"notice": notice}})
    quoted = saying(f"{BOTH} in 2021", national(BOTH))
    statement = bare.statements[0].model_copy(update={"lead_in": "As reported in 2021:"})
    led = bare.model_copy(update={"statements": [statement], "answer": f"As reported in 2021: {bare.answer}"})

    assert correctness(PARTIAL, bare).value == 1
    assert names_what_is_unsaid(PARTIAL, told).value == names_what_is_unsaid(PARTIAL, noticed).value == 1
    assert names_what_is_unsaid(PARTIAL, bare).value == 0
    assert names_what_is_unsaid(PARTIAL, quoted).value == names_what_is_unsaid(PARTIAL, led).value == 0
    assert names_what_is_unsaid(PARTIAL, refused("nothing of 2021")).value == 0
    assert names_what_is_unsaid(CASE, told).value is None


@pytest.mark.parametrize(
    ("form", "text", "held"),
    [
        ("1,884", "against 1 884 personnes", True),
        ("1,884", "với 1.884 bị can", True),
        ("1,884", "against 1\u202f884", True),
        ("1,884", "against 11,884", False),
        ("1,884", "against 1,885", False),
        ("884", "against 1,884", False),
        ("200", "more than two hundred", True),
        ("60.000", "nearly 60,000 petitions", True),
        ("To Lam", "General Secretary Tô Lâm", True),
        ("sept projets majeurs", "Sept  projets\nmajeurs sont sortis", True),
        ("six tâches clés", "cinq tâches clés", False),
    ],
)
def test_facts_are_held_by_value_and_without_accents(form: str, text: str, held: bool) -> None:
    assert holds(form, text) == held


# -- refusing ------------------------------------------------------------------------------------


def test_abstention_f1_is_the_weighted_mean_of_its_scores() -> None:
    answers = [(True, True)] * 6 + [(True, False)] * 2 + [(False, True)] * 3 + [(False, False)] * 9
    scores = [s for to_refuse, abstained in answers for s in abstention(to_refuse, abstained)]

    def mean(name: str) -> float:
        found = [(s.value, s.weight) for s in scores if s.name == name and s.value is not None]
        return sum(value * weight for value, weight in found) / sum(weight for _, weight in found)

    assert mean("abstention_precision") == 6 / 9
    assert mean("abstention_recall") == 6 / 8
    assert mean("abstention_f1") == pytest.approx(2 * 6 / (2 * 6 + 3 + 2))


# -- passages ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rank", "values"),
    [(1, [1, 1, 1, 1, 1]), (3, [0, 1, 1, 1 / 3, 0.5]), (10, [0, 0, 1, 0.1, 0.289]), (None, [0] * 5), (11, [0] * 5)],
)
def test_ranks_score_as_their_definitions_say(rank: int | None, values: list[float]) -> None:
    assert [score.value for score in rank_scores(rank)] == pytest.approx(values, abs=1e-3)


def test_context_recall_counts_facts_and_context_precision_their_ranks() -> None:
    source = CASE.sources[0]
    half, whole = "848 cases", "848 cases and 1,884 defendants"

    assert context_recall(CASE, [(source, half)]).value == 0.5
    assert context_recall(CASE, [("other.txt", whole)]).value == 0
    assert context_recall(REFUSAL, [(source, whole)]).value is None
    assert context_precision(CASE, [("other.txt", whole), (source, half)]).value == 0.5
    assert context_precision(CASE, [(source, half), ("other.txt", "x"), (source, whole)]).value == pytest.approx(5 / 6)


def test_a_language_is_matched_only_where_it_can_be_told() -> None:
    assert language_match("fr", "La commission a ouvert une enquête sur les marchés").value == 1
    assert language_match("en", "La commission a ouvert une enquête sur les marchés").value == 0
    assert language_match("en", "848").value is None
