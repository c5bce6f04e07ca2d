"""The styles of a Word document: what they make of a paragraph."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ingest.documents import BlockKind
from ingest.readers.xmltree import attribute, child_of, is_on, name_of, number_of


@dataclass(frozen=True, slots=True)
class Style:
    """What a style makes of a paragraph; None where it leaves that to the style it is based on."""

    based_on: str | None
    kind: BlockKind | None
    bold: bool | None


def read_styles(root: Any) -> dict[str, Style]:
    """The styles of a document by their ids; `root` is its styles part, or None."""
    styles: dict[str, Style] = {}
    for element in root if root is not None else ():
        if name_of(element) != "style":
            continue
        name = (attribute(child_of(element, "name"), "val") or "").lower()
        style = child_of(element, "rPr")
        styles[attribute(element, "styleId") or ""] = Style(
            attribute(child_of(element, "basedOn"), "val"),
            _kind_by_name(name) or kind_by_level(child_of(element, "pPr")),
            None if child_of(style, "b") is None else is_on(style, "b"),
        )
    return styles


def _kind_by_name(name: str) -> BlockKind | None:
    """Built-in styles have the same names in every language."""
    if name.startswith(("toc ", "table of figures", "table of authorities", "index ")):
        return "furniture"
    if name.startswith("heading ") or name in ("title", "subtitle"):
        return "heading"
    return "item" if name.startswith("list ") else None


def kind_by_level(properties: Any) -> BlockKind | None:
    """What the properties of a paragraph or style say: an outline level makes a heading, a numbering an item."""
    if number_of(child_of(properties, "outlineLvl"), "val", 9) < 9:
        return "heading"
    return "item" if number_of(child_of(properties, "numPr", "numId"), "val", 0) else None


def style_of(styles: dict[str, Style], paragraph: Any) -> tuple[BlockKind, bool]:
    """What a paragraph's style makes of it, and whether it is bold."""
    name = attribute(child_of(paragraph, "pPr", "pStyle"), "val")
    kind: BlockKind | None = None
    bold: bool | None = None
    for _ in range(20):  # styles based on one another in a circle
        style = styles.get(name or "")
        if style is None:
            break
        kind, bold, name = kind or style.kind, style.bold if bold is None else bold, style.based_on
    return kind or "paragraph", bool(bold)
