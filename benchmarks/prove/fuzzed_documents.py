"""Fuzzed documents among sound ones: each is read or refused in words, and no sound one is lost by it.

They go through the program's own workers, in batches, with less time than a user's files are given.
"""

from __future__ import annotations

import random
import resource
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from unittest.mock import patch

from benchmarks.prove.files import file_of
from benchmarks.prove.holdings import half
from benchmarks.prove.made_up import WordsEngine, report, sentences, write
from benchmarks.prove.mutations import MUTATIONS, hostile
from benchmarks.prove.row import Row, Scale, Tally
from ingest.documents import Document
from ingest.library import Library
from ingest.pipeline import ingest
from ingest.readers import FORMATS
from ingest.report import FileOutcome, IngestReport
from ingest.split import split
from ingest.workers import prepare_files

BATCH, SOUND = 500, 20
"""Fuzzed files of a batch, and how many sound ones lie between them."""
SECONDS = 10.0
"""For one document; a user's has 120."""
HOSTILE = 0.02
"""The share of files that are made to do harm."""
MEMORY_MB = 1500.0
"""By which the process that stores may grow."""
ENDED = ("took longer than", "ended the process")
UNFORESEEN = ": cannot be read ("


def prove(scale: Scale) -> Iterator[Row]:
    """One row; a trial is a fuzzed file."""
    rng = random.Random(scale.seed)
    tally, seen = Tally(f"fuzzed documents, {len(FORMATS)} endings"), Counter[str]()
    before = _peak()
    with tempfile.TemporaryDirectory(prefix="prove-fuzz-") as name, _less_time():
        folder, sound = Path(name), dict[str, str]()
        library = Library(folder / "data", WordsEngine())
        for start in range(0, scale.documents, BATCH):
            reports = folder / "reports" / str(start)
            made = [_fuzzed(reports, number, rng) for number in range(start, min(start + BATCH, scale.documents))]
            for number in range(SOUND):
                path = write(reports / f"{rng.random():.12f}-sound.txt", report(10**6 + start + number))
                sound[str(path.resolve())] = report(10**6 + start + number)
            started = time.perf_counter()
            told = ingest(library, [reports])
            seen["seconds"] = max(seen["seconds"], round(time.perf_counter() - started))
            _count(tally, seen, library, told, made)
            shutil.rmtree(reports)
            tally.wrong += [
                outcome.message or "" for outcome in told.files if outcome.path in sound and not outcome.document_id
            ]
        missing, broken = _missing(library, sound), half(library)
        tally.lost += missing + broken
        if tally.lost:
            tally.wrong.append(f"{missing} sound files are missing, {broken} documents are half")
        library.close()
    grown = _peak() - before
    if grown > MEMORY_MB:
        tally.wrong.append(f"memory grew by {grown:.0f} MB")
        tally.survived -= 1
    kinds = ", ".join(f"{what} {seen[what]}" for what in ("read", "refused", "too slow", "reader ended", "unforeseen"))
    yield tally.row(f"{kinds}; {len(sound)} sound files among them; memory +{grown:.0f} MB")


def _fuzzed(folder: Path, number: int, rng: random.Random) -> Path:
    """A fuzzed file, its name with the number, so that a failure can be made again."""
    if rng.random() < HOSTILE:
        ending, data = hostile(rng)
    else:
        ending = rng.choice(FORMATS)
        data = file_of(ending, [f"Report {number}", *sentences(number)])
        for _ in range(rng.choice((1, 1, 1, 2, 4))):
            data = rng.choice(MUTATIONS)(data, rng) or b"\x00"
    if rng.random() < 0.05:
        ending = rng.choice(FORMATS)  # another than its bytes are
    return write(folder / f"{rng.random():.12f}-{number}{ending}", data)


def _count(tally: Tally, seen: Counter[str], library: Library, told: IngestReport, made: list[Path]) -> None:
    """Each file has its outcome: it, or what is packed in it, was read or refused in one line that names it."""
    outcomes: dict[str, list[FileOutcome]] = {}
    files = {str(path) for path in made}
    for outcome in told.files:
        file = next((outcome.path[:at] for at in _ends(outcome.path) if outcome.path[:at] in files), None)
        if file:
            outcomes.setdefault(file, []).append(outcome)
    for path in made:
        found = outcomes.get(str(path), [])
        problem = "" if found else f"{path.name}: nothing is told of it"
        for outcome in found:
            message = outcome.message or ""
            if outcome.state == "failed" and ("\n" in message or not message.startswith(str(path))):
                problem = f"{path.name}: told as {message[:100]!r}"
            elif any(words in message for words in ENDED):
                seen["too slow" if ENDED[0] in message else "reader ended"] += 1
            elif UNFORESEEN in message:
                seen["unforeseen"] += 1
                problem = problem or f"{path.name}: {message.partition(UNFORESEEN)[2][:80]}"
            else:
                seen["read" if outcome.document_id else "refused"] += 1
        lost = sum(_untrue(library.document(outcome.document_id)) for outcome in found if outcome.document_id)
        tally.count(lost, problem)


def _ends(path: str) -> Iterator[int]:
    """Where a path may end that leads to a file, and from there into what is packed in it."""
    yield len(path)
    yield from (at for at, char in enumerate(path) if char == "/")


def _untrue(document: Document | None) -> int:
    """Whether a passage is not the words of its document, at its offsets."""
    if document is None:
        return 1
    return int(any(document.text[p.start : p.end] != p.text for p in split(document)))


def _missing(library: Library, sound: dict[str, str]) -> int:
    """Sound files that are not there with every word."""
    held = {summary.path: summary.id for summary in library.documents()}
    texts = {path: library.document(held[path]) for path in sound if path in held}
    return sum(
        path not in texts or (found := texts[path]) is None or found.text != text for path, text in sound.items()
    )


def _less_time() -> AbstractContextManager[object]:
    return patch("ingest.pipeline.prepare_files", partial(prepare_files, seconds=SECONDS))


def _peak() -> float:
    """The most memory this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
