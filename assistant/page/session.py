"""Who has the page open: the reader that Gradio's login let in, for the API beside the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import gradio as gr
from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.routing import Mount

from assistant.keys import Caller


def reader_of(app: FastAPI) -> Callable[[Headers], str | None]:
    """Says whose login the cookies of a request are, as the page mounted on `app` does; None for nobody's.

    Gradio keeps its sessions in the app it mounts and has no public way to ask for one; its own `get_current_user`
    looks at the same two attributes.
    """
    page = next(route.app for route in app.routes if isinstance(route, Mount) and isinstance(route.app, gr.routes.App))
    names = (f"access-token-{page.cookie_id}", f"access-token-unsecure-{page.cookie_id}")

    def reader(headers: Headers) -> str | None:
        cookies = cookie_parser(headers.get("cookie", ""))
        tokens = [cookies[name] for name in names if name in cookies]
        return cast(str | None, page.tokens.get(tokens[0])) if tokens else None

    return reader


def may_write(request: Any) -> bool:
    """Whether who asks may upload and remove, as the API's guard has found. A page without the API may not."""
    caller: Caller | None = getattr(request, "request", request).scope.get("state", {}).get("caller")
    return caller is not None and caller.may_write
