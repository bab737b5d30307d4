"""What every driver promises: the values that cross the boundary and one protocol per kind.

The contract in prose is docs/drivers.md; this is its short form.

Life: built (`from_options`) -> `open` -> READY -> capture, read, print ... -> `close`. `open` may
be called again at any time and renews the facts; after `close` it brings the device back.

Threads: `open`, `capture`, `await_lift`, `read`, `still`, `submit`, `job_state`, `withdraw` and
`close` may block and are called from one worker thread, one at a time. `status`, `preview`, `frame`
and `cancel` may be called from any thread, also during a blocking call, and return at once.

Outcomes: "the person tries again" is a value (`Retry`, `NoCard`); "the operator acts" is a
`DeviceError`. Everything else that escapes from a driver is a bug.

Time: a blocking call with `timeout_s` ends at most a second after it. `cancel` ends the call that
is running within a second; with none running it does nothing, also not to the next call. A plug
that is pulled is seen in `status` within a second, also while nothing is running.

Unplugged: after a `DeviceUnplugged` the same object works again when the plug is back: within a
second `status` says `READY` and the next call succeeds, without a new `open`.

Bugs: calling a device that was never opened, or was closed, raises `RuntimeError`.

A capture names no person and no finger: whose press it was is the caller's knowledge only.
"""

from drivers.api.camera import Camera, Photo
from drivers.api.contract import CONTRACT, missing_from
from drivers.api.device import (
    DeviceFacts,
    DeviceState,
    DeviceStatus,
    DriverKind,
    Frame,
    Image,
    read_only,
)
from drivers.api.document_reader import (
    CardFinger,
    CardText,
    DocumentReader,
    DocumentType,
    NoCard,
    NoCardReason,
    Sex,
)
from drivers.api.fingerprint_reader import (
    Capture,
    CapturePhase,
    FingerprintReader,
    OnPhase,
    ReaderFacts,
    Retry,
    RetryReason,
)
from drivers.api.printer import (
    Printer,
    PrintJob,
    PrintJobState,
    PrintPhase,
    PrintTrouble,
    Withdrawal,
)
from drivers.api.smart_card import (
    CardAlgorithm,
    CardPresence,
    CardRefusal,
    CardRefused,
    CardSecret,
    CardSignature,
    CardSlot,
    Pin,
    PivCard,
    PresenceKind,
    SmartCardReader,
)

__all__ = [
    "CONTRACT",
    "Camera",
    "Capture",
    "CapturePhase",
    "CardAlgorithm",
    "CardFinger",
    "CardPresence",
    "CardRefusal",
    "CardRefused",
    "CardSecret",
    "CardSignature",
    "CardSlot",
    "CardText",
    "DeviceFacts",
    "DeviceState",
    "DeviceStatus",
    "DocumentReader",
    "DocumentType",
    "DriverKind",
    "FingerprintReader",
    "Frame",
    "Image",
    "NoCard",
    "NoCardReason",
    "OnPhase",
    "Photo",
    "Pin",
    "PivCard",
    "PresenceKind",
    "PrintJob",
    "PrintJobState",
    "PrintPhase",
    "PrintTrouble",
    "Printer",
    "ReaderFacts",
    "Retry",
    "RetryReason",
    "Sex",
    "SmartCardReader",
    "Withdrawal",
    "missing_from",
    "read_only",
]
