"""What is report and what is furniture. Cleaning marks blocks; it never deletes a word.

Furniture (captions, bylines, share lines, "Source: …", navigation) never becomes a passage, because a
caption repeats a sentence out of its context and a byline answers no question. Where a line could be either it
stays report: a byline among the passages costs a reader little, a lost sentence an answer.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise

from ingest import captions, furniture
from ingest.documents import Block
from ingest.text.words import fold_aligned

URL = re.compile(r"https?://[^\s<>\"'()\]]+")
TOP = 12
"""Blocks among which a page says when it was published."""

_SENTENCE_END = re.compile(r"[.!?…:;]['\"”»’)\]]*$")
_PAGE_NUMBER = re.compile(r"([0-9]{1,4})(?:/([0-9]{1,3}))?")
_PAGE_MARK = re.compile(r"(?:page|trang) \d|[-–—] ?\d+ ?[-–—]$")


class _Lines:
    """A document's blocks as lines, raw and folded, and which of them are furniture so far."""

    def __init__(self, text: str, blocks: Sequence[Block]) -> None:
        folded = fold_aligned(text).replace("\n", " ")
        self.kinds = [block.kind for block in blocks]
        self.raw = [text[block.start : block.end] for block in blocks]
        self.folded = [folded[block.start : block.end] for block in blocks]
        self.marked = [kind == "furniture" for kind in self.kinds]
        may_be = [kind not in ("furniture", "table") for kind in self.kinds]
        self.open = [i for i, line in enumerate(self.raw) if may_be[i] and not furniture.is_report(line)]
        """What may be furniture and is not known to be, in order."""

    def mark(self, indexes: Iterable[int]) -> None:
        """Mark lines, those of them that may be furniture."""
        if found := set(indexes).intersection(self.open):
            self.open = [index for index in self.open if index not in found]
            for index in found:
                self.marked[index] = True

    def near(self, index: int) -> list[str]:
        """The three lines before and the three after."""
        return self.raw[max(0, index - 3) : index] + self.raw[index + 1 : index + 4]

    def is_prose(self, index: int) -> bool:
        """Whether a block reads as a sentence of the report."""
        line = self.raw[index]
        if self.marked[index] or self.kinds[index] == "table" or len(line) < 40 or line.count(" ") < 7:
            return False
        return _SENTENCE_END.search(line, len(line) - 8) is not None

    def is_short(self, index: int, most: int = 120) -> bool:
        """Whether a block could be a headline, a name or a link: up to `most` code points, and no sentence."""
        return len(self.raw[index]) <= most and not self.raw[index].endswith((".", ":", ";", ","))


