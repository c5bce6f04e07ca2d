"""Offices: whether a question asks who holds one, and whom a sentence gives it."""

from __future__ import annotations

import re

from assistant.question import Query
from ingest.text.bodies import fold_body
from ingest.text.people import find_people
from ingest.text.words import fold, stem, stems

_OFFICE = re.compile(
    r"\b(?:heads?|headed|leads?|led|runs?|in charge|took over|takes over|at the helm"
    r"|a la tete|phu trach|director|chief|chairs?(?= (?:of|the))|chairm[ae]n|chairwoman|chairperson|secretary"
    r"|president|minister|directs?|dirige|dirigeait|presidente?|directeur|directrice|cheffe?|ministre|secretaire"
    r"|responsable|gouverneure?|maire|governor|mayor|chu nhiem|tong thanh tra|thong doc|bi thu|chanh thanh tra"
    r"|truong ban|truong|giam doc|bi thu|chu tich|dung dau|lanh dao|bo truong|vien truong|chanh an)\b"
)
_DEPUTY = re.compile(r"\b(?:deputy|vice|assistant|adjointe?s?|vice-\w+|pho)\b")


def asks_for_an_office(query: Query) -> bool:
    """Whether the question asks who holds an office, not what a named person does."""
    return query.kind == "person" and not query.people and bool(_OFFICE.search(fold(query.text)))


def of_the_rank(query: Query, text: str) -> bool:
    """Whether a sentence may say who holds the office: a deputy's role is not the head's. Where no role is read in it,
    it may."""
    roles = [role for person in find_people(text) for role in person.roles]
    offices = [fold(role) for role in roles if _OFFICE.search(fold(role))]
    wanted = bool(_DEPUTY.search(fold(query.text)))
    return not offices or any(bool(_DEPUTY.search(office)) == wanted for office in offices)


def holders(query: Query, text: str) -> frozenset[str]:
    """The people a sentence gives the office asked for: those with a role of its rank, of the body if one is named."""
    wanted = bool(_DEPUTY.search(fold(query.text)))
    return frozenset(
        fold(person.name)
        for person in find_people(text)
        for role in person.roles
        if _OFFICE.search(fold(role)) and bool(_DEPUTY.search(fold(role))) == wanted and _is_of_the_body(query, role)
    )


def _is_of_the_body(query: Query, role: str) -> bool:
    """Whether a role is at the body asked for; or, where the question names none, in most of the words asked."""
    if query.body_keys:
        keys = {fold_body(part) for part in re.split(r"\s(?:and|et|và)\s|[;,]", role)} | {fold_body(role)}
        return not keys.isdisjoint(query.body_keys)
    asked = {stem(word, query.language) for word in query.words if not _OFFICE.search(word)}
    return 2 * len(asked & set(stems(role, query.language))) >= len(asked)
