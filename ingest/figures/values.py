"""What a figure of a report is."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from ingest.text.periods import Period

NATIONWIDE = "nationwide"
"""The place of a figure that is the whole country's."""

Sense = Literal["about", "under", "over"]
Edge = Literal["", "low", "high"]


@dataclass(frozen=True, slots=True)
class ReportedFigure:
    """A figure that a document gives. All offsets are code points of the document's text."""

    start: int
    end: int
    """Where it is written, `text[start:end]`: "3.2 million", "88 %"."""
    quote_start: int
    quote_end: int
    """The sentence or row of a table that gives it, `text[quote_start:quote_end]`."""
    written: str
    value: Decimal
    unit: str
    """As in `meaning.nouns.MEASURES` ("percent", "dong", "days"); "" for a count."""
    counted: str
    """What is counted or measured, as the text has it."""
    measure: str
    """Its key: the same for the same measure, whatever the report and, as far as the words are known, the language."""
    period: Period | None
    place: str | None
    """A name as `find_places` gives it, or NATIONWIDE; None where none is known."""
    language: str
    hedge: str = ""
    """As written, folded: "nearly"."""
    sense: Sense | None = None
    """What the hedge says of the true number: that it is about this one, somewhat under or over it."""
    edge: Edge = ""
    """Which end of a range it is."""
    change: bool = False
    """Whether it is by how much something rose or fell, and no level."""
    cumulative: bool = False
    """Whether it counts from some day on, "since 2013", over more than the period reported on."""
