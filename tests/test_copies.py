"""Copies of one report are searched once and keep all their sources; two reports of one event remain two."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from libraries import CORPUS, LETTERS, PARCELS, Store, assert_in_step, contents, everything, found, states, write

from ingest import likeness, pipeline
from ingest.documents import Block, Description, Document, Person
from ingest.errors import LibraryError
from ingest.library import Library
from ingest.pipeline import ingest, remove
from ingest.store.catalog import Catalog
from ingest.text.periods import Period

RELEASE = """On the morning of May 14, 2024, the Steering Committee of Nghe An met for the second time this year.

The committee heard that 1,264 letters had come in since January and that 1,131 of them were answered within the term. \
Most complaints were about land, and above all about the prices paid for fields along the coast.

Mr. Nguyen Van Hai, Head of the Internal Affairs Committee, said that four inspections had found faults in bidding. \
Two school buildings were paid for twice, and a bridge was paid for that was never built.

The members agreed to publish each decision within ten days and to hold a dialogue with residents every quarter. \
The next meeting will look at how the money for flood relief was given out in the mountain districts."""
GREEN = "A reporter of this paper saw a green lamp burn in the hall all night."
OTHER = "The harvest of rice was good in the delta that summer. Farmers sold most of it before the rains came."


def named(library: Library) -> dict[str, str]:
    """Document id → its file's name."""
    return {document.id: Path(document.path).name for document in library.documents()}


def copies(library: Library) -> dict[str, str]:
    """A copy's file name → its original's."""
    names = named(library)
    return {names[d.id]: names.get(d.copy_of, "gone") for d in library.documents() if d.copy_of}


def searched(library: Library, question: str) -> list[str]:
    """File names of the passages found, each as often as it is found."""
    names = named(library)
    near = library.nearest(library.engine.embed_query(question), 50)
    return [names[passage.document_id] for passage, _ in library.passages([hit.passage_id for hit in near])]


def same_as_fresh(library: Library, store: Store, folder: Path, tmp_path: Path) -> None:
    """The library holds what one holds that was read in at once."""
    fresh = store.open(tmp_path / "fresh")
    ingest(fresh, [folder])
    expected = contents(fresh)
    fresh.close()
    for what, held in contents(library).items():
        assert held == expected[what], what


# -- copies ------------------------------------------------------------------------------------------------


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    """A release, one paper that prints it as it is, one with a sentence more, and another report."""
    folder = tmp_path / "papers"
    write(folder / "a-release.txt", RELEASE)
    write(folder / "b-daily.txt", RELEASE)
    write(folder / "c-evening.txt", f"{RELEASE}\n\n{GREEN}")
    write(folder / "d-other.txt", OTHER)
    return folder


def test_a_copy_is_kept_with_its_source_and_searched_once(library: Library, papers: Path) -> None:
    report = ingest(library, [papers])
    outcomes = {Path(outcome.path).name: outcome for outcome in report.files}
    assert copies(library) == {"b-daily.txt": "a-release.txt", "c-evening.txt": "a-release.txt"}
    assert outcomes["b-daily.txt"].copy_of == outcomes["a-release.txt"].document_id
    assert (outcomes["a-release.txt"].copy_of, outcomes["d-other.txt"].copy_of) == (None, None)
    original = library.id_at(str(papers / "a-release.txt"))
    assert original is not None
    assert {named(library)[id_] for id_ in library.copies_of(original)} == {"b-daily.txt", "c-evening.txt"}
    assert searched(library, "letters land bidding").count("a-release.txt") == outcomes["a-release.txt"].passages > 0
    assert "b-daily.txt" not in searched(library, "letters land bidding")
    assert report.repeated >= outcomes["a-release.txt"].passages
    assert_in_step(library)


def test_what_a_near_copy_has_of_its_own_is_found_in_it(library: Library, papers: Path) -> None:
    ingest(library, [papers])
    id_ = library.id_at(str(papers / "c-evening.txt"))
    assert id_ is not None
    (own,) = library.passages_of(id_)
    assert GREEN in own.text
    texts = found(library, "green lamp in the hall", k=50)
    assert sum(GREEN in text for text in texts) == 1
    assert searched(library, "green lamp in the hall")[0] == "c-evening.txt"
    every = {" ".join(p.sentence_text(span).split()) for p in everything(library) for span in p.sentences}
    assert {" ".join(sentence.split()) for sentence in (GREEN, LETTERS)} - every == {LETTERS}


