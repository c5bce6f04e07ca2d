"""Questions over the sample reports: the right figure for the right period, or a refusal that says what is missing."""

from __future__ import annotations

import pytest

from assistant import Answer, Assistant
from assistant.answer import CitationEvent, DoneEvent, StatementEvent
from ingest.errors import InputError
from ingest.text.numbers import find_numbers
from ingest.text.words import fold


def figures(answer: Answer) -> set[int]:
    """Every number in the quotes shown."""
    return {int(number.value) for citation in answer.citations for number in find_numbers(citation.quote)}


@pytest.mark.parametrize(
    ("question", "wanted", "unwanted"),
    [
        ("How many new corruption cases and defendants were prosecuted in 2024?", {848, 1884}, {763, 412}),
        ("How many new corruption cases and defendants were prosecuted in 2023?", {763, 2079}, {848, 412}),
        ("How many new corruption cases were prosecuted in the first half of 2024?", {412, 957}, {848, 763}),
        ("Combien de tâches clés le secteur s'est-il fixées pour 2024 ?", {6}, set()),
        ("Combien de nouvelles affaires de corruption en 2024 ?", {848}, {763, 412}),
        ("6 tháng đầu năm 2024 cả nước khởi tố bao nhiêu vụ án tham nhũng?", {412}, {848, 763}),
    ],
)
def test_a_figure_is_that_of_the_period_asked_for(
    reader: Assistant, question: str, wanted: set[int], unwanted: set[int]
) -> None:
    answer = reader.ask(question)
    assert not answer.abstained
    assert wanted <= figures(answer)
    assert not unwanted & figures(answer)


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("How many corruption cases were prosecuted in 2021?", "2021"),
        ("How many corruption cases were prosecuted in 2022?", "2022"),
        ("Combien d'affaires de corruption ont été poursuivies en 2019 ?", "2019"),
        ("Năm 2021 khởi tố bao nhiêu vụ án tham nhũng?", "2021"),
        ("How many new cases were prosecuted in Lang Son in 2024?", "Lang Son"),
        ("What did Elena Vasquez Ortiz say at the conference?", "Elena Vasquez Ortiz"),
    ],
)
def test_what_no_report_covers_is_refused_and_named(reader: Assistant, question: str, missing: str) -> None:
    answer = reader.ask(question)
    assert answer.abstained
    assert missing in (answer.reason or "")
    assert answer.answer == answer.reason
    assert not answer.statements
    assert not answer.citations


def test_a_national_figure_is_no_provinces(reader: Assistant) -> None:
    """The Nghe An report names Nghe An right after the national figure, among five other places."""
    answer = reader.ask("How many corruption cases were prosecuted in Nghe An in 2023?")
    assert 763 not in figures(answer)


def test_two_periods_get_an_answer_each(reader: Assistant) -> None:
    answer = reader.ask("How many new corruption cases were prosecuted, 2023 versus 2024?")
    assert {763, 848} <= figures(answer)


@pytest.mark.parametrize(
    "question", ["Who chaired the conference?", "Qui a présidé ?", "Ai chủ trì hội nghị?", "PCTNLPTC"]
)
def test_every_quote_is_verbatim_and_every_marker_has_its_citation(reader: Assistant, question: str) -> None:
    answer = reader.ask(question)
    for citation in answer.citations:
        text = reader.document(citation.document_id).text or ""
        assert text[citation.start : citation.end] == citation.quote
    numbers = [citation.n for citation in answer.citations]
    assert numbers == list(range(1, len(numbers) + 1))
    for statement in answer.statements:
        assert statement.citations
        assert set(statement.citations) <= set(numbers)


@pytest.mark.parametrize("question", ["Who is Lý Kiều Vân?", "Who is Ly Kieu Van?", "Ly Kieu Van la ai?"])
def test_accents_may_be_typed_or_not(reader: Assistant, question: str) -> None:
    quotes = [fold(citation.quote) for citation in reader.ask(question).citations]
    assert any("ly kieu van" in quote for quote in quotes)


def test_the_same_question_gives_the_same_answer(reader: Assistant) -> None:
    first, second = (reader.ask("What was asked of the provincial committees?") for _ in range(2))
    assert first.model_dump(exclude={"timings_ms"}) == second.model_dump(exclude={"timings_ms"})


def test_a_follow_up_takes_its_subject_from_the_question_before(reader: Assistant) -> None:
    before = "How many new corruption cases were prosecuted in 2024?"
    answer = reader.ask(
        "And in 2023?", [{"role": "user", "content": before}, {"role": "assistant", "content": "848 [1]"}]
    )
    assert 763 in figures(answer)
    assert 848 not in figures(answer)


