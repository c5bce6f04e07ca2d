"""Evidence: constraints are met by what a passage says, each side of a comparison has its own, and no language buries
another."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from asking import HARBOUR, Over, name_of, names
from libraries import write

from assistant import Assistant
from assistant.question import understand
from assistant.retrieve import other_languages, retrieve, retrieve_parts
from ingest.errors import InputError

# -- libraries -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def harbour(over: Over) -> Assistant:
    """One measure, counted in 2023, in the first half of 2024 and in 2024; and what names no year."""
    return over(HARBOUR)


@pytest.fixture(scope="module")
def mangroves(over: Over) -> Assistant:
    """A national figure, and those of two provinces; the national report names both."""
    nursery = "The seedlings came from nurseries on the coast."
    return over(
        {
            "nation.txt": "National review of 2024\n\nIn 2024 rangers nationwide planted 90,000 hectares of mangrove "
            "forest, most of it in Ca Mau, Ben Tre and Soc Trang. The whole country took part.",
            "ca-mau.txt": "Ca Mau province: review of 2024\n\n"
            f"In 2024 rangers of Ca Mau planted 1,250 hectares of mangrove forest. {nursery}",
            "ben-tre.txt": "Ben Tre province: review of 2024\n\n"
            f"In 2024 rangers of Ben Tre planted 840 hectares of mangrove forest. {nursery}",
        }
    )


# -- period, place, person -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("period", "questions"),
    [
        ("2023", ("How many fishing boats were registered in 2023?",
                  "Combien de bateaux de pêche ont été enregistrés en 2023 ?",
                  "Năm 2023 có bao nhiêu tàu cá được đăng ký?")),
        ("2024-H1", ("How many fishing boats were registered in the first half of 2024?",
                     "Combien de bateaux de pêche ont été enregistrés au premier semestre 2024 ?",
                     "Có bao nhiêu tàu cá được đăng ký trong 6 tháng đầu năm 2024?")),
        ("2024", ("How many fishing boats were registered in 2024?",
                  "Combien de bateaux de pêche ont été enregistrés en 2024 ?",
                  "Có bao nhiêu tàu cá được đăng ký trong năm 2024?")),
    ],
)  # fmt: skip
def test_the_report_of_the_period_asked_for_comes_first(
    harbour: Assistant, period: str, questions: tuple[str, ...]
) -> None:
    for question in questions:
        evidence = harbour.evidence(question)
        first = evidence[0].document.description.period
        assert first
        assert first.label == period, question
        dated = [item for item in evidence if item.document.description.period]
        assert [item.distance for item in dated] == [0, 2, 2], question


def test_what_names_no_year_is_not_put_behind_what_is_of_another(harbour: Assistant) -> None:
    for year, others in (("2023", {"y2024", "h2024"}), ("2021", {"y2023", "y2024", "h2024"})):
        found = names(harbour, f"How many fishing boats were registered in {year}?")
        assert all(found.index("undated") < found.index(other) for other in others), found


def test_last_year_is_the_one_before_the_newest_report(harbour: Assistant) -> None:
    assert names(harbour, "How many fishing boats were registered last year?")[0] == "y2023"
    assert names(harbour, "How many fishing boats were registered this year?")[0] == "y2024"
    assert "412" in harbour.ask("How many fishing boats were registered last year?").answer
    assert "538" in harbour.ask("Combien de bateaux de pêche ont été enregistrés cette année ?").answer


def test_last_year_moves_with_the_newest_report(over: Over, tmp_path: Path) -> None:
    assistant = over({"y2023.txt": HARBOUR["y2023.txt"], "y2022.txt": HARBOUR["y2023.txt"].replace("2023", "2022")})
    question = "How many fishing boats were registered last year?"
    assert names(assistant, question)[0] == "y2022"
    assistant.ingest(write(tmp_path / "y2024.txt", HARBOUR["y2024.txt"]))
    assert names(assistant, question)[0] == "y2023"


@pytest.mark.parametrize(
    "question",
    [
        "How many hectares of mangrove forest were planted in Ca Mau in 2024?",
        "Combien d'hectares de mangrove ont été plantés à Ca Mau en 2024 ?",
        "Năm 2024 Cà Mau trồng bao nhiêu héc-ta rừng ngập mặn?",
    ],
)
def test_a_national_figure_does_not_win_over_the_provinces_own(mangroves: Assistant, question: str) -> None:
    first, *rest = mangroves.evidence(question)
    assert (name_of(first), first.distance) == ("ca-mau", 0)
    assert {name_of(item): item.distance for item in rest} == {"nation": 2, "ben-tre": 2}


def test_a_figure_of_the_country_is_the_national_reports(mangroves: Assistant) -> None:
    question = "How many hectares of mangrove forest were planted nationwide in 2024?"
    assert names(mangroves, question)[0] == "nation"


def test_a_question_about_a_person_finds_the_passage_that_names_them(over: Over) -> None:
    said = "said that the old bridge must be closed to carts before the rains begin"
    assistant = over(
        {
            f"{number}.txt": f"Meeting on the bridge of ward {number}\n\nMr {name} {said}. The others agreed."
            for number, name in enumerate(["Nguyen Van Binh", "Tran Thi Lan", "Pham Quoc Hung"])
        }
    )
    for question in (
        "What did Tran Thi Lan say about the old bridge?",
        "Qu'a dit Tran Thi Lan sur le vieux pont ?",
        "Trần Thị Lan nói gì về cây cầu cũ?",
    ):
        first, *rest = assistant.evidence(question)
        assert "Tran Thi Lan" in first.passage.text, question
        assert first.sentences[0].fit.name, question
        assert not any(sentence.fit.name for item in rest for sentence in item.sentences), question
        assert first.relevance > 2 * max(item.relevance for item in rest), question


# -- comparisons ---------------------------------------------------------------------------------

YEARS = "How many fishing boats were registered in 2023 and 2024?"
PROVINCES = "How many hectares of mangrove forest were planted in Ca Mau and Ben Tre?"


def test_each_side_of_a_comparison_has_evidence_of_its_own(harbour: Assistant, mangroves: Assistant) -> None:
    def first(assistant: Assistant, question: str) -> dict[str, str]:
        query = understand(question, newest=assistant.library.newest())
        return {part.side: name_of(found[0]) for part, found in retrieve_parts(query, assistant.library)}

    assert first(harbour, YEARS) == {"2023": "y2023", "2024": "y2024"}
    assert first(harbour, "Combien de bateaux enregistrés en 2023 par rapport à 2024 ?") == {
        "2023": "y2023",
        "2024": "y2024",
    }
    assert first(mangroves, PROVINCES) == {"Ca Mau": "ca-mau", "Ben Tre": "ben-tre"}
    assert first(harbour, "How many fishing boats were registered in 2023?") == {"": "y2023"}


def test_a_few_passages_for_a_comparison_are_of_each_side(harbour: Assistant, mangroves: Assistant) -> None:
    assert names(harbour, YEARS, k=2) == ["y2023", "y2024"]
    assert names(mangroves, PROVINCES, k=2) == ["ca-mau", "ben-tre"]


@pytest.mark.parametrize("k", [3, 10])
def test_the_sides_of_a_comparison_take_turns(harbour: Assistant, mangroves: Assistant, k: int) -> None:
    assert names(harbour, YEARS, k)[:2] == ["y2023", "y2024"]
    assert names(mangroves, PROVINCES, k)[:2] == ["ca-mau", "ben-tre"]


def test_no_passage_is_found_twice_for_a_comparison(harbour: Assistant, mangroves: Assistant) -> None:
    for assistant, question, most in ((harbour, YEARS, 5), (mangroves, PROVINCES, 3)):
        for k in (1, 2, 3, 10):
            ids = [hit.passage_id for hit in assistant.search(question, k)]
            assert len(set(ids)) == len(ids) == min(k, most)


# -- languages -----------------------------------------------------------------------------------


def test_a_fact_only_a_french_report_holds_is_found_in_english(reader: Assistant) -> None:
    evidence = retrieve(understand("How many major projects were submitted to the Politburo in 2023?"), reader.library)
    assert any("sept projets" in sentence.text for item in evidence[:3] for sentence in item.sentences)


ENGLISH = "How many new books did the library buy for children?"
VIETNAMESE = "Thư viện mua bao nhiêu cuốn sách mới cho trẻ em?"
BOOKS = {
    "en": "The district library bought 470 new books for children in spring.",
    "vi": "Thư viện huyện mua thêm 470 cuốn sách mới cho trẻ em vào mùa xuân.",
}
ROADS = {
    "en": "The council of ward {} repaired its roads and painted its school {} times.",
    "vi": "Hội đồng phường {} sửa đường và sơn lại trường học {} lần.",
}
ROOMS = {
    "en": "The library of ward {} has a room with books where {} children read on Sundays.",
    "vi": "Thư viện phường {} có phòng đọc sách cho {} trẻ em vào ngày chủ nhật.",
}


def among_many(over: Over, language: str, form: Mapping[str, str]) -> Assistant:
    """One passage in a language that answers, and more in another than are looked at again."""
    other = "vi" if language == "en" else "en"
    many = "\n\n".join(form[other].format(number, number + 3) for number in range(75))
    few = "\n\n".join([BOOKS[language], *(form[language].format(number, 5) for number in range(90, 96))])
    assistant = over({"many.txt": many, "few.txt": few}, passage_tokens=20)
    assert assistant.library.passage_count() > 75
    return assistant


@pytest.mark.parametrize("language", ["en", "vi"])
def test_many_reports_in_a_language_do_not_bury_one_in_another(over: Over, language: str) -> None:
    assistant = among_many(over, language, ROADS)
    for question in (ENGLISH, VIETNAMESE):
        first = assistant.search(question, k=3)[0]
        assert (first.language, first.text) == (language, BOOKS[language]), question


@pytest.mark.parametrize("language", ["en", "vi"])
def test_one_in_another_language_is_looked_at_among_many_of_the_same_matter(over: Over, language: str) -> None:
    """Those nearest to the question, even as it might be in the other language, are in its own; a scope is not."""
    assistant = among_many(over, language, ROOMS)
    question = VIETNAMESE if language == "en" else ENGLISH
    assert BOOKS[language] in [hit.text for hit in assistant.search(question, k=100)]


def test_the_languages_sought_in_are_those_with_most_reports() -> None:
    assert other_languages("en", {"en": 9, "vi": 2, "fr": 5}) == ["fr", "vi"]
    assert other_languages("de", {"en": 9}) == ["en"]
    assert other_languages("en", {"en": 9}) == other_languages("en", {}) == []
    assert other_languages("en", {"vi": 1, "fr": 1, "de": 1, "es": 1}) == ["de", "es", "fr"]


# -- order, filters, odd questions ---------------------------------------------------------------


def test_evidence_is_in_order_and_relevance_a_share(harbour: Assistant) -> None:
    for question in ("How many fishing boats were registered in 2023?", "Who owns goats?", "Bao nhiêu tàu cá?"):
        evidence, hits = harbour.evidence(question), harbour.search(question)
        assert evidence == sorted(evidence, key=lambda item: (item.distance, -item.score))
        assert all(0 <= hit.score <= 1 for hit in hits)
        assert [hit.score for hit in hits] == [round(item.relevance, 4) for item in evidence]


def test_what_answers_is_far_more_relevant_than_what_does_not(harbour: Assistant) -> None:
    first, *rest = harbour.search("How many goats does the keeper of the lighthouse own?")
    assert "nine goats" in first.text
    assert first.score > 0.9
    assert max(hit.score for hit in rest) < 0.2
    assert max(hit.score for hit in harbour.search("Who painted the ceiling of the opera?")) < 0.2


def test_the_same_question_finds_the_same(harbour: Assistant) -> None:
    for question in (YEARS, "How many fishing boats were registered in 2023?"):
        assert harbour.search(question) == harbour.search(question) != []


def test_k_is_the_most_that_is_found(harbour: Assistant) -> None:
    question = "How many fishing boats were registered in 2023?"
    everything = names(harbour, question)
    assert len(everything) == 5
    assert [names(harbour, question, k=k) for k in (1, 3)] == [everything[:1], everything[:3]]


@pytest.mark.parametrize(
    "filters",
    [
        {"language": "vi"},
        {"period": "1999"},
        {"place": "Ca Mau"},
        {"source": "nothing"},
        {"source": []},
        {"document": "d0"},
        {"since": "2025", "until": "2020"},
        {"period": "2023", "source": "y2024"},
    ],
    ids=str,
)
def test_filters_that_nothing_passes_find_nothing(harbour: Assistant, filters: dict[str, Any]) -> None:
    for question in (YEARS, "How many fishing boats were registered in 2023?"):
        assert harbour.search(question, filters=filters) == []
        assert harbour.ask(question, filters=filters).abstained


def test_filters_hold_for_each_side_of_a_comparison(harbour: Assistant) -> None:
    assert names(harbour, YEARS, period="2023") == ["y2023"]
    assert set(names(harbour, YEARS, source=["y2023", "goats"])) == {"y2023", "goats"}


def test_an_empty_library_has_no_evidence(over: Over) -> None:
    assistant = over({"gone.txt": HARBOUR["goats.txt"]})
    assistant.remove(assistant.documents()[0].id)
    assert assistant.search(YEARS) == assistant.search("Who owns goats?") == []
    assert assistant.ask(YEARS, explain=True).abstained


@pytest.mark.parametrize(
    "question",
    [
        "a", "7", "²", "漢字", "AND", "NOT", "AND OR NOT ~ ^ * : ( [ {", "title:boats^5~", "[a TO z]", "/re.*/",
        '"boats', "boats AND (", "+boats -boats", "'; DROP TABLE passages; --", "boats 🛶 boats",
        "boats\x00\x07\x1b[31m", "\u202eboats", "a " * 999,
        "1" * 1999, "1," * 900, "2023 and " * 200, "(" * 1999 + "a", "the of and",
    ],
    ids=lambda question: ascii(question[:20]),
)  # fmt: skip
def test_odd_questions_find_little_and_break_nothing(harbour: Assistant, question: str) -> None:
    hits = harbour.search(question, k=2)
    assert len(hits) <= 2
    assert all(0 <= hit.score <= 1 for hit in hits)
    assert harbour.search(question, filters={"period": "1999"}) == []


@pytest.mark.parametrize(
    "question", ["", " ", "?", "*:*", '"', "🛶", "\x00\x01", "\u200b\u202e", "\\", "a" * 100_000, "boats\ud800"],
    ids=lambda question: ascii(question[:20]),
)  # fmt: skip
def test_what_is_no_question_is_refused(harbour: Assistant, question: str) -> None:
    with pytest.raises(InputError):
        harbour.search(question)


@pytest.mark.parametrize("filters", [{"author": "x"}, {"since": "lately"}, {"source": " "}, {"language": {"a": 1}}])
def test_a_filter_that_cannot_be_is_refused(harbour: Assistant, filters: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        harbour.search(YEARS, filters=filters)


def test_no_operator_widens_a_search(harbour: Assistant) -> None:
    """Words between operators are sought as words: each passage is as near as without them, or farther."""
    plain, operated = (names(harbour, text)[0] for text in ("goats", "goats OR *:* NOT ^ ~ [ {"))
    assert plain == operated == "goats"
