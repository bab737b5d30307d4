"""What every printer checks of a document before it takes it."""

from __future__ import annotations

import re

MAX_PDF_BYTES = 64_000_000
MAX_COPIES = 20
MAX_TITLE_LENGTH = 120
MAX_PAGES = 100

POINTS_PER_MM = 72 / 25.4
A4_MM = (210.0, 297.0)
# Writers round A4 to whole points (595 x 842), a tenth of a millimetre off.
TOLERANCE_MM = 0.5

_NUMBER = rb"([+-]?\d{1,6}(?:\.\d{0,9})?)"
_GAP = rb"[\s\x00]+"
# ISO 32000-1, section 7.7.3.3: lower left and upper right corner, in points.
_BOX = re.compile(rb"/MediaBox[\s\x00]*\[[\s\x00]*" + _GAP.join([_NUMBER] * 4) + rb"[\s\x00]*\]")
# What would give a page another size on paper than its MediaBox says.
_RESIZING = (b"/UserUnit", b"/CropBox", b"/Rotate")


def require_printable(pdf: bytes, title: str, copies: int) -> None:
    """Raise ValueError for bytes that are no whole PDF of A4 pages, too many copies or a bad title.

    Pages must be plain to see, as our own forms write them: a document that hides its page sizes
    in compressed object streams is refused, not guessed at.
    """
    if len(pdf) > MAX_PDF_BYTES:
        raise ValueError("document too large to print")
    # A PDF ends in %%EOF: one cut short would print half and say nothing.
    if not pdf.startswith(b"%PDF-") or b"%%EOF" not in pdf[-1024:]:
        raise ValueError("not a whole PDF document")
    _require_a4(pdf)
    if not 1 <= copies <= MAX_COPIES:
        raise ValueError(f"copies are 1 to {MAX_COPIES}")
    if not title or len(title) > MAX_TITLE_LENGTH or not title.isprintable():
        raise ValueError("a title is 1 to 120 printable characters")


def _require_a4(pdf: bytes) -> None:
    boxes = [tuple(map(float, found.groups())) for found in _BOX.finditer(pdf)]
    if not 1 <= len(boxes) <= MAX_PAGES or len(boxes) != pdf.count(b"/MediaBox"):
        raise ValueError("page sizes cannot be read")
    if any(word in pdf for word in _RESIZING):
        raise ValueError("pages are turned, cropped or scaled")
    if not all(_is_a4(*box) for box in boxes):
        raise ValueError("a page is not A4")


def _is_a4(left: float, bottom: float, right: float, top: float) -> bool:
    sides_mm = sorted(abs(side) / POINTS_PER_MM for side in (right - left, top - bottom))
    return all(abs(side - a4) <= TOLERANCE_MM for side, a4 in zip(sides_mm, A4_MM, strict=True))
