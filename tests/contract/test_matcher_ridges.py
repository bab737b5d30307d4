"""One suite over both cores: what ridge fields and missing qualities do to a comparison."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from matcher import PartialScores, Template
from matcher._core import NATIVE, PLAIN, Core, chosen
from matcher.parameters import PairingParameters, ScreeningParameters
from matcher.ridge_field import BACKGROUND, RidgeField
from matcher.scoring import points, threshold_for_fmr
from tests.support.matcher_golden_scores import impression

CONSTANTS = (PairingParameters().flat(), ScreeningParameters().flat())
NO_CELLS = np.empty((0, 0), dtype=np.uint8)
SURE = threshold_for_fmr(1e-6)
# 10 in ./dev test; raise it to compare the cores at length.
RANDOM_PAIRS = 10

CompareTemplates = Callable[[Template, Template], PartialScores]


def outcome_of(
    core: Core, probe: Template, reference: Template
) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    ours, theirs = (prepared(core, template) for template in (probe, reference))
    return core.compare(ours, theirs, *CONSTANTS)


def prepared(core: Core, template: Template) -> object:
    field = template.field
    ridges = (0, NO_CELLS) if field is None else (field.cell_px, field.orientation)
    return core.prepare(*template.arrays(), *ridges, *CONSTANTS)


@pytest.fixture(params=["native", "plain"])
def compare(request: pytest.FixtureRequest) -> CompareTemplates:
    core = chosen(request.param)
    assert core.name == request.param, "the compiled core is built by ./dev setup"
    return lambda probe, reference: PartialScores.of(outcome_of(core, probe, reference)[0])


def cells(template: Template) -> NDArray[np.uint8]:
    assert template.field is not None
    return template.field.orientation


def with_cells(template: Template, orientation: NDArray[np.uint8]) -> Template:
    assert template.field is not None
    return replace(template, field=RidgeField(template.field.cell_px, orientation))


def half_turned(template: Template) -> Template:
    """As if the plate had been turned by half, which leaves orientations as they are."""
    return replace(
        with_cells(template, cells(template)[: template.height // 16, :][::-1, ::-1]),
        x=np.float32(template.width) - template.x,
        y=np.float32(template.height) - template.y,
        angle_rad=template.angle_rad + np.float32(np.pi),
    )


def cut_to_whole_cells(template: Template) -> Template:
    height = template.height // 16 * 16
    field = RidgeField(16, cells(template)[: height // 16])
    kept = template.y < height
    arrays = {
        name: getattr(template, name)[kept] for name in ("x", "y", "angle_rad", "quality", "kind")
    }
    return replace(template, height=height, field=field, **arrays)


def test_ridges_of_one_finger_agree(compare: CompareTemplates) -> None:
    outcome = compare(impression(0, 0), impression(0, 1))
    assert outcome.ridge_cells > 40
    assert outcome.ridge_agreement > 0.95 * outcome.ridge_cells


def test_a_finger_upside_down_agrees_as_well(compare: CompareTemplates) -> None:
    upright = cut_to_whole_cells(impression(0, 0))
    outcome = compare(half_turned(upright), cut_to_whole_cells(impression(0, 1)))
    assert outcome.ridge_agreement > 0.95 * outcome.ridge_cells > 0
    assert points(outcome.raw) > SURE


def test_ridges_that_run_across_speak_against_a_match(compare: CompareTemplates) -> None:
    probe, reference = impression(0, 0), impression(0, 1)
    across = with_cells(probe, ((cells(probe).astype(int) + 90) % 180).astype(np.uint8))
    turned = compare(across, reference)
    assert turned.ridge_agreement < 0
    assert turned.raw < compare(replace(probe, field=None), reference).raw
    assert turned.raw < compare(probe, reference).raw


@pytest.mark.parametrize("without", ["probe", "reference", "both"])
def test_a_record_without_ridges_is_compared_by_its_minutiae(
    compare: CompareTemplates, without: str
) -> None:
    probe, reference = impression(0, 0), impression(0, 1)
    if without != "reference":
        probe = replace(probe, field=None)
    if without != "probe":
        reference = replace(reference, field=None)
    outcome = compare(probe, reference)
    assert outcome.ridge_cells == outcome.ridge_agreement == 0
    assert points(outcome.raw) > SURE


def test_minutiae_beside_the_ridges_count_less(compare: CompareTemplates) -> None:
    template = impression(0, 0)
    orientation = cells(template).copy()
    orientation[:, : orientation.shape[1] // 2] = BACKGROUND
    outcome, whole = (compare(one, one) for one in (with_cells(template, orientation), template))
    assert outcome.pairs == whole.pairs == len(template)
    assert outcome.paired_weight < 0.8 * whole.paired_weight


def test_only_what_lies_where_both_show_ridges_could_have_been_paired(
    compare: CompareTemplates,
) -> None:
    whole = impression(0, 0)
    right = whole.x >= whole.width / 2
    arrays = {n: getattr(whole, n)[right] for n in ("x", "y", "angle_rad", "quality", "kind")}
    bare = cells(whole).copy()
    bare[:, : bare.shape[1] // 2] = BACKGROUND
    half = with_cells(replace(whole, **arrays), bare)
    blank = replace(whole, **arrays)  # ridges on the left too, where nobody finds a minutia
    weights = np.where(whole.quality == 0, 50, whole.quality) / 100
    for probe, reference, part in (
        (whole, half, "probe_overlap"),
        (half, whole, "reference_overlap"),
    ):
        overlap = getattr(compare(probe, reference), part)
        assert overlap == pytest.approx(float(weights[right].sum()), rel=0.1)
    assert compare(whole, blank).probe_overlap == pytest.approx(float(weights.sum()), rel=0.1)
    assert compare(whole, blank).raw < compare(whole, half).raw


def test_the_hull_of_the_minutiae_stands_for_ridges_that_a_record_does_not_tell(
    compare: CompareTemplates,
) -> None:
    whole = replace(impression(0, 0), field=None)
    right = whole.x >= whole.width / 2
    arrays = {n: getattr(whole, n)[right] for n in ("x", "y", "angle_rad", "quality", "kind")}
    half = replace(whole, **arrays)
    outcome = compare(whole, half)
    weights = whole.quality / 100
    assert weights[right].sum() <= outcome.probe_overlap + 1e-6 < 0.8 * weights.sum()


def test_minutiae_of_a_record_that_tells_no_quality_match(compare: CompareTemplates) -> None:
    untold = replace(impression(0, 0), quality=np.zeros(len(impression(0, 0)), np.uint8))
    assert points(compare(untold, impression(0, 1)).raw) > SURE
    assert points(compare(untold, untold).raw) > SURE


@settings(max_examples=RANDOM_PAIRS)
@given(st.integers(0, 2), st.integers(0, 2), st.integers(0, 2**31), st.floats(0, 0.6))
def test_both_cores_agree_on_torn_fields(
    finger: int, other: int, seed: int, background: float
) -> None:
    random = np.random.default_rng(seed)
    probe, reference = impression(finger, 0), impression(other, 1 + seed % 2)
    torn = np.where(random.random(cells(probe).shape) < background, BACKGROUND, cells(probe))
    probe = with_cells(probe, torn.astype(np.uint8))
    assert NATIVE is not None
    sums, pairs = outcome_of(NATIVE, probe, reference)
    plain_sums, plain_pairs = outcome_of(PLAIN, probe, reference)
    np.testing.assert_allclose(sums, plain_sums, rtol=1e-6, atol=1e-6)
    np.testing.assert_array_equal(pairs, plain_pairs)
