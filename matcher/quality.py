"""How well an impression will match: our own score, 0-100, with what the person can do about it.

It is not NFIQ 2 and not comparable with it. It rests on the minutiae the network is sure of, on
the ridge area and on the contrast inside it.
"""

from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from matcher.parameters import QualityParameters
from matcher.template import Template


class QualityReason(StrEnum):
    """What is wrong with an impression, the gravest first."""

    EMPTY_PLATE = "empty_plate"
    NOT_A_FINGER = "not_a_finger"
    TOO_SMALL = "too_small"
    OFF_CENTRE = "off_centre"
    TOO_DRY = "too_dry"
    TOO_WET = "too_wet"
    LOW_CONTRAST = "low_contrast"


@dataclass(frozen=True)
class ImpressionQuality:
    """Score 0-100 and the reasons that lower it, the gravest first."""

    score: int
    reasons: tuple[QualityReason, ...]


@dataclass(frozen=True)
class ImageMeasures:
    """What is measured in the picture, at 500 ppi.

    area_px: pixels of blocks that show ridges. offset: distance of their centre from the
    picture's, as a share of its diagonal. contrast: mean standard deviation of grey inside them.
    dark_share: share of their pixels darker than half way between dark and light.
    """

    area_px: int
    offset: float
    contrast: float
    dark_share: float


def assess(
    grey: NDArray[np.uint8], template: Template, parameters: QualityParameters | None = None
) -> ImpressionQuality:
    """Judge an impression: its picture, uint8 (height, width) at 500 ppi, and its minutiae."""
    p = parameters or QualityParameters()
    image = measured(grey, p)
    certain = float(np.sum(template.quality, dtype=float)) / 100
    reasons = tuple(_reasons(image, len(template), certain, p))
    if QualityReason.EMPTY_PLATE in reasons:
        return ImpressionQuality(0, reasons)
    parts = (
        (certain / p.full_certain_minutiae, p.certain_share),
        (image.area_px / p.full_area_px, p.area_share),
        (image.contrast / p.full_contrast, p.contrast_share),
    )
    score = 100 * sum(min(1.0, value) * share for value, share in parts)
    if QualityReason.NOT_A_FINGER in reasons:
        score = min(score, p.not_a_finger_score)
    return ImpressionQuality(round(score), reasons)


def measured(grey: NDArray[np.uint8], p: QualityParameters) -> ImageMeasures:
    """Measure the blocks that vary enough to be ridges."""
    side = p.block_px
    rows, columns = grey.shape[0] // side, grey.shape[1] // side
    blocks = (
        grey[: rows * side, : columns * side]
        .reshape(rows, side, columns, side)
        .swapaxes(1, 2)
        .reshape(rows, columns, side * side)
    )
    deviation = blocks.std(axis=2)
    best = float(np.percentile(deviation, 95))
    varied = deviation >= max(p.least_ridge_deviation, p.ridge_deviation_share * best)
    whole = np.ones((3, 3), np.uint8)
    ridged = cv2.morphologyEx(varied.astype(np.uint8), cv2.MORPH_OPEN, whole).astype(bool)
    if not ridged.any():
        return ImageMeasures(0, 0.0, 0.0, 0.0)
    y, x = np.nonzero(ridged)
    away = np.hypot((x.mean() + 0.5) / columns - 0.5, (y.mean() + 0.5) / rows - 0.5)
    inside = blocks[ridged].ravel()
    dark, light = np.percentile(inside, (5, 95))
    return ImageMeasures(
        area_px=int(ridged.sum()) * side * side,
        offset=float(away),
        contrast=float(deviation[ridged].mean()),
        dark_share=float((inside < (dark + light) / 2).mean()),
    )


def _reasons(
    image: ImageMeasures, minutiae: int, certain: float, p: QualityParameters
) -> list[QualityReason]:
    if image.area_px < p.empty_area_px:
        return [QualityReason.EMPTY_PLATE]
    found = []
    if certain < p.least_certain_minutiae or minutiae / image.area_px > p.densest_minutiae:
        found.append(QualityReason.NOT_A_FINGER)
    if image.area_px < p.small_area_px:
        found.append(QualityReason.TOO_SMALL)
    if image.offset > p.greatest_offset:
        found.append(QualityReason.OFF_CENTRE)
    if image.dark_share < p.dry_dark_share:
        found.append(QualityReason.TOO_DRY)
    if image.dark_share > p.wet_dark_share:
        found.append(QualityReason.TOO_WET)
    if image.contrast < p.least_contrast:
        found.append(QualityReason.LOW_CONTRAST)
    return found
