"""Each peer's own environment, made from the package registry as its lock says."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

REQUIREMENTS = Path(__file__).with_name("requirements")
SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Named:
    """A peer: its name, what it is called, whether it runs in this project's environment and answers with citations,
    and the module that is its adapter."""

    name: str
    title: str
    own: bool = False
    answers: bool = False
    adapter: str = ""

    @property
    def module(self) -> str:
        return self.adapter or f"{__package__}.adapters.{self.name}"


PEERS = {
    peer.name: peer
    for peer in (
        Named("danchung", "Danchung", own=True, answers=True),
        Named("llamaindex", "LlamaIndex + Chroma", answers=True),
        Named("langchain", "LangChain + Chroma"),
        Named("haystack", "Haystack + Chroma"),
        Named("txtai", "txtai"),
    )
}


class NotInstalled(Exception):
    """An environment cannot be made; the message is the installer's last line."""


@dataclass(frozen=True, slots=True)
class Environment:
    """A Python that has the peer, and the module to run; `megabytes` on disk, None for this project's own."""

    python: Path
    module: str
    megabytes: float | None = None


def environment(peer: Named, work: Path) -> Environment:
    """The peer's environment, made where there is none of this lock. Raises NotInstalled."""
    if peer.own:
        return Environment(Path(sys.executable), peer.module)
    lock = REQUIREMENTS / f"{peer.name}.lock"
    folder = work / "environments" / f"{peer.name}-{hashlib.sha256(lock.read_bytes()).hexdigest()[:12]}"
    python, whole = folder / "bin" / "python", folder / "whole"
    if not whole.exists():
        print(f"making the environment of {peer.title} …", file=sys.stderr, flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        for command in _commands(folder, python, lock):
            _run(command)
        whole.touch()
    return Environment(python, peer.module, _megabytes(folder))


def _commands(folder: Path, python: Path, lock: Path) -> list[list[str]]:
    if uv := shutil.which("uv"):
        # Copies, not links into uv's cache: NLTK, which LlamaIndex splits with, opens no file that has two names.
        install = [uv, "pip", "install", "--quiet", "--link-mode", "copy", "--python", str(python), "--require-hashes"]
        return [[uv, "venv", "--quiet", "--python", sys.executable, str(folder)], [*install, "-r", str(lock)]]
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    return [[sys.executable, "-m", "venv", str(folder)], [*pip, "-r", str(lock)]]


def _run(command: list[str]) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
    except (OSError, subprocess.TimeoutExpired) as exc:
        raise NotInstalled(str(exc)) from exc
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines()
        raise NotInstalled(lines[-1].strip()[:300] if lines else f"exit code {done.returncode}")


def _megabytes(folder: Path) -> float:
    files = (file for file in folder.rglob("*") if file.is_file() and not file.is_symlink())
    return round(sum(file.stat().st_size for file in files) / 1e6, 1)
