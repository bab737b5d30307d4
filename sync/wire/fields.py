"""Strict reading of JSON from outside: every field is named, typed and bounded, or refused."""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar

from sync.errors import WireError

JsonObject = dict[str, object]
E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")

MAX_SAFE_INTEGER = 2**53 - 1
HEX_ID = re.compile(r"[0-9a-f]{32}\Z")
HEX_DIGEST = re.compile(r"[0-9a-f]{64}\Z")
TOKEN = re.compile(r"[A-Za-z0-9_.:-]+\Z")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\Z")


def parse_json(data: bytes, limit_bytes: int) -> object:
    """Parse UTF-8 JSON; refuse oversize, duplicate keys, NaN and infinities."""
    if len(data) > limit_bytes:
        raise WireError("json: too large")
    try:
        return json.loads(
            data.decode("utf-8"), object_pairs_hook=_no_duplicates, parse_constant=_no_constant
        )
    except (ValueError, RecursionError) as error:
        raise WireError("json: not parseable") from error


def _no_duplicates(pairs: list[tuple[str, object]]) -> JsonObject:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise WireError("json: duplicate key")
    return result


def _no_constant(name: str) -> object:
    raise WireError("json: not a number")


def format_instant(epoch_s: float) -> str:
    """Write seconds since 1970 as `2026-03-01T08:00:00.000Z`, to the millisecond."""
    milliseconds = round(epoch_s * 1000)
    moment = datetime.fromtimestamp(milliseconds // 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{milliseconds % 1000:03d}Z"


def parse_instant(text: str) -> float:
    """Read what `format_instant` writes; seconds since 1970. Raises WireError."""
    if not INSTANT.match(text):
        raise WireError("instant: wrong form")
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC).timestamp()
    except ValueError as error:
        raise WireError("instant: no such time") from error


class Fields:
    """One JSON object being read; `done()` refuses whatever was not asked for."""

    def __init__(self, value: object, where: str) -> None:
        if not isinstance(value, dict):
            raise WireError(f"{where}: not an object")
        self._values: JsonObject = value
        self._where = where
        self._read: set[str] = set()

    @property
    def whole(self) -> JsonObject:
        """The object as parsed."""
        return self._values

    def error(self, name: str, problem: str) -> WireError:
        return WireError(f"{self._where}.{name}: {problem}")

    def raw(self, name: str) -> object:
        """The unchecked value; the caller checks it."""
        if name not in self._values:
            raise self.error(name, "missing")
        self._read.add(name)
        return self._values[name]

    def text(self, name: str, max_chars: int, *, min_chars: int = 0) -> str:
        """Text without control characters or lone surrogates."""
        value = self.raw(name)
        if not isinstance(value, str):
            raise self.error(name, "not text")
        if not min_chars <= len(value) <= max_chars:
            raise self.error(name, "wrong length")
        if any(unicodedata.category(char) in ("Cc", "Cs") for char in value):
            raise self.error(name, "forbidden character")
        return value

    def matching(self, name: str, pattern: re.Pattern[str], max_chars: int = 128) -> str:
        value = self.text(name, max_chars)
        if not pattern.match(value):
            raise self.error(name, "wrong form")
        return value

    def hex_id(self, name: str) -> str:
        """128 random bits as 32 lower-case hexadecimal digits."""
        return self.matching(name, HEX_ID)

    def digest(self, name: str) -> str:
        """SHA-256 as 64 lower-case hexadecimal digits."""
        return self.matching(name, HEX_DIGEST)

    def token(self, name: str, max_chars: int = 64) -> str:
        """An ASCII name: letters, digits and `_ . : -`."""
        return self.matching(name, TOKEN, max_chars)

    def instant(self, name: str) -> str:
        value = self.text(name, 24)
        parse_instant(value)
        return value

    def optional(self, name: str, read: Callable[[str], T]) -> T | None:
        """`null`, or whatever `read` accepts."""
        return None if self.raw(name) is None else read(name)

    def integer(self, name: str, low: int, high: int) -> int:
        value = self.raw(name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.error(name, "not an integer")
        if not low <= value <= high:
            raise self.error(name, "out of range")
        return value

    def boolean(self, name: str) -> bool:
        value = self.raw(name)
        if not isinstance(value, bool):
            raise self.error(name, "not a truth value")
        return value

    def choice(self, name: str, kind: type[E]) -> E:
        value = self.text(name, 64)
        try:
            return kind(value)
        except ValueError as error:
            raise self.error(name, "unknown value") from error

    def items(self, name: str, max_items: int) -> list[object]:
        value = self.raw(name)
        if not isinstance(value, list):
            raise self.error(name, "not a list")
        if len(value) > max_items:
            raise self.error(name, "too many")
        return value

    def texts(self, name: str, max_items: int, max_chars: int) -> tuple[str, ...]:
        values = self.items(name, max_items)
        lines = [Fields({name: value}, self._where).text(name, max_chars) for value in values]
        return tuple(lines)

    def blob(self, name: str, max_bytes: int) -> bytes:
        """Bytes carried as standard base64 with padding."""
        value = self.raw(name)
        if not isinstance(value, str) or len(value) > (max_bytes + 2) // 3 * 4:
            raise self.error(name, "wrong length")
        try:
            data = base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError) as error:
            raise self.error(name, "not base64") from error
        if len(data) > max_bytes or to_base64(data) != value:
            raise self.error(name, "not base64")
        return data

    def done(self) -> None:
        """Refuse fields nobody asked for: a station must never act on half an object."""
        if set(self._values) - self._read:
            raise WireError(f"{self._where}: unknown field")


Scalar = str | int | float | bool | None
Value = Scalar | tuple[Scalar, ...]


def scalar_map(value: object, where: str) -> dict[str, Value]:
    """A flat object of scalars and lists of scalars; at most 64 fields."""
    if not isinstance(value, Mapping) or len(value) > 64:
        raise WireError(f"{where}: not a small object")
    result: dict[str, Value] = {}
    for key, item in value.items():
        if not isinstance(key, str) or len(key) > 64 or not TOKEN.match(key):
            raise WireError(f"{where}: field name")
        result[key] = _value(item, where)
    return result


def _value(item: object, where: str) -> Value:
    if isinstance(item, (list, tuple)):
        if len(item) > 256:
            raise WireError(f"{where}: list too long")
        return tuple(_scalar(part, where) for part in item)
    return _scalar(item, where)


def _scalar(item: object, where: str) -> Scalar:
    match item:
        case None | bool():
            return item
        case int() if abs(item) <= MAX_SAFE_INTEGER:
            return item
        case float() if math.isfinite(item) and abs(item) <= MAX_SAFE_INTEGER:
            return item  # canonical JSON writes 2.0 as 2, so one bound serves both
        case str() if len(item) <= 512:
            return Fields({"value": item}, where).text("value", 512)
        case _:
            raise WireError(f"{where}: not a bounded scalar")


def to_base64(data: bytes) -> str:
    """Standard base64 with padding (RFC 4648)."""
    return base64.b64encode(data).decode("ascii")
