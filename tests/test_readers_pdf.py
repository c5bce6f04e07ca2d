"""PDF files: pages become paragraphs again, and what cannot be read says why."""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import cache
from io import BytesIO
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import InputError
from ingest.readers import Reading, pdf
from ingest.readers.pdf import read_pdf
from ingest.readers.reading import TextBuilder

LONG = (
    "The committee of the province read forty letters during its spring session and answered each of them within "
    "the ten days that its own rules allow, save for two that the court had asked for and that came back in June."
)


def parts(reading: Reading) -> list[tuple[str, str]]:
    """Kind and words of each block."""
    return [(block.kind, reading.text[block.start : block.end]) for block in reading.blocks]


def body(reading: Reading) -> list[str]:
    return [words for kind, words in parts(reading) if kind != "furniture"]


def check(reading: Reading) -> None:
    """Blocks in order and apart, pages in order and inside, the text clean."""
    last = 0
    for block in reading.blocks:
        assert last <= block.start < block.end <= len(reading.text)
        last = block.end
    assert list(reading.pages) == sorted(reading.pages)
    assert reading.pages[:1] in ((), (0,))
    assert all(0 <= start <= len(reading.text) for start in reading.pages)
    assert unicodedata.is_normalized("NFC", reading.text)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]", reading.text)


# -- a small PDF writer --------------------------------------------------------------------------------------
# F1 is Helvetica, F2 its bold, F3 a font of two bytes a letter that says in a CMap which letter each shows.

