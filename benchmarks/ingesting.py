"""Ingestion: beside the engine alone, without embedding, over 100,000 passages, and again over what is unchanged."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from benchmarks.made_up import write_reports
from ingest.documents import FloatArray
from ingest.embedding import SLICE, embed
from ingest.engine import open_engine
from ingest.library import Library
from ingest.pipeline import ingest

BESIDE_ENGINE, LARGE = 256, 100_000
"""Passages read with the real engine, a turn; and with vectors given."""


class GivenVectors:
    """An engine that takes no time: each text has one of 4,096 fixed unit vectors, near one of 64 centres."""

    name, dimensions = "given", 384

    def __init__(self) -> None:
        rng = np.random.default_rng(0)
        centres = rng.standard_normal((64, self.dimensions))
        rows = centres[rng.integers(0, 64, 4096)] + rng.standard_normal((4096, self.dimensions))
        self._rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)

    def embed_passages(self, texts: Sequence[str]) -> FloatArray:
        vectors: FloatArray = self._rows[[zlib.crc32(text.encode()) % 4096 for text in texts]]
        return vectors

    def embed_query(self, text: str) -> FloatArray:
        vector: FloatArray = self.embed_passages([text])[0]
        return vector


def measure(repeats: int, passages: int = LARGE) -> dict[str, Any]:
    """Every figure, as a list of what the repeats gave."""
    with tempfile.TemporaryDirectory() as folder:
        found = _beside_engine(Path(folder), min(repeats, 3))
        found |= _large(Path(folder), passages)
    return found


def print_table(found: dict[str, Any]) -> None:
    for name, values in found.items():
        low, high = min(values), max(values)
        print(f"{name:44}{median(values):10.2f}   ({low:.2f} to {high:.2f})")


def _beside_engine(folder: Path, repeats: int) -> dict[str, Any]:
    """Ingestion and the engine alone over the same passages and sentences, in turns."""
    reports = folder / "few"
    write_reports(reports, BESIDE_ENGINE)
    engine = open_engine()
    shares, rates = [], []
    for turn in range(repeats):
        library = Library(folder / f"few-{turn}", engine)
        started = time.perf_counter()
        report = ingest(library, [reports])
        total = time.perf_counter() - started
        passages = [p for document in library.documents() for p in library.passages_of(document.id)]
        started = time.perf_counter()
        for start in range(0, len(passages), SLICE):
            embed(engine, passages[start : start + SLICE])
        alone = time.perf_counter() - started
        library.close()
        shares.append(alone / total)
        rates.append(report.tokens / total)
    return {"ingest, share of the engine's own rate": shares, "ingest, tokens/s": rates}


def _large(folder: Path, passages: int) -> dict[str, Any]:
    """A large corpus in processes of their own, so that memory is theirs alone; then again, unchanged."""
    reports, data = folder / "many", folder / "many-library"
    files = write_reports(reports, passages)
    text = sum(file.stat().st_size for file in reports.rglob("*.txt"))
    first, again = _in_process(reports, data), _in_process(reports, data)
    disk = sum(file.stat().st_size for file in data.rglob("*") if file.is_file())
    shutil.rmtree(data)
    return {
        "without embedding, passages": [first["passages"]],
        "without embedding, passages/s": [first["passages"] / first["seconds"]],
        "without embedding, resident MB": [first["resident_mb"]],
        "disk beside the text, KB a passage": [(disk - text) / 1024 / first["passages"]],
        f"again over {files} unchanged files, s": [again["seconds"]],
        "again, opening the library included, s": [again["whole"]],
    }


def _in_process(reports: Path, data: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.ingesting", str(reports), str(data)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _child(reports: Path, data: Path) -> dict[str, Any]:
    started = time.perf_counter()
    library = Library(data, GivenVectors())
    with _resident() as peak:
        report = ingest(library, [reports])
    library.close()
    return {
        "passages": report.passages,
        "seconds": report.seconds,
        "whole": time.perf_counter() - started,
        "resident_mb": peak[0],
    }


@contextmanager
def _resident() -> Iterator[list[float]]:
    """The most memory this process and the ones it started held at a time, in MB (Linux; 0 elsewhere)."""
    peak, done = [0.0], threading.Event()

    def watch() -> None:
        while not done.wait(0.5):
            peak[0] = max(peak[0], sum(_rss(pid) for pid in [os.getpid(), *_children(os.getpid())]))

    thread = threading.Thread(target=watch)
    thread.start()
    yield peak
    done.set()
    thread.join()


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):  # the thread has ended
            found += map(int, task.read_text().split())
    return found


def _rss(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    except (OSError, ValueError):
        return 0.0


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("reports", type=Path)
    parser.add_argument("data", type=Path)
    given = parser.parse_args()
    print(json.dumps(_child(given.reports, given.data)))
