"""Fuzzed questions: each gets an answer whose every statement is verbatim and leads back, or an InputError."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from pathlib import Path

from assistant import Assistant
from benchmarks.prove.holdings import astray, not_verbatim
from benchmarks.prove.odd_questions import odd_question
from benchmarks.prove.row import Row, Scale, Tally
from benchmarks.prove.stores import opened
from ingest.errors import InputError
from ingest.pipeline import ingest

ROOT = Path(__file__).parents[2]
TOGETHER = 250
REAL_ONE_IN = 40
"""One question of so many is asked with the engine and the cross-encoder that ship, which take five times as long; the
others with made-up vectors."""
SECONDS = 20.0
"""For one answer, on a busy machine."""

Seen = tuple[int, int, int, list[str], float]
"""Answered, refused as input, lost, what went wrong, and the longest time one took, in seconds."""


def prove(scale: Scale) -> Iterator[Row]:
    """A row with made-up vectors, and one with the engine that ships."""
    real = max(1, scale.questions // REAL_ONE_IN)
    for name, count, shipped in (("", scale.questions - real, False), (", engine and cross-encoder", real, True)):
        tally = Tally(f"fuzzed questions{name}")
        parts = [(scale.seed, start, min(TOGETHER, count - start), shipped) for start in range(0, count, TOGETHER)]
        answered, refused, longest = 0, 0, 0.0
        workers = 1 if shipped else min(4, os.cpu_count() or 1)
        with (
            tempfile.TemporaryDirectory(prefix="prove-questions-") as folder,
            ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool,
        ):
            for part, future in [(part, pool.submit(_ask_some, *part, folder)) for part in parts]:
                try:
                    more, inputs, lost, wrong, took = future.result()
                except BrokenProcessPool:
                    tally.count(part[2], f"the process ended in questions {part[1]} to {part[1] + part[2]}")
                    continue
                tally.tried += part[2]
                tally.survived += part[2] - len(wrong)
                tally.lost += lost
                tally.wrong += wrong
                answered, refused, longest = answered + more, refused + inputs, max(longest, took)
        yield tally.row(f"{answered} answers, {refused} refused as input; the slowest took {longest:.1f} s")


def _ask_some(seed: int, start: int, count: int, shipped: bool, folder: str) -> Seen:
    """Questions `start` and on; the same number is always the same question."""
    assistant, answered, refused, lost, longest = _assistant(shipped, folder), 0, 0, 0, 0.0
    wrong: list[str] = []
    for number in range(start, start + count):
        rng = random.Random(f"{seed}/{number}/{shipped}")
        real, other = rng.choices(golden(), k=2)
        question = odd_question(real, other, rng)
        history = [{"role": "user", "content": rng.choice(golden())}] if rng.random() < 0.1 else []
        started = time.perf_counter()
        try:
            answer = assistant.ask(question, history)
            answer.model_dump_json()
            answered += not answer.abstained
            if bad := astray(answer, assistant) + not_verbatim(answer):
                lost += bad
                wrong.append(f"{number}: {bad} wrong statements or citations for {question[:80]!r}")
        except InputError as exc:
            refused += 1
            if "\n" in str(exc) or not str(exc):
                wrong.append(f"{number}: told as {str(exc)[:80]!r}")
        except Exception as exc:  # noqa: BLE001 that is what is looked for
            wrong.append(f"{number}: {type(exc).__name__} {str(exc)[:80]} for {question[:60]!r}")
        took = time.perf_counter() - started
        longest = max(longest, took)
        if took > SECONDS:
            wrong.append(f"{number}: {took:.0f} s for {question[:60]!r}")
    return answered, refused, lost, wrong, longest


@cache
def golden() -> list[str]:
    """Real questions over the sample corpus."""
    lines = (ROOT / "evals" / "golden.jsonl").read_text(encoding="utf-8").splitlines()
    return [str(json.loads(line)["question"]) for line in lines if line.strip()]


@cache
def _assistant(shipped: bool, folder: str) -> Assistant:
    """The sample corpus, opened once in a process."""
    data = tempfile.mkdtemp(dir=folder)
    assistant = Assistant.open(data) if shipped else Assistant(opened(Path(data), None))
    ingest(assistant.library, [ROOT / "corpus"])
    return assistant
