"""What the other suites read: answers of any system, labelled claims, conversations, variants, passages and questions.

Each reader raises InputError with file, line and field for what is malformed, ids used twice, or an empty file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from evals.cases import Case, case_of
from evals.claims import Claim, claims_of
from evals.jsonl import Row, read
from evals.judge.judgement import Label
from ingest.text.language import detect_language


@dataclass(frozen=True, slots=True)
class Given:
    """A passage that another system found or cites."""

    n: int
    text: str
    source: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer of any system, with its evidence. `grounded` is what a person says of it, if somebody has."""

    id: str
    lang: str
    kind: str
    question: str
    answer: str
    claims: tuple[Claim, ...]
    passages: tuple[Given, ...]
    grounded: bool | None = None
    abstained: bool = False
    ms: float | None = None
    cost: float | None = None
    where: str = ""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A claim, what it rests on, and whether that supports it; `label` is None where it is only known not to."""

    id: str
    lang: str
    kind: str
    claim: str
    passages: tuple[str, ...]
    supported: bool
    label: Label | None = None
    question: str | None = None
    where: str = ""


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Questions one after the other, each a case whose history is those before it."""

    id: str
    lang: str
    kind: str
    turns: tuple[Case, ...]
    where: str = ""


@dataclass(frozen=True, slots=True)
class Variant:
    """A question asked otherwise: as a paraphrase, with slips, in another language."""

    kind: str
    lang: str
    question: str


