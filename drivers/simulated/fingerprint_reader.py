"""A simulated fingerprint reader with synthetic fingers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drivers.api import DeviceFacts, Image, ReaderFacts
from drivers.options import Options
from drivers.simulated.fingerprint_synthesis.fingers import SyntheticFingers
from drivers.simulated.fingerprint_synthesis.impression import (
    HEIGHT_PX,
    RESOLUTION_PPI,
    WIDTH_PX,
)
from drivers.simulated.glass_reader import GlassReader
from drivers.simulated.hand import Hand, Press

NAME = "simulated"
FACTS = ReaderFacts(
    DeviceFacts(NAME, "Simulated", "Synthetic fingers", "SIM-FP-1", "1", simulated=True),
    RESOLUTION_PPI,
    WIDTH_PX,
    HEIGHT_PX,
    senses_lift=True,
    previews=True,
)
# Long enough for a person to see the prompt change.
DEFAULT_SETTLE_MS = 350


class SyntheticSource:
    """Pictures grown from the fingers of fictional people."""

    def __init__(self, fingers: SyntheticFingers) -> None:
        self._fingers = fingers

    def facts(self) -> ReaderFacts:
        """A 256x360 reader at 500 ppi."""
        return FACTS

    def impression(self, press: Press) -> Image:
        """The picture of a press, the same for the same finger, impression and quality."""
        finger = press.finger
        return self._fingers.impression(
            finger.person, finger.finger_position, press.impression, press.quality
        )


class SimulatedReader(GlassReader):
    """`GlassReader` over synthetic fingers."""

    def __init__(
        self,
        hand: Hand,
        fingers: SyntheticFingers | None = None,
        settle_ms: int = DEFAULT_SETTLE_MS,
    ) -> None:
        super().__init__(NAME, SyntheticSource(fingers or SyntheticFingers()), hand, settle_ms)

    @classmethod
    def from_options(cls, options: Mapping[str, object], **parts: Any) -> SimulatedReader:
        """Options: `settle_ms` (0 to 10000). Parts: `hand`, `fingers`."""
        chosen = Options(NAME, options)
        settle_ms = chosen.integer("settle_ms", DEFAULT_SETTLE_MS, 0, 10_000)
        return cls(parts.get("hand") or Hand(), parts.get("fingers"), settle_ms)
