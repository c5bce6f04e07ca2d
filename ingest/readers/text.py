"""Bytes → text, and plain text → blocks."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator

from ingest.documents import Block
from ingest.errors import InputError
from ingest.readers.encodings import is_western, vietnamese, western
from ingest.readers.reading import Reading

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins as UTF-16's does
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(data: bytes, declared: str | None = None) -> str:
    """Bytes → text in NFC with "\\n" line ends. Raises InputError for what is not text.

    `declared` is the encoding the format itself states; it holds where the bytes agree.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return normalise(data.decode(encoding))
            except UnicodeDecodeError as exc:
                raise InputError(f"damaged {encoding} text at byte {exc.start}") from exc
    if b"\x00" in data:
        return normalise(_unmarked_utf16(data))
    if _control_share(data) > 0.05:
        raise InputError(_BINARY)
    return normalise(_utf8(data) or _as_declared(data, declared) or _guessed(data))


_BINARY = "not text but a binary file; rename or remove it"
_CONTROL_BYTES = bytes([*range(9), *range(14, 32)])


def _control_share(data: bytes) -> float:
    return 1 - len(data.translate(None, _CONTROL_BYTES)) / max(1, len(data))


def _unmarked_utf16(data: bytes) -> str:
    """UTF-16 without its mark: of the two bytes of a letter, digit or space the upper is NUL, and hardly ever the
    lower."""
    upper_first, upper_last = data[0::2].count(0), data[1::2].count(0)
    units = len(data) // 2
    for upper, lower, encoding in ((upper_last, upper_first, "utf-16-le"), (upper_first, upper_last, "utf-16-be")):
        if upper >= 0.2 * units and lower <= 0.01 * units:
            text = data[: 2 * units].decode(encoding, "replace")
            if len(_CONTROLS.findall(text)) + text.count("\ufffd") <= 0.01 * len(text):
                return text
    raise InputError(_BINARY)


def _utf8(data: bytes) -> str | None:
    """UTF-8; a few bytes that are not, in much that is, are damage and no other encoding."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    beyond_ascii = len(text) - len(text.encode("ascii", "ignore")) - damaged
    return text if beyond_ascii >= 10 * damaged else None


def _as_declared(data: bytes, declared: str | None) -> str | None:
    """Text in the encoding its format names; not where that is windows-1252 or -1258: nearly any bytes agree with
    those, so the words decide."""
    try:
        name = codecs.lookup(declared or "").name
        return data.decode(name) if _TRUSTED.match(name) else None
    except (LookupError, UnicodeError, ValueError):  # ValueError: a name with a NUL in it
        return None


_TRUSTED = re.compile(r"cp(?!125[28])|iso8859-(?!1$)|iso2022|koi8|gb|big5|shift_jis|euc|mac|tis|johab")


def _guessed(data: bytes) -> str:
    if decoder := vietnamese(data):
        return decoder(data)
    if is_western(data):
        return western(data)
    from charset_normalizer import from_bytes  # 0.1 s, and seldom needed

    best = from_bytes(data[:_GUESS_FROM], cp_isolation=_OTHER_ENCODINGS).best()
    if best is None:
        raise InputError("its text encoding is not known; save it as UTF-8")
    return data.decode(best.encoding, "replace")


_GUESS_FROM = 20_000
"""Bytes by which charset-normalizer judges: its time grows with each, for each encoding."""
_OTHER_ENCODINGS = (
    "cp1258 cp1251 koi8_r cp1250 cp1253 cp1254 cp1255 cp1256 cp1257 cp850 mac_roman"
    " gb18030 big5 cp932 euc_jp cp949".split()
)

# They are no text: printed, an escape would colour a reader's terminal.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def normalise(text: str) -> str:
    """Text in NFC, lines ending in "\\n", without control characters or half characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _CONTROLS.sub(" ", text))


def read_text(text: str) -> Reading:
    """Plain text: the text as it is; a line is a paragraph, unless lines are wrapped."""
    blocks: list[Block] = []
    for group in _line_groups(text):
        if _is_wrapped([text[start:end] for start, end in group]):
            blocks.append(_trimmed(text, group[0][0], group[-1][1]))
        else:
            blocks += [_trimmed(text, start, end) for start, end in group]
    return Reading(text, _mark_headings(text, blocks))


def _line_groups(text: str) -> Iterator[list[tuple[int, int]]]:
    """Start and end of the lines with words, in runs that no empty line divides."""
    group: list[tuple[int, int]] = []
    start = 0
    for line in text.split("\n"):
        if line and not line.isspace():
            group.append((start, start + len(line)))
        elif group:
            yield group
            group = []
        start += len(line) + 1
    if group:
        yield group


def _is_wrapped(lines: list[str]) -> bool:
    """Whether a paragraph was broken into lines of one width, as mail and old reports are."""
    body = lines[:-1]
    if not body or max(map(len, lines)) > 100 or sum(map(len, body)) < 45 * len(body):
        return False
    open_ended = sum(not re.search(r"[.!?:;…]['\"”»)]*\s*$", line) for line in body)
    return open_ended >= 0.5 * len(body)


def _trimmed(text: str, start: int, end: int) -> Block:
    words = text[start:end]
    return Block(end - len(words.lstrip()), start + len(words.rstrip()))


def _mark_headings(text: str, blocks: list[Block]) -> tuple[Block, ...]:
    """A short line without a full stop, before a real paragraph, is that paragraph's heading.

    Two such lines in a row are content (a list, a table, a letterhead), except that a title may stand
    over the first heading.
    """
    marked = list(blocks)
    for index, block in enumerate(blocks[:-1]):
        line, following = text[block.start : block.end], blocks[index + 1]
        short = len(block) <= 160 and not re.search(r"[.!?;,:…]['\"”»)]*$", line) and "\n" not in line
        if short and len(following) >= max(120, len(block)):
            marked[index] = Block(block.start, block.end, "heading")
    return tuple(marked)
