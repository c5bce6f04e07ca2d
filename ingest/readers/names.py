"""Names of packed files. They come from outside and are only ever used as names: no path is opened by them."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def member_path(name: str) -> str:
    """A packed file's path in NFC with "/" between folders, without steps out of the archive or to a drive."""
    name = unicodedata.normalize("NFC", _UNPRINTABLE.sub("", name)).replace("\\", "/")
    parts = [part.strip() for part in re.sub(r"^[A-Za-z]:(?=/)", "", name).split("/")]
    return "/".join(part[:200] for part in parts if part not in ("", ".", ".."))


def numbered() -> Callable[[str], str]:
    """A function that tells apart the names it has been given: "a.txt", "a (2).txt"."""
    seen: Counter[str] = Counter()

    def given(name: str) -> str:
        seen[name] += 1
        if seen[name] == 1:
            return name
        stem, dot, suffix = name.rpartition(".")
        return given(f"{stem} ({seen[name]}).{suffix}" if dot and "/" not in suffix else f"{name} ({seen[name]})")

    return given
