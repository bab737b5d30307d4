"""One suite over both cores: the compiled one and its plain twin give the same comparison."""

import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from math import pi

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from matcher import PartialScores, Template
from matcher._core import NATIVE, PLAIN, Core, chosen
from matcher.parameters import PairingParameters, ScreeningParameters
from matcher.scoring import points, threshold_for_fmr
from tests.support.matcher_cases import finger, pressed_again

CONSTANTS = (PairingParameters().flat(), ScreeningParameters().flat())
NO_FIELD = (0, np.empty((0, 0), dtype=np.uint8))
SURE = threshold_for_fmr(1e-6)
UNSURE = threshold_for_fmr(1e-3)
# 20 in ./dev test; raise it to 2,000 to compare the cores at length.
RANDOM_PAIRS = 20

CompareTemplates = Callable[[Template, Template], PartialScores]


def outcome_of(
    core: Core, probe: Template, reference: Template
) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    ours, theirs = (core.prepare(*t.arrays(), *NO_FIELD, *CONSTANTS) for t in (probe, reference))
    return core.compare(ours, theirs, *CONSTANTS)


def partials(core: Core, probe: Template, reference: Template) -> PartialScores:
    return PartialScores.of(outcome_of(core, probe, reference)[0])


@pytest.fixture(params=["native", "plain"])
def compare(request: pytest.FixtureRequest) -> CompareTemplates:
    core = chosen(request.param)
    assert core.name == request.param, "the compiled core is built by ./dev setup"
    return lambda probe, reference: partials(core, probe, reference)


def score(outcome: PartialScores) -> float:
    return points(outcome.raw)


def test_a_finger_matches_itself_whole(compare: CompareTemplates) -> None:
    template = finger(1)
    outcome = compare(template, template)
    assert outcome.pairs == outcome.same_kind == 40
    assert outcome.position_rms_px == pytest.approx(0, abs=1e-3)
    assert score(outcome) > SURE


@pytest.mark.parametrize("turn_rad", [0.3, -1.2, pi / 2, pi, -pi])
def test_turned_and_moved_still_matches(compare: CompareTemplates, turn_rad: float) -> None:
    template = finger(2)
    again = pressed_again(template, turn_rad, (17.0, -9.0), noise_px=1.0, seed=3)
    outcome = compare(again, template)
    assert outcome.pairs >= 35
    assert score(outcome) > SURE


def test_directions_turned_the_wrong_way_do_not_match(compare: CompareTemplates) -> None:
    template = finger(2)
    turned = pressed_again(template, turn_rad=1.0)
    mirrored = replace(turned, angle_rad=template.angle_rad - np.float32(1.0))
    assert score(compare(mirrored, template)) < UNSURE


def test_a_mirrored_finger_does_not_match(compare: CompareTemplates) -> None:
    template = finger(4)
    mirrored = replace(
        template, x=template.width - template.x, angle_rad=np.float32(pi) - template.angle_rad
    )
    assert score(compare(mirrored, template)) < UNSURE


def test_half_a_finger_matches_because_only_the_overlap_counts(compare: CompareTemplates) -> None:
    template = finger(5)
    left = template.x < 140
    half = replace(
        template,
        x=template.x[left],
        y=template.y[left],
        angle_rad=template.angle_rad[left],
        quality=template.quality[left],
        kind=template.kind[left],
    )
    outcome = compare(half, template)
    assert score(outcome) > SURE
    assert outcome.reference_overlap < 0.8 * float(template.quality.sum()) / 100


def test_stretched_skin_matches(compare: CompareTemplates) -> None:
    template = finger(6)
    bulge = 6 * np.sin(template.y / 360 * pi)
    assert score(compare(replace(template, x=template.x + bulge), template)) > SURE


