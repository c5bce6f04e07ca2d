"""The judge judged: labelled claims, and how often it is right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import partial

from evals.judge.judgement import Judgement
from evals.runner import Job, Ran
from evals.sets import Labelled
from evals.suites.grounding import cut
from evals.suites.plan import Context, Plan
from evals.values import Outcome, Score, Shown


def plan(claims: Sequence[Labelled], context: Context, *, name: str = "judge", data: str = "") -> Plan:
    """One job a claim. The judge's threshold is its own: nothing is fitted to the labels."""
    counts = Counter(claim.supported for claim in claims)
    jobs = [
        Job(
            context.key("judge", None, claim, counts[True], counts[False]),
            _blank(claim),
            partial(_run, claim, context, counts),
        )
        for claim in claims
    ]
    said = f"{counts[True]} supported, {counts[False]} not"
    about = f"How good is the judge itself ({context.judge.name})?"
    notes = [] if len(counts) == 2 else ["All claims have one label: balanced accuracy is accuracy here."]
    return Plan(name, about, data or f"{len(claims)} labelled claims: {said}", jobs, notes=notes, remarks=_remarks)


def _remarks(ran: Ran) -> Iterable[str]:
    asked = len(ran.outcomes) - ran.cached
    if asked and ran.seconds:
        yield f"{asked / ran.seconds:,.0f} claims a second."


def _blank(claim: Labelled) -> Outcome:
    return Outcome(
        id=claim.id,
        lang=claim.lang,
        kind=claim.kind,
        question=claim.claim,
        expected=(claim.label or ("supported" if claim.supported else "not supported")).replace("_", " "),
        answer="",
        passages=[Shown(n=n, text=cut(text)) for n, text in enumerate(claim.passages, start=1)],
        origin=claim.where,
    )


def _run(claim: Labelled, context: Context, counts: Counter[bool], outcome: Outcome) -> Outcome:
    judgement = context.judge.judge(claim.claim, claim.passages, claim.question)
    said = judgement.label.replace("_", " ")
    decided = f" because of “{', '.join(judgement.words)}”" if judgement.words else ""
    why = f"judged {said} at {judgement.probability:.2f} by {judgement.layer}{decided}"
    right = judgement.supported == claim.supported
    return outcome.model_copy(
        update={
            "answer": said,
            "scores": label_scores(claim, judgement, counts),
            "failed": not right,
            "why": why + (f": {judgement.reason}" if judgement.reason and not right else ""),
        }
    )


def label_scores(claim: Labelled, judgement: Judgement, counts: Counter[bool]) -> list[Score]:
    """Balanced accuracy, the mean of the two classes' recalls (Tang et al. 2024, arXiv:2404.10774, §2.2), as a mean in
    which each class weighs a half; precision and recall of “supported”; three-way accuracy where the label is one of
    three; the Brier score (Brier 1950) of the probability."""
    right = float(judgement.supported == claim.supported)
    weight = sum(counts.values()) / (len(counts) * counts[claim.supported])
    return [
        Score("balanced_accuracy", right, weight=weight),
        Score("supported_precision", float(claim.supported) if judgement.supported else None),
        Score("supported_recall", right if claim.supported else None),
        Score("label_accuracy", float(judgement.label == claim.label) if claim.label else None),
        Score("brier", (judgement.probability - float(claim.supported)) ** 2),
    ]
