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
    greatest_side_px: int = 2000  # as it comes, and again at 500 ppi
    least_ppi: float = 250.0
    greatest_ppi: float = 1000.0


@dataclass(frozen=True)
class ExtractionParameters:
    """How the network is fed and its maps are read."""

    side_multiple_px: int = 32
    # A side that is longer than a multiple by so much or less is cut, half at each end: the
    # network is unsure of what lies there, and a larger frame costs by its area.
    most_cut_px: int = 8
    # How much of the picture the network sees beyond the ridges.
    crop_margin_px: int = 128
    # pyfing cuts at 0.6; weak minutiae pay in matching, where their quality is their weight.
    quality_cut: float = 0.2
    ending_cut: float = 0.5
    most_minutiae: int = 255


@dataclass(frozen=True)
class PolarityParameters:
    """How light ridges on a dark plate are told from dark ridges on a light one."""

    # Cells of the plate vary less than this share of what ridges do; too few of them say nothing.
    flat_share: float = 0.25
    least_plate: float = 0.02
    plate_weight: float = 4.0
    blur_px: float = 1.5
    surroundings_px: int = 21
    # Where the plate alone says so much, the ridges are not asked.
    sure_evidence: float = 1.0
    # Nearly every capture has dark ridges: to turn one takes some evidence.
    least_evidence: float = 0.15


@dataclass(frozen=True)
class RidgeFieldParameters:
    """How orientations are measured in a picture; energies are squared grey values a pixel."""

    cell_px: int = 16
    blur_px: float = 1.0
    blur_cells: float = 0.7
    # Cells show ridges when grey varies, absolutely and beside the picture's best cells, along
    # one direction, and both ways along it.
    least_energy: float = 2.0
    energy_share: float = 0.06
    greatest_rise: float = 0.25
    least_coherence: float = 0.15


@dataclass(frozen=True)
class PairingParameters:
    """Constants of the pairing; `_core/parameters.hpp` has the same fields in the same order."""

    neighbours: float = 10
    neighbour_distance_px: float = 4
    neighbour_distance_share: float = 0.08
    neighbour_bearing_rad: float = radians(20)
    neighbour_direction_rad: float = radians(20)
    # Of the screening's candidates, by how well they agree.
    seeds: float = 6
    reach_px: float = 60
    direction_lever_px: float = 25
    growth_distance_px: float = 5
    growth_distance_share: float = 0.08
    growth_direction_rad: float = radians(23)
    stretch_px: float = 6
    stretch_share: float = 0.10
    stretch_dissenters: float = 1 / 3
    # Pairings of two seeds are one where so many pairs of the second lie as the first expects.
    merge_distance_share: float = 0.12
    merge_agreement: float = 2 / 3
    refined: float = 3
    refinement_rounds: float = 2
    refinement_distance_px: float = 10
    refinement_direction_rad: float = radians(23)
    # Round the minutiae of an impression without ridge field.
    overlap_margin_px: float = 24
    # Of minutiae beside the ridges, and of those whose quality the record does not tell.
    outside_weight: float = 0.25
    unreported_weight: float = 0.5
    kind_credit: float = 0.5
    # Ridges count as if so many cells more had been seen to agree so well.
    field_doubt_cells: float = 6
    field_doubt_agreement: float = 0.85
    # Fitted by `evaluation.fitting`; all others were set by hand.
    evidence_constant: float = -8.02
    evidence_paired: float = 5.59
    evidence_support: float = 4.39
    evidence_possible: float = -6.05
    evidence_looseness: float = -5.52
    evidence_kinds: float = 2.57
    evidence_field: float = 5.26

    def flat(self) -> NDArray[np.float64]:
        """As the core takes them: float64 (33,)."""
        return np.array(astuple(self), dtype=np.float64)


@dataclass(frozen=True)
class ScreeningParameters:
    """Constants of the screening; `_core/sketch.hpp` has the same fields in the same order.

    Codes are 256ths of a turn. Over the eight sets given, no mated pair had less evidence than 1.9
    and none with a score of 40 or more less than 4.6; of 3,000 non-mated pairs drawn half had more
    than 1.7 and one in seventy more than 4.2.
    """

    farthest_px: float = 200
    distance_px: float = 4
    distance_share: float = 0.08
    turn_codes: float = 14
    candidates: float = 12
    position_px: float = 8
    position_share: float = 0.06
    direction_codes: float = 14
    overlap_handicap: float = 5
    # Below the first a comparison ends, far from any evidence of mated pairs, so that even error
    # rates at low scores stay; the last is asked for by searches for scores of 55 and more.
    least_evidence: float = 1.6
    # Below it hardly any mated pair lies, and only the best seeds are tried.
    doubtful_evidence: float = 2.6
    doubtful_seeds: float = 3
    hit_evidence: float = 4.2
    raw_per_evidence: float = 0.001

    def flat(self) -> NDArray[np.float64]:
        """As the core takes them: float64 (14,)."""
        return np.array(astuple(self), dtype=np.float64)


@dataclass(frozen=True)
class QualityParameters:
    """Constants of the impression quality; areas are pixels at 500 ppi."""

    # Doubtful minutiae count for little: the exponent that predicts mated scores best.
    evidence_exponent: float = 2.0
    # One in a hundred impressions of the evaluated sets lies below 40, the desk's usual bar.
    evidence_scale: float = 20.0
    cell_px: int = 12
    profile_blur_px: float = 1.0
    surroundings_px: int = 17
    # A cell shows ridges when its grey varies, absolutely and beside the picture's best cells.
    least_ridge_power: float = 25.0
    ridge_power_share: float = 0.1
    empty_area_px: float = 4_000
    empty_shade: float = 60.0
    small_area_px: float = 25_000
    greatest_offset: float = 0.22
    least_contrast: float = 8.0
    least_evidence: float = 1.5
    dry_skewness: float = -1.1
    dry_coherence: float = 0.4
    wet_skewness: float = 0.4
    blot_grey_share: float = 0.15
    blot_coherence: float = 0.6
    touch_reach_cells: int = 7
    wet_blotted: float = 0.04
    # Motion wipes out the lines across it, or rubs all lines to an even grey.
    smeared_one_way: float = 0.66
    lined_power_share: float = 0.5
    lined_coherence: float = 0.5
    rubbed_coherence: float = 0.4
    rubbed_shade_deviations: float = 0.5
    least_lined_cells: int = 4
    smeared_rubbed: float = 0.12
