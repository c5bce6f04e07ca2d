"""The suites: each turns its data into jobs. What they share is in `plan.py` and `asking.py`."""

from evals.suites.plan import Context, Plan, run_plan

SUITES = {
    "golden": "questions with expected facts, sources, or a refusal",
    "grounding": "answers with their evidence, from any system",
    "retrieval": "questions whose passage is known",
    "abstention": "questions with and without an answer: does it refuse the right ones?",
    "judge": "labelled claims: how good is the judge itself?",
    "conversation": "questions that lean on those before them",
    "robustness": "the same question asked otherwise must give the same facts",
}

__all__ = ["SUITES", "Context", "Plan", "run_plan"]
