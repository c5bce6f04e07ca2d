"""A document on its way into the library: what of it is new, what it repeats, what it reports with others."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ingest import likeness
from ingest.documents import Document, Entry, Finished, Passage
from ingest.figures.values import ReportedFigure
from ingest.files import Source, printable
from ingest.library import Library
from ingest.prepare import End, Prepared, Unchanged, Unread
from ingest.report import FileOutcome, Reporter, State


@dataclass(slots=True)
class Item:
    """A part of a file on its way into the library."""

    source: Source
    entry: Entry | None = None
    outcome: FileOutcome | None = None
    finished: Finished | None = None
    size: float = 0.0
    """Bytes of the file that are done with once this is."""
    tokens: int = 0


class Placing:
    """Finds for each document what it repeats and what it reports with others; those still on their way into the
    library are looked at too."""

    def __init__(self, library: Library, reporter: Reporter) -> None:
        self._library = library
        self._reporter = reporter
        self._coming: dict[str, tuple[Prepared, Entry]] = {}
        self._mutex = threading.Lock()

    def placed(
        self, parts: Iterable[tuple[Source, Prepared | Unread | Unchanged | End]], stop: threading.Event | None
    ) -> Iterator[Item]:
        """The parts of files, each document with only those passages that no other has."""
        seen: set[str] = set()
        size = 0.0
        for source, part in parts:
            if isinstance(part, Unread):
                yield Item(source, outcome=_unread(source, part))
            elif isinstance(part, Prepared):
                seen.add(part.document.path)
                size += part.size
                yield self._place(source, part)
            else:
                yield self._end(source, part, frozenset(seen), max(0.0, source.size - size))
                seen, size = set(), 0.0
                if stop and stop.is_set():
                    return

    def stored(self, entries: Iterable[Entry]) -> None:
        """These are now found in the library."""
        with self._mutex:
            for entry in entries:
                self._coming.pop(entry.document.id, None)

    def _end(self, source: Source, part: Unchanged | End, seen: frozenset[str], size: float) -> Item:
        if isinstance(part, End):
            return Item(source, finished=Finished(source.name, seen, part.stamp), size=size)
        ids = self._library.ids_in(source.name)  # its time changed, its bytes did not
        paths = frozenset(d.path for id_ in ids if (d := self._library.document(id_)))
        outcome = FileOutcome(printable(source.given), "unchanged", ids[0] if ids else None)
        return Item(source, outcome=outcome, finished=Finished(source.name, paths, part.stamp), size=size)

    def _place(self, source: Source, part: Prepared) -> Item:
        old = self._library.id_at(part.document.path)
        if old == part.document.id:
            return Item(source, outcome=_outcome(source, part.document, "unchanged"), size=part.size)
        return self.item(source, part, "updated" if old else "added")

    def item(self, source: Source, part: Prepared, state: State, without: frozenset[str] = frozenset()) -> Item:
        """The document on its way, with only the passages that no other has; `without` are about to go."""
        entry = self._entry(source.name, part, without)
        with self._mutex:
            self._coming[part.document.id] = part, entry
        kept = {passage.id for passage in entry.passages}
        self._reporter.repeated(len(part.passages) - len(kept))
        outcome = replace(_outcome(source, part.document, state), passages=len(kept), copy_of=entry.copy_of)
        tokens = sum(n for passage, n in zip(part.passages, part.tokens, strict=True) if passage.id in kept)
        return Item(source, entry, outcome, size=part.size, tokens=tokens)

    def _entry(self, file: str, part: Prepared, without: frozenset[str]) -> Entry:
        """The document as it will be stored, its vectors still to be made."""
        document = part.document
        original, passages = None, list(part.passages)
        for candidate, its_passages in self._alike(part, without):
            if likeness.is_copy(document, candidate):
                original = candidate.id
                passages = likeness.told_only_here(part.passages, its_passages)
                break
        return Entry(
            document, file, passages, np.empty((0, self._library.engine.dimensions), np.float32), (),
            part.keys, part.facts, original, self._same_event(part), told_in(part.figures, passages),
        )  # fmt: skip

    def _alike(self, part: Prepared, without: frozenset[str]) -> Iterator[tuple[Document, Sequence[Passage]]]:
        mine = part.document
        with self._mutex:
            coming = list(self._coming.values())
        skipped = {mine.id, *without, *(other.document.id for other, _ in coming)}  # what is coming has a newer place
        for id_ in self._library.alike(part.keys):
            document = self._library.document(id_)
            if document and id_ not in skipped and document.path != mine.path:
                yield document, self._library.passages_of(id_)
        for other, entry in coming:
            if entry.copy_of is None and other.document.path != mine.path and set(other.keys) & set(part.keys):
                yield other.document, other.passages

    def _same_event(self, part: Prepared) -> tuple[str, ...]:
        mine = part.document
        with self._mutex:
            others = [
                (o.document.id, o.document.path, o.document.description, o.facts) for o, _ in self._coming.values()
            ]
        for id_, facts in self._library.may_report_with(mine.description, part.facts).items():
            if summary := self._library.summary(id_):
                others.append((id_, summary.path, summary.description, facts))
        return tuple(
            dict.fromkeys(
                id_
                for id_, path, about, facts in others
                if path != mine.path and likeness.same_event(mine.description, part.facts, about, facts)
            )
        )


def told_in(figures: Sequence[ReportedFigure], passages: Sequence[Passage]) -> list[ReportedFigure]:
    """The figures that some of a document's passages give: of a copy, those that only it tells."""
    spans = [(passage.start, passage.end) for passage in passages]
    return [one for one in figures if any(start <= one.quote_start and one.quote_end <= end for start, end in spans)]


def _outcome(source: Source, document: Document, state: State) -> FileOutcome:
    return FileOutcome(_as_given(source, document.path), state, document.id, document.description.title)


def _unread(source: Source, part: Unread) -> FileOutcome:
    path = _as_given(source, part.path)
    message = part.message.replace(printable(source.name), printable(source.given), 1)
    return FileOutcome(path, "skipped" if part.skipped else "failed", message=message)


def _as_given(source: Source, path: str) -> str:
    """A path with its file named as the user named it."""
    return printable(path.replace(source.name, source.given, 1))
