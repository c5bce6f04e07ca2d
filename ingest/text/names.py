"""Runs of capitalised words, found once for places, people and organisations alike."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.documents import Block
from ingest.text.words import fold_aligned

# Vietnamese capitals lie scattered among the small letters in Unicode: no range of a character class holds them.
UPPER = "".join(chr(code) for code in range(0x2200) if chr(code).isupper())
# A pattern that begins with its set of letters is searched for several times faster than one that first looks behind.
_TITLE_DOT = (
    r"\.(?:(?<=\b(?:M[rsMe]|[DP]r|L[ts]|T[PS]|[GBKL]S|St)\.)|(?<=\b(?:Mrs|Mme|Hon|Rev|Gen|Col|Maj|Sgt|ThS|PGS)\.)"
    r"|(?<=\b(?:Mlle|Prof|Capt)\.))"
)
_REST = rf"(?:\.(?=[ \u00a0]?[{UPPER}])|(?:\w|[’'.-](?=\w))*(?:{_TITLE_DOT})?)"
_RUN = re.compile(rf"[{UPPER}](?<!\w.){_REST}(?:[ \u00a0][{UPPER}]{_REST})*")


@dataclass(frozen=True, slots=True)
class Names:
    """A text with what is read from it once: its folded form, place for place, and its runs of capitalised words.

    An article before a name is no part of its run ("l'Inspection" gives "Inspection"), an initial or title is
    ("Mr. J. Smith").
    """

    text: str
    folded: str
    runs: tuple[tuple[int, int], ...]


def names_in(text: str) -> Names:
    """The runs of a text as it stands: a line break ends one."""
    return Names(text, fold_aligned(text), tuple(match.span() for match in _RUN.finditer(text)))


def names_of(text: str, blocks: Sequence[Block]) -> Names:
    """The runs of a document's text, furniture and all, place for place: a line break inside a block is a space, what
    lies between two blocks a line break."""
    pieces: list[str] = []
    at = 0
    for block in blocks:
        pieces += "\n" * (block.start - at), text[block.start : block.end].replace("\n", " ")
        at = max(at, block.end)
    return names_in("".join(pieces))


def own_names(names: Names, blocks: Sequence[Block]) -> Names:
    """The same without furniture, which is blanked: what a report itself says."""
    furniture = [block for block in blocks if block.kind == "furniture"]
    if not furniture:
        return names
    starts = [block.start for block in furniture]

    def outside(run: tuple[int, int]) -> bool:
        nearest = bisect_right(starts, run[0]) - 1
        return nearest < 0 or furniture[nearest].end <= run[0]

    return Names(_blanked(names.text, furniture), _blanked(names.folded, furniture), tuple(filter(outside, names.runs)))


def _blanked(text: str, furniture: Sequence[Block]) -> str:
    pieces: list[str] = []
    at = 0
    for block in furniture:
        pieces += text[at : block.start], "\n" * len(block)
        at = block.end
    return "".join([*pieces, text[at:]])
