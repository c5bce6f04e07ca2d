"""Blocks → passages: runs of whole sentences within a token budget."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.documents import Block, Document, Passage, Span, content_id
from ingest.text.language import passage_language
from ingest.text.periods import distinct, find_periods
from ingest.text.places import find_places
from ingest.text.words import denies

if TYPE_CHECKING:
    import tiktoken

PASSAGE_TOKENS = 200
"""Default budget of a passage (tiktoken, o200k_base). A single longer sentence is a passage of its own."""

HARD_SENTENCE = 4000
"""Code points after which a "sentence" without an end (a table dumped as text) is cut at a space, so that
one bad line cannot make a passage of a megabyte."""


def split(document: Document, budget: int = PASSAGE_TOKENS) -> list[Passage]:
    """The document's passages, in order. Sentences are never cut; furniture and headings separate
    passages and are in none."""
    return [passage for passage, _ in split_counted(document, budget)]


def split_counted(document: Document, budget: int = PASSAGE_TOKENS) -> list[tuple[Passage, int]]:
    """As `split`, each passage with its sentences' tokens."""
    passages: list[tuple[Passage, int]] = []
    for section, sentences in _sections(document):
        for run, tokens in _runs(document.text, sentences, budget):
            start, end = run[0].start, run[-1].end
            text = document.text[start:end]
            heading = _heading(document, section, text)
            passage = Passage(
                id=content_id("p", document.id, str(start), str(end)),
                document_id=document.id,
                ordinal=len(passages),
                start=start,
                end=end,
                text=text,
                sentences=tuple(piece for span in run for piece in clauses(document.text, span)),
                heading=heading,
                language=passage_language(text, document.description.language),
                periods=distinct(find_periods(text)),
                places=tuple(dict.fromkeys(find_places(text))),
            )
            passages.append((passage, tokens))
    return passages


