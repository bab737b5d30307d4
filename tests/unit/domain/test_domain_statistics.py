"""Counts that may leave the station: small ones hidden, and no sum gives them away."""

from hypothesis import given
from hypothesis import strategies as st

from station.domain.statistics import HIDDEN, SMALLEST_SHOWN, released

COLUMNS = ("a", "b", "c")


def row(*counts: int) -> tuple[int, ...]:
    table = {"day": dict(zip(COLUMNS, counts, strict=True))}
    return released(table, COLUMNS).rows[0][1]


def test_large_counts_and_zeros_are_shown() -> None:
    assert row(5, 0, 900) == (5, 0, 900)


def test_one_small_count_takes_the_next_smallest_along() -> None:
    assert row(3, 40, 90) == (HIDDEN, HIDDEN, 90)
    assert row(1, 2, 90) == (HIDDEN, HIDDEN, 90)
    assert row(4, 0, 0) == (HIDDEN, 0, 0)


def test_missing_columns_are_zero_and_days_are_in_order() -> None:
    table = {"2026-06-02": {"a": 7}, "2026-06-01": {"b": 8}}
    assert released(table, COLUMNS).rows == (
        ("2026-06-01", (0, 8, 0)),
        ("2026-06-02", (7, 0, 0)),
    )


@given(st.lists(st.integers(0, 30), min_size=3, max_size=3))
def test_no_small_count_is_ever_shown_or_a_subtraction_away(counts: list[int]) -> None:
    shown = row(*counts)
    assert not any(0 < count < SMALLEST_SHOWN for count in shown)
    assert all(one in (HIDDEN, other) for one, other in zip(shown, counts, strict=True))
    hidden = shown.count(HIDDEN)
    assert hidden != 1 or not any(count > 0 for count in shown)
