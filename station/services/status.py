"""What the services tell the screens, as values."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from station.domain.people import Operator
from station.services.device_trouble import DeviceTrouble
from station.workflow.inputs import DeviceKind
from station.workflow.progress import DeskStep


class ChipState(StrEnum):
    """A device light: colour, shape and word follow from it."""

    READY = "ready"
    BUSY = "busy"
    LOST = "lost"
    FAULT = "fault"


@dataclass(frozen=True)
class DeviceChip:
    """One device in the status bar; `trouble` says more than its state, where more is known."""

    kind: DeviceKind
    state: ChipState
    simulated: bool
    trouble: DeviceTrouble | None = None


class SyncProblem(StrEnum):
    """Why nothing is exchanged with the platform; work goes on regardless."""

    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    FAILING = "failing"
    NONSENSE = "nonsense"
    REFUSED = "refused"
    STORE_FAILED = "store_failed"


@dataclass(frozen=True)
class SyncStatus:
    """Events not yet with the platform, and when it was last heard. `quarantined` need a person."""

    waiting: int = 0
    quarantined: int = 0
    heard_at: datetime | None = None
    problem: SyncProblem | None = None


class SignInFailure(StrEnum):
    """Why nobody is signed in, or why a second person did not count."""

    WRONG = "wrong"
    LOCKED = "locked"
    SAME_PERSON = "same_person"
    NOT_ALLOWED = "not_allowed"
    MUST_CHANGE = "must_change"
    UNAVAILABLE = "unavailable"
    NO_CARD_REGISTERED = "no_card_registered"
    NO_CARD_READER = "no_card_reader"
    NO_CARD = "no_card"
    CARD_UNREADABLE = "card_unreadable"
    CARD_OF_ANOTHER = "card_of_another"
    CARD_NOT_VALID = "card_not_valid"
    CARD_REFUSED = "card_refused"
    CARD_PULLED = "card_pulled"
    PIN_MISTYPED = "pin_mistyped"
    PIN_WRONG = "pin_wrong"
    PIN_BLOCKED = "pin_blocked"
    PASSPHRASE_SHORT = "passphrase_short"  # noqa: S105 - names a reason, holds no secret
    PASSPHRASE_LONG = "passphrase_long"  # noqa: S105 - as above
    PASSPHRASE_NAME = "passphrase_name"  # noqa: S105 - as above
    PASSPHRASE_COMMON = "passphrase_common"  # noqa: S105 - as above
    PASSPHRASE_SAME = "passphrase_same"  # noqa: S105 - as above


@dataclass(frozen=True)
class SignInRefusal:
    """Why it was refused; the next try is looked at after `wait_s`.

    `tries_left`: of the passphrase until there is a wait, or of the PIN by the card's own counter.
    """

    failure: SignInFailure
    wait_s: float = 0.0
    tries_left: int | None = None


@dataclass(frozen=True)
class CardAsked:
    """The passphrase was right; the same person's card and PIN are wanted, too."""


@dataclass(frozen=True)
class SignInState:
    """Who is signed in, or how far signing in has come.

    `claimant` has proved a passphrase and is not signed in yet: `needs_card` asks for their card
    and PIN (`sign_in_card`), `must_change` for a passphrase of their own (`change_passphrase`).
    """

    operator: Operator | None = None
    busy: bool = False
    failure: SignInFailure | None = None
    wait_s: float = 0.0
    tries_left: int | None = None
    claimant: Operator | None = None
    needs_card: bool = False
    must_change: bool = False


@dataclass(frozen=True)
class PausedCase:
    """A confirmation that was begun here and is not sealed."""

    subject: str
    name: str = field(repr=False)
    registration_id: str = field(repr=False)
    step: DeskStep
    presses: int


@dataclass(frozen=True)
class DayBoard:
    """Today at this desk."""

    sealed_today: int = 0
    applicants_here: int = 0
    paused: tuple[PausedCase, ...] = ()
