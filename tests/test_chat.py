"""The chat page: what it draws is escaped and leads to the quoted words, and a browser agrees."""

from __future__ import annotations

import json
import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

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
from assistant.page import drawing as html
from assistant.page.turns import Turn, draw_messages, draw_panel, history_of, take
from assistant.page.words import WORDS, example_questions, words_for
from ingest.errors import InputError

WORDS_EN = WORDS["en"]
CHROMIUM, CHROMEDRIVER = Path("/usr/bin/chromium"), Path("/usr/bin/chromedriver")
QUOTE = "Hội đồng thành phố đã mở *hai trăm* hồ sơ 𝟚𝟘𝟚𝟜 <b>&amp; [x](javascript:alert(1))</b>."
TEXT = (
    "Báo cáo năm\n\n"
    + "Câu mở đầu của báo cáo. " * 40
    + QUOTE
    + " Câu sau đó.\n\n"
    + "Phần còn lại của báo cáo. " * 200
)
HOSTILE = '<script>document.title = "owned"</script><img src=x onerror=alert(1)>"\''


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
        "quote": QUOTE,
        "start": start,
        "end": start + len(QUOTE),
    }
    return Citation(**{**known, **changes})


class FakeAssistant:
    """Quotes one sentence of one report; abstains about 2021; knows no question over 2,000 characters."""

    def __init__(self) -> None:
        self.histories: list[Sequence[dict[str, str]]] = []

    def can_answer(self, question: str) -> bool:
        return not self.ask(question).abstained

    def ask(self, question: str) -> Answer:
        return next(e.answer for e in self.stream(question) if isinstance(e, DoneEvent))

    def stream(
        self, question: str, history: Sequence[dict[str, str]] = (), filters: Mapping[str, Any] | None = None
    ) -> Iterator[Event]:
        self.filters = filters
        self.histories.append(history)
        if len(question) > 2000:
            raise InputError("A question may have at most 2,000 characters.")
        if "crash" in question:
            raise RuntimeError("secret detail")
        told: dict[str, Any] = {"question": question, "language": "vi", "mode": "extractive"}
        if "2021" in question:
            yield DoneEvent(answer=Answer(answer="", abstained=True, reason="Only 2024 is covered.", **told))
            return
        statement = Statement(text=QUOTE, citations=[1], support=1.0)
        yield CitationEvent(citation=citation())
        yield StatementEvent(statement=statement)
        whole = Answer(answer=f"{QUOTE} [1]", statements=[statement], citations=[citation()], **told)
        yield DoneEvent(answer=whole.model_copy(update={"timings_ms": {"total": 12.0}}))

    def documents(self, filters: Mapping[str, Any] | None = None) -> list[DocumentInfo]:  # noqa: ARG002
        return [document(text=None)]

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


def answered(question: str = "Bao nhiêu?") -> Turn:
    turn = Turn(question)
    assistant = FakeAssistant()
    for _ in take(turn, 1, assistant.stream(question), assistant.document, WORDS_EN):
        pass
    return turn


# What is drawn


@pytest.mark.parametrize(
    "markup",
    [
        html.render_question(HOSTILE),
        html.render_statement(Statement(text=HOSTILE, citations=[1], support=1), 1, {1: HOSTILE}, WORDS_EN),
        html.render_passage(
            citation(title=HOSTILE, source=HOSTILE, quote=HOSTILE, language=HOSTILE, period=HOSTILE),
            document(places=[HOSTILE], published=HOSTILE),
            1,
            WORDS_EN,
        ),
        html.render_document(document(text=HOSTILE, language=HOSTILE), 2, 9),
        html.render_evidence(1, HOSTILE, [], latest=True),
        html.render_abstention(
            Answer(question="", answer=HOSTILE, reason=HOSTILE, language="en", mode="model"), WORDS_EN
        ),
        html.render_about(
            Answer(question="", answer="", language="en", mode="model", usage={"notice": HOSTILE}), WORDS_EN
        ),
        html.render_note(HOSTILE),
    ],
)
def test_other_peoples_text_never_becomes_markup(markup: str) -> None:
    seen = Seen(markup)
    assert not seen.all("script")
    assert not seen.all("img")
    assert not [name for _, attributes in seen.tags for name in attributes if name.startswith("on")]


def test_markdown_and_html_are_shown_as_they_were_written() -> None:
    statement = Statement(text=QUOTE, citations=[], support=1)
    assert QUOTE in Seen(html.render_statement(statement, 1, {}, WORDS_EN)).text


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "JAVASCRIPT:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)",
     "data:text/html,x", "file:///etc/passwd", "//example.org", "http://", "http://[x", "", None],
)  # fmt: skip
def test_only_web_addresses_become_links(url: str | None) -> None:
    assert html.safe_url(url) is None
    links = Seen(html.render_passage(citation(url=url), document(), 1, WORDS_EN)).all("a")
    assert links == []


