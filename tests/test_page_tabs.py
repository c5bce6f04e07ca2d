"""The figures and evaluation tabs in a real browser, what the chat is limited to, long conversations, a dead model."""

from __future__ import annotations

import csv
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import (
    AXE,
    ask,
    barriers,
    click,
    in_view,
    log_in,
    needed,
    open_tab,
    press,
    settled,
    text_of,
    until,
    wait_for,
)
from libraries import WordsEngine
from reader import at
from serving import listening
from test_evals_report import report

from assistant import Assistant
from assistant.api.guard import Access
from assistant.kept import MOST_TURNS, Kept
from assistant.keys import Keys, new_key
from assistant.model import Model
from assistant.page.words import WORDS
from assistant.server import build_app
from assistant.settings import ModelSettings
from evals.kept import Reports
from evals.serving.words import WORDS as EVALUATION_WORDS
from ingest.library import Library

pytest_plugins = ["reader"]
pytestmark = pytest.mark.browser

WORDS_EN = WORDS["en"]
HOSTILE = "<script>document.title='owned'</script><img src=x onerror=alert(1)>"
REPORTS = {
    "one.txt": "The office of Tuyen Quang reviewed 2023. In 2023 it settled 120 letters and opened 8 corruption cases. "
    "In 2022 the office settled 97 letters, of which none came twice.",
    "other.txt": "A newspaper on Tuyen Quang in 2023. In 2023 the office of Tuyen Quang settled 131 letters, it wrote.",
    "son-la.txt": "The office of Son La reviewed the first half of 2024. In the first half of 2024 it opened 14 "
    f"corruption cases {HOSTILE} against 21 defendants. The bridge of Son La was painted green by soldiers.",
}
SHIPS = "In 2022 the port handled 1,240 ships."
CLAIMS = [
    {"id": "right", "source": SHIPS, "claim": "The port handled 1,240 ships in 2022.", "label": 1},
    {"id": "wrong", "source": SHIPS, "claim": f"It handled 1,420 ships {HOSTILE}.", "label": 1},
]
"""The second is labelled as it should not be, so that a case fails."""
QUESTION, ANSWER = "Who painted the bridge of Son La?", "The bridge of Son La was painted green by soldiers."


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("tabs")
    (folder / "reports").mkdir()
    for name, text in REPORTS.items():
        (folder / "reports" / name).write_text(text, encoding="utf-8")
    sets = folder / "data/evaluations/data"
    sets.mkdir(parents=True)
    (sets / "claims.jsonl").write_text("".join(json.dumps(claim) + "\n" for claim in CLAIMS), encoding="utf-8")
    with Assistant(Library(folder / "data", WordsEngine())) as assistant:
        assistant.ingest(folder / "reports")
        yield assistant.library


@pytest.fixture(scope="module")
def address(library: Library) -> Iterator[str]:
    needed()
    with listening(build_app(Assistant(library))) as url:
        yield url


def all_text(browser: Any, selector: str) -> list[str]:
    """In one go: what is looked at may be drawn anew meanwhile."""
    script = "return [...document.querySelectorAll(arguments[0])].map((one) => one.textContent.trim())"
    return list(browser.execute_script(script, selector))


def choose(browser: Any, selector: str, value: str) -> None:
    """As a reader does in a list."""
    browser.execute_script(
        "const list = document.querySelector(arguments[0]); list.value = arguments[1];"
        "for (const kind of ['input', 'change']) list.dispatchEvent(new Event(kind, {bubbles: true}))",
        selector, value,
    )  # fmt: skip
    assert browser.execute_script("return document.querySelector(arguments[0]).value", selector) == value


VALUES = ".fig-listed tbody td.figure"


def listed(browser: Any, *values: str) -> None:
    """Wait until the table has just these."""
    script = f"[...document.querySelectorAll('{VALUES}')].map((one) => one.textContent.trim()).join() === arguments[0]"
    until(browser, script, ",".join(values))


# -- figures ---------------------------------------------------------------------------------------


