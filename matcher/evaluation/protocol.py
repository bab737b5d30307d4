"""Which pairs of a set are compared: all of them, or those of the FVC protocol."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from matcher.evaluation.errors_by_threshold import ErrorCurve, ErrorRates, error_curve, error_rates
from matcher.evaluation.impressions import ImpressionFile

Scores = NDArray[np.float64]
Indices = NDArray[np.int32]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Comparisons:
    """Pairs of impressions with their scores.

    pairs: int32 (n, 2), index of both impressions. fingers: int32 (n, 2), index of their fingers.
    scores: float64 (n,).
    """

    pairs: Indices
    fingers: Indices
    scores: Scores

    @property
    def is_mated(self) -> Mask:
        """Whether both impressions are of one finger, (n,)."""
        same: Mask = self.fingers[:, 0] == self.fingers[:, 1]
        return same

    @property
    def mated(self) -> Scores:
        """Scores of one finger's pairs."""
        return self.scores[self.is_mated]

    @property
    def non_mated(self) -> Scores:
        """Scores of pairs of different fingers."""
        return self.scores[~self.is_mated]

    @property
    def rates(self) -> ErrorRates:
        """Error rates over the set's own thresholds. Raises `ValueError`."""
        return error_rates(self.mated, self.non_mated)

    @property
    def curve(self) -> ErrorCurve:
        """FMR and FNMR over all thresholds. Raises `ValueError`."""
        return error_curve(self.mated, self.non_mated)


def all_pairs(count: int) -> Indices:
    """Every pair of impressions once: the extended protocol, int32 (n, 2)."""
    return np.array(list(combinations(range(count), 2)), dtype=np.int32).reshape(-1, 2)


def finger_numbers(files: Sequence[ImpressionFile]) -> Indices:
    """The fingers of impressions as numbers in the order in which they come, int32 (n,)."""
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(f.finger, len(numbers)) for f in files], dtype=np.int32)


def fvc_part(compared: Comparisons, finger_of: Indices) -> Comparisons:
    """What the FVC protocol keeps of all pairs.

    Mated pairs all, and of the non-mated those of the first impressions of two fingers (Maio et
    al., FVC2000: Fingerprint Verification Competition, IEEE PAMI 24(3), 2002).
    """
    first = np.zeros(len(finger_of), dtype=bool)
    first[np.unique(finger_of, return_index=True)[1]] = True
    kept = compared.is_mated | first[compared.pairs].all(axis=1)
    return Comparisons(compared.pairs[kept], compared.fingers[kept], compared.scores[kept])
