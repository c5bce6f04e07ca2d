"""The errors Danchung raises. A user's mistake is one line: what is wrong, and what to do.

    DanchungError            anything we can explain; the CLI prints it, the API answers problem JSON
    ├── InputError           what was given cannot be used (a path, a question, a file, an option)
    ├── LibraryError         the data directory cannot serve
    │   └── LibraryBusy      another process owns it
    ├── EngineError          no embeddings can be made
    └── ModelError           the language model endpoint failed; answers fall back to extractive

Errors of libraries are translated where they are called (`raise … from exc`), so that no caller
needs to know Chroma's, OpenAI's or ONNX Runtime's exception types.
"""

from __future__ import annotations


class DanchungError(Exception):
    """Something went wrong that can be explained in one line.

    `status` is the HTTP status the API gives it.
    """

    status = 500


class InputError(DanchungError):
    """What was given cannot be used: a missing path, an empty question, an unknown option."""

    status = 422


class LibraryError(DanchungError):
    """The data directory cannot be opened, read or written."""

    status = 503


class LibraryBusy(LibraryError):
    """Another process owns the data directory.

    `url` is where that process serves, when it is a server: callers may talk to it instead.
    """

    def __init__(self, message: str, url: str | None = None) -> None:
        super().__init__(message)
        self.url = url


class EngineError(DanchungError):
    """No embeddings can be made: the weights are missing or changed, or the endpoint does not answer."""

    status = 503


class ModelError(DanchungError):
    """The language model endpoint failed: unreachable, wrong key, too slow, or unusable output."""

    status = 502

    def told(self, language: str) -> str:  # noqa: ARG002 — one that has phrases looks at it
        """The message in a language, as far as it is known in it."""
        return str(self)
