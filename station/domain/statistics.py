"""Counts that tell nothing of anybody: small cells are left out, and what would give them away."""

from collections.abc import Mapping
from dataclasses import dataclass

SMALLEST_SHOWN = 5
"""A count from 1 to 4 could be somebody: it is shown as `HIDDEN`, zero as zero."""
HIDDEN = -1

Table = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Released:
    """A table (row → column → count or HIDDEN) that may leave the station, without totals."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]


def released(table: Table, columns: tuple[str, ...]) -> Released:
    """Hide small cells. Where a row hides just one, its next smallest count is hidden as well.

    Somebody may know a row's sum from elsewhere: one hidden cell would then be a subtraction away.
    """
    rows = []
    for name in sorted(table):
        counts = [table[name].get(column, 0) for column in columns]
        rows.append((name, tuple(_hidden(counts))))
    return Released(columns, tuple(rows))


def _hidden(counts: list[int]) -> list[int]:
    shown = [HIDDEN if 0 < count < SMALLEST_SHOWN else count for count in counts]
    others = [count for count in shown if count > 0]
    if shown.count(HIDDEN) == 1 and others:
        shown[shown.index(min(others))] = HIDDEN
    return shown
