"""What every printer checks of a document before it takes it."""

from __future__ import annotations

MAX_PDF_BYTES = 64_000_000
MAX_COPIES = 20
MAX_TITLE_LENGTH = 120


def require_printable(pdf: bytes, title: str, copies: int) -> None:
    """Raise ValueError for bytes that are no whole PDF, too many copies or an unusable title."""
    if len(pdf) > MAX_PDF_BYTES:
        raise ValueError("document too large to print")
    # A PDF ends in %%EOF: one cut short would print half and say nothing.
    if not pdf.startswith(b"%PDF-") or b"%%EOF" not in pdf[-1024:]:
        raise ValueError("not a whole PDF document")
    if not 1 <= copies <= MAX_COPIES:
        raise ValueError(f"copies are 1 to {MAX_COPIES}")
    if not title or len(title) > MAX_TITLE_LENGTH or not title.isprintable():
        raise ValueError("a title is 1 to 120 printable characters")
