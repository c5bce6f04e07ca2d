"""What questions ask for by name: what is measured, people, places; pieces of the patterns in `kind_patterns`."""

from __future__ import annotations

import re

from ingest.text.name_words import ROLE_WORDS

# What is measured. "The main cost driver" is none, so that what follows a measure must end it.
MEASURES = (
    "numbers?|percentages?|proportion|share|fraction|amount|total|sum|figures?|age|height|length|width|depth"
    "|distance|speed"
    "|weight|mass|temperature|population|area|size|price|cost|budget|rate|ratio|salary|revenue|income|value|duration"
    "|elevation|altitude|capacity|density|score|average|median|maximum|frequency|voltage|net worth|life expectancy"
    "|boiling point|melting point|freezing point|atomic number|half-life|gdp"
)
NO_COUNT = r"(?<!phone )(?<!telephone )(?<!account )(?<!serial )(?<!licence )(?<!license )(?<!passport )(?<!a )"
AFTER = r"(?= (?:of|in|for|at|per|on|to|between|during|when|did|does|do|was|is|has|have|had|can|as)\b|\s*(?:[?,.;]|$))"
ADJ = r"(?:(?!of\b|that\b|why\b|for\b|in\b|by\b|to\b|name\b|difference\b|phone\b)[\w-]+ ){0,3}?"
MEASURES_FR = (
    "nombre|pourcentage|montant|part|proportion|taux|age|taille|hauteur|longueur|largeur|distance|temperature"
    "|population"
    "|superficie|prix|cout|budget|duree|poids|vitesse|chiffres?|total|somme|quantite|moyenne|salaire|altitude"
    "|profondeur"
    "|effectif|masse|esperance de vie|point (?:d['’]ebullition|de fusion)"
)
_ROLES = "|".join(
    sorted(ROLE_WORDS - {"general", "major", "partner", "premier", "principal", "expert"}, key=len, reverse=True)
)
PEOPLE = (
    rf"(?:{_ROLES}|person|man|woman|people|men|women|king|queen|emperor|empress|pope|actor|actress|singer|player"
    rf"|author|writer"
    "|artist|painter|poet|composer|philosopher|explorer|inventor|politician|candidate|musician|character|athlete"
    "|official"
    "|monarch|general|scholar|child|father|mother|wife|husband|son|daughter|brother|sister)s?"
)
PEOPLE_FR = (
    rf"(?:{_ROLES}|homme|femme|personne|roi|reine|empereur|pape|acteur|actrice|chanteur|chanteuse|joueur|joueuse"
    rf"|auteur|autrice"
    "|ecrivain|artiste|peintre|poete|compositeur|philosophe|explorateur|inventeur|candidat|personnage"
    "|scientifique|fils|fille"
    "|pere|mere|epouse|epoux|mari)s?"
)
ENDED = r"(?=\s*(?:[?,.;]|$)| (?:who|whom|was|is|were|are|did|does|do|has|have|had|of|in|from|at|on|led|won|said"
r"|became|made"
ENDED += r"|wrote|spoke|gave|took|held|came|met|ran|\w+ed|will|would|can|could)\b)"
PLACES = "province|city|citie|district|place|country|countrie|town|village|continent|region|location|venue"
"|county|island|nation"
PLACES_FR = "province|ville|district|pays|region|lieu|endroit|continent|departement|commune|village|ile"
PEOPLE_VI = (
    "nguoi|ong|ba|vi|dong chi|can bo|nhan vat|nha khoa hoc|nha van|nha tho|vua|hoang de|tong thong|thu tuong"
    "|bo truong|bi thu"
    "|chu tich|cau thu|ca si|dien vien|tac gia|hoa si|nhac si|truong ban|lanh dao|dai bieu"
)
PLACES_VI = "noi|cho|tinh|thanh pho|huyen|quan|nuoc|quoc gia|dia phuong|vung|dia diem|thi tran|xa|chau luc"
"|dat nuoc|bang|hon dao"
HOW_MUCH = "many|much|old|tall|high|far|long|deep|wide|large|big|heavy|fast|often|frequently|hot|cold|thick|small|soon"

