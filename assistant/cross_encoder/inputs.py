"""What the cross-encoder reads: two texts in one row of tokens.

An answer is read as <s> query: question </s> sentence </s> heading </s> end of the sentence before </s>, support as
<s> claim: claim </s> evidence </s>. The parts have their own limits, so that a long one does not push out another.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

START, PADDING, END = 0, 1, 2

LONGEST_ANSWER = 136
QUESTION, HEADING, BEFORE = 28, 16, 22
"""Tokens of a row that asks whether a sentence answers, and of its parts. The sentence has what it needs of the rest,
then the heading, then the sentence before."""

LONGEST_SUPPORT = 208
CLAIM = 72
"""Tokens of a row that asks whether evidence supports a claim, and of the claim."""

Ids = Callable[[str], list[int]]
"""A text's token ids, without marks of start and end."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with what it stands under and the one before it; "" where there is none."""

    text: str
    heading: str = ""
    before: str = ""


def answer_row(ids: Ids, question: str, sentence: Sentence) -> tuple[list[int], int, int]:
    """Token ids of question and sentence, at most LONGEST_ANSWER, and where the sentence's own start and end."""
    asked = ids(f"query: {question}")[:QUESTION]
    room = LONGEST_ANSWER - len(asked) - 5
    text = ids(sentence.text)[:room]
    heading = ids(sentence.heading)[: min(HEADING, room - len(text))] if sentence.heading else []
    left = min(BEFORE, room - len(text) - len(heading))
    before = ids(sentence.before)[-left:] if sentence.before and left > 2 else []
    start = len(asked) + 2
    return [START, *asked, END, *text, END, *heading, END, *before, END], start, start + len(text)


def support_row(ids: Ids, claim: str, evidence: str) -> list[int]:
    """Token ids of claim and evidence, at most LONGEST_SUPPORT."""
    claimed = ids(f"claim: {claim}")[:CLAIM]
    return [START, *claimed, END, *ids(evidence)[: LONGEST_SUPPORT - len(claimed) - 3], END]