def test_a_source_link_keeps_the_reader_and_the_address() -> None:
    (link,) = Seen(html.render_passage(citation(), document(), 1, WORDS_EN)).all("a")
    assert link["href"] == "https://example.org/hoa-binh?a=1&b=2"
    assert "noopener" in (link["rel"] or "")


def test_the_mark_is_exactly_the_quote() -> None:
    passage = Seen(html.render_passage(citation(), document(), 1, WORDS_EN))
    whole = Seen(html.render_document(document(), citation().start, citation().end))
    assert passage.marked == [QUOTE]
    assert whole.marked == [QUOTE]
    assert whole.text == TEXT
    assert "Câu mở đầu" in passage.text
    assert "Câu sau đó." in passage.text


def test_a_quote_from_a_report_that_has_changed_is_shown_alone() -> None:
    changed = document(text=f"New first line. {TEXT}")
    assert html.render_excerpt(citation(), changed) == html.render_excerpt(citation(), None)
    assert Seen(html.render_excerpt(citation(), changed)).text == QUOTE


def test_every_marker_leads_to_a_passage_of_its_own_answer() -> None:
    turns = [answered(), answered("Và nữa?")]
    turns[1] = Turn("Và nữa?")
    assistant = FakeAssistant()
    list(take(turns[1], 2, assistant.stream("Và nữa?"), assistant.document, WORDS_EN))
    messages = draw_messages(turns, WORDS_EN)
    links = [a["href"] for m in messages for a in Seen(m["content"]).all("a")]
    passages = [p["id"] for p in Seen(draw_panel(turns, WORDS_EN)).all("article")]
    assert links == ["#p-1-1", "#p-2-1"]
    assert passages == ["p-1-1", "p-2-1"]


def test_an_abstention_shows_its_reason_and_no_evidence() -> None:
    turn = answered("What happened in 2021?")
    said = Seen(draw_messages([turn], WORDS_EN)[1]["content"]).text
    panel = Seen(draw_panel([turn], WORDS_EN))
    assert "Only 2024 is covered." in said
    assert not panel.all("article")
    assert WORDS_EN["evidence_abstained"] in panel.text


def test_a_stopped_turn_takes_nothing_more() -> None:
    turn = Turn("Bao nhiêu?")
    assistant = FakeAssistant()
    events = take(turn, 1, assistant.stream(turn.question), assistant.document, WORDS_EN)
    next(events)
    turn.note = WORDS_EN["stopped"]
    assert list(events) == []
    assert turn.answer is None
    assert history_of([turn]) == []


def test_history_is_the_answered_turns() -> None:
    failed = Turn("crash", note="failed")
    assert history_of([answered(), failed]) == [
        {"role": "user", "content": "Bao nhiêu?"},
        {"role": "assistant", "content": f"{QUOTE} [1]"},
    ]


# The words of the page


def test_every_language_has_every_word_and_its_blanks() -> None:
    def blanks(text: str) -> set[str]:
        return {part.split("}")[0] for part in text.split("{")[1:]}

    for words in WORDS.values():
        assert words.keys() == WORDS_EN.keys()
        assert {k: blanks(v) for k, v in words.items()} == {k: blanks(v) for k, v in WORDS_EN.items()}


@pytest.mark.parametrize(
    ("header", "language"),
    [(None, "en"), ("", "en"), ("fr-CA,fr;q=0.9,en;q=0.8", "fr"), ("de,vi;q=0.5,en;q=0.4", "vi"),
     ("en;q=0.1,vi", "vi"), ("de", "en"), ("fr;q=oops", "en")],
)  # fmt: skip
def test_the_page_speaks_the_browsers_language(header: str | None, language: str) -> None:
    assert words_for(header) is WORDS[language]


def test_examples_fit_the_library() -> None:
    documents = [
        document(places=["Hanoi", "Hòa Bình"]),
        document(id="d2", period="2023", places=["Hanoi"], language="fr", title="Bilan"),
        document(id="d3", period="2023-H1", places=["Hanoi"], language="en", title="x" * 200),
    ]
    assert example_questions(documents, WORDS["vi"]) == [
        "“Năm 2024 tại Hòa Bình” nêu những gì?",
        "Năm 2024, Hòa Bình đã làm gì?",
        "2024 khác 2023 như thế nào?",
        "“Bilan” nêu những gì?",
    ]
    assert example_questions(documents, WORDS_EN)[1] == "What was done in Hòa Bình in 2024?"
    assert example_questions([], WORDS_EN) == []


