"""Our extended data: kept and read back, ignored where it is somebody else's, refused damaged."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher import (
    Capture,
    ExtendedArea,
    Extractor,
    ImpressionType,
    Origin,
    QualityBlock,
    Record,
    RecordError,
    RecordReason,
    Standard,
    Template,
    View,
    is_outdated,
    read_record,
    renewed,
    to_record,
    write_record,
)
from matcher.records.own_areas import CLARITY_CODE, FIELD_CODE, MARK, ORIGIN_CODE
from matcher.ridge_field import BACKGROUND, RidgeField, cells_for
from tests.support.matcher_cases import MODEL, finger, golden_image
from tests.support.matcher_records import ISO_2005, ORIGIN, whole, with_field

LIMIT_BYTES = 4096


def read_again(view: View, standard: Standard = Standard.ISO_2005) -> View:
    (read,) = read_record(write_record(Record((view,), standard))).views
    return read


def with_area(code: int, data: bytes) -> bytes:
    """The plain vector's view with one raw area."""
    (view,) = read_record(ISO_2005).views
    return to_record([replace(view, extended=(ExtendedArea(code, data),))])


@pytest.mark.parametrize("standard", Standard)
def test_ridge_field_and_origin_come_back(standard: Standard) -> None:
    template = whole(with_field(finger(1)), standard)
    read = read_again(View(7, 0, 80, template, origin=ORIGIN), standard)
    assert read.template == template
    assert read.template.field == template.field
    assert read.origin == ORIGIN
    assert read.extended == ()


@settings(max_examples=50)
@given(
    st.integers(1, 600),
    st.integers(1, 600),
    st.integers(8, 255),
    st.integers(0, 2**31),
    st.floats(0, 1),
    st.booleans(),
)
def test_any_ridge_field_comes_back(
    width: int, height: int, cell_px: int, seed: int, background: float, is_mapped: bool
) -> None:
    random = np.random.default_rng(seed)
    cells = cells_for(width, height, cell_px)
    grid = random.integers(0, 180, cells).astype(np.uint8)
    grid[random.random(cells) < background] = BACKGROUND
    clarity = np.where(grid == BACKGROUND, 0, random.integers(0, 16, cells)).astype(np.uint8)
    field = RidgeField(cell_px, grid, clarity if is_mapped else None)
    template = replace(Template.empty(width, height), field=field)
    assert read_again(View(0, 0, 0, template)).template == template


def test_a_quality_map_takes_half_a_byte_a_cell_with_ridges() -> None:
    grid = np.array([[7, BACKGROUND, 9], [BACKGROUND, 90, 179]], np.uint8)
    clarity = np.array([[1, 0, 15], [0, 0, 12]], np.uint8)
    field = RidgeField(16, grid, clarity)
    data = to_record([View(7, 0, 80, replace(Template.empty(48, 32), field=field))])
    # Type code, length, mark, layout; 1, 15, 0 and 12.
    assert data.endswith(bytes.fromhex("5451 000B 5444584C01 1F0C"))
    (view,) = read_record(data).views
    assert view.template.field == field
    assert view.template.field != RidgeField(16, grid)


def test_a_quality_map_is_not_lost_on_readers_that_know_only_the_ridge_field() -> None:
    template = with_field(finger(1))
    later = ExtendedArea(CLARITY_CODE, MARK[:-1] + b"\x02 a later layout")
    assert template.field is not None
    plain = replace(template, field=replace(template.field, clarity=None))
    read = read_again(View(7, 0, 80, whole(plain), extended=(later,)))
    assert read.extended == (later,)
    assert read.template.field == plain.field


def test_each_view_keeps_its_own_image_size() -> None:
    small = replace(Template.empty(100, 120))
    small = with_field(small)
    large = with_field(finger(2))
    read = read_record(to_record([View(1, 0, 50, small), View(1, 1, 50, whole(large))]))
    sizes = [(view.template.width, view.template.height) for view in read.views]
    assert sizes == [(100, 120), (256, 360)]


