"""Word documents (.docx), read from their XML: python-docx leaves out insertions, text boxes and footnotes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from zipfile import ZipFile

from ingest.errors import InputError
from ingest.readers.reading import Reading, TextBuilder, title_and_language
from ingest.readers.rows import add_table, cell_text, is_layout, looks_like_heading
from ingest.readers.word_styles import Style, kind_by_level, read_styles, style_of
from ingest.readers.xmltree import attribute, child_of, is_on, name_of, number_of, read_xml, related
from ingest.readers.zipped import check_office

_GONE = {
    "del", "moveFrom", "delText", "delInstrText", "instrText", "rPr", "pPr", "tblPr", "trPr", "tcPr", "sectPr", "rt",
    "sdtPr", "sdtEndPr", "docPr", "binData", "oMathParaPr", "annotationRef",
}  # fmt: skip
_SPACES = {"tab", "ptab", "br", "cr"}
_HYPHENS = {"noBreakHyphen"}


def read_docx(data: bytes) -> Reading:
    """The text of a Word document: what is inserted, not what is deleted; page headers and footers as furniture,
    notes at the end. Raises InputError for what is encrypted, damaged, too large or no Word document."""
    archive = check_office(data, "an old Word file (.doc); save it as .docx")
    main = related(archive, "").get("officeDocument", ["word/document.xml"])[0]
    root = read_xml(archive, main)
    body = child_of(root, "body")
    if body is None:
        raise InputError("damaged, or no Word document; open it in its program and save it anew")
    parts = related(archive, main)
    styles = read_xml(archive, parts.get("styles", [""])[0])
    document = _Document(read_styles(styles))
    for name in dict.fromkeys([*parts.get("header", []), *parts.get("footer", [])]):
        document.add_furniture(read_xml(archive, name))
    document.add(body)
    for name in [*parts.get("footnotes", []), *parts.get("endnotes", [])]:
        document.add_notes(read_xml(archive, name))
    return document.builder.reading(_stated(archive, styles))


# -- text ----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Line:
    """The text of a paragraph, and the text boxes anchored in it."""

    pieces: list[str] = field(default_factory=list)
    boxes: list[Any] = field(default_factory=list)
    bold: bool = True

    def read(self, element: Any, style_bold: bool) -> None:
        for child in element:
            name = name_of(child)
            if name in _GONE or not name:
                continue
            if name == "t":
                self.pieces.append(child.text or "")
            elif name in _SPACES:
                self.pieces.append(" ")
            elif name in _HYPHENS:
                self.pieces.append("-")
            elif name == "txbxContent":
                self.boxes.append(child)
            elif name == "AlternateContent":  # the same, once for new and once for old versions of Word
                self.read(next(iter(child), ()), style_bold)
            elif name == "r":
                self._read_run(child, style_bold)
            else:
                self.read(child, style_bold)

    def _read_run(self, run: Any, style_bold: bool) -> None:
        properties = child_of(run, "rPr")
        if is_on(properties, "vanish"):  # hidden
            return
        before = len(self.pieces)
        self.read(run, style_bold)
        stated = child_of(properties, "b") is not None
        if any(piece.strip() for piece in self.pieces[before:]):
            self.bold &= is_on(properties, "b") if stated else style_bold

    @property
    def text(self) -> str:
        return cell_text("".join(self.pieces))


@dataclass(slots=True)
class _Document:
    styles: dict[str, Style]
    builder: TextBuilder = field(default_factory=TextBuilder)

    def add(self, element: Any) -> None:
        """Append the paragraphs and tables in an element, in order."""
        for child in element:
            name = name_of(child)
            if name == "p":
                self._add_paragraph(child)
            elif name == "tbl":
                self._add_table(child)
            elif name == "AlternateContent":
                self.add(next(iter(child), ()))
            elif name and name not in _GONE:
                self.add(child)

    def add_furniture(self, root: Any) -> None:
        for paragraph in _paragraphs(root) if root is not None else ():
            line = self._line(paragraph)
            self.builder.add(line.text, "furniture")
            for box in line.boxes:
                self.add_furniture(box)

    def add_notes(self, root: Any) -> None:
        for note in root if root is not None else ():
            if name_of(note) in ("footnote", "endnote") and attribute(note, "type") in (None, "normal"):
                self.builder.add(" ".join(self._line(each).text for each in _paragraphs(note)), "paragraph")

    def _line(self, paragraph: Any) -> _Line:
        line = _Line()
        line.read(paragraph, style_of(self.styles, paragraph)[1])
        return line

    def _add_paragraph(self, paragraph: Any) -> None:
        line = self._line(paragraph)
        kind = kind_by_level(child_of(paragraph, "pPr"))
        styled = style_of(self.styles, paragraph)[0]
        if styled in ("heading", "furniture") or kind is None:
            kind = styled
        if kind == "paragraph" and line.bold and looks_like_heading(line.text):
            kind = "heading"
        self.builder.add(line.text, "paragraph" if kind == "heading" and len(line.text) > 300 else kind)
        for box in line.boxes:
            self.add(box)

    # -- tables

    def _add_table(self, table: Any) -> None:
        rows = [(row, list(_inside(row, "tc"))) for row in _inside(table, "tr")]
        rows = [(row, cells) for row, cells in rows if child_of(row, "trPr", "del") is None]
        every = [cell for _, cells in rows for cell in cells]
        texts = {id(cell): " ".join(self._line(each).text for each in _paragraphs(cell)) for cell in every}
        nested = any(name_of(inner) == "tbl" for cell in every for inner in cell)
        if nested or is_layout([[texts[id(cell)] for cell in cells] for _, cells in rows]):
            for cell in every:
                self.add(cell)
            return
        grid: list[list[str]] = []
        for row, cells in rows:
            grid.append(_grid(row, cells, texts, grid[-1] if grid else []))
        add_table(self.builder, grid, self._has_header(rows))
        for box in [box for cell in every for each in _paragraphs(cell) for box in self._line(each).boxes]:
            self.add(box)

    def _has_header(self, rows: list[tuple[Any, list[Any]]]) -> bool | None:
        """What the formatting says: a row to repeat on each page, or the only one in bold. None: nothing."""
        if is_on(child_of(rows[0][0], "trPr"), "tblHeader"):
            return True
        bold = [
            all(line.bold for cell in cells for each in _paragraphs(cell) if (line := self._line(each)).text)
            for _, cells in rows[:2]
        ]
        # Two rows are often a letterhead: the offices in bold, the number and the date below.
        return True if bold == [True, False] and len(rows) > 2 else None


def _inside(element: Any, name: str) -> Iterator[Any]:
    """The rows of a table or the cells of a row, also where a content control or an insertion wraps them."""
    for child in element:
        if name_of(child) == name:
            yield child
        elif name_of(child) not in (*_GONE, "p", "tc", "tbl", ""):
            yield from _inside(child, name)


def _paragraphs(element: Any) -> Iterator[Any]:
    for child in element:
        if name_of(child) == "p":
            yield child
        elif name_of(child) and name_of(child) not in _GONE:
            yield from _paragraphs(child)


def _grid(row: Any, cells: list[Any], texts: dict[int, str], above: list[str]) -> list[str]:
    """The cells of a row, one for each column. A cell that goes on from the row above has its text."""
    grid = [""] * min(63, number_of(child_of(row, "trPr", "gridBefore"), "val", 0))  # 63 columns are Word's most
    for cell in cells:
        merged = child_of(cell, "tcPr", "vMerge")
        text = texts[id(cell)]
        if merged is not None and attribute(merged, "val") in (None, "continue") and len(grid) < len(above):
            text = text or above[len(grid)]
        span = min(63, number_of(child_of(cell, "tcPr", "gridSpan"), "val", 1))
        grid += [text, *[""] * (span - 1)]
    return grid


# -- what it states ------------------------------------------------------------------------------------------


def _stated(archive: ZipFile, styles: Any) -> dict[str, str]:
    core = read_xml(archive, related(archive, "").get("core-properties", ["docProps/core.xml"])[0])
    title = child_of(core, "title")
    language = attribute(child_of(styles, "docDefaults", "rPrDefault", "rPr", "lang"), "val")
    return title_and_language(title.text if title is not None else None, language)
