"""Names of a statement: people, bodies, places and whatever else has a capital must be in the passage, a person must be
one its quotes are about, and a person's role the one given there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from assistant.grounding.quotes import Proof
from ingest.meaning.reading import Reading, read
from ingest.text.bodies import fold_body, known_bodies
from ingest.text.name_words import COUNTRIES, NO_PERSON, ROLE_WORDS, TITLES
from ingest.text.organisations import find_organisations
from ingest.text.period_patterns import MONTHS
from ingest.text.person_names import is_syllable
from ingest.text.places import find_places, fold_place, is_known_place
from ingest.text.words import capitalised_runs, fold, fold_aligned, starts_sentence

_WORDS = re.compile(r"\w+")
_DOTTED = re.compile(r"\b[A-Z](?:\.[A-Z])+\b")
_SHARED = 4
"""Letters two forms of one name share: "Vietnam", "Vietnamese", "vietnamien"."""
_TITLES = frozenset(map(fold, TITLES)) | frozenset("dong chi ngai".split())
_COMMON = NO_PERSON | ROLE_WORDS | COUNTRIES | MONTHS.keys() | _TITLES
# Vietnamese offices and bodies have a capital too; with their accents they are no names: "Vũ" is one, "vụ" none.
_OFFICES_VI = frozenset(
    """phó trưởng chánh bí tổng chủ ủy uỷ ban bộ sở cục vụ viện tòa toà đảng đồng hội tỉnh huyện xã quốc nhà mặt trận
    chính thủ giám thư tịch đốc chí nước phủ tướng nội trung ương nhân dân công thanh đoàn hội nghị luật nghị quyết chỉ
    thị kết báo đề án dự ngành phòng chống""".split()
)


def unbacked_names(statement: str, text: str, same_language: bool = True) -> list[str]:
    """Names of the statement, as written, that are not in the text: accents, aliases of bodies and forms such as
    "Vietnamese" for "Vietnam" aside.

    A single word is looked for only where both are in one language: Hanoi is Hà Nội, but the Party is le Parti; and of
    several words across languages, those that are nobody's name are passed over.
    """
    held = _held(text)
    aside = [(start, end) for start, end, name in known_bodies(fold_aligned(statement)) if held.has_body(name)]
    aside += read(statement, "").times
    missing = []
    for start, end in capitalised_runs(statement):
        parts = list(_parts(statement, start, end, aside))
        if parts and parts[0][0] == start and starts_sentence(statement, start):
            parts = parts[1:]
        words = [word for _, word in parts]
        if not same_language:
            words = [word for at, word in parts if not _is_common(word, statement[at : at + len(word)])]
            if len(words) < 2 and not any(char.isdigit() for word in words for char in word):
                continue
        elif len(words) == 1 and words[0] in ROLE_WORDS:
            continue  # "the Chairperson"
        gone = [word for word in words if not held.has(word)]
        own = statement[parts[0][0] : end] if parts else ""
        if gone != words and is_personal(own):
            gone = [] if held.has_together(fold(own).split()) else words
        if gone and (same_language or len(gone) == len(words)) and not held.has_whole(statement[start:end]):
            missing.append(statement[start:end])
    return missing


def _is_common(word: str, written: str) -> bool:
    """Whether a word is no name's: of an office, a body, a country, a month."""
    if word in _COMMON or word.removesuffix("s") in _COMMON:
        return True
    return written.lower() in _OFFICES_VI and not written.isascii()


@lru_cache(maxsize=512)
def is_personal(name: str) -> bool:
    """Whether a run of capitals is written as a Vietnamese person's name is: three to five syllables, none of an
    office or a body, and no place's name."""
    words = fold(name).split()
    if not 3 <= len(words) <= 5 or not all(map(is_syllable, words)) or _COMMON.intersection(words):
        return False
    return name.lower().split()[0] not in _OFFICES_VI and not is_known_place(" ".join(words))


def _parts(text: str, start: int, end: int, aside: Sequence[tuple[int, int]]) -> Iterator[tuple[int, str]]:
    """The words of a run that are looked for, each with its capital: no titles, none that is set aside."""
    if dotted := _DOTTED.fullmatch(text, start, end):
        yield start, fold(dotted.group().replace(".", ""))
        return
    for match in _WORDS.finditer(text, start, end):
        word = fold(match.group())
        known = any(a <= match.start() < b for a, b in aside)
        if match.group()[0].isupper() and not known and word not in _TITLES:
            yield match.start(), word


