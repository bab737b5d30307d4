"""All pairs of a folder: one finger's are mated, different fingers' are non-mated."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matcher.engine import verify
from matcher.evaluation.at_gate import press_scores
from matcher.evaluation.errors_by_threshold import ErrorRates
from matcher.evaluation.impressions import Extracted, ImpressionFile, extracted, impression_files
from matcher.evaluation.protocol import Comparisons, all_pairs, finger_numbers, fvc_part
from matcher.extraction import Extractor
from matcher.template import Template

Scores = NDArray[np.float64]


@dataclass(frozen=True)
class Spread:
    """Median and 95th percentile of a time."""

    median: float
    p95: float

    @classmethod
    def of(cls, values: Scores) -> "Spread | None":
        """None without values."""
        if len(values) == 0:
            return None
        return cls(float(np.median(values)), float(np.percentile(values, 95)))


@dataclass(frozen=True)
class Timings:
    """Of what was done: None where every template came from a cache, or no pair had templates."""

    extract_ms: Spread | None
    verify_mated_us: Spread | None
    verify_non_mated_us: Spread | None


@dataclass(frozen=True)
class Experiment:
    """Scores of all pairs of one set.

    failed: images that gave no template. compared: all pairs (the extended protocol), `files` their
    impressions. at_gate: scores of presses as `press_scores` gives them, None without enough
    impressions.
    """

    name: str
    files: tuple[ImpressionFile, ...]
    failed: int
    mean_minutiae: float
    compared: Comparisons
    timings: Timings
    at_gate: Scores | None

    @property
    def fvc(self) -> Comparisons:
        """The comparisons that the FVC protocol keeps."""
        return fvc_part(self.compared, finger_numbers(self.files))

    @property
    def fingers(self) -> int:
        return len({file.finger for file in self.files})

    @property
    def impressions(self) -> int:
        return len(self.files)

    @property
    def mated(self) -> Scores:
        return self.compared.mated

    @property
    def non_mated(self) -> Scores:
        return self.compared.non_mated

    @property
    def rates(self) -> ErrorRates:
        """Error rates over the set's own thresholds."""
        return self.compared.rates

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
    when the folder has no mated or no non-mated pair, or no image gave a template.
    """
    items = extracted(impression_files(folder), extractor, resolution_ppi, workers, cache)
    files = tuple(item.file for item in items)
    pairs, finger_of = all_pairs(len(items)), finger_numbers(files)
    fingers = finger_of[pairs]
    same = fingers[:, 0] == fingers[:, 1]
    if not same.any() or same.all():
        raise ValueError("a set needs two impressions of one finger and two fingers")
    if all(item.template is None for item in items):
        raise ValueError(f"no image gave a template, all taken as {resolution_ppi:g} ppi")
    scores, verify_us = compared_in_threads(items, pairs, workers)
    return Experiment(
        name=folder.name,
        files=files,
        failed=sum(item.template is None for item in items),
        mean_minutiae=float(np.mean([len(item.template or ()) for item in items])),
        compared=Comparisons(pairs, fingers, scores),
        timings=timings_of(items, verify_us, same),
        at_gate=press_scores(items, workers),
    )


def compared_in_threads(
    items: Sequence[Extracted], pairs: NDArray[np.int32], workers: int
) -> tuple[Scores, Scores]:
    """Scores and microseconds of the pairs, float64 (n,) each.

    A pair that lacks a template scores 0 and takes no time (NaN).
    """

    def outcome(pair: tuple[int, int]) -> tuple[float, float]:
        probe, reference = items[pair[0]].template, items[pair[1]].template
        return (0.0, np.nan) if probe is None or reference is None else _timed(probe, reference)

    with ThreadPoolExecutor(workers) as pool:
        outcomes = np.array(list(pool.map(outcome, pairs.tolist()))).reshape(-1, 2)
    return outcomes[:, 0], outcomes[:, 1]


def _timed(probe: Template, reference: Template) -> tuple[float, float]:
    started = time.perf_counter()
    score = verify(probe, reference).score
    return score, (time.perf_counter() - started) * 1e6


def timings_of(items: Sequence[Extracted], verify_us: Scores, same: NDArray[np.bool_]) -> Timings:
    """Of impressions and the microseconds of their pairs, (n,), which of them mated."""
    extract_ms = [item.extract_ms for item in items if item.extract_ms is not None]
    compared = ~np.isnan(verify_us)
    return Timings(
        extract_ms=Spread.of(np.array(extract_ms)),
        verify_mated_us=Spread.of(verify_us[compared & same]),
        verify_non_mated_us=Spread.of(verify_us[compared & ~same]),
    )
