"""Recognises a keyboard-wedge barcode scanner by the speed of its keys.

Pure: keys and their times go in, scans come out; no thread, no clock, no Qt. A person's keys pass
through untouched, because a scan is only what arrives faster than anybody types.
"""

from __future__ import annotations

from dataclasses import dataclass, field

# What scanners put behind a code of themselves; which of them is a matter of their own settings.
END_KEYS = frozenset({"\r", "\n", "\t"})
MAX_SCAN_LENGTH = 512


@dataclass(frozen=True)
class WedgeSettings:
    """How this scanner was set up.

    `max_gap_ms`: longest pause between two keys of one scan; scanners need 1 to 15 ms, the fastest
    typists about 60. `prefix` and `suffix`: characters the scanner puts round the code; the suffix
    may be empty, then Enter or Tab ends a scan. `ends_by_pause`: it sends nothing behind a code, so
    that silence ends it (see `WedgeRecogniser.pause`).
    """

    max_gap_ms: float = 35.0
    min_length: int = 4
    prefix: str = ""
    suffix: str = ""
    ends_by_pause: bool = False


@dataclass(frozen=True)
class Scan:
    """A code without prefix and suffix; may be an ID number, so it stays out of the repr."""

    text: str = field(repr=False)


class WedgeRecogniser:
    """Collects keys until they make a scan."""

    def __init__(self, settings: WedgeSettings | None = None) -> None:
        self._settings = settings or WedgeSettings()
        self._keys: list[str] = []
        self._last_ms: float | None = None
        self._too_long = False

    @property
    def burst_length(self) -> int:
        """How many keys have come one right after the other."""
        return len(self._keys)

    def feed(self, key: str, at_ms: float) -> Scan | None:
        """Take one key: the character typed ("\\r" for Enter) and its time in milliseconds.

        Returns the scan that this key completes. Keys without a character (Shift) are ignored.
        """
        if len(key) != 1:
            return None
        if self._last_ms is None or not 0 <= at_ms - self._last_ms <= self._settings.max_gap_ms:
            self._forget()
        self._last_ms = at_ms
        if key in END_KEYS:
            return self._finish(self._settings.suffix)
        if not key.isprintable():  # Ctrl and a letter: a person
            self._forget()
            return None
        return self._take(key)

    def pause(self, at_ms: float) -> Scan | None:
        """Tell that no key came until now: the scan of a scanner that sends nothing behind a code.

        Ask once `max_gap_ms` have passed since the last key.
        """
        if not self._settings.ends_by_pause or self._last_ms is None:
            return None
        if 0 <= at_ms - self._last_ms <= self._settings.max_gap_ms:
            return None
        return self._finish(self._settings.suffix)

    def _take(self, key: str) -> Scan | None:
        self._keys.append(key)
        if len(self._keys) > MAX_SCAN_LENGTH:
            self._keys.clear()
            self._too_long = True  # also what is still to come of it
        suffix = self._settings.suffix
        if suffix and "".join(self._keys).endswith(suffix):
            return self._finish(suffix)
        return None

    def _forget(self) -> None:
        self._keys.clear()
        self._too_long = False

    def _finish(self, suffix: str) -> Scan | None:
        text, too_long = "".join(self._keys), self._too_long
        self._forget()
        prefix = self._settings.prefix
        if too_long or not (text.startswith(prefix) and text.endswith(suffix)):
            return None
        code = text[len(prefix) : len(text) - len(suffix)]
        return Scan(code) if len(code) >= self._settings.min_length else None
