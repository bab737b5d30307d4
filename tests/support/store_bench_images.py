"""Impressions as a reader of 256x360 gives them, and what codecs without loss make of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.simulated.fingerprint_synthesis.fingers import SyntheticFingers
from matcher.evaluation.impressions import impression_files
from matcher.extraction.image_file import decode_image
from station.services.pictures import png_of

Grey = NDArray[np.uint8]
WIDTH_PX, HEIGHT_PX = 256, 360
RIDGE_PX = 17
SYNTHETIC_PEOPLE, SYNTHETIC_FINGERS, PRESSES = 2, (1, 2, 3, 6, 7, 8), 4


def reader_window(image: Grey) -> Grey:
    """The part of a larger picture that a reader of 256x360 with the finger in its middle shows.

    The window lies around the centre of the ridges, inside the picture. Where the picture is
    smaller it is mirrored at its edge: a flat border would cost nothing, and no finger is flat.
    """
    across, down = max(0, WIDTH_PX - image.shape[1]), max(0, HEIGHT_PX - image.shape[0])
    margins = (down // 2, down - down // 2, across // 2, across - across // 2)
    whole = np.asarray(cv2.copyMakeBorder(image, *margins, cv2.BORDER_REFLECT), np.uint8)
    rows, columns = np.nonzero(_has_ridges(whole))
    top = _start(float(rows.mean()), HEIGHT_PX, whole.shape[0])
    left = _start(float(columns.mean()), WIDTH_PX, whole.shape[1])
    return np.ascontiguousarray(whole[top : top + HEIGHT_PX, left : left + WIDTH_PX])


def _has_ridges(image: Grey) -> NDArray[np.bool_]:
    """Where grey changes as much as under a finger."""
    across, down = cv2.Sobel(image, cv2.CV_32F, 1, 0), cv2.Sobel(image, cv2.CV_32F, 0, 1)
    energy = cv2.blur(across * across + down * down, (RIDGE_PX, RIDGE_PX))
    return np.asarray(energy > 0.25 * np.percentile(energy, 90))


def _start(middle: float, wanted_px: int, there_px: int) -> int:
    return int(min(max(middle - wanted_px / 2, 0), there_px - wanted_px))


def windows_of_sets(folder: Path) -> dict[str, list[Grey]]:
    """All impressions of every set below a folder, by its name."""
    return {
        place.name: [
            reader_window(decode_image(file.path.read_bytes())) for file in impression_files(place)
        ]
        for place in sorted(folder.iterdir())
        if place.is_dir()
    }


def synthetic_presses() -> list[Grey]:
    """Presses of the simulated reader."""
    fingers = SyntheticFingers()
    return [
        fingers.impression(f"bench {person}", finger, press)
        for person in range(SYNTHETIC_PEOPLE)
        for finger in SYNTHETIC_FINGERS
        for press in range(PRESSES)
    ]


@dataclass(frozen=True)
class Coded:
    """What one codec made of some pictures."""

    mean_bytes: float
    encode_ms: tuple[float, ...]
    decode_ms: tuple[float, ...]


def coded(
    pictures: Sequence[Grey], encode: Callable[[Grey], bytes], decode: Callable[[bytes], Grey]
) -> Coded:
    """Code and decode each. Raises `ValueError` when a pixel is not what it was."""
    sizes, there_ms, back_ms = [], [], []
    for picture in pictures:
        began_s = time.perf_counter()
        data = encode(picture)
        coded_s = time.perf_counter()
        same = np.array_equal(decode(data), picture)
        back_ms.append((time.perf_counter() - coded_s) * 1000)
        there_ms.append((coded_s - began_s) * 1000)
        sizes.append(len(data))
        if not same:
            raise ValueError("a codec lost something")
    return Coded(fmean(sizes), tuple(there_ms), tuple(back_ms))


def _by_opencv(suffix: str, *options: int) -> Callable[[Grey], bytes]:
    def encode(picture: Grey) -> bytes:
        return cv2.imencode(suffix, picture, options)[1].tobytes()

    return encode


def _decoded(data: bytes) -> Grey:
    return np.asarray(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE), np.uint8)


CODECS: Mapping[str, tuple[Callable[[Grey], bytes], Callable[[bytes], Grey]]] = {
    "PNG, the station's": (png_of, decode_image),
    "PNG, one filter": (
        _by_opencv(".png", cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_SUB),
        decode_image,
    ),
    "JPEG 2000": (_by_opencv(".jp2", cv2.IMWRITE_JPEG2000_COMPRESSION_X1000, 1000), _decoded),
    "WebP": (_by_opencv(".webp", cv2.IMWRITE_WEBP_QUALITY, 101), _decoded),
}
"""Those that the station's own wheels hold; the others are in docs/decisions/0018."""
