"""A press is stored without loss, smaller than by default, in a form that everybody reads."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from drivers.simulated.fingerprint_synthesis.fingers import SyntheticFingers
from matcher.extraction.image_file import decode_image
from station.services.pictures import png_of
from sync.wire.press_png import check_press_png


@pytest.fixture(scope="module")
def press() -> NDArray[np.uint8]:
    return SyntheticFingers().impression("P001", 7, 0)


def test_every_pixel_of_a_press_comes_back(
    press: NDArray[np.uint8],
) -> None:
    noise = np.random.default_rng(7).integers(0, 256, press.shape, np.uint8)
    blank = np.full_like(press, 255)
    for picture in (press, noise, blank, press[:, ::-1], press[:77, 3:91]):
        png = png_of(picture)
        check_press_png(png)
        assert (decode_image(png) == picture).all()


def test_a_press_takes_less_room_than_as_a_usual_png(
    press: NDArray[np.uint8],
) -> None:
    _, fixed_filter = cv2.imencode(
        ".png", press, (cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_SUB)
    )
    assert len(png_of(press)) < 0.97 * len(fixed_filter)


def test_presses_stored_before_the_filters_were_chosen_are_read(
    press: NDArray[np.uint8],
) -> None:
    _, stored = cv2.imencode(".png", press)
    check_press_png(stored.tobytes())
    assert (decode_image(stored.tobytes()) == press).all()
