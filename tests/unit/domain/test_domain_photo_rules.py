"""Soft rules of a photo: each limit, and what is said first."""

from dataclasses import replace

import pytest

from station.domain.photo_rules import (
    MAX_GROUND_DIFFERENCE,
    MAX_GROUND_SPREAD,
    MAX_HEAD_TOP,
    MAX_HEAD_WIDTH,
    MAX_LIGHTNESS,
    MIN_HEAD_TOP,
    MIN_HEAD_WIDTH,
    MIN_LIGHTNESS,
    MIN_SHARPNESS,
    MeasuredHead,
    MeasuredPhoto,
    PhotoWarning,
    warnings_of,
)

HEAD = MeasuredHead(width=0.55, top=0.12, middle=0.5, sharpness=200.0)
PHOTO = MeasuredPhoto(lightness=70.0, ground_difference=3.0, ground_spread=2.0, head=HEAD)
LITTLE = 1e-6


def test_a_good_photo_breaks_nothing() -> None:
    assert warnings_of(PHOTO) == ()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"width": MIN_HEAD_WIDTH - LITTLE}, PhotoWarning.HEAD_TOO_SMALL),
        ({"width": MAX_HEAD_WIDTH + LITTLE}, PhotoWarning.HEAD_TOO_LARGE),
        ({"top": MIN_HEAD_TOP - LITTLE}, PhotoWarning.HEAD_OFF_CENTRE),
        ({"top": MAX_HEAD_TOP + LITTLE}, PhotoWarning.HEAD_OFF_CENTRE),
        ({"middle": 0.39}, PhotoWarning.HEAD_OFF_CENTRE),
        ({"middle": 0.61}, PhotoWarning.HEAD_OFF_CENTRE),
        ({"sharpness": MIN_SHARPNESS - LITTLE}, PhotoWarning.TOO_SOFT),
    ],
)
def test_a_head_outside_a_limit(change: dict[str, float], expected: PhotoWarning) -> None:
    assert warnings_of(replace(PHOTO, head=replace(HEAD, **change))) == (expected,)


@pytest.mark.parametrize("width", [MIN_HEAD_WIDTH, 248 / 390, MAX_HEAD_WIDTH])
def test_both_published_sizes_of_a_head_are_right(width: float) -> None:
    assert warnings_of(replace(PHOTO, head=replace(HEAD, width=width))) == ()


def test_ground_of_another_colour_and_with_a_shadow() -> None:
    other = replace(PHOTO, ground_difference=MAX_GROUND_DIFFERENCE + LITTLE)
    assert warnings_of(other) == (PhotoWarning.BACKGROUND_COLOUR,)
    shadow = replace(PHOTO, ground_spread=MAX_GROUND_SPREAD + LITTLE)
    assert warnings_of(shadow) == (PhotoWarning.BACKGROUND_UNEVEN,)


def test_in_the_dark_or_in_glare_nothing_else_is_said() -> None:
    poor = replace(PHOTO, ground_difference=80.0, head=replace(HEAD, width=0.1))
    dark = replace(poor, lightness=MIN_LIGHTNESS - LITTLE)
    assert warnings_of(dark) == (PhotoWarning.TOO_DARK,)
    glare = replace(poor, lightness=MAX_LIGHTNESS + LITTLE)
    assert warnings_of(glare) == (PhotoWarning.TOO_BRIGHT,)


def test_a_white_wall_without_anybody_is_no_glare() -> None:
    wall = replace(PHOTO, lightness=100.0, head=None)
    assert warnings_of(wall) == (PhotoWarning.HEAD_NOT_FOUND,)
