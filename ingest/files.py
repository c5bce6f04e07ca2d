"""Which files there are to read, and which of them have not changed since they were read."""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.documents import Stamp
from ingest.errors import InputError
from ingest.readers import FORMATS
from ingest.report import FileOutcome

SETTLED_NS = 2_000_000_000
"""A file changed less than this before it was read may change again with the same time (FAT counts in 2 s)."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file, or a page on the web, to read."""

    name: str
    """The path links lead to, `storable`; or the address."""
    given: str
    """As the user wrote it, for the report."""
    size: int = 0
    mtime_ns: int = -1

    @property
    def on_web(self) -> bool:
        return is_url(self.name)


def storable(path: str) -> str:
    """A path as it can be written down: bytes of it that are not UTF-8 as \\udc and two digits."""
    return path.encode("utf-8", "backslashreplace").decode()


def real(name: str) -> str:
    """The path that `storable` was given."""
    return re.sub(r"\\udc([89a-f][0-9a-f])", lambda found: chr(0xDC00 + int(found[1], 16)), name)


def is_url(name: str) -> bool:
    return name.startswith(("http://", "https://"))


def find_files(given: Iterable[str | Path]) -> Iterator[Source | FileOutcome]:
    """Each file once, in a stable order; in place of what cannot be read, the outcome that says so.

    In a folder, hidden files and files of other formats are passed over; a file named outright is tried.
    """
    seen: set[str] = set()
    for item in given:
        for found in _found(str(item)):
            if isinstance(found, FileOutcome):
                yield found
            elif found.name not in seen:
                seen.add(found.name)
                yield found


def _found(given: str) -> Iterator[Source | FileOutcome]:
    if not given.strip():
        yield FileOutcome("", "failed", message="an empty path names nothing; is a variable unset?")
        return
    if is_url(given):
        yield from _pages(given)
        return
    path = Path(os.path.expanduser(given))  # unlike Path.expanduser, leaves an unknown ~user as it is
    if not _exists(path):
        yield _failed(path, "no such file or folder; check the path")
    elif not path.is_dir():
        yield _source(path)
    else:
        empty = True
        for inside in _walk(path):
            empty = False
            yield inside
        if empty:
            yield _failed(path, f"nothing to read in it; Danchung reads {', '.join(FORMATS)}")


def _pages(url: str) -> Iterator[Source | FileOutcome]:
    from ingest.fetch import is_sitemap, pages_of

    try:
        pages = list(pages_of(url)) if is_sitemap(url) else [url]
        if not pages:
            raise InputError(f"{url}: lists no page")
        for page in pages:
            yield Source(page, page)
    except InputError as exc:
        yield FileOutcome(url, "failed", message=str(exc))


def _walk(folder: Path) -> Iterator[Source | FileOutcome]:
    problems: list[OSError] = []
    for root, folders, names in os.walk(folder, onerror=problems.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        if "catalog.sqlite3" in names:  # a library of ours, not reports
            folders.clear()
            continue
        for name in sorted(names):
            if name.startswith((".", "~$")):  # hidden, or what Word keeps beside an open file
                continue
            path = Path(root) / name
            suffix = path.suffix.lower()
            if suffix in FORMATS:
                yield _source(path)
            else:
                yield FileOutcome(
                    printable(path), "skipped", message=f"{printable(path)}: {suffix or 'no ending'} is not read"
                )
    for problem in problems:
        yield _failed(Path(problem.filename), f"the folder cannot be read ({problem.strerror})")


def _failed(path: Path, reason: str) -> FileOutcome:
    return FileOutcome(printable(path), "failed", message=f"{printable(path)}: {reason}")


def _source(path: Path) -> Source:
    try:
        name = str(path.resolve())
    except (OSError, RuntimeError):  # links that lead in a circle
        name = str(path.absolute())
    try:
        status = path.stat()
    except OSError:  # reading it will say why
        return Source(storable(name), str(path))
    return Source(storable(name), str(path), status.st_size, status.st_mtime_ns)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name too long, or a folder that may not be entered
        return False


def printable(what: object) -> str:
    """On one line, and without the half characters that stand for bytes of a name that is not UTF-8."""
    return " ".join(str(what).encode("utf-8", "replace").decode().split())


def is_unchanged(source: Source, stamp: Stamp | None, recipe: str) -> bool:
    """Whether a file is, by size and time, what it was when it was read whole."""
    if stamp is None or stamp.recipe != recipe or stamp.mtime_ns < 0:
        return False
    return (source.size, source.mtime_ns) == (stamp.size, stamp.mtime_ns)


def stamp(source: Source, data: bytes, recipe: str) -> Stamp:
    """The stamp of a file whose bytes have just been read."""
    settled = source.mtime_ns < time.time_ns() - SETTLED_NS and len(data) == source.size
    mtime_ns = source.mtime_ns if settled else -1
    return Stamp(source.name, source.size, mtime_ns, digest(data), recipe)


def digest(data: bytes) -> str:
    """32 hex digits of the bytes' SHA-256."""
    return hashlib.sha256(data).hexdigest()[:32]


def gone(files: Iterable[str], given: Iterable[str | Path]) -> list[str]:
    """Of the library's files, those under a folder given, or given themselves, that are no longer on the disk.

    A folder that is not there, or has nothing in it, says nothing of what was in it: a disk may not be mounted.
    """
    folders, files_given = set[str](), set[str]()
    for item in map(str, given):
        path = Path(os.path.expanduser(item))
        if not item.strip() or is_url(item):
            continue
        try:
            if path.is_dir():
                folders |= {_source(path).name} if any(path.iterdir()) else set()
            elif path.parent.is_dir():
                files_given.add(_source(path).name)
        except OSError:
            continue
    named = [n for n in files if n in files_given or any(_under(n, folder) for folder in folders)]
    return [name for name in named if not is_url(name) and _is_gone(name)]


def _under(name: str, root: str) -> bool:
    return name.startswith(root.rstrip(os.sep) + os.sep)


def _is_gone(name: str) -> bool:
    try:
        os.lstat(real(name))
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:  # it may not be looked at: no sign that it is gone
        return False
    return False