def test_figures_are_filtered_and_lead_to_their_words(browser: Any, tmp_path: Path) -> None:
    open_tab(browser, "figures")
    listed(browser, "120", "8", "97", "131", "14", "21")
    assert "H1 2024" in all_text(browser, ".fig-listed tbody td")

    choose(browser, "[name=period]", "2023")
    listed(browser, "120", "8", "131")
    click(browser, "[name=conflicts]")
    listed(browser, "120", "131")
    differing = all_text(browser, ".fig-listed tr.differs .note")
    assert all(text.startswith(f"⚠ {WORDS_EN['fig_differs']}") for text in differing)
    assert "131" in differing[0]
    assert "120" in differing[1]

    browser.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(tmp_path)})
    click(browser, ".fig-csv")
    file, deadline = tmp_path / "figures.csv", time.monotonic() + 20
    while not file.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    lines = list(csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines()))
    assert [line["value"] for line in lines] == ["120", "131"], "what is shown is what is saved"

    click(browser, "[name=conflicts]")
    choose(browser, "[name=period]", "")
    choose(browser, "[name=place]", "Son La")
    listed(browser, "14", "21")
    assert HOSTILE in all_text(browser, ".fig-quote button")[0]
    choose(browser, "[name=place]", "")
    wait_for(browser, "[name=find]")[0].send_keys("defend")
    listed(browser, "21")
    click(browser, ".fig-quote button")
    assert HOSTILE in text_of(browser, ".fig-context[open] mark")
    assert not browser.find_elements("css selector", "#figures-tab script, #figures-tab img")
    assert browser.title == "Danchung"


def test_a_chart_leads_to_the_words_behind_each_point(browser: Any) -> None:
    open_tab(browser, "figures")
    wait_for(browser, ".fig-drawn a.point", 3)
    assert len(browser.find_elements("css selector", ".fig-drawn a.point.differs")) == 2
    assert WORDS_EN["fig_ring"] in all_text(browser, ".fig-about .quiet")
    browser.execute_script(
        "document.querySelector(\".point[aria-label^='2022']\").dispatchEvent(new MouseEvent('click', {bubbles: true}))"
    )
    assert (
        text_of(browser, ".fig-context[open] mark")
        == "In 2022 the office settled 97 letters, of which none came twice."
    )
    assert "one.txt" in text_of(browser, ".fig-context .facts")


# -- evaluation ------------------------------------------------------------------------------------

INSIDE = "document.querySelector('#evaluation .report').shadowRoot"


def test_an_evaluation_is_run_and_its_report_read(browser: Any) -> None:
    open_tab(browser, "evaluation")
    until(browser, "!document.querySelector('#evaluation .begin').hidden")
    until(browser, "document.querySelector('#evaluation .none').checkVisibility()")
    choose(browser, "#suite", "judge")
    choose(browser, "#data", "claims.jsonl")
    browser.execute_script(
        "window.progress = new Set(); new MutationObserver(() => window.progress.add("
        "document.querySelector('#how-far').textContent)).observe(document.querySelector('.going'), {subtree: true,"
        "childList: true, attributes: true, characterData: true})"
    )
    click(browser, "#run")
    until(browser, "!document.querySelector('.going').hidden")
    assert browser.execute_script("return document.querySelector('#run').disabled")
    until(browser, f"{INSIDE}?.querySelector('details.case')", seconds=180)
    until(browser, "document.querySelector('.going').hidden")
    told = browser.execute_script("return [...window.progress]")
    assert any(text.startswith("Starting") for text in told), "what it does before the first case is said"
    assert text_of(browser, "#which option").endswith("How good is the judge? 0.50")

    case = f"{INSIDE}.querySelector('details.case')"
    browser.execute_script(f"{case}.closest('details:not(.case)')?.setAttribute('open', '');"
                           f"{case}.querySelector('summary').click()")  # fmt: skip
    shown = browser.execute_script(f"return [{case}.open, {case}.innerText]")
    assert shown[0]
    assert HOSTILE in shown[1]
    assert SHIPS in shown[1]
    assert browser.execute_script(f"return {INSIDE}.querySelectorAll('script, img').length") == 0
    assert browser.title == "Danchung"


def test_evaluations_are_asked_for_again_once_the_server_answers(browser: Any) -> None:
    browser.execute_script(
        "window.real = window.fetch; window.fetch = (...given) => String(given[0]).includes('v1/evaluations')"
        " ? Promise.reject(new TypeError('away')) : window.real(...given)"
    )
    open_tab(browser, "evaluation")
    said = "document.querySelector('#went').textContent"
    until(browser, f"{said} === arguments[0]", EVALUATION_WORDS["en"]["no_server"])
    browser.execute_script("window.fetch = window.real")
    until(browser, f"{said} === ''", seconds=20)


