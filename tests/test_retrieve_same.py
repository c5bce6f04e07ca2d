"""What tells the same is found once, and a form filled in anew each time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from asking import HARBOUR, Over

from assistant import Assistant
from assistant.retrieve import Evidence, different
from ingest.documents import Passage, Span
from ingest.text.periods import Period


@pytest.fixture(scope="module")
def harbour(over: Over) -> Assistant:
    """One measure, counted in 2023, in the first half of 2024 and in 2024; and what names no year."""
    return over(HARBOUR)


RAFTS = (
    "The ferry between the two banks was out of service for nine weeks because its hull had been damaged by driftwood, "
    "and during that time the villagers crossed on rafts that the teachers had tied together from bamboo poles and "
    "empty barrels. Nobody was asked to pay for the crossing, but many left a basket of fruit on the jetty for those "
    "who pulled the rope."
)
LAMPS = (
    "The office counts its lamps once a year, on the first day of the dry season, when two clerks walk from house to "
    "house with a ladder and a list. In {year} they counted {lamps} lamps, of which the larger part stood along the "
    "canal and the smaller part behind the rice mill."
)


def test_a_paragraph_two_reports_share_is_found_once(over: Over) -> None:
    def report(bank: str, weather: str) -> str:
        return f"# Notes from the {bank} bank\n\n## Weather\n\n{weather}\n\n## Crossing\n\n{RAFTS}"

    dry = (
        "The roads were open again after the feast, for it had not rained since the geese left. A painter came to stay."
    )
    assistant = over({"east.md": report("east", dry), "west.md": report("west", LAMPS.format(year=2023, lamps=9))})
    assert {document.copy_of for document in assistant.documents()} == {None}
    held = [p for d in assistant.documents() for p in assistant.library.passages_of(d.id) if "rafts" in p.text]
    assert len(held) == 2

    evidence = assistant.evidence("How did the villagers cross while the ferry was out of service?")

    assert "rafts" in evidence[0].passage.text
    assert not any("rafts" in item.passage.text for item in evidence[1:])
    assert len(evidence) == assistant.library.passage_count() - 1


def test_a_form_filled_in_anew_is_found_each_time(over: Over) -> None:
    wards = {"upper": (2023, 640), "lower": (2023, 655), "middle": (2024, 640)}
    assistant = over(
        {
            f"{ward}.txt": f"Lamps of the {ward} ward\n\n{LAMPS.format(year=year, lamps=lamps)}"
            for ward, (year, lamps) in wards.items()
        }
    )
    found = assistant.search("How many lamps did the clerks count?")
    assert sum("lamps" in hit.text for hit in found) == 3


Named = Callable[..., Evidence]


@pytest.fixture
def of_text(harbour: Assistant) -> Named:
    """Makes evidence of a passage with this text, measured as some other one."""
    some, *_ = harbour.evidence("Who owns goats?")

    def of_text(id_: str, text: str, period: str | None = None, language: str = "en") -> Evidence:
        periods = (Period.parse(period),) if period else ()
        passage = Passage(id_, f"d{id_}", 0, 0, len(text), text, (Span(0, len(text)),), "", language, periods)
        return replace(some, passage=passage)

    return of_text


def kept(*evidence: Evidence, k: int = 10) -> list[str]:
    return [item.passage.id for item in different(evidence, k)]


def test_of_passages_that_tell_the_same_the_first_stays(of_text: Named) -> None:
    one, two, three = (of_text(id_, RAFTS) for id_ in "abc")
    assert kept(one, two, three) == ["a"]
    assert kept(three, one) == ["c"]
    assert kept(one, of_text("d", RAFTS.upper().replace(",", " –"))) == ["a"]
    assert kept(one, of_text("d", LAMPS)) == ["a", "d"]
    assert kept(one, of_text("d", RAFTS.replace("nine weeks", "9 weeks"))) == ["a", "d"]
    assert kept(one, of_text("d", RAFTS, period="2024")) == ["a", "d"]
    assert kept(one, of_text("d", RAFTS, language="vi")) == ["a", "d"]


def test_what_collapses_makes_room_for_others(of_text: Named) -> None:
    repeated = [of_text(str(number), RAFTS) for number in range(5)]
    assert kept(*repeated, of_text("other", LAMPS), k=2) == ["0", "other"]
    assert kept(*repeated, of_text("other", LAMPS), k=1) == ["0"]
    assert kept(*repeated, k=0) == kept() == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2.5 thousand", "5.2 thousand"),
        ("30 red and 12 green", "12 red and 30 green"),
        ("eleven", "twelve"),
        ("for Nguyen Van Binh many", "for Tran Thi Lan many"),
    ],
)
def test_a_form_with_other_figures_or_names_is_not_the_same(of_text: Named, one: str, other: str) -> None:
    filled = [of_text(id_, LAMPS.format(year=2023, lamps=said)) for id_, said in (("a", one), ("b", other))]
    assert kept(*filled) == ["a", "b"]
