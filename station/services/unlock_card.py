"""A staff card that opens the station: read, found among the slots, agreed with under its PIN.

Everything here runs on the lane of the smart cards. Which certificate belongs to the station is
decided by its fingerprint alone; the card's own PIN counter decides about tries.
"""

from dataclasses import dataclass, field

from drivers.api import CardRefusal, CardRefused, CardSlot, Pin, PivCard, SmartCardReader
from drivers.api.smart_card import MAX_PIN_DIGITS, MIN_PIN_DIGITS
from drivers.errors import DeviceError
from station.services.unlock_state import CardStage, UnlockFailure, UnlockStage, UnlockState
from station.store.keyring import KeyringFile, Refused, Unlocked
from sync.errors import SealError
from sync.seal import CardCertificate

AWAIT_S = 3600.0

_FAILURES = {
    CardRefusal.NO_CARD: UnlockFailure.CARD_PULLED,
    CardRefusal.PULLED: UnlockFailure.CARD_PULLED,
    CardRefusal.TIMEOUT: UnlockFailure.NO_CARD,
    CardRefusal.CANCELLED: UnlockFailure.NO_CARD,
    CardRefusal.WRONG_PIN: UnlockFailure.PIN_WRONG,
    CardRefusal.PIN_BLOCKED: UnlockFailure.PIN_BLOCKED,
}


@dataclass(frozen=True)
class CardSeen:
    """A card of this station. The repr shows nothing of it but its tries."""

    slot: CardSlot = field(repr=False)
    certificate: bytes = field(repr=False)
    point: bytes = field(repr=False)
    tries_left: int | None = None


class UnlockCard:
    """One reader, used by whoever starts the station."""

    def __init__(self, reader: SmartCardReader) -> None:
        self._reader = reader
        self._open = False

    def await_known(self, file: KeyringFile) -> CardSeen | UnlockFailure:
        """Wait for a card and look whether it opens this keyring."""
        try:
            if not self._open:
                self._reader.open()
                self._open = True
            awaited = self._reader.await_card(AWAIT_S)
            if isinstance(awaited, CardRefused):
                return _failure(awaited)
            return self._known(file)
        except DeviceError:
            self.close()
            return UnlockFailure.NO_READER

    def unlock(
        self, file: KeyringFile, seen: CardSeen, pin: str
    ) -> Unlocked | Refused | UnlockState:
        """Agree with the card and open the slot. Raises StoreError or OSError."""
        if not (pin.isascii() and pin.isdigit() and MIN_PIN_DIGITS <= len(pin) <= MAX_PIN_DIGITS):
            return _pin_again(seen.tries_left)  # never shown to the card: it would count it
        try:
            with Pin(pin.encode("ascii")) as secret:
                agreed = self._reader.agree(seen.slot, seen.point, secret)
        except DeviceError:
            self.close()
            return UnlockState(UnlockStage.LOCKED, failure=UnlockFailure.NO_READER)
        if isinstance(agreed, CardRefused):
            if agreed.reason is CardRefusal.WRONG_PIN:
                return _pin_again(agreed.tries_left)
            return UnlockState(UnlockStage.LOCKED, failure=_failure(agreed))
        if agreed.certificate != seen.certificate:  # exchanged since it was read
            return UnlockState(UnlockStage.LOCKED, failure=UnlockFailure.CARD_UNKNOWN)
        try:
            return file.unlock_with_card(CardCertificate(agreed.certificate), agreed.shared)
        except SealError:
            failure = UnlockFailure.CARD_UNREADABLE
            return UnlockState(UnlockStage.LOCKED, failure=failure)

    def cancel(self) -> None:
        """End the wait for a card; any thread."""
        if self._open:
            self._reader.cancel()

    def close(self) -> None:
        """Let the reader go, if it was taken."""
        if self._open:
            self._reader.close()
            self._open = False

    def _known(self, file: KeyringFile) -> CardSeen | UnlockFailure:
        card = self._reader.read()
        if isinstance(card, CardRefused):
            return _failure(card)
        fingerprints = _fingerprints(card)
        tries = self._reader.pin_tries()
        for slot, fingerprint in fingerprints.items():
            point = file.card_point(fingerprint)
            if point is not None:
                left = tries if isinstance(tries, int) else None
                return CardSeen(slot, card.certificates[slot], point, left)
        return UnlockFailure.CARD_UNKNOWN


def _fingerprints(card: PivCard) -> dict[CardSlot, str]:
    found = {}
    for slot, der in card.certificates.items():
        try:
            found[slot] = CardCertificate(der).fingerprint
        except SealError:
            continue  # a certificate of a kind nobody here can use
    return found


def _failure(refused: CardRefused) -> UnlockFailure:
    return _FAILURES.get(refused.reason, UnlockFailure.CARD_UNREADABLE)


def _pin_again(tries_left: int | None) -> UnlockState:
    return UnlockState(
        UnlockStage.LOCKED,
        CardStage.PIN_ASKED,
        UnlockFailure.PIN_WRONG,
        tries_left=tries_left,
    )
