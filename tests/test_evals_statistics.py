"""Intervals cover, and the test finds what is there and little else."""

from __future__ import annotations

import numpy as np
import pytest

from evals.statistics import compare, estimate, holm


def test_an_interval_lies_about_the_mean_and_narrows_with_more_cases() -> None:
    few, many = estimate([1.0, 0.0] * 10), estimate([1.0, 0.0] * 200)

    assert few.value == many.value == 0.5
    assert few.low is not None
    assert few.high is not None
    assert many.low is not None
    assert few.low < many.low < 0.5 < few.high
    assert 0.28 <= few.low <= 0.32  # the normal approximation: .5 ± 1.96·√(.25/20)
    assert many.scored == 400


def test_nothing_scored_is_no_zero_and_one_case_has_no_interval() -> None:
    assert estimate([]) == estimate([1.0], [0.0])
    assert estimate([]).value is None
    assert (estimate([0.4]).value, estimate([0.4]).low) == (0.4, None)
    assert estimate([1.0, 0.0], resamples=0).low is None


def test_weights_make_a_ratio_and_a_median_has_an_interval_too() -> None:
    assert estimate([1.0, 0.0, 0.0], [2.0, 1.0, 1.0]).value == 0.5
    found = estimate([10.0, 20.0, 1000.0], summary="median")
    assert (found.value, found.low, found.high) == (20.0, 10.0, 1000.0)


def test_intervals_cover_the_truth_about_95_times_in_100() -> None:
    chance = np.random.default_rng(1)
    covered = 0
    for _ in range(60):
        found = estimate(list((chance.random(80) < 0.7).astype(float)), resamples=400)
        covered += found.low is not None and found.high is not None and found.low <= 0.7 <= found.high
    assert covered >= 52


def test_the_same_outcomes_give_the_same_figures() -> None:
    values = list(np.random.default_rng(2).random(50))

    assert estimate(values) == estimate(values)


ONES = [1.0] * 40


def test_a_difference_that_is_there_is_found_and_chance_is_not() -> None:
    better = compare(([1.0] * 20 + [0.0] * 20, ONES), ([1.0] * 38 + [0.0] * 2, ONES))
    swapped = compare(([1.0, 0.0] * 20, ONES), ([0.0, 1.0] * 20, ONES))
    same = compare(([1.0, 0.0] * 20, ONES), ([1.0, 0.0] * 20, ONES))

    assert (better.before, better.after) == (0.5, 0.95)
    assert better.p < 0.001
    assert better.low > 0
    assert swapped.p == 1.0  # as many mended as broken
    assert same.p == 1.0


def test_the_p_of_right_and_wrong_is_mcnemars() -> None:
    # 9 mended and 1 broken: two-sided binomial p = 2·(1 + 10)/2¹⁰ = .0215
    before = [0.0] * 9 + [1.0] + [1.0] * 30
    after = [1.0] * 9 + [0.0] + [1.0] * 30

    assert compare((before, ONES), (after, ONES)).p == pytest.approx(0.0215, abs=0.004)


def test_runs_of_different_cases_are_not_compared() -> None:
    with pytest.raises(ValueError, match="same cases"):
        compare(([1.0], [1.0]), ([1.0, 0.0], [1.0, 1.0]))


def test_many_figures_looked_at_make_each_p_weaker() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([]) == []
