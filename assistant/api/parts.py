"""What the resources share: a server's parts, found by each request in the state of the app."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request

from assistant.api.guard import Access
from assistant.api.observe import Metrics
from assistant.api.work import Work
from assistant.assistant import Assistant
from assistant.kept import Kept
from assistant.keys import Caller
from assistant.settings import ServerSettings
from assistant.uploads import Jobs


@dataclass(frozen=True)
class Parts:
    assistant: Assistant
    settings: ServerSettings
    access: Access
    work: Work
    jobs: Jobs
    kept: Kept
    metrics: Metrics


def parts_of(request: Request) -> Parts:
    return cast(Parts, request.app.state.parts)


def caller_of(request: Request) -> Caller:
    return cast(Caller, request.state.caller)


WithParts = Annotated[Parts, Depends(parts_of)]
WithCaller = Annotated[Caller, Depends(caller_of)]
