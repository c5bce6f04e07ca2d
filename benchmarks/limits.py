"""How near to what is possible: the engine to the processor's int8 products, ingestion to the engine, a query to the
sum of its parts; and where the rest goes, from profiles.

Each ratio is taken within a repeat, its two sides one after the other, for a machine's speed drifts.
"""

from __future__ import annotations

import cProfile
import pstats
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from assistant import Assistant
from assistant.question import understand
from assistant.retrieve import retrieve
from benchmarks.engine import read_texts
from benchmarks.made_up import write_reports
from benchmarks.serving_load import CORPUS, QUESTIONS
from ingest import e5
from ingest.embedding import SLICE, embed
from ingest.engine import Engine, OnnxEngine, open_tokenizer, processors
from ingest.onnx_graph import WIDTH
from ingest.pipeline import ingest

ENGINE_PASSAGES, INGESTED = 48, 128
INNER = 4 * WIDTH
"""Of a layer's feed-forward half."""
PER_TOKEN = e5.LAYERS * (4 * WIDTH**2 + 2 * WIDTH * INNER)
"""Multiply-adds with int8 weights that a token takes: query, key, value and output, and the two of the feed-forward
half. Attention's own products are in float and are not counted."""
PRODUCT = (512, 1024, 1024)
"""Rows, depth and columns of the plain product, the best of those tried: it fits a core's cache."""
PRODUCT_SECONDS = 1.0
TOP = 12


def measure(data: Path | None, repeats: int) -> dict[str, Any]:
    """Each figure as a list with a value a repeat, and under `profiles` the largest parts of each."""
    engine = OnnxEngine(e5.ensure_model(), name=e5.NAME)
    with tempfile.TemporaryDirectory() as folder:
        found: dict[str, Any] = {**engine_to_processor(engine, data, repeats)}
        found |= ingest_to_engine(engine, Path(folder), repeats)
        found |= query_to_parts(engine, Path(folder) / "corpus", repeats)
        found["profiles"] = profiles(engine, Path(folder) / "profiled")
    return found


def print_table(found: dict[str, Any]) -> None:
    for name, values in found.items():
        if name != "profiles":
            print(f"{name:58}{median(values):10.2f}   ({min(values):.2f} to {max(values):.2f})")
    for name, lines in found["profiles"].items():
        print(f"\nwhere the time goes, {name}: share of the whole, in the function itself")
        print("\n".join(f"  {line}" for line in lines))


# -- the engine and the processor ---------------------------------------------------------------------------


def engine_to_processor(engine: Engine, data: Path | None, repeats: int) -> dict[str, list[float]]:
    """Multiply-adds a second, in thousands of millions, of the engine and of a plain int8 product on as many cores."""
    texts = read_texts(data).passages[:ENGINE_PASSAGES]
    tokenizer = open_tokenizer(e5.ensure_model() / "tokenizer.json")
    tokens = sum(len(tokenizer.encode(f"passage: {text}").ids) for text in texts)
    product = plain_product()
    product(0.2)
    engine.embed_passages(texts[:4])
    ceiling, reached = list[float](), list[float]()
    for _ in range(repeats):
        before = product(PRODUCT_SECONDS)
        seconds = _seconds(lambda: engine.embed_passages(texts))
        reached.append(tokens * PER_TOKEN / seconds / 1e9)
        ceiling.append((before + product(PRODUCT_SECONDS)) / 2)
    return {
        "plain int8 product, 10⁹ multiply-adds/s": ceiling,
        "the engine's int8 products, 10⁹ multiply-adds/s": reached,
        "engine ÷ plain product": [a / b for a, b in zip(reached, ceiling, strict=True)],
    }


def plain_product() -> Callable[[float], float]:
    """A function that multiplies u8 by s8 matrices for some seconds on every core, one thread a core as the engine
    does, and gives 10⁹ multiply-adds a second."""
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper

    rows, depth, columns = PRODUCT
    rng = np.random.default_rng(0)
    weights = rng.integers(-64, 64, (depth, columns), np.int8)
    inputs = rng.integers(0, 255, (rows, depth), np.uint8)
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["a", "b"], ["c"])],
        "product",
        [helper.make_tensor_value_info("a", TensorProto.UINT8, [rows, depth])],
        [helper.make_tensor_value_info("c", TensorProto.INT32, [rows, columns])],
        [numpy_helper.from_array(weights, "b")],
    )
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    cores = processors()

    def multiply(ends: float) -> int:
        done = 0
        while time.perf_counter() < ends:
            session.run(None, {"a": inputs})
            done += 1
        return done

    def run(seconds: float) -> float:
        started = time.perf_counter()
        with ThreadPoolExecutor(cores) as pool:
            done = sum(pool.map(multiply, [started + seconds] * cores))
        return done * rows * depth * columns / (time.perf_counter() - started) / 1e9

    return run


# -- ingestion and the engine -------------------------------------------------------------------------------


