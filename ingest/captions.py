"""Captions and bylines: lines that are furniture by what they say of a picture or a writer.

Patterns read folded text (lower case, no accents), but for names, whose capitals count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ingest.text.words import fold_aligned

# "anh" is also "Mr" in Vietnamese, and "photo" a word like any: a colon or a dash or bracket before makes it a credit.
_PICTURE = r"(?:photo|screenshot|image|illustration|capture(?: d['’]ecran)?|cliche)"
_CREDIT = re.compile(
    rf"(?:[(\[]\s*|\s[–—-]\s*){_PICTURE}\b[^.]{{0,60}}[)\]]?\.?$"
    rf"|(?:[(\[–—-]\s*|[.!?…]\s+)(?:{_PICTURE}|anh|credit photo)\b\s*:.{{0,60}}$"
    r"|[.!?…]\s+(?:photo|image)\s+(?:by|courtesy|de|credit)\b.{0,60}$"
    rf"|[(\[](?:{_PICTURE}|anh)[^)\]]*[)\]]\.?$"
    r"|\banh \d\d?(?=[a-z])|\breuters/[\w ./]{2,40}$"  # "ảnh 1Delegates at …": a number and a caption run together
    r"|\([^()/]{2,40}/(?:reuters|afp|ap|epa|getty images|xinhua|vna|ttxvn|cvn|vgp)[^()]{0,30}\)\.?$"
)
_HINTS = ("photo", "anh", "(", "/", "image", "screenshot", "illustration", "capture", "cliche")
# "X (left) and Y (standing) at …": who is where in a picture.
_WHERE = re.compile(
    r"\((?:left|right|cent(?:er|re)|(?:\w+ )?from (?:the )?(?:left|right)|standing|seated|debout|assise?|au centre"
    r"|a gauche|a droite|(?:\w+ )?a partir de la (?:gauche|droite)|dung giua|ngoi giua|giua"
    r"|(?:thu \w+ )?(?:tu |ben |ngoai cung )?(?:trai|phai)(?: sang| qua)?)\)"
)
_MEETING = (
    r"(?:conference|meeting|session|congress|ceremony|workshop|seminar|event|hall|room|bridge|venue"
    r"|reunion|seance|salle|pont|congres|ceremonie|hoi nghi|hoi truong|diem cau|cuoc hop|phien hop|buoi lam viec"
    r"|ky hop|dai hoi|toa dam|hoi thao)"
)
_AT_MEETING = re.compile(rf"\b{_MEETING}\b")
# A caption without a credit names people and a place, and no fact: a verb makes it a sentence of the report.
_SCENE = re.compile(
    r"(?!.*\b(?:\w{3,}ed|said|heard|also|were|was|are|is|have|has|had|must|will|would|should|can|could|may|made|held"
    r"|took|gave|told|saw|found|put|set|led|met|spoke|wrote|chose|came|went|brought|left|sent|kept|began|who|to)\b)"
    r"(?:(?:conference |the |an? )?(?:delegates|participants|scene|(?:over)?view|panorama|leaders|attendees)"
    r"(?: of (?:\w+ ){1,4}?)?(?: (?:attend(?:ing)?|follow(?:ing)?|watch(?:ing)?|present))?"
    rf"(?: (?:at|in|from|of|during|inside))? (?:\w+ ){{0,4}}?{_MEETING}s?(?: (?:point|bridge|hall|room))*"
    r"(?: (?:at|in|of|from|on|for|between) [^.]{1,60})?|conference delegates)\W*"
    r"|(?!.*\b(?:ont|a|sont|est|etaient|etait|avaient|avait|seront|sera|doivent|devront|\w{3,}ent|qui)\b)"
    r"(?:vue|scene|(?:les|des) (?:delegues|participants))(?: generale| d['’]ensemble)?"
    r"(?: presents| assistant| reunis)? (?:en|au|aux|de|du|des|dans|lors|pendant|sur|depuis) (?:[\w'’]+ ){0,4}?"
    rf"(?:l['’])?{_MEETING}(?: (?:en|au|de|du|des|dans|pour|sur) [^.]{{1,60}})?\W*"
    r"|(?!.*\b(?:thao luan|cho rang|de nghi|kien nghi|thong nhat|da|phai|can|se|duoc|neu|danh gia|nhan manh|chi ra"
    r"|gop y|yeu cau|phan anh|tan thanh|bay to|quyet dinh|nhat tri|tham luan|bieu quyet|thong qua|de xuat|dong tinh"
    r"|khong|ung ho|khang dinh|mong|ghi nhan|hoan nghenh)\b)"
    rf"(?:quang canh|toan canh|(?:cac )?(?:dong chi )?dai bieu)(?: \w+){{0,4}}? {_MEETING}(?: [\w-]+){{0,8}}\W*"
    rf"|cac (?:dong chi|dai bieu)[^:;,.]{{0,60}} (?:tham )?du {_MEETING}\W*"
)
_SPEAKING = re.compile(
    rf"[^.!?;]{{8,}} (?:speaks|speaking|addresses|addressing)(?: at| during| to)? the (?:\w+ )?{_MEETING}\W*"
    rf"|[^.!?;]{{8,}} (?:prend la parole|s['’]exprime|intervient)[^.]{{0,20}} (?:la |le |a la )?{_MEETING}\W*"
    r"|(?!phat bieu)[^.!?;]{8,} (?:phat bieu|trao doi)(?: (?:chi dao|ket luan|khai mac|be mac|tham luan|y kien))*"
    rf" tai (?:\w+ ){{0,2}}{_MEETING}\W*"
)


def is_credited(line: str, folded: str) -> bool:
    """Whether a line is a caption that ends in its credit: "… (Photo: VNA)", "… - Ảnh: QH"."""
    if not any(word in folded for word in _HINTS):
        return False
    if _CREDIT.search(folded):
        return True
    where = _WHERE.search(folded)
    before = line[: where.start()].split() if where else []
    return bool(before) and before[-1][0].isupper() and not re.search(r"\d", folded)


def is_scene(line: str, folded: str) -> bool:
    """Whether a line shows who sits or speaks where: "Delegates at the conference.", "X speaks at the meeting"."""
    words = line.count(" ") + 1
    if words > 50 or re.search(r":\s*\d", folded) or not _AT_MEETING.search(folded):
        return False
    speaks = _SPEAKING.fullmatch(folded) is not None and not re.search(r"\d", folded)
    if words > 14:
        return speaks
    # Folded, "à" would be "a", which is "has".
    scene = fold_aligned(line.replace(" à ", " en ")) if "à" in line else folded
    return speaks or _SCENE.fullmatch(scene) is not None


# Here capitals count: "By N. Dao" and "Par la rédaction" sign, "By June" and "Par décret" do not.
_SIGNING = re.compile(
    r"(?:(?:By|BY|by|Par|PAR|PV|Posted by|(?:Written|Edited|Translated|Compiled) by)\s+|(?:Bài|Tin|Tác giả|Thực hiện"
    r"|Biên tập"
    r"|Người dịch|Người viết|By|Par|PV|Author|Auteur|Rédaction|Reporter|Words|Story|Texte|Translator"
    r"|Traduction)\s*:\s*)"
    r"(?P<names>\S.{0,100})"
)
_NAME_PART = re.compile(r"[^\W\d_][^\W\d_]*(?:[.’'+][^\W\d_]*)*")
_OFFICE = re.compile(
    r"(?:tm|kt|tl|tuq)\b|.*\b(?:truong|pho|chu tich|giam doc|bi thu|thu ky|chu tri|ky ten|chair\w*|president\w*"
    r"|treasurer|secretary|directors?|ministers?|inspectors?|rapporteur|signed|secretaire|direct(?:eur|rice)|ministre"
    r"|tresori\w+|signe|regards|sincerely|cordialement|salutations|tran trong|than men)\b"
)


def are_names(words: str) -> bool:
    """Whether words are one to three names, each initials or two to four capitalised words: "QH", "Manh Cuong"."""
    names = re.split(r"\s*(?:[,;/&–—-]| and | et | và )\s*", words.strip("()[]–—-/* "))
    return len(names) <= 3 and all(map(_is_name, names))


def _is_name(name: str) -> bool:
    parts = name.split()
    if len(parts) == 1:
        return len(name) <= 6 and name.isupper() and _NAME_PART.fullmatch(name) is not None
    return 1 < len(parts) <= 4 and all(part[0].isupper() and _NAME_PART.fullmatch(part) for part in parts)


def is_signed(line: str) -> bool:
    """Whether a line says who wrote: "By N. Dao", "Par la rédaction", "Tác giả: Lê An"."""
    match = _SIGNING.fullmatch(line)
    return match is not None and (match["names"].casefold() == "la rédaction" or are_names(match["names"]))


def is_office(folded: str) -> bool:
    """Whether a line says as what someone signs a letter or minutes: their names belong to it."""
    return len(folded) <= 60 and _OFFICE.match(folded) is not None


def is_repeated(line: str, others: Iterable[str]) -> bool:
    """Whether a paragraph holds the line as a sentence."""
    if len(line) > 150 or line.count(" ") < 7:
        return False
    for other in others:
        if len(other) > len(line) + 20 and (at := other.find(line)) >= 0:
            before, after = other[:at].rstrip(), other[at + len(line) :]
            return (not before or before[-1] in ".!?…") and after[:1] in ".!?…"
    return False
