"""The compiled pairing, or its plain twin where it is absent or not wanted."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from matcher.plain_gallery import Gallery as PlainGallery
from matcher.plain_screening import compare as plain_compare
from matcher.plain_screening import prepare as plain_prepare

Partials = NDArray[np.float64]
Pairs = NDArray[np.int32]
Constants = NDArray[np.float64]
CoreName = Literal["native", "plain"]
# Each core's own form of an impression; only the core that made it can read it.
Prepared = Any

try:
    from matcher._core import _native
except ImportError:  # not built here: every result is the same, only slower
    _native = None  # type: ignore[assignment]  # a module that may be absent


class GalleryCore(Protocol):
    """Impressions by their place, from 0.

    add: what `Core.prepare` takes but the parameters. remove: the last takes the freed place.
    search: prepared probe, least evidence, threads. Answers the places of those with the evidence,
    ascending, and `raw` of each one's full comparison.
    """

    def __len__(self) -> int: ...
    def add(self, *arrays: Any) -> None: ...
    def remove(self, index: int, /) -> None: ...
    def search(
        self, probe: Prepared, least_evidence: float, threads: int, /
    ) -> tuple[Pairs, Partials]: ...
    @property
    def bytes(self) -> int: ...


@dataclass(frozen=True)
class Core:
    """Two steps of a comparison; parameters are float64, as their classes' `flat` gives them.

    prepare: x, y, angle_rad, quality, kind of one impression as in `Template`, cell_px and
    orientation of its `RidgeField` (0 and shape (0, 0) without one), `PairingParameters`,
    `ScreeningParameters`.
    compare: prepared probe, prepared reference, the same parameters. Answers the sums in the order
    of `scoring.PartialScores`, and the pairs, int32 (n, 2), by index in the probe. When screening
    ends a comparison, all sums but the last, `raw`, are 0 and there are no pairs.
    gallery: `PairingParameters`, `ScreeningParameters`. Makes an empty one.
    """

    name: CoreName
    prepare: Callable[..., Prepared]
    compare: Callable[[Prepared, Prepared, Constants, Constants], tuple[Partials, Pairs]]
    gallery: Callable[[Constants, Constants], GalleryCore]


PLAIN = Core("plain", plain_prepare, plain_compare, PlainGallery)
NATIVE = (
    None if _native is None else Core("native", _native.prepare, _native.compare, _native.Gallery)
)


def chosen(wanted: str | None) -> Core:
    """The native core unless "plain" is wanted or it was never built."""
    return PLAIN if wanted == "plain" or NATIVE is None else NATIVE
