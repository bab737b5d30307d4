"""Looks for services on the ports of the specification and picks the reader among their devices."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from drivers.errors import DeviceError, DeviceFault, DeviceNotFound
from drivers.fingerprint_reader.sbi.device_info import (
    MAX_ANSWER_BYTES,
    DigitalId,
    SbiDevice,
    ask_devices,
)
from drivers.fingerprint_reader.sbi.error_codes import NAME
from drivers.fingerprint_reader.sbi.exchange import (
    GivenUp,
    GiveUp,
    ServiceGone,
    ServiceLate,
    Terms,
    never,
)
from drivers.fingerprint_reader.sbi.jws import Signatures
from drivers.fingerprint_reader.sbi.strict_json import AnswerInvalid

FIRST_PORT, LAST_PORT = 4501, 4600
AT_ONCE = 5  # as many as the registration client asks at once


@dataclass(frozen=True)
class Found:
    """A device and the port of its service."""

    port: int
    device: SbiDevice


@dataclass(frozen=True)
class Survey:
    """What a walk over the ports found: devices, and why others do not count."""

    devices: Sequence[Found]
    refusals: Sequence[AnswerInvalid]


@dataclass(frozen=True)
class Search:
    """Where to look and how long one service may take to answer."""

    ports: range
    wait_s: float
    signatures: Signatures

    def survey(self, give_up: GiveUp = never) -> Survey:
        """Ask every port, a few at once. What is no such service is passed over."""

        def look(port: int) -> list[Found | AnswerInvalid]:
            terms = Terms(self.wait_s, MAX_ANSWER_BYTES, give_up)
            try:
                devices = ask_devices(port, terms, self.signatures)
            except (ServiceGone, ServiceLate, GivenUp, AnswerInvalid):
                return []
            return [d if isinstance(d, AnswerInvalid) else Found(port, d) for d in devices]

        with ThreadPoolExecutor(AT_ONCE, "sbi-search") as pool:
            seen = [one for answer in pool.map(look, self.ports) for one in answer]
        return Survey(
            [one for one in seen if isinstance(one, Found)],
            [one for one in seen if isinstance(one, AnswerInvalid)],
        )

    def again(self, identity: DigitalId, give_up: GiveUp) -> Found | None:
        """The same device, on whatever port its service is now."""
        for found in self.survey(give_up).devices:
            if found.device.identity == identity and found.device.registers:
                return found
        return None


def chosen(survey: Survey, serial: str) -> Found:
    """The reader to use: the one with that serial number, or the only one when it is empty.

    Raises DeviceNotFound, or DeviceFault when there is one whose facts cannot be believed.
    """
    singles = [found for found in survey.devices if found.device.is_single_finger]
    fits = [found for found in singles if found.device.registers]
    fits = [found for found in fits if serial in ("", found.device.identity.serial)]
    if len(fits) == 1:
        return fits[0]
    if fits:
        raise DeviceNotFound(NAME, "several readers: set option serial")
    raise _why_none(survey, singles)


def _why_none(survey: Survey, singles: Sequence[Found]) -> DeviceError:
    if survey.refusals:
        return DeviceFault(NAME, survey.refusals[0].word)
    if any(not found.device.registers for found in singles):
        return DeviceNotFound(NAME, "only readers for authentication, which encrypt pictures")
    if survey.devices and not singles:
        return DeviceNotFound(NAME, "no reader for single fingers")
    return DeviceNotFound(NAME, "no service with such a reader")
