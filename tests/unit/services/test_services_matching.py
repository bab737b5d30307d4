"""The gate's threshold follows the budget of a visit; who passes follows the templates."""

import pytest

from matcher import threshold_for_fmr
from station.domain.exam import GateRules
from station.domain.fingers import FingerPosition
from station.services.matching import best_match
from tests.support.matcher_cases import finger, pressed_again

THUMB, INDEX = FingerPosition.RIGHT_THUMB, FingerPosition.RIGHT_INDEX


def test_a_visit_keeps_one_budget_over_both_lanes() -> None:
    rules = GateRules(normal_tries=3, special_tries=6)
    one = {INDEX: [finger(1)] * 4}
    six = {position: [finger(1)] * 4 for position in list(FingerPosition)[:6]}
    normal = best_match(finger(9), one, 1e-4, rules.presses).threshold
    special = best_match(finger(9), six, 1e-4, rules.presses).threshold
    assert normal == pytest.approx(threshold_for_fmr(1e-4 / (9 * 4)))
    assert special == pytest.approx(threshold_for_fmr(1e-4 / (9 * 24)))


def test_the_finger_that_agrees_best_is_named() -> None:
    press = pressed_again(finger(2), 0.1, (4.0, 2.0), noise_px=1.0, seed=5)
    best = best_match(press, {THUMB: [finger(1)], INDEX: [finger(1), finger(2)]}, 1e-3)
    assert best.position is INDEX
    assert best.passed


def test_nobody_passes_without_references() -> None:
    assert not best_match(finger(1), {}, 1e-3).passed
