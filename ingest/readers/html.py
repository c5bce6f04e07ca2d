"""Web pages as a reader sees them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ingest.documents import BlockKind
from ingest.readers.reading import Reading, TextBuilder

_SKIPPED = {"script", "style", "noscript", "template", "head", "svg", "iframe", "object", "select"}
_FURNITURE = {"nav", "footer", "aside", "figcaption", "form", "button", "dialog", "menu"}
_BLOCKS = {
    "address", "article", "blockquote", "body", "dd", "div", "dl", "dt", "fieldset", "figure", "h1", "h2", "h3",
    "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre", "section", "table", "tbody", "tfoot",
    "thead", "tr", "ul", "caption", "br",
} | _FURNITURE  # fmt: skip


def read_html(text: str) -> Reading:
    """A web page as a reader sees it. What stands around the article is furniture, not gone."""
    from bs4 import BeautifulSoup
    from bs4.element import NavigableString, PreformattedString, Tag
    from bs4.exceptions import ParserRejectedMarkup

    try:
        soup = BeautifulSoup(text, "html.parser")
    except ParserRejectedMarkup:  # "<![" that opens no marked section
        soup = BeautifulSoup(text.replace("<![", "&lt;!["), "html.parser")
    builder = TextBuilder()
    article = soup.find("article") or soup.find("main")
    line: list[str] = []

    def flush(kind: BlockKind) -> None:
        builder.add(re.sub(r"\s+", " ", "".join(line)), kind)
        line.clear()

    root = soup.body or soup
    outermost: BlockKind = "paragraph" if article is None else "furniture"
    # Open tags: what is left in each, its kind, whether in the article, whether a block. A list of our own, as
    # pages nest deeper than Python calls do.
    stack: list[tuple[Iterator[Any], BlockKind, bool, bool]] = [(iter(root.children), outermost, False, True)]
    while stack:
        children, kind, inside, is_block = stack[-1]
        child = next(children, None)
        if child is None:
            stack.pop()
            if is_block:
                flush(kind)
        elif isinstance(child, PreformattedString):  # comments, doctype, CDATA
            continue
        elif isinstance(child, NavigableString):
            line.append(str(child))
        elif isinstance(child, Tag) and child.name not in _SKIPPED:
            if child.name not in _BLOCKS:
                stack.append((iter(child.children), kind, inside, False))
                continue
            flush(kind)
            within = inside or child is article
            if child.name == "tr" and not child.find("table"):  # a row that holds a table is layout, not a row
                cells = [cell.get_text(" ", strip=True) for cell in child.find_all(["th", "td"])]
                builder.add(" | ".join(cells), kind if kind == "furniture" else "table")
                continue
            inner = _html_kind(child.name, kind, within, article is not None)
            stack.append((iter(child.children), inner, within, True))

    return builder.reading(_html_stated(soup))


def _html_kind(name: str, kind: BlockKind, inside: bool, has_article: bool) -> BlockKind:
    if name in _FURNITURE or (has_article and not inside) or (kind == "furniture" and not inside):
        return "furniture"
    if name == "header" and not has_article:
        return "furniture"
    if re.fullmatch(r"h[1-6]", name):
        return "heading"
    if name in ("li", "dd", "dt"):
        return "item"
    return kind if kind == "item" else "paragraph"


def _html_stated(soup) -> dict[str, str]:  # type: ignore[no-untyped-def]
    stated: dict[str, str] = {}

    def state(name: str, value: str | None) -> None:
        if value and value.strip():
            stated.setdefault(name, re.sub(r"\s+", " ", value).strip())

    def meta(**attributes: str) -> str | None:
        tag = soup.find("meta", attrs=attributes)
        return str(tag.get("content") or "") if tag else None

    heading = soup.find("h1")
    state("title", meta(property="og:title"))
    state("title", heading.get_text(" ") if heading else None)
    state("title", soup.title.get_text(" ") if soup.title else None)
    for name in ("article:published_time", "datePublished", "date", "pubdate"):
        state("published", meta(property=name) or meta(name=name) or meta(itemprop=name))
    time = soup.find("time", attrs={"datetime": True})
    state("published", str(time["datetime"]) if time else None)
    canonical = soup.find("link", attrs={"rel": "canonical"})
    state("url", str(canonical.get("href") or "") if canonical else None)
    state("url", meta(property="og:url"))
    state("language", str(soup.html.get("lang") or "")[:2] if soup.html else None)
    return stated
