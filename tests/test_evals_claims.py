"""Answers of any system: read as claims, and scored against what came with them."""

from __future__ import annotations

import pytest

from evals.claims import claims_of
from evals.judge import ExactJudge
from evals.scorers import judge_claims

PASSAGES = {1: "The port handled 1,240 ships in 2022.", 2: "Nearly 40 percent of the cargo was timber."}


def judged(answer: str) -> dict[str, float | None]:
    return {score.name: score.value for score in judge_claims(claims_of(answer), PASSAGES, ExactJudge()).scores}


@pytest.mark.parametrize(
    ("answer", "recall", "precision", "grounded", "numbers"),
    [
        ("The port handled 1,240 ships in 2022 [1].", 1, 1, 1, 1),
        ("The port handled 1,240 ships in 2022. [1]", 1, 1, 1, 1),
        ("The port handled 1,240 ships in 2022 [1][2].", 1, 0.5, 1, 1),
        ("The port handled 1,240 ships in 2022 [2].", 0, 0, 1, 1),
        ("The port handled 1,240 ships in 2022 [7].", 0, 0, 1, 1),
        ("The port handled 1,240 ships in 2022.", 0, None, 1, 1),
        ("The port handled 1,420 ships in 2022 [1].", 0, 0, 0, 0.5),
        ("It handled 1,240 ships in 2022 [1]. Nearly 40 percent of the cargo was coal dust [2].", 0.5, 0.5, 0.5, 1),
        ("", None, None, None, None),
    ],
)
def test_citations_score_as_in_alce(
    answer: str, recall: float | None, precision: float | None, grounded: float | None, numbers: float | None
) -> None:
    assert judged(answer) == {
        "citation_recall": recall, "citation_precision": precision, "groundedness": grounded,
        "number_fidelity": numbers,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "claims"),
    [
        ("One thing is so [1]. Another is not. [2, 3]", [("One thing is so.", (1,)), ("Another is not.", (2, 3))]),
        ("In short:\n- First point here [^1]\n- Second point here [2-4].",
         [("First point here", (1,)), ("Second point here.", (2, 3, 4))]),
        ("Nothing cited here.", [("Nothing cited here.", ())]),
        ("**\n\n...", []),
    ],
)  # fmt: skip
def test_an_answer_is_read_as_claims_with_what_they_cite(
    answer: str, claims: list[tuple[str, tuple[int, ...]]]
) -> None:
    assert [(claim.text, claim.cites) for claim in claims_of(answer)] == claims
