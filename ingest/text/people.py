"""People a report names, with the roles it gives them.

A wrong person is worse than a missing one: a name counts where a title or a role stands beside it, or where it is
written as Vietnamese names are, family name first, and nothing beside it says that it is a street or a company.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from ingest.documents import Block, Person
from ingest.text.bodies import known_bodies
from ingest.text.name_words import DOUBTFUL, FIRM_BEFORE, PLACE_BEFORE
from ingest.text.names import Names, names_in, names_of, own_names
from ingest.text.person_names import Candidate, candidates, is_led
from ingest.text.roles import roles_after, roles_before
from ingest.text.words import fold, starts_sentence


@dataclass(frozen=True, slots=True)
class PersonMention:
    """A person named at `text[start:end]`, with the roles given there, as written.

    `by_form` says that only the form of the name shows it to be one: no title and no role stands beside it.
    """

    start: int
    end: int
    name: str
    roles: tuple[str, ...]
    titled: bool = False
    by_form: bool = False


def find_people(text: str) -> list[PersonMention]:
    """Every mention of a person, in order."""
    return people_in(names_in(text))


def people_of(text: str, blocks: Sequence[Block]) -> tuple[Person, ...]:
    """The people a document's own text names, each once, in the order they are first named."""
    return merged(people_in(own_names(names_of(text, blocks), blocks)))


def people_in(names: Names) -> list[PersonMention]:
    """As `find_people`, of a text whose capitalised words are known."""
    possible = list(candidates(names))
    starts = [*(c.start for c in possible if c.titled or c.vietnamese or c.joined or is_led(names, c)), len(names.text)]
    found: list[PersonMention] = []
    taken = 0  # up to here the text has given its roles to someone
    shared: tuple[str, ...] = ()  # the roles of "two deputy heads of the Commission, A and B"
    last = 0
    for candidate in possible:
        following = starts[bisect_left(starts, candidate.end)]
        joined = names.text[last : candidate.start].strip() in (",", "and", "et", "và", ", and", "&")
        before = roles_before(names, max(taken, last), candidate.start, candidate.end)
        if not before.roles and shared and joined:
            before = replace(before, roles=shared, many=True)
        after = roles_after(names, candidate.end, following, named_before=bool(before.roles))
        roles = tuple(dict.fromkeys((*before.roles, *after.roles)))
        if _stands(names, candidate, bool(roles)):
            found.append(_mention(candidate, roles, by_form=not roles and not candidate.titled))
            shared = before.roles if before.many else ()
            taken, last = max(taken, after.end), candidate.end
    return _with_short_forms(found, possible)


def _mention(candidate: Candidate, roles: tuple[str, ...], by_form: bool = False) -> PersonMention:
    return PersonMention(candidate.start, candidate.end, candidate.name, roles, candidate.titled, by_form)


def merged(mentions: Sequence[PersonMention]) -> tuple[Person, ...]:
    """Mentions of one person put together: accents and titles apart, "Mr. Trac" is "Phan Đình Trạc" where only one
    such is named. The fullest form is kept, and every role once."""
    groups: dict[str, list[PersonMention]] = {}
    for mention in mentions:
        groups.setdefault(_key(mention.name), []).append(mention)
    for key in [key for key in groups if " " not in key]:
        full = [other for other in groups if " " in other and other.split()[-1] == key]
        if len(full) == 1:
            groups[full[0]] += groups.pop(key)
    people = []
    for group in groups.values():
        fullest = max(group, key=lambda mention: (mention.name.count(" "), not mention.name.isupper(), _marks(mention)))
        roles: dict[str, str] = {}
        for mention in sorted(group, key=lambda mention: mention.start):
            for role in mention.roles:
                roles.setdefault(role_key(role), role)
        people.append(Person(fullest.name, tuple(roles.values()), min(mention.start for mention in group)))
    return tuple(sorted(people, key=lambda person: person.start))


def _key(name: str) -> str:
    return " ".join(fold(name).replace(".", " ").replace("-", " ").replace("’", "'").split())


@lru_cache(maxsize=4096)
def role_key(role: str) -> str:
    """One key for a role whichever of its names a body goes by: "Head of the … Commission" or "… Committee"."""
    key = fold(role)
    for start, end, body in reversed(list(known_bodies(key, bare=True))):
        key = key[:start] + body.lower() + key[end:]
    return " ".join(word for word in key.replace(",", " ").split() if word != "the")


def _marks(mention: PersonMention) -> int:
    return sum(char > "\x7f" for char in mention.name)


def _stands(names: Names, candidate: Candidate, has_role: bool) -> bool:
    """Whether a candidate is someone. Where no role and no title stands beside a Vietnamese name its form must be
    enough: three syllables, and no place or firm before it."""
    before = names.text[max(0, candidate.start - 24) : candidate.start].rstrip(" \u00a0,")
    long = candidate.name.count(" ") >= 2
    if candidate.vietnamese and FIRM_BEFORE.search(before):
        return has_role and long  # "Chairman of the Bank Nguyen Van A", but "Director of the Bank Bac A"
    if has_role or candidate.titled:
        return True
    if not (candidate.vietnamese and long) or PLACE_BEFORE.search(before):
        return False
    first = candidate.name.split()[0].lower()
    return first not in DOUBTFUL or not starts_sentence(names.text, candidate.start)


def _with_short_forms(found: list[PersonMention], possible: Sequence[Candidate]) -> list[PersonMention]:
    """With the bare mentions of people named in full elsewhere: "To Lam said"."""
    known = {_key(mention.name) for mention in found}
    at = {mention.start for mention in found}
    again = [c for c in possible if c.start not in at and c.name.count(" ") and _key(c.name) in known]
    return sorted([*found, *(_mention(c, ()) for c in again)], key=lambda mention: mention.start)
