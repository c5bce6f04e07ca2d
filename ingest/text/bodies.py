"""The bodies of Viet Nam's Party and State under the many names translations give them, and how any body is keyed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from ingest.text.words import fold

# What the steering committees are for, in any of the words translators found for it.
_TOPIC_EN = (
    r"(?:corruption|anti-?corruption|anti corruption|waste\w*|(?:anti-)?negativ\w+|negative|affairs|matters|practices"
    r"|crime|activities|actions?|phenomena|pctn\w*|prevent\w+|combat\w*|fight\w*|control|the|and)"
)
_EN = rf" (?:on|for|of|against|in) {_TOPIC_EN}(?:,? {_TOPIC_EN})*"
_TOPIC_FR = (
    r"(?:de|du|des|pour|contre|la|le|les|et|sur|lutte|prevention|corruption|gaspillage|phenomenes|negatifs|negativite)"
)
_FR = rf"(?: (?:de|pour|contre|sur) {_TOPIC_FR}(?: {_TOPIC_FR})*)?"
_VI = r"(?: ve)? phong,? chong tham nhung(?:,? lang phi)?(?:(?:,| va)? tieu cuc)?"
_LEVEL = r"(?:(?:central|provincial|municipal|city|district)(?:[- ]level)?(?: and (?:municipal|city))? )"
_LEVEL_VI = r"(?: (?:cap |cua )?(?:trung uong|tinh|thanh pho|huyen))"
_PARTY_FR = r"(?:comites? (?:provincial|municipal|provinciaux)(?: et municipaux)? du parti)"

# Name, the words its aliases begin with, and the aliases, folded. "~" stands for a level: "central" and "provincial"
# are different bodies.
_OF_ANY_LEVEL = "central provincial municipal city district"
_BODIES = (
    ("~ Steering Committee for Judicial Reform", f"{_OF_ANY_LEVEL} steering judicial comite comites ban",
     rf"{_LEVEL}?steering committees? (?:for|on|of) judicial reform|{_LEVEL}?judicial reform steering committees?"
     r"|comites? directeurs?(?: \w+)? (?:pour|de|sur) la reforme judiciaire"
     rf"|ban chi dao{_LEVEL_VI}?(?: ve)? cai cach tu phap{_LEVEL_VI}?"),
    ("~ Steering Committee for Anti-Corruption", f"{_OF_ANY_LEVEL} steering comite comites ban",
     rf"{_LEVEL}steering committees?(?:{_EN}|(?! (?:for|on|of|against) ))|steering committees?{_EN}(?: in provinces)?"
     r"|steering committees?(?! (?:for|on|of|against) )"
     rf"|comites? directeurs? (?:central|provincial|provinciaux|municipal){_FR}"
     rf"|comites? directeurs? (?:de|pour)(?: la)? lutte{_FR}"
     rf"|ban chi dao{_LEVEL_VI}(?:{_VI})?|ban chi dao{_VI}{_LEVEL_VI}?"),
    ("Central Internal Affairs Commission", "central commission comite ban",
     r"central (?:internal affairs (?:commission|committee|department)"
     r"|(?:committee|commission) (?:for|of|on) internal affairs)"
     r"|(?:commission centrale|comite central) (?:des|pour les) affaires interieures|ban noi chinh trung uong"),
    ("Provincial Internal Affairs Committee", "provincial municipal internal commission commissions comite comites ban",
     r"(?:provincial(?: and municipal)? party committees?['’]?s? )?(?:provincial |municipal )?internal affairs "
     r"(?:commission|committee|department)s?(?: of (?:the )?provincial(?: and municipal)? party committees?)?"
     rf"|(?:commission|comite)s? des affaires interieures(?: (?:du|des) {_PARTY_FR})?"
     r"|ban noi chinh(?: (?:tinh uy|thanh uy|cap tinh|tinh))?"),
    ("~ Organization Committee", "central party provincial organization organisation commission ban",
     r"(?:central|(?:provincial )?party committees?['’]?s?|provincial) organi[sz]ation "
     r"(?:commission|committee|department)"
     r"|organi[sz]ation (?:commission|committee) of the provincial party committee"
     rf"|commission centrale d['’]organisation|commission d['’]organisation du {_PARTY_FR}"
     r"|ban to chuc (?:trung uong|tinh uy)"),
    ("~ Inspection Committee", "central provincial district commission uy",
     r"(?:central|provincial party committee['’]?s|district) inspection (?:commission|committee)"
     rf"|commission centrale (?:de controle|d['’]inspection)|commission de controle du {_PARTY_FR}"
     r"|uy ban kiem tra (?:trung uong|tinh uy|huyen uy)"),
    ("~ Propaganda Department", "central provincial commission ban",
     r"(?:central|provincial party committee['’]?s) propaganda (?:and training )?(?:department|commission|committee)"
     r"|commission centrale de (?:la )?propagande|ban tuyen giao (?:trung uong|tinh uy)"),
    ("Provincial Party Standing Committee", "provincial comite ban",
     rf"provincial party(?: committee['’]?s?)? standing committee|comite permanent du {_PARTY_FR}"
     r"|ban thuong vu tinh uy"),
    ("~ Party Committee", "provincial municipal city district comite comites tinh thanh huyen quan",
     rf"(?:provincial|municipal|city|district)(?: and (?:municipal|city))? party committees?|{_PARTY_FR}"
     r"|(?<![\w])(?:tinh|thanh|huyen|quan) uy"),
    ("Party Central Committee", "party central comite ban trung",
     r"(?:(?:party|party['’]s) central|central executive|(?<=\d\dth )central)(?: executive)? committee"
     r"|comite central du parti"
     r"|ban chap hanh trung uong(?: dang)?|trung uong dang"),
    ("Politburo", "politburo political bureau bo", r"politburo|political bureau|bureau politique|bo chinh tri"),
    ("Secretariat", "secretariat ban", r"secretariat(?! of)|ban bi thu"),
    ("National Assembly", "national assemblee quoc", r"national assembly(?! delegation)|assemblee nationale|quoc hoi"),
    ("National Assembly Delegation", "national provincial delegation doan",
     r"(?:provincial )?national assembly delegation|delegation de l['’]assemblee nationale|doan dai bieu quoc hoi"),
    ("~ People's Committee", f"{_OF_ANY_LEVEL} people comite comites uy ubnd",
     rf"{_LEVEL}?people['’]s committees?|comites? populaires?(?: provincial)?|(?:uy ban nhan dan|ubnd){_LEVEL_VI}?"),
    ("~ People's Council", f"{_OF_ANY_LEVEL} people conseil conseils hoi hdnd",
     rf"{_LEVEL}?people['’]s councils?|conseils? populaires?(?: provincial)?|(?:hoi dong nhan dan|hdnd){_LEVEL_VI}?"),
    ("Fatherland Front", "vietnam viet fatherland front mat",
     r"(?:viet ?nam )?fatherland front|front de la patrie(?: du viet ?nam)?|mat tran to quoc(?: viet nam)?"),
    ("Government Inspectorate", "government inspection thanh",
     r"government inspectorate|inspection (?:generale )?du gouvernement|inspection gouvernementale"
     r"|thanh tra chinh phu"),
    ("Provincial Inspectorate", "provincial inspection thanh",
     r"provincial inspectorate|inspection provinciale|thanh tra tinh"),
    ("~ People's Procuracy", f"{_OF_ANY_LEVEL} supreme people parquet vien vksnd",
     rf"(?:supreme |{_LEVEL})?people['’]s procura\w+|parquet populaire supreme"
     rf"|(?:vien kiem sat nhan dan|vksnd)(?: toi cao|{_LEVEL_VI})?"),
    ("~ People's Court", f"{_OF_ANY_LEVEL} supreme people cour toa tand",
     rf"(?:supreme |{_LEVEL})?people['’]s courts?|cour populaire supreme"
     rf"|(?:toa an nhan dan|tand)(?: toi cao|{_LEVEL_VI})?"),
    ("State Audit", "state kiem audit",
     r"state audit(?: office)?(?: of viet ?nam)?|kiem toan nha nuoc|audit d['’]etat"),
)  # fmt: skip
_BY_FIRST: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
for _name, _firsts, _form in _BODIES:
    _pattern = re.compile(rf"(?:{_form})(?!\w)")
    for _first in _firsts.split():
        _BY_FIRST.setdefault(_first, []).append((_name, _pattern))
# Only where one of those words begins, and the next may follow it, is it worth trying the patterns: a twentieth of the
# time. Grouped by first letter, because of alternatives each is looked at.
_OF_LEVEL = "(?=[ -](?:level|and|steer|judic|inter|commi|depar|party|organ|inspe|propa|execu|peopl|natio))"
_FOLLOWED = {
    **dict.fromkeys(("central", "provincial", "municipal", "city", "district"), _OF_LEVEL),
    "party": "(?=['’]s central| central| commi)", "people": "(?=['’]s c|['’]s p)", "national": "(?= ass)",
    "state": "(?= aud)", "government": "(?= ins)", "front": "(?= de)", "ban": "(?= [bcnt])", "bo": "(?= chi)",
}  # fmt: skip
_AFTER_FIRST: dict[str, list[str]] = {}
for _first in sorted(_BY_FIRST):
    _AFTER_FIRST.setdefault(_first[0], []).append(_first[1:] + _FOLLOWED.get(_first, r"(?!\w)"))
_STARTS = re.compile(
    rf"\W(?:{'|'.join(f'{letter}(?:{chr(124).join(rest)})' for letter, rest in _AFTER_FIRST.items())})"
)
_DANGLING = re.compile(r"(?:,| (?:and|the|of|on|for|in|de|du|des|la|le|les|et|pour|contre|sur))+$")
# A bare "steering committee" may be any; one with its level is taken for these where the text is about such things.
_ABOUT = re.compile(
    r"corruption|tham nhung|pctn|negativ|gaspillage|affaires interieures|internal affairs|inspect|patrimoine"
)
_EXPLICIT = re.compile(
    rf"steering committees?{_EN}|comites? directeurs? \w+ (?:de|pour|contre) .{{0,20}}corruption|chi dao{_VI}"
)


def known_bodies(folded: str, bare: bool = False) -> Iterator[tuple[int, int, str]]:
    """Where a folded text names one of these bodies: start, end, and the body's usual name. With `bare`, a steering
    committee is one against corruption though the text does not say so."""
    end = 0
    for found in _STARTS.finditer(f" {folded}"):
        start = found.start()
        if start < end:
            continue
        forms = _BY_FIRST[found.group()[1:]]
        matches = [(name, match) for name, form in forms if (match := form.match(folded, start))]
        if not matches:
            continue
        name, match = max(matches, key=lambda item: item[1].end())  # the first of equals
        alias = _DANGLING.sub("", match.group())
        if name.endswith("Anti-Corruption") and not bare and not _is_against_corruption(alias, folded):
            continue
        end = start + len(alias)
        yield start, end, _level(name, alias)


def _is_against_corruption(alias: str, text: str) -> bool:
    if any(word in alias for word in ("corruption", "tham nhung", "pctn")):
        return True
    return bool((_ABOUT if _LEVELLED.search(alias) else _EXPLICIT).search(text))


_LEVELLED = re.compile(r"central|provinc|trung uong|tinh")


def _level(name: str, alias: str) -> str:
    """The name with its level, by the alias: "ban chỉ đạo cấp tỉnh" is provincial, and so are several committees."""
    if not name.startswith("~ "):
        return name
    several = alias.startswith(("steering committees", "comites directeurs"))
    level = next((level for level, pattern in _LEVELS if pattern.search(alias)), "Provincial" if several else "")
    return f"{level} {name[2:]}".strip()


_LEVELS = tuple(
    (level, re.compile(words))
    for level, words in (
        ("Supreme", r"\bsupreme|\btoi cao"),
        ("Provincial", r"\bprovinc|\btinh\b|^party committee|comites? provincia"),
        ("Central", r"\bcentral|trung uong"),
        ("City", r"\bmunicip|\bcity\b|\bthanh (?:uy|pho)"),
        ("District", r"\bdistrict|\bhuyen\b|\bquan uy"),
    )
)

UNLEVELLED = "Steering Committee for Anti-Corruption"
_USUAL = {
    name.replace("~", level).strip().lower()
    for name, _, _ in _BODIES
    for level in ("", *(level for level, _ in _LEVELS))
}

# -- keys --------------------------------------------------------------------------------------------------

_SMALL = frozenset(
    "the a an of for on in at to and de du des la le les l d et pour sur contre va ve cua cac s against by".split()
)
# Ministries and departments by what they are for, where all three languages have one.
_KINDS = (("ministry", r"(?:ministry|ministere|bo)"), ("department", r"(?:department|direction|so)"))
_TOPICS = {
    "finance": "finances?|tai chinh", "health": "health|sante|y te", "justice": "justice|tu phap",
    "home affairs": "home affairs|interieur|noi vu", "education": "education(?: training)?|giao duc(?: dao tao)?",
    "defence": "(?:national )?defen[cs]e(?: nationale)?|quoc phong",
    "public security": "public security|securite publique|cong an",
    "foreign affairs": "foreign affairs|affaires etrangeres|ngoai giao", "construction": "construction|xay dung",
    "transport": "transports?|giao thong van tai", "industry trade": "industry trade|industrie commerce|cong thuong",
    "environment": "(?:natural resources )?environment|ressources naturelles environnement|tai nguyen moi truong",
    "planning investment": "planning investment|plan investissement|ke hoach dau tu",
    "agriculture": "agriculture(?: rural development| developpement rural)?|nong nghiep(?: phat trien nong thon)?",
}  # fmt: skip
_TOPICAL = tuple(
    (f"{kind} {topic}", re.compile(rf"{head} (?:{words})|(?:{words}) {head}"))
    for kind, head in _KINDS
    for topic, words in _TOPICS.items()
)


@lru_cache(maxsize=8192)
def fold_body(name: str) -> str:
    """The one key of a body under all its names: "Ban Nội chính Trung ương" and "Central Committee for Internal
    Affairs" are both "central internal affairs commission". Any other body is keyed by its words, in any order."""
    folded = " ".join(re.sub(r"\([^)]*\)", " ", fold(name)).replace("’", "'").split())
    folded = re.sub(r"^(?:the|le|la|les|l'|cac) ?\b", "", folded)
    if folded in _USUAL or re.fullmatch(r"pctn\w*", folded):
        return folded if folded in _USUAL else UNLEVELLED.lower()
    for start, end, known in known_bodies(folded, bare=True):
        rest = f"{folded[:start]} {folded[end:]}".split()
        if not any(word in _BODY_LIKE for word in rest):  # "Nghe An Provincial Party Committee", "… of Quang Tri"
            return known.lower()
    words = [_singular(word) for word in re.findall(r"\w+", folded.replace("'s ", " ")) if word not in _SMALL]
    plain = " ".join(words)
    topical = next((key for key, pattern in _TOPICAL if pattern.fullmatch(plain)), None)
    return topical or " ".join(sorted(words))


_BODY_LIKE = frozenset("committee commission department bank court office university ministry company council".split())


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 5:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and len(word) > 4 and not word.endswith(("ss", "is", "us")) else word
