"""What a file is by its first bytes, whatever its name says."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

_STARTS = (
    (rb"%PDF-\d", ".pdf"),
    (rb"\{\\rtf\d", ".rtf"),
    (
        rb"\x89PNG\r\n\x1a\n|\xff\xd8\xff|GIF8[79]a|II\*\0|MM\0\*|RIFF....WEBP|....ftyp(?:heic|heix|mif1|avif)",
        "picture",
    ),
    (
        rb"ID3[\x02-\x04]|\xff[\xf2\xf3\xfa\xfb]|OggS\0|fLaC\0|RIFF....(?:WAVE|AVI )|....ftyp|\x1a\x45\xdf\xa3",
        "recording",
    ),
    (rb"\x7fELF|MZ.\0.\0\0\0|\xca\xfe\xba\xbe|[\xce\xcf]\xfa\xed\xfe", "program"),
    (rb"7z\xbc\xaf\x27\x1c|Rar!\x1a\x07|\x1f\x8b\x08|\xfd7zXZ\0|BZh[1-9]1AY&SY", "archive"),
)
_KINDS = tuple((re.compile(pattern, re.DOTALL), kind) for pattern, kind in _STARTS)
_PAGE = re.compile(rb"(?>\s|<\?xml[^>]*>|<!--.*?-->)*+<(?:!doctype\s+html|html)\b", re.DOTALL | re.IGNORECASE)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# The streams of an old Office file, by which its programs know their own.
_STREAMS = (
    ("EncryptedPackage", "encrypted"), ("WordDocument", ".doc"), ("Workbook", ".xls"), ("Book", ".xls"),
    ("PowerPoint Document", ".ppt"), ("__substg1.0_", ".msg"),
)  # fmt: skip
_OPEN_DOCUMENT = re.compile(
    rb"application/(?:vnd\.oasis\.opendocument\.(text|spreadsheet|presentation)|(epub)\+zip)(?:-template)?"
)
_PACKED = {b"text": ".odt", b"spreadsheet": ".ods", b"presentation": ".odp", b"epub": ".epub"}

UNREADABLE = {
    "picture": "a picture; if it shows a text, save that as a PDF with its text recognised",
    "recording": "a sound or film; save what is said in it as text",
    "program": "a program, no report",
    "archive": "an archive of a kind that is not read; unpack it first",
    "encrypted": "encrypted; save it without a password",
    ".rtf": "a rich text file; save it as .docx",
    ".doc": "an old Word file; save it as .docx",
    ".xls": "an old Excel file; save it as .xlsx",
    ".ppt": "an old PowerPoint file; save it as a PDF",
    ".msg": "an Outlook message; save it as .eml",
    "office": "a file of an old office program; save it as a PDF",
}
"""What is known by its content and not read, in words that follow "is"."""


def kind_of(data: bytes) -> str | None:
    """The suffix of the format the content shows, or a key of UNREADABLE; None where it shows none."""
    for pattern, kind in _KINDS:
        if pattern.match(data):
            return kind
    if data.startswith(b"PK\x03\x04"):
        return _packed_kind(data)
    if data.startswith(_OLE):
        return next((kind for stream, kind in _STREAMS if stream.encode("utf-16-le") in data), "office")
    head = data[:4096].removeprefix(b"\xef\xbb\xbf").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    return ".html" if _PAGE.match(head.replace(b"\0", b"")) else None


def _packed_kind(data: bytes) -> str | None:
    """Which of the formats that are zip archives; None for one whose directory is damaged."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, RuntimeError):
        return None
    if "[Content_Types].xml" in names:
        parts = {"word/": ".docx", "xl/": ".xlsx", "ppt/": ".pptx"}
        return next((kind for part, kind in parts.items() if any(name.startswith(part) for name in names)), ".zip")
    # Their first file states the format and is not compressed, so that it can be read from here.
    stated = _OPEN_DOCUMENT.search(data, 0, 256) if "mimetype" in names else None
    return _PACKED[stated[1] or stated[2]] if stated else ".zip"
