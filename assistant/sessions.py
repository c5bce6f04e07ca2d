"""The page's logins. Each lasts as long as the key it was opened with is known.

Gradio knows a reader by a token in a cookie, and keeps for each token the reader's name. Here it keeps beside it the
entry of the key, and looks each time whether the server still has that entry: a key that is taken out, or made anew
under the same name, ends the logins it opened with the next request.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from assistant.keys import Entry, Keys


class Sessions(dict[str, str]):
    """Token → name, of those who are logged in; stands in place of the `tokens` of Gradio's app."""

    def __init__(self, keys: Keys) -> None:
        super().__init__()
        self._keys = keys
        self._opened_with: dict[str, Entry] = {}
        # Gradio asks whether a key is good, and sets the token after it in the same request.
        self._opening: ContextVar[Entry | None] = ContextVar("opening", default=None)

    def login(self, name: str, key: str) -> bool:
        """Whether a reader may enter with a key's name and the key."""
        entry = self._keys.entry(key)
        good = entry is not None and entry.caller.name == name
        self._opening.set(entry if good else None)
        return good

    def __setitem__(self, token: str, name: str) -> None:
        if (entry := self._opening.get()) is not None:
            self._opened_with[token] = entry
            super().__setitem__(token, name)

    def __delitem__(self, token: str) -> None:
        self._opened_with.pop(token, None)
        super().__delitem__(token)

    def get(self, token: Any, default: Any = None) -> Any:
        """The name of who is logged in with a token; the default for a token that is none, or no longer one."""
        entry = self._opened_with.get(token)
        if entry is None or not self._keys.holds(entry):
            if token in self:
                del self[token]
            return default
        return super().get(token, default)
