"""Lists in reports: a sentence that announces one, "Four priorities were set:", and the items that follow it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.compose.candidates import Candidate, candidate
from assistant.question import Query

MOST_ITEMS = 8

_BULLET = re.compile(r"\s*(?:[-–—•*+▪◦·]|\d{1,2}[.)]|[a-hđ][.)])\s")


def with_its_items(query: Query, chosen: Sequence[Candidate]) -> list[Candidate]:
    """The candidates, each that announces a list followed by its items, and each item led by what announces it with
    the other items beside it. The items are of the period and place of what announces them."""
    found: list[Candidate] = []
    for one in chosen:
        sentences = one.evidence.sentences
        at = one.evidence.passage.sentences.index(one.sentence.span)
        texts = [sentence.text for sentence in sentences]
        group = _list_around(texts, at)
        for place in group or [at]:
            if not any(_is(one, other, sentences[place].span.start) for other in found):
                found.append(candidate(query, one.evidence, sentences[place]) if place != at else one)
    return found


def _is(one: Candidate, other: Candidate, start: int) -> bool:
    return one.evidence.passage.id == other.evidence.passage.id and other.sentence.span.start == start


def _list_around(texts: Sequence[str], at: int) -> list[int]:
    """The places of a list, what announces it first, that the sentence at a place is of; [] where it is of none."""
    head = at
    while head >= 0 and not announces(texts[head]):
        if not is_item(texts, head):
            return []
        head -= 1
    if head < 0:
        return []
    end = head + 1
    while end < len(texts) and end - head <= MOST_ITEMS and is_item(texts, end):
        end += 1
    return list(range(head, end)) if head < at < end or (head == at and end > head + 1) else []


def announces(text: str) -> bool:
    """Whether a sentence announces what follows it."""
    return text.rstrip().endswith(":")


def is_item(texts: Sequence[str], at: int) -> bool:
    """Whether a sentence is an item of a list: after a bullet, in small letters, or in a row that semicolons part."""
    text = texts[at].strip()
    if _BULLET.match(texts[at]) or text[:1].islower() or text.endswith(";"):
        return True
    return at > 0 and texts[at - 1].rstrip().endswith(";")
