"""Markdown as a reader sees it."""

from __future__ import annotations

import re

from ingest.documents import BlockKind
from ingest.readers.html import read_html
from ingest.readers.reading import Reading, TextBuilder

_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n(?:---|\.\.\.)\s*\n", re.DOTALL)
_FRONT_KEYS = {
    "title": "title", "titre": "title", "source": "url", "url": "url", "link": "url", "date": "published",
    "published": "published", "lang": "language", "language": "language",
}  # fmt: skip


def read_markdown(text: str) -> Reading:
    """Markdown as a reader sees it: without its marks, links as their words, front matter as furniture."""
    from markdown_it import MarkdownIt

    builder, stated = TextBuilder(), dict[str, str]()
    if match := _FRONT_MATTER.match(text):
        builder.add(match[1], "furniture")
        for line in match[1].splitlines():
            key, _, value = line.partition(":")
            if (name := _FRONT_KEYS.get(key.strip().lower())) and value.strip():
                stated.setdefault(name, value.strip().strip("\"'"))
        text = text[match.end() :]
    kind: BlockKind = "paragraph"
    row: list[str] = []
    in_item = 0
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        if token.type == "heading_open":
            kind = "heading"
        elif token.type in ("list_item_open", "list_item_close"):
            in_item += 1 if token.nesting == 1 else -1
        elif token.type == "tr_open":
            row, kind = [], "table"
        elif token.type == "tr_close":
            builder.add(" | ".join(row), "table")
            kind = "paragraph"
        elif token.type == "inline":
            words, pictures = _inline_text(token.children or [])
            if kind == "table":
                row.append(words)
            else:
                if kind == "heading" and token.level <= 1:
                    stated.setdefault("title", words)
                builder.add(words, "item" if in_item and kind == "paragraph" else kind)
                for picture in pictures:
                    builder.add(picture, "furniture")
                kind = "paragraph"
        elif token.type in ("fence", "code_block"):
            builder.add(token.content, "paragraph")
        elif token.type == "html_block":
            for block in (inner := read_html(token.content)).blocks:
                builder.add(inner.text[block.start : block.end], block.kind)
    return builder.reading(stated)


def _inline_text(children: list) -> tuple[str, list[str]]:  # type: ignore[type-arg]
    """The words of a Markdown line, and the captions of the pictures in it."""
    words, pictures = [], []
    for child in children:
        if child.type in ("text", "code_inline"):
            words.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            words.append(" ")
        elif child.type == "image" and child.content:
            pictures.append(child.content)
    return "".join(words), pictures
