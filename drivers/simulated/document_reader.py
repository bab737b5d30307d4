"""A simulated ID-card reader and the hand that lays fictional people's cards on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from drivers.api import CardText, DeviceFacts, DeviceStatus, NoCard, NoCardReason
from drivers.errors import DeviceBusy, DeviceFault, DeviceUnplugged
from drivers.options import Options
from drivers.simulated.cable import Cable
from drivers.simulated.people import Person

NAME = "simulated"
FACTS = DeviceFacts(NAME, "Simulated", "Fictional cards", "SIM-ID-1", "1", simulated=True)
DEFAULT_READING_MS = 300


class CardHand(Cable):
    """Lays cards on the reader and takes them away; thread-safe."""

    def __init__(self) -> None:
        super().__init__()
        self._card: CardText | None = None
        self._readable = True

    def lay_card(self, card: Person | CardText) -> None:
        """Lay a card on the reader and leave it there."""
        self._lay(card, readable=True)

    def lay_card_half(self, card: Person | CardText) -> None:
        """Lay a card askew: the reader notices it and cannot read it to the end."""
        self._lay(card, readable=False)

    def take_card(self) -> None:
        """Take the card away."""
        with self.changed:
            self._card = None
            self.changed.notify_all()

    def _lay(self, card: Person | CardText, readable: bool) -> None:
        with self.changed:
            self._card = card.card() if isinstance(card, Person) else card
            self._readable = readable
            self.changed.notify_all()

    @property
    def card(self) -> CardText | None:
        """The card that lies there now."""
        return self._card

    @property
    def readable(self) -> bool:
        """Whether it lies properly."""
        return self._readable


class SimulatedDocumentReader:
    """Client half; see `drivers.api.DocumentReader`."""

    simulated: ClassVar[bool] = True

    def __init__(self, hand: CardHand, reading_ms: int = DEFAULT_READING_MS) -> None:
        self.hand = hand
        self._reading_s = reading_ms / 1000
        self._open = False
        self._running = False
        self._cancelled = False

    @classmethod
    def from_options(cls, options: Mapping[str, object], **parts: Any) -> SimulatedDocumentReader:
        """Option: `reading_ms` (0 to 10000). Part: `hand`."""
        reading_ms = Options(NAME, options).integer("reading_ms", DEFAULT_READING_MS, 0, 10_000)
        return cls(parts.get("hand") or CardHand(), reading_ms)

    def open(self) -> DeviceFacts:
        """Take the reader; raises DeviceUnplugged or DeviceFault."""
        self.hand.require_answering(NAME)
        self._open = True
        return FACTS

    def status(self) -> DeviceStatus:
        """State now; any thread."""
        return self.hand.status(busy=self._running)

    def read(self, timeout_s: float) -> CardText | NoCard:
        """Wait for a card and read it whole."""
        if not self._open:
            raise RuntimeError("the document reader is not open")
        self._begin()
        try:
            return self._read(timeout_s)
        finally:
            self._running = False

    def cancel(self) -> None:
        """End the `read` that is running; any thread."""
        with self.hand.changed:
            if self._running:
                self._cancelled = True
                self.hand.changed.notify_all()

    def close(self) -> None:
        """Give the reader back, ending a `read` that is still running."""
        self.cancel()
        self._open = False

    def _begin(self) -> None:
        with self.hand.changed:
            if self._running:
                raise DeviceBusy(NAME, "read_running")
            self.hand.require_plugged(NAME)
            self._running, self._cancelled = True, False

    def _read(self, timeout_s: float) -> CardText | NoCard:
        hand, plugs = self.hand, self.hand.times_unplugged
        with hand.changed:
            hand.changed.wait_for(
                lambda: self._interrupted(plugs) or (hand.card is not None and not hand.stalled),
                timeout_s,
            )
            self._require_same_plug(plugs)
            card = hand.card
            if self._cancelled or card is None:
                return self._none(NoCardReason.TIMEOUT)
            hand.changed.wait_for(
                lambda: self._interrupted(plugs) or hand.card is not card, self._reading_s
            )
            self._require_same_plug(plugs)
            if self._cancelled or hand.card is not card:
                return self._none(NoCardReason.MOVED_AWAY)
            return card if hand.readable else NoCard(NoCardReason.UNREADABLE)

    def _interrupted(self, plugs: int) -> bool:
        return self._cancelled or self.hand.times_unplugged != plugs

    def _none(self, otherwise: NoCardReason) -> NoCard:
        return NoCard(NoCardReason.CANCELLED if self._cancelled else otherwise)

    def _require_same_plug(self, plugs: int) -> None:
        if self.hand.times_unplugged != plugs:
            raise DeviceUnplugged(NAME, "cable")
        if self.hand.stalled and not self._cancelled:
            raise DeviceFault(NAME, "not_answering")
