"""Strict reading of a driver's options as they come from the settings."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from drivers.errors import OptionInvalid

MAX_TEXT_LENGTH = 500


class Options:
    """The options of one driver; everything wrong raises OptionInvalid naming the option."""

    def __init__(self, driver: str, values: Mapping[str, object]) -> None:
        self._driver = driver
        self._values = values

    def integer(self, name: str, default: int, lowest: int, highest: int) -> int:
        """A whole number within limits."""
        value = self._values.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self._wrong(name, "not a whole number")
        if not lowest <= value <= highest:
            raise self._wrong(name, f"not between {lowest} and {highest}")
        return value

    def number(self, name: str, default: float, lowest: float, highest: float) -> float:
        """A number within limits."""
        value = self._values.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._wrong(name, "not a number")
        if not lowest <= value <= highest:
            raise self._wrong(name, f"not between {lowest:g} and {highest:g}")
        return float(value)

    def text(self, name: str, default: str | None = None) -> str:
        """A text that is not empty; required when there is no default."""
        value = self._values.get(name, default)
        if not isinstance(value, str) or not value or len(value) > MAX_TEXT_LENGTH:
            raise self._wrong(name, "missing or no usable text")
        return value

    def path(self, name: str) -> Path:
        """A required path, as text or Path."""
        value = self._values.get(name)
        return value if isinstance(value, Path) else Path(self.text(name))

    def table(self, name: str) -> Mapping[str, object]:
        """A table of further values; empty when absent."""
        value = self._values.get(name, {})
        if not isinstance(value, Mapping):
            raise self._wrong(name, "not a table")
        return value

    def _wrong(self, name: str, why: str) -> OptionInvalid:
        return OptionInvalid(self._driver, f"option {name}: {why}")
