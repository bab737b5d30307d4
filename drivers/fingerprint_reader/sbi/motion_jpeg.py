"""The preview's pictures out of a `STREAM` answer: motion JPEG as multipart/x-mixed-replace.

The delimiter is `--BoundaryString` and the boundary named in the header is `--BoundaryString` too,
where MIME would put two more hyphens before it (specification, "Live stream"); both are taken.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from http.client import HTTPException

from drivers.fingerprint_reader.sbi.strict_json import AnswerInvalid

MAX_PICTURE_BYTES = 2_000_000
MAX_LINE_BYTES = 512
MAX_LINES = 24
_BOUNDARY = re.compile(r'multipart/x-mixed-replace;\s*boundary="?([\x21\x23-\x7e]{1,70})"?', re.I)
_LENGTH = re.compile(rb"[0-9]{1,7}")


def boundary_of(content_type: str) -> bytes | None:
    """The boundary's name; None when the answer is no stream of pictures."""
    match = _BOUNDARY.fullmatch(content_type.strip())
    return match[1].encode("ascii") if match else None


def pictures(answer: io.BufferedIOBase, boundary: bytes) -> Iterator[bytes]:
    """One JPEG after the other until the stream ends. Raises AnswerInvalid."""
    delimiters = (boundary, b"--" + boundary)
    ends = (boundary + b"--", b"--" + boundary + b"--")
    while True:
        line = _line_after_blanks(answer)
        if not line or line in ends:
            return
        if line not in delimiters:
            raise AnswerInvalid("no boundary in the stream")
        length = _picture_length(answer)
        picture = _read(answer, length)
        if len(picture) < length:
            return
        yield picture


def _line_after_blanks(answer: io.BufferedIOBase) -> bytes:
    """The next line that is not blank; empty at the end."""
    for _ in range(MAX_LINES):
        line = _line(answer)
        if not line or line.strip():
            return line.strip()
    raise AnswerInvalid("no boundary in the stream")


def _picture_length(answer: io.BufferedIOBase) -> int:
    """Read the header lines of a part."""
    length = 0
    for _ in range(MAX_LINES):
        line = _line(answer).strip()
        if not line:
            break
        name, _, value = line.partition(b":")
        name, value = name.strip().lower(), value.strip()
        if name == b"content-type" and not value.lower().startswith(b"image/jpeg"):
            raise AnswerInvalid("no JPEG in the stream")
        if name == b"content-length" and _LENGTH.fullmatch(value):
            length = int(value)
    if not 0 < length <= MAX_PICTURE_BYTES:
        raise AnswerInvalid("bad length in the stream")
    return length


def _line(answer: io.BufferedIOBase) -> bytes:
    try:
        line = answer.readline(MAX_LINE_BYTES)
    except (HTTPException, ValueError) as error:
        raise AnswerInvalid("stream cut short") from error
    if len(line) == MAX_LINE_BYTES:
        raise AnswerInvalid("line too long in the stream")
    return line


def _read(answer: io.BufferedIOBase, length: int) -> bytes:
    try:
        return answer.read(length)
    except (HTTPException, ValueError) as error:
        raise AnswerInvalid("stream cut short") from error
