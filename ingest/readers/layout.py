"""Lines on pages → paragraphs: what a PDF leaves out, guessed from where its lines stand and how they end."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ingest.documents import BlockKind


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A line of a page. Lengths are in points; `x` is where it starts, `y` how high it stands, rotation undone."""

    text: str
    page: int
    """From 0."""
    x: float = 0.0
    y: float = 0.0
    size: float = 10.0
    bold: bool = False


@dataclass(slots=True)
class Paragraph:
    lines: list[Line]
    kind: BlockKind = "paragraph"


@dataclass(frozen=True, slots=True)
class Usual:
    """What most of the text of a document is like."""

    size: float = 10.0
    bold: bool = False
    leading: float = 1.2
    """From one line to the next, in sizes."""
    length: float = 80.0
    """Characters of a line that is full."""

    @staticmethod
    def of(lines: Sequence[Line]) -> Usual:
        """Of no lines, the defaults."""
        if not lines:
            return Usual()
        sizes, bold = Counter[float](), 0
        for line in lines:
            sizes[round(line.size * 2) / 2] += len(line.text)
            bold += len(line.text) if line.bold else 0
        size = sizes.most_common(1)[0][0] or 10.0
        body = [line for line in lines if abs(line.size - size) <= 0.08 * size] or list(lines)
        steps = Counter[float]()
        for above, below in pairwise(body):
            goes_on = not _STOPPED.search(above.text) or below.text[:1].islower()
            if goes_on and above.page == below.page and 0.5 * size < above.y - below.y < 4 * size:
                steps[round((above.y - below.y) / size, 1)] += 1
        leading = min((step for step, count in steps.items() if count == max(steps.values())), default=1.2)
        lengths = sorted(len(line.text) for line in body)
        return Usual(size, bold > sum(sizes.values()) / 2, leading, lengths[int(0.9 * (len(lengths) - 1))])


GAP = 1.28
"""Leadings between two lines that part them."""

# -- paragraphs ----------------------------------------------------------------------------------------------

_BULLET = re.compile(r"[•●▪■◦‣∙·❖➢➤✓♦⁃]\s*\S|[o§]\s+\S")
_LIST_MARK = re.compile(r"(?:[-–—*+]|\(?\d{1,2}[.)]|\(?[a-zđ][.)]|\(?[ivx]{1,4}[.)])\s+\S")
_ENDED = re.compile(r"[.!?…:]['\"”’»)\]]*$")
_STOPPED = re.compile(r"[.!?…:;]['\"”’»)\]]*$")
_SECTION = re.compile(
    r"(?:chapter|chapitre|section|partie|article|annexe?|appendix|chương|mục|phần|điều|phụ lục)\s+(?:[ivxlc]+|\d+)\b",
    re.IGNORECASE,
)


@dataclass(slots=True)
class _Grouping:
    usual: Usual
    paragraphs: list[Paragraph] = field(default_factory=list)

    def add(self, line: Line) -> None:
        last = self.paragraphs[-1] if self.paragraphs else None
        if last and not _breaks(last, line, self.usual):
            last.lines.append(line)
        elif over := self._over_notes(line):
            over.lines.append(line)
        else:
            self.paragraphs.append(Paragraph([line], "item" if _is_item(line, last, self.usual) else "paragraph"))

    def _over_notes(self, line: Line) -> Paragraph | None:
        """The paragraph that goes on with this line, the first of its page, if footnotes end the page before.
        It is moved behind them, so that each keeps its page."""
        if not self.paragraphs or (page := self.paragraphs[-1].lines[-1].page) == line.page:
            return None
        at = len(self.paragraphs) - 1
        while at >= 0 and self.paragraphs[at].lines[0].size < 0.93 * self.usual.size:
            if self.paragraphs[at].lines[0].page != page:
                return None
            at -= 1
        if not 0 <= at < len(self.paragraphs) - 1:
            return None
        over = self.paragraphs[at]
        if over.lines[-1].page != page or _breaks(over, line, self.usual):
            return None
        self.paragraphs.append(self.paragraphs.pop(at))
        return over


def paragraphs(lines: Iterable[Line], usual: Usual) -> list[Paragraph]:
    """The lines, in order, as headings, paragraphs and items. Each line is in one of them."""
    grouping = _Grouping(usual)
    for line in lines:
        grouping.add(line)
    for paragraph in grouping.paragraphs:
        if _is_heading(paragraph, usual):
            paragraph.kind = "heading"
    return grouping.paragraphs


