"""Judges: does what is cited support a claim? One interface, whether rules, a cross-encoder or a language model reads.

`ExactJudge` is the exact checks of `assistant.grounding`, which verify every answer of the assistant; `LLMJudge` any
OpenAI-compatible model. Another judge is plugged in by giving a class the two members of `Judge`, and a name to
`open_judge`. `evals.judge.evaluator` wraps any of them as a LlamaIndex `BaseEvaluator`.
"""

from evals.judge.exact import ExactJudge
from evals.judge.judgement import LABELS, Judge, Judgement, Label
from evals.judge.llm import LLMJudge
from evals.judge.opening import JUDGES, open_judge, register

__all__ = [
    "JUDGES", "LABELS", "ExactJudge", "Judge", "Judgement", "LLMJudge", "Label", "open_judge", "register",
]  # fmt: skip
