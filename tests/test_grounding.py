"""Whether a statement is supported: its quote is the passage's, and its figures, names and meaning are the quote's.

The checks one by one, with the reason each gives; `test_grounding_pairs` has them over many statements.
"""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assistant import Assistant
from assistant.grounding import NEAR, Quote, Reason, Similarity, check, locate, unbacked_names, unbacked_places
from ingest.documents import Description, Passage, Person, Span
from ingest.engine import Engine
from ingest.text.numbers import find_numbers
from ingest.text.periods import Period

START = 1000
"""Where the passage begins in its document: spans are in the document."""

PASSAGE_2024 = (
    "During the year, local procedural agencies opened 848 new corruption cases against 1,884 defendants. "
    "It received and dealt with nearly 60,000 petitions. “Some committees did not work in a methodical way”, "
    "Phan Dinh Trac\nsaid at the people’s conference, and 35 % of the advice came late."
)


def passage(text: str, language: str = "en", heading: str = "A national review · 2024 · Hanoi") -> Passage:
    """A passage of a document, with a sentence to each full stop."""
    spans = [Span(START + match.start(), START + match.end()) for match in re.finditer(r"\S[^.]*\.", text)]
    return Passage("p1", "d1", 0, START, START + len(text), text, tuple(spans), heading, language)


def quote(words: str, of: str = PASSAGE_2024, language: str = "en") -> Quote:
    """These words as a quote of a passage that holds them."""
    inside = passage(of, language)
    span = locate(words, inside)
    assert span is not None, words
    return Quote(inside, span)


def never(_one: str, _other: str) -> float:
    raise AssertionError("meaning was compared where words had to decide")


def same(_one: str, _other: str) -> float:
    return 1.0


@pytest.fixture(scope="module")
def similarity(engine: Engine) -> Similarity:
    """The meaning of two texts as the built-in engine sees it."""

    def cosine(one: str, other: str) -> float:
        vectors = engine.embed_passages([one, other])
        return float(vectors[0] @ vectors[1])

    return cosine


# -- locate --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("848 new corruption cases", "848 new corruption cases"),
        ("  opened   848\nnew corruption ", "opened 848 new corruption"),
        ("Phan Dinh Trac said at", "Phan Dinh Trac\nsaid at"),
        ('"Some committees did not work in a methodical way"', "Some committees did not work in a methodical way"),
        ("« Some committees did not »", "Some committees did not"),
        ("at the people's conference", "at the people’s conference"),
        ("DURING THE YEAR, local", "During the year, local"),
        ("Phán Đình Trạc said", "Phan Dinh Trac\nsaid"),
        ("1,884", "1,884"),
        ("35 % of the", "35 % of the"),
    ],
)
def test_a_quote_is_found_and_the_words_shown_are_the_passage_s_own(written: str, found: str) -> None:
    inside = passage(PASSAGE_2024)

    span = locate(written, inside)

    assert span is not None
    assert span.start >= START
    assert inside.sentence_text(span) == found


@pytest.mark.parametrize(
    "written",
    [
        "",
        "“”",
        "the year",
        "new cases",
        "848 old corruption cases",
        "opened new corruption cases",
        "procedural agencies … defendants",
        "x" * 10_000_000,
        "a " * 5_000_000,
        "((((848 new [a-z]* .*",
        "\\d+ new corruption cases",
    ],
    ids=lambda text: repr(text[:30]),
)
def test_what_is_not_in_the_passage_or_proves_nothing_is_not_found(written: str) -> None:
    assert locate(written, passage(PASSAGE_2024)) is None


@pytest.mark.parametrize(
    "written", ["884 defendants.", "48 new corruption cases", "against 1", "nearly 60", "35", "uring the year, local"]
)
def test_a_quote_may_not_begin_or_end_inside_a_word_or_number(written: str) -> None:
    assert locate(written, passage(PASSAGE_2024)) is None


