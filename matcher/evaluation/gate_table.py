"""The gate's figures as the part of `docs/benchmarks.md` that stands under its own heading."""

from collections.abc import Mapping, Sequence

import numpy as np

from matcher.evaluation.at_gate import (
    LANES,
    REFERENCES,
    SPECIAL_TRIES,
    TRIES,
    VISIT_FAR,
    GateCounts,
    Lane,
    Scores,
    gate_counts,
    pooled,
)
from matcher.evaluation.bootstrap import rate_at_most
from matcher.evaluation.errors_by_threshold import share_below
from matcher.evaluation.experiment import Experiment
from matcher.evaluation.section import Section
from matcher.scoring import MEASURED_FMR

COLUMNS = ("presses refused", "visits refused", "strangers' presses admitted", "at most, 95 %")
METHOD = f"""\
Impressions 1-{REFERENCES} of every finger are enrolled, the others are presses. A press scores the
best of its comparisons. The budget of a visit, a FAR of {VISIT_FAR:g}, is shared evenly among its
{TRIES} presses in the normal and {SPECIAL_TRIES} in the special lane, and each share among the
references of the lane. An image without template is a refused press; a visit is refused when its
first {TRIES} presses all are. A person of several fingers is a finger with those that follow it in
the set; strangers are all other fingers."""
LIMITS = f"""\
Thresholds for an FMR below {MEASURED_FMR:g} a comparison are extrapolated. "At most" is the upper
bound with 95 % confidence if presses were independent (without events the rule of 3); they are
not, since presses and references come again. That a visit keeps {VISIT_FAR:g} would take
{3 / VISIT_FAR:,.0f} strangers' visits without an event to show."""


SINGLE = """\
Single comparisons at those thresholds, all pairs: misses among the mated and false matches among
the non-mated."""


def gate_section(experiments: Sequence[Experiment]) -> Section:
    """Presses and visits of sets with impressions enough, and single comparisons of all."""
    sets = {one.name: one.at_gate for one in experiments if one.at_gate is not None}
    lanes = "\n".join(_lane_line(lane) for lane in LANES)
    parts = ("### At the gate", METHOD, lanes, LIMITS, gate_table(sets), SINGLE)
    return Section("\n\n".join([*parts, single_table(experiments)]))


def single_table(experiments: Sequence[Experiment]) -> str:
    """FNMR and false matches of single comparisons at the threshold of each lane."""
    heads = " | ".join(
        f"{lane.name} lane, {lane.point.threshold:.1f}{_mark(lane)}: FNMR % | non-mated above"
        for lane in LANES
    )
    lines = [f"| set | {heads} |", "|---" * (1 + 2 * len(LANES)) + "|"]
    lines.extend(_single_row(one.name, one.mated, one.non_mated) for one in experiments)
    mated, non_mated = (
        np.concatenate([getattr(one, kind) for one in experiments])
        for kind in ("mated", "non_mated")
    )
    return "\n".join([*lines, _single_row("**all**", mated, non_mated)])


def _single_row(name: str, mated: Scores, non_mated: Scores) -> str:
    cells = [
        cell
        for threshold in (lane.point.threshold for lane in LANES)
        for cell in (
            f"{share_below(mated, threshold) * 100:.2f}",
            f"{int((non_mated >= threshold).sum())} of {len(non_mated):,}",
        )
    ]
    return f"| {name} | {' | '.join(cells)} |"


def gate_table(sets: Mapping[str, Scores]) -> str:
    """One row a set and the pooled counts; a dash where a set has too few fingers."""
    heads = " | ".join(f"{lane.name}: {column}" for lane in LANES for column in COLUMNS)
    lines = [f"| set | {heads} |", "|---" * (1 + len(LANES) * len(COLUMNS)) + "|"]
    by_lane = [{name: gate_counts(scores, lane) for name, scores in sets.items()} for lane in LANES]
    lines.extend(_row(name, [counts[name] for counts in by_lane]) for name in sets)
    kept = [[c for c in counts.values() if c is not None] for counts in by_lane]
    lines.append(_row("**all**", [pooled(counts) if counts else None for counts in kept]))
    return "\n".join(lines)


def _lane_line(lane: Lane) -> str:
    point = lane.point
    whose = "the finger's own" if lane.fingers == 1 else f"of {lane.fingers} fingers"
    return (
        f"- {lane.name} lane: {lane.references} references ({whose}), "
        f"threshold {point.threshold:.1f} ({point.comparison_fmr:.1e} a comparison{_mark(lane)})"
    )


def _mark(lane: Lane) -> str:
    return ", extrapolated" if lane.point.extrapolated else ""


def _row(name: str, lanes: Sequence[GateCounts | None]) -> str:
    cells = [cell for counts in lanes for cell in _cells(counts)]
    return f"| {name} | {' | '.join(cells)} |"


def _cells(counts: GateCounts | None) -> tuple[str, ...]:
    if counts is None:
        return ("-",) * len(COLUMNS)
    return (
        _share(counts.refused_presses, counts.presses),
        _share(counts.refused_visits, counts.visits),
        f"{counts.admitted_strangers} of {counts.stranger_presses:,}",
        f"{rate_at_most(counts.admitted_strangers, counts.stranger_presses):.1e}",
    )


def _share(events: int, trials: int) -> str:
    return f"{events} of {trials:,} ({events / trials * 100:.2f} %)"
