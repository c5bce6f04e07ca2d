"""The embedding engine that every peer uses: Danchung's own, in the peer's process, with its time counted.

{"model": FOLDER}                     the built-in model
{"model": FOLDER, "kept": FILE}       the same, and what was embedded once is read from a file: for quality
{"model": FOLDER, "given": FOLDER}    vectors given for passages and questions: for sizes that would take a day to
                                      embed; questions are embedded besides, for the time it takes
"""

from __future__ import annotations

import json
import re
import sqlite3
import threading
import time
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from ingest.engine import OnnxEngine

FloatArray = npt.NDArray[np.float32]
NUMBER = re.compile(r"№(\d+)")
"""How a passage names its row among the given vectors."""


class Engine(Protocol):
    """As `ingest.engine.Engine`."""

    name: str
    dimensions: int

    def embed_passages(self, texts: Sequence[str]) -> FloatArray: ...

    def embed_query(self, text: str) -> FloatArray: ...


def open_engine(spec: dict[str, str]) -> Engine:
    """The engine of a specification, as above; the words alone make a vector where no model is named."""
    real: Engine = OnnxEngine(Path(spec["model"]), name="multilingual-e5-small/int8") if "model" in spec else Hashed()
    if "given" in spec:
        return Given(real, Path(spec["given"]))
    return Kept(real, Path(spec["kept"])) if "kept" in spec else real


class Timed:
    """An engine, with the seconds spent in it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.name, self.dimensions, self.seconds = engine.name, engine.dimensions, 0.0

    def embed_passages(self, texts: Sequence[str]) -> FloatArray:
        started = time.perf_counter()
        try:
            return self._engine.embed_passages(texts)
        finally:
            self.seconds += time.perf_counter() - started

    def embed_query(self, text: str) -> FloatArray:
        started = time.perf_counter()
        try:
            return self._engine.embed_query(text)
        finally:
            self.seconds += time.perf_counter() - started


class Kept:
    """An engine that embeds a text once, whichever peer asks; one thread at a time, for a connection takes no more."""

    def __init__(self, engine: Engine, file: Path) -> None:
        self._engine = engine
        self._kept, self._turn = sqlite3.connect(file, check_same_thread=False), threading.Lock()
        self._kept.execute("create table if not exists vectors (text text primary key, vector blob)")
        self.name, self.dimensions = engine.name, engine.dimensions

    def embed_passages(self, texts: Sequence[str]) -> FloatArray:
        with self._turn:
            new = [text for text in dict.fromkeys(texts) if self._of(f"passage: {text}") is None]
            if new:
                self._keep([f"passage: {text}" for text in new], self._engine.embed_passages(new))
            return np.array([self._of(f"passage: {text}") for text in texts], np.float32).reshape(-1, self.dimensions)

    def embed_query(self, text: str) -> FloatArray:
        with self._turn:
            if self._of(f"query: {text}") is None:
                self._keep([f"query: {text}"], self._engine.embed_query(text)[None])
            found = self._of(f"query: {text}")
        assert found is not None
        return found

    def _of(self, text: str) -> FloatArray | None:
        row = self._kept.execute("select vector from vectors where text = ?", [text]).fetchone()
        return np.frombuffer(row[0], np.float32) if row else None

    def _keep(self, texts: Sequence[str], vectors: FloatArray) -> None:
        rows = [(text, vector.astype(np.float32).tobytes()) for text, vector in zip(texts, vectors, strict=True)]
        with self._kept:
            self._kept.executemany("insert or replace into vectors values (?, ?)", rows)


class Given:
    """The rows of `passages.npy` by the number that a passage names last, those of `questions.npy` by the question. A
    text without a number, as Danchung's sentences are, has the row its words come to."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self._engine = engine
        self._passages: Any = np.load(folder / "passages.npy", mmap_mode="r")
        questions = json.loads((folder / "questions.json").read_text(encoding="utf-8"))
        self._questions = dict(zip(questions, np.load(folder / "questions.npy"), strict=True))
        self.name, self.dimensions = "given", engine.dimensions

    def embed_passages(self, texts: Sequence[str]) -> FloatArray:
        return np.array([self._passages[self._row(text)] for text in texts], np.float32).reshape(-1, self.dimensions)

    def embed_query(self, text: str) -> FloatArray:
        vector: FloatArray = self._questions.get(text, self._passages[0])
        self._engine.embed_query(text)
        return vector

    def _row(self, text: str) -> int:
        numbers = NUMBER.findall(text)
        return (int(numbers[-1]) if numbers else zlib.crc32(text.encode())) % len(self._passages)


class Hashed:
    """Each word adds to one of 384 places: for tests of the harness, which need no meaning."""

    name, dimensions = "hashed", 384

    def embed_passages(self, texts: Sequence[str]) -> FloatArray:
        return np.array([self.embed_query(text) for text in texts], np.float32).reshape(-1, self.dimensions)

    def embed_query(self, text: str) -> FloatArray:
        vector = np.full(self.dimensions, 1e-6, np.float32)
        for word in re.findall(r"\w+", text.lower()):
            vector[zlib.crc32(word.encode()) % self.dimensions] += 1
        unit: FloatArray = vector / np.linalg.norm(vector)
        return unit
