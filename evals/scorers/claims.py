"""Claims against the passages of any system, by a judge: groundedness, and ALCE's citation recall and precision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from evals.claims import MOST_CLAIMS, Claim
from evals.judge.judgement import Judge, Judgement
from evals.scorers.facts import values_of
from evals.values import Score
from ingest.text.numbers import find_numbers


@dataclass(slots=True)
class JudgedClaims:
    """The claims of one answer with what the judge says of each, and the scores that follow."""

    judgements: list[tuple[Claim, Judgement]]
    scores: list[Score]
    unread: int = 0
    """Claims beyond MOST_CLAIMS, which nobody judged."""
    wrong: list[str] = field(default_factory=list)
    """Each claim that is not supported, and why."""


def judge_claims(
    claims: Sequence[Claim], passages: Mapping[int, str], judge: Judge, question: str | None = None
) -> JudgedClaims:
    """Every measure of an answer that needs nothing but its evidence. Raises ModelError as the judge does.

    `passages` are the texts by the numbers that claims cite; a number that is none of them supports nothing.
    """
    read = list(claims)[:MOST_CLAIMS]
    everything = list(passages.values())
    judgements = [(claim, judge.judge(claim.text, everything, question)) for claim in read]
    wrong = [f"“{_short(claim.text)}”: {j.reason or j.label}" for claim, j in judgements if not j.supported]
    scores = [
        groundedness([judgement for _, judgement in judgements]),
        *_citations(read, passages, judge, question),
        numbers_held(read, everything),
    ]
    return JudgedClaims(judgements, scores, max(0, len(claims) - MOST_CLAIMS), wrong)


def groundedness(judgements: Sequence[Judgement]) -> Score:
    """Supported claims ÷ claims, over all the evidence: faithfulness as RAGAS has it (Es et al. 2023,
    arXiv:2309.15217, §3), with sentences for claims; FActScore's precision (Min et al. 2023, arXiv:2305.14251). None
    where nothing is claimed."""
    if not judgements:
        return Score("groundedness", None, "claims nothing")
    supported = sum(judgement.supported for judgement in judgements)
    why = "" if supported == len(judgements) else f"{len(judgements) - supported} of {len(judgements)} not supported"
    return Score("groundedness", supported / len(judgements), why)


def _citations(claims: Sequence[Claim], passages: Mapping[int, str], judge: Judge, question: str | None) -> list[Score]:
    """ALCE's citation recall and precision (Gao et al. 2023, arXiv:2305.14627, §4.3), the judge in the place of an
    entailment model.

    A sentence is recalled when all it cites, together, supports it. A citation is imprecise when its sentence is not
    recalled, or when alone it does not support the sentence while the others without it do. Recall is None where
    nothing is claimed, precision where nothing is cited.
    """
    recalled: list[bool] = []
    precise: list[bool] = []
    beside: list[str] = []
    for claim in claims:
        cited = [n for n in claim.cites if n in passages]
        whole = bool(cited) and judge.judge(claim.text, [passages[n] for n in cited], question).supported
        recalled.append(whole)
        for n in claim.cites:
            needed = whole and n in passages and _needed(n, cited, claim, passages, judge, question)
            precise.append(needed)
            if not needed:
                beside.append(f"[{n}]")
    uncited = sum(not claim.cites for claim in claims)
    why = f"{uncited} of {len(claims)} sentences cite nothing" if uncited else ""
    return [
        Score("citation_recall", sum(recalled) / len(recalled) if recalled else None, why),
        Score("citation_precision", sum(precise) / len(precise) if precise else None, " ".join(beside[:20])),
    ]


def _needed(
    n: int, cited: Sequence[int], claim: Claim, passages: Mapping[int, str], judge: Judge, question: str | None
) -> bool:
    """Whether a citation of a supported claim supports it alone, or is missed by the others."""
    others = [passages[other] for other in cited if other != n]
    if not others:
        return True
    if judge.judge(claim.text, [passages[n]], question).supported:
        return True
    return not judge.judge(claim.text, others, question).supported


def numbers_held(claims: Sequence[Claim], passages: Sequence[str]) -> Score:
    """The share of the numbers said that the evidence holds, by value (numeric consistency, Zhao et al. 2020,
    arXiv:2009.13312). None where no number is said."""
    held = values_of(passages)
    said = [number.value for claim in claims for number in find_numbers(claim.text)]
    missing: list[Decimal] = [value for value in said if value not in held]
    if not said:
        return Score("number_fidelity", None)
    why = f"in no passage: {', '.join(map(str, missing[:8]))}" if missing else ""
    return Score("number_fidelity", 1 - len(missing) / len(said), why)


def _short(text: str) -> str:
    return text if len(text) <= 160 else f"{text[:157]}…"
