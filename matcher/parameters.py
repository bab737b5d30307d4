"""Every tuned constant of the matcher, in one place. Distances are pixels at 500 ppi."""

from dataclasses import astuple, dataclass
from math import radians

import numpy as np
from numpy.typing import NDArray

TEMPLATE_PPI = 500.0
"""Resolution that templates are compared at."""


@dataclass(frozen=True)
class ImageLimits:
    """What an image must be like to be tried at all."""

    bytes: int = 32 * 1024 * 1024
    least_side_px: int = 64
    greatest_side_px: int = 2000
    least_ppi: float = 250.0
    greatest_ppi: float = 1000.0


@dataclass(frozen=True)
class ExtractionParameters:
    """How the network is fed and its maps are read."""

    side_multiple_px: int = 32
    # pyfing cuts at 0.6; weak minutiae pay in matching, where their quality is their weight.
    quality_cut: float = 0.2
    ending_cut: float = 0.5
    most_minutiae: int = 255
    # A dark rim round a much lighter middle is a picture of light ridges on a dark plate.
    inverted_rim_grey: float = 50.0
    inverted_middle_excess: float = 30.0


@dataclass(frozen=True)
class PairingParameters:
    """Constants of the pairing; `_core/parameters.hpp` has the same fields in the same order."""

    neighbours: float = 10
    neighbour_distance_px: float = 4
    neighbour_distance_share: float = 0.08
    neighbour_bearing_rad: float = radians(20)
    neighbour_direction_rad: float = radians(20)
    seeds: float = 12
    seed_similarity: float = 0.8
    reach_px: float = 60
    direction_lever_px: float = 25
    growth_distance_px: float = 5
    growth_distance_share: float = 0.08
    growth_direction_rad: float = radians(23)
    stretch_px: float = 6
    stretch_share: float = 0.10
    stretch_dissenters: float = 1 / 3
    refined: float = 3
    refinement_rounds: float = 2
    refinement_distance_px: float = 10
    refinement_direction_rad: float = radians(23)
    overlap_margin_px: float = 8
    kind_credit: float = 0.5

    def flat(self) -> NDArray[np.float64]:
        """As the core takes them: float64 (21,)."""
        return np.array(astuple(self), dtype=np.float64)


@dataclass(frozen=True)
class QualityParameters:
    """Constants of the impression quality; areas are pixels at 500 ppi."""

    block_px: int = 12
    # A block shows ridges when its grey varies, absolutely and beside the picture's best blocks.
    least_ridge_deviation: float = 6.0
    ridge_deviation_share: float = 0.35
    empty_area_px: float = 4_000
    small_area_px: float = 25_000
    full_area_px: float = 60_000
    greatest_offset: float = 0.22
    dry_dark_share: float = 0.18
    wet_dark_share: float = 0.66
    least_contrast: float = 15.0
    full_contrast: float = 30.0
    least_certain_minutiae: float = 4.0
    full_certain_minutiae: float = 28.0
    # Ridges 9 px apart carry about one minutia in 2,000 px; noise carries many more.
    densest_minutiae: float = 1 / 350
    certain_share: float = 0.6
    area_share: float = 0.25
    contrast_share: float = 0.15
    not_a_finger_score: float = 10.0
