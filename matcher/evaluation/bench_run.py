"""What all parts of the bench look at: every set's templates and the scores of its pairs."""

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matcher.evaluation.__main__ import MODEL
from matcher.evaluation.experiment import Experiment, run_experiment
from matcher.evaluation.impressions import Extracted, extracted, impression_files
from matcher.evaluation.template_cache import templates_folder
from matcher.extraction import Extractor

RESOLUTION_PPI = 500.0


@dataclass(frozen=True)
class BenchRun:
    """Sets in the order of their names, under the parameters shipped.

    root: the folder of the sets. cache: what is kept between runs. workers: threads that compare.
    items: the impressions of each set, as `experiments` compared them.
    """

    root: Path
    cache: Path
    workers: int
    experiments: tuple[Experiment, ...]
    items: tuple[tuple[Extracted, ...], ...]

    @property
    def all_items(self) -> list[Extracted]:
        """The impressions of all sets, one set after the other."""
        return [item for held in self.items for item in held]

    @property
    def items_by_set(self) -> dict[str, tuple[Extracted, ...]]:
        """The impressions of each set, by its name."""
        names = (one.name for one in self.experiments)
        return dict(zip(names, self.items, strict=True))

    @property
    def at_gate(self) -> dict[str, NDArray[np.float64]]:
        """Scores of presses of the sets that have impressions enough, by name."""
        return {one.name: one.at_gate for one in self.experiments if one.at_gate is not None}


def bench_run(root: Path, cache: Path, workers: int) -> BenchRun:
    """Extract and compare every folder of impressions in `root`; folders without are left out."""
    templates, extractor = templates_folder(cache, MODEL), Extractor(MODEL)
    experiments, items = [], []
    for folder in sorted(root.iterdir()):
        files = impression_files(folder) if folder.is_dir() else []
        if not files:
            continue
        experiments.append(run_experiment(folder, extractor, RESOLUTION_PPI, workers, templates))
        items.append(tuple(extracted(files, extractor, RESOLUTION_PPI, workers, templates)))
        print(f"{folder.name}: EER {experiments[-1].rates.eer * 100:.2f} %", file=sys.stderr)
    return BenchRun(root, cache, workers, tuple(experiments), tuple(items))
