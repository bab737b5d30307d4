"""Damaged records and image files, in small; `./dev prove matcher` takes 100,000 records."""

import struct
import tracemalloc
import zlib
from collections.abc import Iterator

import pytest

from matcher import ImageReason, ImageRefused, decode_image
from tests.support.matcher_fuzz import (
    HEADER_REASONS,
    MOST_BYTES,
    Account,
    fuzz_images,
    fuzz_reader,
    fuzz_writer,
    read_greedy,
    valid_images,
)

# Of 100,000, 5,000 and 20,000 in ./dev prove matcher.
READ_CASES = 6000
WRITTEN_CASES = 400
IMAGE_CASES = 500
PNG_HEADER_END = 33


@pytest.fixture
def traced_memory() -> Iterator[None]:
    tracemalloc.start()
    yield
    tracemalloc.stop()


def test_damage_gives_a_record_or_a_reason_and_every_reason_occurs() -> None:
    account = Account()
    fuzz_reader(READ_CASES, 20261121, account)
    assert account.cases == READ_CASES
    assert account.past_header > READ_CASES // 10
    assert account.outcomes["record"]
    assert set(account.outcomes) > HEADER_REASONS
    fuzz_writer(WRITTEN_CASES, 20261121, account)
    assert account.missing() == set()


@pytest.mark.usefixtures("traced_memory")
def test_no_record_makes_its_reader_allocate_a_megabyte() -> None:
    account = Account()
    read_greedy(account)
    fuzz_reader(200, 20261122, account)
    assert 100_000 < account.most_bytes < MOST_BYTES


def test_damaged_images_are_images_or_refused() -> None:
    account = Account()
    fuzz_images(IMAGE_CASES, 20261121, account)
    assert account.outcomes["image"] > IMAGE_CASES // 10
    assert set(account.outcomes) <= {"image", *ImageReason}


@pytest.mark.parametrize("length", [0x7FFFFFFF, 0xF0000000, 0xFFFFFFFF, 20_000])
def test_a_png_chunk_longer_than_its_file_is_never_handed_to_the_decoder(length: int) -> None:
    png = valid_images()[0]
    data = png[:PNG_HEADER_END] + struct.pack(">I", length) + png[PNG_HEADER_END + 4 :]
    with pytest.raises(ImageRefused) as refused:
        decode_image(data)
    assert refused.value.reason is ImageReason.NOT_AN_IMAGE


def test_a_png_of_countless_chunks_is_refused() -> None:
    png = valid_images()[0]
    note = struct.pack(">I4s", 0, b"zzZz") + struct.pack(">I", zlib.crc32(b"zzZz"))
    assert decode_image(png[:PNG_HEADER_END] + note * 10 + png[PNG_HEADER_END:]).shape
    with pytest.raises(ImageRefused):
        decode_image(png[:PNG_HEADER_END] + note * 5000 + png[PNG_HEADER_END:])
