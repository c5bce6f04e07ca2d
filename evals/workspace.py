"""What a run works on: libraries made for it, or the reader's own, each opened when it is first asked."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from assistant.assistant import Assistant
from assistant.model import Model
from assistant.remote import RemoteAssistant
from assistant.settings import Settings
from evals.cache import digest_of, key_of
from evals.collection import build_library
from evals.subject import Subject, System
from ingest.engine import Engine, open_engine
from ingest.errors import InputError, LibraryBusy

OWNER = "danchung eval"
WAIT = 10.0
"""Seconds to wait for a short command that has the reader's library."""


class Workspace:
    """Opens what is evaluated, and closes it; libraries it made go with it."""

    def __init__(self, data_dir: str | Path | None = None, engine: Engine | None = None) -> None:
        self.settings = Settings.load(data_dir)
        self._engine = engine
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._opened: list[Assistant] = []
        self._lock = threading.RLock()
        self._made = 0
        self.asked_library = False
        self._read: dict[tuple[Path, ...], Path] = {}
        """Closed copies of the libraries made here, by the folders in them."""

    def engine(self) -> Engine:
        """The embedding engine of the settings, opened once. Raises EngineError."""
        with self._lock:
            if self._engine is None:
                self._engine = open_engine(self.settings.embedding)
            return self._engine

    def reports(self, name: str, *folders: Path) -> Subject:
        """Folders of reports, read afresh into a library of their own. Raises InputError for one that is not there or
        empty."""
        files = [file for folder in folders for file in _files(folder)]

        def opened() -> System:
            with self._lock:
                settings = self._own()
                read = self._read.get(folders[:-1])  # what has been read before is not embedded again
                if read:
                    shutil.copytree(read, settings.data_dir)
                with Assistant.open(settings=settings, engine=self.engine()) as assistant:
                    assistant.ingest([str(folder) for folder in (folders[-1:] if read else folders)])
                self._read[folders] = shutil.copytree(settings.data_dir, self._new())
                assistant = Assistant.open(settings=settings, engine=self.engine())
                self._opened.append(assistant)
                return assistant

        return Subject(name, self._fingerprint("reports", digest_of(files)), opened, self._writes)

    def passages(self, name: str, passages: Mapping[str, str]) -> Subject:
        """Given passages as a library; no model writes over it, so that it is the search that is measured."""

        def opened() -> System:
            assistant = Assistant(build_library(passages, self.engine(), self._new()))
            self._opened.append(assistant)
            return assistant

        return Subject(name, self._fingerprint("passages", dict(passages)), opened)

    def library(self) -> Subject:
        """The reader's own library, or the server that has it open. Raises InputError where it is empty."""
        with self._lock:
            self.asked_library = True
            system: System
            try:
                assistant = Assistant.open(
                    settings=self.settings, engine=self.engine(), wait=WAIT, owner="danchung eval"
                )
                self._opened.append(assistant)
                system = assistant
            except LibraryBusy as exc:
                if exc.url is None:
                    raise
                system = RemoteAssistant.of(self.settings.data_dir, exc.url)
        documents = sorted(info.id for info in system.documents())
        if not documents:
            raise InputError(f"{self.settings.data_dir}: the library is empty; `danchung ingest FOLDER` fills it")
        name = f"{len(documents)} documents in {self.settings.data_dir}"
        return Subject(name, self._fingerprint("library", documents), lambda: system, self._writes)

    def close(self) -> None:
        for assistant in self._opened:
            assistant.close()
        self._opened = []
        if self._folder:
            self._folder.cleanup()
            self._folder = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def _writes(self) -> bool:
        return self.settings.model is not None

    def _own(self) -> Settings:
        """The settings for a library of this run's own: not in the reader's folder, nor on the reader's server."""
        return Settings(self._new(), self.settings.embedding, self.settings.model, None, self.settings.passage_tokens)

    def _new(self) -> Path:
        """A folder that is not there yet."""
        with self._lock:
            self._folder = self._folder or tempfile.TemporaryDirectory(
                prefix="danchung-eval-", ignore_cleanup_errors=True
            )
            self._made += 1
            return Path(self._folder.name) / str(self._made)

    def _fingerprint(self, *parts: object) -> str:
        """By what the system answers: its documents, its engine, its model."""
        model = self.settings.model
        told = (model.name, model.base_url, model.context_window, model.max_output) if model else None
        return key_of(parts, self.settings.embedding, self.settings.passage_tokens, told)


def open_model(settings: Settings, what: str) -> Model:
    """The chat model of the settings. Raises InputError where none is named."""
    if settings.model is None:
        raise InputError(f"{what} needs a model: set DANCHUNG_MODEL, and OPENAI_BASE_URL or OPENAI_API_KEY")
    return Model(settings.model)


def _files(folder: Path) -> Sequence[Path]:
    if not folder.is_dir():
        raise InputError(f"{folder}: not a folder of reports")
    files = [file for file in sorted(folder.rglob("*")) if file.is_file() and not file.name.startswith(".")]
    if not files:
        raise InputError(f"{folder}: holds no report")
    return files
