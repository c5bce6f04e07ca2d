"""What was found before, by content: a run that was interrupted goes on where it stopped, and one that is repeated with
nothing changed asks nothing anew.

A key is a hash of everything an outcome depends on: the case, the documents, the settings, the judge, and the code of
this project. Outcomes that failed for want of a model are not kept.
"""

from __future__ import annotations

import hashlib
import json
import logging
import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path

from evals.judge.judgement import Judge, Judgement
from ingest.e5 import cache_folder

log = logging.getLogger("danchung")


def key_of(*parts: object) -> str:
    """A key of any values that JSON can hold, dataclasses among them: the same content, the same key."""
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, default=_plain)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _plain(value: object) -> object:
    return asdict(value) if hasattr(value, "__dataclass_fields__") else str(value)  # type: ignore[call-overload]


def digest_of(files: Sequence[Path]) -> str:
    """A hash of files, by name and bytes; which come first does not matter."""
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


@cache
def code() -> str:
    """A hash of the code that answers and scores, and of its weights; about 40 ms."""
    root = Path(__file__).parent.parent
    parts = (root / name for name in ("assistant", "ingest", "evals"))
    return digest_of([file for part in parts for file in part.rglob("*") if file.suffix in (".py", ".json", ".npz")])


class Cache:
    """Texts by key in one SQLite file, written as they come, so that a killed run loses nothing. Threads may share it.

    One that cannot be opened or written is done without, and said once.
    """

    def __init__(self, file: Path | None = None) -> None:
        self.file = file or cache_folder() / "evals.sqlite"
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(self.file, timeout=10, check_same_thread=False, isolation_level=None)
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("CREATE TABLE IF NOT EXISTS found (key TEXT PRIMARY KEY, value TEXT NOT NULL)")
        except (sqlite3.Error, OSError) as exc:
            self._without(exc)

    def get(self, key: str) -> str | None:
        with self._lock:
            if self._connection is None:
                return None
            try:
                row = self._connection.execute("SELECT value FROM found WHERE key = ?", (key,)).fetchone()
            except sqlite3.Error as exc:
                self._without(exc)
                return None
        return str(row[0]) if row else None

    def put(self, key: str, value: str) -> None:
        with self._lock:
            if self._connection is None:
                return
            try:
                self._connection.execute("INSERT OR REPLACE INTO found VALUES (?, ?)", (key, value))
            except sqlite3.Error as exc:
                self._without(exc)

    def close(self) -> None:
        with self._lock:
            if self._connection:
                self._connection.close()
                self._connection = None

    def _without(self, exc: Exception) -> None:
        log.warning("evaluation cache %s cannot be used (%s); nothing is taken from it or kept", self.file, exc)
        self._connection = None


class Remembering:
    """A judge that asks its judge once for the same claim over the same passages: a model is dear, and may go down."""

    def __init__(self, judge: Judge, cache: Cache) -> None:
        self._judge, self._cache = judge, cache

    @property
    def name(self) -> str:
        return self._judge.name

    def judge(self, claim: str, passages: Sequence[str], question: str | None = None) -> Judgement:
        """See `Judge.judge`."""
        key = key_of("judgement", self.name, code(), claim, list(passages), question)
        if known := self._cache.get(key):
            told = json.loads(known)
            return Judgement(**{**told, "words": tuple(told["words"])})
        judgement = self._judge.judge(claim, passages, question)
        self._cache.put(key, json.dumps(asdict(judgement), ensure_ascii=False))
        return judgement
