"""What a reader of the page waits for, in a real browser, and when sixteen ask at once."""

from __future__ import annotations

import json
import random
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from subprocess import run
from typing import Any

import httpx

from assistant.answer import Answer
from assistant.kept import Kept
from assistant.keys import ANYONE
from benchmarks.serving_load import CORPUS, QUESTIONS, YEARS, p95, serving

CHROMIUM, CHROMEDRIVER = Path("/usr/bin/chromium"), Path("/usr/bin/chromedriver")
PEOPLE, ROUNDS = 16, 6
"""Who ask at the same moment, and how often."""
TURNS = 100
"""Of a conversation with 200 messages."""
DOCUMENTS = 5_000
_PLACES = "Nghe An, Dak Lak, Quang Tri, Hanoi, Son La, Can Tho, Lao Cai, Thanh Hoa, Dien Bien, Ca Mau".split(", ")
_THINGS = "letters petitions bridges schools permits classes inspections files forests dikes".split()


def measure(repeats: int, work: Path) -> dict[str, Any]:
    """Seconds and milliseconds by what they are of, each with the values of its runs. The library of many documents is
    kept in `work` between runs."""
    browser = CHROMIUM.exists() and CHROMEDRIVER.exists()
    if not browser:
        print(f"no {CHROMIUM} or {CHROMEDRIVER} (Debian: chromium, chromium-driver): nothing is measured in a browser")
    with tempfile.TemporaryDirectory() as folder:
        own = Path(folder)
        data = ["--data-dir", str(own / "data")]
        _danchung("ingest", str(CORPUS), *data)
        found: dict[str, Any] = {}
        if browser:
            found |= {"page ready, server just started, s": [_cold(data, own) for _ in range(repeats)]}
        with serving(data, remembered=0) as (url, _, _):
            if browser:
                found |= {"page ready, s": [_opened(url, own) for _ in range(repeats)]}
            found |= _at_once(url)
            if browser:
                found |= _conversations(url, own, repeats)
        if browser:
            found |= _tables(_many(work), own, repeats)
    return found


def print_table(rows: dict[str, Any]) -> None:
    for name, values in rows.items():
        spread = f"  ({min(values):.2f} to {max(values):.2f}, {len(values)} runs)" if len(values) > 1 else ""
        print(f"{name:<46}{median(values):>9.2f}{spread}")


def _danchung(*arguments: str) -> None:
    run([sys.executable, "-m", "assistant.cli", *arguments], check=True, capture_output=True)


# -- the browser -----------------------------------------------------------------------------------

READY = """
    const box = document.querySelector('#question textarea');
    return Boolean(box && !box.disabled && window.danchung && document.documentElement.lang
                   && document.querySelector('#messages .welcome, #messages .acts'))"""
"""The page has its own script and is greeted; what is typed goes out."""


