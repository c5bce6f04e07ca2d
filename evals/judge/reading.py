"""The judge that needs no key, in its two layers: the exact checks, and the cross-encoder that reads claim and evidence
together.

Over a short passage they decide by what `assistant.grounding.check` decides by, which verifies every answer of the
assistant: what the exact checks find supported stays so unless reading speaks against it; what they do not find is
supported only where reading is sure, and each objection makes it less so. Of a long text nobody has said which
sentences are meant to prove the claim: there what is read of the places nearest it is weighed with what of the claim
stands nowhere in the text, and the exact checks, whose objections fall on true claims there as often as on others,
only name the words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.cross_encoder import Reader
from assistant.grounding import DOUBT, SURE, Objection, Quote, Reason, Support, weighed
from evals.claims import claims_of
from evals.judge.evidence import Source, source_of
from evals.judge.exact import ExactJudge
from evals.judge.judgement import Judgement, Label
from ingest.documents import Passage, Span
from ingest.engine import Engine
from ingest.text.language import detect_language

LAYERS = "exact checks and cross-encoder"
MOST = 40
"""Sentences of a claim that are judged; of a longer one the first."""
MOST_WORDS = 4
"""Runs of words named where only the reading decided."""


class ReadingJudge:
    """`reader` opens the cross-encoder, and `engine` the embeddings, which tell paraphrases and find the evidence of a
    claim in another language in a long text.

    A claim of several sentences is supported when all are: its probability, its label and what decided are those of
    the sentence least supported. The probability is fitted on labelled claims, half of them supported
    (`benchmarks/fit_support.py`).
    """

    def __init__(self, reader: Callable[[], Reader], engine: Callable[[], Engine] | None = None) -> None:
        self._reader, self._engine = reader, engine
        self._exact = ExactJudge(engine)

    @property
    def name(self) -> str:
        return LAYERS

    def judge(self, claim: str, passages: Sequence[str], question: str | None = None) -> Judgement:  # noqa: ARG002
        """See `Judge.judge`; the question is not looked at. Raises EngineError where the network cannot be read."""
        said = " ".join(claim.split())
        if not any(map(str.isalnum, said)):
            return Judgement("not_found", 0.0, layer=LAYERS, reason="says nothing")
        text = "\n\n".join(passages)
        if not text.strip():
            return Judgement("not_found", 0.0, layer=LAYERS, reason="cites no passage")
        source = source_of(text)
        if source.says(said):
            return Judgement("supported", 0.99, layer="exact checks")
        parts = [" ".join(part.text.split()) for part in claims_of(claim)[:MOST]] or [said]
        judged = [self._of_one(part, source) for part in parts]
        support, objections = min(judged, key=lambda one: one[0].probability)
        if support.probability >= 0.5:
            return Judgement("supported", support.probability, layer=LAYERS)
        return _failed(support, objections)

    def _of_one(self, claim: str, source: Source) -> tuple[Support, list[Objection]]:
        quoted = source.nearest(claim, self._engine)
        if source.is_long:
            read, strange = source.to_read(claim, self._engine), source.strange(claim)
            return weighed(claim, [_whole(quoted[-1])], read, self._reader(), strange)
        support, found = weighed(claim, [_whole(quoted[-1])], quoted, self._reader())
        told = self._exact.judge(claim, quoted[-1:])
        return replace(support, probability=_moved(support.probability, DOUBT if told.supported else SURE)), found


def _moved(probability: float, threshold: float) -> float:
    """The probability with its odds moved so that the threshold becomes a half."""
    inside = min(1 - 1e-6, max(1e-6, probability))
    odds = inside / (1 - inside) * (1 - threshold) / threshold
    return odds / (1 + odds)


def _whole(text: str) -> Quote:
    """A text as the quote of a passage that is nothing else."""
    span = Span(0, len(text))
    return Quote(Passage("", "", 0, 0, len(text), text, (span,), "", detect_language(text)), span)


def _failed(support: Support, objections: Sequence[Objection]) -> Judgement:
    """The label and the words of a claim that is not supported: an objection to what it says decides before one to what
    it adds; without any, what the cross-encoder holds likelier, and the words are those that the passage has not."""
    firm = [one for one in objections if one.reason is not Reason.ADDED]
    decided = next(iter([*firm, *objections]), None)
    label: Label = "contradicted" if support.against > (-1.0 if firm else 0.0) else "not_found"
    if decided is None:
        reason = "read together, the passage says otherwise" if label == "contradicted" else Reason.MEANING.value
        return Judgement(label, support.probability, support.own[:MOST_WORDS], "cross-encoder", reason)
    words = (decided.words,) if decided.words else ()
    return Judgement(label, support.probability, words, LAYERS, str(decided))