@pytest.mark.parametrize(
    "changed",
    [
        RELEASE.replace("\n\n", "\n\n\n \t"),
        RELEASE.upper(),
        unicodedata.normalize("NFD", RELEASE),
        RELEASE.replace(" and ", " – and ").replace("twice, and", "twice; and"),
        f"The Daily\n\nShare: Facebook | Zalo | Print\n\n{RELEASE}\n\nSource: https://example.org/release",
        RELEASE.replace("1,131", "1,132"),
        RELEASE.replace("Most complaints were about land", "Many of the complaints were about land"),
    ],
    ids=["spaces", "capitals", "decomposed", "marks", "furniture", "a figure", "a few words"],
)
def test_copies_are_known_by_their_words(changed: str, library: Library, tmp_path: Path) -> None:
    write(tmp_path / "papers" / "a.txt", RELEASE)
    write(tmp_path / "papers" / "b.txt", changed)
    ingest(library, [tmp_path / "papers"])
    assert copies(library) == {"b.txt": "a.txt"}
    whole = len(library.passages_of(library.document_ids()[0]))
    assert len(library.passages_of(library.document_ids()[1])) <= 1 < whole + 1


def test_a_figure_that_only_a_copy_has_is_found(library: Library, tmp_path: Path) -> None:
    write(tmp_path / "papers" / "a.txt", RELEASE)
    write(tmp_path / "papers" / "b.txt", RELEASE.replace("1,131", "1,132"))
    ingest(library, [tmp_path / "papers"])
    texts = found(library, "letters answered within the term", k=50)
    assert any("1,131" in text for text in texts)
    assert any("1,132" in text for text in texts)


TEMPLATE = """In {0} the Steering Committee of {1} received {2} letters and settled {3} of them by the end of {0}.

Most of the letters were about land, and above all about the prices that are paid for fields near the roads. The \
committee went through them one by one, asked the districts to answer and put what was settled on its board.

Inspections were held in land management, in public buying and in building. Where a fault was found, the money was \
asked back, and those who had signed were told to explain themselves in writing. The committee thanked the districts.

For the next year it asked the districts to answer more quickly and to hold dialogues with residents every month."""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("2023", "Nghe An", 1264, 1131), ("2024", "Nghe An", 1300, 1201)),
        (("2023", "Nghe An", 1264, 1131), ("2023", "Quang Tri", 412, 399)),
        (("the first quarter of 2024", "Nghe An", 12, 11), ("the second quarter of 2024", "Nghe An", 13, 11)),
        (("May 2024", "Nghe An", 12, 11), ("June 2024", "Nghe An", 13, 11)),
    ],
    ids=["two years", "two provinces", "two quarters", "two months"],
)  # fmt: skip
def test_reports_made_from_one_template_are_no_copies(
    one: tuple[Any, ...], other: tuple[Any, ...], library: Library, tmp_path: Path
) -> None:
    write(tmp_path / "reports" / "a.txt", TEMPLATE.format(*one))
    write(tmp_path / "reports" / "b.txt", TEMPLATE.format(*other))
    ingest(library, [tmp_path / "reports"])
    assert copies(library) == {}
    both = [library.passages_of(id_) for id_ in library.document_ids()]
    assert len(both[0]) == len(both[1]) > 0


