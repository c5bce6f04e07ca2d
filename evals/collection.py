"""Given passages as a library: each a document of its own, with nothing known of it but its language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from ingest.documents import Block, Description, Document, Entry, content_id
from ingest.embedding import embed
from ingest.engine import Engine
from ingest.library import Library
from ingest.split import split
from ingest.text.language import detect_language


def build_library(passages: Mapping[str, str], engine: Engine, folder: Path) -> Library:
    """A library with one document a passage; its source is the passage's id. A folder made before is reused."""
    library = Library(folder, engine)
    done = {document.source for document in library.documents()}
    for name, text in passages.items():
        if name not in done:
            document = _document(name, text)
            parts = split(document)
            vectors, sentences = embed(engine, parts)
            library.put([Entry(document, name, parts, vectors, sentences)])
    return library


def _document(name: str, text: str) -> Document:
    """A passage of a set as a document: no title, no furniture, nothing known but its language."""
    text = re.sub(r"\s+", " ", text).strip()
    return Document(
        id=content_id("d", name, text),
        path=name,
        source=name,
        text=text,
        blocks=(Block(0, len(text)),),
        description=Description(title=text[:40], language=detect_language(text)),
    )
