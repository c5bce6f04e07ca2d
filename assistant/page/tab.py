"""What a tab of the page is, so that the page can be put together from tabs that do not know each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Protocol

import gradio as gr
from starlette.requests import cookie_parser

from assistant.answer import Answer, DocumentInfo, Event
from assistant.page.words import WORDS, Words, words_for
from ingest.errors import DanchungError

HIDDEN: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
"""Of events that are the page's own: no part of the API, no spinner over what is drawn."""


LANGUAGE_COOKIE = "danchung-language"


class Answerer(Protocol):
    """What the page needs of an assistant."""

    def ask(self, question: str) -> Answer: ...
    def can_answer(self, question: str) -> bool: ...
    def stream(
        self,
        question: str,
        history: Sequence[dict[str, str]] = ...,
        filters: Mapping[str, Any] | None = ...,
        *,
        explain: bool = ...,
    ) -> Iterator[Event]: ...
    def documents(self, filters: Mapping[str, Any] | None = ...) -> list[DocumentInfo]: ...
    def document(self, document_id: str) -> DocumentInfo: ...


@dataclass(frozen=True)
class Shared:
    """What the tabs of one reader share. It is made anew for each page that is built."""

    filters: gr.State
    """What the chat answers from: filters as `Assistant.ask` takes them; None or {} for the whole library. A tab that
    sets it has the chat show them, and take them away again."""


class Tab(Protocol):
    """One tab. `build` is called inside its `gr.Tab`, and returns the components whose words change with the reader's
    language, in the order in which `greet` gives their values."""

    name: str
    """The key of its label among the page's words, and its id. A tab of another package also has `labels`, by the
    code of the language."""

    def build(self, tab: gr.Tab, shared: Shared) -> list[Any]: ...

    def greet(self, words: Words) -> list[Any]: ...


def words_of(request: gr.Request) -> Words:
    """The page's words in the language chosen on it, else the first of the browser's that we speak."""
    chosen = cookie_parser(request.headers.get("cookie") or "").get(LANGUAGE_COOKIE)
    if chosen in WORDS:
        return WORDS[chosen]
    return words_for(request.headers.get("accept-language"))


def titles_of(assistant: Answerer, filters: Mapping[str, Any] | None) -> dict[str, str]:
    """The titles of the documents that filters name, by id; of those that are there."""
    ids = (filters or {}).get("document")
    try:
        return {document.id: document.title for document in assistant.documents({"document": ids})} if ids else {}
    except DanchungError:
        return {}


def resource(name: str) -> str:
    """A file that lies beside the page's modules."""
    return files("assistant.page").joinpath(name).read_text(encoding="utf-8")
