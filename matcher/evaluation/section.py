"""What one part of the bench hands to the document: its text, and its rows of the table of bars."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Bar:
    """One figure that was promised. `is_reached` is None where it could not be measured."""

    what: str
    bar: str
    measured: str
    is_reached: bool | None


@dataclass(frozen=True)
class Section:
    """Markdown that begins with its own `###` heading, and the bars that it answers."""

    text: str
    bars: tuple[Bar, ...] = ()


def bar_table(bars: Sequence[Bar]) -> str:
    """One row a bar: what / bar / measured / reached."""
    rows = [f"| {b.what} | {b.bar} | {b.measured} | {_verdict(b.is_reached)} |" for b in bars]
    return "\n".join(["| what | bar | measured | reached |", "|---|---|---|---|", *rows])


def _verdict(is_reached: bool | None) -> str:
    return "not measured" if is_reached is None else "yes" if is_reached else "**no**"
