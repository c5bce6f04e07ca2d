"""Mixed load on `danchung serve`: questions, searches, uploads, deletions and conversations, side by side.

Memory, file handles and threads are read as it goes on: flat is, in the last third, no more than in the third before.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from benchmarks.prove.made_up import question, report
from benchmarks.prove.row import Row, Scale, Tally, skipped

CLIENTS = 4
KEPT = 10
"""Reports that stay; others come and go beside them."""
GROWN = {"memory, MB": (1.05, 20.0), "file handles": (1.0, 6.0), "threads": (1.0, 4.0)}
"""How many times as much, and how much more, still counts as flat."""


def prove(scale: Scale) -> Iterator[Row]:
    """One row; a trial is a request, and what is lost is a document, or an answer that should have been right."""
    name = f"mixed load, {scale.minutes:g} minutes"
    if not Path("/proc/self/statm").exists():
        yield skipped(name, "what a process takes can be read on Linux only")
        return
    with tempfile.TemporaryDirectory(prefix="prove-load-") as folder:
        server = subprocess.Popen(
            [sys.executable, "-m", "assistant.cli", "serve", "--port", "0", "--data-dir", f"{folder}/data"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        assert server.stdout is not None
        try:
            url = server.stdout.readline().split()[-1]
            threading.Thread(target=server.stdout.read, daemon=True).start()
            yield _loaded(Tally(name), url, server.pid, 60 * scale.minutes, scale.seed)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=60)


def _loaded(tally: Tally, url: str, pid: int, seconds: float, seed: int) -> Row:
    first = _Client(url, seed, 0)
    for number in range(KEPT):
        first.upload(f"kept-{number}.txt", report(number))
    clients = [_Client(url, seed, n + 1) for n in range(CLIENTS)]
    ends = time.monotonic() + seconds
    threads = [threading.Thread(target=client.go, args=(ends,)) for client in clients]
    for thread in threads:
        thread.start()
    samples: list[tuple[float, float, float]] = []
    while any(thread.is_alive() for thread in threads):
        samples.append(taken(pid))
        time.sleep(min(1.0, seconds / 60))
    for thread in threads:
        thread.join()
    for client in clients:
        tally.tried += client.asked
        tally.survived += client.asked - len(client.failed)
        tally.wrong += client.failed[:1]
        tally.lost += client.lost
    held = {document["source"] for document in first.call("GET", "/v1/documents?limit=500")["documents"]}
    wanted = {f"uploads/{name}" for client in [first, *clients] for name in client.uploaded}
    tally.lost += len(wanted ^ held)
    tally.lost += sum(_no_answer(first.ask(number)) for number in range(KEPT))
    told = []
    for at, (what, (times, more)) in enumerate(GROWN.items()):
        before, after = _thirds([sample[at] for sample in samples])
        told.append(f"{what} {before:.0f} → {after:.0f}")
        if after > times * before + more:
            tally.wrong.append(f"{what} grow")
            tally.survived = min(tally.survived, tally.tried - 1)
    return tally.row(", ".join(told))


def _thirds(values: list[float]) -> tuple[float, float]:
    """Medians of the second and of the last third: in the first, caches fill."""
    third = max(1, len(values) // 3)
    return median(values[third : 2 * third] or values), median(values[-third:])


def taken(pid: int) -> tuple[float, float, float]:
    """Resident memory in MB, open file handles and threads of a process (Linux)."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    threads = len(os.listdir(f"/proc/{pid}/task"))
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6, len(os.listdir(f"/proc/{pid}/fd")), threads


def _no_answer(answer: dict[str, Any]) -> bool:
    """Whether a report's own figure is not found, or the answer leads back to nothing."""
    cited = {citation["n"] for citation in answer.get("citations", ())}
    statements = answer.get("statements", ())
    return not statements or any(not set(statement["citations"]) & cited for statement in statements)


class _Client:
    """Does one thing after the other, chosen at random; reports of its own come and go."""

    def __init__(self, url: str, seed: int, number: int) -> None:
        self._host, self._rng, self._number = urlsplit(url).netloc, random.Random(f"{seed}/{number}"), number
        self.uploaded: dict[str, str] = {}
        self.asked, self.lost, self.failed, self._next = 0, 0, list[str](), 0

    def go(self, ends: float) -> None:
        doing: list[tuple[Callable[[], object], int]] = [
            (self._asks, 8), (self._search, 3), (self._puts, 1), (self._takes_out, 1), (self._talk, 1)
        ]  # fmt: skip
        while time.monotonic() < ends:
            (do,) = self._rng.choices([do for do, _ in doing], [weight for _, weight in doing])
            self.asked += 1
            try:
                do()
            except (OSError, HTTPException, ValueError, KeyError, RuntimeError) as exc:
                self.failed.append(f"{type(exc).__name__}: {str(exc)[:100]}")

    def call(self, method: str, path: str, body: object = None, **headers: str) -> dict[str, Any]:
        """The reply's JSON. Raises RuntimeError for an error status."""
        http = HTTPConnection(self._host, timeout=120)
        try:
            sent = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
            http.request(method, path, sent, {"content-type": "application/json"} | headers)
            reply = http.getresponse()
            text = reply.read()
            if reply.status >= 400:
                raise RuntimeError(f"{method} {path}: {reply.status} {text[:80]!r}")
            return dict(json.loads(text)) if text else {}
        finally:
            http.close()

    def upload(self, name: str, text: str) -> None:
        body = (
            f'--b\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n{text}\r\n--b--\r\n'
        ).encode()
        job = self.call("POST", "/v1/documents?wait=60", body, **{"content-type": "multipart/form-data; boundary=b"})
        if job["status"] != "done":
            raise RuntimeError(f"upload: {job['status']} {job['error']}")
        self.uploaded[name] = str(job["files"][0]["document_id"])

    def ask(self, number: int) -> dict[str, Any]:
        return self.call("POST", "/v1/ask", {"question": question(number)})

    def _asks(self) -> None:
        self.lost += _no_answer(self.ask(self._rng.randrange(KEPT)))

    def _search(self) -> None:
        self.call("POST", "/v1/search", {"query": question(self._rng.randrange(KEPT)), "k": 5})

    def _puts(self) -> None:
        self._next += 1
        number = 1000 * (self._number + 1) + self._next
        self.upload(f"client-{number}.txt", report(number))

    def _takes_out(self) -> None:
        if len(self.uploaded) > 3:
            name = next(iter(self.uploaded))
            self.call("DELETE", f"/v1/documents/{self.uploaded[name]}")
            del self.uploaded[name]

    def _talk(self) -> None:
        id_ = self.call("POST", "/v1/conversations")["id"]
        self.call("POST", f"/v1/conversations/{id_}/ask", {"question": question(self._rng.randrange(KEPT))})
        self.call("DELETE", f"/v1/conversations/{id_}")
