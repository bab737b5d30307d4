"""Values of `drivers.api` as JSON and raw bytes, and back, strictly.

Only the types listed here can be made from a message, whatever its sender asks for; every field is
checked against its declared type, every text and list has a limit. Pictures and documents travel
as raw bytes behind the header, in the order in which they are met.
"""

from __future__ import annotations

import dataclasses
import math
import types
import typing
from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, cast

import numpy as np

from drivers import api, errors
from drivers.host.frames import Body

MAX_TEXT = 4000
MAX_ITEMS = 100
MAX_SIDE_PX = 8192
# Beyond 2^53 a number of JSON is not the same number everywhere.
MAX_INTEGER = 2**53

VALUES: Mapping[str, type] = {
    kind.__name__: kind
    for kind in (
        api.Capture,
        api.CardFinger,
        api.CardText,
        api.DeviceFacts,
        api.DeviceStatus,
        api.Frame,
        api.NoCard,
        api.Photo,
        api.PrintJob,
        api.PrintJobState,
        api.ReaderFacts,
        api.Retry,
    )
}
ERRORS: Mapping[str, type[errors.DeviceError]] = {
    kind.__name__: kind
    for kind in (
        errors.DeviceUnplugged,
        errors.DeviceFault,
        errors.DeviceBusy,
        errors.DeviceNotFound,
        errors.DriverMissing,
        errors.OptionInvalid,
        errors.SimulationRefused,
    )
}
MAX_DETAIL = 200


class ValueInvalid(Exception):
    """A message holds no value of the kind it claims; the text names the kind, no content."""


# --- out ------------------------------------------------------------------------------------------


def pack(value: object, bodies: list[Body]) -> Any:
    """A value as JSON; its raw bytes are appended to `bodies`."""
    match value:
        case StrEnum():
            return value.value
        case None | bool() | str() | int():
            return value
        case float():
            return value if math.isfinite(value) else _refuse(float)
        case bytes():
            bodies.append(value)
            return len(value)
        case np.ndarray():
            bodies.append(np.ascontiguousarray(value).data.cast("B"))
            return list(value.shape)
        case tuple():
            return [pack(item, bodies) for item in value]
        case date():
            return value.isoformat()
        case Path():
            return str(value)
        case _:
            return _pack_dataclass(value, bodies)


def _pack_dataclass(value: object, bodies: list[Body]) -> dict[str, Any]:
    if type(value).__name__ not in VALUES or not dataclasses.is_dataclass(value):
        raise TypeError(f"{type(value).__name__} does not cross a process")
    packed = {"is": type(value).__name__}
    for entry in dataclasses.fields(value):
        packed[entry.name] = pack(getattr(value, entry.name), bodies)
    return packed


def pack_error(error: errors.DeviceError) -> dict[str, str]:
    """A device's error; its words are cut to a length."""
    kind = next(name for name, kind in ERRORS.items() if isinstance(error, kind))
    return {"is": kind, "device": _one_line(error.device), "detail": _one_line(error.detail)}


def _one_line(text: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in text[:MAX_DETAIL])


# --- in -------------------------------------------------------------------------------------------


class Bytes:
    """The raw bytes behind a header, taken piece by piece."""

    def __init__(self, body: bytes) -> None:
        self._left = memoryview(body)

    def take(self, length: int) -> memoryview:
        """The next piece. Raises ValueInvalid if there is less."""
        if length > len(self._left):
            raise ValueInvalid("bytes")
        piece, self._left = self._left[:length], self._left[length:]
        return piece

    def end(self) -> None:
        """Raises ValueInvalid if anything is left that nobody asked for."""
        if len(self._left):
            raise ValueInvalid("bytes")


def unpack(packed: object, wanted: Any, data: Bytes) -> Any:
    """A value of the type `wanted` (a type, or a union of them). Raises ValueInvalid."""
    if isinstance(wanted, types.UnionType):
        return _unpack_union(packed, typing.get_args(wanted), data)
    if typing.get_origin(wanted) is np.ndarray:
        return _unpack_image(packed, data)
    if typing.get_origin(wanted) is tuple:
        return _unpack_tuple(packed, typing.get_args(wanted)[0], data)
    if wanted in VALUES.values():
        return _unpack_dataclass(packed, wanted, data)
    return _unpack_plain(packed, wanted, data)


