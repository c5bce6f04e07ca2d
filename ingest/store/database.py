"""One SQLite file: a connection that writes, and one to read with for each thread that reads at a time."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from ingest.errors import LibraryError

PAGE_BYTES = 16384
"""A passage's row is some 2.5 KB, so that a page of the usual 4 KB would be half empty."""
Made = TypeVar("Made")


class Database:
    """Every call may come from any thread. Who reads sees the last change that was committed and never waits for one
    that is being made."""

    def __init__(self, file: Path) -> None:
        """Raises sqlite3.Error where the file is no database."""
        self._file = file
        self._writing = threading.RLock()
        self._idle: list[sqlite3.Connection] = []
        self._kept: dict[Hashable, Any] = {}
        self._closed = False
        self._db = sqlite3.connect(file, check_same_thread=False)
        self._db.execute(f"PRAGMA page_size={PAGE_BYTES}")
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA foreign_keys=ON")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction, committed at the end, undone by an error. A second thread waits."""
        with self._writing:
            try:
                with self._db:
                    yield self._db
            finally:
                self._kept = {}

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection that sees what is committed. Raises LibraryError where it cannot be read."""
        try:
            db = self._idle.pop() if self._idle else self._reader()
        except IndexError:  # another thread took the last one
            db = self._reader()
        try:
            yield db
        except sqlite3.Error as exc:
            raise LibraryError(f"the catalog cannot be read ({exc}); ingest into a new data directory") from exc
        finally:
            self._idle.append(db)
            if self._closed:
                self._close_idle()

    def rows(self, query: str, *values: Any) -> list[Any]:
        """What a query gives. Raises LibraryError."""
        with self.reading() as db:
            return db.execute(query, values).fetchall()

    def first(self, query: str, *values: Any) -> list[Any]:
        """The first column of what a query gives."""
        return [row[0] for row in self.rows(query, *values)]

    def kept(self, name: Hashable, make: Callable[[], Made]) -> Made:
        """What `make` gives, made once and kept until the next change."""
        kept = self._kept  # taken before anything is read: what a change makes stale is left behind in it
        if name not in kept:
            kept[name] = make()
        made: Made = kept[name]
        return made

    def close(self) -> None:
        with self._writing:
            self._closed = True
            self._close_idle()
            self._db.close()

    def _reader(self) -> sqlite3.Connection:
        if self._closed:
            raise LibraryError("the catalog cannot be read (it is closed)")
        try:
            db = sqlite3.connect(self._file, check_same_thread=False)
            db.execute("PRAGMA query_only=ON")
        except sqlite3.Error as exc:
            raise LibraryError(f"the catalog cannot be read ({exc}); ingest into a new data directory") from exc
        return db

    def _close_idle(self) -> None:
        with suppress(IndexError):
            while True:
                self._idle.pop().close()
