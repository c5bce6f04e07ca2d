"""The words of the page, in the languages of its readers: a module a tab, each with its three languages.

Only the page's own words live here. What an answer says comes from the reports. A new tab's module is added to `TABS`.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType

from assistant.page.words import chat, figures, frame, library, why
from assistant.page.words.examples import example_questions

__all__ = ["ENGLISH", "WORDS", "Words", "example_questions", "words_for"]

Words = dict[str, str]

TABS: Sequence[ModuleType] = (frame, chat, why, library, figures)


def _joined(language: str) -> Words:
    words: Words = {}
    for tab in TABS:
        own: Words = getattr(tab, language)
        if twice := words.keys() & own.keys():
            raise ValueError(f"{tab.__name__} names {sorted(twice)}, which another tab names too")
        words |= own
    return words


ENGLISH = _joined("ENGLISH")
WORDS: dict[str, Words] = {"en": ENGLISH, "fr": _joined("FRENCH"), "vi": _joined("VIETNAMESE")}


def words_for(accept_language: str | None) -> Words:
    """The page's words in the first language of an Accept-Language header that we speak, else English."""
    wanted: list[tuple[float, str]] = []
    for part in (accept_language or "").split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            wanted.append((-float(weight or 1), tag[:2].lower()))
        except ValueError:
            continue
    # A stable sort: languages of equal weight stay in the order the browser lists them.
    for _, language in sorted(wanted, key=lambda pair: pair[0]):
        if language in WORDS:
            return WORDS[language]
    return ENGLISH
