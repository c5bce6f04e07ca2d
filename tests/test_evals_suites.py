"""The suites: good answers score high, bad ones low, and nothing is lost on the way."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable
from typing import Any

import pytest
from evaluating import BOTH, CASE, Bad, answered, refused

from assistant import Answer, Assistant, Citation
from evals.cases import Case, read_cases
from evals.claims import claims_of
from evals.finding import GOLDEN
from evals.judge import ExactJudge, Judgement
from evals.sets import Answered, Asked, Dialogue, Given, Labelled, Varied
from evals.subject import Subject
from evals.suites import Context, Plan, conversation, golden, grounding, judging, passages, robustness, run_plan
from evals.suites.robustness import misspelt, unaccented
from evals.values import SuiteReport
from ingest.engine import Engine

pytest_plugins = ["evaluating"]


@pytest.fixture
def context(engine: Engine) -> Context:
    return Context(ExactJudge(lambda: engine), lambda: engine)


def over(system: Assistant) -> Subject:
    return Subject("test", "test", lambda: system)


def ran(plan: Plan, context: Context) -> SuiteReport:
    return run_plan(plan, context)


# -- bad systems are caught ----------------------------------------------------------------------


def one_digit_changed(answer: Answer) -> Answer:
    """Every statement's first digit is another, its quotes as they are: what a careless model writes."""

    def other(text: str) -> str:
        at = next((i for i, char in enumerate(text) if char.isdecimal()), None)
        return text if at is None else text[:at] + str((int(text[at]) + 1) % 10) + text[at + 1 :]

    statements = [s.model_copy(update={"text": other(s.text)}) for s in answer.statements]
    text = answer.answer
    for old, new in zip(answer.statements, statements, strict=True):
        text = text.replace(old.text, new.text)
    return answer.model_copy(update={"statements": statements, "answer": text})


@pytest.fixture(scope="module")
def figures() -> list[Case]:
    """Questions for figures, and as many that have no answer."""
    cases = read_cases(GOLDEN)
    return [c for c in cases if c.kind in ("figure", "period")] + [c for c in cases if c.refuse][:6]


@pytest.fixture(scope="module")
def honest(figures: list[Case], reader: Assistant, engine: Engine) -> SuiteReport:
    context = Context(ExactJudge(lambda: engine), lambda: engine)
    return run_plan(golden.plan(figures, over(reader), context), context)


def values(report: SuiteReport, *names: str) -> list[float]:
    found = [report.value(name) for name in names]
    assert None not in found
    return [value for value in found if value is not None]


def test_a_changed_number_is_caught(
    figures: list[Case], reader: Assistant, context: Context, honest: SuiteReport
) -> None:
    bad = ran(golden.plan(figures, over(Bad(reader, one_digit_changed)), context), context)

    names = ("answered_right", "number_fidelity", "groundedness", "citation_recall")
    assert all(was > 0.5 for was in values(honest, *names))
    assert values(honest, "number_fidelity", "groundedness", "citation_recall") == [1, 1, 1]
    right, numbers, grounded, recall = values(bad, *names)
    assert right <= values(honest, "answered_right")[0] / 2
    assert numbers < 0.7
    assert grounded < 0.35
    assert recall < 0.35


def test_citations_at_random_are_caught(figures: list[Case], reader: Assistant, context: Context) -> None:
    chance = random.Random(5)
    documents = reader.documents()

    def elsewhere(citation: Citation) -> Citation:
        info = chance.choice([info for info in documents if info.id != citation.document_id])
        text = reader.document(info.id).text or ""
        start = chance.randrange(len(text) - 80)
        told: dict[str, Any] = {
            "document_id": info.id, "title": info.title, "source": info.source, "period": info.period,
        }  # fmt: skip
        told |= {"quote": text[start : start + 80], "start": start, "end": start + 80}
        return citation.model_copy(update=told)

    def spoil(answer: Answer) -> Answer:
        return answer.model_copy(update={"citations": [elsewhere(citation) for citation in answer.citations]})

    bad = ran(golden.plan(figures, over(Bad(reader, spoil)), context), context)

    assert all(value < 0.35 for value in values(bad, "citation_precision", "citation_recall", "groundedness"))
    assert values(bad, "answered_right")[0] < 0.1


