"""The middle that texts are moved to, and how measures become a score and a relevance."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from libraries import Store, write

from assistant import Assistant
from assistant.ranking import MEASURES, OF_NO_REPORT, Middle, relevance, score, unit, weights
from ingest.documents import FloatArray
from ingest.library import Library

SHARES = ("words", "near", "pairs", "same_language")
COSINES = ("passage_moved", "sentence_moved")
QUESTIONS = (
    "How many new cases were opened in 2024?",
    "Combien de nouvelles affaires en 2024 ?",
    "Năm 2024 có bao nhiêu vụ án mới?",
    "Who chaired the conference in Nghe An, and what did the Central Steering Committee decide?",
    "How many cases in 2023 and 2024?",
    "a",
)


def length(vector: FloatArray) -> float:
    return float(np.linalg.norm(vector))


@pytest.fixture
def words_library(tmp_path: Path) -> Iterator[Library]:
    """An empty library under the fast engine, which no weights were fitted with."""
    library = Store(None).open(tmp_path / "data")
    yield library
    library.close()


def read_in(library: Library, folder: Path, **texts: str) -> None:
    for name, text in texts.items():
        assert not Assistant(library).ingest(write(folder / f"{name}.txt", text)).failed


ENGLISH = "The boats came home before the storm. Nobody was hurt and nothing was lost."
FRENCH = "Les bateaux sont rentrés avant la tempête. Personne n'a été blessé et rien n'a été perdu."


# -- the middle ----------------------------------------------------------------------------------


def test_the_middle_of_an_empty_library_of_another_engine_is_the_origin(words_library: Library) -> None:
    middle = Middle.of(words_library)
    vector = words_library.engine.embed_query("boats")

    assert middle.languages == {}
    assert not middle.questions.any()
    assert not middle.of_language("en").any()
    assert middle.question(vector) == pytest.approx(unit(vector))
    assert middle.as_if_in(vector, "en", "vi") == pytest.approx(unit(vector))
    assert middle.questions.shape == middle.of_language("en").shape == vector.shape


def test_the_middle_of_another_engine_is_what_the_library_holds(words_library: Library, tmp_path: Path) -> None:
    read_in(words_library, tmp_path, en=ENGLISH, fr=FRENCH)
    background = words_library.background()
    middle = Middle.of(words_library)

    assert {language: count for language, (_, count) in background.items()} == {"en": 2, "fr": 2}
    everything = np.mean([mean for mean, _ in background.values()], axis=0)
    assert middle.others == pytest.approx(everything, abs=1e-5)
    assert middle.questions == pytest.approx(everything, abs=1e-5)
    assert middle.of_language("vi") == pytest.approx(everything, abs=1e-5)  # of which there is nothing


def test_a_languages_mean_leans_on_the_general_one_the_less_it_holds(words_library: Library, tmp_path: Path) -> None:
    read_in(words_library, tmp_path, en=ENGLISH, fr=FRENCH)
    few = Middle.of(words_library)
    mean, count = words_library.background()["en"]
    assert count == 2
    assert few.of_language("en") == pytest.approx(
        (count * mean + OF_NO_REPORT * few.others) / (count + OF_NO_REPORT), abs=1e-5
    )

    read_in(words_library, tmp_path, more=" ".join(f"Pier {number} was mended by its owner." for number in range(90)))
    many = Middle.of(words_library)
    mean, count = words_library.background()["en"]
    assert count > 90

    def leaning(middle: Middle) -> float:
        """How far a language's mean is from its own sentences', 0, to the general one, 1."""
        mean = words_library.background()["en"][0]
        return length(middle.of_language("en") - mean) / length(middle.others - mean)

    assert leaning(many) == pytest.approx(OF_NO_REPORT / (OF_NO_REPORT + count), abs=1e-3)
    assert leaning(many) < 0.3


def test_with_the_fitted_engine_an_empty_library_has_the_fitted_means(assistant: Assistant) -> None:
    middle = Middle.of(assistant.library)

    assert weights()["means"]["engine"] == assistant.library.engine.name
    assert middle.languages == {}
    assert middle.questions == pytest.approx(weights()["means"]["questions"])
    assert middle.of_language("vi") == pytest.approx(weights()["means"]["sentences"])
    assert not np.array_equal(middle.questions, middle.others)


def test_the_fitted_means_are_vectors_of_the_engine(reader: Assistant) -> None:
    """Means of unit vectors are shorter than they; e5's are near one another, so theirs are long."""
    for name in ("questions", "sentences"):
        mean = np.array(weights()["means"][name])
        assert mean.shape == (reader.library.engine.dimensions,)
        assert 0.5 < length(mean) < 1


def test_a_question_as_if_in_another_language_is_nearer_to_what_is_in_it(reader: Assistant) -> None:
    library, middle = reader.library, Middle.of(reader.library)
    of_language: dict[str, list[str]] = {}
    for document in library.documents():
        for passage in library.passages_of(document.id):
            of_language.setdefault(passage.language, []).append(passage.id)
    vectors = {language: np.array(list(library.vectors(ids).values())) for language, ids in of_language.items()}
    assert set(vectors) == {"en", "fr", "vi"}

    for question, own in zip(QUESTIONS[:3], ("en", "fr", "vi"), strict=True):
        vector = library.engine.embed_query(question)
        for language in set(vectors) - {own}:
            moved = middle.as_if_in(vector, own, language)
            assert length(moved) == pytest.approx(1, abs=1e-5)
            nearer = (vectors[language] @ moved).mean() - (vectors[language] @ vector).mean()
            own_nearer = (vectors[own] @ moved).mean() - (vectors[own] @ vector).mean()
            assert nearer > max(0.005, own_nearer), (own, language)
        assert middle.as_if_in(vector, own, own) == pytest.approx(vector, abs=1e-5)


