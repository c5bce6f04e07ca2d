"""Shared parts of the tests: the real engine, real stores, and no network beyond this machine."""

from __future__ import annotations

import ipaddress
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from libraries import BRIDGES, CORPUS, FORESTS, LETTERS, WordsEngine

from assistant import Assistant
from ingest.engine import Engine, open_engine
from ingest.library import Library
from ingest.pipeline import ingest


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
    for name in ("DANCHUNG_DATA_DIR", "DANCHUNG_EMBEDDING", "DANCHUNG_MODEL", "OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


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


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three small reports."""
    reports = tmp_path / "reports"
    reports.mkdir()
    for name, text in {"letters.txt": LETTERS, "bridges.txt": BRIDGES, "forests.txt": FORESTS}.items():
        (reports / name).write_text(text, encoding="utf-8")
    return reports


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    opened = Library(tmp_path / "data", WordsEngine())
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The sample corpus under the fast engine; tests only look at it."""
    opened = Library(tmp_path_factory.mktemp("corpus") / "data", WordsEngine())
    assert not ingest(opened, [CORPUS]).failed
    yield opened
    opened.close()
