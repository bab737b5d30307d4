"""The hands of all simulated devices together: what stories and the developer panel move."""

from dataclasses import dataclass

from drivers.simulated.camera import CameraHand
from drivers.simulated.document_reader import CardHand
from drivers.simulated.hand import Hand
from drivers.simulated.printer import PrinterHand


@dataclass(frozen=True)
class Hands:
    """One hand a device; a device that is real has a hand that moves nothing."""

    reader: Hand
    card: CardHand
    camera: CameraHand
    printer: PrinterHand

    @classmethod
    def fresh(cls) -> "Hands":
        """Hands that hold nothing yet."""
        return cls(Hand(), CardHand(), CameraHand(), PrinterHand())
