"""What is planned: whether a question asks for it, and whether a sentence tells it."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from assistant.question import Query
from ingest.documents import Document
from ingest.meaning.scope import reported_periods
from ingest.text.words import fold_aligned

_ASKS = re.compile(
    r"\b(?:plan(?:s|ned|ning)?|intend(?:s|ed)?|agenda|will|going to|aims? to|priorit(?:y|ies)|tasks?|next steps?"
    r"|upcoming|compte(?:nt|-t-\w+)?|prevoi\w*|prevu\w*|projet\w*|va(?:-t-\w+)?|vont(?:-\w+)?|programme|ordre du jour"
    r"|priorites?|taches?|fera|feront|orientations?"
    r"|se lam|ke hoach|du kien|nhiem vu|phuong huong|chuong trinh|dinh lam|uu tien)\b"
)
_SPENT = frozenset(
    """what key main major set out new work do done faire principales principaux grandes trong tam cua gi""".split()
)
"""Words beside those that ask for plans that ask for nothing else."""

_PLANS = {
    "en": re.compile(
        r"\b(?:will|shall|plan(?:s|ned)?|intend(?:s|ed)?|tasks?|priorit(?:y|ies)|program(?:me)?|agenda|directions?|aims?"
        r"|(?:is|are|needs?|ha(?:s|ve)|necessary|ought|decided) to|must|should)\b"
    ),
    "fr": re.compile(
        r"\b(?:va|vont|prevoi\w*|prevu\w*|priorites?|taches?|orientations?|compte(?:nt)?|programme"
        r"|doit|doivent|devr\w+|faut|(?:necessaire|besoin) de?"
        r"|(?:a|ont) (?:retenu|fixe|decide)|\w+(?:era|eront))\b"
    ),
    "vi": re.compile(
        r"\b(?:nhiệm vụ|phương hướng|kế hoạch|dự kiến|phấn đấu|ưu tiên|tập trung|sẽ|cần|phải|chương trình)\b"
    ),
}


@lru_cache(maxsize=256)  # asked again for every sentence
def asks_for_plans(query: Query) -> bool:
    """Whether nothing is asked but what is to be done: "What is on the agenda for 2025?", "Que compte faire X ?"."""
    if query.kind not in ("fact", "list", "explanation"):
        return False
    asking = {word for match in _ASKS.finditer(fold_aligned(query.text)) for word in re.findall(r"\w+", match.group())}
    return bool(asking) and asking | _SPENT >= set(query.words)


def plans(query: Query, document: Document, text: str, language: str) -> bool:
    """Whether a sentence tells what is planned: it speaks, as of what is to come, of the period asked for and no other,
    not over when its report was made. "It reviewed 2023 and set the tasks for 2024" only tells that there are plans."""
    written = text.lower() if language == "vi" else fold_aligned(text)
    if not _PLANS.get(language, _PLANS["en"]).search(written):
        return False
    named = {mention.period for mention in reported_periods(text)}
    about = document.description
    made = about.event_date or about.published or (about.period.end if about.period else date.min)
    if not named or any(period.end <= made for period in named):
        return False
    return all(any(asked.covers(period) for asked in query.periods) or not query.periods for period in named)
