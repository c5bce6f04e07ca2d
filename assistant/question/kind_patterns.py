"""The words questions are asked with, in English, French and Vietnamese: patterns over folded text, used by `kinds`."""

from __future__ import annotations

import re
from typing import Literal

from assistant.question.kind_words import (
    ADJ,
    AFTER,
    ENDED,
    HOW_MUCH,
    MEASURES,
    MEASURES_FR,
    NO_COUNT,
    PEOPLE,
    PEOPLE_FR,
    PEOPLE_VI,
    PLACES,
    PLACES_FR,
    PLACES_VI,
)

Kind = Literal["figure", "person", "date", "place", "list", "explanation", "comparison", "fact"]


def _rules(*rules: tuple[Kind, str]) -> tuple[tuple[Kind, re.Pattern[str]], ...]:
    return tuple((kind, re.compile(pattern)) for kind, pattern in rules)


# These decide wherever they stand.
DECIDES = {
    "en": _rules(
        ("figure",
         rf"\bhow (?:{HOW_MUCH})\b|\b(?:what|which) (?:{MEASURES}){AFTER}|\bwhat (?:number|share|percentage|percent"
         rf"|proportion|fraction|amount|total|age|height|sum|quantity|factor|margin)\b"
         rf"|\bwhat(?: (?:is|was|are|were)|['’]s) (?:the |its |his |her "
         rf"|their )?{ADJ}{NO_COUNT}(?:{MEASURES}){AFTER}"
         r"|\bwhat (?:did|does|do|will|would) .{1,60}?\b(?:cost|weigh)\b"),
    ),
    "fr": _rules(
        ("figure",
         r"\bcombien\b|\b(?:quel|quelle|quels|quelles) (?:est |etait |sont |etaient |fut |sera |furent |a ete "
         r"|ont ete )?(?:le "
         r"|la |l['’]|les )?"
         rf"(?:(?!de\b|des\b|du\b|nom\b|difference\b)\w+ ){{0,2}}?(?:{MEASURES_FR})\b"),
    ),
    "vi": _rules(
        ("date", r"\b(?:vao )?nam bao nhieu(?=\s*(?:[?.]|$))"),
        ("figure",
         r"\bbao (?:nhieu|lau|xa)\b"
         r"|(?<!\bthu )(?<!\bthang )(?<!\bngay )(?<!\bmung )(?<!\bnam )\bmay (?:vu|nguoi|bi|don|nhiem|de an|cuoc"
         r"|lop|lan|nam"
         r"|thang|ngay|tuoi|con|cai|tinh|loai|ty|trieu|nghin|quoc|nuoc|buoc|dieu|phan|phut|gio dong ho|km|met|tap"
         r"|doi|ban|hoi"
         r"|ky|chuong|muc|doan|dia|truong|vien|phuong|giai|tran|tang|mien|ket)\b"),
    ),
}  # fmt: skip

