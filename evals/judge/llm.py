"""A language model as a judge: any OpenAI-compatible endpoint."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from assistant.model import Model
from assistant.model.exchange import Prompt
from assistant.model.markup import neutral
from evals import prompts
from evals.judge.judgement import LABELS, Judgement
from ingest.errors import ModelError

LONGEST_REPLY = 4000
PASSAGE_SHARE = 3
"""Code points of passages to a token of the model's window, at most: less than the four of English, for Vietnamese
takes more tokens."""


class LLMJudge:
    """Asks a model for a label, a probability and the deciding words, as JSON (G-Eval: Liu et al. 2023,
    arXiv:2303.16634; its probability is the model's own word, not its logits).

    What comes back in another form is no judgement: ModelError, and the claim is unjudged.
    """

    def __init__(self, model: Model) -> None:
        self._model = model

    @property
    def name(self) -> str:
        return f"model {self._model.settings.name}"

    def judge(self, claim: str, passages: Sequence[str], question: str | None = None) -> Judgement:
        """See `Judge.judge`. Passages beyond the model's window are cut, those that come last first."""
        if not claim.strip() or not any(passage.strip() for passage in passages):
            return Judgement("not_found", 0.0, layer=self.name, reason="cites no passage")
        settings = self._model.settings
        room = PASSAGE_SHARE * (settings.context_window - settings.max_output) // 2
        user = prompts.JUDGED.format(
            passages="\n".join(prompts.PASSAGE.format(text=neutral(text)) for text in passages)[:room],
            question=prompts.ASKED.format(question=neutral(question)) if question else "",
            claim=neutral(claim)[:room],
        )
        prompt = Prompt(prompts.JUDGE, user, prompts.JUDGE_SCHEMA, prompts.PLAIN_JUDGE)
        return self._read(self._model.reply(prompt, LONGEST_REPLY))

    def _read(self, reply: str) -> Judgement:
        found = _object(reply)
        label = str(found.get("label", "")).strip().lower().replace(" ", "_")
        if label not in LABELS:
            raise ModelError(f"{self.name} gave no judgement but {' '.join(reply.split())[:80]!r}")
        given = found.get("probability")
        default = 0.9 if label == "supported" else 0.1
        probability = float(given) if isinstance(given, int | float) and 0 <= given <= 1 else default
        words = tuple(str(word) for word in found.get("words") or () if isinstance(word, str) and word)
        reason = str(found.get("reason") or ("" if label == "supported" else label.replace("_", " ")))
        return Judgement(label, probability, words, self.name, "" if label == "supported" else reason)


def _object(reply: str) -> dict[str, Any]:
    """The JSON object in a reply, whatever stands around it; {} where there is none."""
    start, end = reply.find("{"), reply.rfind("}")
    with suppress(ValueError, RecursionError):
        found = json.loads(reply[start : end + 1], strict=False)
        if isinstance(found, dict):
            return found
    return {}
