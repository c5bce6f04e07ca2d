"""Furniture and report told apart: what is marked is no evidence, so a real sentence must not be."""

from __future__ import annotations

from pathlib import Path
from time import process_time

import pytest
from furniture_lines import FURNITURE, REPORT
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.clean import mark_furniture, published_line, source_url
from ingest.documents import Block
from ingest.furniture import LONGEST
from ingest.readers.text import read_text

ROOT = Path(__file__).parents[1]

LONG = (
    "The committee of the province read forty letters during its spring session and answered each of them within the "
    "ten days that its own rules allow; two letters were passed on to the inspection."
)


def marked(*lines: str) -> list[str]:
    """The lines of a plain-text report that are marked as furniture."""
    text = "\n\n".join(lines)
    return [text[b.start : b.end] for b in mark_furniture(text, read_text(text).blocks) if b.kind == "furniture"]


@pytest.mark.parametrize("line", FURNITURE)
def test_furniture_is_marked(line: str) -> None:
    assert marked("A year of letters", LONG, line, LONG, LONG) == [line]


@pytest.mark.parametrize("line", REPORT)
def test_a_sentence_that_looks_like_furniture_is_not_marked(line: str) -> None:
    assert marked("A year of letters", LONG, line, LONG, LONG) == []


@pytest.mark.parametrize("line", [line for line in REPORT if line.endswith(".")])
def test_a_sentence_first_or_last_is_not_marked(line: str) -> None:
    assert marked(line, LONG, LONG) == []
    assert marked("A year of letters", LONG, LONG, line) == []


@pytest.mark.parametrize("byline", ["QH", "Manh Cuong", "N. Dao - T.N.", "Lê Thị Hạnh", "T.N"])
def test_a_name_alone_near_the_end_is_a_byline(byline: str) -> None:
    assert marked("A year of letters", LONG, LONG, byline) == [byline]


@pytest.mark.parametrize(
    "line", ["Twelve remain.", "12 letters", "all of them settled", "Nothing More To Be Said Here Now"]
)
def test_a_short_line_that_is_no_name_is_no_byline(line: str) -> None:
    assert marked("A year of letters", LONG, LONG, line) == []


@pytest.mark.parametrize("office", ["TRƯỞNG BAN", "Chair of the council", "La secrétaire", "Best regards,"])
def test_a_signature_is_no_byline(office: str) -> None:
    assert marked("A year of letters", LONG, LONG, office, "Trần Văn Hải") == []


def test_a_speaker_is_no_byline() -> None:
    assert (
        marked(
            "Transcript", LONG, "ROMAIN DUBOIS", "Who paid?", "LAN TRAN", "The bank paid.", "ROMAIN DUBOIS", "I see."
        )
        == []
    )


def test_the_headlines_under_an_opener_are_furniture_up_to_the_next_paragraph() -> None:
    links = ["Most popular", "Ten cafés with a view"]
    assert marked("A year of letters", LONG, *links, "What remains", LONG, "Related articles", "A new bridge") == [
        *links,
        "Related articles",
        "A new bridge",
    ]


def test_navigation_is_furniture_above_the_report_and_not_in_it() -> None:
    menu = ["Example News", "Home", "Politics", "Contact"]
    assert marked(*menu, "A year of letters", LONG, "Politics", "Contact", LONG) == menu


def test_a_day_alone_dates_the_page_but_several_are_a_chronology() -> None:
    assert marked("A year of letters", "12/03/2024 - 15:47", LONG, LONG) == ["12/03/2024 - 15:47"]
    assert (
        marked("The case", "12 March 2022", "A letter came.", "5 April 2022", "It was read.", "3 May 2022", LONG) == []
    )


def test_page_numbers_and_running_heads_are_furniture_and_figures_are_not() -> None:
    pages = ["Annual review", "7", LONG, LONG, "Annual review", "8", LONG, LONG, "Annual review", "9", LONG]
    assert marked("Letters", *pages) == ["Annual review", "7", "Annual review", "8", "Annual review", "9"]
    assert marked("Letters by district", "Tan Hoa", "412", "Lung Cai", "413", LONG) == []


def test_a_sentence_repeated_beside_its_paragraph_is_a_caption() -> None:
    again = "The province settled nine of every ten letters in spring."
    assert marked("A year of letters", again, f"{again} {LONG}", LONG) == [again]


def test_a_name_at_the_top_is_no_byline() -> None:
    assert marked("Internal Affairs", "Forty letters were read in spring, and all were answered.") == []


def test_after_the_source_line_all_is_tail() -> None:
    tail = ["Source: https://example.org/a", "Written for an example.", "It may be copied."]
    assert marked("A year of letters", LONG, LONG, *tail) == tail


def test_a_source_line_at_the_top_does_not_swallow_the_report() -> None:
    top = "Source: https://example.org/a"
    assert marked(top, "Forty letters were read in spring.", "All were answered within ten days.") == [top]


def test_long_paragraphs_after_a_source_line_are_report() -> None:
    assert marked(LONG, "Source: https://example.org/a", LONG + " " + LONG) == ["Source: https://example.org/a"]


def test_a_table_s_source_closes_nothing() -> None:
    text = f"{LONG}\n\n{LONG}\n\nLetters | 40\n\nSource: the office\n\nTwelve remain open."
    blocks = list(read_text(text).blocks)
    blocks[2] = Block(blocks[2].start, blocks[2].end, "table")
    assert [block.kind for block in mark_furniture(text, blocks)][2:] == ["table", "furniture", "paragraph"]


