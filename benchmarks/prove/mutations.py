"""What is done to valid files, and files made to do harm."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable

from benchmarks.prove.files import packed

ODD = (
    "\u202e", "\u200b", "\u200f", "\ufeff", "\u0301" * 40, "\U0001f468\u200d\U0001f469", "\u1e9e", "\ufdfa", "\u0130",
    "\u2028", "\x0b", "\x85", "\x00", "\x1b[31m", "\U000e0041", "\ud7a3", "\u1112\u1161\u11ab", "\u0e33", "١٢٣",
    "Ⅷ", "½", "٪", "\uffff", "\U0010ffff", "ﬁ", "Ｆｕｌｌ", "𝟙𝟚𝟛", "«»", "…", "\u00ad", "\u3000", "Ệ", "E\u0302\u0323",
)  # fmt: skip


def flip(data: bytes, rng: random.Random) -> bytes:
    """Some bits the other way round."""
    changed = bytearray(data)
    for _ in range(rng.choice((1, 3, 20, max(1, len(data) // 50)))):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def cut(data: bytes, rng: random.Random) -> bytes:
    """Cut short, or a piece out of its midst."""
    one, other = sorted((rng.randrange(len(data)), rng.randrange(len(data) + 1)))
    return data[:one] if rng.random() < 0.6 else data[:one] + data[other:]


def doubled(data: bytes, rng: random.Random) -> bytes:
    """A piece of it many times over."""
    at, length = rng.randrange(len(data)), rng.randrange(1, 200)
    return data[:at] + data[at : at + length] * rng.choice((2, 50, 500)) + data[at:]


def noise(data: bytes, rng: random.Random) -> bytes:
    """Random bytes in its place, or in the place of a piece."""
    if rng.random() < 0.3:
        return rng.randbytes(rng.randrange(1, 4000))
    at = rng.randrange(len(data))
    made = rng.randbytes(rng.randrange(1, 300))
    return data[:at] + made + data[at + len(made) :]


def odd_letters(data: bytes, rng: random.Random) -> bytes:
    """Letters that programs stumble over, put in anywhere."""
    for _ in range(rng.randrange(1, 9)):
        at = rng.randrange(len(data) + 1)
        data = data[:at] + rng.choice(ODD).encode(rng.choice(("utf-8", "utf-8", "utf-16-le")), "replace") + data[at:]
    return data


def numbers(data: bytes, rng: random.Random) -> bytes:
    """Digits and lengths that are no longer true."""
    places = [at for at, byte in enumerate(data) if 48 <= byte <= 57] or [0]
    changed = bytearray(data)
    for at in rng.sample(places, min(len(places), rng.choice((1, 5, 50)))):
        changed[at] = rng.choice(b"0123456789-.e")
    if rng.random() < 0.3 and len(changed) > 8:
        at = rng.randrange(len(changed) - 4)
        changed[at : at + 4] = struct.pack("<I", rng.choice((0, 1, 2**31 - 1, 2**32 - 1, rng.randrange(2**32))))
    return bytes(changed)


def inside(data: bytes, rng: random.Random) -> bytes:
    """What a zip archive packs, changed and packed again; other files as `flip`."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
    except Exception:  # noqa: BLE001 it is none, or another mutation came first
        return flip(data, rng)
    if not files:
        return flip(data, rng)
    name = rng.choice(sorted(files))
    kept = files[name]
    files[name] = rng.choice((flip, cut, doubled, odd_letters, numbers))(kept, rng) if kept else b"?"
    return packed({**files})


MUTATIONS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    flip, cut, doubled, noise, odd_letters, numbers, inside
)  # fmt: skip


def hostile(rng: random.Random) -> tuple[str, bytes]:
    """A file made to do harm: its ending, and its bytes."""
    make = rng.choice((_bomb, _nested, _deep, _entities, _huge_line, _marks, _many_cells, _looping_pdf, _pdf_bomb))
    return make(rng)


