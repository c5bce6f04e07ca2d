"""The roles that stand before and after a name: "Provincial Party Secretary X", "X, chief auditor of the city"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.text.name_words import (
    ALONE,
    ARTICLES,
    MODIFIERS,
    NO_BODY,
    ROLE,
    ROLE_VI,
    ROLE_WORDS,
    TITLE_CASE,
    TITLES,
    VERB,
)
from ingest.text.names import Names
from ingest.text.words import fold_aligned


@dataclass(frozen=True, slots=True)
class Roles:
    """Roles as written; `end`, where the last of them ends; `many`, whether they are several people's."""

    roles: tuple[str, ...] = ()
    end: int = 0
    many: bool = False


LONGEST = 160
"""Code points of one role; what goes on longer is a sentence."""

# A comma of a body's own name: "for Anti-Corruption, Wastefulness and Negativity", "phòng, chống tham nhũng, lãng phí".
_INNER = re.compile(
    r",(?=\s(?:wasteful\w*|waste|negativ\w*|chống|lãng phí|tiêu cực|chong|lang phi|tieu cuc)\b)", re.IGNORECASE
)
_CUT = re.compile(r"[;:!?\n“”\"«»]|\.(?=\s|$)|\s[-–—]\s(?![^\W\d_a-z])")
_CLOSED = frozenset(
    """of for on to at in from by with and or the a an de du des la le les l d et au aux pour en dans sur chez trên của
    và về tại cho trong this that these those he she it they we il elle ils nous whose where as two three four
    five""".split()
)
_OPENING = NO_BODY - MODIFIERS
_MARKS = ("(", *'\n;:!?“”"«»', ". ", " - ", " – ", " — ")
_LEAD = re.compile(
    r"(?:\s|and\b|et\b|và\b|also\b|as well as\b|ainsi que\b|cùng\b|both\b|the\b|a\b|an\b|le\b|la\b|les\b|l['’]|un\b"
    r"|une\b|his\b|her\b|son\b|sa\b|our\b|notre\b|the then\b|(?:nguyên là|là)\b)+",
    re.IGNORECASE,
)
_TAIL = frozenset("of for on at in and et và de du des the la le to with d' d’ l' l’".split())
# "Speaking to the delegates, To Lam said": the delegates are others.
_OBJECT = re.compile(
    r"(?:^|\W)(?:to|of|by|with|for|from|at|on|in|as|like|à|aux?|dans|en|de|du|des|d['’]|avec|par|pour|với|cho|của|trong|như)\s+"
    r"(?:(?:the|la|les?|l['’]|its)\s*)?$",
    re.IGNORECASE,
)
_CLOSING = re.compile(r"\s*[,.;)]|\s(?:and|et|và)\s")
_AND = re.compile(r"\s(?:and|et|và)\s(?:(?:the|le|la|l['’])\s?)?", re.IGNORECASE)
_COMPLEMENT = re.compile(
    r"(?:of|for|on|to|at|de|du|des|d['’]|au|aux|à|pour|chargée?|en|in charge|in(?=\s[^\W\d_a-z])|and|et|the(?=\s)"
    r"|général\w*|general|adjointe?|permanente?|exécutif|exécutive|technique|médicale?|financière?|délégué\w*"
    r"|par intérim|régional\w*|provincial\w*|national\w*|principal\w*|central\w*|départemental\w*"
    r"|municipal\w*)(?![\w-])"
)


_LINKING = re.compile(r"(?::|\s(?:is|was|are|were|est|était|là))\s*$")  # "Counsel for the claimant was Ms. X"


