"""The compiled pairing, or its plain twin where it is absent or not wanted."""

from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from matcher.plain import compare as plain_compare

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]
Partials = NDArray[np.float64]
Pairs = NDArray[np.int32]
CoreName = Literal["native", "plain"]

try:
    from matcher._core import _native
except ImportError:  # not built here: every result is the same, only slower
    native = None
else:
    native = _native.compare


class Compare(Protocol):
    """x, y, angle_rad, quality, kind of the probe, then of the reference, then the parameters.

    Answers float64 (9,), in the order of `scoring.PartialScores`, and the pairs, int32 (n, 2),
    by index in the probe.
    """

    def __call__(
        self,
        probe_x: Floats,
        probe_y: Floats,
        probe_angle_rad: Floats,
        probe_quality: Bytes,
        probe_kind: Bytes,
        reference_x: Floats,
        reference_y: Floats,
        reference_angle_rad: Floats,
        reference_quality: Bytes,
        reference_kind: Bytes,
        parameters: NDArray[np.float64],
        /,
    ) -> tuple[Partials, Pairs]: ...


def chosen(wanted: str | None) -> tuple[CoreName, Compare]:
    """The native core unless "plain" is wanted or it was never built."""
    if wanted == "plain" or native is None:
        return "plain", plain_compare
    return "native", native
