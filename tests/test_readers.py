"""Readers: files of every make become text and blocks, or one line that says what is wrong with the file."""

from __future__ import annotations

import os
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import readers
from ingest.errors import InputError
from ingest.readers import File, Reading, open_file
from ingest.readers import read as read_file
from ingest.readers.encodings import TCVN3, VNI_MARKS, VNI_SINGLE
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


FRENCH = "Le comité a présenté son rapport à l’assemblée ; les délégués « d’outre-mer » ont été invités à répondre."
ENGLISH = "“We won’t close the book,” said the clerk – and the café owner at window four agreed…"
VIETNAMESE = (
    "Tỉnh ủy Đắk Lắk họp ngày 12/5, Lý Kiều Vân chủ trì. Ban Chỉ đạo phòng, chống tham nhũng, lãng phí, tiêu cực "
    "đã xử lý 12 vụ; quyết định gì thì các huyện phải báo cáo."
)
OTHERS = (
    "Più di così non può fare, però è già molto.",
    "São Paulo não tem ações nem nações.",
    "El niño comió más jamón en España, ¿qué más?",
    "Über die größeren Straßen läuft das schönste Rennen.",
    "smørrebrød på øen med rød fløde",
    "où",
    "Noël au goût d’août, naïf et haïssable, l’œuvre d’un maître.",
    "LE COMITÉ DÉPARTEMENTAL A ÉTÉ RÉUNI À L’HÔTEL DE VILLE",
)
_TONES = "\u0300\u0301\u0303\u0309\u0323"


def windows_1258(text: str) -> bytes:
    """As Windows writes Vietnamese: a letter and then its tone, where the code page lacks the two in one."""
    written = b""
    for char in unicodedata.normalize("NFC", text):
        try:
            written += char.encode("cp1258")
        except UnicodeEncodeError:
            marks = unicodedata.normalize("NFD", char)
            tone = "".join(mark for mark in marks if mark in _TONES)
            base = unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in _TONES))
            written += base.encode("cp1258") + tone.encode("cp1258")
    return written


def tcvn3(text: str) -> bytes:
    """As the .VnTime fonts have it; of capitals with a tone there are none."""
    bytes_of = {letter: byte for byte, letter in TCVN3.items()}
    return bytes(bytes_of.get(char) or bytes_of.get(char.lower()) or ord(char) for char in text)


def vni(text: str) -> bytes:
    def letter(char: str) -> str:
        single = {letter: byte for byte, letter in VNI_SINGLE.items()}
        base, marks = (parted := unicodedata.normalize("NFD", char))[0], parted[1:]
        if char.isascii() or char in "íìÍÌ" or char in single:
            return single.get(char, char)
        if "\u031b" in marks:
            base, marks = single[unicodedata.normalize("NFC", base + "\u031b")], marks.replace("\u031b", "")
        marks = "".join(sorted(marks, key=lambda mark: mark not in "\u0302\u0306"))
        return base + ({mark: byte for byte, mark in VNI_MARKS.items()}[marks] if marks else "")

    return "".join(map(letter, text)).encode("cp1252")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", [FRENCH, ENGLISH, VIETNAMESE])
