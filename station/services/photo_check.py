"""Measures a still from the desk's camera: light, ground, the head before it.

No learned model: before a plain ground everything that differs from the ground is the person.
The only module that uses scikit-image.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from skimage.color import deltaE_ciede2000, rgb2lab
from skimage.measure import label, regionprops
from skimage.morphology import disk, opening

from drivers.api import Image
from station.domain.photo_rules import (
    CERTIFICATE_WIDTH_PX,
    GROUNDS_RGB,
    MeasuredHead,
    MeasuredPhoto,
    PhotoWarning,
    warnings_of,
)

Lab = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

# Colours and outline need no detail; the CIEDE2000 formula costs 1 us a pixel.
OUTLINE_WIDTH_PX = 120
# Strips at the edge where only the ground is seen, in parts of the picture.
TOP_STRIP, SIDE_STRIP, SIDE_STRIP_HEIGHT = 0.04, 0.07, 0.45
# As a CIEDE2000 difference: less is taken for the ground's own shading.
LEAST_FOREGROUND = 14.0
SPECK_RADIUS_PX = 2
# Narrower than this part of the picture it is no head but something on the wall.
LEAST_HEAD_WIDTH = 0.12


@dataclass(frozen=True)
class _Outline:
    """A head's box in the small picture: first row, columns, and height as far as it is known."""

    top: int
    left: int
    width: int


def photo_warnings(image: Image) -> tuple[PhotoWarning, ...]:
    """The soft rules that a photo breaks.

    `image` is HxWx3 RGB uint8, upright, about the proportions of a certificate photo.
    """
    return warnings_of(measured(image))


def measured(image: Image) -> MeasuredPhoto:
    """What the rules ask about a photo; HxWx3 RGB uint8."""
    lab = np.asarray(rgb2lab(_scaled(image, OUTLINE_WIDTH_PX)), np.float64)
    edge = lab[_edge(lab.shape[0], lab.shape[1])]
    ground = np.median(edge, axis=0)
    head = _head(lab, ground)
    allowed = rgb2lab(np.array([GROUNDS_RGB], np.uint8))[0]
    return MeasuredPhoto(
        lightness=_lightness(lab, head),
        ground_difference=float(_difference(allowed, ground).min()),
        ground_spread=float(np.percentile(_difference(edge, ground), 95)),
        head=None if head is None else _described(image, lab, head),
    )


def _scaled(image: Image, width_px: int) -> Image:
    height_px = max(round(image.shape[0] * width_px / image.shape[1]), 1)
    small = cv2.resize(image, (width_px, height_px), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)


def _edge(height_px: int, width_px: int) -> Mask:
    edge = np.zeros((height_px, width_px), np.bool_)
    edge[: max(round(TOP_STRIP * height_px), 1)] = True
    side_px, low_px = round(SIDE_STRIP * width_px), round(SIDE_STRIP_HEIGHT * height_px)
    edge[:low_px, :side_px] = True
    edge[:low_px, width_px - side_px :] = True
    return edge


def _difference(lab: Lab, ground: Lab) -> Lab:
    same_shape = np.broadcast_to(ground, lab.shape)
    return np.asarray(deltaE_ciede2000(lab, same_shape), np.float64)


def _head(lab: Lab, ground: Lab) -> _Outline | None:
    """The widest part of the person within a square below their highest point.

    A head is longer than wide, so such a square ends above the shoulders.
    """
    person = _largest(opening(_difference(lab, ground) > LEAST_FOREGROUND, disk(SPECK_RADIUS_PX)))
    rows = np.flatnonzero(person.any(axis=1))
    if not rows.size:
        return None
    top, left, right = int(rows[0]), lab.shape[1], -1
    for row in rows:
        columns = np.flatnonzero(person[row])
        if row - top > right - left + 1 > 0:
            break
        left, right = min(left, int(columns[0])), max(right, int(columns[-1]))
    width = right - left + 1
    return _Outline(top, left, width) if width >= LEAST_HEAD_WIDTH * lab.shape[1] else None


def _largest(mask: Mask) -> Mask:
    pieces = label(mask)
    largest = max(regionprops(pieces), key=lambda piece: piece.area, default=None)
    return np.asarray(pieces == (largest.label if largest else -1), np.bool_)


def _lightness(lab: Lab, head: _Outline | None) -> float:
    if head is None:
        return float(np.median(lab[..., 0]))
    third = head.width // 3  # the face without hair and ears
    face = lab[head.top + third : head.top + head.width, head.left + third : head.left + 2 * third]
    return float(np.median(face[..., 0]))


def _described(image: Image, lab: Lab, head: _Outline) -> MeasuredHead:
    height_px, width_px = lab.shape[:2]
    grey = cv2.cvtColor(_scaled(image, CERTIFICATE_WIDTH_PX), cv2.COLOR_RGB2GRAY)
    scale = CERTIFICATE_WIDTH_PX / OUTLINE_WIDTH_PX
    top, left, side = (round(scale * value) for value in (head.top, head.left, head.width))
    edges = cv2.Laplacian(grey[top : top + side, left : left + side], cv2.CV_64F)
    return MeasuredHead(
        width=head.width / width_px,
        top=head.top / height_px,
        middle=(head.left + head.width / 2) / width_px,
        sharpness=float(edges.var()),
    )
