"""Asking the system under test, and scoring a case whose facts and sources are known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assistant.answer import Answer
from evals.cases import Case
from evals.claims import Claim
from evals.scorers import (
    abstention,
    answer_relevance,
    answered_right,
    citation_precision,
    citation_recall,
    citation_relevance,
    context_precision,
    context_recall,
    correctness,
    cost,
    language_match,
    latency,
    names_what_is_missing,
    names_what_is_unsaid,
    number_fidelity,
)
from evals.scorers.claims import groundedness
from evals.scorers.passages import DEPTH
from evals.subject import Subject
from evals.suites.plan import Context, shown_citations
from evals.values import Outcome, Score


class Asker:
    """A system and what it has said: a question after the same turns is asked once."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self._said: dict[tuple[str, ...], Answer] = {}

    def answer(self, question: str, before: Sequence[str] = ()) -> Answer:
        """The answer after these questions, each answered by the system itself."""
        key = (*before, question)
        if key not in self._said:
            turns: list[dict[str, str]] = []
            for number, earlier in enumerate(before):
                said = self.answer(earlier, before[:number]).answer
                turns += [{"role": "user", "content": earlier}, {"role": "assistant", "content": said}]
            self._said[key] = self.subject.ask(question, turns)
        return self._said[key]


def scored(case: Case, answer: Answer, subject: Subject, context: Context, search: bool = True) -> list[Score]:
    """Every measure of one answer."""
    said = " ".join(statement.text for statement in answer.statements) or answer.answer
    return [
        correctness(case, answer),
        answered_right(case, answer),
        *abstention(case.refuse, answer.abstained),
        citation_precision(case, answer, subject.system),
        citation_relevance(case, answer, subject.system),
        citation_recall(answer, subject.system),
        grounded(answer, context),
        number_fidelity(answer),
        *(_found(case, subject) if search else ()),
        answer_relevance(case.question, "" if answer.abstained else said, context.engine),
        language_match(case.lang, said),
        names_what_is_missing(case, answer),
        names_what_is_unsaid(case, answer),
        latency(answer.timings_ms.get("total")),
        cost(answer.usage),
    ]


def _found(case: Case, subject: Subject) -> list[Score]:
    """What the passages found hold; not for a follow-up, whose words alone find nothing."""
    if case.history or not case.facts:
        return [Score("context_recall", None), Score("context_precision", None)]
    hits = [(hit.source, hit.text) for hit in subject.system.search(case.question, DEPTH)]
    return [context_recall(case, hits), context_precision(case, hits)]


def grounded(answer: Answer, context: Context) -> Score:
    """Groundedness of the statements in what they cite, by the judge; what is computed from figures is in no passage,
    and not judged. Raises ModelError as the judge does."""
    quotes = {c.n: "\n".join((f"{c.title}. {c.period or ''}", c.quote)) for c in answer.citations}
    claims = [Claim(s.text, tuple(s.citations)) for s in answer.statements if not s.computed]
    judged = [
        context.judge.judge(claim.text, [quotes[n] for n in claim.cites if n in quotes], answer.question)
        for claim in claims
    ]
    score = groundedness(judged)
    wrong = [f"“{c.text[:100]}”: {j.reason}" for c, j in zip(claims, judged, strict=True) if not j.supported]
    return Score(score.name, score.value, "; ".join(wrong))


def blank(case: Case, where: str = "", **changes: Any) -> Outcome:
    """A case's outcome before it is asked."""
    told: dict[str, Any] = {
        "id": case.id, "lang": case.lang, "kind": case.kind, "documents": list(case.sources),
        "question": case.question, "before": list(case.history), "expected": expected(case), "answer": "",
        "origin": where,
    }  # fmt: skip
    return Outcome(**(told | changes))


def expected(case: Case) -> str:
    """What the answer must hold, in words."""
    if case.refuse:
        return "a refusal" + (f" that names {case.missing}" if case.missing else "")
    facts = " · ".join(" / ".join(forms) for forms in case.facts)
    unsaid = " · ".join(forms[0] for forms in case.unsaid)
    return facts + (f" · and that {unsaid} is not said" if unsaid else "")


def filled(outcome: Outcome, answer: Answer, scores: list[Score], subject: Subject) -> Outcome:
    """The outcome of a case that was asked. It fails when it is not right, and the reasons of every score that is not
    full are why."""
    right = next((score.value for score in scores if score.name == "accuracy"), None) == 1
    told = {
        "documents": outcome.documents or list(dict.fromkeys(c.source.rsplit("/", 1)[-1] for c in answer.citations)),
        "answer": answer.answer,
        "passages": shown_citations(answer, subject),
        "scores": scores,
        "failed": not right,
        "why": _why(scores),
        "provisional": fell_back(answer, subject),
    }
    return outcome.model_copy(update=told)


def fell_back(answer: Answer, subject: Subject) -> bool:
    """Whether a system that has a model answered with quotes, for the model failed or proved nothing: such an outcome
    is scored, and asked for again by the next run."""
    return subject.writes and answer.mode == "extractive" and bool(answer.usage.get("notice"))


def _why(scores: Sequence[Score]) -> str:
    """What went wrong, the measure named where it is not plain rightness."""
    said = [(score.name, score.why) for score in scores if score.why and score.value is not None and score.value < 1]
    return "; ".join(why if name == "accuracy" else f"{name.replace('_', ' ')}: {why}" for name, why in said)
