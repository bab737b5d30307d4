"""Synthetic fingers are as distinct, and as stable, as the matcher's scale says fingers are.

Every finger's first press is compared with every other finger's, and a few fingers' usual, dry, wet
and turned presses with their first ones. The last line of the output is the summary; the exit
status is 0 when no more pairs of different fingers reach the threshold than its rate lets expect,
nearly all presses of one finger do, and growing and pressing keep their time on one core. This
proves the simulation, never field accuracy.
"""

import argparse
import statistics
import time
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.simulated.fingerprint_synthesis.fingers import SyntheticFingers
from drivers.simulated.fingerprint_synthesis.impression import RESOLUTION_PPI, PressStyle
from drivers.simulated.people import people
from matcher import Extractor, Template, threshold_for_fmr, verify

MODEL = Path(__file__).resolve().parents[2] / "resources" / "models" / "leader_minutiae.onnx"
FMR = 1e-4
POSITIONS = (1, 2, 3, 6, 7, 8)
STYLES = {
    "usual": PressStyle(),
    "dry": PressStyle(dryness=0.45),
    "wet": PressStyle(dryness=-0.45),
    "turned": PressStyle(rotation_deg=20),
}
LEAST_MATED_SHARE = 0.98
MOST_MASTER_MS, MOST_IMPRESSION_MS = 300.0, 30.0

Scores = NDArray[np.float64]


class _Presses:
    """Templates of presses, and what they took."""

    def __init__(self) -> None:
        self._fingers, self._extractor = SyntheticFingers(), Extractor(MODEL)
        self.master_ms: list[float] = []
        self.impression_ms: list[float] = []

    def grow(self, person: str, position: int) -> None:
        started_s = time.process_time()
        self._fingers.master(person, position)
        self.master_ms.append((time.process_time() - started_s) * 1000)

    def template(
        self, person: str, position: int, number: int, style: PressStyle
    ) -> tuple[Template, int]:
        """Template and quality of a press of a grown finger."""
        started_s = time.process_time()
        image = self._fingers.impression(person, position, number, style)
        self.impression_ms.append((time.process_time() - started_s) * 1000)
        found = self._extractor.extract(image, RESOLUTION_PPI)
        return found.template, found.quality.score


def main(argv: Sequence[str]) -> int:
    """Grow, press, compare, and print what came out; 0 when fingers are distinct and stable."""
    parser = argparse.ArgumentParser(prog="prove synthesis")
    parser.add_argument("--people", type=int, default=20, help="fictional people, six fingers each")
    parser.add_argument("--mated", type=int, default=6, help="fingers that are pressed 20 times")
    options = parser.parse_args(argv)
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        return _proved(options)
    finally:
        cv2.setNumThreads(threads)


def _proved(options: argparse.Namespace) -> int:
    presses, threshold = _Presses(), threshold_for_fmr(FMR)
    keys = [(one.key, n) for one in people()[: options.people] for n in POSITIONS]
    non_mated = _different_fingers(presses, keys, threshold)
    mated = np.concatenate(
        [
            _same_finger(presses, keys[:: max(1, len(keys) // options.mated)], name, style)
            for name, style in STYLES.items()
        ]
    )
    reached, expected = int((non_mated >= threshold).sum()), FMR * len(non_mated)
    matched = float((mated >= threshold).mean())
    print(
        f"synthesis: {len(keys)} fingers, {reached} of {len(non_mated)} pairs of different fingers"
        f" reach {threshold:.0f} points ({expected:.1f} expected), highest {non_mated.max():.0f};"
        f" {matched:.1%} of {len(mated)} pairs of one finger do, median {np.median(mated):.0f};"
        f" a master {_told(presses.master_ms)}, an impression {_told(presses.impression_ms)}"
    )
    # Of a rare event, two standard deviations above the mean are still chance.
    by_chance = expected + 2 * max(1.0, expected**0.5)
    # Work beside it lengthens processor time by half: the quickest is the least disturbed.
    in_time = min(presses.master_ms) <= MOST_MASTER_MS
    in_time &= min(presses.impression_ms) <= MOST_IMPRESSION_MS
    return 0 if reached <= by_chance and matched >= LEAST_MATED_SHARE and in_time else 1


def _told(times_ms: Sequence[float]) -> str:
    return f"{statistics.median(times_ms):.1f} ms of processor time ({min(times_ms):.1f} at best)"


def _different_fingers(
    presses: _Presses, keys: Sequence[tuple[str, int]], threshold: float
) -> Scores:
    found = []
    for key in keys:
        presses.grow(*key)
        found.append(presses.template(*key, 1, STYLES["usual"]))
    print("minutiae", _spread([len(template) for template, _ in found]))
    print("quality", _spread([quality for _, quality in found]))
    pairs = list(combinations(range(len(keys)), 2))
    scores = np.array([verify(found[a][0], found[b][0]).score for a, b in pairs])
    for index in np.flatnonzero(scores >= threshold):
        a, b = pairs[index]
        print(f"{scores[index]:.0f} points: {keys[a]} and {keys[b]}")
    high = ", ".join(f"{share} % {np.percentile(scores, share):.1f}" for share in (50, 99, 99.9))
    print("different fingers", high)
    return scores


def _same_finger(
    presses: _Presses, keys: Sequence[tuple[str, int]], name: str, style: PressStyle
) -> Scores:
    scores, qualities = [], []
    for key in keys:
        first = [presses.template(*key, number, STYLES["usual"])[0] for number in range(1, 5)]
        for number in range(5, 9):
            template, quality = presses.template(*key, number, style)
            qualities.append(quality)
            scores += [verify(template, reference).score for reference in first]
    print(f"one finger, {name}: score {_spread(scores)}, quality {_spread(qualities)}")
    return np.array(scores)


def _spread(values: Sequence[float]) -> str:
    low, middle, high = np.percentile(values, (5, 50, 95))
    return f"{low:.0f} / {middle:.0f} / {high:.0f} (5 %, median, 95 %)"