@dataclass(frozen=True, slots=True)
class Varied:
    """A question and its variants, all of which must give the same facts."""

    case: Case
    variants: tuple[Variant, ...]
    where: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question over given passages: which of them answers it, and the accepted answers; none where it has none."""

    id: str
    lang: str
    question: str
    passage: str
    answers: tuple[str, ...]
    kind: str = "question"
    where: str = ""


# -- answers of any system -----------------------------------------------------------------------


def read_answered(file: Path) -> list[Answered]:
    """Answers with evidence, one a line: {id, answer, passages: [text or {n, text, source, title}], question, lang,
    kind, statements: [{text, citations}], grounded, latency_ms, cost}, or what `danchung ask --json` prints."""
    return read(file, answered_of, lambda one: one.id, "answer")


def answered_of(row: Row) -> Answered:
    """The value of one line. Raises InputError."""
    answer = row.values.get("answer")
    if not isinstance(answer, str):
        raise row.wrong(f"answer must be str, not {answer!r}"[:200])
    question = row.get("question", str, "-")
    question = "" if question == "-" else question
    statements = row.rows("statements")
    claims = tuple(_claim(one) for one in statements) if statements else tuple(claims_of(answer))
    abstained = row.get("abstained", bool, not answer.strip())
    return Answered(
        id=row.id() if "id" in row.values else f"line {row.line}",
        lang=row.get("lang", str, detect_language(question or answer[:2000])),
        kind=row.get("kind", str, "answer"),
        question=question,
        answer=answer,
        claims=() if abstained else claims,
        passages=_passages(row),
        grounded=_maybe(row, "grounded", bool),
        abstained=abstained,
        ms=_milliseconds(row),
        cost=_amount(row.values.get("cost", row.values.get("usage", {})), row, "cost"),
        where=row.where,
    )


def _claim(row: Row) -> Claim:
    cites = row.get("citations", list, [])
    if not all(isinstance(n, int) for n in cites):
        raise row.wrong("citations must be a list of numbers")
    return Claim(row.get("text", str), tuple(cites))


def _passages(row: Row) -> tuple[Given, ...]:
    name = next((name for name in ("passages", "citations", "contexts", "evidence") if name in row.values), "passages")
    given = row.get(name, list, [])
    found = []
    for number, one in enumerate(given, start=1):
        if isinstance(one, str):
            found.append(Given(number, one))
        elif isinstance(one, dict):
            inner = Row(row.file, row.line, one)
            text = one.get("text", one.get("quote"))
            if not isinstance(text, str):
                raise row.wrong(f"{name}: text must be str, not {text!r}"[:200])
            texts = (str(one.get(key) or "") for key in ("source", "title"))
            found.append(Given(inner.get("n", int, number), text, *texts))
        else:
            raise row.wrong(f"{name} must be a list of texts or objects")
    return tuple(found)


def _milliseconds(row: Row) -> float | None:
    timings = row.values.get("timings_ms")
    return _amount(row.values.get("latency_ms", timings if isinstance(timings, dict) else None), row, "total")


def _amount(value: Any, row: Row, key: str) -> float | None:
    """A number, or the one under `key` of an object; None where there is none."""
    if isinstance(value, Mapping):
        value = value.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise row.wrong(f"{key} must be a number, not {value!r}"[:200])
    return float(value)


def _maybe(row: Row, name: str, kind: type[Any]) -> Any:
    return None if row.values.get(name) is None else row.get(name, kind)


# -- labelled claims -----------------------------------------------------------------------------

_LABELS: dict[str, tuple[bool, Label | None]] = {
    "supported": (True, "supported"), "entailment": (True, "supported"), "1": (True, None),
    "contradicted": (False, "contradicted"), "contradiction": (False, "contradicted"),
    "not_found": (False, "not_found"), "neutral": (False, "not_found"),
    "0": (False, None), "not_supported": (False, None), "not_entailment": (False, None),
}  # fmt: skip


def read_labelled(file: Path) -> list[Labelled]:
    """Labelled claims, one a line: {id, source, claim, label}, `label` 1 or 0, or one of three words; `source` a text,
    a list of texts, or an object with `passages` and perhaps the `question`. A `label3`, where there is one, is the
    finer label."""
    return read(file, labelled_of, lambda one: one.id, "claim")


def labelled_of(row: Row) -> Labelled:
    """The value of one line. Raises InputError."""
    source: Any = row.values.get("source", row.values.get("premise"))
    question = row.values.get("question")
    if isinstance(source, dict):
        question = source.get("question", question)
        source = source.get("passages")
    passages = [source] if isinstance(source, str) else source
    if not isinstance(passages, list) or not passages or not all(isinstance(text, str) for text in passages):
        raise row.wrong("source must be a text, a list of texts, or an object with passages")
    claim = row.values.get("claim", row.values.get("hypothesis"))
    if not isinstance(claim, str) or not claim.strip():
        raise row.wrong(f"claim must be str, not {claim!r}"[:200])
    label = _label(row.values.get("label", row.values.get("label3")))
    if label not in _LABELS:
        raise row.wrong(f"label must be 1, 0, supported, contradicted or not_found, not {label!r}"[:200])
    supported, finer = _LABELS[label]
    if (third := _label(row.values.get("label3"))) in _LABELS and _LABELS[third][0] == supported:
        finer = _LABELS[third][1]
    return Labelled(
        id=row.id(),
        lang=row.get("lang", str, detect_language(claim)),
        kind=row.get("kind", str, row.get("task", str, "supported" if supported else "unsupported")),
        claim=claim,
        passages=tuple(passages),
        supported=supported,
        label=finer,
        question=question if isinstance(question, str) and question else None,
        where=row.where,
    )


def _label(value: Any) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)


# -- conversations and variants ------------------------------------------------------------------


def read_dialogues(file: Path) -> list[Dialogue]:
    """Conversations: {id, lang, kind, turns: [{question, facts, sources, refuse, …}]}, a turn having the fields of a
    golden case without id, lang, kind and history."""
    return read(file, dialogue_of, lambda one: one.id, "conversation")


def dialogue_of(row: Row) -> Dialogue:
    """The value of one line. Raises InputError."""
    row.only(("id", "lang", "kind", "turns"))
    lang, kind = row.get("lang", str), row.get("kind", str, "conversation")
    turns: list[Case] = []
    for number, turn in enumerate(row.rows("turns"), start=1):
        case = _part(turn, f"{row.id()}/{number}", lang, kind)
        turns.append(replace(case, history=tuple(one.question for one in turns)))
    if not turns:
        raise row.wrong("turns must be a list of questions, and there is none")
    return Dialogue(row.id(), lang, kind, tuple(turns), row.where)


def _part(row: Row, name: str, lang: str, kind: str) -> Case:
    return case_of(Row(row.file, row.line, {"lang": lang, **row.values, "id": name, "kind": kind}))


def read_varied(file: Path) -> list[Varied]:
    """Questions with variants: the fields of a golden case, and variants: [{kind, question, lang}]."""
    return read(file, varied_of, lambda one: one.case.id, "question")


def varied_of(row: Row) -> Varied:
    """The value of one line. Raises InputError."""
    case = case_of(Row(row.file, row.line, {k: v for k, v in row.values.items() if k != "variants"}))
    variants = tuple(
        Variant(one.get("kind", str), one.get("lang", str, case.lang), one.get("question", str))
        for one in row.rows("variants")
    )
    return Varied(case, variants, row.where)


# -- passages and questions ----------------------------------------------------------------------


def read_passages(file: Path) -> dict[str, str]:
    """Passages by id: {passage_id, text}."""
    pairs = read(file, passage_of, lambda one: one[0], "passage")
    return dict(pairs)


def passage_of(row: Row) -> tuple[str, str]:
    """(id, text) of one line. Raises InputError."""
    return _passage_id(row), row.get("text", str)


def _passage_id(row: Row) -> str:
    value = row.values.get("passage_id")
    if isinstance(value, bool) or not isinstance(value, int | str) or value == "":
        raise row.wrong(f"passage_id must be str, not {value!r}"[:200])
    return str(value)


def read_asked(file: Path, passages: Mapping[str, str]) -> list[Asked]:
    """Questions over these passages: {id, lang, question, passage_id, answers, unanswerable}."""

    def parse(row: Row) -> Asked:
        asked = asked_of(row)
        if asked.passage and asked.passage not in passages:
            raise row.wrong(f"passage_id {asked.passage!r} is none of the passages")
        return asked

    return read(file, parse, lambda one: one.id, "question")


def asked_of(row: Row) -> Asked:
    """The question of one line. Raises InputError."""
    unanswerable = row.get("unanswerable", bool, False)
    asked = Asked(
        id=row.id(),
        lang=row.get("lang", str),
        question=row.get("question", str),
        passage="" if unanswerable and "passage_id" not in row.values else _passage_id(row),
        answers=() if unanswerable else row.texts("answers"),
        kind=row.get("kind", str, "unanswerable" if unanswerable else "question"),
        where=row.where,
    )
    if not unanswerable and not asked.answers:
        raise row.wrong("answers are missing, and it is not unanswerable")
    return asked
