"""The connection of one answer: it can be hung up from any thread, and hangs up by itself when its time is up."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from assistant.model.failures import HungUp, TooMuch
from assistant.settings import ModelSettings

if TYPE_CHECKING:
    import ssl

    import httpx

Certificates = Callable[[], "ssl.SSLContext"]
"""Gives what HTTPS is checked by; raises Failed."""

OPENAI = "https://api.openai.com/v1"
MOST_BYTES = 16 * 1024 * 1024
"""Of one reply as sent: 256 KB of text are some 16 MB where each token comes in an event of its own, and models that
think aloud send as much again."""


class Line:
    """Requests to an endpoint, one after another, within `settings.timeout` seconds from the first.

    A read timeout would not do: httpx counts it anew with every byte. So a timer shuts the socket down, which wakes
    the thread that reads from it. Only the look-up of a host's name cannot be cut short.
    """

    def __init__(self, settings: ModelSettings, certificates: Certificates, seconds: float) -> None:
        self._settings = settings
        self._certificates = certificates
        self._seconds = seconds
        self._ends: float | None = None
        self._timer: threading.Timer | None = None
        self._lock = threading.RLock()  # an iterator may be let go of, and hang up, anywhere
        self._down = threading.Event()
        self._socket: socket.socket | None = None
        self.late = False
        """Whether it was the time that hung up."""

    @property
    def left(self) -> float:
        """Seconds left."""
        return self._seconds if self._ends is None else max(0.0, self._ends - time.monotonic())

    def wait(self, seconds: float) -> None:
        """Sleep, unless hung up meanwhile. Raises HungUp then."""
        if self._down.wait(seconds):
            raise HungUp

    def hang_up(self) -> None:
        """End what is being sent or received, at once. Safe from any thread, and more than once."""
        with self._lock:
            self._down.set()
            if self._timer:
                self._timer.cancel()
            if self._socket:
                with suppress(OSError):  # it may have ended by itself
                    self._socket.shutdown(socket.SHUT_RDWR)

    @contextmanager
    def send(self, **body: Any) -> Iterator[Iterator[bytes]]:
        """Ask for a chat completion; the reply's bytes as they come, whatever its form.

        Raises HungUp when hung up, and whatever the OpenAI client and httpx raise.
        """
        import httpx
        import openai

        if self._down.is_set():
            raise HungUp
        client = openai.OpenAI(
            api_key=self._settings.api_key or "none",  # local servers ask for none
            base_url=self._settings.base_url or OPENAI,
            max_retries=0,
            http_client=openai.DefaultHttpxClient(
                verify=self._certificates(),
                # A connection of its own: one kept from an answer before is not announced by a trace.
                limits=httpx.Limits(max_keepalive_connections=0),
                event_hooks={"request": [self._watch], "response": [self._bound]},
            ),
        )
        create = client.chat.completions.with_streaming_response.create
        self._start()
        try:
            with client, create(**body, timeout=max(0.001, self.left)) as reply:
                yield self._read(reply.iter_bytes())
        except Exception:
            if self._down.is_set():
                raise HungUp from None
            raise
        finally:
            with self._lock:
                self._socket = None

    def _read(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            if self._down.is_set():
                raise HungUp
            yield chunk
        if self._down.is_set():  # the end of a connection shut down may pass for the end of a reply
            raise HungUp

    def _start(self) -> None:
        """Let the time run, once: it is the endpoint's, not that of importing its client."""
        with self._lock:
            if self._ends is None and not self._down.is_set():
                self._ends = time.monotonic() + self._seconds
                self._timer = threading.Timer(self._seconds, self._time_is_up)
                self._timer.daemon = True
                self._timer.start()

    def _time_is_up(self) -> None:
        self.late = not self._down.is_set()
        self.hang_up()

    def _watch(self, request: httpx.Request) -> None:
        request.headers["accept-encoding"] = "identity"  # proxies that compress hold events back
        request.extensions["trace"] = self._seen

    def _seen(self, _event: str, info: dict[str, Any]) -> None:
        """https://www.encode.io/httpcore/extensions/#trace: streams are told when connected, and again under TLS."""
        stream = info.get("return_value")
        if stream is None or not hasattr(stream, "get_extra_info"):
            return
        with self._lock:
            self._socket = stream.get_extra_info("socket")
            down = self._down.is_set()
        if down:
            self.hang_up()

    def _bound(self, response: httpx.Response) -> None:
        response.stream = _bounded(response.stream)


def _bounded(stream: Any) -> Any:
    """The stream of a response, no longer than MOST_BYTES."""
    import httpx

    class Bounded(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            read = 0
            for chunk in stream:
                read += len(chunk)
                if read > MOST_BYTES:
                    raise TooMuch
                yield chunk

        def close(self) -> None:
            stream.close()

    return Bounded()
