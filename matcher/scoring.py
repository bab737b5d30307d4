"""From the sums of a pairing to a score that means a false match rate.

Ten points are one decade: a score of 40 is reached by one in 10,000 comparisons of different
fingers. The scale was fitted to the non-mated pairs of `docs/benchmarks.md`; beyond what they
resolve it is extrapolated with caution, and marked so.
"""

from bisect import bisect_right
from dataclasses import dataclass
from math import log, log10

import numpy as np
from numpy.typing import NDArray

POINTS_A_DECADE = 10.0
# Raw score against points: survival of the 20,160 non-mated pairs of the seven FVC sets, which
# score higher than the 81,600 of the CrossMatch set; `./dev bench matcher` shows it, with bounds.
# Without ridge fields the scores mean the same. From 30 points on (rule of 30) a straight line as
# they go on, to 40 points, which 3 of all 101,760 pairs exceed: at most 7.6e-5 with 95 %.
KNOTS = (
    (0.0, 0.0),
    (0.02, 10.0),
    (0.1, 15.0),
    (0.4, 20.0),
    (1.08, 25.0),
    (1.8, 30.0),
    (3.5, 40.0),
)
MEASURED_FMR = 3e-5
"""The smallest false match rate that the non-mated pairs resolve (rule of 3)."""


@dataclass(frozen=True)
class PartialScores:
    """What the score of one comparison is made of, by name.

    paired_weight: quality-weighted pairs, each discounted by its misfit.
    probe_overlap, reference_overlap: weight of the minutiae that could have been paired.
    position_rms_px, direction_rms_rad: how far pairs lie from where the others expect them.
    neighbour_support: neighbourhood similarity summed over the pairs.
    same_kind: pairs of two endings or two bifurcations.
    ridge_cells, ridge_agreement: sampled cells with ridges of both where they overlap, and the sum
    of the cosines of twice the angle between those; 0 when either has no ridge field.
    raw: all of these in one figure, before it is put on the scale.
    """

    pairs: int
    paired_weight: float
    probe_overlap: float
    reference_overlap: float
    position_rms_px: float
    direction_rms_rad: float
    neighbour_support: float
    same_kind: int
    ridge_cells: int
    ridge_agreement: float
    raw: float

    @classmethod
    def of(cls, sums: NDArray[np.float64]) -> "PartialScores":
        """From the core's vector, float64 (11,)."""
        pairs, paired, ours, theirs, off, turned, support, kind, cells, alike, raw = sums.tolist()
        return cls(
            pairs=int(pairs),
            paired_weight=paired,
            probe_overlap=ours,
            reference_overlap=theirs,
            position_rms_px=off,
            direction_rms_rad=turned,
            neighbour_support=support,
            same_kind=int(kind),
            ridge_cells=int(cells),
            ridge_agreement=alike,
            raw=raw,
        )


def points(raw: float) -> float:
    """The raw score on the FMR scale; monotone, 0 for no evidence.

    Raw scores are logarithms of a likelihood ratio, and chance reaches a ratio of r at most once
    in r comparisons. Beyond the last knot the scale claims no more than that, which is less than
    the measured fall before it.
    """
    k = max(bisect_right(KNOTS, (raw, float("inf"))), 1)
    (x0, y0), (x1, y1) = KNOTS[min(k, len(KNOTS) - 1) - 1], KNOTS[min(k, len(KNOTS) - 1)]
    if k == len(KNOTS):
        return y1 + (raw - x1) * POINTS_A_DECADE / log(10)
    return y0 + (raw - x0) * (y1 - y0) / (x1 - x0)


def threshold_for_fmr(fmr: float) -> float:
    """The score that a comparison of different fingers reaches with probability `fmr`.

    Raises `ValueError` outside (0, 1]. See `is_extrapolated` for small rates.
    """
    if not 0 < fmr <= 1:
        raise ValueError("a false match rate lies above 0 and at most at 1")
    return -POINTS_A_DECADE * log10(fmr)


def is_extrapolated(fmr: float) -> bool:
    """Whether a rate lies below what the calibration's non-mated pairs resolve."""
    return fmr < MEASURED_FMR
