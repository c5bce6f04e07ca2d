"""Small scorers, each a value with its explanation. What cannot be scored is None, which is not zero."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.answer import Answer, Citation, Statement
from assistant.assistant import Assistant
from evals.cases import Case
from ingest.text.numbers import find_numbers
from ingest.text.words import content_words, fold, stem

WORDS_SUPPORTED = 0.7
"""The share of a rewritten statement's content words that its quote must hold to be taken for its support."""


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
        citation_relevance(case, answer, assistant),
        citation_recall(answer, assistant),
        number_fidelity(answer),
        abstention(case, answer),
        names_what_is_missing(case, answer),
        names_what_is_unsaid(case, answer),
    ]


def correctness(case: Case, answer: Answer) -> Score:
    """1 when every expected fact is in a quote from an expected source, or an unanswerable question is refused.

    Correctness as ALCE has it for short facts (Gao et al. 2023, arXiv:2305.14627): the fact must be there,
    and here it must be in the cited words; a figure must be in a statement too, by value. An answer that says what
    it never may, cites fewer sources than the question needs, or reckons to another result is wrong.
    """
    said = [form for form in case.never if fold(form) in fold(answer.answer)]
    if said:
        return Score("correctness", 0.0, f"says what it never may: {said}")
    if case.refuse:
        return Score("correctness", float(answer.abstained), "" if answer.abstained else "answered")
    if answer.abstained:
        return Score("correctness", 0.0, f"abstained: {answer.reason}")
    expected = [citation for citation in answer.citations if _from_expected(case, citation)]
    quotes = [citation.quote for citation in expected]
    text = " ".join(statement.text for statement in answer.statements)
    absent = [forms[0] for forms in case.facts if not _given(forms, quotes, text)]
    if absent:
        return Score("correctness", 0.0, f"not in a quote from an expected source: {absent}")
    cited = {citation.source for citation in expected}
    if len(cited) < case.sources_needed:
        return Score("correctness", 0.0, f"cites {len(cited)} of the {case.sources_needed} sources needed")
    reckoned = [statement.text for statement in answer.statements if statement.computed]
    if case.computed and reckoned and not any(holds(form, text) for form in case.computed for text in reckoned):
        return Score("correctness", 0.0, f"does not come to {case.computed[0]}: {reckoned}")
    return Score("correctness", 1.0)


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


def citation_relevance(case: Case, answer: Answer, assistant: Assistant) -> Score:
    """The share of citations that are precise and whose quote holds an expected fact.

    Stricter than `citation_precision`, which forgives a sentence of the right report that is beside the question:
    ALCE (arXiv:2305.14627, §4.3) calls such a citation irrelevant. None where no fact is expected or nothing is cited.
    """
    if not answer.citations or not case.facts:
        return Score("citation_relevance", None)
    beside = [
        citation.n
        for citation in answer.citations
        if not _verbatim(citation, assistant)
        or not _from_expected(case, citation)
        or not any(holds(form, citation.quote) for forms in case.facts for form in forms)
    ]
    return Score(
        "citation_relevance",
        1 - len(beside) / len(answer.citations),
        f"holds no expected fact: {beside}" if beside else "",
    )


def citation_recall(answer: Answer, assistant: Assistant) -> Score:
    """The share of statements that at least one of their citations fully supports.

    ALCE's recall (arXiv:2305.14627, §4.3), by words in place of an entailment model, so that the assistant's own
    judge does not mark its own work: see `_supports`. None where there is no statement that words can judge, as one
    that is computed, or written in another language than what it cites.
    """
    judged = [(statement, _supported(statement, answer, assistant)) for statement in answer.statements]
    values = [supported for _, supported in judged if supported is not None]
    if not values:
        return Score("citation_recall", None)
    without = [statement.text[:60] for statement, supported in judged if supported is False]
    return Score("citation_recall", sum(values) / len(values), f"not supported: {without}" if without else "")


