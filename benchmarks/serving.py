"""What a person waits for: `danchung --help`, a cold `danchung ask`, a warm one inside `serve`; its memory; and, by
`serving_load`, what the server bears."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import serving_load
from benchmarks.serving_load import CORPUS, QUESTIONS, resident, serving


def measure(repeats: int, long: bool = False) -> dict[str, Any]:
    """Seconds and milliseconds as the reader feels them, each the median with the spread of `repeats` runs. `long`
    loads the server for a minute each time, and with 20,000 requests."""
    with tempfile.TemporaryDirectory() as folder:
        data = ["--data-dir", str(Path(folder) / "data")]
        ingest = _timed(["ingest", str(CORPUS), *data])
        again = _timed(["ingest", str(CORPUS), *data])
        helps = [_timed(["--help"]) for _ in range(repeats)]
        cold = [_timed(["ask", QUESTIONS[0], *data]) for _ in range(repeats)]
        found: dict[str, Any] = {
            "ingest corpus s": [ingest],
            "ingest corpus again s": [again],
            "--help s": helps,
            "ask, cold s": cold,
        }
        return found | _served(data, repeats) | serving_load.measure(data, long)


def _timed(arguments: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", "assistant.cli", *arguments], check=True, capture_output=True)
    return time.perf_counter() - started


def _served(data: list[str], repeats: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, remembered in (("ask, warm ms", 0), ("ask, asked before ms", None)):
        with serving(data, remembered) as (url, pid, ready):
            for question in QUESTIONS:
                _post(url, question)
            found[name] = [_post(url, question) for _ in range(4 * repeats) for question in QUESTIONS]
            found |= {"serve, ready s": [ready], "serve, resident MB": [resident(pid)]}
    return found


def _post(url: str, question: str) -> float:
    body = json.dumps({"question": question}).encode()
    request = urllib.request.Request(f"{url}/v1/ask", body, {"content-type": "application/json"})
    started = time.perf_counter()
    with urllib.request.urlopen(request, timeout=60) as reply:
        reply.read()
    return 1000 * (time.perf_counter() - started)


def print_table(rows: dict[str, Any]) -> None:
    for name, values in rows.items():
        low, high = min(values), max(values)
        spread = f"  ({low:.2f} to {high:.2f}, {len(values)} runs)" if len(values) > 1 else ""
        print(f"{name:<34}{median(values):>9.2f}{spread}")
