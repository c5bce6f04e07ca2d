"""Judges in LlamaIndex: any `Judge` as a `BaseEvaluator`. Importing this imports LlamaIndex (some seconds)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from llama_index.core.evaluation import BaseEvaluator, EvaluationResult

from assistant.cross_encoder import open_cross_encoder
from evals.claims import claims_of
from evals.judge.exact import ExactJudge
from evals.judge.judgement import Judge
from evals.judge.llm import LLMJudge
from evals.judge.reading import ReadingJudge
from ingest.engine import Engine


class JudgeEvaluator(BaseEvaluator):
    """Groundedness of a response over its contexts, as LlamaIndex's own `FaithfulnessEvaluator` has it.

    `score` is supported claims ÷ claims (RAGAS, arXiv:2309.15217), `passing` whether all are supported, and `feedback`
    names each that is not, with the words that decided. A response without a claim, or without contexts, is an invalid
    result and not a zero. Raises ModelError where a model cannot be asked.
    """

    def __init__(self, judge: Judge) -> None:
        self.judge = judge

    def _get_prompts(self) -> dict[str, Any]:
        return {}

    def _update_prompts(self, prompts: dict[str, Any]) -> None:
        pass

    async def aevaluate(
        self,
        query: str | None = None,
        response: str | None = None,
        contexts: Sequence[str] | None = None,
        sleep_time_in_seconds: int = 0,
        **_: Any,
    ) -> EvaluationResult:
        await asyncio.sleep(sleep_time_in_seconds)
        return await asyncio.to_thread(self._evaluated, query, response, contexts)

    def _evaluated(self, query: str | None, response: str | None, contexts: Sequence[str] | None) -> EvaluationResult:
        told: dict[str, Any] = {"query": query, "response": response, "contexts": list(contexts or [])}
        claims = claims_of(response or "")
        if not claims or not contexts:
            reason = "no contexts" if claims else "the response claims nothing"
            return EvaluationResult(**told, invalid_result=True, invalid_reason=reason)
        judged = [(claim.text, self.judge.judge(claim.text, contexts, query)) for claim in claims]
        wrong = [f"“{text}”: {judgement.reason}" for text, judgement in judged if not judgement.supported]
        score = 1 - len(wrong) / len(judged)
        return EvaluationResult(**told, passing=not wrong, score=score, feedback="; ".join(wrong) or "all supported")


class ExactChecksEvaluator(JudgeEvaluator):
    """The exact checks, which need no key; `engine`, if given, tells paraphrases and translations."""

    def __init__(self, **options: Any) -> None:
        super().__init__(ExactJudge(**options))


class GroundingEvaluator(JudgeEvaluator):
    """The exact checks and the cross-encoder, as the assistant verifies its answers; needs no key. `engine`, if given,
    finds the evidence of claims in another language in long contexts."""

    def __init__(self, engine: Callable[[], Engine] | None = None) -> None:
        super().__init__(ReadingJudge(open_cross_encoder, engine))


class LLMEvaluator(JudgeEvaluator):
    """A model behind an OpenAI-compatible endpoint."""

    def __init__(self, judge: LLMJudge) -> None:
        super().__init__(judge)
