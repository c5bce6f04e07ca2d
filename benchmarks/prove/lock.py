"""The lock: which packages, of which version, with which hashes, and what asks for each."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email.message import Message
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import cast

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "requirements.lock"
NOT_HERE = {
    "audioop-lts": "PSF-2.0", "httpx2-jsfetch": "BSD-3-Clause", "pywin32": "PSF-2.0", "colorama": "BSD-3-Clause",
}  # fmt: skip
"""Packages for other systems or releases of Python, as their projects state their licences: what is not installed
cannot be asked."""
CLASSIFIED = {
    "MIT License": "MIT", "Apache Software License": "Apache-2.0", "BSD License": "BSD",
    "ISC License (ISCL)": "ISC", "Python Software Foundation License": "PSF-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}  # fmt: skip


@dataclass(slots=True)
class Package:
    """One of the lock. `asked_by` are names of packages, and "danchung" where the project itself does."""

    name: str
    version: str
    marker: str = ""
    hashes: list[str] = field(default_factory=list)
    asked_by: list[str] = field(default_factory=list)

    @property
    def licence(self) -> str:
        """As the package states it, as an SPDX expression where it can be told; "" where it states none."""
        try:
            about = cast(Message, metadata(self.name))  # which it is, though declared as less
        except PackageNotFoundError:
            return NOT_HERE.get(self.name, "")
        named = [
            line.rpartition(" :: ")[2] for line in about.get_all("Classifier", []) if line.startswith("License ::")
        ]
        spelled = [CLASSIFIED.get(name, name) for name in named]
        stated = (about.get("License") or "").strip().partition("\n")[0]
        short = CLASSIFIED.get(stated, stated if len(stated) < 60 else "")
        return str(about.get("License-Expression") or " AND ".join(sorted(set(spelled))) or short)


def packages(lock: Path = LOCK) -> list[Package]:
    """The packages of a lock, each once: by name, those of several markers by the first."""
    found: dict[str, Package] = {}
    current: Package | None = None
    reading_via = False
    for line in lock.read_text(encoding="utf-8").splitlines():
        if pinned := re.match(r"([\w.-]+)(?:\[[\w,.-]+\])?==([^\s;\\]+)\s*(?:;\s*([^\\]+))?", line):
            name, version, marker = pinned[1].lower(), pinned[2], (pinned[3] or "").strip()
            current, reading_via = found.setdefault(name, Package(name, version, marker)), False
        elif current and (hashed := re.search(r"--hash=sha256:([0-9a-f]{64})", line)):
            current.hashes.append(hashed[1])
        elif current and (via := re.match(r"\s+#\s+(via\s*)?(.*)", line)):
            reading_via = reading_via or bool(via[1])
            if reading_via and via[2]:
                asker = re.sub(r"\[.*|\s.*", "", via[2]).lower()
                current.asked_by.append(asker if "/" not in asker and "." not in asker else "danchung")
    return sorted(found.values(), key=lambda package: package.name)


def copyleft(licence: str) -> bool:
    """Whether every choice that a licence leaves is the GPL or the AGPL; the LGPL is neither."""
    choices = re.split(r"\s+OR\s+", licence.strip("() "))
    return all(re.search(r"(?<![A-Z])A?GPL|GNU (Affero )?General Public", choice) for choice in choices)
