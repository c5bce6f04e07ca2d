"""What of a page is the report, and what stands around it: menus, sidebars, related reports, banners, comments.

Nothing is decided by one sign: what holds most of the page's sentences is the report, whatever it is called.
"""

from __future__ import annotations

import logging
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import islice

from ingest.readers.html_pieces import Piece
from ingest.readers.html_signs import TAGS, is_hidden, signs_of
from ingest.readers.html_tree import Node

# These name lines about the report as well as parts of it: only a short line is furniture by them.
_LINE_NAMES = re.compile(
    r"(?:^|[\s_-])(?:by|date|time|datetime|meta|published|updated|posted|ngay|tac-?gia|auteur|publie)(?:$|[\s_-])",
    re.IGNORECASE,
)


def mark_by_tag(page: Node, pieces: Sequence[Piece]) -> None:
    """Mark as furniture what the markup itself says is none of the text."""
    _mark_in(page, pieces, {node for node in page.walk() if node.tag in TAGS or is_hidden(node)})


def mark_around_report(page: Node, pieces: Sequence[Piece], markup: str) -> None:
    """Mark as furniture what is not the report of a whole page."""
    _mark_in(page, pieces, _named(page, pieces))
    report = _article(page, pieces)
    if report is not None:
        within = set(report.walk())
        for piece in pieces:
            if piece.node not in within:
                piece.kind = "furniture"
    elif _is_work_for_it(page, markup) and (extracted := _extracted(markup)):
        _mark_not_in(extracted, page, pieces)
    _mark_lines(pieces)
    _mark_bare_headings(pieces)


def _mark_in(page: Node, pieces: Sequence[Piece], marked: set[Node]) -> None:
    for node in page.walk():
        if node.parent in marked:
            marked.add(node)
    for piece in pieces:
        if piece.node in marked:
            piece.kind = "furniture"


# -- by what elements are called ---------------------------------------------------------------------------------


def _named(page: Node, pieces: Sequence[Piece]) -> set[Node]:
    """The elements that a tag, role, class or id says are furniture.

    A sign that would take half of the page's sentences with it means something else there: a form around the whole
    page, the comments that a forum consists of.
    """
    weights = _weights(page, pieces) if any(piece.tells for piece in pieces) else _lengths(page, pieces)
    half = weights[page] / 2
    by_sign: dict[str, list[Node]] = defaultdict(list)
    for node in page.walk():
        for sign in signs_of(node):
            if weights[node] <= half:
                by_sign[sign].append(node)
    marked: set[Node] = set()
    for nodes in by_sign.values():
        same = set(nodes)
        outer = [node for node in nodes if not any(around in same for around in node.ancestors())]
        if sum(weights[node] for node in outer) <= half:
            marked |= same
    return marked


def _weights(page: Node, pieces: Iterable[Piece]) -> dict[Node, int]:
    """For each element, the characters of sentences and tables in it."""
    return _lengths(page, (piece for piece in pieces if piece.tells))


def _lengths(page: Node, pieces: Iterable[Piece]) -> dict[Node, int]:
    lengths: dict[Node, int] = defaultdict(int)
    for piece in pieces:
        lengths[piece.node] += len(piece.text)
    for node in reversed(list(page.walk())):
        if node.parent is not None:
            lengths[node.parent] += lengths[node]
    return lengths


# -- by where the sentences are ----------------------------------------------------------------------------------


def _article(page: Node, pieces: Sequence[Piece]) -> Node | None:
    """The element that the markup calls the article, where it holds nearly all the page's sentences."""
    weights = _weights(page, (piece for piece in pieces if piece.kind != "furniture"))
    for tag in ("article", "main"):
        found = [node for node in page.walk() if tag in (node.tag, node.get("role").lower())]
        best = max(found, key=lambda node: weights[node], default=None)
        if best is not None and (weights[best] >= 0.8 * weights[page] or (len(found) == 1 and not weights[page])):
            return best
    return None


