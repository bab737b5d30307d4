"""Notice and separate consent for fingerprints and photo (PIPL, articles 28 to 30).

A document of its own, never merged with the pledge: consent to sensitive data stands alone.
"""

from PySide6.QtGui import QImage

from station.forms.document import PREVIEW_DPI
from station.forms.layout import LetterLayout
from station.forms.letter import letter
from station.forms.record import ReviewFormRecord


def render(record: ReviewFormRecord, layout: LetterLayout) -> bytes:
    """Notice and consent as PDF, A4. Raises FormError if Qt cannot write."""
    return letter(record, layout).pdf()


def preview(
    record: ReviewFormRecord, layout: LetterLayout, *, dpi: int = PREVIEW_DPI
) -> list[QImage]:
    """The same pages as pictures."""
    return letter(record, layout).images(dpi)


def screen_text(layout: LetterLayout) -> tuple[str, ...]:
    """The paragraphs as read on the applicant's display, opening first."""
    return (layout.opening, *layout.paragraphs)
