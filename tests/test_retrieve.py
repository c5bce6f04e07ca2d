"""Evidence: constraints are met by what a passage says, each side of a comparison has its own, what tells the same is
found once, and no language buries another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from libraries import write

from assistant import Assistant
from assistant.context import leans_back, starts_mid_thought
from assistant.fit import fits, reported_periods
from assistant.question import understand
from assistant.retrieve import Evidence, different, other_languages, retrieve, retrieve_parts
from ingest.documents import Description, Document, Passage, Span
from ingest.engine import Engine
from ingest.errors import InputError
from ingest.library import Library
from ingest.text.periods import Period

# -- libraries -----------------------------------------------------------------------------------

Over = Callable[..., Assistant]


@pytest.fixture(scope="module")
def over(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Over]:
    """Opens an assistant over these reports, by file name."""
    opened: list[Assistant] = []

    def over_reports(reports: Mapping[str, str], passage_tokens: int | None = None) -> Assistant:
        folder = tmp_path_factory.mktemp("retrieve")
        for name, text in reports.items():
            write(folder / "reports" / name, text)
        assistant = Assistant(Library(folder / "data", engine, passage_tokens=passage_tokens))
        opened.append(assistant)
        assert not assistant.ingest(folder / "reports").failed
        return assistant

    yield over_reports
    for assistant in opened:
        assistant.close()


def name_of(item: Evidence) -> str:
    return Path(item.document.source).stem


def names(assistant: Assistant, question: str, k: int = 10, **filters: Any) -> list[str]:
    """The files of the passages found, best first, without their endings."""
    return [Path(hit.source).stem for hit in assistant.search(question, k, filters or None)]


HARBOUR = {
    "y2023.txt": "Year-end review of 2023\n\n"
    "In 2023 the harbour office registered 412 fishing boats. It took a fee from the owner of each.",
    "h2024.txt": "Review of the first half of 2024\n\n"
    "In the first half of 2024 the harbour office registered 205 fishing boats. It took a fee from the owner of each.",
    "y2024.txt": "Year-end review of 2024\n\n"
    "In 2024 the harbour office registered 538 fishing boats. It took a fee from the owner of each.",
    "undated.txt": "The harbour office\n\n"
    "The harbour office registers fishing boats. A number is painted on every fishing boat that it registers.",
    "goats.txt": "Goats of the lighthouse\n\nThe keeper of the lighthouse owns nine goats. None of them can swim.",
}


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


# -- one sentence --------------------------------------------------------------------------------


def sentence_fit(
    question: str, sentence: str, period: str | None = "2023", before: str = "", title: str = "A report"
) -> bool:
    """Whether a sentence, after another, in a report on a period, is of the period and place a question asks for."""
    text = f"{before} {sentence}".strip()
    spans = tuple(Span(text.index(part), text.index(part) + len(part)) for part in (before, sentence) if part)
    about = Description(title, "en", period=Period.parse(period) if period else None)
    document = Document("d", "/r/a.txt", "r/a.txt", text, (), about)
    passage = Passage("p", "d", 0, 0, len(text), text, spans, "", "en")
    return fits(understand(question), passage, document)[-1].all


@pytest.mark.parametrize(
    ("question", "sentence", "fits"),
    [
        ("How many cases in 2023?", "Agencies opened 763 cases.", True),
        ("How many cases in 2024?", "Agencies opened 763 cases.", False),
        ("How many cases in 2022?", "Agencies opened 763 cases, nearly double that of 2022.", False),
        ("How many cases in 2023?", "Agencies opened 763 cases, nearly double that of 2022.", True),
        ("How many cases in 2023?", "In the first half of 2023, 400 cases were opened.", False),
        ("What was done in 2023?", "In the first half of 2023, the office moved.", True),
        ("How many tasks for 2024?", "For 2024 the sector has six tasks.", True),
        ("How many cases since 2020?", "Since 2020 the office has heard 50 cases.", False),
    ],
)
def test_a_sentence_is_of_the_period_it_names_else_of_its_reports(question: str, sentence: str, fits: bool) -> None:
    assert sentence_fit(question, sentence) is fits


@pytest.mark.parametrize(
    "sentence",
    [
        "Agencies opened 12 cases against 30 people in 2022.",
        "More than 12 cases in 2022 came to court.",
        "The court sat twice in 2022 and heard 12 cases.",
        "On sait que 12 affaires en 2022 ont été closes.",
        "Công an khởi tố hơn 12 vụ năm 2022.",
    ],
)
def test_a_figure_of_the_year_before_is_not_of_the_year_reviewed(sentence: str) -> None:
    assert [mention.period.label for mention in reported_periods(sentence)] == ["2022"]
    assert not sentence_fit("How many cases in 2023?", sentence)


def test_a_plan_before_a_sentence_does_not_date_it() -> None:
    plans = "The agenda held the tasks for 2024."
    assert not sentence_fit("How many cases in 2024?", "Agencies opened 763 cases.", before=plans)


def test_a_result_before_a_sentence_does() -> None:
    assert sentence_fit("How many cases in 2022?", "Of these 20 were closed.", before="In 2022 there were 50 cases.")


def test_a_comparison_reports_on_neither_year_but_its_own() -> None:
    assert [m.period.label for m in reported_periods("763 in 2023, nearly double that of 2022")] == ["2023"]
    assert [m.period.label for m in reported_periods("763 năm 2023, gấp đôi so với năm 2022")] == ["2023"]


def test_a_place_in_a_list_has_no_figure_of_its_own() -> None:
    listed = "Agencies opened 763 cases, among others in Hanoi, Nghe An, Thanh Hoa and Son La."
    assert not sentence_fit("How many cases in Nghe An in 2023?", listed)
    assert sentence_fit("How many cases in Nghe An in 2023?", "Agencies in Nghe An opened 12 cases.")


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


# -- what tells the same -------------------------------------------------------------------------

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


# -- neighbours ----------------------------------------------------------------------------------

CRATES = (
    "The teachers of the island school sailed to the mainland in March to buy paper and ink for their pupils.",
    "They came home after nine days with four crates, and the harbour master let them land without paying any fee.",
    "However, one of the crates had been soaked by a wave, so that its paper could only be used to light the stove.",
    "The parents dried what was left of it on the roof of the boat house, under nets, for the whole of a week.",
)
NETS = (
    "Hợp tác xã của làng chài mua lưới mới bằng tiền bán cá trong mùa hè và chia cho từng gia đình một tấm.",
    "Tuy nhiên, ba tấm lưới bị rách ngay trong đêm đầu tiên vì sóng lớn đánh chúng vào những cọc gỗ ngoài bến.",
)


@pytest.fixture(scope="module")
def island(over: Over) -> Assistant:
    """Reports in passages of one sentence each."""
    return over(
        {
            "crates.txt": "\n\n".join(CRATES),
            "nets.txt": "\n\n".join(NETS),
            "goats.txt": "They say that a goat climbed the lighthouse on the second night of the year and slept.",
        },
        passage_tokens=40,
    )


@pytest.mark.parametrize(
    ("question", "opening", "before"),
    [
        ("Who came home after nine days with four crates?", "They", CRATES[0]),
        ("Which crates had been soaked by a wave?", "However", CRATES[1]),
        ("Mấy tấm lưới bị rách vì sóng lớn?", "Tuy nhiên", NETS[0]),
        ("What did the parents dry on the roof of the boat house?", "The parents", None),
        ("Why did the teachers sail to the mainland?", "The teachers", None),
        ("What climbed the lighthouse?", "They say", None),
    ],
)
def test_a_passage_that_goes_on_comes_with_the_one_before_it(
    island: Assistant, question: str, opening: str, before: str | None
) -> None:
    hit = island.search(question)[0]
    assert hit.text.startswith(opening)
    assert hit.before == before


def test_the_passage_before_is_measured_for_the_question_as_any_other(island: Assistant) -> None:
    evidence = island.evidence("Who came home after nine days with four crates?")
    alone = {item.passage.id: item for item in evidence}
    found = evidence[0].before
    assert found
    assert found.before is None
    assert found.passage.ordinal == evidence[0].passage.ordinal - 1
    assert found.measures == pytest.approx(alone[found.passage.id].measures)


@pytest.mark.parametrize(
    "text", ["They left.", "However, he came.", "Tuy nhiên, họ đi.", "Cependant, il vint.", "and so"]
)
def test_what_goes_on_is_told_by_its_first_words(text: str) -> None:
    assert starts_mid_thought(text)


@pytest.mark.parametrize(
    "text", ["The boats left.", "Những con tàu", "Hội nghị", "Theory", "Italy won.", "", "2024", "“"]
)
def test_what_begins_is_not_told_to_go_on(text: str) -> None:
    assert not starts_mid_thought(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ho Chi Minh City opened 30 cases.",
        "Hồ sơ được lưu tại phường.",
        "Bà Rịa - Vũng Tàu có 20 vụ.",
        "Đỗ Văn Bình chủ trì hội nghị.",
        "Ba tháng đầu năm có 20 vụ.",
        "Độ tuổi trung bình là 40.",
        "Day two of the meeting was quiet.",
    ],
)
def test_a_name_or_a_noun_is_no_pronoun(text: str) -> None:
    assert not leans_back(text)


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
