"""The hand half of the fingerprint readers: who presses which finger, and how."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from drivers.simulated.cable import Cable
from drivers.simulated.fingerprint_synthesis.impression import PressStyle


@dataclass(frozen=True)
class FingerKey:
    """A finger of a fictional person: ISO position 1 (right thumb) to 10 (left little finger)."""

    person: str
    finger_position: int

    def __post_init__(self) -> None:
        if not 1 <= self.finger_position <= 10:
            raise ValueError("ISO finger positions are 1 to 10")


HandQuality = PressStyle
USUAL_QUALITY = HandQuality()


@dataclass(frozen=True)
class Press:
    """A finger on the glass; `number` counts all presses of this hand."""

    number: int
    finger: FingerKey = field(repr=False)
    impression: int
    quality: HandQuality


class Hand(Cable):
    """A hand over a reader's glass, shared by whoever moves it and the reader; thread-safe."""

    def __init__(self) -> None:
        super().__init__()
        self._on_glass: Press | None = None
        self._presses = 0
        self._impressions: Counter[FingerKey] = Counter()

    def place(
        self,
        finger: FingerKey,
        *,
        quality: HandQuality = USUAL_QUALITY,
        impression: int | None = None,
    ) -> Press:
        """Lay a finger on the glass and leave it; replaces a finger that still lies there."""
        with self.changed:
            self._impressions[finger] += 1
            nth = self._impressions[finger] if impression is None else impression
            self._presses += 1
            self._on_glass = Press(self._presses, finger, nth, quality)
            self.changed.notify_all()
            return self._on_glass

    def press(self, person: str, finger_position: int, impression: int | None = None) -> None:
        """Lay a finger on the glass in the usual way; impressions count from 1."""
        self.place(FingerKey(person, finger_position), impression=impression)

    def lift(self) -> None:
        """Take the finger off the glass; an empty glass stays empty."""
        with self.changed:
            self._on_glass = None
            self.changed.notify_all()

    @property
    def on_glass(self) -> Press | None:
        """The finger that lies there now."""
        return self._on_glass
