"""Impression quality beside NFIQ 2: errors versus discard, and how often each reason is given."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matcher.drawing import Figure
from matcher.evaluation.error_versus_discard import (
    DiscardCurve,
    discard_curve,
    pair_quality,
    perfect_curve,
    threshold_at_fnmr,
)
from matcher.evaluation.plot import Axis, LegendPlace, Series, chart
from matcher.evaluation.quality_ratings import (
    EXPONENTS,
    MOST_DISCARDED,
    SET_FNMR,
    RatedSet,
    held_out_exponents,
)
from matcher.evaluation.section import Bar, Section
from matcher.policy import marked
from matcher.quality import QualityReason
from matcher.scoring import threshold_for_fmr

Floats = NDArray[np.float64]

COMPARISON_FMR = 1e-4
SHARES = (0.0, 0.05, 0.1, 0.2, 0.3)
GOOD_SCORE = 60
"""From here on a reason is counted as a false alarm."""
DRAWS, SEED = 300, 20_260
OURS, PEER, PERFECT = "impression quality", "NFIQ 2", "perfect"
LEGEND = f"""\
FNMR when the share of mated pairs with the lowest quality is discarded; a pair has the quality of
its worse impression (ISO/IEC 29794-1). Only pairs whose impressions NFIQ 2 rated both are counted.
The last column is the mean up to {MOST_DISCARDED:.0%} as a share of the first: 1 says nothing, and
in brackets stands the middle 95 % of {DRAWS} seeded draws of whole fingers."""
SET_LEGEND = f"""\
The same last column for every set at its own threshold, below which {SET_FNMR:.0%} of its mated
scores lie. Held out: the one fitted figure, the exponent of the minutiae's confidence, is chosen
among {", ".join(f"{e:g}" for e in EXPONENTS)} on the other sets."""
REASONS = f"""\
Share of impressions that each reason is given for. The sets hold dry, wet and badly placed presses
by design: a reason counts as a false alarm where the score is {GOOD_SCORE} or more all the same."""


def quality_section(sets: Sequence[RatedSet]) -> Section:
    """For at least two sets; NFIQ 2 is left out where it rated no impression at all."""
    pool = _Pool(sets)
    strict = threshold_for_fmr(COMPARISON_FMR)
    loose = threshold_at_fnmr(pool.scores, SET_FNMR)
    tables = (
        (f"At {marked(strict)} points, an FMR of {COMPARISON_FMR:g} a comparison", strict),
        (f"At {marked(loose)} points, below which {SET_FNMR:.0%} of all these pairs lie", loose),
    )
    parts = ["### Impression quality", LEGEND]
    for title, threshold in tables:
        if (pool.scores < threshold).any():
            parts += [f"{title} ({len(pool.scores):,} pairs):", _discard_table(pool, threshold)]
    parts += [SET_LEGEND, _set_table(sets), REASONS, _reason_table(sets)]
    return Section("\n\n".join(parts), (_time_bar(sets),))


def discard_figure(sets: Sequence[RatedSet]) -> Figure:
    """The curves of all sets together at the threshold that `SET_FNMR` of the pairs lie below."""
    pool = _Pool(sets)
    threshold = threshold_at_fnmr(pool.scores, SET_FNMR)
    curves = pool.curves(threshold)
    x = Axis("discarded %", 0.0, 30.0, tuple((v, f"{v:g}") for v in (0.0, 5.0, 10.0, 20.0, 30.0)))
    y = Axis("FNMR %", 0.0, 6.0, tuple((float(v), str(v)) for v in range(7)))
    series = [Series(name, _points(curve)) for name, curve in curves.items()]
    title = f"Errors versus discarded pairs, all sets, at {marked(threshold)} points"
    return chart(title, x, y, series, legend=LegendPlace.TOP_RIGHT)


class _Pool:
    """The pairs of all sets that both qualities rate."""

    def __init__(self, sets: Sequence[RatedSet]) -> None:
        kept = [one.counted for one in sets]
        self.scores = np.concatenate([one.scores[k] for one, k in zip(sets, kept, strict=True)])
        qualities = {OURS: [one.ours for one in sets]}
        if all(one.has_peer for one in sets):
            qualities[PEER] = [one.peer for one in sets]
        self._quality = {
            name: np.concatenate(
                [
                    pair_quality(quality, one.pairs)[k]
                    for one, quality, k in zip(sets, found, kept, strict=True)
                ]
            )
            for name, found in qualities.items()
        }
        self._finger = _finger_of_pairs(sets, kept)

    def curves(self, threshold: float) -> dict[str, DiscardCurve]:
        """By name, the perfect one last."""
        found = {
            name: discard_curve(self.scores, q, threshold) for name, q in self._quality.items()
        }
        return {**found, PERFECT: perfect_curve(self.scores, threshold)}

    def drawn(self, random: np.random.Generator, threshold: float) -> dict[str, float] | None:
        """What is left up to `MOST_DISCARDED` in one draw of fingers; None without misses."""
        fingers = int(self._finger.max()) + 1
        times = np.bincount(random.integers(0, fingers, fingers), minlength=fingers)
        pairs = np.repeat(np.arange(len(self.scores)), times[self._finger])
        scores = self.scores[pairs]
        if not (scores < threshold).any():
            return None
        return {
            name: discard_curve(scores, quality[pairs], threshold).remaining(MOST_DISCARDED)
            for name, quality in self._quality.items()
        }


def _finger_of_pairs(
    sets: Sequence[RatedSet], kept: Sequence[NDArray[np.bool_]]
) -> NDArray[np.int64]:
    """Numbers that mated pairs share when they are of one finger: that of its first impression."""
    numbers, start = [], 0
    for one, keep in zip(sets, kept, strict=True):
        first = np.arange(len(one.found))
        for a, b in one.pairs:
            first[b] = min(first[a], first[b])
        numbers.append(start + first[one.pairs[keep, 0]])
        start += len(one.found)
    _, number = np.unique(np.concatenate(numbers), return_inverse=True)
    return np.asarray(number, dtype=np.int64)


def _discard_table(pool: _Pool, threshold: float) -> str:
    random = np.random.default_rng(SEED)
    draws = [d for _ in range(DRAWS) if (d := pool.drawn(random, threshold)) is not None]
    heads = " | ".join(f"{share:.0%}" for share in SHARES)
    lines = [f"| FNMR % at a discard of | {heads} | left |", "|---" * (len(SHARES) + 2) + "|"]
    for name, curve in pool.curves(threshold).items():
        cells = " | ".join(f"{100 * curve.at(share):.2f}" for share in SHARES)
        left = f"{curve.remaining(MOST_DISCARDED):.2f}"
        if name != PERFECT and draws:
            low, high = np.percentile([draw[name] for draw in draws], (2.5, 97.5))
            left += f" ({low:.2f}-{high:.2f})"
        lines.append(f"| {name} | {cells} | {left} |")
    both = [draw for draw in draws if PEER in draw]
    if both:
        better = float(np.mean([draw[OURS] < draw[PEER] for draw in both]))
        lines += ["", f"Ours leaves less than NFIQ 2 in {better:.0%} of the draws."]
    return "\n".join(lines)


def _set_table(sets: Sequence[RatedSet]) -> str:
    rows = []
    for one, exponent in zip(sets, held_out_exponents(sets), strict=True):
        qualities = (one.evidence[EXPONENTS.index(exponent)], one.ours, one.peer)
        found = [one.curve(quality).remaining(MOST_DISCARDED) for quality in qualities]
        rows.append(found if one.has_peer else [*found[:-1], np.nan])
    lines = [f"| set | {OURS}, held out | as shipped | {PEER} |", "|---|---|---|---|"]
    named = [(one.name, row) for one, row in zip(sets, rows, strict=True)]
    for name, row in [*named, ("**mean**", list(np.mean(rows, axis=0)))]:
        cells = ["-" if np.isnan(value) else f"{value:.2f}" for value in row]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _reason_table(sets: Sequence[RatedSet]) -> str:
    found = [quality for one in sets for quality in one.found]
    good = [quality for quality in found if quality.score >= GOOD_SCORE]
    shown = [reason for reason in QualityReason if any(reason in q.reasons for q in found)]
    heads = [reason.replace("_", " ") for reason in shown]
    lines = [f"| set | {' | '.join(heads)} | none |", "|---" * (len(shown) + 2) + "|"]
    rows = [(one.name, one.found) for one in sets]
    for name, some in [*rows, ("**all**", found), (f"of score {GOOD_SCORE} or more", good)]:
        shares = [np.mean([reason in quality.reasons for quality in some]) for reason in shown]
        shares.append(np.mean([not quality.reasons for quality in some]))
        lines.append(f"| {name} | {' | '.join(f'{share:.1%}' for share in shares)} |")
    return "\n".join(lines)


def _time_bar(sets: Sequence[RatedSet]) -> Bar:
    slowest = max(one.assess_ms for one in sets)
    shown = f"{slowest:.1f} ms (slowest set's median)"
    return Bar(
        "impression quality of a 388×374 image, processor time", "≤ 5 ms", shown, slowest <= 5
    )


def _points(curve: DiscardCurve) -> tuple[tuple[float, float], ...]:
    shares = np.linspace(0, 0.3, 121)
    return tuple((100 * float(share), 100 * curve.at(float(share))) for share in shares)
