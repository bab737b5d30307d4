"""Any acceptable capture to the one form the network knows: 500 ppi, sides it can halve."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from matcher.errors import ImageReason, ImageRefused
from matcher.extraction.image_file import check_size
from matcher.parameters import TEMPLATE_PPI, ExtractionParameters, ImageLimits
from matcher.ridge_field import BACKGROUND, RidgeField

Grey = NDArray[np.uint8]

_SAME_SCALE = 0.001


@dataclass(frozen=True, eq=False, repr=False)
class Padded:
    """Pixels with sides of a multiple the network can halve, and where the picture lies in it.

    `left` and `top` are the picture's corner, negative where only a part of it lies in the frame.
    """

    pixels: Grey
    left: int
    top: int


def at_500_ppi(image: NDArray[np.uint8], resolution_ppi: float, limits: ImageLimits) -> Grey:
    """Check and resample. Raises `ImageRefused`."""
    if not isinstance(image, np.ndarray) or image.dtype != np.uint8 or image.ndim != 2:
        raise ImageRefused(ImageReason.WRONG_TYPE, "not an array of 8-bit grey")
    if not limits.least_ppi <= resolution_ppi <= limits.greatest_ppi:
        limit = f"{limits.least_ppi:g}-{limits.greatest_ppi:g} ppi"
        raise ImageRefused(ImageReason.WRONG_RESOLUTION, f"{resolution_ppi:g} ppi, not {limit}")
    height, width = image.shape
    check_size(width, height, limits)
    scale = TEMPLATE_PPI / resolution_ppi
    if max(width, height) * scale > limits.greatest_side_px:
        raise ImageRefused(ImageReason.TOO_LARGE, "at 500 ppi")
    return resampled(image, scale)


def resampled(image: Grey, scale: float) -> Grey:
    """Resize by area when shrinking, so that ridges do not alias, by cubic when growing."""
    if abs(scale - 1) < _SAME_SCALE:
        return image
    size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(image, size, interpolation=how), dtype=np.uint8)


def framed(grey: Grey, p: ExtractionParameters) -> Padded:
    """Bring both sides to a multiple the network can halve, evenly at both ends.

    Cut where hardly more than a multiple is there, else padded with the corner's grey value, as the
    network was trained.
    """
    (above, below), (left, right) = (_ends(side, p) for side in grey.shape)
    kept = grey[max(0, -above) : grey.shape[0] + min(0, below)]
    kept = kept[:, max(0, -left) : grey.shape[1] + min(0, right)]
    pads = [(max(0, first), max(0, last)) for first, last in ((above, below), (left, right))]
    return Padded(np.pad(kept, pads, constant_values=grey[0, 0]), left, above)


def _ends(side: int, p: ExtractionParameters) -> tuple[int, int]:
    """Pixels to add before and after; negative where they are to be cut."""
    spare = side % p.side_multiple_px
    if side > spare and spare <= p.most_cut_px:
        return -(spare // 2), -(spare - spare // 2)
    lacking = -side % p.side_multiple_px
    return lacking // 2, lacking - lacking // 2


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
