"""Smart cards of the staff: PIV cards (NIST SP 800-73-4) in any reader of the system."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, StrEnum
from types import TracebackType
from typing import Protocol

from drivers.api.device import DeviceFacts, DeviceStatus

MIN_PIN_DIGITS, MAX_PIN_DIGITS = 6, 8
P256_POINT_BYTES = 65


class PresenceKind(StrEnum):
    """What lies in a reader, as far as the reader alone can say.

    SILENT: it does not answer, for instance because it lies upside down. PRESENCE_ONLY: a memory
    card, of which PC/SC tells a serial number at most. CONTACTLESS_B: a contactless card of type
    B: a PIV card, or an ID card, whose text no PC/SC reader can tell, only that it lies there.
    """

    EMPTY = "empty"
    CHIP = "chip"
    CONTACTLESS_B = "contactless_b"
    PRESENCE_ONLY = "presence_only"
    SILENT = "silent"


@dataclass(frozen=True)
class CardPresence:
    """A reader by its PC/SC name, what lies in it, and the card's answer to reset."""

    reader: str
    kind: PresenceKind
    answer_to_reset: bytes

    @property
    def present(self) -> bool:
        """Whether anything lies there."""
        return self.kind is not PresenceKind.EMPTY


class CardSlot(Enum):
    """Keys of a PIV card by their references (SP 800-73-4 part 1, table 4b).

    AUTHENTICATION and KEY_MANAGEMENT want the PIN, CARD_AUTHENTICATION does not.
    """

    AUTHENTICATION = 0x9A
    KEY_MANAGEMENT = 0x9D
    CARD_AUTHENTICATION = 0x9E


class CardAlgorithm(Enum):
    """Kinds of keys that are used, by their identifiers (SP 800-78-4, table 6-2)."""

    RSA_2048 = 0x07
    ECC_P256 = 0x11


class CardRefusal(StrEnum):
    """Why a card did not do it although the reader works."""

    TIMEOUT = "timeout"
    CANCELLED = "cancelled"
    NO_CARD = "no_card"
    PULLED = "pulled"
    UNREADABLE = "unreadable"
    NOT_PIV = "not_piv"
    NO_KEY = "no_key"
    WRONG_PIN = "wrong_pin"
    PIN_BLOCKED = "pin_blocked"
    PIN_NEEDED = "pin_needed"


@dataclass(frozen=True)
class CardRefused:
    """The card did not do it; the person may try again, with what the reason says.

    `tries_left` is the card's own PIN counter, stated with WRONG_PIN and PIN_BLOCKED.
    """

    reason: CardRefusal
    tries_left: int | None = None


class Pin:
    """A PIN of 6 to 8 digits (SP 800-73-4 part 2, 2.4.3); never shown, wiped by its owner.

    `wipe` overwrites this object's own bytes. Copies made by the interpreter or the PC/SC library
    while it is on its way to the card are out of reach; those made by the drivers are overwritten.
    """

    __slots__ = ("_digits",)

    def __init__(self, digits: bytes | bytearray) -> None:
        if not MIN_PIN_DIGITS <= len(digits) <= MAX_PIN_DIGITS or not digits.isdigit():
            raise ValueError("a PIN has 6 to 8 digits")
        self._digits = bytearray(digits)

    def padded(self) -> bytearray:
        """Eight bytes, filled up with FF; whoever asks overwrites them after use."""
        if not self._digits:
            raise RuntimeError("the PIN was wiped")
        return self._digits + b"\xff" * (MAX_PIN_DIGITS - len(self._digits))

    def wipe(self) -> None:
        """Overwrite and forget the digits."""
        self._digits[:] = bytes(len(self._digits))
        self._digits.clear()

    def __enter__(self) -> Pin:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.wipe()

    def __repr__(self) -> str:
        return "Pin(…)"


@dataclass(frozen=True)
class PivCard:
    """What a PIV card says of itself without a PIN. Nothing of it appears in the repr.

    `guid` are 16 bytes, or none on a card that has not got its identity yet; `certificates` are
    X.509 in DER; slots without a certificate are absent.
    """

    guid: bytes = field(repr=False)
    certificates: dict[CardSlot, bytes] = field(repr=False)


@dataclass(frozen=True)
class CardSignature:
    """A signature over SHA-256 of the message and the certificate read with it, undivided.

    ECC_P256: ECDSA as DER `Ecdsa-Sig-Value`; RSA_2048: PKCS #1 v1.5. Nothing is verified here.
    """

    algorithm: CardAlgorithm
    signature: bytes = field(repr=False)
    certificate: bytes = field(repr=False)


@dataclass(frozen=True)
class CardSecret:
    """32 bytes agreed by ECDH on P-256 (the x coordinate) and the certificate read with them."""

    shared: bytes = field(repr=False)
    certificate: bytes = field(repr=False)


class SmartCardReader(Protocol):
    """Readers of PIV cards. No method changes anything on a card but its own PIN counter."""

    @property
    def simulated(self) -> bool:
        """Whether it plays; known before it is open. A driver's class states it as a constant."""

    def open(self) -> DeviceFacts:
        """Begin to watch. Raises DriverMissing, DeviceNotFound, DeviceUnplugged, DeviceFault."""

    def status(self) -> DeviceStatus:
        """State now; any thread, never raises a DeviceError."""

    def presence(self) -> CardPresence | None:
        """What lies in the reader now; any thread, returns at once. None without a reader."""

    def await_card(self, timeout_s: float) -> CardPresence | CardRefused:
        """Wait for a card, of whatever kind. Raises DeviceUnplugged or DeviceFault."""

    def await_removal(self, timeout_s: float) -> bool:
        """Wait until the reader is empty or gone; False for a timeout or `cancel`."""

    def read(self) -> PivCard | CardRefused:
        """Identity and certificates of the card. Raises DeviceUnplugged, DeviceBusy, DeviceFault.

        So do the following. A second card may lie in the reader by the next call; what belongs
        together is therefore returned together.
        """

    def pin_tries(self) -> int | CardRefused:
        """How many wrong PINs the card still takes; 0: blocked."""

    def sign(self, slot: CardSlot, message: bytes, pin: Pin | None) -> CardSignature | CardRefused:
        """Let the card sign SHA-256 of `message`, the PIN verified by the card just before."""

    def agree(self, slot: CardSlot, point: bytes, pin: Pin | None) -> CardSecret | CardRefused:
        """ECDH of the card's P-256 key with `point` (65 bytes, uncompressed)."""

    def cancel(self) -> None:
        """End the running `await_card` or `await_removal`; any thread."""

    def close(self) -> None:
        """Stop watching; a second call does nothing."""
