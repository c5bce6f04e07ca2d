"""Questions with what their answers must hold."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from evals.jsonl import Row, read


@dataclass(frozen=True, slots=True)
class Case:
    """One question.

    `facts` are alternatives of which one must be in a quote, for each fact; `sources` are file names, any of which
    may be cited, and `sources_needed` is how many different ones must be. One to `refuse` has neither, and `missing`
    is what the refusal names. `unsaid` is what the reports leave out of a question that they answer in part: the
    answer must name each, in one of its written forms. `history` is the questions asked before, in order. `computed` is
    the result, in its written forms, that an answer which reckons with the facts must come to; one that only quotes
    them need not. `never` is what no answer may say, whatever a report or the question tells it to. `evidence` is the
    words the facts were taken from, for the person who edits a draft.
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
    evidence: tuple[str, ...] = ()


def read_cases(file: Path) -> list[Case]:
    """The cases of a JSONL file. Raises InputError with file, line and field for what is malformed, an id used
    twice, or a file without cases."""
    return read(file, case_of, lambda case: case.id)


def case_of(row: Row) -> Case:
    """The case of one line. Raises InputError."""
    row.only(Case.__dataclass_fields__)
    case = Case(
        id=row.get("id", str),
        lang=row.get("lang", str),
        kind=row.get("kind", str),
        question=row.get("question", str),
        facts=row.written_forms("facts"),
        sources=row.texts("sources"),
        refuse=row.get("refuse", bool, False),
        missing=row.get("missing", str) if row.values.get("missing") is not None else None,
        unsaid=row.written_forms("unsaid"),
        history=row.texts("history"),
        computed=row.texts("computed"),
        never=row.texts("never"),
        sources_needed=row.get("sources_needed", int, 1),
        evidence=row.texts("evidence"),
    )
    if not case.refuse and not case.facts:
        raise row.wrong("facts are missing, and it is not to be refused")
    if case.refuse and case.unsaid:
        raise row.wrong("unsaid is for a question answered in part, and it is to be refused")
    return case
