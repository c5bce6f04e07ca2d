"""Silence: whether it refuses where it should, and says what is missing."""

from __future__ import annotations

from assistant.answer import Answer
from evals.cases import Case
from evals.values import Score
from ingest.text.words import fold


def abstention(to_refuse: bool, abstained: bool) -> list[Score]:
    """Precision, recall and F1 of refusing, as SQuAD 2.0 asks for both sides (Rajpurkar et al. 2018, arXiv:1806.03822).

    Precision is over the refusals, recall over the questions to refuse. F1 = 2·TP ÷ (2·TP + FP + FN) is a weighted
    mean: a rightful refusal counts 1 with weight 2, a wrong refusal or a wrong answer 0 with weight 1, and a rightful
    answer nothing. So its interval and its test are those of any mean.
    """
    right = to_refuse == abstained
    f1 = Score("abstention_f1", float(right), weight=2.0 if right else 1.0)
    return [
        Score("abstention_precision", float(to_refuse) if abstained else None),
        Score("abstention_recall", float(abstained) if to_refuse else None),
        f1 if to_refuse or abstained else Score("abstention_f1", None),
    ]


def names_what_is_missing(case: Case, answer: Answer) -> Score:
    """Whether a rightful refusal names what is missing; None for other answers."""
    if not (case.refuse and answer.abstained and case.missing):
        return Score("names_missing", None)
    return Score("names_missing", float(fold(case.missing) in fold(answer.answer)), f"should name {case.missing!r}")


def names_what_is_unsaid(case: Case, answer: Answer) -> Score:
    """The share of what the reports leave unsaid that the answer to the rest names.

    It is looked for beside the statements: in what else the answer says, or in the notice that comes with it.
    None for a question that is answered in full. One that is refused whole, or answered as if nothing were missing,
    has 0: the reader of half an answer must be told that it is half.
    """
    if not case.unsaid:
        return Score("names_unsaid", None)
    notice = fold("" if answer.abstained else _beside_statements(answer))
    passed_over = [forms[0] for forms in case.unsaid if not any(fold(form) in notice for form in forms)]
    return Score(
        "names_unsaid",
        1 - len(passed_over) / len(case.unsaid),
        f"does not say that the reports leave out {passed_over}" if passed_over else "",
    )


def _beside_statements(answer: Answer) -> str:
    """What the reader is told besides the statements."""
    text = answer.answer
    for statement in answer.statements:
        text = text.replace(statement.text, " ").replace(statement.lead_in or statement.text, " ")
    return " ".join((text, answer.reason or "", str(answer.usage.get("notice") or "")))
