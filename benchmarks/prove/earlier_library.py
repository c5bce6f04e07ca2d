"""Libraries that earlier releases wrote: opened as they are, or made anew from their own texts; and gone on with.

`earlier/format-N.tar.xz` are small libraries over three of the sample reports, made by this project's code as it was
when the catalog had that format. Before a release that changes the format, add one.
"""

from __future__ import annotations

import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

from assistant import Assistant
from benchmarks.prove.holdings import astray, half, not_verbatim
from benchmarks.prove.row import Row, Scale, Tally
from ingest.engine import open_engine
from ingest.errors import LibraryError
from ingest.rebuild import rebuild
from ingest.store.catalog import FORMAT

EARLIER = sorted((Path(__file__).parent / "earlier").glob("format-*.tar.xz"))
CORPUS = Path(__file__).parents[2] / "corpus"
QUESTION = "How many new corruption cases were opened in 2024, and against how many defendants?"
FIGURES = ("848", "1,884")
DOCUMENTS = 3


def prove(scale: Scale) -> Iterator[Row]:
    """One row; a trial is a library."""
    del scale
    tally = Tally("libraries of earlier releases")
    for packed in EARLIER:
        with tempfile.TemporaryDirectory(prefix="prove-earlier-") as folder:
            tally.count(*gone_on_with(packed, Path(folder) / "data"))
    yield tally.row(", ".join(path.name.partition(".")[0].replace("-", " ") for path in EARLIER))


def gone_on_with(packed: Path, data: Path) -> tuple[int, str]:
    """Open an earlier library, ask it, read another report into it; what was lost, and what went wrong."""
    with tarfile.open(packed) as archive:
        archive.extractall(data, filter="data")
    engine = open_engine()
    try:
        opened = Assistant.open(data, engine=engine)
    except LibraryError as exc:
        if packed.name.startswith(f"format-{FORMAT}") or "--rebuild" not in str(exc):
            return DOCUMENTS, str(exc)
        rebuild(data, engine)  # the way it names
        opened = Assistant.open(data, engine=engine)
    with opened as assistant:
        before = {document.id for document in assistant.documents()}
        lost = DOCUMENTS - len(before) + half(assistant.library)
        answer = assistant.ask(QUESTION)
        lost += astray(answer, assistant) + not_verbatim(answer)
        lost += sum(figure not in answer.answer for figure in FIGURES)
        report = assistant.ingest(CORPUS / "so-ket-6-thang-2024-quang-tri.txt")
        after = {document.id for document in assistant.documents()}
        lost += len(before - after) + half(assistant.library)
        return lost, "" if report.count("added") == 1 and len(after) == DOCUMENTS + 1 else "nothing can be added to it"
