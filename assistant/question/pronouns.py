"""Pronouns of a question that stand for something in the turn before, and those that stand for something in it."""

from __future__ import annotations

import re

from ingest.text.words import capitalised_runs, fold_aligned, starts_sentence

_THING = re.compile(
    r"\b(?:it|its|they|them|their|there|those|these|(?:that|this)(?! (?:were|was|is|are|have|has))|cela|ca"
    r"|elles?|ils|leur|(?:cet|cette|ces) \w+|y(?! a\b))\b|\bl'(?:a|ont|avait)\b"
)
_PERSON = re.compile(r"\b(?:he|him|his|she|her|il(?! y | s'| faut| est )|elle|lui)\b")
_THING_VI = re.compile(r"\b(?:đó|này|ấy|nó|họ|vậy)\b")
_PERSON_VI = re.compile(r"\b(?:ông|bà|anh|chị|người|đồng chí) (?:ấy|này|đó)\b")
"""What stands for something said before. Vietnamese by its accents, without which these are other words."""

_EXISTS = re.compile(
    r"\b(?:is|are|was|were|be|been) there(?= \w)|\bthere(?= (?:is|are|was|were|has|have|had|will|would|exists?)\b)"
)
"""“There” that says that something is, not where: "Were there any dialogues?", but "How many people were there?"."""
_IMPERSONAL = re.compile(
    r"\b(?:y a-t-il|faut-il|reste-t-il|existe-t-il|s'agit-il|convient-il|semble-t-il|suffit-il|vaut-il|y aura-t-il"
    r"|y avait-il|(?<=qu')est-il (?:arrive|advenu|prevu|ressorti)|est-il (?:vrai|possible|necessaire|utile|interdit"
    r"|obligatoire|question|prevu))\b"
)
_CLITIC = re.compile(r"-(?:t-)?(?:ils?|elles?)\b")
"""A subject after its verb: "la conférence a-t-elle eu lieu" is of the conference, "a-t-elle eu lieu" of one before."""
_OWNER = frozenset("its their leur leurs".split())
_THE = (
    r"(?:\b(?:the|an?|le|la|les|une?|du|des|aux?|each|every|chaque|combien de|quel(?:le)?s?|how many"
    r"|which)\s|\b(?:l|d)['’])"
)
_NOUN = re.compile(rf"{_THE}(?!\s)(?!(?:a|ont|avai\w+|est|sont|etai\w+|fait|faut|t)\b)[^\W\d]{{2,}}")
"""A noun after what goes before one: "the river", "combien de lettres"; not the "les a" of "les a-t-elle lus"."""


def stands_for_a_person(text: str) -> bool:
    """Whether a pronoun stands for somebody named before: "What did she say?", "Ông ấy nói gì?"."""
    return bool(_PERSON_VI.search(text.lower())) or any(
        _is_free(match, text) for match in _PERSON.finditer(fold_aligned(text))
    )


def stands_for_a_thing(text: str) -> bool:
    """Whether a pronoun stands for something named before: "Who chaired it?", "Qui y a participé ?"."""
    return bool(_THING_VI.search(text.lower())) or any(
        _is_free(match, text) for match in _THING.finditer(fold_aligned(text))
    )


def _is_free(match: re.Match[str], text: str) -> bool:
    """Whether a pronoun stands for nothing in its own question: "When did the river leave its bed?" names the owner."""
    folded = fold_aligned(text)
    start, end = match.span()
    for pattern in (_EXISTS, _IMPERSONAL):
        if any(one.start() <= start and end <= one.end() for one in pattern.finditer(folded)):
            return False
    clause = text.rfind(",", 0, start)
    clitic = any(one.start() <= start and end == one.end() for one in _CLITIC.finditer(folded))
    if clitic or match.group() in _OWNER:
        return not _names_something(text[:start])
    return clause < 0 or not _names_something(text[:clause])  # "When the council met, what did it decide?"


def _names_something(text: str) -> bool:
    return bool(_NOUN.search(fold_aligned(text))) or capitalised_inside(text)


def capitalised_inside(text: str) -> bool:
    """Whether a name stands in the text, not only its first word."""
    return any(not starts_sentence(text, start) or " " in text[start:end] for start, end in capitalised_runs(text))
