"""What is report and what is furniture. Cleaning marks blocks; it never deletes a word.

Furniture (captions, bylines, share lines, "Source: …", navigation) never becomes a passage, because a
caption repeats a sentence out of its context and a byline answers no question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.documents import Block
from ingest.words import fold_aligned

URL = re.compile(r"https?://[^\s<>\"'()\]]+")

# Folded. A line that *is* one of these is furniture wherever it stands.
_ALWAYS = re.compile(
    r"^(?:"
    r"source\s*:.*|source|nguon\s*:.*|nguon|sources?\s*:\s*http.*"
    r"|comments?\s*\(\d+\)|commentaires?\s*\(\d+\)|binh luan\s*\(?\d*\)?|\d+ (?:comments?|commentaires?|binh luan)"
    r"|(?:share|partager|chia se|tweet|facebook|zalo|print|imprimer|in bai|follow us|suivez-nous)\b.{0,80}"
    r"|(?:tags?|keywords|mots[- ]cles|tu khoa)\s*:.*"
    r"|(?:read more|see also|related|lire aussi|a lire aussi|voir aussi|xem them|tin lien quan|doc them)\b.{0,160}"
    r"|(?:photo|photos|image|illustration|screenshot|anh|anh minh hoa|credit|legende)\s*[:.–-].{0,200}"
    r"|(?:by|par|tac gia|author|auteur|redaction|reporter|pv|bai)\s*:?\s+(?-i:\S+)(?:\s+\S+){0,3}"
    r"|\(?(?:c|©)\)?\s*(?:19|20)\d\d\b.{0,120}|copyright\b.{0,160}"
    r"|https?://\S+"
    r")$"
)
_CREDIT = re.compile(
    r"(?:[(\[–—-]\s*|\.\s+)(?:photo|screenshot|anh|image|illustration|capture(?: d'ecran)?|cliche)\b"
    r"(?:\s*:.{0,60}|[^.]{0,60})[)\]]?\.?$"
    r"|[(\[](?:photo|screenshot|anh|image|illustration|capture d'ecran)[^)\]]*[)\]]\.?$"
)
# A caption without a credit: one short sentence between paragraphs that names a scene, not a fact.
_SCENE = re.compile(
    r"^(?:conference |the )?(?:delegates|participants|scene|view|overview|panorama|leaders|attendees)\b"
    r"(?!.*\b(?:discussed|said|agreed|noted|heard|proposed|voted|approved|asked|pointed|also|were|was|are|is|have"
    r"|had|must)\b)"
    r"|^(?:vue|scene|les delegues|des delegues|participants)\b(?!.*\b(?:ont|a|sont|est|etaient)\b)"
    r"|^(?:quang canh|toan canh|cac dai bieu|dai bieu)\b(?!.*\b(?:thao luan|cho rang|de nghi|thong nhat|da)\b)"
)


def mark_furniture(text: str, blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks, those that are furniture marked so; offsets and order are kept."""
    marked = [
        Block(block.start, block.end, "furniture") if _is_furniture(text, blocks, index) else block
        for index, block in enumerate(blocks)
    ]
    return tuple(_mark_tail(text, marked))


def _is_furniture(text: str, blocks: Sequence[Block], index: int) -> bool:
    block = blocks[index]
    if block.kind in ("furniture", "table"):
        return block.kind == "furniture"
    line = text[block.start : block.end]
    folded = fold_aligned(line)
    if _ALWAYS.match(folded):
        return True
    if len(line) <= 300 and _CREDIT.search(folded):
        return True
    neighbours = [blocks[i] for i in (index - 1, index + 1) if 0 <= i < len(blocks)]
    between_paragraphs = any(len(neighbour) >= 150 for neighbour in neighbours)
    if len(line.split()) <= 14 and between_paragraphs and _SCENE.match(folded):
        return True
    near_end = index >= len(blocks) - 6
    return block.kind == "paragraph" and near_end and _is_byline(line)


def _is_byline(line: str) -> bool:
    """A line of one to four capitalised words without a full stop: "QH", "Manh Cuong"."""
    parts = re.split(r"[\s–/&,-]+", line.strip())
    return len(line) <= 40 and len(parts) <= 5 and all(re.match(r"\w[\w.’']*$", p) and p[0].isupper() for p in parts)


def _mark_tail(text: str, blocks: list[Block]) -> list[Block]:
    """After the closing "Source …" line nothing of the report follows, only notes and share lines."""
    for index in range(len(blocks) - 1, max(-1, len(blocks) - 8), -1):
        line = fold_aligned(text[blocks[index].start : blocks[index].end])
        if re.match(r"^(?:source|nguon)\b", line) and blocks[index].kind == "furniture":
            tail = blocks[index + 1 :]
            if all(len(block) <= 300 for block in tail):
                return blocks[: index + 1] + [Block(b.start, b.end, "furniture") for b in tail]
    return blocks


def source_url(text: str, blocks: Sequence[Block]) -> str | None:
    """The address a "Source: …" line names, if one does."""
    for block in reversed(blocks):
        if block.kind == "furniture":
            line = text[block.start : block.end]
            if re.match(r"^(?:source|nguon|url|link)\b", fold_aligned(line)) and (match := URL.search(line)):
                return match.group().rstrip(".,;")
    return None