# Those that ask how things differ, and those that only set one beside another: they say what is compared, and leave it
# to a "who" or "why" to say what is asked.
_CHANGED = r"(?=\s*(?:[?,.;]|$)| (?:from|between|since|over|in|during|after|with|compared|to|as|under|following)\b)"
COMPARES = {
    "en": (
        re.compile(
            r"^(?:please )?compare\b|\bcomparison (?:of|between|with)\b|\bdifferences? (?:between|in|from)\b"
            r"|\bsimilarit\w+ between"
            r"|\bdistinction between|\bdiffer(?:s|ed|ent)?\b(?= from| between|\s*\?)|\bdistinguish(?:es"
            r"|ed)? .{1,80}\bfrom\b"
            r"|\bhow (?:did|do|does|has|have|had|is|are|was|were|will) .{1,160}?"
            rf"(?<!climate )\b(?:chang\w+|evolv\w+|differ\w*|var(?:y|ies|ied)|compare[sd]?){_CHANGED}"
            r"|\bhow (?:did|has|have) .{1,120}?\b(?:(?:in|de)crease[sd]?|rise|risen|rose|grow[ns]?|grew"
            r"|fall(?:en)?|drop(?:ped)?)"
            r"\b(?= (?:from|between|since|compared)\b)"
            r"|\b(?:increase[sd]?|rise|grow|go up|up) or (?:decrease[sd]?|fall|shrink|go down|decline[sd]?|down|drop)\b"
            r"|^(?:did|has|have|had|is|was) .{1,120}?\b(?:(?:in|de)creased?|ris(?:e|en|ing)|go(?:ne|ing)? (?:up|down)"
            r"|grow[ns]?|fall(?:en)?|drop(?:ped)?|declined?|changed?)\b(?= (?:from|between|since)\b)"
            r"|\bwhat (?:has |have |had )?changed\b"
            r"|^(?:is|are|was|were|did|do|does|has|have|had) .*\b(?:more|fewer|less|higher|lower|greater|larger"
            r"|smaller|bigger"
            r"|better|worse|older|younger|faster|taller|longer|shorter)\b(?! than (?:\d|one|two|three|a |half"
            r"|ten)).*\bthan\b"
        ),
        re.compile(r"\bversus\b|\bvs\b|\bcompared (?:with|to)\b|\bin comparison (?:with|to)\b|\bas against\b"),
    ),
    "fr": (
        re.compile(
            r"\b(?:differences?|distinction|similitudes?|comparaison)s? (?:entre|avec)\b|^comparer?z?\b|\bcomparons\b"
            r"|\bdiffere(?:nte?s?)?(?:-t)?(?:-(?:il|elle)s?)?\b(?= de\b| du\b| des\b| d['’]| entre\b)"
            r"|\bcomment .{1,120}?\b(?:change|changes|evolue|evoluent|evoluee?s?|varie|varient)\b"
            r"|(?<!theorie de )\bl['’]evolution (?:du|des?|de la|d['’])|\bquelle evolution\b"
            r"|\b(?:augmente|progresse|monte)\w* ou (?:\w+ )?(?:baisse|diminue|recule)\w*|\ben hausse ou en baisse\b"
            r"|\bqu['’]est-ce qui a change\b"
            r"|(?:^est-ce qu|^y a-t-il|-t-(?:il|elle|on)s?\b).*\b(?:plus|moins|davantage)\b.*\bqu(?:e "
            r"|['’]).*(?:en|les?|la|l['’]) ?"
        ),
        re.compile(
            r"\bversus\b|\bvs\b|\bpar rapport (?:a|aux?)\b|\bcompare(?:e?s?) (?:a|aux?|avec)\b|\ben comparaison\b"
        ),
    ),
    "vi": (
        re.compile(
            r"\bso sanh\b|\bkhac (?:nhau|biet|gi|voi)\b|\bdiem (?:khac|giong)\b|\btang hay giam\b|\bgiam hay tang\b"
            r"|\b(?:thay doi|bien dong|bien doi|dien bien) (?:nhu )?(?:the nao|ra sao|gi|sao)\b"
            r"|\b(?:nhieu|it|cao|thap|lon|nho|tot|nang) hon\b.*\b(?:khong|chua)\b"
        ),
        re.compile(r"\bso voi\b|\bversus\b|\bvs\b"),
    ),
}

