"""Tables, CSV and Excel: rows that name their columns, and no cell lost."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from office import parts, refused, repacked, workbook

from ingest.readers import Reading, tables
from ingest.readers.reading import TextBuilder
from ingest.readers.rows import add_sheet, add_table
from ingest.readers.tables import read_csv, read_xlsx

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


# -- any table -----------------------------------------------------------------------------------------------

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
