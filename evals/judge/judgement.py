"""What a judge says, and what a judge is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, get_args

Label = Literal["supported", "contradicted", "not_found"]
LABELS: tuple[Label, ...] = get_args(Label)


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether passages support a claim: one of three labels, and what it rests on."""

    label: Label
    probability: float
    """That the passages support the claim, 0 to 1. The `judge` suite measures how well it is calibrated (Brier)."""
    words: tuple[str, ...] = ()
    """The words that decided, as the claim or the passage has them; () where it was the whole."""
    layer: str = ""
    """Which layer of the judge decided: "exact checks", "cross-encoder", "model NAME"."""
    reason: str = ""
    """Why it is not supported, for a person; "" where it is."""

    @property
    def supported(self) -> bool:
        return self.label == "supported"


class Judge(Protocol):
    """Reads a claim and the passages it rests on. Safe to use from many threads.

    This is where a trained cross-encoder, or any judge of one's own, is plugged in.
    """

    @property
    def name(self) -> str:
        """Identity, its release included: judgements under another name are not taken from the cache."""

    def judge(self, claim: str, passages: Sequence[str], question: str | None = None) -> Judgement:
        """Whether the passages, taken together, support the claim, which answers the question if one is given.

        Without a passage nothing is supported. Raises ModelError where a model cannot be asked: the claim is then
        unjudged, which is not unsupported.
        """
