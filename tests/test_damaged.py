"""A folder with everything that can be wrong with a file: each is named with its reason, the rest is read."""

from __future__ import annotations

import io
import os
import time
import unicodedata
import zipfile
from pathlib import Path

import pytest
from libraries import BRIDGES, LETTERS, WordsEngine, found, indexed
from pypdf import PdfWriter

from ingest.library import Library
from ingest.pipeline import ingest
from ingest.report import FileOutcome

GOOD = {"letters.txt": LETTERS, "bridges.txt": BRIDGES}


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def pdf(pages: int = 2, password: str = "") -> bytes:
    writer, out = PdfWriter(), io.BytesIO()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    if password:
        writer.encrypt(password, algorithm="AES-256")
    writer.write(out)
    return out.getvalue()


def bomb(layers: int) -> bytes:
    data = zipped({"zeros.txt": b"0" * 200_000_000})
    for layer in range(layers):
        data = zipped({f"layer-{layer}.zip": data})
    return data


BAD = {
    "encrypted.pdf": (pdf(password="secret"), "password"),
    "scan.pdf": (pdf(), "OCR"),
    "truncated.pdf": (pdf(30)[:400], "damaged"),
    "bomb.zip": (bomb(0), "larger than"),
    "nested-bomb.zip": (bomb(2), "larger than"),
    "deep.zip": (zipped({"a.zip": zipped({"b.zip": zipped({"c.zip": zipped({"d.txt": b"x"})})})}), "deep"),
    "half.zip": (zipped({"a.txt": LETTERS.encode() * 50})[:-40], "damaged"),
    "not-a-word-file.docx": (b"PK\x03\x04" + b"\x00" * 300, "damaged"),
    "empty.txt": (b"", "empty"),
    "nul.txt": (b"Forty letters\x00\x00\x01\x02\x00" * 40, "binary"),
    "picture.txt": (b"\x89PNG\r\n\x1a\n" + bytes(200), "picture"),
    "old.docx": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old"),
    "only-links.html": (b"<nav><a href='/'>Home</a></nav>", "no"),
    "punctuation.md": (b"# ---\n\n...\n", "no text"),
}


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    folder = tmp_path / "damaged"
    folder.mkdir()
    for name, text in GOOD.items():
        (folder / name).write_text(text, encoding="utf-8")
    for name, (data, _) in BAD.items():
        (folder / name).write_bytes(data)
    with (folder / "one-line.txt").open("wb") as file:
        file.truncate(1 << 30)
    (folder / "loop").symlink_to(folder)
    (folder / "circle.txt").symlink_to(folder / "circle.txt")
    os.mkfifo(folder / "pipe.txt")
    return folder


def by_name(outcomes: list[FileOutcome]) -> dict[str, FileOutcome]:
    return {outcome.path.split("/damaged/")[1]: outcome for outcome in outcomes}


def test_each_is_named_with_its_reason_and_the_rest_is_read(library: Library, damaged: Path) -> None:
    started = time.perf_counter()
    report = ingest(library, [damaged])

    assert time.perf_counter() - started < 60
    outcomes = by_name(report.files)
    for name, (_, reason) in BAD.items():
        said = [outcome for path, outcome in outcomes.items() if path.startswith(name)]
        assert [outcome.state for outcome in said] == ["failed"], name
        assert reason in str(said[0].message), (name, said[0].message)
    for name in ("one-line.txt", "circle.txt", "pipe.txt"):
        assert outcomes[name].state == "failed", name
    for outcome in report.failed:
        assert str(outcome.message).startswith(outcome.path)
        assert "\n" not in str(outcome.message)
        assert "Traceback" not in str(outcome.message)
    assert {name for name, outcome in outcomes.items() if outcome.state == "added"} == set(GOOD)
    for text in GOOD.values():
        assert text in found(library, text)
    catalog, vectors, lexical = indexed(library)
    assert catalog == vectors == lexical


def test_what_is_wrong_is_said_again_by_the_next_run(library: Library, damaged: Path) -> None:
    first, second = ingest(library, [damaged]), ingest(library, [damaged])

    assert {o.path: o.message for o in second.failed} == {o.path: o.message for o in first.failed}
    assert second.count("unchanged") == len(GOOD)


def test_the_worst_pages_take_bounded_time(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "deep.html").write_text("<div>" * 100_000 + f"<p>{LETTERS}</p>", encoding="utf-8")
    (folder / "wide.html").write_text(f"<p>{LETTERS}</p>" + "<b>x</b>" * 50_000, encoding="utf-8")
    (folder / "attributes.html").write_text(f"<p title='{'x' * 3_000_000}'>{LETTERS}</p>", encoding="utf-8")
    (folder / "line.txt").write_text("word " * 200_000, encoding="utf-8")
    started = time.perf_counter()

    report = ingest(library, [folder])

    assert time.perf_counter() - started < 90
    assert not [outcome for outcome in report.failed if "longer than" in str(outcome.message)]
    assert any(LETTERS in text for text in found(library, LETTERS, 20))


def test_names_and_words_in_decomposed_vietnamese_are_read(library: Library, tmp_path: Path) -> None:
    text = "Tỉnh Đắk Lắk đã giải quyết sáu mươi lá thư trong năm 2024. Mỗi lá thư được trả lời trong mười ngày."
    folder = tmp_path / unicodedata.normalize("NFD", "báo cáo")
    folder.mkdir()
    file = folder / unicodedata.normalize("NFD", "tổng kết.txt")
    file.write_text(unicodedata.normalize("NFD", text), encoding="utf-8")

    report = ingest(library, [folder])

    assert report.count("added") == 1
    (document,) = (library.document(d.id) for d in library.documents())
    assert document is not None
    assert document.text == unicodedata.normalize("NFC", text)
    (passage,) = library.passages_of(document.id)
    assert document.text[passage.start : passage.end] == passage.text
    assert ingest(library, [folder]).count("unchanged") == 1


def test_a_name_that_is_no_text_is_read(library: Library, tmp_path: Path) -> None:
    file = os.fsencode(tmp_path) + b"/r\xe9sum\xe9.txt"
    with open(file, "wb") as out:
        out.write(LETTERS.encode())

    report = ingest(library, [tmp_path / "r\udce9sum\udce9.txt"])

    assert report.count("added") == 1
    assert report.files[0].path.isprintable()


def test_a_file_that_changes_while_it_is_read_is_never_half(tmp_path: Path) -> None:
    """Written anew over and over while it is read: what is stored is one of its versions, or it is said to change."""
    import threading

    file, stop = tmp_path / "changing.txt", threading.Event()
    versions = [f"Version {n} says so. " + f"Its number is {n} here. " * 3000 for n in range(2)]
    file.write_text(versions[0], encoding="utf-8")

    def rewrite() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            part = tmp_path / "part"
            part.write_text(versions[number % 2], encoding="utf-8")
            part.replace(file)

    thread = threading.Thread(target=rewrite)
    thread.start()
    library = Library(tmp_path / "data", WordsEngine())
    try:
        for _ in range(3):
            ingest(library, [file])
            for summary in library.documents():
                document = library.document(summary.id)
                assert document is not None
                assert document.text in [version.strip() for version in versions] + versions
    finally:
        stop.set()
        thread.join()
    ingest(library, [file])
    library.close()
