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
    """Why nobody is signed in."""

    WRONG = "wrong"
    SAME_PERSON = "same_person"
    NOT_ALLOWED = "not_allowed"


@dataclass(frozen=True)
class SignInState:
    operator: Operator | None = None
    busy: bool = False
    failure: SignInFailure | None = None


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
