"""Audit facts: who did what to the station, its keys and people's records, beside the workflows.

They are events of the same log and chain as the workflow facts: the event's envelope says who
(`actor`), when and by which clock, and about whom (`subject`). Data are ids, enums, numbers and
digests only; nothing here may identify a person the station serves.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from station.domain.purpose import Purpose


class SignInMethod(StrEnum):
    """How an operator proved who they are."""

    PASSPHRASE = "passphrase"  # noqa: S105 - names a way, holds no secret
    CARD = "card"
    PASSPHRASE_AND_CARD = "passphrase_and_card"  # noqa: S105 - as above
    RECOVERY = "recovery"


class SignOutReason(StrEnum):
    """Why the screen was given back."""

    ASKED = "asked"
    IDLE = "idle"
    HANDOVER = "handover"
    CLOSED = "closed"
    RIGHTS_CHANGED = "rights_changed"


class RefusalReason(StrEnum):
    """Why somebody was not let in."""

    WRONG = "wrong"
    LOCKED = "locked"
    UNKNOWN = "unknown"
    DISABLED = "disabled"
    SAME_PERSON = "same_person"
    WITHOUT_RIGHT = "without_right"
    UNAVAILABLE = "unavailable"
    CARD_WRONG = "card_wrong"
    CARD_OF_ANOTHER = "card_of_another"
    CARD_PULLED = "card_pulled"
    PIN_WRONG = "pin_wrong"
    PIN_BLOCKED = "pin_blocked"


class ViewPlace(StrEnum):
    """Where somebody's record was opened."""

    DESK = "desk"
    REVIEW = "review"
    GATE = "gate"
    FORM = "form"
    PRIVACY = "privacy"
    ADMIN = "admin"


class KeyChange(StrEnum):
    """What changed in the custody of the keys."""

    PASSPHRASE_SET = "passphrase_set"  # noqa: S105 - names a change, holds no secret
    CARD_SET = "card_set"
    CARD_REMOVED = "card_removed"
    MACHINE_SET = "machine_set"
    SLOT_REMOVED = "slot_removed"
    RECOVERY_RENEWED = "recovery_renewed"
    RING_RENEWED = "ring_renewed"
    DATABASE_KEY_ROTATED = "database_key_rotated"


class ExportKind(StrEnum):
    """What left the station as a file."""

    AUDIT = "audit"
    PERSON = "person"
    PRIVACY_REPORT = "privacy_report"
    STATISTICS = "statistics"


class CheckKind(StrEnum):
    """How much of the database a check read."""

    START = "start"
    FULL = "full"
    CHAIN = "chain"
    HEAD = "head"
    """The signed head beside the keys was there to be asked at the start."""


@dataclass(frozen=True)
class StationStarted:
    """The program runs over this log. `settings` is the SHA-256 of the settings in force."""

    TYPE: ClassVar[str] = "station_started"
    version: str
    settings: str = ""


@dataclass(frozen=True)
class StationStopped:
    """The program ended in order; without it the next start follows a crash or a cut of power."""

    TYPE: ClassVar[str] = "station_stopped"


@dataclass(frozen=True)
class OperatorSignedIn:
    TYPE: ClassVar[str] = "operator_signed_in"
    method: SignInMethod


@dataclass(frozen=True)
class OperatorSignedOut:
    TYPE: ClassVar[str] = "operator_signed_out"
    reason: SignOutReason


@dataclass(frozen=True)
class SignInRefused:
    """Somebody was not let in; `claimed` is the account they named, empty when it exists not."""

    TYPE: ClassVar[str] = "sign_in_refused"
    reason: RefusalReason
    claimed: str = ""


@dataclass(frozen=True)
class SecondPersonApproved:
    """`approver` signed in for real to allow `action` (an `Action` of domain/rights)."""

    TYPE: ClassVar[str] = "second_person_approved"
    action: str
    approver: str


@dataclass(frozen=True)
class ActionRefused:
    """The actor asked for something that nobody with their roles may do; nothing was done."""

    TYPE: ClassVar[str] = "action_refused"
    action: str


@dataclass(frozen=True)
class CaseHandedOver:
    """From now on the actor works on the subject's case, which `left_by` had begun."""

    TYPE: ClassVar[str] = "case_handed_over"
    left_by: str


@dataclass(frozen=True)
class QuarantineReleased:
    """An event that the platform had refused is sent to it once more, as it is."""

    TYPE: ClassVar[str] = "quarantine_released"
    event: str


@dataclass(frozen=True)
class PostChanged:
    """The operator went to another post: desk, review, gate or administration."""

    TYPE: ClassVar[str] = "post_changed"
    post: str


@dataclass(frozen=True)
class RecordViewed:
    """The record of the event's subject was opened for the actor to see."""

    TYPE: ClassVar[str] = "record_viewed"
    place: ViewPlace


@dataclass(frozen=True)
class RecordSearched:
    """Somebody was looked for, and what for. What was typed is not kept; how many it showed is."""

    TYPE: ClassVar[str] = "record_searched"
    place: ViewPlace
    results: int
    purpose: Purpose


