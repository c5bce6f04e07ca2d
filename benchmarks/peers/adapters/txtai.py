"""txtai: an embeddings database with its content, saved to a folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from txtai import Embeddings

from benchmarks.peers.adapters.engines import FloatArray, Timed
from benchmarks.peers.adapters.speaking import Answered, Hit, passages_of, serve

ASKED, READ = "query: ", "passage: "
"""What txtai puts before a text, by which its one function for vectors knows a question; the engine puts its own."""


class Txtai:
    """The database as its guide makes it, with the engine for its vectors."""

    packages = ("txtai", "torch", "faiss-cpu", "onnxruntime")

    def open(self, folder: Path, engine: Timed) -> None:
        self._folder = folder
        settings = {"method": "external", "transform": _vectors(engine), "content": True,
                    "instructions": {"query": ASKED, "data": READ}}  # fmt: skip
        self._embeddings: Any = Embeddings(settings)
        if (folder / "embeddings").exists():
            self._embeddings.load(str(folder), config=settings)

    def ingest(self, folder: Path) -> int:
        count = 0

        def rows() -> Iterator[tuple[str, dict[str, str]]]:
            nonlocal count
            for hit in passages_of(folder):
                yield str(count), {"text": hit["text"], "source": hit["source"]}
                count += 1

        self._embeddings.index(rows())
        self._embeddings.config.pop("transform")  # a function cannot be saved
        self._embeddings.save(str(self._folder))
        return count

    def search(self, question: str, k: int) -> list[Hit]:
        asked = "select text, source from txtai where similar(:question)"
        found = self._embeddings.search(asked, k, parameters={"question": question})
        return [Hit(source=row["source"], text=row["text"]) for row in found]

    def answer(self, question: str, model: str | None) -> Answered:
        raise NotImplementedError("has no engine of its own for cited answers")

    def close(self) -> None:
        self._embeddings.close()


def _vectors(engine: Timed) -> Callable[[list[str]], FloatArray]:
    """The engine as txtai wants it: a plain function, told apart from the path of one."""

    def vectors(texts: list[str]) -> FloatArray:
        if all(text.startswith(ASKED) for text in texts):
            return np.array([engine.embed_query(text.removeprefix(ASKED)) for text in texts], np.float32)
        return engine.embed_passages([text.removeprefix(READ) for text in texts])

    return vectors


if __name__ == "__main__":
    serve(Txtai())
