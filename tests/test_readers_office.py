"""Office files: Word, OpenDocument, Excel and CSV become headings, paragraphs and rows that name their columns."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

import docx
import odfdo
import openpyxl
import pytest
from docx.oxml import parse_xml
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import InputError
from ingest.readers import Reading, tables, zipped
from ingest.readers.opendocument import read_odt
from ingest.readers.reading import TextBuilder, plausible_title
from ingest.readers.rows import add_sheet, add_table
from ingest.readers.tables import read_csv, read_xlsx
from ingest.readers.word import read_docx
from ingest.readers.zipped import open_zip, read_member

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


# -- tables --------------------------------------------------------------------------------------------------


def table(*rows: list[str], header: bool | None = None) -> list[tuple[str, str]]:
    builder = TextBuilder()
    add_table(builder, rows, header)
    return parts(builder.reading({}))


def sheet(*rows: list[str]) -> list[tuple[str, str]]:
    builder = TextBuilder()
    add_sheet(builder, rows)
    return parts(builder.reading({}))


def test_every_row_names_its_columns() -> None:
    assert table(["Month", "Letters"], ["May", "12"], ["June", ""]) == [
        ("furniture", "Month | Letters"),
        ("table", "Month: May | Letters: 12"),
        ("table", "Month: June"),
    ]


@pytest.mark.parametrize(
    "rows",
    [
        [["May", "12"], ["June", "14"]],
        [["May", "12"]],
        [["Chair", "N. Dao"], ["Secretary", "T. Ly"]],
        [["North", "open", "read"], ["South", "open", "sent"]],
        [["Place:", "Hue", "by car"], ["Day:", "Monday", "at noon"]],
        [["An", "2021", "2022"], ["Binh", "2020", "2023"]],
        [["The letters were read.", "All of them.", "In May."], ["a", "b", "c"]],
    ],
)
def test_a_first_row_that_names_nothing_is_a_row(rows: list[list[str]]) -> None:
    assert table(*rows) == [("table", " | ".join(row)) for row in rows]


def test_years_may_name_columns() -> None:
    assert table(["Province", "2023", "2024"], ["Hue", "12", "14"])[1] == (
        "table",
        "Province: Hue | 2023: 12 | 2024: 14",
    )


def test_what_the_format_says_of_the_header_counts() -> None:
    assert table(["Chair", "N. Dao"], ["Secretary", "T. Ly"], header=True)[1] == (
        "table",
        "Chair: Secretary | N. Dao: T. Ly",
    )
    assert table(["Month", "Letters"], ["May", "12"], header=False)[0] == ("table", "Month | Letters")


def test_a_header_of_two_rows() -> None:
    rows = table(
        ["Province", "2023", "", "2024", ""], ["", "Letters", "Replies", "Letters", "Replies"], ["Hue", *"1234"]
    )
    assert rows[-1] == (
        "table",
        "Province: Hue | 2023 Letters: 1 | 2023 Replies: 2 | 2024 Letters: 3 | 2024 Replies: 4",
    )


def test_one_column_is_no_table() -> None:
    assert table(["", "One."], ["", "Two."]) == [("paragraph", "One."), ("paragraph", "Two.")]


def test_titles_over_a_table_and_notes_under_it() -> None:
    rows = [["Letters by month", ""], ["Month", "Letters"], ["May", "12"], ["June", "14"], ["Counted by hand.", ""]]
    assert sheet(*rows, [], ["Chair", "N. Dao"]) == [
        ("heading", "Letters by month"),
        ("furniture", "Month | Letters"),
        ("table", "Month: May | Letters: 12"),
        ("table", "Month: June | Letters: 14"),
        ("paragraph", "Counted by hand."),
        ("table", "Chair | N. Dao"),
    ]


# -- CSV -----------------------------------------------------------------------------------------------------

ROWS = [("furniture", "Tháng | Đơn | Ghi chú"), ("table", "Tháng: Năm | Đơn: 12,5 | Ghi chú: đã đọc; tốt")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_csv_of_every_make(delimiter: str, encoding: str, end: str) -> None:
    text = end.join(
        [delimiter.join(["Tháng", "Đơn", "Ghi chú"]), delimiter.join(["Năm", '"12,5"', '"đã đọc;\ntốt"']), ""]
    )
    assert parts(read_csv(text.encode(encoding))) == ROWS


def test_decimal_commas_are_no_delimiters() -> None:
    assert parts(read_csv(b"a;b\n1,5;2,5\n3,5;4,5\n"))[1] == ("table", "a: 1,5 | b: 2,5")


def test_the_delimiter_excel_names() -> None:
    assert parts(read_csv(b"sep=;\nMonth;Letters, all\nMay;1\n"))[1] == ("table", "Month: May | Letters, all: 1")


def test_a_quote_that_is_left_open_swallows_nothing() -> None:
    text = 'Place,Note\n"Hue,12\n' + "Dak Lak,14\n" * 30_000
    assert len(read_csv(text.encode()).blocks) == 30_002


def test_a_list_without_delimiters_is_paragraphs() -> None:
    assert [kind for kind, _ in parts(read_csv(b"Comment\nAll was read.\nNothing came back.\n"))] == ["paragraph"] * 3


def test_too_many_cells_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MAX_CELLS", 5)
    assert "filled cells" in refused(read_csv, b"a,b\n1,2\n3,4\n")
    assert "filled cells" in refused(read_xlsx, workbook({"A": [["a", "b"], ["1", "2"], ["3", "4"]]}))


# -- Excel ---------------------------------------------------------------------------------------------------


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


def cells(*values: Any, number_format: str | None = None) -> list[str]:
    def change(book: Any) -> None:
        for number in range(1, len(values) + 1):
            book["Sheet1"].cell(number, 1).number_format = number_format

    reading = read_xlsx(workbook({"Sheet1": [[value] for value in values]}, change if number_format else None))
    return [words for _, words in parts(reading)]


def test_values_read_as_a_person_reads_them() -> None:
    assert cells(12, 12.0, 12.5, 0.1 + 0.2, 1 / 3, 123456789012, 1e20, True, " a\n b ", -0.0) == [
        "12", "12", "12.5", "0.3", "0.33333333333", "123456789012", "100000000000000000000", "TRUE", "a b", "0",
    ]  # fmt: skip
    assert cells(date(2024, 5, 1), datetime(2024, 5, 1, 8, 30), datetime(2024, 5, 1, 8, 30, 5), time(9, 5)) == [
        "2024-05-01",
        "2024-05-01 08:30",
        "2024-05-01 08:30:05",
        "09:05",
    ]
    assert cells(timedelta(hours=30, minutes=2)) == ["30:02"]


@pytest.mark.parametrize(
    ("number_format", "value", "says"),
    [
        ("0.0%", 0.125, "12.5%"),
        ("0%", 1, "100%"),
        ("0%", 0.125, "13%"),
        ("#,##0", 1234567.2, "1234567"),
        ("# ##0,0", 1234567, "1234567"),
        ("0.00", 12.5, "12.5"),
        ("#,##0.00 [$€-40C]", 12.345, "12.35 €"),
        ('"VND" #,##0', 1200, "VND 1200"),
        ('#,##0\\ "đ";[Red]-#,##0\\ "đ"', 1200, "1200 đ"),
        ("0.00E+00", 1234.5, "1234.5"),
        ("@", 12.5, "12.5"),
        ("General", 12.5, "12.5"),
    ],
)
def test_numbers_are_shown_as_their_format_says(number_format: str, value: float, says: str) -> None:
    assert cells(value, number_format=number_format) == [says]


@given(st.floats(allow_nan=True) | st.integers(), st.text('0#?.,%"[]$-€;\\_* Eđ/@x', max_size=20))
@settings(max_examples=300, deadline=None)
def test_any_number_is_shown_in_any_format(value: float, number_format: str) -> None:
    assert tables._number(value, number_format)


def test_a_workbook_of_several_sheets() -> None:
    def change(book: Any) -> None:
        book["Hidden"].sheet_state = "hidden"
        book.properties.title = "Letters of 2024"

    rows = [["Month", "Letters"], [date(2024, 5, 1), 12]]
    reading = read_xlsx(workbook({"Hue": rows, "Hidden": [["secret"]], "Empty": [], "Sheet3": [["A note."]]}, change))
    assert parts(reading) == [
        ("heading", "Hue"),
        ("furniture", "Month | Letters"),
        ("table", "Month: 2024-05-01 | Letters: 12"),
        ("heading", "Sheet3"),
        ("paragraph", "A note."),
    ]
    assert reading.stated == {"title": "Letters of 2024"}


def test_formulas_errors_and_wrong_dimensions() -> None:
    data = workbook({"Sheet1": [["Month", "Letters", "Sum"], ["May", 12, "=B2*2"], ["June", "#REF!", 2]]})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    narrow = re.sub(r'<dimension ref="[^"]*"', '<dimension ref="A1"', xml)
    reading = read_xlsx(repacked(data, xl__worksheets__sheet1_dot_xml=narrow))
    assert parts(reading)[1:] == [("table", "Month: May | Letters: 12"), ("table", "Month: June | Sum: 2")]


@pytest.mark.parametrize("cell", ['<row r="99999999999">', '<row r="1"><c r="A999999999" t="n"><v>1</v></c>'])
def test_a_sheet_that_claims_to_be_endless_is_refused(cell: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MAX_SCANNED", 100_000)
    data = workbook({"Sheet1": [["a"]]})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    changed = re.sub(r'<row r="1"[^>]*>', cell + '</row><row r="999999999999">', xml)
    with_changes = repacked(data, xl__worksheets__sheet1_dot_xml=changed)
    assert "filled cells" in refused(read_xlsx, with_changes)


# -- Word ----------------------------------------------------------------------------------------------------

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


def test_a_word_document_as_a_reader_sees_it() -> None:
    document = docx.Document()
    document.core_properties.title = "A year of letters"
    document.sections[0].header.paragraphs[0].text = "Office of letters"
    document.sections[0].footer.paragraphs[0].text = "Page"
    document.add_heading("A year of letters", 0)
    document.add_heading("Spring", 1)
    document.add_paragraph(LONG)
    document.add_paragraph("read them", style="List Bullet")
    document.add_paragraph("answer them", style="List Number")
    document.add_paragraph().add_run("The autumn session").bold = True
    document.add_paragraph("A word or two: ").add_run("all was read.").bold = True
    rows = document.add_table(rows=3, cols=3)
    for row, texts in zip(
        rows.rows, [["Month", "Letters", "Note"], ["May", "12", ""], ["June", "14", "many"]], strict=True
    ):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    document.add_paragraph("The end.")
    reading = read_docx(saved(document))
    assert parts(reading) == [
        ("furniture", "Office of letters"),
        ("furniture", "Page"),
        ("heading", "A year of letters"),
        ("heading", "Spring"),
        ("paragraph", LONG),
        ("item", "read them"),
        ("item", "answer them"),
        ("heading", "The autumn session"),
        ("paragraph", "A word or two: all was read."),
        ("furniture", "Month | Letters | Note"),
        ("table", "Month: May | Letters: 12"),
        ("table", "Month: June | Letters: 14 | Note: many"),
        ("paragraph", "The end."),
    ]
    assert reading.stated == {"title": "A year of letters", "language": "en"}


@pytest.mark.parametrize(
    ("xml", "says"),
    [
        (f"{run('Read ')}<w:ins>{run('all ')}</w:ins><w:del><w:r><w:delText>no </w:delText></w:r></w:del>"
         + run("letters."),
         "Read all letters."),
        (f"{run('See ')}<w:hyperlink>{run('the list')}</w:hyperlink>{run('.')}", "See the list."),
        (f"<w:r><w:rPr><w:vanish/></w:rPr><w:t>secret</w:t></w:r>{run('open')}", "open"),
        ("<w:r><w:t>one</w:t><w:tab/><w:t>two</w:t><w:br/><w:t>anti</w:t><w:noBreakHyphen/><w:t>x</w:t></w:r>",
         "one two anti-x"),
        (f"<w:sdt><w:sdtPr/><w:sdtContent>{run('held')}</w:sdtContent></w:sdt>", "held"),
        (f"<w:r><w:fldChar w:fldCharType='begin'/><w:instrText>DATE</w:instrText></w:r>{run('5 May')}", "5 May"),
        (f"<w:moveFrom>{run('gone')}</w:moveFrom><w:moveTo>{run('here')}</w:moveTo>", "here"),
        (run("L\u0301y &#x1F600; a\u00a0b"), "Lý 😀 a b".replace("Lý", "Ĺy")),
    ],
)  # fmt: skip
def test_the_words_of_a_paragraph(xml: str, says: str) -> None:
    assert [words for _, words in parts(read_docx(word(xml)))] == [says]


def test_a_text_box_is_read_once() -> None:
    box = f"<w:pict><w:txbxContent><w:p>{run('In the box.')}</w:p></w:txbxContent></w:pict>"
    xml = f"<w:r><mc:AlternateContent><mc:Choice Requires='wps'>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
    reading = read_docx(word(f"{run('Before.')}{xml}</mc:AlternateContent></w:r>"))
    assert parts(reading) == [("paragraph", "Before."), ("paragraph", "In the box.")]


@pytest.mark.parametrize("namespace", ["http://schemas.openxmlformats.org/wordprocessingml/2006/main",
                                       "http://purl.oclc.org/ooxml/wordprocessingml/main"])  # fmt: skip
def test_notes_stand_at_the_end_also_in_strict_files(namespace: str) -> None:
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    data = packed(
        **{
            "_rels/.rels": f'<Relationships xmlns="{relations}"><Relationship Id="1" Type="x/officeDocument" '
            'Target="/word/main.xml"/></Relationships>',
            "word/_rels/main.xml.rels": f'<Relationships xmlns="{relations}">'
            '<Relationship Id="1" Type="x/footnotes" Target="notes.xml"/></Relationships>',
            "word/main.xml": f'<w:document xmlns:w="{namespace}"><w:body><w:p>{run("All was read.")}<w:r>'
            f'<w:footnoteReference w:id="2"/></w:r></w:p><w:p>{run("The end.")}</w:p></w:body></w:document>',
            "word/notes.xml": f'<w:footnotes xmlns:w="{namespace}"><w:footnote w:type="separator"><w:p>{run("-")}'
            f'</w:p></w:footnote><w:footnote w:id="2"><w:p>{run("By hand.")}</w:p></w:footnote></w:footnotes>',
        }
    )
    assert [words for _, words in parts(read_docx(data))] == ["All was read.", "The end.", "By hand."]


def test_merged_cells_are_in_every_row_they_reach() -> None:
    document = docx.Document()
    rows = document.add_table(rows=4, cols=3)
    for row, texts in enumerate(
        [["Place", "Month", "Letters"], ["Hue", "May", "12"], ["", "June", "14"], ["Vinh", "May", "9"]]
    ):
        for column, text in enumerate(texts):
            rows.cell(row, column).text = text
    rows.cell(1, 0).merge(rows.cell(2, 0))
    assert parts(read_docx(saved(document)))[2] == ("table", "Place: Hue | Month: June | Letters: 14")


def test_a_letterhead_is_no_header_and_a_frame_no_table() -> None:
    document = docx.Document()
    letterhead = document.add_table(rows=2, cols=2)
    for row, texts in enumerate([["THE PROVINCE", "THE REPUBLIC"], ["No. 12", "Hue, 5 May"]]):
        for column, text in enumerate(texts):
            letterhead.cell(row, column).paragraphs[0].add_run(text).bold = row == 0
    document.add_table(rows=1, cols=1).cell(0, 0).text = LONG
    assert parts(read_docx(saved(document))) == [
        ("table", "THE PROVINCE | THE REPUBLIC"),
        ("table", "No. 12 | Hue, 5 May"),
        ("paragraph", LONG),
    ]


# -- OpenDocument --------------------------------------------------------------------------------------------

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


def test_an_open_document_as_a_reader_sees_it() -> None:
    document = odfdo.Document("text")
    document.body.clear()
    document.meta.title = "A year of letters"
    document.language = "vi-VN"
    document.body.append(odfdo.Header(1, "Spring"))
    document.body.append(odfdo.Paragraph("Twelve  letters\tcame.\nAll were read."))
    document.body.append(odfdo.List(["read them", "answer them"]))
    rows = odfdo.Table("T", width=0, height=0)
    for values in [["Month", "Letters", "Note"], ["May", "12", ""], ["June", "14", "many"]]:
        row = odfdo.Row()
        row.set_values(values)
        rows.append_row(row)
    document.body.append(rows)
    reading = read_odt(saved(document))
    assert parts(reading) == [
        ("heading", "Spring"),
        ("paragraph", "Twelve letters came. All were read."),
        ("item", "read them"),
        ("item", "answer them"),
        ("furniture", "Month | Letters | Note"),
        ("table", "Month: May | Letters: 12"),
        ("table", "Month: June | Letters: 14 | Note: many"),
    ]
    assert reading.stated == {"title": "A year of letters", "language": "vi"}


def test_changes_notes_boxes_and_titles_of_an_open_document() -> None:
    reading = read_odt(
        odt(
            "<text:tracked-changes><text:changed-region><text:p>gone</text:p></text:changed-region></text:tracked-changes>"
            '<text:p text:style-name="P1">The year</text:p><text:p text:style-name="P2">In bold</text:p>'
            "<text:table-of-content><text:index-body><text:p>Spring 4</text:p></text:index-body>"
            "</text:table-of-content><text:section><text:p>All was <text:span>read</text:span>"
            "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>By hand.</text:p>"
            "</text:note-body></text:note>.<office:annotation><text:p>Really?</text:p></office:annotation><draw:frame>"
            "<draw:text-box><text:p>In the box.</text:p></draw:text-box></draw:frame></text:p></text:section>",
            '<style:style style:name="P1" style:parent-style-name="Title"/>'
            '<style:style style:name="P2"><style:text-properties fo:font-weight="bold"/></style:style>',
            styles="<office:styles><style:style style:name='Title'/></office:styles><office:master-styles>"
            "<style:master-page><style:header><text:p>Office of letters</text:p></style:header></style:master-page>"
            "</office:master-styles>",
        )
    )
    assert parts(reading) == [
        ("furniture", "Office of letters"),
        ("heading", "The year"),
        ("heading", "In bold"),
        ("furniture", "Spring 4"),
        ("paragraph", "All was read."),
        ("paragraph", "In the box."),
        ("paragraph", "By hand."),
    ]


def test_cells_of_an_open_document_that_reach_over_others() -> None:
    def cell(text: str, more: str = "") -> str:
        return f"<table:table-cell {more}><text:p>{text}</text:p></table:table-cell>"

    row, covered = "<table:table-row>{}</table:table-row>".format, "<table:covered-table-cell/>"
    header = f"<table:table-header-rows>{row(cell('Place') + cell('Month') + cell('Reader'))}</table:table-header-rows>"
    rows = row(cell("Hue", 'table:number-rows-spanned="2"') + cell("May") + cell("An"))
    rows += row(covered + cell("June") + cell("Binh")) + row(
        cell("Vinh", 'table:number-columns-spanned="2"') + covered + cell("Chi")
    )
    assert parts(read_odt(odt(f"<table:table>{header}{rows}</table:table>")))[1:] == [
        ("table", "Place: Hue | Month: May | Reader: An"),
        ("table", "Place: Hue | Month: June | Reader: Binh"),
        ("table", "Place: Vinh | Reader: Chi"),
    ]


# -- titles --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("title", ["Báo cáo năm 2024", "The title of the year", "Documents of May", "Scan of the sky"])
def test_titles_that_a_person_wrote(title: str) -> None:
    assert plausible_title(f" {title}\n") == title


@pytest.mark.parametrize(
    "title",
    [
        "",
        "Microsoft Word - a.doc",
        "Untitled-1",
        "document 2",
        "a.docx",
        "Book1",
        "PowerPoint Presentation",
        "2024",
        "scan0001",
        None,
    ],
)
def test_titles_that_a_program_wrote(title: str | None) -> None:
    assert plausible_title(title) is None


# -- bad input -----------------------------------------------------------------------------------------------

READERS = [read_docx, read_odt, read_xlsx]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
LAUGHS = "<!DOCTYPE x [<!ENTITY a0 'ha'>" + "".join(
    f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12)
) + "]>"  # fmt: skip


@pytest.mark.parametrize("reader", READERS)
def test_old_and_encrypted_files_are_named(reader: Callable[[bytes], Reading]) -> None:
    assert "old " in refused(reader, OLE)
    assert "is encrypted; save it without a password" in refused(reader, OLE + "EncryptedPackage".encode("utf-16-le"))


def test_an_encrypted_open_document_is_named() -> None:
    manifest = f"<manifest:manifest {OFFICE}><manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"
    data = packed(**{"content.xml": b"\x00\x01", "META-INF/manifest.xml": manifest + "</manifest:manifest>"})
    assert "is encrypted" in refused(read_odt, data)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("data", [b"Twelve letters.", packed(a="b"), b"PK\x05\x06" + bytes(18)])
def test_what_is_no_office_file_is_refused(reader: Callable[[bytes], Reading], data: bytes) -> None:
    assert "damaged, or n" in refused(reader, data)


def test_entities_fill_no_memory() -> None:
    document = f"{LAUGHS}<w:document {W}><w:body><w:p>{run('Twelve &a11; letters.')}</w:p></w:body></w:document>"
    content = f"{LAUGHS}<office:x {OFFICE}><office:body><office:text><text:p>Twelve &a11;</text:p></office:text>"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    strings = f"{LAUGHS}<sst xmlns='{main}'><si><t>&a11;</t></si></sst>"
    for reader, data in [
        (read_docx, repacked(word(), word__document_dot_xml=document)),
        (read_odt, packed(**{"content.xml": content + "</office:body></office:x>"})),
        (read_xlsx, repacked(workbook({"Sheet1": [["a"]]}), xl__sharedStrings_dot_xml=strings)),
    ]:
        with suppress(InputError):
            assert len(reader(data).text) < 100


def test_an_entity_reads_no_file() -> None:
    outside = "<!DOCTYPE x [<!ENTITY f SYSTEM 'file:///etc/passwd'>]>"
    document = f"{outside}<w:document {W}><w:body><w:p>{run('a&f;')}</w:p></w:body></w:document>"
    assert read_docx(repacked(word(), word__document_dot_xml=document)).text == "a"


def test_what_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = packed(**{"word/media/a": bytes(zipped.MAX_UNPACKED + 1)})
    assert "300 MB" in refused(read_docx, bomb)
    monkeypatch.setattr(zipped, "MAX_XML", 100)
    assert "of text" in refused(read_docx, word(run(LONG)))
    monkeypatch.setattr(zipped, "MAX_MEMBERS", 1)
    assert "more than 1 files" in refused(read_docx, word(run(LONG)))


def test_a_packed_file_that_states_a_false_size_is_refused() -> None:
    data = bytearray(packed(a=bytes(1_000_000)))
    at = data.index(b"PK\x01\x02") + 24
    assert int.from_bytes(data[at : at + 4], "little") == 1_000_000
    data[at : at + 4] = (100).to_bytes(4, "little")
    archive = open_zip(bytes(data))
    with pytest.raises(InputError, match="damaged"):
        read_member(archive, archive.infolist()[0])


def test_an_encrypted_archive_is_refused() -> None:
    data = bytearray(packed(a=b"Twelve letters."))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(InputError, match="is encrypted"):
        open_zip(bytes(data))


def test_a_deep_document_is_read_or_refused() -> None:
    for depth in (40, 5000):
        xml = "<w:sdt><w:sdtContent>" * depth + run("deep") + "</w:sdtContent></w:sdt>" * depth
        document = f"<w:document {W}><w:body><w:p>{xml}</w:p></w:body></w:document>"
        data = repacked(word(), word__document_dot_xml=document)
        if depth == 40:
            assert read_docx(data).text == "deep"
        else:
            assert "damaged" in refused(read_docx, data)


# -- any input -----------------------------------------------------------------------------------------------


@cache
def sample(reader: Callable[[bytes], Reading]) -> bytes:
    document = docx.Document()
    document.add_heading("Letters", 1)
    document.add_paragraph(LONG)
    return {
        read_docx: saved(document),
        read_odt: odt("<text:h>Letters</text:h><text:p>All was read.</text:p>"),
        read_xlsx: workbook({"Hue": [["Month", "Letters"], ["May", 12]]}),
        read_csv: "Tháng;Đơn\nNăm;12\n".encode(),
    }[reader]


@pytest.mark.parametrize("reader", [*READERS, read_csv])
@given(st.data())
@settings(max_examples=40, deadline=None)
def test_any_bytes_are_read_or_refused(reader: Callable[[bytes], Reading], data: st.DataObject) -> None:
    whole = bytearray(sample(reader))
    for at, byte in data.draw(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=6)):
        whole[int(at * (len(whole) - 1))] = byte
    cut = bytes(whole[: int(data.draw(st.floats(0, 1)) * len(whole))])
    for damaged in (bytes(whole), cut, data.draw(st.binary(max_size=60)), b"PK\x03\x04" + cut[4:]):
        try:
            reading = reader(damaged)
        except InputError as exc:
            assert "\n" not in str(exc)  # noqa: PT017
        else:
            check(reading)


PARTS = st.sampled_from(
    "<w:p> </w:p> <w:r> </w:r> <w:t> </w:t> <w:tbl> </w:tbl> <w:tr> </w:tr> <w:tc> </w:tc> <w:ins> </w:ins> "
    "<w:sdt> </w:sdt> "
    "<w:tcPr><w:vMerge/></w:tcPr> <w:tcPr><w:gridSpan_w:val='3'/></w:tcPr> <w:pPr><w:pStyle_w:val='Heading1'/></w:pPr> "
    "letters <w:tab/> <w:txbxContent> </w:txbxContent>".split()
)


@given(st.lists(PARTS, max_size=30))
@settings(max_examples=100, deadline=None)
def test_any_order_of_elements_is_read(pieces: list[str]) -> None:
    stack, xml = [], ""
    for piece in pieces:  # close what is open, so that it is XML
        if piece.startswith("</"):
            if stack:
                xml += f"</{stack.pop()}>"
            continue
        xml += piece.replace("_", " ")
        if re.fullmatch(r"<w:\w+>", piece):
            stack.append(piece[1:-1])
    xml += "".join(f"</{name}>" for name in reversed(stack))
    document = f"<w:document {W}><w:body>{xml}</w:body></w:document>"
    check(read_docx(packed(**{"word/document.xml": document})))


texts = st.text(st.characters(categories=["L", "Nd", "P"], max_codepoint=0x1EF9), max_size=8)
matrices = st.lists(st.lists(texts, max_size=5), max_size=7)


@given(matrices, st.sampled_from([None, True, False]))
@settings(max_examples=200, deadline=None)
def test_no_cell_is_lost(rows: list[list[str]], header: bool | None) -> None:
    builder = TextBuilder()
    add_sheet(builder, rows, header)
    reading = builder.reading({})
    check_cells(reading, rows)


@given(matrices)
@settings(max_examples=30, deadline=None)
def test_no_cell_of_a_workbook_is_lost(rows: list[list[str]]) -> None:
    check_cells(read_xlsx(workbook({"Sheet1": [[f"'{cell}" if cell else "" for cell in row] for row in rows]})), rows)


def check_cells(reading: Reading, rows: list[list[str]]) -> None:
    last = 0
    for block in reading.blocks:
        assert last <= block.start < block.end
        last = block.end
    for row in rows:
        for cell in row:
            assert " ".join(unicodedata.normalize("NFC", cell).split()) in unicodedata.normalize("NFC", reading.text)
