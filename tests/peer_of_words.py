"""A peer of a few lines, for tests of the harness: cosine over counted words, kept in one file."""

from __future__ import annotations

import json
import time
from pathlib import Path

from benchmarks.peers.adapters.engines import Timed
from benchmarks.peers.adapters.speaking import Answered, Hit, passages_of, serve


class Words:
    """Every passage is compared. It refuses a folder named `broken`, and takes a minute over one named `slow`."""

    packages = ("numpy",)

    def open(self, folder: Path, engine: Timed) -> None:
        self._engine, self._file = engine, folder / "passages.json"
        folder.mkdir(parents=True, exist_ok=True)
        self._have(json.loads(self._file.read_text("utf-8")) if self._file.exists() else [])

    def ingest(self, folder: Path) -> int:
        if folder.name == "broken":
            raise ValueError("cannot be read")
        if folder.name == "slow":
            time.sleep(60)
        self._have(list(passages_of(folder)))
        self._file.write_text(json.dumps(self._hits), encoding="utf-8")
        return len(self._hits)

    def search(self, question: str, k: int) -> list[Hit]:
        near = (-(self._rows @ self._engine.embed_query(question))).argsort()
        return [self._hits[place] for place in near[:k]]

    def answer(self, question: str, model: str | None) -> Answered:  # noqa: ARG002
        best = self.search(question, 1)
        return Answered(answer=f"{best[0]['text']} [1]", passages=best)

    def close(self) -> None:
        """Everything is in the file."""

    def _have(self, hits: list[Hit]) -> None:
        self._hits, self._rows = hits, self._engine.embed_passages([hit["text"] for hit in hits])


if __name__ == "__main__":
    serve(Words())
