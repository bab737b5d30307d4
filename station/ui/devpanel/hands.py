"""The hands of all simulated devices together: what stories and the developer panel move."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from drivers.api import DriverKind
from drivers.simulated.camera import CameraHand
from drivers.simulated.commands import Command, perform
from drivers.simulated.document_reader import CardHand
from drivers.simulated.hand import Hand
from drivers.simulated.printer import PrinterHand
from drivers.simulated.smart_card import SmartCardHand
from station.services.network_lever import NetworkLever

Mover = Callable[[Command], None]
"""Carries out a command at a device; raises CommandInvalid while it cannot."""


@dataclass(frozen=True)
class Moved:
    """How the panel reaches a device. `seen`: its hand is in this process and can be looked at."""

    move: Mover
    seen: bool = True


@dataclass(frozen=True)
class Hands:
    """One hand a device; a device that is real has a hand that moves nothing."""

    reader: Hand
    card: CardHand
    camera: CameraHand
    printer: PrinterHand
    network: NetworkLever
    smart_card: SmartCardHand = field(default_factory=SmartCardHand)

    @classmethod
    def fresh(cls) -> "Hands":
        """Hands that hold nothing yet."""
        return cls(Hand(), CardHand(), CameraHand(), PrinterHand(), NetworkLever())

    def all_moved_here(self) -> Mapping[DriverKind, Moved]:
        """As when every device is simulated in this process."""
        return {
            DriverKind.FINGERPRINT_READER: Moved(partial(perform, self.reader)),
            DriverKind.DOCUMENT_READER: Moved(partial(perform, self.card)),
            DriverKind.CAMERA: Moved(partial(perform, self.camera)),
            DriverKind.PRINTER: Moved(partial(perform, self.printer)),
            DriverKind.SMART_CARD: Moved(partial(perform, self.smart_card)),
        }
