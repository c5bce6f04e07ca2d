"""The values that flow through ingestion: file → Document → Passage.

All offsets are code points into `Document.text`, half open: `text[start:end]`. The text is kept
whole; cleaning only marks spans in it, so an offset found anywhere later leads back to the words.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from ingest.figures.values import ReportedFigure
from ingest.text.periods import Period

FloatArray: TypeAlias = npt.NDArray[np.float32]
Int8Array: TypeAlias = npt.NDArray[np.int8]

BlockKind = Literal["heading", "paragraph", "item", "table", "furniture"]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a document's text, `text[start:end]`, in code points."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Block(Span):
    """A paragraph-like stretch of the text. Furniture is what surrounds the report and never becomes a
    passage: captions, bylines, share lines, "Source: …", navigation."""

    kind: BlockKind = "paragraph"


@dataclass(frozen=True, slots=True)
class Person:
    """Someone a report names: the fullest form of the name, and the roles the report gives, as written."""

    name: str
    roles: tuple[str, ...]
    start: int
    """Where the report first names them, in code points of its text."""


@dataclass(frozen=True, slots=True)
class Organisation:
    """A body a report names: one name for all its aliases, and the aliases as written."""

    name: str
    aliases: tuple[str, ...]
    start: int
    """Where the report first names it, in code points of its text."""


@dataclass(frozen=True, slots=True)
class Description:
    """What is known of a document, and how.

    `known` says for each filled field how it is known, in words: "stated: …" or "inferred: …".
    """

    title: str
    language: str
    url: str | None = None
    published: date | None = None
    event_date: date | None = None
    period: Period | None = None
    places: tuple[str, ...] = ()
    organisations: tuple[Organisation, ...] = ()
    people: tuple[Person, ...] = ()
    known: Mapping[str, str] = field(default_factory=dict)

    @property
    def day(self) -> date | None:
        """The day it tells of: its event's, else its publication's, else the last of the period it covers."""
        return self.event_date or self.published or (self.period.end if self.period else None)


@dataclass(frozen=True, slots=True)
class Document:
    """One report: its text, kept whole, and what is known of it."""

    id: str
    path: str
    """Where it was read from (absolute): the identity by which a changed file replaces its old version."""
    source: str
    """Short name shown to readers: folder and file."""
    text: str
    blocks: tuple[Block, ...]
    description: Description
    pages: tuple[int, ...] = ()
    """Where each page starts in the text; () for what has no pages."""

    def page_at(self, offset: int) -> int | None:
        """The number, from 1, of the page an offset lies on; None for what has no pages."""
        return bisect_right(self.pages, offset) or None


@dataclass(frozen=True, slots=True)
class Summary:
    """A document without its text: what lists, filters and refusals look at."""

    id: str
    path: str
    source: str
    description: Description
    characters: int
    copy_of: str | None = None
    """The document this one repeats: its passages are found there, and only what differs here."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences of one document: what is embedded, searched and cited.

    `text == document.text[start:end]`; `sentences` are spans in the document, not in the passage, and a very long
    sentence is there as its clauses.
    `heading` (title, period, place) is embedded with the text and never quoted.
    """

    id: str
    document_id: str
    ordinal: int
    start: int
    end: int
    text: str
    sentences: tuple[Span, ...]
    heading: str
    language: str
    periods: tuple[Period, ...] = ()
    """Periods the passage itself names; where it names none, its document's period holds."""
    places: tuple[str, ...] = ()
    """Places the passage itself names."""

    def sentence_text(self, sentence: Span) -> str:
        """The words of one of the passage's sentences, verbatim."""
        return self.text[sentence.start - self.start : sentence.end - self.start]


@dataclass(frozen=True, slots=True)
class Stamp:
    """A file as it was when it was last read whole: by it a re-run knows, without reading, that nothing changed."""

    path: str
    size: int
    mtime_ns: int
    """-1 where the time tells nothing: the file was changed as it was read, or is a web page."""
    digest: str
    """Of its bytes; of a web page, its ETag."""
    recipe: str
    """The release of the reading code."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A document ready to be stored: of its passages those that are searched, with their vectors."""

    document: Document
    file: str
    """The file it lies in: its own path, or the archive's."""
    passages: Sequence[Passage]
    vectors: FloatArray
    """(passages, dimensions), unit rows."""
    sentences: Sequence[Int8Array]
    """For each passage, (sentences, dimensions)."""
    keys: tuple[int, ...] = ()
    """By which documents of nearly the same words are found (`likeness.keys`)."""
    facts: frozenset[str] = frozenset()
    """By which documents of the same event are found (`likeness.facts`)."""
    copy_of: str | None = None
    same_event: tuple[str, ...] = ()
    """Other documents that report the same event."""
    figures: Sequence[ReportedFigure] = ()
    """What its passages give."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A file that was read to its end: what of it was seen stays, whatever else came from it goes."""

    file: str
    seen: frozenset[str]
    """Paths of the documents in it."""
    stamp: Stamp | None
    """None where a part of it failed: the next run tries again, and until then nothing goes."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What filters ask for, checked and folded; None is any. A document passes that meets each of them."""

    documents: tuple[str, ...] | None = None
    """Ids."""
    languages: tuple[str, ...] | None = None
    """Codes, of passages."""
    periods: tuple[Period, ...] | None = None
    """In one of which the period lies that a document covers."""
    places: tuple[str, ...] | None = None
    """Keys, as `fold_place` makes them."""
    sources: tuple[str, ...] | None = None
    """Folded parts of names."""
    days: tuple[date, date] | None = None
    """From the first to the last, both included, of which one is the day a document tells of."""

    @property
    def of_documents(self) -> bool:
        """Whether it asks for anything but a language."""
        return any(getattr(self, name) is not None for name in self.__slots__ if name != "languages")


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a search may look: in these documents, in passages of these languages; None is everywhere."""

    documents: frozenset[int] | None = None
    """By the numbers the catalog gives them; a number is never given twice."""
    languages: tuple[str, ...] | None = None

    @property
    def empty(self) -> bool:
        """Whether there is nowhere to look."""
        return self.documents == frozenset() or self.languages == ()

    def holds(self, document: int, language: str) -> bool:
        """Whether a passage of a document, in a language, lies in it."""
        return (self.documents is None or document in self.documents) and (
            self.languages is None or language in self.languages
        )


@dataclass(frozen=True, slots=True)
class Scored:
    """A passage id and its score in one list of results; higher is nearer."""

    passage_id: str
    score: float


def content_id(prefix: str, *parts: str) -> str:
    """A deterministic id: the prefix and 16 hex digits of SHA-256 over the parts.

    The same source and content always give the same id, so a re-run finds what it made before.
    """
    digest = hashlib.sha256("\x00".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
    return f"{prefix}{digest[:16]}"
