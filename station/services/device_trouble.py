"""What is the matter with a device, where its state alone would send somebody to the wrong place.

Drivers say it as a machine word beside their state or their error. Only words that are known here
are told; a word of somebody else's driver leaves what the state says.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from drivers.api import PrintTrouble
from drivers.errors import (
    DeviceBusy,
    DeviceError,
    DeviceNotFound,
    DriverMissing,
    OptionInvalid,
    SimulationRefused,
)
from drivers.host.plan import Failure


class DeviceTrouble(StrEnum):
    """One short word and one way forward each; TEXT_ONLY and SIGNER_UNKNOWN limit what works."""

    NOT_FOUND = "not_found"
    IN_USE_ELSEWHERE = "in_use_elsewhere"
    DRIVER_MISSING = "driver_missing"
    SETTINGS_WRONG = "settings_wrong"
    NO_PERMISSION = "no_permission"
    RESTARTING = "restarting"
    CANNOT_START = "cannot_start"
    NOT_ANSWERING = "not_answering"
    FROZEN = "frozen"
    NO_PICTURE = "no_picture"
    TOO_HOT = "too_hot"
    TEXT_ONLY = "text_only"
    SIGNER_UNKNOWN = "signer_unknown"
    NOT_READY = "not_ready"
    NOT_REGISTERED = "not_registered"
    SIGNER_REFUSED = "signer_refused"
    CLOCK_WRONG = "clock_wrong"
    TAMPERED = "tampered"
    LICENCE = "licence"
    WRONG_LINE = "wrong_line"
    SEVERAL = "several"
    PAPER_OUT = "paper_out"
    JAM = "jam"
    SUPPLIES_OUT = "supplies_out"
    COVER_OPEN = "cover_open"
    ATTENTION = "attention"
    OFFLINE = "offline"
    STOPPED = "stopped"
    NO_A4_FORMS = "no_a4_forms"
    REFUSED = "refused"
    FOLDER_MISSING = "folder_missing"
    FOLDER_READ_ONLY = "folder_read_only"
    CUPS_MISSING = "cups_missing"
    CUPS_NOT_ANSWERING = "cups_not_answering"
    QUEUE_MISSING = "queue_missing"
    SERVICE_STOPPED = "service_stopped"


_DETAILS: Mapping[str, DeviceTrouble] = MappingProxyType(
    {
        **dict.fromkeys(Failure, DeviceTrouble.RESTARTING),
        "driver_restarting": DeviceTrouble.RESTARTING,
        "driver_cannot_start": DeviceTrouble.CANNOT_START,
        "not_answering": DeviceTrouble.NOT_ANSWERING,
        "frozen": DeviceTrouble.FROZEN,
        "no_picture": DeviceTrouble.NO_PICTURE,
        "reader is too hot": DeviceTrouble.TOO_HOT,
        "text only: no photo decoder": DeviceTrouble.TEXT_ONLY,
        "signer not verified": DeviceTrouble.SIGNER_UNKNOWN,
        "not ready": DeviceTrouble.NOT_READY,
        "not registered": DeviceTrouble.NOT_REGISTERED,
        "the collector's licence is not valid": DeviceTrouble.LICENCE,
        "several readers: set option serial": DeviceTrouble.SEVERAL,
        "tampering detected": DeviceTrouble.TAMPERED,
        "device clock is wrong": DeviceTrouble.CLOCK_WRONG,
        "not signed": DeviceTrouble.SIGNER_REFUSED,
        "wrong signature": DeviceTrouble.SIGNER_REFUSED,
        "signer not trusted": DeviceTrouble.SIGNER_REFUSED,
        "certificate expired or not yet valid": DeviceTrouble.SIGNER_REFUSED,
        "device key expired": DeviceTrouble.NOT_REGISTERED,
        "domain key missing": DeviceTrouble.NOT_REGISTERED,
        "SAM is not authorised": DeviceTrouble.LICENCE,
        "gives no SAM number": DeviceTrouble.WRONG_LINE,
        "answers are damaged": DeviceTrouble.WRONG_LINE,
        "does not answer": DeviceTrouble.NOT_ANSWERING,
        "takes no bytes": DeviceTrouble.NOT_ANSWERING,
        "service does not answer": DeviceTrouble.NOT_ANSWERING,
        "answers too late": DeviceTrouble.NOT_ANSWERING,
        "service_not_answering": DeviceTrouble.NOT_ANSWERING,
        "used by another program": DeviceTrouble.IN_USE_ELSEWHERE,
        "no permission for the serial port": DeviceTrouble.NO_PERMISSION,
        PrintTrouble.PAPER_OUT: DeviceTrouble.PAPER_OUT,
        PrintTrouble.JAM: DeviceTrouble.JAM,
        PrintTrouble.SUPPLIES_OUT: DeviceTrouble.SUPPLIES_OUT,
        PrintTrouble.COVER_OPEN: DeviceTrouble.COVER_OPEN,
        PrintTrouble.ATTENTION: DeviceTrouble.ATTENTION,
        PrintTrouble.OFFLINE: DeviceTrouble.OFFLINE,
        PrintTrouble.STOPPED: DeviceTrouble.STOPPED,
        "not_accepting": DeviceTrouble.REFUSED,
        "refused": DeviceTrouble.REFUSED,
        "no_a4": DeviceTrouble.NO_A4_FORMS,
        "no_pdf": DeviceTrouble.NO_A4_FORMS,
        "folder_missing": DeviceTrouble.FOLDER_MISSING,
        "folder does not exist": DeviceTrouble.FOLDER_MISSING,
        "folder_read_only": DeviceTrouble.FOLDER_READ_ONLY,
        "cups_missing": DeviceTrouble.CUPS_MISSING,
        "cups_not_answering": DeviceTrouble.CUPS_NOT_ANSWERING,
        "cups_speaks_nonsense": DeviceTrouble.CUPS_NOT_ANSWERING,
        "queue_missing": DeviceTrouble.QUEUE_MISSING,
        "service_stopped": DeviceTrouble.SERVICE_STOPPED,
        "service_not_running": DeviceTrouble.SERVICE_STOPPED,
    }
)
_KINDS: Mapping[type[DeviceError], DeviceTrouble] = MappingProxyType(
    {
        DeviceNotFound: DeviceTrouble.NOT_FOUND,
        DeviceBusy: DeviceTrouble.IN_USE_ELSEWHERE,
        DriverMissing: DeviceTrouble.DRIVER_MISSING,
        OptionInvalid: DeviceTrouble.SETTINGS_WRONG,
        SimulationRefused: DeviceTrouble.SETTINGS_WRONG,
    }
)


def trouble_of_detail(detail: str) -> DeviceTrouble | None:
    """What a driver's machine word says; None for a word that is not known here."""
    return _DETAILS.get(detail)


def trouble_of_error(error: DeviceError) -> DeviceTrouble | None:
    """What an error says: its detail where that is known, else its kind.

    None for what the state says as well: unplugged, or faulty in a way of its own.
    """
    return trouble_of_detail(error.detail) or _KINDS.get(type(error))
