"""Scores of a small synthetic set, pinned: a change nobody meant shows here first."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.matcher_golden_scores import FILE, odd_pairs

TOLERANCE_POINTS = 1e-4
"""Cores agree to 1e-6 of a sum; the scale multiplies that, and the file keeps six places."""


@pytest.fixture(scope="module")
def golden() -> dict[str, float]:
    pinned: dict[str, float] = json.loads(FILE.read_text("utf-8"))
    return pinned


@pytest.mark.parametrize("core", ["native", "plain"])
def test_both_cores_give_the_scores_pinned(
    core: str, golden: dict[str, float], repo_root: Path
) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.support.matcher_golden_scores"],
        env={**os.environ, "MATCHER_CORE": core},
        cwd=repo_root,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(ran.stdout) == pytest.approx(golden, abs=TOLERANCE_POINTS)


def test_the_set_holds_pairs_of_both_kinds(golden: dict[str, float]) -> None:
    mated: list[float] = []
    other: list[float] = []
    for pair, score in golden.items():
        if pair in odd_pairs():
            continue
        probe, reference = pair.split("-")
        (mated if probe[0] == reference[0] else other).append(score)
    assert (len(mated), len(other)) == (9, 27)
    assert min(mated) > max(other)
    assert len(set(other)) > 1  # low scores are pinned too, not only nothing


def test_odd_presses_of_a_finger_score_as_what_is_left_of_them_lets_expect(
    golden: dict[str, float],
) -> None:
    odd = {name: golden[name] for name in odd_pairs()}
    assert odd.pop("hardly any") < odd.pop("few minutiae") < min(odd.values())
    assert odd["stretched more"] < odd["stretched"]
    assert odd["beside the ridges"] < golden["0_0-0_1"]
