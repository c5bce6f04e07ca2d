"""The page as a reader has it, in a real browser: asking, following citations, coming back, and no mouse."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import (
    AXE,
    PHONE,
    ask,
    barriers,
    browsing,
    click,
    content_of,
    in_view,
    needed,
    serving_page,
    settled,
    text_of,
    until,
    wait_for,
)
from browser import press as pressed
from page_parts import HOSTILE, QUOTE, TEXT, WORDS_EN, FakeAssistant

from assistant.kept import Kept
from assistant.page.words import WORDS
from assistant.verdicts import Verdicts

pytest_plugins = ["reader"]
pytestmark = pytest.mark.browser


def page_over(assistant: FakeAssistant, folder: Path, **more: Any) -> Any:
    from fastapi import FastAPI

    from assistant.page import mount_page

    kept, verdicts = Kept(folder / "conversations"), Verdicts(folder / "verdicts.jsonl")
    return mount_page(FastAPI(), assistant, kept, verdicts, **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data directory of the page, which has its conversations and verdicts."""
    return tmp_path_factory.mktemp("page")


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    needed()
    with serving_page(page_over(FakeAssistant(), folder)) as served:
        yield served


def test_a_reader_asks_and_follows_the_citations(browser: Any, address: str) -> None:
    # The query must survive: the page has a <base>, and a bare "#p-1-1" would leave for another address.
    browser.get(f"{address}?from=mail")
    wait_for(browser, "#messages button.example")
    ask(browser, f"Bao nhiêu hồ sơ? {HOSTILE}", answers=1)
    assert content_of(browser, ".asked") == f"Bao nhiêu hồ sơ? {HOSTILE}"

    ask(browser, "And in 2021?", answers=2)
    assert "Only 2024 is covered." in text_of(browser, ".abstained")
    assert not wait_for(browser, "#p-1-1 mark")[0].is_displayed(), "only the latest answer's evidence is open"

    click(browser, "a.cite")
    (mark,) = wait_for(browser, "#p-1-1 blockquote mark")
    assert in_view(browser, "#p-1-1 blockquote mark")
    assert mark.get_property("textContent") == QUOTE
    assert browser.execute_script("return document.querySelector('.passage:target').id") == "p-1-1"
    assert browser.switch_to.active_element.get_attribute("id") == "p-1-1"
    assert "page 7" in content_of(browser, "#p-1-1 .facts")

    click(browser, "#p-1-1 details.document summary")
    (mark,) = wait_for(browser, "#p-1-1 .document-text mark")
    assert mark.get_property("textContent") == QUOTE
    browser.execute_script("arguments[0].closest('.document-text').scrollIntoView({block: 'end'})", mark)
    assert in_view(browser, "#p-1-1 .document-text mark")
    assert content_of(browser, "#p-1-1 .document-text") == TEXT

    ask(browser, "crash", answers=3)
    assert text_of(browser, "#messages .note") == WORDS_EN["failed"]
    assert "secret detail" not in browser.page_source

    click(browser, "[role=tab]", 1)
    assert "Hòa Bình" in text_of(browser, "#reports tbody tr")
    assert browser.title == "Danchung"


def test_an_answer_says_how_it_was_made(browser: Any) -> None:
    ask(browser, "Bao nhiêu?", answers=1)
    assert not wait_for(browser, ".why dl")[0].is_displayed()
    click(browser, ".why summary")
    assert "a figure" in text_of(browser, ".why dl")
    assert "91 % likely" in text_of(browser, ".why dl")


def test_a_question_is_asked_again_and_otherwise(browser: Any, folder: Path) -> None:
    ask(browser, "First?", answers=1)
    ask(browser, "Second?", answers=2)
    click(browser, ".act.retry")
    until(browser, "document.querySelectorAll('#messages .acts').length === 2")
    assert [e.text for e in wait_for(browser, ".asked", 2)] == ["First?", "Second?"]

    click(browser, ".act.edit")
    assert text_of(browser, "#editing").startswith(WORDS_EN["editing"])
    ask(browser, " In 2021?", answers=1)
    until(browser, "document.querySelectorAll('.asked').length === 1")
    assert content_of(browser, ".asked") == "First? In 2021?"
    until(browser, "document.querySelector('.abstained')")
    assert not browser.find_elements("css selector", "#editing")

    kept = Kept(folder / "conversations").get(conversation(browser), "anyone")
    assert kept
    assert [answer.question for answer in kept.answers] == ["First? In 2021?"]


