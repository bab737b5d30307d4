"""Every rule of the three standards that bytes or views may break, each with its reason."""

from dataclasses import replace

import pytest

from matcher import (
    Capture,
    CaptureTime,
    ExtendedArea,
    ImpressionType,
    QualityBlock,
    Record,
    RecordError,
    RecordReason,
    Standard,
    View,
    read_record,
    write_record,
)
from tests.support.matcher_cases import finger
from tests.support.matcher_records import (
    ANSI_2004,
    ISO_2005,
    ISO_2011,
    VECTORS,
    changed,
    lengthened,
)

# Offsets of ISO/IEC 19794-2:2005 from the width on; those of ANSI INCITS 378-2004 lie 2 further.
BROKEN_VIEWS = {
    (14, "0000"): RecordReason.WRONG_SIZE,
    (16, "4001"): RecordReason.WRONG_SIZE,
    (18, "00000000"): RecordReason.WRONG_RESOLUTION,
    (20, "0100"): RecordReason.WRONG_RESOLUTION,
    (22, "00"): RecordReason.NO_VIEWS,
    (22, "02"): RecordReason.TRUNCATED,
    (23, "01"): RecordReason.RESERVED_BITS,
    (24, "0b"): RecordReason.WRONG_POSITION,
    (25, "10"): RecordReason.VIEW_ORDER,
    (25, "04"): RecordReason.WRONG_IMPRESSION_TYPE,
    (26, "65"): RecordReason.WRONG_QUALITY,
    (27, "ff"): RecordReason.TRUNCATED,
    (27, "03"): RecordReason.TRUNCATED,
    (28, "c0"): RecordReason.WRONG_MINUTIA_TYPE,
    (28, "4200"): RecordReason.MINUTIA_OUTSIDE,
    (30, "0200"): RecordReason.MINUTIA_OUTSIDE,
    (30, "80"): RecordReason.RESERVED_BITS,
    (33, "65"): RecordReason.WRONG_QUALITY,
    (40, "0001"): RecordReason.TRUNCATED,
}
BROKEN_2005 = [(changed(ISO_2005, *where), reason) for where, reason in BROKEN_VIEWS.items()]
BROKEN_ANSI = [
    *((changed(ANSI_2004, at + 2, new), reason) for (at, new), reason in BROKEN_VIEWS.items()),
    (changed(ANSI_2004, 10, "0000"), RecordReason.WRONG_OWNER),
    (changed(ANSI_2004, 34, "B4"), RecordReason.WRONG_ANGLE),
    # What two bytes can tell is not told in six.
    (
        ANSI_2004[:8] + bytes.fromhex("0000 00000030") + ANSI_2004[10:],
        RecordReason.WRONG_LENGTH,
    ),
]
BROKEN_2011 = [
    (changed(ISO_2011, 12, "0000"), RecordReason.NO_VIEWS),
    (changed(ISO_2011, 12, "0002"), RecordReason.TRUNCATED),
    (changed(ISO_2011, 12, "00B1"), RecordReason.TOO_MANY_VIEWS),
    (changed(ISO_2011, 14, "02"), RecordReason.RESERVED_BITS),
    (changed(ISO_2011, 14, "01"), RecordReason.TRUNCATED),
    (changed(ISO_2011, 15, "00000003"), RecordReason.WRONG_LENGTH),
    (changed(ISO_2011, 15, "00000020"), RecordReason.TRUNCATED),
    (changed(ISO_2011, 15, "FFFFFFFF"), RecordReason.TRUNCATED),
    (changed(ISO_2011, 21, "0D"), RecordReason.WRONG_CAPTURE_TIME),
    (changed(ISO_2011, 19, "FFFF"), RecordReason.WRONG_CAPTURE_TIME),
    (changed(ISO_2011, 28, "15"), RecordReason.WRONG_TECHNOLOGY),
    (changed(ISO_2011, 33, "FF"), RecordReason.TRUNCATED),
    (changed(ISO_2011, 34, "65"), RecordReason.WRONG_QUALITY),
    (changed(ISO_2011, 39, "0B"), RecordReason.WRONG_POSITION),
    (changed(ISO_2011, 40, "10"), RecordReason.VIEW_ORDER),
    (changed(ISO_2011, 41, "0000"), RecordReason.WRONG_RESOLUTION),
    (changed(ISO_2011, 43, "00C6"), RecordReason.WRONG_RESOLUTION),
    (changed(ISO_2011, 45, "0A"), RecordReason.WRONG_IMPRESSION_TYPE),
    (changed(ISO_2011, 46, "0000"), RecordReason.WRONG_SIZE),
    (changed(ISO_2011, 50, "70"), RecordReason.WRONG_MINUTIA_LAYOUT),
    (changed(ISO_2011, 50, "62"), RecordReason.WRONG_MINUTIA_LAYOUT),
    (changed(ISO_2011, 50, "50"), RecordReason.TRUNCATED),
    (changed(ISO_2011, 51, "FF"), RecordReason.TRUNCATED),
    (changed(ISO_2011, 52, "C0"), RecordReason.WRONG_MINUTIA_TYPE),
    (changed(ISO_2011, 57, "65"), RecordReason.WRONG_QUALITY),
    (changed(ISO_2011, 64, "0001"), RecordReason.TRUNCATED),
]
# Extended data: a block of two bytes, an area longer or shorter than its block, too many areas.
BROKEN_EXTENDED = ["0002 0101", "0005 0101 0006 AA", "0004 0101 0003", "0024" + "0101 0004" * 9]