class _Held:
    """The words of a text that names are looked for in; each kind is read when it is first asked for."""

    def __init__(self, text: str) -> None:
        self._text, self._folded = text, fold(text)
        self._order = _WORDS.findall(self._folded)
        self._plain = frozenset(self._order)

    @cached_property
    def _short(self) -> frozenset[str]:
        dotted = {fold(match.group().replace(".", "")) for match in _DOTTED.finditer(self._text)}
        upper = (word for word in _WORDS.findall(self._text) if len(word) > 1 and word.isupper())
        return frozenset(dotted | {fold(word) for word in upper})

    @cached_property
    def _joined(self) -> str:
        return "".join(self._order)

    @cached_property
    def _openings(self) -> frozenset[str]:
        words = self._plain | self._short
        return frozenset(word[:n] for word in words if len(word) > 3 for n in range(_SHARED, len(word) + 1))

    @cached_property
    def _initials(self) -> frozenset[str]:
        runs = [_WORDS.findall(fold(self._text[a:b])) for a, b in capitalised_runs(self._text)]
        return frozenset("".join(word[0] for word in run) for run in runs if len(run) > 1)

    @cached_property
    def _bodies(self) -> frozenset[str]:
        known = {fold_body(name) for _, _, name in known_bodies(self._folded)}
        return frozenset(known | {fold_body(mention.alias) for mention in find_organisations(self._text)})

    def has(self, word: str) -> bool:
        """Whether the text has the word, or one of the same beginning, or the words it abbreviates."""
        if word in self._plain or word in self._short or (len(word) > 4 and word in self._joined):
            return True
        return word in self._initials or (len(word) > 5 and word[: max(_SHARED, len(word) - 4)] in self._openings)

    def has_whole(self, name: str) -> bool:
        """Whether the text has a name as a whole: a body by another of its names, or abbreviated."""
        return "".join(word[0] for word in _WORDS.findall(fold(name))) in self._short or self.has_body(name)

    def has_body(self, name: str) -> bool:
        return fold_body(name) in self._bodies

    def has_together(self, words: Sequence[str]) -> bool:
        """Whether the text has all of the words near one another, as those of one name are."""
        wanted = set(words)
        return any(
            wanted <= set(self._order[place : place + len(words) + 2])
            for place, word in enumerate(self._order)
            if word in wanted
        )


@lru_cache(maxsize=256)
def _held(text: str) -> _Held:
    return _Held(text)


# -- places ---------------------------------------------------------------------------------------------------


def unbacked_places(statement: str, text: str) -> list[str]:
    """The places the statement names that the text does not, whatever each calls them."""
    places = find_places(statement)
    held = {fold_place(place) for place in find_places(text)} if places else set()
    plain = f" {' '.join(_WORDS.findall(fold(text)))} " if places else ""
    return [place for place in places if (key := fold_place(place)) not in held and f" {key} " not in plain]


# -- people and their roles -----------------------------------------------------------------------------------

_LESSER = re.compile(
    r"\b(?P<deputy>deputy|vice|assistant|adjointe?s?|sous|pho|thu truong)\b"
    r"|\b(?P<former>former|ex|ancien(?:ne)?|nguyen|cuu)\b|\b(?P<acting>acting|interim|interimaire|quyen)\b"
)
_OFFICES = {
    office: re.compile(words)
    for office, words in (
        ("general secretary", r"\bgeneral secretary|secretary[ -]general|secretaire generale?|tong bi thu"),
        ("prime minister", r"\bprime minister|premiere? ministre|thu tuong"),
        ("minister", r"\bminister|\bministre|bo truong|thu truong"),
        ("secretary", r"\bsecretar(?:y|ies)|\bsecretaires?|bi thu"),
        (
            "head",
            r"\b(?:head|chief|chef|cheffe|director|directeur|directrice|chair\w*|president\w*|leader|responsable)s?\b"
            r"|truong (?:ban|phong|doan|khoa|nganh|cong an)|\btruong\b|giam doc|chu tich|chu nhiem|pho ban|vien truong",
        ),
        ("judge", r"\bjudge|\bjuge|tham phan|chanh an"),
        ("prosecutor", r"\bprosecutor|\bprocureure?|kiem sat vien"),
        ("inspector", r"\binspect(?:or|eur|rice)|(?<!doan )thanh tra"),
        ("auditor", r"\baudit(?:or|eur|rice)|kiem toan"),
        ("member", r"\bmember|\bmembre|uy vien|thanh vien"),
        ("lawyer", r"\blawyer|\battorney|\bavocate?|luat su"),
    )
}


