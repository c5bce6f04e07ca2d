"""Conversations that the server keeps: one file each under conversations/ in the data directory."""

from __future__ import annotations

import re
import threading
import uuid
from datetime import UTC, datetime
from pathlib import Path

from pydantic import Field, ValidationError

from assistant.answer import Answer
from assistant.conversation import Conversation
from ingest.errors import InputError, LibraryError

MOST_TURNS = 200
MOST_KEPT = 1000
"""Conversations of one caller; the one that was used longest ago goes."""
ID = re.compile(r"[0-9a-f]{32}")


class KeptConversation(Conversation):
    """A conversation the server keeps, for the caller who began it."""

    id: str
    owner: str = Field(description="The name of the key it was begun with.")
    created: datetime
    updated: datetime


class Kept:
    """The conversations in a folder. Threads may share it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()

    def begin(self, owner: str) -> KeptConversation:
        now = datetime.now(UTC)
        conversation = KeptConversation(id=uuid.uuid4().hex, owner=owner, created=now, updated=now)
        with self._lock:
            mine = sorted((c for c in self._all() if c.owner == owner), key=lambda c: c.updated)
            for old in mine[: max(0, len(mine) + 1 - MOST_KEPT)]:
                self._file(old.id).unlink(missing_ok=True)
            self._write(conversation)
        return conversation

    def get(self, id_: str, owner: str) -> KeptConversation | None:
        """A caller's conversation; None where there is none, or it is another's."""
        if not ID.fullmatch(id_):
            return None
        found = self._read(self._file(id_))
        return found if found and found.owner == owner else None

    def of(self, owner: str) -> list[KeptConversation]:
        """A caller's conversations, the last used first."""
        mine = [conversation for conversation in self._all() if conversation.owner == owner]
        return sorted(mine, key=lambda conversation: conversation.updated, reverse=True)

    def add(self, id_: str, owner: str, answer: Answer) -> KeptConversation | None:
        """A caller's conversation with one more answer; None where it is gone meanwhile."""
        with self._lock:
            conversation = self.get(id_, owner)
            if conversation is None:
                return None
            conversation.answers.append(answer)
            conversation.updated = datetime.now(UTC)
            self._write(conversation)
            return conversation

    def remove(self, id_: str, owner: str) -> bool:
        """Whether it was there."""
        with self._lock:
            if self.get(id_, owner) is None:
                return False
            self._file(id_).unlink(missing_ok=True)
            return True

    def _file(self, id_: str) -> Path:
        return self._folder / f"{id_}.json"

    def _all(self) -> list[KeptConversation]:
        read = (self._read(file) for file in self._folder.glob("*.json")) if self._folder.is_dir() else ()
        return [conversation for conversation in read if conversation]

    def _read(self, file: Path) -> KeptConversation | None:
        try:
            return KeptConversation.model_validate_json(file.read_text(encoding="utf-8"))
        except (OSError, ValidationError):
            return None

    def _write(self, conversation: KeptConversation) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            conversation.save(self._file(conversation.id))
        except (OSError, InputError) as exc:
            raise LibraryError("the conversation cannot be kept; free space or check rights") from exc
