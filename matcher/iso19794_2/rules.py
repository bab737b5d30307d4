"""Rules that bytes read and views to be written must keep alike."""

from collections.abc import Sequence

from matcher.errors import RecordError, RecordReason
from matcher.iso19794_2.record import EXTENDED_AREA, MOST_VIEWS_A_FINGER, FingerPosition, View

HIGHEST_QUALITY = 100


def check_view(view: View) -> None:
    """Refuse values that a view header has no meaning for."""
    if view.position not in list(FingerPosition):
        raise RecordError(RecordReason.WRONG_POSITION)
    if not 0 <= view.number < MOST_VIEWS_A_FINGER:
        raise RecordError(RecordReason.VIEW_ORDER, "view numbers have four bits")
    if not 0 <= view.quality <= HIGHEST_QUALITY:
        raise RecordError(RecordReason.WRONG_QUALITY)
    check_extended(view.extended)


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


def check_extended(data: bytes) -> None:
    """Extended data areas fill their block exactly.

    An area's length counts its own four bytes or, in records of some makers, its data only;
    either reading may hold for the whole block.
    """
    if not (_filled(data, 0) or _filled(data, EXTENDED_AREA.size)):
        raise RecordError(RecordReason.WRONG_EXTENDED_DATA)


def _filled(data: bytes, uncounted: int) -> bool:
    at = 0
    while at + EXTENDED_AREA.size <= len(data):
        _, length = EXTENDED_AREA.unpack_from(data, at)
        if length + uncounted < EXTENDED_AREA.size:
            return False
        at += length + uncounted
    return at == len(data)
