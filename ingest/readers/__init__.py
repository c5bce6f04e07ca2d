"""File → readings. One reader a format; each keeps every word a person would read.

A reader is a function of a file's bytes and knows nothing of names: what it raises says what is wrong, and `read`
puts the file's name before it. An unpacker gives the files that lie in one: an archive's, a mail's attachments.
"""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ingest.errors import InputError
from ingest.readers.html import read_html
from ingest.readers.markdown import read_markdown
from ingest.readers.reading import Reading, TextBuilder
from ingest.readers.text import decode, read_text

__all__ = ["FORMATS", "File", "Reading", "Refused", "TextBuilder", "open_file", "read", "unpack"]

MAX_BYTES = 50 * 1024 * 1024
MAX_NESTED = 3
"""How deep an archive may lie in another."""


@dataclass(frozen=True, slots=True)
class File:
    """A file's bytes. `name` is its path; of one packed in another, "reports.zip/2024/letters.pdf"."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Refused:
    """A packed file that is not read, and why; `skipped` where no one would expect it to be."""

    name: str
    reason: str
    skipped: bool = False


Reader = Callable[[bytes], Reading]
"""Raises InputError, in words that follow the file's name: "is encrypted; save it without a password"."""

Unpacker = Callable[[bytes], Iterator[tuple[str, bytes | InputError]]]
"""Each packed file's name with its bytes, or with why they cannot be had. Raises InputError where none can."""


def _decoded(reader: Callable[[str], Reading]) -> Reader:
    return lambda data: reader(decode(data))


READERS: dict[str, Reader] = {
    ".txt": _decoded(read_text), ".text": _decoded(read_text),
    ".md": _decoded(read_markdown), ".markdown": _decoded(read_markdown),
    ".html": _decoded(read_html), ".htm": _decoded(read_html),
}  # fmt: skip
UNPACKERS: dict[str, Unpacker] = {}
FORMATS = tuple(sorted({*READERS, *UNPACKERS}))


def open_file(path: Path) -> File:
    """The file at a path. Raises InputError for what cannot be read to its end, is too large or empty."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise InputError(f"{path}: not a file that can be read to its end; copy it to one")
        if status.st_size > MAX_BYTES:
            raise InputError(f"{path}: larger than {MAX_BYTES >> 20} MB; split it into reports")
        return File(str(path), path.read_bytes())
    except OSError as exc:
        raise InputError(f"{path}: cannot be read ({exc.strerror or exc})") from exc


def unpack(file: File, depth: int = 0) -> Iterator[File | Refused]:
    """The file itself where it can be read, and every file packed in it, at any depth."""
    kind = _kind(file)
    if kind in READERS or kind not in UNPACKERS:
        yield file
    if kind not in UNPACKERS:
        return
    if depth >= MAX_NESTED:
        yield Refused(file.name, f"packed more than {MAX_NESTED} deep; unpack it first")
        return
    try:
        for name, data in UNPACKERS[kind](file.data):
            inside = f"{file.name}/{name}"
            if isinstance(data, InputError):
                yield Refused(inside, str(data))
            elif _kind(File(inside, data)) not in FORMATS:
                yield Refused(inside, f"{PurePosixPath(name).suffix or 'no ending'} is not read", skipped=True)
            else:
                yield from unpack(File(inside, data), depth + 1)
    except InputError as exc:
        yield Refused(file.name, str(exc))


def read(file: File) -> Reading:
    """The file's text. Raises InputError, in one line, for a file that is not of a known format, is empty, is
    damaged or holds no text."""
    reader = READERS.get(kind := _kind(file))
    if reader is None:
        raise InputError(f"{file.name}: {kind or 'a file without an ending'} is not read; use {', '.join(FORMATS)}")
    if not file.data.strip():
        raise InputError(f"{file.name}: the file is empty")
    try:
        reading = reader(file.data)
    except InputError as exc:
        raise InputError(f"{file.name}: {exc}") from exc
    if not any(char.isalnum() for char in reading.text):
        raise InputError(f"{file.name}: no text in it")
    return reading


def _kind(file: File) -> str:
    return PurePosixPath(file.name).suffix.lower()
