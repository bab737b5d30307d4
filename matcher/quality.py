"""Impression quality: how well an impression will match, 0-100, with what the person can do.

It is our own score, not NFIQ 2 and not on its scale. It rests on the minutiae alone, weighed by
the network's confidence in each: of all measures tried, nothing in the picture predicted mated
scores better or added to it. The picture gives the reasons.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import exp

import numpy as np
from numpy.typing import NDArray

from matcher.impression_measures import ImageMeasures, measured
from matcher.parameters import QualityParameters
from matcher.template import Template


class QualityReason(StrEnum):
    """What is wrong with an impression, the gravest first."""

    EMPTY_PLATE = "empty_plate"
    NOT_A_FINGER = "not_a_finger"
    SMEARED = "smeared"
    TOO_SMALL = "too_small"
    OFF_CENTRE = "off_centre"
    TOO_WET = "too_wet"
    TOO_DRY = "too_dry"
    LOW_CONTRAST = "low_contrast"


@dataclass(frozen=True)
class ImpressionQuality:
    """Score 0-100 and what may lower it, the gravest first."""

    score: int
    reasons: tuple[QualityReason, ...]


def assess(
    grey: NDArray[np.uint8], template: Template, parameters: QualityParameters | None = None
) -> ImpressionQuality:
    """Judge an impression: its picture, uint8 (height, width) at 500 ppi, and its minutiae."""
    p = parameters or QualityParameters()
    evidence = minutiae_evidence(template, p)
    reasons = tuple(_reasons(measured(grey, p), evidence, p))
    if QualityReason.EMPTY_PLATE in reasons:  # what an earlier finger left is no impression
        return ImpressionQuality(0, reasons)
    return ImpressionQuality(evidence_score(evidence, p), reasons)


def minutiae_evidence(template: Template, p: QualityParameters) -> float:
    """How many minutiae may be counted on: the sum of their confidence, raised to a power."""
    confidence = template.quality.astype(np.float64) / 100
    return float((confidence**p.evidence_exponent).sum())


def evidence_score(evidence: float, p: QualityParameters) -> int:
    """On the scale 0-100, where more of what is plenty already counts little."""
    return round(100 * (1 - exp(-evidence / p.evidence_scale)))


def _reasons(image: ImageMeasures, evidence: float, p: QualityParameters) -> list[QualityReason]:
    large = image.touched_px >= p.small_area_px
    wet = image.skewness > p.wet_skewness or image.blotted > p.wet_blotted
    dry = image.skewness < p.dry_skewness or image.coherence < p.dry_coherence
    off_centre = image.offset > p.greatest_offset
    # A piece of a finger runs one way by itself, and black blots have no lines either.
    slid = image.one_way > p.smeared_one_way and large and not off_centre
    rubbed = image.rubbed > p.smeared_rubbed and large and not wet
    if image.area_px < p.empty_area_px and image.shade < p.empty_shade:
        return [QualityReason.EMPTY_PLATE]
    if evidence < p.least_evidence and not rubbed and (large or image.area_px < p.empty_area_px):
        return [QualityReason.NOT_A_FINGER]
    found = {
        QualityReason.SMEARED: slid or rubbed or image.area_px < p.empty_area_px,
        QualityReason.TOO_SMALL: not large,
        QualityReason.OFF_CENTRE: off_centre,
        QualityReason.TOO_WET: wet,
        QualityReason.TOO_DRY: dry and not wet,
        QualityReason.LOW_CONTRAST: image.contrast < p.least_contrast,
    }
    return [reason for reason, applies in found.items() if applies]
