"""What the gate would have done, counted by hand on made-up scores."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from matcher.evaluation.at_gate import (
    LANES,
    GateCounts,
    Lane,
    gate_counts,
    pooled,
    press_scores,
)
from matcher.evaluation.bootstrap import rate_at_most
from matcher.evaluation.gate_table import gate_table
from matcher.evaluation.impressions import Extracted, ImpressionFile
from matcher.template import Template
from tests.support.matcher_cases import finger

NORMAL, SPECIAL = LANES
PASSES, FAILS = 60.0, 55.5


def scores_of_three_fingers() -> NDArray[np.float64]:
    """Four presses each; the best of every finger's own references passes, nobody else's does."""
    scores = np.zeros((3, 4, 3, 4))
    scores[..., 2] = FAILS
    scores[np.arange(3), :, np.arange(3), 2] = PASSES
    return scores


def test_more_references_ask_for_a_higher_score() -> None:
    assert NORMAL.point.threshold == pytest.approx(55.56, abs=0.01)
    assert SPECIAL.point.threshold == pytest.approx(63.34, abs=0.01)


def test_a_visit_is_refused_only_when_its_three_presses_are() -> None:
    best = scores_of_three_fingers()
    best[0, :2, 0] = FAILS  # admitted by the third press
    best[1, :3, 1] = FAILS  # the fourth would pass, but comes too late
    best[2, 3, 0, 1] = PASSES  # a stranger's press
    assert gate_counts(best, NORMAL) == GateCounts(12, 5, 3, 1, 24, 1)


def test_a_score_at_the_threshold_passes() -> None:
    best = scores_of_three_fingers()
    best[0, 0, 0] = NORMAL.point.threshold
    counts = gate_counts(best, NORMAL)
    assert counts is not None
    assert counts.refused_presses == 0


def test_another_finger_of_the_same_person_is_no_stranger() -> None:
    two_fingers = Lane("two fingers", 2)
    best = scores_of_three_fingers()
    best[1, 0, 1] = FAILS
    best[1, 0, 2] = PASSES  # finger 1 comes with finger 2; finger 0 comes without it
    counts = gate_counts(best, two_fingers)
    # Strangers are 2 to (0, 1), 0 to (1, 2) and 1 to (2, 0): the last one's press is let in.
    assert counts == GateCounts(12, 0, 3, 0, 12, 1)


def test_a_set_with_too_few_fingers_has_a_dash() -> None:
    best = scores_of_three_fingers()
    assert gate_counts(best, SPECIAL) is None
    row = gate_table({"small": best}).splitlines()[-2]
    assert row == (
        "| small | 0 of 12 (0.00 %) | 0 of 3 (0.00 %) | 0 of 24 | 1.2e-01 | - | - | - | - |"
    )


def test_sets_are_pooled_by_their_counts() -> None:
    one = GateCounts(12, 5, 3, 1, 24, 1)
    assert pooled([one, one]) == GateCounts(24, 10, 6, 2, 48, 2)


@pytest.mark.parametrize(("events", "mean"), [(0, 3.00), (1, 4.74), (5, 10.51)])
def test_upper_bounds_of_a_poisson_count(events: int, mean: float) -> None:
    assert rate_at_most(events, 1000) == pytest.approx(mean / 1000, rel=0.002)
    assert rate_at_most(events, 1) == 1


def impressions(fingers: int, each: int, template: Template | None) -> list[Extracted]:
    return [
        Extracted(ImpressionFile(str(f), str(i), Path(f"{f}_{i}.png")), template, 50, None)
        for f in range(fingers)
        for i in range(each)
    ]


def test_presses_without_template_score_nothing() -> None:
    best = press_scores(impressions(2, 8, None), workers=1)
    assert best is not None
    assert best.shape == (2, 4, 2, 4)
    assert not best.any()


def test_sets_without_enough_impressions_have_no_gate() -> None:
    assert press_scores(impressions(2, 6, None), workers=1) is None
    assert press_scores([*impressions(2, 8, None)[:-1]], workers=1) is None


def test_presses_are_the_impressions_that_were_not_enrolled() -> None:
    changed = [  # the last four impressions are of other fingers than the first
        Extracted(
            ImpressionFile(str(f), str(k), Path(f"{f}_{k}.png")),
            finger(f + 50 * (k >= 4)),
            50,
            None,
        )
        for f in range(2)
        for k in range(8)
    ]
    scores = press_scores(changed, 1)
    assert scores is not None
    assert scores.shape == (2, 4, 2, 4)
    assert scores.max() < 20
    kept = [replace(item, template=finger(int(item.file.finger))) for item in changed]
    scores = press_scores(kept, 1)
    assert scores is not None
    assert scores[[0, 1], :, [0, 1]].min() > 60
