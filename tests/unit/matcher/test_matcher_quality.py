"""The quality bar of the desk: a good press scores high, each fault is named."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from matcher import Extractor, ImpressionQuality, QualityReason
from tests.support.matcher_cases import golden_image


@pytest.fixture(scope="module")
def whorl() -> NDArray[np.uint8]:
    return golden_image("whorl")


def quality(extractor: Extractor, image: NDArray[np.generic]) -> ImpressionQuality:
    grey = np.clip(image, 0, 255).astype(np.uint8)
    return extractor.extract(grey, 500).quality


def test_a_full_clear_press_has_no_fault(extractor: Extractor, whorl: NDArray[np.uint8]) -> None:
    found = quality(extractor, whorl)
    assert found.score >= 85
    assert found.reasons == ()


def test_the_tip_of_a_finger_is_too_small(extractor: Extractor, whorl: NDArray[np.uint8]) -> None:
    tip = np.full_like(whorl, 235)
    tip[130:250, 130:250] = whorl[130:250, 130:250]
    found = quality(extractor, tip)
    assert QualityReason.TOO_SMALL in found.reasons
    assert found.score < 75


def test_a_finger_at_the_edge_is_off_centre(extractor: Extractor, whorl: NDArray[np.uint8]) -> None:
    moved = cv2.warpAffine(
        whorl, np.array([[1.0, 0, 190], [0, 1, 30]]), whorl.shape[::-1], borderValue=(235,)
    )
    assert QualityReason.OFF_CENTRE in quality(extractor, moved).reasons


def test_thin_ridges_are_dry_and_thick_ones_wet(
    extractor: Extractor, whorl: NDArray[np.uint8]
) -> None:
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (4, 4))
    assert QualityReason.TOO_DRY in quality(extractor, cv2.dilate(whorl, kernel)).reasons
    assert QualityReason.TOO_WET in quality(extractor, cv2.erode(whorl, kernel)).reasons


def test_a_pale_press_has_low_contrast_and_a_lower_score(
    extractor: Extractor, whorl: NDArray[np.uint8]
) -> None:
    found = quality(extractor, 200 + (whorl.astype(float) - 128) * 0.15)
    assert QualityReason.LOW_CONTRAST in found.reasons
    assert found.score < quality(extractor, whorl).score


def test_noise_and_stripes_are_no_finger(extractor: Extractor) -> None:
    noise = np.random.default_rng(5).integers(0, 256, (300, 260))
    stripes = np.tile(128 + 100 * np.sin(np.arange(260) * 2 * np.pi / 9), (300, 1))
    for image in (noise, stripes):
        found = quality(extractor, image)
        assert QualityReason.NOT_A_FINGER in found.reasons
        assert found.score <= 10
