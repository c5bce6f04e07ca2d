"""Mail: what was written, without what it answers; and web pages saved in mail's format."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

from ingest.errors import InputError
from ingest.readers.html import add_piece_table, page_text, read_html
from ingest.readers.html_pieces import Piece
from ingest.readers.kinds import kind_of
from ingest.readers.mail_text import Block, html_blocks, plain_blocks
from ingest.readers.names import member_path, numbered
from ingest.readers.reading import Reading, TextBuilder
from ingest.readers.text import decode, normalise

# What the standard library's parser raises on headers and parts that keep to no rule.
_MALFORMED = (ValueError, LookupError, AttributeError, TypeError, AssertionError, RecursionError)
_FORWARDED = re.compile(r"\s*(?:fwd?|tr|wg|chuyển tiếp)\s*:", re.IGNORECASE)


def read_mail(data: bytes) -> Reading:
    """A mail's own words. Its header lines, what it quotes and its signature are furniture. Raises InputError for
    what is no mail or holds no text."""
    mail = _parse(data)
    subject = _header(mail, "Subject")
    builder = TextBuilder()
    builder.add("\n".join(f"{name}: {_header(mail, name)}" for name in _ABOUT if _header(mail, name)), "furniture")
    builder.add(subject, "heading")
    bodies = list(_bodies(mail))
    blocks = [block for part in bodies for block in _blocks(part, bool(_FORWARDED.match(subject)))]
    if all(kind == "furniture" for kind, _ in blocks):  # then what is quoted is what there is to read
        blocks = [block for part in bodies for block in _blocks(part, quotes_are_text=True)]
    for kind, content in blocks:
        if isinstance(content, Piece):
            add_piece_table(builder, content)
        else:
            builder.add(content, kind)
    stated = {"title": subject, "published": _sent(mail)}
    return builder.reading({name: value for name, value in stated.items() if value})


def unpack_mail(data: bytes) -> Iterator[tuple[str, bytes | InputError]]:
    """A mail's attachments. Mails that lie in it are attachments too."""
    given = numbered()
    for part in _attachments(_parse(data)):
        try:
            if part.get_content_type() == "message/rfc822":
                inner = part.get_payload(0)
                if isinstance(inner, EmailMessage):
                    yield given(_title(inner)), inner.as_bytes()
                continue
            content = _content(part)
            yield given(_name(part, content)), content
        except _MALFORMED:
            yield given("attachment"), InputError("damaged; save it from the mail anew")


def read_web_archive(data: bytes) -> Reading:
    """The page in a .mhtml file. Raises InputError where there is none."""
    mail = _parse(data)
    page = next((part for part in mail.walk() if part.get_content_type() == "text/html"), None)
    if page is None:
        raise InputError("no page in it; save the page as .html")
    reading = read_html(page_text(_content(page), _charset(page)))
    address = _header(mail, "Snapshot-Content-Location") or _header(page, "Content-Location")
    if address.startswith(("http://", "https://")):
        reading.stated.setdefault("url", address)
    return reading


def _blocks(part: EmailMessage, quotes_are_text: bool) -> list[Block]:
    try:
        text = decode(_content(part), _charset(part))
    except InputError:  # a part of a mail that is no text
        return []
    read = html_blocks if part.get_content_type() == "text/html" else plain_blocks
    return list(read(text, quotes_are_text))


# -- headers and parts -------------------------------------------------------------------------------------------

_ABOUT = ("From", "To", "Cc", "Date")


def _parse(data: bytes) -> EmailMessage:
    try:
        mail = message_from_bytes(data.lstrip(), policy=policy.default)
        if any(name in mail for name in ("From", "Subject", "Date", "MIME-Version")):
            return mail
    except _MALFORMED as exc:
        raise InputError("damaged; save it anew from the mail program") from exc
    raise InputError("no mail: it has neither sender nor subject nor date")


def _header(mail: EmailMessage, name: str) -> str:
    raw = next((str(value) for key, value in mail.raw_items() if key.lower() == name.lower()), None)
    if raw is None:
        return ""
    try:
        # What is not ASCII was written without the encoding that headers need.
        raw = str(mail[name]) if raw.isascii() else decode(raw.encode("utf-8", "surrogateescape"))
    except (*_MALFORMED, InputError):
        raw = raw.encode("utf-8", "replace").decode()
    return " ".join(normalise(raw).split())


def _sent(mail: EmailMessage) -> str:
    try:
        return parsedate_to_datetime(_header(mail, "Date")).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return _header(mail, "Date")


def _content(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _charset(part: EmailMessage) -> str | None:
    try:
        return part.get_content_charset()
    except _MALFORMED:
        return None


def _is_attached(part: EmailMessage) -> bool:
    return part.get_content_disposition() == "attachment" or bool(part.get_filename())


def _bodies(part: EmailMessage) -> Iterator[EmailMessage]:
    """The parts that are read as the mail's text: of alternatives the one that says most."""
    kind = part.get_content_type()
    if kind == "multipart/alternative":
        choices = [body for inner in _inner(part) for body in _bodies(inner)]
        if choices:
            yield max(choices, key=_says)
    elif part.is_multipart() and kind != "message/rfc822":
        for inner in _inner(part):
            yield from _bodies(inner)
    elif kind in ("text/plain", "text/html") and not _is_attached(part):
        yield part


def _inner(part: EmailMessage) -> list[EmailMessage]:
    return [inner for inner in part.iter_parts() if isinstance(inner, EmailMessage)]


def _says(part: EmailMessage) -> float:
    """How much a part tells. Markup counts by its tables and by twice the words: plain text is what was typed."""
    blocks = _blocks(part, quotes_are_text=True)
    letters = sum(len(content.text if isinstance(content, Piece) else content) for _, content in blocks)
    has_table = any(isinstance(content, Piece) for _, content in blocks)
    return letters if part.get_content_type() == "text/plain" or has_table else letters / 2


def _attachments(part: EmailMessage) -> Iterator[EmailMessage]:
    for inner in _inner(part) if part.is_multipart() and part.get_content_type() != "message/rfc822" else []:
        kind = inner.get_content_type()
        if inner.is_multipart() and kind != "message/rfc822":
            yield from _attachments(inner)
        elif kind == "message/rfc822" or _is_attached(inner) or not kind.startswith(("text/", "image/")):
            yield inner


def _title(mail: EmailMessage) -> str:
    return member_path((_header(mail, "Subject") or "mail").replace("/", "-").replace("\\", "-")) + ".eml"


def _name(part: EmailMessage, content: bytes) -> str:
    named = member_path(part.get_filename() or "").rpartition("/")[2]
    if named and "." in named:
        return named
    ending = mimetypes.guess_extension(part.get_content_type()) or ""
    return (named or "attachment") + (ending if ending not in ("", ".bin") else kind_of(content) or ".bin")