def test_moved_to_the_middle_texts_that_say_the_same_meet(assistant: Assistant) -> None:
    """What two languages add is most of what sets "the goats cannot swim" and «dê không biết bơi» apart."""
    engine = assistant.library.engine
    question = engine.embed_query("Can the goats swim?")
    same, other = engine.embed_passages(["Những con dê không biết bơi.", "The mayor opened the new road."])
    middle = Middle.of(assistant.library)

    def moved(vector: FloatArray) -> float:
        return float(unit(vector - middle.others) @ middle.question(question))

    assert moved(same) - moved(other) > float(same @ question) - float(other @ question)


def test_moved_to_the_middle_questions_that_ask_other_things_part(assistant: Assistant) -> None:
    one, other = map(assistant.library.engine.embed_query, ("Who chaired the conference?", "Combien coûte le riz ?"))
    middle = Middle.of(assistant.library)

    assert float(one @ other) > 0.7
    assert abs(float(middle.question(one) @ middle.question(other))) < 0.4
    assert length(middle.question(one)) == pytest.approx(1, abs=1e-5)


def test_unit_is_of_length_one_and_of_nothing_nothing() -> None:
    rows = np.array([[3.0, 4.0], [0.0, -2.0], [0.0, 0.0]], np.float32)
    assert unit(rows) == pytest.approx(np.array([[0.6, 0.8], [0.0, -1.0], [0.0, 0.0]]))
    assert unit(rows[0]) == pytest.approx([0.6, 0.8])
    assert unit(rows[:0]).shape == (0, 2)
    assert unit(rows).dtype == np.float32


# -- score and relevance -------------------------------------------------------------------------


def test_the_fitted_weights_are_of_these_measures_and_no_others() -> None:
    fitted = weights()
    assert tuple(fitted["score"]) == MEASURES
    assert all(math.isfinite(weight) for weight in fitted["score"].values())
    assert fitted["relevance"]["score"] > 0  # else a worse passage were the likelier
    assert fitted["relevance"]["cosine"] >= 0
    assert fitted["fitted_by"]
    assert fitted["fitted_on"]


def test_a_score_is_the_weighted_sum() -> None:
    fitted = weights()["score"]
    assert score(dict.fromkeys(MEASURES, 0.0)) == 0
    for name in MEASURES:
        assert score(dict.fromkeys(MEASURES, 0.0) | {name: 2.0}) == pytest.approx(2 * fitted[name])
    with pytest.raises(KeyError):
        score({"passage": 1.0})


@given(one=st.floats(-500, 500), other=st.floats(-500, 500), cosine=st.floats(-1, 1), more=st.floats(0, 1))
def test_relevance_is_a_share_and_grows_with_score_and_cosine(
    one: float, other: float, cosine: float, more: float
) -> None:
    low, high = sorted([one, other])
    assert 0 <= relevance(low, cosine) <= relevance(high, cosine) <= relevance(high, cosine + more) <= 1
    if high - low > 0.01 and -60 < low < high < 60:
        assert relevance(low, cosine) < relevance(high, cosine)


def test_relevance_is_a_half_where_the_fit_says() -> None:
    fitted = weights()["relevance"]
    needed = -(fitted["intercept"] + 0.8 * fitted["cosine"]) / fitted["score"]
    assert relevance(needed, 0.8) == pytest.approx(0.5)


def test_what_is_measured_of_evidence_is_finite_and_within_its_range(reader: Assistant) -> None:
    languages = set()
    for question in QUESTIONS:
        for item in reader.evidence(question, k=50):
            languages.add(item.measures["same_language"])
            assert tuple(item.measures) == MEASURES
            assert all(isinstance(value, float) and math.isfinite(value) for value in item.measures.values())
            assert all(0 <= item.measures[name] <= 1 + 1e-9 for name in SHARES), item.measures
            assert all(-1.001 <= item.measures[name] <= 1.001 for name in COSINES)
            assert all(abs(item.measures[name]) < 2 for name in ("passage", "sentence"))
            assert item.score == pytest.approx(score(item.measures))
            assert 0 <= item.relevance <= 1
            for match in item.sentences:
                assert 0 <= match.pairs <= 1 + 1e-9
                assert 0 <= match.words <= 1 + 1e-9
                assert match.cosine <= item.measures["sentence"]
                assert match.moved <= item.measures["sentence_moved"]
    assert languages == {0.0, 1.0}


def test_an_engine_without_fitted_means_finds_too(words_library: Library, tmp_path: Path) -> None:
    read_in(words_library, tmp_path, en=ENGLISH, fr=FRENCH)
    first, *rest = Assistant(words_library).evidence("Were the boats home before the storm?")
    assert first.passage.text == ENGLISH
    assert all(math.isfinite(value) for item in (first, *rest) for value in item.measures.values())
    assert rest[0].score < first.score