def roles_before(names: Names, low: int, start: int, end: int) -> Roles:
    """The roles that lead to the name at `text[start:end]`, none from before `low`."""
    low = max(low, start - 2 * LONGEST)
    text = _without_titles(names.text[low:start].rstrip())
    linked = _LINKING.search(text)
    text = text[: linked.start()] if linked else text
    text = _masked(text[max((text.rfind(mark) + len(mark) for mark in _MARKS if mark in text), default=0) :].rstrip())
    parts = text.rstrip(",").split(",")
    role, whole, many = _phrase_ending(parts[-1])
    apart = text.endswith(",") or linked
    if not role:
        return Roles()
    is_object = apart and _OBJECT.search(text[: text.rfind(role.replace(",", "\x01"))])
    if is_object and (linked or many or not _CLOSING.match(names.text, end)):
        return Roles()  # "speaking to the delegates, X said", but "received by the chief nurse, X, and …"
    if many and linked and linked.group().startswith(":"):
        return Roles()  # "members of the committee: A; B; C" are all of them
    roles = [role]
    for part in reversed(parts[:-1]):
        if not whole or many:
            break
        role, whole, plural = _phrase_ending(part)
        if not role or plural:
            break
        roles.insert(0, role)
    return Roles(tuple(one for role in roles for one in _each(role)), start, many)


# "with the members in the campaign" and the like, in Vietnamese.
_NOT_ONE = re.compile(r"(?<!\w)(?:các|những|với|trong|bằng|để|từ|khi)(?!\w)")


def _without_titles(text: str) -> str:
    words = text.split(" ")
    while words and words[-1].strip(".:").lower() in TITLES:
        if words.pop().lower() in ("chí", "chi") and words and words[-1].lower() in ("đồng", "dong"):
            words.pop()
    return " ".join(words)


def _masked(text: str) -> str:
    """The text with the commas that stand inside a body's name put out of sight."""
    return _INNER.sub("\x01", text) if "," in text else text


def _phrase_ending(part: str) -> tuple[str, bool, bool]:
    """The role a part of a sentence ends with, whether the part is nothing else, and whether it is of several."""
    begin = max((match.end() for match in VERB.finditer(part)), default=0)
    lead = _LEAD.match(part, begin)
    region_start = lead.end() if lead else begin
    region = part[region_start:]
    folded = fold_aligned(region)
    for match in ROLE.finditer(folded):
        if not _counts(region, match):
            continue
        complement = region[match.end() :].strip()
        vietnamese = " " in match.group()
        if vietnamese and _NOT_ONE.search(region):
            continue
        if complement and not vietnamese and not (complement[0].isupper() or _COMPLEMENT.match(complement)):
            continue
        if len(complement) > LONGEST or (complement and complement.split()[-1].lower() in _TAIL):
            continue
        left = _modified(region, match.start()) if vietnamese else _leftwards(region, match.start())
        role = _clean(region[left:])
        whole = not region[:left].strip() and begin == 0
        return role, whole, _is_many(match.group())
    return "", False, False


def _counts(text: str, match: re.Match[str]) -> bool:
    """Whether the word of a role is one here: "general" needs its capital, a Vietnamese word the marks of its own."""
    written = text[match.start() : match.end()]
    if match.group() in ALONE and text[match.end() :].strip() not in ("", "General"):
        return False
    if " " in written and written.lower() != match.group():
        return bool(ROLE_VI.fullmatch(written.lower().replace("uỷ", "ủy").replace("uý", "úy")))
    return match.group() not in TITLE_CASE or written[0].isupper()


def _is_many(word: str) -> bool:
    return word not in ROLE_WORDS and word[:-1] in ROLE_WORDS


def _modified(text: str, start: int) -> int:
    """Where a Vietnamese role begins: with "nguyên", "quyền" before its own word."""
    before = text[:start].split()
    return start - len(before[-1]) - 1 if before and fold_aligned(before[-1]) in ("nguyen", "quyen", "cuu") else start


