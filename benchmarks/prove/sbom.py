"""`make sbom`: the software bill of materials, CycloneDX 1.6 as JSON, made of the lock (https://cyclonedx.org)."""

from __future__ import annotations

import argparse
import json
import re
import sys
import tomllib
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.prove.lock import ROOT, Package, packages


def bill(known: list[Package], made: datetime, version: str) -> dict[str, Any]:
    """The bill: each package with its version, its licence, the SHA-256 of every file the lock allows, and what needs
    what. Its serial number depends on the packages alone."""
    refs = {package.name: f"pkg:pypi/{package.name}@{package.version}" for package in known}
    whole = f"pkg:pypi/danchung@{version}"
    needs: dict[str, list[str]] = {ref: [] for ref in [whole, *refs.values()]}
    for package in known:
        for asker in package.asked_by:
            needs[refs.get(asker, whole)].append(refs[package.name])
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, ' '.join(sorted(refs.values())))}",
        "version": 1,
        "metadata": {
            "timestamp": made.isoformat(timespec="seconds"),
            "component": {
                "type": "application", "bom-ref": whole, "name": "danchung", "version": version, "purl": whole,
                "licenses": [{"license": {"id": "MIT"}}],
            },
        },
        "components": [_component(package, refs[package.name]) for package in known],
        "dependencies": [{"ref": ref, "dependsOn": sorted(set(of))} for ref, of in needs.items()],
    }  # fmt: skip


def _component(package: Package, ref: str) -> dict[str, Any]:
    component: dict[str, Any] = {
        "type": "library", "bom-ref": ref, "name": package.name, "version": package.version, "purl": ref,
        "hashes": [{"alg": "SHA-256", "content": content} for content in sorted(set(package.hashes))],
    }  # fmt: skip
    if licence := package.licence:
        spdx = re.fullmatch(r"[A-Za-z0-9.+() -]+", licence) and re.search(r"-\d|^MIT\b|^ISC\b|^0BSD\b", licence)
        component["licenses"] = [{"expression": licence}] if spdx else [{"license": {"name": licence}}]
    if package.marker:
        component["properties"] = [{"name": "danchung:marker", "value": package.marker}]
    return component


def main() -> int:
    parser = argparse.ArgumentParser(prog="make sbom", description=__doc__)
    parser.add_argument("--out", type=Path, metavar="FILE", help="default dist/danchung-VERSION.cdx.json")
    args = parser.parse_args()
    version = str(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])
    out = args.out or ROOT / "dist" / f"danchung-{version}.cdx.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    made = bill(packages(), datetime.now(UTC), version)
    out.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
    print(f"{out}: {len(made['components'])} components")
    return 0


if __name__ == "__main__":
    sys.exit(main())
