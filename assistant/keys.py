"""API keys: who may call a server, and whether they may change its library.

A server never holds a key, only entries that recognise it, `NAME:read:DIGEST` or `NAME:write:DIGEST`, of which the last
part is the SHA-256 of the key. A key is 256 random bits, which no dictionary holds, so that a slow hash would protect
nothing and cost every request. DANCHUNG_API_KEYS is a list of entries, or the path of a file with one a line; the file
is looked at again when it changes, so that a line taken out ends its key at once.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ingest.errors import InputError

Right = Literal["read", "write"]
PREFIX = "dc_"
_ENTRY = re.compile(r"([A-Za-z0-9][A-Za-z0-9_.@-]{0,63}):(read|write):([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: the name of the key, and what it may do."""

    name: str
    right: Right

    @property
    def may_write(self) -> bool:
        return self.right == "write"


ANYONE = Caller("anyone", "write")
"""Who calls a server that asks for no keys."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a server keeps of a key."""

    caller: Caller
    digest: str

    def __str__(self) -> str:
        return f"{self.caller.name}:{self.caller.right}:{self.digest}"


def new_key(name: str, right: Right) -> tuple[str, Entry]:
    """A new key, to be shown once, and the entry that recognises it. Raises InputError for a name that is none."""
    key = PREFIX + secrets.token_urlsafe(32)
    return key, _entry(f"{name}:{right}:{digest(key)}")


def digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


class Keys:
    """The keys a server knows. Threads may share it."""

    def __init__(self, given: str) -> None:
        """`given` as DANCHUNG_API_KEYS has it. Raises InputError for what is neither entries nor a file of them."""
        self._file: Path | None = None
        self._stamp: tuple[int, int, int] | None = None
        given = given.strip()
        if not given or _ENTRY.fullmatch(re.split(r"[\s,]+", given)[0]):
            self._entries = _entries(given)
        else:
            self._file, self._entries = Path(given).expanduser(), []
            self._read()

    def __bool__(self) -> bool:
        """Whether keys are asked for: also where the file of them has become empty."""
        return self._file is not None or bool(self._entries)

    def caller(self, key: str) -> Caller | None:
        """Whose key it is."""
        entry = self.entry(key)
        return entry.caller if entry else None

    def entry(self, key: str) -> Entry | None:
        """What is kept of a key. Every entry is compared, each in constant time, so that time tells nothing."""
        if self._file:
            self._refresh()
        given, found = digest(key), None
        for entry in self._entries:
            if hmac.compare_digest(entry.digest, given):
                found = entry
        return found

    def holds(self, entry: Entry) -> bool:
        """Whether an entry is still one of those: the key it recognises is still good."""
        if self._file:
            self._refresh()
        return entry in self._entries

    def named(self, name: str) -> Caller | None:
        """The caller whose key has this name; None once it is taken out."""
        if self._file:
            self._refresh()
        return next((entry.caller for entry in self._entries if entry.caller.name == name), None)

    def _refresh(self) -> None:
        """Read the file again where it changed. One that is gone or damaged lets nobody in."""
        try:
            self._read()
        except InputError:
            self._entries, self._stamp = [], None

    def _read(self) -> None:
        assert self._file
        try:
            status = self._file.stat()
            stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
            if stamp != self._stamp:
                self._entries = _entries(self._file.read_text(encoding="utf-8"))
                self._stamp = stamp
        except (OSError, ValueError) as exc:
            raise InputError(
                f"DANCHUNG_API_KEYS: {self._file} cannot be read; it takes entries as `danchung keys new` prints them, "
                "or a file of them"
            ) from exc


def _entries(text: str) -> list[Entry]:
    lines = (line.partition("#")[0] for line in text.splitlines())
    entries = [_entry(part) for line in lines for part in re.split(r"[\s,]+", line) if part]
    names = [entry.caller.name for entry in entries]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise InputError(f"DANCHUNG_API_KEYS names {twice!r} twice; a name stands for one key")
    return entries


def _entry(text: str) -> Entry:
    found = _ENTRY.fullmatch(text)
    if not found:
        name = text.partition(":")[0][:40]  # never the digest, nor a key put here by mistake
        shown = f"{name!r}…" if ":" in text else "one that has no ':'"
        raise InputError(f"DANCHUNG_API_KEYS: the entry {shown} is not NAME:read:DIGEST; see `danchung keys new NAME`")
    right: Right = "write" if found[2] == "write" else "read"
    return Entry(Caller(found[1], right), found[3])
