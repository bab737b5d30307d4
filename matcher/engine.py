"""Verify one to one, and one to any of several."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from matcher._core import GalleryCore, Pairs, Partials, Prepared, chosen
from matcher.parameters import TEMPLATE_PPI, PairingParameters, ScreeningParameters
from matcher.scoring import PartialScores, points
from matcher.template import Template

CORE_VARIABLE = "MATCHER_CORE"

# Chosen once, so that all scores of a process come from one core.
_core = chosen(os.environ.get(CORE_VARIABLE))
core_name = _core.name
_constants = (PairingParameters().flat(), ScreeningParameters().flat())
_NO_CELLS = np.empty((0, 0), dtype=np.uint8)


@dataclass(frozen=True)
class Comparison:
    """The outcome of one comparison.

    score: on the FMR scale of `scoring`; partials: what it is made of; pairs: int32 (n, 2),
    index in the probe and index in the reference of each pair of minutiae.
    """

    score: float
    partials: PartialScores
    pairs: Pairs = field(repr=False, compare=False)


def verify(probe: Template, reference: Template) -> Comparison:
    """Compare two impressions. Few or no minutiae score 0, they are no error."""
    ours, theirs = prepared(probe), prepared(reference)
    sums, pairs = _core.compare(ours, theirs, *_constants)
    partials = PartialScores.of(sums)
    return Comparison(points(partials.raw), partials, pairs)


def verify_any(probe: Template, references: Sequence[Template]) -> tuple[int, Comparison]:
    """The reference that the probe agrees with best: its index and the comparison.

    The best of n references is reached falsely n times as often as one: take the threshold for
    the wanted rate divided by n. Raises `ValueError` without references.
    """
    if not references:
        raise ValueError("no references")
    comparisons = [verify(probe, reference) for reference in references]
    best = max(range(len(comparisons)), key=lambda k: comparisons[k].score)
    return best, comparisons[best]


def prepared(template: Template) -> Prepared:
    """As the core compares it: kept with the template, for it costs more than a comparison."""
    return template.derived(_prepared)


def new_gallery() -> GalleryCore:
    """The core's gallery, empty."""
    return _core.gallery(*_constants)


def arrays_of(template: Template) -> tuple[Any, ...]:
    """What the core knows of a template, in the order of `Core.prepare`."""
    compared = template.at_resolution(TEMPLATE_PPI)
    field = compared.field
    ridges = (0, _NO_CELLS) if field is None else (field.cell_px, field.orientation)
    return (*compared.arrays(), *ridges)


class Trial:
    """The core under other pairing parameters than those shipped, for experiments."""

    def __init__(self, pairing: PairingParameters) -> None:
        self._constants = (pairing.flat(), ScreeningParameters().flat())

    def prepared(self, template: Template) -> Prepared:
        """For this trial's comparisons only."""
        return _core.prepare(*arrays_of(template), *self._constants)

    def sums(self, probe: Prepared, reference: Prepared) -> Partials:
        """In the order of `PartialScores`, float64 (n,)."""
        return _core.compare(probe, reference, *self._constants)[0]


def _prepared(template: Template) -> Prepared:
    return _core.prepare(*arrays_of(template), *_constants)