def unpack_error(packed: object) -> errors.DeviceError:
    """The error a message tells of. Raises ValueInvalid."""
    if not isinstance(packed, dict) or set(packed) != {"is", "device", "detail"}:
        _refuse(errors.DeviceError)
    name, device, detail = packed["is"], packed["device"], packed["detail"]
    if not (isinstance(device, str) and isinstance(detail, str)) or name not in ERRORS:
        _refuse(errors.DeviceError)
    if max(len(device), len(detail)) > MAX_DETAIL or not (device + detail).isprintable():
        _refuse(errors.DeviceError)
    return ERRORS[name](device, detail)


def _unpack_union(packed: object, choices: Sequence[Any], data: Bytes) -> Any:
    if packed is None and types.NoneType in choices:
        return None
    choices = [choice for choice in choices if choice is not types.NoneType]
    if len(choices) > 1:
        name = packed.get("is") if isinstance(packed, dict) else None
        choices = [choice for choice in choices if choice.__name__ == name]
    if not choices:
        _refuse(types.UnionType)
    return unpack(packed, choices[0], data)


def _unpack_tuple(packed: object, wanted: Any, data: Bytes) -> tuple[Any, ...]:
    if not isinstance(packed, list) or len(packed) > MAX_ITEMS:
        _refuse(tuple)
    return tuple(unpack(item, wanted, data) for item in packed)


def _unpack_dataclass(packed: object, wanted: type, data: Bytes) -> Any:
    hints = _hints(wanted)
    if not isinstance(packed, dict) or packed.get("is") != wanted.__name__:
        _refuse(wanted)
    if packed.keys() != {"is", *hints}:
        _refuse(wanted)
    # In the order of the fields, which is the order of their bytes.
    values = {name: unpack(packed[name], hint, data) for name, hint in hints.items()}
    try:
        return wanted(**values)
    except ValueError as error:
        raise ValueInvalid(wanted.__name__) from error


@cache
def _hints(wanted: type) -> Mapping[str, Any]:
    hints = typing.get_type_hints(wanted)
    fields = dataclasses.fields(cast(Any, wanted))
    return {entry.name: hints[entry.name] for entry in fields}


def _unpack_image(packed: object, data: Bytes) -> api.Image:
    if not isinstance(packed, list) or len(packed) not in (2, 3):
        _refuse(np.ndarray)
    if not all(type(side) is int and 0 < side <= MAX_SIDE_PX for side in packed):
        _refuse(np.ndarray)
    if packed[2:] not in ([], [3]):
        _refuse(np.ndarray)
    # Over immutable bytes, hence read-only, and without a copy.
    return np.frombuffer(data.take(math.prod(packed)), np.uint8).reshape(packed)


def _unpack_plain(packed: object, wanted: Any, data: Bytes) -> Any:
    if wanted is float and type(packed) is int:
        packed = float(packed) if abs(packed) <= MAX_INTEGER else None
    if wanted in (bool, int, float, str):
        return packed if type(packed) is wanted and _is_small(packed) else _refuse(wanted)
    if wanted is bytes:
        return bytes(data.take(packed)) if type(packed) is int and packed >= 0 else _refuse(wanted)
    if not isinstance(packed, str) or len(packed) > MAX_TEXT:
        _refuse(wanted)
    try:
        return date.fromisoformat(packed) if wanted is date else wanted(packed)
    except ValueError as error:
        raise ValueInvalid(wanted.__name__) from error


def _is_small(value: Any) -> bool:
    if isinstance(value, str):
        # JSON can spell halves of characters, which no screen and no file can take.
        whole = not any("\ud800" <= char <= "\udfff" for char in value)
        return len(value) <= MAX_TEXT and whole
    return bool(abs(value) <= MAX_INTEGER)


def _refuse(wanted: Any) -> typing.NoReturn:
    raise ValueInvalid(wanted.__name__)
