"""A scripted model behind the OpenAI protocol, for the real `openai` client to talk to.

`Reply` is what the endpoint sends once: a body, or pieces with pauses between them, so that a test decides what is on
the wire and when. `streams` and `says` make a well-formed one of a model's text.
"""

from __future__ import annotations

import json
import re
import select
import socketserver
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from assistant import Answer, Assistant

KEY = "sk-test-0123456789"
QUESTION = "How many new corruption cases were opened nationwide in 2024, and against how many defendants?"
QUOTE = "local procedural agencies opened 848 new corruption cases against 1,884 defendants"
"""In the national report on 2024."""
GOOD = "In 2024, 848 new corruption cases were opened against 1,884 defendants."
SAID = "local procedural agencies opened 848 new corruption cases"
"""Another statement that its quote proves."""

HOLD = -1.0
"""A piece: wait for the client to leave, ten seconds at most."""
DROP = -2.0
"""A piece: close the connection in the midst of the reply."""


Piece = bytes | float | threading.Event


@dataclass(frozen=True)
class Reply:
    """What the endpoint sends once: `body`, or `pieces` in chunks; a number among them is a pause in seconds, an event
    is waited for.

    `stall` is a pause before the status line; `refuse` closes the connection before it.
    """

    body: bytes = b""
    status: int = 200
    type: str = "application/json"
    stall: float = 0.0
    pieces: Sequence[Piece] | None = None
    headers: dict[str, str] = field(default_factory=dict)
    refuse: bool = False


Script = Reply | Callable[[str], Reply]


@dataclass
class Endpoint:
    """An OpenAI-compatible endpoint that says what it is told, the last reply again and again."""

    url: str
    replies: list[Script] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    raw: list[str] = field(default_factory=list)
    at: list[float] = field(default_factory=list)
    """When each request came (`time.monotonic`)."""
    left: threading.Event = field(default_factory=threading.Event)
    """Set when the client leaves during a reply."""

    def next(self, sent: str) -> Reply:
        self.at.append(time.monotonic())
        self.raw.append(sent)
        self.requests.append(json.loads(sent))
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        return reply if isinstance(reply, Reply) else reply(self.prompt)

    @property
    def prompt(self) -> str:
        """The messages of the last request as one text."""
        return "\n".join(message["content"] for message in self.requests[-1]["messages"])

    @property
    def keys(self) -> list[str]:
        """The ids of the passages in the last request."""
        return re.findall(r'<passage id="(P\w+)"', self.prompt)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    script: Endpoint

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers["content-length"])).decode()
        reply = self.script.next(sent)
        self.close_connection = True
        if self._gone(reply.stall) or reply.refuse:
            return
        try:
            self._send(reply)
        except OSError:
            self.script.left.set()

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        self.send_header("content-type", reply.type)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.pieces is None:
            self.send_header("content-length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)
            return
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for piece in reply.pieces:
            if isinstance(piece, bytes):
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            elif isinstance(piece, threading.Event):
                assert piece.wait(10), "nobody asked for more"
            elif piece == DROP or self._gone(10.0 if piece == HOLD else piece):
                return
        self.wfile.write(b"0\r\n\r\n")

    def _gone(self, seconds: float) -> bool:
        """Wait; whether the client left meanwhile."""
        if seconds and select.select([self.connection], [], [], seconds)[0]:
            self.script.left.set()
            return True
        return False

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[Endpoint]:
    """The endpoint, on a port of its own."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    script = Endpoint(f"http{'s' if tls else ''}://127.0.0.1:{server.server_address[1]}/v1")
    server.RequestHandlerClass = type("Handler", (_Handler,), {"script": script})
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield script
    server.shutdown()
    thread.join()
    server.server_close()


@contextmanager
def raw_server(*pieces: bytes | float) -> Iterator[str]:
    """The address of a server that sends these bytes to whoever connects, with pauses, and closes."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(65536)
            with suppress(OSError):
                for piece in pieces:
                    if isinstance(piece, bytes):
                        self.request.sendall(piece)
                    elif self.left_within(piece):
                        return

        def left_within(self, seconds: float) -> bool:
            ends = time.monotonic() + seconds
            while select.select([self.request], [], [], max(0.0, ends - time.monotonic()))[0]:
                if not self.request.recv(65536):  # else it is the rest of the request
                    return True
            return False

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    server.shutdown()
    thread.join()
    server.server_close()


# -- replies -------------------------------------------------------------------------------------

USAGE = {"prompt_tokens": 700, "completion_tokens": 60, "total_tokens": 760}


def says(content: Any, finish: str = "stop", **changes: Any) -> Reply:
    """A chat completion with this content, in one body."""
    completion = {
        "id": "c1", "object": "chat.completion", "created": 0, "model": "small",
        "choices": [{"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": content}}],
        "usage": USAGE,
    }  # fmt: skip
    return Reply(json.dumps(completion | changes).encode())