def test_answers_to_what_cannot_be_answered_are_caught(
    figures: list[Case], reader: Assistant, context: Context, national: Callable[..., Citation]
) -> None:
    def never_silent(answer: Answer) -> Answer:
        return answered(national(BOTH)) if answer.abstained else answer

    everything = ran(golden.plan(figures, over(Bad(reader, never_silent)), context), context)
    nothing = ran(golden.plan(figures, over(Bad(reader, lambda _: refused("no"))), context), context)

    assert values(everything, "abstention_recall", "abstention_f1") == [0, 0]
    assert values(nothing, "answered_right") == [0]
    assert values(nothing, "abstention_precision")[0] < 0.5


def test_a_citation_of_no_document_is_imprecise_and_no_accident(
    reader: Assistant, context: Context, national: Callable[..., Citation]
) -> None:
    lost = answered(national(BOTH, document_id="d0000"))
    report = ran(golden.plan([CASE], over(Bad(reader, lambda _: lost)), context), context)

    assert values(report, "citation_precision") == [0]


# -- figures, groups, cases ----------------------------------------------------------------------


def test_a_report_has_figures_groups_and_every_case(honest: SuiteReport, figures: list[Case]) -> None:
    accuracy = honest.figure("accuracy")

    assert accuracy is not None
    assert accuracy.scored == len(figures)
    assert accuracy.low is not None
    assert accuracy.value is not None
    assert accuracy.low < accuracy.value
    assert honest.figure("cost") is not None
    assert honest.value("cost") is None  # nobody set a price: unscored, not zero
    assert set(honest.breakdown) == {"language", "kind", "document"}
    assert {"en", "fr", "vi"} == set(honest.breakdown["language"])
    assert [outcome.id for outcome in honest.outcomes] == [case.id for case in figures]
    quoted = next(outcome for outcome in honest.outcomes if outcome.passages)
    start, end = quoted.passages[0].marked[0]
    assert quoted.passages[0].text[start:end]


def test_a_follow_up_is_asked_after_the_turns_before_it(reader: Assistant, context: Context) -> None:
    asked: list[tuple[str, list[dict[str, str]]]] = []

    class Listening(Assistant):
        def ask(self, question: str, history: Any = (), *_: Any, **__: Any) -> Answer:
            asked.append((question, list(history)))
            return refused(f"answer {len(asked)}")

    turns = [
        dataclasses.replace(CASE, id=f"c/{n}", question=question, history=before)
        for n, (question, before) in enumerate(
            [("In 2022?", ()), ("In 2023?", ("In 2022?",)), ("In 2024?", ("In 2022?", "In 2023?"))]
        )
    ]
    dialogue = Dialogue("c", "en", "period", tuple(turns))
    report = ran(conversation.plan([dialogue], over(Listening(reader.library)), context), context)

    first = [{"role": "user", "content": "In 2022?"}, {"role": "assistant", "content": "answer 1"}]
    second = [{"role": "user", "content": "In 2023?"}, {"role": "assistant", "content": "answer 2"}]
    assert asked == [("In 2022?", []), ("In 2023?", first), ("In 2024?", first + second)]
    assert values(report, "accuracy", "conversation_right") == [0, 0]


def test_a_variant_counts_only_where_the_question_itself_is_right(
    reader: Assistant, context: Context, national: Callable[..., Citation]
) -> None:
    class Brittle(Assistant):
        def ask(self, question: str, *_: Any, **__: Any) -> Answer:
            return answered(national(BOTH)) if question == CASE.question else refused("?")

    lost = dataclasses.replace(CASE, id="lost", question="Never understood before?")
    report = ran(robustness.plan([Varied(CASE, ()), Varied(lost, ())], over(Brittle(reader.library)), context), context)

    assert report.value("robustness") == 0
    robust = report.figure("robustness")
    assert robust is not None
    assert robust.scored == 1
    assert len(report.failures) == 1


def test_slips_leave_names_and_figures_alone() -> None:
    question = "Combien d'affaires Đắk Lắk a-t-elle ouvertes en 2024 ?"

    slipped = misspelt(question)
    assert slipped != question
    assert sorted(slipped) == sorted(question)
    assert "Đắk Lắk" in slipped
    assert "2024" in slipped
    assert misspelt(question) == slipped
    assert unaccented(question) == "Combien d'affaires Dak Lak a-t-elle ouvertes en 2024 ?"


