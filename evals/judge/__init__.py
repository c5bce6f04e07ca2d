"""Judges: does what is cited support a claim? One interface, whether rules, a cross-encoder or a language model reads.

`ReadingJudge` is what verifies every answer of the assistant (`assistant.grounding`): exact checks, and a cross-encoder
that reads claim and evidence together. `ExactJudge` is the first layer alone; `LLMJudge` any OpenAI-compatible model.
Another judge is plugged in by giving a class the two members of `Judge`, and a name to `open_judge`.
`evals.judge.evaluator` wraps any of them as a LlamaIndex `BaseEvaluator`.
"""

from evals.judge.exact import ExactJudge
from evals.judge.judgement import LABELS, Judge, Judgement, Label
from evals.judge.llm import LLMJudge
from evals.judge.opening import DEFAULT, JUDGES, open_judge, register
from evals.judge.reading import ReadingJudge

__all__ = [
    "DEFAULT", "JUDGES", "LABELS", "ExactJudge", "Judge", "Judgement", "LLMJudge", "Label", "ReadingJudge",
    "open_judge", "register",
]  # fmt: skip
