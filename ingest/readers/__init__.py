"""File → readings. One reader a format; each keeps every word a person would read.

A reader is a function of a file's bytes and knows nothing of names: what it raises says what is wrong, and `read`
puts the file's name before it. An unpacker gives the files that lie in one: an archive's, a mail's attachments.
"""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ingest.errors import InputError
from ingest.readers.archive import MAX_BYTES, unpack_zip
from ingest.readers.epub import read_epub
from ingest.readers.html import read_page
from ingest.readers.kinds import UNREADABLE, kind_of
from ingest.readers.mail import read_mail, read_web_archive, unpack_mail
from ingest.readers.markdown import read_markdown
from ingest.readers.opendocument import read_odt
from ingest.readers.pdf import read_pdf
from ingest.readers.reading import Reading, TextBuilder
from ingest.readers.tables import read_csv, read_xlsx
from ingest.readers.text import decode, read_text
from ingest.readers.word import read_docx

__all__ = [
    "FORMATS", "MAX_BYTES", "File", "Reading", "Refused", "TextBuilder", "holds_files", "open_file", "read", "unpack",
]  # fmt: skip

MAX_NESTED = 3
"""How deep an archive may lie in another."""


@dataclass(frozen=True, slots=True)
class File:
    """A file's bytes. `name` is its path; of one packed in another, "reports.zip/2024/letters.pdf"."""

    name: str
    data: bytes
    suffix: str = ""
    """The format where the name does not tell it: ".html" for most pages of the web."""


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
    ".html": read_page, ".htm": read_page, ".xhtml": read_page, ".mhtml": read_web_archive, ".mht": read_web_archive,
    ".eml": read_mail, ".epub": read_epub,
    ".pdf": read_pdf, ".docx": read_docx, ".odt": read_odt,
    ".csv": read_csv, ".tsv": read_csv, ".xlsx": read_xlsx, ".xlsm": read_xlsx,
}  # fmt: skip
UNPACKERS: dict[str, Unpacker] = {".zip": unpack_zip, ".eml": unpack_mail}
FORMATS = tuple(sorted({*READERS, *UNPACKERS}))


def open_file(path: Path) -> File:
    """The file at a path. Raises InputError for what cannot be read to its end, is too large or empty, or changes
    as it is read."""
    try:
        for _ in range(2):
            status = path.stat()
            if not stat.S_ISREG(status.st_mode):
                raise InputError(f"{path}: not a file that can be read to its end; copy it to one")
            if status.st_size > MAX_BYTES:
                raise InputError(f"{path}: larger than {MAX_BYTES >> 20} MB; split it into reports")
            data = path.read_bytes()
            if _version(path.stat()) == _version(status):
                return File(str(path), data)
    except OSError as exc:
        raise InputError(f"{path}: cannot be read ({exc.strerror or exc})") from exc
    raise InputError(f"{path}: changes while it is read; ingest it again when it is done")


def _version(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_ino, status.st_size, status.st_mtime_ns


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
        seen: Counter[str] = Counter()
        for name, data in UNPACKERS[kind](file.data):
            seen[name] += 1
            again = f" ({seen[name]})" if seen[name] > 1 else ""  # an archive may hold two files of one name
            inside = f"{file.name}/{name}{again}"
            if isinstance(data, InputError):
                yield Refused(inside, str(data))
            elif (suffix := PurePosixPath(name).suffix).lower() not in FORMATS:
                yield Refused(inside, f"{suffix or 'no ending'} is not read", skipped=True)
            else:
                yield from unpack(File(inside, data, suffix.lower()), depth + 1)
    except InputError as exc:
        yield Refused(file.name, str(exc))


def read(file: File) -> Reading:
    """The file's text. Raises InputError, in one line, for a file that is not of a known format, is empty, is
    damaged or holds no text."""
    kind, named = _kind(file), _suffix(file)
    reader = READERS.get(kind)
    if reader is None and kind in UNREADABLE:
        what, _, advice = UNREADABLE[kind].partition("; ")
        though = f", though named {named}" if named in FORMATS and kind != "encrypted" else ""
        raise InputError(f"{file.name}: is {what}{though}; {advice or 'Danchung reads reports'}")
    if reader is None:
        raise InputError(f"{file.name}: {kind} is not read; use {', '.join(FORMATS)}")
    if not file.data.strip():
        raise InputError(f"{file.name}: the file is empty")
    try:
        reading = reader(file.data)
    except InputError as exc:
        raise InputError(f"{file.name}: {exc}") from exc
    if not any(char.isalnum() for char in reading.text):
        raise InputError(f"{file.name}: no text in it")
    return reading


def holds_files(file: File) -> bool:
    """Whether files may be packed in it."""
    return _kind(file) in UNPACKERS


def _kind(file: File) -> str:
    """The suffix of the format the content shows; where it shows none, the name's. A file named without one is
    text."""
    shown, named = kind_of(file.data), _suffix(file)
    if shown == ".zip" and named in FORMATS:  # an office file or book that lacks what it should be known by
        return named
    return shown or named or ".txt"


def _suffix(file: File) -> str:
    return file.suffix or PurePosixPath(file.name).suffix.lower()