@contextmanager
def _browser(folder: Path) -> Iterator[Any]:
    """A headless browser that has seen nothing yet."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    with tempfile.TemporaryDirectory(dir=folder) as profile:
        for flag in (
            "headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-sync",
            "disable-background-networking", "disable-component-update", "window-size=1400,900", "lang=en",
            f"user-data-dir={profile}/browser",
        ):  # fmt: skip
            options.add_argument(f"--{flag}")
        driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(str(CHROMEDRIVER)))
        try:
            yield driver
        finally:
            driver.quit()


def _until(browser: Any, script: str, seconds: float = 120) -> None:
    deadline = time.perf_counter() + seconds
    while not browser.execute_script(script):
        if time.perf_counter() > deadline:
            raise TimeoutError(f"the page does not come to: {script}")
        time.sleep(0.01)


def _open(browser: Any, url: str, ready: str = READY) -> float:
    """Seconds until the page is as it is wanted."""
    started = time.perf_counter()
    browser.get(url)
    _until(browser, ready)
    return time.perf_counter() - started


def _cold(data: Sequence[str], folder: Path) -> float:
    """From the server saying that it is ready."""
    with _browser(folder) as browser:
        browser.get("about:blank")
        with serving(data) as (url, _, _):
            return _open(browser, url)


def _opened(url: str, folder: Path) -> float:
    with _browser(folder) as browser:
        browser.get("about:blank")
        return _open(browser, url)


# -- sixteen at once -------------------------------------------------------------------------------


def _at_once(url: str) -> dict[str, Any]:
    """The page's own event, as a browser sends it, from so many sessions at the same moment."""
    config = httpx.get(f"{url}/config", timeout=60).json()
    box = next(c["id"] for c in config["components"] if c["props"].get("elem_id") == "question")
    event = next(d for d in config["dependencies"] if [box, "submit"] in [list(t) for t in d["targets"]])
    took, failed = list[float](), list[str]()
    together = threading.Barrier(PEOPLE)

    def reader(number: int) -> None:
        with httpx.Client(base_url=f"{url}/gradio_api/", timeout=60) as http:
            for turn in range(ROUNDS + 1):
                question = f"{QUESTIONS[number % len(QUESTIONS)].rstrip('? ')} ({2000 + (number + turn * 7) % YEARS})?"
                together.wait(120)
                started = time.perf_counter()
                try:
                    error = _asked(http, event, box, question, f"reader-{number}-{turn}")
                except (httpx.HTTPError, ValueError, KeyError) as exc:
                    error = repr(exc)
                if turn:  # the first round warms the server
                    took.append(1000 * (time.perf_counter() - started))
                    failed.extend([error] if error else [])

    threads = [threading.Thread(target=reader, args=(number,)) for number in range(PEOPLE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for error in sorted(set(failed))[:3]:
        print(f"  {error[:160]}", flush=True)
    return {
        f"{PEOPLE} ask at once, ms, p50": [median(took)], f"{PEOPLE} ask at once, ms, p95": [p95(took)],
        f"{PEOPLE} ask at once, answers": [len(took)], f"{PEOPLE} ask at once, errors": [len(failed)],
    }  # fmt: skip


def _asked(http: httpx.Client, event: dict[str, Any], box: int, question: str, session: str) -> str | None:
    """Ask, and wait for the whole answer; what went wrong, if anything did."""
    body = {
        "data": [question, *[None] * (len(event["inputs"]) - 2), 0], "fn_index": event["id"], "session_hash": session,
        "trigger_id": box, "event_data": None,
    }  # fmt: skip
    http.post("queue/join", json=body).raise_for_status()
    answered = False
    with http.stream("GET", "queue/data", params={"session_hash": session}) as stream:
        for line in stream.iter_lines():
            if not line.startswith("data:"):
                continue
            told = json.loads(line.removeprefix("data:"))
            answered = answered or 'class=\\"acts' in line  # what can be done with an answer is under a whole one
            if told["msg"] == "process_completed":
                return None if told["success"] and answered else f"no whole answer: {told}"
    return "the stream ended early"


# -- a long conversation ---------------------------------------------------------------------------

WATCH = """
    window.timed = {key: null, answer: null};
    const box = document.querySelector('#question textarea');
    const drawn = (name, from) => requestAnimationFrame(() => {
        const channel = new MessageChannel();  // comes after the frame is drawn
        channel.port1.onmessage = () => { window.timed[name] = performance.now() - from; };
        channel.port2.postMessage(0);
    });
    let pressed = 0;
    box.addEventListener('keydown', (event) => {
        pressed = event.timeStamp;
        if (event.key !== 'Enter') return;
        const from = pressed, acts = () => document.querySelectorAll('#messages .acts').length, before = acts();
        const look = () => acts() > before ? drawn('answer', from) : requestAnimationFrame(look);
        look();
    }, true);
    box.addEventListener('input', () => drawn('key', pressed));"""
"""What a key and an answer take, from the key until they are on the screen."""


def _conversations(url: str, folder: Path, repeats: int) -> dict[str, Any]:
    """A conversation of 200 messages beside one just begun."""
    data = folder / "data"
    kept = Kept(data / "conversations")
    answers = [_answer(url, question) for question in QUESTIONS]
    long = kept.begin(ANYONE.name).id
    for number in range(TURNS):
        told = answers[number % len(answers)]
        kept.add(long, ANYONE.name, told.model_copy(update={"question": f"{told.question} ({number})"}))
    found: dict[str, Any] = {}
    shown = f"return document.querySelectorAll('#messages .acts').length >= {TURNS}"
    with _browser(folder) as browser:
        _open(browser, url)
        found["new conversation: key to screen, ms"], found["new conversation: answer, ms"] = _typed(browser, repeats)
        opened = [_open(browser, f"{url}/?c={long}", shown) for _ in range(repeats)]
        _until(browser, READY)
        found[f"{2 * TURNS} messages: opened, s"] = opened
        key, answer = _typed(browser, repeats)
        found[f"{2 * TURNS} messages: key to screen, ms"], found[f"{2 * TURNS} messages: answer, ms"] = key, answer
    return found


def _answer(url: str, question: str) -> Answer:
    return Answer.model_validate(httpx.post(f"{url}/v1/ask", json={"question": question}, timeout=60).json())


def _typed(browser: Any, repeats: int) -> tuple[list[float], list[float]]:
    """Milliseconds of each key and of each answer."""
    from selenium.webdriver.common.keys import Keys

    keys, answers = [], []
    browser.execute_script(WATCH)
    box = browser.find_element("css selector", "#question textarea")
    for number in range(repeats):
        for letter in f"{QUESTIONS[0].rstrip('? ')} ({number})?"[-12:]:
            browser.execute_script("window.timed.key = null")
            box.send_keys(letter)
            _until(browser, "return window.timed.key !== null")
            keys.append(browser.execute_script("return window.timed.key"))
        browser.execute_script("window.timed.answer = null")
        box.send_keys(Keys.ENTER)
        _until(browser, "return window.timed.answer !== null")
        answers.append(browser.execute_script("return window.timed.answer"))
    return keys, answers


# -- many documents --------------------------------------------------------------------------------

ROWS = "document.querySelectorAll('#reports tbody tr').length === 50"
TIMED = """
    const done = arguments[2], from = performance.now(), drawn = () => requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => done(performance.now() - from);
        channel.port2.postMessage(0);
    });
    const shown = () => document.querySelector('#reports')?.innerHTML, before = shown();
    const act = new Function('return ' + arguments[0]), there = new Function('return ' + arguments[1]);
    const look = () => there() && shown() !== before ? drawn() : requestAnimationFrame(look);
    act();
    look();"""


def _tables(data: Path, folder: Path, repeats: int) -> dict[str, Any]:
    """The library tab over many documents: milliseconds from the click or the last letter to the screen. A filter waits
    200 ms for another letter, which is in it."""
    found: dict[str, Any] = {f"{DOCUMENTS:,} documents: {name}, ms": [] for name in ("table", "sorted", "found")}
    tab, sort = "document.querySelectorAll('[role=tab]')[1].click()", "document.querySelector('[data-sort={}]').click()"
    typed = (
        "(box => { box.value = '{}'; box.dispatchEvent(new Event('input', {bubbles: true})) })"
        "(document.querySelector('#find'))"
    )
    some = "document.querySelectorAll('#reports tbody tr').length > 0"
    with serving(["--data-dir", str(data)]) as (url, _, _), _browser(folder) as browser:
        browser.set_script_timeout(120)

        def timed(name: str, act: str, there: str) -> None:
            found[f"{DOCUMENTS:,} documents: {name}, ms"].append(browser.execute_async_script(TIMED, act, there))

        for _ in range(repeats):
            _open(browser, url)
            timed("table", tab, ROWS)
            for column in ("period", "source"):
                timed("sorted", sort.format(column), ROWS)
            for text in ("dien bien", ""):
                timed("found", typed.replace("{}", text), some)
    return found


def _many(work: Path) -> Path:
    """The data directory of a library of many short reports, made if need be; what was begun is gone on with."""
    reports, data = work / f"page-{DOCUMENTS}" / "reports", work / f"page-{DOCUMENTS}" / "data"
    if (data / "made").exists():
        return data
    rng = random.Random(0)
    reports.mkdir(parents=True, exist_ok=True)
    for number in range(DOCUMENTS):
        place, thing, year = rng.choice(_PLACES), rng.choice(_THINGS), rng.randint(2015, 2025)
        text = (
            f"{place} in {year}: report {number} on {thing}\n\nIn {year} the office of {place} looked into "
            f"{number + 10} {thing} and closed {rng.randint(3, number + 10)} of them."
        )
        (reports / f"report-{number:05d}.txt").write_text(text, encoding="utf-8")
    _danchung("ingest", str(reports), "--data-dir", str(data))
    (data / "made").touch()
    return data