def test_a_running_answer_is_stopped(browser: Any) -> None:
    from selenium.webdriver.common.keys import Keys

    wait_for(browser, "#question textarea")[0].send_keys("slow?" + Keys.ENTER)
    wait_for(browser, ".statement")
    click(browser, "#stop")
    assert text_of(browser, "#messages .note") == WORDS_EN["stopped"]
    assert content_of(browser, ".statement .cites") == "[1]"


def test_an_answer_is_copied_with_its_sources(browser: Any, address: str) -> None:
    origin = address.rstrip("/")
    for state in ("granted", "denied"):
        given = {"permission": {"name": "clipboard-write"}, "setting": state, "origin": origin}
        browser.execute_cdp_cmd("Browser.setPermission", given)
    browser.execute_cdp_cmd(
        "Browser.setPermission", {"permission": {"name": "clipboard-read"}, "setting": "granted", "origin": origin}
    )
    ask(browser, "Bao nhiêu?", answers=1)
    for setting in ("granted", "denied"):  # denied: the older way, which a page without TLS has only
        given = {"permission": {"name": "clipboard-write"}, "setting": setting, "origin": origin}
        browser.execute_cdp_cmd("Browser.setPermission", given)
        click(browser, ".act.copy")
        until(browser, "document.querySelector('.act.copy.done')")
        assert text_of(browser, ".act.copy") == WORDS_EN["copied"]
        copied = browser.execute_async_script(
            "const done = arguments[0]; navigator.clipboard.readText().then(done, e => done(String(e)))"
        )
        assert copied.startswith(f"Bao nhiêu?\n\n{QUOTE} [1]\n\nSources\n[1] Năm 2024 tại Hòa Bình")
        until(browser, "!document.querySelector('.act.copy.done')")


def test_a_verdict_is_kept_and_taken_back(browser: Any, folder: Path) -> None:
    ask(browser, "Bao nhiêu?", answers=1)
    for selector, given in ((".helpful", "up"), (".unhelpful", "down"), (".unhelpful", None), (".helpful", "up")):
        click(browser, f".act{selector}")
        until(browser, f"document.querySelector('.act{selector}').ariaPressed === '{str(bool(given)).lower()}'")
    lines = (folder / "verdicts.jsonl").read_text(encoding="utf-8").splitlines()
    verdicts = [json.loads(line)["verdict"] for line in lines if conversation(browser) in line]
    assert verdicts == ["up", "down", None, "up"]
    browser.refresh()
    wait_for(browser, "#messages .acts")
    until(browser, "document.querySelector('.act.helpful').ariaPressed === 'true'")


def test_a_conversation_comes_back(browser: Any) -> None:
    ask(browser, f"Earlier? {HOSTILE}", answers=1)
    ask(browser, "And then?", answers=2)
    earlier = conversation(browser)
    wait_for(browser, "#question textarea")[0].send_keys("half a que")
    browser.refresh()
    wait_for(browser, "#messages .acts", 2)
    assert conversation(browser) == earlier
    assert wait_for(browser, "#question textarea")[0].get_property("value") == "half a que"
    click(browser, "a.cite")
    assert in_view(browser, "#p-1-1 blockquote mark")

    click(browser, "#restart")
    until(browser, "!document.querySelector('.asked')")
    assert "c=" not in browser.current_url
    ask(browser, "Another?", answers=1)
    assert conversation(browser) != earlier

    click(browser, "#earlier-open")
    item = f"#earlier li[data-id='{earlier}']"
    assert HOSTILE in content_of(browser, f"{item} .title")
    click(browser, f"{item} .reopen")
    wait_for(browser, "#messages .acts", 2)
    until(browser, "location.search.includes(arguments[0])", earlier)

    click(browser, "#earlier-open")
    click(browser, f"{item} .forget")
    assert text_of(browser, f"{item} .forget") == WORDS_EN["delete_sure"]
    click(browser, f"{item} .forget")
    until(browser, "!document.querySelector(arguments[0])", item)
    until(browser, "!document.querySelector('.asked')")
    assert "c=" not in browser.current_url


