"""Loaded by every Python that is started with this folder on its path: notes each connection it makes, and forbids it.

`PROVE_ALLOWED` is "nothing" or "loopback"; to `PROVE_NOTED` a line is written for each connection that is not allowed.
"""

from __future__ import annotations

import ipaddress
import os
import sys
from typing import Any

_ALLOWED, _NOTED = os.environ.get("PROVE_ALLOWED", ""), os.environ.get("PROVE_NOTED", "")


def _forbid(event: str, given: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.sendto"):
        address = given[1]
        if not isinstance(address, tuple):  # a socket of the file system leads nowhere else
            return
        host = str(address[0])
    elif event == "socket.getaddrinfo":
        host = str(given[0] or "localhost")
    else:
        return
    if _ALLOWED == "loopback" and _loopback(host):
        return
    with open(_NOTED, "a", encoding="utf-8") as noted:
        noted.write(f"{event} {host} by {' '.join(sys.argv)[:100]}\n")
    raise PermissionError(f"{event} to {host} is forbidden here")


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


if _ALLOWED:
    sys.addaudithook(_forbid)
