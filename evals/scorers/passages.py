"""Retrieval: is what answers among the passages found, and how high?"""

from __future__ import annotations

from collections.abc import Sequence
from math import log2

from evals.cases import Case
from evals.scorers.facts import holds
from evals.values import Score

DEPTH = 10
"""Passages that are looked at: what fits beside a question in most models' windows."""


def rank_scores(rank: int | None) -> list[Score]:
    """The measures of one relevant passage at a rank, from 1; None where it was not found among DEPTH.

    recall@k; the reciprocal rank (Voorhees 1999, TREC-8); nDCG@10, which for one relevant passage is 1 ÷ log2(rank + 1)
    (Järvelin & Kekäläinen 2002).
    """
    found = rank is not None and rank <= DEPTH
    at = rank if found and rank else 0
    why = f"at rank {at}" if found else f"not among the first {DEPTH}"
    recalls = [Score(f"recall@{k}", float(0 < at <= k), why) for k in (1, 5, 10)]
    return [*recalls, Score("mrr", 1 / at if at else 0.0), Score("ndcg@10", 1 / log2(at + 1) if at else 0.0)]


def context_recall(case: Case, passages: Sequence[tuple[str, str]]) -> Score:
    """The share of the expected facts that a passage found from an expected source holds: RAGAS' context recall
    (docs.ragas.io, "Context Recall"), with facts for the reference's sentences. `passages` are (source, text), best
    first. None where no fact is expected."""
    if not case.facts:
        return Score("context_recall", None)
    texts = [text for source, text in passages if _expected(case, source)]
    absent = [forms[0] for forms in case.facts if not any(holds(form, text) for form in forms for text in texts)]
    why = f"in no passage found: {absent}" if absent else ""
    return Score("context_recall", 1 - len(absent) / len(case.facts), why)


def context_precision(case: Case, passages: Sequence[tuple[str, str]]) -> Score:
    """The mean of precision@k over the ranks k of the relevant passages: RAGAS' context precision (docs.ragas.io,
    "Context Precision"), which is average precision over what was found. A passage is relevant that is from an
    expected source and holds an expected fact; 0 where none is. None where no fact is expected."""
    if not case.facts:
        return Score("context_precision", None)
    forms = [form for fact in case.facts for form in fact]
    relevant = [_expected(case, source) and any(holds(form, text) for form in forms) for source, text in passages]
    precisions = [sum(relevant[:rank]) / rank for rank, is_so in enumerate(relevant, start=1) if is_so]
    return Score("context_precision", sum(precisions) / len(precisions) if precisions else 0.0)


def _expected(case: Case, source: str) -> bool:
    return source.rsplit("/", 1)[-1] in case.sources
