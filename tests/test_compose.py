"""What is chosen: the fewest sentences that answer, and a list with all its items."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from asking import Over, ask, quotes, texts

from assistant import Assistant
from assistant.compose import Candidate
from assistant.compose.acts import act_asked, lacks_the_act, tells_the_act
from assistant.compose.candidates import READ, candidate, read, sorted_by_order, weights
from assistant.compose.choose import OWN_LANGUAGE, own_language_first
from assistant.compose.lists import announces, is_item
from assistant.cross_encoder import Sentence
from assistant.question import understand
from assistant.retrieve import retrieve, sentences_of
from ingest.documents import FloatArray

# -- the fewest sentences ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def island(over: Over) -> Assistant:
    return over(
        {
            "school.md": "# The island school in 2024\n\nIn 2024 the island school taught 61 pupils. Its roof was "
            "mended with reeds from the lagoon. The bell rings at seven. Mr. Do Van Lam, the head teacher, lives "
            "above the boat house.",
            "storm.md": "# The storm of August 2024\n\nThe storm of August 2024 tore the roof off the island school. "
            "It also carried away the bell. Nobody was hurt, because the pupils had been sent home at noon.",
        }
    )


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("How many pupils did the island school teach in 2024?", "In 2024 the island school taught 61 pupils."),
        ("What was the roof of the island school mended with?", "Its roof was mended with reeds from the lagoon."),
        ("Who is the head teacher?", "Mr. Do Van Lam, the head teacher, lives above the boat house."),
        ("When does the bell ring?", "The bell rings at seven."),
    ],
)
def test_one_sentence_that_answers_is_enough(island: Assistant, question: str, said: str) -> None:
    assert texts(ask(island, question)) == [said]


class Refuses:
    """A reader by whom nothing answers."""

    def answers(self, question: str, sentences: Sequence[Sentence]) -> list[float]:
        del question
        return [-8.0] * len(sentences)

    def support(self, claim: str, evidence: Sequence[str]) -> FloatArray:
        raise AssertionError(f"nothing is claimed here: {claim}, {evidence}")


def test_what_was_not_read_is_no_surer_than_what_was(island: Assistant) -> None:
    query = understand("When does the bell of the island school ring?")
    found = sentences_of(retrieve(query, island.library))
    candidates = sorted_by_order(candidate(query, item, sentence) for item, sentence in found)
    again = read(query, candidates, Refuses())
    surest = max(one.confidence for one in again[:READ])
    assert len(candidates) > READ
    assert max(one.confidence for one in candidates[READ:]) > surest, "else nothing is tried here"
    assert all(one.confidence <= surest for one in again[READ:])


def test_a_sentence_that_leans_on_another_comes_after_it(island: Assistant) -> None:
    answer = ask(island, "What carried away the bell?")

    assert texts(answer) == [
        "The storm of August 2024 tore the roof off the island school.",
        "It also carried away the bell.",
    ]


def test_no_report_is_quoted_twice_for_what_it_says_twice(over: Over) -> None:
    said = "The keeper of the lighthouse oils the great lens with whale fat on the first day of each month."
    again = "On the first day of each month the keeper of the lighthouse oils the great lens with whale fat."
    lens = over({"lens.md": f"# The lens\n\n{said} The stairs are steep. {again}"})

    assert len(ask(lens, "What does the keeper of the lighthouse oil the great lens with?").statements) == 1


def test_what_further_sentences_add_is_in_the_order_of_the_report(over: Over) -> None:
    reasons = (
        "The ferry came late because fog lay on the river until noon.",
        "Goats had eaten its mooring rope, and so the ferry came late again in the evening.",
    )
    ferry = over({"ferry.md": f"# A day at the pier\n\n{reasons[0]} The pilot has a beard. {reasons[1]}"})

    assert texts(ask(ferry, "Why did the ferry come late?")) == list(reasons)


def test_the_best_answer_in_the_readers_language_goes_first(over: Over) -> None:
    bridge = over(
        {
            "en.md": "# The bridge of Hue\n\nThe bridge of Hue was closed in 2024 because its pillars were cracked.",
            "fr.md": "# Le pont de Hue\n\nLe pont de Hue a été fermé en 2024 parce que ses piliers étaient fissurés.",
        }
    )
    assert quotes(ask(bridge, "Why was the bridge of Hue closed in 2024?"))[0].startswith("The bridge")
    assert quotes(ask(bridge, "Pourquoi le pont de Hue a-t-il été fermé en 2024 ?"))[0].startswith("Le pont")


def test_its_own_language_goes_first_only_where_it_answers_nearly_as_well(over: Over) -> None:
    bridge = over(
        {
            "en.md": "# The bridge of Hue\n\nThe bridge of Hue was closed in 2024.",
            "fr.md": "# Le pont de Hue\n\nLe pont de Hue a été fermé en 2024.",
        }
    )
    query = understand("Why was the bridge of Hue closed in 2024?")
    found = {item.passage.language: item for item in bridge.evidence(query.text)}

    def first(behind: float, confidence: float) -> str:
        """The language that goes first where English is so far behind French, and so sure to answer."""
        french = Candidate(found["fr"], found["fr"].sentences[0], 0.9, 10.0, {})
        english = Candidate(found["en"], found["en"].sentences[0], confidence, 10.0 - behind, {})
        return own_language_first(query, [french, english])[0].evidence.passage.language

    assert first(OWN_LANGUAGE - 0.1, 0.9) == "en"
    assert first(OWN_LANGUAGE + 0.1, 0.9) == "fr"
    assert first(OWN_LANGUAGE - 0.1, weights()["threshold"] - 0.01) == "fr"


# -- who did it ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def fair(over: Over) -> Assistant:
    return over(
        {
            "fair.md": "# The cattle fair of Kim Son\n\nAttending the cattle fair of Kim Son were the breeders of the "
            "district: Bui Thi Nga, of the herd at the ford. Comrade Le Van Toan, a member of the fair board and "
            "keeper of the bridge, chaired at the cattle shed. The prize was handed over by Hoang Van Binh.",
        }
    )


@pytest.mark.parametrize(
    ("question", "who"),
    [
        ("Who chaired the cattle fair of Kim Son?", "Le Van Toan"),
        ("Who attended the cattle fair of Kim Son?", "Bui Thi Nga"),
        ("Who handed over the prize at the cattle fair of Kim Son?", "Hoang Van Binh"),
    ],
)
def test_who_did_something_is_told_by_what_tells_who_did(fair: Assistant, question: str, who: str) -> None:
    assert who in texts(ask(fair, question))[0]


@pytest.mark.parametrize(
    ("question", "act"),
    [
        ("Who chaired the fair?", ("chair",)),
        ("Who was disciplined in 2024?", ("disciplin",)),
        ("Qui a présidé la foire ?", ("presid",)),
        ("Ai chủ trì hội chợ?", ("chu", "tri")),
        ("Who is the head of the fair board?", ()),
        ("Who is Le Van Toan?", ()),
        ("How many cows stood at the fair?", ()),
    ],
)
def test_the_act_that_is_asked_about(question: str, act: tuple[str, ...]) -> None:
    assert act_asked(understand(question)) == act


@pytest.mark.parametrize(
    ("question", "text", "language", "told"),
    [
        ("Who chaired the fair?", "Chairing the fair was Mr. Toan.", "en", True),
        ("Who chaired the fair?", "La foire était présidée par M. Toan.", "fr", True),
        ("Who chaired the fair?", "Ông Toàn chủ trì hội chợ.", "vi", True),
        ("Ai chủ trì hội chợ?", "Ông Toàn chủ trì hội chợ.", "vi", True),
        ("Ai chủ trì hội chợ?", "Ông Toàn là chủ nhà.", "vi", False),
        ("Who chaired the fair?", "Mr. Toan attended the fair.", "en", False),
        ("Who mended the fence?", "M. Toan a mis la clôture.", "fr", False),
    ],
)
def test_a_sentence_tells_the_act(question: str, text: str, language: str, told: bool) -> None:
    assert tells_the_act(understand(question), text, language) == told


@pytest.mark.parametrize(
    ("question", "text", "language", "lacks"),
    [
        ("Who chaired the fair?", "Attending the fair was Bui Thi Nga, Chairman of the council.", "en", True),
        ("Who chaired the fair?", "Attending and chairing the fair was Bui Thi Nga.", "en", False),
        ("Who chaired the fair?", "It was held under the chairmanship of Bui Thi Nga.", "en", False),
        ("Qui a présidé la foire ?", "Ont assisté à la foire Bui Thi Nga et Le Van Toan.", "fr", True),
        ("Qui a présidé la foire ?", "La foire, sous la présidence de Bui Thi Nga, a duré un jour.", "fr", False),
        ("Ai chủ trì hội chợ?", "Bà Bùi Thị Nga phát biểu tại hội chợ.", "vi", True),
        ("Ai chủ trì hội chợ?", "Hội chợ do bà Bùi Thị Nga chủ tọa.", "vi", False),
        ("Who attended the fair?", "Le Van Toan chaired the fair.", "en", False),
        ("Who mended the fence?", "Le Van Toan chaired the fair.", "en", False),
        ("Who is chair of the fair?", "Bui Thi Nga is the chairwoman of the fair.", "en", False),
        ("Who chaired the fair?", "Bui Thi Nga leitete den Markt.", "de", False),
    ],
)
def test_who_chaired_is_told_in_its_own_words(question: str, text: str, language: str, lacks: bool) -> None:
    assert lacks_the_act(understand(question), text, language) is lacks


# -- lists ---------------------------------------------------------------------------------------

ITEMS = {
    "- ": ("- Sweep the floor every week.", "- Close the windows in the rain.", "- Sort the letters by colour."),
    "• ": ("• sweep the floor every week;", "• close the windows in the rain;", "• sort the letters by colour."),
    "1) ": ("1) Sweep the floor every week.", "2) Close the windows in the rain.", "3) Sort the letters by colour."),
    "+ ": ("+ Sweep the floor every week.", "+ Close the windows in the rain.", "+ Sort the letters by colour."),
    "small": ("sweep the floor every week", "close the windows in the rain", "sort the letters by colour"),
    "semicolons": ("Sweep the floor every week;", "Close the windows in the rain;", "Sort the letters by colour."),
}
HEAD = "The attic office fixed three priorities for 2024:"
ASKED = "What priorities did the attic office fix for 2024?"


def attic(over: Over, items: tuple[str, ...], name: str = "attic.txt", after: str = "The attic is warm.") -> Assistant:
    return over({name: "\n\n".join(["The attic office in 2024", HEAD, "\n".join(items), after]).strip()})


@pytest.mark.parametrize("mark", ITEMS)
def test_a_list_comes_with_what_announces_it_and_every_item(over: Over, mark: str) -> None:
    answer = ask(attic(over, ITEMS[mark]), ASKED)

    assert " ".join(texts(answer)) == " ".join([HEAD, *ITEMS[mark]])
    assert "warm" not in answer.answer


@pytest.mark.parametrize("mark", ["- ", "small", "semicolons"])
def test_the_items_may_be_the_end_of_the_report(over: Over, mark: str) -> None:
    answer = ask(attic(over, ITEMS[mark], after=""), ASKED)

    assert " ".join(texts(answer)) == " ".join([HEAD, *ITEMS[mark]])


@pytest.mark.parametrize("mark", ["- ", "semicolons"])
def test_who_asks_for_an_item_is_shown_the_list_it_is_of(over: Over, mark: str) -> None:
    answer = ask(attic(over, ITEMS[mark]), "By what are the letters sorted?")

    assert texts(answer) == [HEAD, *ITEMS[mark]]


@pytest.mark.parametrize(
    "file",
    [
        ("attic.md", "# The attic office in 2024\n\n{head}\n\n- {0}\n- {1}\n- {2}\n\nThe attic is warm."),
        ("attic.md", "# The attic office in 2024\n\n{head}\n\n1. {0}\n2. {1}\n3. {2}\n\nThe attic is warm."),
        ("attic.html", "<h1>The attic office in 2024</h1><p>{head}</p><ul><li>{0}</li><li>{1}</li><li>{2}</li></ul>"
                       "<p>The attic is warm.</p>"),
    ],
    ids=["Markdown", "numbered Markdown", "HTML"],
)  # fmt: skip
@pytest.mark.parametrize(
    "items",
    [
        ("sweep the floor every week;", "close the windows in the rain;", "sort the letters by colour."),
        ("Sweep the floor every week.", "Close the windows in the rain.", "Sort the letters by colour."),
    ],
    ids=["small letters", "whole sentences"],
)  # fmt: skip
def test_a_list_of_a_page_is_whole(over: Over, file: tuple[str, str], items: tuple[str, ...]) -> None:
    name, text = file
    answer = ask(over({name: text.format(*items, head=HEAD)}), ASKED)

    assert texts(answer) == [HEAD, *items]


def test_a_numbered_list_of_a_text_is_whole(over: Over) -> None:
    items = ("1. Sweep the floor every week.", "2. Close the windows in the rain.", "3. Sort the letters by colour.")

    assert " ".join(texts(ask(attic(over, items), ASKED))) == " ".join([HEAD, *items])


def test_a_list_that_two_passages_share_is_whole(over: Over) -> None:
    items = tuple(
        f"- the {word} of the attic office is to be swept and aired;" for word in "stair floor beam roof".split()
    )
    assistant = over({"attic.txt": "\n\n".join(["The attic office in 2024", HEAD, *items])}, passage_tokens=40)
    answer = ask(assistant, ASKED)

    assert texts(answer) == [HEAD, *items]


def test_a_sentence_with_its_items_in_it_is_the_list(over: Over) -> None:
    said = "The attic office named three dangers in 2024: fire in the thatch; rats in the flour; and thieves."
    answer = ask(over({"attic.md": f"# The attic office\n\n{said} It closed early."}), "Which dangers did the attic "
                 "office name in 2024?")  # fmt: skip

    assert texts(answer) == [said]


def test_what_follows_a_colon_and_is_no_item_is_not_shown(over: Over) -> None:
    assistant = over(
        {"attic.txt": "The attic office in 2024\n\nThe attic office fixed one priority for 2024:\n\nThe cook is old."}
    )
    assert "cook" not in ask(assistant, "What priority did the attic office fix for 2024?").answer


@pytest.mark.parametrize(
    ("question", "head", "items"),
    [
        ("Quelles priorités la cour a-t-elle retenues pour 2024 ?", "Pour 2024, la cour a retenu deux priorités :",
         ("- repeindre le portail ;", "- réparer la fontaine.")),
        ("Năm 2024 bếp có những hạn chế gì?", "Hội nghị chỉ ra hai hạn chế của bếp năm 2024:",
         ("- Dao cùn chưa được mài;", "- Nồi cũ chưa được thay.")),
    ],
)  # fmt: skip
def test_lists_in_french_and_vietnamese(over: Over, question: str, head: str, items: tuple[str, ...]) -> None:
    answer = ask(over({"list.txt": "\n\n".join(["2024", head, "\n".join(items)])}), question)

    assert texts(answer) == [head, *items]


@pytest.mark.parametrize("text", ["Three tasks were set:", "Trois tâches :", "Ba nhiệm vụ: "])
def test_what_announces(text: str) -> None:
    assert announces(text)
    assert not announces(f"{text} one.")


@pytest.mark.parametrize(
    ("texts", "item"),
    [
        (["Set:", "- Sweep."], True), (["Set:", "– Sweep."], True), (["Set:", "• sweep"], True),
        (["Set:", "2) Sweep."], True), (["Set:", "2. Sweep."], True), (["Set:", "a) Sweep."], True),
        (["Set:", "đ) Quét nhà."], True), (["Set:", "sweep."], True), (["Set:", "Sweep;"], True),
        (["Set:", "Sweep;", "Mend."], True), (["Set:", "Mend."], False), (["Set:", "2024 was dry."], False),
        (["Set:", "-5 degrees."], False), (["Set:", "Sweep.", "Mend."], False), (["Set:", ""], False),
    ],
)  # fmt: skip
def test_what_is_an_item(texts: list[str], item: bool) -> None:
    assert is_item(texts, len(texts) - 1) is item
