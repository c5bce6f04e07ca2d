"""A report, an assistant that quotes it, and what a browser would make of markup: for the tests of the page."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from html.parser import HTMLParser
from typing import Any

from assistant.answer import (
    Answer,
    Citation,
    CitationEvent,
    DocumentInfo,
    DoneEvent,
    Event,
    Statement,
    StatementEvent,
)
from assistant.page.turns import Turn, take
from assistant.page.words import WORDS
from ingest.errors import InputError

WORDS_EN = WORDS["en"]
QUOTE = "Hội đồng thành phố đã mở *hai trăm* hồ sơ 𝟚𝟘𝟚𝟜 <b>&amp; [x](javascript:alert(1))</b>."
TEXT = (
    "Báo cáo năm\n\n"
    + "Câu mở đầu của báo cáo. " * 40
    + QUOTE
    + " Câu sau đó.\n\n"
    + "Phần còn lại của báo cáo. " * 200
)
HOSTILE = '<script>document.title = "owned"</script><img src=x onerror=alert(1)>"\''
EXPLAINED: dict[str, Any] = {
    "text": "Bao nhiêu?", "language": "vi", "kind": "figure", "periods": ["2024"], "days": [], "places": ["Hòa Bình"],
    "people": [], "names": [], "national": False, "bodies": [], "words": ["ho", "so"], "parts": [],
    "readings": [{"text": "năm ngoái", "period": "2024", "why": ""}],
    "found": [
        {"side": "", "words": [], "passages": [
            {"source": "reports/hoa-binh.txt", "language": "vi", "relevance": 0.91, "sentence": QUOTE,
             "fits": {"period": "yes", "place": "not said", "name": "yes"}},
        ]},
    ],
}  # fmt: skip


def document(**changes: Any) -> DocumentInfo:
    known: dict[str, Any] = {
        "id": "d1",
        "title": "Năm 2024 tại Hòa Bình",
        "source": "reports/hoa-binh.txt",
        "url": "https://example.org/hoa-binh?a=1&b=2",
        "language": "vi",
        "published": "2025-01-05",
        "period": "2024",
        "places": ["Hòa Bình"],
        "passages": 3,
        "characters": len(TEXT),
        "text": TEXT,
    }
    return DocumentInfo(**{**known, **changes})


def citation(**changes: Any) -> Citation:
    start = TEXT.index(QUOTE)
    known: dict[str, Any] = {
        "n": 1,
        "document_id": "d1",
        "title": "Năm 2024 tại Hòa Bình",
        "source": "reports/hoa-binh.txt",
        "url": "https://example.org/hoa-binh?a=1&b=2",
        "language": "vi",
        "period": "2024",
        "page": 7,
        "quote": QUOTE,
        "start": start,
        "end": start + len(QUOTE),
    }
    return Citation(**{**known, **changes})


class FakeAssistant:
    """Quotes one sentence of one report; abstains about 2021; knows no question over 2,000 characters; is slow where it
    is asked to be."""

    def __init__(self) -> None:
        self.histories: list[Sequence[dict[str, str]]] = []
        self.filters: list[Mapping[str, Any] | None] = []
        self.reports = [document(text=None)]

    def can_answer(self, question: str) -> bool:
        return not self.ask(question).abstained

    def ask(self, question: str) -> Answer:
        return next(e.answer for e in self.stream(question) if isinstance(e, DoneEvent))

    def stream(
        self,
        question: str,
        history: Sequence[dict[str, str]] = (),
        filters: Mapping[str, Any] | None = None,
        *,
        explain: bool = False,
    ) -> Iterator[Event]:
        self.histories.append(history)
        self.filters.append(filters)
        if len(question) > 2000:
            raise InputError("A question may have at most 2,000 characters.")
        if "crash" in question:
            raise RuntimeError("secret detail")
        usage: dict[str, Any] = {"explained": EXPLAINED} if explain else {}
        told: dict[str, Any] = {"question": question, "language": "vi", "mode": "extractive", "usage": usage}
        if "2021" in question:
            yield DoneEvent(answer=Answer(answer="", abstained=True, reason="Only 2024 is covered.", **told))
            return
        statement = Statement(text=QUOTE, citations=[1], support=1.0)
        yield CitationEvent(citation=citation())
        yield StatementEvent(statement=statement)
        if "slow" in question:
            time.sleep(3)
        whole = Answer(answer=f"{QUOTE} [1]", statements=[statement], citations=[citation()], **told)
        yield DoneEvent(answer=whole.model_copy(update={"timings_ms": {"retrieve": 11.0, "total": 12.0}}))

    def documents(self) -> list[DocumentInfo]:
        return self.reports

    def document(self, document_id: str) -> DocumentInfo:
        if document_id != "d1":
            raise InputError(f"No report {document_id}.")
        return document()


class Seen(HTMLParser):
    """What a browser would make of markup: its elements, and the text of those that matter here."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.marked: list[str] = []
        self.text = ""
        self._in_mark = False
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "mark":
            self._in_mark = True
            self.marked.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "mark":
            self._in_mark = False

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._in_mark:
            self.marked[-1] += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def answered(question: str = "Bao nhiêu?", number: int = 1) -> Turn:
    turn = Turn(question)
    assistant = FakeAssistant()
    for _ in take(turn, number, assistant.stream(question, explain=True), assistant.document, WORDS_EN):
        pass
    return turn
