"""Logins to the page: each ends with the key it was opened with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from libraries import WordsEngine
from serving import listening

from assistant import Assistant
from assistant.api.guard import Access
from assistant.keys import Keys, new_key
from assistant.server import build_app
from ingest.library import Library

ANA, ANA_ENTRY = new_key("ana", "read")
BO, BO_ENTRY = new_key("bo", "read")


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    file = tmp_path / "keys"
    file.write_text(f"{ANA_ENTRY}\n{BO_ENTRY}\n")
    return file


@pytest.fixture
def url(tmp_path: Path, key_file: Path) -> Iterator[str]:
    with (
        Assistant(Library(tmp_path / "data", WordsEngine())) as assistant,
        listening(build_app(assistant, access=Access(Keys(str(key_file))))) as address,
    ):
        yield address


@contextmanager
def logged_in(url: str, name: str, key: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, trust_env=False, timeout=60) as client:
        assert client.post("/login", data={"username": name, "password": key}).status_code == 200
        yield client


def ask(client: httpx.Client) -> int:
    return client.post("/gradio_api/call/ask", json={"data": ["Who?"]}).status_code


def test_a_login_ends_with_its_key_and_no_other_does(url: str, key_file: Path) -> None:
    with logged_in(url, "ana", ANA) as ana, logged_in(url, "bo", BO) as bo:
        assert [ana.get("/config").status_code, ask(ana), bo.get("/config").status_code] == [200, 200, 200]
        key_file.write_text(f"{BO_ENTRY}\n")

        assert [ana.get("/config").status_code, ask(ana)] == [401, 401]
        assert [bo.get("/config").status_code, ask(bo)] == [200, 200]
        key_file.write_text(f"{ANA_ENTRY}\n{BO_ENTRY}\n")
        assert ana.get("/config").status_code == 401  # once ended, it stays so


def test_a_new_key_under_the_same_name_does_not_keep_the_old_ones_login(url: str, key_file: Path) -> None:
    new, entry = new_key("ana", "read")
    with logged_in(url, "ana", ANA) as ana:
        key_file.write_text(f"{entry}\n")
        assert ana.get("/config").status_code == 401
    with logged_in(url, "ana", new) as ana:
        assert ana.get("/config").status_code == 200


@pytest.mark.parametrize(
    ("name", "key"),
    [("ana", BO), ("ana", "dc_wrong"), ("", ANA), ("ana", ANA_ENTRY.digest)],
    ids=["another's", "none", "nameless", "digest"],
)
def test_a_name_and_a_key_that_do_not_belong_together_open_nothing(url: str, name: str, key: str) -> None:
    with httpx.Client(base_url=url, trust_env=False) as client:
        assert client.post("/login", data={"username": name, "password": key}).status_code in (400, 422)
        assert client.get("/config").status_code == 401
        client.cookies.set("access-token-x", "guessed")
        assert client.get("/config").status_code == 401


def test_who_logs_out_is_out_and_others_of_the_key_are_not(url: str) -> None:
    with logged_in(url, "ana", ANA) as one, logged_in(url, "ana", ANA) as other:
        one.get("/logout", params={"all_session": "false"})
        assert one.get("/config").status_code == 401
        assert other.get("/config").status_code == 200


def test_a_stranger_fills_no_memory_with_what_he_sends_to_the_page(url: str) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(12):
            yield b"a" * (1 << 20)

    for path, kind in (
        ("/gradio_api/queue/join", "application/json"),
        ("/login", "multipart/form-data; boundary=x"),
        ("/gradio_api/upload", "multipart/form-data; boundary=x"),
    ):
        reply = httpx.post(f"{url}{path}", content=b" " * (9 << 20), headers={"content-type": kind}, trust_env=False)
        assert reply.status_code == 413
        with pytest.raises((httpx.HTTPError, AssertionError)):  # noqa: PT012  it may be closed while it is sent
            sent = httpx.post(f"{url}{path}", content=chunks(), headers={"content-type": kind}, trust_env=False)
            assert sent.status_code < 400


def test_a_cookie_of_something_else_takes_no_login_away(url: str) -> None:
    with logged_in(url, "ana", ANA) as client:
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in client.cookies.jar)
        for odd in ('prefs={"a":1}', "a=b c", "foo", "a[b]=1"):
            reply = httpx.get(f"{url}/v1/documents", headers={"cookie": f"{odd}; {cookies}"}, trust_env=False)
            assert reply.status_code == 200, odd


def test_a_login_counts_for_no_other_page(tmp_path: Path, key_file: Path) -> None:
    page = "https://reports.example"
    access = Access(Keys(str(key_file)), origins=frozenset({page}))
    with (
        Assistant(Library(tmp_path / "other", WordsEngine())) as assistant,
        listening(build_app(assistant, access=access)) as url,
        logged_in(url, "ana", ANA) as client,
    ):
        asked = {"json": {"query": "x y"}}
        assert client.post("/v1/search", headers={"origin": url}, **asked).status_code == 200
        assert client.post("/v1/search", headers={"origin": page}, **asked).status_code == 401
        assert client.post("/v1/search", headers={"origin": "http://[x"}, **asked).status_code == 403
        assert client.get("/logout", headers={"sec-fetch-site": "cross-site"}).status_code == 403
        assert client.get("/v1/documents").status_code == 200
