"""Files within files: mail and what is attached, web archives, books, zip archives."""

from __future__ import annotations

import io
import random
import struct
import time
import tracemalloc
import unicodedata
import zipfile
from email.message import EmailMessage
from email.policy import SMTP
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_readers import LONG, check_blocks, parts

from ingest.errors import InputError
from ingest.readers import File, Refused, archive, read, unpack
from ingest.readers.archive import unpack_zip
from ingest.readers.mail import read_mail, read_web_archive, unpack_mail
from ingest.readers.names import member_path

# -- mail ----------------------------------------------------------------------------------------------------


def mail(body: str, subject: str = "Letters", **headers: str) -> bytes:
    lines = {"From": "An Le <an@example.org>", "Subject": subject, **headers}
    head = "\r\n".join(f"{name}: {value}" for name, value in lines.items())
    return f"{head}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{body}".encode()


def own(data: bytes) -> list[str]:
    """The words of a mail that are its writer's."""
    return [words for kind, words in parts(read_mail(data)) if kind not in ("furniture", "heading")]


def test_a_mail_as_a_reader_sees_it() -> None:
    reading = read_mail(
        mail(
            f"{LONG}\r\n\r\n-- \r\nAn Le\r\nHarbour office",
            subject="=?utf-8?q?=C4=90=C6=A1n?= =?utf-8?q?_th=C6=B0?=",
            To="vu@example.org",
            Date="Fri, 17 May 2024 08:30:00 +0700",
        )
    )
    assert parts(reading) == [
        ("furniture", "From: An Le <an@example.org>\nTo: vu@example.org\nDate: Fri, 17 May 2024 08:30:00 +0700"),
        ("heading", "Đơn thư"),
        ("paragraph", LONG),
        ("furniture", "--"),
        ("furniture", "An Le"),
        ("furniture", "Harbour office"),
    ]
    assert reading.stated == {"title": "Đơn thư", "published": "2024-05-17T08:30:00+07:00"}


@pytest.mark.parametrize(
    "quoted",
    [
        "> Old words.\n>> Older ones.",
        "On Thu, 16 May 2024 at 10:12, N. Dao <n@example.org> wrote:\n> Old words.",
        "On Thu, 16 May 2024 at 10:12, N. Dao\n<n@example.org> wrote:\n\n> Old words.",
        "Le jeu. 16 mai 2024 à 10:12, N. Dao <n@example.org> a écrit :\n> Old words.",
        "Vào Th 5, 16 thg 5, 2024 vào lúc 10:12 N. Dao <n@example.org> đã viết:\n> Old words.",
        "On Thu, 16 May 2024 at 10:12, N. Dao <n@example.org> wrote:\n\nOld words without marks.\n\nAnd more.",
        "-----Original Message-----\nFrom: N. Dao\n\nOld words.",
        "From: N. Dao\nSent: Thursday\nTo: An Le\nSubject: Letters\n\nOld words.",
        "De : N. Dao\nEnvoyé : jeudi\nÀ : An Le\nObjet : Lettres\n\nOld words.",
    ],
)
def test_what_a_mail_answers_is_furniture(quoted: str) -> None:
    assert own(mail(f"{LONG}\n\n{quoted}\n")) == [LONG]


def test_an_answer_below_what_it_answers() -> None:
    assert own(mail(f"> Did it meet?\n\n{LONG}\n\n> When?\n\nIn May.\n")) == [LONG, "In May."]


@pytest.mark.parametrize("words", ["Le directeur a écrit :", "On the third day the clerk wrote:", "From: May to June"])
def test_a_report_may_say_that_someone_wrote(words: str) -> None:
    assert [said for kind, said in parts(read_mail(mail(f"{words}\n\n{LONG}"))) if kind != "furniture"][1:] == [
        words,
        LONG,
    ]


def test_a_mail_that_is_passed_on_is_what_there_is_to_read() -> None:
    forwarded = "---------- Forwarded message ---------\nFrom: N. Dao\nDate: Thu, 16 May 2024\nSubject: Letters\n\n"
    assert own(mail(f"{forwarded}{LONG}", subject="Fwd: Letters")) == [LONG]
    assert own(mail(f"See below.\n\n{forwarded}{LONG}")) == ["See below.", LONG]
    assert own(mail(f"> {LONG}\n> Twelve letters.")) == [LONG, "Twelve letters."]


