"""A simulated smart-card reader and the hand that puts fictional people's cards into it.

The cards count PINs, block and forget as PIV cards do. Their keys come from outside (`CardKey`):
the drivers have no cryptography of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol, TypeVar

from drivers.api import (
    CardAlgorithm,
    CardPresence,
    CardRefusal,
    CardRefused,
    CardSecret,
    CardSignature,
    CardSlot,
    DeviceFacts,
    DeviceStatus,
    Pin,
    PivCard,
    PresenceKind,
)
from drivers.errors import DeviceBusy, DeviceUnplugged
from drivers.options import Options
from drivers.simulated.cable import Cable
from drivers.smartcard.refusal import CardRefuses

NAME = "simulated"
READER = "Simulated smart-card reader"
FACTS = DeviceFacts(NAME, "Simulated", READER, "SIM-SC-1", "1", simulated=True)
DEFAULT_THINKING_MS = 300
TRIES = 3
PIN_SLOTS = frozenset({CardSlot.AUTHENTICATION, CardSlot.KEY_MANAGEMENT})
ANSWER_TO_RESET = bytes.fromhex("3B80800101")  # as short as can be
Outcome = TypeVar("Outcome")


class CardKey(Protocol):
    """A key in a card, its certificate in DER, and its kind as PIV numbers it."""

    @property
    def algorithm_id(self) -> int: ...

    @property
    def certificate(self) -> bytes: ...

    def sign(self, message: bytes) -> bytes: ...

    def agree(self, point: bytes) -> bytes: ...


@dataclass
class SimulatedCard:
    """A fictional person's card. Wrong PINs stay counted on it, whatever reader it is in."""

    guid: bytes = field(repr=False)
    keys: Mapping[CardSlot, CardKey] = field(repr=False)
    pin: bytes = field(repr=False)
    tries_left: int = TRIES

    def verify(self, pin: Pin) -> None:
        """Raises CardRefuses with WRONG_PIN or PIN_BLOCKED."""
        if not self.tries_left:
            raise CardRefuses(CardRefusal.PIN_BLOCKED, 0)
        if pin.padded() == Pin(self.pin).padded():
            self.tries_left = TRIES
            return
        self.tries_left -= 1
        if not self.tries_left:
            raise CardRefuses(CardRefusal.PIN_BLOCKED, 0)
        raise CardRefuses(CardRefusal.WRONG_PIN, self.tries_left)

    def key(self, slot: CardSlot, pin: Pin | None) -> CardKey:
        """The slot's key, unlocked. Raises CardRefuses."""
        key = self.keys.get(slot)
        if key is None:
            raise CardRefuses(CardRefusal.NO_KEY)
        if pin is not None:
            self.verify(pin)
        elif slot in PIN_SLOTS:
            raise CardRefuses(CardRefusal.PIN_NEEDED)
        return key


class SmartCardHand(Cable):
    """Puts the cards of `cards` into the reader and pulls them out; thread-safe."""

    def __init__(self, cards: Mapping[str, SimulatedCard] | None = None) -> None:
        super().__init__()
        self.cards: Mapping[str, SimulatedCard] = cards or {}
        self._card: SimulatedCard | None = None
        self._kind = PresenceKind.EMPTY
        self._times_moved = 0

    def insert_card(self, person: str) -> None:
        """Put somebody's card in and leave it there. Raises KeyError for nobody's."""
        self._lay(self.cards[person], PresenceKind.CHIP)

    def insert_other_card(self) -> None:
        """Put in a chip card that is no PIV card, such as a bank's."""
        self._lay(None, PresenceKind.CHIP)

    def insert_id_card(self) -> None:
        """Lay on a card of which the reader learns only that it lies there."""
        self._lay(None, PresenceKind.PRESENCE_ONLY)

    def pull_card(self) -> None:
        """Pull the card out."""
        self._lay(None, PresenceKind.EMPTY)

    def _lay(self, card: SimulatedCard | None, kind: PresenceKind) -> None:
        with self.changed:
            self._card, self._kind = card, kind
            self._times_moved += 1
            self.changed.notify_all()

    @property
    def card(self) -> SimulatedCard | None:
        """The PIV card that is in the reader now."""
        return self._card

    @property
    def presence(self) -> CardPresence:
        """What lies in the reader now."""
        with self.changed:
            lies = self._kind is not PresenceKind.EMPTY
            return CardPresence(READER, self._kind, ANSWER_TO_RESET if lies else b"")

    @property
    def times_moved(self) -> int:
        """How often a card was put in or pulled out."""
        return self._times_moved


