"""What is known of each request: an id, a line in the log, counts; and the headers that every response carries.

The log has no text of documents and no questions, unless asked for.
"""

from __future__ import annotations

import contextvars
import json
import logging
import re
import time
import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry, Counter, Histogram, PlatformCollector, ProcessCollector
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.answer import Answer
from assistant.api.problems import as_problem, problem, respond

log = logging.getLogger("danchung")
requests_log = logging.getLogger("danchung.requests")
request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="-")
content: contextvars.ContextVar[dict[str, str] | None] = contextvars.ContextVar("content", default=None)
"""What a request asked, gathered only where the log is to have it."""

CLIENT_LEFT = 499
"""As nginx logs a request whose client went away; nobody reads the answer."""
_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_API = ("/v1", "/mcp", "/openapi.json", "/healthz", "/readyz", "/metrics")
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_PAGE_POLICY = "frame-ancestors 'self'; object-src 'none'; base-uri 'self'"  # Gradio's page needs scripts of its own
_API_POLICY = "default-src 'none'; frame-ancestors 'none'"


class Metrics:
    """What /metrics tells. Its own registry, so that two servers in one process count apart."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        labels = ("method", "route", "status")
        self.requests = Counter("danchung_requests", "Requests answered.", labels, registry=self.registry)
        self.seconds = Histogram(
            "danchung_request_seconds", "Seconds a request took.", ("route",), registry=self.registry,
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
        )  # fmt: skip
        self.answers = Counter(
            "danchung_answers", "Answers given, by how they were made; abstained: yes or no.", ("mode", "abstained"),
            registry=self.registry,
        )  # fmt: skip

    def answered(self, answer: Answer) -> None:
        self.answers.labels(answer.mode, "yes" if answer.abstained else "no").inc()

    def gauges(self, read: Callable[[], dict[str, tuple[str, float]]]) -> None:
        """Show what `read` gives at each look: name → what it is, value."""

        class Read(Collector):
            def collect(self) -> Iterable[Metric]:
                for name, (help, value) in read().items():
                    yield GaugeMetricFamily(f"danchung_{name}", help, value)

        self.registry.register(Read())


class Observed:
    """The outermost layer: whatever happens inside, the request is answered, counted and logged."""

    def __init__(self, app: ASGIApp, metrics: Metrics, log_content: bool = False) -> None:
        self.app = app
        self._metrics = metrics
        self._log_content = log_content

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        given = Headers(scope=scope).get("x-request-id", "")
        id_ = given if _ID.fullmatch(given) else uuid.uuid4().hex
        request_id.set(id_)
        asked: dict[str, str] | None = {} if self._log_content else None
        content.set(asked)
        path, started, status = scope["path"], time.perf_counter(), 0

        async def marked(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _mark(MutableHeaders(scope=message), path, id_)
            await send(message)

        try:
            await self.app(scope, receive, marked)
        except ClientDisconnect:
            status = status or CLIENT_LEFT
        except HTTPException as exc:  # from a layer above FastAPI
            if not status:
                await respond(as_problem(exc, path), dict(exc.headers or {}))(scope, receive, marked)
        except Exception as exc:
            log.error("%s %s failed", scope["method"], path, exc_info=exc)
            if status:  # too late for another answer; uvicorn then ends the connection
                raise
            await problem(500, "something went wrong; the server's log has the details", path)(scope, receive, marked)
        finally:
            self._told(scope, status or CLIENT_LEFT, time.perf_counter() - started, asked)

    def _told(self, scope: Scope, status: int, seconds: float, asked: dict[str, str] | None) -> None:
        route = _route(scope)
        self._metrics.requests.labels(_method(scope["method"]), route, str(status)).inc()
        self._metrics.seconds.labels(route).observe(seconds)
        if scope["path"].startswith("/v1") or scope["path"].startswith("/mcp"):
            caller = scope.get("state", {}).get("caller")
            about = {
                "method": _method(scope["method"]), "route": route, "status": status, "ms": round(1000 * seconds, 1),
                "key": caller.name if caller else None,
            }  # fmt: skip
            requests_log.info("request", extra={"told": about | (asked or {})})


def _mark(headers: MutableHeaders, path: str, id_: str) -> None:
    headers["X-Request-ID"] = id_
    api = path.startswith(_API)
    for name, value in _HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("Content-Security-Policy", _API_POLICY if api else _PAGE_POLICY)
    if api:
        headers.setdefault("Cache-Control", "no-store")


def _route(scope: Scope) -> str:
    """The address as it is declared, so that ids make no metrics of their own."""
    path = getattr(scope.get("route"), "path", None)
    if isinstance(path, str) and path.startswith(_API):
        return path
    return "other" if scope["path"].startswith(_API) else "chat"


def _method(method: str) -> str:
    return method if method in ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS") else "other"


class JsonLines(logging.Formatter):
    """A line of JSON for each record, with the id of the request it belongs to."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": request_id.get(),
        }
        line |= getattr(record, "told", {})
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def log_as_json() -> None:
    """Have the process log as lines of JSON on standard error, each request among them."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.getLogger().handlers[:] = [handler]
    requests_log.setLevel(logging.INFO)
