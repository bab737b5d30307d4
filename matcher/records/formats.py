"""One door to the three formats: which one bytes are in, and how to read and write each."""

from collections.abc import Sequence

from matcher.errors import RecordError, RecordReason
from matcher.records import ansi378, iso2005, iso2011
from matcher.records.record import Record, Standard, View
from matcher.records.rules import LONGEST_RECORD

_READERS = {
    Standard.ISO_2005: iso2005.read,
    Standard.ISO_2011: iso2011.read,
    Standard.ANSI_2004: ansi378.read,
}
_WRITERS = {
    Standard.ISO_2005: iso2005.written,
    Standard.ISO_2011: iso2011.written,
    Standard.ANSI_2004: ansi378.written,
}


def read_record(data: bytes) -> Record:
    """Read a record of any of the three standards. Templates keep its pixels and resolution.

    Every length and count is hostile until checked; allocates less than 1 MB whatever the bytes.
    Raises `RecordError` with the rule that was broken.
    """
    return _read(data, standard_of(data))


def write_record(record: Record) -> bytes:
    """Write a record in its standard.

    Positions are rounded to whole pixels, directions to 256ths of a turn (ANSI: to two degrees).
    Raises `RecordError` when the views cannot stand in one record of the standard.
    """
    data = _WRITERS[record.standard](record)
    if len(data) > LONGEST_RECORD:
        raise RecordError(RecordReason.TOO_LONG)
    return data


def from_record(data: bytes) -> Record:
    """Read a record of ISO/IEC 19794-2:2005, the format stored and sent. Raises `RecordError`."""
    return _read(data, Standard.ISO_2005)


def to_record(views: Sequence[View], device_id: int = 0, certification: int = 0) -> bytes:
    """Write views as ISO/IEC 19794-2:2005. Raises `RecordError`."""
    return write_record(Record(tuple(views), Standard.ISO_2005, device_id, certification))


def standard_of(data: bytes) -> Standard:
    """The standard that bytes claim; ISO/IEC 19794-2:2005 when they claim none."""
    if data[4:8] == iso2011.VERSION:
        return Standard.ISO_2011
    return Standard.ANSI_2004 if ansi378.is_ansi(data) else Standard.ISO_2005


def _read(data: bytes, standard: Standard) -> Record:
    if len(data) > LONGEST_RECORD:
        raise RecordError(RecordReason.TOO_LONG)
    return _READERS[standard](data)
