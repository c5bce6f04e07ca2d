"""Start-up and use make no connection: commands with every connection forbidden, a server with all but loopback's.

The hook is in every Python process, those that read files too. Where the system lets us, the same is done in a network
of its own that leads nowhere, whose counters tell what code of other languages sent.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from benchmarks.prove.made_up import question, report, write
from benchmarks.prove.row import Row, Scale, Tally, skipped

ROOT = Path(__file__).parents[2]
PATHS = ("/", "/config", "/healthz", "/readyz", "/metrics", "/v1/documents", "/openapi.json")


def prove(scale: Scale) -> Iterator[Row]:
    """Three rows: commands, a server with its page, and both in a network that leads nowhere."""
    del scale
    with tempfile.TemporaryDirectory(prefix="prove-net-") as name:
        folder = Path(name)
        for number in range(3):
            write(folder / "reports" / f"{number}.txt", report(number))
        commands, server, nowhere = (
            Tally(f"no connection: {what}") for what in ("commands", "server and page", "of any code")
        )
        for arguments in _commands(folder):
            commands.count(*_ran(folder, arguments))
        yield commands.row("ingest, ask, search, documents, doctor, with every connection forbidden")
        _serve(server, folder)
        yield server.row("the page, the API and questions, with all but loopback forbidden")
        if _led_nowhere(folder, ["true"]) is None:
            yield skipped(nowhere.name, "no network of its own may be made here; it takes the superuser of Linux")
            return
        for arguments in _commands(folder):
            sent = _led_nowhere(folder, [sys.executable, "-m", "assistant.cli", *arguments])
            nowhere.count(sent or 0, "" if sent == 0 else f"{arguments[0]}: {sent} packets had no way")
        yield nowhere.row("the kernel's counters in a network that leads nowhere")


def _commands(folder: Path) -> list[list[str]]:
    data = ["--data-dir", str(folder / "data")]
    return [
        ["ingest", str(folder / "reports"), *data], ["ask", question(0), *data], ["search", "boats", *data],
        ["documents", *data], ["doctor", *data], ["ingest", "--rebuild", *data],
    ]  # fmt: skip


def guarded(folder: Path, allowed: str) -> dict[str, str]:
    """An environment in which no Python process may connect to anything that is not `allowed`: nothing, loopback."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DANCHUNG_", "OPENAI_"))}
    kept |= {name: value for name, value in os.environ.items() if name == "DANCHUNG_CACHE_DIR"}
    path = os.pathsep.join([str(Path(__file__).parent / "guard"), str(ROOT)])
    return kept | {"PYTHONPATH": path, "PROVE_ALLOWED": allowed, "PROVE_NOTED": str(folder / "noted")}


def noted(folder: Path) -> list[str]:
    """The connections that were tried since this was asked last."""
    file = folder / "noted"
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    file.unlink(missing_ok=True)
    return lines


def _ran(folder: Path, arguments: list[str]) -> tuple[int, str]:
    """What `danchung` tried to reach, and why it did not end well."""
    command = [sys.executable, "-m", "assistant.cli", *arguments]
    ran = subprocess.run(
        command, env=guarded(folder, "nothing"), cwd=folder, capture_output=True, text=True, timeout=600
    )
    tried = noted(folder)
    failed = f"{arguments[0]} ends with {ran.returncode}: {ran.stderr.strip()[-200:]}" if ran.returncode else ""
    return len(tried), "; ".join(filter(None, [failed, *tried[:1]]))


def _serve(tally: Tally, folder: Path) -> None:
    command = [sys.executable, "-m", "assistant.cli", "serve", "--port", "0", "--data-dir", str(folder / "data")]
    server = subprocess.Popen(
        command,
        env=guarded(folder, "loopback"),
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert server.stdout is not None
    try:
        url = server.stdout.readline().split()[-1]
        asked = json.dumps({"question": question(0)}).encode()
        for path, body in [*((path, None) for path in PATHS), ("/v1/ask", asked)]:
            request = urllib.request.Request(f"{url}{path}", body, {"content-type": "application/json"})
            with urllib.request.urlopen(request, timeout=120) as reply:
                text = reply.read().decode("utf-8", "replace")
            elsewhere = _loaded_from_elsewhere(text) if path == "/" else []
            tally.count(len(elsewhere), "".join(elsewhere[:1]))
    except (OSError, IndexError, urllib.error.URLError) as exc:
        tally.count(0, f"the server does not answer: {exc}")
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=60)
        server.stdout.close()
    tried = noted(folder)
    tally.count(len(tried), "".join(tried[:1]))


def _loaded_from_elsewhere(page: str) -> list[str]:
    """What a browser would load of other hosts for the page: scripts, styles, pictures, fonts."""
    tags = re.findall(r"<(?:script|img|iframe|link)\b[^>]*>", page)
    return [tag for tag in tags if re.search(r"(?:src|href)=[\"']?(?:https?:)?//", tag) and "canonical" not in tag
            and 'rel="preconnect"' not in tag]  # fmt: skip


def _led_nowhere(folder: Path, command: list[str]) -> int | None:
    """How many packets found no way in a network that leads nowhere; None where there can be none, or it failed."""
    if not shutil.which("unshare"):
        return None
    counted = "rc=$?; cat /proc/net/snmp /proc/net/snmp6 2>/dev/null | grep '^Ip:\\|^Ip6OutNoRoutes'; exit $rc"
    script = f'ip link set lo up 2>/dev/null; "$@"; {counted}'
    ran = subprocess.run(
        ["unshare", "--net", "sh", "-c", script, "sh", *command],
        cwd=folder, capture_output=True, text=True, timeout=600,
        env=guarded(folder, "") | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    lines = [line.split() for line in ran.stdout.splitlines() if line.startswith(("Ip:", "Ip6OutNoRoutes"))]
    of_six = sum(int(line[1]) for line in lines if line[0] != "Ip:")
    of_four = [line for line in lines if line[0] == "Ip:"]
    if ran.returncode or len(of_four) < 2:
        return None
    return int(dict(zip(*of_four[-2:], strict=True))["OutNoRoutes"]) + of_six
