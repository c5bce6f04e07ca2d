"""What a person waits for: `danchung --help`, a cold `danchung ask`, a warm one inside `serve`; its memory; and what it
bears: 32 clients at a time, and questions while it reads an upload."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit

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
        [sys.executable, "-m", "assistant.cli", "serve", "--port", "0", *data],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert server.stdout is not None
    url = server.stdout.readline().split()[-1]
    try:
        ready = time.perf_counter() - started
        _post(url, QUESTIONS[0])
        warm = [_post(url, question) for _ in range(4 * repeats) for question in QUESTIONS]
        found = {"serve, ready s": [ready], "ask, warm ms": warm, "serve, resident MB": [_resident(server.pid)]}
        return found | _under_load(url, server.pid, 12.0 * repeats)
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


CLIENTS = 32


def _under_load(url: str, pid: int, seconds: float) -> dict[str, Any]:
    """CLIENTS that each ask one question after the other; then a few, alone and while an upload is read. Questions
    differ, so that nothing can be remembered for them; an answer that is none is an error."""
    _ask_for(url, CLIENTS, seconds / 6)  # warm
    before = _resident(pid)
    took, errors = _ask_for(url, CLIENTS, seconds)
    grown = 100 * (_resident(pid) / before - 1)
    alone, more = _ask_for(url, 2, seconds / 4)
    _upload(url, 60)
    beside, still_more = _ask_for(url, 2, seconds / 4)
    return {
        f"load, {CLIENTS} clients, answers/s": [len(took) / seconds],
        "load, ms, p95": [_p95(took)],
        "load, answers": [len(took)],
        "load, memory grown %": [grown],
        "load, errors": [errors + more + still_more],
        "ask, 2 clients, p95 ms": [_p95(alone)],
        "the same while ingesting": [_p95(beside)],
    }


def _ask_for(url: str, clients: int, seconds: float) -> tuple[list[float], int]:
    """Milliseconds of each answer, and how many requests failed."""
    took, failed, numbers = list[float](), list[int](), count()
    ends = time.perf_counter() + seconds
    address = urlsplit(url).netloc

    def ask() -> None:
        http = HTTPConnection(address, timeout=60)
        while (started := time.perf_counter()) < ends:
            number = next(numbers)
            question = f"{QUESTIONS[number % len(QUESTIONS)].rstrip('? ')} ({2000 + number % 97})?"
            try:
                http.request("POST", "/v1/ask", json.dumps({"question": question}), JSON)
                reply = http.getresponse()
                answer = json.loads(reply.read())
                failed.extend([1] if reply.status != 200 or "answer" not in answer else [])
            except (OSError, ValueError):
                failed.append(1)
                http.close()
            took.append(1000 * (time.perf_counter() - started))

    threads = [threading.Thread(target=ask) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return took, len(failed)


JSON = {"content-type": "application/json"}


def _upload(url: str, files: int) -> None:
    """Reports to be read, some minutes' work for one core; the reply is not waited for."""
    text = " ".join(file.read_text(encoding="utf-8", errors="replace") for file in CORPUS.glob("*.txt"))
    parts = [
        f'--b\r\nContent-Disposition: form-data; name="files"; filename="{n}.txt"\r\n\r\n'
        f"{text.replace('a', chr(97 + n % 26))}\r\n"  # no copies of one another
        for n in range(files)
    ]
    body = "".join([*parts, "--b--\r\n"]).encode()
    headers = {"content-type": "multipart/form-data; boundary=b"}
    urllib.request.urlopen(urllib.request.Request(f"{url}/v1/documents?wait=0", body, headers), timeout=60).close()


def _p95(values: list[float]) -> float:
    return sorted(values)[int(0.95 * (len(values) - 1))] if values else float("nan")


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
        print(f"{name:<34}{median(values):>9.2f}{spread}")
