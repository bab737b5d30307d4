"""What non-mated pairs show of the scale: how often they reach its points, and how sure that is."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matcher.evaluation.bootstrap import rate_at_most, resolution_mark
from matcher.evaluation.experiment import Experiment
from matcher.evaluation.section import Section
from matcher.scoring import KNOTS, MEASURED_FMR, POINTS_A_DECADE, threshold_for_fmr

Scores = NDArray[np.float64]

SCALE_SETS = "FVC"
"""Sets whose names begin so make the scale: different fingers score higher there than elsewhere."""
SHOWN = (*(points for _, points in KNOTS[1:]), threshold_for_fmr(MEASURED_FMR))
LEGEND = f"""\
A score of s points stands for an FMR of 10^(-s/{POINTS_A_DECADE:.0f}). The scale was made of the
non-mated pairs of the {SCALE_SETS} sets; this is how many of them, and of all, reach its points.
"At most" is the upper bound with 95 % confidence if pairs were independent (without events the rule
of 3), which pairs of few fingers are not. `*` so many pairs let expect fewer than 30 (rule of 30),
`†` fewer than 3. Above the last row scores are extrapolated."""


def scale_section(experiments: Sequence[Experiment]) -> Section:
    """The scale beside the sets that made it, where there are any, and beside all."""
    making = [one.non_mated for one in experiments if one.name.startswith(SCALE_SETS)]
    pools = {f"{SCALE_SETS} sets": making} if making else {}
    pools["all sets"] = [one.non_mated for one in experiments]
    return Section("\n\n".join(["### Scale", LEGEND, _table(pools)]))


def _table(pools: dict[str, list[Scores]]) -> str:
    scores = {name: np.concatenate(parts) for name, parts in pools.items()}
    heads = " | ".join(f"{name}, of {len(one):,} | at most" for name, one in scores.items())
    lines = [f"| points | FMR | {heads} |", "|---" * (2 + 2 * len(scores)) + "|"]
    for points in SHOWN:
        cells = [cell for one in scores.values() for cell in _cells(one, points)]
        fmr = 10 ** (-points / POINTS_A_DECADE)
        lines.append(f"| {points:.1f} | {fmr:.1e} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cells(scores: Scores, points: float) -> tuple[str, str]:
    reached = int((scores >= points).sum())
    mark = resolution_mark(10 ** (-points / POINTS_A_DECADE), len(scores))
    return f"{reached:,}{mark}", f"{rate_at_most(reached, len(scores)):.1e}"
