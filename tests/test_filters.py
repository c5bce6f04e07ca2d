"""Filters: over which documents and passages a question is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from libraries import Store, found, write
from samples import SAMPLES, Sample

from ingest.documents import Description, Document, Entry, Scope, Wanted
from ingest.errors import InputError
from ingest.filters import wanted
from ingest.library import Library
from ingest.pipeline import ingest
from ingest.store.catalog import Catalog
from ingest.text.periods import Period
from ingest.text.places import fold_place
from ingest.text.words import fold, stems


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


def in_2024_h1_or_2023(sample: Sample) -> bool:
    return sample.period in ("2024-H1", "2023")


def dated(first: str, last: str = "9999-12-31") -> Callable[[Sample], bool]:
    return lambda sample: date.fromisoformat(first) <= sample.day <= date.fromisoformat(last)


@pytest.mark.parametrize(
    ("filters", "passes"),
    [
        ({"language": "fr"}, lambda sample: sample.language == "fr"),
        ({"language": ["fr", "vi"]}, lambda sample: sample.language in ("fr", "vi")),
        ({"period": "2024-H1"}, lambda sample: sample.period == "2024-H1"),
        ({"period": ["2024-H1", "2023"]}, in_2024_h1_or_2023),
        ({"period": 2023}, lambda sample: sample.period == "2023"),
        ({"period": [2023, "2024-H1"]}, in_2024_h1_or_2023),
        ({"period": "2024"}, lambda sample: sample.period.startswith("2024")),
        ({"place": "Dak Lak"}, lambda sample: "Dak Lak" in sample.places),
        ({"place": "Đắk Lắk"}, lambda sample: "Dak Lak" in sample.places),
        ({"place": ["Điện Biên", "nghe an"]}, lambda sample: {"Dien Bien", "Nghe An"} & {*sample.places}),
        ({"place": ("Điện Biên", "nghe an")}, lambda sample: {"Dien Bien", "Nghe An"} & {*sample.places}),
        ({"place": "Tuyên Quang"}, lambda sample: "Tuyen Quang" in sample.places),
        ({"source": "NATIONAL"}, lambda sample: "national" in sample.name),
        ({"source": ["tuyen-quang", "bilan"]}, lambda sample: "tuyen-quang" in sample.name or "bilan" in sample.name),
        ({"language": "fr", "period": "2024"}, lambda sample: sample.language == "fr" and sample.period == "2024"),
        ({"language": "en", "place": "Quang Tri", "period": "2024"},
         lambda sample: sample.name == "2024-half-year-online-conference.txt"),
        ({"language": "en", "place": "Dien Bien"}, None),
        ({"language": "de"}, None),
        ({"period": "1999"}, None),
        ({"language": []}, None),
        ({"source": []}, None),
        ({"language": None, "place": "Nghe An"}, lambda sample: "Nghe An" in sample.places),
        ({"since": "2024-12-31"}, dated("2024-12-31")),
        ({"until": "2023"}, dated("0001-01-01", "2023-12-31")),
        ({"since": "2024-07", "until": "2024-07-08"}, dated("2024-07-01", "2024-07-08")),
        ({"since": "2024-10", "until": "2024-Q4", "language": "fr"},
         lambda sample: sample.language == "fr" and dated("2024-10-01", "2024-12-31")(sample)),
        ({"since": 2025}, dated("2025-01-01")),
        ({"since": "2025-02"}, dated("2025-02-01")),
        ({"since": 2026}, None),
    ],
)  # fmt: skip
def test_filters_narrow_what_a_search_comes_to(
    corpus: Library, filters: dict[str, Any], passes: Callable[[Sample], object] | None
) -> None:
    scope = corpus.select(filters)
    assert scope is not None
    sources = sorted(sample.source for sample in SAMPLES.values() if passes and passes(sample))
    assert bool(sources) == bool(passes)
    assert reached(corpus, scope) == sources
    assert bool(found(corpus, "cases of corruption affaires", 50, scope)) == bool(sources)


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


def report(id_: str, copy_of: str | None = None, source: str | None = None, **about: Any) -> Entry:
    name = source or f"reports/{id_}.txt"
    document = Document(id_, f"/{id_}.txt", name, "A report.", (), Description("A report", "en", **about))
    return Entry(document, document.path, (), np.empty((0, 4), np.float32), (), copy_of=copy_of)


Passing = Callable[[Mapping[str, Any], Sequence[Entry]], set[str]]


@pytest.fixture
def passing(tmp_path: Path) -> Iterator[Passing]:
    """The ids of the reports, of those alone that are given, that filters leave to search in."""
    opened = list[Catalog]()

    def select(filters: Mapping[str, Any], reports: Sequence[Entry]) -> set[str]:
        catalog = Catalog(tmp_path / f"{len(opened)}.sqlite3")
        opened.append(catalog)
        catalog.put(reports)
        return left(catalog, filters)

    yield select
    for catalog in opened:
        catalog.close()


def left(catalog: Catalog, filters: Mapping[str, Any]) -> set[str]:
    asked = wanted(filters)
    assert asked is not None
    scope = catalog.select(asked)
    return set(catalog.document_ids() if scope.documents is None else catalog.ids_of(scope.documents))


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
def test_the_day_of_a_report(about: dict[str, Any], day: date, passing: Passing) -> None:
    reports = [report("one", **about)]
    before, after = date.fromordinal(day.toordinal() - 1), date.fromordinal(day.toordinal() + 1)
    assert passing({"since": day.isoformat()}, reports) == passing({"until": day.isoformat()}, reports) == {"one"}
    assert passing({"since": after.isoformat()}, reports) == passing({"until": before.isoformat()}, reports) == set()
    assert passing({"since": before.isoformat(), "until": after.isoformat()}, reports) == {"one"}
    assert passing({"since": after.isoformat(), "until": before.isoformat()}, reports) == set()


def test_a_report_without_a_day_passes_no_day(passing: Passing) -> None:
    reports = [report("one")]
    assert passing({"since": "1000"}, reports) == passing({"until": "3000"}, reports) == set()


def test_a_period_counts_from_its_first_day_and_to_its_last(passing: Passing) -> None:
    reports = [report("first", event_date=date(2024, 4, 1)), report("last", event_date=date(2024, 6, 30))]
    assert passing({"since": "2024-Q2", "until": "2024-Q2"}, reports) == {"first", "last"}
    assert passing({"since": "2024-04-02"}, reports) == {"last"}
    assert passing({"until": "2024-06-29"}, reports) == {"first"}
    assert passing({"since": ["2024-Q3", "2024-Q2"], "until": ["2023", "2024"]}, reports) == {"first", "last"}


def test_a_period_is_passed_by_what_lies_in_it(passing: Passing) -> None:
    reports = [report(label, period=Period.parse(label)) for label in ("2024", "2024-H1", "2024-Q2", "2023")]
    assert passing({"period": "2024"}, reports) == {"2024", "2024-H1", "2024-Q2"}
    assert passing({"period": "2024-H1"}, reports) == {"2024-H1", "2024-Q2"}


def test_filters_are_all_passed_and_alternatives_any(passing: Passing) -> None:
    reports = [
        report("one", places=("Hanoi",), period=Period.parse("2023")),
        report("two", places=("Hanoi", "Nghe An"), period=Period.parse("2024")),
        report("three", places=("Hue",), period=Period.parse("2024")),
    ]
    assert passing({"place": "ha noi", "period": "2024"}, reports) == {"two"}
    assert passing({"place": ["Huế", "Nghe An"]}, reports) == {"two", "three"}
    assert passing({"source": "one", "language": "fr"}, reports) == {"one"}
    assert wanted({"language": ["fr", "en"]}) == Wanted(languages=("fr", "en"))


def test_where_a_copy_passes_its_original_is_searched(passing: Passing) -> None:
    reports = [report("first"), report("second", copy_of="first"), report("third", copy_of="first")]
    assert passing({"source": "second"}, reports) == {"second", "first"}
    assert passing({"document": ["third", "first"]}, reports) == {"first", "third"}
    assert passing({"source": "reports"}, reports) == {"first", "second", "third"}


def test_a_list_of_alternatives_may_be_long(passing: Passing) -> None:
    reports = [report("one", places=("Hanoi",), period=Period.parse("2024-03")), report("two")]
    many = [f"d{number}" for number in range(40_000)]
    days = [date.fromordinal(738000 + number).isoformat() for number in range(3000)]
    assert passing({"document": [*many, "two"]}, reports) == {"two"}
    assert passing({"place": [*many, "hanoi"]}, reports) == {"one"}
    assert passing({"period": [*days, "2024"]}, reports) == {"one"}
    assert passing({"source": [*many[:5000], "one"]}, reports) == {"one"}


def test_what_no_name_holds_passes_nothing(corpus: Library, passing: Passing) -> None:
    reports, vector = [report("one", places=("one",))], corpus.engine.embed_query("anything")
    odd = ["one\0", "\0", "o\0ne", "\ud800", "one\udfff", "'", '"', "\\u0000", "%", "$", "x" * 100_000]
    for name in ("document", "source", "place"):
        assert passing({name: odd}, reports) == set()
    for name in ("document", "source", "place", "language"):
        scope = corpus.select({name: [*odd, "en\0", "d\0"]})
        assert corpus.nearest(vector, 5, scope) == corpus.matching({"anything": 1.0, "1884": 1.0}, 5, scope) == []


# -- against the meaning, written out ----------------------------------------------------------------------


def passes(filters: Mapping[str, Any], about: Document) -> bool:
    """What filters mean, document by document."""

    def any_of(name: str, test: Callable[[str], bool]) -> bool:
        given = filters.get(name)
        return given is None or any(map(test, [given] if isinstance(given, str) else given))

    period, day = about.description.period, about.description.day
    return (
        any_of("document", lambda id_: id_ == about.id)
        and any_of("source", lambda part: fold(part) in fold(about.source))
        and any_of("place", lambda name: fold_place(name) in map(fold_place, about.description.places))
        and any_of("period", lambda label: period is not None and Period.parse(label).covers(period))
        and any_of("since", lambda label: day is not None and day >= Period.parse(label).start)
        and any_of("until", lambda label: day is not None and day <= Period.parse(label).end)
    )


LABELS = ["2022", "2023", "2024", "2023-H1", "2023-H2", "2024-Q1", "2024-Q2", "2023-05", "2024-02-29", "2022/2024"]
NAMES = ["Hanoi", "Hà Nội", "Nghe An", "nghệ an", "Dak Lak", "Đắk Lắk", "Thanh Lam", "Straße", "Ca Mau"]
PARTS = ["a", "Été", "ete", "BÁO", "cáo 1", "/", "report", "œuvre", "OEUVRE", "1", "2024_"]
labels, names = st.sampled_from(LABELS), st.sampled_from(NAMES)
periods = st.none() | labels.map(Period.parse)
days = st.none() | st.dates(date(2022, 1, 1), date(2025, 1, 1))
descriptions = st.builds(
    Description, st.just("A report"), st.just("en"), period=periods, event_date=days, published=days,
    places=st.lists(names, max_size=3).map(tuple),
)  # fmt: skip
sources = st.lists(st.sampled_from(PARTS) | st.text(max_size=3).filter(str.isprintable), max_size=4).map("".join)


def values(of: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    return of | st.lists(of, max_size=3)


asked = st.fixed_dictionaries(
    {},
    optional={
        "document": values(st.sampled_from([f"d{number}" for number in range(12)])),
        "source": values(st.sampled_from(PARTS)),
        "place": values(names),
        "period": values(labels),
        "since": values(labels),
        "until": values(labels),
    },
).filter(bool)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(descriptions, sources, st.none() | st.integers(0, 9)), max_size=10),
    st.lists(asked, min_size=1, max_size=8),
)
def test_the_catalog_s_indexes_select_what_the_filters_mean(
    made: list[tuple[Description, str, int | None]], every: list[dict[str, Any]]
) -> None:
    reports = []
    for number, (about, source, copied) in enumerate(made):
        document = replace(report(f"d{number}", source=f"r/{source}").document, description=about)
        original = f"d{copied}" if copied is not None and copied < number else None
        reports.append(replace(report(f"d{number}"), document=document, copy_of=original))
    held = {entry.document.id for entry in reports}
    with TemporaryDirectory() as folder:
        catalog = Catalog(Path(folder) / "catalog.sqlite3")
        catalog.put(reports)
        for filters in every:
            expected = {entry.document.id for entry in reports if passes(filters, entry.document)}
            expected |= {entry.copy_of for entry in reports if entry.document.id in expected and entry.copy_of} & held
            assert left(catalog, filters) == expected
        catalog.close()


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
    both = opened.select({"language": "fr", "document": mixed})
    assert found(opened, "les arbres", 50, both)
    assert not found(opened, "les arbres", 50, opened.select({"language": "fr", "source": "plain"}))
    opened.close()
