"""What a page states of itself: title, date, address and language."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from ingest.readers.html_pieces import Piece
from ingest.readers.html_tree import Node
from ingest.readers.text import normalise

_DATES = (
    "article:published_time", "og:article:published_time", "datepublished", "date", "pubdate", "publishdate",
    "publish_date", "publish-date", "publication_date", "parsely-pub-date", "dc.date.issued", "dcterms.issued",
    "dcterms.created", "dc.date", "dcterms.date", "sailthru.date",
)  # fmt: skip
# Browsers and SingleFile write where a page was saved from into a comment at its head.
_SAVED_FROM = re.compile(r"<!--\s*(?:saved from url=\(\d+\)|Page saved with SingleFile\s+url:\s*)(https?://[^\s>]+)")
_DATED = re.compile(r"(?:^|[\s_-])(?:date|time|ngay|thoi-gian|published|publie)(?:$|[\s_-])", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def stated_by(page: Node, pieces: Sequence[Piece], markup: str) -> dict[str, str]:
    """What the page states: any of "title", "published", "url" and "language", as written. Call it once the pieces
    are marked: a heading or a date among the furniture is another report's."""
    tagged: dict[str, list[Node]] = defaultdict(list)
    for node in page.walk():
        tagged[node.tag].append(node)
    metas = {key: content for node in tagged["meta"] for key, content in _meta(node)}
    linked = list(_linked_data(tagged["script"]))
    headings = [piece.text for piece in pieces if piece.kind == "heading" and _level(piece.node) == "h1"]
    every_heading = [node.text() for node in (*tagged["h1"][:10], *tagged["title"][:1])]
    found = {
        "title": [metas.get("og:title"), *_values(linked, "headline"), *headings, *every_heading],
        "published": [
            *(metas.get(name) for name in _DATES),
            *_values(linked, "datePublished"),
            *(node.get("datetime") for node in _in_report_first(tagged["time"], pieces)),
            *(piece.text for piece in pieces if _is_date_line(piece)),
        ],
        "url": [
            *(node.get("href") for node in tagged["link"] if node.get("rel").lower() == "canonical"),
            metas.get("og:url"),
            *_SAVED_FROM.findall(markup[:4000]),
        ],
        "language": [
            *(node.get("lang") or node.get("xml:lang") for node in tagged["html"]),
            metas.get("og:locale"),
            metas.get("content-language"),
        ],
    }
    stated = {name: value for name, values in found.items() if (value := next(filter(None, map(_clean, values)), ""))}
    if "title" in stated:
        stated["title"] = _without_site(stated["title"], _clean(metas.get("og:site_name")))
    if "language" in stated:
        stated["language"] = {"vn": "vi"}.get(code := stated["language"][:2].lower(), code)
    return stated


def _clean(value: str | None) -> str:
    return " ".join(normalise(value or "").split())


def _meta(node: Node) -> Iterator[tuple[str, str]]:
    for attribute in ("property", "name", "itemprop", "http-equiv"):
        if node.get(attribute):
            yield node.get(attribute).lower(), node.get("content")


def _linked_data(scripts: Sequence[Node]) -> Iterator[dict[str, Any]]:
    """The objects of the page's JSON-LD that describe a report or a page."""
    for node in scripts:
        if "ld+json" not in node.get("type"):
            continue
        try:
            waiting = [json.loads("".join(child for child in node.children if isinstance(child, str)))]
        except (ValueError, RecursionError):
            continue
        while waiting:
            item = waiting.pop(0)
            if isinstance(item, list):
                waiting += item[:100]
            elif isinstance(item, dict):
                waiting += [item["@graph"]] if "@graph" in item else []
                if re.search(r"Article|Report|Posting|WebPage", str(item.get("@type"))):
                    yield item


def _values(linked: Sequence[dict[str, Any]], name: str) -> list[str]:
    return [value for item in linked if isinstance(value := item.get(name), str)]


def _level(node: Node) -> str:
    return next((around.tag for around in (node, *node.ancestors()) if re.fullmatch(r"h[1-6]", around.tag)), "")


def _in_report_first(times: Sequence[Node], pieces: Sequence[Piece]) -> list[Node]:
    """The elements that state a time, those first that stand beside the report's own text."""
    beside = {piece.node.parent for piece in pieces if piece.kind != "furniture"}
    beside = {node for node in beside if node is not None and node.tag not in ("body", "html", "#page")}
    return sorted(times[:100], key=lambda time: beside.isdisjoint(time.ancestors()))


def _is_date_line(piece: Piece) -> bool:
    """A short line that its element's name calls a date, and that names a year."""
    names = f"{piece.node.get('class')} {piece.node.get('id')}"
    return len(piece.text) <= 60 and bool(_DATED.search(names)) and bool(_YEAR.search(piece.text))


def _without_site(title: str, site: str) -> str:
    """The title without the name of the site before or after it, where the page states that name."""
    if not site:
        return title
    name = re.escape(site)
    bare = re.sub(rf"\s*(?:[|·•:»–—]|\s-)\s*{name}$|^{name}\s*(?:[|·•:»–—]|-\s)\s*", "", title, flags=re.IGNORECASE)
    return bare.strip() or title
