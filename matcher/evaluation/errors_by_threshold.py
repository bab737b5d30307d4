"""Error rates of two sets of scores (ISO/IEC 19795-1; FVC's names for the operating points)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]

FMR100, FMR1000, FMR10000 = 1e-2, 1e-3, 1e-4


@dataclass(frozen=True)
class ErrorRates:
    """Shares, not per cent.

    fmr100: lowest FNMR with FMR at most 1 %; fmr1000: 0.1 %; fmr10000: 0.01 %; zero_fmr: 0.
    `zero_threshold` is the highest non-mated score: what scores above it matched nobody else.
    """

    eer: float
    fmr100: float
    fmr1000: float
    fmr10000: float
    zero_fmr: float
    zero_threshold: float


@dataclass(frozen=True)
class ErrorCurve:
    """FMR and FNMR at every score that occurs, as a threshold that passes what reaches it.

    threshold: ascending, (n,); fmr, fnmr: (n,); fmr_beyond, fnmr_beyond: the same for a threshold
    just above it.
    """

    threshold: Scores
    fmr: Scores
    fnmr: Scores
    fmr_beyond: Scores
    fnmr_beyond: Scores

    @property
    def eer(self) -> float:
        """Mean of FMR and FNMR at the threshold where they come closest."""
        closest = np.abs(self.fnmr - self.fmr).argmin()
        return float((self.fnmr[closest] + self.fmr[closest]) / 2)

    def fnmr_at(self, fmr: float) -> float:
        """Lowest FNMR of the thresholds that at most the given share of non-mated pairs exceed."""
        return float(self.fnmr_beyond[(self.fmr_beyond <= fmr + 1e-12).argmax()])


def error_curve(mated: Scores, non_mated: Scores) -> ErrorCurve:
    """The curve of two sets of scores. Raises `ValueError` when either is empty."""
    if len(mated) == 0 or len(non_mated) == 0:
        raise ValueError("error rates need mated and non-mated scores")
    threshold, place = np.unique(np.concatenate([mated, non_mated]), return_inverse=True)
    counts = [
        np.bincount(places, minlength=len(threshold)).astype(np.float64)
        for places in (place[: len(mated)], place[len(mated) :])
    ]
    return curve_of_weights(threshold, *counts)


def curve_of_weights(threshold: Scores, mated: Scores, non_mated: Scores) -> ErrorCurve:
    """The curve when `mated` and `non_mated` are the weights of pairs with each score, (n,)."""
    upto, upto_theirs = mated.cumsum(), non_mated.cumsum()
    ours, theirs = upto[-1], upto_theirs[-1]
    return ErrorCurve(
        threshold=threshold,
        fmr=(theirs - upto_theirs + non_mated) / theirs,
        fnmr=(upto - mated) / ours,
        fmr_beyond=(theirs - upto_theirs) / theirs,
        fnmr_beyond=upto / ours,
    )


def error_rates(mated: Scores, non_mated: Scores) -> ErrorRates:
    """Rates over all thresholds. Raises `ValueError` when either set is empty."""
    curve = error_curve(mated, non_mated)
    return ErrorRates(
        eer=curve.eer,
        fmr100=curve.fnmr_at(FMR100),
        fmr1000=curve.fnmr_at(FMR1000),
        fmr10000=curve.fnmr_at(FMR10000),
        zero_fmr=curve.fnmr_at(0.0),
        zero_threshold=float(non_mated.max()),
    )


def share_below(scores: Scores, threshold: float) -> float:
    """FNMR at a threshold given in advance."""
    return float((scores < threshold).mean())
