"""Danchung itself, through `Assistant`, in the project's own environment."""

from __future__ import annotations

from pathlib import Path

from assistant import Assistant
from assistant.settings import ModelSettings, Settings
from benchmarks.peers.adapters.engines import Timed
from benchmarks.peers.adapters.speaking import Answered, Hit, serve

CONTEXT, OUTPUT = 4096, 200
"""Tokens of the window and of the longest answer; the others are told the same."""


class Danchung:
    """The library with its three indexes; a passage is what its own splitter makes of the text."""

    packages = ("danchung", "chromadb", "tantivy", "onnxruntime")

    def open(self, folder: Path, engine: Timed) -> None:
        self._settings, self._engine = Settings(folder), engine
        self._assistant = Assistant.open(settings=self._settings, engine=engine)

    def ingest(self, folder: Path) -> int:
        return self._assistant.ingest(folder).passages

    def search(self, question: str, k: int) -> list[Hit]:
        return [Hit(source=Path(hit.source).stem, text=hit.text) for hit in self._assistant.search(question, k=k)]

    def answer(self, question: str, model: str | None) -> Answered:
        known = ModelSettings("smollm2", model, timeout=600, context_window=CONTEXT, max_output=OUTPUT)
        if model and self._assistant.model is None:
            self._assistant.close()
            settings = Settings(self._settings.data_dir, model=known)
            self._assistant = Assistant.open(settings=settings, engine=self._engine)
        found = self._assistant.ask(question)
        cited = [Hit(source=Path(citation.source).name, text=citation.quote) for citation in found.citations]
        return Answered(
            answer=found.answer, passages=cited, abstained=found.abstained, whole=found.model_dump(mode="json")
        )

    def close(self) -> None:
        self._assistant.close()


if __name__ == "__main__":
    serve(Danchung())