class SimulatedSmartCardReader:
    """Client half; see `drivers.api.SmartCardReader`."""

    simulated: ClassVar[bool] = True

    def __init__(self, hand: SmartCardHand, thinking_ms: int = DEFAULT_THINKING_MS) -> None:
        self.hand = hand
        self._thinking_s = thinking_ms / 1000
        self._open = False
        self._running = False
        self._cancelled = False

    @classmethod
    def from_options(cls, options: Mapping[str, object], **parts: Any) -> SimulatedSmartCardReader:
        """Option: `thinking_ms` of a card, 0 to 10000. Part: `hand`, without it no cards."""
        thinking_ms = Options(NAME, options).integer("thinking_ms", DEFAULT_THINKING_MS, 0, 10_000)
        return cls(parts.get("hand") or SmartCardHand(), thinking_ms)

    def open(self) -> DeviceFacts:
        """Take the reader; raises DeviceUnplugged or DeviceFault."""
        self.hand.require_answering(NAME)
        self._open = True
        return FACTS

    def status(self) -> DeviceStatus:
        """State now; any thread."""
        return self.hand.status(busy=self._running)

    def presence(self) -> CardPresence | None:
        """What lies in the reader now; any thread."""
        return self.hand.presence if self._open and self.hand.plugged else None

    def await_card(self, timeout_s: float) -> CardPresence | CardRefused:
        """Wait for a card, of whatever kind."""
        hand = self.hand
        with self._alone() as interrupted:
            hand.changed.wait_for(lambda: interrupted() or hand.presence.present, timeout_s)
            if self._cancelled:
                return CardRefused(CardRefusal.CANCELLED)
            hand.require_answering(NAME)
            found = hand.presence
            return found if found.present else CardRefused(CardRefusal.TIMEOUT)

    def await_removal(self, timeout_s: float) -> bool:
        """Wait until the reader is empty or gone."""
        hand = self.hand
        with self._alone() as interrupted:
            hand.changed.wait_for(lambda: interrupted() or not hand.presence.present, timeout_s)
            return not hand.plugged or not hand.presence.present

    def read(self) -> PivCard | CardRefused:
        """Identity and certificates of the card."""
        return self._converse(
            lambda card: PivCard(
                card.guid, {slot: key.certificate for slot, key in card.keys.items()}
            )
        )

    def pin_tries(self) -> int | CardRefused:
        """How many wrong PINs the card still takes."""
        return self._converse(lambda card: card.tries_left)

    def sign(self, slot: CardSlot, message: bytes, pin: Pin | None) -> CardSignature | CardRefused:
        """Let the card sign."""

        def signed(card: SimulatedCard) -> CardSignature:
            key = card.key(slot, pin)
            algorithm = CardAlgorithm(key.algorithm_id)
            return CardSignature(algorithm, key.sign(message), key.certificate)

        return self._converse(signed)

    def agree(self, slot: CardSlot, point: bytes, pin: Pin | None) -> CardSecret | CardRefused:
        """ECDH with the card."""

        def agreed(card: SimulatedCard) -> CardSecret:
            key = card.key(slot, pin)
            if key.algorithm_id != CardAlgorithm.ECC_P256.value:
                raise CardRefuses(CardRefusal.NO_KEY)
            return CardSecret(key.agree(point), key.certificate)

        return self._converse(agreed)

    def cancel(self) -> None:
        """End the waiting that is running; any thread."""
        with self.hand.changed:
            if self._running:
                self._cancelled = True
                self.hand.changed.notify_all()

    def close(self) -> None:
        """Give the reader back."""
        self.cancel()
        self._open = False

    @contextmanager
    def _alone(self) -> Iterator[Callable[[], bool]]:
        """One call at a time, holding the hand's lock; gives what tells an interruption."""
        if not self._open:
            raise RuntimeError("the smart card reader is not open")
        with self.hand.changed:
            if self._running:
                raise DeviceBusy(NAME, "call_running")
            self.hand.require_answering(NAME)
            self._running, self._cancelled = True, False
            plugs = self.hand.times_unplugged
            try:
                yield lambda: self._cancelled or self.hand.times_unplugged != plugs
            finally:
                self._running = False

    def _converse(self, ask: Callable[[SimulatedCard], Outcome]) -> Outcome | CardRefused:
        hand = self.hand
        with self._alone():
            card, plugs, moves = hand.card, hand.times_unplugged, hand.times_moved
            if not hand.presence.present:
                return CardRefused(CardRefusal.NO_CARD)
            hand.changed.wait_for(
                lambda: (hand.times_unplugged, hand.times_moved) != (plugs, moves), self._thinking_s
            )
            if hand.times_unplugged != plugs:
                raise DeviceUnplugged(NAME, "cable")
            if hand.times_moved != moves:
                return CardRefused(CardRefusal.PULLED)
            if card is None:
                return CardRefused(CardRefusal.NOT_PIV)
            try:
                return ask(card)
            except CardRefuses as refuses:
                return refuses.refused