@dataclass(frozen=True, slots=True)
class Role:
    """A role as it is compared: whether of a deputy, a former or an acting one, the office, and the bodies' keys."""

    lesser: frozenset[str]
    offices: frozenset[str]
    bodies: frozenset[str]
    words: frozenset[str]
    """What it is called, folded, without the bodies: for offices that are not known."""

    def may_be(self, other: Role, same_language: bool) -> bool:
        """Whether one role may be the other in other words."""
        if same_language and not (self.offices and other.offices) and self.words.isdisjoint(other.words):
            return False
        if self.lesser != other.lesser:
            return False
        if self.offices and other.offices and self.offices.isdisjoint(other.offices):
            return False
        pairs = [(a, b) for a in self.bodies for b in other.bodies]
        return not pairs or any(a == b or a.endswith(f" {b}") or b.endswith(f" {a}") for a, b in pairs)


@lru_cache(maxsize=512)
def role(written: str) -> Role:
    folded = fold(written).replace("’", "'")
    bodies = list(known_bodies(folded, bare=True))
    for start, end, _ in reversed(bodies):
        folded = f"{folded[:start]} {folded[end:]}"
    lesser = frozenset(str(match.lastgroup) for match in _LESSER.finditer(folded))
    offices = {office for office, pattern in _OFFICES.items() if pattern.search(folded)}
    if "general secretary" in offices:
        offices.discard("secretary")
    if "prime minister" in offices:
        offices.discard("minister")
    if len(offices) > 1:
        offices.discard("head")  # "chief inspector", "president-judge"
    words = frozenset(word for word in _WORDS.findall(folded) if len(word) > 3)
    return Role(lesser, frozenset(offices), frozenset(fold_body(name) for _, _, name in bodies), words)


def other_role(statement: Reading, proofs: Sequence[Proof]) -> str | None:
    """A role the statement gives someone that the passages do not, as "X, Y"; else None."""
    for person in statement.people if _may_name_people(statement) else ():
        given = [
            (role(one), proof.context.language == statement.language)
            for proof in proofs
            for one in _roles_of(person.name, proof)
        ]
        for written in person.roles:
            said = role(written)
            if given:
                if not any(said.may_be(one, same_language) for one, same_language in given):
                    return f"{person.name}, {written}"
            elif (said.offices or said.lesser) and not any(_has_role_near(said, person.name, one) for one in proofs):
                return f"{person.name}, {written}"
    return None


def _may_name_people(reading: Reading) -> bool:
    """Whether a text has two capitals in a row, or a title: most texts name no one."""
    return any(
        " " in reading.text[a:b] or fold(reading.text[max(0, a - 8) : a]).strip(" .").rpartition(" ")[2] in _TITLES
        for a, b in capitalised_runs(reading.text)
    )


def _roles_of(name: str, proof: Proof) -> Iterator[str]:
    """The roles the passage, else the document, gives someone."""
    given = [one for person in proof.around.people if same_person(name, person.name) for one in person.roles]
    about = proof.quote.about
    if not given and about:
        given = [one for person in about.people if same_person(name, person.name) for one in person.roles]
    yield from given


def _has_role_near(said: Role, name: str, proof: Proof) -> bool:
    """Whether a sentence that names someone also names the office: where roles are not read there."""
    last = _WORDS.findall(fold(name))[-1]
    for start, end in proof.around.sentences:
        sentence = proof.around.folded[start:end]
        if re.search(rf"\b{re.escape(last)}\b", sentence):
            near = role(proof.around.text[start:end])
            if said.lesser == near.lesser and all(_OFFICES[office].search(sentence) for office in said.offices):
                return True
    return False


def same_person(one: str, other: str) -> bool:
    """Whether two names may be one person's: the same, or one's last words the other's, or its first."""
    short, long = sorted((_WORDS.findall(fold(name)) for name in (one, other)), key=len)
    return bool(short) and short in (long[-len(short) :], long[: len(short)])


def other_person(statement: Reading, proofs: Sequence[Proof]) -> str | None:
    """Someone the statement speaks of though its quotes speak of others only; else None."""
    if not _may_name_people(statement):
        return None
    said = _people_between(statement, 0, len(statement.text))
    quoted = [name for proof in proofs for name in _people_between(proof.context, proof.start, proof.end)]
    if not said or not quoted or any(same_person(one, other) for one in said for other in quoted):
        return None
    return said[0]


def _people_between(reading: Reading, low: int, high: int) -> list[str]:
    """The people a stretch of a text names, by what stands beside their names or the form of these."""
    people = [person.name for person in reading.people if low <= person.start < high]
    found = [name for name in people if name.lower().split()[0] not in _OFFICES_VI]
    runs = [reading.text[a:b] for a, b in capitalised_runs(reading.text) if low <= a < high]
    return [*found, *(run for run in runs if is_personal(run) and not any(run in name for name in found))]
