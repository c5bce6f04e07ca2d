"""What a person waits for: `danchung --help`, a cold `danchung ask`, a warm one inside `serve`; and its memory."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from statistics import median
from typing import Any

CORPUS = Path(__file__).parent.parent / "corpus"
QUESTIONS = (
    "How many new corruption cases were prosecuted in 2024?",
    "Qui a présidé la conférence au pont de Dien Bien ?",
    "6 tháng đầu năm 2024 khởi tố bao nhiêu vụ án?",
    "What was asked of the Steering Committees for 2024?",
    "How many corruption cases were prosecuted in 2021?",
)


def measure(repeats: int) -> dict[str, Any]:
    """Seconds and milliseconds as the reader feels them, each the median with the spread of `repeats` runs."""
    with tempfile.TemporaryDirectory() as folder:
        data = ["--data-dir", str(Path(folder) / "data")]
        ingest = _timed(["ingest", str(CORPUS), *data])
        again = _timed(["ingest", str(CORPUS), *data])
        helps = [_timed(["--help"]) for _ in range(repeats)]
        cold = [_timed(["ask", QUESTIONS[0], *data]) for _ in range(repeats)]
        return {
            "ingest corpus s": [ingest],
            "ingest corpus again s": [again],
            "--help s": helps,
            "ask, cold s": cold,
        } | _served(data, repeats)


def _timed(arguments: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", "assistant.cli", *arguments], check=True, capture_output=True)
    return time.perf_counter() - started


def _served(data: list[str], repeats: int) -> dict[str, Any]:
    started = time.perf_counter()
    server = subprocess.Popen(
        [sys.executable, "-m", "assistant.cli", "serve", "--port", "0", *data], stdout=subprocess.PIPE, text=True
    )
    assert server.stdout is not None
    url = server.stdout.readline().split()[-1]
    try:
        ready = time.perf_counter() - started
        _post(url, QUESTIONS[0])
        warm = [_post(url, question) for _ in range(4 * repeats) for question in QUESTIONS]
        return {"serve, ready s": [ready], "ask, warm ms": warm, "serve, resident MB": [_resident(server.pid)]}
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=20)


def _post(url: str, question: str) -> float:
    body = json.dumps({"question": question}).encode()
    request = urllib.request.Request(f"{url}/v1/ask", body, {"content-type": "application/json"})
    started = time.perf_counter()
    with urllib.request.urlopen(request, timeout=60) as reply:
        reply.read()
    return 1000 * (time.perf_counter() - started)


def _resident(pid: int) -> float:
    """Resident memory in MB (Linux; nan elsewhere)."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return float("nan")
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def print_table(rows: dict[str, Any]) -> None:
    for name, values in rows.items():
        low, high = min(values), max(values)
        spread = f"  ({low:.2f} to {high:.2f}, {len(values)} runs)" if len(values) > 1 else ""
        print(f"{name:<24}{median(values):>9.2f}{spread}")
