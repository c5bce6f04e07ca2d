"""What a mail's writer wrote, and what their program put under it: the mail they answer, and their signature."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from ingest.documents import BlockKind
from ingest.readers.html_furniture import mark_by_tag
from ingest.readers.html_pieces import Piece, pieces_of
from ingest.readers.html_tree import Node, parse
from ingest.readers.text import read_text

Block = tuple[BlockKind, str | Piece]
"""A block's kind and words, or its table."""

# "On 5 May 2024 at 10:12, N. Dao <n@example.org> wrote:", which may be broken over lines. A report may say that
# somebody wrote something; there no address and no hour is.
_ATTRIBUTION = re.compile(
    r"^[ \t]*(?:On|Le|Vào)\b(?:[^\n]{0,200}\n){0,3}?[^\n]{0,200}(?:wrote|a écrit|viết)\s?:\s*$",
    re.MULTILINE,
)
_SENT = re.compile(r"@|\d\s?[:h]\s?\d\d")
_EARLIER = re.compile(
    r"-{2,}\s*(?:original message|message d['’]origine|message original|thư gốc|tin nhắn gốc)\s*-{2,}",
    re.IGNORECASE,
)
_FORWARDED = re.compile(
    r"[\s-]*(?:forwarded message|begin forwarded message|message transféré|début du message transféré"
    r"|thư đã chuyển tiếp|tin nhắn được chuyển tiếp)\b[\s:-]*",
    re.IGNORECASE,
)
_HEADER = re.compile(
    r"[*_>\s]*(from|de|từ|sent|envoyé|đã gửi|date|ngày|to|à|đến|cc|subject|objet|chủ đề|tiêu đề|reply-to)\s?:",
    re.IGNORECASE,
)
_MAX_SIGNATURE = 15
"""Lines. What is longer is no signature."""


def plain_blocks(text: str, quotes_are_text: bool = False) -> Iterator[Block]:
    """The blocks of a mail in plain text; quoted lines are furniture, or text without their marks."""
    lines = text.split("\n")
    furniture = _forward_headers(lines)
    if quotes_are_text:
        lines = [re.sub(r"^(?:\s?>)+ ?", "", line) for line in lines]
    else:
        furniture |= _quoted(text, lines, furniture)
    for is_furniture, run in groupby(enumerate(lines), key=lambda numbered: numbered[0] in furniture):
        part = "\n".join(line for _, line in run)
        for block in read_text(part).blocks:
            yield "furniture" if is_furniture else block.kind, part[block.start : block.end]


def _forward_headers(lines: list[str]) -> set[int]:
    """The numbers of the lines over a mail that is passed on: "Forwarded message", who wrote it and when."""
    found: set[int] = set()
    for at, line in enumerate(lines):
        if line.strip(" >-:") and _FORWARDED.fullmatch(line.lstrip("> ")):
            below = range(at + 1, min(at + 9, len(lines)))
            end = next(
                (number for number in below if lines[number].strip("> ") and not _HEADER.match(lines[number])), at
            )
            found |= set(range(at, max(end, at + 1)))
    return found


def _quoted(text: str, lines: list[str], forwarded: set[int]) -> set[int]:
    """The numbers of the lines that are quoted, say who is quoted, or sign."""
    attributed = set(_attributions(text))
    quoted = attributed | {number for number, line in enumerate(lines) if re.match(r"\s?>", line)}
    for at, line in enumerate(lines):
        if at in forwarded:
            continue
        if _EARLIER.fullmatch(line.strip()) or _is_header(lines, at) or _opens_unmarked(lines, at, quoted, attributed):
            return quoted | set(range(at, len(lines)))
        if line.rstrip() == "--":
            below = range(at, min(at + _MAX_SIGNATURE + 1, len(lines)))
            end = next((number for number in below if number in quoted), below.stop)
            if end - at <= _MAX_SIGNATURE:
                quoted |= set(range(at, end))
    return quoted


def _attributions(text: str) -> Iterator[int]:
    """The numbers of the lines that say who wrote what is quoted below them."""
    for match in _ATTRIBUTION.finditer(text):
        if _SENT.search(match.group()):
            first = text.count("\n", 0, match.start())
            yield from range(first, first + match.group().rstrip().count("\n") + 1)


def _opens_unmarked(lines: list[str], at: int, quoted: set[int], attributed: set[int]) -> bool:
    """Whether a line ends an attribution under which the quoted lines bear no mark."""
    if at not in attributed or at + 1 in attributed:
        return False
    following = next((number for number in range(at + 1, len(lines)) if lines[number].strip()), None)
    return following is not None and following not in quoted


def _is_header(lines: list[str], at: int) -> bool:
    """Whether the header lines of an earlier mail begin here: who, when, to whom or about what."""
    if not re.match(r"[*_\s]*(?:from|de|từ)\s?:", lines[at], re.IGNORECASE):
        return False
    return sum(bool(_HEADER.match(line)) for line in lines[at : at + 6]) >= 3


# -- markup --------------------------------------------------------------------------------------------------------

_QUOTE_NAMES = re.compile(
    r"gmail_(?:quote|attr|signature)|moz-(?:cite-prefix|signature)|yahoo_quoted|outlookmessageheader|protonmail_quote"
    r"|ms-outlook-mobile-signature|\bsignature\b|zmail_extra|tutanota_quote",
    re.IGNORECASE,
)
_REPLY_BELOW = re.compile(r"divRplyFwdMsg|appendonsend", re.IGNORECASE)


def html_blocks(markup: str, quotes_are_text: bool = False) -> Iterator[Block]:
    """The blocks of a mail in HTML; what is quoted is furniture, or text."""
    page = parse(markup)
    pieces = pieces_of(page)
    mark_by_tag(page, pieces)
    if not quotes_are_text:
        _mark_quotes(page, pieces)
    for piece in pieces:
        yield (piece.kind, piece) if piece.rows and piece.kind != "furniture" else (piece.kind, piece.text)


def _mark_quotes(page: Node, pieces: list[Piece]) -> None:
    marked: set[Node] = set()
    below = False
    for node in page.walk():
        names = f"{node.get('class')} {node.get('id')}"
        below = below or bool(_REPLY_BELOW.search(names))
        is_quote = bool(_QUOTE_NAMES.search(names)) or (node.tag == "blockquote" and node.get("type") == "cite")
        if below or node.parent in marked or (is_quote and not _FORWARDED.match(node.text()[:200])):
            marked.add(node)
    for piece in pieces:
        is_attribution = len(piece.text) <= 400 and _ATTRIBUTION.match(piece.text) and _SENT.search(piece.text)
        if piece.node in marked or is_attribution:
            piece.kind = "furniture"
