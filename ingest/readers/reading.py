"""What a reader makes of a file: text, the blocks a person sees in it, and what its format states."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from ingest.documents import Block, BlockKind


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds: its text, the blocks a reader sees in it, and what its format states of it.

    `stated` may hold "title", "url", "published" (as written) and "language".
    """

    text: str
    blocks: tuple[Block, ...]
    stated: dict[str, str] = field(default_factory=dict)
    pages: tuple[int, ...] = ()
    """Where each page starts in the text, the first at 0; () for what has no pages."""


class TextBuilder:
    """Puts blocks one after the other, an empty line between, and remembers where each lies."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._pages: list[int] = []  # where each page starts
        self.blocks: list[Block] = []

    def add(self, text: str, kind: BlockKind) -> None:
        """Append a block; text of nothing but spaces is passed over."""
        self.add_over_pages((text,), kind)

    def add_over_pages(self, parts: Sequence[str], kind: BlockKind) -> None:
        """Append one block of which every part but the first begins a page.

        Parts are joined as they are, since a page may end within a word."""
        parts = [re.sub(r"[ \t\f\v]+", " ", part) for part in parts]
        joined = "".join(parts)
        text = joined.strip()
        start = self._next_start()
        cut = len(joined) - len(joined.lstrip())
        for end in list(accumulate(len(part) for part in parts))[:-1]:
            self._pages.append(start + min(max(end - cut, 0), len(text)))
        if not text:
            return
        if self._parts:
            self._parts.append("\n\n")
        self.blocks.append(Block(start, start + len(text), kind))
        self._parts.append(text)
        self._length = start + len(text)

    def new_page(self) -> None:
        """The next block begins a page."""
        self._pages.append(self._next_start())

    def reading(self, stated: dict[str, str]) -> Reading:
        pages = tuple(0 if number == 0 else min(start, self._length) for number, start in enumerate(self._pages))
        return Reading("".join(self._parts), tuple(self.blocks), stated, pages)

    def _next_start(self) -> int:
        return self._length + 2 if self._parts else 0


_NO_TITLE = re.compile(
    r"(?:microsoft (?:word|excel|powerpoint)\b.*|untitled.*|sans[- ]titre.*|no title|title|titre|document\s*\d*"
    r"|(?:powerpoint|pr[eé]sentation) ?.{0,12}|book\d*|classeur\s*\d*|slide\s*\d*|scan\w*|[\W\d_]*"
    r"|.*\.(?:docx?|odt|rtf|pdf|xlsx?|pptx?|indd|qxd|tex|dvi|pages|html?|txt|te?mp|tiff?|jpe?g))",
    re.IGNORECASE,
)


def plausible_title(title: str | None) -> str | None:
    """A title that a file's properties state, unless a program wrote it: a file name, "Untitled", "Document1"."""
    title = " ".join((title or "").split())
    return title if 3 <= len(title) <= 300 and not _NO_TITLE.fullmatch(title) else None


def title_and_language(title: str | None, language: str | None) -> dict[str, str]:
    """What an office file states, as far as it is plausible: `language` is "vi-VN" or "vi"."""
    stated = {"title": plausible} if (plausible := plausible_title(title)) else {}
    code = (language or "")[:2].lower()
    return {**stated, "language": code} if len(code) == 2 and code.isascii() and code.isalpha() else stated
