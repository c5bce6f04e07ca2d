"""Web pages as a reader sees them. What stands around the report is furniture, not gone."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.readers.html_furniture import mark_around_report, mark_by_tag
from ingest.readers.html_pieces import Piece, pieces_of
from ingest.readers.html_stated import stated_by
from ingest.readers.html_tree import parse
from ingest.readers.reading import Reading, TextBuilder
from ingest.readers.rows import add_table, looks_like_heading
from ingest.readers.text import decode

_CHARSET = re.compile(
    rb"<meta\s[^>]{0,200}charset\s*=\s*[\"']?\s*([\w.:-]{1,40})|^\s*<\?xml[^>]{0,200}encoding\s*=\s*[\"']([\w.:-]{1,40})",
    re.IGNORECASE,
)
_WHOLE = re.compile(r"<(?:!doctype|html|body)\b", re.IGNORECASE)


def read_page(data: bytes) -> Reading:
    """A web page's file."""
    return read_html(page_text(data))


def page_text(data: bytes, charset: str | None = None) -> str:
    """The markup in a page's bytes, in the encoding given or that it states itself, where the bytes agree."""
    stated = _CHARSET.search(data, 0, 4096)
    return decode(data, charset or ((stated[1] or stated[2]).decode("ascii") if stated else None))


def read_html(markup: str) -> Reading:
    """A whole page: what is not its report is furniture, and what it states of itself is stated."""
    page = parse(markup)
    pieces = pieces_of(page)
    if _WHOLE.search(markup):
        mark_around_report(page, pieces, markup)
    else:
        mark_by_tag(page, pieces)
    return _reading(pieces, stated_by(page, pieces, markup))


def read_fragment(markup: str) -> Reading:
    """Markup of which all is text: a piece of a page, a chapter, a letter."""
    page = parse(markup)
    pieces = pieces_of(page)
    mark_by_tag(page, pieces)
    return _reading(pieces, stated_by(page, pieces, markup))


def _reading(pieces: Sequence[Piece], stated: dict[str, str]) -> Reading:
    builder = TextBuilder()
    for piece in pieces:
        if piece.rows and piece.kind != "furniture":
            add_piece_table(builder, piece)
        else:
            builder.add(piece.text, piece.kind)
    return builder.reading(stated)


def add_piece_table(builder: TextBuilder, piece: Piece) -> None:
    """Append a page's table, rows of one cell over it as its title."""
    rows = list(piece.rows)
    while len(rows) > 1 and sum(map(bool, rows[0])) == 1:
        title = next(filter(None, rows.pop(0)))
        builder.add(title, "heading" if looks_like_heading(title) else "paragraph")
    add_table(builder, rows, piece.header)
