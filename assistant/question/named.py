"""Who and what a question names: people, other names, bodies and places, each with where it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from ingest.text.bodies import UNLEVELLED, fold_body, known_bodies
from ingest.text.name_words import LONE_BODIES, TITLES
from ingest.text.organisations import find_organisations
from ingest.text.people import find_people
from ingest.text.places import find_places, fold_place
from ingest.text.words import capitalised_runs, fold, fold_aligned, is_function_word, starts_sentence


@dataclass(frozen=True, slots=True)
class Named:
    """Something named at `[start:end]` of the question. `name` is as written, a place's as it usually is; `key` is
    the same for all names of one body or place."""

    start: int
    end: int
    name: str
    key: str


# Words of institutions and offices: a capitalised run that holds one is a body or a title, which translations
# render freely; a run without one is taken for a person's or a company's name, which they do not. Vietnamese
# ones keep their accents: without them "dang" (party) is also a family name.
_OFFICE = frozenset(
    """committee commission party steering central provincial national general secretary politburo office ministry
    department council conference group company bank government assembly people people's court procuracy police
    state front fatherland internal affairs anti corruption negativity negative head deputy minister president
    chairman congress resolution directive region district province city comite parti directeur direction bureau
    politique secretaire chef etat gouvernement ministere conseil assemblee cour tribunal nationale january february
    march april may june july august september october november december janvier fevrier mars avril mai juin
    juillet aout septembre octobre novembre decembre the
    ban ủy tỉnh trung ương đảng bí thư trưởng chỉ đạo nội chính hội nghị chủ tịch quốc phòng tham nhũng viện kiểm
    sát tòa án bộ ngành thủ tướng nhà nước công""".split()
)
_ACCENTED = frozenset(word for word in _OFFICE if fold(word) != word or word in ("ban", "trung", "thu", "tham"))

GENERIC = frozenset(
    """committee committees commission commissions department central provincial national municipal city district
    party comite comites commission departement centrale provinciaux municipal parti ban uy trung uong tinh thanh
    cap""".split()
)
"""Words of bodies' names that any report has on every page: alone they are no evidence of which body is meant."""

_SHORT = tuple(
    (re.compile(rf"\b(?:{pattern})\b"), name)
    for pattern, name in (
        (r"ubkt ?tw|ubkt trung uong", "Central Inspection Committee"),
        (r"b(?:an )?noi chinh tw|bnc ?tw", "Central Internal Affairs Commission"),
        (r"b(?:an )?to chuc tw|btc ?tw", "Central Organization Committee"),
        (r"ban tuyen giao tw|btg ?tw", "Central Propaganda Department"),
        (
            r"(?:bcd|ban chi dao) ?tw(?: ve)?(?: pctn\w*)?|bcd trung uong",
            "Central Steering Committee for Anti-Corruption",
        ),
        (r"bcd (?:cap )?tinh(?: pctn\w*)?", "Provincial Steering Committee for Anti-Corruption"),
        (r"(?:bcd )?pctn\w*", UNLEVELLED),
        (r"vksnd ?tc", "Supreme People's Procuracy"),
        (r"tand ?tc", "Supreme People's Court"),
        (r"ttcp", "Government Inspectorate"),
        (r"ktnn", "State Audit"),
        (r"mttq(?: ?vn)?", "Fatherland Front"),
    )
)


def find_people_named(text: str, places: Sequence[Named]) -> list[Named]:
    """The people a question names, in order: by their form, or one word after a title ("Mr. Trac", "ông Trạc")."""
    found = [Named(mention.start, mention.end, mention.name, fold(mention.name)) for mention in find_people(text)]
    for title in _TITLE.finditer(text):
        name = _NAME.match(text, title.end())
        words = list(takewhile(lambda word: word[0].isupper(), name.group().split(" "))) if name else []
        end = title.end() + len(" ".join(words))
        if words and not any(person.start < end and title.start() < person.end for person in found):
            found.append(Named(title.end(), end, text[title.end() : end], fold(text[title.end() : end])))
    free = [person for person in found if not any(p.start < person.end and person.start < p.end for p in places)]
    return sorted(free, key=lambda person: person.start)  # "Bà Rịa" is a place


# Beside what reports need: a question runs its first words into the title ("Did Mr. Trac", "Qu'a dit M. Dupont").
_TITLE = re.compile(
    r"\b(?:(?:Mr|Mrs|Ms|Dr|Prof)\b\.?|M\.|Mme|Mlle|Monsieur|Madame|Comrade|[Cc]amarade|comrade|[Đđ]ồng chí"
    r"|[Dd]ong chi|[Ôô]ng|ong"
    r"|bà)[ \u00a0](?=\w)"
)
_NAME = re.compile(r"[^\W\d_]+(?: [^\W\d_]+){0,3}")


