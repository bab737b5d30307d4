"""How far error rates would move with other fingers, and what few errors can show.

Comparisons that share a finger depend on each other, so fingers are drawn, not comparisons: the
subsets bootstrap (R. M. Bolle, N. K. Ratha, S. Pankanti, "Error analysis of pattern recognition
systems - the subsets bootstrap", Computer Vision and Image Understanding 93, 2004).
"""

from dataclasses import dataclass
from math import exp, lgamma, log

import numpy as np
from numpy.typing import NDArray

from matcher.evaluation.errors_by_threshold import ErrorCurve, curve_of_weights
from matcher.evaluation.protocol import Comparisons

REPLICATES = 1000
SEED = 20_260
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Interval:
    """Shares between which the middle 95 % of the replicates lie."""

    low: float
    high: float


@dataclass(frozen=True)
class Intervals:
    """Of the rates of `ErrorRates` with the same names."""

    eer: Interval
    fmr100: Interval
    fmr1000: Interval


def bootstrap_intervals(
    compared: Comparisons, replicates: int = REPLICATES, seed: int = SEED
) -> Intervals:
    """Intervals from seeded draws of as many fingers as there are, with replacement.

    A finger drawn twice counts twice in its mated pairs and with every other finger; it is not
    compared with itself as if it were another. Needs two fingers, one of them with two impressions.
    """
    resampler = _Resampler(compared)
    random = np.random.default_rng(seed)
    curves = [resampler.curve(random) for _ in range(replicates)]
    return Intervals(
        eer=_interval([curve.eer for curve in curves]),
        fmr100=_interval([curve.fnmr_at(1e-2) for curve in curves]),
        fmr1000=_interval([curve.fnmr_at(1e-3) for curve in curves]),
    )


def rate_at_most(events: int, trials: int) -> float:
    """Upper bound of a rate with 95 % confidence, if trials are independent (Poisson).

    Without events it is the rule of 3 (ISO/IEC 19795-1).
    """
    low, high = 0.0, 10.0 + 3.0 * events
    for _ in range(60):
        mean = (low + high) / 2
        low, high = (mean, high) if _poisson_at_most(events, mean) > 1 - CONFIDENCE else (low, mean)
    return min(high / trials, 1.0)


def resolution_mark(fmr: float, non_mated: int) -> str:
    """What that many non-mated pairs can say about a false match rate.

    Empty when at least 30 of them may exceed the threshold: the rate then lies within ±30 % with
    90 % confidence (rule of 30). `*` when fewer, `†` when fewer than 3: even none of them exceeding
    it would not show the rate (rule of 3).
    """
    allowed = fmr * non_mated
    if allowed >= 30:
        return ""
    return "*" if allowed >= 3 else "†"


def _poisson_at_most(events: int, mean: float) -> float:
    return sum(exp(k * log(mean) - mean - lgamma(k + 1)) for k in range(events + 1))


def _interval(values: list[float]) -> Interval:
    tail = 100 * (1 - CONFIDENCE) / 2
    low, high = np.percentile(values, (tail, 100 - tail))
    return Interval(float(low), float(high))


class _Resampler:
    def __init__(self, compared: Comparisons) -> None:
        self._threshold, place = np.unique(compared.scores, return_inverse=True)
        same = compared.is_mated
        self._mated_place, self._mated_finger = place[same], compared.fingers[same, 0]
        self._other_place, self._other_fingers = place[~same], compared.fingers[~same]
        self._fingers = int(compared.fingers.max()) + 1

    def curve(self, random: np.random.Generator) -> ErrorCurve:
        """One replicate; draws that leave no mated or no non-mated pair are drawn again."""
        while True:
            drawn = random.integers(0, self._fingers, self._fingers)
            times = np.bincount(drawn, minlength=self._fingers).astype(np.float64)
            mated = self._weights(self._mated_place, times[self._mated_finger])
            other = self._weights(self._other_place, times[self._other_fingers].prod(axis=1))
            if mated.any() and other.any():
                return curve_of_weights(self._threshold, mated, other)

    def _weights(self, place: NDArray[np.intp], weight: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.bincount(place, weight, len(self._threshold)).astype(np.float64)
