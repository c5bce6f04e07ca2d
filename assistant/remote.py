"""A `danchung serve` that owns the data directory, asked over HTTP in place of the library."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from assistant.answer import Answer, DocumentInfo, SearchHit
from ingest.errors import InputError, LibraryError


class RemoteAssistant:
    """The reading half of `Assistant`, answered by the server at `url`. Errors are the server's own words."""

    def __init__(self, url: str) -> None:
        import httpx

        self._http = httpx.Client(base_url=url, timeout=120, trust_env=False)

    def ask(self, question: str, history: Any = ()) -> Answer:
        body = {"question": question, "history": list(history)}
        return Answer.model_validate(self._call("POST", "/v1/ask", body))

    def search(self, query: str, k: int = 10) -> list[SearchHit]:
        found = self._call("POST", "/v1/search", {"query": query, "k": k})
        return [SearchHit.model_validate(hit) for hit in found["hits"]]

    def documents(self) -> list[DocumentInfo]:
        found = self._call("GET", "/v1/documents")
        return [DocumentInfo.model_validate(info) for info in found["documents"]]

    def document(self, document_id: str) -> DocumentInfo:
        return DocumentInfo.model_validate(self._call("GET", f"/v1/documents/{quote(document_id, safe='')}"))

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        import httpx

        try:
            reply = self._http.request(method, path, json=body)
            content = reply.json()
        except (httpx.HTTPError, ValueError) as exc:
            raise LibraryError(f"the server at {self._http.base_url} does not answer; stop it and try again") from exc
        if reply.is_error:
            detail = str(content.get("detail") or f"the server answered {reply.status_code}")
            raise InputError(detail) if reply.status_code < 500 else LibraryError(detail)
        return content