def find_names(text: str, places: Sequence[Named], people: Sequence[Named]) -> list[Named]:
    """The names an answer must be about, in order: people, and capitalised runs of two words or more that are no
    place, no body and no title."""
    known = {place.key for place in places}
    names = list(people)
    for start, end in capitalised_runs(text):
        if any(person.start < end and start < person.end for person in people):
            continue
        parts = re.split(r"[\s-]+", text[start:end])
        if starts_sentence(text, start) and (len(parts) > 3 or is_question_word(parts[0])):
            start = text.index(parts[1], start + len(parts[0])) if len(parts) > 1 else start
            parts = parts[1:]
        while len(parts) > 1 and fold(parts[0]) in _BEFORE_NAMES and starts_sentence(text, start):
            start, parts = text.index(parts[1], start + len(parts[0])), parts[1:]  # "Ở Vinh Hoa"
        if len(parts) > 2 and parts[0].isupper() and not all(part.isupper() for part in parts):
            start, parts = text.index(parts[1], start + len(parts[0])), parts[1:]  # an office: "TBT Tô Lâm"
        run = re.sub(r"['’]s?$", "", " ".join(parts))
        office = any(part.lower() in _OFFICE or fold(part) in _OFFICE - _ACCENTED for part in parts)
        if (
            len(parts) >= 2
            and not office
            and fold_place(run) not in known
            and not _is_no_name(parts, places, start, end)
        ):
            names.append(Named(start, end, run, fold(run)))
    return sorted(names, key=lambda name: name.start)


_BEFORE_NAMES = frozenset("o tai trong theo ve voi cua tu den vi nham qua sau truoc khi neu".split())
_COUNTRY = frozenset(("viet nam", "vietnam"))


def _is_no_name(parts: Sequence[str], places: Sequence[Named], start: int, end: int) -> bool:
    """The country itself, letters in capitals that shout or stand for a body, and a place with such letters: "Tuyên
    Quang PSC"."""
    if fold(" ".join(parts)) in _COUNTRY or all(part.isupper() for part in parts):
        return True
    return parts[-1].isupper() and any(start <= place.start and place.end <= end for place in places)


def find_bodies(text: str, people: Sequence[Named]) -> list[Named]:
    """The bodies a question names, in order, in any case and without accents where they are of the known ones."""
    folded = fold_aligned(text)
    found = [_named(text, m.start, m.end, m.name) for m in find_organisations(text)]
    # A question is too short to say what its committees are for: "the Central Steering Committee" is the one.
    found += [
        _named(text, start, end, name)
        for start, end, name in known_bodies(folded, bare=True)
        if name != UNLEVELLED and (name not in LONE_BODIES or text[start].isupper())
    ]
    for pattern, name in _SHORT:
        found += [_named(text, *match.span(), name) for match in pattern.finditer(folded)]
    kept: list[Named] = []
    for body in sorted(filter(None, found), key=lambda b: (b.start - b.end, b.start)):  # the longest first
        if not any(other.start < body.end and body.start < other.end for other in (*kept, *people)):
            kept.append(body)
    return sorted(kept, key=lambda body: body.start)


def _named(text: str, start: int, end: int, name: str) -> Named | None:
    """A body as written, without the question's own first word ("Which Commission …"); None where nothing is left."""
    first = text[start:end].split()[0]
    usual = name != " ".join(text[start:end].split())
    if not usual and starts_sentence(text, start) and is_question_word(first):
        start = end - len(text[start + len(first) : end].lstrip())
    written = text[start:end]
    if not usual and (not written or fold(written) in GENERIC):
        return None
    return Named(start, end, written, fold_body(name if usual else written))


def find_places_named(text: str) -> list[Named]:
    """The places a question names, in order, each time it does."""
    wanted = {fold_place(name): name for name in find_places(text)}
    found: list[Named] = []
    tokens = [match.span() for match in re.finditer(r"\w+", text)] if wanted else []
    at = 0
    while at < len(tokens):
        for size in range(min(5, len(tokens) - at), 0, -1):
            start, end = tokens[at][0], tokens[at + size - 1][1]
            name = wanted.get(fold_place(text[start:end]))
            if name and any(map(str.isupper, text[start:end])) >= any(map(str.isupper, text[1:])):
                found.append(Named(start, end, name, fold_place(name)))
                at += size - 1
                break
        at += 1
    return found


def words_before(text: str, people: Sequence[Named]) -> set[str]:
    """The folded titles that stand before people: "Mr.", "đồng chí"."""
    titles = {fold(title) for title in TITLES} | {"dong"}
    found: set[str] = set()
    for person in people:
        for word in reversed(re.findall(r"\w+", fold(text[max(0, person.start - 16) : person.start]))[-2:]):
            if word not in titles:
                break
            found.add(word)
    return found


def is_question_word(word: str) -> bool:
    """Whether a capitalised first word is an ordinary one ("Who", "Le", "Theo") and no part of a name."""
    folded = fold(word).rstrip("'’")
    return any(is_function_word(folded, language) for language in ("en", "fr", "vi"))
