"""Error rates of two sets of scores (ISO/IEC 19795-1; FVC's names for the operating points)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]


@dataclass(frozen=True)
class ErrorRates:
    """Shares, not per cent. fmr100: lowest FNMR with FMR at most 1 %; fmr1000: 0.1 %; zero_fmr: 0.

    `zero_threshold` is the highest non-mated score: what scores above it matched nobody else.
    """

    eer: float
    fmr100: float
    fmr1000: float
    zero_fmr: float
    zero_threshold: float


def error_rates(mated: Scores, non_mated: Scores) -> ErrorRates:
    """Rates over all thresholds. Raises `ValueError` when either set is empty."""
    if len(mated) == 0 or len(non_mated) == 0:
        raise ValueError("error rates need mated and non-mated scores")
    return ErrorRates(
        eer=equal_error_rate(mated, non_mated),
        fmr100=fnmr_at_fmr(mated, non_mated, 1e-2),
        fmr1000=fnmr_at_fmr(mated, non_mated, 1e-3),
        zero_fmr=fnmr_at_fmr(mated, non_mated, 0.0),
        zero_threshold=float(non_mated.max()),
    )


def equal_error_rate(mated: Scores, non_mated: Scores) -> float:
    """Mean of FMR and FNMR at the threshold where they come closest."""
    thresholds = np.unique(np.concatenate([mated, non_mated]))
    fnmr = np.searchsorted(np.sort(mated), thresholds) / len(mated)
    fmr = 1 - np.searchsorted(np.sort(non_mated), thresholds) / len(non_mated)
    closest = np.abs(fnmr - fmr).argmin()
    return float((fnmr[closest] + fmr[closest]) / 2)


def fnmr_at_fmr(mated: Scores, non_mated: Scores, fmr: float) -> float:
    """Lowest FNMR of the thresholds that at most the given share of non-mated pairs exceed."""
    descending = np.sort(non_mated)[::-1]
    allowed = min(int(fmr * len(descending)), len(descending) - 1)
    return float((mated <= descending[allowed]).mean())


def share_below(scores: Scores, threshold: float) -> float:
    """FNMR at a threshold given in advance."""
    return float((scores < threshold).mean())
