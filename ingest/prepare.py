"""One file → its documents, split and ready to be embedded. This part needs no library and runs in `worker`."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from ingest import likeness
from ingest.clean import mark_furniture
from ingest.describe import describe
from ingest.documents import Document, Passage, Stamp, content_id
from ingest.errors import InputError
from ingest.fetch import fetch
from ingest.figures.take import figures_of_document
from ingest.figures.values import ReportedFigure
from ingest.files import Source, digest, is_url, printable, real, stamp
from ingest.readers import File, Refused, holds_files, open_file, read, unpack
from ingest.split import split_counted

log = logging.getLogger("danchung")

RECIPE = "3"
"""Part of every document id: raise it when reading, cleaning, describing or splitting changes what a file becomes,
and a re-run replaces what an older release made."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document with all its passages."""

    document: Document
    passages: tuple[Passage, ...]
    keys: tuple[int, ...]
    facts: frozenset[str]
    figures: tuple[ReportedFigure, ...]
    tokens: tuple[int, ...]
    """Of each passage (o200k_base)."""
    size: int
    """Bytes it was read from."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A file, or one packed in it, that gave no document, and why in one line that begins with its path."""

    path: str
    message: str
    skipped: bool = False


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The file's bytes are those that were read before."""

    stamp: Stamp


@dataclass(frozen=True, slots=True)
class End:
    """The file has been read to its end. `stamp` is None where a part of it failed: the next run tries again."""

    stamp: Stamp | None


Part = Prepared | Unread | Unchanged | End


def prepare(source: Source, known: Stamp | None, passage_tokens: int) -> Iterator[Part]:
    """Every document of a file, then the End; only Unchanged where its bytes are those `known` is the stamp of."""
    try:
        file, mark = _bytes_of(source, known)
    except InputError as exc:
        yield Unread(source.name, printable(exc))
        yield End(None)
        return
    if file is None or (known and known.recipe == RECIPE and mark.digest == known.digest):
        yield Unchanged(mark)
        return
    whole = True
    for inside in unpack(file):
        part = _part(inside, passage_tokens)
        if isinstance(part, Unread) and isinstance(inside, File) and inside.name == file.name and holds_files(file):
            part = replace(part, skipped=True)  # a mail of nothing but attachments
        whole = whole and (isinstance(part, Prepared) or part.skipped)
        yield part
    yield End(mark if whole else None)


def _bytes_of(source: Source, known: Stamp | None) -> tuple[File | None, Stamp]:
    """The file and its stamp; no file where a web server says that the page has not changed."""
    if not source.on_web:
        data = open_file(Path(real(source.name))).data
        return File(source.name, data), stamp(source, data, RECIPE)
    fetched = fetch(source.name, known.digest if known and known.recipe == RECIPE else None)
    if fetched.data is None and known:
        return None, known
    data = fetched.data or b""
    mark = Stamp(source.name, len(data), -1, fetched.etag or digest(data), RECIPE)
    return File(source.name, data, fetched.suffix), mark


def _part(inside: File | Refused, passage_tokens: int) -> Prepared | Unread:
    name = printable(inside.name)
    if isinstance(inside, Refused):
        return Unread(inside.name, f"{name}: {printable(inside.reason)}", inside.skipped)
    try:
        document = load(inside)
    except InputError as exc:
        return Unread(inside.name, printable(exc))
    except Exception as exc:
        log.warning("%s failed", name, exc_info=exc)
        return Unread(inside.name, f"{name}: cannot be read ({printable(exc) or type(exc).__name__})")
    counted = split_counted(document, passage_tokens)
    if not counted:
        return Unread(inside.name, f"{name}: no sentence of a report in it, only headings or furniture")
    keys = likeness.keys(likeness.shingles(likeness.own_text(document)))
    passages, tokens = tuple(p for p, _ in counted), tuple(n for _, n in counted)
    figures = figures_of_document(document, passages)
    return Prepared(document, passages, keys, likeness.facts(document), figures, tokens, len(inside.data))


def load(file: File) -> Document:
    """A file as a document: read, cleaned (marked) and described. Raises InputError for an unusable file."""
    reading = read(file)
    if is_url(file.name):
        reading.stated.setdefault("url", file.name)
    blocks = mark_furniture(reading.text, reading.blocks)
    path = PurePosixPath(urlsplit(file.name).path if is_url(file.name) else file.name)
    folder = urlsplit(file.name).netloc if is_url(file.name) else path.parent.name
    return Document(
        id=content_id("d", RECIPE, file.name, reading.text),
        path=file.name,
        source=f"{folder}/{path.name}",
        text=reading.text,
        blocks=blocks,
        description=describe(reading, blocks, fallback_title=path.stem),
        pages=reading.pages,
    )
