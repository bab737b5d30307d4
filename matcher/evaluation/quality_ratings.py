"""The impressions of a set with their quality, ours and the peer's, and what it is worth."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matcher.evaluation.error_versus_discard import (
    DiscardCurve,
    discard_curve,
    pair_quality,
    threshold_at_fnmr,
)
from matcher.evaluation.experiment import Experiment
from matcher.evaluation.impressions import Extracted
from matcher.evaluation.protocol import Comparisons
from matcher.extraction import decode_image
from matcher.parameters import QualityParameters
from matcher.quality import ImpressionQuality, assess, minutiae_evidence
from matcher.template import Template

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

EXPONENTS = (1.0, 1.5, 2.0, 2.5, 3.0)
"""Among which the exponent of the evidence was chosen."""
SET_FNMR = 0.05
"""Misses of one set, at a threshold of its own, that its curve begins with."""
MOST_DISCARDED = 0.2
TIMED_PX = 388 * 374
"""Size of the image that times are stated for."""

AskPeer = Callable[[bytes], int | None]


@dataclass(frozen=True)
class RatedSet:
    """One set's mated pairs and the qualities of its impressions.

    pairs: int32 (n, 2), scores: float64 (n,). found: what `assess` says. evidence: one row for
    every one of EXPONENTS, float64 (5, impressions). peer: NFIQ 2, float64 (impressions,), NaN
    where the peer refused or was not asked. assess_ms: median processor time, for 388×374 pixels.
    """

    name: str
    pairs: NDArray[np.int32]
    scores: Floats
    found: tuple[ImpressionQuality, ...]
    evidence: Floats
    peer: Floats
    assess_ms: float

    @property
    def ours(self) -> Floats:
        """The impression quality, 0-100, (impressions,)."""
        return np.array([one.score for one in self.found], dtype=np.float64)

    @property
    def has_peer(self) -> bool:
        """Whether the peer rated any impression."""
        return not bool(np.isnan(self.peer).all())

    @property
    def counted(self) -> Mask:
        """Pairs of which the peer rated both impressions, (n,); all where it rated none."""
        if not self.has_peer:
            return np.ones(len(self.pairs), dtype=bool)
        return np.asarray(~np.isnan(self.peer)[self.pairs].any(axis=1), dtype=bool)

    def curve(self, quality: Floats) -> DiscardCurve:
        """Over the counted pairs, at the set's own threshold for `SET_FNMR`."""
        worse, scores = pair_quality(quality, self.pairs)[self.counted], self.scores[self.counted]
        return discard_curve(scores, worse, threshold_at_fnmr(scores, SET_FNMR))


def rated_sets(
    experiments: Sequence[Experiment], items: Sequence[Extracted], ask_peer: AskPeer | None
) -> list[RatedSet]:
    """Rate the impressions of all experiments, which `items` holds in the same order."""
    rated, start = [], 0
    for one in experiments:
        stop = start + one.impressions
        rated.append(rated_set(one.name, items[start:stop], one.compared, ask_peer))
        start = stop
    return rated


def rated_set(
    name: str, items: Sequence[Extracted], compared: Comparisons, ask_peer: AskPeer | None
) -> RatedSet:
    """Rate every impression of a set at 500 ppi; one without template has quality 0."""
    p = QualityParameters()
    variants = [replace(p, evidence_exponent=exponent) for exponent in EXPONENTS]
    templates = [item.template for item in items]
    data = [item.file.path.read_bytes() for item in items]
    rated = [_assessed(octets, one, p) for octets, one in zip(data, templates, strict=True)]
    peer = [None if ask_peer is None else ask_peer(octets) for octets in data]
    evidence = [
        [0.0 if one is None else minutiae_evidence(one, variant) for one in templates]
        for variant in variants
    ]
    return RatedSet(
        name=name,
        pairs=compared.pairs[compared.is_mated],
        scores=compared.mated,
        found=tuple(found for found, _ in rated),
        evidence=np.array(evidence, dtype=np.float64),
        peer=np.array([np.nan if score is None else score for score in peer], dtype=np.float64),
        assess_ms=float(np.median([elapsed_ms for _, elapsed_ms in rated])),
    )


def held_out_exponents(sets: Sequence[RatedSet]) -> list[float]:
    """For every set, the exponent that is best on the mean of the others; needs two sets."""
    worth = np.array(
        [[one.curve(row).remaining(MOST_DISCARDED) for row in one.evidence] for one in sets]
    )
    others = (worth.sum(axis=0) - worth) / (len(sets) - 1)
    return [EXPONENTS[k] for k in others.argmin(axis=1)]


def _assessed(
    data: bytes, template: Template | None, p: QualityParameters
) -> tuple[ImpressionQuality, float]:
    """Quality and milliseconds of processor time."""
    if template is None:
        return ImpressionQuality(0, ()), 0.0
    grey = decode_image(data)
    started = time.process_time()
    found = assess(grey, template, p)
    elapsed_ms = (time.process_time() - started) * 1000
    return found, elapsed_ms * TIMED_PX / grey.size