def reason_of(data: bytes) -> RecordReason:
    with pytest.raises(RecordError) as error:
        read_record(data)
    return error.value.reason


@pytest.mark.parametrize(("data", "reason"), [*BROKEN_2005, *BROKEN_ANSI, *BROKEN_2011])
def test_each_broken_rule_has_its_reason(data: bytes, reason: RecordReason) -> None:
    assert reason_of(data) is reason


@pytest.mark.parametrize("standard", Standard)
def test_what_no_header_may_say(standard: Standard) -> None:
    vector = VECTORS[standard]
    assert reason_of(b"") is RecordReason.TRUNCATED
    assert reason_of(vector[:11]) is RecordReason.TRUNCATED
    assert reason_of(vector[:-1]) is RecordReason.WRONG_LENGTH
    assert reason_of(vector + b"\0") is RecordReason.WRONG_LENGTH
    assert reason_of(vector + bytes(1 << 17)) is RecordReason.TOO_LONG
    assert reason_of(changed(vector, 0, "464D58")) is RecordReason.WRONG_MAGIC
    assert reason_of(changed(vector, 4, "3033")[:7] + b"X" + vector[8:]) in (
        RecordReason.WRONG_VERSION,
        RecordReason.WRONG_LENGTH,
    )


@pytest.mark.parametrize("standard", Standard)
@pytest.mark.parametrize("tail", BROKEN_EXTENDED)
def test_extended_areas_fill_their_block(standard: Standard, tail: str) -> None:
    assert reason_of(lengthened(VECTORS[standard], tail)) is RecordReason.WRONG_EXTENDED_DATA


@pytest.mark.parametrize("standard", Standard)
def test_the_length_of_an_area_counts_its_own_head(standard: Standard) -> None:
    (view,) = read_record(lengthened(VECTORS[standard], "0007 0101 0007 AABBCC")).views
    assert view.extended == (ExtendedArea(0x0101, b"\xaa\xbb\xcc"),)


def test_only_the_edition_of_2005_may_leave_the_head_of_an_area_out() -> None:
    uncounted = "0007 0101 0003 AABBCC"
    (view,) = read_record(lengthened(ISO_2005, uncounted)).views
    assert view.extended == (ExtendedArea(0x0101, b"\xaa\xbb\xcc"),)
    for vector in (ANSI_2004, ISO_2011):
        assert reason_of(lengthened(vector, uncounted)) is RecordReason.WRONG_EXTENDED_DATA


def test_a_finger_has_a_number_once_in_2011_but_may_begin_anywhere() -> None:
    view = View(1, 5, 50, finger(1))
    data = write_record(Record((view,), Standard.ISO_2011))
    assert read_record(data).views[0].number == 5
    twice = data[:12] + b"\0\2" + data[14:] + data[15:]
    twice = changed(twice, 8, f"{len(twice):08x}")
    assert reason_of(twice) is RecordReason.VIEW_ORDER


FINE = View(1, 0, 50, finger(1))
SMUDGE = finger(1, 0)


