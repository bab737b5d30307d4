"""Rules that bytes read and views to be written must keep alike, whatever the standard."""

from collections.abc import Iterable, Sequence

from matcher.errors import RecordError, RecordReason
from matcher.records.minutiae import COORDINATE_MASK, HIGHEST_QUALITY, Image
from matcher.records.record import FingerPosition, ImpressionType, View

LONGEST_RECORD = 1 << 17
"""Bytes. A person's 24 impressions take at most three quarters of it."""
MOST_VIEWS_A_FINGER = 16
MOST_CELLS = 200_000
"""Cells of all ridge fields of a record, those of quality maps counted too: they lie packed, and
this bounds what reading may allocate."""
_PPI_OF_197 = 500.0


def image_of(width: int, height: int, x_per_cm: int, y_per_cm: int) -> Image:
    """The image a header tells of."""
    if not (0 < width <= COORDINATE_MASK + 1 and 0 < height <= COORDINATE_MASK + 1):
        raise RecordError(RecordReason.WRONG_SIZE)
    if x_per_cm == 0 or x_per_cm != y_per_cm:
        raise RecordError(RecordReason.WRONG_RESOLUTION, "pixels must be square")
    return Image(width, height, ppi_of(x_per_cm))


def ppi_of(per_cm: int) -> float:
    """Pixels an inch. 197 a centimetre is how the standards write 500 an inch."""
    return _PPI_OF_197 if per_cm == 197 else per_cm * 2.54


def per_cm_of(ppi: float) -> int:
    """Pixels a centimetre, rounded. Raises `RecordError` beyond sixteen bits."""
    per_cm = round(min(ppi, 1e9) / 2.54)
    if not 0 < per_cm <= 0xFFFF:
        raise RecordError(RecordReason.WRONG_RESOLUTION)
    return per_cm


def check_size(width: int, height: int) -> None:
    """Refuse an image that coordinates of fourteen bits do not reach across."""
    if max(width, height) > COORDINATE_MASK + 1:
        raise RecordError(RecordReason.WRONG_SIZE)


def impression_type_of(code: int, known: Iterable[ImpressionType]) -> ImpressionType:
    """The impression type of a code that a standard knows."""
    for impression_type in known:
        if impression_type == code:
            return impression_type
    raise RecordError(RecordReason.WRONG_IMPRESSION_TYPE)


def check_view(view: View, known: Iterable[ImpressionType]) -> None:
    """Refuse values that a view has no meaning for."""
    if view.position not in FingerPosition.__members__.values():
        raise RecordError(RecordReason.WRONG_POSITION)
    if not 0 <= view.number < MOST_VIEWS_A_FINGER:
        raise RecordError(RecordReason.VIEW_ORDER, "view numbers have four bits")
    if not 0 <= view.quality <= HIGHEST_QUALITY:
        raise RecordError(RecordReason.WRONG_QUALITY)
    impression_type_of(view.impression_type, known)


def gathered(views: Iterable[View]) -> tuple[View, ...]:
    """Views as they come, as long as their ridge fields stay within bounds together."""
    kept: list[View] = []
    cells = 0
    for view in views:
        kept.append(view)
        if view.template.field is not None:
            cells += view.template.field.octets
        if cells > MOST_CELLS:
            raise RecordError(RecordReason.WRONG_EXTENDED_DATA, "ridge fields too large together")
    return tuple(kept)


def check_order(views: Sequence[View]) -> None:
    """Views of a finger lie together, numbered from 0 (ISO/IEC 19794-2:2005, 7.4.1.2)."""
    finished: set[int] = set()
    current, expected = -1, 0
    for view in views:
        if view.position != current:
            finished.add(current)
            current, expected = view.position, 0
        if current in finished or view.number != expected:
            raise RecordError(
                RecordReason.VIEW_ORDER, "views of one finger lie together and count from 0"
            )
        expected += 1


def check_unique(views: Sequence[View]) -> None:
    """No two representations of a finger have one number (ISO/IEC 19794-2:2011).

    Nothing says that they begin with 0: in the FingerprintIO sample a finger's only one is 1.
    """
    if len({(view.position, view.number) for view in views}) != len(views):
        raise RecordError(RecordReason.VIEW_ORDER, "a finger has one number twice")
