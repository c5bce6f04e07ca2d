"""What comes over the wire and means no good, or is broken: the right status, and a server that goes on."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from libraries import WordsEngine
from serving import listening, whole_api

from assistant import Assistant
from assistant.api.guard import Access
from assistant.keys import Keys, new_key
from ingest.library import Library

KEY, ENTRY = new_key("ana", "write")
AUTH = f"Authorization: Bearer {KEY}\r\n"
JSON = "Content-Type: application/json\r\n"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "secret.txt").write_text("outside the library")
    with (
        closing(Assistant(Library(folder / "data", WordsEngine()))) as assistant,
        listening(whole_api(assistant, access=Access(Keys(str(ENTRY))))) as address,
    ):
        yield address


@pytest.fixture(autouse=True)
def _unharmed(url: str) -> Iterator[None]:
    yield
    reply = httpx.post(f"{url}/v1/ask", json={"question": "Who?"}, headers={"x-api-key": KEY}, trust_env=False)
    assert reply.status_code == 200


def send(url: str, *pieces: str | bytes, pause: float = 0.0) -> bytes:
    """What is answered to bytes sent as they are, until the server closes or is silent for two seconds."""
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port or 0), timeout=20) as connection:
        answer = b""
        try:
            for piece in pieces:
                connection.sendall(piece.encode("latin-1") if isinstance(piece, str) else piece)
                time.sleep(pause)
            connection.settimeout(2)
            while more := connection.recv(65536):
                answer += more
        except (TimeoutError, ConnectionError):
            pass
        return answer


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def test_headers_without_end_are_refused(url: str) -> None:
    headers = ["X-A: " + "a" * 8000 + "\r\n"] * 20
    for answer in (send(url, "GET / HTTP/1.1\r\n", *headers), send(url, "GET /" + "a" * 200_000 + " HTTP/1.1\r\n")):
        assert answer == b"" or status(answer) == 400  # closed while it was still being sent


@pytest.mark.parametrize("begun", ["", "GET /healthz HT", "GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: "])
def test_headers_that_do_not_come_are_not_waited_for(url: str, begun: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.listening.HEADER_SECONDS", 0.3)
    started = time.monotonic()
    assert send(url, begun) == b""
    assert time.monotonic() - started < 1.9  # closed by the server


def test_a_body_that_does_not_come_is_not_waited_for(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.api.limits.BODY_SECONDS", 0.3)
    head = f"POST /v1/ask HTTP/1.1\r\nHost: x\r\n{AUTH}{JSON}Content-Length: 100\r\n\r\n"
    answer = send(url, head, '{"question"')
    assert status(answer) == 408
    assert b"application/problem+json" in answer


def test_many_half_open_connections_leave_room_for_others(url: str) -> None:
    address = urlsplit(url)
    half_open = [socket.create_connection((address.hostname, address.port or 0)) for _ in range(200)]
    try:
        for connection in half_open:
            connection.sendall(b"POST /v1/ask HTTP/1.1\r\nHost: x\r\n")
        assert httpx.get(f"{url}/healthz", trust_env=False, timeout=10).status_code == 200
    finally:
        for connection in half_open:
            connection.close()


@pytest.mark.parametrize(
    "content",
    [b'{"question": "\xff\xfe"}', b"\xef\xbb\xbf{", b'{"question": "\xc3"}', b"\x00" * 50, b'{"question": 1e999}'],
)
def test_bytes_that_are_no_text_are_refused(url: str, content: bytes) -> None:
    headers = {"x-api-key": KEY, "content-type": "application/json"}
    reply = httpx.post(f"{url}/v1/ask", content=content, headers=headers, trust_env=False)
    assert reply.status_code in (400, 422)
    assert reply.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "path",
    [
        "/v1/documents/../../secret.txt", "/v1/documents/..%2f..%2fsecret.txt", "/v1/documents/%2e%2e/%2e%2e/secret",
        "/v1/documents/%00", "/v1/documents/%ff%fe", "/v1/documents/....//....//secret.txt", "//v1/documents/x",
        "/v1/conversations/..%2f..%2fsecret", "/v1/jobs/..%5c..%5csecret", "/v1/documents/" + "a" * 5000,
        "/v1/models/../../../etc/passwd", "/v1//documents",
    ],
)  # fmt: skip
def test_no_path_leads_out_of_the_library(url: str, path: str) -> None:
    for method in ("GET", "DELETE"):
        answer = send(url, f"{method} {path} HTTP/1.1\r\nHost: x\r\n{AUTH}Connection: close\r\n\r\n")
        assert status(answer) in (404, 405), answer[:300]
        assert b"outside the library" not in answer


def test_an_upload_with_a_path_in_its_name_stays_inside(url: str, tmp_path: Path) -> None:
    for name in ("../../secret.txt", "..\\..\\secret.txt", f"{tmp_path}/x.txt", "%2e%2e%2fsecret.txt\r\nX: y"):
        body = (
            f'--b\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\nhello\r\n--b--\r\n'
        ).encode()
        headers = {"x-api-key": KEY, "content-type": "multipart/form-data; boundary=b"}
        reply = httpx.post(f"{url}/v1/documents", content=body, headers=headers, trust_env=False, timeout=30)
        assert reply.status_code in (200, 400, 422), reply.text
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "body", [b"", b"--b", b"--b\r\n\r\n\r\n--b--", b"x" * 1000, b"--b\r\nContent-Disposition: x\r\n"]
)
def test_an_upload_that_is_damaged_is_refused(url: str, body: bytes) -> None:
    headers = {"x-api-key": KEY, "content-type": "multipart/form-data; boundary=b"}
    reply = httpx.post(f"{url}/v1/documents", content=body, headers=headers, trust_env=False)
    assert reply.status_code in (400, 422)
    assert reply.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "head",
    [
        "GARBAGE\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/x\r\n\r\n", "\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",
        "POST /v1/ask HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "POST /v1/ask HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        "POST /v1/ask HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
    ],
)  # fmt: skip
def test_what_is_no_request_is_answered_400_or_closed(url: str, head: str) -> None:
    answer = send(url, head)
    assert answer == b"" or status(answer) in (400, 401), answer[:200]
    assert b"Traceback" not in answer


def test_a_body_too_large_is_refused_before_it_is_read(url: str) -> None:
    head = f"POST /v1/ask HTTP/1.1\r\nHost: x\r\n{AUTH}{JSON}"
    declared = send(url, f"{head}Content-Length: {10**12}\r\n\r\n")
    chunk = f"{1 << 20:x}\r\n{'a' * (1 << 20)}\r\n"
    in_chunks = send(url, f"{head}Transfer-Encoding: chunked\r\n\r\n", chunk, chunk)

    assert status(declared) == 413
    assert in_chunks == b"" or status(in_chunks) == 413  # closed while it was still being sent
    assert b"application/problem+json" in declared


def test_what_drips_is_not_waited_for(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.listening.HEADER_SECONDS", 0.5)
    monkeypatch.setattr("assistant.api.limits.BODY_SECONDS", 0.5)
    begun = f"POST /v1/ask HTTP/1.1\r\nHost: x\r\n{AUTH}{JSON}Content-Length: 100\r\n\r\n"
    started = time.monotonic()
    assert send(url, *("GET /healthz HTTP/1.1\r\nX-Slow: " + "a" * 60), pause=0.1) == b""
    answer = send(url, begun, *("{" * 60), pause=0.1)
    assert answer == b"" or status(answer) == 408  # closed while it was still being sent
    assert time.monotonic() - started < 12  # both would take 16 s to be sent


def test_who_does_not_read_holds_up_nobody(url: str) -> None:
    address = urlsplit(url)
    asked = f"GET /openapi.json HTTP/1.1\r\nHost: x\r\n{AUTH}\r\n".encode() * 50  # some MB that nobody takes
    deaf = [socket.create_connection((address.hostname, address.port or 0)) for _ in range(20)]
    try:
        for connection in deaf:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
            connection.sendall(asked)
        assert httpx.get(f"{url}/healthz", trust_env=False, timeout=20).status_code == 200
    finally:
        for connection in deaf:
            connection.close()


@pytest.mark.parametrize("method", ["PUT", "PATCH", "TRACE", "BREW", "get", "OPTIONS"])
@pytest.mark.parametrize("path", ["/v1/ask", "/v1/documents", "/v1/documents/x", "/v1/chat/completions", "/metrics"])
def test_a_method_that_an_address_does_not_know_is_405(url: str, method: str, path: str) -> None:
    answer = send(url, f"{method} {path} HTTP/1.1\r\nHost: x\r\n{AUTH}Connection: close\r\n\r\n")
    assert status(answer) in (400, 405), answer[:300]  # 400: no HTTP at all
    if status(answer) == 405:
        assert b"\r\nallow: " in answer.lower()
        assert b"application/problem+json" in answer


@pytest.mark.parametrize("header", [b"Authorization: Bearer \xff\xfe", b"X-Api-Key: \x80", b"X-Request-Id: \xc3\x28"])
def test_headers_that_are_no_text_open_nothing(url: str, header: bytes) -> None:
    answer = send(url, b"GET /v1/documents HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + header + b"\r\n\r\n")
    assert status(answer) in (400, 401)


@pytest.mark.parametrize("name", ["../../secret.txt", "..\\secret", "/etc/passwd", "\x00", "a" * 5000, "%2e%2e/secret"])
def test_no_id_in_a_body_leads_out_of_the_library(url: str, name: str) -> None:
    for path, body in (
        ("/v1/ask", {"question": "Who?", "filters": {"document": name}}),
        ("/v1/search", {"query": "Who", "filters": {"source": name}}),
        ("/v1/ask", {"question": "Who?", "conversation_id": name}),
        ("/v1/chat/completions", {"model": name, "messages": [{"role": "user", "content": "Who?"}]}),
    ):
        reply = httpx.post(f"{url}{path}", json=body, headers={"x-api-key": KEY}, trust_env=False, timeout=30)
        assert reply.status_code in (200, 400, 404, 422), reply.text
        assert "outside the library" not in reply.text
        assert "root:" not in reply.text


def test_a_key_revoked_on_an_open_connection_opens_nothing_more(tmp_path: Path) -> None:
    key, entry = new_key("bo", "write")
    file = tmp_path / "keys"
    file.write_text(f"{ENTRY}\n{entry}\n")
    with (
        closing(Assistant(Library(tmp_path / "data", WordsEngine()))) as assistant,
        listening(whole_api(assistant, access=Access(Keys(str(file))))) as address,
        httpx.Client(base_url=address, headers={"x-api-key": key}, trust_env=False) as client,
    ):
        assert client.get("/v1/documents").status_code == 200
        file.write_text(f"{ENTRY}\n")
        assert client.get("/v1/documents").status_code == 401
        assert client.get("/v1/documents", headers={"x-api-key": KEY}).status_code == 200


def test_a_key_revoked_or_replayed_elsewhere_opens_nothing(url: str) -> None:
    old, _ = new_key("ana", "write")
    for headers in ({"x-api-key": old}, {"authorization": f"Bearer {ENTRY.digest}"}, {"cookie": f"key={KEY}"}):
        assert httpx.get(f"{url}/v1/documents", headers=headers, trust_env=False).status_code == 401
    assert httpx.get(f"{url}/v1/documents?api_key={KEY}", trust_env=False).status_code == 401
