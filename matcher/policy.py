"""From a budget for false acceptance to the score a comparison must reach; fusion of scores.

The terms are those of ISO/IEC 19795-1: a *comparison* falsely matches with probability FMR, a
*transaction* - all presses that one visit allows, each compared with several references - falsely
accepts with probability FAR. A budget is stated for the transaction and shared evenly among its
comparisons. By the union bound their false matches together stay within it, however much the
comparisons depend on each other; where they do, the bound is kept with room to spare.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, fsum, lgamma, log, log10

from matcher.scoring import (
    MEASURED_FMR,
    POINTS_A_DECADE,
    is_extrapolated,
    threshold_for_fmr,
)


@dataclass(frozen=True)
class OperatingPoint:
    """What is asked of one comparison.

    comparison_fmr: its share of the budget. threshold: the score that keeps it.
    extrapolated: no set of non-mated pairs has shown the rate; the scale's tail is taken for it.
    """

    comparison_fmr: float
    threshold: float
    extrapolated: bool


def operating_point(
    target_far: float, tries: int = 1, fingers: int = 1, impressions: int = 1
) -> OperatingPoint:
    """The point at which a transaction keeps its budget when the best comparison decides.

    target_far: budget of the transaction, above 0 and at most 1. tries: presses it allows in all
    lanes together. fingers, impressions: how many fingers a press is compared with, and how many
    stored impressions of each. Fused scores (`finger_points`, `fused_points`) count as one
    comparison: leave out what they have already paid for. Raises `ValueError`.
    """
    if min(tries, fingers, impressions) < 1:
        raise ValueError("a transaction needs a press, a finger and an impression")
    if not 0 < target_far <= 1:
        raise ValueError("a false acceptance rate lies above 0 and at most at 1")
    fmr = target_far / (tries * fingers * impressions)
    return OperatingPoint(fmr, threshold_for_fmr(fmr), is_extrapolated(fmr))


def is_extrapolated_score(points: float) -> bool:
    """Whether a score or threshold lies beyond what the calibration's pairs resolve."""
    return points > threshold_for_fmr(MEASURED_FMR)


def marked(points: float) -> str:
    """A score or threshold in words for reports, marked where it is extrapolated."""
    return f"{points:.1f}{' (extrapolated)' if is_extrapolated_score(points) else ''}"


def finger_points(scores: Sequence[float]) -> float:
    """One press against the impressions of one finger, as points that hold for the whole finger.

    The best score, less what taking the best of n costs: a stranger reaches it n times as often
    (union bound; the impressions of one finger are alike, so the true price is lower). 0 without
    scores. Raises no error for few impressions: a finger with one is charged nothing.
    """
    if not scores:
        return 0.0
    return max(max(scores) - POINTS_A_DECADE * log10(len(scores)), 0.0)


def fused_points(fingers: Sequence[float]) -> float:
    """Several fingers of one person, each pressed and compared with its own references.

    `fingers` are points as `finger_points` gives them, one for every finger that was asked for,
    the weak ones too. Each stands for the rate p at which a stranger reaches it. The product of k
    rates falls to t or below with probability t * sum((-ln t)^i / i!, i < k) (R. A. Fisher's
    method), provided that different fingers of a stranger score independently. 0 without fingers.
    """
    if not fingers:
        return 0.0
    evidence = fsum(fingers) * log(10) / POINTS_A_DECADE  # -ln t
    if evidence <= 0:
        return 0.0
    steps = [i * log(evidence) - lgamma(i + 1) for i in range(len(fingers))]
    largest = max(steps)
    price = largest + log(fsum(exp(step - largest) for step in steps))
    return max((evidence - price) * POINTS_A_DECADE / log(10), 0.0)
