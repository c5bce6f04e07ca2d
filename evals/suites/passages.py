"""Questions over given passages: is the right passage found, and is a question without an answer refused?"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from assistant.answer import Answer
from evals.runner import Job
from evals.scorers import abstention, holds, latency, rank_scores
from evals.scorers.passages import DEPTH
from evals.sets import Asked
from evals.subject import Subject
from evals.suites.plan import Context, Plan, shown_citations
from evals.values import Outcome, Score, Shown

MOST_HITS = 40
"""Passages searched for: several of one text count once, so that ten texts are among them."""


def retrieval(
    questions: Sequence[Asked], passages: dict[str, str], subject: Subject, context: Context, *, name: str = "retrieval"
) -> Plan:
    """One job a question that has an answer: at which rank is its passage?"""
    answerable = [asked for asked in questions if asked.answers]
    jobs = [
        Job(context.key("retrieval", subject, asked), _blank(asked), partial(_searched, asked, passages, subject))
        for asked in answerable
    ]
    data = f"{len(answerable)} questions over {len(passages)} passages, {subject.name}"
    return Plan(name, "Is the passage that answers found, and how high?", data, jobs)


def refusing(
    questions: Sequence[Asked],
    passages: dict[str, str],
    subject: Subject,
    context: Context,
    *,
    name: str = "abstention",
) -> Plan:
    """One job a question: is it refused where it should be, and only there?"""
    jobs = [
        Job(context.key("abstention", subject, asked), _blank(asked), partial(_answered, asked, subject))
        for asked in questions
    ]
    without = sum(not asked.answers for asked in questions)
    data = f"{len(questions)} questions, {without} of them without an answer, over {len(passages)} passages"
    notes = [] if 0 < without < len(questions) else ["All questions are of one sort: precision or recall says nothing."]
    return Plan(name, "Does it refuse what the documents do not say, and only that?", data, jobs, notes=notes)


def _blank(asked: Asked) -> Outcome:
    return Outcome(
        id=asked.id,
        lang=asked.lang,
        kind=asked.kind,
        documents=[asked.passage] if asked.passage and asked.answers else [],
        question=asked.question,
        expected=" / ".join(asked.answers) or "a refusal",
        answer="",
        origin=asked.where,
    )


def _searched(asked: Asked, passages: dict[str, str], subject: Subject, outcome: Outcome) -> Outcome:
    hits = subject.system.search(asked.question, MOST_HITS)
    texts: dict[str, str] = {}
    for hit in hits:
        texts.setdefault(hit.source, hit.text)
    found = list(texts)
    rank = found.index(asked.passage) + 1 if asked.passage in found else None
    scores = [*rank_scores(rank), _recall(asked, passages, [hit.text for hit in hits[:DEPTH]])]
    first = [Shown(n=n, text=texts[name], source=name) for n, name in enumerate(found[:3], start=1)]
    wanted = Shown(n=0, text=passages[asked.passage], source=f"{asked.passage} (the one that answers)")
    missed = rank is None or rank > 5
    told = {
        "answer": f"found at rank {rank}" if rank else f"not among the first {DEPTH}",
        "scores": scores,
        "passages": [wanted, *first] if missed else first,
        "failed": missed,
        "why": "these passages came first" if missed else "",
    }
    return outcome.model_copy(update=told)


def _recall(asked: Asked, passages: dict[str, str], found: Sequence[str]) -> Score:
    """Whether a passage found holds an accepted answer; None where the answering passage itself holds none as written,
    as in a set whose questions are in another language."""
    if not any(holds(answer, passages[asked.passage]) for answer in asked.answers):
        return Score("context_recall", None)
    return Score("context_recall", float(any(holds(answer, text) for answer in asked.answers for text in found)))


def _answered(asked: Asked, subject: Subject, outcome: Outcome) -> Outcome:
    answer = subject.ask(asked.question)
    right = _right(asked, answer)
    told = {
        "answer": answer.answer,
        "documents": outcome.documents,
        "scores": [
            *abstention(not asked.answers, answer.abstained),
            Score("accuracy", float(right)),
            Score("answered_right", float(right) if asked.answers else None),
            latency(answer.timings_ms.get("total")),
        ],
        "passages": shown_citations(answer, subject),
        "failed": answer.abstained == bool(asked.answers),
        "why": "refused, and there is an answer" if answer.abstained else "answered, and there is none",
    }
    if not told["failed"]:
        told["why"] = "" if right else "answered, but not with what was expected"
    return outcome.model_copy(update=told)


def _right(asked: Asked, answer: Answer) -> bool:
    """An accepted answer in what is quoted (SQuAD's accepted answers, by containment), or a rightful refusal."""
    if not asked.answers:
        return answer.abstained
    return any(holds(accepted, citation.quote) for accepted in asked.answers for citation in answer.citations)
