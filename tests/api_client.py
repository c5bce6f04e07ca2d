"""A client of the whole API over the test's assistant."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from serving import whole_api

from assistant import Assistant


@pytest.fixture
def client(assistant: Assistant) -> Iterator[TestClient]:
    """Its errors are replies, as a real client has them."""
    with TestClient(whole_api(assistant), raise_server_exceptions=False) as opened:
        yield opened