def split_sentences(text: str, language: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Spans of the sentences in `text[start:end]`, without the spaces around them.

    Boundaries are sentencex's; a clause before a semicolon or a bullet stays with its sentence.
    """
    import sentencex

    end = len(text) if end is None else end
    spans: list[Span] = []
    # Line breaks inside a wrapped paragraph are spaces to a reader, and the same length.
    window = text[start:end].replace("\n", " ")
    for boundary in sentencex.get_sentence_boundaries(language, window):
        spans += _bounded(text, start + boundary["start_index"], start + boundary["end_index"])
    return _join_fragments(text, spans)


def _bounded(text: str, start: int, end: int) -> Iterator[Span]:
    """The span without outer spaces; one over HARD_SENTENCE in pieces cut at a space."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > HARD_SENTENCE:
        cut = text.rfind(" ", start + HARD_SENTENCE // 2, start + HARD_SENTENCE)
        cut = cut if cut > start else start + HARD_SENTENCE
        yield Span(start, cut)
        start = cut
        while start < end and text[start].isspace():
            start += 1
    if start < end:
        yield Span(start, end)


LONG_SENTENCE = 400
"""Code points over which a sentence is read clause by clause: reports put a year's results into one sentence of
fifteen hundred, which is near to no question about any of them."""


def clauses(text: str, sentence: Span) -> list[Span]:
    """A long sentence's clauses, cut after semicolons; any other sentence whole, and one whose opening denies
    something: "did not do any of these: …; …" must not lose its "not". Clauses cover the sentence's words."""
    if len(sentence) <= LONG_SENTENCE or denies(re.split(r"[;:]\s", text[sentence.start : sentence.end])[0]):
        return [sentence]
    spans, start = [], sentence.start
    for match in re.finditer(r";\s+", text[sentence.start : sentence.end]):
        end = sentence.start + match.start() + 1
        if end - start >= SHORT_CLAUSE and sentence.end - end >= SHORT_CLAUSE:
            spans.append(Span(start, end))
            start = sentence.start + match.end()
    return [*spans, Span(start, sentence.end)]


SHORT_CLAUSE = 60
"""Code points under which a clause stays with the next: "Phan Dinh Trac;" says nothing alone."""

_TITLE_ABBREVIATION = re.compile(
    r"(?<![\w.])(?:TP|Tp|TS|ThS|PGS|GS|Dr|Mr|Mrs|Ms|M|MM|Mme|St|No|Art|cf|Gen|Lt|Col|Sgt)\.$"
)


_MARKER = re.compile(r"\(?(?:\d{1,3}|[a-zđ]|[ivx]{1,5})[.)]", re.IGNORECASE)
"""The number of an item, which is no sentence: "1." of "1. Sweep the floor."."""


def _join_fragments(text: str, spans: list[Span]) -> list[Span]:
    """Put back together what is no sentence: after an abbreviation or an item's number, or a closing quote or bracket
    alone."""
    joined: list[Span] = []
    for span in spans:
        piece = text[span.start : span.end]
        short = bool(joined) and span.end - joined[-1].start <= HARD_SENTENCE
        if short and (
            _MARKER.fullmatch(text, joined[-1].start, joined[-1].end)
            or not any(char.isalnum() for char in piece)
            or _TITLE_ABBREVIATION.search(text, max(joined[-1].start, joined[-1].end - 8), joined[-1].end)
        ):
            joined[-1] = Span(joined[-1].start, span.end)
        else:
            joined.append(span)
    return joined


def _sections(document: Document) -> Iterator[tuple[str, list[Span]]]:
    """Sentences between one heading or piece of furniture and the next, under the last heading."""
    section, sentences = "", list[Span]()
    for block in document.blocks:
        if block.kind in ("heading", "furniture"):
            if sentences:
                yield section, sentences
                sentences = []
            if block.kind == "heading":
                section = document.text[block.start : block.end]
            continue
        sentences += _block_sentences(document, block)
    if sentences:
        yield section, sentences


def _block_sentences(document: Document, block: Block) -> list[Span]:
    if block.kind == "table":
        return list(_bounded(document.text, block.start, block.end))  # a row is a fact: its cells mean nothing apart
    return split_sentences(document.text, document.description.language, block.start, block.end)


def _runs(text: str, sentences: Sequence[Span], budget: int) -> Iterator[tuple[list[Span], int]]:
    """Sentences in runs of at most `budget` tokens, of nearly equal length; each with its tokens.

    Filling each run to the brim would leave a last one of a few words, which embeds badly; so the
    number of runs is fixed first and the tokens are shared out among them.
    """
    counts = [count_tokens(text[span.start : span.end]) for span in sentences]
    total = sum(counts)
    share = total / max(1, -(-total // budget))
    run: list[Span] = []
    used = 0
    for span, count in zip(sentences, counts, strict=True):
        if run and (used + count > budget or used + count / 2 > share):
            yield run, used
            run, used = [], 0
        run.append(span)
        used += count
    if run:
        yield run, used


def _heading(document: Document, section: str, text: str) -> str:
    """Title, section, period and place on one line: embedded with the passage, never quoted.

    A title that is only the passage's own opening words would be embedded twice; it is left out.
    """
    about = document.description
    title = "" if text.startswith(about.title.rstrip("…")) else about.title
    parts = [title, section if section != about.title else ""]
    parts += [about.period.label if about.period else "", ", ".join(about.places)]
    return " · ".join(part for part in parts if part)


def count_tokens(text: str) -> int:
    """Tokens of the text in o200k_base."""
    return len(_encoding().encode_ordinary(text))


@lru_cache(maxsize=1)
def _encoding() -> tiktoken.Encoding:
    """tiktoken's o200k_base from the copy LlamaIndex ships, so that nothing is fetched at run time."""
    spec = find_spec("llama_index")
    for place in (spec.submodule_search_locations or []) if spec else []:
        cache = Path(place) / "core" / "_static" / "tiktoken_cache"
        if cache.is_dir():
            os.environ.setdefault("TIKTOKEN_CACHE_DIR", str(cache))
    import tiktoken

    return tiktoken.get_encoding("o200k_base")