@pytest.mark.parametrize("standard", Standard)
@pytest.mark.parametrize(
    ("views", "reason"),
    [
        ([], RecordReason.NO_VIEWS),
        ([FINE, FINE], RecordReason.VIEW_ORDER),
        ([replace(FINE, number=16)], RecordReason.VIEW_ORDER),
        ([replace(FINE, position=11)], RecordReason.WRONG_POSITION),
        ([replace(FINE, quality=101)], RecordReason.WRONG_QUALITY),
        ([View(1, 0, 50, finger(1, 256))], RecordReason.TOO_MANY_MINUTIAE),
        (
            [replace(FINE, template=replace(finger(1), x=finger(1).x + 300))],
            RecordReason.MINUTIA_OUTSIDE,
        ),
        (
            [replace(FINE, template=replace(SMUDGE, width=16385))],
            RecordReason.WRONG_SIZE,
        ),
        (
            [replace(FINE, template=replace(SMUDGE, resolution_ppi=1e-3))],
            RecordReason.WRONG_RESOLUTION,
        ),
        (
            [replace(FINE, template=replace(SMUDGE, resolution_ppi=1e300))],
            RecordReason.WRONG_RESOLUTION,
        ),
        ([replace(FINE, extended=(ExtendedArea(0, b""),))], RecordReason.WRONG_EXTENDED_DATA),
        (
            [replace(FINE, extended=(ExtendedArea(0x0101, bytes(0xFFFC)),))],
            RecordReason.WRONG_EXTENDED_DATA,
        ),
        (
            [View(p % 10, p // 10, 50, SMUDGE) for p in range(256)],
            None,
        ),
    ],
)
def test_views_that_cannot_stand_in_one_record(
    standard: Standard, views: list[View], reason: RecordReason | None
) -> None:
    with pytest.raises(RecordError) as error:
        write_record(Record(tuple(views), standard))
    assert error.value.reason is (reason or RecordReason.TOO_MANY_VIEWS)


def test_one_header_has_one_resolution() -> None:
    views = (FINE, View(2, 0, 50, replace(finger(1), resolution_ppi=1000)))
    for standard in (Standard.ISO_2005, Standard.ANSI_2004):
        with pytest.raises(RecordError) as error:
            write_record(Record(views, standard))
        assert error.value.reason is RecordReason.MIXED_IMAGES
    read = read_record(write_record(Record(views, Standard.ISO_2011)))
    assert [view.template.resolution_ppi for view in read.views] == pytest.approx(
        [500, 1000], rel=3e-3
    )


def test_a_gap_in_the_numbers_of_a_finger_is_refused_before_2011() -> None:
    views = (FINE, replace(FINE, number=2))
    scattered = (FINE, View(2, 0, 50, finger(1)), replace(FINE, number=1))
    for standard in (Standard.ISO_2005, Standard.ANSI_2004):
        for wrong in (views, scattered):
            with pytest.raises(RecordError) as error:
                write_record(Record(wrong, standard))
            assert error.value.reason is RecordReason.VIEW_ORDER


def test_records_longer_than_a_person_needs_are_not_written() -> None:
    area = ExtendedArea(0x0101, bytes(60_000))
    views = tuple(View(p, 0, 50, SMUDGE, extended=(area,)) for p in (1, 2, 3))
    with pytest.raises(RecordError) as error:
        write_record(Record(views))
    assert error.value.reason is RecordReason.TOO_LONG


def test_latent_impressions_are_of_2011_only() -> None:
    latent = replace(FINE, impression_type=ImpressionType.LATENT_LIFT)
    with pytest.raises(RecordError) as error:
        write_record(Record((latent,), Standard.ANSI_2004))
    assert error.value.reason is RecordReason.WRONG_IMPRESSION_TYPE


@pytest.mark.parametrize(
    ("capture", "reason"),
    [
        (Capture(CaptureTime(2026, None, 3)), RecordReason.WRONG_CAPTURE_TIME),
        (Capture(CaptureTime(2026, 13)), RecordReason.WRONG_CAPTURE_TIME),
        (Capture(technology=21), RecordReason.WRONG_TECHNOLOGY),
        (Capture(qualities=(QualityBlock(101),)), RecordReason.WRONG_QUALITY),
    ],
)
def test_captures_that_2011_cannot_tell(capture: Capture, reason: RecordReason) -> None:
    with pytest.raises(RecordError) as error:
        write_record(Record((replace(FINE, capture=capture),), Standard.ISO_2011))
    assert error.value.reason is reason


def test_header_values_beyond_their_bits_are_bugs() -> None:
    for wrong in (Record((FINE,), device_id=0x1000), Record((FINE,), certification=16)):
        with pytest.raises(ValueError, match="twelve bits"):
            write_record(wrong)
    with pytest.raises(ValueError, match="sixteen bits"):
        write_record(Record((FINE,), Standard.ANSI_2004, product=0x10000))
    with pytest.raises(RecordError):
        write_record(Record((FINE,), Standard.ANSI_2004, owner=0))
