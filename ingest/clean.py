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
    r"|(?:share|partager|chia se|tweet|facebook|zalo|print|imprimer|in bai(?: viet)?)"
    r"(?:\s*[:|·•/].{0,80}|\s+(?:on|sur|via|this|cet|cette|bai|tren|by|facebook|zalo|twitter|email)\b.{0,60})?"
    r"|(?:follow us|suivez-nous)\b.{0,80}"
    r"|(?:tags?|keywords|mots[- ]cles|tu khoa)\s*:.*"
    r"|(?:read more|see also|lire aussi|a lire aussi|voir aussi|xem them|tin lien quan|doc them)\b.{0,160}"
    r"|related(?:\s*:.{0,160}|\s+(?:news|articles?|stories|posts|content|topics|reports?)\b\s*:?[^.]{0,80})?"
    r"|(?:photo|photos|image|illustration|screenshot|anh|anh minh hoa|credit|legende)(?:\s*[:.]|\s+[–-]\s).{0,200}"
    r"|\(?(?:c|©)\)?\s*(?:19|20)\d\d\b.{0,120}|copyright\s*(?:$|[:©(\d]|by\b).{0,160}"
    r"|https?://\S+"
    r")$"
)
# "By N. Dao", "Par la rédaction", "Tác giả: Lê An": names follow, not the rest of a sentence.
_SIGNED = re.compile(
    r"^(?:By|BY|by|Par|PAR|Tác giả|Author|Auteur|Rédaction|Reporter|PV|Bài)(?:\s*:\s*|\s+)"
    r"(?:la rédaction|[^\W\d_a-z][\w.’'-]*(?:\s+[^\W\d_a-z][\w.’'-]*){0,3})$"
)
# "anh" is also "Mr" in Vietnamese, and "photo" a word like any: a colon or a dash or bracket before makes it a credit.
_CREDIT = re.compile(
    r"(?:[(\[]\s*|\s[–—-]\s*)(?:photo|screenshot|image|illustration|capture(?: d'ecran)?|cliche)\b"
    r"[^.]{0,60}[)\]]?\.?$"
    r"|(?:[(\[–—-]\s*|[.!?…]\s+)(?:photo|screenshot|anh|image|illustration|capture(?: d'ecran)?|cliche)\b\s*:.{0,60}$"
    r"|[.!?…]\s+(?:photo|image)\s+(?:by|courtesy|de|credit)\b.{0,60}$"
    r"|[(\[](?:photo|screenshot|anh|image|illustration|capture d'ecran)[^)\]]*[)\]]\.?$"
)
# A caption without a credit: one short sentence between paragraphs that names a scene, not a fact.
_SCENE = re.compile(
    r"^(?:conference |the )?(?:delegates|participants|scene|view|overview|panorama|leaders|attendees)\b"
    r"(?!.*\b(?:\w{3,}ed|said|heard|also|were|was|are|is|have|has|had|must|will|would|should|can|could|may|made|held"
    r"|took|gave|told|saw|found|put|set|led|met|spoke|wrote|chose|came|went|brought|left|sent|kept|began)\b)"
    r"|^(?:vue|scene|les delegues|des delegues|les participants)\b"
    r"(?!.*\b(?:ont|a|sont|est|etaient|etait|avaient|avait|seront|sera|doivent|devront|\w{3,}ent)\b)"
    r"|^(?:quang canh|toan canh|cac dai bieu|dai bieu)\b"
    r"(?!.*\b(?:thao luan|cho rang|de nghi|kien nghi|thong nhat|da|phai|can|se|duoc|neu|danh gia|nhan manh|chi ra"
    r"|yeu cau|phan anh|tan thanh|bay to|quyet dinh)\b)"
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
    if _ALWAYS.match(folded) or _SIGNED.match(line):
        return True
    if len(line) <= 300 and _CREDIT.search(folded):
        return True
    neighbours = [blocks[i] for i in (index - 1, index + 1) if 0 <= i < len(blocks)]
    between_paragraphs = any(len(neighbour) >= 150 for neighbour in neighbours)
    scene = fold_aligned(re.sub(r"\bà\b", "en", line))  # folded, "à" would be "a", which is "has"
    if len(line.split()) <= 14 and between_paragraphs and _SCENE.match(scene):
        return True
    near_end = index >= max(1, len(blocks) - 6)
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
            before = sum(len(block) for block in blocks[:index] if block.kind != "furniture")
            if before > sum(len(block) for block in tail) and all(len(block) <= 300 for block in tail):
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
