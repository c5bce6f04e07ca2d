"""What a reader makes of a file: text, the blocks a person sees in it, and what its format states."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

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
        self._pages: list[int] = []  # for each page, how many blocks came before it
        self.blocks: list[Block] = []

    def add(self, text: str, kind: BlockKind) -> None:
        """Append a block; text of nothing but spaces is passed over."""
        text = re.sub(r"[ \t\f\v]+", " ", text).strip()
        if not text:
            return
        if self._parts:
            self._parts.append("\n\n")
            self._length += 2
        self.blocks.append(Block(self._length, self._length + len(text), kind))
        self._parts.append(text)
        self._length += len(text)

    def new_page(self) -> None:
        """The next block begins a page."""
        self._pages.append(len(self.blocks))

    def reading(self, stated: dict[str, str]) -> Reading:
        starts = [*(block.start for block in self.blocks), self._length]
        pages = tuple(0 if number == 0 else starts[block] for number, block in enumerate(self._pages))
        return Reading("".join(self._parts), tuple(self.blocks), stated, pages)
