"""Synthetic fingers: stable, distinct, and with the texture of fingerprints."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np
import pytest
from skimage.morphology import skeletonize

from drivers.api import Image
from drivers.simulated.fingerprint_synthesis import impression
from drivers.simulated.fingerprint_synthesis.fingers import SyntheticFingers
from drivers.simulated.fingerprint_synthesis.impression import HEIGHT_PX, WIDTH_PX
from drivers.simulated.fingerprint_synthesis.orientation import Floats
from drivers.simulated.fingerprint_synthesis.patterns import PatternClass, draw_pattern
from drivers.simulated.fingerprint_synthesis.skin import distorted, placed
from drivers.simulated.hand import HandQuality

FINGERS = SyntheticFingers()
ROOT = Path(__file__).resolve().parents[3]


def test_a_finger_is_the_same_whoever_asks_first() -> None:
    again = SyntheticFingers()
    again.impression("P002", 3, 2)
    assert np.array_equal(FINGERS.impression("P001", 1, 1), again.impression("P001", 1, 1))


def test_a_finger_is_the_same_in_every_process() -> None:
    program = (
        "import hashlib; from drivers.simulated.fingerprint_synthesis.fingers import"
        " SyntheticFingers as F;"
        "print(hashlib.sha256(F().impression('P001', 1, 1).tobytes()).hexdigest())"
    )
    there = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    here = hashlib.sha256(FINGERS.impression("P001", 1, 1).tobytes()).hexdigest()
    assert there.stdout.strip() == here


def test_ten_fingers_of_a_person_differ() -> None:
    ridges = [FINGERS.master("P003", position).ridges.ravel() for position in range(1, 11)]
    alike = np.corrcoef(np.array(ridges)) - np.eye(10)
    assert float(np.abs(alike).max()) < 0.2


def test_presses_of_a_finger_differ() -> None:
    assert not np.array_equal(FINGERS.impression("P001", 1, 1), FINGERS.impression("P001", 1, 2))


def drawn_shares(positions: Iterable[int], each: int = 1500) -> dict[PatternClass, float]:
    rng = np.random.default_rng(5)
    drawn = Counter(draw_pattern(rng, one) for one in positions for _ in range(each))
    return {pattern: count / drawn.total() for pattern, count in drawn.items()}


def test_classes_are_as_frequent_as_among_people() -> None:
    share = drawn_shares(range(1, 11))
    assert share[PatternClass.ARCH] == pytest.approx(0.037, abs=0.01)
    assert share[PatternClass.TENTED_ARCH] == pytest.approx(0.029, abs=0.01)
    assert share[PatternClass.LEFT_LOOP] == pytest.approx(0.338, abs=0.03)
    assert share[PatternClass.RIGHT_LOOP] == pytest.approx(0.317, abs=0.03)
    whorls = share[PatternClass.WHORL] + share[PatternClass.DOUBLE_LOOP]
    assert whorls == pytest.approx(0.279, abs=0.02)


def test_loops_open_to_the_little_finger_s_side() -> None:
    assert drawn_shares([5])[PatternClass.RIGHT_LOOP] > 0.7
    assert drawn_shares([10])[PatternClass.LEFT_LOOP] > 0.7


@pytest.mark.parametrize("position", [0, 11])
def test_there_are_ten_positions(position: int) -> None:
    with pytest.raises(ValueError, match="1 to 10"):
        FINGERS.impression("P001", position, 1)


def ridge_periods_px(image: Image) -> float:
    """Dominant ridge period of the middle of a print, from its spectrum."""
    middle = image[100:260, 48:208].astype(np.float64)
    spectrum = np.abs(np.fft.fftshift(np.fft.fft2(middle - middle.mean())))
    y, x = np.mgrid[-80:80, -80:80]
    radius = np.hypot(x, y).round().astype(int)
    energy = np.bincount(radius.ravel(), (spectrum**2).ravel())[:60]
    return 160 / int(np.argmax(energy[5:]) + 5)


@pytest.mark.parametrize("position", [1, 6])
def test_ridges_have_a_finger_s_period(position: int) -> None:
    image = FINGERS.impression("P002", position, 1)
    assert image.shape == (HEIGHT_PX, WIDTH_PX)
    assert 6.5 <= ridge_periods_px(image) <= 11.5


def minutiae_count(ridges: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> int:
    """Endings and bifurcations of a clean ridge field, inside what a press would touch."""
    thin = skeletonize(ridges > 0)
    skeleton = np.asarray(thin, dtype=np.uint8)
    neighbours = cv2.filter2D(skeleton, -1, np.ones((3, 3)), borderType=cv2.BORDER_CONSTANT) - 1
    special = (skeleton == 1) & ((neighbours == 1) | (neighbours == 3))
    inside = np.zeros_like(special)
    inside[70:370, 60:260] = True
    blobs = cv2.dilate((special & inside).astype(np.uint8), np.ones((5, 5)))
    return int(cv2.connectedComponents(blobs)[0]) - 1


def test_masters_have_a_finger_s_number_of_minutiae() -> None:
    counts = [minutiae_count(FINGERS.master("P004", n).ridges) for n in (1, 2, 6, 7)]
    assert all(15 <= count <= 110 for count in counts), counts


def darkness(quality: HandQuality) -> float:
    return 255 - float(FINGERS.impression("P001", 1, 1, quality).mean())


def test_pressure_and_wetness_darken_and_dryness_lightens() -> None:
    usual = darkness(HandQuality())
    assert darkness(HandQuality(dryness=-0.7)) > usual
    assert darkness(HandQuality(pressure=0.85)) > usual > darkness(HandQuality(pressure=0.2))
    assert darkness(HandQuality(dryness=0.7)) < usual


def agreement(press: Image, other: Image) -> tuple[float, tuple[int, int]]:
    """How well the middle of one picture is found in another, at most 1, and how far it moved."""
    side, (x, y) = 45, (WIDTH_PX // 2, HEIGHT_PX // 2)
    middle = np.ascontiguousarray(other[y - side : y + side, x - side : x + side])
    found = cv2.matchTemplate(press, middle, cv2.TM_CCOEFF_NORMED)
    row, column = np.unravel_index(int(found.argmax()), found.shape)
    return float(found.max()), (int(column) - x + side, int(row) - y + side)


def turned(press: Image, degrees: float) -> Image:
    """The picture turned counter-clockwise as seen."""
    matrix = cv2.getRotationMatrix2D((WIDTH_PX / 2, HEIGHT_PX / 2), degrees, 1.0)
    there = cv2.warpAffine(press, matrix, (WIDTH_PX, HEIGHT_PX), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(there, dtype=np.uint8)


@pytest.mark.parametrize("degrees", [30.0, -60.0, 150.0])
def test_a_finger_turns_counter_clockwise_as_asked(degrees: float) -> None:
    upright = FINGERS.impression("P001", 2, 1)
    press = FINGERS.impression("P001", 2, 1, HandQuality(rotation_deg=degrees))
    assert agreement(turned(upright, degrees), press)[0] > 0.8
    assert agreement(turned(upright, -degrees), press)[0] < 0.5


def test_a_finger_lies_where_it_is_put() -> None:
    usual = FINGERS.impression("P001", 2, 1)
    aside = FINGERS.impression("P001", 2, 1, HandQuality(offset_x_mm=1.5, offset_y_mm=-1.0))
    alike, moved_px = agreement(aside, usual)
    assert alike > 0.8
    assert moved_px == pytest.approx((1.5 * 500 / 25.4, -1.0 * 500 / 25.4), abs=1.5)


def touched_share(style: HandQuality) -> float:
    """Share of the glass that is darker than the empty glass ever is."""
    smooth = cv2.GaussianBlur(FINGERS.impression("P001", 2, 1, style), (0, 0), 6.0)
    return float((smooth < 215).mean())


def test_contact_is_partial_and_grows_with_pressure() -> None:
    light, usual, firm = (touched_share(HandQuality(pressure=p)) for p in (0.1, 0.5, 0.95))
    assert 0.3 < light < usual < firm < 0.97
    assert touched_share(HandQuality(offset_x_mm=6.0)) < 0.75 * usual


def test_the_empty_glass_has_a_sensor_s_noise() -> None:
    corner = FINGERS.impression("P001", 2, 1, HandQuality(offset_y_mm=6.0))[:40, :40]
    assert 1.0 < float(corner.std()) < 6.0
    assert corner.mean() > 220


def test_skin_sticks_in_the_middle_and_slides_towards_the_rim() -> None:
    x, y = placed(0.0, 0.0, 0.0)
    fields = [distorted(x, y, np.random.default_rng(seed)) for seed in range(20)]
    slid = np.array([np.hypot(there_x - x, there_y - y) for there_x, there_y in fields])
    assert np.median(slid[:, HEIGHT_PX // 2, WIDTH_PX // 2]) < 0.5
    assert np.median(slid[:, [0, 0, -1, -1], [0, -1, 0, -1]]) > 3
    assert max(float(np.abs(np.diff(slid, axis=axis)).max()) for axis in (1, 2)) < 1  # no tear


def test_a_press_shows_the_slid_skin(monkeypatch: pytest.MonkeyPatch) -> None:
    slid = FINGERS.impression("P001", 2, 1).astype(float)

    def stiff(x: Floats, y: Floats, rng: np.random.Generator) -> tuple[Floats, Floats]:
        distorted(x, y, rng)  # what comes after it is drawn as ever
        return x, y

    monkeypatch.setattr(impression, "distorted", stiff)
    apart = np.abs(slid - FINGERS.impression("P001", 2, 1).astype(float))
    assert apart[170:190, 118:138].mean() < 3
    assert apart.mean() > 8
