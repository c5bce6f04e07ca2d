"""Train a network of the cross-encoder: does this sentence answer the question, does this evidence support the claim?

    python -m benchmarks.train_cross_encoder answers --data DIR --out FOLDER
    python -m benchmarks.train_cross_encoder support --data DIR --out FOLDER

Each starts from the encoder the engine has and tunes its upper half, in two stages: first on public sets, then on what
was written for this project (`benchmarks/readers`), with some of the first again, for without them it forgets.
Sentences that answer learn to come before those that do not, and before "none of these", whose score is fixed at 0: so
scores mean the same from question to question. Claims learn their label.

Takes half an hour to an hour a stage on two processors. The first stage is kept in FOLDER and used again.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from assistant.cross_encoder.graph import OUTPUTS
from benchmarks.datasets import question_sets
from benchmarks.fitting import WORK
from benchmarks.questions import Example, public_questions, readers_questions, translated_questions
from benchmarks.train_cross_encoder import losses, support
from benchmarks.train_cross_encoder.network import Adam, Network, torch_module
from ingest import e5
from ingest.engine import open_engine, open_tokenizer

SHARE = {"XQuAD en→vi": (0, 2), "XQuAD vi→en": (1, 2), "XQuAD mixed": (0, 2)}
"""Of these sets each second question, from the first or the second on: they ask what the others ask."""
MOST_OF_A_SET = 1200
QUESTIONS, CLAIMS = 8, 48
"""In a step."""
RATES, OF_A_NEW_HEAD = (1.5e-4, 1e-4), 3.0
"""Of the stages; and how much faster a head learns that has learnt nothing yet."""
PASSES = 2
"""Over the questions, in each stage."""
AGAIN = 0.15
"""The share of the public questions that is shown again in the second stage."""

Loss = Callable[[Network, losses.Writer, Sequence[Any]], tuple[Any, float]]
Steps = list[Sequence[Any]]


def steps_of_questions(examples: Sequence[Example]) -> Steps:
    asked = [one for _ in range(PASSES) for one in random.sample(list(examples), len(examples))]
    return [asked[at : at + QUESTIONS] for at in range(0, len(asked), QUESTIONS)]


def steps_of_claims(claims: Sequence[support.Pair]) -> Steps:
    """Shuffled, with claims of like lengths together, so that little is padded."""
    mixed, made = random.sample(list(claims), len(claims)), list[Sequence[support.Pair]]()
    for start in range(0, len(mixed), CLAIMS * 20):
        near = sorted(mixed[start : start + CLAIMS * 20], key=lambda pair: len(pair.claim) + len(pair.evidence))
        made += [near[at : at + CLAIMS] for at in range(0, len(near), CLAIMS)]
    return random.sample(made, len(made))


def stages_of_answers(data: Path, work: Path) -> tuple[Steps, Steps]:
    engine, asked = open_engine(), list[Example]()
    for found in question_sets(data):
        start, step = SHARE.get(found.name, (0, 1))
        with closing(found.library(engine, work)) as library:
            fitting = [one for one in public_questions(found, library, MOST_OF_A_SET) if not one.held_out]
        asked += fitting[start::step]
        print(f"collected {found.name}", file=sys.stderr, flush=True)
    own = [one for one in readers_questions(engine, work) if not one.held_out]
    own += [one for one in translated_questions(engine, work) if not one.held_out]
    again = random.sample(asked, int(AGAIN * len(asked)))
    return steps_of_questions(asked), steps_of_questions([*own, *again])


def stages_of_support(data: Path) -> tuple[Steps, Steps]:
    unsupported = [pair for pair in support.answers_of_models(data) if not pair.supported]
    second = support.public_claims(data, support.AGAIN) + support.own_claims() * support.OWN + unsupported * 2
    return steps_of_claims(support.public_claims(data, support.FIRST)), steps_of_claims(second)


def train(network: Network, writer: losses.Writer, loss_of: Loss, todo: Steps, rate: float, of_head: float) -> None:
    """One run: the rate rises over 4 % of the steps and falls to a twentieth."""
    optimizer, started, seen = Adam(network), time.monotonic(), list[float]()
    network.training = True
    for number, some in enumerate(todo):
        now = rate * min(1.0, (number + 1) / (0.04 * len(todo))) * (1 - 0.95 * number / len(todo))
        loss, shown = loss_of(network, writer, some)
        seen.append(shown)
        if loss is not None:
            loss.backward()
            optimizer.step(now, now * of_head)
        if number % 25 == 0:
            taken = time.monotonic() - started
            print(f"{number}/{len(todo)}: {np.mean(seen[-60:]):.3f}, {taken:.0f} s", file=sys.stderr, flush=True)
    network.training = False


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("network", choices=OUTPUTS)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="folder for what was trained, NETWORK.npz")
    parser.add_argument("--work", type=Path, default=WORK, help="where libraries are kept")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch = torch_module()
    torch.set_num_threads(args.threads)
    random.seed(0)
    np.random.seed(0)
    torch.manual_seed(0)
    args.out.mkdir(parents=True, exist_ok=True)
    finding = args.network == "answers"
    stages = stages_of_answers(args.data, args.work) if finding else stages_of_support(args.data)
    loss_of = losses.answer if finding else losses.support
    network = Network(e5.read_weights(e5.weights_file()), OUTPUTS[args.network])
    writer = losses.Writer(open_tokenizer(e5.ensure_model() / "tokenizer.json"))
    first = args.out / f"{args.network}-first.pt"
    if first.is_file():
        network.restore(torch.load(first))
    else:
        train(network, writer, loss_of, stages[0], RATES[0], OF_A_NEW_HEAD)
        torch.save(network.learned(), first)
    train(network, writer, loss_of, stages[1], RATES[1], 1.0)
    network.save(args.out / f"{args.network}.npz")
    print(f"wrote {args.out / args.network}.npz")
    return 0


if __name__ == "__main__":
    sys.exit(main())
