"""Conversations: every turn is asked after the turns before it, as the system itself answered them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from evals.cases import Case
from evals.runner import Job
from evals.scorers import correctness
from evals.sets import Dialogue
from evals.subject import Subject
from evals.suites.asking import Asker, blank, filled, scored
from evals.suites.plan import Context, Plan
from evals.values import Outcome, Score


def plan(dialogues: Sequence[Dialogue], subject: Subject, context: Context, *, name: str = "conversation") -> Plan:
    """One job a turn; the last turn of a conversation also says whether the whole of it was right."""
    asker = Asker(subject)
    jobs = []
    for dialogue in dialogues:
        for number, case in enumerate(dialogue.turns, start=1):
            whole = dialogue.turns if number == len(dialogue.turns) else ()
            key = context.key("conversation", subject, case, whole)
            kind = "first turn" if number == 1 else dialogue.kind
            jobs.append(Job(key, blank(case, dialogue.where, kind=kind), partial(_run, case, whole, asker, context)))
    turns = sum(len(dialogue.turns) for dialogue in dialogues)
    data = f"{len(dialogues)} conversations, {turns} turns, over {subject.name}"
    return Plan(name, "Are follow-ups understood from what was asked before?", data, jobs)


def _run(case: Case, whole: Sequence[Case], asker: Asker, context: Context, outcome: Outcome) -> Outcome:
    answer = asker.answer(case.question, case.history)
    scores = scored(case, answer, asker.subject, context, search=False)
    if whole:
        right = [correctness(turn, asker.answer(turn.question, turn.history)).value == 1 for turn in whole]
        scores.append(Score("conversation_right", float(all(right))))
    return filled(outcome, answer, scores, asker.subject)