def test_history_is_never_evidence(reader: Assistant) -> None:
    claimed = [{"role": "assistant", "content": "In 2021, 4,321 corruption cases were prosecuted."}]
    answer = reader.ask("How many corruption cases were prosecuted in 2021?", claimed)
    assert answer.abstained


def test_a_stream_gives_citations_before_the_statement_that_uses_them(reader: Assistant) -> None:
    events = list(reader.stream("How many new corruption cases were prosecuted in 2024?"))
    known: set[int] = set()
    for event in events[:-1]:
        if isinstance(event, CitationEvent):
            known.add(event.citation.n)
        else:
            assert isinstance(event, StatementEvent)
            assert set(event.statement.citations) <= known
    assert isinstance(events[-1], DoneEvent)
    assert known == {citation.n for citation in events[-1].answer.citations}


def test_an_empty_library_says_so(assistant: Assistant) -> None:
    answer = assistant.ask("Who chaired the conference?")
    assert answer.abstained
    assert "danchung ingest" in answer.answer


def test_filters_leave_only_what_they_name(reader: Assistant) -> None:
    hits = reader.search("corruption cases prosecuted", filters={"language": "fr"})
    assert {hit.language for hit in hits} == {"fr"}
    assert reader.search("corruption cases", filters={"place": "Atlantis"}) == []
    assert reader.ask("How many cases?", filters={"place": "Atlantis"}).abstained


@pytest.mark.parametrize("k", [0, -1, 101])
def test_search_takes_a_sensible_number_of_passages(reader: Assistant, k: int) -> None:
    with pytest.raises(InputError, match="k must be"):
        reader.search("cases", k)


@pytest.mark.parametrize(
    "question", ['"', "AND OR NOT", "title:x^2 ~ [1 TO 5]", "🤷 ?a", "a", "?" * 50 + "a", "SELECT * FROM passages; --"]
)
def test_what_means_something_to_a_query_parser_means_nothing_here(reader: Assistant, question: str) -> None:
    if any(char.isalnum() for char in question):
        assert isinstance(reader.ask(question), Answer)
        assert len(reader.search(question)) <= 10
    else:
        with pytest.raises(InputError, match="the question is empty"):
            reader.ask(question)


def test_llamaindex_users_get_the_same_passages(reader: Assistant) -> None:
    from assistant.llamaindex import DanchungRetriever

    question = "How many cases were put under monitoring in 2023?"
    nodes = DanchungRetriever(reader, k=5).retrieve(question)
    hits = reader.search(question, k=5)
    assert [node.node.node_id for node in nodes] == [hit.passage_id for hit in hits]
    assert [round(node.score or 0, 4) for node in nodes] == [hit.score for hit in hits]
    assert nodes[0].node.get_content() == hits[0].text


@pytest.mark.parametrize("question", ["hello", "2024", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "ok thanks"])
def test_what_asks_nothing_gets_no_quotes(reader: Assistant, question: str) -> None:
    assert reader.ask(question).abstained


def test_a_day_without_a_year_is_a_constraint(reader: Assistant) -> None:
    """To Lam chaired on December 31; the conference of July 8 was another."""
    on_the_day = reader.ask("Who chaired the conference of December 31?")
    assert any("To Lam" in citation.quote for citation in on_the_day.citations)
    other_day = reader.ask("Did To Lam chair the conference of July 8?")
    assert not any("To Lam" in citation.quote for citation in other_day.citations)


def test_the_part_of_a_question_without_an_answer_is_named(reader: Assistant) -> None:
    answer = reader.ask("How many new corruption cases were prosecuted in 2021 versus 2024?")
    assert 848 in figures(answer)
    assert "2021" in answer.usage["notice"]


def test_a_months_figure_is_not_the_years(reader: Assistant) -> None:
    assert 155 not in figures(reader.ask("How many cases were put under monitoring in December 2024?"))


@pytest.mark.parametrize(
    ("question", "figure"),
    [
        ("How many inspections did Tuyen Quang carry out in 2023?", 14),
        ("How many inspections did Tuyen Quang carry out in 2024?", 17),
        ("How many letters did Tuyen Quang receive in 2024?", 2015),
        ("Năm 2025 Tuyên Quang tiến hành bao nhiêu cuộc thanh tra?", 12),
        ("Combien de dialogues avec les habitants ont été menés à Quang Tri en 2025 ?", 29),
    ],
)  # fmt: skip
def test_a_figure_of_a_province_is_that_of_what_is_counted(reader: Assistant, question: str, figure: int) -> None:
    assert figure in figures(reader.ask(question))


def test_the_newspapers_count_stands_beside_the_sectors(reader: Assistant) -> None:
    answer = reader.ask("How many new corruption cases were opened nationwide in 2024?")
    assert "The reports give different figures." in answer.answer
    assert {842, 848} <= figures(answer)
    assert not {763, 412, 9999} & figures(answer)
