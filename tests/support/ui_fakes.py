"""Services for the screens' tests: the real pure workflows, with effects that only queue up.

A test drives a window, looks at `desk.asked` for what the workflow wanted from the world, and
answers with the inputs that the real services would send.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, cast

from drivers.api import Frame
from station.domain.approvals import Approval
from station.domain.audit import SignOutReason
from station.domain.documents import REQUIRED_DOCUMENTS, DocumentFinding
from station.domain.facts import (
    ApplicantFound,
    ConfirmationFact,
    ConfirmationSealed,
    ConsentGiven,
    DocumentChecked,
    FormDelivered,
    FormIssued,
    FormOutput,
    FormSigned,
    FoundBy,
    IdentityCompared,
    IdentityResult,
    PhotoTaken,
    PressCaptured,
)
from station.domain.fingers import CAPTURE_PLAN, PRESSES_PER_FINGER
from station.domain.people import Applicant, Operator, Role
from station.domain.rights import ADMIN_ROLES, may
from station.services.guard import PROGRAM, Guard, WhoIsHere
from station.services.machine import Machine
from station.services.overview import DiskSpace, StationFacts
from station.services.status import (
    CardAsked,
    ChipState,
    DayBoard,
    DeviceChip,
    SignInFailure,
    SignInRefusal,
    SignInState,
    SyncStatus,
)
from station.settings import Mode
from station.workflow import confirmation, effects, exam_entry, inputs, review
from station.workflow.desk_state import Confirmation
from station.workflow.exam_entry import ExamEntry
from station.workflow.inputs import DeviceKind
from station.workflow.notices import Notice
from station.workflow.progress import DeskStep
from station.workflow.review import Review
from tests.support.people_fakes import FakePeople
from tests.support.privacy_fakes import FakeRetention, FakeSlips, FakeSupport
from tests.support.store_fakes import FakeUpkeep
from tests.support.store_key_fakes import FakeKeys
from tests.support.trail_fakes import AUDITOR, FakeAudit, FakeTrail

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
DIGEST = "ab" * 32
PASSPHRASE = "plum-blossom-42"


def make_applicant(**changes: Any) -> Applicant:
    """A fictional applicant; the area code 001234 was never assigned."""
    plain = Applicant(
        subject="7f" * 16,
        registration_id="2026018A1B2C",
        name="欧阳䶮",
        pinyin="OUYANG YAN",
        sex="女",
        birth_date="19900101",
        document_type="居民身份证",
        document_number="001234199001010024",
        unit_name="演示大学",
        discipline="计算机科学与技术",
        captured_earlier=False,
    )
    return replace(plain, **changes)


LONG_NAMED = make_applicant(
    subject="3c" * 16,
    registration_id="2026018Z9Y8X",
    name="阿卜杜热西提·买买提明·阿布力克木·吐尔逊",
    pinyin="ABUDUREXITI MAIMAITIMING ABULIKEMU TUERXUN",
    document_number="001234198512120019",
)

CLERK = Operator("op-1", "林小满", frozenset({Role.DESK_CLERK}))
SECOND = Operator("op-2", "周文博", frozenset({Role.DESK_CLERK, Role.REVIEW_OFFICER}))
REVIEWER = Operator("op-3", "何静", frozenset({Role.REVIEW_OFFICER}))
EVERYTHING = Operator("op-4", "方远", frozenset(Role) - ADMIN_ROLES)
ADMIN = Operator("op-5", "高山", frozenset({Role.SYSTEM_ADMIN}))
NOBODY = Operator("op-6", "江离", frozenset())
OPERATORS = (CLERK, SECOND, REVIEWER, EVERYTHING, ADMIN, NOBODY, AUDITOR)


def facts_before(step: DeskStep) -> tuple[ConfirmationFact, ...]:
    """The stored facts of a plain visit that has come to `step`."""
    presses = tuple(
        PressCaptured(position, press, 80, 40, False, True)
        for position in CAPTURE_PLAN
        for press in range(1, PRESSES_PER_FINGER + 1)
    )
    by_step: dict[DeskStep, tuple[ConfirmationFact, ...]] = {
        DeskStep.FIND: (ApplicantFound(FoundBy.REGISTRATION_ID),),
        DeskStep.CONSENT: (ConsentGiven("1"),),
        DeskStep.DOCUMENTS: tuple(
            DocumentChecked(kind, DocumentFinding.ORIGINAL_SEEN) for kind in REQUIRED_DOCUMENTS
        ),
        DeskStep.IDENTITY: (IdentityCompared(IdentityResult.SAME, ()),),
        DeskStep.PHOTO: (PhotoTaken(480, 640, True),),
        DeskStep.FINGERS: presses,
        DeskStep.FORM: (FormIssued(DIGEST), FormDelivered(FormOutput.PRINTED, 2)),
        DeskStep.SIGN: (FormSigned(DIGEST),),
        DeskStep.SEAL: (ConfirmationSealed("cd" * 32, 24, 0, True),),
    }
    earlier = tuple(DeskStep)[: tuple(DeskStep).index(step)]
    return tuple(fact for one in earlier for fact in by_step[one])


class FakeWorkflow:
    """A service around one real step function. Effects wait in `asked`; the test answers them."""

    def __init__(self, step: Any, start: Any) -> None:
        self.asked: list[Any] = []
        self.sent: list[Any] = []
        self._machine: Machine[Any, Any, Any] = Machine(step, start, self.asked.append)
        self.on_change = self._machine.on_change

    @property
    def state(self) -> Any:
        return self._machine.state

    def send(self, event: Any) -> None:
        self.sent.append(event)
        self._machine.send(event)

    def last(self, kind: type) -> Any:
        """The latest effect of a kind."""
        return next(effect for effect in reversed(self.asked) if isinstance(effect, kind))

    def store(self) -> None:
        """Answer the latest `Record`: it is on disk."""
        self.send(inputs.Recorded(self.last(effects.Record).facts))


class FakeDesk(FakeWorkflow):
    """The confirmation desk, with shortcuts through its steps."""

    state: Confirmation

    def __init__(self) -> None:
        super().__init__(confirmation.step, Confirmation())

    def open_at(self, step: DeskStep, applicant: Applicant | None = None) -> None:
        """Somebody comes back whose visit had come to `step`."""
        self.open(applicant or make_applicant(), facts_before(step))

    def press(self, quality: int = 80, **changes: Any) -> None:
        """A finger is laid on and judged; nothing is stored or lifted yet."""
        attempt = self.state.reader.attempt
        self.send(inputs.FingerSensed(attempt))
        taken = inputs.PressTaken(attempt, quality, 40, None, None, Notice.PRESS_TOO_DRY, True, ())
        self.send(replace(taken, **changes))

    def lift(self) -> None:
        """The finger leaves the glass."""
        self.send(inputs.FingerLifted(self.state.reader.attempt))

    def open(self, applicant: Applicant, facts: tuple[Any, ...] = ()) -> None:
        """Somebody was found and their case is open."""
        found = inputs.ApplicantsFound((applicant,), FoundBy.REGISTRATION_ID)
        self.send(inputs.Find(applicant.registration_id))
        self.send(found)
        self.send(inputs.CaseOpened(applicant, facts, FoundBy.REGISTRATION_ID))
        if not facts:
            self.store()


class FakeReview(FakeWorkflow):
    state: Review

    def __init__(self) -> None:
        super().__init__(review.step, Review())


class FakeGate(FakeWorkflow):
    state: ExamEntry

    def __init__(self) -> None:
        super().__init__(exam_entry.step, ExamEntry())


class FakeSignIn:
    """Everybody has the same passphrase."""

    def __init__(self, operators: tuple[Operator, ...] = OPERATORS) -> None:
        self._operators = operators
        self._listeners: list[Callable[[SignInState], None]] = []
        self.state = SignInState()
        self.author = PROGRAM
        self.asked: list[tuple[str, ...]] = []
        self.second_needs_card = False
        self.refusal: SignInRefusal | None = None

    def on_change(self, listener: Callable[[SignInState], None]) -> None:
        self._listeners.append(listener)

    def load(self) -> None:
        self.asked.append(("load",))

    def operators(self) -> tuple[Operator, ...]:
        return self._operators

    def sign_in(self, operator_id: str, passphrase: str) -> None:
        found = self._find(operator_id) if passphrase == PASSPHRASE else None
        self.show(SignInState(operator=found, failure=None if found else SignInFailure.WRONG))

    def sign_out(self, reason: SignOutReason = SignOutReason.ASKED) -> None:
        self.asked.append(("sign out", reason.value))
        self.show(SignInState())

    def sign_in_card(self, pin: str) -> None:
        self.asked.append(("card", pin))

    def change_passphrase(self, passphrase: str) -> None:
        self.asked.append(("change", passphrase))

    def approve_card(
        self, pin: str, then: Callable[[str | CardAsked | SignInRefusal], None]
    ) -> None:
        self.asked.append(("second card", pin))
        then(self.refusal or SECOND.operator_id)

    def approve(
        self,
        operator_id: str,
        passphrase: str,
        approval: Approval,
        then: Callable[[str | CardAsked | SignInRefusal], None],
    ) -> None:
        found = self._find(operator_id)
        if self.state.operator and operator_id == self.state.operator.operator_id:
            then(SignInRefusal(SignInFailure.SAME_PERSON))
        elif self.refusal is not None:
            then(self.refusal)
        elif self.second_needs_card and passphrase == PASSPHRASE:
            then(CardAsked())
        elif passphrase != PASSPHRASE or found is None:
            then(SignInRefusal(SignInFailure.WRONG))
        else:
            allowed = may(found.roles, approval.action)
            then(operator_id if allowed else SignInRefusal(SignInFailure.NOT_ALLOWED))

    def show(self, state: SignInState) -> None:
        self.state = state
        self.author = state.operator or self.author
        for listener in self._listeners:
            listener(state)

    def _find(self, operator_id: str) -> Operator | None:
        return next((one for one in self._operators if one.operator_id == operator_id), None)


DEVICES = tuple(kind for kind in DeviceKind if kind is not DeviceKind.SMART_CARD)
"""As at most desks: no staff cards."""


class FakeDevices:
    """All ready and simulated; pictures are what the test puts in."""

    def __init__(self) -> None:
        self.chips = tuple(DeviceChip(kind, ChipState.READY, True) for kind in DEVICES)
        self.reader_picture: Frame | None = None
        self.camera_picture: Frame | None = None
        self._listeners: list[Callable[[tuple[DeviceChip, ...]], None]] = []

    def on_change(self, listener: Callable[[tuple[DeviceChip, ...]], None]) -> None:
        self._listeners.append(listener)

    def has(self, kind: DeviceKind) -> bool:
        return any(chip.kind is kind for chip in self.chips)

    def reader_frame(self) -> Frame | None:
        return self.reader_picture

    def camera_frame(self) -> Frame | None:
        return self.camera_picture

    def show(self, kind: DeviceKind, state: ChipState, *, simulated: bool = True) -> None:
        """One device changes."""
        changed = DeviceChip(kind, state, simulated)
        self.chips = tuple(changed if chip.kind is kind else chip for chip in self.chips)
        self._tell()

    def make_real(self) -> None:
        """No device is simulated."""
        self.chips = tuple(replace(chip, simulated=False) for chip in self.chips)
        self._tell()

    def _tell(self) -> None:
        for listener in self._listeners:
            listener(self.chips)


class FakePlatform:
    def __init__(self) -> None:
        self.status = SyncStatus(heard_at=NOW)
        self._listeners: list[Callable[[SyncStatus], None]] = []

    def on_change(self, listener: Callable[[SyncStatus], None]) -> None:
        self._listeners.append(listener)

    def sync_now(self) -> None:
        self.show(replace(self.status, waiting=0, heard_at=NOW))

    def show(self, status: SyncStatus) -> None:
        self.status = status
        for listener in self._listeners:
            listener(status)


class FakeBoard:
    def __init__(self) -> None:
        self.board = DayBoard(sealed_today=7, applicants_here=120)
        self._listeners: list[Callable[[DayBoard], None]] = []

    def on_change(self, listener: Callable[[DayBoard], None]) -> None:
        self._listeners.append(listener)

    def refresh(self) -> None:
        for listener in self._listeners:
            listener(self.board)


class FakeCodes:
    """What the camera sees is what the test holds up."""

    def __init__(self) -> None:
        self.looks: list[Callable[[str], None]] = []

    def look(self, found: Callable[[str], None]) -> None:
        self.looks.append(found)


class FakeOverview:
    """A station that is never asked twice: the disk answers at once."""

    def __init__(self) -> None:
        self.facts = StationFacts(
            station="5f" * 16,
            tenant="demo",
            version="0.0.1",
            mode=Mode.SIMULATION,
            platform_url="https://platform.example",
            data_folder=Path("/var/lib/tdxl-station"),
            key_folder=Path("/etc/tdxl-station/keys"),
        )
        self.disk: DiskSpace | None = DiskSpace(42 * 1024**3, 240 * 1024**3)

    def measure_disk(self, then: Callable[[DiskSpace | None], None]) -> None:
        then(self.disk)


class FakePrinting:
    """A printer with nothing on its way, until a test says otherwise."""

    def __init__(self) -> None:
        self.left: Notice | None = None
        self.under_way = False
        self.times_left = 0
        self._listeners: list[Callable[[], None]] = []

    def on_change(self, listener: Callable[[], None]) -> None:
        self._listeners.append(listener)

    def leave(self) -> None:
        self.times_left += 1

    def seen(self) -> None:
        if self.left is not Notice.PRINT_UNREACHED:
            self.left = None

    def show(self, left: Notice | None, *, under_way: bool = False) -> None:
        self.left, self.under_way = left, under_way
        for listener in self._listeners:
            listener()


@dataclass(frozen=True)
class FakeServices:
    """The same attributes as `station.services.bundle.Services`."""

    desk: FakeDesk = field(default_factory=FakeDesk)
    review: FakeReview = field(default_factory=FakeReview)
    gate: FakeGate = field(default_factory=FakeGate)
    sign_in: FakeSignIn = field(default_factory=FakeSignIn)
    devices: FakeDevices = field(default_factory=FakeDevices)
    printing: FakePrinting = field(default_factory=FakePrinting)
    platform: FakePlatform = field(default_factory=FakePlatform)
    board: FakeBoard = field(default_factory=FakeBoard)
    codes: FakeCodes = field(default_factory=FakeCodes)
    overview: FakeOverview = field(default_factory=FakeOverview)
    trail: FakeTrail = field(default_factory=FakeTrail)
    audit: FakeAudit = field(default_factory=FakeAudit)
    keys: FakeKeys = field(default_factory=FakeKeys)
    upkeep: FakeUpkeep = field(default_factory=FakeUpkeep)
    people: FakePeople = field(default_factory=FakePeople)
    retention: FakeRetention = field(default_factory=FakeRetention)
    slips: FakeSlips = field(default_factory=FakeSlips)
    support: FakeSupport = field(default_factory=FakeSupport)
    clock: Callable[[], datetime] = lambda: NOW

    @cached_property
    def guard(self) -> Guard:
        """The real table of rights over whoever is signed in."""
        return Guard(cast(WhoIsHere, self.sign_in))
