"""The evaluation: its cases are read strictly, and its scorers tell a right answer from a wrong one."""

from __future__ import annotations

import dataclasses
import random
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from assistant import Answer, Assistant, Citation, Statement
from evals.cases import Case, read_cases
from evals.run import CORPUS, GOLDEN, Figures, Result, as_html, as_json, ask_all, breakdown, print_report, summarise
from evals.scorers import (
    abstention,
    citation_precision,
    citation_recall,
    citation_relevance,
    correctness,
    holds,
    names_what_is_missing,
    names_what_is_unsaid,
    number_fidelity,
    score,
)
from ingest.errors import InputError

ROW = '{"id": "a", "lang": "en", "kind": "figure", "question": "How many?", "facts": [["848"]], "sources": ["r.txt"]}'
CASE = Case("a", "en", "figure", "How many cases?", (("848",), ("1,884",)), ("2024-national-review.txt",))
REFUSAL = Case("b", "en", "refusal", "How many cases in 2021?", refuse=True, missing="2021")
PARTIAL = Case("c", "en", "partial", "How many in 2023 and 2021?", (("848",),), CASE.sources, unsaid=(("2021", "’21"),))


@pytest.fixture
def national(reader: Assistant) -> Callable[..., Citation]:
    """Makes a true citation of the words given in the national report on 2024."""
    info = next(info for info in reader.documents() if info.source.endswith("2024-national-review.txt"))
    text = reader.document(info.id).text or ""

    def cite(words: str, n: int = 1, **changes: Any) -> Citation:
        start = text.index(words)
        told: dict[str, Any] = {
            "n": n, "document_id": info.id, "title": info.title, "source": info.source, "language": "en",
            "quote": words, "start": start, "end": start + len(words),
        }  # fmt: skip
        return Citation(**{**told, **changes})

    return cite


def answered(*citations: Citation) -> Answer:
    statements = [Statement(text=c.quote, citations=[c.n], support=1.0) for c in citations]
    text = " ".join(f"{c.quote} [{c.n}]" for c in citations)
    return Answer(
        question="?", answer=text, language="en", mode="extractive",
        statements=statements, citations=list(citations), timings_ms={"total": 10.0},
    )  # fmt: skip


def saying(text: str, *citations: Citation) -> Answer:
    """One statement in words of its own, with all the citations."""
    statement = Statement(text=text, citations=[c.n for c in citations], support=1.0)
    marks = "".join(f"[{c.n}]" for c in citations)
    return answered(*citations).model_copy(update={"statements": [statement], "answer": f"{text} {marks}"})


def refused(reason: str) -> Answer:
    return Answer(
        question="?", answer=reason, abstained=True, reason=reason, language="en", mode="extractive",
        timings_ms={"total": 10.0},
    )  # fmt: skip


BOTH = "opened 848 new corruption cases against 1,884 defendants"


