"""One run in a process of its own, so that it takes no time from answers: the system gives it what they leave.

`python -m evals.serving.child` reads what is wanted as one line of JSON, writes a line for each step, and last
`{"report": FILE}` or `{"error": …}`. It ends when its standard input does: with the server, however that ends.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import threading
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

from evals.run import Told, Wanted, run
from ingest.errors import DanchungError

NICE = 15
"""Of 19: while an answer is worked on, a run gets about a thirtieth of a processor they share."""
STEP = 0.2
"""Seconds between two lines of progress, at the least."""


def main() -> int:
    if hasattr(os, "nice"):
        os.nice(NICE)
    wanted = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with, args=(sys.stdin,), daemon=True).start()
    out, sys.stdout = sys.stdout, sys.stderr  # what a library prints is no line of ours
    try:
        report = run(_wanted(wanted), _Teller(out))
    except DanchungError as exc:
        _say(out, error=str(exc))
        return 1
    with tempfile.NamedTemporaryFile("w", suffix=".json", delete=False, encoding="utf-8", errors="replace") as file:
        file.write(report.model_dump_json())
    _say(out, report=file.name)
    return 0


class _Teller:
    def __init__(self, out: TextIO) -> None:
        self._out, self._last = out, 0.0

    def __call__(self, told: Told) -> None:
        import time

        now = time.monotonic()
        if now - self._last > STEP or told.cases == told.cases_total:
            self._last = now
            _say(self._out, **asdict(told))


def _wanted(told: dict[str, Any]) -> Wanted:
    data = Path(told["data"]) if told["data"] else None
    return Wanted(told["suite"], data, told["data_dir"], most=told["most"], fresh=told["fresh"])


def _say(out: TextIO, **told: Any) -> None:
    print(json.dumps(told), file=out, flush=True)


def _end_with(stream: TextIO) -> None:
    stream.read()
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
