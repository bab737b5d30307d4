"""Detection error trade-off: FNMR against FMR with both axes in normal deviates.

A. Martin et al., "The DET curve in assessment of detection task performance", Eurospeech 1997;
ISO/IEC 19795-1.
"""

from collections.abc import Mapping
from statistics import NormalDist

import numpy as np

from matcher.drawing import Figure
from matcher.evaluation.errors_by_threshold import ErrorCurve
from matcher.evaluation.plot import Axis, Series, chart

LEAST, GREATEST = 1e-5, 0.5
TICKS = tuple(
    (share, f"{share * 100:g}") for share in (1e-5, 1e-4, 1e-3, 1e-2, 0.05, 0.1, 0.2, 0.4)
)

deviate = NormalDist().inv_cdf


def det_figure(curves: Mapping[str, ErrorCurve], title: str) -> Figure:
    """A chart of named curves. Rates beyond the axes, 0 among them, lie on the frame."""
    x = Axis("FMR % (normal deviates)", LEAST, GREATEST, TICKS, deviate)
    y = Axis("FNMR % (normal deviates)", LEAST, GREATEST, TICKS, deviate)
    return chart(title, x, y, [det_series(name, curve) for name, curve in curves.items()])


def det_series(name: str, curve: ErrorCurve) -> Series:
    """FMR falling: a staircase, of which only the corners are kept."""
    inside = (curve.fmr_beyond < GREATEST) & (curve.fnmr_beyond < GREATEST)
    fmr, fnmr = curve.fmr_beyond[inside], curve.fnmr_beyond[inside]
    steps = np.flatnonzero(np.diff(fnmr))
    corners = np.unique(np.concatenate([[0], steps, steps + 1, [len(fnmr) - 1]]))
    points: list[tuple[float, float]] = []
    for k in corners.astype(int).tolist() if len(fnmr) else ():
        if points:
            points.append((float(fmr[k]), points[-1][1]))  # first to the left, then up
        points.append((float(fmr[k]), float(fnmr[k])))
    return Series(name, tuple(points))
