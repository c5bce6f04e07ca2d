"""The page's main views over the sample corpus, light and dark, on a phone, in three languages: no reader shut out."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from browser import AXE, barriers, complaints, needed, requested_hosts, serving_page
from test_evals_report import report
from views import PICTURED, views

from assistant import Assistant
from assistant.server import build_app
from evals.kept import Reports
from ingest.engine import Engine


@pytest.mark.browser
def test_every_view_can_be_read_by_everyone(corpus_library: Path, engine: Engine, tmp_path: Path) -> None:
    needed()
    if not AXE.exists():
        pytest.fail(f"{AXE} is missing: make test") if os.environ.get("CI") else pytest.skip(f"no {AXE}: make test")
    shutil.copytree(corpus_library, tmp_path / "data")
    Reports(tmp_path / "data").keep(report(True, True, False))
    seen = []
    with (
        Assistant.open(tmp_path / "data", engine=engine) as assistant,
        serving_page(build_app(assistant)) as address,
    ):
        for name, browser in views(address, tmp_path):
            assert barriers(browser) == [], name
            assert complaints(browser) == [], name
            assert requested_hosts(browser) <= {"127.0.0.1"}, name
            sideways = browser.execute_script("return document.documentElement.scrollWidth > innerWidth")
            assert not sideways, f"{name} scrolls sideways"
            seen.append(name)
    assert set(seen) >= PICTURED
