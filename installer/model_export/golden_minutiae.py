"""Draw three synthetic impressions and write what pyfing itself finds on them, once.

The product's extractor must find the same minutiae on the same pictures; the test that compares
lies in ``tests/unit/matcher/``. The environment is that of ``export_leader.py``:

    KERAS_BACKEND=torch /tmp/export/bin/python installer/model_export/golden_minutiae.py \
        tests/unit/matcher/golden
"""

import argparse
import json
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

RIDGE_PERIOD_PX = 9.0
DIRECTIONS = 24
GROWTH_STEPS = 30
# Name, height, width, seed, cores and deltas as (x, y) fractions of the picture.
IMPRESSIONS = (
    ("loop", 360, 256, 11, [(0.5, 0.42)], [(0.15, 0.85)]),
    ("whorl", 374, 388, 12, [(0.5, 0.38), (0.52, 0.55)], [(0.1, 0.9), (0.9, 0.92)]),
    ("arch", 300, 301, 13, [], []),
)


def ridge_angles(
    height: int, width: int, cores: list[tuple[float, float]], deltas: list[tuple[float, float]]
) -> Floats:
    """Ridge direction of each pixel, radians, by Sherlock and Monro's zero-pole model (1993)."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    if not cores:
        bow = np.exp(-(((y - 0.55 * height) / (0.3 * height)) ** 2))
        return 0.9 * bow * np.sin(2 * np.pi * (x / width - 0.5))
    turns = np.zeros((height, width))
    for sign, points in ((1.0, cores), (-1.0, deltas)):
        for px, py in points:
            turns += sign * np.arctan2(y - py * height, x - px * width)
    return 0.5 * turns


def grow_ridges(angles: Floats, random: np.random.Generator) -> Floats:
    """Iterate direction-tuned Gabor filters from noise until ridges stand (Cappelli's SFinGe)."""
    bins = np.round(angles / np.pi * DIRECTIONS).astype(int) % DIRECTIONS
    half = 10
    v, u = np.mgrid[-half : half + 1, -half : half + 1].astype(np.float64)
    kernels = []
    for k in range(DIRECTIONS):
        across = -u * np.sin(k * np.pi / DIRECTIONS) + v * np.cos(k * np.pi / DIRECTIONS)
        kernel = np.exp(-(u**2 + v**2) / 32) * np.cos(2 * np.pi * across / RIDGE_PERIOD_PX)
        kernels.append(kernel - kernel.mean())
    field = random.normal(0, 1, angles.shape)
    for _ in range(GROWTH_STEPS):
        filtered = np.stack([cv2.filter2D(field, cv2.CV_64F, kernel) for kernel in kernels])
        field = np.tanh(np.take_along_axis(filtered, bins[np.newaxis], axis=0)[0])
    return field


def impression(
    height: int,
    width: int,
    seed: int,
    cores: list[tuple[float, float]],
    deltas: list[tuple[float, float]],
) -> NDArray[np.uint8]:
    """An 8-bit picture, dark ridges on a light ground, inside an elliptical contact area."""
    random = np.random.default_rng(seed)
    ridges = grow_ridges(ridge_angles(height, width, cores, deltas), random)
    y, x = np.mgrid[0:height, 0:width]
    radius = ((x - width / 2) / (0.44 * width)) ** 2 + ((y - height / 2) / (0.46 * height)) ** 2
    contact = cv2.GaussianBlur((radius < 1).astype(np.float64), (0, 0), 4)
    grey = 235 - contact * (95 + 85 * ridges) + random.normal(0, 9, ridges.shape)
    return np.clip(cv2.GaussianBlur(grey, (0, 0), 0.8), 0, 255).astype(np.uint8)


def main() -> None:
    """Write the pictures and the minutiae into the folder given."""
    import torch
    from pyfing.minutiae_end_to_end import Leader

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    torch.set_grad_enabled(False)
    network = Leader()
    for name, height, width, seed, cores, deltas in IMPRESSIONS:
        image = impression(height, width, seed, cores, deltas)
        cv2.imwrite(str(folder / f"{name}.png"), image)
        minutiae = [
            {"x": m.x, "y": m.y, "angle_rad": m.direction, "kind": m.type, "quality": m.quality}
            for m in network.run(image, 500)
        ]
        described = {
            "made_by": "pyfing 0.7.3, Leader, minutia_quality_threshold 0.6, keras on torch",
            "command": "installer/model_export/golden_minutiae.py tests/unit/matcher/golden",
            "minutiae": minutiae,
        }
        (folder / f"{name}.json").write_text(json.dumps(described, indent=1) + "\n")
        print(name, len(minutiae))


if __name__ == "__main__":
    main()
