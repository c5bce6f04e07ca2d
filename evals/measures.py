"""Every measure by name: what it is called, what it means, whose definition it is, and which way is better."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from ingest.errors import InputError


@dataclass(frozen=True, slots=True)
class Measure:
    """How a score is summarised and shown. A share is 0 to 1; `median` is for what has a long tail."""

    name: str
    label: str
    about: str
    unit: Literal["share", "ms", "money", "rate"] = "share"
    better: Literal["high", "low"] = "high"
    summary: Literal["mean", "median"] = "mean"


_ALL = (
    Measure("accuracy", "right", "Questions answered right or rightly refused: every expected fact in a quote from an "
            "expected report (correctness as ALCE has it for short facts, Gao et al. 2023)."),
    Measure("answered_right", "answered right", "Of the questions with an answer, those answered right."),
    Measure("abstention_precision", "refusals right", "Of the refusals, those that were right (as SQuAD 2.0 asks for "
            "both sides, Rajpurkar et al. 2018)."),
    Measure("abstention_recall", "unanswerable refused", "Of the questions without an answer, those refused."),
    Measure("abstention_f1", "abstention F1", "The harmonic mean of the two: 2·TP ÷ (2·TP + FP + FN)."),
    Measure("citation_precision", "citation precision", "Citations that are verbatim and from an expected report; "
            "without known reports, those that support their sentence or are needed to (ALCE, §4.3)."),
    Measure("citation_relevance", "citation relevance", "Citations whose quote holds an expected fact."),
    Measure("citation_recall", "citation recall", "Sentences that what they cite fully supports (ALCE, §4.3)."),
    Measure("groundedness", "groundedness", "Supported claims ÷ claims, by the judge (faithfulness, RAGAS: Es et al. "
            "2023; the same as FActScore's precision, Min et al. 2023)."),
    Measure("number_fidelity", "number fidelity", "Numbers said that are in the words cited (Zhao et al. 2020)."),
    Measure("context_recall", "context recall", "Expected facts that are in the passages found (RAGAS)."),
    Measure("context_precision", "context precision", "Whether what is relevant is ranked first: the mean of precision "
            "at each relevant rank (RAGAS; average precision)."),
    Measure("answer_relevance", "answer relevance", "How near the answer's meaning is to the question's (RAGAS, with "
            "the answer itself in the place of questions generated from it)."),
    Measure("language_match", "language match", "Whether it answers in the question's language."),
    Measure("names_missing", "names what is missing", "Rightful refusals that say what the reports lack."),
    Measure("names_unsaid", "names what is left unsaid", "Parts left unanswered that the answer says are."),
    Measure("recall@1", "recall@1", "Questions whose passage is found first."),
    Measure("recall@5", "recall@5", "Questions whose passage is among the first five."),
    Measure("recall@10", "recall@10", "Questions whose passage is among the first ten."),
    Measure("mrr", "MRR", "One over the rank of the passage, 0 beyond the tenth (Voorhees 1999)."),
    Measure("ndcg@10", "nDCG@10", "1 ÷ log2(rank + 1) for one relevant passage (Järvelin & Kekäläinen 2002)."),
    Measure("balanced_accuracy", "balanced accuracy", "The mean of the shares of supported and of unsupported claims "
            "judged right (as LLM-AggreFact reports it, Tang et al. 2024)."),
    Measure("supported_precision", "“supported” is right", "Of the claims judged supported, those that are."),
    Measure("supported_recall", "supported recognised", "Of the supported claims, those judged so."),
    Measure("label_accuracy", "right of three", "Supported, contradicted or not found: judged as labelled."),
    Measure("brier", "Brier score", "Squared error of the judge's probability (Brier 1950).", better="low"),
    Measure("agreement", "agrees with the label", "Answers that are grounded by the judge where a person says so."),
    Measure("conversation_right", "whole conversations right", "Conversations with every turn answered right."),
    Measure("robustness", "robustness", "Of the variants of a question answered right, those still answered right."),
    Measure("same_facts", "same facts", "Facts given for the question and its variant that are the same: Jaccard."),
    Measure("latency_ms", "time", "Median time of an answer.", "ms", "low", "median"),
    Measure("cost", "cost", "What an answer costs, where prices are set.", "money", "low"),
)  # fmt: skip

MEASURES: Mapping[str, Measure] = MappingProxyType({measure.name: measure for measure in _ALL})


def measure_of(name: str) -> Measure:
    """The measure of a name. Raises InputError for one that is none, with those that are."""
    if name not in MEASURES:
        raise InputError(f"no measure {name!r}; there are {', '.join(MEASURES)}")
    return MEASURES[name]


def label_of(name: str) -> str:
    """What a measure is called; of one that is not known here, its own name."""
    return MEASURES[name].label if name in MEASURES else name.replace("_", " ")


def is_share(name: str) -> bool:
    """Whether a measure is 0 to 1."""
    return name not in MEASURES or MEASURES[name].unit == "share"


def shown(name: str, value: float | None) -> str:
    """A figure as people read it; – where nothing was scored."""
    if value is None:
        return "–"
    unit = MEASURES[name].unit if name in MEASURES else "share"
    if unit == "ms":
        return f"{value:,.0f} ms"
    if unit == "money":
        return f"{value:.4f}"
    return f"{value:.3f}"
