"""Candidates → what the answer says: quotes with where they come from, agreeing and differing reports, and what is
computed from two figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from assistant.compose.candidates import Candidate, weights
from assistant.compose.counts import Count, agree, asked_count, differ
from assistant.compose.wording import computed, lead_in
from assistant.phrases import period_in_words, say
from assistant.question import Query
from ingest.meaning.scope import is_national, places_in, says_national
from ingest.text.places import fold_place

Part = tuple[Query, Sequence[Candidate]]
"""A side of the question, or the whole of it, with the sentences chosen for it."""


AGREEING = 0.5
"""Share of the confidence asked elsewhere that a sentence with the same figure needs."""


@dataclass(frozen=True, slots=True)
class Said:
    """One statement to be: a sentence as its report has it, or, with a `text`, what is computed from the sentences.

    Every one of `proofs` is cited. `lead_in` says in the question's language which report the sentence is from.
    """

    proofs: tuple[Candidate, ...]
    lead_in: str | None = None
    text: str | None = None
    counts: tuple[Count, ...] = ()
    """What was computed with, one of each proof."""


def said(query: Query, parts: Sequence[Part]) -> list[Said]:
    """The statements of an answer: those of each part, then the difference between two figures where they are
    compared; of three periods or more, each with the next."""
    statements: list[Said] = []
    for part, chosen in parts:
        statements += [one for one in _of_part(part, chosen) if not _is_said(one, statements)]
    return [*_with_lead_ins(query, statements), *_differences(query, parts)]


def _of_part(query: Query, chosen: Sequence[Candidate]) -> list[Said]:
    """Sentences whose figures are the same as one statement that cites each; those that differ side by side."""
    if query.kind != "figure":
        return [Said((candidate,)) for candidate in chosen]
    best, others = chosen[0], chosen[1:]
    count = asked_count(query, best)
    same = [other for other in others if count and agree(count, asked_count(query, other))]
    against = [other for other in others if other not in same]
    note = say("differ", query.language) if any(_differs(query, best, other) for other in against) else None
    return [Said((best, *same), note), *(Said(tuple(group)) for group in _agreeing(query, against))]


def _agreeing(query: Query, candidates: Sequence[Candidate]) -> list[list[Candidate]]:
    """The candidates in groups of those whose figures are the same."""
    groups: list[list[Candidate]] = []
    for one in candidates:
        count = asked_count(query, one)
        group = next((g for g in groups if count and agree(count, asked_count(query, g[0]))), None)
        if group is None:
            groups.append([one])
        else:
            group.append(one)
    return groups


def _is_said(one: Said, before: Sequence[Said]) -> bool:
    spans = {(proof.evidence.document.id, proof.sentence.span.start) for said in before for proof in said.proofs}
    return all((proof.evidence.document.id, proof.sentence.span.start) in spans for proof in one.proofs)


def _differs(query: Query, one: Candidate, other: Candidate) -> bool:
    a, b = asked_count(query, one), asked_count(query, other)
    return bool(a and b and differ(a, b))


def _with_lead_ins(query: Query, statements: Sequence[Said]) -> list[Said]:
    """Each report is named where its first sentence stands."""
    led: list[Said] = []
    last = ""
    for one in statements:
        document = one.proofs[0].evidence.document
        words = lead_in(document, query) if document.id != last else None
        led.append(replace(one, lead_in=" ".join(filter(None, (one.lead_in, words))) or None))
        last = document.id
    return led


# -- figures of several reports ----------------------------------------------------------------------------


def beside_the_figure(query: Query, best: Candidate, candidates: Sequence[Candidate]) -> list[Candidate]:
    """For a figure, what another report says of the same: the figure again, or another one in its stead. One sentence
    a report; only reports of the same place, for a province's figure does not contradict the nation's."""
    count = asked_count(query, best)
    found: dict[str, Candidate] = {}
    for other in candidates if count else ():
        id_ = other.evidence.document.id
        # The same figure of the same period and place is itself a sign that it is what is asked.
        sure = other.confidence / weights()["threshold"]
        if sure < AGREEING or id_ in (best.evidence.document.id, *found) or scope_of(best) != scope_of(other):
            continue
        theirs = asked_count(query, other)
        if count and theirs and (agree(count, theirs) or (differ(count, theirs) and sure >= 1)):
            found[id_] = other
    return list(found.values())


def scope_of(candidate: Candidate) -> frozenset[str]:
    """The places that a sentence's figure is of; none of a national report's."""
    document = candidate.evidence.document
    if named := places_in(candidate.sentence.text):
        return named
    if is_national(document) or says_national(candidate.sentence.text):
        return frozenset()
    return frozenset(fold_place(place) for place in document.description.places)


def _differences(query: Query, parts: Sequence[Part]) -> list[Said]:
    """The difference of two parts; of more, where each is of a period of its own, each with the next in time."""
    if len(parts) > 2:
        if not all(len(part.periods) == 1 for part, _ in parts) or len({part.periods for part, _ in parts}) < len(
            parts
        ):
            return []
        parts = sorted(parts, key=lambda part: part[0].periods[0])
    found = [_difference(query, pair) for pair in pairwise(parts)]
    return [one for one in found if one] if all(found) else []


def _difference(query: Query, parts: Sequence[Part]) -> Said | None:
    """Of two figures that are compared the difference, later less earlier, or first less second; None where they may
    not be of the same, or are no exact figures."""
    if len(parts) != 2 or any(_differs(part, chosen[0], other) for part, chosen in parts for other in chosen[1:]):
        return None  # or a figure is disputed
    (one, first), (other, second) = parts
    a, b = asked_count(one, first[0]), asked_count(other, second[0])
    if not (a and b and a.same_as(b)) or a.hedged or b.hedged:
        return None
    rows = [(one, first[0], a), (other, second[0], b)]
    in_time = len({part.periods for part in (one, other)}) == 2 and all(part.periods for part in (one, other))
    if in_time:
        rows.sort(key=lambda row: row[0].periods[0])
    else:
        rows.reverse()  # the first less the second
    (early, proof, count), (late, next_proof, next_count) = rows
    sides = _side(early), _side(late)
    text = computed(query.language, sides, (count.value, next_count.value), count.percent, in_time)
    return Said((proof, next_proof), None, text, (count, next_count))


def _side(part: Query) -> str:
    """What sets a side apart, as a person says it."""
    labels = [period.label for period in part.periods]
    return period_in_words(part.periods[0], part.language) if labels == [part.side] else part.side
