"""A real browser at the page: how it is started, what it is made to do, and what is asked of what it shows."""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

CHROMIUM, CHROMEDRIVER = Path("/usr/bin/chromium"), Path("/usr/bin/chromedriver")
AXE = Path(sys.prefix) / "weights" / "axe_playwright_python" / "axe.min.js"
"""axe-core, where `make test` puts it: the package's other files want another browser than these tests do."""
WIDE, PHONE = (1400, 900), (390, 844)


def needed() -> None:
    """Skip where there is no browser; on CI that is a failure."""
    if CHROMIUM.exists() and CHROMEDRIVER.exists():
        return
    reason = f"{CHROMIUM} and {CHROMEDRIVER} are needed (Debian: chromium, chromium-driver)"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def browsing(folder: Path, language: str = "en", size: tuple[int, int] = WIDE, dark: bool = False) -> Iterator[Any]:
    """A browser whose profile is in `folder`, with a reader's language, window and liking for the dark."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for flag in (
        "headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-sync",
        "disable-background-networking", "disable-component-update", f"accept-lang={language}",
        f"user-data-dir={folder / 'browser'}",
    ):  # fmt: skip
        options.add_argument(f"--{flag}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(str(CHROMEDRIVER)))
    try:
        screen = {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": size == PHONE}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
        if dark:
            liking = [{"name": "prefers-color-scheme", "value": "dark"}]
            driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": liking})
        yield driver
    finally:
        driver.quit()


@contextmanager
def serving_page(app: Any, port: int = 0) -> Iterator[str]:
    """The address at which an app is served meanwhile, on a loopback port."""
    import uvicorn

    with socket.create_server(("127.0.0.1", port)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        deadline = time.monotonic() + 60
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.05)
        assert server.started, "the page did not start"
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        finally:
            server.should_exit = True
            thread.join(15)


def wait_for(browser: Any, selector: str, count: int = 1, seconds: float = 90) -> list[Any]:
    """The elements, once there are so many."""
    from selenium.webdriver.common.by import By
    from selenium.webdriver.support.ui import WebDriverWait

    def enough(driver: Any) -> Any:
        found = driver.find_elements(By.CSS_SELECTOR, selector)
        return found if len(found) >= count else None

    found: list[Any] = WebDriverWait(browser, seconds, poll_frequency=0.1).until(enough, f"waiting for {selector}")
    return found


def click(browser: Any, selector: str, nth: int = 0) -> None:
    """Click the nth of the elements."""
    _steadily(browser, selector, nth, lambda element: element.click())


def text_of(browser: Any, selector: str, nth: int = 0) -> str:
    """The text of the nth of the elements, as it is seen."""
    return str(_steadily(browser, selector, nth, lambda element: element.text))


def content_of(browser: Any, selector: str, nth: int = 0) -> str:
    """All text of the nth of the elements, seen or not."""
    return str(_steadily(browser, selector, nth, lambda element: element.get_property("textContent")))


def _steadily(browser: Any, selector: str, nth: int, does: Callable[[Any], Any]) -> Any:
    """Do something with an element, also where the page draws it anew between its being found and its being used."""
    from selenium.common.exceptions import StaleElementReferenceException

    for _ in range(20):
        try:
            return does(wait_for(browser, selector, nth + 1 if nth >= 0 else 1)[nth])
        except StaleElementReferenceException:
            continue
    raise AssertionError(f"{selector} is drawn anew again and again")


def until(browser: Any, condition: str, *given: Any, seconds: float = 90) -> None:
    """Wait until a condition in the page, a JavaScript expression over `arguments`, holds."""
    from selenium.webdriver.support.ui import WebDriverWait

    WebDriverWait(browser, seconds, poll_frequency=0.1).until(
        lambda driver: driver.execute_script(f"return Boolean({condition})", *given), f"waiting for {condition}"
    )


TABS = ("chat", "library", "figures", "evaluation")


def open_tab(browser: Any, name: str) -> None:
    """With the mouse. Gradio puts tabs that find no room into a menu, which no tab of ours may need."""
    wait_for(browser, "[role=tablist] [role=tab]", len(TABS))
    click(browser, "[role=tablist] [role=tab]", TABS.index(name))


def log_in(browser: Any, url: str, name: str, key: str) -> None:
    """As Gradio's own form does, of which the fields have other names in each release."""
    import httpx

    reply = httpx.post(f"{url}/login", data={"username": name, "password": key})
    for cookie in reply.headers.get_list("set-cookie"):
        cookie_name, _, value = cookie.split(";")[0].partition("=")
        browser.add_cookie({"name": cookie_name, "value": value, "path": "/"})
    browser.get(url)


def settled(browser: Any) -> None:
    """The page is greeted in the reader's language, and its own script is ready."""
    wait_for(browser, "#evidence-title")
    until(browser, "window.danchung && document.documentElement.lang")
    until(browser, "document.querySelector('#messages .welcome, #messages .empty, #messages .acts')")


def ask(browser: Any, question: str, answers: int) -> None:
    """Ask with the keyboard, and wait until so many answers are finished."""
    from selenium.webdriver.common.keys import Keys

    wait_for(browser, "#question textarea")[0].send_keys(question + Keys.ENTER)
    wait_for(browser, "#messages .acts", answers)


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


def press(browser: Any, *keys: str) -> Any:
    """Press the last key while the others are held; what has the focus then."""
    from selenium.webdriver.common.action_chains import ActionChains

    chain = ActionChains(browser)
    for key in keys[:-1]:
        chain.key_down(key)
    chain.send_keys(keys[-1])
    for key in keys[:-1]:
        chain.key_up(key)
    chain.perform()
    return browser.switch_to.active_element


def barriers(browser: Any) -> list[str]:
    """What axe-core finds serious or critical for readers who use no mouse, or do not see, or see little."""
    browser.execute_script(AXE.read_text(encoding="utf-8"))
    found = browser.execute_async_script(
        "const done = arguments[arguments.length - 1];"
        "axe.run(document, {resultTypes: ['violations']}).then(r => done(r.violations), e => done([{id: String(e)}]))"
    )
    return [
        f"{one['id']}: {one.get('help')}: " + "; ".join(n["html"][:160] for n in one.get("nodes", [])[:4])
        for one in found
        if one.get("impact") in ("serious", "critical", None)
    ]


def complaints(browser: Any) -> list[str]:
    """What the browser's console complains of."""
    return [entry["message"] for entry in browser.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]


def requested_hosts(browser: Any) -> set[str | None]:
    """The hosts of every request over a network; the browser's own chrome: and data: pages are not."""
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    urls = [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]
    return {urlsplit(u).hostname for u in urls if urlsplit(u).scheme in ("http", "https", "ws", "wss")}
