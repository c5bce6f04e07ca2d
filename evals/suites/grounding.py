"""Grounding: answers of any system, each claim judged against the evidence that came with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import partial

from evals.claims import LONGEST_LINE, MOST_CLAIMS
from evals.runner import Job, Ran
from evals.scorers import answer_relevance, judge_claims, language_match, latency
from evals.scorers.claims import JudgedClaims
from evals.sets import Answered, Given
from evals.suites.plan import Context, Plan
from evals.values import Outcome, Score, Shown
from ingest.text.words import fold_aligned

LONGEST_SHOWN = 20_000
"""Code points of an answer or a passage that the report keeps; of one of a megabyte the start is enough to know it."""


def plan(answers: Sequence[Answered], context: Context, *, name: str = "grounding", data: str = "") -> Plan:
    """One job an answer. No system is asked: what is judged is given."""
    jobs = [Job(context.key("grounding", None, one), _blank(one), partial(_run, one, context)) for one in answers]
    about = "Is every claim of the answers supported by the passages that came with them?"
    return Plan(name, about, data or f"{len(answers)} answers", jobs, notes=_notes(answers), remarks=_remarks)


def _notes(answers: Sequence[Answered]) -> list[str]:
    counts = Counter(
        what
        for one in answers
        for what, holds in (
            ("come without a passage: nothing they claim is supported", not one.passages and bool(one.claims)),
            ("cite nothing in their text", bool(one.claims) and not any(claim.cites for claim in one.claims)),
            (f"have a line of over {LONGEST_LINE:,} characters, the rest of which is not judged", _too_long(one)),
            (f"have more than {MOST_CLAIMS} sentences, of which the rest is not judged", len(one.claims) > MOST_CLAIMS),
            ("claim nothing, and are in no figure of groundedness", not one.claims),
        )
        if holds
    )
    return [f"{count} of {len(answers)} answers {what}." for what, count in counts.items()]


def _too_long(one: Answered) -> bool:
    return any(len(line) > LONGEST_LINE for line in one.answer.split("\n"))


def _remarks(ran: Ran) -> Iterable[str]:
    caught = sum(1 for one in ran.outcomes if not one.error and (one.value("groundedness") or 1) < 1 and not one.failed)
    if caught:
        yield f"{caught} answers that are labelled as not grounded were recognised as such."


def _blank(one: Answered) -> Outcome:
    wanted = {None: "every claim supported", True: "grounded, a person says", False: "not grounded, a person says"}
    return Outcome(
        id=one.id,
        lang=one.lang,
        kind=one.kind,
        documents=list(dict.fromkeys(given.source for given in one.passages if given.source)),
        question=one.question,
        expected=wanted[one.grounded],
        answer=cut(one.answer),
        origin=one.where,
    )


def _run(one: Answered, context: Context, outcome: Outcome) -> Outcome:
    texts = {given.n: f"{given.title}\n{given.text}" if given.title else given.text for given in one.passages}
    judged = judge_claims(one.claims, texts, context.judge, one.question or None)
    said = " ".join(claim.text for claim in one.claims)
    scores = [
        *judged.scores,
        answer_relevance(one.question, said, context.engine),
        language_match(one.lang, said or one.answer),
        latency(one.ms),
        Score("cost", one.cost),
        _agreement(one, judged),
    ]
    found = outcome.model_copy(update={"scores": scores, "passages": _shown(one, judged)})
    return found.model_copy(update=_verdict(one, judged, found))


def _agreement(one: Answered, judged: JudgedClaims) -> Score:
    """Whether the judge and the person agree that the whole answer is grounded; None where nobody has said."""
    if one.grounded is None:
        return Score("agreement", None)
    grounded = not judged.wrong and bool(judged.judgements)
    return Score("agreement", float(grounded == one.grounded))


def _verdict(one: Answered, judged: JudgedClaims, outcome: Outcome) -> dict[str, object]:
    """Whether the case fails: where a person has labelled it, the judge that disagrees; else a claim unsupported."""
    why = list(judged.wrong[:6]) + ([f"and {len(judged.wrong) - 6} more claims"] if len(judged.wrong) > 6 else [])
    if judged.unread:
        why.append(f"{judged.unread} sentences or more beyond the first {MOST_CLAIMS} are not judged")
    if one.grounded is None:
        return {"failed": bool(judged.wrong), "why": "; ".join(why)}
    agrees = outcome.value("agreement") == 1
    if agrees and judged.wrong:
        why.insert(0, "recognised as not grounded")
    if not agrees:
        why.insert(0, "the judge disagrees with the label" if judged.wrong else "the judge finds nothing wrong")
    return {"failed": not agrees, "why": "; ".join(why)}


def _shown(one: Answered, judged: JudgedClaims) -> list[Shown]:
    """The cited passages, else all; marked where the deciding words stand, or the words that a claim repeats."""
    cited = {n for claim in one.claims for n in claim.cites}
    chosen = [given for given in one.passages if given.n in cited] or list(one.passages)
    return [_marked(given, judged) for given in chosen[:20]]


def _marked(given: Given, judged: JudgedClaims) -> Shown:
    text = cut(given.text)
    folded = fold_aligned(text)
    spans: list[tuple[int, int]] = []
    for claim, _ in judged.judgements:
        for word in (word for word in claim.text.split() if len(word) > 4 or any(c.isdigit() for c in word)):
            bare = fold_aligned(word.strip(".,;:!?()«»“”\"'"))
            at = folded.find(bare) if bare else -1
            if at >= 0:
                spans.append((at, at + len(bare)))
    return Shown(n=given.n, text=text, source=given.source, title=given.title, marked=_merged(spans))


def _merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order, those that touch but for a space made one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(set(spans)):
        if merged and start <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def cut(text: str) -> str:
    """The start of a text, and how much is left out."""
    if len(text) <= LONGEST_SHOWN:
        return text
    return f"{text[:LONGEST_SHOWN]}… ({len(text) - LONGEST_SHOWN:,} more characters)"
