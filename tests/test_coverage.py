"""How much of a question's words a text holds: any form of a word, rare words for more, names under any name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest
from asking import Over
from hypothesis import given
from hypothesis import strategies as st
from libraries import Store, write

from assistant import Assistant
from assistant.coverage import Terms, holds_name, named_otherwise, query_stems, terms, unheard
from assistant.question import Query, understand
from ingest.documents import Description, Document, Organisation, Passage, Span
from ingest.library import Library
from ingest.text.words import content_words, stems


@pytest.fixture(scope="module")
def boats(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Six reports in English, with "boats" in each and "anchors" in one; one in French, one in Vietnamese."""
    folder = tmp_path_factory.mktemp("coverage")
    for number in range(6):
        more = "Two anchors were lost." if number == 3 else "Nothing was lost."
        write(folder / "reports" / f"{number}.txt", f"The boats of pier {number} came home before the storm. {more}")
    write(folder / "reports" / "fr.txt", "Les pêcheurs du village ont réparé leurs filets avant la tempête d'automne.")
    write(folder / "reports" / "vi.txt", "Ngư dân trong làng đã vá lưới trước cơn bão mùa thu và không ai bị thương.")
    library = Store(None).open(folder / "data")
    assert not Assistant(library).ingest(folder / "reports").failed
    yield library
    library.close()


def terms_of(question: str, weights: Mapping[str, float], language: str = "en", asked: Iterable[str] = ()) -> Terms:
    """The terms of a question in a language, whose content words weigh this; `asked` are not of its constraints."""
    return Terms.of(Query(question, language, "fact", tuple(asked)), weights)


def held(words: str, text: str, language: str = "en") -> set[str]:
    asked = terms_of(words, dict.fromkeys(words.split(), 1.0), language)
    return asked.held(stems(text, language))


# -- words held ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "text", "found"),
    [
        ("prosecuted cases pensions", "The prosecution of each case", {"prosecuted", "cases"}),
        ("boats registered", "A boat was not registering its registration", {"boats", "registered"}),
        ("inspection", "Inspectors inspect what was inspected", {"inspection"}),
        ("office", "The officials are tired", {"office"}),  # stems "offic" and "offici"
        ("boats", "It rained all week", set()),
        ("boats", "", set()),
        # numbers are the same or they are others
        ("2024", "In 2024 it rained", {"2024"}),
        ("2024", "20241 20245 202 and 2024a", set()),
        ("12345", "123456 1234", set()),
        ("123456", "12345", set()),
        ("1884", "against 1,884 defendants", {"1884"}),
        # of short words nothing but themselves
        ("tax", "taxation of taxis", set()),
        ("port", "porters in a portrait", set()),
        ("tax port", "The taxes of the ports", {"tax", "port"}),
    ],
)
def test_words_are_held_whatever_their_ending(words: str, text: str, found: set[str]) -> None:
    assert held(words, text) == found


def test_words_are_held_without_their_accents_and_in_any_language() -> None:
    assert held("procedures", "Les procédures", "fr") == {"procedures"}
    assert held("enregistres", "L'enregistrement des bateaux", "fr") == {"enregistres"}
    assert held("thu vien", "Thư viện huyện", "vi") == {"thu", "vien"}
    assert held("thu vien", "Thuế, viện trưởng", "vi") == {"vien"}


# -- shares --------------------------------------------------------------------------------------

PROSECUTED = terms_of("prosecuted pension cases", {"prosecuted": 2.0, "pension": 1.0, "cases": 1.0})


def test_a_share_is_by_weight() -> None:
    assert PROSECUTED.share({"prosecuted", "cases"}) == pytest.approx(0.75)
    assert PROSECUTED.share({"cases"}) == pytest.approx(0.25)
    assert PROSECUTED.share([]) == 0
    assert PROSECUTED.share(PROSECUTED.weights) == pytest.approx(1)


def test_a_share_does_not_depend_on_the_order_of_words() -> None:
    odd = terms_of("boats nets ropes", {"boats": 0.1, "nets": 0.2, "ropes": 0.3, "oars": 0.4})
    assert odd.share(["boats", "nets", "ropes"]) == odd.share(["ropes", "nets", "boats"])


def test_of_what_is_asked_names_and_periods_are_no_part() -> None:
    asked = terms_of("boats lost in 2024", {"boats": 1.0, "lost": 3.0, "2024": 4.0}, asked=["boats", "lost"])
    assert asked.share_of_asked({"boats", "2024"}) == pytest.approx(1 / 4)
    assert asked.share_of_asked({"boats", "lost"}) == pytest.approx(1)
    assert asked.share_of_asked({"2024"}) == asked.share_of_asked(set()) == 0
    assert terms_of("in 2024", {"2024": 4.0}).share_of_asked({"2024"}) == 0


