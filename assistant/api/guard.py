"""Who may call: keys, and what a browser may do on a page's behalf."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.api.limits import Rate
from assistant.api.problems import problem
from assistant.keys import ANYONE, Caller, Keys

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
_GUARDED = ("/v1", "/metrics", "/mcp", "/openapi.json")
_CHANGES = ("/v1/documents", "/v1/jobs", "/v1/evaluations")
"""Addresses at which anything but reading changes the library, or sets the machine to work."""
_READING = ("GET", "HEAD", "OPTIONS")
OWNER = Caller("owner", "write")


@dataclass
class Access:
    """Who is let in. Without keys, anyone who can reach the server.

    `token` is that of the library's owner.json: who can read it may do everything. `hosts` are the names a browser may
    know the server by; on loopback without keys it is the server's only protection from a page that has its own name
    lead here (DNS rebinding). `origins` are other pages that may call. `reader` says whose key the page at `/` was
    opened with, by a browser's cookies: its own scripts call with what that key may do.
    """

    keys: Keys = field(default_factory=lambda: Keys(""))
    token: str | None = None
    hosts: frozenset[str] | None = None
    origins: frozenset[str] = frozenset()
    rate: Rate = field(default_factory=lambda: Rate(0))
    reader: Callable[[Headers], str | None] = lambda _: None

    def caller(self, headers: Headers) -> Caller | None:
        """Who calls with these headers; None for nobody known."""
        scheme, _, bearer = headers.get("authorization", "").partition(" ")
        given = bearer.strip() if scheme.lower() == "bearer" else headers.get("x-api-key", "")
        if self.token and hmac.compare_digest(given.encode("utf-8", "replace"), self.token.encode()):
            return OWNER
        if not self.keys:
            return ANYONE
        if not given and _is_of_this_server(headers) and (name := self.reader(headers)):
            return self.keys.named(name)
        return self.keys.caller(given)


class Guard:
    """Lets in who may, before anything of the request is read. The caller is then in the request's state."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self.app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        path, headers = scope["path"], Headers(scope=scope)
        refusal = self._misled(headers, scope["method"], path)
        if refusal:
            return await problem(403, refusal, path)(scope, receive, send)
        caller = self._access.caller(headers)
        scope.setdefault("state", {})["caller"] = caller
        if not path.startswith(_GUARDED):  # the chat has its own login; health says nothing to strangers
            return await self.app(scope, receive, send)
        if caller is None:
            detail = "a key is needed, as `Authorization: Bearer KEY`, and this is none that is known here"
            return await problem(401, detail, path, {"WWW-Authenticate": "Bearer"})(scope, receive, send)
        if path.startswith(_CHANGES) and scope["method"] not in _READING and not caller.may_write:
            detail = f"the key {caller.name!r} may read only; this takes one that may write"
            return await problem(403, detail, path)(scope, receive, send)
        client = HTTPConnection(scope).client
        who = (client.host if client else "") if caller is ANYONE else caller.name
        if caller is not OWNER and (wait := self._access.rate.wait(who)):
            detail = f"too many requests a minute; come back in {wait} s"
            return await problem(429, detail, path, {"Retry-After": str(wait)})(scope, receive, send)
        return await self.app(scope, receive, send)

    def _misled(self, headers: Headers, method: str, path: str) -> str | None:
        """Why a browser's request is refused, whatever key it has: it was made by a page that has no business here."""
        host = headers.get("host", "")
        if self._access.hosts is not None and _name(host) not in self._access.hosts:
            return "this server answers to localhost only; serve with a key, or --no-auth, to be called by other names"
        origin = headers.get("origin")
        if path == "/logout" and headers.get("sec-fetch-site") == "cross-site":
            return "a page of another origin may not log anybody out"
        if method in _READING or origin in self._access.origins or _is_of_this_server(headers):
            return None
        return "a page of another origin may not do this; DANCHUNG_CORS_ORIGINS names those that may"


def _is_of_this_server(headers: Headers) -> bool:
    """Whether no page calls, or one of this server's own: only for these a login counts, and others bring a key."""
    origin = headers.get("origin")
    if origin is None:
        return True
    try:
        return origin != "null" and urlsplit(origin).netloc.lower() == headers.get("host", "").lower()
    except ValueError:  # "http://[x"
        return False


def _name(host: str) -> str:
    """The name in a Host header, without its port."""
    name, colon, port = host.lower().rpartition(":")
    return name if colon and port.isdigit() else host.lower()
