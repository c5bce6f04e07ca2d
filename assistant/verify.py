"""Statements and their quotes → an Answer in which nothing is unproven."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.answer import Answer, Citation, Mode, Statement
from assistant.compose import Candidate
from assistant.grounding import Quote, Similarity, check, locate
from assistant.model import Drafting
from assistant.question import Query
from ingest.documents import Document


@dataclass(frozen=True, slots=True)
class Proven:
    """A statement that has passed, with the quotes that prove it and their documents."""

    text: str
    support: float
    quotes: tuple[tuple[Quote, Document], ...]


@dataclass(slots=True)
class Verified:
    """What passed, how many were looked at, and why the others were dropped."""

    proven: list[Proven] = field(default_factory=list)
    checked: int = 0
    dropped: list[str] = field(default_factory=list)


def verify_extracts(candidates: Sequence[Candidate], similarity: Similarity) -> Verified:
    """Sentences of the reports, shown as they stand. They pass the same check as a model's statements."""
    verified = Verified()
    for candidate in candidates:
        quote = Quote(candidate.evidence.passage, candidate.sentence.span)
        document = candidate.evidence.document
        verified.checked += 1
        verdict = check(quote.text, [quote], document.description.period, similarity)
        if verdict.supported:
            text = " ".join(quote.text.split())
            verified.proven.append(Proven(text, verdict.support, ((quote, document),)))
    return verified


def verify_drafts(drafting: Drafting, similarity: Similarity) -> Verified:
    """A model's statements: ids it was given, every quote in its passage, and `grounding.check`."""
    verified = Verified(checked=drafting.refused, dropped=["cites a passage it was not given"] * drafting.refused)
    for draft in drafting.drafts:
        verified.checked += 1
        quotes, documents, fits, invented = [], [], True, False
        for evidence, words in draft.evidence:
            span = locate(words, evidence.passage)
            if span is None:
                invented = True
                break
            quotes.append(Quote(evidence.passage, span))
            documents.append(evidence.document)
            inside = [s for s in evidence.sentences if s.span.start < span.end and span.start < s.span.end]
            fits = fits and any(sentence.fit.all for sentence in inside)
        if invented or not quotes:
            verified.dropped.append("its quote is not in the passage")
        elif not fits:
            verified.dropped.append("its quote is of another period, place or person than asked")
        else:
            period = documents[0].description.period if len({d.id for d in documents}) == 1 else None
            verdict = check(draft.text, quotes, period, similarity)
            if verdict.supported:
                pairs = tuple(zip(quotes, documents, strict=True))
                verified.proven.append(Proven(draft.text, round(verdict.support, 3), pairs))
            else:
                verified.dropped.append(verdict.reason or "not supported")
    return verified


def assemble(query: Query, question: str, verified: Verified, mode: Mode) -> Answer:
    """Number the citations in the order they are first used, one number a quote, and write the answer."""
    citations: list[Citation] = []
    numbers: dict[tuple[str, int, int], int] = {}
    statements: list[Statement] = []
    for proven in verified.proven:
        used: list[int] = []
        for quote, document in proven.quotes:
            key = (document.id, quote.span.start, quote.span.end)
            if key not in numbers:
                numbers[key] = len(citations) + 1
                citations.append(_citation(numbers[key], quote, document))
            if numbers[key] not in used:
                used.append(numbers[key])
        statements.append(Statement(text=proven.text, citations=used, support=proven.support))
    text = " ".join(statement.text + " " + "".join(f"[{n}]" for n in statement.citations) for statement in statements)
    return Answer(
        question=question,
        answer=text,
        language=query.language,
        mode=mode,
        statements=statements,
        citations=citations,
    )


def _citation(n: int, quote: Quote, document: Document) -> Citation:
    about = document.description
    return Citation(
        n=n,
        document_id=document.id,
        title=about.title,
        source=document.source,
        url=about.url,
        language=quote.passage.language,
        period=about.period.label if about.period else None,
        page=document.page_at(quote.span.start),
        quote=quote.text,
        start=quote.span.start,
        end=quote.span.end,
    )
