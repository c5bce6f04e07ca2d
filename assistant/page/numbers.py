"""Numbers as the page's language writes them."""

from __future__ import annotations

from assistant.page.words import Words

_GROUPS = {"en": (",", "."), "fr": ("\u202f", ","), "vi": (".", ",")}
"""What stands between thousands, and before decimals."""


def shown_number(value: float, words: Words) -> str:
    """A number as the page's language writes it."""
    thousands, point = _GROUPS[words["code"]]
    written = f"{value:,.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else f"{value:,}"
    return written.replace(",", "\0").replace(".", point).replace("\0", thousands)