def test_a_number_that_is_cut_once_and_whole_later_is_found_where_it_is_whole() -> None:
    inside = passage("There were 1,884 defendants in all. Of these 884 defendants were tried.")

    span = locate("884 defendants", inside)

    assert span is not None
    assert inside.text[: span.start - START].endswith("Of these ")


def test_grouped_digits_of_other_languages_are_not_cut_either() -> None:
    french = passage("visant 2\u00a0079\u00a0personnes mises en cause.", "fr")

    assert locate("079 personnes mises en cause", french) is None
    assert locate("2 079 personnes mises en cause", french) is not None


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_words_of_a_passage_are_located_at_those_words(data: st.DataObject) -> None:
    words = list(re.finditer(r"\S+", PASSAGE_2024))
    first = data.draw(st.integers(0, len(words) - 3))
    last = data.draw(st.integers(first + 2, len(words) - 1))
    start, end = words[first].start(), words[last].end()
    assume(not any(n.start < cut < n.end for n in find_numbers(PASSAGE_2024) for cut in (start, end)))
    taken = PASSAGE_2024[start:end]
    written = data.draw(st.sampled_from([taken, taken.upper(), taken.replace(" ", "  \n"), f'"{taken}"']))
    inside = passage(PASSAGE_2024)

    span = locate(written, inside)

    assert span is not None
    assert inside.sentence_text(span).split() == taken.strip("“”").split()


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_any_text_at_all_is_located_only_at_itself(written: str) -> None:
    inside = passage(PASSAGE_2024)

    span = locate(written, inside)

    assert span is None or inside.sentence_text(span).lower() in PASSAGE_2024.lower()


# -- check ---------------------------------------------------------------------------------------

CASES_2024 = "opened 848 new corruption cases against 1,884 defendants"


def test_a_statement_without_a_quote_is_not_supported() -> None:
    assert not check("Anything at all.", [], None, same).supported


def test_the_words_of_a_quote_need_no_further_check() -> None:
    sentence = "It received and dealt with nearly 60,000 petitions."

    verdict = check(f"  {sentence}\n", [quote(sentence)], None, never)

    assert (verdict.supported, verdict.support) == (True, 1.0)


def test_a_changed_number_is_not_supported() -> None:
    for statement in ("They opened 849 new cases.", "They opened 848 cases against 1,848 defendants.", "84.8 cases"):
        verdict = check(statement, [quote(CASES_2024)], None, never)
        assert not verdict.supported, statement
        assert "number" in (verdict.reason or "")


@pytest.mark.parametrize("figure", ["1,884", "1884", "1.884", "1 884", "1\u202f884"])
def test_a_number_may_be_written_in_another_way(figure: str) -> None:
    statement = f"There were {figure} defendants in 848 new cases."

    assert check(statement, [quote(CASES_2024)], None, same).supported


def test_a_number_that_is_elsewhere_in_the_passage_is_not_in_the_quote() -> None:
    assert not check("There were 848 petitions.", [quote("nearly 60,000 petitions")], None, never).supported


def test_a_percentage_is_not_a_count() -> None:
    late = quote("35 % of the advice came late")

    assert check("35% of the advice came late.", [late], None, same).supported
    assert not check("35 pieces of advice came late.", [late], None, never).supported


def test_a_year_may_come_from_the_period_of_the_document_and_from_no_other() -> None:
    cases = [quote(CASES_2024)]

    assert check("In 2024, 848 new corruption cases were opened.", cases, Period.year(2024), same).supported
    assert not check("In 2023, 848 new corruption cases were opened.", cases, Period.year(2024), never).supported
    assert not check("In 2021, 848 new corruption cases were opened.", cases, None, never).supported
    assert not check("There were 2,024 cases.", cases, Period.year(2024), never).supported


