"""Which pairs count, how far the rates may be trusted, and the curve."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from matcher.evaluation.bootstrap import bootstrap_intervals, resolution_mark
from matcher.evaluation.det import det_figure, det_series
from matcher.evaluation.protocol import Comparisons, all_pairs, fvc_part


def compared(fingers: int, each: int, scores: NDArray[np.float64] | None = None) -> Comparisons:
    pairs = all_pairs(fingers * each)
    of = finger_of(fingers, each)[pairs]
    if scores is None:
        scores = np.where(of[:, 0] == of[:, 1], 60.0, 10.0)
    return Comparisons(pairs, of, scores)


def finger_of(fingers: int, each: int) -> NDArray[np.int32]:
    return np.repeat(np.arange(fingers, dtype=np.int32), each)


def test_ten_fingers_of_eight_give_the_counts_of_set_b() -> None:
    everything = compared(10, 8)
    assert (len(everything.mated), len(everything.non_mated)) == (280, 2880)
    fvc = fvc_part(everything, finger_of(10, 8))
    assert (len(fvc.mated), len(fvc.non_mated)) == (280, 45)
    assert (fvc.pairs[~fvc.is_mated] % 8 == 0).all()


def test_intervals_hold_the_rate_and_do_not_change_from_run_to_run() -> None:
    random = np.random.default_rng(3)
    noisy = compared(12, 4)
    noisy = Comparisons(
        noisy.pairs, noisy.fingers, noisy.scores + random.normal(0, 18, len(noisy.scores))
    )
    first, again = (bootstrap_intervals(noisy, replicates=200) for _ in range(2))
    assert first == again
    assert first.eer.low < noisy.rates.eer < first.eer.high
    assert first.fmr1000.low <= noisy.rates.fmr1000 <= first.fmr1000.high


def test_one_bad_finger_widens_the_interval_more_than_scattered_errors() -> None:
    good = compared(10, 6)
    mated = np.flatnonzero(good.is_mated)
    of_one = np.flatnonzero(good.is_mated & (good.fingers[:, 0] == 0))
    together, scattered = good.scores.copy(), good.scores.copy()
    together[of_one] = 0.0
    scattered[mated[:: len(mated) // len(of_one)][: len(of_one)]] = 0.0
    wide, narrow = (
        bootstrap_intervals(Comparisons(good.pairs, good.fingers, scores), replicates=300).fmr1000
        for scores in (together, scattered)
    )
    assert wide.high - wide.low > 2 * (narrow.high - narrow.low)


def test_two_fingers_are_enough_and_always_both_drawn() -> None:
    assert bootstrap_intervals(compared(2, 2), replicates=20).eer.high == 0
    # A finger is no stranger to itself: only draws of both leave a non-mated pair.
    uneven = compared(2, 2)
    scores = uneven.scores.copy()
    scores[np.flatnonzero(uneven.is_mated)[0]] = -1.0
    interval = bootstrap_intervals(replace(uneven, scores=scores), replicates=20).fmr1000
    assert interval.low == interval.high == 0.5


@pytest.mark.parametrize(
    ("fmr", "pairs", "mark"),
    [(1e-2, 3000, ""), (1e-2, 2880, "*"), (1e-3, 2880, "†"), (1e-4, 81_600, "*")],
)
def test_rates_that_few_pairs_cannot_show_are_marked(fmr: float, pairs: int, mark: str) -> None:
    assert resolution_mark(fmr, pairs) == mark


def test_the_curve_has_fewer_misses_where_it_lets_more_strangers_in() -> None:
    random = np.random.default_rng(5)
    noisy = compared(30, 4)
    spread = random.normal(0, 20, len(noisy.scores))
    curve = Comparisons(noisy.pairs, noisy.fingers, noisy.scores + spread).curve
    points = np.array(det_series("set", curve).points)
    assert len(points) < len(noisy.scores) / 4
    assert (np.diff(points[:, 0]) <= 0).all()
    assert (np.diff(points[:, 1]) >= 0).all()
    assert det_figure({"set": curve}, "errors").title == "errors"


def test_a_matcher_that_is_always_wrong_has_no_curve_on_the_chart() -> None:
    good = compared(4, 2)
    wrong = Comparisons(good.pairs, good.fingers, -good.scores)
    assert det_series("wrong", wrong.curve).points == ()
    assert len(det_figure({"wrong": wrong.curve}, "errors").shapes) > 4
