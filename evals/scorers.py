"""Small scorers, each a value with its explanation. What cannot be scored is None, which is not zero."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.answer import Answer, Citation
from assistant.assistant import Assistant
from evals.cases import Case
from ingest.text.numbers import find_numbers
from ingest.text.words import fold


@dataclass(frozen=True, slots=True)
class Score:
    """One measure of one answer: 0 to 1, or None where it does not apply; and why."""

    name: str
    value: float | None
    why: str = ""


def score(case: Case, answer: Answer, assistant: Assistant) -> list[Score]:
    """Every measure of one answer."""
    return [
        correctness(case, answer),
        citation_precision(case, answer, assistant),
        abstention(case, answer),
        names_what_is_missing(case, answer),
    ]


def correctness(case: Case, answer: Answer) -> Score:
    """1 when every expected fact is in a quote from an expected source, or an unanswerable question is refused.

    Correctness as ALCE has it for short facts (Gao et al. 2023, arXiv:2305.14627): the fact must be there,
    and here it must be in the cited words.
    """
    if case.refuse:
        return Score("correctness", float(answer.abstained), "" if answer.abstained else "answered")
    if answer.abstained:
        return Score("correctness", 0.0, f"abstained: {answer.reason}")
    quotes = [citation.quote for citation in answer.citations if _from_expected(case, citation)]
    absent = [fact[0] for fact in case.facts if not any(holds(form, quote) for form in fact for quote in quotes)]
    return Score(
        "correctness", float(not absent), f"not in a quote from an expected source: {absent}" if absent else ""
    )


def citation_precision(case: Case, answer: Answer, assistant: Assistant) -> Score:
    """The share of citations that are verbatim at their offsets and from an expected source.

    None where there are no citations; ALCE's precision (arXiv:2305.14627, §4.3), with the expected sources
    in the place of an entailment model.
    """
    if not answer.citations or case.refuse:
        return Score(
            "citation_precision", 0.0 if answer.citations else None, "cited for a refusal" if answer.citations else ""
        )
    wrong = [
        citation.n
        for citation in answer.citations
        if not _verbatim(citation, assistant) or not _from_expected(case, citation)
    ]
    return Score("citation_precision", 1 - len(wrong) / len(answer.citations), f"wrong: {wrong}" if wrong else "")


def abstention(case: Case, answer: Answer) -> Score:
    """1 when it abstained where it should and answered where it should; precision and recall are in the report."""
    return Score("abstention", float(answer.abstained == case.refuse))


def names_what_is_missing(case: Case, answer: Answer) -> Score:
    """Whether a rightful refusal names what is missing; None for other answers."""
    if not (case.refuse and answer.abstained and case.missing):
        return Score("names_missing", None)
    return Score("names_missing", float(fold(case.missing) in fold(answer.answer)), f"should name {case.missing!r}")


def holds(form: str, text: str) -> bool:
    """Whether the text holds a fact as written; numbers by value, words with case and accents aside."""
    numbers = find_numbers(form)
    if numbers and form.strip() == form[numbers[0].start : numbers[0].end]:
        return any(number.value == numbers[0].value for number in find_numbers(text))
    return " ".join(fold(form).split()) in " ".join(fold(text).split())


def _from_expected(case: Case, citation: Citation) -> bool:
    return citation.source.rsplit("/", 1)[-1] in case.sources


def _verbatim(citation: Citation, assistant: Assistant) -> bool:
    text = assistant.document(citation.document_id).text or ""
    return text[citation.start : citation.end] == citation.quote
