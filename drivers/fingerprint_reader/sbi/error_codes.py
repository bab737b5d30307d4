"""What a service's error codes mean to whoever presses and to the operator.

Codes of the specification ("Error codes"), and of the public mock above 112. The words a service
sends beside a code are not shown: they may say anything.
"""

from __future__ import annotations

from collections.abc import Mapping

from drivers.api import Retry, RetryReason
from drivers.errors import DeviceBusy, DeviceError, DeviceFault, DeviceUnplugged
from drivers.fingerprint_reader.sbi.strict_json import Fields, an_object, text

NAME = "sbi"
SUCCESS, BUSY = "0", "111"
NOT_READY, NOT_REGISTERED = "not ready", "not registered"

_RETRIES: Mapping[str, RetryReason] = {
    "101": RetryReason.TIMEOUT,  # unable to detect a biometric object
    "102": RetryReason.BAD_IMAGE,  # technical error during extraction
    "105": RetryReason.OFF_CENTRE,  # image orientation error
    "701": RetryReason.TIMEOUT,
}
_GONE = frozenset({"106", "202", "503"})
_BUSY = frozenset({BUSY, "703"})
_FAULTS: Mapping[str, str] = {
    "100": NOT_REGISTERED,
    "103": "tampering detected",
    "104": "management server out of reach",
    "107": "device key expired",
    "108": "domain key missing",
    "109": "number of fingers refused",
    "110": NOT_READY,
    "112": "transaction refused",
    "705": "wrong device id",
    "709": "no registration device",
}


def error_code(fields: Fields) -> str:
    """The code of an answer; SUCCESS when it names no error. Raises AnswerInvalid.

    Written `errorCode`, in older texts of the specification `errorcode`.
    """
    error = fields.get("error")
    if error is None:
        return SUCCESS
    named = an_object(error)
    return text(named, "errorCode") or text(named, "errorcode") or SUCCESS


def is_gone(code: str) -> bool:
    """Whether the code says that no such device is plugged in."""
    return code in _GONE


def is_busy(code: str) -> bool:
    """Whether the code says that a capture is already running."""
    return code in _BUSY


def outcome_of(code: str) -> Retry | DeviceError:
    """For the person, or for the operator; the code is not SUCCESS."""
    reason = _RETRIES.get(code)
    if reason is not None:
        return Retry(reason)
    if is_gone(code):
        return DeviceUnplugged(NAME, "no device at the service")
    if is_busy(code):
        return DeviceBusy(NAME, "used by another program")
    number = code if code.isascii() and code.isdigit() and len(code) <= 4 else "unknown"
    return DeviceFault(NAME, _FAULTS.get(code, f"service error {number}"))
