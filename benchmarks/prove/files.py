"""Valid files of every format that is read, of a text: what mutations begin with."""

from __future__ import annotations

import html
import io
import zipfile
from email.message import EmailMessage
from email.policy import SMTP


def file_of(ending: str, paragraphs: list[str]) -> bytes:
    """A file of a format (".docx") that says these paragraphs, the first of them as its heading."""
    if ending in (".txt", ".text"):
        return "\n\n".join(paragraphs).encode()
    if ending in (".md", ".markdown"):
        return ("# " + "\n\n".join(paragraphs) + "\n\n| Year | Boats |\n|---|---|\n| 2024 | 31 |\n").encode()
    if ending in (".html", ".htm", ".xhtml"):
        return _page(paragraphs)
    if ending in (".csv", ".tsv"):
        rows = [paragraph.split(" ") for paragraph in paragraphs]
        return "\n".join((",", "\t")[ending == ".tsv"].join(f'"{cell}"' for cell in row) for row in rows).encode()
    return {
        ".mhtml": _web_archive, ".mht": _web_archive, ".eml": _mail, ".epub": _book, ".pdf": _pdf, ".docx": _word,
        ".odt": _open_document, ".xlsx": _workbook, ".xlsm": _workbook, ".zip": _archive,
    }[ending](paragraphs)  # fmt: skip


def packed(files: dict[str, bytes | str]) -> bytes:
    """A zip archive; the first file of it is not compressed, as OpenDocument has it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data, zipfile.ZIP_STORED if name == "mimetype" else None)
    return out.getvalue()


def _page(paragraphs: list[str]) -> bytes:
    head, *rest = map(html.escape, paragraphs)
    body = "\n".join(f"<p>{text}</p>" for text in rest)
    page = f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{head}</title></head><body>'
    return f"{page}<nav><a href='/'>Home</a></nav><h1>{head}</h1><article>{body}</article></body></html>".encode()


def _web_archive(paragraphs: list[str]) -> bytes:
    mail = EmailMessage(policy=SMTP)
    mail["Subject"], mail["MIME-Version"] = "A page", "1.0"
    mail.set_content(_page(paragraphs).decode(), subtype="html")
    mail.make_related()
    mail.add_related(b"\x89PNG\r\n\x1a\n", "image", "png")
    return mail.as_bytes()


def _mail(paragraphs: list[str]) -> bytes:
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = "An Le <an@example.org>", "vu@example.org", paragraphs[0][:60]
    mail["Date"] = "Fri, 17 May 2024 08:30:00 +0700"
    mail.set_content("\n\n".join(paragraphs))
    mail.add_attachment("\n".join(paragraphs).encode(), maintype="text", subtype="plain", filename="attached.txt")
    return mail.as_bytes()


def _book(paragraphs: list[str]) -> bytes:
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata xmlns:dc='
        '"http://purl.org/dc/elements/1.1/"><dc:title>A book</dc:title></metadata><manifest><item id="c" href="c.xhtml"'
        ' media-type="application/xhtml+xml"/></manifest><spine><itemref idref="c"/></spine></package>'
    )
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles><rootfile '
        'full-path="b.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
    )
    return packed({
        "mimetype": "application/epub+zip", "META-INF/container.xml": container, "b.opf": package,
        "c.xhtml": _page(paragraphs),
    })  # fmt: skip


def _word(paragraphs: list[str]) -> bytes:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    body = "".join(f"<w:p><w:r><w:t>{html.escape(text)}</w:t></w:r></w:p>" for text in paragraphs)
    cells = "".join(f"<w:tc><w:p><w:r><w:t>{cell}</w:t></w:r></w:p></w:tc>" for cell in ("2024", "31 boats"))
    document = f"<w:document {space}><w:body>{body}<w:tbl><w:tr>{cells}</w:tr></w:tbl></w:body></w:document>"
    return packed({
        "[Content_Types].xml": _types("/word/document.xml", "wordprocessingml.document.main"),
        "_rels/.rels": _relation("officeDocument", "word/document.xml"), "word/document.xml": document,
    })  # fmt: skip


def _workbook(paragraphs: list[str]) -> bytes:
    import openpyxl  # type: ignore[import-untyped]

    book = openpyxl.Workbook()
    sheet = book.create_sheet("Letters", 0)
    for number, paragraph in enumerate(paragraphs):
        sheet.append([f"Row {number}", 2000 + number, paragraph])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _open_document(paragraphs: list[str]) -> bytes:
    spaces = (
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    )
    body = "".join(f"<text:p>{html.escape(text)}</text:p>" for text in paragraphs)
    content = f"<office:body><office:text>{body}</office:text></office:body>"
    return packed({
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": f"<office:document-content {spaces}>{content}</office:document-content>",
        "META-INF/manifest.xml": "<manifest/>",
    })  # fmt: skip


def _archive(paragraphs: list[str]) -> bytes:
    half = len(paragraphs) // 2 or 1
    return packed({
        "one.txt": "\n\n".join(paragraphs[:half]), "two/letter.html": _page(paragraphs[half:] or paragraphs),
        "two/inner.zip": packed({"three.md": "# " + paragraphs[0]}),
    })  # fmt: skip


def _pdf(paragraphs: list[str]) -> bytes:
    """One page, its lines in Helvetica."""
    lines = [text[at : at + 90] for text in paragraphs for at in range(0, len(text), 90)]
    escaped = [line.replace("\\", "").replace("(", "").replace(")", "") for line in lines]
    shown = "".join(f"({line}) Tj 0 -14 Td\n" for line in escaped)
    stream = f"BT /F1 10 Tf 50 800 Td\n{shown}ET".encode("latin-1", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R "
        b"/Resources << /Font << /F1 4 0 R >> >> >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]  # fmt: skip
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + end


def _types(part: str, kind: str) -> str:
    office = "application/vnd.openxmlformats-officedocument"
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="{part}" ContentType="{office}.{kind}+xml"/></Types>'
    )


def _relation(kind: str, target: str) -> str:
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r" Type="{office}/{kind}" Target="{target}"/></Relationships>'
    )
