"""`python -m tests.support.matcher_synthetic_pair FOLDER`: two presses of one synthetic finger.

For the picture of a pairing in the documentation (see `matcher.explain`).
"""

from __future__ import annotations

import sys
from pathlib import Path

import cv2

from drivers.simulated.fingerprint_synthesis.fingers import SyntheticFingers
from drivers.simulated.fingerprint_synthesis.impression import PressStyle

PERSON, RIGHT_INDEX = "person of the documentation", 2
PRESSES = {
    "first": PressStyle(rotation_deg=-4.0),
    "second": PressStyle(rotation_deg=14.0, offset_x_mm=1.2, offset_y_mm=-0.8, dryness=0.25),
}


def write_pair(folder: Path) -> list[Path]:
    """Write first.png and second.png."""
    folder.mkdir(parents=True, exist_ok=True)
    fingers, written = SyntheticFingers(), []
    for number, (name, style) in enumerate(PRESSES.items()):
        image = fingers.impression(PERSON, RIGHT_INDEX, number, style)
        _, data = cv2.imencode(".png", image)
        path = folder / f"{name}.png"
        path.write_bytes(data.tobytes())
        written.append(path)
    return written


if __name__ == "__main__":
    print("\n".join(str(path) for path in write_pair(Path(sys.argv[1]))))