def test_a_conversation_that_is_gone_says_so(browser: Any, address: str) -> None:
    browser.get(f"{address}?c={'0' * 32}")
    assert text_of(browser, "#evidence .note") == WORDS_EN["conversation_gone"]


def test_the_page_changes_its_language_and_stays_so(browser: Any) -> None:
    ask(browser, "Bao nhiêu?", answers=1)
    for code in ("vi", "fr", "en"):
        click(browser, f"[data-language={code}]")
        until(browser, "document.querySelector('#ask')?.textContent.trim() === arguments[0]", WORDS[code]["ask"])
        wait_for(browser, "#messages .acts")
        until(browser, "document.documentElement.lang === arguments[0]", code)
        assert wait_for(browser, "#evidence-title")[0].get_property("textContent") == WORDS[code]["evidence"]
        assert WORDS[code]["extractive"] in content_of(browser, ".why summary")
    browser.delete_all_cookies()


def test_a_reader_without_a_mouse(browser: Any) -> None:
    from selenium.webdriver.common.keys import Keys

    def press(*keys: str) -> Any:
        return pressed(browser, *keys)

    ask(browser, "One?", answers=1)
    ask(browser, "Two?", answers=2)
    assert press(Keys.ALT, Keys.ARROW_DOWN).get_attribute("id") == "p-2-1"
    assert press(Keys.ALT, Keys.ARROW_DOWN).get_attribute("id") == "p-1-1"
    assert press(Keys.ALT, Keys.ARROW_UP).get_attribute("id") == "p-2-1"
    assert press(Keys.ESCAPE).get_attribute("hash") == "#p-2-1"
    press(Keys.ENTER)
    assert browser.switch_to.active_element.get_attribute("id") == "p-2-1"

    # Everything that can be clicked is reached with Tab, and is seen where it is.
    browser.execute_script("document.activeElement.blur(); document.querySelector('#heading').scrollIntoView()")
    reached = set()
    for _ in range(60):
        focused = press(Keys.TAB)
        if focused.tag_name == "body":  # past the last: from here the browser's own buttons would follow
            continue
        name = browser.execute_script(
            "const e = arguments[0], s = getComputedStyle(e); e.scrollIntoView({block: 'nearest'});"
            "return [e.id || e.className || e.tagName, s.outlineStyle !== 'none' || e.matches('textarea, article')]",
            focused,
        )
        assert name[1], f"the focus cannot be seen on {name[0]}"
        reached |= set(str(name[0]).split())
    assert {
        "cite",
        "edit",
        "copy",
        "retry",
        "helpful",
        "unhelpful",
        "ask",
        "restart",
        "earlier-open",
        "step",
    } <= reached


def test_on_a_phone_the_evidence_is_below(tmp_path: Path, address: str) -> None:
    with browsing(tmp_path, size=PHONE) as browser:
        browser.get(address)
        settled(browser)
        ask(browser, "Bao nhiêu?", answers=1)
        assert browser.execute_script("return document.documentElement.scrollWidth <= innerWidth"), "scrolls sideways"
        click(browser, "a.cite")
        assert in_view(browser, "#p-1-1 blockquote mark")
        click(browser, "#p-1-1 a.back")
        assert in_view(browser, "a.cite")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_no_state_of_the_page_shuts_a_reader_out(tmp_path: Path, address: str, dark: bool) -> None:
    if not AXE.exists():
        pytest.fail(f"{AXE} is missing: make test") if os.environ.get("CI") else pytest.skip(f"no {AXE}: make test")
    with browsing(tmp_path, dark=dark) as browser:
        browser.get(address)
        settled(browser)
        wait_for(browser, "#messages button.example")
        assert barriers(browser) == []
        ask(browser, "Bao nhiêu?", answers=1)
        click(browser, ".why summary")
        click(browser, "a.cite")
        click(browser, "#p-1-1 details.document summary")
        wait_for(browser, "#p-1-1 .document-text mark")
        click(browser, ".act.helpful")
        until(browser, "document.querySelector('.act.helpful').ariaPressed === 'true'")
        assert barriers(browser) == []
        ask(browser, "And in 2021?", answers=2)
        ask(browser, "crash", answers=3)
        click(browser, ".act.edit")
        assert barriers(browser) == []
        click(browser, "#earlier-open")
        wait_for(browser, "#earlier li")
        assert barriers(browser) == []