# In a browser


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The page, served by a fake assistant on a free loopback port."""
    import uvicorn
    from fastapi import FastAPI

    from assistant.page import mount_page

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        listener.listen()
        app = mount_page(FastAPI(), FakeAssistant())
        server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        deadline = time.monotonic() + 30
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.05)
        assert server.started, "the page did not start"
        yield f"http://127.0.0.1:{port}/"
        server.should_exit = True
        thread.join(10)


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Any]:
    if not (CHROMIUM.exists() and CHROMEDRIVER.exists()):
        reason = f"{CHROMIUM} and {CHROMEDRIVER} are needed (Debian: chromium, chromium-driver)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for flag in (
        "headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-sync",
        "disable-background-networking", "disable-component-update", "window-size=1400,900",
        "accept-lang=en", f"user-data-dir={tmp_path / 'browser'}",
    ):  # fmt: skip
        options.add_argument(f"--{flag}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(str(CHROMEDRIVER)))
    try:
        yield driver
    finally:
        driver.quit()
        shutil.rmtree(tmp_path / "browser", ignore_errors=True)


def ask(browser: Any, question: str, answers: int) -> None:
    from selenium.webdriver.common.keys import Keys

    wait_for(browser, "#question textarea")[0].send_keys(question + Keys.ENTER)
    wait_for(browser, "#messages .about, #messages .note", answers)


def wait_for(browser: Any, selector: str, count: int = 1) -> list[Any]:
    from selenium.webdriver.common.by import By
    from selenium.webdriver.support.ui import WebDriverWait

    def enough(driver: Any) -> Any:
        found = driver.find_elements(By.CSS_SELECTOR, selector)
        return found if len(found) >= count else None

    found: list[Any] = WebDriverWait(browser, 20, poll_frequency=0.1).until(enough, f"waiting for {selector}")
    return found


def in_view(browser: Any, selector: str) -> bool:
    """Whether the element's middle can be seen: nothing scrolled it away or covers it."""
    script = """
        const element = document.querySelector(arguments[0]);
        const box = element.getClientRects()[0];
        const shown = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
        return element === shown || element.contains(shown);
    """
    deadline = time.monotonic() + 5  # the panel scrolls smoothly
    while not (seen := browser.execute_script(script, selector)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return bool(seen)


@pytest.mark.browser
def test_a_reader_asks_and_follows_the_citations(browser: Any, address: str) -> None:
    # The query must survive: the page has a <base>, and a bare "#p-1-1" would leave for another address.
    browser.get(f"{address}?from=mail")
    wait_for(browser, "#messages button.example")
    ask(browser, f"Bao nhiêu hồ sơ? {HOSTILE}", answers=1)
    assert HOSTILE in wait_for(browser, ".asked")[0].text

    ask(browser, "And in 2021?", answers=2)
    assert "Only 2024 is covered." in wait_for(browser, ".abstained")[0].text
    assert not wait_for(browser, "#p-1-1 mark")[0].is_displayed(), "only the latest answer's evidence is open"

    wait_for(browser, "a.cite")[0].click()
    (mark,) = wait_for(browser, "#p-1-1 blockquote mark")
    assert in_view(browser, "#p-1-1 blockquote mark")
    assert mark.get_property("textContent") == QUOTE
    assert browser.execute_script("return document.querySelector('.passage:target').id") == "p-1-1"
    assert browser.switch_to.active_element.get_attribute("id") == "p-1-1"

    wait_for(browser, "#p-1-1 details.document summary")[0].click()
    (mark,) = wait_for(browser, "#p-1-1 .document-text mark")
    assert mark.get_property("textContent") == QUOTE
    browser.execute_script("arguments[0].closest('.document-text').scrollIntoView({block: 'end'})", mark)
    assert in_view(browser, "#p-1-1 .document-text mark")
    whole = browser.execute_script("return document.querySelector('#p-1-1 .document-text').textContent")
    assert whole == TEXT

    ask(browser, "crash", answers=3)
    assert wait_for(browser, "#messages .note")[0].text == WORDS_EN["failed"]
    assert "secret detail" not in browser.page_source

    wait_for(browser, "[role=tab]")[1].click()
    assert "Hòa Bình" in wait_for(browser, "#reports tbody tr")[0].text

    assert browser.title == "Danchung"
    assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []
    assert requested_hosts(browser) == {"127.0.0.1"}


def requested_hosts(browser: Any) -> set[str | None]:
    """The hosts of every request over a network; the browser's own chrome: and data: pages are not."""
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    urls = [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]
    return {urlsplit(u).hostname for u in urls if urlsplit(u).scheme in ("http", "https", "ws", "wss")}
