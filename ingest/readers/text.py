"""Bytes → text, and plain text → blocks."""

from __future__ import annotations

import re
import unicodedata

from ingest.documents import Block
from ingest.errors import InputError
from ingest.readers.reading import Reading


def decode(data: bytes) -> str:
    """Bytes → text in NFC with "\\n" line ends. Raises InputError for what is not text."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            try:
                return _normalise(data.decode(encoding))
            except UnicodeDecodeError as exc:
                raise InputError(f"damaged {encoding} text at byte {exc.start}") from exc
    if b"\x00" in data or _control_share(data[:65536]) > 0.05:
        raise InputError("not text but a binary file; rename or remove it")
    try:
        return _normalise(data.decode("utf-8"))
    except UnicodeDecodeError:
        pass
    from charset_normalizer import from_bytes  # 0.1 s; most files are UTF-8

    best = from_bytes(data, cp_isolation=["cp1252", "cp1258", "utf_16"]).best()
    if best is None:
        raise InputError("its text encoding is not known; save it as UTF-8")
    return _normalise(str(best))


def _control_share(data: bytes) -> float:
    controls = sum(byte < 9 or 13 < byte < 32 for byte in data)
    return controls / max(1, len(data))


# They are no text: printed, an escape would colour a reader's terminal.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def _normalise(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _CONTROLS.sub(" ", text))


def read_text(text: str) -> Reading:
    """Plain text: the text as it is; a line is a paragraph, unless lines are wrapped."""
    blocks: list[Block] = []
    for group in re.finditer(r"[^\n]*\S[^\n]*(?:\n[^\n]*\S[^\n]*)*", text):
        lines = list(re.finditer(r"[^\n]+", group.group()))
        if _is_wrapped([line.group() for line in lines]):
            blocks.append(_trimmed(text, group.start(), group.end()))
        else:
            blocks += [_trimmed(text, group.start() + line.start(), group.start() + line.end()) for line in lines]
    return Reading(text, _mark_headings(text, blocks))


def _is_wrapped(lines: list[str]) -> bool:
    """Whether a paragraph was broken into lines of one width, as mail and old reports are."""
    if len(lines) < 2 or max(len(line) for line in lines) > 100:
        return False
    body = lines[:-1]
    open_ended = sum(not re.search(r"[.!?:;…]['\"”»)]*\s*$", line) for line in body)
    return sum(len(line) for line in body) / len(body) >= 45 and open_ended >= 0.5 * len(body)


def _trimmed(text: str, start: int, end: int) -> Block:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Block(start, end)


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