# What is not searched for: it asks, and evidence need not hold it.
COMPARING = re.compile(
    r"\bcompar\w*(?: (?:with|to|a|aux?|avec)\b)?|\bversus\b|\bvs\b|\bpar rapport (?:a|aux?)\b|\bso voi\b|\bso sanh\b"
)
"""Words that set things against each other, whatever is asked about them."""
CHANGE = re.compile(
    r"(?:chang|increas|decreas|declin|grow|evol|vari|diminu|augment|progress|baiss|recul|hauss|mont)\w*|rises?|rising|rose"
    r"|risen|grew|fall(?:s|en|ing)?|fell|drop\w*|go|goes|gone|went|going|come|up|down|trend\w*|number|nombre|tang|giam"
    r"|thay|doi|bien|dong|chieu|huong|fewer|less|lower|higher|greater|larger|smaller"
)
"""Words for a change itself."""
SPENT = {
    kind: re.compile(pattern)
    for kind, pattern in {
        "figure": rf"\bhow (?:{HOW_MUCH})\b|\bnumber of\b|\btotals?\b|\bwhat (?:number|share|percentage|percent"
        rf"|proportion|figure"
        r"|total|amount)\b|\bfigures?\b|\bcombien\b|\bnombre d\w*|\bquel nombre|\bquelle (?:part|proportion)\b"
        r"|\bchiffres?\b"
        r"|\bbao (?:nhieu|lau|xa)\b|\bso luong\b|\btong so\b|\bcon so\b|\bmay(?= (?:vu|nguoi|bi|don|nhiem|de|cuoc"
        r"|lop|lan)\b)",
        "date": r"\bwhen\b|\b(?:what|which) (?:exact )?(?:date|day|month|year|time|century|decade)\b|\bquand\b"
        r"|\bquel(?:le)? (?:date|jour|mois|annee|heure)\b|\b(?:khi|ngay|thang|nam|luc|thoi gian|thoi diem) nao\b"
        r"|\bbao gio\b"
        r"|\bmay gio\b",
        "explanation": r"\bwhy\b|\bhow (?:did|does|do|is|are|was|were|can|should|has|have)\b|\bhow\b|^explain\b"
        r"|\bpourquoi\b"
        r"|\bcomment\b|\b(?:tai|vi|do) sao\b|\b(?:nhu )?the nao\b|\bra sao\b",
        "person": r"\b(?:who|whom|whose|qui)\b|\bla ai\b|\bai\b|\b(?:nguoi|ong|ba) nao\b",
        "place": rf"\bwhere\b|\b(?:which|what) (?:{PLACES})s?\b|\bou\b|\bquel(?:le)? (?:{PLACES_FR})\b"
        rf"|\bo dau\b|\btai dau\b"
        r"|\b(?:tinh|huyen|thanh pho) nao\b",
        "list": r"\blist\b|\bwhat (?:were|are) the\b|\bname the\b|\bquels\b|\bquelles\b|\benumerez\b|\bcitez\b"
        r"|\bliet ke\b"
        r"|\bke ten\b|\b(?:nhung|cac)\b(?=.*\bnao\b)|\bgom nhung\b|\bnao\b",
        "comparison": r"\bcompar\w*|\bdifferences?\b|\bdiffer(?:s|ed|ent)?\b|\bversus\b|\bvs\b|\bhow\b"
        r"|\bchang(?:e|ed|es)\b"
        r"|\bcomment\b|\bevolu\w+|\bpar rapport\b|\bso sanh\b|\bso voi\b|\bkhac (?:nhau|biet|gi)\b|\btang hay giam\b"
        r"|\bthay doi\b|\b(?:nhu )?the nao\b",
    }.items()
}  # fmt: skip
