"""`danchung doctor`: is everything there, and does it work?"""

from __future__ import annotations

import platform
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from assistant.settings import ModelSettings, Settings
from ingest.errors import DanchungError, LibraryBusy


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: whether it is well, and what was seen."""

    what: str
    ok: bool
    detail: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def examine(data_dir: str | Path | None) -> list[Finding]:
    """Look at Python, the settings, the engine, the cross-encoder, the library and the model. What a killed run left is
    mended, and what is built once is built."""
    findings = [Finding("python", sys.version_info >= (3, 11), f"{platform.python_version()} on {platform.system()}")]
    try:
        settings = Settings.load(data_dir)
    except DanchungError as exc:
        return [*findings, Finding("settings", False, str(exc))]
    findings += [_look("engine", lambda: _engine(settings)), _look("cross-encoder", _reading)]
    if all(finding.ok for finding in findings):
        findings.append(_look("library", lambda: _library(settings)))
    if settings.model:
        model = settings.model
        findings.append(_look("model", lambda: _model(model)))
    else:
        findings.append(Finding("model", True, "none; answers are quotes (set DANCHUNG_MODEL to name one)"))
    return findings


def _look(what: str, at: Callable[[], str]) -> Finding:
    try:
        return Finding(what, True, at())
    except DanchungError as exc:
        return Finding(what, False, str(exc))


def _engine(settings: Settings) -> str:
    from ingest.engine import open_engine

    started = time.perf_counter()
    engine = open_engine(settings.embedding)
    loaded = time.perf_counter()
    engine.embed_query("Who chaired the conference?")
    asked = time.perf_counter()
    return (
        f"{engine.name}, {engine.dimensions} dimensions, loaded in {loaded - started:.1f} s, "
        f"first question {1000 * (asked - loaded):.0f} ms"
    )


def _reading() -> str:
    from assistant.cross_encoder import Sentence, open_cross_encoder

    started = time.perf_counter()
    reader = open_cross_encoder()
    reader.answers("Who chaired it?", [Sentence("Ms Lan chaired it.")])
    reader.support("Ms Lan chaired it.", ["Ms Lan chaired it."])
    return f"two networks, loaded and asked in {time.perf_counter() - started:.1f} s"


def _library(settings: Settings) -> str:
    from assistant.assistant import Assistant

    if not settings.data_dir.exists():
        return f"{settings.data_dir}: not made yet; danchung ingest FOLDER"
    try:
        with Assistant.open(settings=settings, owner="danchung doctor") as assistant:
            counts = assistant.library.passage_counts()
            assistant.library.mend()
    except LibraryBusy as exc:
        if exc.url:
            return f"{settings.data_dir}: served at {exc.url}"
        raise
    return f"{settings.data_dir}: {len(counts)} documents, {sum(counts.values())} passages, both indexes agree"


def _model(settings: ModelSettings) -> str:
    from assistant.model import Model

    started = time.perf_counter()
    remarks = Model(settings).ping()
    return ", ".join([f"{settings.name} answered in {time.perf_counter() - started:.1f} s", *remarks])
