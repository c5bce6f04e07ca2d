"""Figures taken from reports: what counts as one, what it counts, its period and place, and sources that differ."""

from __future__ import annotations

import time
from decimal import Decimal
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest
from libraries import WordsEngine

from assistant.figures import FigureInfo, csv_lines, find_figures
from benchmarks.figures import scores
from ingest.documents import Block, Description, Document
from ingest.errors import InputError
from ingest.figures.take import figures_of_document
from ingest.figures.values import ReportedFigure
from ingest.library import Library
from ingest.meaning.scope import is_beside
from ingest.pipeline import ingest, remove
from ingest.rebuild import rebuild
from ingest.split import split
from ingest.text.periods import Period, find_periods


def taken(text: str, language: str = "en", period: str = "2023") -> list[ReportedFigure]:
    about = Description(title="A review", language=language, period=Period.parse(period), places=("Tuyen Quang",))
    document = Document("d0", "/a", "a", text, (Block(0, len(text), "paragraph"),), about)
    return list(figures_of_document(document, split(document)))


def said(figures: list[ReportedFigure]) -> str:
    return "; ".join(f"{f.value:f} {f.counted} {f.period.label if f.period else None}" for f in figures)


OF_EACH = (
    ("en", "In 2023 the office took 143 calls, against 96 in 2022.", "143 calls 2023; 96 calls 2022"),
    ("en", "It took in 341 letters, of which 329 have been answered.", "341 letters 2023; 329 letters 2023"),
    ("en", "Seven of the eleven schools are closed.", "7 schools 2023; 11 schools 2023"),
    ("en", "The clinics have treated 32 patients since 2013.", "32 patients 2013/2023"),
    ("fr", "Le tribunal a jugé 143 affaires, contre 96 en 2022.", "143 affaires 2023; 96 affaires 2022"),
    ("fr", "Douze services sur vingt ont répondu.", "12 services 2023; 20 services 2023"),
    (
        "vi",
        "Năm 2023, các cấp tổ chức 44 cuộc đối thoại, so với 34 cuộc của năm 2022.",
        "44 cuộc đối thoại 2023; 34 cuộc đối thoại 2022",
    ),
    (
        "vi",
        "Trong 6 tháng đầu năm 2023, cả nước khởi tố 43 vụ án với 60 bị can; cùng kỳ năm 2022 là 31 vụ với 52 bị can.",
        "43 vụ án 2023-H1; 60 bị can 2023-H1; 31 vụ án 2022-H1; 52 bị can 2022-H1",
    ),
)


@pytest.mark.parametrize(("language", "text", "expected"), OF_EACH)
def test_a_figure_has_what_it_counts_and_its_own_period(language: str, text: str, expected: str) -> None:
    assert said(taken(text, language)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Article 12 of Law No. 36 and Decree 59/2019 apply; call 0912 345 678.",
        "The 14th Congress met on 5 May 2023 at 9 a.m. in Room 4.",
        "Điều 5 Nghị định số 59/2019/NĐ-CP được sửa ngày 3/4/2023.",
        "L'article 4 de la loi n° 2013-907 a été cité.",
        "It is three times as high as before.",
    ],
)
def test_what_counts_nothing_is_no_figure(text: str) -> None:
    assert taken(text, "vi" if "Điều" in text else "fr" if "L'article" in text else "en") == []


def test_units_hedges_ranges_and_changes_are_kept() -> None:
    money, rise, low, high = taken("Thu hồi gần 2 tỷ đồng, tăng 12%. Có từ 5 đến 7 vụ.", "vi")[:4]
    assert (money.value, money.unit, money.sense) == (Decimal(2_000_000_000), "dong", "under")
    assert (rise.unit, rise.change, money.change) == ("percent", True, False)
    assert (low.value, high.value) == (Decimal(5), Decimal(7))
    assert [figure.edge for figure in taken("It has 5–7 cases a day.")] == ["low", "high"]


def test_a_quote_is_verbatim_and_holds_its_figure() -> None:
    text = "Nothing here. The office took 143 calls in 2022. It rained."
    (figure,) = taken(text)
    assert text[figure.quote_start : figure.quote_end] == "The office took 143 calls in 2022."
    assert text[figure.start : figure.end] == "143"


def test_reading_a_long_table_looks_at_each_row_a_few_times() -> None:
    """A table of 50,000 rows took a minute, as each row looked for a heading over it through all rows before."""

    class Rows(tuple[Block, ...]):
        looked = 0

        def __getitem__(self, place: Any) -> Any:
            Rows.looked += 1
            return super().__getitem__(place)

    lines = [f"Office {number} | {number + 30} letters" for number in range(300)]
    text = "\n".join(lines)
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    blocks = Rows(Block(start, start + len(line), "table") for start, line in zip(starts, lines, strict=False))
    document = Document("d0", "/a", "a", text, blocks, Description(title="Letters", language="en"))
    passages = split(document)
    Rows.looked = 0
    assert len(figures_of_document(document, passages)) >= 300
    assert Rows.looked < 10 * len(blocks)


