"""Weights of the evidence by logistic regression: few, so that they cannot learn a set by heart.

Every set counts alike, and in it mated and non-mated pairs count alike. Of the non-mated pairs only
those that look most like mated ones teach, since thresholds lie among them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matcher.parameters import PairingParameters
from matcher.plain_evidence import TERMS, terms

Doubles = NDArray[np.float64]

UNFITTED = replace(
    PairingParameters(),
    evidence_constant=3.0,
    **dict(zip((f"evidence_{name}" for name in TERMS), (1, 1, -1, -1, 1, 0), strict=True)),
)
"""The prototype's product of support and overlap, which no set was asked for."""

TEACHING_SHARE = 0.03
"""Of all non-mated pairs of a set."""
PENALTY = 3e-5
ORIGIN = 4.0
"""Added to the constant, so that little evidence lies where `raw_score` squeezes it together."""
_STEPS = 60
_SMALL_STEP = 1e-10


@dataclass(frozen=True)
class Sample:
    """All pairs of one set: float64 (n, partial scores) of the core, and whether mated, (n,)."""

    name: str
    sums: Doubles
    is_mated: NDArray[np.bool_]


def fitted(samples: Sequence[Sample]) -> PairingParameters:
    """Parameters with the weights that tell the mated pairs of all samples from the others best."""
    taught = [_teaching(sample) for sample in samples]
    p = UNFITTED
    x = np.array([terms(row, p) for sample in taught for row in sample.sums])
    y = np.where(np.concatenate([sample.is_mated for sample in taught]), 1.0, -1.0)
    share = np.concatenate([_shares(sample) for sample in taught]) / (2 * len(taught))
    middle, spread = x.mean(axis=0), x.std(axis=0)
    solution = _solved(np.column_stack([(x - middle) / spread, np.ones(len(x))]), y, share)
    weights = solution[:-1] / spread
    constant = ORIGIN + float(solution[-1]) - float(weights @ middle)
    return _rounded(p, constant, weights)


def weights_of(parameters: PairingParameters) -> dict[str, float]:
    """What is fitted, by name."""
    return {name: getattr(parameters, f"evidence_{name}") for name in ("constant", *TERMS)}


def with_weights(weights: dict[str, float]) -> PairingParameters:
    """The shipped parameters but for what is fitted. Raises `TypeError` for unknown names."""
    return replace(
        PairingParameters(), **{f"evidence_{name}": value for name, value in weights.items()}
    )


def _rounded(p: PairingParameters, constant: float, weights: Doubles) -> PairingParameters:
    values = dict(zip(("constant", *TERMS), (constant, *weights.tolist()), strict=True))
    return replace(p, **{f"evidence_{name}": round(value, 2) for name, value in values.items()})


def _teaching(sample: Sample) -> Sample:
    """Mated pairs with two minutiae paired, and the non-mated ones with the highest scores."""
    paired, raw = sample.sums[:, 0] >= 2, sample.sums[:, -1]
    wanted = int(TEACHING_SHARE * (~sample.is_mated).sum())
    others = np.flatnonzero(paired & ~sample.is_mated)
    kept = others[np.argsort(-raw[others], kind="stable")[:wanted]]
    rows = np.concatenate([np.flatnonzero(paired & sample.is_mated), kept])
    return Sample(sample.name, sample.sums[rows], sample.is_mated[rows])


def _shares(sample: Sample) -> Doubles:
    mated = sample.is_mated
    shares: Doubles = np.where(mated, 1 / max(1, mated.sum()), 1 / max(1, (~mated).sum()))
    return shares


def _solved(x: Doubles, y: Doubles, share: Doubles) -> Doubles:
    """Newton's method on the penalised log likelihood; the last column's weight is free."""
    penalty = np.full(x.shape[1], 2 * PENALTY)
    penalty[-1] = 0.0
    solution = np.zeros(x.shape[1])
    for _ in range(_STEPS):
        wrong = 1 / (1 + np.exp(np.clip(y * (x @ solution), -500, 500)))
        gradient = penalty * solution - x.T @ (share * y * wrong)
        curvature = (x * (share * wrong * (1 - wrong))[:, np.newaxis]).T @ x + np.diag(penalty)
        step = np.linalg.solve(curvature + 1e-12 * np.eye(len(penalty)), gradient)
        step *= min(1.0, 2.0 / float(np.abs(step).max()))
        solution -= step
        if float(np.abs(step).max()) < _SMALL_STEP:
            break
    return solution
