"""JSON and base64url from a service, read strictly: limits, no repeated names, no strange numbers.

Services write numbers as text and text as numbers (the schema says integer, the public mock sends
strings), so both are taken where one of them is meant.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

MAX_DEPTH = 12
MAX_VALUES_WITH_VALUES = 1_000
MAX_TEXT_LENGTH = 200
# Texts, which may hold brackets, and brackets. Possessive, and taking a text without end too: no
# answer makes it look at a byte twice.
_TEXT_OR_BRACKET = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|[\[\]{}]', re.DOTALL)
_BASE64URL = re.compile(r"[A-Za-z0-9_-]*")

Fields: TypeAlias = Mapping[str, object]


class AnswerInvalid(Exception):
    """An answer that the interface does not allow; `word` says what is wrong, not what it holds."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


def parsed(data: bytes) -> object:
    """The JSON value in `data`. Raises AnswerInvalid."""
    _check_nesting(data)
    try:
        return json.loads(
            data.decode("utf-8"), object_pairs_hook=_without_repeats, parse_constant=_no_constant
        )
    except (ValueError, RecursionError):
        # Not `from` it: that error carries the whole answer with it, and with it a finger.
        raise AnswerInvalid("no JSON") from None


def objects(value: object) -> Sequence[Fields]:
    """A list of objects, or one object as a list of one: services answer with either."""
    listed: list[object] = value if isinstance(value, list) else [value]
    return [an_object(one) for one in listed]


def an_object(value: object) -> Fields:
    """The value, which must be an object."""
    if not isinstance(value, dict):
        raise AnswerInvalid("no object")
    return value


def text(fields: Fields, name: str, longest: int = MAX_TEXT_LENGTH) -> str:
    """A text without control characters; empty when absent or null."""
    value = fields.get(name)
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or len(value) > longest or not value.isprintable():
        raise AnswerInvalid(f"bad {name}")
    return value.strip()


def first_text(fields: Fields, name: str) -> str:
    """A text, or the first of a list of texts; empty when absent or an empty list."""
    value = fields.get(name)
    if isinstance(value, list):
        return text({name: value[0]}, name) if value else ""
    return text(fields, name)


def number(fields: Fields, name: str, lowest: float, highest: float) -> float:
    """A number within limits, also one written as text."""
    value = fields.get(name)
    if isinstance(value, str) and re.fullmatch(r"\d{1,9}(\.\d{1,9})?", value, re.ASCII):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise AnswerInvalid(f"bad {name}")
    if not lowest <= value <= highest:
        raise AnswerInvalid(f"bad {name}")
    return float(value)


def base64url(encoded: str, *, padding_allowed: bool = False) -> bytes:
    """The bytes of a base64url text (RFC 4648 section 5). Raises AnswerInvalid.

    A JSON Web Signature has no padding (RFC 7515 section 2); elsewhere services may pad.
    """
    if padding_allowed and len(encoded) % 4 == 0:
        encoded = encoded.removesuffix("=").removesuffix("=")
    if not _BASE64URL.fullmatch(encoded) or len(encoded) % 4 == 1:
        raise AnswerInvalid("no base64url")
    data = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
    # Unused bits of the last character must be zero, or one value would have several texts.
    if base64.urlsafe_b64encode(data).decode("ascii").rstrip("=") != encoded:
        raise AnswerInvalid("no base64url")
    return data


def _check_nesting(data: bytes) -> None:
    """Before the parser sees it: it would recurse as deep, and hold as much, as it is told to."""
    depth = opened = 0
    for match in _TEXT_OR_BRACKET.finditer(data):
        if match[0] in (b"[", b"{"):
            depth, opened = depth + 1, opened + 1
        elif match[0] in (b"]", b"}"):
            depth -= 1
        if depth > MAX_DEPTH or opened > MAX_VALUES_WITH_VALUES:
            raise AnswerInvalid("JSON too deep")


def _without_repeats(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise AnswerInvalid("JSON repeats a name")
    return fields


def _no_constant(_name: str) -> object:
    raise AnswerInvalid("no JSON number")
