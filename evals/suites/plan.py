"""A suite ready to run, and its report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from assistant.answer import Answer
from evals.cache import Cache, code, key_of
from evals.judge.judgement import Judge
from evals.measures import MEASURES
from evals.runner import Job, Ran, Tell, run_jobs
from evals.statistics import estimate
from evals.subject import Subject
from evals.values import Figure, Outcome, Score, Shown, SuiteReport
from ingest.engine import Engine

AROUND = 240
"""Code points shown before and after a quote."""


@dataclass(slots=True)
class Context:
    """What every suite may use: a judge, and what opens the embedding engine."""

    judge: Judge
    engine: Callable[[], Engine]
    workers: int = 1
    cache: Cache | None = None

    def key(self, suite: str, subject: Subject | None, *parts: Any) -> str:
        """The key of an outcome: everything that it depends on."""
        fingerprint = subject.fingerprint if subject else ""
        return key_of("outcome", suite, code(), fingerprint, self.judge.name, parts)


@dataclass(slots=True)
class Plan:
    """A suite's jobs, and what its report says of them. `remarks` looks at the outcomes for more notes."""

    name: str
    about: str
    data: str
    jobs: Sequence[Job]
    floors: dict[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    remarks: Callable[[Ran], Iterable[str]] = lambda _: ()


def run_plan(plan: Plan, context: Context, tell: Tell | None = None) -> SuiteReport:
    """Run a suite; its figures are over what was scored, and the notes say what was not."""
    ran = run_jobs(plan.name, plan.jobs, context.cache, context.workers, tell)
    return SuiteReport(
        name=plan.name,
        about=plan.about,
        data=plan.data,
        figures=figures_of(ran.outcomes),
        breakdown=breakdown(ran.outcomes),
        outcomes=ran.outcomes,
        notes=[*plan.notes, *_unscored(ran.outcomes), *_fallen_back(ran.outcomes), *plan.remarks(ran)],
        floors=plan.floors,
        seconds=round(ran.seconds, 2),
        cached=ran.cached,
    )


def figures_of(outcomes: Sequence[Outcome], intervals: bool = True) -> list[Figure]:
    """Each measure that any outcome has, in the order of `MEASURES`, over those that score it; one that none scores
    is there with None, which is not zero."""
    by_name: dict[str, list[Score]] = {}
    for outcome in outcomes:
        for score in outcome.scores if not outcome.error else ():
            by_name.setdefault(score.name, []).append(score)
    names = [name for name in MEASURES if name in by_name] + sorted(by_name.keys() - MEASURES.keys())
    return [_figure(name, by_name[name], intervals) for name in names]


def _figure(name: str, scores: Sequence[Score], intervals: bool) -> Figure:
    scored = [(score.value, score.weight) for score in scores if score.value is not None]
    summary = MEASURES[name].summary if name in MEASURES else "mean"
    values, weights = [value for value, _ in scored], [weight for _, weight in scored]
    found = estimate(values, weights, summary, resamples=None if intervals else 0)
    return Figure(name=name, value=found.value, low=found.low, high=found.high, scored=found.scored)


def breakdown(outcomes: Sequence[Outcome]) -> dict[str, dict[str, list[Figure]]]:
    """The figures of each language, kind and document; a case of several documents is in each of their groups."""
    groups: dict[str, dict[str, list[Outcome]]] = {"language": {}, "kind": {}, "document": {}}
    for outcome in outcomes:
        groups["language"].setdefault(outcome.lang, []).append(outcome)
        groups["kind"].setdefault(outcome.kind, []).append(outcome)
        for document in dict.fromkeys(outcome.documents):
            groups["document"].setdefault(document, []).append(outcome)
    return {
        key: {name: figures_of(group, intervals=False) for name, group in sorted(found.items())}
        for key, found in groups.items()
        if found
    }


def _unscored(outcomes: Sequence[Outcome]) -> list[str]:
    """How many cases could not be scored, and the first reason."""
    without = [outcome for outcome in outcomes if outcome.error]
    if not without:
        return []
    return [
        f"{len(without)} of {len(outcomes)} cases are not scored: {without[0].error}. Run again to go on with them."
    ]


def _fallen_back(outcomes: Sequence[Outcome]) -> list[str]:
    """How many answers are a system's quotes although it has a model."""
    count = sum(outcome.provisional for outcome in outcomes)
    if not count:
        return []
    return [
        f"{count} of {len(outcomes)} answers are quotes, for the model failed or proved nothing; run again for them."
    ]


def shown_citations(answer: Answer, subject: Subject) -> list[Shown]:
    """Each quote in the words around it, the quote marked; one that is not where it says it is stands alone."""
    found = []
    for citation in answer.citations:
        text = subject.text(citation.document_id)
        before, after = max(0, citation.start - AROUND), min(len(text), citation.end + AROUND)
        if text[citation.start : citation.end] == citation.quote:
            span = (citation.start - before, citation.end - before)
            shown = text[before:after]
        else:
            shown, span = citation.quote, (0, len(citation.quote))
        found.append(
            Shown(n=citation.n, text=shown, source=citation.source, title=citation.title, marked=[span])
        )  # fmt: skip
    return found
