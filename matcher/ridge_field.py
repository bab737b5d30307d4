"""Where an impression shows ridges, which way they run and how clearly: a coarse grid."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

BACKGROUND = 255
"""Marks a cell without ridges."""
HALF_TURN_DEG = 180
MOST_CLARITY = 15
MOST_CELLS = 65_536


@dataclass(frozen=True, eq=False)
class RidgeField:
    """Orientation of the ridges, cell by cell.

    cell_px: side of a cell in pixels of the template's own resolution; cell (r, c) covers the
    pixels [r * cell_px, (r + 1) * cell_px) by [c * cell_px, (c + 1) * cell_px).
    orientation: uint8 (rows, columns), whole degrees 0-179, counter-clockwise from +x as seen,
    `BACKGROUND` where there are no ridges.
    clarity: the quality map, uint8 of the same shape: 0-15, how far the grey of a cell and those
    next to it varies across one direction only; 0 where there are no ridges. None in records that
    were written without. No comparison looks at it.

    Raises `ValueError` for anything else. The representation shows neither.
    """

    cell_px: int
    orientation: NDArray[np.uint8] = field(repr=False)
    clarity: NDArray[np.uint8] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        cells = _frozen(self.orientation)
        if self.cell_px < 1 or cells.ndim != 2 or not 1 <= cells.size <= MOST_CELLS:
            raise ValueError("a ridge field is a grid of cells")
        if ((cells >= HALF_TURN_DEG) & (cells != BACKGROUND)).any():
            raise ValueError("orientations are whole degrees below 180")
        object.__setattr__(self, "orientation", cells)
        if self.clarity is None:
            return
        clarity = _frozen(self.clarity)
        if clarity.shape != cells.shape or (clarity > MOST_CLARITY).any():
            raise ValueError("clarity is 0-15 for each cell")
        if clarity[cells == BACKGROUND].any():
            raise ValueError("only ridges are clear")
        object.__setattr__(self, "clarity", clarity)

    @property
    def rows(self) -> int:
        """Number of cells from top to bottom."""
        return int(self.orientation.shape[0])

    @property
    def columns(self) -> int:
        """Number of cells from left to right."""
        return int(self.orientation.shape[1])

    @property
    def octets(self) -> int:
        """What its grids take in memory."""
        return self.orientation.size + (0 if self.clarity is None else self.clarity.size)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, RidgeField):
            return NotImplemented
        return self._content() == other._content()

    def __hash__(self) -> int:
        return hash(self._content())

    def covers(self, width: int, height: int) -> bool:
        """Whether the grid covers an image of that size with no row or column to spare."""
        return (self.rows, self.columns) == cells_for(width, height, self.cell_px)

    def scaled(self, scale: float, width: int, height: int) -> "RidgeField":
        """The field of the same impression at another resolution, `width` x `height` there.

        Cells keep a whole number of pixels; each takes the old cell that its middle lies in.
        """
        cell_px = max(1, round(self.cell_px * scale))
        rows, columns = cells_for(width, height, cell_px)
        step = cell_px / scale / self.cell_px
        r, c = ((np.arange(count) + 0.5) * step for count in (rows, columns))
        r, c = np.minimum(r, self.rows - 1).astype(int), np.minimum(c, self.columns - 1).astype(int)
        taken = np.ix_(r, c)
        clarity = None if self.clarity is None else self.clarity[taken]
        return RidgeField(cell_px, self.orientation[taken], clarity)

    def _content(self) -> tuple[object, ...]:
        clarity = None if self.clarity is None else self.clarity.tobytes()
        return self.cell_px, self.rows, self.columns, self.orientation.tobytes(), clarity


def _frozen(cells: ArrayLike) -> NDArray[np.uint8]:
    """A read-only, contiguous copy."""
    array = np.array(cells, dtype=np.uint8, order="C")
    array.setflags(write=False)
    return array


def cells_for(width: int, height: int, cell_px: int) -> tuple[int, int]:
    """Rows and columns of cells that an image needs; the last ones may reach beyond it."""
    return -(-height // cell_px), -(-width // cell_px)