def ingest_to_engine(engine: Engine, folder: Path, repeats: int) -> dict[str, list[float]]:
    """What of ingestion's time the engine alone would take for the same passages and sentences."""
    reports = folder / "reports"
    write_reports(reports, INGESTED)
    shares, rates = list[float](), list[float]()
    for turn in range(repeats):
        with Assistant.open(folder / str(turn), engine=engine) as assistant:
            whole = _seconds(lambda opened=assistant: ingest(opened.library, [reports]))  # type: ignore[misc]
            library = assistant.library
            passages = [p for document in library.documents() for p in library.passages_of(document.id)]
            started = time.perf_counter()
            for start in range(0, len(passages), SLICE):
                embed(engine, passages[start : start + SLICE])
            shares.append((time.perf_counter() - started) / whole)
            rates.append(len(passages) / whole)
    return {"ingestion, passages/s": rates, "engine alone ÷ ingestion": shares}


# -- a query and its parts ----------------------------------------------------------------------------------


def query_to_parts(engine: Engine, folder: Path, repeats: int) -> dict[str, list[float]]:
    """Milliseconds of a search, and what of it its embedding and the library's own lookups take: the rest is ranking
    and putting together."""
    found: dict[str, list[float]] = {name: [] for name in (
        "search, ms", "of it embedding, ms", "of it the library, ms", "of it the rest, ms", "parts ÷ whole",
        "answer without a model, ms",
    )}  # fmt: skip
    with Assistant.open(folder, engine=engine) as assistant:
        assistant.ingest(CORPUS)
        queries = [understand(question, newest=assistant.library.newest()) for question in QUESTIONS]
        for query in queries:
            retrieve(query, assistant.library)
        for _ in range(repeats):
            rows = []
            for query in queries:
                calls: list[Call] = []
                library: Any = Watched(assistant.library, calls)
                assistant.library.question_vector.cache_clear()
                whole = _seconds(lambda asked=query, over=library: retrieve(asked, over))  # type: ignore[misc]
                embedding = covered([call for call in calls if call[0] == "question_vector"])
                rows.append((whole, embedding, covered(calls) - embedding))
            # Means, not medians: the parts of one question beside the whole of another would come to anything.
            whole, embedding, lookups = (1000 * float(value) for value in np.mean(np.array(rows), axis=0))
            answers = [1000 * _seconds(lambda asked=q: _anew(assistant).ask(asked)) for q in QUESTIONS]  # type: ignore[misc]
            values = (whole, embedding, lookups, whole - embedding - lookups, (embedding + lookups) / whole,
                      median(answers))  # fmt: skip
            for name, value in zip(found, values, strict=True):
                found[name].append(value)
    return found


Call = tuple[str, float, float]
"""What was called, when it began and when it ended."""


class Watched:
    """A library whose calls are written down."""

    def __init__(self, whole: Any, calls: list[Call]) -> None:
        self._whole, self._calls = whole, calls

    def __getattr__(self, name: str) -> Any:
        part = getattr(self._whole, name)
        if not callable(part):
            return part

        def watched(*given: Any, **named: Any) -> Any:
            started = time.perf_counter()
            try:
                return part(*given, **named)
            finally:
                self._calls.append((name, started, time.perf_counter()))

        return watched


def _anew(assistant: Assistant) -> Assistant:
    """The same, its questions' vectors forgotten: a question that is asked again would not be embedded."""
    assistant.library.question_vector.cache_clear()
    return assistant


def covered(calls: Sequence[Call]) -> float:
    """Seconds in which at least one of the calls was under way: a question is embedded twice, at the same time."""
    seconds, until = 0.0, 0.0
    for _, start, end in sorted(calls, key=lambda call: call[1]):
        seconds += max(0.0, end - max(start, until))
        until = max(until, end)
    return seconds


# -- where the rest goes ------------------------------------------------------------------------------------


def profiles(engine: Engine, folder: Path) -> dict[str, Sequence[str]]:
    """The largest parts of ingestion and of a query."""
    with Assistant.open(folder, engine=engine) as assistant:
        ingesting = top(lambda: assistant.ingest(CORPUS))
        for question in QUESTIONS:
            assistant.search(question)
        asking = top(lambda: [_anew(assistant).search(question) for question in QUESTIONS * 5])
        answering = top(lambda: [_anew(assistant).ask(question) for question in QUESTIONS * 5])
    return {"ingestion": ingesting, "search": asking, "answer without a model": answering}


def top(call: Callable[[], object]) -> list[str]:
    """The functions of the calling thread in which most time is spent: share, calls, name. A profile slows small
    functions down more than large ones."""
    profile = cProfile.Profile()
    profile.runcall(call)
    stats: Any = pstats.Stats(profile)
    rows = sorted(stats.stats.items(), key=lambda item: -item[1][2])[:TOP]
    whole = max(stats.total_tt, 1e-9)
    return [f"{own / whole:6.1%} {calls:>8,}  {_place(*at)}" for at, (_, calls, own, *_) in rows]


def _place(file: str, line: int, name: str) -> str:
    return name if file == "~" else f"{'/'.join(Path(file).parts[-2:])}:{line} {name}"


def _seconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started
