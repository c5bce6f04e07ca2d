"""`python -m ingest.worker`: reads files for another process, which ends it where one takes too long.

A damaged file can keep a parser busy for ever, fill the memory, or end the process. Here it ends only this one.
Tasks and their parts are pickled, one after the other, on standard input and output.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import sys
from typing import Any

MEMORY = 3 << 30
"""Bytes of address space a worker may take (where the system can limit it)."""


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    _limit_memory()
    tasks, parts = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints must not get between the parts
    from ingest.prepare import prepare

    def send(part: object) -> None:
        pickle.dump(part, parts, protocol=pickle.HIGHEST_PROTOCOL)
        parts.flush()

    send("ready")
    while (task := _next(tasks)) is not None:
        for part in prepare(*task):
            send(part)


def _next(tasks: Any) -> Any:
    try:
        return pickle.load(tasks)
    except EOFError:  # the parent is gone, or needs no more
        return None


def _limit_memory() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))


if __name__ == "__main__":
    try:
        main()
    except BrokenPipeError:  # the parent was killed: there is no one to tell
        os._exit(0)