@pytest.mark.parametrize("name", ["native", "plain"])
def test_parts_of_a_finger_that_skin_has_pulled_apart_are_paired_as_one(name: str) -> None:
    template = finger(19, 60)
    apart = (template.y < 120) | (template.y > 230)
    arrays = {n: getattr(template, n)[apart] for n in ("x", "y", "angle_rad", "quality", "kind")}
    template = replace(template, **arrays)
    pulled = replace(template, y=template.y + np.where(template.y > 230, np.float32(26), 0))
    core, screening = chosen(name), ScreeningParameters().flat()
    found = {}
    for agreement in (PairingParameters().merge_agreement, 2.0):  # as shipped, never
        pairing = replace(PairingParameters(), merge_agreement=agreement).flat()
        ours, theirs = (
            core.prepare(*t.arrays(), *NO_FIELD, pairing, screening) for t in (pulled, template)
        )
        found[agreement] = PartialScores.of(core.compare(ours, theirs, pairing, screening)[0])
    merged, never = found.values()
    assert merged.pairs == len(template) > 1.5 * never.pairs
    assert merged.raw > never.raw


def test_different_fingers_score_low(compare: CompareTemplates) -> None:
    scores = [score(compare(finger(10 + k), finger(50 + k))) for k in range(8)]
    assert max(scores) < UNSURE


@pytest.mark.parametrize("minutiae", [0, 1, 2])
def test_hardly_any_minutiae_score_next_to_nothing(
    compare: CompareTemplates, minutiae: int
) -> None:
    template = finger(7, minutiae)
    assert score(compare(template, finger(7))) < UNSURE
    assert score(compare(template, template)) < UNSURE


def test_a_full_record_of_minutiae_matches_itself(compare: CompareTemplates) -> None:
    template = finger(8, 255)
    assert len(template) == 255
    assert score(compare(template, pressed_again(template, 0.2))) > SURE


@settings(max_examples=RANDOM_PAIRS)
@given(
    st.integers(0, 2**31),
    st.integers(0, 60),
    st.integers(0, 60),
    st.floats(-pi, pi),
    st.floats(0, 6),
    st.booleans(),
)
def test_both_cores_agree(
    seed: int, ours: int, theirs: int, turn_rad: float, noise_px: float, mated: bool
) -> None:
    probe = finger(seed, ours)
    other = finger(seed + 1, theirs)
    reference = pressed_again(probe, turn_rad, noise_px=noise_px, seed=seed) if mated else other
    assert NATIVE is not None
    sums, pairs = outcome_of(NATIVE, probe, reference)
    plain_sums, plain_pairs = outcome_of(PLAIN, probe, reference)
    np.testing.assert_allclose(sums, plain_sums, rtol=1e-6, atol=1e-6)
    np.testing.assert_array_equal(pairs, plain_pairs)


def test_the_native_core_refuses_arrays_that_differ_in_length() -> None:
    assert NATIVE is not None
    x, y, angle, quality, kind = finger(1).arrays()
    with pytest.raises(ValueError, match="differ in length"):
        NATIVE.prepare(x[:-1], y, angle, quality, kind, *NO_FIELD, *CONSTANTS)
    with pytest.raises(ValueError, match="parameters"):
        NATIVE.prepare(x, y, angle, quality, kind, *NO_FIELD, CONSTANTS[0][:-1], CONSTANTS[1])


@pytest.mark.parametrize("call", ["prepare", "compare", "add", "search"])
def test_other_threads_work_while_the_native_core_does(call: str) -> None:
    assert NATIVE is not None
    given = (*finger(8, 255).arrays(), *NO_FIELD)
    prepared, gallery = NATIVE.prepare(*given, *CONSTANTS), NATIVE.gallery(*CONSTANTS)
    gallery.add(*given)
    calls: dict[str, Callable[[], object]] = {
        "prepare": lambda: NATIVE.prepare(*given, *CONSTANTS),
        "compare": lambda: NATIVE.compare(prepared, prepared, *CONSTANTS),
        "add": lambda: gallery.add(*given),
        "search": lambda: gallery.search(prepared, 0.0, 1),
    }
    begun, worked = threading.Event(), []

    def work() -> None:
        begun.wait()
        worked.append(True)

    other, usual = threading.Thread(target=work), sys.getswitchinterval()
    other.start()
    # Nobody takes Python's lock from this thread any more: another one works when it is let go.
    sys.setswitchinterval(1000)
    try:
        begun.set()
        worked_beside_python = sum(range(100_000)) and bool(worked)
        for _ in range(5000):
            calls[call]()
            if worked:
                break
        worked_beside_native = bool(worked)
    finally:
        sys.setswitchinterval(usual)
        other.join()
    assert not worked_beside_python
    assert worked_beside_native
