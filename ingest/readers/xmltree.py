"""The XML parts of office files. Names go without their namespace: Word has two for each, "transitional" and
"strict", and both are read."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from typing import Any
from zipfile import ZipFile

from ingest.errors import InputError
from ingest.readers.zipped import read_member


def read_xml(archive: ZipFile, name: str) -> Any:
    """The root of an XML part (an lxml element); None where there is no such part. Entities stay unresolved, so that
    none can fill the memory. Raises InputError where it is damaged."""
    from lxml import etree

    try:
        member = archive.getinfo(name)
    except KeyError:
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(read_member(archive, member), parser)
    except (etree.XMLSyntaxError, ValueError) as exc:
        raise InputError("damaged; open it in its program and save it anew") from exc


def name_of(element: Any) -> str:
    """The local name of an element; "" for what is none, as an entity."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def attribute(element: Any, name: str) -> str | None:
    """The value of an attribute, by its local name; None without one, or without an element."""
    if element is None:
        return None
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), None)


def child_of(element: Any, *path: str) -> Any:
    """The first descendant along a path of local names, or None."""
    for name in path:
        if element is None:
            return None
        element = next((child for child in element if name_of(child) == name), None)
    return element


def is_on(properties: Any, name: str) -> bool:
    """Whether Word's properties switch something on: <w:b/>, but not <w:b w:val="0"/>."""
    switch = child_of(properties, name)
    return switch is not None and attribute(switch, "val") not in ("0", "false", "off", "none")


def number_of(element: Any, name: str, default: int) -> int:
    """An attribute that is a whole number of up to five digits."""
    value = attribute(element, name) or ""
    return int(value) if value.isdecimal() and len(value) < 6 else default


def related(archive: ZipFile, part: str) -> dict[str, list[str]]:
    """The parts that a part of an Office Open XML package refers to, by the last word of the relation's type."""
    folder, name = posixpath.split(part)
    root = read_xml(archive, posixpath.join(folder, "_rels", f"{name}.rels"))
    found = defaultdict[str, list[str]](list)
    for relation in root if root is not None else ():
        target = attribute(relation, "Target")
        if target and attribute(relation, "TargetMode") != "External":
            kind = (attribute(relation, "Type") or "").rpartition("/")[2]
            found[kind].append(posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/"))
    return dict(found)