def _bomb(rng: random.Random) -> tuple[str, bytes]:
    """A few thousand bytes that unpack to 60 MB, in the limits, or to more than that."""
    size = rng.choice((60, 400)) << 20
    return rng.choice((
        (".zip", packed({"zeros.txt": b"0" * size})), (".docx", packed({"word/document.xml": b" " * size})),
        (".odt", packed({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": b"<a>" * (size // 30)})),
    ))  # fmt: skip


def _nested(rng: random.Random) -> tuple[str, bytes]:
    data = packed({"in.txt": "The innermost letter was never opened by the clerk of the office."})
    for depth in range(rng.choice((4, 60))):
        data = packed({f"{depth}.zip": data})
    return ".zip", data


def _deep(rng: random.Random) -> tuple[str, bytes]:
    depth = rng.choice((500, 20_000))
    ending, one, other = rng.choice((
        (".html", "<div>", "</div>"), (".html", "<table><tr><td>", "</td></tr></table>"), (".md", "> ", ""),
        (".md", "[", "]"), (".html", "<ul><li>", "</li></ul>"), (".xhtml", "<b>", "</b>"), (".md", "*a **b ", ""),
    ))  # fmt: skip
    return ending, f"{one * depth}The clerk of the office read forty letters in 2024.{other * depth}".encode()


def _entities(rng: random.Random) -> tuple[str, bytes]:
    """XML whose entities grow to billions."""
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    xml = f'<!DOCTYPE x [<!ENTITY a0 "letters ">{levels}]><x>&a9;</x>'
    names = {".docx": "word/document.xml", ".odt": "content.xml", ".epub": "META-INF/container.xml",
             ".xlsx": "xl/workbook.xml"}  # fmt: skip
    ending = rng.choice(sorted(names))
    return ending, packed({"[Content_Types].xml": "<Types/>", names[ending]: xml})


def _huge_line(rng: random.Random) -> tuple[str, bytes]:
    piece = rng.choice((b"letters ", b"x", b"1,", b"2024 ", "thư ".encode(), b"a.b.", b"\t", b"(", b"\xe2\x80\x9c"))
    return rng.choice((".txt", ".md", ".csv", ".html", ".eml", ".tsv")), piece * (rng.choice((200_000, 1_000_000)) // 8)


def _marks(rng: random.Random) -> tuple[str, bytes]:
    return rng.choice((".txt", ".md", ".html")), ("The office read e" + rng.choice(ODD) * 20_000 + " letters.").encode()


def _many_cells(rng: random.Random) -> tuple[str, bytes]:
    rows, columns = rng.choice(((2, 50_000), (50_000, 2), (300, 300)))
    return rng.choice((".csv", ".tsv")), (b"31," * columns + b"\n") * rows


def _looping_pdf(rng: random.Random) -> tuple[str, bytes]:
    """Pages that are their own children, or a stream that is its own length."""
    kids = rng.choice((b"[2 0 R]", b"[3 0 R 2 0 R]", b"[3 0 R] /Parent 3 0 R"))
    return ".pdf", (
        b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
        b"2 0 obj\n<< /Type /Pages /Count 9 /Kids " + kids + b" >>\nendobj\n"
        b"3 0 obj\n<< /Type /Pages /Kids [2 0 R] /Contents 4 0 R >>\nendobj\n"
        b"4 0 obj\n<< /Length 4 0 R >>\nstream\nBT (x) Tj ET\nendstream\nendobj\n"
        b"trailer << /Root 1 0 R >>\n%%EOF\n"
    )


def _pdf_bomb(rng: random.Random) -> tuple[str, bytes]:
    """A page whose text unpacks to many megabytes."""
    stream = zlib.compress(b"BT /F1 10 Tf (letters) Tj ET\n" * rng.choice((20_000, 400_000)), 9)
    return ".pdf", (
        b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
        b"2 0 obj\n<< /Type /Pages /Count 1 /Kids [3 0 R] >>\nendobj\n"
        b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>\nendobj\n"
        b"4 0 obj\n<< /Filter /FlateDecode /Length " + str(len(stream)).encode() + b" >>\nstream\n" + stream
        + b"\nendstream\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
    )  # fmt: skip
