"""What an on-site photo should look like, and which soft rules one breaks.

Soft rules only: they advise the operator, who decides; none of them ever refuses a photo.

Sources: the degree-certificate photo, 390 x 567 px (学位办〔2011〕70号, annex 2: head 248 to 283 px
wide, 白 or 蓝 ground), and 教毕指〔2017〕99号, 480 x 640 px (face 180 to 300 px wide, hair 50 to
110 px below the edge, ground RGB 100,197,255 or 255,255,255 or 240,240,240). Where the two differ
the wider range holds: the still is cut to each size later. Neither gives numbers for light and
sharpness: those limits are ours, marked so.
"""

from dataclasses import dataclass
from enum import StrEnum

CERTIFICATE_WIDTH_PX, CERTIFICATE_HEIGHT_PX = 390, 567

# Head, in parts of the picture's width or height.
MIN_HEAD_WIDTH = 180 / 480
MAX_HEAD_WIDTH = 283 / CERTIFICATE_WIDTH_PX
# Half as much again on either side of the rule: the camera takes more than will be cut out.
MIN_HEAD_TOP, MAX_HEAD_TOP = 0.5 * 50 / 640, 1.5 * 110 / 640
MAX_HEAD_OFFSET = 0.1  # ours: "centred", without a number, in the rule

# Ground. The blue of 2011 has no number; the second blue is the one that photographers use for it.
GROUNDS_RGB = ((255, 255, 255), (240, 240, 240), (100, 197, 255), (67, 142, 219))
# Ours, as CIEDE2000 differences; 1 is the least that an eye sees.
MAX_GROUND_DIFFERENCE = 15.0
MAX_GROUND_SPREAD = 10.0

# Ours. CIE L* (0 black, 100 white) of the middle of the face, or of the picture without one.
MIN_LIGHTNESS, MAX_LIGHTNESS = 30.0, 95.0
# Ours. Variance of the Laplacian of the head in 8-bit grey, at the size of the certificate photo.
MIN_SHARPNESS = 50.0


class PhotoWarning(StrEnum):
    """A soft rule that a photo breaks."""

    TOO_DARK = "too_dark"
    TOO_BRIGHT = "too_bright"
    TOO_SOFT = "too_soft"
    BACKGROUND_UNEVEN = "background_uneven"
    BACKGROUND_COLOUR = "background_colour"
    HEAD_NOT_FOUND = "head_not_found"
    HEAD_TOO_SMALL = "head_too_small"
    HEAD_TOO_LARGE = "head_too_large"
    HEAD_OFF_CENTRE = "head_off_centre"


@dataclass(frozen=True)
class MeasuredHead:
    """A head before the ground: lengths in parts of the picture's width and height."""

    width: float
    top: float
    middle: float
    sharpness: float


@dataclass(frozen=True)
class MeasuredPhoto:
    """What was measured in a photo; see the limits of this module for the units."""

    lightness: float
    ground_difference: float
    ground_spread: float
    head: MeasuredHead | None


def warnings_of(photo: MeasuredPhoto) -> tuple[PhotoWarning, ...]:
    """The soft rules a photo breaks, what to put right first in front.

    In the dark, or in glare, nothing else can be judged, so nothing else is said.
    """
    if photo.lightness < MIN_LIGHTNESS:
        return (PhotoWarning.TOO_DARK,)
    if photo.lightness > MAX_LIGHTNESS and photo.head is not None:
        return (PhotoWarning.TOO_BRIGHT,)
    broken = {
        PhotoWarning.BACKGROUND_COLOUR: photo.ground_difference > MAX_GROUND_DIFFERENCE,
        PhotoWarning.BACKGROUND_UNEVEN: photo.ground_spread > MAX_GROUND_SPREAD,
    }
    ground = tuple(warning for warning, is_broken in broken.items() if is_broken)
    return (*_head_warnings(photo.head), *ground)


def _head_warnings(head: MeasuredHead | None) -> tuple[PhotoWarning, ...]:
    if head is None:
        return (PhotoWarning.HEAD_NOT_FOUND,)
    aside = abs(head.middle - 0.5) > MAX_HEAD_OFFSET
    broken = {
        PhotoWarning.HEAD_TOO_SMALL: head.width < MIN_HEAD_WIDTH,
        PhotoWarning.HEAD_TOO_LARGE: head.width > MAX_HEAD_WIDTH,
        PhotoWarning.HEAD_OFF_CENTRE: aside or not MIN_HEAD_TOP <= head.top <= MAX_HEAD_TOP,
        PhotoWarning.TOO_SOFT: head.sharpness < MIN_SHARPNESS,
    }
    return tuple(warning for warning, is_broken in broken.items() if is_broken)
