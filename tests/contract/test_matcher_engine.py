"""One suite over both cores: verification on the scale of false match rates."""

from copy import deepcopy
from dataclasses import replace

import numpy as np
import pytest

from matcher import (
    Template,
    View,
    from_record,
    threshold_for_fmr,
    to_record,
    verify,
    verify_any,
)
from matcher.ridge_field import RidgeField
from tests.support.matcher_cases import finger, pressed_again

pytestmark = pytest.mark.usefixtures("core")

GATE = threshold_for_fmr(1e-4)


def press(seed: int, number: int) -> Template:
    return pressed_again(
        finger(seed), 0.1 * number, (3.0 * number, -2.0), noise_px=1.0, seed=number
    )


def test_the_same_finger_passes_the_gate_and_another_does_not() -> None:
    assert verify(press(1, 1), press(1, 2)).score > GATE
    assert verify(press(1, 1), press(2, 1)).score < GATE


def test_a_record_keeps_a_match() -> None:
    stored = from_record(to_record([View(7, 0, 80, press(1, 1))])).views[0].template
    direct, through = verify(press(1, 2), press(1, 1)), verify(press(1, 2), stored)
    assert through.score > GATE
    assert through.partials.pairs >= direct.partials.pairs - 2


def test_templates_of_another_resolution_are_brought_to_500() -> None:
    once = press(1, 1)
    finer = replace(once.at_resolution(1000), width=once.width * 2, height=once.height * 2)
    assert verify(finer, once).partials.pairs == len(once)


def test_a_template_that_was_compared_can_be_copied() -> None:
    own = press(1, 1)
    score = verify(own, press(1, 2)).score
    again = deepcopy(own)  # what was derived stays behind: only its own core could read it
    assert again == own
    assert verify(again, press(1, 2)).score == score


def test_nothing_matches_nothing() -> None:
    empty = Template.empty(256, 360)
    assert verify(empty, empty).score == 0
    assert verify(empty, finger(1)).score == 0
    assert verify(finger(1), empty).pairs.shape == (0, 2)


def test_any_of_several_names_the_best() -> None:
    index, comparison = verify_any(press(3, 1), [press(1, 2), press(3, 2), press(2, 2)])
    assert index == 1
    assert comparison.score > GATE
    with pytest.raises(ValueError, match="references"):
        verify_any(press(3, 1), [])


@pytest.mark.parametrize("resolution_ppi", [2.54, 300.0, 166_000.0])
@pytest.mark.parametrize("minutiae", [0, 1, 2, 40, 255])
def test_a_record_of_any_resolution_and_count_can_be_compared(
    resolution_ppi: float, minutiae: int
) -> None:
    field = RidgeField(16, np.full((23, 16), 45, np.uint8))
    odd = replace(finger(5, minutiae), resolution_ppi=resolution_ppi, field=field)
    stored = from_record(to_record([View(7, 0, 80, odd)])).views[0].template
    assert verify(stored, press(1, 1)).score < GATE
    assert verify(press(1, 1), stored).score < GATE
