"""`make licences`: the licences of all that is installed to run, as docs/licences.md."""

from __future__ import annotations

import sys
from collections import Counter

from benchmarks.prove.lock import ROOT, copyleft, packages

PAGE = ROOT / "docs" / "licences.md"


def page() -> str:
    """The page. Versions are the lock's to say: this changes only when a package or a licence does."""
    found = {package.name: package.licence or "not stated" for package in packages()}
    sums = ", ".join(f"{licence} {count}" for licence, count in Counter(found.values()).most_common(6))
    rows = "\n".join(f"| {name} | {licence} |" for name, licence in found.items())
    return (
        "# Licences of what runs with Danchung\n\n"
        f"The {len(found)} packages of `requirements.lock`, written by `make licences`. Danchung itself is MIT. "
        f"None is under the GPL or the AGPL alone. Most: {sums}.\n\n"
        f"| package | licence, as it states it |\n|---|---|\n{rows}\n"
    )


def main() -> int:
    PAGE.write_text(page(), encoding="utf-8")
    bad = [f"{p.name}: {p.licence or 'not stated'}" for p in packages() if not p.licence or copyleft(p.licence)]
    print(f"{PAGE.relative_to(ROOT)}: {len(packages())} packages", *bad, sep="\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
