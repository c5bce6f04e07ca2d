"""Questions with what their answers must hold."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.errors import InputError


@dataclass(frozen=True, slots=True)
class Case:
    """One question. `facts` are alternatives of which one must be in a quote, for each fact; `sources` are file
    names, any of which may be cited. One to `refuse` has neither, and `missing` is what the refusal names."""

    id: str
    lang: str
    kind: str
    question: str
    facts: tuple[tuple[str, ...], ...] = ()
    sources: tuple[str, ...] = ()
    refuse: bool = False
    missing: str | None = None


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
    refuse = _field(row, "refuse", bool, where, default=False)
    facts = _field(row, "facts", list, where, default=[])
    if not all(isinstance(fact, list) and fact and all(isinstance(form, str) for form in fact) for fact in facts):
        raise InputError(f"{where}: facts must be a list of lists of written forms")
    if not refuse and not facts:
        raise InputError(f"{where}: facts are missing, and it is not to be refused")
    return Case(
        id=_field(row, "id", str, where),
        lang=_field(row, "lang", str, where),
        kind=_field(row, "kind", str, where),
        question=_field(row, "question", str, where),
        facts=tuple(tuple(fact) for fact in facts),
        sources=tuple(_field(row, "sources", list, where, default=[])),
        refuse=refuse,
        missing=row.get("missing"),
    )


def _field(row: dict[str, Any], name: str, kind: type, where: str, default: Any = None) -> Any:
    value = row.get(name, default)
    if not isinstance(value, kind) or value == "":
        raise InputError(f"{where}: {name} must be {kind.__name__}, not {value!r}")
    return value
