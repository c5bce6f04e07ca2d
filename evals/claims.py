"""An answer as any system writes it → its claims: its sentences, each with the passages it cites."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.split import split_sentences
from ingest.text.language import detect_language

MARKER = re.compile(r"\s*\[\^?(\d{1,4}(?:\s*[,;–-]\s*\d{1,4})*)\]")
"""[1], [1][2], [1, 2], [1-3], [^1]: how systems write what they cite."""
MOST_CLAIMS = 200
"""Sentences of one answer that are judged; of a longer one the rest is counted, and in no figure."""
LONGEST_LINE = 200_000
"""Code points of one line that are read."""
_BULLET = re.compile(r"^\s*(?:[-*•–]|\d{1,2}[.)])\s+")
_FRAME = re.compile(r"\W*", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of an answer, without its markers, and the numbers it cites."""

    text: str
    cites: tuple[int, ...]


def claims_of(answer: str) -> list[Claim]:
    """Every sentence of an answer, in order; headings (a line that ends in a colon) and empty ones are none.

    A marker belongs to the sentence it follows, before or after its full stop. At most MOST_CLAIMS + 1 are read, so
    that a caller sees that there are more.
    """
    claims: list[Claim] = []
    for line in answer.split("\n"):
        if not line.strip():
            continue
        line = _BULLET.sub("", line)
        claims += _of_line(line)
        if len(claims) > MOST_CLAIMS:
            return claims[: MOST_CLAIMS + 1]
    return claims


def _of_line(line: str) -> list[Claim]:
    line = line[:LONGEST_LINE]
    plain, cited = _without_markers(line)
    found: list[Claim] = []
    sentences = split_sentences(plain, detect_language(plain)) if plain.strip() else []
    for number, span in enumerate(sentences):
        text = plain[span.start : span.end].strip()
        # a marker after the full stop stands where the next sentence begins, and belongs to the one before
        ends = sentences[number + 1].start if number + 1 < len(sentences) else len(plain)
        begins = span.start if number else -1
        numbers = [n for at, ns in cited if begins < at <= ends for n in ns]
        if text.endswith(":") or _FRAME.fullmatch(text):
            continue
        found.append(Claim(text, tuple(dict.fromkeys(numbers))))
    return found


def _without_markers(line: str) -> tuple[str, list[tuple[int, list[int]]]]:
    """The line without its markers, and where each stood in what is left, with the numbers it names."""
    plain, cited, last = "", [], 0
    for match in MARKER.finditer(line):
        plain += line[last : match.start()]
        cited.append((len(plain), _numbers(match[1])))
        last = match.end()
    return plain + line[last:], cited


def _numbers(written: str) -> list[int]:
    numbers: list[int] = []
    for part in re.split(r"[,;]", written):
        first, *rest = (int(number) for number in re.findall(r"\d+", part))
        numbers += range(first, min(rest[0], first + 50) + 1) if rest else [first]
    return numbers
