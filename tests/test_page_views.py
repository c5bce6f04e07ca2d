"""The page's main views over the sample corpus, light and dark, on a phone, in three languages: no reader shut out."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from browser import AXE, barriers, complaints, needed, requested_hosts, serving_page
from views import views

from assistant import Assistant


@pytest.mark.browser
def test_every_view_can_be_read_by_everyone(reader: Assistant, tmp_path: Path) -> None:
    from fastapi import FastAPI

    from assistant.kept import Kept
    from assistant.page import mount_page
    from assistant.verdicts import Verdicts

    needed()
    if not AXE.exists():
        pytest.fail(f"{AXE} is missing: make test") if os.environ.get("CI") else pytest.skip(f"no {AXE}: make test")
    page = mount_page(FastAPI(), reader, Kept(tmp_path / "kept"), Verdicts(tmp_path / "verdicts.jsonl"))
    seen = []
    with serving_page(page) as address:
        for name, browser in views(address, tmp_path):
            assert barriers(browser) == [], name
            assert complaints(browser) == [], name
            assert requested_hosts(browser) <= {"127.0.0.1"}, name
            sideways = browser.execute_script("return document.documentElement.scrollWidth > innerWidth")
            assert not sideways, f"{name} scrolls sideways"
            seen.append(name)
    assert {"welcome", "chat", "chat-dark", "chat-phone", "chat-french", "chat-vietnamese", "why"} <= set(seen)
