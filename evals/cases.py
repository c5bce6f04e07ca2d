"""Questions with what their answers must hold."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.errors import InputError


@dataclass(frozen=True, slots=True)
class Case:
    """One question.

    `facts` are alternatives of which one must be in a quote, for each fact; `sources` are file names, any of which
    may be cited, and `sources_needed` is how many different ones must be. One to `refuse` has neither, and `missing`
    is what the refusal names. `unsaid` is what the reports leave out of a question that they answer in part: the
    answer must name each, in one of its written forms. `history` is the questions asked before, in order. `computed` is
    the result, in its written forms, that an answer which reckons with the facts must come to; one that only quotes
    them need not. `never` is what no answer may say, whatever a report or the question tells it to.
    """

    id: str
    lang: str
    kind: str
    question: str
    facts: tuple[tuple[str, ...], ...] = ()
    sources: tuple[str, ...] = ()
    refuse: bool = False
    missing: str | None = None
    unsaid: tuple[tuple[str, ...], ...] = ()
    history: tuple[str, ...] = ()
    computed: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    sources_needed: int = 1


def read_cases(file: Path) -> list[Case]:
    """The cases of a JSONL file. Raises InputError with file, line and field for what is malformed, an id used
    twice, or a file without cases."""
    cases: dict[str, Case] = {}
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError as exc:
        raise InputError(f"{file}: cannot be read ({exc.strerror})") from exc
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        case = _case(line, f"{file}, line {number}")
        if case.id in cases:
            raise InputError(f"{file}, line {number}: id {case.id!r} is used twice")
        cases[case.id] = case
    if not cases:
        raise InputError(f"{file}: holds no case")
    return list(cases.values())


def _case(line: str, where: str) -> Case:
    try:
        row = json.loads(line)
    except ValueError as exc:
        raise InputError(f"{where}: not JSON ({exc})") from exc
    if not isinstance(row, dict):
        raise InputError(f"{where}: not a JSON object")
    unknown = sorted(row.keys() - Case.__dataclass_fields__.keys())
    if unknown:  # a misspelt field would be a demand that nobody makes
        raise InputError(f"{where}: unknown field {', '.join(unknown)}")
    case = Case(
        id=_field(row, "id", str, where),
        lang=_field(row, "lang", str, where),
        kind=_field(row, "kind", str, where),
        question=_field(row, "question", str, where),
        facts=_written_forms(row, "facts", where),
        sources=_texts(row, "sources", where),
        refuse=_field(row, "refuse", bool, where, default=False),
        missing=row.get("missing"),
        unsaid=_written_forms(row, "unsaid", where),
        history=_texts(row, "history", where),
        computed=_texts(row, "computed", where),
        never=_texts(row, "never", where),
        sources_needed=_field(row, "sources_needed", int, where, default=1),
    )
    if not case.refuse and not case.facts:
        raise InputError(f"{where}: facts are missing, and it is not to be refused")
    if case.refuse and case.unsaid:
        raise InputError(f"{where}: unsaid is for a question answered in part, and it is to be refused")
    return case


def _field(row: dict[str, Any], name: str, kind: type, where: str, default: Any = None) -> Any:
    value = row.get(name, default)
    if not isinstance(value, kind) or value == "":
        raise InputError(f"{where}: {name} must be {kind.__name__}, not {value!r}")
    return value


def _texts(row: dict[str, Any], name: str, where: str) -> tuple[str, ...]:
    texts = _field(row, name, list, where, default=[])
    if not all(isinstance(text, str) and text for text in texts):
        raise InputError(f"{where}: {name} must be a list of texts")
    return tuple(texts)


def _written_forms(row: dict[str, Any], name: str, where: str) -> tuple[tuple[str, ...], ...]:
    """A list of lists: each thing, in the forms it may be written in."""
    things = _field(row, name, list, where, default=[])
    if not all(isinstance(forms, list) and forms for forms in things) or not all(
        isinstance(form, str) and form for forms in things for form in forms
    ):
        raise InputError(f"{where}: {name} must be a list of lists of written forms")
    return tuple(tuple(forms) for forms in things)
