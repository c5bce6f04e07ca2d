"""The values of an evaluation, each the same in Python and in the JSON report: Score → Outcome → Figure → Report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from ingest.errors import InputError

FORMAT = 1
"""Of the JSON report; one of another format is refused, not misread."""


@dataclass(frozen=True, slots=True)
class Score:
    """One measure of one case: a value, or None where it does not apply, which is not zero; and why.

    `weight` is how much it counts in the suite's figure, a weighted mean: 1 but for measures that are no plain mean.
    """

    name: str
    value: float | None
    why: str = ""
    weight: float = 1.0


class Shown(BaseModel):
    """A passage behind an answer, as the report shows it; `marked` are [start, end) of the words that matter, in code
    points of `text`."""

    n: int
    text: str
    source: str = ""
    title: str = ""
    marked: list[tuple[int, int]] = []


class Outcome(BaseModel):
    """One case that was run: what was asked, expected and said, and how it scored."""

    id: str
    lang: str
    kind: str
    documents: list[str] = Field(default=[], description="Sources the case is about: expected ones, else cited ones.")
    question: str = Field(description="What was asked; of a claim, the claim.")
    before: list[str] = Field(default=[], description="The questions asked before it, in order.")
    expected: str
    answer: str
    passages: list[Shown] = []
    scores: list[Score] = []
    failed: bool = False
    why: str = Field(default="", description="Why it failed, in words; or what else is to be known of it.")
    error: str | None = Field(default=None, description="Why it could not be scored; it is in no figure then.")
    provisional: bool = Field(default=False, description="Whether its model failed: the next run asks again.")
    origin: str = Field(default="", description="File and line the case is from.")

    def score(self, name: str) -> Score | None:
        return next((score for score in self.scores if score.name == name), None)

    def value(self, name: str) -> float | None:
        found = self.score(name)
        return found.value if found else None


class Figure(BaseModel):
    """A measure over many cases: the estimate, its 95 % interval, and how many cases it is from."""

    name: str
    value: float | None = Field(description="None where no case was scored, which is not zero.")
    low: float | None = None
    high: float | None = None
    scored: int = 0


class SuiteReport(BaseModel):
    """One suite's figures, their breakdown, and every outcome behind them."""

    name: str
    about: str
    data: str = Field(description="Which cases, over which documents.")
    figures: list[Figure]
    breakdown: dict[str, dict[str, list[Figure]]] = Field(
        default={}, description="By language, kind and document: the figures of each group."
    )
    outcomes: list[Outcome] = []
    notes: list[str] = Field(default=[], description="What a reader of the figures must know: what is not in them.")
    floors: dict[str, float] = {}
    seconds: float = 0.0
    cached: int = Field(default=0, description="Outcomes that were taken from an earlier run of the same content.")

    def figure(self, name: str) -> Figure | None:
        return next((figure for figure in self.figures if figure.name == name), None)

    def value(self, name: str) -> float | None:
        found = self.figure(name)
        return found.value if found else None

    @property
    def failures(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.failed]

    @property
    def unscored(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.error]


class Difference(BaseModel):
    """One figure in two runs over the same cases. `low` and `high` bound the difference, `p` says how likely one as
    large is by chance, `p_adjusted` the same given how many of its suite were compared (Holm)."""

    suite: str
    name: str
    before: float
    after: float
    low: float
    high: float
    p: float
    p_adjusted: float
    cases: int

    @property
    def significant(self) -> bool:
        return self.p_adjusted < 0.05


class Comparison(BaseModel):
    """This run against a saved one."""

    against: str
    differences: list[Difference]
    mended: list[str] = Field(default=[], description="“suite: case” that failed then and does not now.")
    broken: list[str] = Field(default=[], description="“suite: case” that fails now and did not then.")
    unmatched: int = Field(default=0, description="Cases that are in one run only, or were changed between them.")


class Report(BaseModel):
    """A whole run."""

    format: int = FORMAT
    created: str
    version: str
    judge: str
    seconds: float
    suites: list[SuiteReport]
    library: bool = Field(default=False, description="Whether the reader's own library was asked.")
    comparison: Comparison | None = None

    def suite(self, name: str) -> SuiteReport | None:
        return next((suite for suite in self.suites if suite.name == name), None)

    def as_dict(self) -> dict[str, Any]:
        return self.model_dump(mode="json")


def read_report(file: str, text: str) -> Report:
    """A report saved with `--json`. Raises InputError where it is none, or of another format."""
    try:
        report = Report.model_validate_json(text)
    except ValidationError as exc:
        first = exc.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the whole"
        raise InputError(f"{file}: not a report of `danchung eval --json` ({where}: {first['msg']})") from exc
    if report.format != FORMAT:
        raise InputError(f"{file}: a report of format {report.format}; this release reads format {FORMAT}")
    return report