_AUX = r"did|was|were|is|are|do|does|has|have|had|will|would|can|could|should|shall|must|may|exactly|else|and|or"
# The earliest of these decides; of two at one place, the first in this order.
OPENS = {
    "en": _rules(
        ("date",
         r"\bwhen\b|\b(?:what|which) (?:exact |calendar )?(?:date|day|month|year|century|decade|time|season"
         r"|era)s?\b(?! zone)"
         r"|\bwhat(?: (?:is|was)|['’]s) (?:\w+(?:['’]s)? ){0,5}?(?:date|birthday|birth date"
         r"|deadline)\b(?! (?:back|from))"),
        ("place",
         rf"\bwhere\b|\b(?:what|which) (?:\w+ )?(?:{PLACES})s?\b"
         r"|\bwhat(?: (?:is|was)|['’]s) (?:\w+(?:['’]s)? ){0,3}?(?:capital(?: city)?|location|birthplace"
         r"|venue)\b(?= of|\s*\?)"),
        ("person",
         rf"\b(?:who|whom|whose)\b|\b(?:what|which) (?:\w+ )?{PEOPLE}\b(?! {PEOPLE}){ENDED}"
         rf"|\b(?:what (?:is|was|are|were)|what['’]s) the (?:\w+ ){{0,2}}?names? of (?:the )?"
         rf"(?:[\w-]+ ){{0,3}}?{PEOPLE}\b(?!['’]s)"
         rf"{ENDED}|\bname (?:the )?(?:\w+ ){{0,2}}?{PEOPLE}\b{ENDED}"),
        ("explanation",
         rf"\bwhy\b|\bhow\b(?! (?:{HOW_MUCH})\b)|\bwhat (?:caused|causes|led to|explains|prompted|motivated)\b"
         rf"|^explain\b"
         r"|^describe\b|\bwhat (?:is|was|were|are) the (?:\w+ ){0,2}?(?:reason|cause|purpose|motive|explanation"
         r"|consequence"
         r"|effect|impact)s?\b|\bfor what (?:reason|purpose)\b"),
        ("list",
         r"^list\b|\blist (?:all|the|of|some)\b|\bname (?:all|two|three|four|five|some|the \w+s\b)|\benumerate\b"
         r"|\bgive (?:me )?(?:a list|examples|the names)\b|\bwhat (?:are|were) (?:the|some|all|two|three|four"
         r"|five|six|seven|its"
         r"|his|her|their)\b"
         r"|\b(?:what|which) (?:(?!is\b|was\b|does\b|has\b|of\b|did\b|do\b|are\b|were\b)[\w-]+ ){0,2}?"
         r"(?!is\b|was\b|does\b|has\b|this\b|its\b)\w{2,}(?:[^su\Wi]s|ies|sses|xes)\b"
         r"(?= (?:are|were|did|do|have|had|will|can|should|must|need|make|made|took|in|of|from|for|to|that|was|is"
         r"|has|\w+ed)\b"
         r"|\s*\?)(?<!\bseries)(?<!\bspecies)"),
        ("fact", rf"\bwhat\b|\bwhich\b|^(?:{_AUX})\b(?! (?:you|we) \b)"),
    ),
    "fr": _rules(
        ("date",
         r"\bquand\b|\bquel(?:le)?s? (?:est |etait |fut )?(?:la |le |l['’])?(?:date|jour|mois|annee|siecle|heure"
         r"|epoque|decennie)s?\b"),
        ("place",
         r"\bou\b(?= (?:a|s|est|se|ont|sont|etait|fut|vit|va|nait|naquit|en|peut|eut)\b|['’-]| ?s['’])"
         rf"|\b(?:quel|quelle|quels|quelles) (?:est |etait |sont )?(?:le |la |l['’]|les )?(?:{PLACES_FR}"
         rf"|capitale)s?\b"),
        ("person",
         r"(?<!qu['’]est-ce )(?<!ce )(?<!est-ce )\bqui\b(?! plus est)"
         rf"|\b(?:quel|quelle|quels|quelles) (?:est |etait |fut |sont )?(?:le |la |l['’]|les )?"
         rf"(?:noms? (?:de |du |de la |de l['’]|des |de son |de sa )(?:\w+ ){{0,2}}?)?{PEOPLE_FR}\b"
         rf"|\bcomment s['’]appel\w+(?:-t-\w+)? (?:le |la |l['’]|les )(?:\w+ )?{PEOPLE_FR}\b"),
        ("explanation",
         r"\bpourquoi\b|\bcomment\b(?! s['’]appel)|\bexpli(?:quez|quer)\b|\ben quoi\b|\bde quelle (?:maniere|facon)\b"
         r"|\bpour quelles? raisons?\b"
         r"|\bquel(?:le)?s? (?:est|sont|etait|etaient) (?:la |les |l['’]|le )(?:\w+ )?(?:raison|cause|motif"
         r"|consequence|but|effet)s?\b"),
        ("list", r"\bquels\b|\bquelles\b|\benumere\w*|\bcitez\b|\blistez\b|\bnommez\b|\bliste (?:de|des)\b|^lister?\b"),
        ("fact",
         r"\bquel(?:le)?\b|\bque\b|\bqu['’]|\bquoi\b|\best-ce\b|\b(?:le|la|les)quel(?:le)?s?\b|-t-(?:il|elle"
         r"|on)s?\b|^(?:est|sont"
         r"|a|ont|y a)-|\bcomment s['’]appel"),
    ),
    "vi": _rules(
        ("date",
         r"\b(?:khi|luc|hoi|ngay(?: thang)?(?: nam)?|thang|nam|the ky|thap nien|thap ky|thoi gian|thoi diem|gio"
         r"|dip|mua) nao\b"
         r"|\bbao gio\b|\b(?:ngay|thang|nam|thu|mung|mong) may\b|\bmay gio\b(?! dong ho)"),
        ("place",
         r"\b(?:o|tai|tu|den|ve) dau\b|\bdi dau\b"
         rf"|\b(?:cac |nhung )?(?:{PLACES_VI}) (?:(?!gi\b|cua\b)\w+ ){{0,2}}?nao\b"
         rf"|\bthu do (?:cua )?.{{1,40}}\bla (?:gi|thanh pho nao)"),
        ("person",
         rf"(?:\bnhung )?\bai\b(?! (?:cap|len|lao|cung)\b)|\b(?:cac "
         rf"|nhung )?(?:{PEOPLE_VI}) (?:(?!gi\b|nuoc\b)\w+ ){{0,3}}?nao\b"
         rf"|\bten (?:day du |that )?(?:cua )?(?:{PEOPLE_VI})\b.*\bla gi\b"),
        ("explanation",
         r"\b(?:tai|vi|do) sao\b|\bsao lai\b|(?<!thay doi )\b(?:nhu )?the nao\b(?! la\b)|\bra sao\b|\blam (?:sao"
         r"|the nao)\b"
         r"|\bbang cach nao\b|\b(?:do|vi) dau\b|\bly do\b|\bnguyen nhan\b|\bgiai thich\b|\bnham (?:muc dich )?gi\b"),
        ("list",
         r"\bliet ke\b|\bke ten\b|\bneu (?:cac|nhung|ten)\b|\bnhung gi\b|\b(?:nhung|cac) (?:\w+ ){1,6}?(?:nao|gi)\b"
         r"|\bgom (?:co )?(?:nhung|cac|gi)\b"),
        ("fact", r"\bgi\b|\bnao\b|\bdau la\b|\bco phai\b"),
    ),
}  # fmt: skip

