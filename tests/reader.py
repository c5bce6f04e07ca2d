"""A reader's browser at the page of the test module's `address`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from browser import browsing, complaints, needed, requested_hosts, settled


@pytest.fixture(scope="module")
def shared_browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    needed()
    with browsing(tmp_path_factory.mktemp("reader")) as opened:
        yield opened


@pytest.fixture
def browser(shared_browser: Any, address: str) -> Iterator[Any]:
    """The browser at a page with nothing asked; what its console says is the test's own."""
    at(shared_browser, address)
    yield shared_browser
    assert complaints(shared_browser) == []
    assert requested_hosts(shared_browser) == {"127.0.0.1"}


def at(browser: Any, address: str) -> None:
    """Open a page anew; what the one before complains of when it is left is forgotten."""
    browser.get("about:blank")
    complaints(browser)
    requested_hosts(browser)
    browser.get(address)
    browser.execute_script("sessionStorage.clear()")
    settled(browser)
