"""Images to minutiae: golden values of pyfing, conventions, bad input."""

from math import pi
from pathlib import Path

import cv2
import numpy as np
import pytest

from matcher import Extractor, ModelUnusable, QualityReason, Template, threshold_for_fmr, verify
from matcher.extraction.decode import decoded
from matcher.extraction.polarity import is_inverted
from matcher.extraction.preprocess import Padded, cropped, framed, resampled
from matcher.extraction.ridge_field import ridge_field
from matcher.parameters import ExtractionParameters
from matcher.ridge_field import BACKGROUND
from tests.support.matcher_cases import (
    GOLDEN_NAMES,
    MODEL,
    golden_image,
    golden_minutiae,
    turned_image,
)

SURE = threshold_for_fmr(1e-5)


@pytest.fixture(scope="session")
def loop(extractor: Extractor) -> Template:
    return extractor.extract(golden_image("loop"), 500).template


@pytest.mark.parametrize("name", GOLDEN_NAMES)
def test_finds_the_minutiae_that_pyfing_finds(name: str) -> None:
    as_published = ExtractionParameters(quality_cut=0.6, most_cut_px=0)
    ours = Extractor(MODEL, parameters=as_published).extract(golden_image(name), 500).template
    golden = golden_minutiae(name)
    assert len(ours) == len(golden)
    for theirs in golden:
        off = np.hypot(ours.x - float(theirs["x"]), ours.y - float(theirs["y"]))
        nearest = int(off.argmin())
        assert off[nearest] <= 1
        turn = (ours.angle_rad[nearest] - float(theirs["angle_rad"]) + pi) % (2 * pi) - pi
        assert abs(turn) < 0.02
        assert ours.kind[nearest] == (1 if theirs["kind"] == "E" else 2)
        assert abs(ours.quality[nearest] / 100 - float(theirs["quality"])) < 0.02


def test_weak_minutiae_are_kept_with_their_quality(loop: Template) -> None:
    assert len(loop) > len(golden_minutiae("loop"))
    assert loop.quality.min() >= 20


def test_a_turned_finger_matches_by_the_turned_directions(
    extractor: Extractor, loop: Template
) -> None:
    turned = extractor.extract(turned_image(golden_image("loop"), 0.5), 500).template
    comparison = verify(turned, loop)
    assert comparison.score > SURE
    ours, theirs = comparison.pairs.T
    turn = (turned.angle_rad[ours] - loop.angle_rad[theirs] + pi) % (2 * pi) - pi
    assert np.median(turn) == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("ppi", [250, 333, 800, 1000])
def test_other_resolutions_give_the_same_finger_at_500(
    extractor: Extractor, loop: Template, ppi: int
) -> None:
    size = (round(256 * ppi / 500), round(360 * ppi / 500))
    scaled = cv2.resize(golden_image("loop"), size, interpolation=cv2.INTER_AREA)
    template = extractor.extract(np.asarray(scaled, dtype=np.uint8), ppi).template
    assert template.resolution_ppi == 500
    assert (template.width, template.height) == pytest.approx((256, 360), abs=1)
    assert verify(template, loop).score > SURE


def test_a_small_sensor_s_part_of_a_finger_matches(extractor: Extractor, loop: Template) -> None:
    part = np.ascontiguousarray(golden_image("loop")[132:228, 80:176])
    extraction = extractor.extract(part, 500)
    assert (extraction.template.width, extraction.template.height) == (96, 96)
    assert verify(extraction.template, loop).score > SURE
    assert QualityReason.TOO_SMALL in extraction.quality.reasons


def test_a_finger_on_a_large_plate_matches(extractor: Extractor, loop: Template) -> None:
    image = golden_image("loop")
    plate = np.full((1000, 1000), image[0, 0], np.uint8)
    plate[300:660, 500:756] = image
    assert verify(extractor.extract(plate, 500).template, loop).score > SURE


