"""File → text and its blocks. One reader a format; each keeps every word a person would read."""

from __future__ import annotations

import re
import stat
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingest.documents import Block, BlockKind
from ingest.errors import InputError

MAX_BYTES = 50 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds: its text, the blocks a reader sees in it, and what its format states of it.

    `stated` may hold "title", "url", "published" (as written) and "language".
    """

    text: str
    blocks: tuple[Block, ...]
    stated: dict[str, str] = field(default_factory=dict)


class TextBuilder:
    """Puts blocks one after the other, an empty line between, and remembers where each lies."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self.blocks: list[Block] = []

    def add(self, text: str, kind: BlockKind) -> None:
        """Append a block; text of nothing but spaces is passed over."""
        text = re.sub(r"[ \t\f\v]+", " ", text).strip()
        if not text:
            return
        if self._parts:
            self._parts.append("\n\n")
            self._length += 2
        self.blocks.append(Block(self._length, self._length + len(text), kind))
        self._parts.append(text)
        self._length += len(text)

    def reading(self, stated: dict[str, str]) -> Reading:
        return Reading("".join(self._parts), tuple(self.blocks), stated)


def read(path: Path) -> Reading:
    """The text of a .txt, .md or .html file.

    Raises InputError, in one line, for a file that cannot be read, is not of a known format, is empty
    or holds no text.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise InputError(f"{path}: {path.suffix or 'a file without an ending'} is not read; use {', '.join(READERS)}")
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise InputError(f"{path}: not a file that can be read to its end; copy it to one")
        if status.st_size > MAX_BYTES:
            raise InputError(f"{path}: larger than {MAX_BYTES >> 20} MB; split it into reports")
        data = path.read_bytes()
    except OSError as exc:
        raise InputError(f"{path}: cannot be read ({exc.strerror or exc})") from exc
    if not data.strip():
        raise InputError(f"{path}: the file is empty")
    reading = reader(decode(data, path))
    if not any(char.isalnum() for char in reading.text):
        raise InputError(f"{path}: no text in it")
    return reading


def decode(data: bytes, path: Path) -> str:
    """Bytes → text in NFC with "\\n" line ends. Raises InputError for what is not text."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            try:
                return _normalise(data.decode(encoding))
            except UnicodeDecodeError as exc:
                raise InputError(f"{path}: damaged {encoding} text at byte {exc.start}") from exc
    if b"\x00" in data or _control_share(data[:65536]) > 0.05:
        raise InputError(f"{path}: not text but a binary file; rename or remove it")
    try:
        return _normalise(data.decode("utf-8"))
    except UnicodeDecodeError:
        pass
    from charset_normalizer import from_bytes  # 0.1 s; most files are UTF-8

    best = from_bytes(data, cp_isolation=["cp1252", "cp1258", "utf_16"]).best()
    if best is None:
        raise InputError(f"{path}: its text encoding is not known; save it as UTF-8")
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


_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n(?:---|\.\.\.)\s*\n", re.DOTALL)
_FRONT_KEYS = {
    "title": "title", "titre": "title", "source": "url", "url": "url", "link": "url", "date": "published",
    "published": "published", "lang": "language", "language": "language",
}  # fmt: skip


def read_markdown(text: str) -> Reading:
    """Markdown as a reader sees it: without its marks, links as their words, front matter as furniture."""
    from markdown_it import MarkdownIt

    builder, stated = TextBuilder(), dict[str, str]()
    if match := _FRONT_MATTER.match(text):
        builder.add(match[1], "furniture")
        for line in match[1].splitlines():
            key, _, value = line.partition(":")
            if (name := _FRONT_KEYS.get(key.strip().lower())) and value.strip():
                stated.setdefault(name, value.strip().strip("\"'"))
        text = text[match.end() :]
    kind: BlockKind = "paragraph"
    row: list[str] = []
    in_item = 0
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        if token.type == "heading_open":
            kind = "heading"
        elif token.type in ("list_item_open", "list_item_close"):
            in_item += 1 if token.nesting == 1 else -1
        elif token.type == "tr_open":
            row, kind = [], "table"
        elif token.type == "tr_close":
            builder.add(" | ".join(row), "table")
            kind = "paragraph"
        elif token.type == "inline":
            words, pictures = _inline_text(token.children or [])
            if kind == "table":
                row.append(words)
            else:
                if kind == "heading" and token.level <= 1:
                    stated.setdefault("title", words)
                builder.add(words, "item" if in_item and kind == "paragraph" else kind)
                for picture in pictures:
                    builder.add(picture, "furniture")
                kind = "paragraph"
        elif token.type in ("fence", "code_block"):
            builder.add(token.content, "paragraph")
        elif token.type == "html_block":
            for block in (inner := read_html(token.content)).blocks:
                builder.add(inner.text[block.start : block.end], block.kind)
    return builder.reading(stated)


