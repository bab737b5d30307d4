"""The photo check before drawn people: quiet when all is right, to the point when it is not."""

import cv2
import numpy as np
import pytest

from drivers.api import Image
from drivers.simulated.camera import CameraHand, SimulatedCamera
from drivers.simulated.faces import BACKGROUND
from drivers.simulated.people import people
from station.domain.photo_rules import PhotoWarning
from station.services.photo_check import measured, photo_warnings
from station.services.pictures import portrait

KEYS = [person.key for person in people()]
WHITE, GREEN = (245, 245, 245), (40, 140, 60)


def still(person: str | None = "P001", at_s: float = 1.0, covered: bool = False) -> Image:
    """What the desk keeps of the simulated camera's still."""
    hand = CameraHand(clock=lambda: at_s)
    camera = SimulatedCamera(hand)
    camera.open()
    if person is not None:
        hand.sit_down(person)
    if covered:
        hand.cover_lens()
    return portrait(camera.still()).image


def moved(image: Image, scale: float = 1.0, right_px: float = 0, down_px: float = 0) -> Image:
    """The person nearer or elsewhere, before the same ground."""
    height_px, width_px = image.shape[:2]
    turn = cv2.getRotationMatrix2D((width_px / 2, height_px * 0.45), 0, scale)
    turn[:, 2] += np.array((right_px, down_px))
    size = (width_px, height_px)
    return np.asarray(cv2.warpAffine(image, turn, size, borderValue=BACKGROUND), np.uint8)


def before(image: Image, ground: tuple[int, int, int]) -> Image:
    """The same person before another plain ground."""
    away = np.abs(image.astype(int) - np.array(BACKGROUND)).max(axis=2) < 20
    return np.where(away[..., None], np.array(ground, np.uint8), image)


@pytest.mark.parametrize("person", KEYS)
def test_everybody_seated_normally_gives_no_warning(person: str) -> None:
    assert photo_warnings(still(person, at_s=2.6)) == ()


@pytest.mark.parametrize("at_s", [0.0, 4.05, 7.9])
def test_moving_a_little_and_blinking_gives_no_warning(at_s: float) -> None:
    assert photo_warnings(still("P002", at_s)) == ()


def test_an_empty_chair() -> None:
    assert photo_warnings(still(None)) == (PhotoWarning.HEAD_NOT_FOUND,)


def test_a_covered_lens() -> None:
    assert photo_warnings(still(covered=True)) == (PhotoWarning.TOO_DARK,)


def test_lamps_off_and_lamps_too_near() -> None:
    image = still()
    assert photo_warnings((image * 0.25).astype(np.uint8)) == (PhotoWarning.TOO_DARK,)
    glare = np.clip(image.astype(int) + 130, 0, 255).astype(np.uint8)
    assert photo_warnings(glare) == (PhotoWarning.TOO_BRIGHT,)


def test_a_shaken_picture() -> None:
    shaken = np.asarray(cv2.GaussianBlur(still(), (0, 0), 4), np.uint8)
    assert photo_warnings(shaken) == (PhotoWarning.TOO_SOFT,)


def test_sitting_too_far_too_near_and_aside() -> None:
    image = still()
    assert PhotoWarning.HEAD_TOO_SMALL in photo_warnings(moved(image, 0.5))
    assert PhotoWarning.HEAD_TOO_LARGE in photo_warnings(moved(image, 1.4))
    assert photo_warnings(moved(image, right_px=90)) == (PhotoWarning.HEAD_OFF_CENTRE,)
    assert photo_warnings(moved(image, down_px=120)) == (PhotoWarning.HEAD_OFF_CENTRE,)
    assert PhotoWarning.HEAD_OFF_CENTRE in photo_warnings(moved(image, down_px=-200))


def test_a_white_ground_is_right_and_a_green_one_is_not() -> None:
    assert photo_warnings(before(still(), WHITE)) == ()
    assert photo_warnings(before(still(), GREEN)) == (PhotoWarning.BACKGROUND_COLOUR,)


def test_a_shadow_on_the_wall() -> None:
    image = still().copy()
    image[:, :60] = (image[:, :60] * 0.55).astype(np.uint8)
    assert PhotoWarning.BACKGROUND_UNEVEN in photo_warnings(image)


def test_the_measures_do_not_depend_on_the_cameras_resolution() -> None:
    large = still()
    small = np.asarray(cv2.resize(large, (330, 480), interpolation=cv2.INTER_AREA), np.uint8)
    one, other = measured(large).head, measured(small).head
    assert one is not None
    assert other is not None
    assert other.width == pytest.approx(one.width, abs=0.02)
    assert other.top == pytest.approx(one.top, abs=0.02)


@pytest.mark.parametrize("shape", [(1, 1, 3), (960, 20, 3), (20, 960, 3), (2, 300, 3)])
def test_odd_sizes_are_measured_too(shape: tuple[int, int, int]) -> None:
    assert photo_warnings(np.zeros(shape, np.uint8)) == (PhotoWarning.TOO_DARK,)


def test_noise_is_judged_without_falling_over() -> None:
    noise = np.random.default_rng(7).integers(0, 256, (960, 660, 3), np.uint8)
    assert photo_warnings(noise) != ()
