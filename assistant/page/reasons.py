"""Why a file was not taken, in the reader's language, where it is for one of the usual reasons."""

from __future__ import annotations

import re

from assistant.page.words import Words

_USUAL = (
    (r"the file is empty|no text in it(?:;|$)", "why_empty"),
    (r"a scan: ", "why_scan"),
    (r"encrypted|protected against copying", "why_locked"),
    (r"larger than \d+ MB", "why_large"),
    (r"No space left|disk quota exceeded", "why_disk"),
    (r"two files of this name", "why_twice"),
    (r"plain file name|a file has no name|a name may not begin|half a character|longer than \d+ bytes", "why_name"),
    (r" is not read; use |: is an? (?:picture|sound|program|archive|rich|old|Outlook|file of an old)", "why_kind"),
    (r"not text but a binary file", "why_kind"),
    (r"damaged|no PDF file|its text encoding is not known|no mail: ", "why_damaged"),
)
_PATTERNS = tuple((re.compile(pattern, re.IGNORECASE), key) for pattern, key in _USUAL)
_NAME = re.compile(r"[^:]*[./][^:]*: ")
"""The file's name before a reason: it may have the words of one in it."""


def reason(message: str | None, words: Words) -> str:
    """The readers' own English line where it is none of the usual reasons."""
    message = message or ""
    named = _NAME.match(message)
    start = named.end() - len(": ") if named else 0
    key = next((key for pattern, key in _PATTERNS if pattern.search(message, start)), None)
    return words[key] if key else message or words["failed"]
