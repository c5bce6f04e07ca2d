"""What a server bears: 32 clients at a time, 20,000 requests, questions while it reads an upload.

The main figures are of a server that keeps no answer (DANCHUNG_REMEMBERED=0), as if each question were asked for the
first time; beside them those of one that keeps its last ones, as it is started by default.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
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
YEARS = 97
"""With each a question is another: 485 in all, fewer than a server keeps answers to."""
CLIENTS, MANY, SETTLED = 32, 20_000, 2_000
LONG, SHORT = 60.0, 12.0
"""Seconds of a load."""


@contextmanager
def serving(data: Sequence[str], remembered: int | None = None) -> Iterator[tuple[str, int, float]]:
    """A server over a library: its address, its process, and after how many seconds it was ready."""
    started = time.perf_counter()
    environ = os.environ if remembered is None else {**os.environ, "DANCHUNG_REMEMBERED": str(remembered)}
    command = [sys.executable, "-m", "assistant.cli", "serve", "--port", "0", *data]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environ)
    assert server.stdout is not None
    url = server.stdout.readline().split()[-1]
    try:
        yield url, server.pid, time.perf_counter() - started
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=40)


def measure(data: Sequence[str], long: bool) -> dict[str, Any]:
    """Answers a second, their 95th percentile in milliseconds, growth of memory in percent, and errors: an answer that
    is none, or that did not come."""
    seconds = LONG if long else SHORT
    with serving(data, remembered=0) as (url, pid, _):
        ask_for(url, CLIENTS, seconds / 4)  # warm
        before, used = resident(pid), processor_seconds(pid)
        took, errors = ask_for(url, CLIENTS, seconds)
        found = {
            f"load, {CLIENTS} clients, answers/s": [len(took) / seconds],
            "load, ms, p95": [p95(took)],
            "load, processor ms an answer": [1000 * (processor_seconds(pid) - used) / max(1, len(took))],
            "load, answers": [len(took)],
            "load, memory grown %": [100 * (resident(pid) / before - 1)],
            "load, errors": [errors],
        }
    with serving(data) as (url, pid, _):
        ask_for(url, CLIENTS, most=YEARS * len(QUESTIONS))
        took, errors = ask_for(url, CLIENTS, seconds)
        found |= {"answers kept: answers/s": [len(took) / seconds], "answers kept: ms, p95": [p95(took)]}
        if long:
            ask_for(url, CLIENTS, most=SETTLED)
            before = resident(pid)
            many, more = ask_for(url, CLIENTS, most=MANY)
            found |= {"requests": [len(many)], "requests: memory grown %": [100 * (resident(pid) / before - 1)]}
            errors += more
        found["answers kept: errors"] = [errors]
    return found | _while_reading(data, seconds / 2)


def _while_reading(data: Sequence[str], seconds: float) -> dict[str, Any]:
    """Two clients, alone and while an upload is read. Last: it changes the library."""
    with serving(data, remembered=0) as (url, _, _):
        ask_for(url, 2, seconds / 4)
        alone, errors = ask_for(url, 2, seconds)
        _upload(url, 60)
        beside, more = ask_for(url, 2, seconds)
    return {
        "ask, 2 clients, p95 ms": [p95(alone)],
        "the same while ingesting": [p95(beside)],
        "errors, alone and while ingesting": [errors + more],
    }


def ask_for(url: str, clients: int, seconds: float = float("inf"), most: int = sys.maxsize) -> tuple[list[float], int]:
    """Milliseconds of each answer, and how many requests failed: for so many seconds, or so many requests. Each client
    asks one question after the other, and no two the same at a time."""
    took, failed, numbers = list[float](), list[int](), count()
    ends = time.perf_counter() + seconds
    address = urlsplit(url).netloc

    def ask() -> None:
        http = HTTPConnection(address, timeout=60)
        while (started := time.perf_counter()) < ends and (number := next(numbers)) < most:
            question = f"{QUESTIONS[number % len(QUESTIONS)].rstrip('? ')} ({2000 + number % YEARS})?"
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


def p95(values: Sequence[float]) -> float:
    return sorted(values)[int(0.95 * (len(values) - 1))] if values else float("nan")


def resident(pid: int) -> float:
    """Resident memory in MB (Linux; nan elsewhere)."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return float("nan")
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def processor_seconds(pid: int) -> float:
    """Processor time a process has used so far (Linux; nan elsewhere): unlike the clock, it hardly depends on what else
    the machine does."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return float("nan")
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
