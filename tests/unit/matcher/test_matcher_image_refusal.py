"""What is no impression is refused before it costs anything."""

import struct
import zlib

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from matcher import Extractor, ImageReason, ImageRefused, decode_image
from matcher.parameters import ImageLimits
from tests.support.matcher_cases import golden_image

TIFF_WITH_TWO_WIDTHS = struct.pack(
    "<4sIH" + "HHII" * 3,
    *(b"II*\0", 8, 3),
    *(256, 4, 1, 300),
    *(256, 4, 1, 30_000),
    *(257, 4, 1, 300),
)


def encoded(image: NDArray[np.generic], suffix: str = ".png") -> bytes:
    done, data = cv2.imencode(suffix, np.asarray(image))
    assert done
    return bytes(data.tobytes())


def png_header(width: int, height: int) -> bytes:
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))


def reason_of(data: bytes) -> ImageReason:
    with pytest.raises(ImageRefused) as refusal:
        decode_image(data)
    return refusal.value.reason


@pytest.mark.parametrize("suffix", [".png", ".tif", ".bmp"])
def test_the_three_formats_decode_to_the_same_grey(suffix: str) -> None:
    image = golden_image("loop")
    assert np.array_equal(decode_image(encoded(image, suffix)), image)


def test_grey_stored_as_colour_is_grey() -> None:
    image = golden_image("loop")
    assert np.array_equal(decode_image(encoded(np.dstack([image] * 3))), image)


def test_real_colour_and_sixteen_bits_are_the_wrong_type() -> None:
    image = golden_image("loop")
    assert reason_of(encoded(np.dstack([image, image, 255 - image]))) is ImageReason.WRONG_TYPE
    assert reason_of(encoded(image.astype(np.uint16) * 257)) is ImageReason.WRONG_TYPE


def test_a_refusal_says_what_is_wrong_and_what_is_wanted(extractor: Extractor) -> None:
    image = golden_image("loop")
    with pytest.raises(ImageRefused, match="uint16 pixels, not 8 bits of grey"):
        decode_image(encoded(image.astype(np.uint16) * 257))
    with pytest.raises(ImageRefused, match="colour, not grey"):
        decode_image(encoded(np.dstack([image, image, 255 - image])))
    with pytest.raises(ImageRefused, match="96 ppi, not 250-1000 ppi"):
        extractor.extract(image, 96)


def test_sizes_are_refused_from_the_header_alone() -> None:
    assert reason_of(png_header(20_000, 20_000)) is ImageReason.TOO_LARGE
    assert reason_of(png_header(1, 1)) is ImageReason.TOO_SMALL
    assert reason_of(png_header(0, 300)) is ImageReason.EMPTY
    assert reason_of(encoded(np.zeros((1, 1), np.uint8), ".bmp")) is ImageReason.TOO_SMALL


@pytest.mark.parametrize(
    "data",
    [
        b"no image at all",
        b"\x89PNG\r\n\x1a\n",
        b"BM",
        b"BM" + bytes(12),
        b"II*\0\xff\xff\xff\xff",
        b"II*\0\x08\0\0\0\xff\xff",
        b"MM\0*\0\0\0\x08\0\0",
        TIFF_WITH_TWO_WIDTHS,
    ],
)
def test_what_is_no_image_is_refused(data: bytes) -> None:
    assert reason_of(data) is ImageReason.NOT_AN_IMAGE


def test_a_file_too_long_is_refused_before_it_is_looked_at() -> None:
    data = encoded(golden_image("loop"))
    with pytest.raises(ImageRefused, match="too_large"):
        decode_image(data, ImageLimits(bytes=len(data) - 1))
    assert decode_image(data, ImageLimits(bytes=len(data))).shape == (360, 256)


def test_nothing_is_empty() -> None:
    assert reason_of(b"") is ImageReason.EMPTY


@pytest.mark.parametrize("suffix", [".png", ".tif", ".bmp"])
def test_an_image_cut_short_never_escapes_as_another_error(suffix: str) -> None:
    whole = encoded(golden_image("arch"), suffix)
    for length in range(1, 200, 7):
        assert reason_of(whole[:length]) in ImageReason


@pytest.mark.parametrize(
    ("image", "ppi", "reason"),
    [
        (np.zeros((0, 0), np.uint8), 500, ImageReason.EMPTY),
        (np.zeros((1, 1), np.uint8), 500, ImageReason.TOO_SMALL),
        (np.zeros((20_000, 20_000), np.uint8), 500, ImageReason.TOO_LARGE),
        (np.zeros((300, 1100), np.uint8), 250, ImageReason.TOO_LARGE),
        (np.zeros((300, 300), np.uint16), 500, ImageReason.WRONG_TYPE),
        (np.zeros((300, 300), np.float32), 500, ImageReason.WRONG_TYPE),
        (np.zeros((300, 300), np.uint8), float("inf"), ImageReason.WRONG_RESOLUTION),
        (np.zeros((300, 300), np.uint8), -500, ImageReason.WRONG_RESOLUTION),
        (np.full((300, 300), np.nan), 500, ImageReason.WRONG_TYPE),
        (np.zeros((300, 300, 3), np.uint8), 500, ImageReason.WRONG_TYPE),
        (np.zeros((300, 300), np.uint8), 96, ImageReason.WRONG_RESOLUTION),
        (np.zeros((300, 300), np.uint8), 4000, ImageReason.WRONG_RESOLUTION),
        (np.zeros((300, 300), np.uint8), float("nan"), ImageReason.WRONG_RESOLUTION),
    ],
)
def test_arrays_that_cannot_be_impressions(
    extractor: Extractor, image: NDArray[np.uint8], ppi: float, reason: ImageReason
) -> None:
    with pytest.raises(ImageRefused) as refusal:
        extractor.extract(image, ppi)
    assert refusal.value.reason is reason
