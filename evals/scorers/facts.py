"""Right or wrong: the facts that an answer must give, from the reports it may cite."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from assistant.answer import Answer, Citation
from evals.cases import Case
from evals.values import Score
from ingest.text.numbers import find_numbers
from ingest.text.words import fold


def correctness(case: Case, answer: Answer) -> Score:
    """1 when every expected fact is in a quote from an expected source, or an unanswerable question is refused.

    Correctness as ALCE has it for short facts (Gao et al. 2023, arXiv:2305.14627): the fact must be there,
    and here it must be in the cited words; a figure must be in a statement too, by value. An answer that says what
    it never may, cites fewer sources than the question needs, or reckons to another result is wrong.
    """
    said = [form for form in case.never if fold(form) in fold(answer.answer)]
    if said:
        return Score("accuracy", 0.0, f"says what it never may: {said}")
    if case.refuse:
        return Score("accuracy", float(answer.abstained), "" if answer.abstained else "answered")
    if answer.abstained:
        return Score("accuracy", 0.0, f"abstained: {answer.reason}")
    expected = [citation for citation in answer.citations if from_expected(case, citation)]
    quotes = [citation.quote for citation in expected]
    text = " ".join(statement.text for statement in answer.statements)
    absent = [forms[0] for forms in case.facts if not given(forms, quotes, text)]
    if absent:
        return Score("accuracy", 0.0, f"not in a quote from an expected source: {absent}")
    cited = {citation.source for citation in expected}
    if len(cited) < case.sources_needed:
        return Score("accuracy", 0.0, f"cites {len(cited)} of the {case.sources_needed} sources needed")
    reckoned = [statement.text for statement in answer.statements if statement.computed]
    if case.computed and reckoned and not any(holds(form, text) for form in case.computed for text in reckoned):
        return Score("accuracy", 0.0, f"does not come to {case.computed[0]}: {reckoned}")
    return Score("accuracy", 1.0)


def answered_right(case: Case, answer: Answer) -> Score:
    """`correctness` of a question that has an answer; None for one to refuse."""
    right = correctness(case, answer)
    return Score("answered_right", None if case.refuse else right.value)


def facts_given(case: Case, answer: Answer) -> frozenset[int]:
    """The expected facts, by their place in `case.facts`, that a quote from an expected source gives."""
    quotes = [citation.quote for citation in answer.citations if from_expected(case, citation)]
    text = " ".join(statement.text for statement in answer.statements)
    return frozenset(number for number, forms in enumerate(case.facts) if given(forms, quotes, text))


def holds(form: str, text: str) -> bool:
    """Whether the text holds a fact as written; numbers by value, words with case and accents aside."""
    value = _figure(form)
    if value is not None:
        return value in values_of([text])
    return spaced(fold(form)) in spaced(fold(text))


def given(forms: Sequence[str], quotes: Sequence[str], text: str) -> bool:
    """Whether one of the forms is in a quote, and, if it is a figure, in the statements' text as well."""
    return any(
        any(holds(form, quote) for quote in quotes) and (_figure(form) is None or holds(form, text)) for form in forms
    )


def _figure(form: str) -> Decimal | None:
    """The value of a form that is a number and nothing else."""
    numbers = find_numbers(form)
    return numbers[0].value if numbers and form.strip() == form[numbers[0].start : numbers[0].end] else None


def values_of(texts: Iterable[str]) -> set[Decimal]:
    """The values of every number in the texts."""
    return {number.value for text in texts for number in find_numbers(text)}


def spaced(text: str) -> str:
    """On one line, one space between words."""
    return " ".join(text.split())


def from_expected(case: Case, citation: Citation) -> bool:
    """Whether a citation is of one of the reports that may be cited."""
    return citation.source.rsplit("/", 1)[-1] in case.sources
