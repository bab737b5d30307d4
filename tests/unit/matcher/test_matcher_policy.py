"""Budgets for a whole visit, and what fused scores stand for."""

import numpy as np
import pytest

from matcher import threshold_for_fmr
from matcher.policy import (
    finger_points,
    fused_points,
    is_extrapolated_score,
    marked,
    operating_point,
)


def test_presses_fingers_and_impressions_share_one_budget() -> None:
    point = operating_point(1e-2, tries=3, fingers=2, impressions=4)
    assert point.comparison_fmr == pytest.approx(1e-2 / 24)
    assert point.threshold == pytest.approx(threshold_for_fmr(1e-2 / 24))
    assert not point.extrapolated


def test_a_rate_that_no_pairs_have_shown_is_marked() -> None:
    assert operating_point(1e-4, tries=9, impressions=4).extrapolated
    assert not is_extrapolated_score(operating_point(1e-3).threshold)
    assert is_extrapolated_score(operating_point(1e-4, tries=9, impressions=4).threshold)
    assert (marked(40.0), marked(55.0)) == ("40.0", "55.0 (extrapolated)")


@pytest.mark.parametrize("counts", [(0, 1, 1), (1, 0, 1), (1, 1, -1)])
def test_a_transaction_without_comparisons_is_refused(counts: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="press"):
        operating_point(1e-3, *counts)


@pytest.mark.parametrize("far", [0.0, -1e-3, 1.5, float("nan")])
def test_a_budget_that_is_none_is_refused_however_many_share_it(far: float) -> None:
    for tries in (1, 9):
        with pytest.raises(ValueError, match="false acceptance rate"):
            operating_point(far, tries)


def test_the_best_of_four_impressions_pays_for_the_choice() -> None:
    assert finger_points([50.0]) == 50.0
    assert finger_points([12.0, 50.0, 0.0, 31.0]) == pytest.approx(50 - 6.02, abs=0.01)
    assert finger_points([1.0, 2.0, 0.0, 3.0]) == 0.0
    assert finger_points([]) == 0.0


def test_fingers_together_keep_the_rate_their_points_stand_for() -> None:
    rates = np.random.default_rng(7).random((40_000, 3))
    fused = np.array([fused_points(row) for row in (-10 * np.log10(rates)).tolist()])
    assert (fused >= 10).mean() == pytest.approx(0.1, abs=0.006)
    assert (fused >= 20).mean() == pytest.approx(0.01, abs=0.002)


def test_two_fair_fingers_say_more_than_one_and_a_bad_one_takes_away() -> None:
    assert fused_points([37.0]) == pytest.approx(37.0)
    assert fused_points([30.0, 30.0]) > 45
    assert fused_points([40.0, 0.0]) < 40
    assert fused_points([0.0, 0.0]) == fused_points([]) == 0.0