NOT_METHODICAL = "Some committees did not work in a methodical way"


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("Some committees worked in a methodical way.", NOT_METHODICAL),
        ("The agencies did not open 848 new corruption cases against 1,884 defendants.", CASES_2024),
        ("The agencies never opened 848 new corruption cases against 1,884 defendants.", CASES_2024),
        ("Les organes n’ont pas ouvert 848 affaires contre 1 884 personnes.", CASES_2024),
        ("Các cơ quan không khởi tố 848 vụ án với 1.884 bị can.", CASES_2024),
    ],
)
def test_a_dropped_or_added_negation_is_not_supported(statement: str, words: str) -> None:
    verdict = check(statement, [quote(words)], None, same)

    assert not verdict.supported
    assert "denies" in (verdict.reason or "")


@pytest.mark.parametrize(
    "statement", ["Some committees didn’t work methodically.", "Certains comités n'ont pas travaillé avec méthode."]
)
def test_a_negation_that_is_kept_is_supported(statement: str) -> None:
    assert check(statement, [quote(NOT_METHODICAL)], None, same).supported


def test_a_negation_left_out_of_the_quote_still_counts() -> None:
    clipped = quote("work in a methodical way")

    assert not check("work in a methodical way", [clipped], None, same).supported
    assert not check("Some committees work in a methodical way.", [clipped], None, same).supported


@pytest.mark.parametrize("statement", ["Nó mở 848 vụ án mới.", "848 vụ án liên quan đến nợ xấu."])
def test_accented_words_that_only_look_like_a_no_deny_nothing(statement: str) -> None:
    assert check(statement, [quote(CASES_2024)], None, same).supported


@pytest.mark.parametrize(
    ("statement", "supported"),
    [
        ("The sector dealt with nearly 60,000 petitions.", True),
        ("Le secteur a traité près de 60 000 requêtes.", True),
        ("Ngành đã xử lý gần 60.000 đơn thư.", True),
        ("The sector dealt with 60,000 petitions.", False),
        ("The sector dealt with more than 60,000 petitions.", False),
    ],
)
def test_a_hedge_is_kept(statement: str, supported: bool) -> None:
    cited = quote("It received and dealt with nearly 60,000 petitions")
    assert check(statement, [cited], None, same).supported is supported


def test_a_hedge_clipped_off_the_quote_still_counts() -> None:
    cited = quote("60,000 petitions")
    assert not check("It dealt with 60,000 petitions.", [cited], None, same).supported


@pytest.mark.parametrize(
    "statement",
    [
        "Trump opened 848 new corruption cases.",
        "In Danang, 848 new corruption cases were opened.",
        "À Da Nang, 848 nouvelles affaires de corruption ont été ouvertes.",
    ],
)
def test_another_place_or_a_name_of_one_word_is_not_supported(statement: str) -> None:
    cited = quote("local procedural agencies opened 848 new corruption cases")
    if statement.startswith("Trump"):
        statement = f"It says {statement}"
    assert not check(statement, [cited], None, same).supported


def test_a_name_that_is_not_in_the_passage_is_not_supported() -> None:
    verdict = check("Then Vo Van Dung opened 848 new corruption cases.", [quote(CASES_2024)], None, never)

    assert not verdict.supported
    assert "Vo Van Dung" in (verdict.reason or "")


def test_a_name_may_stand_elsewhere_in_the_passage_with_or_without_accents() -> None:
    late = [quote("35 % of the advice came late")]

    assert check("As Phan Đình Trạc said, 35 % of the advice came late.", late, None, same).supported
    assert unbacked_names("At noon Phan Dinh Trac spoke.", PASSAGE_2024) == []
    assert unbacked_names("At noon Phan Dinh Quy spoke.", PASSAGE_2024) == ["Phan Dinh Quy"]


def test_another_meaning_over_the_same_words_is_not_supported(similarity: Similarity) -> None:
    verdict = check("The weather in the mountains stayed cold for weeks.", [quote(CASES_2024)], None, similarity)

    assert not verdict.supported
    assert verdict.support < NEAR


