"""Any acceptable capture to the one form the network knows: grey, dark ridges, 500 ppi."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from matcher.errors import ImageReason, ImageRefused
from matcher.extraction.image_file import check_size
from matcher.parameters import TEMPLATE_PPI, ExtractionParameters, ImageLimits
from matcher.ridge_field import BACKGROUND, RidgeField

Grey = NDArray[np.uint8]

_RIM_SHARE = 32
_SAME_SCALE = 0.001


@dataclass(frozen=True)
class Padded:
    """Pixels with sides of a multiple the network can halve, and where the picture lies in it.

    `left` and `top` are the picture's corner, negative where only a part of it lies in the frame.
    """

    pixels: Grey
    left: int
    top: int


def normalised(
    image: NDArray[np.uint8],
    resolution_ppi: float,
    limits: ImageLimits,
    parameters: ExtractionParameters,
) -> Grey:
    """Check, resample to 500 ppi and turn light ridges dark. Raises `ImageRefused`."""
    if not isinstance(image, np.ndarray) or image.dtype != np.uint8 or image.ndim != 2:
        raise ImageRefused(ImageReason.WRONG_TYPE, "not an 8-bit grey array")
    if not limits.least_ppi <= resolution_ppi <= limits.greatest_ppi:
        raise ImageRefused(ImageReason.WRONG_RESOLUTION)
    check_size(image.shape[1], image.shape[0], limits)
    grey = resampled(image, TEMPLATE_PPI / resolution_ppi)
    return 255 - grey if is_inverted(grey, parameters) else grey


def resampled(image: Grey, scale: float) -> Grey:
    """Resize by area when shrinking, so that ridges do not alias, by cubic when growing."""
    if abs(scale - 1) < _SAME_SCALE:
        return image
    size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(image, size, interpolation=how), dtype=np.uint8)


def is_inverted(grey: Grey, parameters: ExtractionParameters) -> bool:
    """Whether this is a light print on a dark plate: the rim is dark and the middle is not."""
    height, width = grey.shape
    rim = max(2, min(height, width) // _RIM_SHARE)
    edges = (grey[:rim], grey[-rim:], grey[:, :rim], grey[:, -rim:])
    around = float(np.median(np.concatenate([edge.ravel() for edge in edges])))
    middle = float(grey[height // 4 : height - height // 4, width // 4 : width - width // 4].mean())
    return around < parameters.inverted_rim_grey and (
        middle > around + parameters.inverted_middle_excess
    )


def padded(grey: Grey, multiple: int) -> Padded:
    """Pad both sides evenly with the corner's grey value, as the network was trained."""
    height, width = grey.shape
    rows, columns = -height % multiple, -width % multiple
    top, left = rows // 2, columns // 2
    pixels = np.pad(grey, ((top, rows - top), (left, columns - left)), constant_values=grey[0, 0])
    return Padded(pixels, left, top)


def cropped(frame: Padded, field: RidgeField, parameters: ExtractionParameters) -> Padded:
    """The part of a frame round the ridges, cut where the network's coarsest pixels meet.

    So every pixel that stays lies in the same coarse pixel as before, and what changes is only
    what the network would have seen beyond the margin. A picture without ridges stays whole.
    """
    rows, columns = np.nonzero(field.orientation != BACKGROUND)
    if not len(rows):
        return frame
    height, width = frame.pixels.shape
    top, bottom = _reach(rows, field.cell_px, frame.top, height, parameters)
    left, right = _reach(columns, field.cell_px, frame.left, width, parameters)
    pixels = frame.pixels[top:bottom, left:right]
    return Padded(pixels, frame.left - left, frame.top - top)


def _reach(
    cells: NDArray[np.intp], cell_px: int, offset: int, side: int, p: ExtractionParameters
) -> tuple[int, int]:
    first = int(cells.min()) * cell_px + offset - p.crop_margin_px
    last = (int(cells.max()) + 1) * cell_px + offset + p.crop_margin_px
    step = p.side_multiple_px
    return max(0, first // step * step), min(side, -(-last // step) * step)
