"""Comparisons of a set under parameters that were fitted without it."""

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matcher.engine import Trial
from matcher.evaluation.evidence_fit import weights_of, with_weights
from matcher.evaluation.impressions import Extracted
from matcher.evaluation.protocol import Comparisons, Indices, all_pairs, finger_numbers
from matcher.parameters import PairingParameters
from matcher.plain import PARTIAL_COUNT
from matcher.scoring import points

FOLDS = Path(__file__).with_name("folds")

Sums = NDArray[np.float64]


def fold_file(name: str, folder: Path = FOLDS) -> Path:
    """Where the parameters fitted without a set are kept."""
    return folder / f"{name}.json"


def write_fold(
    name: str, trained_on: Sequence[str], parameters: PairingParameters, folder: Path = FOLDS
) -> None:
    """Keep the weights fitted without a set, with the sets that they were fitted on."""
    fold = {"left_out": name, "trained_on": list(trained_on), "evidence": weights_of(parameters)}
    folder.mkdir(parents=True, exist_ok=True)
    fold_file(name, folder).write_text(json.dumps(fold, indent=1) + "\n", encoding="utf-8")


def fold_parameters(name: str, folder: Path = FOLDS) -> PairingParameters | None:
    """The parameters fitted without a set; None when there are none.

    Raises `ValueError` for a file that was fitted with the set.
    """
    path = fold_file(name, folder)
    if not path.exists():
        return None
    fold = json.loads(path.read_text("utf-8"))
    if fold["left_out"] != name or name in fold["trained_on"]:
        raise ValueError(f"{path.name} was not fitted without {name}")
    return with_weights(fold["evidence"])


def held_out(
    sets: Mapping[str, Sequence[Extracted]], workers: int, folder: Path = FOLDS
) -> dict[str, Comparisons] | None:
    """All pairs of each set, by its name, under its fold; None when a set has no fold."""
    found = {name: fold_parameters(name, folder) for name in sets}
    if None in found.values():
        return None
    return {
        name: compared_under(sets[name], parameters, workers)
        for name, parameters in found.items()
        if parameters is not None
    }


def compared_under(
    items: Sequence[Extracted], parameters: PairingParameters, workers: int
) -> Comparisons:
    """All pairs of one set under the given parameters, scored on the shipped scale."""
    compared = raw_under(items, parameters, workers)
    scores = np.array([points(raw) for raw in compared.scores.tolist()])
    return Comparisons(compared.pairs, compared.fingers, scores)


def raw_under(
    items: Sequence[Extracted], parameters: PairingParameters, workers: int
) -> Comparisons:
    """All pairs of one set under the given parameters, their scores before the scale."""
    pairs = all_pairs(len(items))
    fingers = finger_numbers([item.file for item in items])[pairs]
    return Comparisons(pairs, fingers, sums_under(items, pairs, parameters, workers)[:, -1])


def sums_under(
    items: Sequence[Extracted], pairs: Indices, parameters: PairingParameters, workers: int
) -> Sums:
    """Partial scores of pairs as the core gives them, float64 (n, partials).

    All 0 where an impression gave no template.
    """
    trial = Trial(parameters)
    kept = [None if item.template is None else trial.prepared(item.template) for item in items]

    def one(pair: tuple[int, int]) -> Sums:
        probe, reference = kept[pair[0]], kept[pair[1]]
        if probe is None or reference is None:
            return np.zeros(PARTIAL_COUNT)
        return trial.sums(probe, reference)

    with ThreadPoolExecutor(workers) as pool:
        rows = list(pool.map(one, map(tuple, pairs.tolist()), chunksize=256))
    return np.array(rows).reshape(-1, PARTIAL_COUNT)
