"""Places: the provinces of Viet Nam by name, and, for any other folder, what text itself calls a place."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache

from ingest.text.names import UPPER, Names, names_in
from ingest.text.words import fold

# The 63 provinces and cities as they were until mid-2025, in the spelling reports use without accents,
# with the other names they go by.
_PROVINCES = """An Giang; Ba Ria - Vung Tau|Ba Ria-Vung Tau|Vung Tau; Bac Giang; Bac Kan; Bac Lieu; Bac Ninh; Ben Tre;
Binh Dinh; Binh Duong; Binh Phuoc; Binh Thuan; Ca Mau; Can Tho; Cao Bang; Da Nang|Danang; Dak Lak|Daklak|Dac Lac;
Dak Nong|Daknong; Dien Bien; Dong Nai; Dong Thap; Gia Lai; Ha Giang; Ha Nam; Hanoi|Ha Noi; Ha Tinh; Hai Duong;
Hai Phong|Haiphong; Hau Giang; Ho Chi Minh City|Ho Chi Minh Ville|TP. Ho Chi Minh|TP Ho Chi Minh|Thanh pho Ho Chi Minh|
TPHCM|HCMC|Saigon|Sai Gon; Hoa Binh; Hung Yen; Khanh Hoa; Kien Giang; Kon Tum; Lai Chau; Lam Dong; Lang Son; Lao Cai;
Long An; Nam Dinh; Nghe An; Ninh Binh; Ninh Thuan; Phu Tho; Phu Yen; Quang Binh; Quang Nam; Quang Ngai; Quang Ninh;
Quang Tri; Soc Trang; Son La; Tay Ninh; Thai Binh; Thai Nguyen; Thanh Hoa; Thua Thien Hue|Thua Thien-Hue|Hue;
Tien Giang; Tra Vinh; Tuyen Quang; Vinh Long; Vinh Phuc; Yen Bai"""

# "Thanh Lam district", "province of Kono", "huyện Thanh Lâm", "province de Dien Bien"
_BEFORE_NAME = re.compile(
    r"\b(?:(?:province|district|city|county|region|departement|ville|commune)\s+(?:of|de|d['’]|du)\s*"
    r"|(?:huyen|quan|thi xa)\s+)$"
)
_AFTER_NAME = re.compile(r"^\s+(?:province|district|county|city)\b")
# Where a national online conference is followed from: "the Quang Tri bridge point", "điểm cầu Nghệ An".
_BRIDGE = re.compile(r"\b(?:bridge|(?:diem|dau) cau|pont|point de connexion|liaison|visioconference)\b")
# A report of the whole country is seen from one place and held in another.
_OF_THE_COUNTRY = re.compile(r"\b(?:national\w*|nationwide|central\w*|63|sixty-three|toan quoc|ca nuoc|trung uong)\b")
_NOT_NAMES = {
    "the", "this", "that", "each", "every", "provincial", "people", "party", "le", "la", "cette", "chaque", "all",
    "central", "our", "my", "its", "their", "in", "on", "at", "and", "one", "les", "uy",
}  # fmt: skip
_KINDS = (
    "province",
    "district",
    "county",
    "city",
    "region",
    "departement",
    "ville",
    "commune",
    "huyen",
    "quan",
    "thi xa",
)
_AFTER_KINDS = ("province", "district", "county", "city")
_SPACED_KINDS = tuple(space + kind for kind in _AFTER_KINDS for space in " \n\u00a0")
_LINKS = (" of ", " de ", " du ", " d'", " d’", "huyen ", "quan ", "thi xa ")
_OPENERS = ("huyen ", "quan ")
_CAPITAL_WORD = re.compile(rf"[{UPPER}](?<!\w.)\w*")


def fold_place(name: str) -> str:
    """The one key of a place: its first listed name, folded ("Hà Nội" and "Hanoi" are both "hanoi")."""
    key = " ".join(fold(name).replace("-", " ").split())
    return _aliases().get(key, key)


def is_known_place(folded: str) -> bool:
    """Whether a folded name is a province's or city's."""
    return folded in _aliases()


def may_start_place(folded: str) -> bool:
    """Whether a folded word is the first of some province's or city's name."""
    return folded in _first_words()


def find_places(text: str) -> list[str]:
    """Places the text names, in order, each time it does; known provinces by their usual name."""
    return [name for _, name in _located(names_in(text))]


def _located(names: Names) -> list[tuple[int, str]]:
    """Where each place is named, in order."""
    found = list(_of_the_gazetteer(names))
    known = {fold_place(name) for _, name in found}
    if any(word in names.folded for word in _KINDS):
        folded = names.folded
        for start, end in names.runs:
            before = folded.endswith(_LINKS, max(0, start - 8), start)
            after = folded.startswith(_SPACED_KINDS, end)
            if before or after or folded.startswith(_OPENERS, start) or folded.endswith(_AFTER_KINDS, start, end):
                found += _called_a_place(names, start, end, known)
    return sorted(found, key=lambda item: item[0])


def _of_the_gazetteer(names: Names) -> Iterator[tuple[int, str]]:
    plain = names.folded.replace("-", " ").replace("–", " ")
    gazetteer, end = _gazetteer(), 0
    if not any(map(str.isupper, names.text[1:])):  # a text with capitals gives names theirs: "hòa bình" is peace
        starts: Iterable[int] = (match.start() for match in gazetteer.finditer(plain))
    else:
        first = _first_words()
        starts = (m.start() for m in _CAPITAL_WORD.finditer(names.text) if plain[m.start() : m.end()] in first)
    for start in starts:
        match = gazetteer.match(plain, start) if start >= end else None
        if match is None and plain.startswith("ho chi minh", start) and plain.endswith("thanh pho ", 0, start):
            match = gazetteer.match(plain, start - len("thanh pho "))  # "thành phố" has its capital only in a heading
        if match:
            end = match.end()
            yield start, _display()[_aliases()[match.group()]]


def _called_a_place(names: Names, start: int, end: int, known: set[str]) -> Iterator[tuple[int, str]]:
    """The name in a run that words beside or in it call a place's: "Thanh Lam district", "Huyện Thanh Lâm"."""
    before = bool(_BEFORE_NAME.search(names.folded[max(0, start - 24) : start]))
    after = bool(_AFTER_NAME.match(names.folded[end : end + 12]))
    opens = names.text.startswith(("Huyện ", "Quận "), start)
    parts = names.text[start:end].split()
    while parts and fold(parts[0]) in _NOT_NAMES:
        parts = parts[1:]
    if not before and not after and parts and fold(parts[-1]) in _AFTER_KINDS:
        parts, after = parts[:-1], True  # "Thanh Lam District"
    opens = opens and len(parts) > 1
    parts = parts[1:] if opens else parts
    name = " ".join(parts)
    if (before or after or opens) and len(name) > 2 and not _inside(name, known):
        yield start, name


