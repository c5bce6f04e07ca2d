"""A peer's process, as the harness sees it: commands, their replies, and the memory it holds."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from benchmarks.peers.environments import Environment

ROOT = Path(__file__).parent.parent.parent
QUIET = {
    "ANONYMIZED_TELEMETRY": "False", "HAYSTACK_TELEMETRY_ENABLED": "False", "DO_NOT_TRACK": "1",
    "HF_HUB_OFFLINE": "1", "LANGCHAIN_TRACING_V2": "false", "TOKENIZERS_PARALLELISM": "false",
}  # fmt: skip
"""No peer calls home while it is timed."""


class PeerFailed(Exception):
    """A peer cannot do what it was asked; the message is its own, in one line."""


class Session:
    """One process of a peer. `told` is what it said on opening."""

    def __init__(self, python: Path, module: str, log: Path) -> None:
        log.parent.mkdir(parents=True, exist_ok=True)
        self._log = log
        self.told: dict[str, Any] = {}
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "DANCHUNG_"))}
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                [str(python), "-m", module], cwd=ROOT, env={**kept, **QUIET, "PYTHONPATH": str(ROOT)}, text=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, encoding="utf-8",
            )  # fmt: skip

    def do(self, command: str, limit: float = 3600, **given: Any) -> dict[str, Any]:
        """The reply to a command. Raises PeerFailed for its error, its death, and for silence of `limit` seconds."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        late = threading.Event()

        def stop() -> None:
            late.set()
            self._process.kill()

        timer = threading.Timer(limit, stop)
        timer.start()
        try:
            self._process.stdin.write(json.dumps({"do": command, **given}, default=str) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        finally:
            timer.cancel()
        if not line:
            raise PeerFailed(f"{command}: no reply in {limit:.0f} s" if late.is_set() else self._last_words(command))
        reply: dict[str, Any] = json.loads(line)
        if "error" in reply:
            raise PeerFailed(f"{command}: {reply['error']}")
        return reply

    def megabytes(self) -> float:
        """Resident memory of the process and those it started, files mapped into it left out (Linux; 0 elsewhere)."""
        return sum(map(_held, _with_children(self._process.pid))) / 1000

    def close(self) -> None:
        """End the process, in peace if it will."""
        try:
            if self._process.poll() is None:
                self.do("close", limit=120)
            self._process.wait(timeout=60)
        except (PeerFailed, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with suppress(BrokenPipeError):  # a command that a dead process never read
                    pipe.close()

    def _last_words(self, command: str) -> str:
        self._process.wait(timeout=60)
        lines = self._log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return f"{command}: ended with {self._process.returncode}: {lines[-1].strip()[:300] if lines else 'silently'}"


@contextmanager
def session(made: Environment, folder: Path, engine: Mapping[str, str], log: Path) -> Iterator[Session]:
    """A peer with a folder open. Raises PeerFailed."""
    opened = Session(made.python, made.module, log)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        opened.told = opened.do("open", folder=folder, engine=engine)
        yield opened
    finally:
        opened.close()


def _with_children(pid: int) -> list[int]:
    found = [pid]
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            for child in map(int, file.read_text().split()):
                found += _with_children(child)
        except OSError:  # the thread has ended
            continue
    return found


def _held(pid: int) -> int:
    """Kilobytes."""
    try:
        lines = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
        return int(lines["RssAnon"].split()[0])
    except (OSError, KeyError):
        return 0