def alternatives(plain: str, html: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"], message["Subject"] = "an@example.org", "Letters"
    message.set_content(plain)
    message.add_alternative(html, subtype="html")
    return message


def test_plain_text_goes_before_markup_that_says_no_more() -> None:
    page = f"<html><body><p>{LONG}</p><p>Unsubscribe here.</p></body></html>"
    assert own(alternatives(LONG, page).as_bytes()) == [LONG]


def test_markup_that_says_more_goes_before_plain_text() -> None:
    page = (
        f"<html><body><p>{LONG}</p><table><tr><th>Month<th>Letters<tr><td>May<td>12</table>"
        "<div class=gmail_signature>An Le</div><div>On Thu, 16 May 2024 at 10:12, N. Dao wrote:</div>"
        "<blockquote type=cite>Old words.</blockquote><div class=gmail_quote>Older ones.</div>"
        "<div id=divRplyFwdMsg>From: B</div><div>Oldest ones.</div></body></html>"
    )
    assert own(alternatives("Your program shows no HTML.", page).as_bytes()) == [LONG, "Month: May | Letters: 12"]


def attached() -> bytes:
    message = alternatives(LONG, f"<p>{LONG}</p>")
    message.add_attachment(b"%PDF-1.4 one", maintype="application", subtype="pdf", filename="báo cáo.pdf")
    message.add_attachment(b"%PDF-1.4 two", maintype="application", subtype="octet-stream")
    message.add_attachment("Twelve letters.", filename="../../etc/notes.txt")
    message.add_attachment("Forty letters.", filename="C:\\mail\\notes.txt")
    message.add_attachment(message_in("Letters 1/2"))
    return message.as_bytes()


def message_in(subject: str) -> EmailMessage:
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "vu@example.org", subject
    inner.set_content(LONG)
    return inner


def test_attachments() -> None:
    found = {name: data for name, data in unpack_mail(attached()) if isinstance(data, bytes)}
    assert found["báo cáo.pdf"] == b"%PDF-1.4 one"
    assert found["attachment.pdf"] == b"%PDF-1.4 two"
    assert found["notes.txt"].strip() == b"Twelve letters."
    assert found["notes (2).txt"].strip() == b"Forty letters."
    assert own(found["Letters 1-2.eml"]) == [LONG]
    assert len(found) == 5
    assert own(attached()) == [LONG]


@pytest.mark.parametrize(
    ("data", "says"),
    [(b"Twelve letters.", "no mail"), (b"\x00\x01", "no mail"), (b"Subject: x\n\n\x00\x01\x02", "no text in it")],
)
def test_what_is_no_mail_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(InputError, match=says):
        read(File("a.eml", data.replace(b"Subject: x", b"Subject: -")))


def test_headers_that_keep_to_no_rule() -> None:
    reading = read_mail("Subject: Đơn thư\nDate: soon\nFrom: =?bogus?q?x?=\nTo: <<<\n\nĐơn thư số 12.".encode())
    assert reading.stated == {"title": "Đơn thư", "published": "soon"}
    assert own("Subject: x\nContent-Type: text/plain; charset=bogus\n\nĐơn thư.".encode()) == ["Đơn thư."]


def web_archive(page: str, **headers: str) -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = "<Saved by Blink>", "Letters"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content("body {}", subtype="css")
    message.make_related()
    message.add_related(page, subtype="html", headers=["Content-Location: https://example.org/frame"])
    return message.as_bytes()


def test_a_saved_page() -> None:
    page = f"<html><body><div class=menu>Home</div><div><h1>A year</h1><p>{LONG}</p></div></body></html>"
    reading = read_web_archive(web_archive(page, Snapshot_Content_Location="https://example.org/a"))
    assert parts(reading) == [("furniture", "Home"), ("heading", "A year"), ("paragraph", LONG)]
    assert reading.stated == {"title": "A year", "url": "https://example.org/a"}
    assert read_web_archive(web_archive(page)).stated["url"] == "https://example.org/frame"
    with pytest.raises(InputError, match="no page in it"):
        read_web_archive(mail(LONG))


# -- books ---------------------------------------------------------------------------------------------------

CONTAINER = '<container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>'
PACKAGE = """<package xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>A year of letters</dc:title>
<dc:creator>An Le</dc:creator><dc:language>fr-FR</dc:language><dc:date>2024-03-05</dc:date></metadata><manifest>
<item id="n" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="b" href="b%20two.xhtml" media-type="application/xhtml+xml"/>
<item id="a" href="text/a.xhtml" media-type="application/xhtml+xml"/>
<item id="g" href="gone.xhtml" media-type="application/xhtml+xml"/><item id="p" href="p.png" media-type="image/png"/>
</manifest><spine><itemref idref="n"/><itemref idref="a"/><itemref idref="b"/><itemref idref="g"/><itemref idref="p"/>
<itemref idref="none"/></spine></package>"""
BOOK = {
    "mimetype": "application/epub+zip",
    "META-INF/container.xml": CONTAINER,
    "OPS/book.opf": PACKAGE,
    "OPS/nav.xhtml": "<html><body><h1>Contents</h1><p>One</p></body></html>",
    "OPS/text/a.xhtml": f"<?xml version='1.0'?><html><body><h1>One</h1><p>{LONG}</p></body></html>",
    "OPS/b two.xhtml": "<html><body><h1>Two</h1><div class='sidebar'>Twelve letters.</div></body></html>",
}


def zipped(files: dict[str, str | bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content, zipfile.ZIP_STORED if name == "mimetype" else None)
    return stream.getvalue()


def test_a_book_is_read_in_its_order() -> None:
    reading = read(File("a.epub", zipped(BOOK)))
    assert parts(reading) == [
        ("furniture", "An Le"),
        ("furniture", "Contents"),
        ("furniture", "One"),
        ("heading", "One"),
        ("paragraph", LONG),
        ("heading", "Two"),
        ("paragraph", "Twelve letters."),
    ]
    assert reading.stated == {"title": "A year of letters", "language": "fr", "published": "2024-03-05"}


def test_a_book_by_another_name_is_a_book() -> None:
    assert read(File("a.zip", zipped(BOOK))).stated["title"] == "A year of letters"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"META-INF/container.xml": "<container/>"}, "no book"),
        ({"META-INF/container.xml": "<container"}, "damaged"),
        ({"OPS/book.opf": ""}, "damaged"),
        ({"META-INF/encryption.xml": '<e><CipherReference URI="OPS/text/a.xhtml"/></e>'}, "protected against copying"),
        ({"OPS/text/a.xhtml": "", "OPS/b two.xhtml": "", "OPS/nav.xhtml": "", "OPS/book.opf": "<package/>"}, "no text"),
        ({"OPS/book.opf": '<!DOCTYPE p [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><package>&b;</package>'}, "no text"),
    ],
)
def test_a_book_that_cannot_be_read(change: dict[str, str], says: str) -> None:
    with pytest.raises(InputError, match=says):
        read(File("a.epub", zipped(BOOK | change)))