@pytest.mark.parametrize("name", GOLDEN_NAMES)
def test_light_ridges_on_a_dark_plate_give_the_minutiae_of_dark_ones(
    extractor: Extractor, name: str
) -> None:
    # Not only a match: untold, endings would be bifurcations and the quality another.
    image = golden_image(name)
    light, dark = (extractor.extract(one, 500) for one in (255 - image, image))
    assert light.template == dark.template
    assert light.quality == dark.quality


@pytest.mark.parametrize("grey", [0, 128, 255])
def test_a_constant_picture_is_an_empty_plate(extractor: Extractor, grey: int) -> None:
    extraction = extractor.extract(np.full((120, 100), grey, np.uint8), 500)
    assert extraction.quality.score == 0
    assert extraction.quality.reasons == (QualityReason.EMPTY_PLATE,)
    assert len(extraction.template) <= 3


@pytest.mark.parametrize("name", GOLDEN_NAMES)
@pytest.mark.parametrize("covered", [False, True])
def test_polarity_is_told_with_and_without_the_plate_in_view(name: str, covered: bool) -> None:
    whole = golden_image(name)
    height, width = whole.shape
    image = whole[height // 3 : -height // 4, width // 4 : -width // 4] if covered else whole
    field = ridge_field(image)
    assert not is_inverted(image, field)
    if not covered:
        assert is_inverted(255 - image, ridge_field(255 - image))


def test_where_no_plate_is_seen_the_ridges_tell_for_they_differ_more_than_valleys() -> None:
    y, x = np.mgrid[:200, :200]
    random = np.random.default_rng(4).normal(size=y.shape)
    firmness = cv2.GaussianBlur(random, (0, 0), 4.0)
    firmness = np.clip(90 + 45 * firmness / firmness.std(), 30, 200)
    line = np.maximum(np.cos(np.hypot(x + 60, y + 40) * 2 * pi / 9), 0) ** 2
    ridges = np.rint(225 - firmness * line).astype(np.uint8)
    field = ridge_field(ridges)
    assert (field.orientation == BACKGROUND).sum() <= 4  # the corners
    assert not is_inverted(ridges, field)
    assert is_inverted(255 - ridges, ridge_field(255 - ridges))


def test_a_finer_picture_is_averaged_so_that_ridges_do_not_alias() -> None:
    fine = np.zeros((200, 200), np.uint8)
    fine[::2, ::2] = fine[1::2, 1::2] = 200
    coarse = resampled(fine, 0.5)
    assert coarse.shape == (100, 100)
    assert (coarse == 100).all()


@pytest.mark.parametrize("grey", [0, 255])
def test_a_plate_without_ridges_has_no_polarity(grey: int) -> None:
    plate = np.full((200, 200), grey, np.uint8)
    assert not is_inverted(plate, ridge_field(plate))


@pytest.mark.parametrize(
    ("height", "width", "ppi"), [(64, 64, 1000), (96, 96, 500), (64, 2000, 1000), (97, 131, 250)]
)
def test_noise_of_any_size_gives_a_template_and_a_reason(
    extractor: Extractor, height: int, width: int, ppi: float
) -> None:
    noise = np.random.default_rng(5).integers(0, 256, (height, width)).astype(np.uint8)
    extraction = extractor.extract(noise, ppi)
    scale = 500 / ppi
    assert extraction.template.width == round(width * scale)
    assert extraction.template.height == round(height * scale)
    assert extraction.quality.reasons


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_quarter_turns_turn_the_minutiae(
    extractor: Extractor, loop: Template, quarters: int
) -> None:
    image = np.ascontiguousarray(np.rot90(golden_image("loop"), quarters))
    assert verify(extractor.extract(image, 500).template, loop).score > SURE


def test_no_more_minutiae_than_a_record_holds() -> None:
    random = np.random.default_rng(3)
    found = random.uniform(0.2, 0.9, (400, 6)).astype(np.float32)
    found[:, 0], found[:, 1] = np.divmod(np.arange(400) * 10, 200)
    frame = Padded(np.zeros((224, 224), np.uint8), left=0, top=0)
    template = decoded(found, frame, 200, 200, ExtractionParameters())
    assert len(template) == 255
    assert template.quality.min() >= round(np.sort(found[:, 5])[-255] * 100) - 1


def test_minutiae_in_the_padding_are_none_of_the_picture() -> None:
    found = np.array([[3, 40, 1, 0, 1, 0.9], [30, 40, 1, 0, 1, 0.8]], np.float32)
    frame = Padded(np.zeros((96, 96), np.uint8), left=10, top=8)
    template = decoded(found, frame, 80, 70, ExtractionParameters())
    assert (template.x.tolist(), template.y.tolist()) == ([30], [22])


@pytest.mark.parametrize(
    ("size", "frame", "corner"),
    [
        ((374, 388), (384, 384), (5, -2)),
        ((360, 256), (352, 256), (-4, 0)),
        ((300, 301), (320, 320), (10, 9)),
        ((97, 73), (96, 96), (0, 11)),
        ((38, 31), (32, 32), (-3, 0)),
        ((32, 8), (32, 32), (0, 12)),
    ],
)
def test_a_frame_has_sides_that_can_be_halved_and_loses_four_pixels_at_most(
    size: tuple[int, int], frame: tuple[int, int], corner: tuple[int, int]
) -> None:
    grey = np.random.default_rng(1).integers(0, 256, size).astype(np.uint8)
    found = framed(grey, ExtractionParameters())
    assert found.pixels.shape == frame
    assert (found.top, found.left) == corner
    y, x = size[0] // 2, size[1] // 2
    assert found.pixels[y + found.top, x + found.left] == grey[y, x]


@pytest.mark.parametrize("name", ["loop", "whorl"])  # both are cut
def test_a_frame_cut_narrower_gives_nearly_the_same_minutiae(
    extractor: Extractor, name: str
) -> None:
    image = golden_image(name)
    whole = Extractor(MODEL, parameters=ExtractionParameters(most_cut_px=0))
    narrow, wide = (one.extract(image, 500).template for one in (extractor, whole))
    apart = np.hypot(narrow.x[:, None] - wide.x, narrow.y[:, None] - wide.y).min(axis=1)
    assert (apart <= 2).mean() > 0.95


def test_of_a_large_plate_the_network_sees_the_finger_and_a_margin() -> None:
    image = golden_image("loop")
    plate = np.full((1000, 1000), image[0, 0], np.uint8)
    plate[320:680, 480:736] = image
    p = ExtractionParameters()
    whole = framed(plate, p)
    seen = cropped(whole, ridge_field(plate), p)
    assert seen.pixels.size < whole.pixels.size / 2
    assert all(side % p.side_multiple_px == 0 for side in seen.pixels.shape)
    y, x = 320 + seen.top, 480 + seen.left  # where the finger's picture begins
    np.testing.assert_array_equal(seen.pixels[y : y + 360, x : x + 256], image)
    blank = np.full((96, 96), 200, np.uint8)
    whole = framed(blank, p)
    assert cropped(whole, ridge_field(blank), p) is whole


def test_the_part_round_the_ridges_gives_the_minutiae_of_the_whole(extractor: Extractor) -> None:
    image = golden_image("loop")
    plate = np.full((600, 700), image[0, 0], np.uint8)
    plate[96:456, 320:576] = image
    whole = Extractor(MODEL, parameters=ExtractionParameters(crop_margin_px=1000))
    small = extractor.extract(plate, 500).template
    large = whole.extract(plate, 500).template
    for some, others in ((small, large), (large, small)):
        sure = some.quality >= 40
        assert sure.sum() > 30
        for x, y in zip(some.x[sure], some.y[sure], strict=True):
            assert np.hypot(others.x - x, others.y - y).min() < 1.5


def test_a_missing_or_damaged_model_says_so(tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable):
        Extractor(tmp_path / "none.onnx")
    damaged = tmp_path / "damaged.onnx"
    damaged.write_bytes(MODEL.read_bytes()[:1000])
    with pytest.raises(ModelUnusable):
        Extractor(damaged)
