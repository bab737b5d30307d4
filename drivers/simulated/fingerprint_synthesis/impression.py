"""One press of a synthetic finger on the glass: what a 256x360 reader at 500 ppi would deliver.

After Cappelli's generator: placement, contact region, skin distortion, ridge thickness by pressure
and moisture, noise, background.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from drivers.simulated.fingerprint_synthesis.ink import inked
from drivers.simulated.fingerprint_synthesis.master import Master
from drivers.simulated.fingerprint_synthesis.skin import (
    HEIGHT_PX,
    RESOLUTION_PPI,
    WIDTH_PX,
    contact,
    distorted,
    placed,
)

__all__ = ["HEIGHT_PX", "RESOLUTION_PPI", "WIDTH_PX", "PressStyle", "press_master"]

# Where on a master the middle of the contact lies: its crease side is longer than its tip.
MIDDLE_SHARE = 0.48


@dataclass(frozen=True)
class PressStyle:
    """How a finger is pressed.

    `pressure` 0 to 1 (0.5 usual); `dryness` -1 wet to +1 dry; offsets in millimetres on the glass;
    `rotation_deg` counter-clockwise; `smear` 0 to 1.
    """

    pressure: float = 0.5
    dryness: float = 0.0
    offset_x_mm: float = 0.0
    offset_y_mm: float = 0.0
    rotation_deg: float = 0.0
    smear: float = 0.0


def press_master(
    master: Master, style: PressStyle, rng: np.random.Generator
) -> npt.NDArray[np.uint8]:
    """Picture of one press: 360x256 uint8, dark ridges on a light ground."""
    style = _with_natural_variation(style, rng)
    finger_x, finger_y = placed(style.offset_x_mm, style.offset_y_mm, style.rotation_deg)
    touched = contact(finger_x, finger_y, style.pressure, rng)
    slid_x, slid_y = distorted(finger_x, finger_y, rng)
    rows, columns = master.ridges.shape
    there_x = slid_x + np.float32(columns / 2)
    there_y = slid_y + np.float32(rows * MIDDLE_SHARE)
    ridges = cv2.remap(master.ridges, there_x, there_y, cv2.INTER_LINEAR)
    return inked(
        np.asarray(ridges, dtype=np.float32),
        touched,
        rng,
        pressure=style.pressure,
        dryness=style.dryness,
        smear=style.smear,
    )


def _with_natural_variation(style: PressStyle, rng: np.random.Generator) -> PressStyle:
    """Nobody presses twice alike: small placement and pressure differences on top of the style."""
    return replace(
        style,
        pressure=float(np.clip(style.pressure + rng.normal(0, 0.06), 0.02, 0.98)),
        dryness=float(np.clip(style.dryness + rng.normal(0, 0.08), -1, 1)),
        offset_x_mm=style.offset_x_mm + float(rng.normal(0, 0.55)),
        offset_y_mm=style.offset_y_mm + float(rng.normal(0, 0.75)),
        rotation_deg=style.rotation_deg + float(rng.normal(0, 5.0)),
    )
