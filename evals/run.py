"""A whole run: the suites asked for, over the data there is → a report."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TypeVar

from evals.cache import Cache, Remembering
from evals.cases import read_cases
from evals.comparison import compared, load_report
from evals.finding import Sets, bundled, find
from evals.judge import DEFAULT, open_judge
from evals.runner import Tell
from evals.sets import read_answered, read_asked, read_dialogues, read_labelled, read_passages, read_varied
from evals.subject import Subject
from evals.suites import SUITES, Context, Plan, conversation, golden, grounding, judging, passages, robustness, run_plan
from evals.values import Report
from evals.workspace import Workspace
from ingest.errors import InputError

T = TypeVar("T")

FLOORS = {
    "golden": {
        "accuracy": 0.66, "citation_precision": 0.92, "citation_recall": 0.98, "number_fidelity": 0.99,
        "abstention_f1": 0.6,
    },
    "grounding": {"agreement": 0.8},
    "retrieval": {"recall@5": 0.95},
    "abstention": {"abstention_f1": 0.4, "answered_right": 0.6},
    "judge": {"balanced_accuracy": 0.75},
    "conversation": {"accuracy": 0.7},
    "robustness": {"robustness": 0.5},
}  # fmt: skip
"""Under one of these the bundled sets fail the build. Floors, not aims: they are raised when the figures rise. The
small sets (24 to 99 cases) have wide intervals, and floors to match."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a run is asked for."""

    suite: str | None = None
    """One suite, or None for every one that there is data for."""
    data: Path | None = None
    """A file or a folder of sets; None for the bundled ones."""
    data_dir: str | None = None
    """The library that is asked, where the data brings no documents."""
    documents: Path | None = None
    """A folder of reports to read afresh and ask, in place of the library."""
    judge: str = DEFAULT
    workers: int = 1
    most: int | None = None
    """Cases of a set that are run, evenly picked."""
    fresh: bool = False
    """Whether nothing is taken from earlier runs."""
    against: str | None = None
    """A report to compare with."""
    cache: Path | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """How far a run is: in which suite, how many suites are over, and how many of this one's cases."""

    suite: str
    suites: int
    suites_total: int
    cases: int
    cases_total: int


def run(wanted: Wanted, tell: Callable[[Told], None] | None = None) -> Report:
    """Every suite's report. All data is read and checked before anything is asked. Raises InputError."""
    started = time.monotonic()
    if wanted.suite is not None and wanted.suite not in SUITES:
        raise InputError(f"no suite {wanted.suite!r}; there are {', '.join(SUITES)}")
    earlier = load_report(wanted.against) if wanted.against else None
    sets = find(wanted.data, wanted.suite) if wanted.data else bundled()
    cache = Cache(wanted.cache)
    try:
        with Workspace(wanted.data_dir) as workspace:
            judge = open_judge(wanted.judge, workspace.engine)
            context = Context(Remembering(judge, cache), workspace.engine, wanted.workers, cache)
            if wanted.fresh:
                context = Context(judge, workspace.engine, wanted.workers, None)
            plans = list(_Planning(wanted, sets, workspace, context).plans())
            if wanted.data is None and wanted.documents is None and not wanted.most:
                for plan in plans:
                    plan.floors = FLOORS.get(plan.name, {})
            suites = [
                run_plan(plan, context, _teller(tell, plan.name, number, len(plans)))
                for number, plan in enumerate(plans)
            ]
    finally:
        cache.close()
    report = Report(
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        version=_version(),
        judge=judge.name,
        seconds=round(time.monotonic() - started, 1),
        suites=suites,
        library=workspace.asked_library,
    )
    if earlier and wanted.against:
        report.comparison = compared(earlier, report, wanted.against)
    return report


def _teller(tell: Callable[[Told], None] | None, suite: str, number: int, suites: int) -> Tell | None:
    return (lambda done, total: tell(Told(suite, number, suites, done, total))) if tell else None


