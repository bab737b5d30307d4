"""The quality bar of the desk: a good press scores high, each fault is named and only then."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from drivers.simulated.fingerprint_synthesis.fingers import SyntheticFingers
from drivers.simulated.fingerprint_synthesis.impression import PressStyle
from matcher import Extractor, ImpressionQuality, QualityReason
from matcher import quality as quality_module
from matcher.impression_measures import ImageMeasures
from matcher.parameters import QualityParameters
from matcher.quality import assess, evidence_score, minutiae_evidence
from tests.support.matcher_cases import GOLDEN_NAMES, finger, golden_image

Grey = NDArray[np.uint8]
GROUND = 235


@pytest.fixture(scope="module")
def whorl() -> Grey:
    return golden_image("whorl")


@pytest.fixture(scope="module")
def fingers() -> SyntheticFingers:
    return SyntheticFingers()


def quality(extractor: Extractor, image: NDArray[np.generic]) -> ImpressionQuality:
    grey = np.clip(image, 0, 255).astype(np.uint8)
    return extractor.extract(grey, 500).quality


def grain(shape: tuple[int, int], size_px: float, seed: int) -> NDArray[np.float64]:
    """Smooth noise of unit deviation."""
    noise = np.random.default_rng(seed).normal(size=shape)
    smooth = np.asarray(cv2.GaussianBlur(noise, (0, 0), size_px))
    return np.asarray(smooth / smooth.std(), dtype=np.float64)


def slid(image: Grey, length_px: int, along_y: bool) -> Grey:
    kernel = np.full((length_px, 1) if along_y else (1, length_px), 1 / length_px)
    return np.asarray(cv2.filter2D(image, -1, kernel), dtype=np.uint8)


@pytest.mark.parametrize("name", GOLDEN_NAMES)
def test_a_full_clear_press_has_no_fault(extractor: Extractor, name: str) -> None:
    found = quality(extractor, golden_image(name))
    assert found.score >= 75
    assert found.reasons == ()


@pytest.mark.parametrize(
    "style", [PressStyle(), PressStyle(rotation_deg=20), PressStyle(dryness=0.4)]
)
def test_usual_presses_have_no_fault(
    extractor: Extractor, fingers: SyntheticFingers, style: PressStyle
) -> None:
    found = quality(extractor, fingers.impression("applicant", 2, 1, style))
    assert found.score >= 60
    assert found.reasons == ()


def test_the_tip_of_a_finger_is_too_small_and_scores_low(extractor: Extractor, whorl: Grey) -> None:
    tip = np.full_like(whorl, GROUND)
    tip[130:250, 130:250] = whorl[130:250, 130:250]
    found = quality(extractor, tip)
    assert QualityReason.TOO_SMALL in found.reasons
    assert found.score < 45


def test_a_finger_at_the_edge_is_off_centre(extractor: Extractor, whorl: Grey) -> None:
    matrix = np.array([[1.0, 0, 190], [0, 1, 30]])
    moved = cv2.warpAffine(whorl, matrix, whorl.shape[::-1], borderValue=(GROUND,))
    found = quality(extractor, moved)
    assert found.reasons == (QualityReason.OFF_CENTRE,)
    assert found.score < quality(extractor, whorl).score


def test_ridges_broken_into_dots_are_dry(extractor: Extractor, whorl: Grey) -> None:
    dotted = np.where(grain(whorl.shape, 1.6, 3) > 0.1, GROUND, whorl)
    assert quality(extractor, dotted).reasons == (QualityReason.TOO_DRY,)


def test_closed_valleys_are_wet(extractor: Extractor, whorl: Grey) -> None:
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (4, 4))
    assert quality(extractor, cv2.erode(whorl, kernel)).reasons == (QualityReason.TOO_WET,)


def test_black_blots_are_wet(extractor: Extractor, whorl: Grey) -> None:
    blotted = np.where((grain(whorl.shape, 20, 3) > 0.7) & (whorl < GROUND), 25, whorl)
    assert quality(extractor, blotted).reasons == (QualityReason.TOO_WET,)


@pytest.mark.parametrize("name", ["loop", "whorl"])
@pytest.mark.parametrize("along_y", [False, True])
def test_a_finger_that_slid_is_smeared(extractor: Extractor, name: str, along_y: bool) -> None:
    image = golden_image(name)
    found = quality(extractor, slid(image, 25, along_y))
    assert found.reasons[:1] == (QualityReason.SMEARED,)
    assert found.score < quality(extractor, image).score


@pytest.mark.parametrize("position", [2, 7])
def test_ridges_rubbed_to_grey_are_smeared_and_score_low(
    extractor: Extractor, fingers: SyntheticFingers, position: int
) -> None:
    found = quality(extractor, fingers.impression("applicant", position, 1, PressStyle(smear=0.9)))
    assert found.reasons[:1] == (QualityReason.SMEARED,)
    assert found.score < 60


def test_a_pale_press_has_low_contrast(extractor: Extractor, whorl: Grey) -> None:
    found = quality(extractor, 200 + (whorl.astype(float) - 128) * 0.12)
    assert found.reasons == (QualityReason.LOW_CONTRAST,)


def stripes() -> NDArray[np.float64]:
    return np.tile(128 + 100 * np.sin(np.arange(260) * 2 * np.pi / 9), (300, 1))


def rings() -> NDArray[np.float64]:
    y, x = np.mgrid[0:300, 0:260]
    wave = np.sin(np.hypot(x - 130, y - 150) * 2 * np.pi / 9)
    return np.asarray(128 + 100 * wave, dtype=np.float64)


def bars() -> NDArray[np.float64]:
    edges = np.random.default_rng(7).integers(0, 2, 65)
    return np.tile(np.repeat(edges, 4) * 220.0 + 10, (300, 1))


def writing() -> Grey:
    page = np.full((300, 260), 240, np.uint8)
    for line in range(16):
        cv2.putText(page, f"admission {line * 7919}", (4, 16 + 18 * line), 0, 0.5, (20,), 1)
    return page


def face() -> Grey:
    picture = np.full((360, 256), 210, np.uint8)
    cv2.ellipse(picture, (128, 180), (80, 110), 0, 0, 360, (120,), -1)
    for eye in ((98, 150), (158, 150)):
        cv2.circle(picture, eye, 12, (50,), -1)
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 4), dtype=np.uint8)


@pytest.mark.parametrize(
    "image",
    [
        pytest.param(np.random.default_rng(5).integers(0, 256, (300, 260)), id="noise"),
        pytest.param(128 + 60 * grain((300, 260), 2.0, 5), id="grain"),
        pytest.param(stripes(), id="stripes"),
        pytest.param(rings(), id="rings"),
        pytest.param(bars(), id="bars"),
        pytest.param(writing(), id="writing"),
        pytest.param(face(), id="face"),
    ],
)
def test_what_is_no_finger_is_called_so(extractor: Extractor, image: NDArray[np.generic]) -> None:
    found = quality(extractor, image)
    assert found.reasons == (QualityReason.NOT_A_FINGER,)
    assert found.score <= 5


@pytest.mark.parametrize("deviation", [0.0, 2.5])
def test_a_clean_plate_is_empty(extractor: Extractor, deviation: float) -> None:
    plate = GROUND + deviation * grain((360, 256), 0.5, 2)
    assert quality(extractor, plate) == ImpressionQuality(0, (QualityReason.EMPTY_PLATE,))


def test_the_trace_an_earlier_finger_left_is_no_press(extractor: Extractor, whorl: Grey) -> None:
    trace = GROUND + 0.04 * (whorl.astype(float) - GROUND)
    assert quality(extractor, trace) == ImpressionQuality(0, (QualityReason.EMPTY_PLATE,))


@pytest.mark.parametrize("size", [(5, 7), (64, 64), (33, 900)])
@pytest.mark.parametrize("grey", [0, 128, 255])
def test_plain_pictures_of_any_size_are_measured(size: tuple[int, int], grey: int) -> None:
    found = assess(np.full(size, grey, np.uint8), finger(1, 0), QualityParameters())
    assert found == ImpressionQuality(0, (QualityReason.EMPTY_PLATE,))


def test_more_minutiae_never_lower_the_score() -> None:
    p = QualityParameters()
    evidence = [minutiae_evidence(finger(3, count), p) for count in range(0, 81, 10)]
    scores = [evidence_score(value, p) for value in evidence]
    assert scores == sorted(scores)
    assert scores[0] == 0
    assert all(0 <= score <= 100 for score in scores)


GOOD = ImageMeasures(
    area_px=60_000,
    touched_px=70_000,
    offset=0.05,
    contrast=30.0,
    skewness=0.0,
    coherence=0.7,
    one_way=0.3,
    blotted=0.0,
    rubbed=0.0,
    shade=120.0,
)
HARDLY_RIDGED = {"area_px": 3_000}
SMALL = {"area_px": 15_000, "touched_px": 20_000}


@pytest.mark.parametrize(
    ("measures", "minutiae", "reasons"),
    [
        ({}, 40, []),
        ({"skewness": -1.5}, 40, [QualityReason.TOO_DRY]),
        ({"skewness": 0.6}, 40, [QualityReason.TOO_WET]),
        ({"coherence": 0.3, "blotted": 0.1}, 40, [QualityReason.TOO_WET]),
        ({"one_way": 0.8}, 40, [QualityReason.SMEARED]),
        ({"one_way": 0.8, **SMALL}, 40, [QualityReason.TOO_SMALL]),
        ({"one_way": 0.8, "offset": 0.3}, 40, [QualityReason.OFF_CENTRE]),
        ({"rubbed": 0.2}, 40, [QualityReason.SMEARED]),
        ({"rubbed": 0.2, "blotted": 0.1}, 40, [QualityReason.TOO_WET]),
        ({"rubbed": 0.2}, 0, [QualityReason.SMEARED]),
        (
            {"offset": 0.3, "contrast": 5.0},
            40,
            [QualityReason.OFF_CENTRE, QualityReason.LOW_CONTRAST],
        ),
        ({}, 0, [QualityReason.NOT_A_FINGER]),
        (SMALL, 0, [QualityReason.TOO_SMALL]),
        (HARDLY_RIDGED, 0, [QualityReason.NOT_A_FINGER]),
        (HARDLY_RIDGED, 40, [QualityReason.SMEARED]),
        ({**HARDLY_RIDGED, "shade": 30.0}, 40, [QualityReason.EMPTY_PLATE]),
    ],
)
def test_one_fault_is_not_named_for_what_another_does(
    monkeypatch: pytest.MonkeyPatch,
    measures: dict[str, float],
    minutiae: int,
    reasons: list[QualityReason],
) -> None:
    measured = replace(GOOD, **measures)  # type: ignore[arg-type]  # areas are whole all the same
    monkeypatch.setattr(quality_module, "measured", lambda grey, p: measured)
    grey = np.zeros((360, 256), np.uint8)
    assert assess(grey, finger(1, minutiae)).reasons == tuple(reasons)
