"""Making a library anew from the texts it holds: with another engine, another size of passages, or whole again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from ingest.documents import Document, Finished
from ingest.engine import Engine
from ingest.errors import InputError, LibraryBusy, LibraryError
from ingest.library import Library, made_otherwise
from ingest.pipeline import put_anew
from ingest.report import IngestReport, OnProgress, Reporter
from ingest.split import PASSAGE_TOKENS
from ingest.store.catalog import FORMAT, READABLE, Catalog
from ingest.store.owner import own
from ingest.store.swap import COMPLETE, FOLDER, finish_rebuild, mark_complete
from ingest.store.vector_index import VectorIndex


def rebuild(
    data_dir: Path,
    engine: Engine,
    progress: OnProgress | None = None,
    *,
    owner: str = "danchung",
    chroma_url: str | None = None,
    passage_tokens: int | None = None,
) -> IngestReport:
    """Split and embed every document again, from the catalog, and put the result in the place of the old indexes.

    The old library stays as it is until the new one is complete. A run that was interrupted is taken up again.
    Raises InputError where there is no library, LibraryBusy, LibraryError.
    """
    if not (data_dir / "catalog.sqlite3").exists() and not (data_dir / FOLDER / COMPLETE).exists():
        raise InputError(f"{data_dir}: no library to rebuild; danchung ingest FOLDER makes one")
    lock, _ = own(data_dir, 0.0, owner)
    try:
        finish_rebuild(data_dir)
        old = Catalog(data_dir / "catalog.sqlite3")
        made = old.settle(format=FORMAT)
        if made["format"] not in READABLE:
            raise LibraryError(f"{data_dir}: {made_otherwise(made['format'])}")
        new = _begin(data_dir / FOLDER, engine, chroma_url, passage_tokens or PASSAGE_TOKENS)
        ids = [id_ for id_ in old.document_ids() if new.document(id_) is None]
        reporter = Reporter(len(ids), 0, progress)
        put_anew(new, _held(old, ids), reporter)
        for stamp in old.stamps().values():
            paths = frozenset(d.path for id_ in old.ids_in(stamp.path) if (d := old.document(id_)))
            new.put([], [Finished(stamp.path, paths, stamp)])
        new.close()
        old.close()
        mark_complete(data_dir)
        finish_rebuild(data_dir)
        if chroma_url:
            VectorIndex(data_dir / "chroma", chroma_url, f"danchung-{made['id']}").drop()
        (data_dir / "owner.json").unlink(missing_ok=True)
        return reporter.finish()
    finally:
        lock.release()


def _begin(folder: Path, engine: Engine, chroma_url: str | None, passage_tokens: int) -> Library:
    """The library to build; one left by an interrupted run where it is of the same engine and size."""
    try:
        library = Library(folder, engine, chroma_url=chroma_url)
        if library.passage_tokens == passage_tokens:
            return library
        library.close()
    except LibraryBusy:
        raise
    except LibraryError:
        pass
    if chroma_url:
        made = Catalog(folder / "catalog.sqlite3").settle(id="")
        VectorIndex(folder / "chroma", chroma_url, f"danchung-{made['id']}").drop()
    shutil.rmtree(folder)
    return Library(folder, engine, chroma_url=chroma_url, passage_tokens=passage_tokens)


def _held(old: Catalog, ids: list[str]) -> Iterator[tuple[Document, str]]:
    for id_ in ids:
        document, file = old.document(id_), old.file_of(id_)
        if document and file:
            yield document, file
