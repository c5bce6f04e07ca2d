"""Golden questions: what a right answer must hold, and from where, is known."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from evals.cases import Case
from evals.runner import Job
from evals.subject import Subject
from evals.suites.asking import Asker, blank, filled, scored
from evals.suites.plan import Context, Plan
from evals.values import Outcome


def plan(
    cases: Sequence[Case],
    subject: Subject,
    context: Context,
    *,
    name: str = "golden",
    data: str = "",
) -> Plan:
    """Every case asked and scored."""
    asker = Asker(subject)
    jobs = [
        Job(context.key("golden", subject, case), blank(case), partial(_run, case, asker, context)) for case in cases
    ]
    about = "Does it answer right, from the right report, and refuse what the reports do not say?"
    return Plan(name, about, data or f"{len(cases)} questions over {subject.name}", jobs)


def _run(case: Case, asker: Asker, context: Context, outcome: Outcome) -> Outcome:
    answer = asker.answer(case.question, case.history)
    scores = scored(case, answer, asker.subject, context)
    return filled(outcome, answer, scores, asker.subject)
