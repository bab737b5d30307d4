"""What a service hands over to be stored: the fact's data, its evidence, its sealed copies.

The rule that a row of the log names nobody is held here: data are ids, enums, numbers and digests,
so text outside ASCII, or long, or shaped like an identity number is refused as a bug of the caller.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from sync.wire import Scalar, Value, sha256_hex

MAX_TEXT = 128
MAX_PAYLOAD_BYTES = 64 * 1024 * 1024
PAYLOAD_PREFIX = "payload."
_SUBJECT = re.compile(r"[0-9a-f]{32}")
_NAME = re.compile(r"[a-z0-9_]{1,40}")
_IDENTITY_NUMBER = re.compile(r"(?<![0-9A-Za-z])(\d{17}[0-9Xx]|\d{15})(?![0-9A-Za-z])")


@dataclass(frozen=True)
class PayloadDraft:
    """Evidence about a person: kept under that person's key, referenced from the event."""

    name: str
    media_type: str
    content: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError("a payload's name is lower-case letters, digits and _")
        if len(self.content) > MAX_PAYLOAD_BYTES:
            raise ValueError("a payload is at most 64 MiB")


@dataclass(frozen=True)
class SealedBlob:
    """A copy that only the platform can open, waiting in the outbox beside its event."""

    sha256: str
    sealed: bytes = field(repr=False)

    @classmethod
    def of(cls, sealed: bytes) -> "SealedBlob":
        return cls(sha256_hex(sealed), sealed)


@dataclass(frozen=True)
class EventDraft:
    """An event before it has its place in the log.

    Attributes:
        type, version: the fact's, see `sync.wire.EventType`.
        subject: opaque id of the person (32 hexadecimal digits), None when nobody is concerned.
        actor: operator id, or `system`.
        data: flat; scalars and tuples of scalars that identify nobody.
        payloads: evidence; the log adds `payload.<name>` = HMAC to the data.
        blobs: sealed copies; each digest must be named in the data.
    """

    type: str
    version: int
    subject: str | None
    actor: str
    data: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))
    payloads: tuple[PayloadDraft, ...] = ()
    blobs: tuple[SealedBlob, ...] = ()

    def __post_init__(self) -> None:
        if self.subject is not None and not _SUBJECT.fullmatch(self.subject):
            raise ValueError("a subject is 32 lower-case hexadecimal digits")
        if self.payloads and self.subject is None:
            raise ValueError("a payload belongs to a person, so the event needs a subject")
        if len({payload.name for payload in self.payloads}) != len(self.payloads):
            raise ValueError("two payloads of one event have the same name")
        for name, value in self.data.items():
            _check(name, value)
        named = {value for item in self.data.values() for value in _scalars(item)}
        if any(blob.sha256 not in named for blob in self.blobs):
            raise ValueError("the digest of a blob must be named in the event's data")


def payload_names(data: Mapping[str, Value]) -> tuple[str, ...]:
    """Names of the payloads an event's data refer to, in the order of the data."""
    return tuple(
        name.removeprefix(PAYLOAD_PREFIX) for name in data if name.startswith(PAYLOAD_PREFIX)
    )


def _scalars(value: Value) -> tuple[Scalar, ...]:
    return value if isinstance(value, tuple) else (value,)


def _check(name: str, value: Value) -> None:
    if name.startswith(PAYLOAD_PREFIX):
        raise ValueError("the log itself names the payloads")
    for item in _scalars(value):
        if isinstance(item, str) and not _names_nobody(item):
            # The value stays out of the text: it may be exactly what must not be shown.
            raise ValueError(f"data field {name!r} holds free text, which belongs in a payload")


def _names_nobody(text: str) -> bool:
    return len(text) <= MAX_TEXT and text.isascii() and not _IDENTITY_NUMBER.search(text)
