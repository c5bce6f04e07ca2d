"""OpenDocument texts (.odt), read from their XML."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ingest.documents import BlockKind
from ingest.errors import InputError
from ingest.readers.reading import Reading, TextBuilder, title_and_language
from ingest.readers.rows import add_table, cell_text, is_layout, looks_like_heading
from ingest.readers.xmltree import attribute, child_of, name_of, number_of, read_xml
from ingest.readers.zipped import check_office

_GONE = {
    "tracked-changes", "annotation", "note-citation", "ruby-text", "title", "desc", "forms", "event-listeners",
    "sequence-decls", "variable-decls", "user-field-decls", "dde-connection-decls", "alphabetical-index-auto-mark-file",
}  # fmt: skip
_INDEXES = {
    "table-of-content", "alphabetical-index", "illustration-index", "table-index", "object-index", "user-index",
}  # fmt: skip
_SPACES = {"s", "tab", "line-break"}
_ROWS = {"table-header-rows", "table-rows", "table-row-group"}


def read_odt(data: bytes) -> Reading:
    """The text of an OpenDocument text: what is inserted, not what is deleted; page headers and footers as
    furniture, notes at the end. Raises InputError for what is encrypted, damaged, too large or no such text."""
    archive = check_office(data, "an old office file; save it as .odt")
    manifest = read_xml(archive, "META-INF/manifest.xml")
    if manifest is not None and any(name_of(each) == "encryption-data" for each in manifest.iter()):
        raise InputError("is encrypted; save it without a password")
    content, styles = read_xml(archive, "content.xml"), read_xml(archive, "styles.xml")
    body = child_of(content, "body", "text")
    if body is None:
        raise InputError("damaged, or no OpenDocument text; open it in its program and save it anew")
    document = _Document(_styles(styles, content))
    for page in child_of(styles, "master-styles") if child_of(styles, "master-styles") is not None else ():
        for part in page:
            if name_of(part).startswith(("header", "footer")):
                document.add(part, "furniture")
    document.add(body, "paragraph")
    for note in list(document.notes.values()):
        texts = [document.line(each).text for each in _paragraphs(note)]
        document.builder.add(" ".join(texts), "paragraph")
    return document.builder.reading(_stated(read_xml(archive, "meta.xml"), styles))


def _stated(meta: Any, styles: Any) -> dict[str, str]:
    title = child_of(meta, "meta", "title")
    language = child_of(meta, "meta", "language")
    defaults = child_of(styles, "styles", "default-style", "text-properties")
    return title_and_language(
        title.text if title is not None else None,
        language.text if language is not None else attribute(defaults, "language"),
    )


@dataclass(frozen=True, slots=True)
class _Style:
    parent: str | None
    bold: bool | None


def _styles(*roots: Any) -> dict[str, _Style]:
    styles: dict[str, _Style] = {}
    for root in roots:
        for group in ("styles", "automatic-styles"):
            found = child_of(root, group)
            for element in found if found is not None else ():
                if name := attribute(element, "name"):
                    weight = attribute(child_of(element, "text-properties"), "font-weight")
                    bold = None if weight is None else weight in ("bold", "600", "700", "800", "900")
                    styles[name] = _Style(attribute(element, "parent-style-name"), bold)
    return styles


@dataclass(slots=True)
class _Line:
    """The text of a paragraph, with the drawings and notes anchored in it."""

    styles: dict[str, _Style]
    pieces: list[str] = field(default_factory=list)
    boxes: list[Any] = field(default_factory=list)
    notes: list[Any] = field(default_factory=list)
    bold: bool = True

    def read(self, element: Any, bold: bool) -> None:
        bold = _bold(self.styles, attribute(element, "style-name"), bold)
        self._say(element.text, bold)
        for child in element:
            name = name_of(child)
            if name in _SPACES:
                self.pieces.append(" ")
            elif name == "note":
                self.notes.append(child_of(child, "note-body"))
            elif "drawing" in str(child.tag):
                self.boxes.append(child)
            elif name and name not in _GONE:
                self.read(child, bold)
            self._say(child.tail, bold)

    def _say(self, text: str | None, bold: bool) -> None:
        if text:
            self.pieces.append(text)
            self.bold &= bold or not text.strip()

    @property
    def text(self) -> str:
        return cell_text("".join(self.pieces))


def _chain(styles: dict[str, _Style], name: str | None) -> Iterator[tuple[str, _Style]]:
    for _ in range(20):  # styles based on one another in a circle
        if name is None or name not in styles:
            return
        yield name, styles[name]
        name = styles[name].parent


def _bold(styles: dict[str, _Style], name: str | None, otherwise: bool) -> bool:
    return next((style.bold for _, style in _chain(styles, name) if style.bold is not None), otherwise)


@dataclass(slots=True)
class _Document:
    styles: dict[str, _Style]
    builder: TextBuilder = field(default_factory=TextBuilder)
    notes: dict[int, Any] = field(default_factory=dict)
    """By identity, since a paragraph may be read twice."""

    def add(self, element: Any, kind: BlockKind) -> None:
        """Append the paragraphs and tables in an element, in order; a plain paragraph is of this kind."""
        for child in element:
            name = name_of(child)
            if not name or name in _GONE:
                continue
            if name in ("p", "h"):
                self._add_paragraph(child, kind)
            elif name == "table" and kind != "furniture":
                self._add_table(child, kind)
            elif name in _INDEXES:
                self.add(child, "furniture")
            else:
                self.add(child, "item" if name == "list" and kind == "paragraph" else kind)

    def line(self, paragraph: Any) -> _Line:
        line = _Line(self.styles)
        line.read(paragraph, False)
        self.notes.update({id(note): note for note in line.notes if note is not None})
        return line

    def _add_paragraph(self, paragraph: Any, kind: BlockKind) -> None:
        line = self.line(paragraph)
        if kind != "furniture":
            titled = any(
                name.startswith(("Heading", "Title", "Subtitle"))
                for name, _ in _chain(self.styles, attribute(paragraph, "style-name"))
            )
            looks_so = kind == "paragraph" and line.bold and looks_like_heading(line.text)
            if name_of(paragraph) == "h" or titled or looks_so:
                kind = "heading" if len(line.text) <= 300 else "paragraph"
        self.builder.add(line.text, kind)
        for box in line.boxes:
            self.add(box, "furniture" if kind == "furniture" else "paragraph")

    # -- tables

    def _add_table(self, table: Any, kind: BlockKind) -> None:
        rows = [_cells(row) for row in _rows(table)]
        every = [cell for cells in rows for cell in cells]
        lines = {id(cell): [self.line(each) for each in _paragraphs(cell)] for cell in every}
        texts = {id(cell): " ".join(line.text for line in lines[id(cell)]) for cell in every}
        nested = any(name_of(inner) == "table" for cell in every for inner in cell)
        if nested or is_layout([[texts[id(cell)] for cell in cells] for cells in rows]):
            for cell in every:
                self.add(cell, kind)
            return
        bold = [all(line.bold for cell in cells for line in lines[id(cell)] if line.text) for cells in rows[:2]]
        marked = child_of(table, "table-header-rows") is not None or (bold == [True, False] and len(rows) > 2)
        add_table(self.builder, _grid(rows, texts), True if marked else None)
        for box in [box for cell in every for line in lines[id(cell)] for box in line.boxes]:
            self.add(box, "paragraph")


def _rows(table: Any) -> Iterator[Any]:
    for child in table:
        if name_of(child) == "table-row":
            yield child
        elif name_of(child) in _ROWS:
            yield from _rows(child)


def _cells(row: Any) -> list[Any]:
    return [cell for cell in row if name_of(cell) in ("table-cell", "covered-table-cell")]


def _paragraphs(element: Any) -> Iterator[Any]:
    for child in element:
        if name_of(child) in ("p", "h"):
            yield child
        elif name_of(child) and name_of(child) not in _GONE:
            yield from _paragraphs(child)


def _grid(rows: list[list[Any]], texts: dict[int, str]) -> list[list[str]]:
    """The cells of each row, one for each column. A cell that goes on from the row above has its text."""
    grid: list[list[str]] = []
    spanning: dict[int, tuple[int, str]] = {}  # for a column, how many rows further its cell goes, and its text
    for cells in rows:
        texts_of_row: list[str] = []
        for cell in cells:
            text = texts[id(cell)]
            for _ in range(1 if text else min(64, number_of(cell, "number-columns-repeated", 1))):
                column = len(texts_of_row)
                left, above = spanning.pop(column, (0, ""))
                if name_of(cell) == "covered-table-cell" and left:
                    text, height = text or above, left
                else:
                    height = number_of(cell, "number-rows-spanned", 1)
                if height > 1:
                    spanning[column] = (height - 1, text)
                texts_of_row.append(text)
        grid.append(texts_of_row)
    return grid
