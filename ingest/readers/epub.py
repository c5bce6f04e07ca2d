"""Books in EPUB: their chapters, in the order they are read."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote
from zipfile import ZipFile

from ingest.errors import InputError
from ingest.readers.html import page_text, read_fragment
from ingest.readers.reading import Reading, TextBuilder, title_and_language
from ingest.readers.xmltree import attribute, child_of, name_of, read_xml
from ingest.readers.zipped import open_zip, read_member


def read_epub(data: bytes) -> Reading:
    """A book's chapters. Its table of contents and its authors are furniture. Raises InputError for what is damaged,
    protected or no book."""
    archive = open_zip(data)
    package_path = attribute(
        child_of(read_xml(archive, "META-INF/container.xml"), "rootfiles", "rootfile"), "full-path"
    )
    package = read_xml(archive, package_path or "")
    if package is None or package_path is None:
        raise InputError("damaged, or no book; save it anew")
    protected = _protected(archive)
    builder = TextBuilder()
    builder.add(", ".join(_metadata(package, "creator")), "furniture")
    for path, is_contents in _chapters(package, posixpath.dirname(package_path)):
        if path in protected:
            raise InputError("is protected against copying; use a copy that is not")
        if path not in archive.namelist():
            continue
        chapter = read_fragment(page_text(read_member(archive, archive.getinfo(path))))
        for block in chapter.blocks:
            builder.add(chapter.text[block.start : block.end], "furniture" if is_contents else block.kind)
    stated = {"title": "title", "published": "date", "language": "language"}
    found = {name: values[0] for name, tag in stated.items() if (values := _metadata(package, tag))}
    return builder.reading(found | title_and_language(found.get("title"), found.get("language")))


def _metadata(package: Any, tag: str) -> list[str]:
    metadata = child_of(package, "metadata")
    elements = [] if metadata is None else [each for each in metadata.iter() if name_of(each) == tag]
    return [text for each in elements if (text := " ".join("".join(each.itertext()).split()))]


def _chapters(package: Any, folder: str) -> Iterator[tuple[str, bool]]:
    """The path of each document the book is read in, and whether it is the table of contents."""
    manifest, spine = child_of(package, "manifest"), child_of(package, "spine")
    items = {attribute(item, "id"): item for item in (manifest if manifest is not None else ())}
    for reference in spine if spine is not None else ():
        item = items.get(attribute(reference, "idref"))
        if item is not None and "html" in (attribute(item, "media-type") or "").lower():
            path = posixpath.normpath(posixpath.join(folder, unquote(attribute(item, "href") or "")))
            yield path, "nav" in (attribute(item, "properties") or "").split()


def _protected(archive: ZipFile) -> set[str]:
    """The paths of what is encrypted; fonts often are, and the text can be read without them."""
    root = read_xml(archive, "META-INF/encryption.xml")
    references = [] if root is None else [each for each in root.iter() if name_of(each) == "CipherReference"]
    return {unquote(attribute(each, "URI") or "") for each in references}
