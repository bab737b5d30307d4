"""The ridge field of a picture, by the smoothed structure tensor of its grey values.

Orientation by averaged squared gradients (Kass and Witkin 1987; Bazen and Gerez 2002).
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from matcher.parameters import RidgeFieldParameters
from matcher.ridge_field import (
    BACKGROUND,
    HALF_TURN_DEG,
    MOST_CLARITY,
    RidgeField,
    cells_for,
)

Grey = NDArray[np.uint8]
Maps = NDArray[np.float32]


def ridge_field(grey: Grey, parameters: RidgeFieldParameters | None = None) -> RidgeField:
    """Orientations of a picture, uint8 (height, width), dark ridges, at 500 ppi."""
    p = parameters or RidgeFieldParameters()
    rows, columns = cells_for(grey.shape[1], grey.shape[0], p.cell_px)
    margins = (rows * p.cell_px - grey.shape[0], columns * p.cell_px - grey.shape[1])
    whole = cv2.copyMakeBorder(grey, 0, margins[0], 0, margins[1], cv2.BORDER_REPLICATE)
    gradient = _gradient(np.asarray(whole, dtype=np.uint8), p)
    tensor = _tensor(*gradient, (columns, rows))
    across, along, energy = (_smoothed(part, p) for part in tensor)
    # The gradient points across the ridges, and counts its angle with y down.
    orientation_deg = 90 - np.degrees(np.arctan2(along, across)) / 2
    whole_deg = np.rint(orientation_deg).astype(np.int64) % HALF_TURN_DEG
    length = np.hypot(across, along)
    oneway = length >= p.least_coherence * energy
    ridged = _majority(oneway & _oscillates(*gradient, tensor[2], p))
    orientation = np.where(ridged, whole_deg, BACKGROUND).astype(np.uint8)
    clarity = np.rint(MOST_CLARITY * np.minimum(length / np.maximum(energy, p.least_energy), 1))
    return RidgeField(p.cell_px, orientation, np.where(ridged, clarity, 0).astype(np.uint8))


def _gradient(grey: Grey, p: RidgeFieldParameters) -> tuple[Maps, Maps]:
    smooth = cv2.GaussianBlur(grey, (0, 0), p.blur_px).astype(np.float32)
    gx, gy = (cv2.Sobel(smooth, cv2.CV_32F, *d, scale=1 / 8) for d in ((1, 0), (0, 1)))
    return np.asarray(gx, dtype=np.float32), np.asarray(gy, dtype=np.float32)


def _tensor(gx: Maps, gy: Maps, cells: tuple[int, int]) -> tuple[Maps, Maps, Maps]:
    """Doubled-angle components and energy of the gradient, averaged over each cell."""
    xx, yy, xy = gx * gx, gy * gy, gx * gy
    return _averaged(xx - yy, cells), _averaged(2 * xy, cells), _averaged(xx + yy, cells)


def _averaged(values: Maps, cells: tuple[int, int]) -> Maps:
    return np.asarray(cv2.resize(values, cells, interpolation=cv2.INTER_AREA), dtype=np.float32)


def _smoothed(values: Maps, p: RidgeFieldParameters) -> Maps:
    return np.asarray(cv2.GaussianBlur(values, (0, 0), p.blur_cells), dtype=np.float32)


def _oscillates(gx: Maps, gy: Maps, energy: Maps, p: RidgeFieldParameters) -> NDArray[np.bool_]:
    """Cells with enough contrast, absolutely and beside the best, that goes up and down again.

    The rim of a plate has contrast too, but its gradient points one way only.
    """
    cells = (energy.shape[1], energy.shape[0])
    rise = np.hypot(_averaged(gx, cells), _averaged(gy, cells))
    best = float(np.percentile(energy, 90))
    contrast = energy >= max(p.least_energy, p.energy_share * best)
    return np.asarray(contrast & (rise**2 <= p.greatest_rise * energy), dtype=bool)


def _majority(cells: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Each cell as most of the nine round it are; what lies outside the picture is no ridge."""
    share = cv2.blur(cells.astype(np.float32), (3, 3), borderType=cv2.BORDER_CONSTANT)
    return np.asarray(share > 0.5, dtype=bool)
