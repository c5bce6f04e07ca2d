"""The page's main views, over the sample corpus. The tests look at each; `make screenshots` takes a picture of each:
`python tests/views.py FOLDER` reads the corpus into a library of its own and writes FOLDER/NAME.png of those that the
documentation shows; with `--every`, of all."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path
from typing import Any

from browser import PHONE, WIDE, ask, browsing, click, in_view, open_tab, serving_page, settled, until, wait_for

from assistant import Assistant

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
ENGLISH = ("How many new corruption cases were opened nationwide in 2024, and against how many defendants?",)
UNSAID = "Who chaired the conference in Nghe An in 2019?"
FRENCH = ("Combien de nouvelles affaires de corruption ont été ouvertes en 2024 ?",)
VIETNAMESE = ("Trong 6 tháng đầu năm 2025, cả nước khởi tố mới bao nhiêu vụ án tham nhũng?",)
PICTURED = frozenset({
    "welcome", "chat", "why", "earlier", "chat-dark", "chat-phone", "chat-french", "chat-vietnamese",
    "library", "library-phone", "figures", "figures-vietnamese", "evaluation", "evaluation-dark",
})  # fmt: skip
"""Those that the documentation shows."""


def views(address: str, folder: Path) -> Iterator[tuple[str, Any]]:
    """(name, browser at that view), one after the other."""
    shown: list[tuple[str, str, tuple[int, int], bool, tuple[str, ...]]] = [
        ("chat", "en", WIDE, False, ENGLISH),
        ("chat-dark", "en", WIDE, True, ENGLISH),
        ("chat-phone", "en", PHONE, False, ENGLISH),
        ("chat-french", "fr", WIDE, False, FRENCH),
        ("chat-vietnamese", "vi", WIDE, False, VIETNAMESE),
    ]
    for name, language, size, dark, questions in shown:
        with browsing(folder / name, language, size, dark) as browser:
            browser.get(address)
            settled(browser)
            if name == "chat":
                wait_for(browser, "#messages button.example")
                yield "welcome", browser
            for number, question in enumerate(questions, start=1):
                ask(browser, question, number)
            click(browser, "a.cite")
            assert in_view(browser, "#p-1-1 mark")
            yield name, browser
            if name == "chat":
                ask(browser, UNSAID, 2)
                click(browser, ".why summary", 1)
                browser.execute_script("document.querySelector('#a-2').scrollIntoView()")
                yield "why", browser
                click(browser, "#earlier-open")
                wait_for(browser, "#earlier li")
                yield "earlier", browser
                browser.execute_script("document.querySelector('dialog[open]').close()")
            for tab in ("library", "figures", "evaluation"):
                show(browser, tab)
                yield name.replace("chat", tab), browser


def show(browser: Any, tab: str) -> None:
    """Open a tab, and wait for what it shows."""
    open_tab(browser, tab)
    match tab:
        case "library":
            wait_for(browser, "#reports tbody tr")
        case "figures":
            wait_for(browser, ".fig-listed tbody tr")
            wait_for(browser, ".fig-drawn svg")
        case "evaluation":
            until(browser, "document.querySelector('#evaluation .report').shadowRoot?.querySelector('h1')")


def main(folder: Path, every: bool) -> None:
    from PIL import Image

    from assistant.server import build_app
    from evals.kept import Reports
    from evals.run import Wanted, run

    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        own = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        Reports(own / "data").keep(run(Wanted("golden", most=60)))
        assistant = stack.enter_context(Assistant.open(own / "data"))
        assistant.ingest(CORPUS)
        address = stack.enter_context(serving_page(build_app(assistant)))
        for name, browser in views(address, own):
            if not every and name not in PICTURED:
                continue
            picture = Image.open(BytesIO(browser.get_screenshot_as_png()))
            # A hundred colours are enough for text on paper, and a third of the bytes.
            picture.convert("RGB").quantize(100, dither=Image.Dither.NONE).save(folder / f"{name}.png", optimize=True)
            print(folder / f"{name}.png", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), "--every" in sys.argv[2:])