@pytest.mark.parametrize(
    "statement",
    [
        "Local agencies started 848 new corruption cases with 1,884 defendants.",
        "Les organes locaux ont ouvert 848 nouvelles affaires de corruption contre 1 884 personnes.",
        "Các cơ quan địa phương khởi tố mới 848 vụ án tham nhũng với 1.884 bị can.",
    ],
)
def test_a_paraphrase_or_translation_with_the_same_figures_is_supported(statement: str, similarity: Similarity) -> None:
    verdict = check(statement, [quote(CASES_2024)], None, similarity)

    assert verdict.supported, verdict.reason
    assert NEAR <= verdict.support <= 1


# -- the checks one by one -----------------------------------------------------------------------

REPORT = (
    "The fund of Nghe An paid 12 schools 2.5 billion dong in 2023, against 1.8 billion in 2022. "
    "Half of the 40 communes answered before 15 May 2023, and most answers were incomplete. "
    "Le Thi Hanh, Deputy Head of the Provincial Inspectorate, praised the clerks; Tran Van Nam will present the next "
    "report. The province received 1,872 letters and settled 1,655 of them, 5–7 a day. The third phase has not begun. "
    "Officials must declare their assets. The court rejected 3 of the 8 appeals."
)


def quoted(words: str, about: Description | None = None, of: str = REPORT, language: str = "en") -> list[Quote]:
    inside = passage(of, language, heading="A fund looks back · 2023")
    span = locate(words, inside)
    assert span is not None, words
    return [Quote(inside, span, about)]


def objection(statement: str, words: str, about: Description | None = None) -> str | None:
    """The reason against a statement over these words of the report; None where it is supported."""
    return check(statement, quoted(words, about), Period.year(2023), same).reason


FUND = "The fund of Nghe An paid 12 schools 2.5 billion dong in 2023, against 1.8 billion in 2022."
ANSWERS = "Half of the 40 communes answered before 15 May 2023, and most answers were incomplete."
HANH = "Le Thi Hanh, Deputy Head of the Provincial Inspectorate, praised the clerks"
SETTLED = "The province received 1,872 letters and settled 1,655 of them, 5–7 a day."


