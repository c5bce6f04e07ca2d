"""The story of ingestion: file → document → passages → vectors → library."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

import numpy as np

from ingest.clean import mark_furniture
from ingest.describe import describe
from ingest.documents import Document, FloatArray, Passage, content_id
from ingest.engine import Engine
from ingest.errors import InputError
from ingest.library import Library
from ingest.readers import FORMATS, File, open_file, read
from ingest.split import PASSAGE_TOKENS, split

log = logging.getLogger("danchung")

RECIPE = "1"
"""Part of every document id: raise it when cleaning, describing or splitting changes what a file becomes,
and a re-run replaces what an older release made."""

State = Literal["added", "updated", "unchanged", "skipped", "failed"]
STATES: tuple[State, ...] = get_args(State)


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """What became of one file; `message` says why it was skipped or failed."""

    path: str
    state: State
    document_id: str | None = None
    title: str | None = None
    passages: int = 0
    message: str | None = None


@dataclass(slots=True)
class IngestReport:
    """What a run did, file by file."""

    files: list[FileOutcome] = field(default_factory=list)
    seconds: float = 0.0

    def count(self, state: State) -> int:
        return sum(outcome.state == state for outcome in self.files)

    @property
    def failed(self) -> list[FileOutcome]:
        return [outcome for outcome in self.files if outcome.state == "failed"]


Progress = Callable[[FileOutcome, int, int], None]
"""Called after each file with its outcome, its number from 1, and how many there are."""


def ingest(library: Library, paths: Iterable[str | Path], progress: Progress | None = None) -> IngestReport:
    """Read files and folders into the library. A bad file is named in the report and the rest goes on."""
    started = time.perf_counter()
    report = IngestReport()
    must_read_again = library.mend()
    files = list(find_files(paths))
    for number, found in enumerate(files, start=1):
        outcome = found if isinstance(found, FileOutcome) else _ingest_file(library, found, must_read_again)
        report.files.append(outcome)
        if progress:
            progress(outcome, number, len(files))
    report.seconds = time.perf_counter() - started
    return report


def _ingest_file(library: Library, path: Path, must_read_again: set[str]) -> FileOutcome:
    try:
        document = load(open_file(path))
    except InputError as exc:
        return FileOutcome(_printable(path), "failed", message=_printable(exc))
    except (OSError, RuntimeError, ValueError, RecursionError) as exc:  # a file no reader was written for
        log.warning("%s failed", _printable(path), exc_info=exc)
        return FileOutcome(
            _printable(path), "failed", message=f"{_printable(path)}: cannot be read ({_printable(exc)})"
        )
    old_id = library.id_at(document.path)
    if old_id == document.id and document.id not in must_read_again:
        return FileOutcome(str(path), "unchanged", document.id, document.description.title)
    passages = split(document, PASSAGE_TOKENS)
    if not passages:
        return FileOutcome(
            str(path), "failed", message=f"{path}: no sentence of a report in it, only headings or furniture"
        )
    library.replace(document, passages, *embed(library.engine, passages))
    state: State = "updated" if old_id else "added"
    return FileOutcome(str(path), state, document.id, document.description.title, len(passages))


def embed(engine: Engine, passages: Sequence[Passage]) -> tuple[FloatArray, list[FloatArray]]:
    """The passages' vectors, each with its heading before it, (passages, dimensions); and for each passage
    its sentences' own, (sentences, dimensions), by which it is looked at again."""
    vectors = engine.embed_passages([f"{passage.heading}\n{passage.text}".strip() for passage in passages])
    texts = [p.sentence_text(span) for p in passages for span in p.sentences]
    places = {text: place for place, text in enumerate(dict.fromkeys(texts))}  # a repeated sentence is embedded once
    sentences = engine.embed_passages(list(places))[[places[text] for text in texts]]
    ends = np.cumsum([len(passage.sentences) for passage in passages])
    return vectors, np.split(sentences, ends[:-1])


def load(file: File) -> Document:
    """A file as a document: read, cleaned (marked) and described. Raises InputError for an unusable file."""
    reading = read(file)
    path = Path(file.name)
    blocks = mark_furniture(reading.text, reading.blocks)
    place = _same_file(path)
    return Document(
        id=content_id("d", RECIPE, str(place), reading.text),
        path=str(place),
        source=f"{place.parent.name}/{place.name}",
        text=reading.text,
        blocks=blocks,
        description=describe(reading, blocks, fallback_title=path.stem),
        pages=reading.pages,
    )


def find_files(paths: Iterable[str | Path]) -> Iterator[Path | FileOutcome]:
    """Each file once, in a stable order; in place of what cannot be read, the outcome that says so.

    In a folder, hidden files and files of other formats are passed over; a file named outright is tried.
    """
    seen: set[Path] = set()
    for given in paths:
        if not str(given).strip():
            yield FileOutcome("", "failed", message="an empty path names nothing; is a variable unset?")
            continue
        path = Path(os.path.expanduser(given))  # unlike Path.expanduser, leaves an unknown ~user as it is
        if not _exists(path):
            yield FileOutcome(str(path), "failed", message=f"{path}: no such file or folder; check the path")
        elif path.is_dir():
            found = False
            for inside in _walk(path):
                found = True
                if isinstance(inside, FileOutcome):
                    yield inside
                elif _same_file(inside) not in seen:
                    seen.add(_same_file(inside))
                    yield inside
            if not found:
                yield FileOutcome(
                    str(path),
                    "failed",
                    message=f"{path}: nothing to read in it; Danchung reads {', '.join(FORMATS)}",
                )
        elif _same_file(path) not in seen:
            seen.add(_same_file(path))
            yield path


def _printable(what: object) -> str:
    """On one line, and without the half characters that stand for bytes of a name that is not UTF-8."""
    return " ".join(str(what).encode("utf-8", "replace").decode().split())


def _same_file(path: Path) -> Path:
    """The path links lead to; the path itself where they lead in a circle."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path.absolute()


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name too long, or a folder that may not be entered
        return False


def _walk(folder: Path) -> Iterator[Path | FileOutcome]:
    problems: list[OSError] = []
    for root, folders, names in os.walk(folder, onerror=problems.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        if "catalog.sqlite3" in names:  # a library of ours, not reports
            folders.clear()
            continue
        for name in sorted(names):
            path = Path(root) / name
            if name.startswith("."):
                continue
            if path.suffix.lower() in FORMATS:
                yield path
            else:
                yield FileOutcome(str(path), "skipped", message=f"{path}: {path.suffix or 'no ending'} is not read")
    for problem in problems:
        yield FileOutcome(
            str(problem.filename),
            "failed",
            message=f"{problem.filename}: the folder cannot be read ({problem.strerror})",
        )
