"""What a report is about, and how that is known; on small reports written here and on the sample corpus."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from libraries import CORPUS
from samples import SAMPLES

from ingest.clean import mark_furniture
from ingest.describe import describe
from ingest.documents import Description, Organisation, Person
from ingest.prepare import load
from ingest.readers import open_file
from ingest.readers.html import read_html
from ingest.readers.markdown import read_markdown
from ingest.readers.text import read_text

FIELDS = ("title", "language", "url", "published", "event_date", "period", "places", "organisations", "people")


def described(text: str, fallback: str = "file-name") -> Description:
    reading = read_text(text)
    return describe(reading, mark_furniture(reading.text, reading.blocks), fallback)


def period(text: str) -> str | None:
    found = described(text).period
    return found.label if found else None


# -- the period covered ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("The office reviewed its work of 2023 and set the tasks for 2024. In 2023 it read forty letters.", "2023"),
        ("Results of 2024 and directions for 2025: forty letters came in, and all were answered.", "2024"),
        ("In the first six months of 2024 forty letters came in, ten more than in 2023.", "2024-H1"),
        ("Bilan de 2023 et orientations de 2024 : quarante lettres ont été lues.", "2023"),
        ("Au cours du premier semestre de 2024, quarante lettres ont été lues.", "2024-H1"),
        ("Tổng kết công tác năm 2023, triển khai nhiệm vụ năm 2024. Cơ quan đã đọc bốn mươi đơn.", "2023"),
        ("Sơ kết 6 tháng đầu năm 2024: cơ quan đã đọc bốn mươi đơn.", "2024-H1"),
        ("During the third quarter of 2024 forty letters came in.", "2024-Q3"),
        ("Tasks for 2025 were set.", None),
        ("Forty letters were read, and all were answered.", None),
        ("On 5 March 2024 the office met.", None),
    ],
)
def test_the_period_is_what_is_reviewed_not_what_is_planned(text: str, label: str | None) -> None:
    assert period(text) == label


def test_a_half_named_nearly_as_often_as_its_year_is_the_period() -> None:
    half = "In the first half of 2024 forty letters came in."
    year = "The office of the province moved in 2024."
    assert period(" ".join(["The office met.", half, *[year] * 3])) == "2024-H1"
    assert period(" ".join(["The office met.", half, *[year] * 9])) == "2024"


def test_a_report_cannot_review_what_had_not_begun_when_it_was_published() -> None:
    text = (
        "---\ndate: 2023-12-30\n---\n\n# Annual letters\n\nIn 2023 forty came in.\n\n"
        "In 2024 sixty may come. In 2024 we answer. In 2024 we learn. In 2024 we rest."
    )
    reading = read_markdown(text)
    found = describe(reading, reading.blocks, "x").period
    assert found is not None
    assert found.label == "2023"


def test_how_the_period_is_known() -> None:
    assert described("Results of 2024: forty letters.").known["period"].startswith("stated: 2024 ")
    late = "The office met. " + "It read letters and answered them. " * 40 + "\n\nForty came in 2023."
    assert described(late).known["period"].startswith("inferred: 2023 ")
    assert "period" not in described("Forty letters were read.").known


def test_furniture_names_no_period() -> None:
    assert period("Forty letters were read.\n\nAll were answered.\n\nSource: example, results of 2021") is None


# -- the day of the event ----------------------------------------------------------------------------------


def test_a_day_with_its_year_is_stated() -> None:
    about = described("On 12 November 2024 the office met to review 2024.")
    assert about.event_date == date(2024, 11, 12)
    assert about.known["event_date"] == "stated: “12 November 2024”"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("On the morning of January 10 the office reviewed 2023 and set tasks for 2024.", date(2024, 1, 10)),
        ("On the morning of December 29 the office reviewed 2023.", date(2023, 12, 29)),
        ("This morning, July 8, results of the first six months of 2024 were read.", date(2024, 7, 8)),
        ("Le matin du 10 janvier, le bureau a dressé le bilan de 2023.", date(2024, 1, 10)),
        ("Sáng 29/12, cơ quan tổng kết năm 2023.", date(2023, 12, 29)),
    ],
)
def test_a_day_without_a_year_is_the_nearest_to_the_end_of_what_is_reviewed(text: str, day: date) -> None:
    about = described(text)
    assert about.event_date == day
    explanation = about.known["event_date"]
    assert explanation.startswith("inferred: ")
    assert "names no year" in explanation
    assert str(day.year) in explanation
    assert about.period is not None
    assert about.period.label in explanation


def test_the_publication_date_decides_before_the_period() -> None:
    reading = read_html(
        '<meta name="date" content="2025-01-04"><p>On the afternoon of December 31 the office met; results of 2023 and '
        "2024 were read.</p>"
    )
    about = describe(reading, reading.blocks, "x")
    assert about.event_date == date(2024, 12, 31)
    assert "publication date" in about.known["event_date"]
    assert (about.published, about.known["published"]) == (date(2025, 1, 4), "stated: 2025-01-04")


def test_a_day_with_nothing_to_tell_its_year_stays_unknown() -> None:
    about = described("This morning, July 8, the office met.")
    assert about.event_date is None
    assert "event_date" not in about.known


def test_the_last_of_february_takes_a_year_that_has_it() -> None:
    assert described("On February 29 the office read the results of 2023.").event_date == date(2024, 2, 29)


def test_a_day_far_into_the_report_is_not_the_event() -> None:
    text = (
        "The office read the results of 2023. "
        + "It read letters and answered them. " * 40
        + "\n\nOn July 8 it rained."
    )
    assert described(text).event_date is None


@pytest.mark.parametrize(
    "text",
    [
        "The clerks reviewed 2023. The count stops on December 29, and the rest was left out.",
        "The clerks reviewed 2023. Letters that came in before December 29, 2023 were counted.",
        "Le bureau a dressé le bilan de 2023. Elle occupe ce poste depuis le 1er mars 2023.",
        "Le bureau a dressé le bilan de 2023 ; les lettres sont comptées jusqu'au 20 décembre.",
        "Cơ quan tổng kết năm 2023. Ông nhận nhiệm vụ từ ngày 1/4/2023.",
        "Cơ quan tổng kết năm 2023; số liệu tính đến ngày 20/12/2023.",
    ],
)
def test_a_day_that_only_bounds_something_is_none_of_an_event(text: str) -> None:
    about = described(text)
    assert about.event_date is None
    assert "event_date" not in about.known


def test_the_day_of_the_event_may_come_after_a_day_that_bounds() -> None:
    about = described("Counted until 20 December 2023, the letters of 2023 were read on 29 December 2023.")
    assert about.event_date == date(2023, 12, 29)


@pytest.mark.parametrize(
    ("stated", "day"),
    [("2024-03-05", date(2024, 3, 5)), ("2024-03-05T08:00:00+07:00", date(2024, 3, 5)),
     ("5 mars 2024", date(2024, 3, 5)), ("March 5, 2024", date(2024, 3, 5)),
     ("05/03/2024", date(2024, 3, 5)), ("last spring", None)],
)  # fmt: skip
def test_a_stated_date_in_any_writing(stated: str, day: date | None) -> None:
    reading = read_markdown(f"---\ndate: {stated}\n---\n\nForty letters were read.")
    assert describe(reading, reading.blocks, "x").published == day


# -- places, title, address, language ----------------------------------------------------------------------


def test_the_places_a_report_is_from() -> None:
    assert described("At the Quảng Trị bridge the delegation listened.").places == ("Quang Tri",)
    assert described("Huyện Thanh Lâm đã đọc bốn mươi đơn.").places == ("Thanh Lâm",)
    assert described("In Thanh Lam District forty letters were read.").places == ("Thanh Lam",)
    assert "Dien Bien" in described("Au pont de Dien Bien, quarante lettres ont été lues.").places


def test_a_place_that_is_one_of_a_list_is_not_where_the_report_is_from() -> None:
    opening = "The office of the province read forty letters. " * 25
    about = described(f"{opening}\n\nPraised were Nghe An, Son La, Dong Nai, Thanh Hoa and Ca Mau.")
    assert about.places == ()


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Letters of Son La\n\nAs the head was on a mission in Hanoi, the deputy read the letters.", ("Son La",)),
        ("Les lettres de Son La\n\nLa cheffe étant en mission à Hanoï, son adjoint a lu les lettres.", ("Son La",)),
        ("Sơn La đọc đơn thư\n\nGiám đốc đi công tác tại Hà Nội, phó giám đốc đọc đơn.", ("Son La",)),
        ("Letters of Son La\n\nAt the Hanoi bridge the letters were read.", ("Son La", "Hanoi")),
        ("Letters\n\nThe office of Son La met. Son La read forty letters. Son La answered all. One came from Hanoi.",
         ("Son La",)),
        ("Letters\n\nThe national office met in Hanoi. Son La listened. Son La read letters. Son La answered.",
         ("Son La", "Hanoi")),
    ],
)  # fmt: skip
def test_a_place_that_a_report_of_another_only_mentions_is_not_where_it_is_from(
    text: str, places: tuple[str, ...]
) -> None:
    assert described(text).places == places


def test_the_title_and_how_it_is_known() -> None:
    long = (
        "The office of the province read forty letters during its spring session and answered each of them within days."
    )
    headed = described(f"Forty letters\n\n{long} {long}")
    assert (headed.title, headed.known["title"]) == ("Forty letters", "stated: the first line")
    bare = described(long)
    assert bare.title.endswith("…")
    assert len(bare.title) <= 91
    assert long.startswith(bare.title.rstrip("…"))
    assert bare.known["title"].startswith("inferred: no title; the opening words")
    page = read_html("<title>Of the tab</title><h1>Of the page</h1><p>x</p>")
    assert describe(page, page.blocks, "x").title == "Of the page"
    assert described("Source: example", "file-name").title == "file-name"


def test_the_address_and_what_is_none() -> None:
    assert described("Forty letters came in 2023.\n\nSource: https://example.org/a.").url == "https://example.org/a"
    assert described("Forty letters.").url is None
    page = read_html('<link rel="canonical" href="/only/a/path"><p>Forty letters.</p>')
    assert describe(page, page.blocks, "x").url is None


def test_the_language_is_that_of_the_report_s_words_not_of_its_surroundings() -> None:
    assert described("Le bureau a lu quarante lettres et les a toutes traitées.\n\nComment (0)").language == "fr"
    page = read_html('<html lang="en"><p>Cơ quan đã đọc bốn mươi đơn thư của người dân.</p></html>')
    assert describe(page, page.blocks, "x").language == "vi"


@given(st.text(max_size=400))
@settings(deadline=None)
def test_any_text_can_be_described(text: str) -> None:
    about = described(text)
    assert about.title
    assert all(how.startswith(("stated: ", "inferred: ")) and "\n" not in how for how in about.known.values())
    for name in FIELDS:
        assert bool(getattr(about, name)) == (name in about.known), name


# -- people and bodies -------------------------------------------------------------------------------------


def test_people_and_bodies_are_described_and_captions_name_none() -> None:
    text = (
        "Letters read\n\nJoan Whitfield, Mayor of the town, opened the meeting of the Planning Committee, and Nguyen "
        "Van Tam answered the letters that had come in during the year, some of them long and some of them short.\n\n"
        "Photo: Secretary Tom Hart of the Roads Department"
    )
    about = described(text)
    assert about.people == (
        Person("Joan Whitfield", ("Mayor of the town",), text.index("Joan")),
        Person("Nguyen Van Tam", (), text.index("Nguyen")),
    )
    assert about.organisations == (Organisation("Planning Committee", ("Planning Committee",), text.index("Planning")),)
    assert about.known["people"] == (
        "stated: Joan Whitfield by a title or role in the text; inferred: Nguyen Van Tam by the form of the name"
    )
    assert about.known["organisations"] == "stated: named in the text, as “Planning Committee”"


def test_a_chairman_is_no_district() -> None:
    about = described("Chủ tịch UBND huyện Đoàn Thị Kim Liên đã đọc bốn mươi đơn của huyện Phước Long.")
    assert about.places == ("Phước Long",)
    assert [person.name for person in about.people] == ["Đoàn Thị Kim Liên"]


@pytest.mark.parametrize(
    ("head", "body", "how"),
    [
        ('lang="fr"', "Le bureau a lu quarante lettres et les a toutes traitées.", "stated: the file says “fr”"),
        ('lang="en"', "Le bureau a lu quarante lettres et les a toutes traitées.",
         "inferred: from the report's words; the file says “en”"),
        ("", "Le bureau a lu quarante lettres.", "inferred: from the report's words"),
        ("", "1 264", "inferred: too few words to tell by"),
    ],
)  # fmt: skip
def test_how_the_language_is_known(head: str, body: str, how: str) -> None:
    page = read_html(f"<html {head}><p>{body}</p></html>")
    assert describe(page, page.blocks, "x").known["language"] == how


def test_how_the_address_and_places_are_known() -> None:
    about = described(
        "Letters of Hanoi\n\n" + "The office of Dak Lak read them. " * 5 + "\n\nSource: https://example.org/a"
    )
    assert about.known["url"] == "stated: its “Source” line"
    assert about.known["places"] == "stated: Dak Lak in the opening, Hanoi in the title"
    page = read_html('<link rel="canonical" href="https://example.org/b"><p>Forty letters.</p>')
    assert describe(page, page.blocks, "x").known["url"] == "stated: the file's own address"


# -- a half or quarter without its year --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("On 8 July 2024 the office reviewed the first six months of the year.", "2024-H1"),
        ("Ngày 8/7/2024, cơ quan sơ kết 6 tháng đầu năm.", "2024-H1"),
        ("On 5 January 2024 the office reviewed the last six months of the year.", "2023-H2"),
        ("Le 4 juillet 2024, le bureau a dressé le bilan du premier semestre de l'année.", "2024-H1"),
        ("On 8 July 2024 the office reviewed 2024, the first six months of the year.", "2024-H1"),
        ("On 8 January 2025 the office reviewed 2024 and the first six months of the year.", "2024"),
        ("On 8 July 2024 the office set tasks for the last six months of the year.", None),
        ("The office reviewed the first six months of the year.", None),
    ],
)
def test_a_part_of_a_year_takes_the_year_of_its_report(text: str, label: str | None) -> None:
    about = described(text)
    assert (about.period.label if about.period else None) == label
    if (label and label.startswith("2024-H")) or label == "2023-H2":
        assert about.known["period"].startswith("inferred: “")
        assert "names no year" in about.known["period"]


# -- the sample corpus -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("field", ["language", "period", "event", "published", "places"])
def test_a_sample_report_is_described(name: str, field: str) -> None:
    about = load(open_file(CORPUS / name)).description
    found = {
        "language": about.language,
        "period": about.period and about.period.label,
        "event": about.event_date and about.event_date.isoformat(),
        "published": about.published and about.published.isoformat(),
        "places": about.places,
    }
    assert found[field] == getattr(SAMPLES[name], field)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_report_has_its_name_and_address(name: str) -> None:
    document = load(open_file(CORPUS / name))
    assert document.source == SAMPLES[name].source
    assert (document.description.url or "").startswith("https://example.")


def test_every_sample_is_expected() -> None:
    assert {path.name for path in CORPUS.iterdir()} == set(SAMPLES)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_s_captions_and_share_lines_are_furniture_and_its_sentences_are_not(name: str) -> None:
    document = load(open_file(CORPUS / name))
    for block in document.blocks:
        words = document.text[block.start : block.end]
        if block.kind == "furniture":
            assert len(words) < 300, words
        else:
            for mark in ("Photo", "Ảnh:", "http", "Facebook", "Danchung"):
                assert mark not in words
            assert not re.search(r"(?:Comments?|Commentaires|Bình luận) \(\d+\)", words)


@pytest.mark.parametrize(
    ("title", "text", "label"),
    [
        ("Report on the election of 9 May 2024", "Turnout was 54 %, against 59 % in 2020. Change this by 2028.", None),
        ("Annual report, 1 July 2022 to 30 June 2023", "The most since 2009.", "2022-07-01/2023-06-30"),
        (
            "Ports of the island: Year 2023-24",
            "On 27 June 2024 the office told of 188 calls, up from 2016.",
            "2023/2024",
        ),
        ("The budget of 2025", "On 27 November 2024 the council adopted 12 million.", "2025"),
    ],
)
def test_what_is_told_to_compare_with_is_not_what_a_report_covers(title: str, text: str, label: str | None) -> None:
    period = described(f"{title}\n\n{text}").period
    assert (period.label if period else None) == label
