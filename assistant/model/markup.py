"""What keeps the words of documents, of questions and of models apart from the marks around them.

A document may hold "</passage>", another passage's id, or the control words of a chat template, which servers such as
llama.cpp read as such wherever they stand. In what is sent, these are written with look-alikes; quotes are still
matched against the document as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_TAG = re.compile(
    r"<(?="
    r"[|\uff5c]"  # <|im_start|>, and DeepSeek's with a fullwidth bar
    r"|\s*/?\s*(?:passages?|question|earlier)\b"  # our own
    r"|/?[A-Za-z_][\w:-]{0,40}\s*/?>"  # <start_of_turn>, </s>, <think>
    r"|<SYS>|</SYS>)",
    re.IGNORECASE,
)
_BRACKET = re.compile(r"\[(?=/?g?[A-Z_]{3,30}\])")  # [INST], [/INST], [gMASK]
_LIKE = str.maketrans({"<": "‹", "[": "⁅"})
_UNLIKE = str.maketrans({"‹": "<", "⁅": "["})


def neutral(text: str, ids: Iterable[str] = ()) -> str:
    """The text as it may be sent: tags and control words disarmed, and ids of the passages given."""
    for key in ids:
        if key in text:
            text = text.replace(key, f"{key[0]}-{key[1:]}")
    return _BRACKET.sub("⁅", _TAG.sub("‹", text))


def as_written(quote: str, passage: str) -> str:
    """A quote with the passage's own signs where the model copied the look-alikes it was sent."""
    return quote if any(chr(like) in passage for like in _UNLIKE) else quote.translate(_UNLIKE)


_MARKDOWN_LINK = re.compile(r"!?\[([^\[\]]*)\]\((?:[^()\s]|\([^()\s]*\))*(?:\s+\"[^\"]*\")?\)")
_HTML_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<!--.*?-->")
_ADDRESS = re.compile(
    r"(?:\b[a-z][a-z0-9+.-]*://|\bwww\.|\bjavascript:|\bdata:\w+/)[^\s()<>\[\]]*[^\s()<>\[\].,;:!?]", re.IGNORECASE
)
_EMPHASIS = re.compile(r"(\*{1,3}|_{2,3}|`+|~~)(?=\S)(.+?)(?<=\S)\1")
_LINE_MARK = re.compile(r"^(?:#{1,6}|[-*+>])\s+")
_NUMBER_MARK = re.compile(r"\s*[\[【⁅]\s*\^?\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*(?:†[^\]】]*)?\s*[\]】]")


def unmarked(text: str, ids: Iterable[str] = ()) -> str:
    """A statement's words without what the model put around them: HTML, Markdown, addresses, ids and citation marks.
    The marks a reader sees are ours alone, and no check looks at a link."""
    text = _MARKDOWN_LINK.sub(r"\1", text)
    text = _HTML_TAG.sub("", text)
    text = _ADDRESS.sub("", text)
    text = _NUMBER_MARK.sub("", text)
    for key in ids:
        if key in text:
            text = re.sub(rf"\s*[\[(【⁅]?\s*{re.escape(key)}\s*[\])】]?", "", text)
    text = _EMPHASIS.sub(r"\2", _LINE_MARK.sub("", text))
    text = re.sub(r"\(\s*[,;]*\s*\)|\[\s*[,;]*\s*\]", "", text)
    return re.sub(r"\s+([.,;:!?])", r"\1", " ".join(text.split())).strip()
