"""Filters: over which documents and passages a question is asked."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from libraries import Store, found, write

from ingest.documents import Description, Scope, Summary
from ingest.errors import InputError
from ingest.filters import select
from ingest.library import Library
from ingest.pipeline import ingest
from ingest.text.periods import Period
from ingest.text.words import stems


def reached(library: Library, scope: Scope | None) -> list[str]:
    """Sources of the documents that a search in the scope comes to, by either index."""
    sources = {document.id: document.source for document in library.documents()}
    every = {"vi": "và của năm", "fr": "de la les", "en": "the of and in"}
    words = {stem: 1.0 for language, text in every.items() for stem in stems(text, language)}
    near = library.nearest(library.engine.embed_query("cases of corruption"), 10_000, scope)
    matching = library.matching(words, 10_000, scope)
    found = [{sources[p.document_id] for p, _ in library.passages([hit.passage_id for hit in hits])}
             for hits in (near, matching)]  # fmt: skip
    assert found[0] == found[1]
    return sorted(found[0])


# -- over the sample corpus --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({"language": "fr"}, ["2023-conference-nationale", "2024-declarations", "bilan-2024"]),
        ({"language": ["fr", "vi"]}, ["2023-conf", "2024-declarations", "bilan-2024", "so-ket", "tong-ket"]),
        ({"period": "2024-H1"}, ["2024-half-year", "so-ket"]),
        ({"period": ["2024-H1", "2023"]}, ["2023-conf", "2023-nat", "2023-prov", "2024-half-year", "so-ket"]),
        ({"period": 2023}, ["2023-conf", "2023-nat", "2023-prov"]),
        ({"period": [2023, "2024-H1"]}, ["2023-conf", "2023-nat", "2023-prov", "2024-half-year", "so-ket"]),
        ({"place": "Dak Lak"}, ["2024-national-review", "tong-ket"]),
        ({"place": "Đắk Lắk"}, ["2024-national-review", "tong-ket"]),
        ({"place": ["Điện Biên", "nghe an"]}, ["2023-conf", "2023-nat"]),
        ({"place": ("Điện Biên", "nghe an")}, ["2023-conf", "2023-nat"]),
        ({"source": "NATIONAL"}, ["2023-conference-nationale", "2023-national", "2024-national"]),
        ({"language": "fr", "period": "2024"}, ["2024-declarations", "bilan-2024"]),
        ({"language": "en", "place": "Quang Tri", "period": "2024"}, ["2024-half-year"]),
        ({"language": "fr", "place": "Quang Tri"}, []),
        ({"language": "de"}, []),
        ({"period": "1999"}, []),
        ({"language": []}, []),
        ({"source": []}, []),
        ({"language": None, "place": "Nghe An"}, ["2023-national"]),
        ({"since": "2024-12-31"}, ["2024-national-review", "bilan-2024", "tong-ket"]),
        ({"until": "2023"}, ["2023-prov"]),
        ({"since": "2024-07", "until": "2024-07-08"}, ["2024-half-year", "so-ket"]),
        ({"since": "2024-10", "until": "2024-Q4", "language": "fr"}, ["2024-declarations", "bilan-2024"]),
        ({"since": 2025}, []),
    ],
)  # fmt: skip
def test_filters_narrow_what_a_search_comes_to(corpus: Library, filters: dict[str, Any], names: list[str]) -> None:
    scope = corpus.select(filters)
    assert scope is not None
    sources = reached(corpus, scope)
    assert len(sources) == len(names)
    assert all(source.startswith(f"corpus/{name}") for source, name in zip(sources, names, strict=True))
    assert bool(found(corpus, "cases of corruption affaires", 50, scope)) == bool(names)


@pytest.mark.parametrize("name", ["document", "document_id"])
def test_a_document_is_named_by_its_id(corpus: Library, name: str) -> None:
    one, other = corpus.documents()[:2]
    assert reached(corpus, corpus.select({name: one.id})) == [one.source]
    assert reached(corpus, corpus.select({name: [other.id, one.id, "d0"]})) == sorted([one.source, other.source])
    assert reached(corpus, corpus.select({name: "d0"})) == []


@pytest.mark.parametrize("nothing", [None, {}, {"language": None}, {"document_id": None, "since": None}])
def test_no_filter_searches_all(corpus: Library, nothing: Any) -> None:
    assert corpus.select(nothing) is None
    assert len(reached(corpus, None)) == len(corpus.documents())


@pytest.mark.parametrize(
    ("filters", "says"),
    [
        ({"author": "x"}, "unknown filter 'author'; use document, language, period, place, source, since, until"),
        ({"period": "2024-H9"}, "period '2024-H9'"),
        ({"period": ["2024", ""]}, "period ''"),
        ({"since": "yesterday"}, "since 'yesterday' is none of 2024, 2024-H1"),
        ({"until": "2024-13"}, "until '2024-13'"),
        ({"until": ["2024", "31.12.2024"]}, r"until '31\.12\.2024'"),
        ({"source": ""}, "filter 'source' takes text, or a list of texts, not ''"),
        ({"place": ["Hanoi", " "]}, "filter 'place' takes text"),
        ({"language": True}, "filter 'language' takes text, or a list of texts, not True"),
        ({"period": 2024.0}, r"filter 'period' takes text, or a list of texts, not 2024\.0"),
        ({"source": {"name": "x"}}, "filter 'source' takes text"),
        ({"source": [["x"]]}, "filter 'source' takes text"),
        ({"source": [None]}, "filter 'source' takes text"),
        ({"source": b"x"}, "filter 'source' takes text"),
    ],
)
def test_a_wrong_filter_is_an_input_error(corpus: Library, filters: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError, match=says) as caught:
        corpus.select(filters)
    assert "\n" not in str(caught.value)


# -- what a filter looks at --------------------------------------------------------------------------------


def summary(id_: str, copy_of: str | None = None, **about: Any) -> Summary:
    return Summary(id_, f"/{id_}.txt", f"reports/{id_}.txt", Description("A report", "en", **about), 100, copy_of)


DAY = date(2024, 7, 8)


@pytest.mark.parametrize(
    ("about", "day"),
    [
        ({"event_date": DAY, "published": date(2024, 9, 1), "period": Period.parse("2023")}, DAY),
        ({"published": DAY, "period": Period.parse("2023")}, DAY),
        ({"period": Period.parse("2024-H1")}, date(2024, 6, 30)),
    ],
    ids=["its event's", "its publication's", "the last it covers"],
)
def test_the_day_of_a_report(about: dict[str, Any], day: date) -> None:
    documents = [summary("one", **about)]
    before, after = date.fromordinal(day.toordinal() - 1), date.fromordinal(day.toordinal() + 1)
    here, nowhere = Scope(("one",)), Scope(())
    assert select({"since": day.isoformat()}, documents) == select({"until": day.isoformat()}, documents) == here
    assert (
        select({"since": after.isoformat()}, documents) == select({"until": before.isoformat()}, documents) == nowhere
    )
    assert select({"since": before.isoformat(), "until": after.isoformat()}, documents) == here
    assert select({"since": after.isoformat(), "until": before.isoformat()}, documents) == nowhere


def test_a_report_without_a_day_passes_no_day() -> None:
    documents = [summary("one")]
    assert select({"since": "1000"}, documents) == select({"until": "3000"}, documents) == Scope(())


def test_a_period_counts_from_its_first_day_and_to_its_last() -> None:
    documents = [summary("first", event_date=date(2024, 4, 1)), summary("last", event_date=date(2024, 6, 30))]
    assert select({"since": "2024-Q2", "until": "2024-Q2"}, documents) == Scope(("first", "last"))
    assert select({"since": "2024-04-02"}, documents) == Scope(("last",))
    assert select({"until": "2024-06-29"}, documents) == Scope(("first",))
    assert select({"since": ["2024-Q3", "2024-Q2"], "until": ["2023", "2024"]}, documents) == Scope(("first", "last"))


def test_a_period_is_passed_by_what_lies_in_it() -> None:
    documents = [summary(label, period=Period.parse(label)) for label in ("2024", "2024-H1", "2024-Q2", "2023")]
    assert select({"period": "2024"}, documents) == Scope(("2024", "2024-H1", "2024-Q2"))
    assert select({"period": "2024-H1"}, documents) == Scope(("2024-H1", "2024-Q2"))


def test_filters_are_all_passed_and_alternatives_any() -> None:
    documents = [
        summary("one", places=("Hanoi",), period=Period.parse("2023")),
        summary("two", places=("Hanoi", "Nghe An"), period=Period.parse("2024")),
        summary("three", places=("Hue",), period=Period.parse("2024")),
    ]
    assert select({"place": "ha noi", "period": "2024"}, documents) == Scope(("two",))
    assert select({"place": ["Huế", "Nghe An"]}, documents) == Scope(("two", "three"))
    assert select({"source": "one", "language": "fr"}, documents) == Scope(("one",), ("fr",))
    assert select({"language": ["fr", "en"]}, documents) == Scope(None, ("fr", "en"))


def test_where_a_copy_passes_its_original_is_searched() -> None:
    documents = [summary("first"), summary("second", copy_of="first"), summary("third", copy_of="first")]
    assert select({"source": "second"}, documents) == Scope(("second", "first"))
    assert select({"document": ["third", "first"]}, documents) == Scope(("first", "third"))
    assert select({"source": "reports"}, documents) == Scope(("first", "second", "third"))


# -- languages ---------------------------------------------------------------------------------------------

ENGLISH = """The committee of the district met in the town hall and heard what had been done about the letters that \
came from the villages. It found that most of them were about land, and that the offices which should have answered \
had not done so in the time that they were given. The chair asked them to be quicker with their answers."""
FRENCH = """Le comité du district a salué les gardes qui ont planté des arbres dans les vallées, et les écoles pour \
leur aide. Les délégués ont demandé que les routes du nord soient réparées avec les fonds de la province, car elles \
sont fermées depuis des mois et les villages ne sont plus reliés au marché."""


def test_a_language_is_that_of_the_passage_not_of_the_report(store: Store, tmp_path: Path) -> None:
    write(tmp_path / "reports" / "mixed.txt", f"{ENGLISH}\n\n{ENGLISH.replace('letters', 'parcels')}\n\n{FRENCH}")
    write(tmp_path / "reports" / "plain.txt", "The river rose in March. Nobody was hurt by it.")
    opened = store.open(tmp_path / "data", passage_tokens=60)
    ingest(opened, [tmp_path / "reports"])
    assert opened.languages() == {"en": 2, "fr": 1}
    french, english = opened.select({"language": "fr"}), opened.select({"language": "en"})
    assert all(text in FRENCH for text in found(opened, "les arbres et les routes", 50, french))
    assert found(opened, "les arbres et les routes", 50, french)
    assert reached(opened, french) == ["reports/mixed.txt"]
    assert reached(opened, english) == ["reports/mixed.txt", "reports/plain.txt"]
    assert not any(text in FRENCH for text in found(opened, "les arbres et les routes", 50, english))
    (mixed,) = [document.id for document in opened.documents() if "mixed" in document.source]
    assert opened.documents_in(["fr"]) == {mixed}
    both = opened.select({"language": "fr", "document": mixed})
    assert found(opened, "les arbres", 50, both)
    assert not found(opened, "les arbres", 50, opened.select({"language": "fr", "source": "plain"}))
    opened.close()