# -- zip archives --------------------------------------------------------------------------------------------


def test_files_of_an_archive_one_by_one() -> None:
    data = zipped(
        {"2024/": "", "2024/a.txt": LONG, "b.md": "# One", "__MACOSX/._a.txt": "x", ".git/x.txt": "x", "n.ini": ""}
    )
    assert [name for name, _ in unpack_zip(data)] == ["2024/a.txt", "b.md", "n.ini"]
    found = list(unpack(File("reports.zip", data)))
    assert [(each.name, isinstance(each, File)) for each in found] == [
        ("reports.zip/2024/a.txt", True),
        ("reports.zip/b.md", True),
        ("reports.zip/n.ini", False),
    ]
    assert found[2] == Refused("reports.zip/n.ini", ".ini is not read", skipped=True)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("../../etc/passwd", "etc/passwd"),
        ("/etc/passwd", "etc/passwd"),
        ("C:\\reports\\a.txt", "reports/a.txt"),
        ("a/./b//c.txt", "a/b/c.txt"),
        ("a\x00\x1b[31m.txt", "a[31m.txt"),
        (unicodedata.normalize("NFD", "Đơn thư.txt"), "Đơn thư.txt"),
        ("..", ""),
        ("a" * 999, "a" * 200),
    ],
)
def test_a_name_is_only_a_name(name: str, path: str) -> None:
    assert member_path(name) == path


@pytest.mark.parametrize(
    ("written", "read_as"), [("Réponse.txt".encode("cp437"), "Réponse.txt"), ("Đơn thư.txt".encode(), "Đơn thư.txt")]
)
def test_names_without_a_stated_encoding(written: bytes, read_as: str) -> None:
    stand_in = b"x" * len(written)
    data = zipped({stand_in.decode(): LONG}).replace(stand_in, written)
    assert [name for name, _ in unpack_zip(data)] == [read_as]


def test_two_files_of_one_name_are_told_apart() -> None:
    data = zipped({"a.txt": "1", "b.txt": "2", "c": ""}).replace(b"b.txt", b"a.txt")
    assert [name for name, _ in unpack_zip(data)] == ["a.txt", "a (2).txt", "c"]