def _extracted(markup: str) -> str:
    """What trafilatura takes for the page's text; "" where it finds none."""
    from trafilatura import bare_extraction  # 0.4 s

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it warns of each page it finds nothing in
    try:
        found = bare_extraction(markup, favor_recall=True, include_comments=False, include_tables=True)
    except (RecursionError, ValueError, TypeError, AttributeError, IndexError, KeyError):
        return ""
    return str(getattr(found, "text", "") or "")


def _is_work_for_it(page: Node, markup: str) -> bool:
    """Whether the extraction's time is bounded: it grows with the square of some of these. Real pages stay far
    below them."""
    if len(markup) > 2_000_000:
        return False
    elements = list(page.walk())
    return len(elements) <= 8_000 and max(len(node.attributes) for node in elements) <= 500


def _mark_not_in(extracted: str, page: Node, pieces: Sequence[Piece]) -> None:
    """Mark what was not extracted, but for sentences and tables that stand among those that were, and the title;
    where the extraction holds little of the page's sentences, nothing."""
    squeezed = "".join(extracted.split())
    lines = {"".join(line.split()) for line in extracted.splitlines()}
    open_pieces = [piece for piece in pieces if piece.kind != "furniture"]
    kept = [piece for piece in open_pieces if _is_in(piece.text, squeezed, lines)]
    told, extracted_of_it = (sum(len(piece.text) for piece in some if piece.tells) for some in (open_pieces, kept))
    if extracted_of_it < 0.25 * told:
        return
    places = {place for piece in kept if piece.is_prose for place in (piece.node, piece.node.parent)}
    title = "".join(node.text() for node in page.walk() if node.tag == "title")
    for piece in set(open_pieces) - set(kept):
        is_title = piece.kind == "heading" and len(piece.text) >= 12 and piece.text in title
        if not is_title and (not _says_something(piece) or places.isdisjoint(_around(piece))):
            piece.kind = "furniture"


def _is_in(text: str, squeezed: str, lines: set[str]) -> bool:
    letters = "".join(text.split())
    if len(letters) < 12:
        return letters in lines
    if len(letters) < 120:
        return letters in squeezed
    probes = [letters[start : start + 40] for start in range(0, len(letters) - 39, max(40, len(letters) // 8))]
    return sum(probe in squeezed for probe in probes) >= len(probes) / 2


def _around(piece: Piece) -> list[Node]:
    """The elements in which the neighbours of a piece may stand: a table, an item and a paragraph each lie at a
    depth of their own in what they belong to."""
    around = [piece.node, *islice(piece.node.ancestors(), 3)]
    if piece.kind == "item":
        return around[1:3]
    return around[: 4 if piece.rows else 3 if piece.is_prose else 2]


def _says_something(piece: Piece) -> bool:
    if 2 * piece.linked >= len(piece.text):
        return False
    return piece.is_prose or piece.kind in ("item", "table", "heading") or bool(re.search(r"[.!?…:;]\W*$", piece.text))


def _mark_lines(pieces: Sequence[Piece]) -> None:
    """Mark lines that are only a link to something else, unless the page has nothing else, and lines that are called
    a date or an author."""
    has_report = any(piece.tells for piece in pieces if piece.kind != "furniture")
    for piece in pieces:
        if piece.kind not in ("paragraph", "item") or piece.is_prose:
            continue
        only_link = piece.linked >= 0.7 * len(piece.text) and not re.search(r"[.;]\W*$", piece.text)
        names = f"{piece.node.get('class')} {piece.node.get('id')}"
        if has_report and (only_link or (len(piece.text) <= 80 and _LINE_NAMES.search(names))):
            piece.kind = "furniture"


def _mark_bare_headings(pieces: Sequence[Piece]) -> None:
    """Mark headings under which only furniture stands. The first level is a title, whatever is under it."""
    bare, nothing = True, True  # of the heading below, and of the pieces between
    for piece in reversed(pieces):
        if piece.kind == "furniture":
            continue
        if piece.kind != "heading":
            nothing = False
            continue
        bare = nothing and bare and piece.node.tag != "h1"
        nothing = True
        if bare:
            piece.kind = "furniture"
