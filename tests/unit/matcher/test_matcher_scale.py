"""The scale of false match rates, and which core a process compares with."""

import json
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from matcher import is_extrapolated, threshold_for_fmr, verify
from matcher.scoring import KNOTS, points
from tests.support.matcher_golden_scores import impression


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


def test_a_process_without_the_compiled_core_compares_and_searches_all_the_same(
    repo_root: Path,
) -> None:
    program = """
import json, sys
sys.modules["matcher._core._native"] = None  # as if it had never been built
import matcher
from tests.support.matcher_golden_scores import impression
first, second = impression(0, 0), impression(0, 1)
gallery = matcher.Gallery()
gallery.add("first", first)
hits = gallery.search(second, 40, threads=2)
print(json.dumps([matcher.core_name, matcher.verify(second, first).score, hits[0].score]))
"""
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=repo_root, capture_output=True, text=True, check=True
    )
    name, score, found = json.loads(ran.stdout)
    assert name == "plain"
    expected = verify(impression(0, 1), impression(0, 0)).score
    assert [score, found] == pytest.approx([expected, expected], abs=1e-4)