def chunk(delta: Any = None, finish: str | None = None, **changes: Any) -> bytes:
    """One event of a stream."""
    value = {
        "id": "c1", "object": "chat.completion.chunk", "created": 0, "model": "small",
        "choices": [{"index": 0, "finish_reason": finish, "delta": {} if delta is None else delta}],
    }  # fmt: skip
    return b"data: " + json.dumps(value | changes).encode() + b"\n\n"


def said(text: str) -> bytes:
    return chunk({"content": text})


DONE = b"data: [DONE]\n\n"
USED = chunk(choices=[], usage=USAGE)


def events(*pieces: Piece, **changes: Any) -> Reply:
    """A stream of these pieces, and pauses."""
    return Reply(type="text/event-stream", pieces=pieces, **changes)


def streams(text: str, size: int = 12, finish: str = "stop") -> Reply:
    """A chat completion with this text, streamed as OpenAI does: the role, the text bit by bit, the end, the usage."""
    bits = [said(text[at : at + size]) for at in range(0, len(text), size)]
    return events(chunk({"role": "assistant", "content": ""}), *bits, chunk(finish=finish), USED, DONE)


def refuses(status: int, message: str = "no", **changes: Any) -> Reply:
    headers = changes.pop("headers", {})
    error = {"message": message, "type": "x", "code": None} | changes
    return Reply(json.dumps({"error": error}).encode(), status, headers=headers)


def states(*statements: dict[str, Any]) -> str:
    return json.dumps({"statements": list(statements)})


def id_of(prompt: str, words: str) -> str:
    """The id under which the prompt gives the passage with these words."""
    before = prompt[: prompt.index(words)]
    return re.findall(r'<passage id="(P\w+)"', before)[-1]


def other_id(prompt: str, words: str) -> str:
    """The id of a passage that does not hold the words."""
    return next(found for found in re.findall(r'<passage id="(P\w+)"', prompt) if found != id_of(prompt, words))


def citing(prompt: str, text: str, quote: str = QUOTE, words: str | None = None) -> dict[str, Any]:
    """A statement that cites by its true id the passage that holds the words (the quote's)."""
    return {"text": text, "evidence": [{"id": id_of(prompt, words or quote), "quote": quote}]}


def cites(text: str, quote: str = QUOTE, words: str | None = None) -> Callable[[str], str]:
    """A model's JSON with this one statement."""
    return lambda prompt: states(citing(prompt, text, quote, words))


def then(content: Callable[[str], str], finish: str = "stop") -> Callable[[str], Reply]:
    """A streamed reply that depends on the prompt."""
    return lambda prompt: streams(content(prompt), finish=finish)


# -- what is shown -------------------------------------------------------------------------------

Opened = Callable[..., Assistant]
"""Opens the sample corpus with the scripted model, with settings changed as told; the fixture `with_model`."""


def assert_verbatim(answer: Answer, assistant: Assistant) -> None:
    """Every statement is cited, and every quote is its document's words."""
    assert answer.statements
    assert [citation.n for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
    for statement in answer.statements:
        assert statement.citations
        assert set(statement.citations) <= {citation.n for citation in answer.citations}
    for citation in answer.citations:
        text = assistant.document(citation.document_id).text or ""
        assert text[citation.start : citation.end] == citation.quote


def assert_quotes_instead(answer: Answer, assistant: Assistant, *told: str) -> None:
    """The answer is the extractive one, and one line says why."""
    assert_verbatim(answer, assistant)
    plain = Assistant(assistant.library).ask(answer.question)
    assert answer.mode == "extractive"
    assert (answer.answer, answer.citations) == (plain.answer, plain.citations)
    notice = answer.usage["notice"]
    assert "\n" not in notice
    assert KEY not in notice
    assert "quotes from the reports" in notice
    for words in told:
        assert words in notice


def assert_nothing_of_it(answer: Answer, assistant: Assistant, never: str) -> None:
    """Nothing but the reports' own sentences, and `GOOD`, is said: the extractive answer, or the sentences quoted."""
    assert_verbatim(answer, assistant)
    for citation in answer.citations:
        text = " ".join((assistant.document(citation.document_id).text or "").split())
        for statement in answer.statements:
            if citation.n in statement.citations:
                assert statement.text in text or statement.text == GOOD
    assert not never or never not in answer.answer
    if answer.mode == "extractive":
        assert_quotes_instead(answer, assistant)
    else:
        assert answer.usage["dropped"] >= 1
