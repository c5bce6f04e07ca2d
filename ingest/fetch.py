"""Pages of the web: fetched once, and again only where the server says that they have changed."""

from __future__ import annotations

import re
import urllib.robotparser
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from ingest.errors import InputError
from ingest.readers import FORMATS, MAX_BYTES

if TYPE_CHECKING:
    import httpx

SECONDS = 30.0
AGENT = "danchung/0.1 (reads reports for citation)"
MOST_PAGES = 10_000
MOST_SITEMAPS = 100
_SUFFIXES = {
    "text/html": ".html", "application/xhtml+xml": ".html", "application/pdf": ".pdf", "text/plain": ".txt",
    "text/markdown": ".md", "text/csv": ".csv", "application/epub+zip": ".epub", "application/zip": ".zip",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.oasis.opendocument.text": ".odt",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a server sent; `data` is None where the page is the one the ETag was given for."""

    data: bytes | None
    etag: str
    suffix: str
    """The format: by the content type, else by the address."""


def fetch(url: str, etag: str | None = None) -> Fetched:
    """The page at an address. Raises InputError where there is none, it is too large, of a format that is not read,
    or robots.txt asks not to read it."""
    if not _may_read(url):
        raise InputError(f"{url}: its robots.txt asks programs not to read it")
    headers = {"If-None-Match": etag} if etag else {}
    data, reply = _get(url, headers)
    if reply.status_code == 304:
        return Fetched(None, etag or "", "")
    kind = reply.headers.get("content-type", "").split(";")[0].strip().lower()
    by_name = PurePosixPath(_parts(url).path).suffix.lower()
    suffix = by_name if kind in ("", "application/octet-stream") and by_name in FORMATS else _SUFFIXES.get(kind, "")
    if not suffix:
        raise InputError(f"{url}: {kind or 'what it sends'} is not read; Danchung reads {', '.join(FORMATS)}")
    return Fetched(data, reply.headers.get("etag", ""), suffix)


def pages_of(url: str) -> Iterator[str]:
    """The pages a sitemap lists, each once, those of the first MOST_SITEMAPS sitemaps it names too. Raises InputError
    where one cannot be read."""
    waiting, sitemaps, pages = [url], {url}, set[str]()
    for _ in range(MOST_SITEMAPS):
        if not waiting:
            return
        sitemap = waiting.pop(0)
        root = _parsed(_get(sitemap, {})[0], sitemap)
        is_index = root.tag.endswith("sitemapindex")
        for address in ((node.text or "").strip() for node in root.iter("{*}loc")):
            known = sitemaps if is_index else pages
            if address.startswith(("http://", "https://")) and address not in known and len(pages) < MOST_PAGES:
                known.add(address)
                if is_index:
                    waiting.append(address)
                else:
                    yield address


def is_sitemap(url: str) -> bool:
    """Whether an address is a sitemap's, by its name: sitemap.xml, sitemap-2024.xml.gz. Raises InputError."""
    return re.search(r"sitemap[^/]*\.xml(?:\.gz)?$", _parts(url).path, re.IGNORECASE) is not None


def _parts(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError as exc:
        raise InputError(f"{url}: not an address ({exc})") from exc


def _parsed(data: bytes, url: str):  # type: ignore[no-untyped-def]
    import gzip

    from lxml import etree

    try:
        if data[:2] == b"\x1f\x8b":
            with gzip.GzipFile(fileobj=__import__("io").BytesIO(data)) as packed:
                data = packed.read(MAX_BYTES)
        return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
    except (etree.XMLSyntaxError, OSError, EOFError) as exc:
        raise InputError(f"{url}: not a sitemap; give the address of one, or of a page") from exc


def _get(url: str, headers: dict[str, str]) -> tuple[bytes, httpx.Response]:
    import httpx

    try:
        with (
            httpx.Client(timeout=SECONDS, follow_redirects=True, headers={"User-Agent": AGENT} | headers) as client,
            client.stream("GET", url) as reply,
        ):
            if reply.status_code != 304 and reply.status_code >= 300:
                raise InputError(f"{url}: the server answers {reply.status_code} {reply.reason_phrase}".rstrip())
            data = bytearray()
            for chunk in reply.iter_bytes():
                data += chunk
                if len(data) > MAX_BYTES:
                    raise InputError(f"{url}: larger than {MAX_BYTES >> 20} MB; save and split it")
            return bytes(data), reply
    except (httpx.HTTPError, httpx.InvalidURL) as exc:
        reason = " ".join(str(exc).split()) or type(exc).__name__
        raise InputError(f"{url}: cannot be fetched ({reason}); check the address and the network") from exc


def _may_read(url: str) -> bool:
    parts = _parts(url)
    return _robots(f"{parts.scheme}://{parts.netloc}").can_fetch(AGENT, url)


@lru_cache(maxsize=256)
def _robots(site: str) -> urllib.robotparser.RobotFileParser:
    rules = urllib.robotparser.RobotFileParser()
    try:
        data, _ = _get(f"{site}/robots.txt", {})
        rules.parse(data.decode("utf-8", "replace").splitlines())
    except InputError:  # none, or no server: fetching the page will say so
        rules.parse([])
    return rules