@pytest.mark.parametrize(
    ("statement", "words", "reason"),
    [
        ("The fund paid 13 schools.", FUND, Reason.NUMBER),
        ("The fund paid 12 schools 2.5 billion dollars.", FUND, Reason.UNIT),
        ("The fund paid 12 % of the schools.", FUND, Reason.UNIT),
        ("The fund paid 12 hospitals.", FUND, Reason.COUNTED),
        ("The fund paid 12 beekeepers.", FUND, Reason.COUNTED),
        ("The fund paid nearly 12 schools.", FUND, Reason.HEDGE),
        ("The province settled 5 letters a day.", SETTLED, Reason.RANGE),
        ("The province settled 1,872 letters.", SETTLED, Reason.TOLD),
        ("The fourth phase has not begun.", "The third phase has not begun.", Reason.NUMBER),
        ("The fund paid 12 schools 1.8 billion dong in 2023.", FUND, Reason.PERIOD),
        ("The fund paid 12 schools 2.5 billion dong in 2021.", FUND, Reason.PERIOD),
        ("In the first half of 2023 the fund paid 12 schools.", FUND, Reason.PERIOD),
        ("The officials of 2019 must declare their assets.", "Officials must declare their assets.", Reason.PERIOD),
        ("Most answers came before 16 May 2023.", ANSWERS, Reason.PERIOD),
        ("The fund of Son La paid 12 schools.", FUND, Reason.PLACE),
        ("Nationwide, 12 schools were paid.", FUND, Reason.PLACE),
        ("The officials of Samsung must declare assets.", "Officials must declare their assets.", Reason.NAME),
        ("Tran Van Nam praised the clerks.", HANH, Reason.PERSON),
        ("Le Thi Hanh, Head of the Provincial Inspectorate, praised the clerks.", HANH, Reason.ROLE),
        ("According to analysts, officials must declare their assets.", "must declare their assets", Reason.ADDED),
        ("Le Thi Hanh criticised the clerks.", HANH, Reason.REVERSED),
        ("The court accepted 3 of the 8 appeals.", "The court rejected 3 of the 8 appeals.", Reason.REVERSED),
        ("Most answers were complete.", ANSWERS, Reason.REVERSED),
        ("The third phase has begun.", "The third phase has not begun.", Reason.DENIED),
        ("Le Thi Hanh did not praise the clerks.", HANH, Reason.DENIED),
        ("All answers were incomplete.", ANSWERS, Reason.STRONGER),
        ("Only Le Thi Hanh praised the clerks.", HANH, Reason.STRONGER),
        ("The court rejected all 8 appeals.", "The court rejected 3 of the 8 appeals.", Reason.STRONGER),
        ("Officials declared their assets.", "Officials must declare their assets.", Reason.UNSURE),
        ("Officials may declare their assets.", "Officials must declare their assets.", Reason.UNSURE),
        ("Tran Van Nam presented the report.", "Tran Van Nam will present the next report.", Reason.UNSURE),
        ("Sadly, officials must declare their assets.", "Officials must declare their assets.", Reason.ADDED),
    ],
)
def test_each_check_says_why_and_names_the_words(statement: str, words: str, reason: Reason) -> None:
    said = objection(statement, words) or ""

    assert said.startswith(f"{reason}: ")
    assert len(said) <= 120
    assert "\n" not in said


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("A dozen schools were paid by the fund of Nghệ An.", FUND),
        ("Le fonds de Nghe An a versé 2,5 milliards de dongs à douze écoles en 2023.", FUND),
        ("Quỹ của Nghệ An chi 2 tỷ 500 triệu đồng cho 12 trường.", FUND),
        ("In 2022 the fund paid 1.8 billion dong.", FUND),
        ("50 % of the 40 communes answered before May 15, 2023.", ANSWERS),
        ("La moitié des quarante communes ont répondu avant le 15/05/2023.", ANSWERS),
        ("Phó Chánh Thanh tra tỉnh Lê Thị Hạnh biểu dương cán bộ.", HANH),
        ("Mrs Hanh praised the clerks.", HANH),
        ("Of 1,872 letters received, 1,655 were settled.", SETTLED),
        ("At least 5 letters a day were settled.", SETTLED),
        ("Letters were settled at a rate of five to seven a day.", SETTLED),
        ("The third phase is yet to begin.", "The third phase has not begun."),
        ("Three of the eight appeals were not accepted.", "The court rejected 3 of the 8 appeals."),
        ("Officials have to declare their assets.", "Officials must declare their assets."),
    ],
)
def test_what_says_the_same_in_other_words_passes_every_check(statement: str, words: str) -> None:
    assert objection(statement, words) is None


@pytest.mark.parametrize(
    ("statement", "supported"),
    [
        ("The agencies did not fail to answer.", True),
        ("The agencies failed to answer.", False),
        ("The agencies answered.", True),
        ("The agencies never answered.", False),
        ("No agency answered.", False),
        ("Not only did the agencies answer, they also apologised.", True),
        ("Les organes n'ont pas manqué de répondre.", True),
        ("Les organes n'ont pas répondu.", False),
        ("Les organes n'ont répondu que sans excuse.", False),
        ("Các cơ quan không thể không trả lời.", True),
        ("Các cơ quan không trả lời.", False),
        ("Các cơ quan không chỉ trả lời mà còn xin lỗi.", True),
    ],
)
def test_denials_are_counted_clause_by_clause(statement: str, supported: bool) -> None:
    words = "The agencies answered and apologised"
    cited = quoted(words, of=f"{words}. Nobody else did.")

    assert check(statement, cited, None, same).supported is supported


