"""The four impressions of a finger made one score, and several fingers made one: which rule pays.

Impressions 1-4 of every finger are enrolled and the others are presses. For each rule a press that
does not score above every stranger's of its set is a miss (the set's zero-false-match threshold).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.evaluation.section import Bar, Section
from matcher.policy import finger_points, fused_points

Scores = NDArray[np.float64]
Rule = Callable[[Scores], Scores]

MOST_MISSES = 1
METHOD = """\
Impressions 1-4 of every finger are enrolled, the others are presses; a press is compared with the
four references and the scores are made one. Shown are presses that do not score above every
stranger's press of their set (the set's zero-false-match threshold), and the lowest margin in
points between a finger's own press and the highest stranger's. The product takes the best of four:
it is the only rule here whose error budget holds by arithmetic (union bound) whatever the
impressions have in common."""
TWO_FINGERS = """\
Two fingers of one person (a finger and the next of the set), each pressed once and scored by the
best of four less what that choice costs; the two are fused by Fisher's method
(`matcher.policy.fused_points`), strangers have two other fingers."""


def _best(scores: Scores) -> Scores:
    return np.asarray(scores.max(axis=-1))


def _second(scores: Scores) -> Scores:
    return np.asarray(np.sort(scores, axis=-1)[..., -2])


RULES: Mapping[str, Rule] = {
    "best of four": _best,
    "mean of the best two": lambda scores: (_best(scores) + _second(scores)) / 2,
    "best and a quarter of the second": lambda scores: _best(scores) + _second(scores) / 4,
    "mean of four": lambda scores: np.asarray(scores.mean(axis=-1)),
}


@dataclass(frozen=True)
class Misses:
    """Of presses (or persons) at a zero-false-match threshold."""

    missed: int
    trials: int
    least_margin: float


def misses(fused: Scores) -> Misses:
    """Of scores (fingers, presses, fingers): whose press against whose references."""
    own = np.eye(len(fused), dtype=bool)
    mine, strangers = fused.transpose(0, 2, 1)[own], fused.transpose(0, 2, 1)[~own]
    highest = float(strangers.max())
    missed = int((mine <= highest).sum())
    return Misses(missed, mine.size, float(mine.min() - highest))


def two_fingers(scores: Scores) -> Misses:
    """The same of persons of two fingers: of `press_scores`, an even part of the fingers."""
    fingers = len(scores) // 2 * 2
    points = np.apply_along_axis(lambda row: finger_points(row.tolist()), 3, scores)
    points = points[:fingers, :, :fingers]
    first, second = points[0::2, :, 0::2], points[1::2, :, 1::2]
    fused = np.stack([first, second], axis=-1)
    return misses(np.apply_along_axis(lambda row: fused_points(row.tolist()), 3, fused))


def fusion_section(sets: Mapping[str, Scores]) -> Section:
    """Of sets by name, with the scores of `press_scores`."""
    if not sets:
        return Section("### Fusion\n\nNot measured: no set has the impressions for it.")
    heads = [*RULES, "two fingers fused"]
    lines = [f"| set | {' | '.join(heads)} |", "|---" * (1 + len(heads)) + "|"]
    counted = {
        name: [*(misses(rule(scores)) for rule in RULES.values()), two_fingers(scores)]
        for name, scores in sets.items()
    }
    for name, row in counted.items():
        lines.append(f"| {name} | {' | '.join(map(_cell, row))} |")
    columns = list(zip(*counted.values(), strict=True))
    totals = [f"**{sum(m.missed for m in c)} of {sum(m.trials for m in c)}**" for c in columns]
    lines.append(f"| **all** | {' | '.join(totals)} |")
    table = "\n".join(lines)
    best = columns[0]
    missed, presses = sum(m.missed for m in best), sum(m.trials for m in best)
    bar = Bar(
        f"enrol 1-4, probe 5-8, best of four, pooled over {len(sets)} sets: misses at each set's "
        "zero-false-match threshold",
        f"≤ {MOST_MISSES} of 484",
        f"{missed} of {presses}",
        missed <= MOST_MISSES,
    )
    return Section("\n\n".join(["### Fusion", METHOD, TWO_FINGERS, table]), (bar,))


def _cell(one: Misses) -> str:
    return f"{one.missed} of {one.trials} ({one.least_margin:+.0f})"
