"""A page's tree → its pieces: the stretches of text that a reader sees apart, and its tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.documents import BlockKind
from ingest.readers.html_tree import Node
from ingest.readers.rows import cell_text, is_layout, looks_like_heading
from ingest.readers.text import normalise

UNSEEN = frozenset(
    "script style noscript template head svg iframe object select option datalist audio video canvas textarea".split()
)
_BLOCKS = frozenset(
    "#page html body address article aside blockquote br button caption center dd details dialog dir div dl dt fieldset"
    " figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main menu nav ol p pre search section"
    " summary table tbody td tfoot th thead tr ul".split()
)
_ITEMS = frozenset(("li", "dd", "dt"))


@dataclass(slots=True, eq=False)
class Piece:
    """A stretch of text, or a table where it has rows. `node` is the element whose own text it is."""

    text: str
    kind: BlockKind
    node: Node
    linked: int = 0
    """Code points of the text that are links."""
    rows: Sequence[Sequence[str]] = ()
    header: bool | None = None
    """Whether the first row names the columns; None where the markup does not say."""

    @property
    def is_prose(self) -> bool:
        """Whether it reads as sentences, which menus and lists of links do not."""
        return len(self.text) >= 80 and 2 * self.linked < len(self.text) and bool(_SENTENCE.search(self.text))

    @property
    def tells(self) -> bool:
        """Whether it is of the kind that reports are made of: sentences, or a table that is not one of links."""
        return self.is_prose or (bool(self.rows) and 2 * self.linked < len(self.text))


_SENTENCE = re.compile(r"[.!?…:;。！？](?:[\s\"'”’»)\]]|$)")


def pieces_of(page: Node) -> list[Piece]:
    """The page's pieces in order. No word that a reader sees is left out."""
    found: list[Piece] = []
    line: list[str] = []
    linked = 0

    def flush(block: Node, kind: BlockKind) -> None:
        nonlocal linked
        if text := " ".join(normalise("".join(line)).split()):
            found.append(Piece(text, kind, block, linked))
        line.clear()
        linked = 0

    # A list of our own, as pages nest deeper than Python calls do: what is left of each open element, the block it is
    # in and that block's kind, whether it is that block, and whether it is in a link.
    waiting: list[tuple[Iterator[Node | str], Node, BlockKind, bool, bool]] = [
        (iter(page.children), page, "paragraph", True, False)
    ]
    while waiting:
        children, block, kind, is_block, in_link = waiting[-1]
        child = next(children, None)
        if child is None:
            waiting.pop()
            if is_block:
                flush(block, kind)
        elif isinstance(child, str):
            line.append(child)
            linked += len(child.strip()) if in_link else 0
        elif child.tag in UNSEEN:
            continue
        elif child.tag not in _BLOCKS:
            waiting.append((iter(child.children), block, kind, False, in_link or child.tag == "a"))
        else:
            flush(block, kind)
            if child.tag == "table" and (table := _table(child)):
                found += table
            else:
                waiting.append((iter(child.children), child, _kind(child, kind), True, in_link))
    return found


def _kind(node: Node, around: BlockKind) -> BlockKind:
    if re.fullmatch(r"h[1-6]", node.tag) or (around == "heading" and node.tag == "div"):
        return "heading"
    return "item" if node.tag in _ITEMS or (around == "item" and node.tag not in ("td", "th")) else "paragraph"


# -- tables --------------------------------------------------------------------------------------------------

_LAYOUT = frozenset("table h1 h2 h3 h4 h5 h6 article section form nav footer header main hr".split())
MAX_SPAN = 100


def _table(table: Node) -> list[Piece]:
    """The table's caption and its rows; [] for one that only lays out the page."""
    inside = list(table.walk())[1:]
    if table.get("role") in ("presentation", "none") or any(node.tag in _LAYOUT for node in inside):
        return []
    rows = _grid([node for node in inside if node.tag == "tr"])
    texts = [node.text(UNSEEN) for node in inside if node.tag in ("td", "th", "caption")]
    if (
        len(rows) < 2
        or is_layout(rows)
        or any(map(_is_column, inside))
        or _letters(" ".join(texts)) != _letters(table.text(UNSEEN))
    ):
        return []
    captions = [
        Piece(text, "heading" if looks_like_heading(text) else "paragraph", node)
        for node in inside
        if node.tag == "caption" and (text := cell_text(node.text(UNSEEN)))
    ]
    text = "\n".join(" | ".join(filter(None, row)) for row in rows)
    linked = sum(len(node.text()) for node in inside if node.tag == "a")
    return [*captions, Piece(text, "table", table, linked, rows, _has_header(inside))]


def _is_column(node: Node) -> bool:
    """Whether a cell holds paragraphs as a page does, and not a value."""
    if node.tag not in ("td", "th") or sum(inside.tag in ("p", "div", "li", "br") for inside in node.walk()) < 2:
        return False
    return len(node.text(UNSEEN)) > 250


def _letters(text: str) -> int:
    return len(text) - text.count(" ")


def _grid(rows: Sequence[Node]) -> list[list[str]]:
    """The cells' texts. A cell that spans rows is in each of them, one that spans columns in its first."""
    grid: list[list[str]] = []
    spanning: dict[int, tuple[int, str]] = {}  # by column: for how many rows yet, and the text
    for row in rows:
        line = {column: text for column, (_, text) in spanning.items()}
        spanning = {column: (left - 1, text) for column, (left, text) in spanning.items() if left > 1}
        column = 0
        for cell in row.children:
            if not isinstance(cell, Node):
                continue
            while column in line:
                column += 1
            text, width, height = cell_text(cell.text(UNSEEN)), _span(cell, "colspan"), _span(cell, "rowspan")
            if height > 1:
                spanning[column] = (height - 1, text)
            line |= {column: text} | {column + more: "" for more in range(1, width)}
            column += width
        if any(line.values()):
            grid.append([line.get(column, "") for column in range(max(line) + 1)])
    return grid


def _span(cell: Node, name: str) -> int:
    stated = cell.get(name).strip()
    return max(1, min(int(stated), MAX_SPAN)) if stated.isdecimal() else 1


def _has_header(inside: Sequence[Node]) -> bool | None:
    """Whether the first row of more than one cell is one; None where no cell is marked as a header."""
    if not any(node.tag == "th" for node in inside):
        return True if any(node.tag == "thead" for node in inside) else None
    for row in inside:
        cells = [cell for cell in row.children if isinstance(cell, Node) and cell.text()] if row.tag == "tr" else []
        if len(cells) > 1:
            return all(cell.tag == "th" for cell in cells) or (row.parent is not None and row.parent.tag == "thead")
    return None
