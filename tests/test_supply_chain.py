"""What is locked: its licences, its bill of materials, and what is known against it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from benchmarks.prove import licences, sbom, vulnerabilities
from benchmarks.prove.lock import LOCK, copyleft, packages

LOCKED = packages()


def test_every_package_of_the_lock_is_found() -> None:
    lines = [line for line in LOCK.read_text(encoding="utf-8").splitlines() if line[:1].isalnum()]
    assert {package.name for package in LOCKED} == {line.partition("==")[0].partition("[")[0] for line in lines}
    assert all(package.version and package.hashes and package.asked_by for package in LOCKED)


def test_every_licence_is_stated_and_none_is_the_gpl() -> None:
    for package in LOCKED:
        assert package.licence, f"{package.name} states no licence; look, and name it in lock.NOT_HERE"
        assert not copyleft(package.licence), f"{package.name}: {package.licence}"


@pytest.mark.parametrize(
    ("licence", "bad"),
    [
        ("MIT", False), ("GPL-3.0-only", True), ("AGPL-3.0-or-later", True), ("LGPL-2.1-or-later", False),
        ("MPL-1.1 OR GPL-2.0-only OR LGPL-2.1-or-later", False), ("GPL-2.0-only OR AGPL-3.0-only", True),
        ("MIT AND GPL-3.0-only", True), ("GNU General Public License v3 (GPLv3)", True),
        ("GNU Lesser General Public License v3 (LGPLv3)", False),
    ],
)  # fmt: skip
def test_which_licences_are_refused(licence: str, bad: bool) -> None:
    assert copyleft(licence) is bad


def test_the_page_of_licences_names_what_is_locked() -> None:
    assert licences.PAGE.read_text(encoding="utf-8") == licences.page(), "run `make licences`"


def test_the_bill_of_materials_has_every_package_and_what_needs_it() -> None:
    bill = json.loads(json.dumps(sbom.bill(LOCKED, datetime(2026, 1, 2, tzinfo=UTC), "0.1.0")))
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert bill["serialNumber"].startswith("urn:uuid:")
    refs = [component["bom-ref"] for component in bill["components"]]
    assert len(set(refs)) == len(refs) == len(LOCKED)
    needs = {each["ref"]: each["dependsOn"] for each in bill["dependencies"]}
    assert set(needs) == {*refs, bill["metadata"]["component"]["bom-ref"]}
    assert {needed for each in needs.values() for needed in each} == set(refs)  # nothing is locked that nothing needs
    chroma = next(ref for ref in refs if ref.startswith("pkg:pypi/chromadb@"))
    assert chroma in needs[bill["metadata"]["component"]["bom-ref"]]
    for component in bill["components"]:
        assert all(len(each["content"]) == 64 for each in component["hashes"])
        (choice,) = component["licenses"]
        assert set(choice) == {"expression"} or set(choice["license"]) == {"name"}


def test_what_pip_audit_says_is_a_row() -> None:
    sound = {"name": "httpx", "version": "0.28.1", "vulns": []}
    bad = {"name": "other", "version": "1.0", "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["1.1"]}]}
    assert vulnerabilities.told(json.dumps({"dependencies": [sound]}), "", 1, 0.1).good
    row = vulnerabilities.told(json.dumps({"dependencies": [sound, bad]}), "", 2, 0.1)
    assert (row.tried, row.survived, row.good) == (2, 1, False)
    assert row.note == "other 1.0: PYSEC-2026-1"
    unheard = {"name": "ours", "skip_reason": "not found on the index"}
    assert not vulnerabilities.told(json.dumps({"dependencies": [sound, unheard]}), "", 2, 0.1).good
    assert vulnerabilities.told(json.dumps({"dependencies": [unheard]}), "", 1, 0.1).skipped, "another index"


def test_a_database_that_is_not_reached_is_told_loudly() -> None:
    row = vulnerabilities.told("", "Traceback\nConnectionError: no way", 3, 0.1)
    assert row.skipped
    assert row.note == "SKIPPED: the database was not reached (ConnectionError: no way)"