def test_copies_in_one_batch_and_over_many_are_the_same(
    store: Store, papers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    for together in (512, 1):
        monkeypatch.setattr(pipeline, "STORED_TOGETHER", together)
        monkeypatch.setattr(pipeline, "SLICE", together)
        opened = store.open(tmp_path / f"data-{together}")
        ingest(opened, [papers])
        made.append(contents(opened))
        opened.close()
    assert made[0] == made[1]


def test_a_filter_that_only_a_copy_passes_finds_the_words_where_they_are(library: Library, papers: Path) -> None:
    ingest(library, [papers])
    scope = library.select({"source": "b-daily"})
    texts = found(library, "letters land bidding", 50, scope)
    assert texts
    assert all(any(piece in RELEASE for piece in (text, text.split("\n")[0])) for text in texts)
    assert not any(GREEN in text for text in texts)
    scope = library.select({"document": library.id_at(str(papers / "c-evening.txt"))})
    assert any(GREEN in text for text in found(library, "green lamp", 50, scope))


# -- heirs -------------------------------------------------------------------------------------------------


def test_when_the_original_changes_a_copy_takes_its_place(library: Library, store: Store, papers: Path,
                                                          tmp_path: Path) -> None:  # fmt: skip
    ingest(library, [papers])
    write(papers / "a-release.txt", PARCELS)
    assert states(ingest(library, [papers]))["a-release.txt"] == "updated"
    assert copies(library) == {"c-evening.txt": "b-daily.txt"}
    assert "b-daily.txt" in searched(library, "letters land bidding")
    same_as_fresh(library, store, papers, tmp_path)


def test_when_the_original_changes_a_little_its_copies_are_copies_of_what_it_became(
    library: Library, store: Store, papers: Path, tmp_path: Path
) -> None:
    ingest(library, [papers])
    write(papers / "a-release.txt", RELEASE.replace("every quarter", "every month"))
    assert states(ingest(library, [papers]))["a-release.txt"] == "updated"
    assert copies(library) == {"b-daily.txt": "a-release.txt", "c-evening.txt": "a-release.txt"}
    texts = " ".join(found(library, "a dialogue with residents", 50))
    assert "every quarter" in texts
    assert "every month" in texts
    same_as_fresh(library, store, papers, tmp_path)


def test_when_the_original_goes_a_copy_takes_its_place(library: Library, store: Store, papers: Path,
                                                       tmp_path: Path) -> None:  # fmt: skip
    ingest(library, [papers])
    (papers / "a-release.txt").unlink()
    assert states(ingest(library, [papers], prune=True))["a-release.txt"] == "removed"
    assert copies(library) == {"c-evening.txt": "b-daily.txt"}
    same_as_fresh(library, store, papers, tmp_path)


def test_when_the_original_is_taken_out_a_copy_takes_its_place(library: Library, papers: Path) -> None:
    ingest(library, [papers])
    before = {text for text in found(library, "letters land bidding", 50) if GREEN not in text}
    id_ = library.id_at(str(papers / "a-release.txt"))
    assert id_ is not None
    assert remove(library, id_)
    assert copies(library) == {"c-evening.txt": "b-daily.txt"}
    assert {text for text in found(library, "letters land bidding", 50) if GREEN not in text} == before
    assert_in_step(library)
    states_ = states(ingest(library, [papers]))
    assert states_ == {"a-release.txt": "added", "b-daily.txt": "unchanged", "c-evening.txt": "unchanged",
                       "d-other.txt": "unchanged"}  # fmt: skip
    assert copies(library) == {"a-release.txt": "b-daily.txt", "c-evening.txt": "b-daily.txt"}
    assert_in_step(library)


def test_when_a_copy_changes_or_goes_the_original_stays_as_it_is(library: Library, store: Store, papers: Path,
                                                                 tmp_path: Path) -> None:  # fmt: skip
    ingest(library, [papers])
    write(papers / "b-daily.txt", PARCELS)
    (papers / "c-evening.txt").unlink()
    ingest(library, [papers], prune=True)
    assert copies(library) == {}
    assert not any(GREEN in text for text in found(library, "green lamp", 50))
    same_as_fresh(library, store, papers, tmp_path)


def test_a_moved_file_is_found_where_it_is_now(library: Library, store: Store, papers: Path, tmp_path: Path) -> None:
    ingest(library, [papers])
    (papers / "a-release.txt").rename(papers / "z-release.txt")
    assert states(ingest(library, [papers]))["a-release.txt"] == "missing"
    ingest(library, [papers], prune=True)
    assert "a-release.txt" not in named(library).values()
    assert copies(library) == {"c-evening.txt": "b-daily.txt", "z-release.txt": "b-daily.txt"}
    same_as_fresh(library, store, papers, tmp_path)


def test_when_all_go_at_once_nothing_is_left(library: Library, papers: Path) -> None:
    ingest(library, [papers])
    for path in papers.glob("[abc]*"):
        path.unlink()
    ingest(library, [papers], prune=True)
    assert list(named(library).values()) == ["d-other.txt"]
    assert set(searched(library, "letters land bidding")) == {"d-other.txt"}
    assert_in_step(library)


@pytest.mark.parametrize("when", range(1, 5))
@pytest.mark.parametrize("how", ["changes", "goes"])
def test_however_far_it_came_the_next_run_gives_copies_their_own_words(
    how: str, when: int, store: Store, library: Library, papers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run ends at one of its changes of the catalog: before the original goes, and after."""
    (papers / "c-evening.txt").unlink()  # it has the words of the release in its own passage
    ingest(library, [papers])
    if how == "changes":
        write(papers / "a-release.txt", PARCELS)
    else:
        (papers / "a-release.txt").unlink()
    calls = [0]

    def failing(original: Any) -> Any:
        def step(self: Catalog, *given: Any) -> Any:
            calls[0] += 1
            if calls[0] == when:
                raise OSError(5, "killed here")
            return original(self, *given)

        return step

    with monkeypatch.context() as broken:
        broken.setattr(pipeline, "STORED_TOGETHER", 1)
        broken.setattr(pipeline, "SLICE", 1)
        for name in ("put", "remove", "forget_file"):
            broken.setattr(Catalog, name, failing(getattr(Catalog, name)))
        try:
            ingest(library, [papers], prune=True)
        except LibraryError:
            assert calls[0] == when
    library.close()
    again = store.open(library.data_dir)
    texts = " ".join(found(again, "letters land bidding", 50))
    for sentence in RELEASE.replace("\n\n", " ").split(". "):  # in the old original or in its heir
        assert sentence.strip(".") in texts
    ingest(again, [papers], prune=True)
    same_as_fresh(again, store, papers, tmp_path)
    again.close()


# -- likeness ----------------------------------------------------------------------------------------------


def document(text: str, **about: Any) -> Document:
    described = Description(**({"title": "A report", "language": "en"} | about))
    return Document("d1", "/a.txt", "a.txt", text, (Block(0, len(text)),), described)


def test_jaccard_is_the_share_of_common_runs_of_words() -> None:
    one, other = likeness.shingles("a b c d"), likeness.shingles("a b c e")  # abc bcd, abc bce
    assert likeness.jaccard(one, other) == pytest.approx(1 / 3)
    assert likeness.jaccard(one, one) == 1
    assert likeness.jaccard(one, likeness.shingles("")) == 0
    assert len(likeness.shingles("a b c a b c")) == 3  # abc bca cab
    assert likeness.jaccard(likeness.shingles("b a c"), likeness.shingles("a b c")) == 0  # in their order
    assert likeness.keys(likeness.shingles("")) == ()
    assert len(likeness.keys(one)) == likeness.BANDS


def test_nearly_every_pair_of_copies_shares_a_key() -> None:
    rng = random.Random(3)
    missed = [0, 0]
    for _ in range(100):
        words = [f"w{rng.randrange(10_000)}" for _ in range(300)]
        near, far = list(words), list(words)
        near[rng.randrange(300)] = "changed"
        for place in rng.sample(range(300), 100):
            far[place] = f"x{place}"
        keys = [set(likeness.keys(likeness.shingles(" ".join(each)))) for each in (words, near, far)]
        missed[0] += not keys[0] & keys[1]
        missed[1] += not keys[0] & keys[2]
    assert missed[0] == 0
    assert missed[1] > 50  # and what is not alike mostly does not: the search stays small


@pytest.mark.parametrize(
    ("other", "is_copy"),
    [
        ({}, True),
        ({"language": "fr"}, False),
        ({"period": Period.parse("2023")}, False),
        ({"places": ("Nghe An", "Hanoi")}, False),
        ({"places": ("Hanoi",)}, False),
        ({"title": "Another title"}, True),
        ({"event_date": Period.parse("2024-05-14").start}, True),
        ({"event_date": Period.parse("2024-05-15").start}, False),
    ],
)
def test_what_a_report_is_about_decides_with_its_words(other: dict[str, Any], is_copy: bool) -> None:
    about = {"period": Period.parse("2024"), "places": ("Nghe An",), "event_date": Period.parse("2024-05-14").start}
    one = document(RELEASE, **about)
    if other == {"event_date": Period.parse("2024-05-14").start}:
        about["event_date"] = None  # one of them does not say
    assert likeness.is_copy(one, document(RELEASE, **(about | other))) is is_copy
    assert likeness.is_copy(one, document(OTHER, **about)) is False


# -- one event ---------------------------------------------------------------------------------------------


def told(text: str, day: str | None, *people: str, period: str | None = None) -> Document:
    date = Period.parse(day).start if day else None
    named = tuple(Person(name, (), 0) for name in people)
    return document(text, event_date=date, period=Period.parse(period) if period else None, people=named)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (told("848 cases", "2024-05-14", "To Lam"), told("There were 848.", "2024-05-14", "Tô Lâm"), True),
        (told("x", "2024-05-14", "To Lam", "Le Van An"), told("y", "2024-05-14", "Le Van An", "To Lam"), True),
        (told("848 cases", "2024-05-14", "To Lam"), told("848 cases", "2024-05-15", "To Lam"), False),
        (told("848 cases", None, "To Lam"), told("848 cases", None, "To Lam"), False),
        (told("848 cases", "2024-05-14", "To Lam"), told("849 cases", "2024-05-14", "To Lam"), False),
        (told("848 of 1,884", "2024-05-14"), told("848 of 1,884", "2024-05-14"), False),
        (told("12 cases", "2024-05-14", "To Lam"), told("12 cases", "2024-05-14", "To Lam"), False),
        (told("in 2024", "2024-05-14", "To Lam"), told("in 2024", "2024-05-14", "To Lam"), False),
        (told("x", None, "To Lam", "Le Van An", period="2024"), told("y", "2024-12-31", "To Lam", "Le Van An",
                                                                     period="2024"), True),
        (told("x", None, "To Lam", "Le Van An", period="2024"), told("y", "2023-12-31", "To Lam", "Le Van An",
                                                                     period="2023"), False),
        (told("848", None, "To Lam", period="2024"), told("848", "2024-12-31", "To Lam", period="2024"), False),
    ],
    ids=["a person and a figure", "two people", "two days", "no day", "another figure", "no person", "a small figure",
         "a year", "a day in one", "two years", "a day in one and one person"],
)  # fmt: skip
def test_one_event_is_known_by_day_people_and_figures(one: Document, other: Document, same: bool) -> None:
    for a, b in ((one, other), (other, one)):
        assert likeness.same_event(a.description, likeness.facts(a), b.description, likeness.facts(b)) is same


CHAIR = "Phan Dinh Trac, Head of the Central Internal Affairs Commission, opened the meeting of May 14, 2024."
FIRST = f"{CHAIR} He said that 848 cases were opened against 1,884 people, more than in any year before."
SECOND = f"In the hall of Vinh not a seat was free. {CHAIR} Reporters heard of 1,884 people and of 60 judges."


def linked(library: Library) -> set[frozenset[str]]:
    names = named(library)
    return {frozenset((names[id_], names[other])) for id_ in names for other in library.same_event(id_)}


def pairs(*groups: Sequence[str]) -> set[frozenset[str]]:
    return {frozenset((one, other)) for group in groups for one in group for other in group if one != other}


def test_two_reports_of_one_event_are_linked_and_remain_two(library: Library, store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "events"
    write(folder / "first.txt", FIRST)
    write(folder / "other-day.txt", FIRST.replace("May 14", "May 15").replace("848", "311"))
    write(folder / "second.txt", SECOND)
    ingest(library, [folder])
    assert copies(library) == {}
    assert linked(library) == pairs(["first.txt", "second.txt"])
    for id_, name in named(library).items():
        assert len(library.same_event(id_)) == (name != "other-day.txt")
    assert {"first.txt", "second.txt"} <= set(searched(library, "the meeting that Phan Dinh Trac opened"))

    write(folder / "second.txt", f"{SECOND} The doors closed late.")  # changed, and still of the same event
    ingest(library, [folder])
    assert linked(library) == pairs(["first.txt", "second.txt"])
    write(folder / "first.txt", FIRST.replace("May 14", "May 17"))
    ingest(library, [folder])
    assert linked(library) == set()
    write(folder / "first.txt", FIRST)
    ingest(library, [folder])
    same_as_fresh(library, store, folder, tmp_path)
    (folder / "second.txt").unlink()
    ingest(library, [folder], prune=True)
    assert linked(library) == set()


def test_the_events_of_the_sample_corpus(corpus: Library) -> None:
    """Two papers told of the January conference, two of that of July, and three of the one on the last of December."""
    assert all(path.exists() for path in (CORPUS / name for name in named(corpus).values()))
    assert linked(corpus) == pairs(
        ["2023-conference-nationale-dien-bien.html", "2023-national-conference-nghe-an.md"],
        ["2024-half-year-online-conference.txt", "so-ket-6-thang-2024-quang-tri.txt"],
        ["2024-national-review.txt", "bilan-2024-lutte-contre-le-gaspillage.txt", "tong-ket-2024-dak-lak.html"],
    )
    assert copies(corpus) == {}
