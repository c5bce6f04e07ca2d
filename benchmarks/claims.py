"""Claims with the evidence they were written over: what the cross-encoder's judging is trained and measured on.

`readers/*/claims.jsonl` has a claim a line, {"report", "evidence", "claim", "lang", "label", "kind"}: the evidence is
the report's own words; the label says whether it supports the claim, contradicts it, or is silent; the kind what was
done to make the claim. Claims over the reports of `questions.HELD_OUT` train nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from benchmarks.questions import HELD_OUT, READERS, report_of
from evals.cases import read_cases
from evals.judge import LABELS, Label
from ingest.readers import open_file, read
from ingest.text.language import detect_language


@dataclass(frozen=True, slots=True)
class Claim:
    """What is claimed of some evidence, and what the evidence says of it."""

    text: str
    evidence: str
    language: str
    label: Label
    kind: str
    report: str
    held_out: bool
    folder: Path

    @property
    def whole_report(self) -> str:
        """The text of the report that the evidence is of."""
        return _text_of(self.folder / "reports" / self.report)

    @property
    def supported(self) -> bool:
        return self.label == "supported"

    @property
    def across(self) -> bool:
        """Whether the evidence is in another language."""
        return detect_language(self.evidence) != self.language


def readers_claims() -> Iterator[Claim]:
    """The claims of all folders."""
    for file in sorted(READERS.glob("*/claims.jsonl")):
        held_out = _held_out(file.parent)
        for row in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
            label = next(name for name in LABELS if name == row["label"])
            report = row["report"]
            yield Claim(
                row["claim"], row["evidence"], row["lang"], label, row["kind"], report, report in held_out, file.parent
            )


@lru_cache(maxsize=100)
def _text_of(report: Path) -> str:
    return read(open_file(report)).text


def _held_out(folder: Path) -> frozenset[str]:
    """The files of a folder's reports that train nothing."""
    cases = read_cases(folder / "questions.jsonl")
    return frozenset(source for case in cases if report_of(case) in HELD_OUT for source in case.sources)
