"""The minutiae of one impression with what a comparison derives from them once, in NumPy.

The twin of `_core/impression.hpp` and `_core/geometry.hpp`.
"""

from dataclasses import dataclass
from math import pi

import numpy as np
from numpy.typing import NDArray

from matcher.parameters import PairingParameters
from matcher.ridge_field import BACKGROUND

Doubles = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, repr=False)
class Impression:
    """Minutiae with y up, their neighbourhoods (n, neighbours), their hull, their field.

    hull: empty where a field tells more. beside: bool (n,), which lie where the field shows no
    ridges, none without one. Not to be shown.
    """

    x: Doubles
    y: Doubles
    direction: Doubles
    weight: Doubles
    kind: NDArray[np.uint8]
    neighbour: Integers
    distance: Doubles
    bearing: Doubles
    turn: Doubles
    hull: Doubles
    cell_px: int
    orientation: NDArray[np.uint8]
    beside: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.x)

    def ridges_at(self, x: float, y: float) -> int | None:
        """Orientation of the ridges at a point, y up, in whole degrees; None where none are.

        The offset keeps points that rounding may put on either side of a border on one side.
        """
        return ridges_at(self.cell_px, self.orientation, x, y)

    def shows(self, x: float, y: float, margin: float) -> bool:
        """Whether the finger was seen at a point; without a field, near or between the minutiae."""
        if self.orientation.size:
            return self.ridges_at(x, y) is not None
        return within(self.hull, x, y, margin)


def wrapped(angle: Doubles) -> Doubles:
    """An angle less than a turn out of range brought into (-π, π]."""
    angle = np.where(angle > pi, angle - 2 * pi, angle)
    return np.where(angle <= -pi, angle + 2 * pi, angle)


def impression(
    x: NDArray[np.float32],
    y: NDArray[np.float32],
    angle_rad: NDArray[np.float32],
    quality: NDArray[np.uint8],
    kind: NDArray[np.uint8],
    cell_px: int,
    orientation: NDArray[np.uint8],
    constants: Doubles,
    /,
) -> Impression:
    """Derive neighbourhoods and hull; y is turned up, as directions are seen."""
    p = PairingParameters(*constants)
    ax, ay, direction = x.astype(float), -y.astype(float), wrapped(angle_rad.astype(float))
    dx, dy = ax[np.newaxis] - ax[:, np.newaxis], ay[np.newaxis] - ay[:, np.newaxis]
    squared = dx**2 + dy**2
    np.fill_diagonal(squared, np.inf)
    kept = max(0, min(int(p.neighbours), len(ax) - 1))
    nearest = np.argsort(squared, axis=1, kind="stable")[:, :kept]

    def taken(square: Doubles) -> Doubles:
        return np.take_along_axis(square, nearest, axis=1)

    # What is found beside the ridges is dirt, or was left there by the finger before.
    beside = _beside_ridges(ax, ay, cell_px, orientation)
    weight = np.where(quality == 0, p.unreported_weight, quality / 100.0)
    weight = weight * np.where(beside, p.outside_weight, 1.0)
    own = direction[:, np.newaxis]
    return Impression(
        x=ax,
        y=ay,
        direction=direction,
        weight=weight,
        kind=kind,
        neighbour=nearest,
        distance=np.sqrt(taken(squared)),
        bearing=wrapped(np.arctan2(taken(dy), taken(dx)) - own),
        turn=wrapped(direction[nearest] - own),
        hull=convex_hull(np.column_stack([ax, ay]) if orientation.size == 0 else np.empty((0, 2))),
        cell_px=cell_px,
        orientation=orientation,
        beside=beside,
    )


def _beside_ridges(
    x: Doubles, y: Doubles, cell_px: int, orientation: NDArray[np.uint8]
) -> NDArray[np.bool_]:
    """Which minutiae lie where the field shows no ridges; none without a field."""
    if orientation.size == 0:
        return np.zeros(len(x), dtype=bool)
    places = zip(x, y, strict=True)
    return np.array([ridges_at(cell_px, orientation, *at) is None for at in places], dtype=bool)


def ridges_at(cell_px: int, orientation: NDArray[np.uint8], x: float, y: float) -> int | None:
    """`Impression.ridges_at` before there is one."""
    column, row = (x + 1e-6) / cell_px, (1e-6 - y) / cell_px
    if not (0 <= row < orientation.shape[0] and 0 <= column < orientation.shape[1]):
        return None
    degrees = int(orientation[int(row), int(column)])
    return None if degrees == BACKGROUND else degrees


def _cross(o: Doubles, a: Doubles, b: Doubles) -> float:
    return float((a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0]))


def convex_hull(points: Doubles) -> Doubles:
    """Andrew's monotone chain (1979), counter-clockwise."""
    points = points[np.lexsort((points[:, 1], points[:, 0]))]
    if len(points) < 3:
        return points
    hull: list[Doubles] = []
    for chain in (points, points[::-1]):
        base = len(hull)
        for point in chain:
            while len(hull) >= base + 2 and _cross(hull[-2], hull[-1], point) <= 0:
                hull.pop()
            hull.append(point)
        hull.pop()
    return np.array(hull).reshape(-1, 2)


def within(hull: Doubles, x: float, y: float, margin: float) -> bool:
    """Whether a point lies inside the hull or beyond its edges by at most the margin."""
    if len(hull) < 3:
        return False
    edges = np.roll(hull, -1, axis=0) - hull
    offset = edges[:, 0] * (y - hull[:, 1]) - edges[:, 1] * (x - hull[:, 0])
    return bool((offset >= -margin * np.hypot(edges[:, 0], edges[:, 1])).all())