@dataclass(frozen=True)
class SitePackageTaken:
    """A site package came in: whose data and templates, for which session and what use."""

    TYPE: ClassVar[str] = "site_package_taken"
    exam_session_id: str
    people: int
    purpose: Purpose


@dataclass(frozen=True)
class RightsChanged:
    """`operator` has `roles` from now on; without roles the account is closed."""

    TYPE: ClassVar[str] = "rights_changed"
    operator: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class KeysChanged:
    """`operator` is whose key it is; empty for the recovery key, the machine and the ring."""

    TYPE: ClassVar[str] = "keys_changed"
    change: KeyChange
    operator: str = ""


@dataclass(frozen=True)
class RecoveryUsed:
    """The station was opened with the recovery key."""

    TYPE: ClassVar[str] = "recovery_used"


@dataclass(frozen=True)
class BackupMade:
    TYPE: ClassVar[str] = "backup_made"
    sha256: str
    size: int


class BackupTrouble(StrEnum):
    """Why there is no backup."""

    PLACE_GONE = "place_gone"
    PLACE_FULL = "place_full"
    PLACE_UNWRITABLE = "place_unwritable"
    STORE = "store"
    """The database itself could not be read."""


@dataclass(frozen=True)
class BackupFailed:
    """A backup was due or asked for and was not made; told once until the reason changes."""

    TYPE: ClassVar[str] = "backup_failed"
    reason: BackupTrouble


@dataclass(frozen=True)
class BackupDrilled:
    """A backup was opened and held against the database."""

    TYPE: ClassVar[str] = "backup_drilled"
    passed: bool


@dataclass(frozen=True)
class DatabaseChecked:
    TYPE: ClassVar[str] = "database_checked"
    kind: CheckKind
    passed: bool


@dataclass(frozen=True)
class Exported:
    """Something left the station as a file: what, for which purpose, how many, and its digest.

    `reason` is a code that says more than the purpose, e.g. why somebody's copy was made.
    """

    TYPE: ClassVar[str] = "exported"
    kind: ExportKind
    purpose: Purpose
    count: int
    sha256: str
    reason: str = ""


@dataclass(frozen=True)
class DocumentPrinted:
    """A document about the event's subject was sent to the printer; with 0 copies to a file.

    What became of a review form is told by `form_delivered`.
    """

    TYPE: ClassVar[str] = "document_printed"
    document: str
    copies: int


@dataclass(frozen=True)
class RetentionRun:
    """What the retention policy removed, counts only. `policy` is the SHA-256 of its file.

    `proven` is the platform's time (RFC 3339) that the days were counted to.
    """

    TYPE: ClassVar[str] = "retention_run"
    policy: str
    persons: int
    payloads: int
    files: int = 0
    proven: str = ""


@dataclass(frozen=True)
class PayloadsDeleted:
    """Evidence of one person went by age; the person's events stay."""

    TYPE: ClassVar[str] = "payloads_deleted"
    kind: str
    count: int


@dataclass(frozen=True)
class PersonErased:
    """Key and rows of the event's subject were destroyed by order."""

    TYPE: ClassVar[str] = "person_erased"
    reason: str = ""


@dataclass(frozen=True)
class SupportBundleMade:
    TYPE: ClassVar[str] = "support_bundle_made"
    sha256: str


@dataclass(frozen=True)
class ClockJumped:
    """The wall clock moved by `jump_ms` against the monotonic clock: forward is positive."""

    TYPE: ClassVar[str] = "clock_jumped"
    jump_ms: int


@dataclass(frozen=True)
class LogSigned:
    """The station's signature over the log up to `position` with `head` as its last hash.

    `signature` is base64 of suite id and Ed25519 over `sync.wire.LogHead.signed_bytes`.
    """

    TYPE: ClassVar[str] = "log_signed"
    position: int
    head: str
    signature: str


@dataclass(frozen=True)
class StoreSalvaged:
    """The log before this event was rescued from a damaged file.

    `gaps` are the lost positions as `first-last`, both included; no other loss is excused.
    `signature` is the station's over `sync.wire.DeclaredLoss`; make it with `LogSigner.salvaged`.
    """

    TYPE: ClassVar[str] = "store_salvaged"
    gaps: tuple[str, ...]
    signature: str = ""


@dataclass(frozen=True)
class StoreRestored:
    """The log before this event came out of a backup that ended at `position`."""

    TYPE: ClassVar[str] = "store_restored"
    position: int


AuditFact = (
    StationStarted
    | StationStopped
    | OperatorSignedIn
    | OperatorSignedOut
    | SignInRefused
    | SecondPersonApproved
    | ActionRefused
    | CaseHandedOver
    | QuarantineReleased
    | PostChanged
    | RecordViewed
    | RecordSearched
    | SitePackageTaken
    | RightsChanged
    | KeysChanged
    | RecoveryUsed
    | BackupMade
    | BackupFailed
    | BackupDrilled
    | DatabaseChecked
    | Exported
    | DocumentPrinted
    | RetentionRun
    | PayloadsDeleted
    | PersonErased
    | SupportBundleMade
    | ClockJumped
    | LogSigned
    | StoreSalvaged
    | StoreRestored
)
