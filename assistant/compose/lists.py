"""Lists in reports: a sentence that announces one, "Four priorities were set:", and the items that follow it."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.compose.candidates import Candidate, candidate
from assistant.question import Query
from assistant.retrieve import BULLET, Evidence, SentenceMatch, in_a_list

MOST_ITEMS = 8


def with_its_items(query: Query, chosen: Sequence[Candidate]) -> list[Candidate]:
    """The candidates, each that announces a list followed by its items, and each item led by what announces it with
    the other items beside it. The items are of the period and place of what announces them."""
    found: list[Candidate] = []
    for one in chosen:
        row = _row(one.evidence)
        at = next(place for place, (_, sentence) in enumerate(row) if sentence.span == one.sentence.span)
        texts = [sentence.text for _, sentence in row]
        listed = [in_a_list(evidence.document, sentence.span.start) for evidence, sentence in row]
        group = _list_around(texts, at, listed)
        for place in group or [at]:
            evidence, sentence = row[place]
            if not any(_is(evidence, other, sentence.span.start) for other in found):
                found.append(candidate(query, evidence, sentence) if place != at else one)
    return found


def _row(evidence: Evidence) -> list[tuple[Evidence, SentenceMatch]]:
    """The sentences of a passage, with those of the passages beside it that go on with its list."""
    beside = [one for one in (evidence.before, evidence) if one]
    while beside[-1].after:
        beside.append(beside[-1].after)
    return [(one, sentence) for one in beside for sentence in one.sentences]


def _is(evidence: Evidence, other: Candidate, start: int) -> bool:
    return evidence.passage.id == other.evidence.passage.id and other.sentence.span.start == start


def _list_around(texts: Sequence[str], at: int, listed: Sequence[bool]) -> list[int]:
    """The places of a list, what announces it first, that the sentence at a place is of; [] where it is of none.
    `listed` says which sentences their format shows to be items."""
    head = at
    while head >= 0 and not announces(texts[head]):
        if not (listed[head] or is_item(texts, head)):
            return []
        head -= 1
    if head < 0:
        return []
    end = head + 1
    while end < len(texts) and end - head <= MOST_ITEMS and (listed[end] or is_item(texts, end)):
        end += 1
    return list(range(head, end)) if head < at < end or (head == at and end > head + 1) else []


def announces(text: str) -> bool:
    """Whether a sentence announces what follows it."""
    return text.rstrip().endswith(":")


def is_item(texts: Sequence[str], at: int) -> bool:
    """Whether a sentence is an item of a list: after a bullet, in small letters, or in a row that semicolons part."""
    text = texts[at].strip()
    if BULLET.match(texts[at]) or text[:1].islower() or text.endswith(";"):
        return True
    return at > 0 and texts[at - 1].rstrip().endswith(";")