def test_a_denial_of_one_clause_is_none_of_the_other() -> None:
    words = "The port was repaired, but the bridge was not opened"
    cited = quoted(words, of=f"{words}.")

    assert check("The port was repaired.", cited, None, same).supported
    assert check("The bridge was not opened.", cited, None, same).supported
    assert not check("The port was not repaired.", cited, None, same).supported
    assert not check("The bridge was opened.", cited, None, same).supported


def test_a_statement_of_two_quotes_words_needs_no_further_check() -> None:
    first, second = "The third phase has not begun.", "Officials must declare their assets."
    quotes = quoted(first) + quoted(second)

    for statement in (f"{first} {second}", f"{second}  {first}", f"{first[:-1]}, and {second}"):
        assert check(statement, quotes, None, never).support == 1.0


@pytest.mark.parametrize(
    ("clipped", "cut"),
    [
        ("present the next report", "will"),
        ("1,884 defendants", "nearly"),
        ("Head of the Commission spoke", "deputy"),
        ("work in a methodical way", "not"),
    ],
)
def test_what_was_cut_off_before_a_quote_still_counts(clipped: str, cut: str) -> None:
    text = "Tran Van Nam will present the next report. There were nearly 1,884 defendants. "
    cited = quoted(clipped, of=f"{text}The Deputy Head of the Commission spoke. Some did not work in a methodical way.")

    verdict = check(clipped, cited, None, same)

    assert not verdict.supported
    assert verdict.reason == f"{Reason.CLIPPED}: “{cut}”"


def test_what_is_known_of_the_document_backs_a_statement() -> None:
    about = Description(
        title="A fund looks back",
        language="en",
        event_date=date(2024, 1, 12),
        period=Period.year(2023),
        places=("Nghe An",),
        people=(Person("Le Thi Hanh", ("Deputy Head of the Provincial Inspectorate",), 0),),
    )
    words = "The third phase has not begun."

    assert objection("On 12 January 2024 the third phase had not begun.", words, about) is None
    assert objection("In Nghe An the third phase has not begun.", words, about) is None
    assert objection("On 13 January 2024 the third phase had not begun.", words, about) is not None


def test_two_documents_each_back_their_own_figures() -> None:
    def of(year: int, figure: int) -> Quote:
        text = f"The office settled {figure} letters."
        inside = Passage(str(year), str(year), 0, 0, len(text), text, (Span(0, len(text)),), "", "en")
        about = Description(title="", language="en", period=Period.year(year))
        return Quote(inside, Span(0, len(text)), about)

    quotes = [of(2023, 40), of(2024, 90)]

    assert check("The office settled 40 letters in 2023 and 90 in 2024.", quotes, None, same).supported
    assert not check("The office settled 90 letters in 2023 and 40 in 2024.", quotes, None, same).supported


def test_an_added_sentence_or_clause_must_be_near_the_quotes_too(similarity: Similarity) -> None:
    cited = [quote(CASES_2024)]
    opened = "Local agencies opened 848 new cases with 1,884 defendants"

    assert check(f"{opened}.", cited, None, similarity).supported
    for added in (". The weather in the mountains stayed cold.", ", and snow fell on the mountain villages."):
        verdict = check(f"{opened}{added}", cited, None, similarity)
        assert not verdict.supported
        assert (verdict.reason or "").startswith(Reason.ADDED)


def test_plain_texts_can_be_checked_for_places_alone() -> None:
    assert unbacked_places("In Đắk Lắk and Huế", "Dak Lak met.") == ["Thua Thien Hue"]


def test_every_sentence_of_the_sample_reports_supports_itself_and_no_other_figure(reader: Assistant) -> None:
    checked = 0
    for document in reader.library.documents():
        for inside in reader.library.passages_of(document.id):
            for span in inside.sentences:
                itself = Quote(inside, span)
                assert check(itself.text, [itself], document.description.period, never).supported
                assert locate(itself.text, inside) is not None, itself.text
                more = f"{itself.text} That makes 987,654 in all."
                assert not check(more, [itself], document.description.period, same).supported
                checked += 1
    assert checked > 50
