"""A `danchung serve` that owns the data directory, asked over HTTP in place of the library."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote, urlencode

from assistant.answer import Answer, DocumentInfo, SearchHit
from assistant.figures import Figures
from ingest.errors import InputError, LibraryError
from ingest.files import is_url
from ingest.report import FileOutcome, IngestReport, OnProgress, Progress
from ingest.store.owner import read_owner

Filters = Mapping[str, Any]
PAGE = 1000
"""Documents asked for at a time."""


class RemoteAssistant:
    """The reading half of `Assistant`, answered by the server at `url`. Errors are the server's own words. `token` is
    the one in the library's owner.json: it opens a server that asks for keys, and has it read files."""

    def __init__(self, url: str, token: str = "") -> None:
        import httpx

        headers = {"authorization": f"Bearer {token}"} if token else {}
        self._http = httpx.Client(base_url=url, timeout=120, trust_env=False, headers=headers)

    @classmethod
    def of(cls, data_dir: Path, url: str) -> Self:
        """The server that owns a data directory this process may read."""
        return cls(url, str(read_owner(data_dir).get("token", "")))

    def ask(self, question: str, history: Any = (), filters: Filters | None = None, *, explain: bool = False) -> Answer:
        body = {"question": question, "history": list(history), "filters": filters, "explain": explain}
        return Answer.model_validate(self._call("POST", "/v1/ask", body))

    def search(self, query: str, k: int = 10, filters: Filters | None = None) -> list[SearchHit]:
        found = self._call("POST", "/v1/search", {"query": query, "k": k, "filters": filters})
        return [SearchHit.model_validate(hit) for hit in found["hits"]]

    def documents(self) -> list[DocumentInfo]:
        infos: list[DocumentInfo] = []
        offset: int | None = 0
        while offset is not None:
            page = self._call("GET", f"/v1/documents?limit={PAGE}&offset={offset}")
            infos += map(DocumentInfo.model_validate, page["documents"])
            offset = page["next"]
        return infos

    def document(self, document_id: str) -> DocumentInfo:
        return DocumentInfo.model_validate(self._call("GET", f"/v1/documents/{quote(document_id, safe='')}"))

    def figures(
        self,
        filters: Filters | None = None,
        *,
        conflicts: bool = False,
        sort: str = "source",
        limit: int = 100,
        offset: int = 0,
    ) -> Figures:
        """As `Assistant.figures`."""
        pairs = [(name, item) for name, values in (filters or {}).items() for item in values]
        more = {"conflicts": str(conflicts).lower(), "sort": sort, "limit": limit, "offset": offset}
        return Figures.model_validate(self._call("GET", f"/v1/figures?{urlencode([*pairs, *more.items()])}"))

    def ingest(self, paths: Iterable[str], progress: OnProgress | None = None, *, prune: bool = False) -> IngestReport:
        """Let the server read files into its library."""
        import httpx

        body = {"paths": [_absolute(path) for path in paths], "prune": prune}
        try:
            with self._http.stream("POST", "/v1/handover", json=body, timeout=None) as reply:
                if reply.is_error:
                    raise LibraryError(f"the server at {self._http.base_url} does not take files ({reply.status_code})")
                for line in reply.iter_lines():
                    told = json.loads(line)
                    if "error" in told:
                        raise LibraryError(told["error"])
                    if "report" in told:
                        return IngestReport.from_dict(told["report"])
                    if progress:
                        progress(progress_of(told["progress"]))
        except (httpx.HTTPError, ValueError) as exc:
            raise self._gone() from exc
        raise self._gone()

    def _gone(self) -> LibraryError:
        return LibraryError(f"the server at {self._http.base_url} does not answer; stop it and try again")

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        import httpx

        try:
            reply = self._http.request(method, path, json=body)
            content = reply.json()
        except (httpx.HTTPError, ValueError) as exc:
            raise self._gone() from exc
        if reply.is_error:
            detail = str(content.get("detail") or f"the server answered {reply.status_code}")
            raise InputError(detail) if reply.status_code < 500 else LibraryError(detail)
        return content


def progress_of(told: dict[str, Any]) -> Progress:
    """The progress a server tells of."""
    outcome = told.pop("outcome")
    return Progress(outcome=FileOutcome(**outcome) if outcome else None, **told)


def _absolute(path: str) -> str:
    """The path as the server finds it, whatever directory it was started in."""
    return path if is_url(path) or not path.strip() else str(Path(os.path.expanduser(path)).absolute())