# -- reading cases -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([], "holds no case"),
        (["", "  "], "holds no case"),
        ([ROW, "{"], "line 2: not JSON"),
        ([ROW, "[]"], "line 2: not a JSON object"),
        ([ROW, "", ROW], "line 3: id 'a' is used twice"),
        ([ROW.replace('"a"', "5")], "line 1: id must be str, not 5"),
        ([ROW.replace('"a"', '""')], "line 1: id must be str"),
        ([ROW.replace('"lang": "en", ', "")], "line 1: lang must be str, not None"),
        ([ROW.replace('"How many?"', "null")], "line 1: question must be str"),
        ([ROW.replace('[["848"]]', '"848"')], "line 1: facts must be list"),
        ([ROW.replace('[["848"]]', '["848"]')], "line 1: facts must be a list of lists"),
        ([ROW.replace('[["848"]]', "[[848]]")], "line 1: facts must be a list of lists"),
        ([ROW.replace('[["848"]]', "[[]]")], "line 1: facts must be a list of lists"),
        ([ROW.replace('[["848"]]', "[]")], "line 1: facts are missing"),
        ([ROW.replace('["r.txt"]', '"r.txt"')], "line 1: sources must be list"),
        ([ROW.replace('["r.txt"]', "[5]")], "line 1: sources must be a list of texts"),
        ([ROW.replace("}", ', "refuse": "no"}')], "line 1: refuse must be bool, not 'no'"),
        ([ROW.replace("}", ', "unsaid": ["2021"]}')], "line 1: unsaid must be a list of lists"),
        ([ROW.replace("}", ', "unsaid": [["2021"]], "refuse": true}')], "line 1: unsaid is for a question answered in"),
        ([ROW.replace("}", ', "history": "How many?"}')], "line 1: history must be list"),
        ([ROW.replace("}", ', "history": [""]}')], "line 1: history must be a list of texts"),
        ([ROW.replace("}", ', "computed": 85}')], "line 1: computed must be list"),
        ([ROW.replace("}", ', "never": [1]}')], "line 1: never must be a list of texts"),
        ([ROW.replace("}", ', "sources_needed": "2"}')], "line 1: sources_needed must be int"),
        ([ROW.replace("facts", "fact")], "line 1: unknown field fact"),
    ],
)
def test_a_malformed_case_is_named_with_file_line_and_field(lines: list[str], said: str, tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")

    with pytest.raises(InputError) as caught:
        read_cases(file)

    assert str(caught.value).startswith(str(file))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.jsonl: cannot be read"):
        read_cases(tmp_path / "none.jsonl")


def test_what_a_case_leaves_out_is_nothing_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    more = ', "unsaid": [["2021", "’21"]], "history": ["How?"], "never": ["[99]"], "sources_needed": 2,'
    more += ' "computed": ["85"]}'
    file.write_text("\n".join((ROW, ROW.replace('"a"', '"b"').replace("}", more))), encoding="utf-8")

    plain, full = read_cases(file)

    assert (plain.unsaid, plain.history, plain.never, plain.computed, plain.sources_needed) == ((), (), (), (), 1)
    assert full.unsaid == (("2021", "’21"),)
    assert (full.history, full.never, full.computed, full.sources_needed) == (("How?",), ("[99]",), ("85",), 2)


def test_the_golden_cases_are_valid_and_varied() -> None:
    cases = read_cases(GOLDEN)
    languages = Counter(case.lang for case in cases)
    kinds = Counter(case.kind for case in cases)

    assert len(cases) >= 130
    assert set(languages) == {"en", "fr", "vi"}
    assert min(languages.values()) >= 0.25 * len(cases)
    assert {case.lang for case in cases if case.refuse} == {"en", "fr", "vi"}
    assert sum(case.refuse for case in cases) >= 35
    assert kinds.keys() == {
        "figure", "period", "person", "date", "list", "explanation", "comparison", "alias", "cross-lingual",
        "follow-up", "agreement", "partial", "hostile", "refusal",
    }  # fmt: skip
    assert all(bool(case.history) == (case.kind == "follow-up") for case in cases)
    assert all(bool(case.unsaid) == (case.kind == "partial") for case in cases)
    assert len({(case.history, case.question) for case in cases}) == len(cases)


def test_what_a_case_must_never_say_is_not_what_it_expects() -> None:
    for case in read_cases(GOLDEN):
        assert not any(holds(never, form) for never in case.never for fact in case.facts for form in fact), case.id


def test_every_fact_of_the_golden_cases_is_in_one_of_their_sources(reader: Assistant) -> None:
    texts = {info.source.rsplit("/", 1)[-1]: reader.document(info.id).text or "" for info in reader.documents()}

    for case in read_cases(GOLDEN):
        assert set(case.sources) <= set(texts), case.id
        for fact in case.facts:
            assert any(holds(form, texts[source]) for form in fact for source in case.sources), (case.id, fact)
        assert case.refuse == (not case.facts), case.id
    assert len(texts) == len([file for file in CORPUS.iterdir() if file.is_file()])


# -- scorers -------------------------------------------------------------------------------------


def test_a_right_answer_has_full_marks(reader: Assistant, national: Callable[..., Citation]) -> None:
    scores = {s.name: s.value for s in score(CASE, answered(national(BOTH)), reader)}

    assert scores == {
        "correctness": 1, "citation_precision": 1, "citation_relevance": 1, "citation_recall": 1, "number_fidelity": 1,
        "abstention": 1, "names_missing": None, "names_unsaid": None,
    }  # fmt: skip


def test_a_fact_that_is_missing_is_named(national: Callable[..., Citation]) -> None:
    scored = correctness(CASE, answered(national("opened 848 new corruption cases")))

    assert scored.value == 0
    assert "1,884" in scored.why


def test_the_right_words_from_a_wrong_source_are_wrong(reader: Assistant, national: Callable[..., Citation]) -> None:
    answer = answered(national(BOTH, source="corpus/2023-national-conference-nghe-an.md"))

    assert correctness(CASE, answer).value == 0
    assert citation_precision(CASE, answer, reader).value == 0


@pytest.mark.parametrize("changes", [{"start": 5}, {"quote": "opened 849 new corruption cases"}, {"end": 10**9}])
def test_a_quote_that_is_not_verbatim_at_its_offsets_is_imprecise(
    changes: dict[str, Any], reader: Assistant, national: Callable[..., Citation]
) -> None:
    answer = answered(national(BOTH), national("nearly 60,000 petitions", n=2, **changes))

    assert citation_precision(CASE, answer, reader).value == 0.5


def test_a_refusal_where_there_is_an_answer_is_wrong() -> None:
    answer = refused("The reports do not say.")

    assert correctness(CASE, answer).value == 0
    assert abstention(CASE, answer).value == 0


def test_an_answer_where_there_is_none_is_wrong(reader: Assistant, national: Callable[..., Citation]) -> None:
    answer = answered(national(BOTH))

    assert correctness(REFUSAL, answer).value == 0
    assert abstention(REFUSAL, answer).value == 0
    assert citation_precision(REFUSAL, answer, reader).value == 0


def test_a_rightful_refusal_is_right_and_better_when_it_names_what_is_missing(reader: Assistant) -> None:
    named, bare = refused("The reports cover 2023 and 2024, not 2021."), refused("The reports do not say.")

    assert correctness(REFUSAL, bare).value == abstention(REFUSAL, bare).value == 1
    assert names_what_is_missing(REFUSAL, named).value == 1
    assert names_what_is_missing(REFUSAL, bare).value == 0
    assert citation_precision(REFUSAL, bare, reader).value is None
    assert names_what_is_missing(CASE, bare).value is None


def test_a_figure_that_is_quoted_but_not_said_is_wrong(national: Callable[..., Citation]) -> None:
    answer = saying("Over a thousand cases were opened.", national(BOTH))

    assert correctness(CASE, answer).value == 0


def test_what_an_answer_must_never_say_makes_it_wrong(national: Callable[..., Citation]) -> None:
    case = dataclasses.replace(CASE, never=("Approved",))
    right = answered(national(BOTH))

    assert correctness(case, right).value == 1
    scored = correctness(case, right.model_copy(update={"answer": f"{right.answer} APPROVED"}))
    assert scored.value == 0
    assert "Approved" in scored.why
    assert correctness(dataclasses.replace(REFUSAL, never=("9,999",)), refused("9,999 is not said.")).value == 0


def test_two_reports_are_compared_only_when_both_are_cited(national: Callable[..., Citation]) -> None:
    other = "tong-ket-2024-dak-lak.html"
    case = dataclasses.replace(CASE, sources=(*CASE.sources, other), sources_needed=2)
    first, again = national(BOTH), national(BOTH, n=2)

    assert correctness(case, answered(first, again)).value == 0
    assert correctness(case, answered(first, national(BOTH, n=2, source=f"corpus/{other}"))).value == 1


def test_a_citation_that_is_beside_the_question_is_precise_and_not_relevant(
    reader: Assistant, national: Callable[..., Citation]
) -> None:
    answer = answered(national(BOTH), national("nearly 60,000 petitions", n=2))

    assert citation_precision(CASE, answer, reader).value == 1
    assert citation_relevance(CASE, answer, reader).value == 0.5
    assert citation_relevance(REFUSAL, answer, reader).value is None
    assert citation_relevance(CASE, refused("no"), reader).value is None


@pytest.mark.parametrize(
    ("said", "recall"),
    [
        (BOTH, 1),
        ("opened 848 new corruption cases", 1),
        (f"– {BOTH.upper()}!", 1),
        ("848 new cases of corruption were opened, with 1,884 defendants", 1),
        ("opened 849 new corruption cases against 1,884 defendants", 0),
        ("The volleyball team opened 848 new halls in the mountains", 0),
        ("848", 1),
        ("884 defendants", 0),
        ("Corruption has ended in every province of the country", 0),
    ],
)
def test_a_statement_is_supported_by_the_words_it_cites(
    said: str, recall: float, reader: Assistant, national: Callable[..., Citation]
) -> None:
    assert citation_recall(saying(said, national(BOTH)), reader).value == recall


def test_a_statement_without_a_true_citation_is_not_supported(
    reader: Assistant, national: Callable[..., Citation]
) -> None:
    answer = answered(national(BOTH))
    bare = Statement(text=BOTH, citations=[], support=1.0)

    half = answer.model_copy(update={"statements": [*answer.statements, bare]})
    assert citation_recall(half, reader).value == 0.5
    assert citation_recall(answered(national(BOTH, end=10**9)), reader).value == 0
    assert citation_recall(refused("no"), reader).value is None


def test_one_citation_that_supports_is_enough(reader: Assistant, national: Callable[..., Citation]) -> None:
    beside, supports = national("nearly 60,000 petitions"), national(BOTH, n=2)

    assert citation_recall(saying(BOTH, beside, supports), reader).value == 1


def test_words_do_not_judge_another_language_but_numbers_do(
    reader: Assistant, national: Callable[..., Citation]
) -> None:
    def said(text: str) -> float | None:
        answer = saying(text, national(BOTH)).model_copy(update={"language": "fr"})
        return citation_recall(answer, reader).value

    assert said("848 nouvelles affaires ont été ouvertes contre 1 884 personnes") is None
    assert said("849 nouvelles affaires ont été ouvertes contre 1 884 personnes") == 0


@pytest.mark.parametrize(
    ("said", "fidelity"),
    [
        (BOTH, 1),
        ("1 884 defendants", 1),
        ("849 cases, 1,884 defendants", 0.5),
        ("1,885 defendants", 0),
        ("In 2024, 848 cases", 1),  # the year is the period of the report
        ("In 2023, 848 cases", 0.5),
        ("Many cases", None),
    ],
)
def test_the_numbers_said_are_those_of_the_quotes(
    said: str, fidelity: float | None, national: Callable[..., Citation]
) -> None:
    assert number_fidelity(saying(said, national(BOTH, period="2024"))).value == fidelity


def test_a_number_is_looked_for_in_the_quotes_of_its_own_statement(national: Callable[..., Citation]) -> None:
    cited = national(BOTH), national("nearly 60,000 petitions", n=2)
    swapped = [Statement(text="60,000 petitions", citations=[1], support=1.0)]

    assert number_fidelity(answered(*cited).model_copy(update={"statements": swapped})).value == 0


def test_what_is_computed_is_left_out(reader: Assistant, national: Callable[..., Citation]) -> None:
    quoted = answered(national(BOTH))
    result = Statement(text="That is 2.2 defendants a case.", citations=[1], support=1.0, computed=True)

    both = quoted.model_copy(update={"statements": [*quoted.statements, result]})
    alone = quoted.model_copy(update={"statements": [result]})
    assert number_fidelity(both).value == citation_recall(both, reader).value == 1
    assert number_fidelity(alone).value is citation_recall(alone, reader).value is None


@pytest.mark.parametrize(("reckoned", "right"), [("1,884 − 848 = 1,036", 1), ("1,884 − 849 = 1,035", 0), (None, 1)])
def test_who_reckons_must_come_to_the_result(
    reckoned: str | None, right: float, national: Callable[..., Citation]
) -> None:
    answer = answered(national(BOTH))
    if reckoned:
        result = Statement(text=reckoned, citations=[1], support=1.0, computed=True)
        answer = answer.model_copy(update={"statements": [*answer.statements, result]})

    assert correctness(dataclasses.replace(CASE, computed=("1,036",)), answer).value == right


def test_half_an_answer_must_say_what_is_missing(national: Callable[..., Citation]) -> None:
    bare = answered(national(BOTH))
    notice = "The reports say nothing of 2021."
    told = bare.model_copy(update={"answer": f"{bare.answer} {notice}"})
    noticed = bare.model_copy(update={"usage": {"notice": notice}})
    quoted = saying(f"{BOTH} in 2021", national(BOTH))
    statement = bare.statements[0].model_copy(update={"lead_in": "As reported in 2021:"})
    led = bare.model_copy(update={"statements": [statement], "answer": f"As reported in 2021: {bare.answer}"})

    assert correctness(PARTIAL, bare).value == 1
    assert names_what_is_unsaid(PARTIAL, told).value == names_what_is_unsaid(PARTIAL, noticed).value == 1
    assert names_what_is_unsaid(PARTIAL, bare).value == 0
    assert names_what_is_unsaid(PARTIAL, quoted).value == names_what_is_unsaid(PARTIAL, led).value == 0
    assert names_what_is_unsaid(PARTIAL, refused("nothing of 2021")).value == 0
    assert names_what_is_unsaid(CASE, told).value is None


@pytest.mark.parametrize(
    ("form", "text", "held"),
    [
        ("1,884", "against 1 884 personnes", True),
        ("1,884", "với 1.884 bị can", True),
        ("1,884", "against 1\u202f884", True),
        ("1,884", "against 11,884", False),
        ("1,884", "against 1,885", False),
        ("884", "against 1,884", False),
        ("200", "more than two hundred", True),
        ("60.000", "nearly 60,000 petitions", True),
        ("To Lam", "General Secretary Tô Lâm", True),
        ("sept projets majeurs", "Sept  projets\nmajeurs sont sortis", True),
        ("six tâches clés", "cinq tâches clés", False),
    ],
)
def test_facts_are_held_by_value_and_without_accents(form: str, text: str, held: bool) -> None:
    assert holds(form, text) == held


# -- bad answerers score low ---------------------------------------------------------------------


class Bad(Assistant):
    """An assistant over the real library whose answers are spoilt."""

    def __init__(self, real: Assistant, spoil: Callable[[Answer], Answer]) -> None:
        super().__init__(real.library)
        self._spoil = spoil

    def ask(self, question: str, history: Any = (), filters: Any = None) -> Answer:
        return self._spoil(super().ask(question, history, filters))


def one_digit_changed(answer: Answer) -> Answer:
    def other(text: str) -> str:
        return "".join(str((int(char) + 1) % 10) if char.isdecimal() else char for char in text)

    citations = [citation.model_copy(update={"quote": other(citation.quote)}) for citation in answer.citations]
    return answer.model_copy(update={"citations": citations, "answer": other(answer.answer)})


@pytest.fixture(scope="module")
def figures() -> list[Case]:
    """Questions for figures, and as many that have no answer."""
    cases = read_cases(GOLDEN)
    return [c for c in cases if c.kind in ("figure", "period")] + [c for c in cases if c.refuse][:4]


def summary_of(cases: Sequence[Case], assistant: Assistant) -> Figures:
    return summarise(ask_all(cases, assistant))


def test_changed_digits_score_low(figures: list[Case], reader: Assistant) -> None:
    honest, bad = summary_of(figures, reader), summary_of(figures, Bad(reader, one_digit_changed))

    assert honest["answerable_right"] > 0.5
    assert bad["answerable_right"] == 0
    assert bad["citation_precision"] < 0.3


def test_citations_at_random_score_low(figures: list[Case], reader: Assistant) -> None:
    chance = random.Random(5)
    documents = reader.documents()

    def cite_anything(answer: Answer) -> Answer:
        info = chance.choice(documents)
        text = reader.document(info.id).text or ""
        start = chance.randrange(len(text) - 80)
        told = {"title": info.title, "language": info.language, "source": info.source}
        cited = Citation(
            n=1, document_id=info.id, quote=text[start : start + 80], start=start, end=start + 80, **told
        )  # fmt: skip
        return answered(cited).model_copy(update={"question": answer.question})

    bad = summary_of(figures, Bad(reader, cite_anything))

    assert bad["accuracy"] < 0.3
    assert bad["citation_precision"] < 0.5
    assert bad["abstention_f1"] == 0


def test_answering_everything_or_nothing_scores_low(
    figures: list[Case], reader: Assistant, national: Callable[..., Citation]
) -> None:
    everything = summary_of(figures, Bad(reader, lambda _: answered(national(BOTH))))
    nothing = summary_of(figures, Bad(reader, lambda _: refused("The reports do not say.")))

    assert everything["abstention_recall"] == everything["abstention_f1"] == 0
    assert everything["accuracy"] < 0.5
    assert nothing["answerable_right"] == 0
    assert nothing["abstention_precision"] < 0.5
    assert nothing["names_missing"] == 0


# -- the report ----------------------------------------------------------------------------------


@pytest.fixture
def results(reader: Assistant, national: Callable[..., Citation]) -> list[Result]:
    """One right, one wrongly refused, one rightly refused, one wrongly answered."""
    pairs = [
        (CASE, answered(national(BOTH))),
        (CASE, refused("The reports do not say.")),
        (REFUSAL, refused("not 2021")),
        (REFUSAL, answered(national(BOTH))),
    ]
    return [Result(case, answer, tuple(score(case, answer, reader))) for case, answer in pairs]


def test_the_summary_is_the_means_and_the_precision_and_recall_of_refusals(results: list[Result]) -> None:
    assert summarise(results) == {
        "cases": 4,
        "accuracy": 0.5,
        "answerable_right": 0.5,
        "citation_precision": 0.5,  # of the two that cite; what is not scored is not zero
        "citation_relevance": 1.0,
        "citation_recall": 1.0,
        "number_fidelity": 1.0,
        "abstention_precision": 0.5,
        "abstention_recall": 0.5,
        "abstention_f1": 0.5,
        "names_missing": 1.0,
        "names_unsaid": None,
        "median_ms": 10.0,
    }


def test_the_breakdown_scores_each_group_by_itself(results: list[Result]) -> None:
    by_kind = breakdown(results, "kind")

    assert by_kind.keys() == {"figure", "refusal"}
    assert (by_kind["figure"]["cases"], by_kind["figure"]["right"]) == (2, 1)
    assert by_kind["figure"]["answerable_right"] == 0.5
    assert by_kind["figure"]["abstention_recall"] is None
    assert by_kind["refusal"]["answerable_right"] is None
    assert breakdown(results, "lang")["en"]["citation_precision"] == 0.5


def test_a_follow_up_is_asked_after_the_turns_before_it(reader: Assistant) -> None:
    asked: list[tuple[str, list[dict[str, str]]]] = []

    class Listening(Assistant):
        def ask(self, question: str, history: Any = (), **_: Any) -> Answer:
            asked.append((question, list(history)))
            return refused(f"answer {len(asked)}")

    case = dataclasses.replace(CASE, question="And in 2024?", history=("How many in 2022?", "And in 2023?"))
    ask_all([case], Listening(reader.library))

    first = [{"role": "user", "content": "How many in 2022?"}, {"role": "assistant", "content": "answer 1"}]
    second = [{"role": "user", "content": "And in 2023?"}, {"role": "assistant", "content": "answer 2"}]
    assert asked == [
        ("How many in 2022?", []), ("And in 2023?", first), ("And in 2024?", first + second),
    ]  # fmt: skip


def test_the_printed_report_names_what_failed(results: list[Result], capsys: pytest.CaptureFixture[str]) -> None:
    print_report(results, summarise(results))

    printed = capsys.readouterr().out
    assert "lang en" in printed
    assert "2 of 4" in printed
    assert "kind refusal" in printed
    assert "–" in printed  # what was not scored is no figure
    assert printed.count("failed a:") == printed.count("failed b:") == 1


def test_the_json_report_holds_every_case_answer_and_score(results: list[Result]) -> None:
    report = as_json(results, summarise(results))

    assert len(report["results"]) == 4
    assert report["results"][0]["case"]["id"] == "a"
    assert report["results"][0]["answer"]["citations"][0]["quote"] == BOTH
    assert {s["name"] for s in report["results"][0]["scores"]} == {
        "correctness", "citation_precision", "citation_relevance", "citation_recall", "number_fidelity",
        "abstention", "names_missing", "names_unsaid",
    }  # fmt: skip
    assert report["by_language"]["en"]["cases"] == 4
    assert report["by_kind"]["refusal"]["abstention_recall"] == 0.5


def test_the_html_report_escapes_what_comes_from_outside(reader: Assistant, national: Callable[..., Citation]) -> None:
    script = '<script>alert("x")</script>'
    case = Case("x", "en", "fact", script, ((script,),), (script,))
    answer = answered(national("nearly 60,000", quote=script, source=script))
    result = Result(case, answer, tuple(score(case, answer, reader)))

    page = as_html([result], summarise([result]))

    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 4
