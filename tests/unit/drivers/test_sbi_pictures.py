"""Records and streams of pictures from a Secure Biometric Interface service, good and bad."""

from __future__ import annotations

import io
import struct
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image as PillowImage

from drivers.fingerprint_reader.sbi.image_record import Compression, read_impression
from drivers.fingerprint_reader.sbi.motion_jpeg import boundary_of, pictures
from drivers.fingerprint_reader.sbi.picture import decoded_jpeg, decoded_jpeg2000
from drivers.fingerprint_reader.sbi.strict_json import AnswerInvalid
from tests.support.drivers_sbi_mock import part
from tests.support.drivers_sbi_records import Record, encoded, plain_record, ridges

PLAIN = Record(ridges().tobytes())

# 64x64 pixels of one grey, 508 ppi given as 200 a centimetre, one quality and one certification
# block: byte for byte after the tables that github.com/mosip/bio-utils quotes from the standard.
LITERAL = (
    bytes.fromhex(
        "46495200 30323000 00001042 0001 01 01"  # FIR, 020, 4162 bytes, 1, with certificates, 1
        "00001032 07ea 0b 15 09 00 00 0000"  # 4146 bytes, 2026-11-21 09:00:00.000
        "00 0000 0000 01 50 0000 0001"  # unknown device; one quality block: 80
        "01 0001 01"  # one certification block
        "00 01 02 00c8 00c8 00c8 00c8"  # unknown finger, first, per centimetre, 200
        "08 00 00 0040 0040 00001000"  # 8 bits, none, live-scan plain, 64x64, 4096 bytes
    )
    + b"\x80" * 4096
)


def flaw(record: bytes) -> str:
    with pytest.raises(AnswerInvalid) as caught:
        read_impression(record)
    return caught.value.word


def test_a_record_byte_for_byte() -> None:
    impression = read_impression(LITERAL)
    assert impression.image.shape == (64, 64)
    assert set(impression.image.flat) == {0x80}
    assert impression.resolution_ppi == pytest.approx(508)


@pytest.mark.parametrize(
    ("ending", "compression"),
    [
        ("jp2", Compression.JPEG_2000_LOSSLESS),
        ("j2k", Compression.JPEG_2000_LOSSY),
        ("png", Compression.PNG),
    ],
)
def test_compressions_that_lose_nothing(ending: str, compression: Compression) -> None:
    record = Record(encoded(ridges(), ending), compression).to_bytes()
    assert np.array_equal(read_impression(record).image, ridges())


def test_a_jpeg_2000_picture_of_another_encoder() -> None:
    file = io.BytesIO()
    PillowImage.fromarray(ridges()).save(file, "JPEG2000")
    assert np.array_equal(decoded_jpeg2000(file.getvalue()), ridges())


def test_jpeg_is_read_although_it_loses() -> None:
    record = Record(encoded(ridges(), "jpg"), Compression.JPEG).to_bytes()
    difference = read_impression(record).image.astype(int) - ridges()
    assert np.abs(difference).mean() < 4


def test_blocks_and_extended_data_are_passed_over() -> None:
    record = replace(
        PLAIN,
        quality_blocks=b"\x50\x00\x00\x00\x01" * 3,
        certified=1,
        certification_blocks=b"\x00\x01\x01" * 2,
        extended=b"\x00\x02\x00\x04",
    )
    assert np.array_equal(read_impression(record.to_bytes()).image, ridges())


@pytest.mark.parametrize(
    ("record", "word"),
    [
        (replace(PLAIN, magic=b"FMR\0"), "no finger image record of 2011"),
        (replace(PLAIN, version=b"010\0"), "no finger image record of 2011"),
        (replace(PLAIN, length=7), "broken record"),
        (replace(PLAIN, stated=7), "broken record"),
        (replace(PLAIN, certified=2), "broken record"),
        (replace(PLAIN, representations=2), "not one finger in the record"),
        (replace(PLAIN, representations=0), "not one finger in the record"),
        (replace(PLAIN, unit=0), "no resolution"),
        (replace(PLAIN, across=1000), "picture with two resolutions"),
        (replace(PLAIN, across=100, down=100), "impossible resolution"),
        (replace(PLAIN, depth=1), "picture not of 8 bits"),
        (replace(PLAIN, width=255), "broken record"),
        (replace(PLAIN, width=0), "impossible picture size"),
        (replace(PLAIN, height=60_000), "impossible picture size"),
        (replace(PLAIN, size=2**32 - 1), "broken record"),
        (replace(PLAIN, compression=1), "unknown compression"),
        (replace(PLAIN, compression=2), "WSQ pictures cannot be decoded"),
        (replace(PLAIN, compression=3), "no JPEG picture"),
        (replace(PLAIN, compression=5), "no JPEG 2000 picture"),
        (replace(PLAIN, compression=6), "no PNG picture"),
        (Record(encoded(ridges(), "png")[:900], Compression.PNG), "broken picture"),
        (Record(encoded(ridges(), "bmp"), Compression.PNG), "no PNG picture"),
        (Record(encoded(ridges().T, "jp2"), Compression.JPEG_2000_LOSSY), "broken record"),
    ],
)
def test_records_that_are_refused(record: Record, word: str) -> None:
    assert flaw(record.to_bytes()) == word