def test_a_pair_is_of_neighbours_in_their_order() -> None:
    """ "pension cases" weighs 2 of 5."""
    assert PROSECUTED.share_of_pairs(stems("The pension case was closed", "en")) == pytest.approx(2 / 5)
    assert PROSECUTED.share_of_pairs(stems("Cases of pensions were prosecuted", "en")) == 0
    assert PROSECUTED.share_of_pairs(stems("He prosecuted pension cases", "en")) == pytest.approx(1)
    assert PROSECUTED.share_of_pairs([]) == PROSECUTED.share_of_pairs(["pension"]) == 0


def test_a_pair_may_be_of_a_function_word_but_not_of_two() -> None:
    asked = terms_of("who paid for the boats in the port", {"paid": 1.0, "boats": 1.0, "port": 1.0})
    assert ("the", "boat") in asked.pairs
    assert ("in", "the") not in asked.pairs
    assert ("for", "the") not in asked.pairs


def test_a_question_without_content_has_no_share() -> None:
    empty = terms_of("", {})
    assert empty.held(["boat"]) == set()
    assert empty.share([]) == empty.share_of_pairs(["boat", "port"]) == 0


WORDS = ("boats", "harbour", "registered", "2024", "tax", "lưới", "pêche", "registration", "registers", "of", "the")
TEXTS = st.lists(st.sampled_from([*WORDS, "boat", "harbours", "20245", "taxes", "luoi", "x"]), max_size=12)


@given(
    weights=st.dictionaries(st.sampled_from(WORDS[:9]), st.floats(0.001, 20), max_size=9),
    text=TEXTS,
    more=TEXTS,
    language=st.sampled_from(["en", "fr", "vi"]),
)
def test_a_share_lies_between_nothing_and_all_and_grows_with_the_text(
    weights: Mapping[str, float], text: list[str], more: list[str], language: str
) -> None:
    asked = terms_of(" ".join(weights), weights, language)
    less = asked.held(stems(" ".join(text), language))
    longer = stems(" ".join([*text, *more]), language)

    assert less <= asked.held(longer) <= set(weights)
    assert 0 <= asked.share(less) <= asked.share(asked.held(longer)) <= 1 + 1e-9
    assert 0 <= asked.share_of_pairs(stems(" ".join(text), language)) <= asked.share_of_pairs(longer) <= 1 + 1e-9
    for word in set(weights) - less:
        assert asked.share({*less, word}) > asked.share(less)


LETTERS = "aAbcdđĐéÉœượßnN019².,;'’-–?() \u00a0\n"


@given(question=st.text(LETTERS, max_size=60), language=st.sampled_from(["en", "fr", "vi", "de", "zz"]))
def test_any_question_holds_its_own_words(question: str, language: str) -> None:
    content = content_words(question, language)
    asked = terms_of(question, dict.fromkeys(content, 1.0), language)
    assert asked.held(stems(question, language)) == set(content)


# -- weights -------------------------------------------------------------------------------------


def test_rare_words_weigh_more_and_unknown_ones_most(boats: Library) -> None:
    weights = terms(understand("How many boats lost their anchors to submarines?"), boats).weights
    assert set(weights) == {"boats", "lost", "anchors", "submarines"}
    assert 0 < weights["boats"] < weights["anchors"] < weights["submarines"]
    assert weights["boats"] == pytest.approx(weights["lost"])  # six passages hold each


def test_of_function_words_and_periods_nothing_is_weighed_of_places_all_is(boats: Library) -> None:
    weights = terms(understand("How many boats were there in Hanoi in 2024?"), boats).weights
    assert set(weights) == {"boats", "hanoi"}


def test_weights_are_of_the_library_as_it_is_now(tmp_path: Path) -> None:
    with Assistant(Store(None).open(tmp_path / "data")) as assistant:
        query = understand("Which boats have anchors?")
        empty = terms(query, assistant.library).weights
        assert empty["boats"] == empty["anchors"] > 0
        assistant.ingest([write(tmp_path / f"{n}.txt", f"The boats of pier {n} came home.") for n in range(3)])
        full = terms(query, assistant.library).weights
        assert 0 < full["boats"] < full["anchors"]
        for document in assistant.documents():
            assistant.remove(document.id)
        assert terms(query, assistant.library).weights == empty


# -- names ---------------------------------------------------------------------------------------


