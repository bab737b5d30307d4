"""How far the start of a station is, as a value for its screens. Nothing of it names a person."""

from dataclasses import dataclass
from enum import StrEnum


class UnlockStage(StrEnum):
    """Where the start stands. `CHECKING`, `OPENING` and `SAVING` end by themselves."""

    READING = "reading"
    LOCKED = "locked"
    CHECKING = "checking"
    OPENING = "opening"
    RENEWING = "renewing"
    SAVING = "saving"
    OPEN = "open"
    STUCK = "stuck"


class CardStage(StrEnum):
    """What the smart card is waited for, when it is the way that was chosen."""

    NOT_ASKED = "not_asked"
    AWAITED = "awaited"
    READING = "reading"
    PIN_ASKED = "pin_asked"


class UnlockFailure(StrEnum):
    """Why it did not open; another try is possible, sooner or later."""

    WRONG = "wrong"
    LOCKED_OUT = "locked_out"
    WRONG_RECOVERY_KEY = "wrong_recovery_key"
    NO_READER = "no_reader"
    NO_CARD = "no_card"
    CARD_UNREADABLE = "card_unreadable"
    CARD_UNKNOWN = "card_unknown"
    CARD_PULLED = "card_pulled"
    PIN_WRONG = "pin_wrong"
    PIN_BLOCKED = "pin_blocked"
    MACHINE_REFUSED = "machine_refused"
    NOT_A_SECURITY_ADMIN = "not_a_security_admin"
    PASSPHRASE_WEAK = "passphrase_weak"  # noqa: S105 - names a reason, holds no secret


class OpenTrouble(StrEnum):
    """Why there is nothing to unlock, or why what is unlocked does not open."""

    KEYRING_MISSING = "keyring_missing"
    KEYRING_DAMAGED = "keyring_damaged"
    KEYRING_EXPOSED = "keyring_exposed"
    KEYRING_CLEAR = "keyring_clear"
    KEYRING_UNWRITABLE = "keyring_unwritable"
    NOT_ACTIVATED = "not_activated"
    DATABASE_MISSING = "database_missing"
    DATABASE_DAMAGED = "database_damaged"
    LOG_BROKEN = "log_broken"
    WRONG_KEY = "wrong_key"
    TOO_NEW = "too_new"
    KEYRING_OUTDATED = "keyring_outdated"
    DISK_FULL = "disk_full"
    BUSY = "busy"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class UnlockState:
    """`wait_s` counts from when the state was told; `tries_left` are the card's own."""

    stage: UnlockStage = UnlockStage.READING
    card: CardStage = CardStage.NOT_ASKED
    failure: UnlockFailure | None = None
    wait_s: float = 0.0
    tries_left: int | None = None
    trouble: OpenTrouble | None = None