WEAK = {
    "en": re.compile(rf"{NO_COUNT}\bnumber of\b|\btotals?\b|\bfigures?\b|\bpercentage\b|\brate of\b|\bamount of\b"),
    "fr": re.compile(r"\b(?:le|la|au|du) (?:nombre|montant|taux)\b|\bnombre d|\bchiffres?\b|\btotal\b|\bpourcentage\b"),
    "vi": re.compile(r"\b(?:so luong|tong so|con so|ty le|so tien|so vu|so bi can|so nguoi|so don)\b"),
}

# Words that ask in one place and join clauses in another, and after what they ask: at the beginning, after a
# preposition. Those of `INVERTED` ask only with a verb right behind them.
AMBIGUOUS: dict[str, frozenset[str]] = {
    "en": frozenset("who whom whose when where which how".split()),
    "fr": frozenset("qui quand ou que".split()),
    "vi": frozenset(),
}
LEADS = {
    "en": frozenset(
        """in at on by to from of for with about since until and or but me us know say tell is was are were exactly
        please under after before during than""".split()
    ),
    "fr": frozenset(
        """a de par pour avec chez contre depuis d jusqu et mais dans en sur sous vers savoir dire dis dites est etait
        moi selon""".split()
    ),
    "vi": frozenset[str](),
}
INVERTED: dict[str, tuple[frozenset[str], re.Pattern[str]]] = {
    "en": (frozenset({"when", "where"}), re.compile(rf"\s*(?:[?,]|$)| (?:{_AUX}|in|on|to)\b|['’]s\b")),
    "fr": (
        frozenset({"quand"}),
        re.compile(r"\s*\?|\s*$| (?:a|est|ont|sont|s['’]|se|fut|etait|la .*-t-|le .*-t-|.*-(?:il|elle))"),
    ),
    "vi": (frozenset(), re.compile("")),
}
WRITTEN = {"ai": ("ai", "Ai"), "may": ("mấy", "Mấy"), "nhung": ("những", "Những"), "nam": ("năm", "Năm")}

_MORE = r"\b(?:more|fewer)\b|\b(?:plus|moins) d(?:e\b|['’])|\b(?:nhieu|it) hon\b"
COUNTED = re.compile("|".join(["|".join(pattern.pattern for pattern in WEAK.values()), _MORE]))
"""That a comparison is of counts: "the number of", "more cases"."""
ASKS_CHANGE = re.compile(
    r"\bby how (?:much|many)\b|\bby what (?:percentage|percent|factor|margin)\b|\bhow much (?:did|has"
    r"|have) .{1,80}\b(?:increase"
    r"|decrease|rise|risen|grow|grown|fall|fallen|drop|change)|\bhow (?:much|many times) (?:more|less|higher"
    r"|lower|larger|greater)"
    r"|\bde combien\b|\bquelle (?:hausse|baisse|augmentation|diminution)\b|\b(?:tang|giam)(?: \w+){0,3} bao nhieu\b"
)
ASKS_PLACE_NAME = re.compile(
    r"\b(?:(?:which|what) (?:province|district)|quel(?:le)? (?:province|district)|(?:tinh|huyen)(?: (?:thanh"
    r"|thanh pho))? nao)"
)