def test_whether_a_year_is_beside_another_figures_is_told_at_once_however_long_the_row() -> None:
    for text, beside in (("In all 143 calls, against 96 in 2022.", True), ("In 2022 it took 96 calls.", False)):
        assert is_beside(text, find_periods(text)) is beside
    row = "2024 " * 3000
    mentions = find_periods(row)
    started = time.process_time()
    assert not any(is_beside(row, [mention]) for mention in mentions[-3:])
    assert time.process_time() - started < 3  # it was half a minute


def test_one_measure_has_one_key_in_three_languages() -> None:
    texts = {
        "en": "Local authorities opened 848 new corruption cases.",
        "fr": "Les localités ont ouvert 848 nouvelles affaires de corruption.",
        "vi": "Các địa phương khởi tố mới 848 vụ án tham nhũng.",
    }
    assert {taken(text, language)[0].measure for language, text in texts.items()} == {"case corruption prosecuted"}
    assert taken("It settled 1,655 letters.")[0].measure != taken("It received 1,655 letters.")[0].measure


def test_the_labelled_reports_are_read_right() -> None:
    """The floors; `make bench` prints what it came to."""
    found = scores()
    assert found["held out"].precision >= 0.9
    assert found["held out"].recall >= 0.9
    assert found["tuned on"].precision >= 0.93


# -- kept with their documents ----------------------------------------------------------------------------

ONE = "The office of Tuyen Quang reviewed 2023. In 2023 it settled 120 letters and opened 8 corruption cases."
OTHER = (
    "A newspaper looked back at Tuyen Quang in 2023. In 2023 the office of Tuyen Quang settled 131 letters, it wrote."
)


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "one.txt").write_text(ONE, encoding="utf-8")
    (folder / "other.txt").write_text(OTHER, encoding="utf-8")
    return folder


def values(library: Library, **filters: str) -> list[float]:
    return [figure.value for figure in find_figures(library, filters, sort="value").figures]


def test_figures_come_change_and_go_with_their_document(reports: Path, tmp_path: Path) -> None:
    library = Library(tmp_path / "data", WordsEngine())
    ingest(library, [reports])
    assert values(library) == [8, 120, 131]

    (reports / "one.txt").write_text(ONE.replace("120", "125"), encoding="utf-8")
    ingest(library, [reports])
    assert values(library) == [8, 125, 131]

    other = next(d.id for d in library.documents() if "other" in d.source)
    remove(library, other)
    assert values(library) == [8, 125]
    library.close()


def test_sources_that_differ_are_marked_with_both_quotes(reports: Path, tmp_path: Path) -> None:
    library = Library(tmp_path / "data", WordsEngine())
    ingest(library, [reports])
    found = find_figures(library, conflicts=True).figures
    assert sorted(figure.value for figure in found) == [120, 131]
    for figure in found:
        (other,) = figure.conflicts
        assert {figure.value, other.value} == {120, 131}
        assert str(other.value) in other.quote

    (reports / "other.txt").write_text(OTHER.replace("131", "about 125"), encoding="utf-8")
    ingest(library, [reports])
    assert find_figures(library, conflicts=True).figures == []
    library.close()


def test_an_earlier_releases_library_gets_its_figures_when_they_are_asked_for(reports: Path, tmp_path: Path) -> None:
    library = Library(tmp_path / "data", WordsEngine())
    ingest(library, [reports])
    with library._catalog._db.writing() as db:  # as a release without figures left it
        db.execute("DELETE FROM figures")
        db.execute("DELETE FROM figured")
    library.close()

    opened = Library(tmp_path / "data", WordsEngine())
    assert values(opened) == [8, 120, 131]
    opened.close()
    rebuild(tmp_path / "data", WordsEngine())
    rebuilt = Library(tmp_path / "data", WordsEngine())
    assert rebuilt._catalog.figures.missing() == []
    assert values(rebuilt) == [8, 120, 131]
    rebuilt.close()


def test_filters_find_figures(reports: Path, tmp_path: Path) -> None:
    library = Library(tmp_path / "data", WordsEngine())
    ingest(library, [reports])
    assert values(library, measure="đơn thư") == [120, 131]
    assert values(library, measure="corruption cases") == [8]
    assert values(library, source="other") == [131]
    assert values(library, period="2022") == []
    assert values(library, place="Tuyên Quang", unit="count", text="letters") == [120, 131]
    page = find_figures(library, sort="-value", limit=2)
    assert ([figure.value for figure in page.figures], page.total, page.next) == ([131, 120], 3, 2)
    for wrong in ({"measures": "x"}, {"period": "soon"}):
        with pytest.raises(InputError):
            find_figures(library, wrong)
    with pytest.raises(InputError):
        find_figures(library, sort="color")
    library.close()


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1+2", "@SUM(A1)", " =cmd", "\t=1"])
def test_no_cell_of_csv_becomes_a_formula(cell: str) -> None:
    figure = FigureInfo(
        value=-3, unit="", written="3", counted=cell, measure="m", language="en", quote=cell, start=0, end=1,
        figure_start=0, figure_end=1, document_id="d0", title=cell, source=cell,
    )  # fmt: skip
    row = list(csv_lines([figure]))[1]
    assert row.startswith("-3,")  # a number stays one
    assert f"'{cell}" in row.replace('"', "")
    assert f",{cell}" not in row.replace('"', "")
