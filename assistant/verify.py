"""Statements and their quotes → an Answer in which nothing is unproven."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from assistant.answer import Answer, Citation, CitationEvent, Mode, Statement, StatementEvent
from assistant.compose import Candidate, Said
from assistant.compose.candidates import candidate, plain_numbers, weights
from assistant.compose.wording import without_markers
from assistant.cross_encoder import Reader
from assistant.grounding import Quote, Similarity, check, locate
from assistant.model import Draft
from assistant.question import Query
from assistant.retrieve import Evidence, SentenceMatch
from ingest.documents import Document, Span

Sources = tuple[tuple[Quote, Document], ...]


@dataclass(frozen=True, slots=True)
class Proven:
    """A statement that has passed, with the quotes that prove it and their documents."""

    text: str
    support: float
    quotes: Sources
    lead_in: str | None = None
    computed: bool = False


@dataclass(slots=True)
class Checks:
    """How many statements were looked at, how many a quote took the place of, and why the others were dropped."""

    checked: int = 0
    replaced: int = 0
    dropped: list[str] = field(default_factory=list)


def verify_said(said: Said, similarity: Similarity, checks: Checks) -> Proven | None:
    """A sentence of a report, shown as it stands; it passes the same check as a model's statement. What is computed
    passes where each of its figures stands in the sentence it is cited from."""
    sources = tuple(map(_source, said.proofs))
    checks.checked += 1
    if said.text is not None:
        figures = zip(said.counts, said.proofs, strict=True)
        if all(count.value in {n.value for n in plain_numbers(proof.sentence.text)} for count, proof in figures):
            return Proven(said.text, 1.0, sources, computed=True)
        checks.dropped.append("computed from a figure that is not in its sentence")
        return None
    quote, document = sources[0]
    verdict = check(quote.text, [quote], document.description.period, similarity)
    if not verdict.supported:
        checks.dropped.append(verdict.reason or "not supported")
        return None
    return Proven(_one_line(quote.text), verdict.support, sources, said.lead_in)


def verify_draft(
    query: Query, draft: Draft, similarity: Similarity, reader: Reader | None, checks: Checks
) -> Proven | None:
    """A model's statement: every quote in the passage it is cited from, of the period, place and person asked, and
    `grounding.check`. One that fails although its quotes are good is replaced by the sentences it quotes, where those
    answer."""
    checks.checked += 1
    sources: list[tuple[Quote, Document]] = []
    sentences: list[tuple[Evidence, SentenceMatch]] = []
    for evidence, words in draft.evidence:
        span = locate(words, evidence.passage)
        if span is None:
            checks.dropped.append("its quote is not in the passage")
            return None
        sources.append((Quote(evidence.passage, span, evidence.document.description), evidence.document))
        inside = [s for s in evidence.sentences if s.span.start < span.end and span.start < s.span.end]
        if not any(sentence.fit.all for sentence in inside):
            checks.dropped.append("its quote is of another period, place or person than asked")
            return None
        sentences += [(evidence, sentence) for sentence in inside]
    if not sources:
        checks.dropped.append("cites no passage")
        return None
    documents = {document.id for _, document in sources}
    period = sources[0][1].description.period if len(documents) == 1 else None
    verdict = check(draft.text, [quote for quote, _ in sources], period, similarity, reader)
    if verdict.supported:
        return Proven(without_markers(draft.text), round(verdict.support, 3), tuple(sources))
    checks.dropped.append(verdict.reason or "not supported")
    answering = [one for e, s in sentences if (one := candidate(query, e, s)).confidence >= weights()["threshold"]]
    if not answering:
        return None
    checks.replaced += 1
    best = max(answering, key=lambda one: one.order)
    return Proven(_one_line(best.sentence.text), 1.0, (_source(best),))


def _source(proof: Candidate) -> tuple[Quote, Document]:
    document = proof.evidence.document
    return Quote(proof.evidence.passage, proof.sentence.span, document.description), document


def _one_line(text: str) -> str:
    """As it stands, but for line breaks, and for what looks like one of our citations."""
    return without_markers(" ".join(text.split()))


class Writing:
    """An answer as it is written: citations are numbered in the order they are first used, one number a quote."""

    def __init__(self, query: Query, question: str) -> None:
        self._query, self._question = query, question
        self._numbers: dict[tuple[str, Span], int] = {}
        self.citations: list[Citation] = []
        self.statements: list[Statement] = []

    def add(self, proven: Proven) -> Iterator[CitationEvent | StatementEvent]:
        """The statement's new citations, and the statement; nothing of one that has been said."""
        if any(proven.text == statement.text for statement in self.statements):
            return
        used: list[int] = []
        for quote, document in proven.quotes:
            key = document.id, quote.span
            if key not in self._numbers:
                self._numbers[key] = len(self.citations) + 1
                self.citations.append(_citation(self._numbers[key], quote, document))
                yield CitationEvent(citation=self.citations[-1])
            if self._numbers[key] not in used:
                used.append(self._numbers[key])
        statement = Statement(
            text=proven.text, citations=used, support=proven.support, lead_in=proven.lead_in, computed=proven.computed
        )
        self.statements.append(statement)
        yield StatementEvent(statement=statement)

    def answer(self, mode: Mode) -> Answer:
        return Answer(
            question=self._question,
            answer=" ".join(map(as_written, self.statements)),
            language=self._query.language,
            mode=mode,
            statements=self.statements,
            citations=self.citations,
        )


def as_written(statement: Statement) -> str:
    """A statement as it stands in the answer: lead-in, text and markers."""
    markers = "".join(f"[{n}]" for n in statement.citations)
    return " ".join(filter(None, (statement.lead_in, statement.text, markers)))


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