def test_a_record_without_our_data_reads_as_before() -> None:
    (view,) = read_record(ISO_2005).views
    assert view.template.field is None
    assert view.origin is None
    assert to_record([view], device_id=0xB5) == ISO_2005


def test_others_find_our_areas_under_vendor_codes_with_true_lengths() -> None:
    data = to_record([View(7, 0, 80, Template.empty(32, 16), origin=ORIGIN)])
    # 21 bytes of extended data; type code, length, mark, layout; model, extraction, comparison.
    assert data[28:].hex() == "0015544400155444584c010123456789abcdef00030007"
    assert ORIGIN_CODE & 0xFF
    assert ORIGIN_CODE >> 8
    assert FIELD_CODE & 0xFF
    assert FIELD_CODE >> 8


@pytest.mark.parametrize(
    ("code", "data"),
    [
        (ORIGIN_CODE, b"somebody else's"),
        (FIELD_CODE, b""),
        (FIELD_CODE, MARK[:-1] + b"\x02 a later layout"),
        (0x0101, MARK + bytes(12)),
    ],
)
def test_what_only_looks_like_ours_is_kept_as_it_is(code: int, data: bytes) -> None:
    (view,) = read_record(with_area(code, data)).views
    assert view.extended == (ExtendedArea(code, data),)
    assert (view.origin, view.template.field) == (None, None)


def test_a_second_area_of_ours_is_not_mixed_with_the_first() -> None:
    first = View(7, 0, 80, finger(1), origin=ORIGIN)
    second = MARK + bytes.fromhex("ffffffffffffffff 0001 0001")
    read = read_again(replace(first, extended=(ExtendedArea(ORIGIN_CODE, second),)))
    assert read.origin == ORIGIN
    assert read.extended == (ExtendedArea(ORIGIN_CODE, second),)


@pytest.mark.parametrize(
    ("code", "content"),
    [
        (ORIGIN_CODE, "00" * 11),
        (ORIGIN_CODE, "00" * 13),
        (FIELD_CODE, "0200 02"),
        (FIELD_CODE, "0000 0200 10 00"),
        (FIELD_CODE, "0201 0200 FF 0000"),  # wider than the record's image
        (FIELD_CODE, "0200 0200 00 00"),
        (FIELD_CODE, "0200 0200 01 00"),  # 262,144 cells
        (FIELD_CODE, "0200 0200 FF 00"),  # nine cells, eight bits
        (FIELD_CODE, "0200 0200 FF 8000"),  # one cell with ridges, no orientation
        (FIELD_CODE, "0200 0200 FF 8000 10 20"),  # and one too many
        (FIELD_CODE, "0200 0200 FF 8000 B4"),  # half a turn
        (FIELD_CODE, "0200 0200 FF 0001 10"),  # a bit beyond the last cell
        (FIELD_CODE, "0100 0100 FF E000 10 20 30"),  # minutiae beside its image
        (CLARITY_CODE, ""),  # without a ridge field
    ],
)
def test_damaged_data_of_ours_is_refused(code: int, content: str) -> None:
    with pytest.raises(RecordError) as error:
        read_record(with_area(code, MARK + bytes.fromhex(content)))
    assert error.value.reason in (RecordReason.WRONG_EXTENDED_DATA, RecordReason.MINUTIA_OUTSIDE)


@pytest.mark.parametrize("content", ["", "12", "1234 56", "1235"])
def test_a_quality_map_that_does_not_fit_its_ridges_is_refused(content: str) -> None:
    field = RidgeField(16, np.array([[7, BACKGROUND, 9], [BACKGROUND, 90, BACKGROUND]], np.uint8))
    area = ExtendedArea(CLARITY_CODE, MARK + bytes.fromhex(content))
    template = replace(Template.empty(48, 32), field=field)
    with pytest.raises(RecordError) as error:
        read_record(to_record([View(7, 0, 80, template, extended=(area,))]))
    assert error.value.reason is RecordReason.WRONG_EXTENDED_DATA


