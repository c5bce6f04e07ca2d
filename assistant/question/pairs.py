"""The two things a question sets against each other: "the difference between A and B", "A versus B", "A khác gì B"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.question.named import Named
from ingest.text.words import fold, fold_aligned, is_function_word

LONGEST_LABEL = 60
_MOST_WORDS = 5
"""Words of a thing on either side of "versus" that is no name."""

_BETWEEN = re.compile(
    r"(?:\b(?:the |any |la |les |une )?(?:main |key |principales? |real )?(?:differences?|distinction|comparison"
    r"|similarit(?:y|ies)"
    r"|similitudes?|comparaison) (?:between|of|entre)"
    r"|\b(?:please )?compare\b|\bcompare[zr]\b|\b(?:su |diem )?khac (?:nhau|biet) giua|\bso sanh(?: giua)?"
    r"|\bhow (?:does|do|did|is|are|was|were)\b|\ben quoi)\s+"
)
_AND = re.compile(
    r"\s+(?:and|et|va|with|to|avec|voi|a|versus|vs\.?|differs? from|different from|compares? (?:with|to)"
    r"|differe(?:nt)?(?:-t)?(?:-(?:il|elle)s?)? d(?:e |e la |u |es |['’]))\s*"
)
_STOP = re.compile(
    r"\s*(?:[?,.;:!]|$)|\s+(?:in|at|during|on|for|over|regarding|concerning|en|dans|au|aux|pour|sur|trong|tai|ve"
    r"|la gi|o diem nao"
    r"|nhu the nao|khac|ra sao|the nao|differ|different|compare)\b"
)
_DIFFERS_VI = re.compile(r"\s+khac (?:gi |biet gi )?(?:so )?(?:voi )?")
_AGAINST = re.compile(
    r"\s+(?:versus|vs\.?|as against|compared (?:with|to)|so voi|par rapport (?:aux? |a (?:la |l['’])?)"
    r"|than(?: the)?)\s*"
)
_ARTICLES = re.compile(r"^(?:the|a|an|le|la|les|l['’]|un|une|des|du)\s*\b", re.IGNORECASE)
_COMPARING = re.compile(
    r"^(?:please )?(?:compare[zr]?|so sanh|how (?:does|do|did|is|are|was|were)|en quoi)\b\s*", re.IGNORECASE
)


def find_pair(text: str, language: str, named: Sequence[Named]) -> list[tuple[str, str]] | None:
    """The two sides, label and question each; None where nothing is set against another.

    `named` are what the question names: a joint inside a name ("Prevention and Control") joins nothing.
    """
    folded = fold_aligned(text)
    return _between(text, folded, named) or _differs(text, folded) or _against(text, folded, language, named)


def _between(text: str, folded: str, named: Sequence[Named]) -> list[tuple[str, str]] | None:
    for lead in _BETWEEN.finditer(folded):
        asks_how = lead.group().startswith(("how", "en quoi"))
        for joint in _AND.finditer(folded, lead.end()):
            if _inside(joint.start(), named) or (asks_how and not re.search("differ|compar", joint.group())):
                continue
            stop = next((s for s in _STOP.finditer(folded, joint.end()) if not _inside(s.start(), named)), None)
            end = stop.start() if stop else len(text)
            a, b = text[lead.end() : joint.start()].strip(), text[joint.end() : end].strip()
            if a and b and max(len(a), len(b)) <= 200:
                before = text[: lead.start()] if not _COMPARING.match(lead.group()) else ""
                left = next((n for n in named if n.end == joint.start() and n.start > lead.end()), None)
                article = _ARTICLES.match(b)
                if left and any(n.start == joint.end() + (article.end() if article else 0) for n in named):
                    # "the tasks of X and Y" are tasks of both
                    before += text[lead.end() : left.start]
                    a, b = text[left.start : left.end], b[article.end() :] if article else b
                return _sides(before, a, b, text[end:])
    return None


def _differs(text: str, folded: str) -> list[tuple[str, str]] | None:
    """ "Nguyên phân và giảm phân khác nhau ở điểm nào", "Luật mới khác gì luật cũ"."""
    verb = _DIFFERS_VI.search(folded)
    if not verb or not verb.start():
        return None
    if folded.startswith("nhau", verb.end()):
        joint = re.search(r"\s+va\s+", folded[: verb.start()])
        return _sides("", text[: joint.start()], text[joint.end() : verb.start()], "?") if joint else None
    stop = re.search(r"\s+(?:o diem nao|nhu the nao|the nao|ra sao)\b|\s*[?.,;]|$", folded[verb.end() :])
    end = verb.end() + (stop.start() if stop else 0)
    a, b = text[: verb.start()].strip(), text[verb.end() : end].strip()
    return _sides("", a, b, "?") if a and b else None


def _against(text: str, folded: str, language: str, named: Sequence[Named]) -> list[tuple[str, str]] | None:
    for joint in _AGAINST.finditer(folded):
        if _inside(joint.start(), named):
            continue
        left = next((n for n in named if n.end == joint.start()), None)
        right = next((n for n in named if n.start == joint.end()), None)
        if left and right:
            return _sides(
                text[: left.start], text[left.start : left.end], text[right.start : right.end], text[right.end :]
            )
        if not re.search(r"versus|vs", joint.group()) or left or right:
            continue
        start, end = _run_before(text, joint.start(), language), _run_after(text, joint.end(), language)
        if start < joint.start() and end > joint.end():
            return _sides(text[:start], text[start : joint.start()], text[joint.end() : end], text[end:])
    return None


def _inside(place: int, named: Sequence[Named]) -> bool:
    return any(name.start < place < name.end for name in named)


def _run_before(text: str, end: int, language: str) -> int:
    start = end
    for word in list(re.finditer(r"[^\s,;:?!.]+", text[:end]))[: -_MOST_WORDS - 1 : -1]:
        if is_function_word(fold(word.group()), language) or text[word.end() : start].strip():
            break
        start = word.start()
    return start


def _run_after(text: str, start: int, language: str) -> int:
    end = start
    for count, word in enumerate(re.finditer(r"[^\s,;:?!.]+", text[start:])):
        if (
            count == _MOST_WORDS
            or is_function_word(fold(word.group()), language)
            or text[end : start + word.start()].strip()
        ):
            break
        end = start + word.end()
    return end


def _sides(before: str, a: str, b: str, after: str) -> list[tuple[str, str]] | None:
    """The label and question of each; "prosecuted versus convicted defendants" are both defendants."""
    a, b = a.strip(" ,"), b.strip(" ,")
    head = b.split(maxsplit=1)
    if len(a.split()) == 1 and len(head) == 2 and a[:1].islower() and b[:1].islower() and not _ARTICLES.match(b):
        a = f"{a} {head[1]}"
    if fold(a) == fold(b):
        return None
    sides = []
    for one in (a, b):
        question = " ".join(f"{before} {one}{after or '?'}".split())
        label = _ARTICLES.sub("", one) or one
        sides.append((label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1].rstrip()}…", question))
    return sides