class _Planning:
    """From what is asked and what there is to plans, in the order of SUITES."""

    def __init__(self, wanted: Wanted, sets: Sets, workspace: Workspace, context: Context) -> None:
        self._wanted, self._sets, self._workspace, self._context = wanted, sets, workspace, context
        self._over: dict[Path, tuple[dict[str, str], Subject]] = {}

    def plans(self) -> Iterator[Plan]:
        makers: dict[str, Callable[[], Iterator[Plan]]] = {
            "golden": self._golden, "grounding": self._grounding, "retrieval": self._retrieval,
            "abstention": self._abstention, "judge": self._judge, "conversation": self._conversation,
            "robustness": self._robustness,
        }  # fmt: skip
        found = 0
        for suite in SUITES:
            if self._wanted.suite in (None, suite):
                for plan in makers[suite]():
                    found += 1
                    yield plan
        if not found:
            asked = f"for the suite {self._wanted.suite}" if self._wanted.suite else "for any suite"
            raise InputError(f"{self._wanted.data}: holds nothing {asked}")

    @cached_property
    def _subject(self) -> Subject:
        """What is asked: the documents given, those beside the data, else the reader's own library."""
        folder = self._wanted.documents or self._sets.documents
        return self._workspace.reports(f"{folder.name}/", folder) if folder else self._workspace.library()

    def _files(self, sort: str) -> Iterator[tuple[str, str, Path]]:
        """(name of the suite, name of the set, file) of each set of a sort; the suite's name says which, where there
        are several."""
        files = self._sets.of(sort)
        for name, file in files.items():
            yield (sort if len(files) == 1 else f"{sort} {name}"), name, file

    def _golden(self) -> Iterator[Plan]:
        for name, _, file in self._files("golden"):
            cases = self._some(read_cases(file))
            yield golden.plan(cases, self._subject, self._context, name=name)

    def _grounding(self) -> Iterator[Plan]:
        for name, data, file in self._files("grounding"):
            answers = self._some(read_answered(file))
            yield grounding.plan(answers, self._context, name=name, data=f"{len(answers)} answers in {data}")

    def _judge(self) -> Iterator[Plan]:
        for name, _, file in self._files("judge"):
            yield judging.plan(self._some(read_labelled(file)), self._context, name=name)

    def _conversation(self) -> Iterator[Plan]:
        for name, _, file in self._files("conversation"):
            yield conversation.plan(self._some(read_dialogues(file)), self._subject, self._context, name=name)

    def _robustness(self) -> Iterator[Plan]:
        for name, _, file in self._files("robustness"):
            varied = self._some(read_varied(file))
            yield robustness.plan(varied, self._subject, self._context, crowded=self._crowded, name=name)

    @cached_property
    def _crowded(self) -> Subject | None:
        """The same documents with the distracting ones besides; not for a library that is the reader's."""
        folder = self._wanted.documents or self._sets.documents
        if folder is None or self._sets.distractors is None:
            return None
        return self._workspace.reports(f"{folder.name}/ and distractors", folder, self._sets.distractors)

    def _retrieval(self) -> Iterator[Plan]:
        pairs = list(self._sets.pairs())
        for name, questions, file in pairs:
            texts, subject = self._passages(file)
            asked = self._some([one for one in read_asked(questions, texts) if one.answers])
            if asked:
                title = "retrieval" if len(pairs) == 1 else f"retrieval {name}"
                yield passages.retrieval(asked, texts, subject, self._context, name=title)

    def _abstention(self) -> Iterator[Plan]:
        """Over the sets that hold questions without an answer."""
        pairs = [pair for pair in self._sets.pairs() if "→" not in pair[0]]
        read = [(name, file, read_asked(questions, self._passages(file)[0])) for name, questions, file in pairs]
        telling = [one for one in read if any(not asked.answers for asked in one[2])]
        for name, file, asked in telling:
            texts, subject = self._passages(file)
            title = "abstention" if len(telling) == 1 else f"abstention {name}"
            yield passages.refusing(self._some(asked), texts, subject, self._context, name=title)

    def _passages(self, file: Path) -> tuple[dict[str, str], Subject]:
        if file not in self._over:
            texts = read_passages(file)
            self._over[file] = texts, self._workspace.passages(file.stem, texts)
        return self._over[file]

    def _some(self, cases: Sequence[T]) -> Sequence[T]:
        """At most as many as are wanted, evenly picked."""
        most = self._wanted.most
        return cases if not most or len(cases) <= most else [cases[i * len(cases) // most] for i in range(most)]


def _version() -> str:
    try:
        return version("danchung")
    except PackageNotFoundError:
        return "0 (not installed)"
