"""Evaluation data is read strictly: whatever is wrong is named with file, line and field."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from assistant import Assistant
from evals.cases import read_cases
from evals.checking import faults_of
from evals.finding import BUNDLED, CORPUS, GOLDEN, bundled, find
from evals.scorers import holds
from evals.sets import read_answered, read_asked, read_dialogues, read_labelled, read_passages, read_varied
from ingest.errors import InputError

ROW = '{"id": "a", "lang": "en", "kind": "figure", "question": "How many?", "facts": [["848"]], "sources": ["r.txt"]}'


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


# -- the other sets ------------------------------------------------------------------------------


def written(folder: Path, *rows: object, name: str = "set.jsonl") -> Path:
    file = folder / name
    lines = (row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows)
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("reader", "row", "said"),
    [
        (read_answered, {"id": "a"}, "line 1: answer must be str, not None"),
        (read_answered, {"id": "a", "answer": "x", "passages": "p"}, "line 1: passages must be list, not 'p'"),
        (read_answered, {"id": "a", "answer": "x", "passages": [3]}, "passages must be a list of texts or objects"),
        (read_answered, {"id": "a", "answer": "x", "passages": [{"n": 1}]}, "passages: text must be str"),
        (read_answered, {"id": "a", "answer": "x", "grounded": "yes"}, "grounded must be bool, not 'yes'"),
        (read_answered, {"id": "a", "answer": "x", "latency_ms": -1}, "total must be a number, not -1"),
        (read_answered, {"id": "a", "answer": "x", "statements": [{"citations": [1]}]}, "text must be str"),
        (read_labelled, {"id": "a", "claim": "c", "label": 1}, "source must be a text"),
        (read_labelled, {"id": "a", "claim": "", "source": "s", "label": 1}, "claim must be str"),
        (read_labelled, {"id": "a", "claim": "c", "source": "s", "label": 2}, "label must be 1, 0"),
        (read_labelled, {"claim": "c", "source": "s", "label": 1}, "id must be str, not None"),
        (read_dialogues, {"id": "a", "lang": "en", "turns": []}, "turns must be a list of questions"),
        (read_dialogues, {"id": "a", "lang": "en", "turns": [{"question": "Who?"}]}, "facts are missing"),
        (read_varied, {**json.loads(ROW), "variants": [{"kind": "typo"}]}, "question must be str"),
        (read_varied, {**json.loads(ROW), "variants": ["x"]}, "variants must be a list of objects"),
        (read_passages, {"passage_id": None, "text": "t"}, "passage_id must be str, not None"),
        (read_passages, {"passage_id": "p"}, "text must be str, not None"),
    ],
)
def test_what_is_malformed_in_any_set_is_named(reader: object, row: object, said: str, tmp_path: Path) -> None:
    file = written(tmp_path, row)

    with pytest.raises(InputError) as caught:
        reader(file)  # type: ignore[operator]

    assert str(caught.value).startswith(f"{file}, line 1")
    assert said in str(caught.value)


def test_questions_must_be_over_passages_that_are_there(tmp_path: Path) -> None:
    row = {"id": "q", "lang": "en", "question": "Who?", "passage_id": "p", "answers": ["Ann"]}

    assert read_asked(written(tmp_path, row), {"p": "Ann did."})[0].answers == ("Ann",)
    with pytest.raises(InputError, match="passage_id 'p' is none of the passages"):
        read_asked(written(tmp_path, row), {"o": "text"})
    with pytest.raises(InputError, match="answers are missing"):
        read_asked(written(tmp_path, {**row, "answers": []}), {"p": "text"})
    assert read_asked(written(tmp_path, {**row, "answers": [], "unanswerable": True}), {"p": "text"})[0].answers == ()


def test_several_faults_are_named_together_and_the_rest_counted(tmp_path: Path) -> None:
    file = written(tmp_path, ROW, *["{"] * 7)

    with pytest.raises(InputError, match=r"line 2: not JSON.*line 6: not JSON.*; and 2 more faults$"):
        read_cases(file)


def test_check_tells_every_fault_and_how_many_lines_are_sound(tmp_path: Path) -> None:
    file = written(tmp_path, ROW, "{", ROW, ROW.replace('"a"', '"b"').replace("facts", "fact"))

    sort, sound, faults = faults_of(file)

    assert (sort, sound, len(faults)) == ("golden", 1, 3)
    assert [fault.split(": ")[0].rsplit(" ", 1)[-1] for fault in faults] == ["2", "3", "4"]


def test_bytes_that_are_no_text_are_named_with_their_line(tmp_path: Path) -> None:
    file = tmp_path / "set.jsonl"
    file.write_bytes(ROW.encode() + b"\n\xff\xfe")

    with pytest.raises(InputError, match="line 2: not UTF-8"):
        read_cases(file)


def test_sets_are_told_apart_by_their_fields(tmp_path: Path) -> None:
    written(tmp_path, ROW, name="golden.jsonl")
    written(tmp_path, {"id": "x", "answer": "A.", "passages": ["A."]}, name="answers.jsonl")
    written(tmp_path, {"id": "x", "claim": "A.", "source": "A.", "label": 1}, name="claims.jsonl")
    written(tmp_path, {"passage_id": "p", "text": "t"}, name="passages_en.jsonl")
    written(tmp_path, {"passage_id": "p", "text": "t"}, name="passages_vi.jsonl")
    asked = {"id": "q", "lang": "en", "question": "Who?", "passage_id": "p", "answers": ["t"]}
    written(tmp_path, asked, name="questions_en.jsonl")
    written(tmp_path, {"other": 1}, name="what.jsonl")

    sets = find(tmp_path)

    sorts = {sort: list(files) for sort, files in sets.files.items()}
    assert sorts == {
        "golden": ["golden"], "grounding": ["answers"], "judge": ["claims"],
        "passages": ["passages_en", "passages_vi"], "questions": ["questions_en"],
    }  # fmt: skip
    assert [name for name, *_ in sets.pairs()] == ["questions_en", "questions_en→passages_vi"]
    assert sets.unknown == [str(tmp_path / "what.jsonl")]
    with pytest.raises(InputError, match="holds no set"):
        find(BUNDLED / "distractors")
    with pytest.raises(InputError, match="there is no such file or folder"):
        find(tmp_path / "none")


def test_the_bundled_sets_are_sound_in_three_languages_and_their_facts_in_the_corpus(reader: Assistant) -> None:
    sets = bundled()
    texts = {info.source.rsplit("/", 1)[-1]: reader.document(info.id).text or "" for info in reader.documents()}
    turns = [turn for one in read_dialogues(sets.of("conversation")["conversation"]) for turn in one.turns]
    varied = read_varied(sets.of("robustness")["robustness"])
    claims = read_labelled(sets.of("judge")["judge"])
    answers = read_answered(sets.of("grounding")["grounding"])

    for case in (*turns, *(one.case for one in varied)):
        assert set(case.sources) <= set(texts), case.id
        for fact in case.facts:
            assert any(holds(form, texts[source]) for form in fact for source in case.sources), (case.id, fact)
    for group in (turns, claims, answers, [one.case for one in varied]):
        assert {one.lang for one in group} == {"en", "fr", "vi"}
    assert {claim.label for claim in claims} == {"supported", "contradicted", "not_found"}
    assert {one.grounded for one in answers} == {True, False}


@pytest.mark.parametrize(
    ("labels", "supported", "finer"),
    [
        ({"label": 1}, True, None),
        ({"label": 0, "label3": "contradiction"}, False, "contradicted"),
        ({"label": 0, "label3": "partially_supported"}, False, None),
        ({"label": "neutral"}, False, "not_found"),
        ({"label3": "entailment"}, True, "supported"),
        ({"label": True}, True, None),
    ],
)
def test_labels_are_of_two_sorts_or_of_three(
    labels: dict[str, object], supported: bool, finer: str | None, tmp_path: Path
) -> None:
    (claim,) = read_labelled(written(tmp_path, {"id": "a", "claim": "c", "source": "s", **labels}))

    assert (claim.supported, claim.label) == (supported, finer)
