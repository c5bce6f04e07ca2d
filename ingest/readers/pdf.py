"""PDF files: the lines that pypdf finds, put together into paragraphs."""

from __future__ import annotations

import io
import logging
import threading
import time
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

from ingest.errors import InputError
from ingest.readers.layout import Line, Paragraph, Usual, known_words, page_parts, paragraphs
from ingest.readers.pdf_lines import clean, lines_of
from ingest.readers.reading import Reading, TextBuilder, plausible_title
from ingest.readers.running import running_lines

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

MAX_PAGES = 5_000
MAX_SECONDS, MAX_PAGE_SECONDS = 600.0, 30.0
"""For the file and for each page, which takes some 0.02 to 0.1 seconds to read. One made to keep a reader busy takes
for ever."""

MIN_LETTERS = 10
"""Letters a page, on average, under which a file of pictures is a scan: scanners print a date or a name on it."""


def read_pdf(data: bytes) -> Reading:
    """The text of a PDF with its pages. What is printed around the pages is furniture, set first on its page.

    Raises InputError for what is encrypted, damaged, a scan without text, or longer than MAX_PAGES.
    """
    if b"%PDF-" not in data[:1024]:
        raise InputError("no PDF file, whatever its name says")
    log, losses = logging.getLogger("pypdf"), _Losses()
    log.propagate = False  # it warns of every flaw it mends
    log.addHandler(losses)
    try:
        reading = _read(data)
    except InputError:
        raise
    except Exception as exc:  # pypdf meets damage with whatever error it runs into
        raise InputError(_DAMAGED) from exc
    finally:
        log.removeHandler(losses)
    if losses.found:
        raise InputError(_DAMAGED)
    return reading


_DAMAGED = "damaged; open it in a PDF viewer and save or print it to a new PDF"


class _Losses(logging.Handler):
    """Hears of what pypdf mends by leaving text out: compressed text that breaks off. Half a report would be quoted
    as if it were whole."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.found = False
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if record.name == "pypdf.filters" and record.thread == self._thread and text.startswith("Error -"):
            self.found |= "incorrect data check" not in text  # a false checksum comes after the last word


def _read(data: bytes) -> Reading:
    reader = _open(data)
    deadline = time.monotonic() + MAX_SECONDS
    pages, pictures = [], 0
    for number, page in enumerate(reader.pages):
        pages.append(lines_of(page, number, min(deadline, time.monotonic() + MAX_PAGE_SECONDS)))
        pictures += _has_pictures(page)
    usual = Usual.of([line for lines in pages for line in lines])
    around = running_lines(pages, usual)
    body = [line for lines in pages for line in lines if line not in around]
    if not body:  # pages that are all the same
        body, around = [line for lines in pages for line in lines], set()
    _refuse_scan(body, len(pages), pictures)
    found = paragraphs(body, usual)
    return _build(pages, around, found, known_words(body)).reading(_stated(reader, found, usual))


def _open(data: bytes) -> PdfReader:
    from pypdf import PasswordType, PdfReader
    from pypdf.errors import PdfReadError

    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted:
        try:
            opened = reader.decrypt("") != PasswordType.NOT_DECRYPTED
        except (PdfReadError, NotImplementedError):  # a kind of encryption it does not know
            opened = False
        if not opened:
            raise InputError("is encrypted; save it without a password")
    count = len(reader.pages)
    if count > MAX_PAGES:
        raise InputError(f"has more than {MAX_PAGES:,} pages; split it")
    tree = reader.root_object["/Pages"]
    stated = tree.get("/Count") if isinstance(tree, dict) else None
    if not count or (isinstance(stated, int) and count < stated <= MAX_PAGES):
        raise InputError(f"damaged: {count} of its {stated} pages are left; get it anew from where it came")
    return reader


# -- scans ---------------------------------------------------------------------------------------------------


def _has_pictures(page: PageObject) -> bool:
    with suppress(Exception):  # what is no dictionary holds no pictures
        objects = page["/Resources"]["/XObject"]  # type: ignore[index]
        return any(objects[name].get("/Subtype") == "/Image" for name in objects)
    return False


def _refuse_scan(body: list[Line], pages: int, pictures: int) -> None:
    letters = sum(char.isalpha() for line in body for char in line.text)
    unknown = sum(char == "\ufffd" or "\ue000" <= char <= "\uf8ff" for line in body for char in line.text)
    advice = "run it through text recognition (OCR) and ingest the result"
    if letters < MIN_LETTERS * pages and pictures >= 0.5 * pages:
        raise InputError(f"a scan: {pages} page{'s' * (pages > 1)} of pictures without text; {advice}")
    if not letters and not unknown:
        raise InputError(f"no text in it; if its pages show some, {advice}")
    if unknown > letters:
        raise InputError(f"its fonts do not say which letters they show; {advice}")


# -- what it states ------------------------------------------------------------------------------------------


def _stated(reader: PdfReader, found: list[Paragraph], usual: Usual) -> dict[str, str]:
    stated: dict[str, str] = {}
    with suppress(Exception):  # properties are worth no refusal
        info = reader.metadata
        if title := plausible_title(clean(str(info.title or ""))) if info else None:
            stated["title"] = title
        made = info.creation_date.date() if info and info.creation_date else None
        if made and date(1993, 1, 1) <= made <= date.today():  # 1993: the first PDF
            stated["published"] = made.isoformat()
    with suppress(Exception):
        language = str(reader.root_object.get("/Lang", ""))[:2].lower()
        if language.isalpha() and len(language) == 2:
            stated["language"] = language
    if "title" not in stated and (largest := _largest_heading(found, usual)):
        stated["title"] = largest
    return stated


def _largest_heading(found: list[Paragraph], usual: Usual) -> str | None:
    """The heading on the first page that is set largest of all, clearly larger than the text."""
    headings = [each for each in found if each.kind == "heading" and each.lines[0].page == 0]
    best = max(headings, key=lambda each: each.lines[0].size, default=None)
    if best is None or best.lines[0].size < 1.2 * usual.size:
        return None
    return plausible_title(" ".join(line.text for line in best.lines))


# -- text ----------------------------------------------------------------------------------------------------


def _build(pages: list[list[Line]], around: set[Line], found: list[Paragraph], words: set[str]) -> TextBuilder:
    builder = TextBuilder()
    begun = shown = 0  # pages begun, and pages whose furniture is in

    def show_furniture() -> None:
        nonlocal shown
        for number in range(shown, begun):
            for line in pages[number]:
                if line in around:
                    builder.add(line.text, "furniture")
        shown = begun

    def begin(page: int) -> None:
        nonlocal begun
        while begun <= page:
            show_furniture()
            builder.new_page()
            begun += 1
        show_furniture()

    for paragraph in found:
        begin(paragraph.lines[0].page)
        builder.add_over_pages(page_parts(paragraph, words), paragraph.kind)
        begun = paragraph.lines[-1].page + 1
    begin(len(pages) - 1)
    return builder
