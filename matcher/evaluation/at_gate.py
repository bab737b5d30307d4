"""The gate's own operating point: a press against all references of a lane, and a visit.

Enrolment is the first four impressions of every finger, presses are the others. A press scores the
best of its comparisons; the budget of a visit is shared as `matcher.policy` says.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from matcher.engine import verify
from matcher.evaluation.impressions import Extracted
from matcher.policy import OperatingPoint, operating_point

Scores = NDArray[np.float64]

VISIT_FAR = 1e-4
"""The product's default of `gate.visit_far`."""
REFERENCES = 4
"""Impressions enrolled of one finger."""
TRIES = 3
"""Presses of the normal lane."""
SPECIAL_TRIES = 6


@dataclass(frozen=True)
class Lane:
    """How many fingers of one person a press is compared with."""

    name: str
    fingers: int

    @property
    def references(self) -> int:
        return self.fingers * REFERENCES

    @property
    def point(self) -> OperatingPoint:
        """What each comparison must reach, of a visit with the presses of both lanes."""
        return operating_point(VISIT_FAR, TRIES + SPECIAL_TRIES, self.fingers, REFERENCES)


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
    """Score of every press against every reference of every finger.

    Shape (fingers, presses of each, fingers, REFERENCES): whose press, which, whose references,
    which of them. None when the fingers lack the impressions for `REFERENCES` and `TRIES`, or have
    different numbers of them. `items` are in order of fingers and impressions; those without
    template score 0.
    """
    fingers = [list(group) for _, group in groupby(items, lambda item: item.file.finger)]
    sizes = {len(impressions) for impressions in fingers}
    if len(sizes) != 1 or min(sizes) < REFERENCES + TRIES:
        return None
    presses = [press for impressions in fingers for press in impressions[REFERENCES:]]
    enrolled = [impressions[:REFERENCES] for impressions in fingers]
    with ThreadPoolExecutor(workers) as pool:
        rows = list(pool.map(lambda press: [_scores(press, held) for held in enrolled], presses))
    shape = (len(fingers), -1, len(fingers), REFERENCES)
    return np.array(rows, dtype=np.float64).reshape(shape)


def gate_counts(scores: Scores, lane: Lane) -> GateCounts | None:
    """What the gate would have done, from the scores of `press_scores`.

    A person is a finger with those that follow it in the set, as many as the lane compares; a
    stranger is every finger outside. None where the set has too few fingers for that.
    """
    best = scores.max(axis=3)
    fingers = len(best)
    if fingers <= lane.fingers:
        return None
    numbers = np.arange(fingers)
    people = (numbers[:, None] + np.arange(lane.fingers)) % fingers
    passed = best[:, :, people].max(axis=3) >= lane.point.threshold
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


def _scores(press: Extracted, held: Sequence[Extracted]) -> list[float]:
    return [_score(press, reference) for reference in held]


def _score(press: Extracted, reference: Extracted) -> float:
    if press.template is None or reference.template is None:
        return 0.0
    return float(verify(press.template, reference.template).score)
