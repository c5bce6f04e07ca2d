"""Pages of the web, from a server on this machine: what is fetched, what is not, and what is not fetched again."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from libraries import BRIDGES, LETTERS, PARCELS, WordsEngine, engine_of, found, states, write

from ingest import fetch as fetching
from ingest.errors import InputError
from ingest.fetch import Fetched, fetch, is_sitemap, pages_of
from ingest.files import Source, find_files
from ingest.library import Library
from ingest.pipeline import ingest
from ingest.prepare import End, Unread
from ingest.report import FileOutcome
from ingest.workers import prepare_files


class Site:
    """A server whose pages a test sets, and what it was asked."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.slow = 0.0
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                headers = {name.lower(): value for name, value in self.headers.items()}
                site.asked.append((self.path, headers))
                status, sent, body = site.pages.get(self.path, (404, {}, b"no such page"))
                if status == 200 and "ETag" in sent and headers.get("if-none-match") == sent["ETag"]:
                    status, body = 304, b""
                if not self.path.endswith("robots.txt"):
                    time.sleep(site.slow)
                self.send_response(status)
                for name, value in sent.items():
                    self.send_header(name, value)
                if status != 304:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def put(self, path: str, body: str | bytes, kind: str = "text/html; charset=utf-8", status: int = 200,
            **headers: str) -> str:  # fmt: skip
        """A page, and its address."""
        data = body.encode() if isinstance(body, str) else body
        sent = {"Content-Type": kind} if kind else {}
        self.pages[path] = status, sent | headers, data
        return self.url + path

    def sitemap(self, path: str, *addresses: str, index: bool = False, packed: bool = False) -> str:
        outer, inner = ("sitemapindex", "sitemap") if index else ("urlset", "url")
        entries = "".join(f"<{inner}><loc>\n {address} </loc></{inner}>" for address in addresses)
        text = f'<?xml version="1.0"?><{outer} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</{outer}>'
        return self.put(path, gzip.compress(text.encode()) if packed else text, "application/xml")

    def paths(self) -> list[str]:
        """What was asked, without robots.txt."""
        return [path for path, _ in self.asked if path != "/robots.txt"]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def site() -> Iterator[Site]:
    opened = Site()
    fetching._robots.cache_clear()
    yield opened
    opened.close()


def page(text: str) -> str:
    return f"<html><head><title>A report</title></head><body><article><p>{text}</p></article></body></html>"


# -- one page ----------------------------------------------------------------------------------------------


def test_a_page_comes_with_its_mark_and_its_format(site: Site) -> None:
    url = site.put("/a", page(LETTERS), ETag='"one"')
    assert fetch(url) == Fetched(page(LETTERS).encode(), '"one"', ".html")
    assert [path for path, _ in site.asked] == ["/robots.txt", "/a"]
    assert all(headers["user-agent"].startswith("danchung/") for _, headers in site.asked)
    assert "if-none-match" not in site.asked[1][1]


def test_a_page_that_has_not_changed_is_not_sent_again(site: Site) -> None:
    url = site.put("/a", page(LETTERS), ETag='"one"')
    assert fetch(url, '"one"').data is None
    assert site.asked[-1][1]["if-none-match"] == '"one"'
    site.put("/a", page(PARCELS), ETag='"two"')
    assert fetch(url, '"one"') == Fetched(page(PARCELS).encode(), '"two"', ".html")


@pytest.mark.parametrize(
    ("path", "kind", "suffix"),
    [
        ("/a", "text/html", ".html"),
        ("/a.php", "TEXT/HTML;charset=UTF-8", ".html"),
        ("/a", "application/xhtml+xml", ".html"),
        ("/a", "application/pdf", ".pdf"),
        ("/a.pdf", "application/octet-stream", ".pdf"),
        ("/a.PDF?version=2", "", ".pdf"),
        ("/a.pdf", "text/html", ".html"),
        ("/a", "text/plain; charset=utf-8", ".txt"),
        ("/a.csv", "text/csv", ".csv"),
        ("/a", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx"),
    ],
)
def test_the_format_is_told_by_the_server_else_by_the_address(path: str, kind: str, suffix: str, site: Site) -> None:
    assert fetch(site.put(path, LETTERS, kind)).suffix == suffix


@pytest.mark.parametrize(
    ("path", "kind", "says"),
    [
        ("/a.png", "image/png", "image/png is not read"),
        ("/a.html", "application/json", "application/json is not read"),
        ("/a", "application/octet-stream", "application/octet-stream is not read"),
        ("/a", "", "what it sends is not read"),
    ],
)
def test_a_format_that_is_not_read_is_refused(path: str, kind: str, says: str, site: Site) -> None:
    url = site.put(path, LETTERS, kind)
    with pytest.raises(InputError, match=f"{says}; Danchung reads") as caught:
        fetch(url)
    assert str(caught.value).startswith(f"{url}: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "says"),
    [(404, "the server answers 404 Not Found"), (500, "the server answers 500"), (403, "answers 403 Forbidden"),
     (300, "answers 300")],
)  # fmt: skip
def test_what_is_no_page_is_refused(status: int, says: str, site: Site) -> None:
    url = site.put("/a", "", status=status)
    with pytest.raises(InputError, match=says) as caught:
        fetch(url)
    assert str(caught.value).startswith(f"{url}: ")


def test_a_redirect_is_followed(site: Site) -> None:
    site.put("/new", page(LETTERS), ETag='"one"')
    assert fetch(site.put("/old", "", status=301, Location="/new")).data == page(LETTERS).encode()
    assert fetch(site.put("/older", "", status=302, Location=f"{site.url}/old")).etag == '"one"'
    with pytest.raises(InputError, match="cannot be fetched"):
        fetch(site.put("/circle", "", status=302, Location="/circle"))


@pytest.mark.parametrize("packed", [False, True])
def test_a_page_that_is_too_large_is_refused_before_it_is_all_there(
    packed: bool, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "MAX_BYTES", 2 << 20)
    body = bytes(8 << 20)
    url = (
        site.put("/a", gzip.compress(body), **{"Content-Encoding": "gzip"})
        if packed
        else site.put("/a", body)
    )  # fmt: skip
    with pytest.raises(InputError, match="larger than 2 MB; save and split it"):
        fetch(url)
    assert len(fetch(site.put("/b", bytes(2 << 20))).data or b"") == 2 << 20


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/a", "http://", "http://127.0.0.1:99999/a", "http://[::1", "https:///a"]
)
def test_an_address_where_nothing_answers_is_one_line(url: str) -> None:
    fetching._robots.cache_clear()
    with pytest.raises(InputError) as caught:
        fetch(url)
    assert str(caught.value).startswith(f"{url}: ")
    assert "\n" not in str(caught.value)


