"""What a step learns from: rows of tokens made of questions and claims, and how far the network is off."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.cross_encoder.inputs import PADDING, Sentence, answer_row, support_row
from benchmarks.fitting import is_measured
from benchmarks.questions import Example
from benchmarks.train_cross_encoder.network import Network
from benchmarks.train_cross_encoder.support import Pair

CANDIDATES = 5
"""Sentences read with a question: one or two that answer, and those that the order puts first of the others."""
NOISE = 0.7
HIDDEN = 250_001
"""The mask token of the vocabulary."""
HIDE, NO_HEADING, NO_BEFORE = 0.4, 0.15, 0.1
"""How often words of the question that the sentence repeats are hidden, and what stands about a sentence is left out.
The public sets' questions repeat their passages' words more than a reader's do."""
JOINED = 0.15
"""How often a sentence runs on into another of its report: reports put many figures into one sentence, and the one that
is asked for may come last."""
PLAIN, SMALL = 0.12, 0.1
"""How often a question is asked without accents, and without capitals, as on a telephone."""
WITHOUT_ANSWER, WORDS_OF_ANSWER = 0.7, 0.5
"""What the same question without its answer weighs, and which tokens are the answer: with few questions, that tells
more of why a sentence answers than one mark for the whole of it."""
TOGETHER, STEP = 24, 16
"""Rows that run together, and what their length is a multiple of: torch builds its products anew for each length."""


@dataclass(frozen=True, slots=True)
class Row:
    """A question and a sentence as ids; the sentence's tokens, and which are the answer, where that is known."""

    ids: list[int]
    start: int = 0
    end: int = 0
    answer: NDArray[np.float32] | None = None


class Writer:
    """Texts → rows. Remembers the tokens of each text."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self._known: dict[str, tuple[list[int], list[tuple[int, int]]]] = {}

    def _tokens(self, text: str) -> tuple[list[int], list[tuple[int, int]]]:
        if text not in self._known:
            encoding = self._tokenizer.encode(text, add_special_tokens=False)
            self._known[text] = encoding.ids, encoding.offsets
        return self._known[text]

    def _ids(self, text: str) -> list[int]:
        return self._tokens(text)[0]

    def claim(self, pair: Pair) -> Row:
        return Row(support_row(self._ids, pair.claim, pair.evidence))

    def question(self, example: Example, rows: Sequence[int]) -> list[Row]:
        """The rows of a question's sentences, with what is hidden or left out this time."""
        chance, written = random.random(), []
        asked = as_typed(example.query)
        for at in rows:
            one = joined(example, at) if random.random() < JOINED else example.sentences[at]
            shown = Sentence(one.text, one.heading * (chance >= NO_HEADING), one.before * (chance >= NO_BEFORE))
            ids, start, end = answer_row(self._ids, asked, shown)
            marks = self._marked(one.text, end - start, example.accepted) if example.answers[at] else None
            written.append(Row(ids, start, end, marks))
        if written and random.random() < HIDE:
            first = written[0]
            shared = set(first.ids[first.start : first.end])
            hidden = {i for i in range(3, first.start - 1) if first.ids[i] in shared and random.random() < 0.5}
            written = [
                Row([HIDDEN if i in hidden else id_ for i, id_ in enumerate(row.ids)], row.start, row.end, row.answer)
                for row in written
            ]
        return written

    def _marked(self, text: str, length: int, accepted: Sequence[str]) -> NDArray[np.float32] | None:
        """1 for each token that is part of an accepted answer; None where none is found as written."""
        places = self._tokens(text)[1][:length]
        lower, marks = text.lower(), np.zeros(length, np.float32)
        for answer in accepted:
            at = lower.find(answer.lower()) if answer else -1
            if at >= 0:
                marks[[start < at + len(answer) and end > at for start, end in places]] = 1
        return marks if marks.any() else None


def joined(example: Example, at: int) -> Sentence:
    """A sentence run together with another of its report that does not answer."""
    one = example.sentences[at]
    others = [
        other.text
        for i, other in enumerate(example.sentences)
        if i != at and example.sources[i] == example.sources[at] and not example.answers[i]
    ]
    if not others:
        return one
    first, second = random.choice(others), one.text
    if random.random() < 0.4:
        first, second = second, first
    return replace(one, text=f"{first.rstrip('.')}{random.choice(['; ', ', '])}{second[:1].lower()}{second[1:]}")


