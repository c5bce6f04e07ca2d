"""Files of cases checked without asking anything: every fault, not only the first few."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from evals import jsonl
from evals.cases import case_of
from evals.finding import find
from evals.sets import answered_of, asked_of, dialogue_of, labelled_of, passage_of, varied_of
from ingest.errors import InputError

PARSERS: dict[str, Callable[[jsonl.Row], Any]] = {
    "golden": case_of, "grounding": answered_of, "judge": labelled_of, "conversation": dialogue_of,
    "robustness": varied_of, "questions": asked_of, "passages": passage_of,
}  # fmt: skip
"""What reads a line of each sort of file."""


def faults_of(file: Path) -> tuple[str, int, list[str]]:
    """The sort of a file, how many sound lines it has, and each fault with its line and field. Raises InputError for a
    file that cannot be read or is of no sort."""
    sort = next(sort for sort, files in find(file, exactly=True).files.items() if file in files.values())
    faults: list[str] = []
    seen: set[str] = set()
    for row in jsonl.rows_of(file, faults):
        try:
            PARSERS[sort](row)
            name = str(row.values.get("passage_id" if sort == "passages" else "id"))
            if name in seen:
                raise row.wrong(f"id {name!r} is used twice")
            seen.add(name)
        except InputError as exc:
            faults.append(str(exc))
    return sort, len(seen), faults