def _inside(name: str, known: set[str]) -> bool:
    """Whether a name is, holds, or is part of a place already found ("Nghe An Provincial Party", "Ho Chi Minh")."""
    key = f" {fold_place(name)} "
    return any(f" {place} " in key or key in f" {place} " for place in known)


_SENTENCE_END = re.compile(r"[.!?\n](?=\s)")


def places_of(title: str, names: Names, own: Names, opening: int) -> dict[str, str]:
    """The places a report is from or about, and how it names them: "in the title", "in the opening", "as a bridge
    point", "in the text".

    `names` are the text's, furniture and all; `own` the report's; its opening ends at `opening`. A place that is only
    one of a list somewhere in the report is not where the report is from; nor is one that is merely mentioned in the
    report of another: "the Secretary was on a mission in Hanoi".
    """
    weight: Counter[str] = Counter()
    where: dict[str, str] = {}
    for name in find_places(title):
        weight[name] += 3
        where.setdefault(name, "in the title")
    ends = [match.start() for match in _SENTENCE_END.finditer(names.text)] + [len(names.text)]
    sentences: defaultdict[int, list[str]] = defaultdict(list)
    bridges: set[str] = set()
    for start, name in _located(names):
        sentences[bisect_right(ends, start)].append(name)
        if start < opening and own.text[start] == names.text[start]:
            weight[name] += 3
            where.setdefault(name, "in the opening")
    for number, named in sentences.items():
        if len(set(named)) < 3:
            sentence = names.folded[ends[number - 1] if number else 0 : ends[number]]
            bridge = bool(_BRIDGE.search(sentence))
            for name in named:
                weight[name] += 2 if bridge else 1
                where.setdefault(name, "as a bridge point" if bridge else "in the text")
                bridges |= {name} if bridge else set()
    counts = Counter(name for named in sentences.values() for name in set(named))
    home = set(find_places(title)) or _most_named(counts, own.folded[:opening])
    often = max((counts[name] for name in home), default=0)
    mentioned = {
        name for name in weight if home and not ({name} & (home | bridges) or 2 * counts[name] >= max(often, 4))
    }
    return {name: where[name] for name, value in weight.most_common(4) if value >= 2 and name not in mentioned}


def _most_named(counts: Counter[str], opening: str) -> set[str]:
    """The one place that a report without a place in its title is of: named in three sentences and more often than any
    other. A report of the whole country is of none."""
    if _OF_THE_COUNTRY.search(opening):
        return set()
    first, second = ([*counts.most_common(2), ("", 0), ("", 0)])[:2]
    return {first[0]} if first[1] >= 3 and first[1] > second[1] else set()


@lru_cache(maxsize=1)
def _first_words() -> frozenset[str]:
    return frozenset(alias.split()[0].strip(".") for alias in _aliases()) | {"ho"}


@lru_cache(maxsize=1)
def _aliases() -> dict[str, str]:
    aliases: dict[str, str] = {}
    for entry in _PROVINCES.split(";"):
        names = [" ".join(fold(name).replace("-", " ").split()) for name in entry.split("|")]
        aliases.update(dict.fromkeys(names, names[0]))
    return aliases


@lru_cache(maxsize=1)
def _display() -> dict[str, str]:
    entries = [" ".join(entry.split("|")[0].split()) for entry in _PROVINCES.split(";")]
    return {" ".join(fold(entry).replace("-", " ").split()): entry for entry in entries}


@lru_cache(maxsize=1)
def _gazetteer() -> re.Pattern[str]:
    names = sorted(_aliases(), key=len, reverse=True)
    return re.compile(r"\b(?:" + "|".join(map(re.escape, names)) + r")\b")
