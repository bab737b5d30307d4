"""The gate's own operating point: a press against all references of a lane, and a visit.

Enrolment is the first four impressions of every finger, presses are the others. A press scores the
best of its comparisons, and the rate of one press is shared among them (union bound), as the
product's gate does it.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, dataclass
from itertools import groupby
from math import exp

import numpy as np
from numpy.typing import NDArray

from matcher.engine import verify
from matcher.evaluation.impressions import Extracted
from matcher.scoring import threshold_for_fmr

Scores = NDArray[np.float64]

PRESS_FMR = 1e-4
REFERENCES = 4
"""Impressions enrolled of one finger."""
TRIES = 3
"""Presses of one visit."""


@dataclass(frozen=True)
class Lane:
    """How many fingers of one person a press is compared with."""

    name: str
    fingers: int

    @property
    def references(self) -> int:
        return self.fingers * REFERENCES

    @property
    def comparison_fmr(self) -> float:
        """What is left of the rate of a press for each of its comparisons."""
        return PRESS_FMR / self.references

    @property
    def threshold(self) -> float:
        return threshold_for_fmr(self.comparison_fmr)


LANES = (Lane("normal", 1), Lane("special", 6))


@dataclass(frozen=True)
class GateCounts:
    """Presses and visits of the enrolled person; presses of fingers that are not enrolled."""

    presses: int
    refused_presses: int
    visits: int
    refused_visits: int
    stranger_presses: int
    admitted_strangers: int


def press_scores(items: Sequence[Extracted], workers: int) -> Scores | None:
    """Best score of every press against every finger's references.

    Shape (fingers, presses of each, fingers): whose press, which, whose references. None when the
    fingers lack the impressions for `REFERENCES` and `TRIES`, or have different numbers of them.
    `items` are in order of fingers and impressions; those without template score 0.
    """
    fingers = [list(group) for _, group in groupby(items, lambda item: item.file.finger)]
    sizes = {len(impressions) for impressions in fingers}
    if len(sizes) != 1 or min(sizes) < REFERENCES + TRIES:
        return None
    presses = [press for impressions in fingers for press in impressions[REFERENCES:]]
    enrolled = [impressions[:REFERENCES] for impressions in fingers]
    with ThreadPoolExecutor(workers) as pool:
        rows = list(pool.map(lambda press: [_best(press, held) for held in enrolled], presses))
    return np.array(rows, dtype=np.float64).reshape(len(fingers), -1, len(fingers))


def gate_counts(best: Scores, lane: Lane) -> GateCounts | None:
    """What the gate would have done, from the scores of `press_scores`.

    A person is a finger with those that follow it in the set, as many as the lane compares; a
    stranger is every finger outside. None where the set has too few fingers for that.
    """
    fingers = len(best)
    if fingers <= lane.fingers:
        return None
    numbers = np.arange(fingers)
    people = (numbers[:, None] + np.arange(lane.fingers)) % fingers
    passed = best[:, :, people].max(axis=3) >= lane.threshold
    own = passed[numbers, :, numbers]
    enrolled = (people[None, :, :] == numbers[:, None, None]).any(axis=2)
    strangers = passed.transpose(0, 2, 1)[~enrolled]
    return GateCounts(
        presses=own.size,
        refused_presses=int((~own).sum()),
        visits=fingers,
        refused_visits=int((~own[:, :TRIES].any(axis=1)).sum()),
        stranger_presses=strangers.size,
        admitted_strangers=int(strangers.sum()),
    )


def pooled(counts: Sequence[GateCounts]) -> GateCounts:
    """All sets as one."""
    return GateCounts(*(sum(column) for column in zip(*map(astuple, counts), strict=True)))


def rate_at_most(events: int, trials: int) -> float:
    """Upper bound of a rate with 95 % confidence, if trials are independent (Poisson).

    Without events it is the rule of 3 (ISO/IEC 19795-1).
    """
    low, high = 0.0, 10.0 + 3.0 * events
    for _ in range(60):
        mean = (low + high) / 2
        low, high = (mean, high) if _poisson_at_most(events, mean) > 0.05 else (low, mean)
    return min(high / trials, 1.0)


def _poisson_at_most(events: int, mean: float) -> float:
    term = total = exp(-mean)
    for k in range(1, events + 1):
        term *= mean / k
        total += term
    return total


def _best(press: Extracted, held: Sequence[Extracted]) -> float:
    probe = press.template
    if probe is None:
        return 0.0
    templates = [item.template for item in held if item.template is not None]
    return max((float(verify(probe, reference).score) for reference in templates), default=0.0)
