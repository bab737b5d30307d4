"""Templates and pictures for the matcher's tests, all seeded, none of a real finger."""

import json
from math import cos, pi, sin
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from matcher import Template

GOLDEN = Path(__file__).resolve().parents[1] / "unit" / "matcher" / "golden"
MODEL = Path(__file__).resolve().parents[2] / "resources" / "models" / "leader_minutiae.onnx"
GOLDEN_NAMES = ("arch", "loop", "whorl")


def golden_image(name: str) -> NDArray[np.uint8]:
    image = cv2.imread(str(GOLDEN / f"{name}.png"), cv2.IMREAD_GRAYSCALE)
    assert image is not None
    return np.asarray(image, dtype=np.uint8)


def golden_minutiae(name: str) -> list[dict[str, float | str]]:
    found: list[dict[str, float | str]] = json.loads((GOLDEN / f"{name}.json").read_text())[
        "minutiae"
    ]
    return found


def finger(seed: int, minutiae: int = 40) -> Template:
    """Minutiae strewn over a plate, no two closer than 12 px when there is room for that."""
    random = np.random.default_rng(seed)
    points: list[NDArray[np.float64]] = []
    for _ in range(minutiae * 50):
        if len(points) == minutiae:
            break
        point = random.uniform((30, 30), (226, 330))
        if minutiae > 100 or all(np.hypot(*(point - other)) > 12 for other in points):
            points.append(point)
    place = np.array(points).reshape(-1, 2)
    n = len(place)
    return Template(
        256,
        360,
        500.0,
        place[:, 0].astype(np.float32),
        place[:, 1].astype(np.float32),
        random.uniform(-pi, pi, n).astype(np.float32),
        random.integers(40, 101, n).astype(np.uint8),
        random.integers(1, 3, n).astype(np.uint8),
    )


def pressed_again(
    template: Template,
    turn_rad: float = 0.0,
    shift_px: tuple[float, float] = (0.0, 0.0),
    noise_px: float = 0.0,
    seed: int = 0,
) -> Template:
    """The same minutiae on a finger turned counter-clockwise as seen, moved, and jittered."""
    random = np.random.default_rng(seed)
    n = len(template)
    middle_x, middle_y = template.width / 2, template.height / 2
    dx, dy = template.x - middle_x, -(template.y - middle_y)  # y up
    c, s = cos(turn_rad), sin(turn_rad)
    x = middle_x + c * dx - s * dy + shift_px[0] + random.normal(0, noise_px, n)
    y = middle_y - (s * dx + c * dy) + shift_px[1] + random.normal(0, noise_px, n)
    angle = template.angle_rad + turn_rad + random.normal(0, noise_px * 0.05, n)
    return Template(
        template.width,
        template.height,
        template.resolution_ppi,
        x.astype(np.float32),
        y.astype(np.float32),
        angle.astype(np.float32),
        template.quality,
        template.kind,
    )


def turned_image(image: NDArray[np.uint8], turn_rad: float) -> NDArray[np.uint8]:
    """The picture turned counter-clockwise as seen, on a light ground."""
    height, width = image.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), np.degrees(turn_rad), 1.0)
    turned = cv2.warpAffine(
        image, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=(235,)
    )
    return np.asarray(turned, dtype=np.uint8)
