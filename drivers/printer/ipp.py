"""Messages of the Internet Printing Protocol: RFC 8010 (encoding), RFC 8011 (meaning).

Only what a client needs that sends one document and asks for states: attributes of plain values go
out; numbers, truth values and texts are read, every other type is passed over by its length.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

Value = bool | int | str

VERSION = b"\x02\x00"
MAX_ANSWER_BYTES = 1_000_000
MAX_ATTRIBUTES = 2_000
MAX_VALUE_BYTES = 32_767  # RFC 8010, section 3.9: lengths are SIGNED-SHORT

_END = 0x03
_GROUPS = range(0x01, 0x10)  # delimiter tags, RFC 8010, section 3.5.1


class Tag(IntEnum):
    """Value tags, RFC 8010, section 3.5.2."""

    INTEGER = 0x21
    BOOLEAN = 0x22
    ENUM = 0x23
    TEXT = 0x41
    NAME = 0x42
    KEYWORD = 0x44
    URI = 0x45
    CHARSET = 0x47
    LANGUAGE = 0x48
    MIME_TYPE = 0x49


class Group(IntEnum):
    """Groups of attributes, RFC 8010, section 3.5.1."""

    OPERATION = 0x01
    JOB = 0x02
    PRINTER = 0x04
    UNSUPPORTED = 0x05


class IppInvalid(Exception):
    """Bytes that are no IPP message, or one beyond the limits."""


@dataclass(frozen=True)
class Attribute:
    """One attribute of a request; several values only of one type."""

    tag: Tag
    name: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class IppAnswer:
    """An answer: its status and, by group and name, the values of each attribute."""

    status: int
    request_id: int
    groups: Mapping[int, Mapping[str, tuple[Value, ...]]]

    @property
    def successful(self) -> bool:
        """RFC 8011, appendix B: statuses 0x0000 to 0x00FF."""
        return self.status <= 0x00FF

    def texts(self, group: Group, name: str) -> tuple[str, ...]:
        """The values that are texts; empty without the attribute."""
        values = self.groups.get(group, {}).get(name, ())
        return tuple(value for value in values if isinstance(value, str))

    def number(self, group: Group, name: str) -> int | None:
        """The first value where it is a number."""
        values = self.groups.get(group, {}).get(name, ())
        first = values[0] if values else None
        return first if isinstance(first, int) and not isinstance(first, bool) else None

    def truth(self, group: Group, name: str) -> bool | None:
        """The first value where it is a truth value."""
        values = self.groups.get(group, {}).get(name, ())
        first = values[0] if values else None
        return first if isinstance(first, bool) else None


def request(
    operation: int,
    request_id: int,
    target: str,
    user: str,
    operation_attributes: Sequence[Attribute] = (),
    job_attributes: Sequence[Attribute] = (),
) -> bytes:
    """A request to the printer whose URI is `target`; a document follows it as it is.

    RFC 8011, section 4.1.4: charset and language come first, then the target.
    """
    first = (
        Attribute(Tag.CHARSET, "attributes-charset", ("utf-8",)),
        Attribute(Tag.LANGUAGE, "attributes-natural-language", ("en",)),
        Attribute(Tag.URI, "printer-uri", (target,)),
        Attribute(Tag.NAME, "requesting-user-name", (user,)),
    )
    message = VERSION + struct.pack(">Hi", operation, request_id)
    message += _group(Group.OPERATION, (*first, *operation_attributes))
    if job_attributes:
        message += _group(Group.JOB, job_attributes)
    return message + bytes([_END])


def _group(group: Group, attributes: Sequence[Attribute]) -> bytes:
    return bytes([group]) + b"".join(map(_attribute, attributes))


def _attribute(attribute: Attribute) -> bytes:
    encoded = b""
    name = attribute.name.encode("ascii")
    for value in attribute.values:
        encoded += bytes([attribute.tag]) + _counted(name) + _counted(_value(attribute.tag, value))
        name = b""  # a further value has an empty name: RFC 8010, section 3.1.5
    return encoded


def _counted(raw: bytes) -> bytes:
    if len(raw) > MAX_VALUE_BYTES:
        raise ValueError("too long for an IPP attribute")
    return struct.pack(">H", len(raw)) + raw


def _value(tag: Tag, value: Value) -> bytes:
    if tag is Tag.BOOLEAN:
        return bytes([bool(value)])
    if isinstance(value, int):
        return struct.pack(">i", value)
    return value.encode("utf-8")


def read_answer(raw: bytes) -> IppAnswer:
    """Read an answer whole. Raises IppInvalid for anything else."""
    if len(raw) > MAX_ANSWER_BYTES:
        raise IppInvalid("answer too long")
    cursor = _Cursor(raw)
    version, status, request_id = struct.unpack(">BxHi", cursor.take(8))
    if version not in (1, 2):
        raise IppInvalid("unknown version")
    return IppAnswer(status, request_id, _read_groups(cursor))


def _read_groups(cursor: _Cursor) -> dict[int, dict[str, tuple[Value, ...]]]:
    """Attributes by group. Members of collections count as further values of their attribute."""
    groups: dict[int, dict[str, tuple[Value, ...]]] = {}
    group: dict[str, tuple[Value, ...]] | None = None
    name = ""
    for _ in range(MAX_ATTRIBUTES):
        tag = cursor.take(1)[0]
        if tag == _END:
            return groups
        if tag in _GROUPS:
            group, name = groups.setdefault(tag, {}), ""
            continue
        named = _text(cursor.counted())
        value = _read_value(tag, cursor.counted())
        if group is None or not (named or name):
            raise IppInvalid("a value outside an attribute")
        if named and named in group:
            raise IppInvalid("an attribute twice")
        name = named or name
        group[name] = group.get(name, ()) + (() if value is None else (value,))
    raise IppInvalid("too many attributes")


def _read_value(tag: int, raw: bytes) -> Value | None:
    """The value; None for types that nothing here asks for."""
    if tag in (Tag.INTEGER, Tag.ENUM):
        if len(raw) != 4:
            raise IppInvalid("a number is not four bytes long")
        return int(struct.unpack(">i", raw)[0])
    if tag == Tag.BOOLEAN:
        if raw not in (b"\x00", b"\x01"):
            raise IppInvalid("a truth value is neither true nor false")
        return raw == b"\x01"
    if tag in (Tag.TEXT, Tag.NAME, Tag.KEYWORD, Tag.URI, Tag.MIME_TYPE):
        return _text(raw)
    return None


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise IppInvalid("a text is not UTF-8") from error


class _Cursor:
    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._at = 0

    def take(self, count: int) -> bytes:
        taken = self._raw[self._at : self._at + count]
        if len(taken) != count:
            raise IppInvalid("cut short")
        self._at += count
        return taken

    def counted(self) -> bytes:
        (length,) = struct.unpack(">H", self.take(2))
        if length > MAX_VALUE_BYTES:
            raise IppInvalid("a length beyond the protocol's")
        return self.take(length)
