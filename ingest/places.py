"""Places: the provinces of Viet Nam by name, and, for any other folder, what text itself calls a place."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

from ingest.words import capitalised_runs, fold, fold_aligned

# The 63 provinces and cities as they were until mid-2025, in the spelling reports use without accents,
# with the other names they go by.
_PROVINCES = """An Giang; Ba Ria - Vung Tau|Ba Ria-Vung Tau|Vung Tau; Bac Giang; Bac Kan; Bac Lieu; Bac Ninh; Ben Tre;
Binh Dinh; Binh Duong; Binh Phuoc; Binh Thuan; Ca Mau; Can Tho; Cao Bang; Da Nang|Danang; Dak Lak|Daklak|Dac Lac;
Dak Nong|Daknong; Dien Bien; Dong Nai; Dong Thap; Gia Lai; Ha Giang; Ha Nam; Hanoi|Ha Noi; Ha Tinh; Hai Duong;
Hai Phong|Haiphong; Hau Giang; Ho Chi Minh City|Ho Chi Minh Ville|TP. Ho Chi Minh|TP Ho Chi Minh|thanh pho Ho Chi Minh|
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
_BRIDGE = re.compile(r"\b(?:bridge|diem cau|pont|point de connexion|liaison|visioconference)\b")
_NOT_NAMES = {
    "the", "this", "that", "each", "every", "provincial", "people", "party", "le", "la", "cette", "chaque", "all",
    "central", "our", "my", "its", "their", "in", "on", "at", "and", "one", "les", "uy",
}  # fmt: skip


def fold_place(name: str) -> str:
    """The one key of a place: its first listed name, folded ("Hà Nội" and "Hanoi" are both "hanoi")."""
    key = " ".join(fold(name).replace("-", " ").split())
    return _aliases().get(key, key)


def find_places(text: str) -> list[str]:
    """Places the text names, in order, each time it does; known provinces by their usual name."""
    found: list[tuple[int, str]] = []
    folded = fold_aligned(text)
    written = any(char.isupper() for char in text[1:])  # a text with capitals gives names theirs: "hòa bình" is peace
    for match in _gazetteer().finditer(re.sub(r"[-–]", " ", folded)):
        if not written or text[match.start()].isupper():
            found.append((match.start(), _display()[_aliases()[match.group()]]))
    known = {fold_place(name) for _, name in found}
    for start, end in capitalised_runs(text):
        before, after = _BEFORE_NAME.search(folded[max(0, start - 24) : start]), _AFTER_NAME.match(folded[end:])
        parts = text[start:end].split()
        while parts and fold(parts[0]) in _NOT_NAMES:
            parts = parts[1:]
        if not before and not after and parts and fold(parts[-1]) in ("province", "district", "county", "city"):
            parts, after = parts[:-1], _AFTER_NAME.match(" " + parts[-1].lower())  # "Thanh Lam District"
        opens = len(parts) > 1 and parts[0] in ("Huyện", "Quận")  # "Huyện Thanh Lâm" at the start of a sentence
        parts = parts[1:] if opens else parts
        name = " ".join(parts)
        if (before or after or opens) and len(name) > 2 and not _inside(name, known):
            found.append((start, name))
    return [name for _, name in sorted(found, key=lambda item: item[0])]


def _inside(name: str, known: set[str]) -> bool:
    """Whether a name is, holds, or is part of a place already found ("Nghe An Provincial Party", "Ho Chi Minh")."""
    key = f" {fold_place(name)} "
    return any(f" {place} " in key or key in f" {place} " for place in known)


def places_of(opening: str, title: str, body: str) -> tuple[str, ...]:
    """The places a report is from or about: those its title, opening or a bridge point names.

    A place that is only one of a list somewhere in the report is not where the report is from.
    """
    weight: Counter[str] = Counter()
    for name in find_places(title):
        weight[name] += 3
    for name in find_places(opening):
        weight[name] += 3
    for sentence in re.split(r"(?<=[.!?])\s+|\n+", body):
        names = find_places(sentence)
        if 0 < len(set(names)) < 3:
            for name in names:
                weight[name] += 2 if _BRIDGE.search(fold(sentence)) else 1
    return tuple(name for name, value in weight.most_common(4) if value >= 2)


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