def test_an_address_that_is_none_is_told_among_the_files(folder: Path) -> None:
    bad, *rest = find_files(["http://[::1", folder])
    assert isinstance(bad, FileOutcome | Source)
    assert all(isinstance(source, Source) for source in rest)
    assert len(rest) == 3


# -- robots.txt --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rules", "may"),
    [
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow: /private", True),
        ("User-agent: *\nDisallow: /re", False),
        ("User-agent: danchung\nDisallow: /\n\nUser-agent: *\nAllow: /", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: danchung\nAllow: /", True),
        ("User-agent: other\nDisallow: /", True),
        ("", True),
        ("\xff\xfe nonsense", True),
    ],
)
def test_robots_txt_is_obeyed(rules: str, may: bool, site: Site) -> None:
    site.put("/robots.txt", rules.encode("latin-1"), "text/plain")
    url = site.put("/report", page(LETTERS))
    if may:
        assert fetch(url).data
        return
    with pytest.raises(InputError, match=r"its robots\.txt asks programs not to read it"):
        fetch(url)
    assert site.paths() == []


def test_a_site_is_asked_for_its_rules_once(site: Site) -> None:
    for number in range(3):
        fetch(site.put(f"/{number}", page(LETTERS)))
    assert [path for path, _ in site.asked].count("/robots.txt") == 1


# -- sitemaps ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "is_one"),
    [
        ("https://example.org/sitemap.xml", True),
        ("https://example.org/news/Sitemap-2024.xml.gz", True),
        ("https://example.org/sitemap_index.xml?page=2", True),
        ("https://example.org/sitemap", False),
        ("https://example.org/sitemap/a.xml", False),
        ("https://example.org/feed.xml", False),
    ],
)
def test_a_sitemap_is_known_by_its_name(url: str, is_one: bool) -> None:
    assert is_sitemap(url) is is_one


@pytest.mark.parametrize("packed", [False, True])
def test_a_sitemap_lists_pages(packed: bool, site: Site) -> None:
    url = site.sitemap("/sitemap.xml", "https://example.org/b", "https://example.org/a?x=1&amp;y=2", "mailto:a@b.c",
                       packed=packed)  # fmt: skip
    assert list(pages_of(url)) == ["https://example.org/b", "https://example.org/a?x=1&y=2"]


def test_a_sitemap_of_sitemaps_lists_the_pages_of_all(site: Site) -> None:
    one = site.sitemap("/one.xml", "https://example.org/1", "https://example.org/2")
    two = site.sitemap("/two.xml.gz", "https://example.org/3", packed=True)
    deep = site.sitemap("/deep.xml", two, f"{site.url}/sitemap.xml", index=True)  # and back to the first
    url = site.sitemap("/sitemap.xml", one, deep, one, "ftp://example.org/x", index=True)
    assert list(pages_of(url)) == [f"https://example.org/{number}" for number in (1, 2, 3)]
    assert sorted(site.paths()) == ["/deep.xml", "/one.xml", "/sitemap.xml", "/two.xml.gz"]


def test_of_a_great_many_sitemaps_the_first_are_read(site: Site) -> None:
    many = [site.sitemap(f"/{number}.xml", f"https://example.org/{number}") for number in range(130)]
    pages = list(pages_of(site.sitemap("/sitemap.xml", *many, index=True)))
    assert 50 <= len(pages) <= 130
    assert pages == [f"https://example.org/{number}" for number in range(len(pages))]
    assert len(site.paths()) <= 1 + fetching.MOST_SITEMAPS