def mark_furniture(text: str, blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks, those that are furniture marked so; offsets and order are kept.

    Never marked: rows of a table, blocks of more than 320 code points, and blocks of two sentences of twelve words.
    """
    lines = _Lines(text, blocks)
    lines.mark(_by_own_words(lines))
    lines.mark(_captions(lines))
    lines.mark(_after_source(lines))
    prose = [index for index in range(len(blocks)) if lines.is_prose(index)]
    if prose:
        lines.mark(_page_marks(lines))
        lines.mark(_other_headlines(lines, prose))
        lines.mark(_at_end(lines, prose[-1]))
        lines.mark(_at_top(lines, prose))
    return tuple(
        Block(block.start, block.end, "furniture") if marked else block
        for block, marked in zip(blocks, lines.marked, strict=True)
    )


def _by_own_words(lines: _Lines) -> Iterator[int]:
    for index in lines.open:
        raw, folded = lines.raw[index], lines.folded[index]
        if raw[:3] in ("Anh", "anh") and not raw.isascii():  # "Mr" or "England", not "ảnh", a picture
            continue
        alone = furniture.ALWAYS.fullmatch(folded) or furniture.DATED.fullmatch(folded)
        if alone or captions.is_credited(raw, folded) or captions.is_signed(raw):
            yield index


def _captions(lines: _Lines) -> Iterator[int]:
    """Scenes, and sentences that a paragraph nearby says as well."""
    for index in lines.open:
        raw, near = lines.raw[index], lines.near(index)
        if captions.is_scene(raw, lines.folded[index]):
            if any(len(other) >= 60 for other in near):
                yield index
        elif lines.kinds[index] == "paragraph" and captions.is_repeated(raw.rstrip(". "), near):
            yield index


def _after_source(lines: _Lines) -> Iterator[int]:
    """After the closing "Source …" line nothing of the report follows, only notes and share lines."""
    count, may_be = len(lines.raw), set(lines.open)
    for index in range(count - 1, max(-1, count - 8), -1):
        if lines.marked[index] and re.match(r"(?:source|nguon)\b", lines.folded[index]):
            tail = range(index + 1, count)
            before = sum(len(lines.raw[i]) for i in range(index) if not lines.marked[i])
            notes = all(lines.marked[i] or (i in may_be and lines.raw[i].count(" ") < 16) for i in tail)
            closing = lines.kinds[index - 1] != "table" and before > sum(len(lines.raw[i]) for i in tail)
            if notes and closing:  # what a table is drawn from closes nothing
                yield from tail
            return


def _page_marks(lines: _Lines) -> Iterator[int]:
    """Bare numbers that count up through the text, and the running heads beside page marks."""
    bare = [(i, match) for i in lines.open if (match := _PAGE_NUMBER.fullmatch(lines.folded[i]))]
    pairs = [
        (a, b)
        for (a, page), (b, following) in pairwise(bare)
        if int(following[1]) == int(page[1]) + 1 and following[2] == page[2]
        and (page[2] or sum(map(len, lines.raw[a:b])) >= 200)
    ]  # fmt: skip
    numbers = {i for pair in pairs for i in pair} if len(pairs) >= 2 or any(of[2] for _, of in bare) else set[int]()
    yield from numbers
    pages = numbers | {i for i, marked in enumerate(lines.marked) if marked and _PAGE_MARK.match(lines.folded[i])}
    if len(pages) > 1:
        short = [i for i in lines.open if lines.is_short(i)]
        times = Counter(lines.folded[i] for i in short)
        beside = Counter(lines.folded[i] for i in short if i - 1 in pages or i + 1 in pages)
        yield from (i for i in short if 1 < times[lines.folded[i]] == beside[lines.folded[i]])


def _other_headlines(lines: _Lines, prose: Sequence[int]) -> Iterator[int]:
    """The short lines under "Related articles", "Tin cùng chuyên mục", "À lire aussi"."""
    sentences = set(prose)
    under = False
    for index in range(prose[0], len(lines.raw)):
        heads_prose = lines.kinds[index] == "heading" and index + 1 in sentences
        row = lines.kinds[index] == "table"
        if not row and len(lines.raw[index]) <= 40 and furniture.OPENER.fullmatch(lines.folded[index]):
            under = True
        elif row or index in sentences or heads_prose or not lines.is_short(index):
            under = False
        if under:
            yield index


def _at_end(lines: _Lines, last: int) -> Iterator[int]:
    """What stands after the last paragraph: names, contacts, links."""
    patterns = (furniture.AT_EDGES, furniture.AT_END, furniture.NAVIGATION, furniture.BARE_DATE)
    end = [i for i in lines.open if i > last]
    found = {i for i in end if any(pattern.fullmatch(lines.folded[i]) for pattern in patterns)}
    known = found | {i for i, marked in enumerate(lines.marked) if marked}
    found |= {i for i in end if _is_byline(lines, i, known)}
    yield from found
    for index in end:  # a link among links
        among = index - 1 in known and index + 1 in known and lines.is_short(index, 60)
        if among and not re.search(r"\d", lines.raw[index]) and not captions.is_office(lines.folded[index]):
            yield index


def _is_byline(lines: _Lines, index: int, known: Collection[int]) -> bool:
    """Whether a line is a reporter's name: names alone, between a sentence and furniture, and no one's signature."""

    def is_name(at: int) -> bool:
        return len(lines.raw[at]) <= 40 and captions.are_names(lines.raw[at])

    if lines.kinds[index] != "paragraph" or not is_name(index):
        return False
    before, after = index - 1, index + 1
    while before in known or (before >= index - 2 and before >= 0 and is_name(before)):  # more names are a list
        before -= 1
    signed = any(captions.is_office(folded) for folded in lines.folded[max(0, before) : index + 2])
    alone = after == len(lines.raw) or after in known or is_name(after)
    return alone and not signed and before >= 0 and lines.raw[before].rstrip("'\"”»’)]").endswith((".", "!", "…"))


def _at_top(lines: _Lines, prose: Sequence[int]) -> Iterator[int]:
    """Dates and names before the second paragraph, and what else is furniture only before the first."""
    first, second = prose[0], prose[min(1, len(prose) - 1)]
    dates = [i for i in lines.open if len(lines.raw[i]) <= 80 and furniture.BARE_DATE.fullmatch(lines.folded[i])]
    if len(dates) <= 2:  # more are a chronology
        yield from (i for i in dates if i < (second if len(dates) == 1 else first))
    end = range(prose[-1], len(lines.raw))
    signed = {lines.raw[i] for i in end if lines.marked[i] and captions.are_names(lines.raw[i])}
    for index in lines.open:
        raw, folded = lines.raw[index], lines.folded[index]
        if index < second and len(raw) <= 80:
            dated = furniture.SIGNED_DATE.fullmatch(folded)
            names = raw[: dated.end("names")] if dated else raw.rstrip(" -–—|")
            if raw in signed or (names != raw and captions.are_names(names)):
                yield index
        if index < first and furniture.AT_EDGES.fullmatch(folded):
            yield index
    yield from _menu(lines, first)


def _menu(lines: _Lines, first: int) -> Iterator[int]:
    """A site's links, names of its sections, and the site's name among them."""
    top = [i for i in lines.open if i < first and lines.kinds[i] != "heading"]
    links = {i for i in top if furniture.NAVIGATION.fullmatch(lines.folded[i])}
    topics = {i for i in top if furniture.TOPICS.fullmatch(lines.folded[i])}
    menu = links | topics | {i for i in range(first) if lines.marked[i]}
    yield from links
    yield from (i for i in topics if len(menu) > 1 or len(lines.raw[i].split()) > 3)
    last = max(links, default=0)
    if 3 * sum(i <= last for i in menu) > last:
        yield from (i for i in top if i < last and lines.is_short(i, 40) and not re.search(r"[\d.:;,]", lines.raw[i]))


def source_url(text: str, blocks: Sequence[Block]) -> str | None:
    """The address a "Source: …" line names, if one does."""
    for block in reversed(blocks):
        if block.kind == "furniture":
            line = text[block.start : block.end]
            if re.match(r"^(?:source|nguon|url|link)\b", fold_aligned(line)) and (match := URL.search(line)):
                return match.group().rstrip(".,;")
    return None


def published_line(text: str, blocks: Sequence[Block]) -> str | None:
    """The day a page says it was published, as written: "3 Jan 2024", "03/01/2024"; None where it says none.

    `blocks` as marked. A line "Published …" comes before a dateline, and that before "Updated …".
    """
    found: dict[int, str] = {}
    for number, block in enumerate(blocks):
        marked, at_top = block.kind == "furniture", number < TOP
        if not marked and not at_top:
            continue
        line = text[block.start : block.end][: furniture.LONGEST]
        folded = fold_aligned(line)
        if marked and (match := furniture.DATED.fullmatch(folded)):
            rank = 0 if match["published"] else 3
        elif marked and at_top and (match := furniture.lone_date(folded)):
            rank = 1
        elif at_top and (match := furniture.PLACED_DATE.match(folded)):
            rank = 2
        else:
            continue
        found.setdefault(rank, line[match.start("date") : match.end("date")])
    return found[min(found)] if found else None
