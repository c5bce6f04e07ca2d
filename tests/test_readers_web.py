"""Web pages: what of a page is its report, and what it states of itself."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import pytest
from test_readers import LONG, check_blocks, parts

from ingest.errors import InputError
from ingest.readers import html_furniture
from ingest.readers.html import read_fragment, read_html, read_page
from ingest.readers.html_furniture import mark_around_report
from ingest.readers.html_pieces import pieces_of
from ingest.readers.html_tree import parse
from ingest.readers.markdown import read_markdown

# -- blocks --------------------------------------------------------------------------------------------------

PAGE = f"""<!DOCTYPE html><html lang="fr-FR"><head><title>Site | A year</title>
<meta property="article:published_time" content="2024-03-05T08:00:00+07:00">
<link rel="canonical" href="https://example.org/a"><style>p {{ color: red }}</style></head>
<body><header>Masthead</header><nav><a href="/">Home</a> <a href="/x">More</a></nav>
<main><article><h1>A year of letters</h1><p>{LONG}<br>A second&nbsp;line.</p>
<figure><img src="x.jpg" alt="alt"><figcaption>The hall</figcaption></figure><!-- a remark -->
<script>var secret = "no";</script><h2>Next</h2><div><div><div>Deep <b>words</b>.</div>Tail.</div></div>
<ul><li>read them</li><li><p>answer them</p></li></ul>
<table><tr><th>Month</th><th>Letters</th></tr><tr><td>May</td><td>12</td></tr></table>
<aside>Related</aside></article><p>Newsletter</p></main><footer><p>Imprint</p></footer></body></html>"""


def test_a_page_as_a_reader_sees_it() -> None:
    reading = read_html(PAGE)
    assert parts(reading) == [
        ("furniture", "Masthead"),
        ("furniture", "Home More"),
        ("heading", "A year of letters"),
        ("paragraph", LONG),
        ("paragraph", "A second line."),
        ("furniture", "The hall"),
        ("heading", "Next"),
        ("paragraph", "Deep words."),
        ("paragraph", "Tail."),
        ("item", "read them"),
        ("item", "answer them"),
        ("furniture", "Month | Letters"),
        ("table", "Month: May | Letters: 12"),
        ("furniture", "Related"),
        ("furniture", "Newsletter"),
        ("furniture", "Imprint"),
    ]
    assert reading.stated == {
        "title": "A year of letters",
        "published": "2024-03-05T08:00:00+07:00",
        "url": "https://example.org/a",
        "language": "fr",
    }


def test_a_page_without_an_article_keeps_its_paragraphs() -> None:
    reading = read_html(
        "<body><header>Masthead</header><nav>Home</nav><div>Twelve letters.</div><footer>Imprint</footer>"
    )
    assert parts(reading) == [
        ("furniture", "Masthead"),
        ("furniture", "Home"),
        ("paragraph", "Twelve letters."),
        ("furniture", "Imprint"),
    ]


def test_a_piece_of_a_page_is_a_page() -> None:
    assert parts(read_html("Twelve <i>letters</i> &amp; one reply")) == [("paragraph", "Twelve letters & one reply")]


@pytest.mark.parametrize("tag", ["div", "b", "blockquote", "ul"])
def test_a_page_may_nest_deeper_than_python_calls_do(tag: str) -> None:
    assert [words for _, words in parts(read_html(f"<{tag}>" * 3000 + "Twelve letters."))] == ["Twelve letters."]
    assert [words for _, words in parts(read_markdown("<div>" * 3000 + "Twelve letters."))] == ["Twelve letters."]


@pytest.mark.parametrize(
    "broken", ["<![n bar]>", "<![foo", "<!DOCTYPE [", "</", "<!--", "<a <b", "&#xD800;", "<![CDATA["]
)
def test_broken_markup_loses_no_words_beside_it(broken: str) -> None:
    reading = read_html(f"<p>Twelve letters.</p>{broken}")
    assert ("paragraph", "Twelve letters.") in parts(reading)
    check_blocks(reading)


# -- what is report and what is furniture --------------------------------------------------------------------

PAGES = sorted((Path(__file__).parent / "pages").glob("*.html"))


def judged(path: Path) -> Counter[tuple[str, str]]:
    """The words of a page, counted by what their nearest data-label says they are and by what they are read as."""
    markup = path.read_text(encoding="utf-8")
    page = parse(markup)
    pieces = pieces_of(page)
    mark_around_report(page, pieces, markup)
    counts: Counter[tuple[str, str]] = Counter()
    for piece in pieces:
        label = next(filter(None, (node.get("data-label") for node in (piece.node, *piece.node.ancestors()))))
        counts[label, "furniture" if piece.kind == "furniture" else "report"] += len(piece.text.split())
    return counts


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_no_word_of_a_report_is_taken_for_furniture(path: Path) -> None:
    counts = judged(path)
    assert counts["report", "furniture"] == 0
    assert counts["report", "report"] > 30


def test_nearly_all_furniture_of_pages_of_every_make_is_found() -> None:
    assert len(PAGES) >= 12
    counts = sum(map(judged, PAGES), Counter())
    found, missed = counts["furniture", "furniture"], counts["furniture", "report"]
    assert found / (found + missed) > 0.95


def test_a_page_without_an_extraction_is_read_by_its_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html_furniture, "_extracted", lambda _: "")
    page = f"<body><div class=menu>Home News</div><div>{LONG}</div><div>Twelve letters.</div></body>"
    assert parts(read_html(page)) == [("furniture", "Home News"), ("paragraph", LONG), ("paragraph", "Twelve letters.")]


def test_an_extraction_of_little_of_the_page_decides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html_furniture, "_extracted", lambda _: "A sentence from a box beside the report.")
    page = f"<body><div><p>{LONG}</p></div><section><p>A sentence from a box beside the report.</p></section></body>"
    assert [kind for kind, _ in parts(read_html(page))] == ["paragraph", "paragraph"]


@pytest.mark.parametrize(
    "wrapper",
    [
        "<form action=x.aspx>",
        "<div class=sidebar-layout>",
        "<div id=comments>",
        "<div style='display:none'>",
        "<aside>",
    ],
)
def test_what_holds_most_of_a_page_is_its_report_whatever_it_is_called(wrapper: str) -> None:
    end = f"</{wrapper[1:].split()[0].strip('>')}>"
    assert ("paragraph", LONG) in parts(
        read_html(f"<body>{wrapper}<p>{LONG}</p>{end}<p>Imprint of the office.</p></body>")
    )


@pytest.mark.parametrize(
    "box",
    [
        "<div role=navigation>{}</div>", "<div role=banner>{}</div>", "<div hidden>{}</div>",
        "<div aria-hidden=true>{}</div>",
        "<div style='DISPLAY : none'>{}</div>", "<div class='x relatedPosts'>{}</div>",
        "<div id=box-tin-lien-quan>{}</div>",
        "<div class=lire-aussi>{}</div>", "<nav>{}</nav>", "<div class=cookie-banner>{}</div>",
    ],
)  # fmt: skip
def test_what_stands_around_the_report_is_marked_and_kept(box: str) -> None:
    around = "The council also met on Friday and took no decision on the bridge, which stays closed for now."
    page = f"<body><div><h1>Letters</h1><p>{LONG}</p><p>{LONG} Again.</p>{box.format(around)}</div></body>"
    assert ("furniture", around) in parts(read_html(page))
    assert ("paragraph", LONG) in parts(read_html(page))


@pytest.mark.parametrize("name", ["recommendations", "promotion", "consent", "social", "search"])
def test_a_chapter_s_name_is_no_sign(name: str) -> None:
    chapter = "The council should open its book of letters in every office, and say each month what became of them."
    page = f"<body><div><h1>Letters</h1><p>{LONG}</p><p>{LONG} Again.</p><div id={name}><p>{chapter}</p></div></div>"
    assert ("paragraph", chapter) in parts(read_html(page))


def test_a_heading_over_nothing_but_furniture_is_furniture() -> None:
    page = f"<body><h1>Letters</h1><p>{LONG}</p><h2>Share this</h2><div class=share>Post</div></body>"
    assert parts(read_html(page))[-2:] == [("furniture", "Share this"), ("furniture", "Post")]


def test_all_of_a_fragment_is_text() -> None:
    assert parts(read_fragment(f"<html><body><div class=sidebar><p>{LONG}</p></div><nav>Home</nav>")) == [
        ("paragraph", LONG),
        ("furniture", "Home"),
    ]


# -- tables --------------------------------------------------------------------------------------------------


def table(rows: str) -> list[tuple[str, str]]:
    return parts(read_html(f"<table>{rows}</table>"))


def test_a_row_is_a_fact_with_the_names_of_its_columns() -> None:
    rows = "<caption>Letters by month</caption><tr><th>Month<th>Letters<tr><td>May<td>12<tr><td>June<td>"
    assert table(rows) == [
        ("heading", "Letters by month"),
        ("furniture", "Month | Letters"),
        ("table", "Month: May | Letters: 12"),
        ("table", "Month: June"),
    ]


def test_cells_that_span() -> None:
    rows = (
        "<tr><th>Office<th>Year<th>Letters<tr><td rowspan=2>Ferry<td>2022<td>12<tr><td>2023<td>15"
        "<tr><td colspan=2>Both<td>27<tr><td rowspan=99999999999999999999>Land<td>2022<td>4"
    )
    assert [words for kind, words in table(rows) if kind == "table"] == [
        "Office: Ferry | Year: 2022 | Letters: 12",
        "Office: Ferry | Year: 2023 | Letters: 15",
        "Office: Both | Letters: 27",
        "Office: Land | Year: 2022 | Letters: 4",
    ]


def test_a_table_that_lays_out_a_page_is_no_table() -> None:
    rows = f"<tr><td>Menu<td><p>{LONG}<p>{LONG}<p>{LONG}<td>Dates<tr><td colspan=3>Imprint"
    assert ("paragraph", LONG) in table(rows)
    assert ("paragraph", LONG) in table(f"<tr><td><h1>Letters</h1>{LONG}</td></tr><tr><td>x</td></tr>")


def test_words_of_a_table_outside_its_cells_are_kept() -> None:
    words = " ".join(words for _, words in table("<tr><td>May<td>12</tr>loose words<tr><td>June<td>14</tr>"))
    assert set("May 12 loose words June 14".split()) <= set(words.split())


# -- what a page states of itself ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<title>Letters | The Post</title><meta property=og:site_name content='The Post'>", "Letters"),
        ("<title>The Post - Letters</title><meta property=og:site_name content='The Post'>", "Letters"),
        ("<title>Letters – 2024 – The Post</title><meta property=og:site_name content='The Post'>", "Letters – 2024"),
        ("<title>Letters | The Post</title>", "Letters | The Post"),
        ("<title>The Post</title><meta property=og:site_name content='The Post'>", "The Post"),
        ("<title>x</title><meta name=OG:TITLE content=' A  year '>", "A year"),
        (
            '<script type="application/ld+json">{"@graph": [{"@type": "NewsArticle", "headline": "A year"}]}</script>',
            "A year",
        ),
        ('<title>A year</title><script type="application/ld+json">{broken</script>', "A year"),
        (
            '<title>A year</title><script type="application/ld+json">[[{"@type": 1, "headline": 5}], null]</script>',
            "A year",
        ),
    ],
)
def test_the_title_is_stated_without_the_site_s_name(head: str, title: str) -> None:
    assert read_html(f"<html><head>{head}</head><body><p>{LONG}</p></body></html>").stated["title"] == title


def test_the_title_is_the_report_s_first_heading_and_not_the_site_s() -> None:
    page = f"<body><header><h1>The Post</h1></header><article><h1>A year</h1><p>{LONG}</p></article></body>"
    assert read_html(page).stated["title"] == "A year"


@pytest.mark.parametrize(
    ("markup", "published"),
    [
        ("<meta name=pubdate content=2024-05-17>", "2024-05-17"),
        ("<meta name=DC.date.issued content=2024-05-17>", "2024-05-17"),
        (
            '<script type="application/ld+json">{"@type": ["Report"], "datePublished": "2024-05-17"}</script>',
            "2024-05-17",
        ),
        ("<aside><time datetime=2020-01-01>x</time></aside><article><p>{}</p><time datetime=2024-05-17>", "2024-05-17"),
        ("<div class=post-date>Ngày 17/05/2024</div>", "Ngày 17/05/2024"),
        ("<div class=update>17/05/2024</div>", None),
    ],
)
def test_the_date_of_publication(markup: str, published: str | None) -> None:
    assert read_html(f"<html><body>{markup.replace('{}', LONG)}<p>{LONG}</p>").stated.get("published") == published


@pytest.mark.parametrize(
    "head",
    [
        "<link rel=canonical href=https://example.org/a>",
        "<meta property=og:url content=https://example.org/a>",
        "<!-- saved from url=(0021)https://example.org/a -->",
        "<!--\n Page saved with SingleFile \n url: https://example.org/a \n saved date: x -->",
    ],
)
def test_the_address(head: str) -> None:
    assert read_html(f"<html>{head}<body><p>{LONG}</p>").stated["url"] == "https://example.org/a"


@pytest.mark.parametrize(
    ("page", "language"),
    [("<html lang=vi-VN>", "vi"), ("<html lang=vn>", "vi"), ("<meta property=og:locale content=fr_FR>", "fr")],
)
def test_the_language(page: str, language: str) -> None:
    assert read_html(f"{page}<body><p>{LONG}</p>").stated["language"] == language


# -- pages that would take long --------------------------------------------------------------------------------

SOME = f"<p>{LONG}</p>"


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 100_000 + SOME,
        "<b>" * 100_000 + SOME + "</i>" * 100_000,
        "<b>" * 500 + "</i>" * 100_000 + SOME,
        "<table><tr><td>" * 30_000 + SOME,
        f"<p class='{'x-nav ' * 300_000}'>" + SOME,
        f"<p {' '.join(f'x{number}=1' for number in range(100_000))}>" + SOME,
        SOME * 30_000,
        "<div><p>x</p></div>" * 20_000 + SOME,
        "<!-- x -->" * 100_000 + SOME,
        SOME + "<" * 300_000,
        SOME + "<!--" * 100_000,
        SOME + "<a href=x>x</a> " * 30_000,
    ],
    ids="nested unclosed closed tables classes attributes long blocks comments brackets opened links".split(),
)
def test_time_is_bounded(markup: str) -> None:
    started = time.process_time()
    reading = read_html(f"<html><body>{markup}")
    assert time.process_time() - started < 20  # most take less than one
    assert LONG in reading.text


def test_a_page_of_too_many_elements_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.readers.html_tree.MAX_ELEMENTS", 10)
    with pytest.raises(InputError, match="more than a million elements"):
        read_page(b"<p>x" * 20)
