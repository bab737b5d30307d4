"""Strict reading of picture files: bad bytes are refused, never crash, never fill the memory."""

from __future__ import annotations

import struct
import zlib

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.fingerprint_reader.image_file import (
    MAX_FILE_BYTES,
    ImageRefusal,
    UnreadableImage,
    decode_image,
)

PICTURE = np.arange(96 * 80, dtype=np.uint8).reshape(96, 80)


def encoded(extension: str, picture: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> bytes:
    good, data = cv2.imencode(extension, picture)
    assert good
    return data.tobytes()


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, *extra: bytes) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    rows = zlib.compress(b"".join(b"\0" + bytes(width) for _ in range(min(height, 200))))
    body = chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(extra) + body


@pytest.mark.parametrize("extension", [".png", ".bmp", ".tif"])
def test_every_format_gives_the_same_picture(extension: str) -> None:
    image = decode_image(encoded(extension, PICTURE), 500)
    assert np.array_equal(image, PICTURE)
    assert not image.flags.writeable


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", ImageRefusal.EMPTY),
        (b"\0" * (MAX_FILE_BYTES + 1), ImageRefusal.FILE_TOO_LARGE),
        (b"GIF89a", ImageRefusal.NOT_AN_IMAGE),
        (b"\x89PNG\r\n\x1a\n", ImageRefusal.NOT_AN_IMAGE),
        (b"BM", ImageRefusal.NOT_AN_IMAGE),
        (b"II*\0\xff\xff\xff\xff", ImageRefusal.NOT_AN_IMAGE),
        (b"II*\0\x08\0\0\0\0\0", ImageRefusal.NOT_AN_IMAGE),
        (png(1, 1), ImageRefusal.TOO_SMALL),
        (png(20_000, 20_000), ImageRefusal.TOO_LARGE),
        (encoded(".bmp", PICTURE[:1, :1]), ImageRefusal.TOO_SMALL),
    ],
)
def test_what_is_no_fingerprint_picture_is_refused_with_its_reason(
    data: bytes, reason: ImageRefusal
) -> None:
    with pytest.raises(UnreadableImage) as refused:
        decode_image(data, 500)
    assert refused.value.reason is reason


def physical(ppi: float) -> bytes:
    per_metre = round(ppi * 39.37007874)
    return chunk(b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1))


def test_a_chunk_that_claims_more_than_the_file_is_refused_before_room_is_made() -> None:
    """The decoder would have made room for 4 GB."""
    claiming = struct.pack(">I", 0xFFFF_FFF0) + b"tEXt" + bytes(8)
    with pytest.raises(UnreadableImage) as refused:
        decode_image(png(80, 96, claiming), 500)
    assert refused.value.reason is ImageRefusal.NOT_AN_IMAGE


def test_a_picture_that_states_another_resolution_is_refused() -> None:
    with pytest.raises(UnreadableImage) as refused:
        decode_image(png(100, 100, physical(1000)), 500)
    assert refused.value.reason is ImageRefusal.WRONG_RESOLUTION


@pytest.mark.parametrize("stated_ppi", [500, 72])
def test_a_right_or_meaningless_statement_is_accepted(stated_ppi: float) -> None:
    assert decode_image(png(100, 100, physical(stated_ppi)), 500).shape == (100, 100)


@given(st.sampled_from([".png", ".bmp", ".tif"]), st.integers(0, 120), st.integers(0, 255))
def test_a_changed_header_byte_is_read_or_refused(extension: str, at: int, value: int) -> None:
    data = bytearray(encoded(extension, PICTURE))
    data[min(at, len(data) - 1)] = value
    try:
        image = decode_image(bytes(data), 500)
    except UnreadableImage:
        return
    assert image.ndim == 2