def test_of_a_great_many_pages_the_first_are_read(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "MOST_PAGES", 20)
    url = site.sitemap("/sitemap.xml", *(f"https://example.org/{number}" for number in range(50)))
    assert len(list(pages_of(url))) == 20


@pytest.mark.parametrize(
    "body",
    [b"<html><p>not found", b"", b"\x1f\x8b\x08 damaged", gzip.compress(b"<urlset>", mtime=0)[:-12], b'{"pages": []}'],
)
def test_what_is_no_sitemap_is_one_line(body: bytes, site: Site) -> None:
    url = site.put("/sitemap.xml", body)
    with pytest.raises(InputError, match="not a sitemap; give the address of one, or of a page") as caught:
        list(pages_of(url))
    assert str(caught.value).startswith(f"{url}: ")
    assert "\n" not in str(caught.value)


def test_a_sitemap_reads_no_file_of_this_machine(site: Site, tmp_path: Path) -> None:
    secret = write(tmp_path / "secret.txt", "https://example.org/secret")
    body = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]><urlset><url><loc>&e;</loc></url></urlset>'
    assert list(pages_of(site.put("/sitemap.xml", body, "application/xml"))) == []


def test_a_sitemap_gives_its_pages_once_among_the_files(site: Site, folder: Path) -> None:
    a, b = site.url + "/a", site.url + "/b"
    url = site.sitemap("/sitemap.xml", a, b, a)
    given = list(find_files([b, url, folder / "letters.txt"]))
    assert given[:2] == [Source(b, b), Source(a, a)]
    assert len(given) == 3
    (failed,) = find_files([f"{site.url}/sitemap-2.xml"])
    assert failed == FileOutcome(
        f"{site.url}/sitemap-2.xml", "failed",
        message=f"{site.url}/sitemap-2.xml: the server answers 404 Not Found",
    )  # fmt: skip


def test_a_sitemap_without_a_page_is_told(site: Site) -> None:
    (told,) = find_files([site.sitemap("/sitemap.xml")])
    assert isinstance(told, FileOutcome)
    assert told.state == "failed"


# -- into the library --------------------------------------------------------------------------------------


@pytest.fixture
def web_library(tmp_path: Path) -> Iterator[Library]:
    opened = Library(tmp_path / "data", WordsEngine())
    yield opened
    opened.close()


def test_pages_are_read_in_and_again_only_when_they_changed(site: Site, web_library: Library) -> None:
    marked = site.put("/marked", page(LETTERS), ETag='"one"')
    plain = site.put("/plain", page(BRIDGES))
    url = site.sitemap("/sitemap.xml", marked, plain)
    assert states(ingest(web_library, [url])) == {"marked": "added", "plain": "added"}
    document = web_library.document(web_library.id_at(marked) or "")
    assert document is not None
    assert (document.path, document.description.url, document.source) == (marked, marked, f"{marked[7:-7]}/marked")
    assert any("Forty letters" in text for text in found(web_library, "forty letters"))

    embedded = engine_of(web_library).embedded
    assert states(ingest(web_library, [url])) == {"marked": "unchanged", "plain": "unchanged"}
    assert engine_of(web_library).embedded == embedded
    assert ("/marked", '"one"') in [(path, headers.get("if-none-match")) for path, headers in site.asked]

    site.put("/marked", page(LETTERS), ETag='"two"')  # sent again, and the same
    site.put("/plain", page(PARCELS))
    assert states(ingest(web_library, [url])) == {"marked": "unchanged", "plain": "updated"}
    assert not any("pillars" in text for text in found(web_library, "crooked pillars parcels"))
    assert any("parcels" in text for text in found(web_library, "crooked pillars parcels"))
    assert states(ingest(web_library, [url])) == {"marked": "unchanged", "plain": "unchanged"}


def test_a_page_that_is_gone_stays_in_the_library(site: Site, web_library: Library) -> None:
    url = site.put("/a", page(LETTERS), ETag='"one"')
    ingest(web_library, [url])
    site.pages.clear()
    report = ingest(web_library, [url], prune=True)
    assert states(report) == {"a": "failed"}
    assert report.failed[0].message == f"{url}: the server answers 404 Not Found"
    assert any("Forty letters" in text for text in found(web_library, "forty letters"))
    site.put("/a", page(PARCELS), ETag='"one"')  # back, and the old mark is not believed
    assert states(ingest(web_library, [url])) == {"a": "updated"}


def test_a_server_that_does_not_end_costs_its_page_only(site: Site, tmp_path: Path) -> None:
    site.put("/robots.txt", "", "text/plain")
    slow = site.put("/slow", page(LETTERS))
    site.slow = 5
    path = write(tmp_path / "letters.txt", LETTERS)
    parts = list(prepare_files([(Source(slow, slow), None), (Source(str(path), str(path)), None)], 200, seconds=2))
    assert [part for source, part in parts if source.name == slow] == [
        Unread(slow, f"{slow}: took longer than 2 s to read; is it damaged?"), End(None),
    ]  # fmt: skip
    assert len(parts) == 4
