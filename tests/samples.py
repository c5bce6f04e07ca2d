"""The sample reports, and what a reader finds them to be about: read in the files, not taken from the program."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ingest.text.periods import Period


@dataclass(frozen=True)
class Sample:
    """One file of `corpus/`: its language, the period it covers, the days of its event and of its publication, where
    it is from."""

    name: str
    language: str
    period: str
    event: str | None
    published: str | None
    places: tuple[str, ...]

    @property
    def source(self) -> str:
        return f"corpus/{self.name}"

    @property
    def day(self) -> date:
        """The day it tells of: its event's, else its publication's, else the last it covers."""
        stated = self.event or self.published
        return date.fromisoformat(stated) if stated else Period.parse(self.period).end


SAMPLES = {
    name: Sample(name, *about)
    for name, about in {
        "2023-conference-nationale-dien-bien.html": ("fr", "2023", "2024-01-10", None, ("Dien Bien",)),
        "2023-national-conference-nghe-an.md": ("en", "2023", "2024-01-10", "2024-01-10", ("Nghe An",)),
        "2023-provincial-conference-december-29.md": ("en", "2023", "2023-12-29", None, ()),
        "2023-review-tuyen-quang.md": ("en", "2023", "2024-01-04", "2024-01-05", ("Tuyen Quang",)),
        "2024-declarations-de-patrimoine-vinh-hoa.md": ("fr", "2024", "2024-11-12", None, ("Vinh Hoa",)),
        "2024-half-year-online-conference.txt": ("en", "2024-H1", "2024-07-08", None, ("Quang Tri", "Hanoi")),
        "2024-national-review.txt": ("en", "2024", "2024-12-31", None, ("Hanoi", "Dak Lak")),
        "2024-press-summary.html": ("en", "2024", None, "2025-01-06", ()),
        "2024-review-tuyen-quang.html": ("en", "2024", "2024-12-27", "2024-12-28", ("Tuyen Quang",)),
        "2024-thanh-lam-district-inspections.html":
            ("en", "2024-01-01/2024-09-30", None, "2024-10-14", ("Thanh Lam",)),
        "bilan-2024-lutte-contre-le-gaspillage.txt": ("fr", "2024", "2024-12-31", None, ("Hanoi",)),
        "bilan-2025-quang-tri.md": ("fr", "2025", "2025-12-18", None, ("Quang Tri",)),
        "so-ket-6-thang-2024-quang-tri.txt": ("vi", "2024-H1", "2024-07-08", None, ("Quang Tri", "Hanoi")),
        "so-ket-6-thang-2025-toan-quoc.html": ("vi", "2025-H1", "2025-07-15", "2025-07-15", ("Hanoi",)),
        "tong-ket-2024-dak-lak.html": ("vi", "2024", "2024-12-31", None, ("Dak Lak",)),
        "tong-ket-2025-tuyen-quang.txt": ("vi", "2025", "2025-12-26", None, ("Tuyen Quang",)),
    }.items()
}  # fmt: skip

NEWEST = max(sample.day for sample in SAMPLES.values())
"""The day from which "last year" is counted."""
