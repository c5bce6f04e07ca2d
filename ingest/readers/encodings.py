"""Which 8-bit encoding old text is in: Western (windows-1252) or one of Viet Nam's three.

Their bytes overlap in nearly every letter, so the words decide: what is Vietnamese reads as Vietnamese syllables in
the right encoding and as nothing in the others. Statistics over letters fail on a text of a few sentences.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from itertools import islice

_WORD = re.compile(rb"[A-Za-z\x80-\xff]{0,20}[\x80-\xff][A-Za-z\x80-\xff]{0,20}")
_SAMPLE = 20_000
"""How many words with a letter beyond ASCII are looked at."""

# TCVN 5712-3 ("ABC", the .VnTime fonts): its bytes in the order of its letters.
TCVN3 = dict(
    zip(
        bytes.fromhex(
            "a1a2a3a4a5a6a7 a8a9aaabacadae b5b6b7b8b9 bbbcbdbec6 c7c8c9cacb cccecfd0d1 d2d3d4d5d6 d7d8dcddde dfe1e2e3e4"
            "e5e6e7e8e9 eaebecedee eff1f2f3f4 f5f6f7f8f9 fafbfcfdfe"
        ),
        "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
        strict=True,
    )
)
# VNI writes a vowel and then a byte for its marks, as windows-1252 letters; a few letters are one byte.
VNI_SINGLE = {"ñ": "đ", "ô": "ơ", "ö": "ư", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}
VNI_SINGLE |= {byte.upper(): letter.upper() for byte, letter in VNI_SINGLE.items()}
VNI_MARKS = {
    "ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323", "â": "\u0302",
    "á": "\u0302\u0301", "à": "\u0302\u0300", "å": "\u0302\u0309", "ã": "\u0302\u0303", "ä": "\u0302\u0323",
    "ê": "\u0306", "é": "\u0306\u0301", "è": "\u0306\u0300",
    "ú": "\u0306\u0309", "ü": "\u0306\u0303", "ë": "\u0306\u0323",
}  # fmt: skip
_VNI = re.compile(rf"([aeouyôö])([{''.join(VNI_MARKS)}])|[{''.join(VNI_SINGLE)}]", re.IGNORECASE)


def western(data: bytes) -> str:
    return data.decode("cp1252", "replace")


def windows_vietnamese(data: bytes) -> str:
    return unicodedata.normalize("NFC", data.decode("cp1258", "replace"))


def tcvn3(data: bytes) -> str:
    return "".join(TCVN3.get(byte) or chr(byte) for byte in data)


def vni(data: bytes) -> str:
    def letter(match: re.Match[str]) -> str:
        if not match[1]:
            return VNI_SINGLE[match[0]]
        vowel = VNI_SINGLE.get(match[1], match[1])
        return unicodedata.normalize("NFC", vowel + VNI_MARKS[match[2].lower()])

    return _VNI.sub(letter, western(data))


Decoder = Callable[[bytes], str]


def vietnamese(data: bytes) -> Decoder | None:
    """The decoder of Vietnamese text in an old encoding; None for text that is not that."""
    words = _words(data)
    best: tuple[float, Decoder | None] = (0.8, None)
    for decoder in (windows_vietnamese, tcvn3, vni):
        # What reads the same either way is no evidence: French letters lie where they do in windows-1252.
        told = [reading for word in words if (reading := decoder(word)) != western(word)]
        syllables = [word for word in told if _is_syllable(word)]
        marked = sum(any(char not in _WESTERN for char in word) for word in syllables)
        if marked >= 2 and (share := len(syllables) / len(told)) > best[0]:
            best = (share, decoder)
    return best[1]


def is_western(data: bytes) -> bool:
    """Whether text reads as a Western European language would in windows-1252."""
    words = [western(word) for word in _words(data)]
    letters = sum(char.isalpha() for word in words for char in word)
    beyond = [char for word in words for char in word if ord(char) > 127]
    odd = sum(len(_ODD.findall(word)) for word in words) + sum(char == "\ufffd" for char in beyond)
    return odd <= 0.2 * len(beyond) and sum(char.isalpha() for char in beyond) <= max(3, 0.5 * letters)


# Inside a word no Western language has a capital, nor a sign that is not an apostrophe, a dash or a soft hyphen.
_ODD = re.compile(r"(?<=[a-zà-öø-ÿ])[À-ÖØ-ÞŠŽŸ]|(?<=[^\W\d_])[^\x00-\x7f\w’‘–—…\xa0\xad·](?=[^\W\d_])|(?<=\w)‚")
_WESTERN = frozenset(bytes(range(256)).decode("cp1252", "replace"))


def _words(data: bytes) -> list[bytes]:
    return list({match.group(): None for match in islice(_WORD.finditer(data), _SAMPLE)})


# The syllables of Vietnamese, without their tone.
_ONSET = r"(?:ngh?|nh|gh|gi|qu|[kct]h|tr|ph|[bcdđghklmnpqrstvx])?"
_CLOSED = r"(?:iê|yê|uô|ươ|oa|oă|oe|uê|uâ|uyê|uy|[aăâeêioôơuưy])(?:ch|n[gh]|[ckmnpt])"
_OPEN = (
    r"(?:[iy]a|ua|ưa|uơ|uya|oa[iyo]?|oeo?|uê|uy[au]?|uây|a[iouy]|â[uy]|eo|êu|iu|[iy]êu|[oôơuư]i|uôi|ươ[iu]|ưu"
    r"|[aeêioôơuưy])"
)
_SYLLABLE = re.compile(rf"{_ONSET}(?:{_CLOSED}|{_OPEN})")
_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")


def _is_syllable(word: str) -> bool:
    """Whether a word is shaped like a Vietnamese syllable with one tone at most."""
    parted = unicodedata.normalize("NFD", word.lower().strip("’‘“”–—…«»\xa0"))
    tones = _TONES.findall(parted)
    bare = unicodedata.normalize("NFC", _TONES.sub("", parted))
    stopped = re.search(r"(?:ch|[ckpt])$", bare)  # before a stop only two tones are spoken
    return (
        len(tones) <= 1
        and not (stopped and tones and tones[0] not in "\u0301\u0323")
        and bool(_SYLLABLE.fullmatch(bare))
    )