def test_who_may_only_read_sees_reports_and_begins_nothing(shared_browser: Any, library: Library) -> None:
    key, entry = new_key("ana", "read")
    Reports(library.data_dir).keep(report(True, False))
    with listening(build_app(Assistant(library), access=Access(Keys(str(entry))))) as url:
        shared_browser.get(url)
        log_in(shared_browser, url, "ana", key)
        settled(shared_browser)
        open_tab(shared_browser, "evaluation")
        until(shared_browser, f"{INSIDE}?.querySelector('details.case')")
        assert wait_for(shared_browser, "#evaluation .only")[0].is_displayed()
        assert not shared_browser.find_element("css selector", "#run").is_displayed()
        shared_browser.delete_all_cookies()


# -- the chat --------------------------------------------------------------------------------------


def test_the_chat_says_what_it_is_limited_to(browser: Any) -> None:
    open_tab(browser, "library")
    wait_for(browser, "#reports tbody tr[data-id]", 3)
    assert all_text(browser, "#chosen") == [WORDS_EN["ask_how"]]
    browser.execute_script("document.querySelector('#reports tr[data-title^=\"A newspaper\"] input').click()")
    assert all_text(browser, "#chosen") == ["1 chosen"]
    title = browser.execute_script("return document.querySelector('#reports tr.is-chosen').dataset.title")
    click(browser, "#ask-these")
    until(browser, "document.querySelector('#scope b')?.textContent === arguments[0]", title)
    open_tab(browser, "chat")
    until(browser, "document.querySelector('#only')?.checkVisibility()")
    assert all_text(browser, "#only p") == [f"Only: {title}"], "by its title, not its id"
    ask(browser, QUESTION, 1)
    assert wait_for(browser, "#a-1 .abstained")

    click(browser, "#unfilter")
    until(browser, "!document.querySelector('#only')?.checkVisibility()")
    ask(browser, QUESTION, 2)
    assert ANSWER in all_text(browser, "#a-2 .statement")[0]
    open_tab(browser, "library")
    until(browser, "document.querySelector('#scope .quiet')")


def test_a_model_that_is_down_is_named_and_the_reports_quoted(shared_browser: Any, library: Library) -> None:
    model = Model(ModelSettings(name="small", base_url="http://127.0.0.1:9/v1", api_key="secret", timeout=2.0))
    with listening(build_app(Assistant(library, model))) as url:
        at(shared_browser, url)
        ask(shared_browser, QUESTION, 1)
        (note,) = all_text(shared_browser, ".answer .note")
        assert "127.0.0.1:9" in note
        assert "secret" not in note
        assert ANSWER in all_text(shared_browser, ".statement")[0]
        assert WORDS_EN["extractive"] in all_text(shared_browser, ".why summary")[0]


def test_a_conversation_as_long_as_may_be_is_opened_and_gone_on_with(browser: Any, library: Library) -> None:
    kept = Kept(library.data_dir / "conversations")
    conversation = kept.begin("anyone")
    answer = Assistant(library).ask(QUESTION)
    for number in range(1, MOST_TURNS):
        kept.add(conversation.id, "anyone", answer.model_copy(update={"question": f"Question {number}?"}))
    browser.get(f"{browser.current_url.split('?')[0]}?c={conversation.id}")
    wait_for(browser, "#messages .acts", MOST_TURNS - 1)
    ask(browser, QUESTION, MOST_TURNS)
    assert ANSWER in all_text(browser, f"#a-{MOST_TURNS} .statement")[0]
    ask(browser, "One more?", MOST_TURNS + 1)
    assert all_text(browser, f"#a-{MOST_TURNS + 1} .note") == [WORDS_EN["conversation_full"].format(n=MOST_TURNS)]

    browser.execute_script("document.querySelector('#a-3 a.cite').click()")  # of which the panel has no passage yet
    assert wait_for(browser, "#p-3-1 blockquote mark")[0].get_property("textContent") == ANSWER
    assert in_view(browser, "#p-3-1 blockquote mark")
    browser.execute_script("document.querySelector('#e-2').open = true")
    until(browser, "document.querySelector('#e-2 .passage') && document.querySelector('#e-2').dataset.copy")
    kept.remove(conversation.id, "anyone")


