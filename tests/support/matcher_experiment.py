"""An evaluated set whose scores are made up, for what is made of scores."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matcher.evaluation.experiment import Experiment, Spread, Timings
from matcher.evaluation.impressions import ImpressionFile
from matcher.evaluation.protocol import Comparisons, all_pairs, finger_numbers

FINGERS, EACH = 8, 8


def at_gate() -> NDArray[np.float64]:
    """Every press scores 70 with its own finger's first reference, strangers 5."""
    scores = np.full((FINGERS, EACH - 4, FINGERS, 4), 5.0)
    scores[np.arange(FINGERS), :, np.arange(FINGERS), 0] = 70.0
    return scores


def experiment(name: str, missed: int = 0) -> Experiment:
    """Mated pairs score 70 but for the first few, others 5."""
    files = tuple(
        ImpressionFile(str(f), str(i), Path(f"{name}/{f}_{i}.png"))
        for f in range(FINGERS)
        for i in range(EACH)
    )
    pairs = all_pairs(len(files))
    fingers = finger_numbers(files)[pairs]
    scores = np.where(fingers[:, 0] == fingers[:, 1], 70.0, 5.0)
    scores[np.flatnonzero(scores == 70.0)[:missed]] = 0.0
    spread = Spread(100.0, 200.0)
    compared = Comparisons(pairs, fingers, scores)
    return Experiment(name, files, 0, 40.0, compared, Timings(None, spread, spread), at_gate())
