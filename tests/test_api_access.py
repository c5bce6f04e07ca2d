"""Who may call: keys, what a browser may do for another page, how often, and what strangers learn."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from libraries import WordsEngine
from serving import whole_api

from assistant import Assistant
from assistant.api.guard import LOOPBACK, Access
from assistant.api.limits import Rate
from assistant.cli import main
from assistant.keys import Keys, new_key
from assistant.server import serve
from assistant.settings import ServerSettings, Settings
from ingest.errors import InputError
from ingest.library import Library

READ, READ_ENTRY = new_key("ana", "read")
WRITE, WRITE_ENTRY = new_key("bo", "write")
TOKEN = "the-token-of-owner.json"
FILES = {"files": ("a.txt", b"Nine pillars stood crooked at Son La in 2024.")}


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    opened = Assistant(Library(tmp_path_factory.mktemp("access") / "data", WordsEngine()))
    yield opened
    opened.close()


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    file = tmp_path / "keys"
    file.write_text(f"# who may call\n{READ_ENTRY}\n{WRITE_ENTRY}  # the archive\n")
    return file


@pytest.fixture
def client(assistant: Assistant, key_file: Path) -> Iterator[TestClient]:
    access = Access(Keys(str(key_file)), TOKEN)
    with TestClient(whole_api(assistant, access=access), raise_server_exceptions=False) as opened:
        yield opened


def bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


# -- keys ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/v1/documents", "/v1/nothing", "/metrics", "/openapi.json", "/v1/models", "/mcp"])
@pytest.mark.parametrize("headers", [{}, bearer("dc_wrong"), {"authorization": READ}, {"x-api-key": ""}, bearer("")])
def test_a_stranger_is_let_in_nowhere(client: TestClient, path: str, headers: dict[str, str]) -> None:
    reply = client.get(path, headers=headers)

    assert reply.status_code == 401
    assert reply.headers["www-authenticate"] == "Bearer"
    assert reply.headers["content-type"] == "application/problem+json"


def test_a_stranger_learns_of_health_nothing_but_that_it_is(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok", "documents": None, "passages": None, "model": None}
    assert client.get("/healthz", headers=bearer(READ)).json()["documents"] is not None
    assert client.get("/readyz").status_code == 200


def test_a_key_opens_the_api_in_either_header(client: TestClient) -> None:
    for headers in (bearer(READ), {"x-api-key": READ}, bearer(WRITE), bearer(TOKEN)):
        assert client.get("/v1/documents", headers=headers).status_code == 200


def test_who_may_read_may_not_change(client: TestClient) -> None:
    for method, path in (("POST", "/v1/documents"), ("DELETE", "/v1/documents/d1"), ("DELETE", "/v1/jobs/j1")):
        refused = client.request(method, path, headers=bearer(READ), files=FILES if method == "POST" else None)
        assert refused.status_code == 403
        assert "'ana' may read only" in refused.json()["detail"]
    assert client.post("/v1/documents", headers=bearer(WRITE), files=FILES).status_code == 200
    assert client.post("/v1/ask", headers=bearer(READ), json={"question": "How many pillars?"}).status_code == 200


def test_a_key_taken_out_of_the_file_is_worth_nothing_at_once(client: TestClient, key_file: Path) -> None:
    assert client.get("/v1/documents", headers=bearer(READ)).status_code == 200
    key_file.write_text(f"{WRITE_ENTRY}\n")

    assert client.get("/v1/documents", headers=bearer(READ)).status_code == 401
    assert client.get("/v1/documents", headers=bearer(WRITE)).status_code == 200
    key_file.unlink()
    assert client.get("/v1/documents", headers=bearer(WRITE)).status_code == 401


def test_conversations_are_seen_only_by_who_began_them(client: TestClient) -> None:
    address = client.post("/v1/conversations", headers=bearer(READ)).headers["location"]

    assert client.get(address, headers=bearer(READ)).status_code == 200
    assert client.get(address, headers=bearer(WRITE)).status_code == 404
    assert client.delete(address, headers=bearer(WRITE)).status_code == 404
    assert client.get("/v1/conversations", headers=bearer(WRITE)).json()["total"] == 0


def test_a_server_keeps_no_key() -> None:
    assert READ not in str(READ_ENTRY)
    keys = Keys(f"{READ_ENTRY}, {WRITE_ENTRY}")
    assert READ not in repr(vars(keys))
    found = keys.caller(READ)
    assert found is not None
    assert (found.name, found.may_write) == ("ana", False)
    assert keys.caller(f"{READ} ") is None
    assert keys.caller("") is None


@pytest.mark.parametrize(
    "given",
    [READ, f"ana:admin:{'0' * 64}", f"ana:read:{'0' * 63}", f"{READ_ENTRY} {READ_ENTRY}", "/no/such/file", ":"],
    ids=["the key", "rights", "short", "twice", "no file", "empty"],
)
def test_what_is_no_entry_is_said_without_repeating_it(given: str) -> None:
    with pytest.raises(InputError, match="DANCHUNG_API_KEYS") as told:
        Keys(given)
    assert READ_ENTRY.digest not in str(told.value)


def test_the_command_line_makes_keys(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys", "new", "carla", "--write"]) == 0
    said = capsys.readouterr().out
    key = re.search(r"dc_\S+", said)
    entry = re.search(r"carla:write:[0-9a-f]{64}", said)

    assert key is not None
    assert entry is not None
    caller = Keys(entry[0]).caller(key[0])
    assert caller is not None
    assert caller.may_write
    assert main(["keys", "new", "no name"]) == 2


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_a_server_others_can_reach_asks_for_keys(host: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--no-auth"):
        serve(Settings(tmp_path), host, 0)


def test_keys_and_no_auth_contradict_each_other(tmp_path: Path) -> None:
    settings = Settings(tmp_path, server=ServerSettings(api_keys=str(READ_ENTRY)))
    with pytest.raises(InputError, match="--no-auth"):
        serve(settings, "127.0.0.1", 0, no_auth=True)


# -- browsers --------------------------------------------------------------------------------------


def test_a_page_of_another_origin_may_change_nothing(assistant: Assistant) -> None:
    with TestClient(whole_api(assistant)) as client:
        for origin in ("https://evil.example", "null", "http://testserver.evil.example"):
            reply = client.post("/v1/documents", files=FILES, headers={"origin": origin})
            assert reply.status_code == 403
            assert "access-control-allow-origin" not in reply.headers
        reply = client.get("/v1/documents", headers={"origin": "https://evil.example"})
        assert "access-control-allow-origin" not in reply.headers
        assert client.post("/v1/search", json={"query": "x y"}, headers={"origin": "http://testserver"}).is_success


def test_a_page_that_is_named_may_call(assistant: Assistant) -> None:
    page = "https://reports.example"
    with TestClient(whole_api(assistant, access=Access(origins=frozenset({page})))) as client:
        preflight = client.options(
            "/v1/ask", headers={"origin": page, "access-control-request-method": "POST"}
        )  # fmt: skip
        reply = client.post("/v1/search", json={"query": "pillars"}, headers={"origin": page})
        other = client.post("/v1/search", json={"query": "pillars"}, headers={"origin": "https://evil.example"})

    assert preflight.headers["access-control-allow-origin"] == page
    assert reply.headers["access-control-allow-origin"] == page
    assert other.status_code == 403
    assert "access-control-allow-credentials" not in reply.headers


@pytest.mark.parametrize("host", ["evil.example", "evil.example:7860", "127.0.0.1.evil.example", "", "localhost.evil"])
def test_a_name_that_leads_to_loopback_is_no_way_in(assistant: Assistant, host: str) -> None:
    with TestClient(whole_api(assistant, access=Access(hosts=LOOPBACK))) as client:
        assert client.get("/v1/documents", headers={"host": host}).status_code == 403
        for good in ("localhost", "127.0.0.1:7860", "[::1]:7860", "LOCALHOST:1"):
            assert client.get("/v1/documents", headers={"host": good}).status_code == 200


# -- how often -------------------------------------------------------------------------------------


def test_each_key_has_its_own_rate(assistant: Assistant) -> None:
    access = Access(Keys(f"{READ_ENTRY},{WRITE_ENTRY}"), rate=Rate(12))
    with TestClient(whole_api(assistant, access=access)) as client:
        statuses = [client.get("/v1/documents", headers=bearer(READ)).status_code for _ in range(3)]
        refused = client.get("/v1/documents", headers=bearer(READ))
        other = client.get("/v1/documents", headers=bearer(WRITE))

    assert statuses[:2] == [200, 200]  # a sixth of twelve at once
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 5
    assert other.status_code == 200


def test_a_rate_fills_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr("assistant.api.limits.time.monotonic", lambda: now)
    rate = Rate(60)
    assert [rate.wait("a") for _ in range(11)] == [0] * 10 + [1]
    now = 1.0
    assert [rate.wait("a") for _ in range(2)] == [0, 1]
    assert [Rate(0).wait("a") for _ in range(1000)] == [0] * 1000


def test_settings_of_the_server_come_from_the_environment() -> None:
    settings = Settings.load(
        environ={
            "DANCHUNG_API_KEYS": str(READ_ENTRY), "DANCHUNG_CORS_ORIGINS": "https://a.example, https://b.example/",
            "DANCHUNG_AT_ONCE": "2", "DANCHUNG_WAITING": "0", "DANCHUNG_RATE": "0", "DANCHUNG_UPLOAD_MB": "5",
            "DANCHUNG_REQUEST_TIMEOUT": "1.5", "DANCHUNG_LOG_CONTENT": "1",
            "DANCHUNG_REMEMBERED": "7",
        }
    ).server  # fmt: skip
    assert settings == ServerSettings(
        str(READ_ENTRY), ("https://a.example", "https://b.example"), 2, 0, 1.5, 0, 5, True, 7
    )
    for name, wrong in (
        ("AT_ONCE", "0"),
        ("WAITING", "-1"),
        ("CORS_ORIGINS", "*"),
        ("LOG_CONTENT", "2"),
        ("REMEMBERED", "-1"),
    ):
        with pytest.raises(InputError, match=name):
            Settings.load(environ={f"DANCHUNG_{name}": wrong})
