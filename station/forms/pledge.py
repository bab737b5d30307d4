"""《诚信承诺书》: the pledge of honesty. Its official wording is not public; ours is a default."""

from PySide6.QtGui import QImage

from station.forms.document import PREVIEW_DPI
from station.forms.layout import LetterLayout
from station.forms.letter import letter
from station.forms.record import ReviewFormRecord


def render(record: ReviewFormRecord, layout: LetterLayout) -> bytes:
    """The pledge as PDF, A4. Raises FormError if Qt cannot write."""
    return letter(record, layout).pdf()


def preview(
    record: ReviewFormRecord, layout: LetterLayout, *, dpi: int = PREVIEW_DPI
) -> list[QImage]:
    """The same pages as pictures."""
    return letter(record, layout).images(dpi)
