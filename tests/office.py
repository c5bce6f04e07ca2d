"""What the tests of office files share: files made in memory, and what a reader makes of them."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Callable
from typing import Any

import docx
import openpyxl
import pytest
from docx.oxml import parse_xml

from ingest.errors import InputError
from ingest.readers import Reading

LONG = (
    "The committee of the province read forty letters during its spring session and answered each of them "
    "within the ten days that its own rules allow."
)


def parts(reading: Reading) -> list[tuple[str, str]]:
    """Kind and words of each block."""
    return [(block.kind, reading.text[block.start : block.end]) for block in reading.blocks]


def check(reading: Reading) -> None:
    last = 0
    for block in reading.blocks:
        assert last <= block.start < block.end <= len(reading.text)
        last = block.end
    assert unicodedata.is_normalized("NFC", reading.text)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", reading.text)


def refused(reader: Callable[[bytes], Reading], data: bytes) -> str:
    with pytest.raises(InputError) as caught:
        reader(data)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def packed(**files: bytes | str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def repacked(data: bytes, **changed: str) -> bytes:
    """The same archive with other files; "/" is "__" and "." is "_dot_" in their names."""
    names = {name.replace("__", "/").replace("_dot_", "."): content for name, content in changed.items()}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files: dict[str, bytes | str] = {name: archive.read(name) for name in archive.namelist()}
    return packed(**{**files, **names})


def workbook(sheets: dict[str, list[list[Any]]], change: Callable[[Any], None] | None = None) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    if change:
        change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'


def saved(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def word(*paragraphs: str) -> bytes:
    """A document with these contents of paragraphs, as XML."""
    document = docx.Document()
    for xml in paragraphs:
        document.element.body.insert(-1, parse_xml(f"<w:p {W} {MC}>{xml}</w:p>"))
    return saved(document)


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


OFFICE = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
    for name, long in [("office", "office"), ("text", "text"), ("table", "table"), ("draw", "drawing"),
                       ("style", "style"),
                       ("fo", "xsl-fo-compatible"), ("meta", "meta"), ("manifest", "manifest")]
) + ' xmlns:dc="http://purl.org/dc/elements/1.1/"'  # fmt: skip


def odt(body: str, automatic: str = "", **more: str) -> bytes:
    automatic = f"<office:automatic-styles>{automatic}</office:automatic-styles>"
    content = (
        f"<office:document-content {OFFICE}>{automatic}<office:body><office:text>{body}</office:text></office:body>"
    )
    return packed(
        mimetype="application/vnd.oasis.opendocument.text",
        **{"content.xml": content + "</office:document-content>"},
        **{f"{name}.xml": f"<office:{name} {OFFICE}>{xml}</office:{name}>" for name, xml in more.items()},
    )
