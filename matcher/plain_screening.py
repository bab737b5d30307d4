"""The screening of `_core/screening.hpp` in NumPy, and with it the whole plain comparison.

Whole numbers throughout, so that both find exactly the same evidence.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from matcher.parameters import ScreeningParameters
from matcher.plain import PARTIAL_COUNT, Pairs
from matcher.plain import compare as compare_fully
from matcher.plain_impression import Doubles, Impression, Integers, impression

SLOTS = 8
"""Neighbours of a minutia that are looked at."""
_GREATEST_POSITION = 8000.0
_GREATEST_ANGLE = 1e6
_SHIFT = 14
_CODES = np.arange(256) * np.pi / 128
_COSINE, _SINE = (np.floor(f(_CODES) * (1 << _SHIFT) + 0.5).astype(int) for f in (np.cos, np.sin))


@dataclass(frozen=True, repr=False)
class Sketch:
    """A coarse form of an impression; angles are counted in 256ths of a turn.

    x, y, direction: (n,). distance, bearing, turn: (n, at most `SLOTS`). present: likewise, False
    for a neighbour too far away. on_ridges: how many minutiae are no dirt beside the finger.
    """

    x: Integers
    y: Integers
    direction: Integers
    distance: Integers
    bearing: Integers
    turn: Integers
    present: NDArray[np.bool_]
    on_ridges: int

    def __len__(self) -> int:
        return len(self.x)


@dataclass(frozen=True)
class Prepared:
    """What both stages of a comparison know of one impression."""

    full: Impression
    sketch: Sketch

    def __len__(self) -> int:
        return len(self.full)


def prepare(
    x: NDArray[np.float32],
    y: NDArray[np.float32],
    angle_rad: NDArray[np.float32],
    quality: NDArray[np.uint8],
    kind: NDArray[np.uint8],
    cell_px: int,
    orientation: NDArray[np.uint8],
    pairing: Doubles,
    screening: Doubles,
    /,
) -> Prepared:
    """Derive what comparisons need; `matcher._core.Core` says what goes in."""
    full = impression(x, y, angle_rad, quality, kind, cell_px, orientation, pairing)
    return Prepared(full, sketch(full, ScreeningParameters(*screening)))


def compare(
    probe: Prepared, reference: Prepared, pairing: Doubles, screening: Doubles, /
) -> tuple[Doubles, NDArray[np.int32]]:
    """Compare two impressions, in full only when their sketches agree."""
    p = ScreeningParameters(*screening)
    found, seeds = screen(probe.sketch, reference.sketch, p)
    if found >= p.least_evidence:
        return compare_fully(probe.full, reference.full, seeds, pairing)
    sums = np.zeros(PARTIAL_COUNT)
    sums[-1] = p.raw_per_evidence * found
    return sums, np.empty((0, 2), dtype=np.int32)


def sketch(full: Impression, p: ScreeningParameters) -> Sketch:
    """Round an impression to whole pixels and angle codes."""
    nearest = (slice(None), slice(0, SLOTS))
    return Sketch(
        x=_places(full.x),
        y=_places(full.y),
        direction=_codes(full.direction),
        distance=np.floor(full.distance[nearest] + 0.5).astype(int),
        bearing=_codes(full.bearing[nearest]),
        turn=_codes(full.turn[nearest]),
        present=full.distance[nearest] <= p.farthest_px,
        on_ridges=int((~full.beside).sum()),
    )


def screen(probe: Sketch, reference: Sketch, p: ScreeningParameters) -> tuple[float, Pairs]:
    """The evidence that the two agree, and the pairs of minutiae that show it, best first.

    The evidence is less for many minutiae, which agree by chance more often; 0 without minutiae.
    """
    if len(probe) == 0 or len(reference) == 0:
        return 0.0, []
    counts = _likeness(probe, reference, p)
    order = np.argsort(-counts.ravel(), kind="stable")[: int(p.candidates)]
    rows, columns = np.divmod(order, len(reference))
    pairs = list(zip(rows.tolist(), columns.tolist(), strict=True))
    agreed = [_agreement(probe, reference, counts, i, j, p) for i, j in pairs]
    best_first = sorted(range(len(pairs)), key=lambda k: -agreed[k])
    evidence = max(agreed) / sqrt(max(1.0, (probe.on_ridges + reference.on_ridges) / 2))
    if evidence < p.doubtful_evidence:
        best_first = best_first[: int(p.doubtful_seeds)]
    return evidence, [pairs[k] for k in best_first]


def _codes(angle: Doubles) -> Integers:
    angle = np.where(np.abs(angle) < _GREATEST_ANGLE, angle, np.fmod(angle, 2 * np.pi))
    return np.floor(angle * (128 / np.pi) + 0.5).astype(int) & 255


def _places(position: Doubles) -> Integers:
    limited = np.clip(position, -_GREATEST_POSITION, _GREATEST_POSITION)
    return np.floor(limited + 0.5).astype(int)


def _near(difference: Integers, room: int) -> NDArray[np.bool_]:
    """Whether two angle codes differ by at most `room`."""
    return ((difference + room) & 255) <= 2 * room


def _likeness(probe: Sketch, reference: Sketch, p: ScreeningParameters) -> Integers:
    """One more than the number of the probe's neighbours with a like one: (probe, reference)."""
    counts = np.ones((len(probe), len(reference)), dtype=int)
    room = int(p.turn_codes)
    for k in range(probe.distance.shape[1]):
        own = probe.distance[:, k, np.newaxis, np.newaxis]
        reach = (p.distance_px + p.distance_share * own + 0.5).astype(int)
        alike = np.abs(reference.distance[np.newaxis] - own) <= reach
        alike &= _near(reference.bearing[np.newaxis] - probe.bearing[:, k, None, None], room)
        alike &= _near(reference.turn[np.newaxis] - probe.turn[:, k, None, None], room)
        alike &= reference.present[np.newaxis] & probe.present[:, k, None, None]
        counts += alike.any(axis=2)
    return counts


def _agreement(
    probe: Sketch, reference: Sketch, counts: Integers, i: int, j: int, p: ScreeningParameters
) -> float:
    """How well all minutiae agree when the probe is laid on the reference by one pair."""
    turn = int(reference.direction[j] - probe.direction[i]) & 255
    c, s = int(_COSINE[turn]), int(_SINE[turn])
    half = 1 << (_SHIFT - 1)
    dx, dy = probe.x - probe.x[i], probe.y - probe.y[i]
    x = reference.x[j] + ((c * dx - s * dy + half) >> _SHIFT)
    y = reference.y[j] + ((s * dx + c * dy + half) >> _SHIFT)
    reach = np.maximum(np.abs(dx), np.abs(dy))
    room = (p.position_px + p.position_share * reach).astype(int)[:, np.newaxis]
    there = np.abs(reference.x[np.newaxis] - x[:, np.newaxis]) <= room
    there &= np.abs(reference.y[np.newaxis] - y[:, np.newaxis]) <= room
    turned = reference.direction[np.newaxis] - (probe.direction + turn)[:, np.newaxis]
    there &= _near(turned, int(p.direction_codes))
    most = np.where(there, counts, 0).max(axis=1)
    inside = (x >= reference.x.min()) & (x <= reference.x.max())
    inside &= (y >= reference.y.min()) & (y <= reference.y.max())
    overlap = int(((most > 0) | inside).sum())
    return float((most**2).sum()) / sqrt(overlap + p.overlap_handicap)
