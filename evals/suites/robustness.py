"""Robustness: a question asked otherwise, or among more documents, must give the same facts."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from evals.cases import Case
from evals.runner import Job
from evals.scorers import correctness, facts_given
from evals.scorers.service import latency
from evals.sets import Varied
from evals.subject import Subject
from evals.suites.asking import Asker, blank, filled
from evals.suites.plan import Context, Plan
from evals.values import Outcome, Score
from ingest.text.words import fold

TYPO, UNACCENTED, DISTRACTORS = "typo", "unaccented", "distractors"


def plan(
    varied: Sequence[Varied],
    subject: Subject,
    context: Context,
    *,
    crowded: Subject | None = None,
    name: str = "robustness",
) -> Plan:
    """One job a variant: those the set gives, and two that are made: a slip of the fingers, and, of what has accents,
    none. `crowded` is the same system with distracting documents besides, and makes another."""
    asker = Asker(subject)
    among = Asker(crowded) if crowded else None
    jobs = []
    for one in varied:
        for number, (kind, case) in enumerate(_variants(one), start=1):
            told = blank(case, one.where, id=f"{one.case.id}/{number}", kind=kind)
            key = context.key("robustness", subject, one.case, case)
            jobs.append(Job(key, told, partial(_run, one.case, case, asker, asker)))
        if among and crowded:
            told = blank(one.case, one.where, id=f"{one.case.id}/crowded", kind=DISTRACTORS)
            key = context.key("robustness", subject, one.case, crowded.fingerprint)
            jobs.append(Job(key, told, partial(_run, one.case, one.case, asker, among)))
    about = "Does the same question, asked otherwise or among more documents, give the same facts?"
    return Plan(name, about, f"{len(jobs)} variants of {len(varied)} questions over {subject.name}", jobs)


def _run(original: Case, case: Case, asker: Asker, other: Asker, outcome: Outcome) -> Outcome:
    """`robustness`: whether the variant is right, where the question itself is; None where it is not, as there was
    nothing to lose (Ribeiro et al. 2020, arXiv:2005.04118: an invariance test). `same_facts`: the Jaccard index of the
    facts that both give; None where neither gives one."""
    first = asker.answer(original.question, original.history)
    answer = other.answer(case.question, case.history)
    base, score = correctness(original, first), correctness(case, answer)
    before, after = facts_given(original, first), facts_given(case, answer)
    same = Score("same_facts", len(before & after) / len(before | after) if before | after else None)
    kept = Score("robustness", None if base.value != 1 else score.value, score.why)
    done = filled(outcome, answer, [score, kept, same, latency(answer.timings_ms.get("total"))], other.subject)
    if base.value == 1:
        return done.model_copy(update={"before": [], "why": f"asked as “{original.question}” it is right; {done.why}"})
    return done.model_copy(update={"failed": False, "why": "not right as first asked either"})


def _variants(one: Varied) -> Iterator[tuple[str, Case]]:
    for variant in one.variants:
        yield variant.kind, replace(one.case, question=variant.question, lang=variant.lang)
    slipped = misspelt(one.case.question)
    if slipped != one.case.question:
        yield TYPO, replace(one.case, question=slipped)
    plain = unaccented(one.case.question)
    if plain != one.case.question:
        yield UNACCENTED, replace(one.case, question=plain)


def misspelt(question: str) -> str:
    """Two neighbouring letters changed over in its longest small-letter word, the same each time: names and figures are
    left as they are, since another name is another question."""
    found = [m for m in re.finditer(r"[^\W\d_]{5,}", question) if m[0].islower()]
    if not found:
        return question
    word = max(found, key=lambda m: len(m[0]))
    chance = random.Random(question)
    places = [i for i in range(1, len(word[0]) - 2) if fold(word[0][i]) != fold(word[0][i + 1])]
    if not places:
        return question
    at = word.start() + chance.choice(places)
    return question[:at] + question[at + 1] + question[at] + question[at + 2 :]


def unaccented(question: str) -> str:
    """Typed without accents: "Đắk Lắk" → "Dak Lak"."""
    plain = unicodedata.normalize("NFD", question.replace("đ", "d").replace("Đ", "D"))
    return unicodedata.normalize("NFC", "".join(char for char in plain if not unicodedata.combining(char)))
