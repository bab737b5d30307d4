"""The gate's figures as the part of `docs/benchmarks.md` that stands under its own heading."""

from collections.abc import Mapping, Sequence

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
from matcher.scoring import MEASURED_FMR

SUBSECTION = "### At the gate"
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


def gate_section(sets: Mapping[str, Scores]) -> str:
    """Text and table for sets by name, with the scores of `press_scores`."""
    lanes = "\n".join(_lane_line(lane) for lane in LANES)
    return "\n\n".join([SUBSECTION, METHOD, lanes, LIMITS, gate_table(sets)])


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
    mark = ", extrapolated" if point.extrapolated else ""
    whose = "the finger's own" if lane.fingers == 1 else f"of {lane.fingers} fingers"
    return (
        f"- {lane.name} lane: {lane.references} references ({whose}), "
        f"threshold {point.threshold:.1f} ({point.comparison_fmr:.1e} a comparison{mark})"
    )


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
