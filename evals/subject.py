"""The system under test: whatever answers as `Assistant` does, opened when it is first needed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from assistant.answer import Answer, DocumentInfo, SearchHit
from ingest.errors import InputError


class System(Protocol):
    """What is evaluated: `Assistant`, a running server (`RemoteAssistant`), or anything of their shape."""

    def ask(self, question: str, history: Any = (), filters: Any = None) -> Answer: ...

    def search(self, query: str, k: int = 10, filters: Any = None) -> list[SearchHit]: ...

    def documents(self) -> list[DocumentInfo]: ...

    def document(self, document_id: str) -> DocumentInfo: ...


class Subject:
    """A system with a name and a fingerprint, by which what it answered before is found again. It is opened once, by
    whichever thread first asks; not at all where every outcome is known."""

    def __init__(self, name: str, fingerprint: str, open: Callable[[], System], writes: bool = False) -> None:
        self.name = name
        self.fingerprint = fingerprint
        self.writes = writes
        """Whether a model writes its answers."""
        self._open = open
        self._lock = threading.Lock()
        self._system: System | None = None
        self._texts: dict[str, str] = {}

    @property
    def system(self) -> System:
        with self._lock:
            if self._system is None:
                self._system = self._open()
            return self._system

    def ask(self, question: str, history: Sequence[Mapping[str, str]] = ()) -> Answer:
        return self.system.ask(question, list(history))

    def text(self, document_id: str) -> str:
        """The text of a document, "" where there is none of that id; kept, as many citations are of few documents."""
        if document_id not in self._texts:
            try:
                self._texts[document_id] = self.system.document(document_id).text or ""
            except InputError:
                self._texts[document_id] = ""
        return self._texts[document_id]
