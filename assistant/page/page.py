"""The page, put together from its tabs, and mounted on the API."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.metadata import entry_points
from typing import Any

import gradio as gr
from fastapi import FastAPI

from assistant.kept import Kept
from assistant.page import drawing as html
from assistant.page.chat_tab import ChatTab
from assistant.page.desk import Desk
from assistant.page.figures_tab import FiguresTab, GivesFigures
from assistant.page.library_tab import LibraryTab
from assistant.page.tab import HIDDEN, Answerer, Shared, Tab, resource, words_of
from assistant.page.words import ENGLISH, Words
from assistant.uploads import Jobs
from assistant.verdicts import Verdicts

SYSTEM_FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif")
MONO_FONTS = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")

STYLES = ("page.css", "chat.css", "library.css", "figures.css")

Login = Callable[[str, str], bool]
"""Whether a name and a key open the page."""


def tabs_of(assistant: Answerer, desk: Desk, uploads: Jobs | None = None, upload_mb: int = 100) -> list[Tab]:
    """The page's own tabs, and those that other packages bring: entry points of the group `danchung.tabs`, each a
    callable that takes the assistant and gives a `Tab`."""
    brought = [point.load()(assistant) for point in sorted(entry_points(group="danchung.tabs"), key=lambda p: p.name)]
    figures = [FiguresTab(assistant)] if isinstance(assistant, GivesFigures) else []
    return [ChatTab(assistant, desk), LibraryTab(assistant, uploads, upload_mb), *figures, *brought]


def build_page(tabs: Sequence[Tab]) -> gr.Blocks:
    """The page, in English until the browser says which language it prefers."""
    page = gr.Blocks(title="Danchung", analytics_enabled=False, fill_width=True)
    with page:
        heading = gr.HTML(html.render_heading(ENGLISH), elem_id="heading", apply_default_css=False)
        shared = Shared(filters=gr.State(None))
        labels, labelled = [], []
        for own in tabs:
            with gr.Tab(_label(own, ENGLISH), id=own.name) as label:
                labelled += own.build(label, shared)
            labels.append(label)

        def greet(request: gr.Request) -> list[Any]:
            words = words_of(request)
            named = [gr.Tab(label=_label(own, words)) for own in tabs]
            return [html.render_heading(words), *named, *(value for own in tabs for value in own.greet(words))]

        page.load(greet, None, [heading, *labels, *labelled], **HIDDEN)
    return page


def mount_page(
    app: FastAPI,
    assistant: Answerer,
    kept: Kept,
    verdicts: Verdicts,
    path: str = "/",
    login: Login | None = None,
    uploads: Jobs | None = None,
    upload_mb: int = 100,
) -> FastAPI:
    """Serve the page from `app`, to those whom `login` lets in. Mount it last when the path is "/": it answers whatever
    is left. `kept` is that of the API, so that both see the same conversations. Its library uploads and removes through
    the API's addresses beside it; `uploads` are the API's jobs."""
    gr.mount_gradio_app(
        app,
        build_page(tabs_of(assistant, Desk(assistant, kept, verdicts), uploads, upload_mb)),
        path=path,
        auth=login,
        auth_message="The name of your key, and the key.",
        theme=_theme(),
        css="\n".join(map(resource, STYLES)),
        head=f"<script>\n{resource('page.js')}</script>",
        show_error=False,
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        enable_monitoring=False,
        max_file_size="1kb",  # nothing is uploaded to Gradio, but the address for it exists
    )
    return app


def _label(tab: Tab, words: Words) -> str:
    """A tab's name in the page's words; one that another package brings has its own."""
    brought: dict[str, str] = getattr(tab, "labels", {})
    return words.get(tab.name) or brought.get(words["code"], tab.name)


def _theme() -> gr.themes.Base:
    """Fonts the reader's system has, so that none is fetched; the paper of page.css, so that none flashes."""
    return gr.themes.Base(
        primary_hue="teal",
        neutral_hue="stone",
        font=SYSTEM_FONTS,
        font_mono=MONO_FONTS,
    ).set(
        body_background_fill="#f7f5f0",
        body_background_fill_dark="#161715",
        body_text_color="#1f1e1b",
        body_text_color_dark="#edebe4",
        background_fill_primary="#f7f5f0",
        background_fill_primary_dark="#161715",
    )
