"""Word and OpenDocument: headings, paragraphs and tables as a reader sees them, and titles that a person wrote."""

from __future__ import annotations

import docx
import odfdo
import pytest
from office import LONG, odt, packed, parts, run, saved, word

from ingest.readers.opendocument import read_odt
from ingest.readers.reading import plausible_title
from ingest.readers.word import read_docx

# -- Word ----------------------------------------------------------------------------------------------------


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