def otherwise(question: str, text: str, places: tuple[str, ...] = (), *bodies: Organisation) -> set[str]:
    """What of a question a passage of this text, in a report with these bodies, names by another name."""
    passage = Passage("p", "d", 0, 0, len(text), text, (Span(0, len(text)),), "", "en", places=places)
    about = Description("A report", "en", organisations=bodies)
    query = understand(question)
    asked = Terms.of(query, dict.fromkeys(content_words(query.timeless, query.language), 1.0))
    return named_otherwise(asked, query, passage, Document("d", "/r/a.txt", "r/a.txt", text, (), about))


def test_a_place_is_named_by_any_of_its_names() -> None:
    assert "hanoi" in otherwise("How many boats in Hanoi?", "Tàu ở Hà Nội", ("Hà Nội",))
    assert {"dak", "lak"} <= otherwise("How many boats in Dak Lak?", "Tàu ở Đắk Lắk", ("Đắk Lắk",))
    assert otherwise("How many boats in Hanoi?", "Tàu ở Đà Nẵng", ("Da Nang",)) == set()
    assert otherwise("How many boats in Hanoi?", "Nowhere in particular") == set()
    assert otherwise("How many boats are there?", "Boats of Hanoi", ("Hanoi",)) == set()


@pytest.mark.parametrize(
    ("question", "name", "place"),
    [
        ("Hà Nội có bao nhiêu tàu?", "ha noi", "Hanoi"),
        ("How many boats in Saigon?", "saigon", "Ho Chi Minh City"),
        ("TPHCM có bao nhiêu tàu?", "tphcm", "Ho Chi Minh City"),
    ],
)
def test_a_place_is_named_however_the_question_names_it(question: str, name: str, place: str) -> None:
    assert otherwise(question, f"The boats of {place}", (place,)) >= set(name.split())


COMMITTEE = Organisation(
    "Central Steering Committee for Anti-Corruption", ("BCĐTW", "Ban Chỉ đạo Trung ương", "Comité directeur central"), 0
)


@pytest.mark.parametrize(
    "text",
    [
        "Cuộc họp của Ban Chỉ đạo Trung ương đã kết thúc.",
        "La réunion du Comité directeur central est finie.",
        "BCĐTW họp hôm qua.",
        "The Central Steering Committee for Anti-Corruption met.",
    ],
)
def test_a_body_is_named_by_an_alias_in_another_language(text: str) -> None:
    question = "What did the Central Steering Committee decide?"
    assert otherwise(question, text, (), COMMITTEE) == {"central", "steering", "committee"}


def test_a_body_is_not_named_by_anothers_alias() -> None:
    question = "What did the Central Steering Committee decide?"
    assert otherwise(question, "Cuộc họp đã kết thúc.", (), COMMITTEE) == set()
    assert otherwise(question, "Bộ Chính trị họp.", (), Organisation("Politburo", ("Bộ Chính trị",), 0)) == set()


def test_a_name_is_whole_words_accents_and_case_aside() -> None:
    assert holds_name("Lý Kiều Vân", "Ông LY KIEU  VAN nói")
    assert holds_name("People's Court", "the people’s court sat")
    assert not holds_name("Le Van", "Le Vang came")
    assert not holds_name("Le Van", "Le and Van came")


# -- words no report uses ------------------------------------------------------------------------


def test_words_no_report_uses_are_named_as_they_were_written(boats: Library) -> None:
    assert unheard(understand("How many Submarines lost their anchors before dawn?"), boats) == ["Submarines", "dawn"]
    assert unheard(understand("Which boats lost an anchor in the storms?"), boats) == []
    assert unheard(understand("Which Zeppelins?"), boats) == ["Zeppelins"]


def test_a_word_of_the_field_is_heard_where_another_says_the_same(over: Over) -> None:
    reports = {f"{n}.txt": f"The conference of boat {n} was chaired by its helmsman." for n in range(3)}
    library = over(reports).library
    assert unheard(understand("Who presided over the meeting of the boats?"), library) == []
    assert unheard(understand("Who inspected the meeting of the boats?"), library) == ["inspected"]


def test_of_a_language_with_few_reports_or_vietnamese_nothing_is_said_to_be_missing(boats: Library) -> None:
    assert unheard(understand("Combien de sous-marins ont perdu leurs ancres avant l'aube ?"), boats) == []
    assert unheard(understand("Bao nhiêu tàu ngầm của hải quân bị khởi tố vì buôn lậu?"), boats) == []


def test_a_names_stems_are_looked_up_in_every_language_of_the_library(boats: Library) -> None:
    asked = query_stems(understand("What did Mr Nguyen Van Binh say of the registrations in Hanoi?"), boats)
    assert {"nguyen", "binh", "hanoi", "registr"} <= asked.keys()
    assert set(asked.values()) == {1.0}
    assert "mr" not in asked
