"""Train the cross-encoder: does this sentence answer the question, does this evidence support the claim?

    python -m benchmarks.train_cross_encoder --data DIR --out FOLDER

Starts from the encoder the engine has and tunes its upper half, in two stages. First on public questions (the halves of
XQuAD and PIAF that nothing is measured on) and on claims with evidence (`support`); then on the readers' own questions,
with some of the first again, for without them it forgets. Sentences that answer learn to come before those that do not,
and before "none of these", whose score is fixed at 0: so scores mean the same from question to question.

Takes about half an hour a stage on two processors. The first stage is kept in FOLDER and used again.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.datasets import question_sets
from benchmarks.questions import Example, public_questions, readers_questions
from benchmarks.train_cross_encoder import losses, support
from benchmarks.train_cross_encoder.network import Adam, Network, torch_module
from ingest import e5
from ingest.engine import open_engine, open_tokenizer

SHARE = {"XQuAD en→vi": (0, 2), "XQuAD vi→en": (1, 2), "XQuAD mixed": (0, 2)}
"""Of these sets each second question, from the first or the second on: they ask what the others ask."""
MOST_OF_A_SET = 1200
QUESTIONS, CLAIMS = 8, 48
"""In a step."""
FIRST_RATE, SECOND_RATE, OF_A_NEW_HEAD = 1.5e-4, 1e-4, 3.0
PASSES = 2
AGAIN_PUBLIC, AGAIN_CLAIMS = 0.15, 0.15
"""Shares of the first stage that are shown again in the second."""

Step = tuple[str, Sequence[Any]]


def steps(examples: Sequence[Example], claims: Sequence[support.Pair]) -> list[Step]:
    """Questions and claims in steps of their own, shuffled; claims of like lengths together, so little is padded."""
    shuffled = [random.sample(list(examples), len(examples)) for _ in range(PASSES)]
    asked = [one for some in shuffled for one in some]
    made: list[Step] = [("answer", asked[at : at + QUESTIONS]) for at in range(0, len(asked), QUESTIONS)]
    mixed = random.sample(list(claims), len(claims))
    for start in range(0, len(mixed), CLAIMS * 10):
        near = sorted(mixed[start : start + CLAIMS * 10], key=lambda pair: len(pair.claim) + len(pair.evidence))
        made += [("support", near[at : at + CLAIMS]) for at in range(0, len(near), CLAIMS)]
    return random.sample(made, len(made))


def train(network: Network, writer: losses.Writer, todo: Sequence[Step], rate: float, of_head: float) -> None:
    """One run: the rate rises over 6 % of the steps and falls to a twentieth."""
    optimizer, started = Adam(network), time.monotonic()
    seen: dict[str, list[float]] = {"answer": [], "support": []}
    network.training = True
    for number, (kind, some) in enumerate(todo):
        now = rate * min(1.0, (number + 1) / (0.06 * len(todo))) * (1 - 0.95 * number / len(todo))
        loss, shown = (losses.answer if kind == "answer" else losses.support)(network, writer, some)
        seen[kind].append(shown)
        if loss is not None:
            loss.backward()
            optimizer.step(now, now * of_head)
        if number % 25 == 0:
            told = ", ".join(f"{name} {np.mean(values[-40:] or [0]):.3f}" for name, values in seen.items())
            print(f"{number}/{len(todo)}: {told}, {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    network.training = False


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="folder for first.pt and cross_encoder.npz")
    parser.add_argument("--work", type=Path, default=Path("/tmp/danchung-bench"), help="where libraries are kept")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch = torch_module()
    torch.set_num_threads(args.threads)
    random.seed(0)
    np.random.seed(0)
    torch.manual_seed(0)
    args.out.mkdir(parents=True, exist_ok=True)
    engine, asked = open_engine(), list[Example]()
    for found in question_sets(args.data):
        start, step = SHARE.get(found.name, (0, 1))
        with closing(found.library(engine, args.work)) as library:
            fitting = [one for one in public_questions(found, library, MOST_OF_A_SET) if not one.held_out]
        asked += fitting[start::step]
        print(f"collected {found.name}", file=sys.stderr, flush=True)
    own = [one for one in readers_questions(engine, args.work) if not one.held_out]
    claims = support.pairs(args.data)
    network = Network(e5.read_weights(e5.weights_file()))
    writer = losses.Writer(open_tokenizer(e5.ensure_model() / "tokenizer.json"))
    first = args.out / "first.pt"
    if first.is_file():
        network.restore(torch.load(first))
    else:
        train(network, writer, steps(asked, claims), FIRST_RATE, OF_A_NEW_HEAD)
        torch.save(network.learned(), first)
    again = random.sample(asked, int(AGAIN_PUBLIC * len(asked)))
    todo = steps([*own, *again], random.sample(claims, int(AGAIN_CLAIMS * len(claims))))
    train(network, writer, todo, SECOND_RATE, 1.0)
    network.save(args.out / "cross_encoder.npz")
    print(f"wrote {args.out / 'cross_encoder.npz'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
