"""Readers: files of every make become text and blocks, or one line that says what is wrong with the file."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import readers
from ingest.errors import InputError
from ingest.readers import Reading, open_file
from ingest.readers import read as read_file
from ingest.readers.html import read_html
from ingest.readers.markdown import read_markdown
from ingest.readers.text import decode, read_text

LONG = (
    "The committee of the province read forty letters during its spring session and answered each of them "
    "within the ten days that its own rules allow."
)


def parts(reading: Reading) -> list[tuple[str, str]]:
    """Kind and words of each block."""
    return [(block.kind, reading.text[block.start : block.end]) for block in reading.blocks]


def check_blocks(reading: Reading) -> None:
    last = 0
    for block in reading.blocks:
        words = reading.text[block.start : block.end]
        assert last <= block.start < block.end <= len(reading.text)
        assert words == words.strip() != ""
        last = block.end


def read(path: Path) -> Reading:
    return read_file(open_file(path))


def written(folder: Path, name: str, content: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


# -- encodings ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_in_any_encoding_reads_the_same(encoding: str, tmp_path: Path) -> None:
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    path = written(tmp_path, "a.txt", mark + "Đắk Lắk đã xử lý 12 vụ.".encode(encoding))
    assert read(path).text == "Đắk Lắk đã xử lý 12 vụ."


def test_french_in_an_old_encoding(tmp_path: Path) -> None:
    text = "Le comité a présenté son rapport à l'assemblée ; les délégués ont été invités à répondre avant l'été. " * 3
    assert read(written(tmp_path, "a.txt", text.encode("cp1252"))).text == text


def test_vietnamese_in_parts_is_put_together(tmp_path: Path) -> None:
    text = "Tỉnh ủy Đắk Lắk họp, Lý Kiều Vân chủ trì."
    parted = unicodedata.normalize("NFD", text)
    assert parted != text
    assert read(written(tmp_path, "a.txt", parted)).text == text


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_line_ends_of_every_system(end: str, tmp_path: Path) -> None:
    reading = read(written(tmp_path, "a.txt", f"One line.{end}{end}Another line.{end}"))
    assert parts(reading) == [("paragraph", "One line."), ("paragraph", "Another line.")]
    assert "\r" not in reading.text


def test_the_ending_s_case_does_not_matter(tmp_path: Path) -> None:
    assert read(written(tmp_path, "A.TXT", "One line.")).text == "One line."


# -- plain text --------------------------------------------------------------------------------------------


def test_text_is_kept_as_it_is_and_a_line_is_a_paragraph() -> None:
    reading = read_text("  First  line here.  \nSecond line here.\n\n\n\tThird.\n")
    assert reading.text == "  First  line here.  \nSecond line here.\n\n\n\tThird.\n"
    assert [words for _, words in parts(reading)] == ["First  line here.", "Second line here.", "Third."]


def test_wrapped_lines_are_one_paragraph() -> None:
    wrapped = (
        "The committee of the province read forty letters in its\n"
        "spring session and answered each of them within the ten\n"
        "days that its own rules allow. Two were passed on."
    )
    assert parts(read_text(f"{wrapped}\n\nAnother one.")) == [("paragraph", wrapped), ("paragraph", "Another one.")]


def test_lines_that_are_each_a_sentence_are_not_wrapped() -> None:
    lines = [
        "The first office answered forty letters in the spring.",
        "The second office answered none of them at all.",
    ]
    assert [words for _, words in parts(read_text("\n".join(lines)))] == lines


def test_a_short_line_over_a_paragraph_is_its_heading() -> None:
    assert parts(read_text(f"Letters from residents\n\n{LONG}"))[0] == ("heading", "Letters from residents")
    assert parts(read_text(f"Forty letters came in.\n\n{LONG}"))[0][0] == "paragraph"
    assert parts(read_text("Present:\n\nThe chair."))[0][0] == "paragraph"


# -- Markdown ----------------------------------------------------------------------------------------------


def test_markdown_as_a_reader_sees_it() -> None:
    reading = read_markdown(
        "---\ntitle: 'A year of letters'\ndate: 2024-03-05\nsource: https://example.org/a\nlang: en\n---\n\n"
        "# A year of **letters**\n\nForty came in; see [the list](https://example.org/list) and `form 3`.\nAll "
        "read.\n\n"
        "![The hall](hall.jpg)\n\n## Next\n\n- read them\n- *answer* them\n\n1. soon\n\n"
        "| Month | Letters |\n|---|---|\n| May | 12 |\n\n<div>Note <b>well</b></div>\n"
    )
    assert parts(reading) == [
        ("furniture", "title: 'A year of letters'\ndate: 2024-03-05\nsource: https://example.org/a\nlang: en"),
        ("heading", "A year of letters"),
        ("paragraph", "Forty came in; see the list and form 3. All read."),
        ("furniture", "The hall"),
        ("heading", "Next"),
        ("item", "read them"),
        ("item", "answer them"),
        ("item", "soon"),
        ("table", "Month | Letters"),
        ("table", "May | 12"),
        ("paragraph", "Note well"),
    ]
    assert reading.stated == {
        "title": "A year of letters",
        "published": "2024-03-05",
        "url": "https://example.org/a",
        "language": "en",
    }


def test_the_first_heading_is_the_title_where_no_front_matter_states_one() -> None:
    assert read_markdown("# One\n\nText.\n\n# Two\n").stated["title"] == "One"


def test_a_caption_in_a_picture_s_paragraph_is_furniture_and_the_words_beside_it_are_not() -> None:
    assert parts(read_markdown("Before ![a hall](x.jpg) after.")) == [
        ("paragraph", "Before after."),
        ("furniture", "a hall"),
    ]


def test_an_unclosed_front_matter_is_text() -> None:
    assert ("paragraph", "Twelve letters.") in parts(read_markdown("---\n\nTwelve letters."))


# -- HTML --------------------------------------------------------------------------------------------------

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
        ("table", "Month | Letters"),
        ("table", "May | 12"),
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


# -- bad input ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.txt", b"", "empty"),
        ("spaces.txt", b" \n\t\r\n ", "empty"),
        ("dots.txt", b"... --- ...", "no text"),
        ("empty.html", b"<html><body><script>x=1</script></body></html>", "no text"),
        ("empty.md", b"![](x.jpg)\n\n---\n", "no text"),
        ("photo.txt", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "binary"),
        ("controls.txt", b"\x01\x02\x03\x04" * 50 + b"text", "binary"),
        ("half.txt", b"\xff\xfea\x00b", "damaged"),
        ("report.pdf", b"%PDF-1.7", "not read"),
        ("report", b"text", "without an ending"),
    ],
)
def test_what_is_no_report_is_refused_in_one_line(name: str, content: bytes, says: str, tmp_path: Path) -> None:
    path = written(tmp_path, name, content)
    with pytest.raises(InputError, match=says) as caught:
        read(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.txt: cannot be read \(No such file") as caught:
        read(tmp_path / "gone.txt")
    assert "\n" not in str(caught.value)


def test_a_file_without_rights_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(self))

    path = written(tmp_path, "secret.txt", "text")
    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(InputError, match=r"secret\.txt: cannot be read \(Permission denied\)"):
        read(path)


def test_a_file_too_large_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, "large.txt", "Twelve letters.")
    monkeypatch.setattr(readers, "MAX_BYTES", 15)
    assert read(path).text == "Twelve letters."
    monkeypatch.setattr(readers, "MAX_BYTES", 14)
    with pytest.raises(InputError, match=r"large\.txt: larger than"):
        read(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes in its file system")
def test_a_pipe_is_refused_instead_of_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("reading waits for a writer"))
    with pytest.raises(InputError, match=r"pipe\.txt: not a file"):
        read(tmp_path / "pipe.txt")


# -- any input ---------------------------------------------------------------------------------------------

tags = st.sampled_from(
    "<p> </p> <div> </div> <article> </article> <main> <br> <table> <tr> <td> </tr> <li> <ul> <nav> </nav> <h1> </h1> "
    "<script> </script> <! <![ <!-- --> & &nbsp; &#0; # | --- ![x](y) [a](b) * ` ``` > 1. - \n \n\n : --- "
    "\u2028 \x85 \x1c Twelve letters. đã".split(" ")
)
markup = st.lists(tags | st.text(max_size=8), max_size=25).map("".join)


@pytest.mark.parametrize("reader", [read_text, read_markdown, read_html])
@given(text=st.text(max_size=300) | markup)
@settings(max_examples=150, deadline=None)
def test_any_text_is_read_into_blocks_in_order(reader: Callable[[str], Reading], text: str) -> None:
    check_blocks(reader(text))


@given(markup | st.text(max_size=200))
@settings(deadline=None)
def test_plain_text_loses_no_word(text: str) -> None:
    reading = read_text(text)
    assert reading.text == text
    kept = "".join(reading.text[block.start : block.end] for block in reading.blocks)
    assert "".join(kept.split()) == "".join(text.split())


@given(st.binary(max_size=300))
@settings(deadline=None, max_examples=60)
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    try:
        text = decode(data)
    except InputError:
        return
    assert unicodedata.is_normalized("NFC", text)
    assert "\r" not in text
