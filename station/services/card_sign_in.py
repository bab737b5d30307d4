"""A staff card as the second factor: a challenge that only the registered card can sign.

The card must be the account's before it is given a PIN, so that nobody's tries are spent on
somebody else's card. The card counts wrong PINs itself; nothing of a PIN is kept.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from drivers.api import (
    CardRefusal,
    CardRefused,
    CardSignature,
    CardSlot,
    Pin,
    PivCard,
    SmartCardReader,
)
from drivers.api.smart_card import MAX_PIN_DIGITS, MIN_PIN_DIGITS
from station.domain.people import Account, Role
from station.services.devices import DeviceService
from station.services.status import SignInFailure, SignInRefusal
from station.settings import SecondFactor
from station.workflow.inputs import DeviceKind, DeviceLost, Failed
from sync.errors import SealError
from sync.seal import CardCertificate, card_challenge

AWAIT_CARD_S = 8.0
PURPOSE = b"sign-in"

_FAILURES = {
    CardRefusal.TIMEOUT: SignInFailure.NO_CARD,
    CardRefusal.CANCELLED: SignInFailure.NO_CARD,
    CardRefusal.NO_CARD: SignInFailure.NO_CARD,
    CardRefusal.PULLED: SignInFailure.CARD_PULLED,
    CardRefusal.WRONG_PIN: SignInFailure.PIN_WRONG,
    CardRefusal.PIN_BLOCKED: SignInFailure.PIN_BLOCKED,
}
Outcome = SignInRefusal | None


@dataclass(frozen=True)
class CardRead:
    """A card that has proved with its PIN that it holds the key of its certificate.

    `agreement` is the certificate (DER) of the key that can open the keyring, if there is one.
    """

    certificate: CardCertificate
    agreement: bytes | None


class CardSignIn:
    """The one reader of smart cards, asked on its own lane."""

    def __init__(
        self,
        devices: DeviceService,
        policy: SecondFactor,
        clock: Callable[[], datetime],
    ) -> None:
        self._devices = devices
        self._policy = policy
        self._clock = clock

    def wanted_of(self, account: Account, exempt: bool = False) -> bool | SignInRefusal:
        """Whether this account's card is asked for, by policy or because one is registered.

        `exempt` is the admin who comes to register the first card.
        """
        if account.card_fingerprint is not None and self._devices.has(DeviceKind.SMART_CARD):
            return True
        if self._policy is SecondFactor.NONE or exempt:
            return False
        registered = account.card_fingerprint is not None
        missing = SignInFailure.NO_CARD_READER if registered else SignInFailure.NO_CARD_REGISTERED
        return SignInRefusal(missing)

    def prove(self, account: Account, pin: str, then: Callable[[Outcome], None]) -> None:
        """Let the card in the reader sign a challenge; `then` gets None when it is theirs."""
        expected = account.card_fingerprint

        def deliver(answer: CardRead | SignInRefusal) -> None:
            then(answer if isinstance(answer, SignInRefusal) else None)

        self._read(pin, expected, deliver)

    def read(self, pin: str, then: Callable[[CardRead | SignInRefusal], None]) -> None:
        """Whatever PIV card is in the reader, once it has proved itself: to be registered."""
        self._read(pin, None, then)

    def cancel(self) -> None:
        """End the waiting for a card."""
        self._devices.cancel(DeviceKind.SMART_CARD)

    def _read(
        self, pin: str, expected: str | None, then: Callable[[CardRead | SignInRefusal], None]
    ) -> None:
        if not is_pin(pin):  # never shown to the card: it would count it
            then(SignInRefusal(SignInFailure.PIN_MISTYPED))
            return
        now = self._clock()

        def work(reader: SmartCardReader) -> CardRead | SignInRefusal:
            return card_read(reader, pin, expected, now)

        def deliver(answer: CardRead | SignInRefusal | DeviceLost | Failed) -> None:
            if isinstance(answer, DeviceLost | Failed):
                then(SignInRefusal(SignInFailure.NO_CARD_READER))
            else:
                then(answer)

        self._devices.use(DeviceKind.SMART_CARD, work, deliver)


def registers_first_card(account: Account, accounts: Iterable[Account]) -> bool:
    """Whether this is a security admin, and none of them has a card to come in with."""
    admins = [one for one in accounts if Role.SECURITY_ADMIN in one.operator.roles]
    return account in admins and not any(one.card_fingerprint for one in admins)


def card_read(
    reader: SmartCardReader, pin: str, expected: str | None, now: datetime
) -> CardRead | SignInRefusal:
    """Ask the card in a reader to prove itself; `expected` is the fingerprint it must have.

    Blocks for as long as the card needs. Raises DeviceError.
    """
    awaited = reader.await_card(AWAIT_CARD_S)
    if isinstance(awaited, CardRefused):
        return _refusal(awaited)
    card = reader.read()
    if isinstance(card, CardRefused):
        return _refusal(card)
    certificate = _certificate(card)
    if certificate is None:
        return SignInRefusal(SignInFailure.CARD_UNREADABLE)
    if expected is not None and certificate.fingerprint != expected:
        return SignInRefusal(SignInFailure.CARD_OF_ANOTHER)
    if not certificate.valid_at(now):
        return SignInRefusal(SignInFailure.CARD_NOT_VALID)
    challenge = card_challenge(PURPOSE)
    with Pin(pin.encode("ascii")) as secret:
        signature = reader.sign(CardSlot.AUTHENTICATION, challenge, secret)
    if isinstance(signature, CardRefused):
        return _refusal(signature)
    if not _signed_by(certificate, signature, challenge):
        return SignInRefusal(SignInFailure.CARD_REFUSED)
    return CardRead(certificate, card.certificates.get(CardSlot.KEY_MANAGEMENT))


def _certificate(card: PivCard) -> CardCertificate | None:
    try:
        return CardCertificate(card.certificates[CardSlot.AUTHENTICATION])
    except (KeyError, SealError):
        return None


def _signed_by(certificate: CardCertificate, signature: CardSignature, challenge: bytes) -> bool:
    """Whether the key of the certificate that was looked at has signed, not one put in since."""
    try:
        certificate.verify(signature.signature, challenge)
    except SealError:
        return False
    return True


def _refusal(refused: CardRefused) -> SignInRefusal:
    failure = _FAILURES.get(refused.reason, SignInFailure.CARD_UNREADABLE)
    return SignInRefusal(failure, tries_left=refused.tries_left)


def is_pin(pin: str) -> bool:
    """Whether a card may be asked: what is no PIN would cost one of its tries."""
    return pin.isascii() and pin.isdigit() and MIN_PIN_DIGITS <= len(pin) <= MAX_PIN_DIGITS