def test_a_record_cut_anywhere_is_refused() -> None:
    whole = plain_record(ridges())
    for length in (0, 3, 15, 16, 20, 34, 40, 56, 57, 1000, len(whole) - 1):
        assert flaw(whole[:length]) in ("record cut short", "broken record")
    assert flaw(whole * 60) == "record too long"


def changed_size(width: int, height: int, tile: int = 0) -> bytes:
    """A JPEG 2000 codestream that announces something else than it holds."""
    data = bytearray(encoded(ridges(), "j2k"))
    struct.pack_into(">II", data, 8, width, height)
    struct.pack_into(">II", data, 24, tile or width, tile or height)
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (changed_size(60_000, 60_000), "impossible picture size"),
        (changed_size(1_999, 1_999, tile=1), "too many tiles"),
        (encoded(np.dstack([ridges()] * 3), "jp2"), "no grey JPEG 2000 picture"),
        (encoded(ridges(), "jp2")[:60], "broken picture"),
        (encoded(ridges(), "j2k")[:30], "broken picture"),
    ],
)
def test_jpeg_2000_is_judged_before_it_is_decoded(data: bytes, word: str) -> None:
    with pytest.raises(AnswerInvalid, match=word):
        decoded_jpeg2000(data)


def jpeg_of(width: int, height: int) -> bytes:
    data = bytearray(encoded(ridges(), "jpg"))
    place = data.index(b"\xff\xc0")
    struct.pack_into(">HH", data, place + 5, height, width)
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (jpeg_of(60_000, 60_000), "impossible picture size"),
        (b"\xff\xd8\xff\xd9", "broken picture"),
        (b"\xff\xd8" + b"\xff\xe0\x00\x02" * 9, "broken picture"),
        (b"GIF89a", "no JPEG picture"),
    ],
)
def test_jpeg_is_judged_before_it_is_decoded(data: bytes, word: str) -> None:
    with pytest.raises(AnswerInvalid, match=word):
        decoded_jpeg(data)


# --- the stream -----------------------------------------------------------------------------

NAME = b"--BoundaryString"


def stream(data: bytes) -> list[bytes]:
    return list(pictures(io.BytesIO(data), NAME))


def test_pictures_follow_each_other() -> None:
    found = stream(part(ridges()) + part(None) + b"\r\n" + part(ridges()))
    assert len(found) == 3
    assert found[0] == found[2] == encoded(ridges(), "jpg")


@pytest.mark.parametrize(
    ("content_type", "boundary"),
    [
        ("multipart/x-mixed-replace; boundary=--BoundaryString", NAME),
        ('Multipart/X-Mixed-Replace;boundary="frame"', b"frame"),
        ("application/json", None),
        ("multipart/x-mixed-replace", None),
        ("multipart/x-mixed-replace; boundary=" + "x" * 71, None),
    ],
)
def test_the_boundary_comes_from_the_header(content_type: str, boundary: bytes | None) -> None:
    assert boundary_of(content_type) == boundary


def test_two_more_hyphens_and_an_end_are_taken_too() -> None:
    data = b"--frame\r\ncontent-type: image/jpeg\r\ncontent-length: 2\r\n\r\nab\r\n--frame--\r\n"
    assert list(pictures(io.BytesIO(data), b"frame")) == [b"ab"]


def test_a_picture_cut_short_is_no_picture() -> None:
    assert stream(part(None)[:-1]) == []
    assert stream(b"") == []


HEAD = b"--BoundaryString\r\nContent-Type:image/jpeg\r\n"


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"junk\r\n", "no boundary in the stream"),
        (b"\r\n" * 30, "no boundary in the stream"),
        (HEAD + b"\r\n", "bad length in the stream"),
        (HEAD + b"Content-Length:0\r\n\r\n", "bad length in the stream"),
        (HEAD + b"Content-Length:-5\r\n\r\n", "bad length in the stream"),
        (HEAD + b"Content-Length:2000001\r\n\r\n", "bad length in the stream"),
        (HEAD + b"Content-Length:99999999999999999999\r\n\r\n", "bad length in the stream"),
        (HEAD + b"X-Long:" + b"a" * 600 + b"\r\n\r\n", "line too long in the stream"),
        (b"--BoundaryString\r\nContent-Type:text/html\r\n\r\n", "no JPEG in the stream"),
    ],
)
def test_streams_that_are_refused(data: bytes, word: str) -> None:
    with pytest.raises(AnswerInvalid, match=word):
        stream(data)


def test_a_stream_ends_with_its_line() -> None:
    class Torn(io.BytesIO):
        def readline(self, size: int | None = -1, /) -> bytes:
            raise ValueError("chunk")

    with pytest.raises(AnswerInvalid, match="stream cut short"):
        list(pictures(Torn(), NAME))
