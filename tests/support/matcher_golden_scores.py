"""Nine synthetic impressions, the scores of all their pairs and of odd ones, which a test pins.

Made of minutiae and ridge fields, not of pictures, so that neither the network nor the synthesis of
pictures moves them. After a wanted change of the scores count `COMPARISON_VERSION` of
`matcher.origin` up if the last one was released, and
`python -m tests.support.matcher_golden_scores --write`. Without it the scores are printed.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from itertools import combinations
from math import pi
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matcher import Template, verify
from matcher.ridge_field import BACKGROUND, RidgeField

FILE = Path(__file__).resolve().parents[1] / "unit" / "matcher" / "golden" / "scores.json"
WIDTH, HEIGHT, CELL_PX = 256, 360, 16
FINGERS, PRESSES = 3, 3
TURNS_RAD = (0.0, 0.25, -0.4)
SHIFTS_PX = ((0.0, 0.0), (18.0, -12.0), (-25.0, 30.0))

Floats = NDArray[np.float64]


def impressions() -> dict[str, Template]:
    """By name `<finger>_<press>`."""
    return {
        f"{finger}_{press}": impression(finger, press)
        for finger in range(FINGERS)
        for press in range(PRESSES)
    }


def impression(finger: int, press: int) -> Template:
    """A press of a finger: turned, moved, jittered, a few minutiae lost and a few too many."""
    own, random = np.random.default_rng((41, finger)), np.random.default_rng((43, finger, press))
    spots = own.uniform((-150, -190), (150, 190), (70, 2))  # from the finger's middle, y up
    heads = _ridges(finger, spots[:, 0], spots[:, 1]) + pi * own.integers(0, 2, 70)
    kinds = own.integers(1, 3, 70)
    turn, shift = TURNS_RAD[press], SHIFTS_PX[press]
    x, y = _on_plate(spots[:, 0], spots[:, 1], turn, shift)
    x, y = x + random.normal(0, 1.5, 70), y + random.normal(0, 1.5, 70)
    heads = heads + turn + random.normal(0, 0.06, 70)
    seen = (x > 8) & (x < WIDTH - 8) & (y > 8) & (y < HEIGHT - 8) & (random.random(70) > 0.12)
    spare = 4
    return Template(
        WIDTH,
        HEIGHT,
        500.0,
        np.concatenate([x[seen], random.uniform(10, WIDTH - 10, spare)]),
        np.concatenate([y[seen], random.uniform(10, HEIGHT - 10, spare)]),
        np.concatenate([heads[seen], random.uniform(-pi, pi, spare)]),
        np.concatenate([random.integers(45, 101, seen.sum()), random.integers(20, 50, spare)]),
        np.concatenate([kinds[seen], random.integers(1, 3, spare)]),
        _field(finger, turn, shift),
    )


def odd_pairs() -> dict[str, tuple[Template, Template]]:
    """By name: presses of one finger that are not as the others, so that more constants weigh."""
    probe, reference = impression(0, 0), impression(0, 1)
    untold = np.zeros(len(probe), np.uint8)
    return {
        "stretched": (_bent(probe, 9.0), reference),
        "stretched more": (_bent(probe, 16.0), reference),
        "pulled apart": (_pulled_apart(_bare(probe), 30.0), _bare(probe)),
        "pulled far apart": (_pulled_apart(_bare(probe), 45.0), _bare(probe)),
        "without ridges": (_bare(_left_out(probe, 0.5)), _bare(reference)),
        "without qualities": (replace(probe, quality=untold), reference),
        "beside the ridges": (_half_ridged(probe), reference),
        "few minutiae": (_left_out(probe, 0.8), reference),
        "hardly any": (_left_out(probe, 0.88), reference),
    }


def scores() -> dict[str, float]:
    """Of all pairs, by `<probe>-<reference>`, and of the odd ones by name."""
    held = impressions()
    pairs = {f"{a}-{b}": (held[a], held[b]) for a, b in combinations(held, 2)} | odd_pairs()
    return {name: verify(*pair).score for name, pair in pairs.items()}


def _bare(template: Template) -> Template:
    return replace(template, field=None)


def _bent(template: Template, most_px: float) -> Template:
    """Skin pushed aside, most in the middle of the height, and drawn out towards the bottom."""
    bulge = (most_px * np.sin(template.y / HEIGHT * pi)).astype(np.float32)
    return replace(template, x=template.x + bulge, y=template.y * (1 + most_px / 200))


def _pulled_apart(template: Template, by_px: float) -> Template:
    """Two parts of a finger, without what lies between them, the lower one moved down."""
    kept = (template.y < 140) | (template.y > 210)
    parts = _only(template, kept)
    return replace(parts, y=parts.y + np.where(parts.y > 210, by_px, 0.0))


def _left_out(template: Template, share: float) -> Template:
    kept = np.random.default_rng(47).random(len(template)) >= share
    return _only(template, kept)


def _half_ridged(template: Template) -> Template:
    assert template.field is not None
    cells = template.field.orientation.copy()
    cells[:, : cells.shape[1] // 2] = BACKGROUND
    return replace(template, field=RidgeField(CELL_PX, cells))


def _only(template: Template, kept: NDArray[np.bool_]) -> Template:
    names = ("x", "y", "angle_rad", "quality", "kind")
    return replace(template, **{name: getattr(template, name)[kept] for name in names})


def _on_plate(
    x: Floats, y: Floats, turn: float, shift: tuple[float, float]
) -> tuple[Floats, Floats]:
    """From the finger's middle with y up to pixels from the top left with y down."""
    c, s = np.cos(turn), np.sin(turn)
    return WIDTH / 2 + c * x - s * y + shift[0], HEIGHT / 2 - (s * x + c * y) + shift[1]


def _ridges(finger: int, x: Floats, y: Floats) -> Floats:
    """Direction of the ridges, radians: a loop whose core and delta differ by finger."""
    core = np.arctan2(y - 20 * finger, x - 10)
    delta = np.arctan2(y + 140, x - 90 + 40 * finger)
    return np.asarray((core - delta) / 2 + pi / 2)


def _field(finger: int, turn: float, shift: tuple[float, float]) -> RidgeField:
    rows, columns = -(-HEIGHT // CELL_PX), -(-WIDTH // CELL_PX)
    row, column = np.mgrid[:rows, :columns]
    right = (column + 0.5) * CELL_PX - WIDTH / 2 - shift[0]
    up = HEIGHT / 2 + shift[1] - (row + 0.5) * CELL_PX
    c, s = np.cos(turn), np.sin(turn)
    ridges = _ridges(finger, c * right + s * up, -s * right + c * up) + turn
    return RidgeField(CELL_PX, (np.rint(np.degrees(ridges)) % 180).astype(np.uint8))


if __name__ == "__main__":
    text = json.dumps({pair: round(score, 6) for pair, score in scores().items()}, indent=1)
    if "--write" in sys.argv[1:]:
        FILE.write_text(text + "\n", encoding="utf-8")
    else:
        print(text)
