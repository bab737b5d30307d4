"""The one figure that the sums of a pairing make; the twin of `_core/evidence.hpp`."""

from math import exp, log, log1p

import numpy as np
from numpy.typing import NDArray

from matcher.parameters import PairingParameters

TERMS = ("paired", "support", "possible", "looseness", "kinds", "field")
"""Names of the terms, in their order, as the parameters `evidence_*` have them."""
_GREATEST_EXPONENT = 30.0


def terms(sums: NDArray[np.float64], p: PairingParameters) -> tuple[float, ...]:
    """What the sums, in the order of `scoring.PartialScores`, tell of one finger or two."""
    pairs, paired, ours, theirs, off, turned, support, kind, cells, agreement, _ = sums.tolist()
    loose = (off / p.refinement_distance_px) ** 2 + (turned / p.refinement_direction_rad) ** 2
    doubt = p.field_doubt_cells
    return (
        log(paired + 0.3),
        log(support + 0.5),
        log((ours + theirs) / 2 + 0.5),
        loose,
        log(p.kind_credit + kind / pairs),
        (agreement + doubt * p.field_doubt_agreement) / (cells + doubt),
    )


def raw_score(sums: NDArray[np.float64], p: PairingParameters) -> float:
    """Weighted sum of the terms; what is negative is squeezed together above 0."""
    weights = (getattr(p, f"evidence_{name}") for name in TERMS)
    evidence = p.evidence_constant
    for weight, term in zip(weights, terms(sums, p), strict=True):
        evidence += weight * term
    return evidence if evidence > _GREATEST_EXPONENT else log1p(exp(evidence))