def number_fidelity(answer: Answer) -> Score:
    """The share of the numbers in the statements that are in the quotes of the statement that says them, by value.

    Numeric consistency as factuality work on figures has it (Zhao et al. 2020, arXiv:2009.13312): a number that the
    source does not hold is a hallucination. What the cited report's title and period hold
    counts as held. None where no
    number is said; statements that are computed are left out, as their results are in no quote.
    """
    unfaithful: list[Decimal] = []
    said = 0
    for statement in answer.statements:
        if statement.computed:
            continue
        held = _values(text for citation in _cited(statement, answer) for text in _said_by(citation))
        numbers = [number.value for number in find_numbers(statement.text)]
        said += len(numbers)
        unfaithful += [value for value in numbers if value not in held]
    if not said:
        return Score("number_fidelity", None)
    return Score(
        "number_fidelity",
        1 - len(unfaithful) / said,
        f"not in the quotes: {[str(value) for value in unfaithful]}" if unfaithful else "",
    )


def abstention(case: Case, answer: Answer) -> Score:
    """1 when it abstained where it should and answered where it should; precision and recall are in the report."""
    return Score("abstention", float(answer.abstained == case.refuse))


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


def holds(form: str, text: str) -> bool:
    """Whether the text holds a fact as written; numbers by value, words with case and accents aside."""
    value = _figure(form)
    if value is not None:
        return value in _values([text])
    return _spaced(fold(form)) in _spaced(fold(text))


def _given(forms: Sequence[str], quotes: Sequence[str], text: str) -> bool:
    """Whether one of the forms is in a quote, and, if it is a figure, in the statements' text as well."""
    return any(
        any(holds(form, quote) for quote in quotes) and (_figure(form) is None or holds(form, text)) for form in forms
    )


def _figure(form: str) -> Decimal | None:
    """The value of a form that is a number and nothing else."""
    numbers = find_numbers(form)
    return numbers[0].value if numbers and form.strip() == form[numbers[0].start : numbers[0].end] else None


def _values(texts: Iterable[str]) -> set[Decimal]:
    return {number.value for text in texts for number in find_numbers(text)}


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _from_expected(case: Case, citation: Citation) -> bool:
    return citation.source.rsplit("/", 1)[-1] in case.sources


def _verbatim(citation: Citation, assistant: Assistant) -> bool:
    text = assistant.document(citation.document_id).text or ""
    return text[citation.start : citation.end] == citation.quote


def _cited(statement: Statement, answer: Answer) -> list[Citation]:
    return [citation for citation in answer.citations if citation.n in statement.citations]


def _said_by(citation: Citation) -> tuple[str, str, str]:
    """The quote, and what is known of its report: a statement may take its year from there."""
    return citation.quote, citation.title, citation.period or ""


def _supported(statement: Statement, answer: Answer, assistant: Assistant) -> bool | None:
    """Whether any citation of the statement supports it; None where words cannot tell."""
    if statement.computed:
        return None
    verdicts = [
        _supports(citation, statement, answer) if _verbatim(citation, assistant) else False
        for citation in _cited(statement, answer)
    ]
    if any(verdicts):
        return True
    return None if None in verdicts else False


def _supports(citation: Citation, statement: Statement, answer: Answer) -> bool | None:
    """Whether a quote holds all numbers of the statement, and its words in order or nearly all its content words.

    None for a statement in another language than its quote: shared words say nothing there, but for numbers, and
    one that the quote lacks still settles it.
    """
    if not _values([statement.text]) <= _values(_said_by(citation)):
        return False  # first, as the words "884 defendants" are in "1,884 defendants"
    if _bare(statement.text) in _bare(citation.quote):
        return True
    if citation.language != answer.language:
        return None
    said, held = (
        {stem(word, answer.language) for word in content_words(text, answer.language)}
        for text in (statement.text, citation.quote)
    )
    return bool(said) and len(said & held) / len(said) >= WORDS_SUPPORTED


def _bare(text: str) -> str:
    """The words alone, so that a bullet or a quotation mark set aside makes no difference."""
    return " ".join(re.findall(r"\w+", fold(text)))


def _beside_statements(answer: Answer) -> str:
    """What the reader is told besides the statements."""
    text = answer.answer
    for statement in answer.statements:
        text = text.replace(statement.text, " ").replace(statement.lead_in or statement.text, " ")
    return " ".join((text, answer.reason or "", str(answer.usage.get("notice") or "")))
