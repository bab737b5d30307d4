"""Distance between the ridges of a synthetic finger, place by place.

Ridges that spread must grow apart or fork. Where only the direction is given, forks and endings
would all arise where a class makes its ridges spread, in the same places on every finger of it. So
the period follows the orientation as far as skin does, and departs from it at random.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from drivers.simulated.fingerprint_synthesis.orientation import (
    Floats,
    OrientationModel,
    orientation_at,
)

LEAST_PERIOD_PX, GREATEST_PERIOD_PX = 7.0, 11.5
FINGER_PERIODS_PX = (8.0, 9.8)
CELL_PX = 16
# How much smoothness and nearness to the finger's own period weigh beside following the ridges.
SMOOTHNESS, OWN_PERIOD_PER_PX = 0.35, 0.006
TURN_REACH_PX, STEEPEST_TURN_PER_PX = 6.0, 0.04
UNEVENNESS, UNEVEN_GRAIN_CELLS = 0.09, 4.0

_Doubles = npt.NDArray[np.float64]


def draw_period(rng: np.random.Generator, model: OrientationModel) -> Floats:
    """Ridge period in pixels for every pixel of the finger, HxW."""
    width, height = model.size_px
    rows, columns = height // CELL_PX + 2, width // CELL_PX + 2
    wanted = _own_period(rng, rows, columns)
    log_period = wanted + _following(model, rows, columns)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32) / CELL_PX
    fine = cv2.remap(log_period.astype(np.float32), x, y, cv2.INTER_CUBIC)
    return np.asarray(np.clip(np.exp(fine), LEAST_PERIOD_PX, GREATEST_PERIOD_PX), dtype=np.float32)


def _own_period(rng: np.random.Generator, rows: int, columns: int) -> _Doubles:
    """Logarithm of the period the finger would have anyway: wider to the crease, uneven."""
    size = int(rows / UNEVEN_GRAIN_CELLS) + 3, int(columns / UNEVEN_GRAIN_CELLS) + 3
    uneven = cv2.resize(rng.normal(0, UNEVENNESS, size), (columns, rows))
    down = np.linspace(-0.04, 0.08, rows)[:, None]
    base = np.log(rng.uniform(*FINGER_PERIODS_PX))
    return np.asarray(base + down + uneven.astype(np.float64), dtype=np.float64)


def _following(model: OrientationModel, rows: int, columns: int) -> _Doubles:
    """What lets the log period grow along ridges as they spread, as nearly as smoothness allows.

    A least squares fit over cells: along a ridge the log period should grow by how fast the
    ridges' direction turns across them (both per pixel).
    """
    index = np.arange(rows * columns).reshape(rows, columns)
    here, east, south = index[:-1, :-1].ravel(), index[:-1, 1:].ravel(), index[1:, :-1].ravel()
    y, x = np.mgrid[0 : rows - 1, 0 : columns - 1].astype(np.float32) * CELL_PX + CELL_PX / 2
    cos, sin, spread = _spreading(model, x.ravel(), y.ravel())
    ones = np.full(here.size, SMOOTHNESS)
    normal = np.eye(index.size) * (OWN_PERIOD_PER_PX * CELL_PX) ** 2
    right = np.zeros(index.size)
    # y counts down, so growing along (cos, sin) is cos (east - here) - sin (south - here).
    np.add.at(right, east, cos * spread * CELL_PX)
    np.add.at(right, south, -sin * spread * CELL_PX)
    np.add.at(right, here, (sin - cos) * spread * CELL_PX)
    _add_squares(normal, ((east, cos), (south, -sin), (here, sin - cos)))
    _add_squares(normal, ((east, ones), (here, -ones)))
    _add_squares(normal, ((south, ones), (here, -ones)))
    return np.asarray(np.linalg.solve(normal, right).reshape(rows, columns), dtype=np.float64)


def _spreading(
    model: OrientationModel, x: Floats, y: Floats
) -> tuple[_Doubles, _Doubles, _Doubles]:
    """Direction of the ridges (cosine, sine) and its turn per pixel across them."""
    angle = orientation_at(model, x, y)
    cos, sin = np.cos(angle), np.sin(angle)
    step_x = np.asarray(TURN_REACH_PX * sin, dtype=np.float32)
    step_y = np.asarray(TURN_REACH_PX * cos, dtype=np.float32)
    ahead = orientation_at(model, x - step_x, y - step_y)  # y counts down
    behind = orientation_at(model, x + step_x, y + step_y)
    turn = np.arctan(np.tan(ahead - behind)) / (2 * TURN_REACH_PX)
    steepest = np.clip(turn, -STEEPEST_TURN_PER_PX, STEEPEST_TURN_PER_PX)
    return cos.astype(np.float64), sin.astype(np.float64), steepest.astype(np.float64)


def _add_squares(
    normal: _Doubles, terms: tuple[tuple[npt.NDArray[np.intp], _Doubles], ...]
) -> None:
    """Add the squares of sums of weighted unknowns to the normal equations."""
    for first, weight in terms:
        for second, other in terms:
            np.add.at(normal, (first, second), weight * other)
