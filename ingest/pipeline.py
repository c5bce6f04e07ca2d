"""The story of ingestion: file → documents → passages → vectors → library."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ingest import likeness
from ingest.ahead import ahead
from ingest.documents import Document, Entry, Finished, Int8Array
from ingest.embedding import SLICE, embed
from ingest.figures.take import figures_of_document
from ingest.files import Source, find_files, gone, is_unchanged, printable
from ingest.library import Library
from ingest.placing import Item, Placing
from ingest.prepare import RECIPE, Prepared
from ingest.report import FileOutcome, IngestReport, OnProgress, Reporter
from ingest.split import split_counted
from ingest.workers import prepare_files

STORED_TOGETHER = 512
"""Passages written in one go: Chroma and tantivy take as long over ten as over a hundred."""


def ingest(
    library: Library,
    given: Iterable[str | Path],
    progress: OnProgress | None = None,
    *,
    prune: bool = False,
    stop: threading.Event | None = None,
) -> IngestReport:
    """Read files, folders and web pages into the library. A bad file is named in the report and the rest goes on.

    Only what changed is read. Files that are gone are reported, and with `prune` their documents are taken out.
    `stop`, once set, ends the run after what is being written; the next one goes on from there.
    """
    with library.one_run():
        given = list(given)
        found = list(find_files(given))
        stamps = library.stamps()
        files = [item for item in found if isinstance(item, Source)]
        changed = [file for file in files if not is_unchanged(file, stamps.get(file.name), RECIPE)]
        reporter = Reporter(len(found), sum(file.size for file in changed), progress)
        _report_unread(library, reporter, found, changed)

        placing, again = Placing(library, reporter), dict[str, None]()
        prepared = prepare_files(((file, stamps.get(file.name)) for file in changed), library.passage_tokens)
        for batch in ahead(_batches(_embedded(library, placing.placed(prepared, stop), reporter))):
            heirs, going = library.heirs(batch.entries, batch.finished)
            put_anew(library, _held(library, heirs), Reporter(0, 0, None), without=going)
            again.update(dict.fromkeys(heirs))
            library.put(batch.entries, batch.finished)
            placing.stored(batch.entries)
            _report_stored(reporter, batch)

        # Copies of what changed may be copies of what it became.
        again.update(dict.fromkeys(library.orphans()))
        put_anew(library, _held(library, again), Reporter(0, 0, None), without=frozenset(again))
        _report_gone(library, reporter, gone(library.files(), given), prune)
        return reporter.finish()


def remove(library: Library, document_id: str) -> bool:
    """Take a document out; whether it was there. Documents that repeat it get passages of their own first."""
    heirs = library.copies_of(document_id)
    put_anew(library, _held(library, heirs), Reporter(0, 0, None), without=frozenset([document_id]))
    return library.remove([document_id]) > 0


# -- embedding ---------------------------------------------------------------------------------------------


def _embedded(library: Library, items: Iterable[Item], reporter: Reporter) -> Iterator[Item]:
    """The items in order, their passages embedded, some SLICE at a time across documents."""
    waiting: list[Item] = []
    count = 0
    for item in items:
        waiting.append(item)
        count += len(item.entry.passages) if item.entry else 0
        if count >= SLICE or len(waiting) >= 8 * SLICE:
            yield from _embed_all(library, waiting, reporter)
            waiting, count = [], 0
    yield from _embed_all(library, waiting, reporter)


def _embed_all(library: Library, items: Sequence[Item], reporter: Reporter) -> Iterator[Item]:
    passages = [passage for item in items if item.entry for passage in item.entry.passages]
    each = [item.size / len(item.entry.passages) for item in items if item.entry for _ in item.entry.passages]
    vectors, sentences = [np.empty((0, library.engine.dimensions), np.float32)], list[Int8Array]()
    for start in range(0, len(passages), SLICE):
        some = passages[start : start + SLICE]
        made, of_sentences = embed(library.engine, some)
        vectors.append(made)
        sentences += of_sentences
        reporter.embedded(len(some), sum(each[start : start + SLICE]))
    together = np.concatenate(vectors)
    done = 0
    for item in items:
        if item.entry and item.entry.passages:
            end = done + len(item.entry.passages)
            item.entry = replace(item.entry, vectors=together[done:end], sentences=sentences[done:end])
            item.size, done = 0, end
        yield item


# -- storing -----------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Batch:
    items: list[Item]

    @property
    def entries(self) -> list[Entry]:
        return [item.entry for item in self.items if item.entry]

    @property
    def finished(self) -> list[Finished]:
        return [item.finished for item in self.items if item.finished]


def _batches(items: Iterable[Item]) -> Iterator[_Batch]:
    """The items in batches of about STORED_TOGETHER passages. A path comes only once in a batch."""
    batch: list[Item] = []
    count = 0
    for item in items:
        batch.append(item)
        count += len(item.entry.passages) if item.entry else 0
        if count >= STORED_TOGETHER or len(batch) >= 4 * STORED_TOGETHER:
            yield _Batch(batch)
            batch, count = [], 0
    if batch:
        yield _Batch(batch)


def put_anew(
    library: Library,
    documents: Iterable[tuple[Document, str]],
    reporter: Reporter,
    without: frozenset[str] = frozenset(),
) -> None:
    """Split, place and embed documents from the text they have in the catalog; each comes with its file. Those in
    `without` are not what another repeats, before they have been put anew themselves."""
    placing = Placing(library, reporter)

    def items() -> Iterator[Item]:
        waiting = set(without)
        for document, file in documents:
            prepared = _prepared(document, library.passage_tokens)
            yield placing.item(Source(file, file), prepared, "updated", frozenset(waiting))
            waiting.discard(document.id)

    for batch in ahead(_batches(_embedded(library, items(), reporter))):
        library.put(batch.entries)
        placing.stored(batch.entries)


def _prepared(document: Document, passage_tokens: int) -> Prepared:
    counted = split_counted(document, passage_tokens)
    passages, tokens = tuple(p for p, _ in counted), tuple(n for _, n in counted)
    keys = likeness.keys(likeness.shingles(likeness.own_text(document)))
    figures = figures_of_document(document, passages)
    return Prepared(document, passages, keys, likeness.facts(document), figures, tokens, len(document.text))


def _held(library: Library, ids: Iterable[str]) -> Iterator[tuple[Document, str]]:
    for id_ in ids:
        document, file = library.document(id_), library.file_of(id_)
        if document and file:
            yield document, file


# -- reporting ---------------------------------------------------------------------------------------------


def _report_unread(
    library: Library, reporter: Reporter, found: Sequence[Source | FileOutcome], changed: Sequence[Source]
) -> None:
    """What needs no reading: the unchanged, and what cannot be read."""
    to_read = {file.name for file in changed}
    for item in found:
        if isinstance(item, FileOutcome):
            reporter.done(0)
            reporter.outcome(item)
        elif item.name not in to_read:
            reporter.done(0)
            id_ = next(iter(library.ids_in(item.name)), None)
            reporter.outcome(FileOutcome(printable(item.given), "unchanged", id_))


def _report_stored(reporter: Reporter, batch: _Batch) -> None:
    for item in batch.items:
        reporter.report.tokens += item.tokens
        reporter.done(item.size, whole=item.finished is not None)
        if item.outcome:
            reporter.outcome(item.outcome, within=item.finished is None)


def _report_gone(library: Library, reporter: Reporter, files: Sequence[str], prune: bool) -> None:
    for file in files:
        name = printable(file)
        if not prune:
            reporter.outcome(FileOutcome(name, "missing", message=f"{name}: gone from the disk; --prune takes it out"))
            continue
        for id_ in library.ids_in(file):
            remove(library, id_)
        library.forget_file(file)
        reporter.outcome(FileOutcome(name, "removed"))