def as_typed(question: str) -> str:
    """A question as some people write it."""
    if random.random() < PLAIN:
        letters = unicodedata.normalize("NFD", question.replace("đ", "d").replace("Đ", "D"))
        question = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return question.lower() if random.random() < SMALL else question


def chosen(example: Example) -> list[int]:
    """The sentences read with a question, those that answer first: the hardest by the order, somewhat shuffled. Of a
    public question half are of the passage that answers; a sentence of a passage that measures is not even a wrong
    one."""
    noisy = example.order + NOISE * np.random.gumbel(size=len(example.order))
    order = [int(at) for at in np.argsort(-noisy) if example.of_a_reader or not is_measured(example.sources[at])]
    right = [at for at in order if example.answers[at]][: 2 if example.of_a_reader else 1]
    wrong = [at for at in order if not example.answers[at]]
    left = CANDIDATES - len(right)
    if not example.of_a_reader:
        near = [at for at in wrong if example.gold[at]][: left // 2]
        wrong = near + [at for at in wrong if not example.gold[at]][: left - len(near)]
    return right + wrong[:left]


def answer(network: Network, writer: Writer, some: Sequence[Example]) -> tuple[Any, float]:
    """Sentences that answer should have the most of a softmax over a question's sentences and "none of these" (score
    0), which should have it where nothing answers, or what answers is taken away."""
    torch, f = network.torch, network.torch.nn.functional
    picked = [(example, rows) for example in some if (rows := chosen(example))]
    written = [row for example, rows in picked for row in writer.question(example, rows)]
    if not written:
        return None, 0.0
    scores: list[Any] = [None] * len(written)
    tokens: list[Any] = [None] * len(written)
    for together, ids, mask in _batches(torch, written):
        hidden = network.hidden(ids, mask)
        found, likely = network.logits(hidden, mask)[:, 0], network.tokens(hidden)
        for k, at in enumerate(together):
            scores[at], tokens[at] = found[k], likely[k]
    total, marked, none, at = torch.zeros(()), [], torch.zeros(1), 0
    for example, rows in picked:
        z, right = torch.stack(scores[at : at + len(rows)]), torch.tensor(example.answers[rows])
        total = total + torch.logsumexp(torch.cat([z, none]), 0)
        if right.any():
            other = ~right if example.of_a_reader else ~right & ~torch.tensor(example.gold[rows])
            total = total - torch.logsumexp(z[right], 0)
            total = total + WITHOUT_ANSWER * torch.logsumexp(torch.cat([z[other], none]), 0)
        for i in range(at, at + len(rows)):
            if (wanted := written[i].answer) is not None:
                logits = tokens[i][written[i].start : written[i].end]
                marked.append(f.binary_cross_entropy_with_logits(logits, torch.from_numpy(wanted)))
        at += len(rows)
    total = total / len(picked)
    words = torch.stack(marked).mean() if marked else 0.0
    return total + WORDS_OF_ANSWER * words, float(total.detach())


def support(network: Network, writer: Writer, some: Sequence[Pair]) -> tuple[Any, float]:
    """Cross-entropy of the three kinds; of a claim only known as not supported, of the other two together."""
    torch = network.torch
    total = torch.zeros(())
    for together, ids, mask in _batches(torch, [writer.claim(pair) for pair in some]):
        z = torch.log_softmax(network.logits(network.hidden(ids, mask), mask), -1)
        for k, at in enumerate(together):
            pair = some[at]
            if pair.kind is not None:
                total = total - z[k, pair.kind]
            else:
                total = total - (z[k, 0] if pair.supported else torch.logsumexp(z[k, 1:], 0))
    total = total / len(some)
    return total, float(total.detach())


def _batches(torch: Any, rows: Sequence[Row]) -> Iterator[tuple[list[int], Any, Any]]:
    """Rows of like lengths together: which they are, their ids and mask (batch, sequence)."""
    by_length = sorted(range(len(rows)), key=lambda at: len(rows[at].ids))
    for start in range(0, len(by_length), TOGETHER):
        some = by_length[start : start + TOGETHER]
        longest = -(-max(len(rows[at].ids) for at in some) // STEP) * STEP
        ids = torch.full((len(some), longest), PADDING)
        mask = torch.zeros((len(some), longest), dtype=torch.long)
        for k, at in enumerate(some):
            ids[k, : len(rows[at].ids)] = torch.tensor(rows[at].ids)
            mask[k, : len(rows[at].ids)] = 1
        yield some, ids, mask