def test_utf_16_without_its_mark(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("text", [FRENCH, ENGLISH, *OTHERS])
@pytest.mark.parametrize("times", [1, 30])
def test_western_text_in_an_old_encoding(text: str, times: int) -> None:
    assert decode((text * times).encode("cp1252")) == text * times


@pytest.mark.parametrize("encode", [windows_1258, tcvn3, vni])
@pytest.mark.parametrize("times", [1, 30])
def test_vietnamese_in_an_old_encoding(encode: Callable[[str], bytes], times: int) -> None:
    read = decode(encode(VIETNAMESE * times))
    assert read.lower() == (VIETNAMESE * times).lower()


@given(st.lists(st.sampled_from(VIETNAMESE.split()), min_size=12, max_size=60).map(" ".join))
@settings(deadline=None, max_examples=40)
def test_any_vietnamese_words_are_told_from_western_ones(text: str) -> None:
    if sum(not word.isascii() for word in set(text.split())) >= 6:
        assert decode(windows_1258(text)) == text


@given(st.lists(st.sampled_from(f"{FRENCH} {ENGLISH}".split()), min_size=1, max_size=60).map(" ".join))
@settings(deadline=None, max_examples=40)
def test_any_french_and_english_words_are_told_from_vietnamese_ones(text: str) -> None:
    assert decode(text.encode("cp1252")) == text


def test_french_with_vietnamese_names_in_the_vietnamese_encoding() -> None:
    text = "Le comité de Lạng Sơn, présidé par M. Nguyễn Văn Thể, a été réuni à Điện Biên après la fête."
    assert decode(windows_1258(text)) == text


def test_a_few_damaged_bytes_do_not_make_another_encoding_of_utf_8() -> None:
    data = (VIETNAMESE * 3).encode()
    assert decode(data[:-1] + b"\xc3\xff") == (VIETNAMESE * 3)[:-1] + "\ufffd\ufffd"


@pytest.mark.parametrize(
    ("declaration", "encoding", "text"),
    [
        ('<meta charset="koi8-r">', "koi8-r", "Письмо"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">', "cp1251", "Письмо"),
        ('<?xml version="1.0" encoding="gb18030"?>', "gb18030", "来信"),
        ('<meta charset="iso-8859-1">', "utf-8", "Đơn thư đã trả lời"),  # states what it is not
        ('<meta charset="utf-8">', "cp1252", "Réponse à l’été"),
        ('<meta charset="windows-1252">', "cp1258", "Kê khai đơn tư năm nay tăng"),
        ('<meta charset="nonsense">', "utf-8", "Réponse"),
    ],
)
def test_a_page_s_stated_encoding_holds_where_its_bytes_agree(declaration: str, encoding: str, text: str) -> None:
    data = f"{declaration}<body><p>{text}</p></body>".encode(encoding)
    assert read_file(File("a.html", data)).text == text


@pytest.mark.parametrize(
    "data",
    [
        b"Twelve letters.\n" * 350_000,
        FRENCH.encode("cp1252") * 50_000,
        windows_1258(VIETNAMESE) * 30_000,
        VIETNAMESE.encode("utf-16-le") * 14_000,
        b"a" * 5_000_000,
        b" " * 5_000_000,
        b"\x93" * 5_000_000,
    ],
    ids=["ascii", "french", "vietnamese", "utf-16", "one word", "spaces", "quotes"],
)
def test_five_megabytes_are_decoded_fast(data: bytes) -> None:
    started = time.process_time()  # of this process alone: a shared machine may keep it waiting
    read_text(decode(data))
    assert time.process_time() - started < 8  # it takes less than one


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
        ("furniture", "Month | Letters"),
        ("table", "Month: May | Letters: 12"),
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


# -- bad input ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.txt", b"", "empty"),
        ("spaces.txt", b" \n\t\r\n ", "empty"),
        ("dots.txt", b"... --- ...", "no text"),
        ("empty.html", b"<html><body><script>x=1</script></body></html>", "no text"),
        ("empty.md", b"![](x.jpg)\n\n---\n", "no text"),
        ("photo.txt", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "is a picture, though named .txt; "),
        ("photo.pdf", b"\xff\xd8\xff\xe0\x00\x10JFIF", "is a picture, though named .pdf; "),
        ("photo.png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "is a picture; "),
        ("film.txt", b"\x00\x00\x00\x18ftypmp42", "is a sound or film"),
        ("song", b"ID3\x04\x00\x00", "is a sound or film"),
        (
            "report.docx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"),
            "old Word file, though",
        ),
        (
            "secret.docx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "encrypted; save it w",
        ),
        ("report.doc", b"{\\rtf1\\ansi Letters}", "is a rich text file; save it as .docx"),
        ("report.txt", b"7z\xbc\xaf\x27\x1c\x00\x04", "unpack it first"),
        ("setup.txt", b"MZ\x90\x00\x03\x00\x00\x00", "is a program"),
        ("controls.txt", b"\x01\x02\x03\x04" * 50 + b"text", "binary"),
        ("half.txt", b"\xff\xfea\x00b", "damaged"),
        ("report.xyz", b"text", ".xyz is not read; use .*.txt"),
        ("report", b"\x00\x01\x02", "binary"),
    ],
)
def test_what_is_no_report_is_refused_in_one_line(name: str, content: bytes, says: str, tmp_path: Path) -> None:
    path = written(tmp_path, name, content)
    with pytest.raises(InputError, match=says) as caught:
        read(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_without_an_ending_is_text(tmp_path: Path) -> None:
    assert read(written(tmp_path, "README", "Twelve letters.")).text == "Twelve letters."


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.htm", "a", "a.doc", "a.pdf"])
def test_a_page_is_a_page_whatever_its_name_says(name: str) -> None:
    page = b"\xef\xbb\xbf\n<!-- saved --> <!DOCTYPE html><html><body><p>Twelve letters.</p></body></html>"
    assert read_file(File(name, page)).text == "Twelve letters."
    assert read_file(File(name, page.decode("utf-8-sig").encode("utf-16"))).text == "Twelve letters."


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


def changing(monkeypatch: pytest.MonkeyPatch, changes: int) -> None:
    """Each file grows when it is read, as often as `changes` says."""
    read_bytes, left = Path.read_bytes, [changes]

    def read_and_grow(self: Path) -> bytes:
        data = read_bytes(self)
        if left[0]:
            left[0] -= 1
            self.write_bytes(data + b" More.")
        return data

    monkeypatch.setattr(Path, "read_bytes", read_and_grow)


def test_a_file_that_changes_as_it_is_read_is_read_once_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changing(monkeypatch, 1)
    assert read(written(tmp_path, "a.txt", "Letters.")).text == "Letters. More."


def test_a_file_that_keeps_changing_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changing(monkeypatch, 9)
    with pytest.raises(InputError, match=r"a\.txt: changes while it is read; ingest it again"):
        read(written(tmp_path, "a.txt", "Letters."))


@pytest.mark.parametrize("name", [unicodedata.normalize("NFD", "Đơn thư.txt"), os.fsdecode(b"\xff\xe9.txt")])
def test_names_of_any_encoding(name: str, tmp_path: Path) -> None:
    try:
        path = written(tmp_path, name, "Twelve letters.")
    except OSError:
        pytest.skip("the file system takes no such name")
    assert read(path).text == "Twelve letters."


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


SIGNATURES = [
    b"%PDF-1.4\n", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"<html><p>", b"From: a\nSubject: b\n\n",
    b"MIME-Version: 1.0\n",
    b"Content-Type: multipart/mixed; boundary=x\n\n--x\n", b"\xff\xfe", b"{\\rtf1", b"---\n", b"a,b\n1,2\n",
]  # fmt: skip
some_bytes = st.lists(st.sampled_from(SIGNATURES) | st.binary(max_size=40) | markup.map(str.encode), max_size=8)


@pytest.mark.parametrize("suffix", ["", *readers.FORMATS])
@given(parts_of_it=some_bytes)
@settings(deadline=5000, max_examples=40)
def test_any_bytes_are_read_or_refused(suffix: str, parts_of_it: list[bytes]) -> None:
    for found in readers.unpack(File(f"any{suffix}", b"".join(parts_of_it))):
        if isinstance(found, File):
            try:
                reading = read_file(found)
            except InputError:
                continue
            check_blocks(reading)
            assert unicodedata.is_normalized("NFC", reading.text)


@given(st.binary(max_size=300))
@settings(deadline=None, max_examples=60)
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    try:
        text = decode(data)
    except InputError:
        return
    assert unicodedata.is_normalized("NFC", text)
    assert "\r" not in text
