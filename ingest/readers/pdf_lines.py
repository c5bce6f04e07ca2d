"""The lines of a PDF's pages, as pypdf finds them: their words, where they stand and how large they are."""

from __future__ import annotations

import math
import re
import time
from typing import TYPE_CHECKING, Any

from ingest.errors import InputError
from ingest.readers.layout import Line
from ingest.readers.text import normalise

if TYPE_CHECKING:
    from pypdf import PageObject

_BOLD = re.compile(r"bold|black|heavy|demi|medi$|cmbx|cmb10|-bd", re.IGNORECASE)
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})


def lines_of(page: PageObject, number: int, deadline: float) -> list[Line]:
    """The lines of a page in the order they are drawn, which is nearly always the order they are read in."""
    if _lacks_contents(page):
        raise InputError(f"damaged: the text of page {number + 1} is gone; get it anew from where it came")
    lines: list[Line] = []
    pieces: list[tuple[str, float, float, float, bool]] = []

    def flush() -> None:
        text = clean("".join(piece[0] for piece in pieces))
        if text:
            _, x, y, _, _ = next(piece for piece in pieces if piece[0].strip())
            letters = [piece for piece in pieces for _ in piece[0].strip()]
            size = sorted(piece[3] for piece in letters)[len(letters) // 2]
            lines.append(Line(text, number, x, y, size, all(piece[4] for piece in letters)))
        pieces.clear()

    def watch(*_: object) -> None:
        if time.monotonic() > deadline:
            raise InputError(f"takes too long to read at page {number + 1}; print it to a new PDF, or leave that out")

    def see(text: str, page_matrix: list[float], text_matrix: list[float], font: Any, size: float) -> None:
        for part in re.split(r"(\n)", text):
            if part == "\n":
                flush()
            elif part:
                name = str(font.get("/BaseFont", "")) if isinstance(font, dict) else ""
                pieces.append((part, *_place(page_matrix, text_matrix, size), bool(_BOLD.search(name))))

    page.extract_text(visitor_text=see, visitor_operand_before=watch)
    flush()
    return lines


def _place(outer: list[float], inner: list[float], size: float) -> tuple[float, float, float]:
    """Where text starts along its line, how high the line stands, and how large its letters are, in points, as
    seen by who holds the page so that this text is upright."""
    a, b, c, d, e, f = (
        inner[0] * outer[0] + inner[1] * outer[2],
        inner[0] * outer[1] + inner[1] * outer[3],
        inner[2] * outer[0] + inner[3] * outer[2],
        inner[2] * outer[1] + inner[3] * outer[3],
        inner[4] * outer[0] + inner[5] * outer[2] + outer[4],
        inner[4] * outer[1] + inner[5] * outer[3] + outer[5],
    )
    along, up = math.hypot(a, b) or 1.0, math.hypot(c, d) or 1.0
    return (a * e + b * f) / along, (c * e + d * f) / up, abs(size) * up


def clean(text: str) -> str:
    """A line's words, ligatures as their letters; a soft hyphen only at the end, where it breaks a word."""
    # A pair of surrogates is one character that the file spells as two; one alone is none.
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return " ".join(re.sub(r"\u00ad(?!\s*$)", "", normalise(whole.translate(_LIGATURES))).split())


def _lacks_contents(page: PageObject) -> bool:
    from pypdf.generic import ArrayObject, NullObject

    if "/Contents" not in page:
        return False
    contents = page["/Contents"]
    parts = [part.get_object() for part in contents] if isinstance(contents, ArrayObject) else [contents]
    return any(part is None or isinstance(part, NullObject) for part in parts)
