"""Markup → a tree of elements and text, for markup of any make and any depth."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ingest.errors import InputError

MAX_DEPTH = 512
"""Levels, as many as browsers nest; libxml2's time for a closing tag grows with them."""
MAX_ELEMENTS = 1_000_000


class Node:
    """An element. Compared by identity: a page holds many that are equal."""

    __slots__ = ("attributes", "children", "parent", "tag")

    def __init__(self, tag: str, attributes: dict[str, str], parent: Node | None) -> None:
        self.tag = tag
        self.attributes = attributes
        self.parent = parent
        self.children: list[Node | str] = []

    def get(self, name: str) -> str:
        return self.attributes.get(name, "")

    def walk(self) -> Iterator[Node]:
        """The element and all in it, in the order of the page."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting += [child for child in reversed(node.children) if isinstance(child, Node)]

    def text(self, without: frozenset[str] = frozenset()) -> str:
        """All text in it, elements of the tags `without` left out, a space between one element and the next."""
        parts: list[str] = []
        waiting: list[Node | str] = [self]
        while waiting:
            item = waiting.pop()
            if isinstance(item, str):
                parts.append(item)
            elif item.tag not in without:
                waiting += [" ", *reversed(item.children), " "] if item.tag not in INLINE else reversed(item.children)
        return " ".join("".join(parts).split())

    def ancestors(self) -> Iterator[Node]:
        node = self.parent
        while node is not None:
            yield node
            node = node.parent


INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data dfn del em font i ins kbd label mark nobr q s samp small span strike"
    " strong sub sup time tt u var wbr".split()
)


class _TooDeep(Exception):
    pass


class _Builder:
    """Takes libxml2's events, by which its own limit on depth, and the text it loses there, do not apply."""

    def __init__(self) -> None:
        self.root = self.node = Node("#page", {}, None)
        self.depth = self.elements = 0

    def start(self, tag: str, attributes: Any) -> None:
        self.depth += 1
        self.elements += 1
        if self.depth > MAX_DEPTH:
            raise _TooDeep
        if self.elements > MAX_ELEMENTS:
            raise InputError("its markup has more than a million elements; split it")
        child = Node(tag, dict(attributes), self.node)
        self.node.children.append(child)
        self.node = child

    def end(self, _tag: str) -> None:
        if self.node.parent is not None:
            self.depth -= 1
            self.node = self.node.parent

    def data(self, text: str) -> None:
        self.node.children.append(text)

    def close(self) -> Node:
        return self.root


def parse(markup: str) -> Node:
    """The page's tree, its tags closed as browsers do. What nests deeper than MAX_DEPTH loses its nesting and keeps
    its words. Raises InputError for what is still too deep, or too large."""
    try:
        return _parse(markup)
    except _TooDeep:
        pass
    try:
        return _parse(_NESTS.sub(" ", markup))
    except _TooDeep as exc:
        raise InputError(f"its markup nests deeper than {MAX_DEPTH} levels; save it as text") from exc


# All tags but those that close each other.
_NESTS = re.compile(r"</?(?!(?:p|li|tr|td|th|title|script|style|br)\b)[a-z][^<>]*>", re.IGNORECASE)
_CHUNK = 1 << 16


def _parse(markup: str) -> Node:
    from lxml import etree

    data = markup.encode("utf-8", "replace") or b" "
    parser = etree.HTMLParser(target=_Builder(), encoding="utf-8", huge_tree=True)
    try:
        for start in range(0, len(data), _CHUNK):  # what the builder raises ends the parser's work with the chunk
            parser.feed(data[start : start + _CHUNK])
        root: Node = parser.close()
    except etree.LxmlError as exc:
        raise InputError(f"its markup cannot be read ({exc})") from exc
    return root
