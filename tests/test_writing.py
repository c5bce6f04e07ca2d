"""An answer as it is written: what is cited gets its number when it is first used, one number a quote, and nothing is
said twice."""

from __future__ import annotations

import re
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.answer import Answer, Citation, CitationEvent, StatementEvent
from assistant.grounding import Quote
from assistant.question import understand
from assistant.verify import Proven, Writing, as_written
from ingest.documents import Description, Document, Passage, Span
from ingest.text.periods import Period

TEXTS = {
    "a": "Forty letters came in. All were read. Two were burned.",
    "b": "The ferry was so late. Goats ate the rope.",
}
DOCUMENTS = {
    id_: Document(id_, f"/{id_}.txt", f"r/{id_}.txt", text, (), Description(f"Report {id_}", "en", period=period))
    for (id_, text), period in zip(TEXTS.items(), (Period.parse("2024-H1"), None), strict=True)
}
SENTENCES = [
    (id_, Span(match.start(), match.end()))
    for id_, text in TEXTS.items()
    for match in re.finditer(r"[A-Z][^.]+\.", text)
]


def quote(number: int) -> tuple[Quote, Document]:
    id_, span = SENTENCES[number]
    spans = tuple(span for other, span in SENTENCES if other == id_)
    passage = Passage(f"p{id_}", id_, 0, 0, len(TEXTS[id_]), TEXTS[id_], spans, "", "en")
    return Quote(passage, span), DOCUMENTS[id_]


def proven(text: str, *numbers: int, lead_in: str | None = None, computed: bool = False) -> Proven:
    return Proven(text, 0.9, tuple(quote(number) for number in numbers), lead_in, computed)


def written(*statements: Proven) -> tuple[list[CitationEvent | StatementEvent], Answer]:
    writing = Writing(understand("What came in?"), "What came in, as asked?")
    events = [event for one in statements for event in writing.add(one)]
    return events, writing.answer("extractive")


def test_numbers_are_given_in_the_order_of_first_use() -> None:
    _, answer = written(proven("Burned.", 2), proven("Late, and forty.", 3, 0), proven("Read.", 1))

    assert [statement.citations for statement in answer.statements] == [[1], [2, 3], [4]]
    assert [(citation.n, citation.quote) for citation in answer.citations] == [
        (1, "Two were burned."), (2, "The ferry was so late."), (3, "Forty letters came in."), (4, "All were read."),
    ]  # fmt: skip


def test_a_quote_has_one_number_however_often_it_is_used() -> None:
    events, answer = written(proven("Forty.", 0, 0), proven("Forty again.", 0, 1), proven("Once more.", 1))

    assert [statement.citations for statement in answer.statements] == [[1], [1, 2], [2]]
    assert [citation.n for citation in answer.citations] == [1, 2]
    assert sum(isinstance(event, CitationEvent) for event in events) == 2


def test_the_same_place_of_another_report_is_another_quote() -> None:
    assert SENTENCES[3][1] == SENTENCES[0][1]
    _, answer = written(proven("Both.", 0, 3))

    assert [citation.document_id for citation in answer.citations] == ["a", "b"]
    assert answer.statements[0].citations == [1, 2]


def test_what_has_been_said_is_not_said_again() -> None:
    events, answer = written(proven("Forty.", 0), proven("Forty.", 1), proven("Forty.", 0, lead_in="Again:"))

    assert [statement.text for statement in answer.statements] == ["Forty."]
    assert [citation.quote for citation in answer.citations] == ["Forty letters came in."]  # nor is it cited
    assert len(events) == 2


def test_citations_come_before_the_statement_that_uses_them() -> None:
    events, _ = written(proven("One.", 0, 1), proven("Two.", 1, 3))

    assert [(e.event, e.citation.n) if isinstance(e, CitationEvent) else (e.event, 0) for e in events] == [
        ("citation", 1), ("citation", 2), ("statement", 0), ("citation", 3), ("statement", 0),
    ]  # fmt: skip


def test_a_citation_says_where_the_words_stand() -> None:
    _, answer = written(proven("Late, and burned.", 2, 3))
    first, second = answer.citations

    assert (first.title, first.source, first.period) == ("Report a", "r/a.txt", "2024-H1")
    assert TEXTS["a"][first.start : first.end] == first.quote == "Two were burned."
    assert (second.language, second.period, second.url, second.page) == ("en", None, None, None)


def test_the_answer_is_lead_ins_texts_and_markers() -> None:
    _, answer = written(
        proven("Forty letters came in.", 0, lead_in="According to “Report a”:"),
        proven("All were read.", 1),
        proven("Computed: 2.", 0, 1, computed=True),
    )
    assert answer.answer == (
        "According to “Report a”: Forty letters came in. [1] All were read. [2] Computed: 2. [1][2]"
    )
    assert [statement.computed for statement in answer.statements] == [False, False, True]
    assert answer.question == "What came in, as asked?"
    assert (answer.mode, answer.abstained, answer.reason) == ("extractive", False, None)


def test_nothing_written_is_an_answer_without_words() -> None:
    events, answer = written()

    assert events == answer.statements == answer.citations == []
    assert answer.answer == ""


STATEMENTS = st.lists(
    st.builds(
        lambda text, numbers, lead_in: proven(text, *numbers, lead_in=lead_in),
        st.sampled_from(["Forty.", "Late.", "Read.", "Burned."]),
        st.lists(st.integers(0, len(SENTENCES) - 1), min_size=1, max_size=4),
        st.none() | st.just("As told:"),
    ),
    max_size=8,
)


@settings(deadline=None)
@given(STATEMENTS)
def test_whatever_is_written_leads_back(statements: list[Proven]) -> None:
    events, answer = written(*statements)
    known: list[Citation] = []
    for event in events:
        if isinstance(event, CitationEvent):
            known.append(event.citation)
        else:
            assert {*event.statement.citations} <= {citation.n for citation in known}

    assert known == answer.citations
    assert [e.statement for e in events if isinstance(e, StatementEvent)] == answer.statements
    assert [citation.n for citation in known] == list(range(1, len(known) + 1))
    assert len({(citation.document_id, citation.start) for citation in known}) == len(known)
    assert len({statement.text for statement in answer.statements}) == len(answer.statements)
    assert all(len({*s.citations}) == len(s.citations) > 0 for s in answer.statements)
    assert answer.answer == " ".join(map(as_written, answer.statements))
    firsts = [n for statement in answer.statements for n in statement.citations]
    assert all(a < b for a, b in pairwise(dict.fromkeys(firsts)))
