"""What a quality is worth: errors that are left when the pairs of the worst quality are discarded.

The error-versus-discard characteristic of ISO/IEC 29794-1, after P. Grother and E. Tabassi,
"Performance of biometric quality measures", IEEE PAMI 29(4), 2007. The quality of a pair is that
of its worse impression.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.integer]


@dataclass(frozen=True)
class DiscardCurve:
    """fnmr: float64 (n,), FNMR among what is left of n pairs when k = 0 … n-1 are discarded."""

    fnmr: Floats

    def at(self, discarded: float) -> float:
        """FNMR when a share of the pairs, below 1, is discarded."""
        return float(self.fnmr[int(discarded * len(self.fnmr))])

    def mean_up_to(self, discarded: float) -> float:
        """The partial area under the curve, divided by its width."""
        return float(self.fnmr[: int(discarded * len(self.fnmr)) + 1].mean())

    def remaining(self, discarded: float) -> float:
        """`mean_up_to` as a share of the FNMR of all pairs: 1 for a quality that says nothing."""
        return self.mean_up_to(discarded) / float(self.fnmr[0])


def pair_quality(quality: Floats, pairs: Indices) -> Floats:
    """Of impressions' qualities, (m,), and pairs of their indices, (n, 2): the worse, (n,)."""
    return np.asarray(quality[pairs].min(axis=1), dtype=np.float64)


def discard_curve(scores: Floats, quality: Floats, threshold: float) -> DiscardCurve:
    """Of mated scores and the qualities of their pairs, (n,) each, n at least 1.

    Pairs of equal quality are discarded in no particular order: their mean error counts.
    """
    missed = (scores < threshold).astype(np.float64)
    _, place, count = np.unique(quality, return_inverse=True, return_counts=True)
    expected = (np.bincount(place, missed) / count)[place]
    return _curve(expected[np.argsort(place, kind="stable")])


def perfect_curve(scores: Floats, threshold: float) -> DiscardCurve:
    """A quality that knew the outcome: every discarded pair is a miss while there are any."""
    return _curve(np.sort((scores < threshold).astype(np.float64))[::-1])


def threshold_at_fnmr(scores: Floats, fnmr: float) -> float:
    """The threshold that a share of the mated scores lies below."""
    return float(np.quantile(scores, fnmr))


def _curve(missed: Floats) -> DiscardCurve:
    """From the misses in the order in which pairs are discarded."""
    left = np.cumsum(missed[::-1])[::-1]
    return DiscardCurve(left / np.arange(len(missed), 0, -1))