def test_table_rows_are_never_furniture() -> None:
    text = "Source | 12"
    assert mark_furniture(text, [Block(0, len(text), "table")])[0].kind == "table"


def test_the_source_line_gives_the_address() -> None:
    text = "Letters.\n\nSee https://example.org/other for more.\n\nSource: https://example.org/a?x=1."
    blocks = mark_furniture(text, read_text(text).blocks)
    assert source_url(text, blocks) == "https://example.org/a?x=1"
    assert source_url("Letters.", read_text("Letters.").blocks) is None


@pytest.mark.parametrize(
    ("lines", "day"),
    [
        (["A title", "Published 3 Jan 2024", "Updated 4 Jan 2024", LONG, LONG], "3 Jan 2024"),
        (["A title", "Updated 4 Jan 2024", LONG, LONG, "Published on 3 January 2024 by admin"], "3 January 2024"),
        (["A title", "Publié le jeudi 19 février 2009 à 03h04min", LONG, LONG], "19 février 2009"),
        (["A title", "Ngày đăng : 17:32, 29/06/2022", LONG, LONG], "29/06/2022"),
        (["A title", "Thứ Ba, 12/3/2024 - 15:47", LONG, LONG], "12/3/2024"),
        (["A title", "PV • 28/01/2025 08:22", LONG, LONG], "28/01/2025"),
        (["Cập nhật: 04/01/2024 09:10", LONG, LONG], "04/01/2024"),
        (["A title", "Hà Nội, ngày 12 tháng 3 năm 2024", LONG, LONG], "12 tháng 3 năm 2024"),
        (["A title", f"TAN HOA, 4 January 2024 - {LONG}", LONG], "4 January 2024"),
        (["A title", LONG, "On 12 March 2024 the office met.", LONG], None),
        (["A title", LONG, LONG], None),
    ],
)
def test_the_day_of_publication(lines: list[str], day: str | None) -> None:
    text = "\n\n".join(lines)
    assert published_line(text, mark_furniture(text, read_text(text).blocks)) == day


@pytest.mark.parametrize(
    ("part", "precision", "recall"), [("corpus", 0.98, 0.95), ("tuned", 0.98, 0.95), ("held out", 0.98, 0.85)]
)
def test_labelled_reports(part: str, precision: float, recall: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT))
    from benchmarks import cleaning

    found = cleaning.scores()[part]
    for counts in (found.blocks, found.characters):
        assert cleaning.precision_recall(counts)[0] >= precision, found.errors
        assert cleaning.precision_recall(counts)[1] >= recall, found.errors


def test_hostile_lines_take_no_time() -> None:
    lines = [
        token * (300 // len(token)) for token in ("1:", "a ", "(", "|", "photo", "anh ", "#a", "By A ", "1/", "— ")
    ]
    text = "\n\n".join([LONG, *lines, LONG])
    began = process_time()
    published_line(text, mark_furniture(text, read_text(text).blocks))
    assert process_time() - began < 1.0


LINES = st.sampled_from([*FURNITURE, *REPORT, LONG, "QH", "Home", "12/3/2024", "7", "8", "9"]) | st.text(max_size=60)
KINDS = st.sampled_from(["heading", "paragraph", "item", "table", "furniture"])


@given(st.lists(st.tuples(LINES.filter(str.strip), KINDS), max_size=14))
@settings(deadline=None)
def test_marking_only_ever_makes_blocks_furniture(written: list[tuple[str, str]]) -> None:
    text, blocks = "", list[Block]()
    for line, kind in written:
        blocks.append(Block(len(text), len(text) + len(line), kind))  # type: ignore[arg-type]
        text += line + "\n\n"
    after = mark_furniture(text, blocks)
    assert [(b.start, b.end) for b in after] == [(b.start, b.end) for b in blocks]
    assert all(new.kind in (old.kind, "furniture") for old, new in zip(blocks, after, strict=True))
    assert all(new.kind == old.kind for old, new in zip(blocks, after, strict=True) if old.kind == "table")
    day = published_line(text, after)
    assert day is None or day in text
    url = source_url(text, after)
    assert url is None or url in text


SENTENCE = st.lists(st.sampled_from([*" ".join(FURNITURE + REPORT).split()]), min_size=12, max_size=30).map(
    lambda words: " ".join(word.strip(".!?…") or "so" for word in words) + "."
)
SENTENCE = SENTENCE.filter(lambda text: len({word for word in text.split() if word.isalpha()}) >= 6)
"""With words in it: "Source: Source: : :." is none."""


@given(
    st.lists(SENTENCE, min_size=2, max_size=4).map(" ".join), st.lists(LINES, max_size=4), st.lists(LINES, max_size=4)
)
@settings(deadline=None)
def test_two_full_sentences_are_never_furniture(prose: str, before: list[str], after: list[str]) -> None:
    text = "\n\n".join([*before, prose, *after])
    start = len("\n\n".join([*before, ""]))
    blocks = [b for b in read_text(text).blocks if b.end <= start or b.start >= start + len(prose)]
    blocks = sorted([*blocks, Block(start, start + len(prose))], key=lambda block: block.start)
    kinds = {block.start: block.kind for block in mark_furniture(text, blocks)}
    assert kinds[start] == "paragraph"


@given(st.text(alphabet="photo source: anh (by) home|", min_size=LONGEST + 1, max_size=LONGEST + 50))
@settings(deadline=None)
def test_a_long_block_is_never_furniture(line: str) -> None:
    assert mark_furniture(line, [Block(0, len(line))])[0].kind == "paragraph"