def test_a_file_without_a_name_is_passed_over() -> None:
    data = zipped({"x.txt": LONG, "good.txt": LONG}).replace(b"x.txt", b"\x00.txt")
    assert [name for name, _ in unpack_zip(data)] == ["good.txt"]


def test_what_cannot_be_had_is_named_and_the_rest_goes_on() -> None:
    noise = random.Random(1).randbytes(400)
    data = bytearray(zipped({"damaged.txt": noise, "sealed.txt": "x", "good.txt": LONG}))
    data[60:64] = b"\xff\xff\xff\xff"
    for start in (data.rindex(b"sealed.txt") - 46 + 8,):
        data[start] |= 1
    found = dict(unpack_zip(bytes(data)))
    assert "damaged" in str(found["damaged.txt"])
    assert "is encrypted; save it without a password" in str(found["sealed.txt"])
    assert found["good.txt"] == LONG.encode()


def test_what_is_no_archive_is_refused() -> None:
    for data in (b"PK\x03\x04", zipped({"a.txt": LONG})[:-40]):
        (found,) = unpack(File("a.zip", data))
        assert isinstance(found, Refused)
        assert "damaged" in found.reason


def test_archives_in_archives_end_somewhere() -> None:
    data = zipped({"a.txt": LONG})
    for _ in range(6):
        data = zipped({"in.zip": data, "b.txt": LONG})
    found = list(unpack(File("a.zip", data)))
    assert len([each for each in found if isinstance(each, File)]) == 3
    assert "unpack it first" in next(each.reason for each in found if isinstance(each, Refused))


def bomb(megabytes: int, states: int) -> bytes:
    """A file of that many zero bytes, for which the archive states another size."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed,
        packed.open("a.txt", "w", force_zip64=False) as file,
    ):
        for _ in range(megabytes):
            file.write(bytes(1 << 20))
    data = bytearray(stream.getvalue())
    struct.pack_into("<I", data, data.rindex(b"PK\x01\x02") + 24, states)
    return bytes(data)


@pytest.mark.parametrize("states", [5, 60 << 20])
def test_a_bomb_is_refused_fast_and_without_memory(states: int) -> None:
    data = bomb(200, states)
    assert len(data) < 1 << 20
    started = time.process_time()
    tracemalloc.start()
    ((name, content),) = unpack_zip(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (name, type(content)) == ("a.txt", InputError)
    assert peak < 20 << 20
    assert time.process_time() - started < 10


def test_many_files_that_come_to_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_UNPACKED", 30)
    found = list(unpack(File("a.zip", zipped({f"{number}.txt": "x" * 9 for number in range(5)}))))
    assert [each.name for each in found] == ["a.zip/0.txt", "a.zip/1.txt", "a.zip/2.txt", "a.zip"]
    monkeypatch.setattr(archive, "MAX_MEMBERS", 4)
    assert [each.name for each in unpack(File("a.zip", zipped({f"{number}.txt": "x" for number in range(5)})))] == [
        "a.zip"
    ]


# -- any damage ----------------------------------------------------------------------------------------------


@cache
def sound(suffix: str) -> bytes:
    page = f"<html><body><h1>A year</h1><p>{LONG}</p></body></html>"
    return {
        ".eml": attached(),
        ".mhtml": web_archive(page),
        ".epub": zipped(BOOK),
        ".zip": zipped({"a.txt": LONG, "b.eml": mail(LONG), "c.html": page, "d.zip": zipped({"e.md": LONG})}),
        ".html": page.encode(),
    }[suffix]


@pytest.mark.parametrize("suffix", [".eml", ".mhtml", ".epub", ".zip", ".html"])
@given(
    changes=st.lists(st.tuples(st.integers(0, 1 << 30), st.binary(max_size=6)), max_size=8), cut=st.integers(0, 1 << 30)
)
@settings(deadline=5000, max_examples=60)
def test_damage_of_any_kind_is_read_over_or_refused(suffix: str, changes: list[tuple[int, bytes]], cut: int) -> None:
    data = bytearray(sound(suffix))
    for place, put in changes:
        data[(at := place % len(data)) : at + len(put)] = put
    if cut % 3 == 0:
        del data[cut % len(data) :]
    for found in unpack(File(f"any{suffix}", bytes(data))):
        if isinstance(found, File):
            try:
                reading = read(found)
            except InputError:
                continue
            check_blocks(reading)
            assert unicodedata.is_normalized("NFC", reading.text)
        else:
            assert "\n" not in found.reason
