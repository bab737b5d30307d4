"""What a service says of its devices: signed facts (`MOSIPDINFO`) and a list (`MOSIPDISC`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from drivers.fingerprint_reader.sbi.error_codes import SUCCESS, error_code, is_busy, is_gone
from drivers.fingerprint_reader.sbi.exchange import Question, Terms, ask
from drivers.fingerprint_reader.sbi.jws import Signatures
from drivers.fingerprint_reader.sbi.strict_json import (
    AnswerInvalid,
    Fields,
    an_object,
    first_text,
    objects,
    parsed,
    text,
)

MAX_ANSWER_BYTES = 256 * 1024
MAX_TOKEN_LENGTH = 64 * 1024
MAX_DEVICES = 16
INFO = Question("MOSIPDINFO", "/info")
LIST_FINGERS = Question("MOSIPDISC", "/device", {"type": "Finger"})
# "Fingerprint" in the specification of August 2019.
FINGER_TYPES = frozenset({"finger", "fingerprint"})


class ServiceStatus(StrEnum):
    """`deviceStatus`; ABSENT is ours, for a device that a service lists no more."""

    READY = "Ready"
    BUSY = "Busy"
    NOT_READY = "Not Ready"
    NOT_REGISTERED = "Not Registered"
    ABSENT = ""


@dataclass(frozen=True)
class DigitalId:
    """Which device it is, whatever its service calls it today."""

    make: str
    model: str
    serial: str


@dataclass(frozen=True)
class SbiDevice:
    """One device as its signed facts describe it."""

    identity: DigitalId
    kind: str
    sub_kind: str
    device_id: str
    sub_id: str
    code: str
    certification: str
    status: ServiceStatus
    purpose: str
    environment: str
    spec_version: str
    firmware: str
    signed: bool

    @property
    def is_single_finger(self) -> bool:
        """Whether one finger at a time lies on it."""
        return self.kind.casefold() in FINGER_TYPES and self.sub_kind.casefold() == "single"

    @property
    def registers(self) -> bool:
        """Whether it gives pictures that are not encrypted. One not registered has no purpose."""
        return self.purpose.casefold() in ("registration", "")


def ask_devices(port: int, terms: Terms, signatures: Signatures) -> list[SbiDevice | AnswerInvalid]:
    """The devices of the service on a port, each good or why it is not. Raises as `ask` does."""
    return list(read_info(ask(port, INFO, terms), signatures))


def read_info(answer: bytes, signatures: Signatures) -> Iterator[SbiDevice | AnswerInvalid]:
    """Devices in the answer to INFO. Raises AnswerInvalid when it is no such answer."""
    for entry in objects(parsed(answer))[:MAX_DEVICES]:
        try:
            token = text(entry, "deviceInfo", MAX_TOKEN_LENGTH)
            if token:
                yield _device(token, signatures)
        except AnswerInvalid as error:
            yield error


def _device(token: str, signatures: Signatures) -> SbiDevice:
    payload, signed = signatures.payload_or_plain(token)
    fields = an_object(parsed(payload))
    identity, kind, sub_kind = read_digital_id(fields, signatures)
    return SbiDevice(
        identity=identity,
        kind=kind,
        sub_kind=sub_kind,
        device_id=text(fields, "deviceId"),
        sub_id=first_text(fields, "deviceSubId") or "0",
        code=text(fields, "deviceCode"),
        certification=text(fields, "certification"),
        status=status_of(fields),
        purpose=text(fields, "purpose"),
        environment=text(fields, "env"),
        spec_version=first_text(fields, "specVersion"),
        firmware=text(fields, "firmware") or text(fields, "serviceVersion"),
        signed=signed,
    )


def read_digital_id(fields: Fields, signatures: Signatures) -> tuple[DigitalId, str, str]:
    """Identity, type and sub-type out of `digitalId`, signed or not. Raises AnswerInvalid."""
    token = text(fields, "digitalId", MAX_TOKEN_LENGTH)
    said = an_object(parsed(signatures.payload_or_plain(token)[0]))
    identity = DigitalId(text(said, "make"), text(said, "model"), text(said, "serialNo"))
    if not identity.serial:
        raise AnswerInvalid("no serial number")
    return identity, text(said, "type"), text(said, "deviceSubType")


def status_of(fields: Fields) -> ServiceStatus:
    """`deviceStatus`. Raises AnswerInvalid for a word that is none."""
    said = text(fields, "deviceStatus").casefold()
    for status in ServiceStatus:
        if said and status.casefold() == said:
            return status
    raise AnswerInvalid("bad deviceStatus")


def listed_status(answer: bytes, device: SbiDevice) -> ServiceStatus:
    """How a device is in the answer to LIST_FINGERS. Raises AnswerInvalid.

    It is the same when deviceId, deviceCode and certification are the same, as the registration
    client compares. One that lost its registration has lost its names too.
    """
    entries = objects(parsed(answer))[:MAX_DEVICES]
    for entry in entries:
        if _names(entry) == (device.device_id, device.code, device.certification):
            return status_of(entry)
    codes = [error_code(entry) for entry in entries]
    if "100" in codes:
        return ServiceStatus.NOT_REGISTERED
    if all(code == SUCCESS or is_gone(code) for code in codes):
        return ServiceStatus.ABSENT
    if any(is_busy(code) for code in codes):
        return ServiceStatus.BUSY
    return ServiceStatus.NOT_READY


def _names(entry: Fields) -> tuple[str, str, str]:
    return text(entry, "deviceId"), text(entry, "deviceCode"), text(entry, "certification")