def _inline_text(children: list) -> tuple[str, list[str]]:  # type: ignore[type-arg]
    """The words of a Markdown line, and the captions of the pictures in it."""
    words, pictures = [], []
    for child in children:
        if child.type in ("text", "code_inline"):
            words.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            words.append(" ")
        elif child.type == "image" and child.content:
            pictures.append(child.content)
    return "".join(words), pictures


_SKIPPED = {"script", "style", "noscript", "template", "head", "svg", "iframe", "object", "select"}
_FURNITURE = {"nav", "footer", "aside", "figcaption", "form", "button", "dialog", "menu"}
_BLOCKS = {
    "address", "article", "blockquote", "body", "dd", "div", "dl", "dt", "fieldset", "figure", "h1", "h2", "h3",
    "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre", "section", "table", "tbody", "tfoot",
    "thead", "tr", "ul", "caption", "br",
} | _FURNITURE  # fmt: skip


def read_html(text: str) -> Reading:
    """A web page as a reader sees it. What stands around the article is furniture, not gone."""
    from bs4 import BeautifulSoup
    from bs4.element import NavigableString, PreformattedString, Tag
    from bs4.exceptions import ParserRejectedMarkup

    try:
        soup = BeautifulSoup(text, "html.parser")
    except ParserRejectedMarkup:  # "<![" that opens no marked section
        soup = BeautifulSoup(text.replace("<![", "&lt;!["), "html.parser")
    builder = TextBuilder()
    article = soup.find("article") or soup.find("main")
    line: list[str] = []

    def flush(kind: BlockKind) -> None:
        builder.add(re.sub(r"\s+", " ", "".join(line)), kind)
        line.clear()

    root = soup.body or soup
    outermost: BlockKind = "paragraph" if article is None else "furniture"
    # Open tags: what is left in each, its kind, whether in the article, whether a block. A list of our own, as
    # pages nest deeper than Python calls do.
    stack: list[tuple[Iterator[Any], BlockKind, bool, bool]] = [(iter(root.children), outermost, False, True)]
    while stack:
        children, kind, inside, is_block = stack[-1]
        child = next(children, None)
        if child is None:
            stack.pop()
            if is_block:
                flush(kind)
        elif isinstance(child, PreformattedString):  # comments, doctype, CDATA
            continue
        elif isinstance(child, NavigableString):
            line.append(str(child))
        elif isinstance(child, Tag) and child.name not in _SKIPPED:
            if child.name not in _BLOCKS:
                stack.append((iter(child.children), kind, inside, False))
                continue
            flush(kind)
            within = inside or child is article
            if child.name == "tr" and not child.find("table"):  # a row that holds a table is layout, not a row
                cells = [cell.get_text(" ", strip=True) for cell in child.find_all(["th", "td"])]
                builder.add(" | ".join(cells), kind if kind == "furniture" else "table")
                continue
            inner = _html_kind(child.name, kind, within, article is not None)
            stack.append((iter(child.children), inner, within, True))

    return builder.reading(_html_stated(soup))


def _html_kind(name: str, kind: BlockKind, inside: bool, has_article: bool) -> BlockKind:
    if name in _FURNITURE or (has_article and not inside) or (kind == "furniture" and not inside):
        return "furniture"
    if name == "header" and not has_article:
        return "furniture"
    if re.fullmatch(r"h[1-6]", name):
        return "heading"
    if name in ("li", "dd", "dt"):
        return "item"
    return kind if kind == "item" else "paragraph"


def _html_stated(soup) -> dict[str, str]:  # type: ignore[no-untyped-def]
    stated: dict[str, str] = {}

    def state(name: str, value: str | None) -> None:
        if value and value.strip():
            stated.setdefault(name, re.sub(r"\s+", " ", value).strip())

    def meta(**attributes: str) -> str | None:
        tag = soup.find("meta", attrs=attributes)
        return str(tag.get("content") or "") if tag else None

    heading = soup.find("h1")
    state("title", meta(property="og:title"))
    state("title", heading.get_text(" ") if heading else None)
    state("title", soup.title.get_text(" ") if soup.title else None)
    for name in ("article:published_time", "datePublished", "date", "pubdate"):
        state("published", meta(property=name) or meta(name=name) or meta(itemprop=name))
    time = soup.find("time", attrs={"datetime": True})
    state("published", str(time["datetime"]) if time else None)
    canonical = soup.find("link", attrs={"rel": "canonical"})
    state("url", str(canonical.get("href") or "") if canonical else None)
    state("url", meta(property="og:url"))
    state("language", str(soup.html.get("lang") or "")[:2] if soup.html else None)
    return stated


READERS: dict[str, Callable[[str], Reading]] = {
    ".txt": read_text, ".text": read_text, ".md": read_markdown, ".markdown": read_markdown,
    ".html": read_html, ".htm": read_html,
}  # fmt: skip
