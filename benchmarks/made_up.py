"""Made-up reports, as many as wanted: in three languages, with the turns, names and figures of real ones."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import product
from pathlib import Path

_SMALL = {
    "en": "the of and to in a for that on was by with as from at its were have which this had not be".split(),
    "fr": "de la le et les des en à du un que pour dans par sur avec est au qui une sont ne plus".split(),
    "vi": "và của các trong đã được cho với những về là có tại này theo đến khi không để từ một".split(),
}
_SYLLABLES = {
    "en": "con pro re in ver tion ment al ate per dis tri cor pol fin aud bud com mis over gen ress ing er".split(),
    "fr": "com mis sion ré pro vin ces enqu con trô les bud dé par tem ent ration tés veau jus tice lois".split(),
    "vi": "tham nhũng phòng chống kiểm tra giám sát vụ án thanh tỉnh ủy ban chỉ đạo công tác xử lý kết quả".split(),
}
_PLACES = "Nghe An, Dak Lak, Quang Tri, Hanoi, Son La, Can Tho, Lao Cai, Thanh Hoa, Dien Bien, Ca Mau".split(", ")
_NAMES = ("Tran Le Nguyen Pham Hoang Vo Dang Bui Do Ho".split(), "Van Thi Duc Thu Quoc Ngoc Minh Huu Xuan Kim".split(),
          "Minh Hoa Long Ha Bao Lan Son Thanh Cuong Hung".split())  # fmt: skip
_PEOPLE = [" ".join(name) for name in product(*_NAMES)]
WORDS = 6000


def write_reports(folder: Path, passages: int, seed: int = 0) -> int:
    """Text files of together about so many passages, fourteen each, in folders of 500; returns how many files."""
    rng = random.Random(seed)
    words = {language: _vocabulary(language, rng) for language in _SMALL}
    files = max(1, passages // 14)
    for number in range(files):
        file = folder / f"{number // 500:03d}" / f"report-{number:06d}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        language = rng.choices(("en", "fr", "vi"), (6, 3, 1))[0]
        file.write_text("\n\n".join(_paragraphs(language, words[language], rng)), encoding="utf-8")
    return files


def _vocabulary(language: str, rng: random.Random) -> list[str]:
    if language == "vi":  # words of one and two syllables, as they are
        return [" ".join(rng.choices(_SYLLABLES["vi"], k=rng.choice((1, 2)))) for _ in range(WORDS)]
    return ["".join(rng.choices(_SYLLABLES[language], k=rng.choice((2, 3, 4)))) for _ in range(WORDS)]


def _paragraphs(language: str, words: list[str], rng: random.Random) -> Iterator[str]:
    year, place = rng.randint(2019, 2025), rng.choice(_PLACES)
    yield f"{place} {year}: {_sentence(language, words, rng)[:60].rstrip(' .,')}"
    for _ in range(16):
        sentences = [_sentence(language, words, rng) for _ in range(rng.randint(2, 4))]
        if rng.random() < 0.2:
            sentences[0] = f"{rng.choice(_PEOPLE)}, {place}, {year}: {sentences[0]}"
        yield " ".join(sentences)
    yield f"Source: https://example.org/{rng.randint(1, 10**9)}"


def _sentence(language: str, words: list[str], rng: random.Random) -> str:
    count = rng.randint(14, 30) if language != "vi" else rng.randint(12, 22)
    chosen = [
        rng.choice(_SMALL[language]) if rng.random() < 0.45 else words[int(WORDS * rng.random() ** 2.5)]
        for _ in range(count)
    ]
    if rng.random() < 0.3:
        chosen.insert(rng.randrange(count), f"{rng.randint(2, 99_999):,}")
    text = " ".join(chosen)
    return text[0].upper() + text[1:] + "."
