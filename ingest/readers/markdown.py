"""Markdown as a reader sees it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ingest.documents import BlockKind
from ingest.readers.html import read_fragment
from ingest.readers.reading import Reading, TextBuilder
from ingest.readers.rows import add_table
from ingest.readers.text import normalise, read_text

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n(?:---|\.\.\.)\s*\n", re.DOTALL)
_FRONT_KEYS = {
    "title": "title", "titre": "title", "source": "url", "url": "url", "link": "url", "date": "published",
    "published": "published", "lang": "language", "language": "language",
}  # fmt: skip


_NESTED = re.compile(r"^[ \t]*(?:[*+-][ \t]+|>[ \t]*|\d{1,9}[.)][ \t]+){60}", re.MULTILINE)
_MAX_NESTING = 200
_MAX_BRACKETS = 5000
"""Opening brackets in a paragraph: the parser's time grows with their square."""


def read_markdown(text: str) -> Reading:
    """Markdown as a reader sees it: without its marks, links as their words, front matter as furniture. Nested deeper
    than the parser follows, where it would lose words, it is plain text."""
    from markdown_it import MarkdownIt

    if _NESTED.search(text) or any(part.count("[") > _MAX_BRACKETS for part in text.split("\n\n")):
        return read_text(text)
    builder, stated = TextBuilder(), dict[str, str]()
    if match := _FRONT_MATTER.match(text):
        builder.add(match[1], "furniture")
        for line in match[1].splitlines():
            key, _, value = line.partition(":")
            if (name := _FRONT_KEYS.get(key.strip().lower())) and value.strip():
                stated.setdefault(name, value.strip().strip("\"'"))
        text = text[match.end() :]
    kind: BlockKind = "paragraph"
    rows: list[list[str]] = []
    in_item = 0
    for token in MarkdownIt("commonmark", {"maxNesting": _MAX_NESTING}).enable("table").parse(text):
        if token.type == "heading_open":
            kind = "heading"
        elif token.type in ("list_item_open", "list_item_close"):
            in_item += 1 if token.nesting == 1 else -1
        elif token.type == "table_open":
            rows, kind = [], "table"
        elif token.type == "tr_open":
            rows.append([])
        elif token.type == "table_close":
            add_table(builder, rows if any(rows[0]) else rows[1:], header=any(rows[0]))
            kind = "paragraph"
        elif token.type == "inline":
            words, pictures = _inline_text(token.children or [])
            if kind == "table":
                rows[-1].append(words)
            else:
                if kind == "heading" and token.level <= 1:
                    stated.setdefault("title", words)
                builder.add(words, "item" if in_item and kind == "paragraph" else kind)
                for picture in pictures:
                    builder.add(picture, "furniture")
                kind = "paragraph"
        elif token.type in ("fence", "code_block"):
            builder.add(normalise(token.content), "paragraph")
        elif token.type == "html_block":
            for block in (inner := read_fragment(token.content)).blocks:
                builder.add(inner.text[block.start : block.end], block.kind)
    return builder.reading(stated)


def _inline_text(children: Sequence[Token]) -> tuple[str, list[str]]:
    """The words of a Markdown line, and the captions of the pictures in it."""
    words, pictures = [], []
    for child in children:
        if child.type in ("text", "code_inline"):
            words.append(child.content)
        elif child.type in ("softbreak", "hardbreak") or re.match(r"<br\b", child.content):
            words.append(" ")
        elif child.type == "image" and child.content:
            pictures.append(child.content)
    return normalise("".join(words)), [normalise(picture) for picture in pictures]  # "e&#769;" is two characters
