"""`RCAPTURE`: what is asked of a device, and every check on what it answers.

The checks are those the registration client makes on a sample (signature, time, score,
transaction, version), and its chain of hashes, which that client leaves out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from drivers.api import Retry
from drivers.errors import DeviceError
from drivers.fingerprint_reader.sbi.device_info import SbiDevice, read_digital_id
from drivers.fingerprint_reader.sbi.error_codes import BUSY, SUCCESS, error_code, outcome_of
from drivers.fingerprint_reader.sbi.exchange import Question
from drivers.fingerprint_reader.sbi.hash_chain import HashConvention, convention_of
from drivers.fingerprint_reader.sbi.image_record import Impression, read_impression
from drivers.fingerprint_reader.sbi.jws import Signatures
from drivers.fingerprint_reader.sbi.strict_json import (
    AnswerInvalid,
    Fields,
    an_object,
    base64url,
    number,
    objects,
    parsed,
    text,
)

# A picture of 2000x2000 bytes, through base64 twice.
MAX_ANSWER_BYTES = 10_000_000
HIGHEST_SCORE = 100.0
UNKNOWN_FINGER = "UNKNOWN"  # whose finger it is and which, is not the reader's business


@dataclass(frozen=True)
class CaptureRequest:
    """One question for a picture. `previous_hash`: 64 hexadecimal digits."""

    transaction_id: str
    asked_at: datetime
    timeout_ms: int
    least_score: int
    previous_hash: str

    def question(self, device: SbiDevice) -> Question:
        """In the form of the specification, 5.5."""
        return Question("RCAPTURE", "/capture", self._fields(device))

    def _fields(self, device: SbiDevice) -> Mapping[str, object]:
        finger = {
            "type": device.kind,
            "count": "1",
            "bioSubType": [UNKNOWN_FINGER],
            "exception": [],
            "requestedScore": str(self.least_score),
            "deviceId": device.device_id,
            "deviceSubId": device.sub_id,
            "previousHash": self.previous_hash,
        }
        return {
            "env": device.environment,
            "purpose": "Registration",
            "specVersion": device.spec_version,
            "timeout": str(self.timeout_ms),
            "captureTime": self.asked_at.astimezone(UTC).isoformat(timespec="milliseconds"),
            "transactionId": self.transaction_id,
            "bio": [finger],
            "customOpts": None,
        }


@dataclass(frozen=True, eq=False)
class Sample:
    """A picture that passed every check."""

    impression: Impression = field(repr=False)
    score: float
    hash: str
    convention: HashConvention


@dataclass(frozen=True)
class SampleChecks:
    """What a sample is held against besides its request."""

    device: SbiDevice
    signatures: Signatures
    clock_tolerance_s: float

    def read(self, answer: bytes, request: CaptureRequest, now: datetime) -> Sample | Retry:
        """The sample in an answer, or why the person should try again.

        Raises DeviceError for what the device says of itself, AnswerInvalid for what it must not
        say.
        """
        entry = _only_entry(parsed(answer))
        code = BUSY if _is_facts(entry) else error_code(entry)
        if code != SUCCESS:
            outcome = outcome_of(code)
            if isinstance(outcome, DeviceError):
                raise outcome
            return outcome
        if text(entry, "specVersion") != self.device.spec_version:
            raise AnswerInvalid("another version of the interface")
        payload = self.signatures.payload(text(entry, "data", MAX_ANSWER_BYTES))
        fields = an_object(parsed(payload))
        self._check_origin(fields, request, now)
        return _sample(fields, text(entry, "hash"), request.previous_hash)

    def _check_origin(self, fields: Fields, request: CaptureRequest, now: datetime) -> None:
        if text(fields, "transactionId") != request.transaction_id:
            raise AnswerInvalid("answer to another question")
        identity, _, _ = read_digital_id(fields, self.signatures)
        if identity != self.device.identity or text(fields, "deviceCode") != self.device.code:
            raise AnswerInvalid("picture of another device")
        if abs(_time(fields) - now) > timedelta(seconds=self.clock_tolerance_s):
            raise AnswerInvalid("device clock is wrong")


def _only_entry(value: object) -> Fields:
    """The one sample: services answer `biometrics`, a bare list, or an object with an error."""
    if isinstance(value, dict) and value.get("biometrics") is not None:
        value = value["biometrics"]
    entries = objects(value)
    if len(entries) != 1:
        raise AnswerInvalid("not one finger in the answer")
    return entries[0]


def _is_facts(entry: Fields) -> bool:
    """A capture beside another is answered with the device's facts (specification, 5.3)."""
    return "data" not in entry and ("deviceInfo" in entry or "deviceStatus" in entry)


def _sample(fields: Fields, answered_hash: str, previous_hash: str) -> Sample:
    record = base64url(_long_text(fields, "bioValue"), padding_allowed=True)
    convention = convention_of(previous_hash, record, answered_hash)
    score = number(fields, "qualityScore", 0, HIGHEST_SCORE)
    return Sample(read_impression(record), score, answered_hash, convention)


def _long_text(fields: Fields, name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not value:
        raise AnswerInvalid(f"bad {name}")
    return value


def _time(fields: Fields) -> datetime:
    """`timestamp`, ISO 8601; without a zone it is UTC."""
    try:
        time = datetime.fromisoformat(text(fields, "timestamp"))
    except ValueError as error:
        raise AnswerInvalid("bad timestamp") from error
    return time if time.tzinfo else time.replace(tzinfo=UTC)