def _leftwards(text: str, start: int) -> int:
    """Where the role begins whose own word is at `start`: with its modifiers and capitalised words, and one or two
    nouns after an article ("the finance director")."""
    left, loose = start, list[int]()
    for word in reversed(list(re.finditer(r"\S+", text[:start]))):
        written = word.group()
        plain = fold_aligned(written).strip("'’").removesuffix("'s").removesuffix("’s")
        small = not written[0].isupper()
        # A capital is a name's where it does not open the sentence: "Nghe An".
        closed = plain in _CLOSED or plain in ARTICLES or plain in _OPENING or written in _CLOSED
        if plain in TITLES or written[-1] in ",:;" or (closed and (small or not word.start())):
            return loose[-1] if loose and plain in ARTICLES else left
        if small and plain not in MODIFIERS:
            if text[start].isupper() or len(loose) == 2 or not written[0].isalpha():
                return left  # "We thank Ambassador X"
            loose.append(word.start())
        else:
            left, loose = word.start(), []
    return loose[-1] if loose else left


def roles_after(names: Names, end: int, following: int, named_before: bool) -> Roles:
    """The roles that follow a name ending at `end`. `following` is where the next name starts: roles that run into it
    are that name's. After "Secretary X," they may all be."""
    opened = _OPENED.match(names.text, end)
    if not opened:
        return Roles()
    text = _masked(names.text[opened.end() : opened.end() + 4 * LONGEST])
    stop = _CUT.search(text) if "(" not in opened.group() else re.compile(r"[).;\n]").search(text)
    text = text[: stop.start() if stop else len(text)]
    roles: list[str] = []
    at, last = 0, 0
    for part in text.split(","):
        begins, at = opened.end() + at, at + len(part) + 1
        if begins <= following <= begins + len(part) and part.strip():
            if not names.text[begins:following].strip() or _phrase_ending(names.text[begins:following])[0]:
                return Roles() if named_before and names.text[begins:following].strip() else _given(roles, last)
            part = part[: following - begins]
        role, cut = _role_like(part, direct="," not in opened.group())
        if not role:
            break
        roles += _each(role)
        last = begins + len(part)
        if cut:
            break
    return _given(roles, last)


_OPENED = re.compile(
    r"\s*,\s+(?=\S)|\s*\(\s*|\s+[-–—]\s+|\s*:\s+|\s+(?:is|was|est|était|là|as)\s+(?:the\s|an?\s|le\s|la\s|l['’]|une?\s)?"
)


def _given(roles: list[str], end: int) -> Roles:
    return Roles(tuple(roles), end if roles else 0)


def _role_like(part: str, direct: bool) -> tuple[str, bool]:
    """The role a part of a sentence is, up to its verb, and whether one cut it off; "" where it is none."""
    lead = _LEAD.match(part)
    region = part[lead.end() :] if lead else part
    verb = next((match.start() for match in VERB.finditer(region)), len(region))
    match = next((m for m in ROLE.finditer(fold_aligned(region[:verb])) if _counts(region, m)), None)
    if match is None or _is_many(match.group()):
        return "", False
    before = region[: match.start()].split()
    loose = [word for word in before if not word[0].isupper() and fold_aligned(word) not in MODIFIERS]
    if len(before) > 6 or len(loose) > (1 if direct else 3) or any(word in _CLOSED for word in before):
        return "", False
    role = _clean(region[:verb])
    return (role, verb < len(region)) if len(role) <= LONGEST else ("", False)


def _each(role: str) -> list[str]:
    """ "Secretary of A and Head of B" as two roles."""
    pieces, at = [], 0
    for joint in _AND.finditer(role) if any(word in role for word in (" and ", " et ", " và ")) else ():
        match = ROLE.search(fold_aligned(role), joint.end())
        between = role[joint.end() : match.start()].split() if match else []
        if match and len(between) <= 4 and _CLOSED.isdisjoint(between) and not _is_many(match.group()):
            pieces.append(role[at : joint.start()])
            at = joint.end()
    return [_clean(piece) for piece in (*pieces, role[at:])]


def _clean(role: str) -> str:
    """The role as written, commas put back, without articles before or words left hanging after."""
    role = " ".join(role.replace("\x01", ",").split())
    lead = _LEAD.match(role)
    words = (role[lead.end() :] if lead else role).strip(" .,").split(" ")
    while words and words[-1].strip(",").lower() in _TAIL:
        words.pop()
    return " ".join(words).strip(" .,")
