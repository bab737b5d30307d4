"""Verification and identification on the scale of false match rates."""

import os
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from matcher import (
    Template,
    View,
    from_record,
    is_extrapolated,
    threshold_for_fmr,
    to_record,
    verify,
    verify_any,
)
from matcher.scoring import KNOTS, points
from tests.support.matcher_cases import finger, pressed_again

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


def test_ten_points_are_one_decade() -> None:
    assert threshold_for_fmr(1e-4) == pytest.approx(40)
    assert threshold_for_fmr(1e-5) - threshold_for_fmr(1e-4) == pytest.approx(10)
    assert threshold_for_fmr(1) == 0
    assert is_extrapolated(1e-6)
    assert not is_extrapolated(1e-3)


@pytest.mark.parametrize("fmr", [0, -1, 1.1, float("nan")])
def test_a_rate_that_is_none_is_refused(fmr: float) -> None:
    with pytest.raises(ValueError, match="false match rate"):
        threshold_for_fmr(fmr)


def test_points_grow_with_the_evidence() -> None:
    raws = [0.0, *(0.37 * k for k in range(1, 400))]
    scaled = [points(raw) for raw in raws]
    assert scaled[0] == 0
    assert all(low < high for low, high in pairwise(scaled))
    assert [points(raw) for raw, _ in KNOTS] == pytest.approx([at for _, at in KNOTS])


@pytest.mark.parametrize(("wanted", "used"), [("plain", "plain"), ("", "native")])
def test_the_environment_chooses_the_core(repo_root: Path, wanted: str, used: str) -> None:
    program = "import matcher; print(matcher.core_name)"
    ran = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "MATCHER_CORE": wanted},
        cwd=repo_root,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == used
