"""Where vectors are kept: in the data directory, or on a Chroma server of our own, which may be stopped."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from benchmarks.prove.made_up import WordsEngine
from ingest.library import Library


class ChromaServer:
    """`chroma run` on a port of its own; start and stop it at will."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Raises RuntimeError where it does not answer within a minute."""
        self._folder.mkdir(parents=True, exist_ok=True)
        command = [str(Path(sys.executable).parent / "chroma"), "run", "--path", str(self._folder / "data"),
                   "--host", "127.0.0.1", "--port", str(self._port)]  # fmt: skip
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self._folder)
        for _ in range(600):
            try:
                with urllib.request.urlopen(f"{self.url}/api/v2/heartbeat", timeout=5):
                    return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError(f"the Chroma server does not answer; see {self._folder / 'log'}")

    def stop(self, how: signal.Signals = signal.SIGKILL) -> None:
        if self._process:
            self._process.send_signal(how)
            self._process.wait(timeout=30)
            self._process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


@contextmanager
def each_store() -> Iterator[dict[str, str | None]]:
    """The kinds of store by name, each with the address of its server."""
    with tempfile.TemporaryDirectory(prefix="prove-chroma-") as folder, ChromaServer(Path(folder)) as server:
        yield {"embedded": None, "server": server.url}


def opened(data: Path, url: str | None) -> Library:
    """A library with the made-up engine."""
    return Library(data, WordsEngine(), chroma_url=url)