def test_passages_are_searched_and_questions_without_answers_refused(reader: Assistant, context: Context) -> None:
    source = next(info.source for info in reader.documents() if info.source.endswith("2024-national-review.txt"))
    texts = {source: reader.document(next(i.id for i in reader.documents() if i.source == source)).text or ""}
    asked = [
        Asked(
            "a",
            "en",
            "How many new corruption cases were opened in 2024, against how many defendants?",
            source,
            ("848",),
        ),
        Asked("b", "en", "What is the phone number of the Commission in Paris?", source, ()),
    ]

    found = ran(passages.retrieval(asked, texts, over(reader), context), context)
    refusing = ran(passages.refusing(asked, texts, over(reader), context), context)

    assert found.figures[0].scored == 1
    assert values(found, "recall@10", "context_recall") == [1, 1]
    assert values(refusing, "abstention_recall", "abstention_f1") == [1, 1]


# -- answers of another system, and the judge ----------------------------------------------------

PASSAGE = Given(1, "In 2022 the port handled 1,240 ships. Nearly 40 percent of the cargo was timber.", "port.txt")


def given(name: str, answer: str, *given: Given, **more: Any) -> Answered:
    return Answered(name, "en", "answer", "How many ships?", answer, tuple(claims_of(answer)), given, **more)


def test_answers_of_another_system_are_judged_and_what_is_odd_is_counted(context: Context) -> None:
    answers = [
        given("good", "In 2022 the port handled 1,240 ships [1].", PASSAGE, grounded=True),
        given("bad", "In 2022 the port handled 1,420 ships [1].", PASSAGE, grounded=False),
        given("bare", "In 2022 the port handled 1,240 ships.", PASSAGE),
        given("alone", "In 2022 the port handled 1,240 ships [1]."),
        given("empty", "", PASSAGE),
    ]
    report = ran(grounding.plan(answers, context), context)
    by_id = {outcome.id: outcome for outcome in report.outcomes}

    assert values(report, "agreement") == [1]
    assert by_id["bad"].failed is False  # a person says so too
    assert by_id["bad"].value("groundedness") == 0
    assert by_id["bare"].value("citation_precision") is None
    assert by_id["bare"].value("citation_recall") == 0
    assert by_id["alone"].failed
    assert by_id["empty"].value("groundedness") is None
    assert "1 of 5 answers come without a passage" in " ".join(report.notes)
    assert "1 of 5 answers cite nothing" in " ".join(report.notes)
    assert "1 of 5 answers claim nothing" in " ".join(report.notes)


@pytest.mark.parametrize("line", ["It rained in the port that day [1]. ", "x" * 60 + " ", "word\n"])
def test_an_answer_of_a_megabyte_is_judged_in_part_and_that_is_told(line: str, context: Context) -> None:
    context = dataclasses.replace(context, judge=ExactJudge())
    answer = given("long", line * (1_000_000 // len(line)), PASSAGE)
    report = ran(grounding.plan([answer], context), context)

    assert not report.outcomes[0].error
    assert len(report.outcomes[0].answer) < 30_000
    assert "more characters" in report.outcomes[0].answer
    assert "is not judged" in " ".join(report.notes)


def test_the_judge_is_measured_with_each_class_weighing_half(context: Context) -> None:
    class Yes:
        name = "yes"

        def judge(self, *_: Any, **__: Any) -> Judgement:
            return Judgement("supported", 0.9)

    claims = [Labelled(f"s{n}", "en", "k", "c", ("p",), True, "supported") for n in range(9)]
    claims.append(Labelled("n", "en", "k", "c", ("p",), False, "contradicted"))
    report = ran(judging.plan(claims, dataclasses.replace(context, judge=Yes())), context)

    assert values(report, "balanced_accuracy", "supported_precision", "supported_recall", "label_accuracy") == [
        pytest.approx(0.5), 0.9, 1.0, 0.9,
    ]  # fmt: skip
    assert values(report, "brier") == [pytest.approx((9 * 0.01 + 0.81) / 10)]


# -- in parallel -----------------------------------------------------------------------------------


def test_many_at_a_time_give_what_one_at_a_time_gives(reader: Assistant, context: Context, figures: list[Case]) -> None:
    def plan() -> Plan:
        return golden.plan(figures[:8], over(reader), context)

    one, many = ran(plan(), context), ran(plan(), dataclasses.replace(context, workers=4))

    timeless = {"latency_ms"}
    assert [f for f in one.figures if f.name not in timeless] == [f for f in many.figures if f.name not in timeless]
    assert [outcome.id for outcome in one.outcomes] == [outcome.id for outcome in many.outcomes]