def test_a_field_too_fine_or_too_coarse_is_not_written() -> None:
    for side, cell_px in ((600, 4), (600, 256)):
        template = with_field(Template.empty(side, side), cell_px=cell_px)
        with pytest.raises(RecordError) as error:
            to_record([View(1, 0, 50, template)])
        assert error.value.reason is RecordReason.WRONG_EXTENDED_DATA


def test_fields_too_large_together_are_refused() -> None:
    template = replace(
        Template.empty(1000, 1000),
        field=RidgeField(8, np.full((125, 125), BACKGROUND, np.uint8)),
    )
    views = [View(position, 0, 50, template) for position in range(11)]
    assert to_record(views)
    views += [View(10, number, 50, template) for number in range(1, 5)]
    with pytest.raises(RecordError) as error:
        to_record(views)
    assert error.value.reason is RecordReason.WRONG_EXTENDED_DATA


@pytest.mark.parametrize(("width", "height", "minutiae"), [(256, 360, 60), (388, 374, 100)])
def test_a_template_takes_at_most_four_kilobytes(width: int, height: int, minutiae: int) -> None:
    template = with_field(replace(finger(1, minutiae), width=width, height=height))
    assert len(to_record([View(7, 0, 80, template, origin=ORIGIN)])) < LIMIT_BYTES // 2
    largest = with_field(replace(finger(1, 255), width=500, height=750))
    assert len(to_record([View(7, 0, 80, largest, origin=ORIGIN)])) < LIMIT_BYTES


def test_templates_of_another_extraction_or_of_nobody_known_are_outdated() -> None:
    origin = Origin.of_model(b"a network")
    view = View(7, 0, 80, finger(1), origin=origin)
    assert not is_outdated(view, origin)
    assert not is_outdated(view, replace(origin, comparison=9))
    assert is_outdated(view, replace(origin, extraction=9))
    assert is_outdated(view, Origin.of_model(b"another network"))
    assert is_outdated(replace(view, origin=None), origin)


def test_a_stored_view_is_made_again_from_its_image() -> None:
    extractor = Extractor(MODEL)
    image = golden_image("loop")
    area = ExtendedArea(0x0221, b"somebody else's")
    old = View(7, 1, 33, finger(1), ImpressionType.SWIPE, (area,), replace(ORIGIN, extraction=1))
    new = renewed(old, image, 500, extractor)
    extraction = extractor.extract(image, 500)
    assert new.template == extraction.template
    assert (new.quality, new.origin) == (extraction.quality.score, extractor.origin)
    assert replace(new, template=old.template, quality=33, origin=old.origin) == old
    assert not is_outdated(new, extractor.origin)


def test_the_quality_of_a_view_made_again_leads_those_of_its_capture() -> None:
    told = (QualityBlock(255, 3, 4), QualityBlock(33, 1, 2))
    old = read_again(View(7, 1, 33, finger(1), capture=Capture(qualities=told)), Standard.ISO_2011)
    assert old.capture is not None
    assert old.capture.qualities == told
    new = renewed(old, golden_image("loop"), 500, Extractor(MODEL))
    read = read_again(new, Standard.ISO_2011)
    assert read.quality == new.quality != 33
    assert read.capture is not None
    assert read.capture.qualities == (QualityBlock(new.quality), *told)


def test_an_extractor_says_what_its_templates_come_from() -> None:
    extractor = Extractor(MODEL)
    assert extractor.origin == Origin.of_model(MODEL.read_bytes())
    assert extractor.extract(golden_image("loop"), 500).origin == extractor.origin


@pytest.mark.parametrize("model", ["", "0123456789ABCDEF", "0123456789abcdeg", "0" * 17])
def test_a_model_is_named_by_sixteen_digits(model: str) -> None:
    with pytest.raises(ValueError, match="16"):
        Origin(model)


def test_versions_have_sixteen_bits() -> None:
    with pytest.raises(ValueError, match="sixteen"):
        Origin("0" * 16, extraction=0x10000)
