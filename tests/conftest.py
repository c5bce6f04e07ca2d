"""Shared parts of the tests: the real engine, real stores, and no network beyond this machine."""

from __future__ import annotations

import ipaddress
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

import anyio._backends._asyncio  # noqa: F401  else a server's thread is the first to, while pytest parses another
import pytest
from asking import Over
from libraries import BRIDGES, CORPUS, FORESTS, LETTERS, Store, write
from nursery import Nursery

from assistant import Assistant
from ingest.engine import Engine, open_engine
from ingest.library import Library
from ingest.pipeline import ingest

pytest.register_assert_rewrite("api_client", "drafting", "evaluating", "reader")
"""Fixtures that test modules import from too, before pytest would see to their asserts."""


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any connection that would leave this machine fails, whatever library opens it."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            host = str(address[0]) if isinstance(address, tuple) else str(address)
            if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
                raise AssertionError(f"a test tried to reach {address}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def _clean_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the machine the tests run on gets in, and nothing is written into the checkout."""
    for name in list(os.environ):
        if name.startswith(("DANCHUNG_", "OPENAI_")) and name != "DANCHUNG_CACHE_DIR":
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session", autouse=True)
def _few_certificates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test speaks TLS, yet each HTTP client reads a file of certificates: one for all of them takes it 60 ms."""
    import certifi

    end = "-----END CERTIFICATE-----\n"
    first = Path(certifi.where()).read_text(encoding="utf-8").partition(end)
    file = tmp_path_factory.mktemp("certificates") / "one.pem"
    file.write_text(first[0] + end, encoding="utf-8")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SSL_CERT_FILE", str(file))
        yield


@pytest.fixture(scope="session")
def engine() -> Engine:
    """The built-in engine: real weights, built once into the user's cache."""
    return open_engine()


@pytest.fixture(scope="session")
def corpus_library(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the sample corpus read in. Copy it to change it."""
    folder = tmp_path_factory.mktemp("corpus-library") / "data"
    with Assistant.open(folder, engine=engine) as assistant:
        report = assistant.ingest(CORPUS)
    assert not report.failed
    return folder


@pytest.fixture(scope="session")
def reader(corpus_library: Path, engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """An assistant over the sample corpus, shared by tests that only ask."""
    folder = tmp_path_factory.mktemp("reader") / "data"
    shutil.copytree(corpus_library, folder)
    with Assistant.open(folder, engine=engine) as assistant:
        yield assistant


@pytest.fixture
def assistant(engine: Engine, tmp_path: Path) -> Iterator[Assistant]:
    """An assistant over an empty library of the test's own."""
    with Assistant.open(tmp_path / "data", engine=engine) as opened:
        yield opened


@pytest.fixture(scope="module")
def over(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Over]:
    """Opens an assistant over these reports, by file name."""
    opened: list[Assistant] = []

    def over_reports(reports: Mapping[str, str], passage_tokens: int | None = None) -> Assistant:
        folder = tmp_path_factory.mktemp("over")
        for name, text in reports.items():
            write(folder / "reports" / name, text)
        assistant = Assistant(Library(folder / "data", engine, passage_tokens=passage_tokens))
        opened.append(assistant)
        assert not assistant.ingest(folder / "reports").failed
        return assistant

    yield over_reports
    for assistant in opened:
        assistant.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three small reports."""
    reports = tmp_path / "reports"
    reports.mkdir()
    for name, text in {"letters.txt": LETTERS, "bridges.txt": BRIDGES, "forests.txt": FORESTS}.items():
        write(reports / name, text)
    return reports


@pytest.fixture(scope="session")
def chroma_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Chroma server on this machine."""
    folder = tmp_path_factory.mktemp("chroma-server")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    command = [Path(sys.executable).parent / "chroma", "run", "--path", folder / "data", "--host", "127.0.0.1"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([*map(str, command), "--port", str(port)], stdout=log, stderr=log, cwd=folder)
    try:
        _wait_for(f"{url}/api/v2/heartbeat", process, folder / "log")
        yield url
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        assert process.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"{url} does not answer: {log.read_text()}")


@pytest.fixture(scope="session", params=["embedded", "server"])
def store(request: pytest.FixtureRequest) -> Store:
    """Both places for vectors: what uses this is tested with the embedded Chroma and with a Chroma server."""
    return Store(request.getfixturevalue("chroma_server") if request.param == "server" else None)


@pytest.fixture
def library(store: Store, tmp_path: Path) -> Iterator[Library]:
    opened = store.open(tmp_path / "data")
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def corpus(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The sample corpus under the fast engine; tests only look at it."""
    opened = store.open(tmp_path_factory.mktemp("corpus") / "data")
    assert not ingest(opened, [CORPUS]).failed
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    opened = Nursery()
    yield opened
    opened.close()
