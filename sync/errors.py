"""Every failure of synchronisation, as one tree.

Texts carry reasons, never values: nothing that identifies a person may reach a log.
"""

from __future__ import annotations

from enum import StrEnum


class SyncError(Exception):
    """Root of all failures raised by this library."""


class WireError(SyncError):
    """Bytes or JSON from outside do not have the agreed shape; `reason` names the field."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class SealError(SyncError):
    """A key, seal, ciphertext or signature is malformed or does not open."""


class PackageFault(StrEnum):
    """Why a signed package was refused, in the order in which the checks are made."""

    MALFORMED = "malformed"
    UNSUPPORTED = "unsupported"
    WRONG_ISSUER = "wrong_issuer"
    BAD_SIGNATURE = "bad_signature"
    WRONG_AUDIENCE = "wrong_audience"
    NOT_NEWER = "not_newer"
    EXPIRED = "expired"
    DAMAGED_ENTRY = "damaged_entry"


class PackageError(SyncError):
    """A package was refused as a whole; nothing of it may be used."""

    def __init__(self, reason: PackageFault) -> None:
        super().__init__(reason.value)
        self.reason = reason


class HubUnreachable(SyncError):
    """No connection to the platform: wrong address, no network, connection refused or cut."""


class HubTimeout(SyncError):
    """The platform took the connection but did not answer in time."""


class HubFailing(SyncError):
    """The platform answered with a failure of its own (HTTP 5xx)."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status = status


class HubNonsense(SyncError):
    """The answer cannot be the platform's: unparseable, too large, or wrongly signed."""


class RefusalReason(StrEnum):
    """Why the platform, in a signed answer, declined a request."""

    BAD_REQUEST = "bad_request"
    TOO_LARGE = "too_large"
    WRONG_DIGEST = "wrong_digest"
    NOT_FOUND = "not_found"
    UNKNOWN_STATION = "unknown_station"
    BAD_SIGNATURE = "bad_signature"
    CLOCK_WINDOW = "clock_window"
    REPLAYED = "replayed"
    CODE_INVALID = "code_invalid"


class HubRefused(SyncError):
    """The platform understood and declined, in an answer it signed."""

    def __init__(self, reason: RefusalReason) -> None:
        super().__init__(reason.value)
        self.reason = reason
