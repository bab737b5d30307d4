"""What can be asked of a driver's process: the same table on both sides of the pipe.

A device is closed when its process is asked to end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from drivers import api
from drivers.api import DriverKind


@dataclass(frozen=True)
class Operation:
    """A blocking method: types of its arguments, of its result, and how long it may take.

    `limit_s` comes on top of the method's own `timeout_s`, if it has one.
    """

    arguments: tuple[Any, ...]
    result: Any
    limit_s: float
    tells_phases: bool = False


@dataclass(frozen=True)
class HostedKind:
    """How a kind of device is served: its operations, and the method that shows a picture now."""

    operations: Mapping[str, Operation]
    picture: str | None = None


OPEN_LIMIT_S = 30.0
# A call that outlives its own timeout by this much hangs.
OVERTIME_S = 3.0

# No smart cards: the system's service isolates them already, and a PIN stays where it is typed.
HOSTED: Mapping[DriverKind, HostedKind] = {
    DriverKind.FINGERPRINT_READER: HostedKind(
        {
            "open": Operation((), api.ReaderFacts, OPEN_LIMIT_S),
            "capture": Operation((float,), api.Capture | api.Retry, OVERTIME_S, tells_phases=True),
            "await_lift": Operation((float,), bool, OVERTIME_S),
        },
        picture="preview",
    ),
    DriverKind.CAMERA: HostedKind(
        {
            "open": Operation((), api.DeviceFacts, OPEN_LIMIT_S),
            "still": Operation((), api.Photo, 10.0),
        },
        picture="frame",
    ),
    DriverKind.DOCUMENT_READER: HostedKind(
        {
            "open": Operation((), api.DeviceFacts, OPEN_LIMIT_S),
            "read": Operation((float,), api.CardText | api.NoCard, OVERTIME_S),
        }
    ),
    DriverKind.PRINTER: HostedKind(
        {
            "status": Operation((), api.DeviceStatus, 20.0),
            "submit": Operation((bytes, str, int), api.PrintJob, 60.0),
            "job_state": Operation((api.PrintJob,), api.PrintJobState, 20.0),
            "withdraw": Operation((api.PrintJob,), api.Withdrawal, 40.0),
        }
    ),
}
