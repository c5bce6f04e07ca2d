"""Citations of a question whose reports are known: are they true, of the right report, and enough?

No judge is asked: what is cited is looked up, so that the assistant's own checks do not mark their own work.
"""

from __future__ import annotations

import re
from decimal import Decimal

from assistant.answer import Answer, Citation, Statement
from evals.cases import Case
from evals.scorers.facts import from_expected, holds, values_of
from evals.subject import System
from evals.values import Score
from ingest.errors import InputError
from ingest.text.numbers import find_numbers
from ingest.text.words import content_words, fold, stem

WORDS_SUPPORTED = 0.7
"""The share of a rewritten statement's content words that its quote must hold to be taken for its support."""


def citation_precision(case: Case, answer: Answer, system: System) -> Score:
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
        if not _verbatim(citation, system) or not from_expected(case, citation)
    ]
    return Score("citation_precision", 1 - len(wrong) / len(answer.citations), f"wrong: {wrong}" if wrong else "")


def citation_relevance(case: Case, answer: Answer, system: System) -> Score:
    """The share of citations that are precise and whose quote holds an expected fact.

    Stricter than `citation_precision`, which forgives a sentence of the right report that is beside the question:
    ALCE (arXiv:2305.14627, §4.3) calls such a citation irrelevant. None where no fact is expected or nothing is cited.
    """
    if not answer.citations or not case.facts:
        return Score("citation_relevance", None)
    beside = [
        citation.n
        for citation in answer.citations
        if not _verbatim(citation, system)
        or not from_expected(case, citation)
        or not any(holds(form, citation.quote) for forms in case.facts for form in forms)
    ]
    return Score(
        "citation_relevance",
        1 - len(beside) / len(answer.citations),
        f"holds no expected fact: {beside}" if beside else "",
    )


def citation_recall(answer: Answer, system: System) -> Score:
    """The share of statements that at least one of their citations fully supports.

    ALCE's recall (arXiv:2305.14627, §4.3), by words in place of an entailment model, so that the assistant's own
    judge does not mark its own work: see `_supports`. None where there is no statement that words can judge, as one
    that is computed, or written in another language than what it cites.
    """
    judged = [(statement, _supported(statement, answer, system)) for statement in answer.statements]
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
        held = values_of(text for citation in _cited(statement, answer) for text in _said_by(citation))
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


def _verbatim(citation: Citation, system: System) -> bool:
    try:
        text = system.document(citation.document_id).text or ""
    except InputError:  # of no document there is
        return False
    return text[citation.start : citation.end] == citation.quote


def _cited(statement: Statement, answer: Answer) -> list[Citation]:
    return [citation for citation in answer.citations if citation.n in statement.citations]


def _said_by(citation: Citation) -> tuple[str, str, str]:
    """The quote, and what is known of its report: a statement may take its year from there."""
    return citation.quote, citation.title, citation.period or ""


def _supported(statement: Statement, answer: Answer, system: System) -> bool | None:
    """Whether any citation of the statement supports it; None where words cannot tell."""
    if statement.computed:
        return None
    verdicts = [
        _supports(citation, statement, answer) if _verbatim(citation, system) else False
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
    if not values_of([statement.text]) <= values_of(_said_by(citation)):
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