# -- nobody is shut out ----------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_tab_shuts_a_reader_out(browser: Any, library: Library, scheme: str) -> None:
    if not AXE.exists():
        pytest.fail(f"{AXE} is missing: make test") if os.environ.get("CI") else pytest.skip(f"no {AXE}: make test")
    Reports(library.data_dir).keep(report(True, False))
    liking = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": liking})
    browser.refresh()
    settled(browser)
    open_tab(browser, "library")
    click(browser, "#reports input[type=checkbox]")
    assert barriers(browser) == []
    click(browser, "#remove-chosen")
    wait_for(browser, "#confirm[open]")
    assert barriers(browser) == []
    click(browser, "#keep")

    open_tab(browser, "figures")
    wait_for(browser, ".fig-drawn a.point", 3)
    assert barriers(browser) == []
    click(browser, ".fig-quote button")
    wait_for(browser, ".fig-context[open] mark")
    assert barriers(browser) == []
    click(browser, ".fig-close")

    open_tab(browser, "evaluation")
    until(browser, f"{INSIDE}?.querySelector('details.case')")
    browser.execute_script(f"for (const one of {INSIDE}.querySelectorAll('details')) one.open = true")
    assert barriers(browser) == []
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_the_tabs_are_used_without_a_mouse(browser: Any) -> None:
    from selenium.webdriver.common.keys import Keys

    def walked(stop: str, most: int = 40) -> set[str]:
        """Tab on until the focus is on what matches; what was passed, each seen where it is."""
        passed: set[str] = set()
        for _ in range(most):
            focused = press(browser, Keys.TAB)
            name, seen, there = browser.execute_script(
                "const e = arguments[0], s = getComputedStyle(e); return [e.id || e.name || e.className.baseVal ||"
                "e.className, s.outlineStyle !== 'none' || e.matches('body'), e.matches(arguments[1])]", focused, stop,
            )  # fmt: skip
            assert seen, f"the focus cannot be seen on {name}"
            passed.add(str(name))
            if there:
                return passed
        raise AssertionError(f"{stop} is not reached; only {passed}")

    browser.execute_script("document.querySelector('[role=tab]').focus()")
    press(browser, Keys.TAB)
    press(browser, Keys.ENTER)
    wait_for(browser, "#reports tbody tr[data-id]", 3)
    passed = walked("#reports input[type=checkbox]")
    assert {"upload", "find", "by-language", "by-period", "by-place", "by-state"} <= passed
    press(browser, Keys.SPACE)
    until(browser, "!document.querySelector('#remove-chosen').hidden")
    walked(".remove")
    press(browser, Keys.ENTER)
    wait_for(browser, "#confirm[open]")
    assert browser.switch_to.active_element.get_attribute("id") == "keep", "Enter pressed twice removes nothing"
    press(browser, Keys.ESCAPE)
    until(browser, "!document.querySelector('#confirm[open]')")

    browser.execute_script("document.querySelector('[role=tab][aria-selected=true]').focus()")
    press(browser, Keys.TAB)
    press(browser, Keys.ENTER)
    wait_for(browser, ".fig-drawn a.point", 3)
    assert {"find", "period", "place", "conflicts", "fig-csv"} <= walked("a.point")
    for key in (Keys.SPACE, Keys.ENTER):
        press(browser, key)
        wait_for(browser, ".fig-context[open] mark")
        press(browser, Keys.ESCAPE)
        until(browser, "!document.querySelector('.fig-context[open]') && document.activeElement.matches('a.point')")
    walked("[data-sort='-value'], [data-sort=value]")
    press(browser, Keys.ENTER)
    until(browser, "document.querySelector('.fig-listed td.figure').textContent === '8'")
    assert browser.switch_to.active_element.get_attribute("data-sort") == "-value", "the focus stays where it was"

    browser.execute_script("document.querySelector('[role=tab][aria-selected=true]').focus()")
    press(browser, Keys.TAB)
    press(browser, Keys.ENTER)
    until(browser, "document.querySelector('#run')?.checkVisibility() && !document.querySelector('.own').hidden")
    assert {"suite", "data", "most"} <= walked("#run")
