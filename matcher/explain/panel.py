"""The words beside the pictures: score, what it stands for, its parts by name, the legend."""

from collections.abc import Iterator
from dataclasses import fields

from matcher.drawing import Polyline, Shape, Words
from matcher.engine import Comparison
from matcher.explain.marks import LINE, PAIRED, UNPAIRED, mark
from matcher.minutia import Minutia, MinutiaKind
from matcher.policy import is_extrapolated_score
from matcher.scoring import POINTS_A_DECADE, PartialScores

WIDTH_PX = 330
MUTED, RULE = "#59626c", "#d5dae0"
_LARGE = 9_999.5
"""From here on a number is told by its power of ten."""
_LEGEND = (
    (Minutia(0, 0, 0.5, 100, MinutiaKind.ENDING), True, "ending, paired"),
    (Minutia(0, 0, 0.5, 100, MinutiaKind.BIFURCATION), True, "bifurcation, paired"),
    (Minutia(0, 0, 0.5, 100, MinutiaKind.ENDING), False, "not paired (thin, grey)"),
    (Minutia(0, 0, 0.5, 20, MinutiaKind.ENDING), True, "small: of low quality"),
)


def panel(comparison: Comparison, left: float, top: float) -> Iterator[Shape]:
    """Shapes of a panel whose top left corner is given."""
    yield Words(left, top + 14, "Score", 14, MUTED)
    yield Words(left, top + 60, f"{comparison.score:.1f}", 44, bold=True)
    for k, sentence in enumerate(_meaning(comparison.score)):
        yield Words(left, top + 88 + 20 * k, sentence, 14, MUTED)
    yield from _rule(left, top + 122)
    y = top + 150.0
    yield Words(left, y, "Partial scores", 15, bold=True)
    for name, value in _parts(comparison.partials):
        y += 23
        yield Words(left, y, name, 14)
        yield Words(left + WIDTH_PX - 150, y, value, 14, bold=True)
    yield from _rule(left, y + 20)
    yield from _legend(left, y + 48)


def panel_height(comparison: Comparison) -> int:
    """Pixels that `panel` takes."""
    return 150 + 23 * len(fields(comparison.partials)) + 48 + 28 * (len(_LEGEND) + 2)


def _legend(left: float, y: float) -> Iterator[Shape]:
    yield Words(left, y, "Legend", 15, bold=True)
    for minutia, is_paired, words in _LEGEND:
        y += 28
        yield from mark(minutia, (left + 12, y - 2), is_paired)
        yield Words(left + 44, y + 3, words, 14, PAIRED if is_paired else UNPAIRED)
    y += 28
    yield Polyline(((left, y - 2), (left + 32, y - 2)), LINE, 1.4)
    yield Words(left + 44, y + 3, "joins the two of a pair", 14, LINE)


def _meaning(score: float) -> tuple[str, str]:
    pairs = 10 ** (score / POINTS_A_DECADE)
    times, power = f"{pairs:.0e}".split("e")
    rate = f"1 in {pairs:,.0f}" if pairs < _LARGE else f"1 in {times} x 10^{int(power)}"
    mark_ = " (extrapolated)" if is_extrapolated_score(score) else ""
    return f"{rate} pairs of different", f"fingers reach it{mark_}"


def _parts(partials: PartialScores) -> Iterator[tuple[str, str]]:
    for field in fields(partials):
        value = getattr(partials, field.name)
        shown = f"{value}" if isinstance(value, int) else f"{value:.2f}"
        yield field.name.replace("_", " "), shown


def _rule(left: float, y: float) -> Iterator[Shape]:
    yield Polyline(((left, y), (left + WIDTH_PX - 40, y)), RULE)