def test_an_empty_library_says_what_to_do(tmp_path: Path) -> None:
    needed()
    assistant = FakeAssistant()
    assistant.reports = []
    with serving_page(page_over(assistant, tmp_path)) as address, browsing(tmp_path) as browser:
        browser.get(address)
        wait_for(browser, "#messages .empty")
        assert "danchung ingest FOLDER" in text_of(browser, "#messages .empty")


def test_a_server_that_goes_and_comes_back(tmp_path: Path) -> None:
    """The reader is told, and finds the conversation and the half-typed question as they were."""
    needed()
    with browsing(tmp_path) as browser:
        with serving_page(page_over(FakeAssistant(), tmp_path)) as address:
            port = int(address.rstrip("/").rsplit(":", 1)[1])
            browser.get(address)
            settled(browser)
            ask(browser, "Bao nhiêu?", answers=1)
            wait_for(browser, "#question textarea")[0].send_keys("half a que")
            # The tick of the watch is long; the window's focus makes it look at once.
            browser.execute_script("dispatchEvent(new Event('focus'))")
        browser.execute_script("dispatchEvent(new Event('focus'))")
        until(browser, "document.querySelector('#notice')?.textContent.includes(arguments[0])", WORDS_EN["away"])
        with serving_page(page_over(FakeAssistant(), tmp_path), port):
            until(browser, "document.querySelector('#notice')?.textContent === arguments[0]", WORDS_EN["restarted"])
            wait_for(browser, "#messages .acts")
            assert wait_for(browser, "#question textarea")[0].get_property("value") == "half a que"
            browser.execute_script("document.querySelector('#question textarea').select()")
            ask(browser, "And now?", answers=2)


def test_a_login_that_ended_asks_for_another(tmp_path: Path) -> None:
    """Each reader's conversations are their own, and one whose login has ended is told so, with nothing lost."""
    needed()
    app = page_over(FakeAssistant(), tmp_path, login=lambda _, key: key == "key")
    with serving_page(app) as address, browsing(tmp_path) as browser:

        def log_in(name: str) -> None:
            for field, value in zip(wait_for(browser, "input", 2), (name, "key"), strict=False):
                field.send_keys(value)
            click(browser, "button")
            settled(browser)

        browser.get(address)
        log_in("lan")
        ask(browser, "Whose?", answers=1)
        click(browser, ".act.helpful")
        until(browser, "document.querySelector('.act.helpful').ariaPressed === 'true'")
        of_lan = conversation(browser)
        assert Kept(tmp_path / "conversations").get(of_lan, "lan")
        browser.delete_all_cookies()
        browser.execute_script("dispatchEvent(new Event('focus'))")
        until(browser, "document.querySelector('#notice')?.textContent.includes(arguments[0])", WORDS_EN["login_ended"])
        click(browser, "#notice button")
        log_in("minh")
        assert text_of(browser, "#evidence .note") == WORDS_EN["conversation_gone"]
        click(browser, "#earlier-open")
        until(browser, "document.querySelector('#earlier .quiet')")
        assert "Whose?" not in browser.page_source


def conversation(browser: Any) -> str:
    """The id in the address, once it is there."""
    until(browser, "new URLSearchParams(location.search).get('c')")
    return str(browser.execute_script("return new URLSearchParams(location.search).get('c')"))
