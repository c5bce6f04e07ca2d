"""What is printed around the pages of a PDF: headers, footers, page numbers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from statistics import median

from ingest.readers.layout import GAP, Line, Usual

EDGE = 3
"""Lines at the top and at the bottom of a page that may be printed around it."""

_PAGE_NUMBER = re.compile(
    r"(?:page|trang|seite|p\.|pg\.?)\s*\d+(?:\s*(?:/|of|sur|de|trên|von)\s*\d+)?|[-–—]\s*\d+\s*[-–—]|[ivxl]{1,6}",
    re.IGNORECASE,
)

_CONTENTS = re.compile(r"(?:\.\s?){4}\s*(?:\d{1,4}|[ivxl]{1,6})$")
"""A line of a table of contents: "2 Letters . . . . . 14"."""


def running_lines(pages: Sequence[Sequence[Line]], usual: Usual) -> set[Line]:
    """The headers, footers and page numbers: lines at the edge of a page that are the same on three pages, or on
    half of them, and those that differ only in a number that counts the pages. A table of contents with them."""
    needed = max(2, min(3, -(-len(pages) // 2)))
    found, same, alike = set[Line](), defaultdict[str, list[Line]](list), defaultdict[str, list[Line]](list)
    for line in (line for lines in pages for edge in _edges(lines) for line in edge[:EDGE]):
        if _PAGE_NUMBER.fullmatch(line.text) and (line.text.islower() or not line.text.isalpha()):
            found.add(line)
        same[line.text.casefold()].append(line)
        alike[re.sub(r"\d+", "#", line.text.casefold())].append(line)
    for group in same.values():
        if len({line.page for line in group}) >= needed:
            size = median(line.size for line in group)
            found.update(line for line in group if line.size <= 1.15 * size)  # a title is also a running header
    for group in alike.values():
        found.update(_counting(group, needed, usual))
    apart = {line for lines in pages for edge in _edges(lines) for line in _set_apart(edge, found, usual)}
    return apart | {line for lines in pages for line in lines if _CONTENTS.search(line.text[-40:])}


def _edges(lines: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """The lines of a page from its top down, and from its bottom up."""
    down = sorted(lines, key=lambda line: -line.y)
    return down, down[::-1]


def _set_apart(edge: Sequence[Line], found: set[Line], usual: Usual) -> Sequence[Line]:
    """The lines of an edge that are printed around the page: those found, up to the first gap before the text."""
    count = next((at for at, line in enumerate(edge[:EDGE]) if line not in found), len(edge[:EDGE]))
    while 0 < count < len(edge):
        last, text = edge[count - 1], edge[count]
        if abs(last.y - text.y) > GAP * usual.leading * usual.size or abs(last.size - text.size) > 0.08 * text.size:
            break
        count -= 1
    return edge[:count]


def _counting(group: Sequence[Line], needed: int, usual: Usual) -> set[Line]:
    """Of lines that differ only in their numbers, those in which a number counts the pages. A year does not, and
    what stands out from the text is a heading: "Chapter 2" on the second page."""
    by_start = defaultdict[tuple[int, int], set[Line]](set)
    for line in group:
        if line.size <= 1.1 * usual.size and (usual.bold or not line.bold):
            for place, digits in enumerate(re.findall(r"\d+", line.text)):
                if len(digits) <= 5 and not 1900 <= int(digits) <= 2100:
                    by_start[place, int(digits) - line.page].add(line)
    return {line for lines in by_start.values() if len({each.page for each in lines}) >= needed for line in lines}
