"""Small scorers, each a value with its explanation and the source of its definition. What cannot be scored is None,
which is not zero."""

from evals.scorers.citations import citation_precision, citation_recall, citation_relevance, number_fidelity
from evals.scorers.claims import JudgedClaims, judge_claims
from evals.scorers.facts import answered_right, correctness, facts_given, holds
from evals.scorers.passages import context_precision, context_recall, rank_scores
from evals.scorers.refusals import abstention, names_what_is_missing, names_what_is_unsaid
from evals.scorers.service import answer_relevance, cost, language_match, latency

__all__ = [
    "JudgedClaims", "abstention", "answer_relevance", "answered_right", "citation_precision", "citation_recall",
    "citation_relevance", "context_precision", "context_recall", "correctness", "cost", "facts_given", "holds",
    "judge_claims", "language_match", "latency", "names_what_is_missing", "names_what_is_unsaid", "number_fidelity",
    "rank_scores",
]  # fmt: skip
