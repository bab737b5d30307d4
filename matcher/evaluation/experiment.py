"""All pairs of a folder: one finger's are mated, different fingers' are non-mated."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matcher.engine import verify
from matcher.evaluation.at_gate import press_scores
from matcher.evaluation.errors_by_threshold import ErrorRates, error_rates
from matcher.evaluation.impressions import Extracted, extracted, impression_files
from matcher.extraction import Extractor
from matcher.template import Template

Scores = NDArray[np.float64]


@dataclass(frozen=True)
class Timings:
    """Medians. `extract_ms` is None when every template came from a cache."""

    extract_ms: float | None
    verify_mated_us: float
    verify_non_mated_us: float


@dataclass(frozen=True)
class Experiment:
    """Scores of all pairs of one set.

    at_gate: best scores of presses as `press_scores` gives them, None without enough impressions.
    """

    name: str
    fingers: int
    impressions: int
    failed: int
    mean_minutiae: float
    mated: Scores
    non_mated: Scores
    timings: Timings
    at_gate: Scores | None

    @property
    def rates(self) -> ErrorRates:
        """Error rates over the set's own thresholds."""
        return error_rates(self.mated, self.non_mated)

    @property
    def failure_to_extract(self) -> float:
        """Share of the images that gave no template."""
        return self.failed / self.impressions


def run_experiment(
    folder: Path,
    extractor: Extractor,
    resolution_ppi: float,
    workers: int,
    cache: Path | None = None,
) -> Experiment:
    """Extract, compare all pairs, keep the scores.

    An image without template scores 0 against everything, as FVC counts it. Raises `ValueError`
    when the folder has no mated or no non-mated pair.
    """
    items = extracted(impression_files(folder), extractor, resolution_ppi, workers, cache)
    pairs = list(combinations(items, 2))
    with ThreadPoolExecutor(workers) as pool:
        outcomes = np.array(list(pool.map(_compared, pairs, chunksize=64))).reshape(-1, 2)
    same = np.array([a.file.finger == b.file.finger for a, b in pairs], dtype=bool)
    if not same.any() or same.all():
        raise ValueError("a set needs two impressions of one finger and two fingers")
    return Experiment(
        name=folder.name,
        fingers=len({item.file.finger for item in items}),
        impressions=len(items),
        failed=sum(item.template is None for item in items),
        mean_minutiae=float(np.mean([len(item.template or ()) for item in items])),
        mated=outcomes[same, 0],
        non_mated=outcomes[~same, 0],
        timings=_timings(items, outcomes[:, 1], same),
        at_gate=press_scores(items, workers),
    )


def _compared(pair: tuple[Extracted, Extracted]) -> tuple[float, float]:
    """Score and microseconds."""
    probe, reference = pair[0].template, pair[1].template
    if probe is None or reference is None:
        return 0.0, 0.0
    return _timed(probe, reference)


def _timed(probe: Template, reference: Template) -> tuple[float, float]:
    started = time.perf_counter()
    score = verify(probe, reference).score
    return score, (time.perf_counter() - started) * 1e6


def _timings(items: Sequence[Extracted], verify_us: Scores, same: NDArray[np.bool_]) -> Timings:
    extract_ms = [item.extract_ms for item in items if item.extract_ms is not None]
    return Timings(
        extract_ms=float(np.median(extract_ms)) if extract_ms else None,
        verify_mated_us=float(np.median(verify_us[same])),
        verify_non_mated_us=float(np.median(verify_us[~same])),
    )
