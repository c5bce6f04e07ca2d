"""The words that join the sides of a question and lead to them: patterns over folded text, used by `sides`."""

from __future__ import annotations

import re

_JOINS = (
    r"and|et|va|or|ou|hay|hoac|&|versus|vs\.?|as against|against|than|qu['’]|que|so voi|(?:as )?compared (?:with"
    r"|to)|par rapport (?:a|aux?)"
    r"|comparee?s? (?:a|aux?|avec)|to|a|den|with|avec|voi|va cua"
)
_PREPOSITIONS = (
    r"in|during|for|of|over|at|from|by|the|those|that|both|year|en|de|du|des|d['’]|au|aux|a|le|la|les|l['’]|annee"
    r"|l['’]annee|celles?"
    r"|ceux|celui|which|what|how many|how much"
    r"|combien|quels?|quelles?|bao nhieu|nhung gi|pour|dans|sur|nam|cua|trong|vao|cung|o|tai|tinh|thanh pho|tp\.?"
    r"|huyen|province|city|ville|diem cau"
)
BETWEEN = re.compile(rf"[\s,]*(?:(?:{_JOINS})(?=[\s\W])|,)[\s,]*(?:(?:{_PREPOSITIONS})(?:\s+|(?<=['’])))*")
NEW_CLAUSE = re.compile(rf"[;,?:—-]\s*(?:{_JOINS}|con)\s+(?:(?:{_PREPOSITIONS})\s+)*$")
LEAD = re.compile(
    r"(?:(?:\b(?:in|during|for|over|of|the|at|from|en|durant|pour|pendant|de|des|au|aux|le|les|la|l['’]annee|year"
    r"|trong|vao|nam"
    r"|versus|vs\.?|and|et|va|voi|so voi|than|compared (?:with|to)|(?:as )?against|par rapport (?:a|aux?)|that"
    r"|those|celles?|ceux|o"
    r"|tai|tinh|cua|so)|[,&])\s*)+$"
)
RANGE = (
    (re.compile(r"\b(?:from|de|tu)\s+(?:nam\s+)?$"), re.compile(r"\s*(?:to|a|den)\b")),
    (re.compile(r"\b(?:between|entre|giua)\s+(?:nam\s+)?$"), re.compile(r"\s*(?:and|et|va)\b")),
)
DIFFERENCE = re.compile(
    r"\b(?:what (?:is|are|was|were) |quel(?:le)?s? (?:est |sont |etait |etaient )?)?(?:the |la |les |une )?(?:main )?"
    r"(?:differences?|distinction|comparison|comparaison|khac (?:nhau|biet)) (?:between|entre|of|giua)\s+"
    r"(?P<article>(?:the |le |la |les |l['’]|nam )?)$"
)
IN_WORDS = re.compile(
    r"(?:from|between|de|entre|tu)(?: nam(?= \d))? (?P<from>.+?) (?:to|until|through|and|a|et|den)"
    r"(?: nam(?= \d))? (?P<to>.+)"
)
COMPARED_WITH = re.compile(
    r"\b(?:than|versus|vs\.?|against|compared (?:with|to)|par rapport (?:a|aux?)|qu['’]|so voi|hon)"
    rf"\s*(?:(?:{_PREPOSITIONS})(?:\s+|(?<=['’])))*$"
)
IN = {"en": "in ", "fr": "en ", "vi": "năm "}
AT = {"en": "in ", "fr": "à ", "vi": "ở "}
EACH = re.compile(
    r"\b(?:each|respectively|every one|chacune?|respectivement|moi (?:tinh|noi|dia phuong|nam)|tung (?:tinh|noi"
    r"|nam)|lan luot)\b"
)
ONE_EVENT = re.compile(
    r"\b(?:connect\w*|link\w*|join\w*|between|from|via|reli\w+|entre|depuis|ket noi|giua|noi|tu|truc tuyen)\b[^?.,;]*$"
)
COMPARE = re.compile(r"(?:please )?(?:compare[zr]?|so sanh)\b(?! (?:with|to)\b)(?: giua)?")
