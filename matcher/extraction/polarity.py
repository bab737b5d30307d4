"""Whether a picture shows light ridges on a dark plate, the other way round than the network knows.

Two signs, and neither needs a certain sensor. The plate beside the finger looks like a valley, so
it is lighter than the middle between ridges and valleys. And ridges, which are pressed flat,
differ more among themselves than valleys do: grey values measured against their surroundings have
their long tail on the side of the ridges, which matters where a finger covers the plate.
"""

from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from matcher.parameters import PolarityParameters
from matcher.ridge_field import BACKGROUND, RidgeField

Grey = NDArray[np.uint8]
Cells = NDArray[np.float32]
Number = TypeVar("Number", bound=np.generic)


def is_inverted(
    grey: Grey, field: RidgeField, parameters: PolarityParameters | None = None
) -> bool:
    """Whether ridges are light, in uint8 (height, width) at 500 ppi; no without ridges."""
    p = parameters or PolarityParameters()
    ridged = field.orientation != BACKGROUND
    if not ridged.any():
        return False
    plate = float(np.clip(_lightness_of_plate(grey, ridged, field.cell_px, p), -0.5, 0.5))
    evidence = p.plate_weight * plate
    if abs(evidence) < p.sure_evidence:
        evidence -= _skewness(grey, ridged, field.cell_px, p)
    return evidence < -p.least_evidence


def _lightness_of_plate(
    grey: Grey, ridged: NDArray[np.bool_], cell_px: int, p: PolarityParameters
) -> float:
    """How much lighter flat cells away from ridges are than half way from ridge to valley.

    In shares of the way from dark to light; 0 where hardly any of the plate is seen.
    """
    mean, deviation = _cells(grey, ridged.shape, cell_px)
    near = cv2.dilate(ridged.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    flat = ~near & (deviation < p.flat_share * np.median(deviation[ridged]))
    if flat.mean() < p.least_plate:
        return 0.0
    dark, light = np.percentile(_inside(grey, ridged, cell_px), (10, 90))
    return float((np.median(mean[flat]) - (dark + light) / 2) / (light - dark + 1))


def _skewness(grey: Grey, ridged: NDArray[np.bool_], cell_px: int, p: PolarityParameters) -> float:
    """Third moment of grey values measured against their surroundings, in the ridges."""
    smooth = cv2.GaussianBlur(grey, (0, 0), p.blur_px).astype(np.float32)
    side = (p.surroundings_px, p.surroundings_px)
    above = smooth - cv2.blur(smooth, side)
    # The running sum of the blur may end a hair below nought.
    spread = np.sqrt(np.maximum(cv2.blur(above * above, side), 0)) + 0.5
    return float(np.mean(_inside(above / spread, ridged, cell_px) ** 3))


def _cells(grey: Grey, shape: tuple[int, ...], cell_px: int) -> tuple[Cells, Cells]:
    """Mean and standard deviation of each cell."""
    rows, columns = shape
    below, right = rows * cell_px - grey.shape[0], columns * cell_px - grey.shape[1]
    whole = cv2.copyMakeBorder(grey, 0, below, 0, right, cv2.BORDER_REPLICATE).astype(np.float32)
    mean, square = (
        np.asarray(cv2.resize(x, (columns, rows), interpolation=cv2.INTER_AREA), dtype=np.float32)
        for x in (whole, whole * whole)
    )
    return mean, np.sqrt(np.maximum(square - mean * mean, 0))


def _inside(values: NDArray[Number], ridged: NDArray[np.bool_], cell_px: int) -> NDArray[Number]:
    """Values of the pixels of ridged cells."""
    mask = np.kron(ridged, np.ones((cell_px, cell_px), dtype=bool))
    return values[mask[: values.shape[0], : values.shape[1]]]
