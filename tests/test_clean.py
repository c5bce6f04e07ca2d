"""Furniture and report told apart: what is marked is no evidence, so a real sentence must not be."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.clean import mark_furniture, source_url
from ingest.documents import Block
from ingest.readers.text import read_text

LONG = (
    "The committee of the province read forty letters during its spring session and answered each of them within the "
    "ten days that its own rules allow; two letters were passed on to the inspection."
)


def marked(*lines: str) -> list[str]:
    """The lines of a plain-text report that are marked as furniture."""
    text = "\n\n".join(lines)
    return [text[b.start : b.end] for b in mark_furniture(text, read_text(text).blocks) if b.kind == "furniture"]


FURNITURE = [
    "Source: https://example.org/report",
    "Source : agence d'exemple",
    "Nguồn: Báo Ví Dụ",
    "https://example.org/report",
    "Comment (0)",
    "Comments (12)",
    "Commentaires (0)",
    "Bình luận (3)",
    "3 comments",
    "Share",
    "Share: Facebook | Zalo | Print",
    "Share this article",
    "Share on Facebook",
    "Partager : Facebook | X",
    "Partager cet article",
    "Chia sẻ: Facebook | Zalo",
    "Chia sẻ bài viết",
    "Facebook | Zalo | Print",
    "Tags: letters, inspection",
    "Mots-clés : lettres",
    "Từ khóa: đơn thư",
    "Read more: Tea harvest starts early",
    "See also the inspection plan",
    "Lire aussi : le marché aux fleurs",
    "Xem thêm: Mùa cà phê mới",
    "Tin liên quan",
    "Related",
    "Related articles",
    "Photo: N. Dao",
    "Ảnh: L.H.",
    "By N. Dao",
    "By Nguyen Van An",
    "Par la rédaction",
    "Par Jean Dupont",
    "Tác giả: Lê An",
    "© 2024 Example News",
    "Copyright © 2024 Example News",
    "Residents wait in the hall. Photo: N. Dao",
    "Residents wait in the hall - Photo: T.N.",
    "Residents wait in the hall (Photo: Example Agency)",
    "Residents wait in the hall. Photo by N. Dao",
    "Les habitants dans la salle. Photo : V.H.",
    "Người dân tại hội trường. Ảnh: L.H.",
    "Người dân tại hội trường - Ảnh: T.N",
    "Delegates at the conference.",
    "View of the hall.",
    "Participants in the hall of the district.",
    "Vue de la salle à Hanoï.",
    "Toàn cảnh hội nghị.",
    "Các đại biểu tại điểm cầu.",
]

REPORT = [
    "Sources close to the inspection named no one.",
    "The source of the funds: three closed companies.",
    "Nguồn gốc tài sản chưa được làm rõ.",
    "Comments were heard from twelve communes.",
    "Share of cases settled rose to 45% in 2024.",
    "Share prices played no part in the file.",
    "Chia sẻ tại hội nghị, đồng chí Lê An cho biết tỉnh đã xử lý 12 vụ.",
    "Partager les dossiers reste difficile, dit le rapport.",
    "Facebook posts about the file reached 60,000 readers.",
    "Print runs of the handbook rose to 3,000 copies.",
    "Related agencies must answer within ten days.",
    "Related cases were joined to the file.",
    "By the end of 2024, 12 remained.",
    "By June, all were settled",
    "Par ailleurs, douze dossiers restent ouverts.",
    "Bài học kinh nghiệm rút ra",
    "Photo-copies of 42 files were seized.",
    "Image of the sector improved.",
    "Copyright cases rose to 40 in 2024.",
    "Letters were answered. Photo evidence was attached to the file",
    "Tỉnh đã họp chiều 31/12. Anh Lê An đề nghị tăng đối thoại.",
    "Delegates criticised the slow appraisal of assets.",
    "Participants will meet again in June.",
    "Leaders of departments and districts attended.",
    "Leaders held 22 dialogues with residents.",
    "Les délégués ont regretté ce retard.",
    "Les délégués proposent un calendrier.",
    "Các đại biểu thảo luận về định giá tài sản.",
    "Đại biểu kiến nghị sớm có chỉ thị.",
    "The Source: a river runs through three communes, and its bed was sold twice over in 2023 without any tender.",
]


@pytest.mark.parametrize("line", FURNITURE)
def test_furniture_is_marked(line: str) -> None:
    assert marked("A year of letters", LONG, line, LONG, LONG) == [line]


@pytest.mark.parametrize("line", REPORT)
def test_a_sentence_that_looks_like_furniture_is_not_marked(line: str) -> None:
    assert marked("A year of letters", LONG, line, LONG, LONG) == []


@pytest.mark.parametrize("byline", ["QH", "Manh Cuong", "N. Dao - T.N.", "Lê Thị Hạnh", "T.N"])
def test_a_name_alone_near_the_end_is_a_byline(byline: str) -> None:
    assert marked("A year of letters", LONG, LONG, byline) == [byline]


@pytest.mark.parametrize(
    "line", ["Twelve remain.", "12 letters", "all of them settled", "Nothing More To Be Said Here Now"]
)
def test_a_short_line_that_is_no_name_is_no_byline(line: str) -> None:
    assert marked("A year of letters", LONG, LONG, line) == []


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


def test_table_rows_are_never_furniture() -> None:
    text = "Source | 12"
    assert mark_furniture(text, [Block(0, len(text), "table")])[0].kind == "table"


def test_the_source_line_gives_the_address() -> None:
    text = "Letters.\n\nSee https://example.org/other for more.\n\nSource: https://example.org/a?x=1."
    blocks = mark_furniture(text, read_text(text).blocks)
    assert source_url(text, blocks) == "https://example.org/a?x=1"
    assert source_url("Letters.", read_text("Letters.").blocks) is None


@given(
    st.lists(st.sampled_from([*FURNITURE, *REPORT, LONG, "QH"]) | st.text(max_size=60), max_size=12).map("\n\n".join)
)
@settings(deadline=None)
def test_marking_keeps_every_block_s_place(text: str) -> None:
    blocks = read_text(text).blocks
    after = mark_furniture(text, blocks)
    assert [(b.start, b.end) for b in after] == [(b.start, b.end) for b in blocks]
    assert all(new.kind in (old.kind, "furniture") for old, new in zip(blocks, after, strict=True))
