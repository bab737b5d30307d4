"""Where ridges are and how they run."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from matcher import Template
from matcher.extraction.ridge_field import ridge_field
from matcher.ridge_field import BACKGROUND, RidgeField


def stripes(direction_deg: float, side: int = 160) -> NDArray[np.uint8]:
    """Ridges nine pixels apart that run counter-clockwise as seen from +x, light at the rim."""
    y, x = np.mgrid[:side, :side]
    turned = np.radians(direction_deg)
    across = x * np.sin(turned) + y * np.cos(turned)
    grey = np.asarray(128 + 100 * np.sin(2 * np.pi * across / 9), dtype=np.uint8)
    grey[:32], grey[-32:], grey[:, :32], grey[:, -32:] = 240, 240, 240, 240
    return grey


@pytest.mark.parametrize("direction_deg", [0, 30, 90, 135, 179])
def test_orientations_are_counter_clockwise_as_seen(direction_deg: int) -> None:
    field = ridge_field(stripes(direction_deg))
    middle = field.orientation[4:6, 4:6].astype(int)
    assert (np.abs((middle - direction_deg + 90) % 180 - 90) <= 2).all()


def test_an_empty_rim_is_background() -> None:
    field = ridge_field(stripes(45))
    assert (field.orientation[0] == BACKGROUND).all()
    assert (field.orientation[:, -1] == BACKGROUND).all()
    assert (field.orientation[3:7, 3:7] != BACKGROUND).all()


@pytest.mark.parametrize("grey", [0, 128, 255])
def test_a_picture_of_nothing_has_no_ridges(grey: int) -> None:
    field = ridge_field(np.full((100, 70), grey, np.uint8))
    assert field.orientation.shape == (7, 5)
    assert (field.orientation == BACKGROUND).all()


@pytest.mark.parametrize(
    ("cell_px", "cells"),
    [(0, np.zeros((2, 2))), (16, np.zeros(4)), (16, np.zeros((0, 3))), (16, np.full((1, 1), 180))],
)
def test_what_is_no_field_is_refused(cell_px: int, cells: np.ndarray[tuple[int, ...]]) -> None:
    with pytest.raises(ValueError, match=r"ridge field|orientations"):
        RidgeField(cell_px, cells.astype(np.uint8))


def test_ridges_are_clear_where_all_lines_run_one_way() -> None:
    lines = stripes(30)
    noise = np.random.default_rng(1).normal(0, 90, lines.shape)
    noise[:, :80] = 0
    field = ridge_field(np.clip(lines + noise, 0, 255).astype(np.uint8))
    assert field.clarity is not None
    assert (field.clarity[4:6, 3] >= 14).all()
    assert (field.clarity[4:6, 6] < 13).all()
    assert not field.clarity[field.orientation == BACKGROUND].any()


@pytest.mark.parametrize("clarity", [[[1, 1], [1, 1]], [[16, 0]], [[1, 1]]])
def test_what_is_no_quality_map_is_refused(clarity: list[list[int]]) -> None:
    cells = np.array([[7, BACKGROUND]], np.uint8)
    with pytest.raises(ValueError, match=r"clear|clarity"):
        RidgeField(16, cells, np.array(clarity, np.uint8))


def test_a_template_carries_its_field_to_another_resolution() -> None:
    cells = np.arange(6, dtype=np.uint8).reshape(2, 3)
    template = replace(Template.empty(40, 30), field=RidgeField(16, cells))
    finer = template.at_resolution(1000)
    assert finer.field == RidgeField(32, cells)
    assert finer.at_resolution(500) == template
    assert template != replace(template, field=None)
    odd = template.at_resolution(569).field
    assert odd is not None
    assert odd.covers(round(40 * 1.138), round(30 * 1.138))
    assert hash(template) == hash(replace(template))


def test_a_field_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="covers"):
        replace(Template.empty(40, 50), field=RidgeField(16, np.zeros((2, 3), np.uint8)))


def test_a_field_shows_no_orientations() -> None:
    assert repr(RidgeField(16, np.full((2, 3), 77, np.uint8))) == "RidgeField(cell_px=16)"
