"""The library tab: its table, and in a real browser uploads, removal, what the chat is asked over, and who may."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from browser import browsing, click, log_in, needed, text_of, wait_for
from libraries import BRIDGES, FORESTS, LETTERS, WordsEngine
from serving import listening

from assistant import Assistant
from assistant.answer import DocumentInfo
from assistant.api.guard import Access
from assistant.keys import Keys, new_key
from assistant.page.library_drawing import render_desk, render_options, render_scope, render_table
from assistant.page.reasons import reason
from assistant.page.table import ON_A_PAGE, Asked, offered, page_of
from assistant.page.words import WORDS
from assistant.server import build_app
from assistant.settings import ServerSettings
from assistant.uploads import Upload
from ingest.library import Library

WORDS_EN = WORDS["en"]
HOSTILE = '<script>document.title = "owned"</script><img src=x onerror=alert(1)>"\''


def document(number: int = 1, **changes: Any) -> DocumentInfo:
    known: dict[str, Any] = {
        "id": f"d{number}", "title": f"Report {number}", "source": f"reports/{number}.txt", "language": "en",
        "period": "2024", "places": ["Hòa Bình"], "passages": number, "characters": 100,
    }  # fmt: skip
    return DocumentInfo(**{**known, **changes})


def shown(documents: list[DocumentInfo], uploads: tuple[Upload, ...] = (), **asked: Any) -> list[str]:
    return [row.title for row in page_of(lambda _: documents, uploads, Asked.of(asked)).rows]


# -- the table -------------------------------------------------------------------------------------


def test_a_page_of_the_table_is_all_the_browser_gets() -> None:
    documents = [document(number) for number in range(1, 5001)]
    page = page_of(lambda _: documents, [], Asked.of({"sort": "passages", "page": 99}))

    assert [row.title for row in page.rows] == [f"Report {number}" for number in range(4951, 5001)]
    assert (page.total, page.pages) == (5000, 5000 // ON_A_PAGE)
    assert len(render_table(page, Asked(), WORDS_EN, write=True)) < 100_000
    assert page_of(lambda _: documents, [], Asked.of({"page": 10**5})).number == 99


def test_it_is_found_without_diacritics_and_sorted() -> None:
    documents = [document(1, title="Đắk Lắk", places=[]), document(2, title="bilan", period=None), document(3)]
    assert shown(documents, find="dak lak") == ["Đắk Lắk"]
    assert shown(documents) == ["bilan", "Đắk Lắk", "Report 3"]
    assert shown(documents, down=True) == ["Report 3", "Đắk Lắk", "bilan"]
    assert shown(documents, sort="period")[-1] == shown(documents, sort="period", down=True)[-1] == "bilan"
    assert shown(documents, sort="passages", down=True) == ["Report 3", "bilan", "Đắk Lắk"]


def test_uploads_without_a_document_come_first_with_their_state() -> None:
    uploads = (Upload("a.pdf", "failed", "a.pdf: the file is empty"), Upload("b.pdf", "reading"))
    documents = [document(1), document(2, copy_of="d1")]
    assert shown(documents, uploads) == ["a.pdf", "b.pdf", "Report 1", "Report 2"]
    assert shown(documents, uploads, state="failed") == ["a.pdf"]
    assert shown(documents, uploads, state="copy") == ["Report 2"]
    drawn = render_table(page_of(lambda _: documents, uploads, Asked()), Asked(), WORDS["fr"], write=False)
    assert WORDS["fr"]["why_empty"] in drawn
    assert "Copie de « Report 1 »" in drawn
    assert "remove" not in drawn, "who may only read sees no way to remove"


def test_what_is_shown_can_be_what_the_chat_is_asked_over() -> None:
    documents = [document(number) for number in range(1, 601)]

    def filters(**asked: Any) -> Any:
        return page_of(lambda _: documents, [], Asked.of(asked)).filters

    assert filters() is None
    assert filters(language="fr", period="2024") == {"language": ["fr"], "period": ["2024"]}
    assert filters(find="Report 600", place="Hòa Bình")["document"] == ["d600"]
    assert filters(find="Report") is None, "too many to name"


@pytest.mark.parametrize("given", [None, [], "x", {"page": -1, "sort": "__class__", "find": 3, "state": {}, "down": 1}])
def test_whatever_a_browser_sends_is_a_question_for_the_table(given: Any) -> None:
    assert Asked.of(given) == Asked()


def test_nothing_of_a_report_is_markup() -> None:
    hostile = document(title=HOSTILE, id=HOSTILE, source=HOSTILE, url="javascript:alert(1)", places=[HOSTILE],
                       period=HOSTILE, language=HOSTILE)  # fmt: skip
    page = page_of(lambda _: [hostile], [Upload(HOSTILE, "failed", HOSTILE)], Asked())
    drawn = [
        render_table(page, Asked(), WORDS_EN, write=True), *render_options(offered([hostile]), WORDS_EN).values(),
        render_scope({"document": [HOSTILE], "place": HOSTILE}, {HOSTILE: HOSTILE}, WORDS_EN),
        render_desk(WORDS_EN | {"up_added": HOSTILE}, 100),
    ]  # fmt: skip
    for markup in drawn:
        assert "<script" not in markup
        assert "<img" not in markup
        assert "javascript:" not in markup


def test_the_usual_reasons_are_known_as_the_readers_say_them(assistant: Assistant, tmp_path: Path) -> None:
    told = {"a.pdf": b"no PDF", "b.txt": b"", "c.exe": b"MZ\x90\x00\x03\x00\x00\x00", "d.xyz": b"text",
            "e.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "f.txt": b"\x00\x01\x02" * 99}  # fmt: skip
    for name, content in told.items():
        (tmp_path / name).write_bytes(content)
    report = assistant.ingest([tmp_path / name for name in told])
    found = {Path(outcome.path).name: reason(outcome.message, WORDS["vi"]) for outcome in report.files}
    keys = {"a.pdf": "why_damaged", "b.txt": "why_empty", "c.exe": "why_kind", "d.xyz": "why_kind", "e.doc": "why_kind",
            "f.txt": "why_kind"}  # fmt: skip
    assert found == {name: WORDS["vi"][key] for name, key in keys.items()}
    assert reason("something of its own", WORDS["vi"]) == "something of its own"


@pytest.mark.parametrize(
    ("message", "key"),
    [
        ("encrypted.pdf: the file is empty", "why_empty"),
        ("a.pdf: no text in it; if its pages show some, have them recognised", "why_empty"),
        ("damaged bridges.exe: is a program; Danchung reads reports", "why_kind"),
        ("reports/a.pdf: a scan: 3 pages of pictures without text", "why_scan"),
        ("damaged: it does not unpack to the size it states", "why_damaged"),
        ("the damaged bridges.txt: read by nobody", None),
    ],
)
def test_a_reason_is_not_looked_for_in_the_files_name(message: str, key: str | None) -> None:
    assert reason(message, WORDS["fr"]) == (WORDS["fr"][key] if key else message)


def test_numbers_are_written_as_the_language_does() -> None:
    documents = [document(number, passages=1200) for number in range(1, 1235)]
    page = page_of(lambda _: documents, [], Asked())
    for code, thousands in (("en", ","), ("fr", "\u202f"), ("vi", ".")):
        drawn = render_table(page, Asked(), WORDS[code], write=False)
        assert drawn.count(f"1{thousands}234") == 2, "reports in all, and in the pager"
        assert f'<td class="figure">1{thousands}200</td>' in drawn


# -- in a browser ----------------------------------------------------------------------------------


@contextmanager
def library(folder: Path, access: Access | None = None, settings: ServerSettings | None = None) -> Iterator[str]:
    """A server of three small reports, with the page."""
    for name, text in {"letters.txt": LETTERS, "bridges.txt": BRIDGES, "forests.txt": FORESTS}.items():
        (folder / name).write_text(text, encoding="utf-8")
    with Assistant(Library(folder / "data", WordsEngine())) as assistant:
        assistant.ingest([folder / "letters.txt", folder / "bridges.txt", folder / "forests.txt"])
        with listening(build_app(assistant, settings, access)) as url:
            yield url


@contextmanager
def library_tab(folder: Path, url: str, language: str = "en") -> Iterator[Any]:
    needed()
    with browsing(folder, language) as browser:
        browser.get(url)
        yield browser
    shutil.rmtree(folder / "browser", ignore_errors=True)


def open_tab(browser: Any, number: int) -> None:
    click(browser, "[role=tab]", number)


def eventually(true: Any, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it does not come true"
        time.sleep(0.1)


def titles(browser: Any) -> list[str]:
    script = "return [...document.querySelectorAll('#reports tbody th')].map((th) => th.firstChild.textContent)"
    return list(browser.execute_script(script))


def upload(browser: Any, *files: Path) -> dict[str, str]:
    """What the page says of each file in the end."""
    wait_for(browser, ".bring:not([hidden])")
    browser.find_element("css selector", "#files").send_keys("\n".join(map(str, files)))
    going = ".uploads li:not(.done):not(.failed)"
    eventually(lambda: not browser.find_elements("css selector", going), seconds=90)
    lines = """return [...document.querySelectorAll('.uploads li')].map(
        (line) => [line.querySelector('b').textContent, line.querySelector('span').textContent])"""
    return dict(browser.execute_script(lines))  # in one go: the list is drawn anew when the library is


@pytest.mark.browser
def test_files_are_uploaded_asked_about_and_removed(tmp_path: Path) -> None:
    given = {
        "harbour.txt": b"The harbour of Hai Phong was inspected in 2025. Seven cranes stood idle all spring.",
        "again.txt": BRIDGES.encode(), "broken.pdf": b"no PDF", "empty.txt": b"", "letters.xyz": b"Forty letters",
        "<img src=x onerror=alert(1)>.txt": b"The dam of Kon Tum was raised by two metres in 2021.",
        "large.txt": b"x" * (1 << 20),
    }  # fmt: skip
    (tmp_path / "given").mkdir()
    for name, content in given.items():
        (tmp_path / "given" / name).write_bytes(content)
    with (
        library(tmp_path, settings=ServerSettings(upload_mb=1)) as url,
        library_tab(tmp_path, url) as browser,
    ):
        open_tab(browser, 1)
        wait_for(browser, "#reports tbody tr", 3)
        said = upload(browser, *sorted((tmp_path / "given").iterdir()))

        assert said["harbour.txt"] == "Read; passages: 1"
        assert said["<img src=x onerror=alert(1)>.txt"] == "Read; passages: 1"
        assert said["again.txt"] == WORDS_EN["up_copy"]
        assert said["broken.pdf"] == WORDS_EN["why_damaged"]
        assert said["empty.txt"] == WORDS_EN["why_empty"]
        assert said["letters.xyz"] == WORDS_EN["why_kind"]
        assert said["large.txt"] == WORDS_EN["why_large"]
        eventually(lambda: len(titles(browser)) == 3 + 3 + 2)  # with the two that were sent and not read
        assert not browser.find_elements("css selector", "#library-desk img, #library-desk script")
        wait_for(browser, "#reports tr.without td.failed", 2)
        assert upload(browser, tmp_path / "given/harbour.txt")["harbour.txt"] == WORDS_EN["up_unchanged"]

        open_tab(browser, 0)
        ask(browser, "How many cranes stood idle?")
        assert "Seven cranes" in text_of(browser, ".answer", -1)

        open_tab(browser, 1)
        wait_for(browser, "#reports tr[data-id]", 6)
        row = "[...document.querySelectorAll('#reports tr[data-id]')].find((row) => /harbour/.test(row.textContent))"
        removed = browser.execute_script(f"return {row}.dataset.id")
        browser.execute_script(f"{row}.querySelector('.remove').click()")
        click(browser, "#confirm[open] #keep")
        assert (tmp_path / "data/uploads/harbour.txt").exists(), "kept: nothing is removed unasked"
        click(browser, f"#reports [data-id='{removed}'] .remove")
        click(browser, "#confirm[open] #do-remove")
        eventually(lambda: not browser.find_elements("css selector", f"#reports [data-id='{removed}']"))
        assert not (tmp_path / "data/uploads/harbour.txt").exists()
        assert sorted(path.name for path in tmp_path.iterdir()) == [
            "bridges.txt", "browser", "data", "forests.txt", "given", "letters.txt"
        ]  # fmt: skip
        assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []


@pytest.mark.browser
def test_no_file_waits_for_ever_where_the_server_does_not_answer(tmp_path: Path) -> None:
    given = {"harbour.txt": b"The harbour of Hai Phong was inspected in 2025. Seven cranes stood idle.", "no.pdf": b"-"}
    (tmp_path / "given").mkdir()
    for name, content in given.items():
        (tmp_path / "given" / name).write_bytes(content)
    answers_nothing = """
        const real = window.fetch;
        window.away = true;
        window.refusals = 1;
        window.fetch = (...given) => {
          const address = String(given[0].url ?? given[0]);
          if (window.away && address.includes('component_server')) return Promise.reject(new TypeError('away'));
          if (given[1]?.method === 'DELETE' && window.refusals-- > 0)
            return Promise.resolve(new Response('', {status: 429, headers: {'retry-after': '2'}}));
          return real(...given);
        };"""
    with library(tmp_path) as url, library_tab(tmp_path, url) as browser:
        open_tab(browser, 1)
        wait_for(browser, "#reports tbody tr", 3)
        browser.execute_script(answers_nothing)
        said = upload(browser, *sorted((tmp_path / "given").iterdir()))
        assert said == {"harbour.txt": "Read; passages: 1", "no.pdf": WORDS_EN["failed"]}
        assert titles(browser)
        assert not browser.find_elements("css selector", "#reports.stale")

        browser.execute_script("window.away = false")
        choice = wait_for(browser, "#reports tr[data-id]", 3)[0].get_attribute("data-id")
        click(browser, f"#reports [data-id='{choice}'] .remove")
        click(browser, "#confirm[open] #do-remove")
        eventually(lambda: "Too many requests" in text_of(browser, "#said"))
        eventually(lambda: not browser.find_elements("css selector", f"#reports [data-id='{choice}']"))
        assert text_of(browser, "#said") == ""


def ask(browser: Any, question: str) -> None:
    from selenium.webdriver.common.keys import Keys

    before = len(browser.find_elements("css selector", "#messages .about"))
    wait_for(browser, "#question textarea")[0].send_keys(question + Keys.ENTER)
    wait_for(browser, "#messages .about", before + 1)


@pytest.mark.browser
def test_the_chat_answers_only_from_what_is_chosen(tmp_path: Path) -> None:
    question = "How many pillars stood crooked?"
    with library(tmp_path) as url, library_tab(tmp_path, url, "fr") as browser:
        open_tab(browser, 1)
        click(browser, "#by-language option[value=fr]")
        eventually(lambda: len(titles(browser)) == 1)
        click(browser, "#ask-these:not([disabled])")
        eventually(lambda: "français" in text_of(browser, "#scope"))
        open_tab(browser, 0)
        ask(browser, question)
        assert "Nine pillars" not in text_of(browser, "#messages .answer", -1)

        open_tab(browser, 1)
        click(browser, "#scope button")
        eventually(lambda: not browser.find_elements("css selector", "#scope button"))
        open_tab(browser, 0)
        ask(browser, question)
        assert "Nine pillars" in text_of(browser, "#messages .answer", -1)


@pytest.mark.browser
def test_a_key_that_may_only_read_changes_nothing_on_the_page(tmp_path: Path) -> None:
    read, entry = new_key("ana", "read")
    write, other = new_key("bo", "write")
    keys = Keys(f"{entry},{other}")
    file = "new FormData(); form.append('files', new Blob(['Ten boats sank in 2024.']), 'boats.txt')"
    script = f"""
        const done = arguments[0], form = {file};
        Promise.all([
          fetch('v1/documents?wait=60', {{method: 'POST', body: form}}),
          fetch('v1/documents/' + document.querySelector('#reports [data-id]').dataset.id, {{method: 'DELETE'}}),
          fetch('v1/evaluations', {{method: 'POST', headers: {{'content-type': 'application/json'}},
                                    body: '{{"data": "no"}}'}}),
        ]).then((replies) => done(replies.map((reply) => reply.status)));
    """
    with library(tmp_path, Access(keys)) as url:
        for name, key, statuses in (("ana", read, [403, 403, 403]), ("bo", write, [200, 204, 422])):
            with library_tab(tmp_path, url) as browser:
                log_in(browser, url, name, key)
                open_tab(browser, 1)
                wait_for(browser, "#reports tr[data-id]", 3)
                may = browser.find_elements("css selector", ".bring:not([hidden])")
                assert bool(may) == (name == "bo")
                assert len(browser.find_elements("css selector", "#reports .remove")) == (3 if name == "bo" else 0)
                assert browser.execute_async_script(script) == statuses


def test_a_login_that_is_over_or_forged_is_nobodys(tmp_path: Path) -> None:
    import httpx

    key, entry = new_key("ana", "write")
    keys = tmp_path / "keys"
    keys.write_text(f"{entry}\n")
    with library(tmp_path, Access(Keys(str(keys)))) as url, httpx.Client(base_url=url) as http:
        assert http.post("/login", data={"username": "ana", "password": "dc_wrong"}).status_code == 400
        assert http.get("/v1/documents").status_code == 401
        reply = http.post("/login", data={"username": "ana", "password": key})
        given = (cookie.split(";")[0].partition("=") for cookie in reply.headers.get_list("set-cookie"))
        cookies = {name: value for name, _, value in given}
        header = {"cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        forged = {"cookie": "; ".join(f"{name}=forged" for name in cookies)}
        assert http.get("/v1/documents", headers=header).status_code == 200
        assert http.get("/v1/documents", headers=forged).status_code == 401
        evil = header | {"origin": "https://evil.example"}
        assert http.post("/v1/search", headers=evil, json={"query": "x"}).status_code == 403
        keys.write_text("")
        assert http.get("/v1/documents", headers=header).status_code == 401, "its key was taken out"