CMAP = b"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def
1 begincodespacerange <0000> <FFFF> endcodespacerange
6 beginbfrange
<0000> <03FF> <0000> <1E00> <20FF> <1E00> <D83D> <D83D> <D83D> <DE00> <DE00> <DE00> <E000> <E0FF> <E000>
<FB00> <FB06> <FB00> endbfrange endcmap end end"""


def stream(data: bytes, extra: str = "", compress: bool = False) -> bytes:
    data = zlib.compress(data) if compress else data
    head = f"<< /Length {len(data)} {'/Filter /FlateDecode' if compress else ''} {extra} >>"
    return head.encode() + b"\nstream\n" + data + b"\nendstream"


def assemble(objects: Sequence[bytes], trailer: str = "") -> bytes:
    """Objects 1, 2, …, of which 1 is the catalog, as a file."""
    out, offsets = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{offset:010} 00000 n \n".encode() for offset in offsets)
    return bytes(
        out + f"trailer << /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF".encode()
    )


def made(contents: Iterable[bytes], *, catalog: str = "", info: str = "", resources: str = "") -> bytes:
    """A PDF of pages with these content streams."""
    contents = list(contents)
    kids = " ".join(f"{8 + 2 * number} 0 R" for number in range(len(contents)))
    shared = f"/Font << /F1 3 0 R /F2 4 0 R /F3 5 0 R >> {resources}"
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>".encode(),
        f"<< /Type /Pages /Kids [{kids}] /Count {len(contents)} /Resources << {shared} >> >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Any /Encoding /Identity-H /ToUnicode 6 0 R /DescendantFonts "
        b"[<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Any /DW 500 "
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>] >>",
        stream(CMAP),
        f"<< {info} >>".encode(),
    ]
    for number, content in enumerate(contents):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {9 + 2 * number} 0 R >>".encode()
        )
        objects.append(stream(content, compress=True))
    return assemble(objects, "/Info 7 0 R" if info else "")


def shown(text: str, x: float = 72, y: float = 720, size: float = 11, bold: bool = False) -> bytes:
    """A line of text at a place."""
    try:
        escaped = re.sub(rb"([()\\])", rb"\\\1", text.encode("cp1252"))
        font, operand = "F2" if bold else "F1", b"(" + escaped + b")"
    except UnicodeEncodeError:
        font, operand = "F3", b"<" + text.encode("utf-16-be").hex().encode() + b">"
    return f"BT /{font} {size} Tf {x} {y} Td ".encode() + operand + b" Tj ET\n"


def wrapped(text: str, width: int = 85) -> list[str]:
    lines = [""]
    for word in text.split(" "):
        if lines[-1] and len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] += f" {word}" if lines[-1] else word
    return lines


def page(*paragraphs: str | list[str] | bytes, top: float = 720, size: float = 11) -> bytes:
    """A page of paragraphs: a string is wrapped, a list is its lines, and bytes are drawn as they are."""
    out, y = b"", top
    for paragraph in paragraphs:
        if isinstance(paragraph, bytes):
            out += paragraph
            continue
        for line in wrapped(paragraph) if isinstance(paragraph, str) else paragraph:
            out += shown(line, y=y, size=size)
            y -= 1.2 * size
        y -= 0.8 * size
    return out


def letters(number: int) -> str:
    """A paragraph of which no line is in another."""
    name = "Ash Bow Cay Dun Elm Fen Gap Hay Ivy Jay Kew Lea Moor Ness".split()[number]
    return (
        f"In {name} the council read the letters that the people of {name} had sent and answered each of them in the "
        f"ten days that the rules of {name} allow, save for two that the court of {name} had asked for; they came back "
        f"to {name} in June, and the council of {name} read them then."
    )


# -- paragraphs ----------------------------------------------------------------------------------------------


def test_lines_are_joined_into_paragraphs() -> None:
    reading = read_pdf(made([page(LONG, "Twelve letters came from abroad.", LONG)]))
    assert parts(reading) == [
        ("paragraph", LONG),
        ("paragraph", "Twelve letters came from abroad."),
        ("paragraph", LONG),
    ]
    assert reading.pages == (0,)


def test_headings_are_set_larger_or_bold_or_in_capitals() -> None:
    content = page(
        shown("A year of letters", y=780, size=20),
        shown("The spring session", y=750, bold=True),
        LONG,
        "II. THE AUTUMN SESSION",
        LONG,
        "Chapter 3 Winter",
        LONG,
    )
    assert [words for kind, words in parts(read_pdf(made([content]))) if kind == "heading"] == [
        "A year of letters",
        "The spring session",
        "II. THE AUTUMN SESSION",
        "Chapter 3 Winter",
    ]


def test_a_heading_of_two_lines_is_one() -> None:
    content = page(shown("A year of letters", y=790, size=20), shown("and of answers", y=766, size=20), LONG)
    assert parts(read_pdf(made([content]))) == [("heading", "A year of letters and of answers"), ("paragraph", LONG)]


def test_bullets_and_numbers_begin_items() -> None:
    content = page(
        LONG,
        [
            "Three things follow:",
            "• read every letter that came in before the session began and that nobody had",
            "read",
            "- answer it",
            "2) file it",
        ],
    )
    assert parts(read_pdf(made([content])))[2:] == [
        ("item", "• read every letter that came in before the session began and that nobody had read"),
        ("item", "- answer it"),
        ("item", "2) file it"),
    ]


def test_paragraphs_that_are_only_indented() -> None:
    first, second = wrapped("    " + LONG), wrapped("    " + LONG.replace("forty", "fifty"))
    content = b"".join(
        shown(line.strip(), x=90 if line.startswith(" ") else 72, y=700 - 13 * number)
        for number, line in enumerate(first + second)
    )
    assert body(read_pdf(made([content]))) == [LONG, LONG.replace("forty", "fifty")]


def test_a_sentence_over_a_page_break_is_one_paragraph() -> None:
    lines = wrapped(LONG)
    reading = read_pdf(made([page(letters(0), lines[:1]), page(lines[1:], "The end.")]))
    assert body(reading) == [letters(0), LONG, "The end."]
    assert reading.text[reading.pages[1] :].startswith(lines[1])


def test_footnotes_do_not_break_the_sentence_that_runs_on() -> None:
    lines = wrapped(LONG)
    note = shown("1. See the letter of May.", y=80, size=8)
    reading = read_pdf(made([page(letters(0), lines[:1], note), page(lines[1:], letters(1))]))
    assert body(reading) == [letters(0), "1. See the letter of May.", LONG, letters(1)]
    assert reading.text.index("See the letter") < reading.pages[1] == reading.text.index(lines[1])


def test_two_columns_are_read_one_after_the_other() -> None:
    left, right = wrapped(letters(0), 40), wrapped(letters(1), 40)
    content = b"".join(
        shown(line, x=x, y=700 - 13 * number)
        for x, column in ((72, left), (320, right))
        for number, line in enumerate(column)
    )
    assert body(read_pdf(made([content]))) == [letters(0), letters(1)]


def test_a_page_turned_on_its_side() -> None:
    content = b"".join(
        f"BT /F1 11 Tf 0 1 -1 0 {100 + 13 * number} 72 Tm ({line}) Tj ET\n".encode()
        for number, line in enumerate(wrapped(LONG))
    )
    assert body(read_pdf(made([content]))) == [LONG]


# -- hyphens -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (["An application came. The appli-", "cation was read."], "An application came. The application was read."),
        (["They fight with anti-", "corruption rules here."], "They fight with anti-corruption rules here."),
        (["The Franco-", "Belgian committee met."], "The Franco-Belgian committee met."),
        (["In the years 2020-", "2024 letters came."], "In the years 2020-2024 letters came."),
        (["It was read -", "and then answered."], "It was read - and then answered."),
        (["The commit\u00ad", "tee met."], "The committee met."),
    ],
)
def test_a_hyphen_at_the_end_of_a_line(lines: list[str], says: str) -> None:
    assert body(read_pdf(made([page(lines)]))) == [says]


def test_a_word_may_be_broken_by_the_end_of_a_page() -> None:
    lines = ["The committee of the province read forty letters and answered every appli-"]
    reading = read_pdf(made([page("An application came.", lines), page(["cation in time."])]))
    assert (
        body(reading)[1] == "The committee of the province read forty letters and answered every application in time."
    )
    assert reading.text[reading.pages[1] :] == "cation in time."


# -- letters -------------------------------------------------------------------------------------------------


def test_vietnamese_french_and_ligatures() -> None:
    text = unicodedata.normalize("NFD", "Tỉnh ủy Đắk Lắk đã xử lý 12 vụ.")
    reading = read_pdf(made([page([text], "L’été à Noël : « œuvre » déjà lue.", ["An oﬃce with ﬁne ﬂowers."])]))
    assert body(reading) == [
        "Tỉnh ủy Đắk Lắk đã xử lý 12 vụ.",
        "L’été à Noël : « œuvre » déjà lue.",
        "An office with fine flowers.",
    ]


def test_half_a_surrogate_is_no_letter() -> None:
    reading = read_pdf(made([b"BT /F3 11 Tf 72 700 Td <00410042D83D00430020D83DDE00> Tj ET " + page(LONG, top=650)]))
    check(reading)
    assert body(reading)[0] == "AB\ufffdC \N{GRINNING FACE}"


# -- around the pages ----------------------------------------------------------------------------------------


def numbered(count: int, header: str, footer: Callable[[int], str]) -> bytes:
    return made(
        page(shown(header, y=800, size=9), letters(number), shown(footer(number + 1), y=30, size=9))
        for number in range(count)
    )


@pytest.mark.parametrize("count", [2, 3, 8])
@pytest.mark.parametrize("footer", ["{}", "Trang {}/8", "- {} -", "Annual report 2024, page {}"])
def test_headers_footers_and_page_numbers_are_furniture(count: int, footer: str) -> None:
    reading = read_pdf(numbered(count, "Office of letters", footer.format))
    assert body(reading) == [letters(number) for number in range(count)]
    assert len(reading.pages) == count
    for number, start in enumerate(reading.pages):
        assert reading.text[start:].startswith("Office of letters")
        assert reading.text.index(letters(number)) > start


def test_furniture_does_not_break_a_sentence() -> None:
    lines, head, foot = wrapped(LONG), shown("Office of letters", y=800), (lambda n: shown(str(n), y=30))
    reading = read_pdf(
        made(
            [
                page(head, letters(0), lines[:1], foot(1)),
                page(head, lines[1:], foot(2)),
                page(head, letters(1), foot(3)),
            ]
        )
    )
    assert body(reading) == [letters(0), LONG, letters(1)]
    check(reading)


def test_what_only_looks_like_a_page_number_is_text() -> None:
    years = [page(shown(f"Letters in {year}", y=800), letters(year - 2020)) for year in range(2020, 2024)]
    assert "Letters in 2022" in body(read_pdf(made(years)))
    chapters = [page(shown(f"Chapter {n}", y=800, bold=True), letters(n)) for n in range(1, 5)]
    assert ("heading", "Chapter 2") in parts(read_pdf(made(chapters)))


def test_a_title_that_is_also_the_running_header_stays() -> None:
    pages = [page(shown("Office of letters", y=780, size=24 if n == 0 else 9), letters(n)) for n in range(4)]
    reading = read_pdf(made(pages))
    assert parts(reading)[0] == ("heading", "Office of letters")
    assert [words for kind, words in parts(reading) if kind == "furniture"] == ["Office of letters"] * 3


def test_a_table_of_contents_is_furniture() -> None:
    reading = read_pdf(made([page(["1. Letters . . . . . . . . . 4", "2. Answers ............... 12"], LONG)]))
    assert [kind for kind, _ in parts(reading)] == ["furniture", "furniture", "paragraph"]


def test_empty_pages_keep_their_number() -> None:
    reading = read_pdf(made([b"", page(letters(0)), b"", page(letters(1)), b""]))
    starts = [reading.text.index(letters(number)) for number in (0, 1)]
    assert reading.pages == (0, starts[0], starts[1], starts[1], len(reading.text))


@given(st.lists(st.lists(st.text(" ab\n", max_size=5), max_size=4), max_size=6))
@settings(max_examples=150, deadline=None)
def test_pages_start_where_their_parts_do(blocks: list[list[str]]) -> None:
    builder = TextBuilder()
    builder.new_page()
    for block in blocks:
        builder.add_over_pages(block, "paragraph")
    reading = builder.reading({})
    check(reading)
    assert len(reading.pages) == 1 + sum(max(0, len(block) - 1) for block in blocks)
    by_page: list[list[str]] = [[]]
    for block in blocks:
        for number, part in enumerate(block):
            by_page += [[]] if number else []
            by_page[-1].append(part)
    for parts_of_page, (start, end) in zip(by_page, pairwise([*reading.pages, len(reading.text)]), strict=True):
        assert "".join(reading.text[start:end].split()) == "".join("".join(parts_of_page).split())


# -- what it states ------------------------------------------------------------------------------------------


def test_title_date_and_language_where_they_are_stated() -> None:
    data = made(
        [page(LONG)], catalog="/Lang (vi-VN)", info="/Title (A year of letters) /CreationDate (D:20240305080000+07'00')"
    )
    assert read_pdf(data).stated == {"title": "A year of letters", "published": "2024-03-05", "language": "vi"}


@pytest.mark.parametrize("title", ["Microsoft Word - bao cao.docx", "untitled", "report.indd", "", "Document1", "12"])
@pytest.mark.parametrize("day", ["D:19700101", "D:29990101", "yesterday"])
def test_implausible_properties_are_passed_over(title: str, day: str) -> None:
    assert read_pdf(made([page(LONG)], info=f"/Title ({title}) /CreationDate ({day})")).stated == {}


def test_the_largest_heading_of_the_first_page_is_the_title_where_none_is_stated() -> None:
    content = page(shown("The office", y=800, bold=True), shown("A year of letters", y=770, size=24), LONG)
    assert read_pdf(made([content])).stated == {"title": "A year of letters"}


# -- bad input -----------------------------------------------------------------------------------------------


def refused(data: bytes) -> str:
    with pytest.raises(InputError) as caught:
        read_pdf(data)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def encrypted(user: str) -> bytes:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(BytesIO(made([page(LONG)]))))
    writer.encrypt(user_password=user, owner_password="owner", algorithm="AES-256")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def test_an_encrypted_file_is_refused_unless_it_opens_without_a_password() -> None:
    assert "is encrypted" in refused(encrypted("secret"))
    assert body(read_pdf(encrypted(""))) == [LONG]


IMAGE = "/XObject << /I << /Type /XObject /Subtype /Image /Width 1 /Height 1 >> >>"


@pytest.mark.parametrize("text", [b"", shown("Scanned 3.5.24", y=20)])
def test_a_scan_is_named(text: bytes) -> None:
    says = refused(made([b"/I Do " + text] * 3, resources=IMAGE))
    assert says.startswith("a scan: 3 pages of pictures without text; run it through text recognition (OCR)")


def test_the_text_of_a_file_that_is_partly_scanned_is_kept() -> None:
    assert body(read_pdf(made([b"/I Do", page(LONG), b"/I Do"], resources=IMAGE))) == [LONG]


def test_a_file_without_text_or_letters_is_refused() -> None:
    assert "no text" in refused(made([b"0 0 m 9 9 l S"]))
    private = "".join(chr(0xE000 + n) for n in range(60))
    assert "fonts do not say" in refused(made([shown(private)]))


def test_no_pdf_is_refused() -> None:
    assert "no PDF file" in refused(b"Twelve letters.")


def test_missing_pages_and_missing_text_are_refused() -> None:
    data = made([page(letters(0)), page(letters(1))])
    assert "1 of its 2 pages" in refused(data.replace(b"[8 0 R 10 0 R]", b"[8 0 R      ]"))
    assert "page 2 is gone" in refused(data.replace(b"/Contents 11 0 R", b"/Contents 99 0 R"))


def test_compressed_text_that_breaks_off_is_refused() -> None:
    data = made([page(*[letters(number) for number in range(8)])])
    at = data.rindex(b"stream\n", 0, data.rindex(b"endstream")) + 7
    assert "damaged" in refused(data[: at + 200] + bytes(60) + data[at + 260 :])


def test_a_truncated_file_is_whole_or_refused() -> None:
    data = made([page(letters(number)) for number in range(3)])
    whole = read_pdf(data).text
    for end in range(0, len(data), 97):
        with suppress(InputError):
            assert read_pdf(data[:end]).text == whole


def test_too_many_pages_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MAX_PAGES", 2)
    assert "more than 2 pages" in refused(made([page(LONG)] * 3))


@pytest.mark.parametrize("limit", ["MAX_SECONDS", "MAX_PAGE_SECONDS"])
def test_reading_for_ever_is_refused(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, limit, -1.0)
    assert "too long to read at page 1" in refused(made([page(LONG)]))


# -- hostile input -------------------------------------------------------------------------------------------

NODE = "<< /Type /Pages /Kids [{}] /Count 1 >>"
CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
FORM = "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /A 4 0 R >> >>"
LEAF = b"<< /Type /Page /Parent 2 0 R /Contents 5 0 R /Resources << /XObject << /A 4 0 R >> >> >>"


@pytest.mark.parametrize(
    "data",
    [
        assemble([CATALOG, NODE.format("2 0 R").encode()]),
        assemble([CATALOG, NODE.format("3 0 R").encode(), NODE.format("2 0 R").encode()]),
        assemble([CATALOG, *(NODE.format(f"{n} 0 R").encode() for n in range(3, 3000))]),
        assemble([b"1 0 R"]),
        assemble([CATALOG, b"2 0 R"], "/Prev 9"),
        assemble([CATALOG, NODE.format("3 0 R").encode(), LEAF, stream(b"/A Do", FORM), stream(b"/A Do")]),
        assemble(
            [
                CATALOG,
                NODE.format("3 0 R").encode(),
                LEAF,
                stream(b"/A Do", FORM),
                stream(zlib.compress(zlib.compress(bytes(300000000), 9), 9), "/Filter [/FlateDecode /FlateDecode]"),
            ]
        ),
        assemble([CATALOG, NODE.format("3 0 R").encode(), LEAF, b"null", stream(b"[" * 100_000)]),
        assemble([b"<<" + b"/A <<" * 50_000]),
        b"%PDF-1.7\n" + b"1 0 obj <<" * 20_000,
        b"%PDF-1.7\nstartxref\n9\n%%EOF",
    ],
    ids=[
        "own kid",
        "loop",
        "deep",
        "own root",
        "loop of xrefs",
        "own form",
        "bomb",
        "nested",
        "nested 2",
        "objects",
        "none",
    ],
)
def test_files_made_to_do_harm_are_refused(data: bytes) -> None:
    refused(data)


# -- any input -----------------------------------------------------------------------------------------------


@cache
def sample() -> bytes:
    return numbered(3, "Office of letters", "Page {}".format)


@given(st.binary(max_size=200).map(lambda data: b"%PDF-1.4\n" + data) | st.binary(max_size=50))
@settings(max_examples=60, deadline=None)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    read_or_refused(data)


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=8), st.floats(0.3, 1))
@settings(max_examples=80, deadline=None)
def test_a_damaged_file_is_read_or_refused(flips: list[tuple[float, int]], kept: float) -> None:
    data = bytearray(sample())
    for at, byte in flips:
        data[int(at * (len(data) - 1))] = byte
    read_or_refused(bytes(data))
    read_or_refused(bytes(data[: int(kept * len(data))]))


def read_or_refused(data: bytes) -> None:
    try:
        reading = read_pdf(data)
    except InputError:
        return
    check(reading)


words = st.text(st.characters(codec="cp1252", categories=["L", "Nd"]), min_size=1, max_size=9)


@given(st.lists(st.lists(st.lists(words, min_size=1, max_size=9).map(" ".join), max_size=12), min_size=1, max_size=5))
@settings(max_examples=80, deadline=None)
def test_no_word_of_any_page_is_lost(pages: list[list[str]]) -> None:
    contents = [b"".join(shown(line, y=800 - 14 * n) for n, line in enumerate(lines)) for lines in pages]
    try:
        reading = read_pdf(made(contents))
    except InputError:  # numbers alone are no text
        assert not any(char.isalpha() for lines in pages for line in lines for char in line)
        return
    check(reading)
    assert len(reading.pages) == len(pages)
    written = sorted(unicodedata.normalize("NFC", " ".join(line for lines in pages for line in lines)).split())
    assert sorted(reading.text.split()) == written
    # What is printed around a page may come behind the sentence that runs over it.
    shown_words = "".join(
        (" " * len(block) if block.kind == "furniture" else reading.text[block.start : block.end]) + "  "
        for block in reading.blocks
    )
    for lines, (start, end) in zip(pages, pairwise([*reading.pages, len(reading.text)]), strict=True):
        on_page = unicodedata.normalize("NFC", " ".join(lines)).split()
        assert Counter(shown_words[start:end].split()) <= Counter(on_page)