def _breaks(paragraph: Paragraph, line: Line, usual: Usual) -> bool:
    """Whether a line begins a new paragraph after this one."""
    first, last = paragraph.lines[0], paragraph.lines[-1]
    goes_on = not _STOPPED.search(last.text) and line.text[:1].islower()
    # Recognised text differs by a tenth in size from line to line.
    if abs(line.size - last.size) > 0.12 * max(line.size, last.size) or (line.bold != last.bold and not goes_on):
        return True
    if _is_item(line, paragraph, usual):
        return True
    stopped, length = bool(_STOPPED.search(last.text)), len(last.text) / usual.length
    stands_out = line.size > 1.1 * usual.size or (line.bold and not usual.bold)
    step = last.y - line.y
    if last.page != line.page or step < -0.5 * line.size:  # the next page or column
        return stands_out or not (goes_on or (length >= 0.6 and not _ENDED.search(last.text)))
    if step > (1.6 if stands_out else GAP) * usual.leading * line.size:
        return True
    if stands_out:
        return False
    if stopped and (length < 0.78 or abs(line.x - last.x) > 0.8 * line.size):
        # The second line of a paragraph stands left of its first, or right of its mark.
        return length < 0.78 or line.x > last.x or last is not first
    if paragraph.kind == "item" and line.x < first.x - 0.5 * line.size:
        return True
    return length < 0.5 and not goes_on and not last.text.endswith((",", "-"))


def _is_item(line: Line, after: Paragraph | None, usual: Usual) -> bool:
    if _BULLET.match(line.text) or (after is None and _LIST_MARK.match(line.text)):
        return True
    if after is None or not _LIST_MARK.match(line.text):
        return False
    last = after.lines[-1]  # after a full line, a dash or a number may begin the next by chance
    ended = bool(_STOPPED.search(last.text)) or len(last.text) < 0.78 * usual.length
    return ended or abs(line.x - last.x) > 0.5 or last.page != line.page


def _is_heading(paragraph: Paragraph, usual: Usual) -> bool:
    text = " ".join(line.text for line in paragraph.lines)
    letters = [char for char in text if char.isalpha()]
    if len(text) > 200 or len(paragraph.lines) > 4 or len(letters) < 2 or re.search(r"[.;:,…]$", text):
        return False
    if _BULLET.match(text):
        return False
    if all(line.size >= 1.12 * usual.size for line in paragraph.lines):
        return True
    if not usual.bold and all(line.bold for line in paragraph.lines):
        return True
    return (
        paragraph.kind != "item"
        and len(text) <= 120
        and (bool(_SECTION.match(text)) or (len(letters) >= 4 and text.upper() == text))
    )


# -- text ----------------------------------------------------------------------------------------------------

_HYPHENS = ("-", "‐", "\u00ad")


def known_words(lines: Iterable[Line]) -> set[str]:
    """The words of a document, without those that the end of a line breaks."""
    words = set[str]()
    for line in lines:
        found = re.findall(r"\w+", line.text.casefold())
        words.update(found[:-1] if line.text.endswith(_HYPHENS) else found)
    return words


def page_parts(paragraph: Paragraph, words: set[str]) -> list[str]:
    """The text of a paragraph, a part for each page from its first to its last; put together, they are its text.

    A hyphen at the end of a line goes where the document knows the word without it."""
    parts, page = [""], paragraph.lines[0].page
    for line in paragraph.lines:
        if parts[-1]:
            parts[-1] = _joinable(parts[-1], line.text, words)
        while page < line.page:
            parts.append("")
            page += 1
        parts[-1] += line.text
    return parts


def _joinable(before: str, after: str, words: set[str]) -> str:
    """The text before the end of a line, so that what comes after can be put right behind it."""
    rest = re.match(r"\w+", after)
    if not before.endswith(_HYPHENS) or not rest or not before[-2:-1].isalnum():
        return before + " "
    broken = re.findall(r"\w+", before[-60:-1])[-1]
    known = rest.group()[0].islower() and (broken + rest.group()).casefold() in words
    return before[:-1] if known or before.endswith("\u00ad") else before
