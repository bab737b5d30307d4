"""Recognises a keyboard-wedge barcode scanner by the speed of its keys.

Pure: keys and their times go in, scans come out; no thread, no clock, no Qt. A person's keys pass
through untouched, because a scan is only what arrives faster than anybody types.
"""

from __future__ import annotations

from dataclasses import dataclass, field

ENTER_KEYS = frozenset({"\r", "\n"})
MAX_SCAN_LENGTH = 512


@dataclass(frozen=True)
class WedgeSettings:
    """How this scanner was set up.

    `max_gap_ms`: longest pause between two keys of one scan; scanners need 1 to 15 ms, the fastest
    typists about 60. `prefix` and `suffix`: characters the scanner puts round the code; the suffix
    may be empty, then Enter ends a scan.
    """

    max_gap_ms: float = 35.0
    min_length: int = 4
    prefix: str = ""
    suffix: str = ""


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

    def feed(self, key: str, at_ms: float) -> Scan | None:
        """Take one key: the character typed ("\\r" for Enter) and its time in milliseconds.

        Returns the scan that this key completes. Keys without a character (Shift) are ignored.
        """
        if len(key) != 1:
            return None
        if self._last_ms is None or not 0 <= at_ms - self._last_ms <= self._settings.max_gap_ms:
            self._keys.clear()
        self._last_ms = at_ms
        if key in ENTER_KEYS:
            return self._finish(self._settings.suffix)
        self._keys.append(key)
        if len(self._keys) > MAX_SCAN_LENGTH:
            self._keys.clear()
            return None
        suffix = self._settings.suffix
        if suffix and "".join(self._keys).endswith(suffix):
            return self._finish(suffix)
        return None

    def _finish(self, suffix: str) -> Scan | None:
        text = "".join(self._keys)
        self._keys.clear()
        prefix = self._settings.prefix
        if not (text.startswith(prefix) and text.endswith(suffix)):
            return None
        code = text[len(prefix) : len(text) - len(suffix)]
        return Scan(code) if len(code) >= self._settings.min_length else None
