"""Conversations that the server keeps: one file each under conversations/ in the data directory."""

from __future__ import annotations

import re
import threading
import uuid
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, Field, ValidationError

from assistant.answer import Answer
from assistant.conversation import Conversation
from ingest.errors import InputError, LibraryError

MOST_TURNS = 200
MOST_KEPT = 1000
"""Conversations of one caller; the one that was used longest ago goes."""
ID = re.compile(r"[0-9a-f]{32}")


class ConversationInfo(BaseModel):
    """A conversation without its answers."""

    id: str
    title: str | None = Field(description="Its first question; null before that.")
    turns: int
    created: datetime
    updated: datetime


class KeptConversation(Conversation):
    """A conversation the server keeps, for the caller who began it."""

    id: str
    owner: str = Field(description="The name of the key it was begun with.")
    created: datetime
    updated: datetime

    @property
    def info(self) -> ConversationInfo:
        return ConversationInfo(
            id=self.id, title=self.answers[0].question if self.answers else None, turns=len(self.answers),
            created=self.created, updated=self.updated,
        )  # fmt: skip


class Kept:
    """The conversations in a folder. Threads may share it, and whoever writes there must: one lock guards a file
    between reading it and writing it anew."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        # A list of a thousand conversations would read them all; a file that is as it was is not read again.
        self._seen: dict[str, tuple[tuple[int, int], str, ConversationInfo]] = {}

    def begin(self, owner: str) -> KeptConversation:
        now = datetime.now(UTC)
        conversation = KeptConversation(id=uuid.uuid4().hex, owner=owner, created=now, updated=now)
        with self._lock:
            for old in self.of(owner)[MOST_KEPT - 1 :]:
                self._file(old.id).unlink(missing_ok=True)
            self._write(conversation)
        return conversation

    def get(self, id_: str, owner: str) -> KeptConversation | None:
        """A caller's conversation; None where there is none, or it is another's."""
        if not ID.fullmatch(id_):
            return None
        found = self._read(self._file(id_))
        return found if found and found.owner == owner else None

    def of(self, owner: str) -> list[ConversationInfo]:
        """A caller's conversations, the last used first."""
        mine = [info for name, info in self._infos() if name == owner]
        return sorted(mine, key=lambda info: info.updated, reverse=True)

    def add(self, id_: str, owner: str, answer: Answer, after: int | None = None) -> KeptConversation | None:
        """A caller's conversation with one more answer; None where it is gone meanwhile. With `after`, the answer
        takes the place of all that come after the first `after`: a question was asked again, or asked otherwise."""
        with self._lock:
            conversation = self.get(id_, owner)
            if conversation is None:
                return None
            conversation.answers = [*conversation.answers[:after], answer]
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

    def _infos(self) -> list[tuple[str, ConversationInfo]]:
        """The owner and what is shown in a list, of every conversation."""
        seen = {}
        for file in self._folder.glob("*.json") if self._folder.is_dir() else ():
            try:
                status = file.stat()
            except OSError:  # removed meanwhile
                continue
            stamp = status.st_mtime_ns, status.st_size
            known = self._seen.get(file.name)
            if known is None or known[0] != stamp:
                conversation = self._read(file)
                if conversation is None:
                    continue
                known = stamp, conversation.owner, conversation.info
            seen[file.name] = known
        self._seen = seen
        return [(owner, info) for _, owner, info in seen.values()]

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
