"""A bar is reached up to its figure and missed beyond it, each part of it by itself."""

import numpy as np
import pytest

from matcher.evaluation.accuracy_section import accuracy_section
from matcher.evaluation.errors_by_threshold import ErrorRates
from matcher.evaluation.fusion_section import fusion_section
from matcher.evaluation.identification_bench import (
    Equality,
    Extent,
    SearchTime,
    identification_bars,
)
from matcher.evaluation.nbis_interop import PAIRINGS, Interoperation, interoperation_bar
from matcher.evaluation.peers import PEERS
from matcher.evaluation.section import Bar
from matcher.evaluation.speed_section import VerifyTimes, speed_bars
from tests.support.matcher_experiment import experiment


def reached(bars: tuple[Bar, ...]) -> list[bool | None]:
    return [bar.is_reached for bar in bars]


@pytest.mark.parametrize(
    ("beyond", "expected"),
    [
        ({}, [True, True, True]),
        ({"wall_ms": 150.1}, [False, True, True]),
        ({"resident_mb": 300.1}, [False, True, True]),
        ({"mated_us": 1000.1}, [True, False, True]),
        ({"non_mated_us": 60.1}, [True, False, True]),
        ({"first_s": 1.51}, [True, True, False]),
    ],
)
def test_bars_of_speed(beyond: dict[str, float], expected: list[bool]) -> None:
    at_most = {
        "wall_ms": 150.0,
        "resident_mb": 300.0,
        "mated_us": 1000.0,
        "non_mated_us": 60.0,
        "first_s": 1.5,
    } | beyond
    times = VerifyTimes(at_most["mated_us"], at_most["non_mated_us"], 50.0)
    assert reached(speed_bars(at_most, "388×374", times, at_most["first_s"])) == expected


@pytest.mark.parametrize(
    ("wall_ms", "each", "equal", "expected"),
    [
        (250.0, 4096.0, 2997, [True, True, True]),
        (250.1, 4096.0, 2997, [False, True, True]),
        (250.0, 4096.1, 2997, [True, False, True]),
        (250.0, 4096.0, 2996, [True, True, False]),
    ],
)
def test_bars_of_identification(
    wall_ms: float, each: float, equal: int, expected: list[bool]
) -> None:
    worse, better = (Equality(3_000, n, 1_500, 3_000 - n, 55.0) for n in (equal, 3_000))
    for outcomes in ([worse, better], [better, worse]):
        search = SearchTime(wall_ms, 2 * wall_ms)
        assert reached(identification_bars(9_000, search, each, outcomes, Extent())) == expected


def rates(eer: float) -> ErrorRates:
    return ErrorRates(eer, eer, eer, eer, eer, 40.0)


@pytest.mark.parametrize(("ours", "is_reached"), [(0.049, True), (0.05, False), (0.051, False)])
def test_the_bar_of_interoperation_is_the_mean_of_all_sets(ours: float, is_reached: bool) -> None:
    bozorth3, by_us, *rest = PAIRINGS
    others = {pairing: rates(0.0) for pairing in rest}
    sets = [
        Interoperation("a", {bozorth3: rates(0.1), by_us: rates(2 * ours), **others}),
        Interoperation("b", {bozorth3: rates(0.0), by_us: rates(0.0), **others}),
    ]
    assert interoperation_bar(sets).is_reached is is_reached


@pytest.mark.parametrize(("failed", "is_reached"), [(0, True), (1, True), (2, False)])
def test_one_miss_of_all_presses_is_let_pass(failed: int, is_reached: bool) -> None:
    scores = experiment("one").at_gate
    assert scores is not None
    scores = scores.copy()
    scores[np.arange(failed), 0, np.arange(failed), 0] = 4.0
    assert fusion_section({"one": scores}).bars[0].is_reached is is_reached


def test_half_of_the_better_peer_is_asked_for_and_no_more() -> None:
    name = "FVC2002_DB2_B"  # whose better peer has 0.70 %
    assert PEERS[name].better_eer == 0.70
    for missed, is_reached in ((1, True), (3, False)):  # of 224: EER of about 0.2 and 0.7 %
        bar = accuracy_section([experiment(name)], {name: experiment(name, missed).compared}).bars[
            1
        ]
        assert bar.is_reached is is_reached
